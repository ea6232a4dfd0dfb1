//! A span: one timed operation, with its attributes, links and status.

use crate::app::attributes::{Attributes, attribute};
use crate::app::link::Link;
use crate::app::moment::Moment;
use crate::app::span_key::SpanKey;
use crate::app::status::Status;
use crate::codec::dsc::Dsc;
use crate::codec::fraction::Fraction;
use crate::codec::id::{SpanId, TraceId};
use crate::codec::json::Json;
use crate::codec::time::Timestamp;

/// Links of one span; the reference sends no more entries of one list either.
pub const MAX_LINKS: usize = 1000;

/// What a span is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The first span of a trace in this page. It has a [`Root`].
    Root,
    /// A span below a root.
    Child,
    /// A span below an idle root that does not belong to it after all. It is not sent.
    Discarded,
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
    /// Whether it is sent alone, in an envelope of its own, and never as part of a transaction.
    pub standalone: bool,
    /// Whether it waits to be sent, or was sent, in stream mode: its place in the store may be used again.
    pub streamed: bool,
    /// Why it is bare, for the children that are lost with it.
    pub loss: Option<&'static str>,
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
    /// What is known about it.
    pub attributes: Attributes,
    /// Other spans that have to do with it.
    pub links: Vec<Link>,
    /// Named values with units, each as JSON.
    pub measurements: Attributes,
}

/// What only a root span has.
#[derive(Clone, Debug, Default)]
pub struct Root {
    /// The dynamic sampling context that came with the trace, if it did.
    pub dsc: Option<Dsc>,
    /// What other vendors say of the trace, see [`PropagationContext`](crate::codec::context::PropagationContext).
    pub tracestate: String,
    /// The lot of its trace.
    pub sample_rand: Fraction,
    /// Its recorded descendants, in the order they began.
    pub children: Vec<SpanKey>,
    /// How many more descendants it would have had.
    pub refused: u32,
    /// The latest end of those that made room for others.
    pub gone_end: Option<Timestamp>,
}

impl Span {
    /// A span of which only ids and start are known.
    pub fn bare(trace_id: TraceId, span_id: SpanId, start: Timestamp) -> Span {
        Span {
            trace_id,
            span_id,
            parent_span_id: None,
            root: None,
            kind: Kind::Bare,
            sampled: false,
            standalone: false,
            streamed: false,
            loss: None,
            name: String::new(),
            start,
            start_ticks: None,
            end: None,
            status: Status::Unset,
            attributes: Attributes::default(),
            links: Vec::new(),
            measurements: Attributes::default(),
        }
    }

    /// When it ends if it ends now: what began and ended "now" lasted as long as the steady clock says, even if the
    /// other one jumped.
    pub fn ends_at(&self, moment: &Moment) -> Timestamp {
        let steady = self.start_ticks.map(|ticks| self.start.plus_micros(moment.ticks.saturating_sub(ticks)));
        steady.unwrap_or(moment.now)
    }

    /// Whether it is under way and will be sent.
    pub fn is_recording(&self) -> bool {
        self.sampled && self.end.is_none() && self.kind != Kind::Bare
    }

    /// Whether it belongs into the transaction of its root.
    pub fn is_sent_with_root(&self) -> bool {
        self.kind == Kind::Child && !self.standalone && self.end.is_some()
    }

    /// Sets an attribute to a JSON value; `None` removes it. Only the name of a root has a source.
    pub fn set_attribute(&mut self, name: &str, value: Option<&Json>) {
        match value {
            Some(_) if self.kind != Kind::Root && name == attribute::NAME_SOURCE => {}
            Some(value) => self.attributes.set(name, value.clone()),
            None => self.attributes.remove(name),
        }
    }

    /// Where the name of a root span comes from.
    pub fn name_source(&self) -> Option<&str> {
        self.attributes.text(attribute::NAME_SOURCE)
    }

    /// Adds links; what is past [`MAX_LINKS`] is left out.
    pub fn add_links(&mut self, links: impl IntoIterator<Item = Link>) {
        let room = MAX_LINKS.saturating_sub(self.links.len());
        self.links.extend(links.into_iter().take(room));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_a_thousand_links_at_most() {
        let trace_id = TraceId::from_random([1; 16]);
        let mut span = Span::bare(trace_id, SpanId::from_random([1; 8]), Timestamp::EPOCH);
        let link = |number: u16| {
            let [high, low] = number.to_be_bytes();
            Link::to(trace_id, SpanId::from_random([1, 0, 0, 0, 0, 0, high, low]), true)
        };
        (0..3).for_each(|_| span.add_links((0..700).map(link)));
        assert_eq!(span.links.len(), MAX_LINKS);
        assert_eq!(span.links.last(), Some(&link(299)));
    }
}
