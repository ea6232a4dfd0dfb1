//! The `baggage` header (W3C Baggage): parse, print, and merge with what a request already carries.
//!
//! ```text
//! baggage = member *( OWS "," OWS member )
//! member  = key OWS "=" OWS value *( OWS ";" OWS property )
//! ```
//!
//! Like the reference, properties stay part of the value, and of duplicate keys the last value wins at
//! the place of the first. Only `sentry-` members are read: other vendors' entries are never forwarded.

pub use super::dsc::{Dsc, MAX_MEMBERS, OPTIONAL_KEYS, PREFIX};
use super::percent;
use super::text::{self, push, set};

/// W3C Baggage section 3.3.2: what lies within this and [`MAX_MEMBERS`] must be propagated; past either, members may be
/// dropped. We never send more.
pub const MAX_BYTES: usize = 8192;

impl Dsc {
    /// The Sentry entries of a `baggage` header; empty if there are none.
    pub fn from_baggage(header: &str) -> Dsc {
        parse_sentry(header)
    }

    /// The `baggage` header that carries this context; `None` if there is nothing to carry.
    pub fn to_baggage(&self) -> Option<String> {
        let mut out = String::new();
        write_sentry(&mut out, self);
        (!out.is_empty()).then_some(out)
    }
}

/// The Sentry entries of a header value, prefix removed, in order; empty if there are none. At most
/// [`MAX_MEMBERS`] keys are kept, because no more could be sent on.
#[inline(never)]
pub fn parse_sentry(header: &str) -> Dsc {
    let mut dsc = Dsc::default();
    for member in text::items(header, b',') {
        // What cannot be read is no member, and neither is what has no value.
        if let Some(key) = decoded(text::before(member, b'='))
            && let Some(value) = decoded(text::behind(member, b'='))
            && let Some(key) = text::after(&key, PREFIX)
            && (dsc.len() < MAX_MEMBERS || dsc.has(key))
        {
            dsc.set(key, &value);
        }
    }
    dsc
}

/// Writes `sentry-` members; those that would cross a limit are left out.
#[inline(never)]
pub fn write_sentry(out: &mut String, dsc: &Dsc) {
    let begin = out.len();
    let mut left = MAX_MEMBERS;
    for member in dsc.members() {
        let between = if out.len() > begin { "," } else { "" };
        if left > 0 && out.len() - begin + between.len() + member.len() <= MAX_BYTES {
            push(out, between);
            push(out, member);
            left -= 1;
        }
    }
}

/// The header a request should carry that already has `existing` baggage, set by the application: its
/// members as they are, then `ours` (as printed by [`write_sentry`]). `None` means "leave it alone":
/// it has Sentry entries already, or there is no room for ours.
pub fn merge_into_request(existing: &str, ours: &str) -> Option<String> {
    let mut out = String::new();
    write_merged(&mut out, existing, ours)?;
    Some(out)
}

/// Writes what [`merge_into_request`] answers.
pub fn write_merged(out: &mut String, existing: &str, ours: &str) -> Option<()> {
    let existing = text::trim(existing, set::BLANKS_AND_COMMAS);
    let mut members = 0;
    for member in text::items(existing, b',') {
        let member = text::trim(member, set::WHITE_SPACE);
        if text::starts(member, PREFIX) {
            return None;
        }
        members += usize::from(!member.is_empty());
    }
    push(out, existing);
    let mut ours = Dsc::of_members(ours);
    if !existing.is_empty() {
        push(out, ",");
        let mut optional = OPTIONAL_KEYS;
        while existing.len() + ours.size() > MAX_BYTES || members + ours.len() > MAX_MEMBERS {
            // Without a key that may still go, ours would be incomplete: then it is theirs alone.
            if optional.is_empty() {
                return None;
            }
            ours.remove(text::before(optional, b' '));
            optional = text::behind(optional, b' ');
        }
    }
    // A comma alone.
    if ours.size() < 2 {
        return None;
    }
    ours.write_members(out);
    Some(())
}

/// Key or value of a member, of which the blanks around it are no part.
fn decoded(part: &str) -> Option<String> {
    percent::decode(text::trim(part, set::WHITE_SPACE))
}
