//! The end of a root that ends by itself, on numbers: times in seconds, points of the steady clock in milliseconds, NaN for
//! what there is not.
//!
//! ```text
//! numbers = 14 of the root, then 3 for each child: start, end, 1 if the root lasts for it
//! ```

use throughline::decide::idle::{self, Deadlines, Ending, FinishReason, NONE};

/// How many numbers stand before those of the children.
pub const HEAD: usize = 14;

/// When a root ends, in seconds: for a reason (from 1) that is asked for, or by the deadline that has passed (reason 0). NaN
/// if none has. Writes the reason; of a child that was open when it was cut, and of one that is discarded NaN as start.
pub fn end(numbers: &mut [f64]) -> f64 {
    let Some((head, rest)) = numbers.split_first_chunk_mut::<HEAD>() else { return NONE };
    let [reason, given, now, start, untrimmed, idle, last, gone_end, others @ ..] = head;
    let [allowed, idle_at, child_at, final_at, began_steady, began] = *others;
    let deadlines = Deadlines { allowed: allowed > 0.0, idle_at, child_at, final_at };
    let mut at = *now;
    if *reason == 0.0 {
        let Some((passed, deadline)) = deadlines.due(at) else { return NONE };
        *reason = code(passed);
        at = deadline;
    }
    let ending = Ending {
        start: *start,
        requested: if given.is_nan() { micros(began + (at - began_steady) / 1000.0) } else { *given },
        untrimmed: *untrimmed > 0.0,
        idle_timeout: *idle / 1000.0,
        final_timeout: *last / 1000.0,
        gone_end: *gone_end,
    };
    micros(idle::end(&ending, rest.as_chunks_mut().0))
}

fn code(reason: FinishReason) -> f64 {
    match reason {
        FinishReason::IdleTimeout => 1.0,
        FinishReason::HeartbeatFailed => 2.0,
        FinishReason::FinalTimeout => 3.0,
        FinishReason::ExternalFinish => 4.0,
        FinishReason::DocumentHidden => 5.0,
        FinishReason::Cancelled => 6.0,
    }
}

/// Seconds with six decimals, as they are sent.
fn micros(seconds: f64) -> f64 {
    (seconds * 1e6).round_ties_even() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A root that began at second 1000, when the steady clock said 5 milliseconds; it asks at 3005.
    fn numbers(reason: f64, requested: f64, deadlines: [f64; 3], children: &[[f64; 3]]) -> Vec<f64> {
        let [idle_at, child_at, final_at] = deadlines;
        let head = [
            reason, requested, 3005.0, 1000.0, 0.0, 1000.0, 30_000.0, NONE, 1.0, idle_at, child_at, final_at,
            5.0, 1000.0,
        ];
        [head.as_slice(), children.as_flattened()].concat()
    }

    #[test]
    fn ends_by_the_deadline_that_has_passed() {
        let waits = [4000.0, NONE, 30_005.0];
        assert!(end(&mut numbers(0.0, NONE, waits, &[])).is_nan());
        let mut due =
            numbers(0.0, NONE, [2005.0, NONE, 30_005.0], &[[1000.1, 1000.75, 1.0], [1000.2, 1000.9, 0.0]]);
        assert_eq!((end(&mut due), due[0]), (1000.75, 1.0));
        let mut due = numbers(0.0, NONE, [NONE, 2505.0, 30_005.0], &[[1000.1, NONE, 1.0]]);
        assert_eq!((end(&mut due), due[0], due[HEAD + 1]), (1002.5, 2.0, 1002.5));
        let mut due = numbers(0.0, NONE, [NONE, NONE, 3005.0], &[]);
        assert_eq!((end(&mut due), due[0]), (1003.0, 3.0));
    }

    #[test]
    fn ends_for_a_reason_now_or_when_it_is_asked_to() {
        let waits = [4000.0, NONE, 30_005.0];
        let mut now = numbers(4.0, NONE, waits, &[]);
        assert_eq!((end(&mut now), now[0]), (1003.0, 4.0));
        let mut asked = numbers(4.0, 1001.5, waits, &[[1000.5, 1001.0, 1.0], [1001.25, NONE, 1.0]]);
        assert_eq!(end(&mut asked), 1001.0);
        assert_eq!(asked[HEAD..HEAD + 2], [1000.5, 1001.0]);
        assert!(asked[HEAD + 3].is_nan());
    }

    #[test]
    fn what_is_too_short_never_ends() {
        assert!(end(&mut [1.0; HEAD - 1]).is_nan());
        assert!(!end(&mut [1.0; HEAD]).is_nan());
    }
}
