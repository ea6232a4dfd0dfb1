//! A link: another span that has to do with this one, in whatever trace.

use crate::app::attributes::Attributes;
use crate::codec::id::{SpanId, TraceId};
use crate::codec::json::{Json, Object};

/// A link to a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The trace of the other span.
    pub trace_id: TraceId,
    /// Its id.
    pub span_id: SpanId,
    /// Whether its trace is recorded; `None` if nobody knows.
    pub sampled: Option<bool>,
    /// What is known about the link.
    pub attributes: Attributes,
}

impl Link {
    /// A link to a span, of which nothing more is known.
    pub fn to(trace_id: TraceId, span_id: SpanId, sampled: bool) -> Link {
        Link { trace_id, span_id, sampled: Some(sampled), attributes: Attributes::default() }
    }

    /// Writes the link as a JSON object, with its attributes as `write_attributes` writes them.
    pub fn write_json(&self, out: &mut String, write_attributes: impl Fn(&mut String, &Attributes)) {
        let mut object = Object::open(out);
        object.string("span_id", &self.span_id.hex());
        object.string("trace_id", &self.trace_id.hex());
        if let Some(sampled) = self.sampled {
            object.raw("sampled", Json::boolean(sampled).as_str());
        }
        if !self.attributes.is_empty() {
            write_attributes(object.member("attributes"), &self.attributes);
        }
        object.close();
    }
}
