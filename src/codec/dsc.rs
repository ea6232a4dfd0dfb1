//! The dynamic sampling context (DSC): what all parts of a trace must agree on.
//!
//! It travels as `sentry-` baggage and, unprefixed, as the `trace` header of an envelope. It comes from
//! the service that heads the trace; who continues a trace passes it on as it came.

use super::fraction::Fraction;
use super::json::write_string;
use super::percent;
use super::text::{self, push};

/// The prefix of the members of baggage that are ours. Case matters.
pub const PREFIX: &str = "sentry-";

/// How many members of baggage are propagated: W3C Baggage section 3.3.2.
pub const MAX_MEMBERS: usize = 64;

/// What goes first when there is too little room, in this order.
pub const OPTIONAL_KEYS: &str = "transaction release environment";

/// What every part of a trace decides by.
const DECISIVE_KEYS: &str = "trace_id public_key sampled sample_rand sample_rate";

/// An ordered map from string to string, kept as the baggage that carries it: each member as we print it, with a comma
/// behind it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Dsc(String);

impl Clone for Dsc {
    // As all texts are made here: `String` would bring along a way of its own.
    fn clone(&self) -> Dsc {
        Dsc(text::owned(&self.0))
    }
}

impl Dsc {
    /// The context that members are, which stand as [`write_members`](Dsc::write_members) writes them.
    pub fn of_members(members: &str) -> Dsc {
        let mut dsc = Dsc(text::owned(members));
        push(&mut dsc.0, ",");
        dsc
    }

    /// The members of baggage, in order.
    pub fn members(&self) -> text::Items<'_> {
        text::items(&self.0, b',')
    }

    /// Writes all members, whatever the limits are.
    pub fn write_members(&self, out: &mut String) {
        push(out, text::start(&self.0, self.size().saturating_sub(1)));
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        text::count(&self.0, b',')
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many bytes the members are, each with a comma.
    pub fn size(&self) -> usize {
        self.0.len()
    }

    /// The value of a key, without the `sentry-` prefix.
    pub fn get(&self, key: &str) -> Option<String> {
        Some(self.value(key)).filter(|value| !value.is_empty())
    }

    /// The value of a key, empty if there is none.
    #[inline(never)]
    pub fn value(&self, key: &str) -> String {
        let member = text::before(text::from(&self.0, self.place(&start(key))), b',');
        percent::decode(text::behind(member, b'=')).unwrap_or_default()
    }

    /// Whether a key has a value.
    pub fn has(&self, key: &str) -> bool {
        self.place(&start(key)) < self.size()
    }

    /// Sets a value that is not empty; a new key goes to the end.
    #[inline(never)]
    pub fn set(&mut self, key: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        let mut member = start(key);
        let place = self.place(&member);
        percent::encode(&mut member, value);
        push(&mut member, ",");
        // Nothing is copied for a new entry, nor for one that is as it was.
        if place == self.size() {
            push(&mut self.0, &member);
        } else if !text::starts(text::from(&self.0, place), &member) {
            self.replace(place, &member);
        }
    }

    /// Removes an entry, if it is there.
    pub fn remove(&mut self, key: &str) {
        self.replace(self.place(&start(key)), "");
    }

    /// Sets a value that must be told: where a context is full, which only a received one is, an entry that
    /// is optional makes room, else the last one that nobody decides by.
    #[inline(never)]
    pub fn set_at_all_costs(&mut self, key: &str, value: &str) {
        if !self.has(key) && self.len() >= MAX_MEMBERS {
            let mut gone = self.size();
            let mut place = 0;
            for member in self.members() {
                if !text::is_one_of(key_of(member), DECISIVE_KEYS) {
                    gone = place;
                }
                place += member.len() + 1;
            }
            for key in text::items(OPTIONAL_KEYS, b' ') {
                if self.has(key) {
                    gone = self.place(&start(key));
                    break;
                }
            }
            self.replace(gone, "");
        }
        self.set(key, value);
    }

    /// A value that is a number from 0 to 1.
    pub fn fraction(&self, key: &str) -> Option<Fraction> {
        Fraction::parse(&self.value(key))
    }

    /// Writes the context as a JSON object, the `trace` header of an envelope.
    #[inline(never)]
    pub fn write_json(&self, out: &mut String) {
        push(out, "{");
        let mut between = "";
        for member in self.members() {
            push(out, between);
            between = ",";
            write_decoded(out, key_of(member));
            push(out, ":");
            write_decoded(out, text::behind(member, b'='));
        }
        push(out, "}");
    }

    /// Where the member begins that has this start; the size if there is none.
    #[inline(never)]
    fn place(&self, start: &str) -> usize {
        let mut place = 0;
        for member in self.members() {
            if text::starts(member, start) {
                break;
            }
            place += member.len() + 1;
        }
        place
    }

    /// Puts a member, or nothing, in place of the one that begins there, or behind all others.
    #[inline(never)]
    fn replace(&mut self, place: usize, member: &str) {
        let mut out = text::owned(text::start(&self.0, place));
        push(&mut out, member);
        push(&mut out, text::behind(text::from(&self.0, place), b','));
        self.0 = out;
    }
}

/// What the member of a key starts with.
#[inline(never)]
fn start(key: &str) -> String {
    let mut out = text::owned(PREFIX);
    percent::encode(&mut out, key);
    push(&mut out, "=");
    out
}

/// The key of a member, as it is written.
fn key_of(member: &str) -> &str {
    text::from(text::before(member, b'='), PREFIX.len())
}

#[inline(never)]
fn write_decoded(out: &mut String, part: &str) {
    write_string(out, &percent::decode(part).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full(first: &str) -> Dsc {
        let mut header = format!("sentry-{first}=x");
        (1..MAX_MEMBERS).for_each(|number| header.push_str(&format!(",sentry-{number}=x")));
        Dsc::from_baggage(&header)
    }

    #[test]
    fn a_full_context_makes_room_for_what_must_be_told() {
        for (first, gone) in [("release", "release"), ("custom", "63")] {
            let mut dsc = full(first);
            dsc.set_at_all_costs("sample_rate", "0.5");
            assert_eq!((dsc.get("sample_rate").as_deref(), dsc.get(gone)), (Some("0.5"), None));
            let printed = dsc.to_baggage().unwrap();
            assert!(printed.ends_with(",sentry-sample_rate=0.5"), "{printed}");
            dsc.set_at_all_costs("sample_rate", "1");
            dsc.set_at_all_costs("sample_rand", "0.1");
            assert_eq!(
                (dsc.get("sample_rate"), dsc.get("sample_rand")),
                (Some("1".to_owned()), Some("0.1".to_owned()))
            );
            assert_eq!(dsc.members().count(), MAX_MEMBERS);
        }
    }
}
