//! What does the server not want to receive, and until when?
//!
//! ```text
//! X-Sentry-Rate-Limits = limit *( "," limit )
//! limit                = seconds ":" [ category *( ";" category ) ] ":" scope …
//! ```
//!
//! The answer is a table, which whoever asks keeps. No category stands for all of them:
//!
//! ```text
//! table = *( until SP [ category ] LF )      until = milliseconds since the epoch
//! ```

use super::timed;
use crate::codec::digits::parse_integer;
use crate::codec::text::{self, push_line, set};

/// Used when a limit names no number of seconds that can be read.
const DEFAULT_SECONDS: u64 = 60;

/// No limit is longer, in seconds: more would be no pause, but an end.
const MAX_SECONDS: u64 = u32::MAX as u64 / 1000;

/// Limits that are remembered at once, but for those of all categories; a server names a dozen at most.
const MAX_LIMITS: usize = 32;

/// What a response says about limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LimitHeaders<'a> {
    /// The HTTP status.
    pub status: u32,
    /// `X-Sentry-Rate-Limits`; empty if it is not there.
    pub rate_limits: &'a str,
    /// `Retry-After`, in seconds; `Some(None)` if it is there but cannot be read.
    pub retry_after: Option<Option<u64>>,
}

impl LimitHeaders<'_> {
    /// How long nothing at all is to be sent, in seconds, if they say so; limits for categories aside.
    pub fn pause(&self) -> Option<u64> {
        let seconds = match (self.status, self.retry_after) {
            // Says that this envelope is too large, nothing about the next.
            (413, _) => return None,
            (_, Some(seconds)) => seconds,
            (429, None) => None,
            _ => return None,
        };
        Some(seconds.unwrap_or(DEFAULT_SECONDS).min(MAX_SECONDS))
    }
}

/// The table after a response. `now` is in milliseconds since the epoch.
pub fn observe(table: &str, headers: &LimitHeaders<'_>, now: u64) -> String {
    let mut out = String::new();
    write_observed(&mut out, table, headers, now);
    out
}

/// Writes the table after a response into an empty text.
pub fn write_observed(out: &mut String, table: &str, headers: &LimitHeaders<'_>, now: u64) {
    for line in text::items(table, b'\n') {
        if timed::until(line).is_some_and(|until| now < until) {
            push_line(out, line);
        }
    }
    let limits = trim(headers.rate_limits);
    if headers.status != 413 && !limits.is_empty() {
        for limit in text::items(limits, b',').take(MAX_LIMITS) {
            let seconds = leading_seconds(text::before(limit, b':'));
            let categories = trim(text::before(text::behind(limit, b':'), b':'));
            if categories.is_empty() {
                close(out, "", seconds, now);
            }
            for category in text::items(categories, b';') {
                let category = trim(category);
                // A `;` too many names no category.
                if !category.is_empty() {
                    close(out, category, seconds, now);
                }
            }
        }
        if limits.ends_with(',') {
            // What follows is nothing, and that is a limit too: without seconds, for all.
            close(out, "", None, now);
        }
    } else if let Some(seconds) = headers.pause() {
        close(out, "", Some(seconds), now);
    }
}

/// Whether items of a category must not be sent now. Of two limits for it the longer one counts.
pub fn is_closed(table: &str, category: &str, now: u64) -> bool {
    for line in text::items(table, b'\n') {
        let closed = timed::name(line);
        if (closed.is_empty() || text::is(closed, category))
            && timed::until(line).is_some_and(|until| now < until)
        {
            return true;
        }
    }
    false
}

#[inline(never)]
fn close(table: &mut String, category: &str, seconds: Option<u64>, now: u64) {
    let until = now + seconds.unwrap_or(DEFAULT_SECONDS).min(MAX_SECONDS) * 1000;
    for line in text::items(table, b'\n') {
        if text::is(timed::name(line), category) && timed::until(line) >= Some(until) {
            return;
        }
    }
    // For all of them there is always room.
    if category.is_empty() || text::count(table, b'\n') < MAX_LIMITS {
        timed::write(table, until, category);
    }
}

#[inline(never)]
fn trim(text: &str) -> &str {
    text::trim(text, set::WHITE_SPACE)
}

/// The digits that a text begins with, as `parseInt` reads it; too many of them are the largest number.
fn leading_seconds(text: &str) -> Option<u64> {
    let text = trim(text);
    let digits = text::digits(text::after(text, "+").unwrap_or(text));
    (!digits.is_empty()).then(|| parse_integer(digits).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(headers: LimitHeaders<'_>, seconds: u32, category: &str) -> bool {
        is_closed(&observe("", &headers, 0), category, u64::from(seconds) * 1000)
    }

    fn limits(text: &str) -> LimitHeaders<'_> {
        LimitHeaders { status: 200, rate_limits: text, retry_after: None }
    }

    #[test]
    fn closes_the_named_categories() {
        let headers = limits("30:transaction;span:organization:quota, 5:error:key");
        assert!(after(headers, 29, "transaction"));
        assert!(after(headers, 29, "span"));
        assert!(!after(headers, 30, "transaction"));
        assert!(after(headers, 4, "error"));
        assert!(!after(headers, 5, "error"));
        assert!(!after(headers, 0, "internal"));
    }

    #[test]
    fn an_empty_category_closes_all_and_nonsense_closes_for_a_minute() {
        assert!(after(limits("10::organization"), 9, "transaction"));
        assert!(after(limits("10:span,"), 59, "transaction"));
        assert!(after(limits("soon"), 59, "transaction"));
        assert!(!after(limits("soon"), 60, "transaction"));
    }

    #[test]
    fn a_semicolon_too_many_names_no_category() {
        for text in ["30:span;:key", "30:;span", "30: span ; "] {
            assert!(after(limits(text), 29, "span"), "{text}");
            assert!(!after(limits(text), 0, "transaction"), "{text}");
        }
        assert!(after(limits("30: :key"), 29, "transaction"));
    }

    #[test]
    fn seconds_are_the_digits_that_a_limit_begins_with() {
        for (text, seconds) in
            [("2.5:span", 2), ("+3:span", 3), ("4s:span", 4), ("-1:span", 60), (":span", 60)]
        {
            assert!(after(limits(text), seconds - 1, "span"), "{text}");
            assert!(!after(limits(text), seconds, "span"), "{text}");
        }
        assert!(after(limits("99999999999:span"), 4_000_000, "span"));
    }

    #[test]
    fn a_limit_for_all_has_room_after_any_number_of_others() {
        let names: Vec<String> = (0..2 * MAX_LIMITS).map(|number| number.to_string()).collect();
        let seen = observe("", &limits(&format!("60:{}", names.join(";"))), 0);
        assert!(!is_closed(&seen, "transaction", 0));
        let seen = observe(&seen, &limits("60::organization"), 0);
        let again = observe(&seen, &limits("60::organization,50:"), 0);
        assert!(is_closed(&again, "transaction", 59_999));
        assert_eq!(text::count(&again, b'\n'), MAX_LIMITS + 1);
        assert_eq!(text::count(&observe(&again, &limits("1:new"), 60_000), b'\n'), 1);
    }

    #[test]
    fn falls_back_to_retry_after_and_then_to_the_status() {
        let retry = |status, retry_after| LimitHeaders { status, rate_limits: "", retry_after };
        assert!(after(retry(503, Some(Some(7))), 6, "transaction"));
        assert!(!after(retry(503, Some(Some(7))), 7, "transaction"));
        assert!(after(retry(503, Some(None)), 59, "transaction"));
        assert!(after(retry(429, None), 59, "transaction"));
        assert!(!after(retry(500, None), 0, "transaction"));
        assert!(!after(retry(413, Some(Some(7))), 0, "transaction"));
    }

    #[test]
    fn the_longer_limit_stays() {
        let seen = observe("", &limits("60:transaction:key"), 0);
        let seen = observe(&seen, &limits("1:transaction:key"), 0);
        assert!(is_closed(&seen, "transaction", 59_000));
    }
}
