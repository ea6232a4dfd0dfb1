//! A list of names, each with the time until which it holds: how those decisions are kept that last for a while.
//!
//! ```text
//! list = *( until SP name LF )      until = milliseconds since the epoch
//! ```

use crate::codec::digits::{parse_integer, write_integer};
use crate::codec::text::{self, push, push_line};

/// Until when the name on a line holds; nothing for what is no line of a list.
pub fn until(line: &str) -> Option<u64> {
    parse_integer(text::before(line, b' '))
}

/// The name on a line.
pub fn name(line: &str) -> &str {
    text::behind(line, b' ')
}

/// Adds a line.
#[inline(never)]
pub fn write(out: &mut String, until: u64, name: &str) {
    write_integer(out, until);
    push(out, " ");
    push_line(out, name);
}
