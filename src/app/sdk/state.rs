//! The state of a page, and what follows from each change of it.

use crate::app::envelope::Sender;
use crate::app::moment::Moment;
use crate::app::outcomes::Outcomes;
use crate::app::queue::{Outgoing, Queue};
use crate::app::span::Kind;
use crate::app::span_buffer::SpanBuffer;
use crate::app::span_key::SpanKey;
use crate::app::start_span::Started;
use crate::app::tracer::{Ended, Tracer};
use crate::codec::time::Timestamp;

/// Whether some spans are sent alone: web vitals are. Where this is known to be false, none of what that takes is in the module.
pub(super) const ALONE: bool = cfg!(any(feature = "vitals", feature = "__internals"));

/// Something a decision wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Begin a request.
    Send(Outgoing),
    /// Wake us after so many milliseconds, or not any more.
    Wake(Option<u32>),
    /// Say something to the developer.
    Log(&'static str),
    /// Tell that we began a span, below another or not.
    Began(Started, Option<SpanKey>),
    /// Tell that a span ended.
    Ended(SpanKey),
    /// Send a root with so many children.
    Finished(SpanKey, u32),
    /// Send a span alone.
    Alone(SpanKey),
    /// Take a span over for sending with others of its trace.
    Captured(SpanKey),
}

/// All that is known of a page.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) tracer: Tracer,
    pub(super) queue: Queue,
    /// Ended spans that wait, in stream mode.
    pub(super) spans: SpanBuffer,
    pub(super) outcomes: Outcomes,
    pub(super) sender: Sender,
    pub(super) debug: bool,
    /// Whether the host wants to hear of every span.
    pub(super) observed: bool,
    /// Whether the page load has its root span.
    pub(super) page_load_claimed: bool,
    /// Whether the host is being told that the idle root is about to end.
    pub(super) ending: bool,
    /// The deadline that the host's timer is set to, by the steady clock.
    pub(super) wake_at: Option<Timestamp>,
}

impl State {
    /// What follows the ends of one decision. A span that was cut together with its root did not end by a call of
    /// the host, which hears of it whatever it wants.
    // One copy of this in the module, not one per decision.
    #[inline(never)]
    pub(super) fn announce_ends(&mut self, ended: Ended, effects: &mut Vec<Effect>) {
        let told = self.observed || ended.len() > 1;
        for key in ended {
            self.announce_end(key, told, effects);
        }
    }

    /// The order of what follows an end: the host hears of it, and only then is a root made a transaction, or a
    /// span taken over for sending.
    pub(super) fn announce_end(&mut self, key: SpanKey, told: bool, effects: &mut Vec<Effect>) {
        let Some(span) = self.tracer.store().get(key) else { return };
        let (kind, sampled, standalone) = (span.kind, span.sampled, span.standalone);
        if kind == Kind::Root || told {
            effects.push(Effect::Ended(key));
        }
        if !sampled || !self.tracer.settings().enabled {
            return;
        }
        if self.tracer.settings().streams() {
            effects.push(Effect::Captured(key));
        } else if ALONE && standalone {
            effects.push(Effect::Alone(key));
        } else if kind == Kind::Root {
            let children = self.tracer.count_children(key);
            effects.push(Effect::Finished(key, children));
        }
    }

    /// What follows from any decision: its losses are counted, and the alarm is set to the next deadline.
    #[inline(never)]
    pub(super) fn follow_up(&mut self, moment: &Moment, effects: &mut Vec<Effect>) {
        for loss in self.tracer.losses.take() {
            self.outcomes.add(loss.reason, loss.category, loss.quantity);
        }
        let flush_at = if cfg!(feature = "stream") { self.spans.next_deadline() } else { None };
        let wanted = self.tracer.next_deadline().into_iter().chain(flush_at).min();
        if wanted != self.wake_at {
            self.wake_at = wanted;
            // A timeout of more than 49 days is as good as none.
            let millis = wanted.map(|at| u32::try_from(at.millis_since(moment.steady())).unwrap_or(u32::MAX));
            // First of all: what the other effects run may call back in and set another alarm.
            effects.insert(0, Effect::Wake(millis));
        }
    }
}
