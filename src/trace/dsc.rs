//! The dynamic sampling context (DSC): what all parts of a trace must agree on.
//!
//! It travels as `sentry-` baggage and, unprefixed, as the `trace` header of an envelope. It comes from
//! the service that heads the trace; who continues a trace passes it on as it came.

use std::borrow::Cow;

use super::baggage::{self, Entry};
use super::fraction::Fraction;
use crate::json::{Object, escaped};

/// What every part of a trace decides by.
const DECISIVE_KEYS: [&str; 5] = ["trace_id", "public_key", "sampled", "sample_rand", "sample_rate"];

/// An ordered map from string to string.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dsc(Vec<Entry>);

impl Dsc {
    /// An empty one, with room for so many entries.
    pub fn with_room(count: usize) -> Dsc {
        Dsc(Vec::with_capacity(count))
    }

    /// The Sentry entries of a `baggage` header; empty if there are none.
    pub fn from_baggage(header: &str) -> Dsc {
        Dsc(baggage::parse_sentry(header))
    }

    /// The value of a key, without the `sentry-` prefix.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    /// Sets a value; a new key goes to the end.
    pub fn set(&mut self, key: impl Into<Cow<'static, str>>, value: String) {
        let key = key.into();
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known_value)) => *known_value = value,
            None => self.0.push((key, value)),
        }
    }

    /// Sets a value that must be told: where a context is full, which only a received one is, an entry that
    /// is optional makes room, else the last one that nobody decides by.
    pub fn set_at_all_costs(&mut self, key: &'static str, value: &str) {
        if self.get(key).is_none() && self.0.len() >= baggage::MAX_MEMBERS {
            let optional = |key: &&str| self.0.iter().position(|(known, _)| known == key);
            let place = baggage::OPTIONAL_KEYS.iter().find_map(optional);
            let last = || self.0.iter().rposition(|(known, _)| !DECISIVE_KEYS.contains(&known.as_ref()));
            if let Some(place) = place.or_else(last) {
                self.0.remove(place);
            }
        }
        self.set(key, value.to_owned());
    }

    /// Sets a value if there is one and it is not empty.
    pub fn set_some(&mut self, key: &'static str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.set(key, value.to_owned());
        }
    }

    /// A value that is a number from 0 to 1.
    pub fn fraction(&self, key: &str) -> Option<Fraction> {
        self.get(key).and_then(Fraction::parse)
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keys and values in order.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), value.as_str()))
    }

    /// The `baggage` header that carries this context; `None` if there is nothing to carry.
    pub fn to_baggage(&self) -> Option<String> {
        baggage::print_sentry(self.entries())
    }

    /// Writes the context as a JSON object, the `trace` header of an envelope.
    pub fn write_json(&self, out: &mut String) {
        let mut object = Object::open(out);
        for (key, value) in self.entries() {
            object.string(&escaped(key), value);
        }
        object.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full(first: &str) -> Dsc {
        let mut header = format!("sentry-{first}=x");
        (1..baggage::MAX_MEMBERS).for_each(|number| header.push_str(&format!(",sentry-{number}=x")));
        Dsc::from_baggage(&header)
    }

    #[test]
    fn a_full_context_makes_room_for_what_must_be_told() {
        for (first, gone) in [("release", "release"), ("custom", "63")] {
            let mut dsc = full(first);
            dsc.set_at_all_costs("sample_rate", "0.5");
            assert_eq!((dsc.get("sample_rate"), dsc.get(gone)), (Some("0.5"), None));
            let printed = dsc.to_baggage().unwrap();
            assert!(printed.ends_with(",sentry-sample_rate=0.5"), "{printed}");
            dsc.set_at_all_costs("sample_rate", "1");
            dsc.set_at_all_costs("sample_rand", "0.1");
            assert_eq!((dsc.get("sample_rate"), dsc.get("sample_rand")), (Some("1"), Some("0.1")));
            assert_eq!(dsc.entries().count(), baggage::MAX_MEMBERS);
        }
    }
}
