//! How spans begin: whose child a span becomes, whether it is recorded, and what is lost if not.

use crate::app::attributes::attribute;
use crate::app::headers;
use crate::app::idle::Idle;
use crate::app::loss::{category, reason};
use crate::app::moment::Moment;
use crate::app::span::{Kind, Root, Span};
use crate::app::span_key::SpanKey;
use crate::app::start_span::{HOSTED, Parent, StartSpan, Started};
use crate::app::tracer::Tracer;
use crate::codec::context::PropagationContext;
use crate::codec::dsc::Dsc;
use crate::codec::id::SpanId;
use crate::codec::json::Json;
use crate::codec::text;
use crate::codec::time::Timestamp;
use crate::decide::sampling;

impl Tracer {
    /// Begins a span. `None` if its parent is not there any more, or if a root is given no context.
    pub fn start(
        &mut self,
        start: StartSpan<'_>,
        context: Option<&PropagationContext>,
        moment: &Moment,
    ) -> Option<Started> {
        // A span without the parent that it needs is lost for that reason.
        let orphan = start.only_if_parent && start.parent == Parent::None;
        if HOSTED && start.ignored && !orphan && self.settings.records_spans() {
            return self.start_ignored(&start, context, moment);
        }
        match start.parent {
            Parent::Foreign { .. } if !HOSTED => None,
            Parent::Foreign { trace_id, span_id, sampled } => {
                let mut span = Span::bare(trace_id, SpanId::from_random(moment.span_bytes()), moment.now);
                span.parent_span_id = span_id;
                Some(self.start_bare(span, sampled, None, &start))
            }
            Parent::Active(key) => self.start_below(self.nominal_parent(key), start, context, moment),
            Parent::Span(key) => self.start_below(key, start, context, moment),
            Parent::None => self.start_root(start, context?, moment),
        }
    }

    /// A span that the page does not want. In a trace of its own it hides what is below it, too.
    fn start_ignored(
        &mut self,
        start: &StartSpan<'_>,
        context: Option<&PropagationContext>,
        moment: &Moment,
    ) -> Option<Started> {
        let (trace_id, parent_span_id, root) = match start.parent {
            Parent::None => (context?.trace_id, None, None),
            Parent::Foreign { trace_id, span_id, .. } => (trace_id, span_id, None),
            Parent::Active(key) | Parent::Span(key) => {
                let parent = self.store.get(key)?;
                let above = Some(parent.span_id).filter(|_| !start.new_root);
                (parent.trace_id, above, parent.root.filter(|_| !start.new_root))
            }
        };
        let mut span = Span::bare(trace_id, SpanId::from_random(moment.span_bytes()), moment.now);
        span.parent_span_id = parent_span_id;
        span.root = root;
        span.loss = Some(reason::IGNORED);
        if start.suppressed != Some(true) {
            self.losses.add(reason::IGNORED, category::SPAN, 1);
        }
        Some(self.insert_bare(span))
    }

    /// The reference attaches new spans to the root of the active one, because a browser cannot tell
    /// which of two overlapping callbacks runs; `parentSpanIsAlwaysRootSpan: false` nests instead.
    fn nominal_parent(&self, active: SpanKey) -> SpanKey {
        let root = self.store.get(active).and_then(|span| span.root);
        root.filter(|_| self.settings.parent_is_root).unwrap_or(active)
    }

    fn start_below(
        &mut self,
        key: SpanKey,
        start: StartSpan<'_>,
        context: Option<&PropagationContext>,
        moment: &Moment,
    ) -> Option<Started> {
        let parent = self.store.get(key)?;
        let mut span = Span::bare(parent.trace_id, SpanId::from_random(moment.span_bytes()), moment.now);
        span.parent_span_id = Some(parent.span_id);
        if start.new_root {
            let context = context?;
            if !self.settings.records_spans() {
                span.parent_span_id = None;
                return Some(self.start_bare(span, false, None, &start));
            }
            let inherited = PropagationContext {
                trace_id: parent.trace_id,
                parent_span_id: Some(parent.span_id),
                // The edge may know better: code of the page may decide in the parent's place.
                sampled: context.sampled.or(Some(parent.sampled)),
                dsc: Some(self.dsc_of_span(parent, Some(context))),
                sample_rand: context.sample_rand,
                propagation_span_id: None,
                tracestate: text::owned(self.tracestate_of_span(parent, Some(context))),
            };
            return Some(self.insert_root(span, start, &inherited, moment));
        }
        span.root = parent.root;
        let suppressed = start.suppressed == Some(true);
        let sampled = parent.sampled && !suppressed;
        let (bare, loss, parent_sampled) = (parent.kind == Kind::Bare, parent.loss, parent.sampled);
        let root = parent.root.filter(|root| {
            // What is sent by itself does not need a root that is still to be sent.
            start.standalone
                || self.settings.streams()
                || self.store.get(*root).is_some_and(|root| root.end.is_none())
        });
        match root.filter(|_| self.settings.records_spans() && sampled && !bare) {
            Some(root) => Some(self.insert_child(span, root, start, moment)),
            None => {
                // What is below a child that had no place has none either.
                let refused = bare && loss == Some(reason::BUFFER_OVERFLOW);
                if refused && sampled && self.settings.records_spans() {
                    span.loss = loss;
                    self.count_refused(root);
                }
                Some(self.start_bare(span, parent_sampled, loss.filter(|_| bare && !refused), &start))
            }
        }
    }

    /// A child had no place. A root that is still to be sent knows of it, and is lost with it or without.
    fn count_refused(&mut self, root: Option<SpanKey>) {
        if self.settings.streams() {
            self.losses.add(reason::BUFFER_OVERFLOW, category::SPAN, 1);
        } else if let Some(root) = root.and_then(|root| self.store.root_mut(root)) {
            root.refused = root.refused.saturating_add(1);
        }
    }

    fn start_root(
        &mut self,
        start: StartSpan<'_>,
        context: &PropagationContext,
        moment: &Moment,
    ) -> Option<Started> {
        let mut span = Span::bare(context.trace_id, SpanId::from_random(moment.span_bytes()), moment.now);
        if !self.settings.records_spans() {
            return Some(self.start_bare(span, false, None, &start));
        }
        if start.only_if_parent {
            span.loss = Some(reason::NO_PARENT_SPAN);
            self.losses.add(reason::NO_PARENT_SPAN, category::SPAN, 1);
            return Some(self.insert_bare(span));
        }
        span.parent_span_id = context.parent_span_id;
        Some(self.insert_root(span, start, context, moment))
    }

    /// A span of which only ids are kept. With tracing on it is a loss, unless that is on purpose.
    fn start_bare(
        &mut self,
        mut span: Span,
        parent_sampled: bool,
        inherited: Option<&'static str>,
        start: &StartSpan<'_>,
    ) -> Started {
        let suppressed = start.suppressed == Some(true);
        let records = self.settings.records_spans();
        span.sampled = parent_sampled && !suppressed && records;
        if records && !span.sampled {
            span.loss = inherited.or((!suppressed).then_some(reason::SAMPLE_RATE));
            if let Some(reason) = span.loss {
                self.losses.add(reason, category::SPAN, 1);
            }
        }
        self.insert_bare(span)
    }

    fn insert_bare(&mut self, span: Span) -> Started {
        let started = Started::of(None, &span);
        Started { key: self.store.insert_bare(span), ..started }
    }

    fn insert_child(
        &mut self,
        mut span: Span,
        root: SpanKey,
        start: StartSpan<'_>,
        moment: &Moment,
    ) -> Started {
        span.sampled = true;
        describe(&mut span, start, moment);
        // Only the name of a root has a source.
        span.attributes.remove(attribute::NAME_SOURCE);
        let (mut started, standalone) = (Started::of(None, &span), span.standalone);
        started.key = self.store.insert_child(span, root);
        started.kept = started.key.and_then(|key| self.store.get(key)).is_some_and(Span::is_recording);
        if !started.kept {
            self.count_refused(Some(root));
            if let Some(span) = started.key.and_then(|key| self.store.get_mut(key)) {
                span.loss = Some(reason::BUFFER_OVERFLOW);
            }
        }
        let idle = self.idle.as_mut().filter(|idle| idle.root == root && started.kept && !standalone);
        if let Some((idle, key)) = idle.zip(started.key) {
            idle.child_started(key, moment.steady());
        }
        started
    }

    fn insert_root(
        &mut self,
        mut span: Span,
        start: StartSpan<'_>,
        context: &PropagationContext,
        moment: &Moment,
    ) -> Started {
        let suppressed = start.suppressed == Some(true);
        let idle = start.idle;
        let rate = self.settings.sample_rate;
        let decision = sampling::decide(start.sampler, rate, context.sampled, context.sample_rand);
        span.sampled = decision.sampled && !suppressed;
        let reason = if decision.failed { reason::CALLBACK_ERROR } else { reason::SAMPLE_RATE };
        describe(&mut span, start, moment);
        span.attributes.set_default(attribute::NAME_SOURCE, Json::literal("\"custom\""));
        if let Some(rate) = decision.applied_rate.filter(|_| !suppressed) {
            span.attributes.set_default(attribute::SAMPLE_RATE, Json::fraction(rate));
        }
        if !span.sampled && !suppressed {
            if !span.standalone && !self.settings.streams() {
                self.losses.add(reason, category::TRANSACTION, 1);
            }
            self.losses.add(reason, category::SPAN, 1);
        }
        let root = Root {
            dsc: context.dsc.clone(),
            tracestate: context.tracestate.clone(),
            sample_rand: context.sample_rand,
            ..Root::default()
        };
        span.kind = Kind::Root;
        let mut started = Started::of(None, &span);
        self.make_room_for_root();
        started.key = self.store.insert_root(span, root);
        started.kept = started.key.is_some();
        if let Some((waiting, key)) = idle.zip(started.key) {
            self.idle = Some(Idle::new(key, waiting, moment));
        }
        started
    }

    /// Adds a child that is over already. An idle root does not take it for activity.
    pub fn add_finished(
        &mut self,
        root: SpanKey,
        start: StartSpan<'_>,
        end: Timestamp,
        moment: &Moment,
    ) -> Option<SpanKey> {
        let parent = self.store.get(root).filter(|root| root.is_recording())?;
        let mut span = Span::bare(parent.trace_id, SpanId::from_random(moment.span_bytes()), moment.now);
        span.parent_span_id = Some(parent.span_id);
        span.sampled = true;
        describe(&mut span, start, moment);
        span.end = Some(end.max(span.start));
        let added = self.store.insert_finished_child(span, root);
        if added.is_none() {
            self.count_refused(Some(root));
        }
        added
    }

    /// The dynamic sampling context of a span. Without a root it is what we know of the trace it began in: a
    /// span below no parent, or one whose root had to make room.
    pub fn dsc_of_span(&self, span: &Span, context: Option<&PropagationContext>) -> Dsc {
        let root = span.root.and_then(|key| Some((self.store.get(key)?, self.store.root(key)?)));
        if let Some((span, root)) = root {
            return headers::dsc_of_root(span, root, &self.settings);
        }
        // What is known of another trace says nothing about this one.
        let Some(context) = context.filter(|context| context.trace_id == span.trace_id) else {
            return Default::default();
        };
        headers::dsc_of_rootless(span, context, &self.settings)
    }
}

/// Says who made a span, unless it says so itself.
fn set_origin(span: &mut Span) {
    span.attributes.set_default(attribute::ORIGIN, Json::literal("\"manual\""));
}

/// Takes over what the caller said about a span that is kept.
fn describe(span: &mut Span, start: StartSpan<'_>, moment: &Moment) {
    span.name = start.name.to_owned();
    span.start = start.start.unwrap_or(moment.now);
    span.start_ticks = start.start.is_none().then_some(moment.ticks);
    span.standalone = start.standalone;
    span.attributes = start.attributes;
    set_origin(span);
    span.add_links(start.links);
}
