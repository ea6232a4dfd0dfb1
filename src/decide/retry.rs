//! When is an envelope sent again that the server has not taken, and how fast does what has waited leave?
//!
//! All pages of a site lose the server at the same moment, and see it again at the same moment. Each therefore waits for a
//! random time out of a window that grows fourfold (exponential back-off with full jitter), and what has waited leaves no
//! faster than it came. `tests/core/fleet.rs` shows what that does to a server.

use super::rate_limit::LimitHeaders;

/// The window of the first pause, in milliseconds; each next one is four times as long. Windows that began with a second and
/// doubled would, in the first minute, bring a server that fails four times the requests that it has when it is well.
const FIRST_WINDOW: f64 = 10_000.0;

/// The longest window, in milliseconds: five minutes.
const MAX_WINDOW: f64 = 300_000.0;

/// What an answer says about the envelope and those behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was taken, or refused for good; the next may leave after so many seconds.
    Over(u64),
    /// It was not taken: it may be sent again, after so many seconds at the earliest.
    Again(u64),
}

/// Judges an answer; `None` where nobody answered. A server that names limits (`X-Sentry-Rate-Limits`) has decided about
/// this envelope: they win over sending it again.
pub fn judge(answer: Option<&LimitHeaders<'_>>) -> Verdict {
    let Some(headers) = answer else { return Verdict::Again(0) };
    let pause = headers.pause().unwrap_or(0);
    let has_limits = !headers.rate_limits.is_empty();
    match headers.status {
        429 if has_limits => Verdict::Over(0),
        // Also the statuses that OpenTelemetry's protocol knows for "again".
        429 | 502 | 503 | 504 => Verdict::Again(pause),
        _ if has_limits => Verdict::Over(0),
        _ => Verdict::Over(pause),
    }
}

/// How long to wait after so many failures in a row, in milliseconds. `dice` is a random number below 1.
pub fn backoff(failures: u32, dice: f64) -> f64 {
    let growth = f64::from(1_u32 << (2 * failures.saturating_sub(1).min(15)));
    dice * (FIRST_WINDOW * growth).min(MAX_WINDOW)
}

/// How long the next envelope that has waited waits for the one before it, once the server is back: half as long again, on
/// average, as the time between the two when they were made.
pub fn spacing(between: f64, dice: f64) -> f64 {
    (between * (1.0 + dice)).min(MAX_WINDOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u32, rate_limits: &str, retry_after: Option<Option<u64>>) -> Verdict {
        judge(Some(&LimitHeaders { status, rate_limits, retry_after }))
    }

    #[test]
    fn what_nobody_answers_and_what_the_server_has_no_time_for_is_sent_again() {
        assert_eq!(judge(None), Verdict::Again(0));
        for status in [502, 503, 504] {
            assert_eq!(answer(status, "", None), Verdict::Again(0), "{status}");
        }
        assert_eq!(answer(503, "", Some(Some(7))), Verdict::Again(7));
        assert_eq!(answer(503, "", Some(None)), Verdict::Again(60));
        assert_eq!(answer(429, "", None), Verdict::Again(60));
        assert_eq!(answer(429, "", Some(Some(5))), Verdict::Again(5));
    }

    #[test]
    fn what_is_taken_or_refused_for_good_is_not() {
        for status in [200, 204, 400, 403, 404, 413, 500] {
            assert_eq!(answer(status, "", None), Verdict::Over(0), "{status}");
        }
        assert_eq!(answer(200, "", Some(Some(7))), Verdict::Over(7));
        assert_eq!(answer(413, "", Some(Some(7))), Verdict::Over(0));
    }

    #[test]
    fn what_has_waited_leaves_as_it_came_but_no_slower_than_every_five_minutes() {
        assert!((spacing(1000.0, 0.5) - 1500.0).abs() < 1e-9);
        assert!((spacing(3_600_000.0, 0.0) - 300_000.0).abs() < 1e-9);
    }

    #[test]
    fn limits_win() {
        assert_eq!(answer(429, "60:transaction:key", None), Verdict::Over(0));
        assert_eq!(answer(429, "60:transaction:key", Some(Some(7))), Verdict::Over(0));
        assert_eq!(answer(200, "60:transaction:key", Some(Some(7))), Verdict::Over(0));
    }

    #[test]
    fn the_window_grows_up_to_five_minutes() {
        let windows: Vec<f64> = (1..=5).map(|failures| backoff(failures, 1.0) / 1000.0).collect();
        assert_eq!(windows, [10.0, 40.0, 160.0, 300.0, 300.0]);
        assert!((backoff(u32::MAX, 0.5) - 150_000.0).abs() < 1.0);
        assert!(backoff(5, 0.0) < 1.0);
    }
}
