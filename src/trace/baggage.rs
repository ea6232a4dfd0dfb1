//! The `baggage` header (W3C Baggage): parse, print, and merge with what a request already carries.
//!
//! ```text
//! baggage = member *( OWS "," OWS member )
//! member  = key OWS "=" OWS value *( OWS ";" OWS property )
//! ```
//!
//! Like the reference, properties stay part of the value, and of duplicate keys the last value wins at
//! the place of the first. Only `sentry-` members are read: other vendors' entries are never forwarded.

use std::borrow::Cow;

use crate::digits::hex_digit;
use crate::text;

/// The prefix of the members that are ours. Case matters.
const PREFIX: &str = "sentry-";

/// W3C Baggage section 3.3.2: what lies within both limits must be propagated; past either, members may
/// be dropped. We never send more.
pub const MAX_BYTES: usize = 8192;
/// See [`MAX_BYTES`].
pub const MAX_MEMBERS: usize = 64;

/// What goes first when there is too little room, in this order.
pub const OPTIONAL_KEYS: [&str; 3] = ["transaction", "release", "environment"];

/// One entry: key (without prefix, where it is one of ours) and value, decoded.
pub type Entry = (Cow<'static, str>, String);

/// The Sentry entries of a header value, prefix removed, in order; empty if there are none. At most
/// [`MAX_MEMBERS`] keys are kept, because no more could be sent on.
pub fn parse_sentry(header: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for (key, value) in text::pieces(header, b',').filter_map(member) {
        let Some(key) = key.strip_prefix(PREFIX) else { continue };
        if let Some((_, known_value)) = entries.iter_mut().find(|(known, _)| known == key) {
            *known_value = value;
        } else if entries.len() < MAX_MEMBERS {
            entries.push((Cow::Owned(key.to_owned()), value));
        }
    }
    entries
}

/// Prints `sentry-` members. Entries without a value, and entries that would cross a limit, are left
/// out. `None` if nothing is left: there is then no header to send.
pub fn print_sentry<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<String> {
    let mut out = String::with_capacity(256);
    let mut members = 0;
    for (key, value) in entries {
        if value.is_empty() || members == MAX_MEMBERS {
            continue;
        }
        let before = out.len();
        if before > 0 {
            out.push(',');
        }
        out.push_str(PREFIX);
        percent_encode(&mut out, key);
        out.push('=');
        percent_encode(&mut out, value);
        if out.len() > MAX_BYTES {
            out.truncate(before);
        } else {
            members += 1;
        }
    }
    (!out.is_empty()).then_some(out)
}

/// The header a request should carry that already has `existing` baggage, set by the application: its
/// members as they are, then `ours` (as printed by [`print_sentry`]). `None` means "leave it alone":
/// it has Sentry entries already, or there is no room for ours.
pub fn merge_into_request(existing: &str, ours: &str) -> Option<String> {
    let existing = text::trim(existing, b" \t,");
    if existing.is_empty() {
        return Some(ours.to_owned());
    }
    if has_sentry_member(existing) {
        return None;
    }
    let taken = text::pieces(existing, b',').filter(|piece| !piece.trim_ascii().is_empty()).count();
    let mut members: Vec<&str> = text::pieces(ours, b',').collect();
    let mut optional = OPTIONAL_KEYS.iter();
    loop {
        let bytes = existing.len() + members.iter().map(|member| 1 + member.len()).sum::<usize>();
        if bytes <= MAX_BYTES && taken + members.len() <= MAX_MEMBERS {
            break;
        }
        // Without a key that may still go, ours would be incomplete: then it is theirs alone.
        let key = optional.next()?;
        members.retain(|member| {
            member.strip_prefix(PREFIX).and_then(|rest| text::pieces(rest, b'=').next()) != Some(key)
        });
    }
    let mut out = existing.to_owned();
    for member in members {
        out.push(',');
        out.push_str(member);
    }
    Some(out)
}

/// Whether some member's key begins with `sentry-`.
fn has_sentry_member(header: &str) -> bool {
    text::pieces(header, b',').any(|piece| piece.trim_ascii().starts_with(PREFIX))
}

/// Key and value of one comma-separated piece, or `None` if the reference would drop it.
fn member(piece: &str) -> Option<(String, String)> {
    let (key, value) = text::cut(piece, b'=')?;
    let key = percent_decode(key.trim_ascii())?;
    let value = percent_decode(value.trim_ascii())?;
    (!key.is_empty() && !value.is_empty()).then_some((key, value))
}

/// Decodes as `decodeURIComponent` does: `None` for a bad escape or bytes that are not UTF-8.
pub fn percent_decode(text: &str) -> Option<String> {
    if !text::has(text, b'%') {
        return Some(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push((high << 4 | low) as u8);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Encodes as `encodeURIComponent` does: everything but `A-Z a-z 0-9 - _ . ! ~ * ' ( )`.
fn percent_encode(out: &mut String, text: &str) {
    // Whatever is not encoded is ASCII, and most texts are that from end to end.
    let mut copied = 0;
    for (index, byte) in text.bytes().enumerate() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            continue;
        }
        out.push_str(text.get(copied..index).unwrap_or_default());
        copied = index + 1;
        out.push('%');
        out.push(char::from(hex_digit(byte >> 4).to_ascii_uppercase()));
        out.push(char::from(hex_digit(byte).to_ascii_uppercase()));
    }
    out.push_str(text.get(copied..).unwrap_or_default());
}
