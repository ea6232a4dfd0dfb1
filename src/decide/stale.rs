//! Whether a page goes on in the trace that its HTML names.
//!
//! A cached document names the same trace for everybody who opens it, and would glue strangers into one. So a
//! trace that is too old, that came out of a cache, or that this browser has already gone on with is only linked
//! to. Protocol 8.9 leaves this to the server; this is our own rule.

use crate::codec::time::Timestamp;

/// How old a trace may be when the visitor asks for the page, in milliseconds. Long enough for a slow server, and
/// for clocks that differ a little.
pub const MAX_AGE: u64 = 120_000;

/// What is known about the trace that came with a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arrival {
    /// When the server began the trace, by its own clock, if it says so.
    pub begun: Option<Timestamp>,
    /// When the visitor asked for the page, by the clock of the browser. Not when we are asked, which may be
    /// minutes later.
    pub asked: Timestamp,
    /// Whether the browser took the document out of a cache of its own.
    pub cached: bool,
    /// Whether an earlier page view in this browser has gone on with this very trace.
    pub continued_before: bool,
}

/// Why a trace is not gone on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stale {
    /// It was begun long before the visitor came.
    Old,
    /// The document comes from the browser's cache.
    Cached,
    /// An earlier page view has gone on with it.
    ContinuedBefore,
}

impl Stale {
    /// One word, for the developer.
    pub fn text(self) -> &'static str {
        match self {
            Stale::Old => "old",
            Stale::Cached => "cached",
            Stale::ContinuedBefore => "continued before",
        }
    }
}

/// Whether, and why, a trace is only linked to. A server whose clock is ahead of ours tells a time to come:
/// that says nothing about age.
pub fn judge(arrival: Arrival) -> Option<Stale> {
    let age = arrival.begun.map_or(0, |begun| arrival.asked.millis_since(begun));
    if age > MAX_AGE {
        Some(Stale::Old)
    } else if arrival.cached {
        Some(Stale::Cached)
    } else if arrival.continued_before {
        Some(Stale::ContinuedBefore)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked_after(millis: i64) -> Arrival {
        let begun = 1_700_000_000_000_000;
        Arrival {
            begun: Some(Timestamp::from_micros(begun)),
            asked: Timestamp::from_micros(begun.saturating_add_signed(millis * 1000)),
            ..Arrival::default()
        }
    }

    #[test]
    fn a_fresh_trace_is_gone_on_with() {
        // A server begins its trace after the browser has asked, unless their clocks differ.
        for millis in [-3_600_000, -30_000, -1, 0, 1, 119_999, 120_000] {
            assert_eq!(judge(asked_after(millis)), None, "{millis}");
        }
        assert_eq!(judge(Arrival { asked: Timestamp::from_micros(u64::MAX), ..Arrival::default() }), None);
    }

    #[test]
    fn a_trace_of_more_than_two_minutes_is_old() {
        for millis in [120_001, 3_600_000, 31_536_000_000] {
            assert_eq!(judge(asked_after(millis)), Some(Stale::Old), "{millis}");
        }
    }

    #[test]
    fn what_comes_out_of_a_cache_or_comes_again_is_stale_at_any_age() {
        for arrival in [Arrival::default(), asked_after(-1000), asked_after(1000)] {
            assert_eq!(judge(Arrival { cached: true, ..arrival }), Some(Stale::Cached));
            let again = Arrival { continued_before: true, ..arrival };
            assert_eq!(judge(again), Some(Stale::ContinuedBefore));
            assert_eq!(judge(Arrival { cached: true, ..again }), Some(Stale::Cached));
        }
    }
}
