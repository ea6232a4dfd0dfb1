//! What the exports answer that are about envelopes on their way: what a server's answer means for this one and for the next.

use throughline::decide::rate_limit::{self, LimitHeaders};
use throughline::decide::retry::{self, Verdict};

/// The table of limits after a response. `retry_after` is in seconds, NaN for a time that cannot be read, negative for none.
pub fn limits(
    out: &mut String,
    [table, rate_limits]: [&str; 2],
    status: u32,
    retry_after: f64,
    now: f64,
) -> Option<()> {
    rate_limit::write_observed(out, table, &headers(status, rate_limits, retry_after), now as u64);
    Some(())
}

fn headers(status: u32, rate_limits: &str, retry_after: f64) -> LimitHeaders<'_> {
    // `as` saturates.
    let seconds = (!retry_after.is_nan()).then_some(retry_after as u64);
    let retry_after = if retry_after < 0.0 { None } else { Some(seconds) };
    LimitHeaders { status, rate_limits, retry_after }
}

/// What becomes of an envelope and those behind it, by its answer: if it may be sent again, after how many milliseconds at the
/// earliest; if not, a negative number: minus one, and minus the pause for the next. `status` is 0 where nobody answered;
/// `retry_after` as above.
pub fn retry(status: u32, is_limited: bool, retry_after: f64) -> f64 {
    let answer = headers(status, if is_limited { "limits" } else { "" }, retry_after);
    match retry::judge((status > 0).then_some(&answer)) {
        Verdict::Again(seconds) => seconds as f64 * 1000.0,
        Verdict::Over(seconds) => -1.0 - seconds as f64 * 1000.0,
    }
}

/// Whether items of a category must not be sent now.
pub fn limited([table, category]: [&str; 2], now: f64) -> bool {
    rate_limit::is_closed(table, category, now as u64)
}
