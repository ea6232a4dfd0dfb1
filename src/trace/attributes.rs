//! Attributes: names to JSON values, in the order they were first set.

use std::ops::Range;

use crate::json::{Json, escaped, holds_control, plain_text};

/// Attribute names that the core reads or writes itself.
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
    /// Sets a value, or replaces it. A new name past [`MAX_ATTRIBUTES`] is left out.
    pub fn set(&mut self, name: &str, value: Json) {
        self.put(&escaped(name), value.as_str());
    }

    /// Sets a string.
    pub fn set_string(&mut self, name: &str, value: &str) {
        self.set(name, Json::string(value));
    }

    /// Sets a value unless there is one already. For what the core itself knows: it always has room.
    pub fn set_default(&mut self, name: &str, value: Json) {
        let name = escaped(name);
        if self.find(&name).is_none() {
            self.push(&name, value.as_str());
        }
    }

    /// Sets what the lines of [`attribute_lines`] say; what they would remove is left alone.
    pub fn set_lines(&mut self, lines: &str) {
        // With quotes, colons and commas, and an origin for those that say none.
        self.members.reserve(lines.len() + 48);
        for (name, value) in json_lines(lines) {
            self.put(&escaped(name), value);
        }
    }

    /// Sets what the lines of [`attribute_lines`] say, unless there is a value already.
    pub fn set_defaults(&mut self, lines: &str) {
        for (name, value) in json_lines(lines) {
            let name = escaped(name);
            if self.find(&name).is_none() {
                self.put(&name, value);
            }
        }
    }

    /// Sets what others say.
    pub fn set_all(&mut self, others: &Attributes) {
        for (name, value) in others.entries() {
            self.put(name, value);
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
        let Place { value, .. } = self.find(&escaped(name))?;
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

    /// Name and JSON value in turn, each on a line of its own, as [`attribute_lines`] reads them. For names that need
    /// no escape.
    pub fn to_lines(&self) -> String {
        let mut out = String::new();
        for (name, value) in self.entries() {
            for line in [name, "\n", value, "\n"] {
                out.push_str(line);
            }
        }
        out
    }

    /// Writes the attributes as a JSON object.
    pub fn write_json(&self, out: &mut String) {
        out.push('{');
        out.push_str(self.members.strip_suffix(',').unwrap_or_default());
        out.push('}');
    }

    /// Names as they are written between the quotes, and JSON values, in order.
    fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.places().filter_map(|Place { member, value, .. }| {
            let name = self.members.get(member.start + 1..value.start - 2)?;
            Some((name, self.members.get(value)?))
        })
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

    fn put(&mut self, name: &str, value: &str) {
        match self.find(name) {
            Some(place) => {
                self.replace(place.value, value);
                if let Some((_, size)) = self.sizes.get_mut(place.index) {
                    *size = value.len() as u32 + 1;
                }
            }
            None if self.sizes.len() >= MAX_ATTRIBUTES => {}
            None => self.push(name, value),
        }
    }

    fn push(&mut self, name: &str, value: &str) {
        for piece in ["\"", name, "\":", value, ","] {
            self.members.push_str(piece);
        }
        self.sizes.push((name.len() as u32 + 3, value.len() as u32 + 1));
    }

    fn replace(&mut self, range: Range<usize>, with: &str) {
        let (before, after) = (self.members.get(..range.start), self.members.get(range.end..));
        self.members = [before.unwrap_or_default(), with, after.unwrap_or_default()].concat();
    }
}

/// Reads name and JSON value in turn, each on a line of its own; an empty value means "remove".
pub fn attribute_lines(text: &str) -> impl Iterator<Item = (String, Option<Json>)> {
    borrowed_lines(text).map(|(name, value)| (name.to_owned(), Json::raw(value.to_owned())))
}

/// What these lines set.
fn json_lines(text: &str) -> impl Iterator<Item = (&str, &str)> {
    borrowed_lines(text).filter(|(_, value)| !value.is_empty() && !holds_control(value))
}

fn borrowed_lines(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut lines = text.split('\n');
    std::iter::from_fn(move || {
        let name = lines.next().filter(|name| !name.is_empty())?;
        Some((name, lines.next()?))
    })
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
    fn what_is_written_as_lines_is_read_from_them() {
        let mut attributes = Attributes::default();
        attributes.set_string("a", "1\n2");
        attributes.set("b", Json::integer(7));
        let read: Vec<_> = attribute_lines(&attributes.to_lines()).collect();
        let expected = [("a", Json::string("1\n2")), ("b", Json::integer(7))];
        assert_eq!(read, expected.map(|(name, value)| (name.to_owned(), Some(value))));
        assert_eq!(attribute_lines("a\n\nb").collect::<Vec<_>>(), [("a".to_owned(), None)]);
        assert_eq!(attribute_lines("").count(), 0);
    }

    #[test]
    fn defaults_say_only_what_nobody_has_said() {
        let mut attributes = Attributes::default();
        attributes.set_string("a", "own");
        attributes.set_defaults("a\n\"default\"\nb\n\"first\"\nb\n\"second\"\nc\n");
        assert_eq!((attributes.text("a"), attributes.text("b")), (Some("own"), Some("first")));
        assert_eq!(attributes.get("c"), None);
        let many: String = (0..3000).map(|number| format!("{number}\n{number}\n")).collect();
        attributes.set_defaults(&many);
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
