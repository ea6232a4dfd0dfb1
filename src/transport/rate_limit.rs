//! Rate limits: what the server does not want to receive, and until when.
//!
//! ```text
//! X-Sentry-Rate-Limits = limit *( "," limit )
//! limit                = seconds ":" [ category *( ";" category ) ] ":" scope …
//! ```

use crate::text;
use crate::trace::time::Timestamp;

/// Used when a limit names no number of seconds that can be read.
const DEFAULT_SECONDS: u32 = 60;

/// Limits that are remembered at once; a server names a dozen categories at most.
const MAX_CATEGORIES: usize = 32;

/// What a response says about limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LimitHeaders<'a> {
    /// The HTTP status.
    pub status: u16,
    /// `X-Sentry-Rate-Limits`.
    pub rate_limits: Option<&'a str>,
    /// `Retry-After`, in seconds; `Some(None)` if it is there but cannot be read.
    pub retry_after: Option<Option<u32>>,
}

/// Until when which category is closed. The empty category stands for all.
#[derive(Clone, Debug, Default)]
pub struct RateLimits(Vec<(String, Timestamp)>);

impl RateLimits {
    /// Takes note of a response. Of two limits for a category the longer one stays.
    pub fn observe(&mut self, headers: LimitHeaders<'_>, now: Timestamp) {
        if headers.status == 413 {
            return; // Says that this envelope is too large, nothing about the next.
        }
        // An empty header names no limit.
        if let Some(text) = headers.rate_limits.filter(|text| !text.trim_ascii().is_empty()) {
            for limit in text::pieces(text, b',').take(MAX_CATEGORIES) {
                let mut fields = text::pieces(limit.trim_ascii(), b':');
                let seconds = fields.next().and_then(leading_seconds).unwrap_or(DEFAULT_SECONDS);
                let categories = fields.next().unwrap_or_default().trim_ascii();
                if categories.is_empty() {
                    self.close("", seconds, now);
                }
                // A `;` too many names no category.
                for category in text::pieces(categories, b';')
                    .map(str::trim_ascii)
                    .filter(|category| !category.is_empty())
                {
                    self.close(category, seconds, now);
                }
            }
        } else if let Some(seconds) = headers.retry_after {
            self.close("", seconds.unwrap_or(DEFAULT_SECONDS), now);
        } else if headers.status == 429 {
            self.close("", DEFAULT_SECONDS, now);
        }
    }

    /// Whether items of a category must not be sent now.
    pub fn is_closed(&self, category: &str, now: Timestamp) -> bool {
        self.0.iter().any(|(closed, until)| (closed == category || closed.is_empty()) && now < *until)
    }

    fn close(&mut self, category: &str, seconds: u32, now: Timestamp) {
        let until = now.plus_millis(seconds.saturating_mul(1000));
        self.0.retain(|(_, until)| now < *until);
        if let Some((_, known_until)) = self.0.iter_mut().find(|(known, _)| known == category) {
            *known_until = until.max(*known_until);
        } else if category.is_empty() || self.0.len() < MAX_CATEGORIES {
            // For all of them there is always room.
            self.0.push((category.to_owned(), until));
        }
    }
}

/// The digits that a text begins with, as `parseInt` reads it; too many of them are the largest number.
fn leading_seconds(text: &str) -> Option<u32> {
    let text = text.trim_ascii();
    let text = text.strip_prefix("+").unwrap_or(text);
    let (digits, _) = text.split_at(text.bytes().take_while(u8::is_ascii_digit).count());
    (!digits.is_empty()).then(|| digits.parse().unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(headers: LimitHeaders<'_>, seconds: u32, category: &str) -> bool {
        let mut limits = RateLimits::default();
        limits.observe(headers, Timestamp::EPOCH);
        limits.is_closed(category, Timestamp::EPOCH.plus_millis(seconds * 1000))
    }

    fn limits(text: &str) -> LimitHeaders<'_> {
        LimitHeaders { status: 200, rate_limits: Some(text), retry_after: None }
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
        let mut seen = RateLimits::default();
        let names: Vec<String> = (0..2 * MAX_CATEGORIES).map(|number| number.to_string()).collect();
        seen.observe(limits(&format!("60:{}", names.join(";"))), Timestamp::EPOCH);
        assert!(!seen.is_closed("transaction", Timestamp::EPOCH));
        seen.observe(limits("60::organization"), Timestamp::EPOCH);
        assert!(seen.is_closed("transaction", Timestamp::EPOCH));
        assert_eq!(seen.0.len(), MAX_CATEGORIES + 1);
    }

    #[test]
    fn falls_back_to_retry_after_and_then_to_the_status() {
        let retry = |status, retry_after| LimitHeaders { status, rate_limits: None, retry_after };
        assert!(after(retry(503, Some(Some(7))), 6, "transaction"));
        assert!(!after(retry(503, Some(Some(7))), 7, "transaction"));
        assert!(after(retry(503, Some(None)), 59, "transaction"));
        assert!(after(retry(429, None), 59, "transaction"));
        assert!(!after(retry(500, None), 0, "transaction"));
        assert!(!after(retry(413, Some(Some(7))), 0, "transaction"));
    }

    #[test]
    fn the_longer_limit_stays() {
        let mut seen = RateLimits::default();
        seen.observe(limits("60:transaction:key"), Timestamp::EPOCH);
        seen.observe(limits("1:transaction:key"), Timestamp::EPOCH);
        assert!(seen.is_closed("transaction", Timestamp::EPOCH.plus_millis(59_000)));
    }
}
