//! The tracer: all spans of a page, how they end, and what they tell to other services.
//!
//! It decides; it neither knows the clock nor sends anything. What is active is not in here either: the
//! surroundings know which callback runs now, as they know the time, and say so with every span that begins
//! (`start.rs`). How an idle root ends is in `idle_root.rs`, requests are in `request.rs`.

use crate::app::attributes::attribute;
use crate::app::headers::{self, TraceHeaders};
use crate::app::idle::Idle;
use crate::app::loss::{Losses, category, reason};
use crate::app::moment::Moment;
use crate::app::settings::Settings;
use crate::app::span::{Kind, Span};
use crate::app::span_key::SpanKey;
use crate::app::start_span::HOSTED;
use crate::app::store::{MAX_CHILDREN, SpanStore};
use crate::codec::context::PropagationContext;
use crate::codec::id::SpanId;
use crate::codec::time::Timestamp;
use crate::decide::continuation::{Values, may_continue, receive_headers};
use crate::decide::idle::FinishReason;

/// Spans that ended by one decision, children before their root.
pub type Ended = Vec<SpanKey>;

/// All state about traces of one page.
#[derive(Debug, Default)]
pub struct Tracer {
    pub(super) settings: Settings,
    pub(crate) store: SpanStore,
    pub(super) idle: Option<Idle>,
    /// Where headers broke requests, see [`crate::decide::broken`].
    pub(super) broken: String,
    /// What was not recorded, until the transport fetches it.
    pub losses: Losses,
}

impl Tracer {
    /// What `init` was told.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Takes what `init` was told. Spans that are open go on.
    pub fn configure(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// From now on nothing is recorded any more.
    pub fn disable(&mut self) {
        self.settings.enabled = false;
    }

    /// The spans of this page.
    pub fn store(&self) -> &SpanStore {
        &self.store
    }

    /// A span to change.
    pub fn span_mut(&mut self, key: SpanKey) -> Option<&mut Span> {
        self.store.get_mut(key)
    }

    /// The trace that headers describe, or a new one, if another organization's may not be continued.
    pub fn receive(&self, headers: Values<'_>, moment: &Moment) -> PropagationContext {
        let received = receive_headers(headers, moment.dice());
        let Settings { org_id, strict_continuation, .. } = &self.settings;
        let ours = received.filter(|context| may_continue(context, org_id, *strict_continuation));
        ours.unwrap_or_else(|| moment.begin_trace())
    }

    /// Whether [`Tracer::headers`] needs to know the trace in force for this span.
    pub fn needs_context(&self, key: Option<SpanKey>) -> bool {
        let span = key.and_then(|key| self.store.get(key)).filter(|_| self.settings.records_spans());
        span.and_then(|span| span.root).is_none_or(|root| self.store.get(root).is_none())
    }

    /// What other vendors say of the trace of a span: what its root began with, else what is known of the trace in force, if that
    /// is the same.
    pub(super) fn tracestate_of_span<'a>(
        &'a self,
        span: &Span,
        context: Option<&'a PropagationContext>,
    ) -> &'a str {
        let root = span.root.and_then(|root| self.store.root(root));
        let in_force = || context.filter(|context| context.trace_id == span.trace_id);
        root.map(|root| &root.tracestate)
            .or_else(|| in_force().map(|context| &context.tracestate))
            .map_or("", String::as_str)
    }

    /// The headers for a span, or for the trace in force. `None` while disabled, and for a span that is gone:
    /// what is in force may belong to another trace.
    pub fn headers(
        &self,
        key: Option<SpanKey>,
        context: Option<&PropagationContext>,
        moment: &Moment,
    ) -> Option<TraceHeaders> {
        if !self.settings.enabled {
            return None;
        }
        // With tracing off there is no decision, so that spans have nothing to add to the context.
        match key.filter(|_| self.settings.records_spans()) {
            Some(key) => {
                let span = self.store.get(key)?;
                let tracestate = self.tracestate_of_span(span, context);
                Some(headers::of_span(span, &self.dsc_of_span(span, context), tracestate))
            }
            None => {
                let fresh = SpanId::from_random(moment.span_bytes());
                Some(headers::of_context(context?, &self.settings, fresh))
            }
        }
    }

    /// Ends a span. The first call counts.
    pub fn end(&mut self, key: SpanKey, at: Option<Timestamp>, moment: &Moment) -> Ended {
        if self.idle.as_ref().is_some_and(|idle| idle.root == key) {
            return self.finish_idle(FinishReason::ExternalFinish, at, moment);
        }
        let Some(span) = self.store.get_mut(key).filter(|span| span.end.is_none()) else {
            return Ended::new();
        };
        // A duration is never negative, whatever the clock or the caller says.
        span.end = Some(at.unwrap_or_else(|| span.ends_at(moment)).max(span.start));
        let (kind, sampled) = (span.kind, span.sampled);
        if let Some(idle) = self.idle.as_mut().filter(|_| sampled && kind != Kind::Bare) {
            idle.span_ended(key, moment.steady());
        }
        // An ended root is still readable: the store lets go of it only when newer ones need its place.
        self.store.retire(key);
        if kind == Kind::Bare { Ended::new() } else { vec![key] }
    }

    /// How many children a root is sent with. What is left out with them is lost.
    pub fn count_children(&mut self, root: SpanKey) -> u32 {
        let Some(record) = self.store.root(root) else { return 0 };
        let (refused, mut ended, mut unfinished) = (record.refused, 0, 0);
        for (_, child) in self.store.children(root) {
            ended += u32::from(child.is_sent_with_root());
            unfinished += u32::from(child.kind == Kind::Child && !child.standalone && child.end.is_none());
        }
        let sent = ended.min(MAX_CHILDREN as u32);
        self.losses.add(reason::INVALID, category::SPAN, unfinished);
        self.losses.add(reason::BUFFER_OVERFLOW, category::SPAN, refused.saturating_add(ended - sent));
        sent
    }

    /// Gives up the oldest open root if there are too many, but not one that ends by itself.
    pub(super) fn make_room_for_root(&mut self) {
        let Some(root) = self.store.surplus_root(self.idle_root()) else { return };
        if let Some(span) = self.store.get(root).filter(|span| span.sampled) {
            let whole = !span.standalone && !self.settings.streams();
            let is_lost = |child: &Span| {
                child.kind == Kind::Child && (child.end.is_none() || whole && !child.standalone)
            };
            let children = self.store.children(root).filter(|(_, child)| is_lost(child)).count();
            let refused = self.store.root(root).map_or(0, |root| root.refused);
            let spans = (children as u32).saturating_add(refused).saturating_add(1);
            self.losses.add(reason::BUFFER_OVERFLOW, category::TRANSACTION, u32::from(whole));
            self.losses.add(reason::BUFFER_OVERFLOW, category::SPAN, spans);
        }
        self.store.give_up(root);
    }

    /// Forgets what a root and its children know for us only, because they are about to be sent.
    pub fn forget_private_attributes(&mut self, root: SpanKey) {
        // Only other hosts know any.
        if !HOSTED {
            return;
        }
        let children: Vec<SpanKey> = self.store.children(root).map(|(key, _)| key).collect();
        for key in children.into_iter().chain([root]) {
            if let Some(span) = self.store.get_mut(key) {
                span.attributes.remove(attribute::CUSTOM_NAME);
            }
        }
    }

    /// A recorded span and its recorded descendants, in the order they began; of a root, all its children.
    pub fn family(&self, key: SpanKey) -> Vec<SpanKey> {
        let Some(span) = self.store.get(key).filter(|span| span.sampled) else { return Vec::new() };
        let mut ids = vec![span.span_id];
        let mut family = vec![key];
        let Some(root) = span.root else { return family };
        for (child_key, child) in self.store.children(root).filter(|(_, child)| child.kind == Kind::Child) {
            let below = child.parent_span_id.is_some_and(|parent| ids.contains(&parent));
            if child_key != key && (root == key || below) {
                family.push(child_key);
                ids.push(child.span_id);
            }
        }
        family
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::start_span::StartSpan;
    use crate::codec::fraction::Fraction;
    use crate::decide::sampling::SampleRate;

    fn at(seconds: u64, ticks: u64) -> Moment {
        Moment { now: Timestamp::from_micros(seconds * 1_000_000), ticks, random: [1; 32] }
    }

    #[test]
    fn a_clock_that_jumps_does_not_change_a_duration() {
        for jumped in [1000, 1120, 0] {
            let begun = at(1000, 7_000_000);
            let mut tracer = Tracer::default();
            tracer.configure(Settings {
                enabled: true,
                sample_rate: SampleRate::Rate(Fraction::ONE),
                ..Settings::default()
            });
            let context = begun.begin_trace();
            let key = tracer.start(StartSpan::default(), Some(&context), &begun).unwrap().key.unwrap();
            assert_eq!(tracer.end(key, None, &at(jumped, 7_050_000)), [key]);
            let end = tracer.store().get(key).and_then(|span| span.end);
            assert_eq!(end, Some(Timestamp::from_micros(1_000_050_000)));
        }
    }
}
