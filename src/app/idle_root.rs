//! How an idle root ends: its end is trimmed to its last child, and stragglers are cut or left out.

use crate::app::attributes::attribute;
use crate::app::idle::{at, number};
use crate::app::moment::Moment;
use crate::app::span::Kind;
use crate::app::span_key::SpanKey;
use crate::app::status::Status;
use crate::app::tracer::{Ended, Tracer};
use crate::codec::json::Json;
use crate::codec::time::Timestamp;
use crate::decide;
use crate::decide::idle::{Child, Ending, FinishReason, NONE};

impl Tracer {
    /// Lets the idle root end by itself from now on: the document is loaded far enough.
    pub fn allow_idle_finish(&mut self, moment: &Moment) {
        if let Some(idle) = self.idle.as_mut() {
            idle.allow(moment.steady());
        }
    }

    /// When to call [`Tracer::tick`] next, by the steady clock.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.idle.as_ref().map(|idle| idle.next_deadline())
    }

    /// The idle root, if there is one.
    pub fn idle_root(&self) -> Option<SpanKey> {
        self.idle.as_ref().map(|idle| idle.root)
    }

    /// The idle root, if one of its deadlines has passed by the steady clock.
    pub fn idle_root_due(&self, steady: Timestamp) -> Option<SpanKey> {
        self.idle.as_ref().filter(|idle| idle.due(steady).is_some()).map(|idle| idle.root)
    }

    /// Ends the idle root if one of its deadlines has passed.
    pub fn tick(&mut self, moment: &Moment) -> Ended {
        let due = self.idle.as_ref().and_then(|idle| idle.due(moment.steady()));
        due.map(|(reason, at)| self.finish_idle(reason, Some(at), moment)).unwrap_or_default()
    }

    /// The page was hidden: the root of the active span is cut short.
    pub fn hide(&mut self, active: SpanKey, moment: &Moment) -> Ended {
        let root = self.store.get(active).and_then(|span| span.root);
        let open = root.and_then(|root| self.store.get_mut(root)).filter(|span| span.end.is_none());
        let Some((root, span)) = root.zip(open) else { return Ended::new() };
        if matches!(span.status, Status::Unset | Status::Ok) {
            span.status = Status::error("cancelled");
        }
        span.attributes.set_string(attribute::CANCELLATION_REASON, "document.hidden");
        self.end(root, None, moment)
    }

    /// The idle root will not come to its end by itself: the page is being left, or the next one begins.
    pub fn cut_idle(&mut self, reason: FinishReason, moment: &Moment) -> Ended {
        self.finish_idle(reason, None, moment)
    }

    /// Ends the idle root at the time that was asked for, or now.
    pub(super) fn finish_idle(
        &mut self,
        reason: FinishReason,
        requested: Option<Timestamp>,
        moment: &Moment,
    ) -> Ended {
        let mut ended = Ended::new();
        let Some(idle) = self.idle.take() else { return ended };
        let root = idle.root;
        let requested = requested.unwrap_or_else(|| idle.time_at(moment.steady()));
        let Some(start) = self.store.get(root).map(|span| span.start) else { return ended };
        let gone_end = self.store.root(root).and_then(|root| root.gone_end);
        let (mut keys, mut children): (Vec<SpanKey>, Vec<Child>) = Default::default();
        for (key, child) in self.store.children(root) {
            if !child.standalone {
                let counts = if child.loss.is_none() { 1.0 } else { 0.0 };
                keys.push(key);
                children.push([number(child.start), child.end.map_or(NONE, number), counts]);
            }
        }
        let millis = |millis: u32| f64::from(millis) * 1000.0;
        let ending = Ending {
            start: number(start),
            requested: number(requested),
            untrimmed: idle.untrimmed,
            idle_timeout: millis(idle.timeouts.idle),
            final_timeout: millis(idle.timeouts.last),
            gone_end: gone_end.map_or(NONE, number),
        };
        let end = at(decide::idle::end(&ending, &mut children));

        let mut discarded = 0;
        for (key, [child_start, child_end, _]) in keys.into_iter().zip(children) {
            let Some(child) = self.store.get_mut(key) else { continue };
            if child.end.is_none() {
                child.status = Status::error("cancelled");
                child.end = Some(at(child_end));
                ended.push(key);
            }
            if child_start.is_nan() {
                // Its place in the store is freed together with its root's.
                child.kind = Kind::Discarded;
                discarded += 1;
            }
        }
        if let Some(span) = self.store.get_mut(root) {
            span.end = Some(end);
            if reason == FinishReason::FinalTimeout {
                span.status = Status::error("deadline_exceeded");
            }
            span.attributes.set_default(attribute::IDLE_FINISH_REASON, Json::string(reason.text()));
            if discarded > 0 {
                span.attributes.set_default(attribute::IDLE_DISCARDED_SPANS, Json::integer(discarded));
            }
        }
        self.store.retire(root);
        ended.push(root);
        ended
    }
}
