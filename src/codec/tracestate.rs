//! The W3C `tracestate` header (Trace Context, section 3.3): what other vendors say of a trace, which is passed on as it came.
//!
//! ```text
//! tracestate = member *( "," member )        member = OWS [ key "=" value ] OWS
//! key        = ( a–z / 0–9 ) *255( a–z / 0–9 / "_" / "-" / "*" / "/" / "@" )
//! value      = *255( %x20–7E ) %x21–7E, without "," and "="
//! ```
//!
//! The keys are those of Level 2, which Level 1 has a part of: there an `@` stands once, before the name of a system.
//!
//! We have no member of our own in it, so that nothing is read of it but whether it is one. The npm package asks a regular
//! expression (js/scope/w3c.ts), which is shorter than this; both answer the same.

use super::text;

/// More members make the whole header none (section 3.3.1.1).
const MAX_MEMBERS: usize = 32;

/// So much is passed on (section 3.3.1.5): of a longer header as many members of its beginning as fit.
pub const MAX_LENGTH: usize = 512;

/// The most characters of a key, and of a value.
const MAX_PART: usize = 256;

/// What is passed on of a header; nothing if that is none.
pub fn read(header: &str) -> &str {
    let header = beginning(header);
    let mut members = 0;
    for member in text::items(header, b',') {
        let member = text::trim(member, text::set::BLANKS);
        if !member.is_empty() {
            members += 1;
            if !is_member(member) {
                return "";
            }
        }
    }
    if (1..=MAX_MEMBERS).contains(&members) { header } else { "" }
}

/// As many whole members as fit.
fn beginning(header: &str) -> &str {
    if header.len() <= MAX_LENGTH {
        return header;
    }
    // With the comma behind it a member may just fit.
    let mut end = 0;
    for (at, byte) in header.bytes().take(MAX_LENGTH + 1).enumerate() {
        if byte == b',' {
            end = at;
        }
    }
    text::start(header, end)
}

fn is_member(member: &str) -> bool {
    let (key, value) = text::cut(member, b'=');
    let begins = key.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric());
    let has_capital = key.bytes().any(|byte| byte.is_ascii_uppercase());
    let is_printable = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'=';
    begins
        && !has_capital
        && key.len() <= MAX_PART
        && text::is_word(key, "_-*/@")
        && (1..=MAX_PART).contains(&value.len())
        && value.bytes().all(is_printable)
}
