//! An idle span: a root that ends by itself once nothing happens below it any more.
//!
//! Deadlines are data. The edge asks [`Idle::next_deadline`] when to wake us and then [`Idle::due`] what
//! to do; there is no timer in here. They are points of [`Moment::steady`], because a clock that is set, or
//! that slept, must neither end a root at once nor keep it open for hours.

use super::store::SpanKey;
use super::time::{Moment, Timestamp};

/// How long an idle span waits, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Without any open child.
    pub idle: u32,
    /// For the child that began last.
    pub child: u32,
    /// In all.
    pub last: u32,
}

impl Default for Timeouts {
    fn default() -> Timeouts {
        Timeouts { idle: 1000, child: 15_000, last: 30_000 }
    }
}

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

/// Why an idle span ended, as its attribute tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinishReason {
    /// Nothing happened for a while.
    IdleTimeout,
    /// A child went on for too long.
    HeartbeatFailed,
    /// The span itself went on for too long.
    FinalTimeout,
    /// Somebody called `end()`.
    ExternalFinish,
    /// The page was hidden.
    DocumentHidden,
    /// The next navigation began.
    Cancelled,
}

impl FinishReason {
    /// The attribute's value.
    pub fn text(self) -> &'static str {
        match self {
            FinishReason::IdleTimeout => "idleTimeout",
            FinishReason::HeartbeatFailed => "heartbeatFailed",
            FinishReason::FinalTimeout => "finalTimeout",
            FinishReason::ExternalFinish => "externalFinish",
            FinishReason::DocumentHidden => "documentHidden",
            FinishReason::Cancelled => "cancelled",
        }
    }
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
    /// While false only the final deadline counts: the document is still loading.
    allowed: bool,
    running: Vec<SpanKey>,
    began: Moment,
    idle_at: Option<Timestamp>,
    child_at: Option<Timestamp>,
    final_at: Timestamp,
}

impl Idle {
    /// Begins to wait. The final deadline counts from `now`, not from the start time of the span, which
    /// may lie before our code was loaded.
    pub fn new(root: SpanKey, waiting: Waiting, began: &Moment) -> Idle {
        let Waiting { timeouts, allowed, untrimmed } = waiting;
        let now = began.steady();
        Idle {
            root,
            timeouts,
            untrimmed,
            allowed,
            running: Vec::new(),
            began: *began,
            idle_at: Some(now.plus_millis(timeouts.idle)),
            child_at: None,
            final_at: now.plus_millis(timeouts.last),
        }
    }

    /// A child began.
    pub fn child_started(&mut self, child: SpanKey, now: Timestamp) {
        self.running.push(child);
        self.idle_at = None;
        self.child_at = Some(now.plus_millis(self.timeouts.child));
    }

    /// A span ended, a child or not: something has happened on the page.
    pub fn span_ended(&mut self, span: SpanKey, now: Timestamp) {
        self.running.retain(|known| *known != span);
        if self.running.is_empty() {
            self.child_at = None;
            self.idle_at = Some(now.plus_millis(self.timeouts.idle));
        }
    }

    /// From now on the idle and child deadlines count.
    pub fn allow(&mut self, now: Timestamp) {
        self.allowed = true;
        if self.running.is_empty() {
            self.idle_at = Some(now.plus_millis(self.timeouts.idle));
        } else {
            self.child_at = Some(now.plus_millis(self.timeouts.child));
        }
    }

    /// When to look again.
    pub fn next_deadline(&self) -> Timestamp {
        let soonest = self.idle_at.into_iter().chain(self.child_at).min();
        match soonest.filter(|_| self.allowed) {
            Some(deadline) => deadline.min(self.final_at),
            None => self.final_at,
        }
    }

    /// The time of the page at a point of the steady clock, as the root sees it.
    pub fn time_at(&self, steady: Timestamp) -> Timestamp {
        let since = steady.as_micros().saturating_sub(self.began.steady().as_micros());
        self.began.now.plus_micros(since)
    }

    /// Whether the span must end, why, and when it asked to end. A timer may be late by hours, if the device
    /// slept: the deadline that passed first counts.
    pub fn due(&self, now: Timestamp) -> Option<(FinishReason, Timestamp)> {
        let soft =
            [(FinishReason::IdleTimeout, self.idle_at), (FinishReason::HeartbeatFailed, self.child_at)];
        soft.into_iter()
            .filter_map(|(reason, at)| Some((reason, at.filter(|_| self.allowed)?)))
            .chain([(FinishReason::FinalTimeout, self.final_at)])
            .filter(|(_, at)| now >= *at)
            .min_by_key(|(_, at)| *at)
            .map(|(reason, at)| (reason, self.time_at(at)))
    }
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
