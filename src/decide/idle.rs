//! When does a root end that ends by itself once nothing happens below it any more, why, and what of its children stays?
//!
//! Deadlines are data: whoever holds the root asks when to look again, and then what to do; there is no timer in here. They
//! are points of a steady clock, because a clock that is set, or that slept, must neither end a root at once nor keep it
//! open for hours.
//!
//! Times are numbers, in whatever unit, with [`NONE`] for what there is not.

/// No time.
pub const NONE: f64 = f64::NAN;

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

/// When an idle root ends by itself: points of the steady clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deadlines {
    /// While false only the final deadline counts: the document is still loading.
    pub allowed: bool,
    /// When nothing will have happened for a while; [`NONE`] while a child is open.
    pub idle_at: f64,
    /// When the child that began last will have gone on for too long.
    pub child_at: f64,
    /// When the root itself will have gone on for too long.
    pub final_at: f64,
}

impl Deadlines {
    /// The deadline that passes first, and why the root ends then.
    pub fn next(&self) -> (FinishReason, f64) {
        let mut first = (FinishReason::FinalTimeout, self.final_at);
        if self.allowed {
            // Of two at once, the one that says more.
            for other in
                [(FinishReason::HeartbeatFailed, self.child_at), (FinishReason::IdleTimeout, self.idle_at)]
            {
                if other.1 <= first.1 {
                    first = other;
                }
            }
        }
        first
    }

    /// Whether the root must end, why, and when it asked to end. A timer may be late by hours, if the device
    /// slept: the deadline that passed first counts.
    pub fn due(&self, now: f64) -> Option<(FinishReason, f64)> {
        Some(self.next()).filter(|(_, at)| now >= *at)
    }
}

/// What the end of an idle root depends on, beside its children.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ending {
    /// When it began.
    pub start: f64,
    /// When it is to end.
    pub requested: f64,
    /// Whether it lasts until then, and is not trimmed to its last child.
    pub untrimmed: bool,
    /// How long it waits without any open child.
    pub idle_timeout: f64,
    /// How long it waits in all.
    pub final_timeout: f64,
    /// The latest end of children that are known no more.
    pub gone_end: f64,
}

/// A child of an idle root that is not sent by itself: its start; its end, [`NONE`] if it is open; and 1 if the root lasts
/// for it, 0 if the page does not want it.
pub type Child = [f64; 3];

/// When an idle root ends: with its last child, not before it began, and not later than it may. Children that are open
/// are cut; of those that do not belong to the root after all the start becomes [`NONE`].
pub fn end(ending: &Ending, children: &mut [Child]) -> f64 {
    let Ending { start, requested, untrimmed, idle_timeout, final_timeout, gone_end } = *ending;
    let mut end = later(requested, start);
    // Without children nothing is trimmed, as in the reference.
    let has_children = !children.is_empty() || !gone_end.is_nan();
    if has_children && !untrimmed {
        let mut last_child = gone_end;
        for [_, child_end, counts] in &*children {
            if *counts > 0.0 {
                last_child = later(*child_end, last_child);
            }
        }
        end = later(sooner(requested, last_child), start);
        end = sooner(end, start + final_timeout);
    }
    for [child_start, child_end, _] in children {
        if child_end.is_nan() {
            *child_end = later(end, *child_start);
        }
        if *child_start > end || *child_end > *child_start + final_timeout + idle_timeout {
            *child_start = NONE;
        }
    }
    end
}

/// The later of two times, of which one may be [`NONE`].
fn later(one: f64, other: f64) -> f64 {
    if one > other || other.is_nan() { one } else { other }
}

/// The sooner of two times, of which one may be [`NONE`].
fn sooner(one: f64, other: f64) -> f64 {
    if one < other || other.is_nan() { one } else { other }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEADLINES: Deadlines =
        Deadlines { allowed: true, idle_at: NONE, child_at: NONE, final_at: 30_000.0 };

    #[test]
    fn the_deadline_that_passed_first_counts_however_late_the_timer_is() {
        let idle = Deadlines { idle_at: 1000.0, ..DEADLINES };
        assert_eq!(idle.due(999.0), None);
        for now in [1000.0, 60_000.0] {
            assert_eq!(idle.due(now), Some((FinishReason::IdleTimeout, 1000.0)));
        }
        let busy = Deadlines { child_at: 15_500.0, ..DEADLINES };
        assert_eq!(busy.due(15_500.0), Some((FinishReason::HeartbeatFailed, 15_500.0)));
        let last = Deadlines { child_at: 44_000.0, ..DEADLINES };
        assert_eq!(last.due(29_999.0), None);
        assert_eq!(last.due(30_000.0), Some((FinishReason::FinalTimeout, 30_000.0)));
        assert_eq!(DEADLINES.next(), (FinishReason::FinalTimeout, 30_000.0));
        let all = Deadlines { idle_at: 30_000.0, child_at: 30_000.0, ..DEADLINES };
        assert_eq!(all.next(), (FinishReason::IdleTimeout, 30_000.0));
    }

    #[test]
    fn only_the_final_deadline_counts_while_the_document_loads() {
        let loading = Deadlines { allowed: false, idle_at: 1000.0, child_at: 2000.0, ..DEADLINES };
        assert_eq!(loading.due(5000.0), None);
        assert_eq!(loading.due(31_000.0), Some((FinishReason::FinalTimeout, 30_000.0)));
    }

    fn ending(requested: f64) -> Ending {
        Ending {
            start: 1000.0,
            requested,
            untrimmed: false,
            idle_timeout: 1000.0,
            final_timeout: 30_000.0,
            gone_end: NONE,
        }
    }

    #[test]
    fn a_root_is_trimmed_to_its_last_child() {
        let children = &mut [[1500.0, 2000.0, 1.0], [1500.0, 1800.0, 1.0]];
        assert_eq!(end(&ending(3000.0), children), 2000.0);
        assert_eq!(end(&Ending { untrimmed: true, ..ending(3000.0) }, children), 3000.0);
        assert_eq!(end(&Ending { gone_end: 2500.0, ..ending(3000.0) }, children), 2500.0);
        assert_eq!(end(&Ending { gone_end: 2500.0, ..ending(3000.0) }, &mut []), 2500.0);
        assert_eq!(end(&ending(1700.0), children), 1700.0);
        assert_eq!(end(&ending(3000.0), &mut []), 3000.0);
        assert_eq!(end(&ending(500.0), &mut []), 1000.0);
        assert_eq!(end(&ending(3000.0), &mut [[1500.0, 2000.0, 0.0]]), 3000.0);
        assert_eq!(end(&ending(90_000.0), &mut [[1500.0, 90_000.0, 1.0]]), 31_000.0);
    }

    #[test]
    fn open_children_are_cut_and_stragglers_discarded() {
        let children = &mut [
            [1200.0, 2000.0, 1.0],
            [1500.0, NONE, 1.0],
            [2500.0, NONE, 1.0],
            [1500.0, 40_000.0, 1.0],
            [2001.0, 2100.0, 1.0],
        ];
        assert_eq!(end(&ending(2000.0), children), 2000.0);
        let seen = children.map(|[start, end, _]| (end, start.is_nan()));
        let expected = [(2000.0, false), (2000.0, false), (2500.0, true), (40_000.0, true), (2100.0, true)];
        assert_eq!(seen, expected);
    }
}
