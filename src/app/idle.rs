//! The waiting of an idle span: a root that ends by itself once nothing happens below it any more. When and why it does is
//! decided in [`crate::decide::idle`]; here is what has happened so far.

use crate::app::moment::Moment;
use crate::app::span_key::SpanKey;
use crate::codec::time::Timestamp;
use crate::decide::idle::{Deadlines, FinishReason, NONE, Timeouts};

/// What a caller says about an idle span that begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How long it waits.
    pub timeouts: Timeouts,
    /// Whether it may end by itself already; else [`Idle::allow`] says so later.
    pub allowed: bool,
    /// Whether it lasts until it is ended, and is not trimmed to its last child.
    pub untrimmed: bool,
}

/// The waiting of one idle span.
#[derive(Debug)]
pub struct Idle {
    /// The root span that waits.
    pub root: SpanKey,
    /// How long it waits.
    pub timeouts: Timeouts,
    /// Whether it is not trimmed to its last child.
    pub untrimmed: bool,
    running: Vec<SpanKey>,
    began: Moment,
    /// In microseconds of the steady clock.
    deadlines: Deadlines,
}

impl Idle {
    /// Begins to wait. The final deadline counts from `began`, not from the start time of the span, which
    /// may lie before our code was loaded.
    pub fn new(root: SpanKey, waiting: Waiting, began: &Moment) -> Idle {
        let Waiting { timeouts, allowed, untrimmed } = waiting;
        let now = began.steady();
        let deadlines = Deadlines {
            allowed,
            idle_at: after(now, timeouts.idle),
            child_at: NONE,
            final_at: after(now, timeouts.last),
        };
        Idle { root, timeouts, untrimmed, running: Vec::new(), began: *began, deadlines }
    }

    /// A child began.
    pub fn child_started(&mut self, child: SpanKey, now: Timestamp) {
        self.running.push(child);
        self.deadlines.idle_at = NONE;
        self.deadlines.child_at = after(now, self.timeouts.child);
    }

    /// A span ended, a child or not: something has happened on the page.
    pub fn span_ended(&mut self, span: SpanKey, now: Timestamp) {
        self.running.retain(|known| *known != span);
        if self.running.is_empty() {
            self.deadlines.child_at = NONE;
            self.deadlines.idle_at = after(now, self.timeouts.idle);
        }
    }

    /// From now on the idle and child deadlines count.
    pub fn allow(&mut self, now: Timestamp) {
        self.deadlines.allowed = true;
        if self.running.is_empty() {
            self.deadlines.idle_at = after(now, self.timeouts.idle);
        } else {
            self.deadlines.child_at = after(now, self.timeouts.child);
        }
    }

    /// When to look again.
    pub fn next_deadline(&self) -> Timestamp {
        at(self.deadlines.next().1)
    }

    /// The time of the page at a point of the steady clock, as the root sees it.
    pub fn time_at(&self, steady: Timestamp) -> Timestamp {
        let since = steady.as_micros().saturating_sub(self.began.steady().as_micros());
        self.began.now.plus_micros(since)
    }

    /// Whether the span must end, why, and when it asked to end.
    pub fn due(&self, now: Timestamp) -> Option<(FinishReason, Timestamp)> {
        let due = self.deadlines.due(number(now));
        due.map(|(reason, passed)| (reason, self.time_at(at(passed))))
    }
}

/// So many milliseconds later.
fn after(now: Timestamp, millis: u32) -> f64 {
    number(now.plus_millis(millis))
}

/// A time as [`crate::decide::idle`] has it: a float holds each microsecond of the next two centuries.
pub fn number(time: Timestamp) -> f64 {
    time.as_micros() as f64
}

/// The other way round.
pub fn at(number: f64) -> Timestamp {
    // `as` saturates.
    Timestamp::from_micros(number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u32) -> Timestamp {
        Timestamp::EPOCH.plus_millis(millis)
    }

    fn key(number: u32) -> SpanKey {
        SpanKey::from_u32(number << 16).unwrap()
    }

    fn idle(allowed: bool) -> Idle {
        let began = Moment { now: at(0), ticks: 0, random: [0; 32] };
        Idle::new(key(1), Waiting { allowed, ..Waiting::default() }, &began)
    }

    #[test]
    fn ends_when_nothing_happens() {
        let idle = idle(true);
        assert_eq!(idle.next_deadline(), at(1000));
        assert_eq!(idle.due(at(999)), None);
        assert_eq!(idle.due(at(1000)), Some((FinishReason::IdleTimeout, at(1000))));
    }

    #[test]
    fn waits_for_children_and_begins_anew_after_the_last() {
        let mut idle = idle(true);
        idle.child_started(key(2), at(500));
        idle.child_started(key(3), at(600));
        assert_eq!(idle.next_deadline(), at(15_600));
        idle.span_ended(key(2), at(700));
        assert_eq!(idle.next_deadline(), at(15_600));
        idle.span_ended(key(3), at(800));
        assert_eq!(idle.next_deadline(), at(1800));
    }

    #[test]
    fn gives_up_on_a_child_that_never_ends() {
        let mut idle = idle(true);
        idle.child_started(key(2), at(500));
        assert_eq!(idle.due(at(15_500)), Some((FinishReason::HeartbeatFailed, at(15_500))));
    }

    #[test]
    fn ends_at_last_however_busy() {
        let mut idle = idle(true);
        idle.child_started(key(2), at(29_000));
        assert_eq!(idle.due(at(30_000)), Some((FinishReason::FinalTimeout, at(30_000))));
    }

    #[test]
    fn a_late_timer_reports_what_passed_first() {
        let idle = idle(true);
        assert_eq!(idle.due(at(60_000)), Some((FinishReason::IdleTimeout, at(1000))));
    }

    #[test]
    fn does_not_end_while_the_document_loads() {
        let mut idle = idle(false);
        assert_eq!(idle.next_deadline(), at(30_000));
        assert_eq!(idle.due(at(5000)), None);
        idle.allow(at(5000));
        assert_eq!(idle.next_deadline(), at(6000));
    }
}
