//! Stream mode (`traceLifecycle: "stream"`): spans leave when they have ended, in envelopes of their trace.

use super::Sdk;
use super::state::{Effect, State};
use crate::app::attributes::Attributes;
use crate::app::loss::category;
use crate::app::moment::Moment;
use crate::app::queue::Cargo;
use crate::app::span::{Kind, Span};
use crate::app::span_buffer::{Bucket, Item};
use crate::app::span_envelope;
use crate::app::span_key::SpanKey;

impl Sdk {
    /// Whether spans are sent when they have ended, and there are no transactions.
    pub fn streams(&self) -> bool {
        cfg!(feature = "stream") && self.read(|state| state.tracer.settings().streams())
    }

    /// Takes over an ended span for sending, with attributes that it has unless it says something else itself. A second call
    /// for the same span does nothing.
    pub fn stream_span(&self, key: SpanKey, defaults: &Attributes) {
        self.decide(|state, moment, effects| state.stream_span(key, defaults, moment, effects));
    }

    /// Sends the spans that wait.
    pub fn flush_spans(&self) {
        self.decide(|state, moment, effects| state.flush_all(moment, effects));
    }

    pub(super) fn capture(&self, key: SpanKey) {
        if let Some(defaults) = self.listener.0.captured(self, key) {
            self.stream_span(key, &defaults);
        }
    }
}

impl State {
    fn stream_span(
        &mut self,
        key: SpanKey,
        defaults: &Attributes,
        moment: &Moment,
        effects: &mut Vec<Effect>,
    ) {
        let settings = self.tracer.settings();
        let Some(span) = self.tracer.store().get(key).filter(|_| settings.enabled && settings.streams())
        else {
            return;
        };
        if span.kind == Kind::Bare || !span.sampled || span.end.is_none() || span.streamed {
            return;
        }
        let segment = self.segment_of(key, span);
        let text = span_envelope::item(span, segment.1, defaults, settings, &self.sender);
        let item = Item::new(text, span, segment);
        let dsc = || self.tracer.dsc_of_span(span, None);
        let leaving = self.spans.add(span.trace_id, item, dsc, moment.steady());
        if let Some(span) = self.tracer.span_mut(key) {
            span.streamed = true;
        }
        self.flush(leaving, moment, effects);
    }

    pub(super) fn flush_due(&mut self, moment: &Moment, effects: &mut Vec<Effect>) {
        if !cfg!(feature = "stream") {
            return;
        }
        let leaving = self.spans.take_due(moment.steady());
        self.flush(leaving, moment, effects);
    }

    pub(super) fn flush_all(&mut self, moment: &Moment, effects: &mut Vec<Effect>) {
        if !cfg!(feature = "stream") {
            return;
        }
        let leaving = self.spans.take_all();
        self.flush(leaving, moment, effects);
    }

    /// Sampling context and names of segments are those of this moment, as late as can be.
    // One copy of this in the module, not one per caller.
    #[inline(never)]
    fn flush(&mut self, leaving: Vec<Bucket>, moment: &Moment, effects: &mut Vec<Effect>) {
        for mut bucket in leaving {
            let store = self.tracer.store();
            if let Some(segment) = store.get(bucket.segment) {
                bucket.dsc = self.tracer.dsc_of_span(segment, None);
            }
            let dsc = std::mem::take(&mut bucket.dsc);
            let texts = bucket.into_items().into_iter().map(|item| {
                let segment = store.get(item.segment());
                item.into_text(segment.map(|segment| segment.name.as_str()))
            });
            let items: Vec<String> = texts.collect();
            let cargo = Cargo { transactions: 0, spans: items.len() as u32 };
            let body = span_envelope::write(&items, &dsc, &self.sender, moment.now);
            self.send(category::SPAN, body, cargo, moment, effects);
        }
    }

    /// The root of a span, or the span itself where it has none any more.
    pub(super) fn segment_of<'a>(&'a self, key: SpanKey, span: &'a Span) -> (SpanKey, &'a Span) {
        let root = span.root.and_then(|root| Some((root, self.tracer.store().get(root)?)));
        root.unwrap_or((key, span))
    }
}
