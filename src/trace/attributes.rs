//! Attributes: names to JSON values, in the order they were first set.

use crate::json::{Json, Object};

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

/// Names to JSON values, in the order they were first set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes(Vec<(String, Json)>);

impl Attributes {
    /// Sets a value, or replaces it. A new name past [`MAX_ATTRIBUTES`] is left out.
    pub fn set(&mut self, name: &str, value: Json) {
        let full = self.0.len() >= MAX_ATTRIBUTES;
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known_value)) => *known_value = value,
            None if full => {}
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Sets a string.
    pub fn set_string(&mut self, name: &str, value: &str) {
        self.set(name, Json::string(value));
    }

    /// Sets a value unless there is one already. For what the core itself knows: it always has room.
    pub fn set_default(&mut self, name: &str, value: Json) {
        if self.get(name).is_none() {
            self.0.push((name.to_owned(), value));
        }
    }

    /// Sets what the lines of [`attribute_lines`] say, unless there is a value already.
    pub fn set_defaults(&mut self, lines: &str) {
        for (name, value) in attribute_lines(lines) {
            if let Some(value) = value.filter(|_| self.get(&name).is_none()) {
                self.set(&name, value);
            }
        }
    }

    /// Removes a value.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }

    /// A value.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// A value that is a simple string.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Json::plain_text)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names and values in order.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Name and JSON value in turn, each on a line of its own, as [`attribute_lines`] reads them.
    pub fn to_lines(&self) -> String {
        let mut out = String::new();
        for (name, value) in self.entries() {
            for line in [name, "\n", value.as_str(), "\n"] {
                out.push_str(line);
            }
        }
        out
    }

    /// Writes the attributes as a JSON object.
    pub fn write_json(&self, out: &mut String) {
        let mut object = Object::open(out);
        self.write_members(&mut object);
        object.close();
    }

    /// Writes the attributes into an object that is open.
    pub fn write_members(&self, object: &mut Object<'_>) {
        for (name, value) in self.entries() {
            object.raw(name, value.as_str());
        }
    }
}

/// Reads name and JSON value in turn, each on a line of its own; an empty value means "remove".
pub fn attribute_lines(text: &str) -> impl Iterator<Item = (String, Option<Json>)> {
    let mut lines = text.split('\n');
    std::iter::from_fn(move || {
        let name = lines.next().filter(|name| !name.is_empty())?;
        let value = lines.next()?;
        Some((name.to_owned(), Json::raw(value.to_owned())))
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
        assert_eq!(attributes.entries().count(), MAX_ATTRIBUTES);
    }

    #[test]
    fn a_span_has_a_thousand_attributes_at_most() {
        let mut attributes = Attributes::default();
        (0..3000).for_each(|number| attributes.set(&number.to_string(), Json::integer(number)));
        assert_eq!(attributes.entries().count(), MAX_ATTRIBUTES);
        attributes.set("0", Json::integer(7));
        assert_eq!(attributes.get("0"), Some(&Json::integer(7)));
        attributes.set_default(attribute::ORIGIN, Json::string("manual"));
        assert_eq!(attributes.text(attribute::ORIGIN), Some("manual"), "what we know ourselves has room");
    }
}
