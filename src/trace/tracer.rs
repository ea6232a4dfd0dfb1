//! The tracer: spans begin and end here, and what is active decides whose children they are.
//!
//! The only file that combines the others. It decides; it neither knows the clock nor sends anything.

use std::rc::Rc;

use super::dsc::Dsc;
use super::headers::{self, TraceHeaders};
use super::id::{SpanId, TraceId};
use super::idle::{FinishReason, Idle, Timeouts};
use super::propagation::{PropagationContext, may_continue};
use super::sampling;
use super::scope::ScopeStack;
use super::settings::Settings;
use super::span::{Attributes, Kind, Root, Span, Status, attribute};
use super::store::{SpanKey, SpanStore};
use super::time::{Moment, Timestamp};
use crate::json::Json;

/// Whose child a new span becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    /// The active span's, if there is one.
    Active,
    /// Nobody's: a new root in the trace that is in force.
    None,
    /// This span's.
    Span(SpanKey),
}

/// What a caller says about a span that begins.
#[derive(Debug)]
pub struct StartSpan<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Attributes; they win over our defaults.
    pub attributes: Attributes,
    /// Whose child it becomes.
    pub parent: Parent,
    /// When it began; `None` for now.
    pub start: Option<Timestamp>,
    /// Without a parent, do not record.
    pub only_if_parent: bool,
}

/// What a caller learns about a span that began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Started {
    /// Its trace.
    pub trace_id: TraceId,
    /// Its id.
    pub span_id: SpanId,
    /// Its handle; `None` if the store is full.
    pub key: Option<SpanKey>,
    /// Whether its trace is recorded.
    pub sampled: bool,
    /// Whether it is recorded itself.
    pub recording: bool,
}

/// A root that ended and is to be sent, with what goes beside it.
#[derive(Debug)]
pub struct FinishedTrace {
    /// The root's handle; root and children are still in the store.
    pub root: SpanKey,
    /// The dynamic sampling context at its end.
    pub dsc: Dsc,
}

/// All state about traces of one page.
#[derive(Debug)]
pub struct Tracer {
    pub(super) settings: Settings,
    pub(super) store: SpanStore,
    pub(super) scopes: ScopeStack,
    pub(super) idle: Option<Idle>,
}

impl Tracer {
    /// A tracer before `init`: tracing is off.
    pub fn new(moment: &Moment) -> Tracer {
        Tracer {
            settings: Settings::default(),
            store: SpanStore::default(),
            scopes: ScopeStack::new(PropagationContext::begin(moment)),
            idle: None,
        }
    }

    /// What `init` was told.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Takes what `init` was told. Spans that are open go on.
    pub fn configure(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// The spans of this page.
    pub fn store(&self) -> &SpanStore {
        &self.store
    }

    /// A span to change.
    pub fn span_mut(&mut self, key: SpanKey) -> Option<&mut Span> {
        self.store.get_mut(key)
    }

    /// The active span.
    pub fn active(&self) -> Option<SpanKey> {
        self.scopes.top().active.filter(|key| self.store.get(*key).is_some())
    }

    /// Makes a span active, or none, until the layer is left.
    pub fn enter(&mut self, active: Option<SpanKey>) -> u32 {
        self.scopes.enter(active)
    }

    /// Enters the trace that two headers describe, or a new one. Nothing is active in it.
    pub fn enter_received(&mut self, sentry_trace: &str, baggage: &str, moment: &Moment) -> u32 {
        let received = PropagationContext::receive(sentry_trace, baggage, moment);
        let received_org = received.dsc.as_ref().and_then(|dsc| dsc.get("org_id"));
        let own_org = Some(self.settings.org_id.as_str()).filter(|id| !id.is_empty());
        let context = if may_continue(received_org, own_org, self.settings.strict_continuation) {
            received
        } else {
            PropagationContext::begin(moment)
        };
        self.scopes.enter_trace(context)
    }

    /// Leaves a layer.
    pub fn leave(&mut self, layer: u32) {
        self.scopes.leave(layer);
    }

    /// Sets the trace of the page itself, from its meta tags.
    pub fn receive_page(&mut self, sentry_trace: &str, baggage: &str, moment: &Moment) {
        let context = PropagationContext::receive(sentry_trace, baggage, moment);
        self.scopes.page_mut().context = Rc::new(context);
    }

    /// Begins a span.
    pub fn start(&mut self, start: StartSpan<'_>, moment: &Moment) -> Started {
        let parent = match start.parent {
            Parent::None => None,
            Parent::Span(key) => Some(key),
            Parent::Active => self.active().map(|key| self.nominal_parent(key)),
        };
        match parent.filter(|key| self.store.get(*key).is_some()) {
            Some(parent) => self.start_child(parent, start, moment),
            None => self.start_root(start, moment),
        }
    }

    /// Adds a child that is over already. An idle root does not take it for activity.
    pub fn add_finished(&mut self, root: SpanKey, start: StartSpan<'_>, end: Timestamp, moment: &Moment) {
        let Some(parent) = self.store.get(root).filter(|root| root.is_recording()) else { return };
        let mut span = new_span(parent.trace_id, Some(parent.span_id), true, &start, moment);
        span.end = Some(end.max(span.start));
        span.attributes = start.attributes;
        set_origin(&mut span);
        self.store.insert_finished_child(span, root);
    }

    /// Begins a root that ends by itself, and makes it active on the page. `None` with tracing off.
    pub fn start_idle(
        &mut self,
        start: StartSpan<'_>,
        timeouts: Timeouts,
        allowed: bool,
        moment: &Moment,
    ) -> Option<Started> {
        if !self.settings.enabled || !self.settings.sample_rate.tracing_enabled() {
            return None;
        }
        let started = self.start(StartSpan { parent: Parent::None, ..start }, moment);
        self.scopes.page_mut().active = started.key;
        self.idle = started.key.map(|key| Idle::new(key, timeouts, allowed, moment.now));
        Some(started)
    }

    /// The headers for a span, or for what is in force if there is none.
    pub fn headers(&self, key: Option<SpanKey>) -> TraceHeaders {
        // With tracing off there is no decision, so that spans have nothing to add to the context.
        let tracing = self.settings.sample_rate.tracing_enabled();
        match key.and_then(|key| self.store.get(key)).filter(|_| tracing) {
            Some(span) => headers::of_span(span, &self.dsc_of_span(span)),
            None => headers::of_context(&self.scopes.top().context, &self.settings),
        }
    }

    /// Ends a span. A root that is recorded is handed out to be sent.
    pub fn end(&mut self, key: SpanKey, at: Option<Timestamp>, moment: &Moment) -> Option<FinishedTrace> {
        if self.idle.as_ref().is_some_and(|idle| idle.root == key) {
            return self.finish_idle(FinishReason::ExternalFinish, at.unwrap_or(moment.now));
        }
        let span = self.store.get_mut(key).filter(|span| span.end.is_none())?;
        // What began and ended "now" lasted as long as the steady clock says, even if the other one jumped.
        let steady = span.start_ticks.map(|ticks| span.start.plus_micros(moment.ticks.saturating_sub(ticks)));
        // A duration is never negative, whatever the clock or the caller says.
        span.end = Some(at.or(steady).unwrap_or(moment.now).max(span.start));
        let (kind, root) = (span.kind, span.root);
        if let Some(idle) = self.idle.as_mut().filter(|idle| Some(idle.root) == root) {
            idle.child_ended(key, moment.now);
        }
        if kind == Kind::Root {
            return self.finish_root(key);
        }
        self.store.retire(key);
        None
    }

    pub(super) fn finish_root(&mut self, key: SpanKey) -> Option<FinishedTrace> {
        let span = self.store.get(key)?;
        let finished = span.sampled.then(|| FinishedTrace { root: key, dsc: self.dsc_of_span(span) });
        let page = self.scopes.page_mut();
        if page.active == Some(key) {
            page.active = None;
        }
        // Still readable: the store lets go of ended roots only when newer ones need their place.
        self.store.retire(key);
        finished
    }

    /// The reference attaches new spans to the root of the active one, because a browser cannot tell
    /// which of two overlapping callbacks runs; `parentSpanIsAlwaysRootSpan: false` nests instead.
    fn nominal_parent(&self, active: SpanKey) -> SpanKey {
        let root = self.store.get(active).and_then(|span| span.root);
        root.filter(|_| self.settings.parent_is_root).unwrap_or(active)
    }

    fn start_child(&mut self, parent_key: SpanKey, start: StartSpan<'_>, moment: &Moment) -> Started {
        let Some(parent) = self.store.get(parent_key) else { return self.start_root(start, moment) };
        let (root, sampled) = (parent.root, parent.sampled);
        let mut span = new_span(parent.trace_id, Some(parent.span_id), sampled, &start, moment);
        span.root = root;
        let open_root = root.filter(|root| self.store.get(*root).is_some_and(|root| root.end.is_none()));
        let recorded = parent.kind != Kind::Bare && sampled;
        let (trace_id, span_id) = (span.trace_id, span.span_id);
        let key = match open_root.filter(|_| recorded) {
            Some(root) => {
                span.attributes = start.attributes;
                // Only the name of a root has a source.
                span.attributes.remove(attribute::NAME_SOURCE);
                set_origin(&mut span);
                self.store.insert_child(span, root)
            }
            None => self.store.insert_bare(span),
        };
        let recording = key.and_then(|key| self.store.get(key)).is_some_and(Span::is_recording);
        if let Some((idle, key)) =
            self.idle.as_mut().zip(key).filter(|(idle, _)| recording && Some(idle.root) == root)
        {
            idle.child_started(key, moment.now);
        }
        Started { trace_id, span_id, key, sampled, recording }
    }

    fn start_root(&mut self, start: StartSpan<'_>, moment: &Moment) -> Started {
        let context = Rc::clone(&self.scopes.top().context);
        let rate = self.settings.sample_rate;
        let off = !self.settings.enabled || !rate.tracing_enabled() || start.only_if_parent;
        let decision = sampling::decide(rate, context.sampled, context.sample_rand);
        let sampled = decision.sampled && !off;
        let mut span = new_span(context.trace_id, context.parent_span_id, sampled, &start, moment);
        let (trace_id, span_id) = (span.trace_id, span.span_id);
        if off {
            let key = self.store.insert_bare(span);
            return Started { trace_id, span_id, key, sampled, recording: false };
        }
        span.attributes = start.attributes;
        span.attributes.set_default(attribute::NAME_SOURCE, Json::string("custom"));
        if let Some(rate) = decision.applied_rate {
            span.attributes.set_default(attribute::SAMPLE_RATE, Json::fraction(rate));
        }
        set_origin(&mut span);
        let mut dsc = context.dsc.clone();
        if let Some(frozen) = dsc.as_mut().filter(|frozen| frozen.is_empty()) {
            frozen.set("sample_rand", context.sample_rand.print());
        }
        let root = Root {
            dsc,
            sample_rand: context.sample_rand,
            applied_rate: decision.applied_rate,
            children: Vec::new(),
        };
        let key = self.store.insert_root(span, root);
        Started { trace_id, span_id, key, sampled, recording: sampled && key.is_some() }
    }

    pub(super) fn dsc_of_span(&self, span: &Span) -> Dsc {
        let root = span.root.and_then(|key| Some((self.store.get(key)?, self.store.root(key)?)));
        match root {
            Some((span, root)) => headers::dsc_of_root(span, root, &self.settings),
            None => {
                // Without a root: `onlyIfParent` without a parent, or the root had to make room. What we
                // know is the context in force, if that is still the span's own trace.
                let context = &self.scopes.top().context;
                if context.trace_id != span.trace_id {
                    return Dsc::default();
                }
                let mut dsc = headers::dsc_of_context(context, &self.settings);
                if context.dsc.is_none() {
                    dsc.set("sampled", if span.sampled { "true" } else { "false" }.to_owned());
                    dsc.set("sample_rand", context.sample_rand.print());
                }
                dsc
            }
        }
    }
}

fn new_span(
    trace_id: TraceId,
    parent_span_id: Option<SpanId>,
    sampled: bool,
    start: &StartSpan<'_>,
    moment: &Moment,
) -> Span {
    Span {
        trace_id,
        span_id: SpanId::from_random(moment.span_bytes()),
        parent_span_id,
        root: None,
        kind: Kind::Bare,
        sampled,
        name: start.name.to_owned(),
        start: start.start.unwrap_or(moment.now),
        start_ticks: start.start.is_none().then_some(moment.ticks),
        end: None,
        status: Status::Unset,
        attributes: Attributes::default(),
    }
}

fn set_origin(span: &mut Span) {
    span.attributes.set_default(attribute::ORIGIN, Json::string("manual"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_jumps_does_not_change_a_duration() {
        let at = |seconds: u64, ticks| Moment {
            now: Timestamp::from_micros(seconds * 1_000_000),
            ticks,
            random: [1; 32],
        };
        for jumped in [1000, 1120, 0] {
            let begun = at(1000, 7_000_000);
            let mut tracer = Tracer::new(&begun);
            tracer.configure(Settings {
                enabled: true,
                sample_rate: sampling::SampleRate::Rate(crate::trace::fraction::Fraction::ONE),
                ..Settings::default()
            });
            let start = StartSpan {
                name: "root",
                attributes: Attributes::default(),
                parent: Parent::Active,
                start: None,
                only_if_parent: false,
            };
            let key = tracer.start(start, &begun).key.unwrap();
            tracer.end(key, None, &at(jumped, 7_050_000));
            let end = tracer.store().get(key).and_then(|span| span.end);
            assert_eq!(end, Some(Timestamp::from_micros(1_000_050_000)));
        }
    }
}
