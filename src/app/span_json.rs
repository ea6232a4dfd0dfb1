//! A span as JSON, in the two shapes of the reference: the static one, which transactions are made of, and
//! the streamed one, which `spanToJSON` answers.

use crate::app::attributes::{Attributes, attribute};
use crate::app::span::{Kind, Span};
use crate::codec::id::{SpanId, TraceId};
use crate::codec::json::{Json, escaped, write_list};
use crate::codec::text::push_all;
use crate::codec::time::Timestamp;

/// What most children of a root have in common: their trace and their parent, which are written once.
#[derive(Debug)]
pub struct Family {
    trace_id: TraceId,
    parent: SpanId,
    text: String,
}

impl Family {
    /// Of the children of this very span.
    pub fn of(parent: &Span) -> Family {
        let (trace_id, parent, mut text) = (parent.trace_id, parent.span_id, String::new());
        write_ancestry(&mut text, trace_id, Some(parent));
        Family { trace_id, parent, text }
    }
}

/// What follows the digits of a span's own id.
fn write_ancestry(out: &mut String, trace_id: TraceId, parent: Option<SpanId>) {
    push_all(out, &["\",\"trace_id\":\""]);
    trace_id.write(out);
    if let Some(parent) = parent {
        push_all(out, &["\",\"parent_span_id\":\""]);
        parent.write(out);
    }
    push_all(out, &["\""]);
}

impl Span {
    /// The span as `spanToJSON` answers it. Of a bare span only the ids are known.
    pub fn to_json(&self) -> String {
        self.to_streamed_json(&self.streamed_attributes(), |out, attributes| attributes.write_json(out))
    }

    /// The span in the streamed shape, with these attributes for its own. `write_attributes` writes them, and those of its
    /// links.
    pub fn to_streamed_json(
        &self,
        attributes: &Attributes,
        write_attributes: impl Fn(&mut String, &Attributes),
    ) -> String {
        let mut out = String::new();
        let name = if self.kind == Kind::Bare { "" } else { &self.name };
        push_all(&mut out, &["{\"name\":\"", &escaped(name), "\","]);
        self.write_ids(&mut out, None);
        push_all(&mut out, &[",\"start_timestamp\":"]);
        self.write_times(&mut out, ",\"end_timestamp\":");
        push_all(
            &mut out,
            &[
                ",\"is_segment\":",
                Json::boolean(self.is_segment()).as_str(),
                ",\"status\":\"",
                self.two_valued_status(),
                "\",\"attributes\":",
            ],
        );
        write_attributes(&mut out, attributes);
        self.write_links(&mut out, write_attributes);
        push_all(&mut out, &["}"]);
        out
    }

    /// Writes the span as an entry of a transaction's `spans`. Names stand here together with what is around them,
    /// because a large transaction has a thousand of these.
    pub fn write_static_json(&self, out: &mut String, family: Option<&Family>) {
        push_all(out, &["{\"data\":{", self.attributes.members()]);
        if self.kind != Kind::Bare {
            push_all(out, &["},\"description\":\"", &escaped(&self.name), "\",\"start_timestamp\":"]);
        } else {
            push_all(out, &["},\"start_timestamp\":"]);
        }
        self.write_times(out, ",\"timestamp\":");
        push_all(out, &[","]);
        self.write_trace_fields(out, family);
        self.write_attribute(out, ",\"profile_id\":", attribute::PROFILE_ID);
        self.write_attribute(out, ",\"exclusive_time\":", attribute::EXCLUSIVE_TIME);
        if !self.measurements.is_empty() {
            push_all(out, &[",\"measurements\":{", self.measurements.members(), "}"]);
        }
        push_all(out, &["}"]);
    }

    /// Writes the members that a span and a transaction's trace context share.
    pub fn write_trace_fields(&self, out: &mut String, family: Option<&Family>) {
        self.write_ids(out, family);
        self.write_attribute(out, ",\"op\":", attribute::OP);
        self.write_attribute(out, ",\"origin\":", attribute::ORIGIN);
        // One of a few words.
        push_all(out, &[",\"status\":\"", self.status.text(), "\""]);
        self.write_links(out, |out, attributes| attributes.write_json(out));
    }

    /// Trace id, span id and parent. A bare span shows no parent, as in the reference.
    fn write_ids(&self, out: &mut String, family: Option<&Family>) {
        // Digits need no escape.
        push_all(out, &["\"span_id\":\""]);
        self.span_id.write(out);
        let parent = self.parent_span_id.filter(|_| self.kind != Kind::Bare);
        match family.filter(|family| (self.trace_id, parent) == (family.trace_id, Some(family.parent))) {
            Some(family) => out.push_str(&family.text),
            None => write_ancestry(out, self.trace_id, parent),
        }
    }

    /// When it began, and when it ended, if it did. Of a bare span nothing is known.
    fn write_times(&self, out: &mut String, end_member: &str) {
        let start = if self.kind == Kind::Bare { Timestamp::EPOCH } else { self.start };
        start.write_seconds(out);
        if let Some(end) = self.end {
            push_all(out, &[end_member]);
            end.write_seconds(out);
        }
    }

    /// Whether it is the local root of its trace; of bare spans, those without a parent are.
    pub fn is_segment(&self) -> bool {
        match self.kind {
            Kind::Root => true,
            Kind::Bare => self.parent_span_id.is_none(),
            Kind::Child | Kind::Discarded => false,
        }
    }

    /// `ok` or `error`.
    pub fn two_valued_status(&self) -> &'static str {
        if self.status.is_error() { "error" } else { "ok" }
    }

    /// The attributes, with what a failure said about itself before them. An attribute of that name wins.
    pub fn streamed_attributes(&self) -> Attributes {
        let mut attributes = self.attributes.clone();
        if let Some(message) = self.status.message() {
            attributes.set_first(attribute::STATUS_MESSAGE, Json::string(message));
        }
        attributes
    }

    fn write_attribute(&self, out: &mut String, member: &str, name: &str) {
        if let Some(value) = self.attributes.get_written(name) {
            push_all(out, &[member, value]);
        }
    }

    fn write_links(&self, out: &mut String, write_attributes: impl Fn(&mut String, &Attributes)) {
        if !self.links.is_empty() {
            out.push_str(",\"links\":");
            write_list(out, &self.links, |out, link| link.write_json(out, &write_attributes));
        }
    }
}

// Natively only: `serde_json` is no dependency of the other target.
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::app::link::Link;
    use crate::app::status::Status;

    fn span() -> Span {
        let mut span =
            Span::bare(TraceId::from_random([1; 16]), SpanId::from_random([1; 8]), Timestamp::EPOCH);
        span.kind = Kind::Child;
        span.name = "work".to_owned();
        span.end = Some(Timestamp::from_micros(1_500_000));
        span
    }

    fn read(text: &str) -> serde_json::Value {
        serde_json::from_str(text).unwrap()
    }

    fn static_json(span: &Span) -> serde_json::Value {
        let mut out = String::new();
        span.write_static_json(&mut out, None);
        read(&out)
    }

    #[test]
    fn what_a_family_shares_is_what_each_would_write() {
        let parent = span();
        let below = |parent_span_id| Span { parent_span_id, ..span() };
        let stranger = Span { trace_id: TraceId::from_random([2; 16]), ..below(Some(parent.span_id)) };
        let bare = Span { kind: Kind::Bare, ..below(Some(parent.span_id)) };
        let other = Some(SpanId::from_random([2; 8]));
        for span in [below(Some(parent.span_id)), below(other), below(None), stranger, bare] {
            let mut out = String::new();
            span.write_static_json(&mut out, Some(&Family::of(&parent)));
            assert_eq!(read(&out), static_json(&span));
        }
    }

    #[test]
    fn links_and_measurements_are_shown_where_there_are_any() {
        let mut span = span();
        for json in [read(&span.to_json()), static_json(&span)] {
            assert_eq!((json.get("links"), json.get("measurements")), (None, None));
        }
        let link = json!({ "span_id": span.span_id.hex(), "trace_id": span.trace_id.hex(), "sampled": true });
        span.add_links([Link::to(span.trace_id, span.span_id, true)]);
        span.measurements.set("lcp", Json::raw(r#"{"value":1,"unit":"ms"}"#.to_owned()).unwrap());
        assert_eq!(read(&span.to_json())["links"], json!([link]));
        assert_eq!(static_json(&span)["links"], json!([link]));
        assert_eq!(static_json(&span)["measurements"]["lcp"]["value"], 1);
        assert_eq!(read(&span.to_json()).get("measurements"), None);
    }

    #[test]
    fn the_static_shape_lifts_some_attributes() {
        let mut span = span();
        span.attributes.set_string(attribute::OP, "db");
        span.attributes.set_string(attribute::PROFILE_ID, "p");
        span.attributes.set(attribute::EXCLUSIVE_TIME, Json::integer(7));
        let json = static_json(&span);
        assert_eq!(
            (&json["op"], &json["profile_id"], &json["exclusive_time"]),
            (&"db".into(), &"p".into(), &7.into())
        );
        assert_eq!(json["data"]["sentry.profile_id"], "p");
    }

    #[test]
    fn an_attribute_of_the_page_wins_over_the_message_of_a_failure() {
        let mut span = span();
        span.attributes.set_string("own", "1");
        span.status = Status::error("boom");
        let json = read(&span.to_json());
        assert_eq!(
            (&json["status"], &json["attributes"][attribute::STATUS_MESSAGE]),
            (&"error".into(), &"boom".into())
        );
        assert!(span.to_json().contains(r#""attributes":{"sentry.status.message":"boom","own":"1"}"#));
        span.attributes.set_string(attribute::STATUS_MESSAGE, "mine");
        assert_eq!(read(&span.to_json())["attributes"][attribute::STATUS_MESSAGE], "mine");
        span.status = Status::error("cancelled");
        assert_eq!(read(&span.to_json())["status"], "ok");
        assert_eq!(static_json(&span)["status"], "cancelled");
    }

    #[test]
    fn of_a_bare_span_only_ids_are_shown() {
        let mut span = span();
        span.kind = Kind::Bare;
        span.end = None;
        let ids = json!({ "span_id": span.span_id.hex(), "trace_id": span.trace_id.hex() });
        let mut expected = ids.clone();
        expected["start_timestamp"] = 0.into();
        expected["status"] = "ok".into();
        let mut streamed = expected.clone();
        expected["data"] = json!({});
        assert_eq!(static_json(&span), expected);
        streamed["name"] = "".into();
        streamed["is_segment"] = true.into();
        streamed["attributes"] = json!({});
        assert_eq!(read(&span.to_json()), streamed);
        span.parent_span_id = Some(span.span_id);
        streamed["is_segment"] = false.into();
        assert_eq!(read(&span.to_json()), streamed);
    }
}
