//! Attributes: names to JSON values, in the order they were first set.

use std::ops::Range;

use crate::codec::json::{Json, escaped, plain_text};
use crate::codec::text::push_all;

/// Attribute names that we read or write ourselves.
pub mod attribute {
    /// What kind of operation the span is.
    pub const OP: &str = "sentry.op";
    /// Who made the span.
    pub const ORIGIN: &str = "sentry.origin";
    /// Where the name of a root span comes from: `custom`, `url`, `route`…
    pub const NAME_SOURCE: &str = "sentry.segment.name.source";
    /// The name of the root of the span's part of the trace, in a span that is streamed.
    pub const SEGMENT_NAME: &str = "sentry.segment.name";
    /// The name that `updateSpanName` gave. Never sent.
    pub const CUSTOM_NAME: &str = "sentry.custom_span_name";
    /// The sample rate that we applied to a root span.
    pub const SAMPLE_RATE: &str = "sentry.sample_rate";
    /// The sample rate of the page's previous trace, where the new one follows its decision.
    pub const PREVIOUS_SAMPLE_RATE: &str = "sentry.previous_trace_sample_rate";
    /// What a failed span said about its failure.
    pub const STATUS_MESSAGE: &str = "sentry.status.message";
    /// Why an idle span ended.
    pub const IDLE_FINISH_REASON: &str = "sentry.idle_span_finish_reason";
    /// How many children an idle span left out.
    pub const IDLE_DISCARDED_SPANS: &str = "sentry.idle_span_discarded_spans";
    /// Why a span was cut short.
    pub const CANCELLATION_REASON: &str = "sentry.cancellation_reason";
    /// The profile that was taken of a span.
    pub const PROFILE_ID: &str = "sentry.profile_id";
    /// How long a span ran without any child, in milliseconds.
    pub const EXCLUSIVE_TIME: &str = "sentry.exclusive_time";
}

/// Attributes of one span; the reference sends no more entries of one object either.
pub const MAX_ATTRIBUTES: usize = 1000;

/// Names to JSON values, in the order they were first set. They are one text, the members of a JSON object with a
/// comma after each: an envelope takes them as they are, and a span is not made of a dozen small allocations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    members: String,
    /// Of each member the length of its name, with quotes and colon, and of its value, with the comma.
    sizes: Vec<(u32, u32)>,
}

/// Where a member stands: among all, in the text, and where its value does.
struct Place {
    index: usize,
    member: Range<usize>,
    value: Range<usize>,
}

impl Attributes {
    /// None yet, with room for so many, and for so many bytes.
    pub fn with_room(count: usize, bytes: usize) -> Attributes {
        Attributes { members: String::with_capacity(bytes), sizes: Vec::with_capacity(count) }
    }

    /// Sets a value, or replaces it. A new name past [`MAX_ATTRIBUTES`] is left out.
    pub fn set(&mut self, name: &str, value: Json) {
        self.set_written(&escaped(name), value.as_str());
    }

    /// Sets the value of a name that is escaped already.
    fn set_written(&mut self, name: &str, value: &str) {
        match self.find(name) {
            Some(place) => {
                self.replace(place.value, value);
                if let Some((_, size)) = self.sizes.get_mut(place.index) {
                    *size = value.len() as u32 + 1;
                }
            }
            None if self.sizes.len() >= MAX_ATTRIBUTES => {}
            None => self.push(name, &[value]),
        }
    }

    /// Sets a string.
    pub fn set_string(&mut self, name: &str, value: &str) {
        let written = escaped(name);
        if self.sizes.len() < MAX_ATTRIBUTES && self.find(&written).is_none() {
            self.push(&written, &["\"", &escaped(value), "\""]);
        } else {
            self.set(name, Json::string(value));
        }
    }

    /// Sets a value unless there is one already. For what we know ourselves: it always has room.
    pub fn set_default(&mut self, name: &str, value: Json) {
        let name = escaped(name);
        if self.find(&name).is_none() {
            self.push(&name, &[value.as_str()]);
        }
    }

    /// Sets all that others say.
    pub fn set_all(&mut self, others: &Attributes) {
        others.pairs().for_each(|(name, value)| self.set_written(name, value));
    }

    /// Sets what others say, unless there is a value already.
    pub fn set_defaults(&mut self, others: &Attributes) {
        for (name, value) in others.pairs() {
            if self.find(name).is_none() {
                self.set_written(name, value);
            }
        }
    }

    /// Sets the value of a name that needs no escape before all others, unless there is one already.
    pub fn set_first(&mut self, name: &'static str, value: Json) {
        if self.find(name).is_none() {
            let mut first = Attributes::default();
            first.push(name, &[value.as_str()]);
            first.members.push_str(&self.members);
            first.sizes.append(&mut self.sizes);
            *self = first;
        }
    }

    /// Removes a value.
    pub fn remove(&mut self, name: &str) {
        if let Some(Place { index, member, .. }) = self.find(&escaped(name)) {
            self.replace(member, "");
            self.sizes.remove(index);
        }
    }

    /// A value, as JSON.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_written(&escaped(name))
    }

    /// A value, as JSON, of a name as it is written: a constant needs no escape.
    pub fn get_written(&self, name: &str) -> Option<&str> {
        let Place { value, .. } = self.find(name)?;
        self.members.get(value)
    }

    /// A value that is a simple string.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(plain_text)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.sizes.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.sizes.len()
    }

    /// Names, as they stand between the quotes of JSON, and JSON values, in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.places().filter_map(|Place { member, value, .. }| {
            Some((self.members.get(member.start + 1..value.start - 2)?, self.members.get(value)?))
        })
    }

    /// The members of a JSON object, without its braces.
    pub fn members(&self) -> &str {
        self.members.get(..self.members.len().saturating_sub(1)).unwrap_or_default()
    }

    /// Writes the attributes as a JSON object.
    pub fn write_json(&self, out: &mut String) {
        push_all(out, &["{", self.members(), "}"]);
    }

    fn places(&self) -> impl Iterator<Item = Place> {
        let mut start = 0;
        self.sizes.iter().enumerate().map(move |(index, (name, value))| {
            let middle = start + *name as usize;
            let end = middle + *value as usize;
            let place = Place { index, member: start..end, value: middle..end - 1 };
            start = end;
            place
        })
    }

    /// Where the member of a name stands, which is given as it is written.
    fn find(&self, name: &str) -> Option<Place> {
        let text = self.members.as_bytes();
        self.places().find(|Place { member, value, .. }| {
            value.start - member.start == name.len() + 3
                && text.get(member.start + 1..value.start - 2) == Some(name.as_bytes())
        })
    }

    fn push(&mut self, name: &str, value: &[&str]) {
        push_all(&mut self.members, &["\"", name, "\":"]);
        let start = self.members.len();
        push_all(&mut self.members, value);
        self.members.push(',');
        self.sizes.push((name.len() as u32 + 3, (self.members.len() - start) as u32));
    }

    fn replace(&mut self, range: Range<usize>, with: &str) {
        let after = self.members.get(range.end..).unwrap_or_default().to_owned();
        self.members.truncate(range.start);
        push_all(&mut self.members, &[with, &after]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_keep_their_order_and_may_be_replaced_and_removed() {
        let mut attributes = Attributes::default();
        attributes.set_string("b", "1");
        attributes.set("a", Json::integer(2));
        attributes.set_string("b", "3");
        attributes.set_default("a", Json::integer(9));
        let mut out = String::new();
        attributes.write_json(&mut out);
        assert_eq!(out, r#"{"b":"3","a":2}"#);
        attributes.remove("b");
        assert_eq!(attributes.get("b"), None);
    }

    #[test]
    fn what_others_say_is_taken_over() {
        let mut others = Attributes::default();
        others.set_string("a\"", "1\n2");
        others.set("b", Json::integer(7));
        let mut attributes = Attributes::default();
        attributes.set("b", Json::integer(1));
        attributes.set_all(&others);
        assert_eq!(attributes.pairs().collect::<Vec<_>>(), [("b", "7"), ("a\\\"", "\"1\\n2\"")]);
    }

    #[test]
    fn defaults_say_only_what_nobody_has_said() {
        let mut defaults = Attributes::default();
        (0..900).for_each(|number| defaults.set(&number.to_string(), Json::integer(number)));
        let mut attributes = Attributes::default();
        attributes.set_string("0", "own");
        (900..1900).for_each(|number| attributes.set(&number.to_string(), Json::integer(number)));
        attributes.set_defaults(&defaults);
        assert_eq!((attributes.text("0"), attributes.get("1899")), (Some("own"), None));
        assert_eq!(attributes.len(), MAX_ATTRIBUTES);
    }

    #[test]
    fn a_span_has_a_thousand_attributes_at_most() {
        let mut attributes = Attributes::default();
        (0..3000).for_each(|number| attributes.set(&number.to_string(), Json::integer(number)));
        assert_eq!(attributes.len(), MAX_ATTRIBUTES);
        attributes.set("0", Json::integer(7));
        assert_eq!(attributes.get("0"), Some("7"));
        attributes.set_default(attribute::ORIGIN, Json::string("manual"));
        assert_eq!(attributes.text(attribute::ORIGIN), Some("manual"), "what we know ourselves has room");
    }
}
