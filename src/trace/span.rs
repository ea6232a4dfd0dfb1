//! A span: one timed operation, with its attributes and status.

use super::dsc::Dsc;
use super::fraction::Fraction;
use super::id::{SpanId, TraceId};
use super::store::SpanKey;
use super::time::Timestamp;
use crate::json::{Json, Object};

/// Attribute names that the core reads or writes itself.
pub mod attribute {
    /// What kind of operation the span is.
    pub const OP: &str = "sentry.op";
    /// Who made the span.
    pub const ORIGIN: &str = "sentry.origin";
    /// Where the name of a root span comes from: `custom`, `url`, `route`…
    pub const NAME_SOURCE: &str = "sentry.segment.name.source";
    /// The sample rate that we applied to a root span.
    pub const SAMPLE_RATE: &str = "sentry.sample_rate";
    /// Why an idle span ended.
    pub const IDLE_FINISH_REASON: &str = "sentry.idle_span_finish_reason";
    /// How many children an idle span left out.
    pub const IDLE_DISCARDED_SPANS: &str = "sentry.idle_span_discarded_spans";
    /// Why a span was cut short.
    pub const CANCELLATION_REASON: &str = "sentry.cancellation_reason";
}

/// Names to JSON values, in the order they were first set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes(Vec<(String, Json)>);

impl Attributes {
    /// Sets a value, or replaces it.
    pub fn set(&mut self, name: &str, value: Json) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known_value)) => *known_value = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Sets a string.
    pub fn set_string(&mut self, name: &str, value: &str) {
        self.set(name, Json::string(value));
    }

    /// Sets a value unless there is one already.
    pub fn set_default(&mut self, name: &str, value: Json) {
        if self.get(name).is_none() {
            self.0.push((name.to_owned(), value));
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

    /// Writes the attributes as a JSON object.
    pub fn write_json(&self, out: &mut String) {
        let mut object = Object::open(out);
        for (name, value) in &self.0 {
            object.raw(name, value.as_str());
        }
        object.close();
    }
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Nobody has said anything.
    #[default]
    Unset,
    /// It succeeded.
    Ok,
    /// It failed; one of [`Status::MESSAGES`].
    Error(&'static str),
}

impl Status {
    /// The messages an error status may have. Any other becomes `internal_error`.
    pub const MESSAGES: [&'static str; 17] = [
        "deadline_exceeded",
        "unauthenticated",
        "permission_denied",
        "not_found",
        "resource_exhausted",
        "invalid_argument",
        "unimplemented",
        "unavailable",
        "internal_error",
        "unknown_error",
        "cancelled",
        "already_exists",
        "failed_precondition",
        "aborted",
        "out_of_range",
        "data_loss",
        "ok",
    ];

    /// An error with a message.
    pub fn error(message: &str) -> Status {
        let known = Status::MESSAGES.iter().copied().find(|known| *known == message);
        Status::Error(known.unwrap_or("internal_error"))
    }

    /// From the code numbers of OpenTelemetry: 0 unset, 1 ok, 2 error.
    pub fn from_code(code: u32, message: &str) -> Status {
        match code {
            1 => Status::Ok,
            2 => Status::error(message),
            _ => Status::Unset,
        }
    }

    /// From an HTTP status code.
    pub fn from_http(code: u16) -> Status {
        Status::Error(match code {
            100..=399 => return Status::Ok,
            401 => "unauthenticated",
            403 => "permission_denied",
            404 => "not_found",
            409 => "already_exists",
            413 => "failed_precondition",
            429 => "resource_exhausted",
            499 => "cancelled",
            400..=498 => "invalid_argument",
            501 => "unimplemented",
            503 => "unavailable",
            504 => "deadline_exceeded",
            _ => "internal_error",
        })
    }

    /// As transactions and their spans name it. An unset status counts as success.
    pub fn text(self) -> &'static str {
        match self {
            Status::Unset | Status::Ok => "ok",
            Status::Error(message) => message,
        }
    }

    /// Whether it counts as a failure in the two-valued form of `spanToJSON`.
    pub fn is_error(self) -> bool {
        matches!(self, Status::Error(message) if message != "cancelled")
    }
}

/// What a span is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The first span of a trace in this page. It has a [`Root`].
    Root,
    /// A span below a root.
    Child,
    /// Only ids: no data is kept, nothing will be sent.
    Bare,
}

/// One span.
#[derive(Clone, Debug)]
pub struct Span {
    /// Its trace.
    pub trace_id: TraceId,
    /// Its id.
    pub span_id: SpanId,
    /// The span it is part of, here or in another service.
    pub parent_span_id: Option<SpanId>,
    /// Its root; its own key if it is one. A bare span may have none.
    pub root: Option<SpanKey>,
    /// What it is to us.
    pub kind: Kind,
    /// Whether its trace is recorded.
    pub sampled: bool,
    /// What it is called.
    pub name: String,
    /// When it began.
    pub start: Timestamp,
    /// The reading of the steady clock when it began, if it began "now".
    pub start_ticks: Option<u64>,
    /// When it ended.
    pub end: Option<Timestamp>,
    /// How it ended.
    pub status: Status,
    /// Everything else.
    pub attributes: Attributes,
}

/// What only a root span has.
#[derive(Clone, Debug)]
pub struct Root {
    /// The dynamic sampling context that came with the trace, if it did.
    pub dsc: Option<Dsc>,
    /// The lot of its trace.
    pub sample_rand: Fraction,
    /// The rate we applied, if the decision was ours.
    pub applied_rate: Option<Fraction>,
    /// Its recorded descendants, in the order they began.
    pub children: Vec<SpanKey>,
}

impl Span {
    /// Whether changes to it still matter.
    pub fn is_recording(&self) -> bool {
        self.sampled && self.end.is_none() && self.kind != Kind::Bare
    }

    /// Where the name of a root span comes from.
    pub fn name_source(&self) -> Option<&str> {
        self.attributes.text(attribute::NAME_SOURCE)
    }

    /// The span as `spanToJSON` answers it. Of a bare span only the ids are known.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        let mut object = Object::open(&mut out);
        let bare = self.kind == Kind::Bare;
        object.string("name", if bare { "" } else { &self.name });
        self.write_ids(&mut object);
        let start = if bare { Timestamp::EPOCH } else { self.start };
        start.write_seconds(object.member("start_timestamp"));
        if let Some(end) = self.end {
            end.write_seconds(object.member("end_timestamp"));
        }
        object.raw("is_segment", Json::boolean(self.kind == Kind::Root).as_str());
        object.string("status", if self.status.is_error() { "error" } else { "ok" });
        match self.status {
            Status::Error(message) if self.status.is_error() => {
                let mut attributes = self.attributes.clone();
                attributes.set_string("sentry.status.message", message);
                attributes.write_json(object.member("attributes"));
            }
            _ => self.attributes.write_json(object.member("attributes")),
        }
        object.close();
        out
    }

    /// Writes the span as an entry of a transaction's `spans`.
    pub fn write_static_json(&self, out: &mut String) {
        let mut object = Object::open(out);
        self.attributes.write_json(object.member("data"));
        object.string("description", &self.name);
        self.start.write_seconds(object.member("start_timestamp"));
        if let Some(end) = self.end {
            end.write_seconds(object.member("timestamp"));
        }
        self.write_trace_fields(&mut object);
        object.close();
    }

    /// Writes the fields that a span and a transaction's trace context share.
    pub fn write_trace_fields(&self, object: &mut Object<'_>) {
        self.write_ids(object);
        for (field, name) in [("op", attribute::OP), ("origin", attribute::ORIGIN)] {
            if let Some(value) = self.attributes.get(name) {
                object.raw(field, value.as_str());
            }
        }
        object.string("status", self.status.text());
    }

    fn write_ids(&self, object: &mut Object<'_>) {
        object.string("span_id", &self.span_id.hex());
        object.string("trace_id", &self.trace_id.hex());
        if let Some(parent) = self.parent_span_id {
            object.string("parent_span_id", &parent.hex());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_http_codes_as_the_reference_does() {
        for (code, text) in [
            (100, "ok"),
            (200, "ok"),
            (399, "ok"),
            (400, "invalid_argument"),
            (401, "unauthenticated"),
            (403, "permission_denied"),
            (404, "not_found"),
            (409, "already_exists"),
            (413, "failed_precondition"),
            (418, "invalid_argument"),
            (429, "resource_exhausted"),
            (499, "cancelled"),
            (500, "internal_error"),
            (501, "unimplemented"),
            (503, "unavailable"),
            (504, "deadline_exceeded"),
            (599, "internal_error"),
            (0, "internal_error"),
            (600, "internal_error"),
        ] {
            assert_eq!(Status::from_http(code).text(), text, "{code}");
        }
    }

    #[test]
    fn an_unknown_message_becomes_internal_error() {
        assert_eq!(Status::from_code(2, "boom").text(), "internal_error");
        assert_eq!(Status::from_code(2, "not_found").text(), "not_found");
        assert_eq!(Status::from_code(1, "boom").text(), "ok");
        assert_eq!(Status::from_code(7, "").text(), "ok");
    }

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
}
