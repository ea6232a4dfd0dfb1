//! Client reports: the server is told what was not sent, so that its counts stay true.
//!
//! Only counters by reason and category, and the envelope that tells them. An envelope that holds a report is
//! never counted itself.

use crate::codec::json::{Json, Object, write_list};
use crate::codec::time::Timestamp;

/// Pairs of reason and category that are counted; the reference knows about thirty. Past it nothing new is
/// counted, because the words may be the page's own.
const MAX_OUTCOMES: usize = 64;

#[derive(Debug)]
struct Outcome {
    reason: String,
    category: String,
    quantity: u32,
}

/// What was lost since the last report.
#[derive(Debug, Default)]
pub struct Outcomes {
    enabled: bool,
    counts: Vec<Outcome>,
}

impl Outcomes {
    /// Whether to count at all: not without a destination, and not if the page does not want reports.
    pub fn enable(&mut self, on: bool) {
        self.enabled = on;
        if !on {
            self.counts.clear();
        }
    }

    /// Counts so many things of a category that were lost for a reason.
    pub fn add(&mut self, reason: &str, category: &str, quantity: u32) {
        if !self.enabled || quantity == 0 {
            return;
        }
        let full = self.counts.len() >= MAX_OUTCOMES;
        let known = self.counts.iter_mut().find(|known| known.reason == reason && known.category == category);
        match known {
            Some(known) => known.quantity = known.quantity.saturating_add(quantity),
            None if full => {}
            None => self.counts.push(Outcome {
                reason: reason.to_owned(),
                category: category.to_owned(),
                quantity,
            }),
        }
    }

    /// The envelope that tells what was lost, and begins anew; `None` if nothing was.
    pub fn report(&mut self, now: Timestamp, tunnelled_dsn: Option<&str>) -> Option<String> {
        if self.counts.is_empty() {
            return None;
        }
        let mut out = String::new();
        let mut header = Object::open(&mut out);
        if let Some(dsn) = tunnelled_dsn {
            header.string("dsn", dsn);
        }
        header.close();
        out.push_str("\n{\"type\":\"client_report\"}\n");
        let mut report = Object::open(&mut out);
        now.write_seconds(report.member("timestamp"));
        write_list(report.member("discarded_events"), self.counts.drain(..), |out, outcome| {
            let mut event = Object::open(out);
            event.string("reason", &outcome.reason);
            event.string("category", &outcome.category);
            event.raw("quantity", Json::integer(i64::from(outcome.quantity)).as_str());
            event.close();
        });
        report.close();
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counting() -> Outcomes {
        let mut outcomes = Outcomes::default();
        outcomes.enable(true);
        outcomes
    }

    #[test]
    fn a_report_adds_up_and_begins_anew() {
        let mut outcomes = counting();
        outcomes.add("sample_rate", "span", 1);
        outcomes.add("sample_rate", "transaction", 1);
        outcomes.add("sample_rate", "span", 2);
        outcomes.add("invalid", "span", 0);
        let now = Timestamp::from_micros(1_500_000);
        assert_eq!(
            outcomes.report(now, None).as_deref(),
            Some(
                "{}\n{\"type\":\"client_report\"}\n{\"timestamp\":1.5,\"discarded_events\":[\
                 {\"reason\":\"sample_rate\",\"category\":\"span\",\"quantity\":3},\
                 {\"reason\":\"sample_rate\",\"category\":\"transaction\",\"quantity\":1}]}"
            )
        );
        assert_eq!(outcomes.report(now, None), None);
    }

    #[test]
    fn a_tunnel_is_told_the_dsn() {
        let mut outcomes = counting();
        outcomes.add("a \"b\"\n", "span", 1);
        let report = outcomes.report(Timestamp::EPOCH, Some("https://k@h/1")).unwrap();
        assert!(report.starts_with("{\"dsn\":\"https://k@h/1\"}\n"), "{report}");
        assert_eq!(report.lines().count(), 3);
    }

    #[test]
    fn nothing_is_counted_where_nothing_is_reported() {
        let mut outcomes = Outcomes::default();
        outcomes.add("sample_rate", "span", 1);
        assert_eq!(outcomes.report(Timestamp::EPOCH, None), None);
        let mut outcomes = counting();
        outcomes.add("sample_rate", "span", 1);
        outcomes.enable(false);
        outcomes.enable(true);
        assert_eq!(outcomes.report(Timestamp::EPOCH, None), None);
    }

    #[test]
    fn memory_is_bounded_whatever_the_page_reports() {
        let mut outcomes = counting();
        (0..1000).for_each(|number| outcomes.add(&number.to_string(), "span", u32::MAX));
        outcomes.add("0", "span", u32::MAX);
        assert_eq!(outcomes.counts.len(), MAX_OUTCOMES);
        assert_eq!(outcomes.counts[0].quantity, u32::MAX);
    }
}
