//! Requests with envelopes that are under way: how many there may be, and which may outlive the page.

use crate::codec::time::Timestamp;
use crate::decide::rate_limit::{self, LimitHeaders};

/// Requests at the same time, as in the reference. More are dropped: the network is not keeping up, and
/// waiting would only cost memory.
const MAX_REQUESTS: usize = 40;

/// `fetch` refuses keepalive bodies past 64 KiB in all (Fetch, section 4.6); a little less, as in the
/// reference, leaves room for the page's own.
const MAX_KEEPALIVE_BYTES: usize = 60_000;

/// Chromium refuses more keepalive requests than this at the same time.
const MAX_KEEPALIVE_REQUESTS: usize = 15;

/// A request to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Names the request when [`Queue::settled`] is told about its end.
    pub id: u32,
    /// Where to.
    pub url: String,
    /// The envelope.
    pub body: String,
    /// Whether the request may outlive the page.
    pub keepalive: bool,
}

/// Why an envelope was not sent, in the words of client reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// There is no valid DSN.
    NoDestination,
    /// The server asked for a pause.
    RateLimit,
    /// Too many requests are under way.
    Overflow,
}

impl DropReason {
    /// What the developer reads.
    pub fn sentence(self) -> &'static str {
        match self {
            DropReason::NoDestination => "a trace was not sent: there is no valid dsn",
            DropReason::RateLimit => "a trace was not sent: the server asked for a pause",
            DropReason::Overflow => "a trace was not sent: too many requests are under way",
        }
    }
}

/// What is lost with an envelope. Nothing with one that holds a report of losses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cargo {
    /// How many transactions.
    pub transactions: u32,
    /// How many spans, those of the transactions included.
    pub spans: u32,
}

impl Cargo {
    /// That of a transaction with so many children.
    pub fn transaction(children: u32) -> Cargo {
        Cargo { transactions: 1, spans: children.saturating_add(1) }
    }
}

#[derive(Debug)]
struct UnderWay {
    id: u32,
    bytes: usize,
    cargo: Cargo,
}

/// What is under way, and what the server said.
#[derive(Debug, Default)]
pub struct Queue {
    /// Where envelopes go; empty if nowhere.
    url: String,
    /// What the server does not want, see [`rate_limit`].
    limits: String,
    under_way: Vec<UnderWay>,
    last_id: u32,
}

impl Queue {
    /// Sets where envelopes go; `None` for nowhere.
    pub fn send_to(&mut self, url: Option<String>) {
        self.url = url.unwrap_or_default();
    }

    /// Whether an item of this category may be sent now; asked before the envelope is written.
    pub fn admits(&self, category: &str, now: Timestamp) -> Result<(), DropReason> {
        if self.url.is_empty() {
            return Err(DropReason::NoDestination);
        }
        if rate_limit::is_closed(&self.limits, category, now.as_millis()) {
            return Err(DropReason::RateLimit);
        }
        if self.under_way.len() >= MAX_REQUESTS {
            return Err(DropReason::Overflow);
        }
        Ok(())
    }

    /// Takes an envelope that was admitted.
    pub fn push(&mut self, body: String, cargo: Cargo) -> Outgoing {
        // Zero stands for "no request"; after four billion the count begins again.
        self.last_id = self.last_id.wrapping_add(1).max(1);
        self.under_way.push(UnderWay { id: self.last_id, bytes: body.len(), cargo });
        let bytes: usize = self.under_way.iter().map(|request| request.bytes).sum();
        let keepalive = bytes <= MAX_KEEPALIVE_BYTES && self.under_way.len() < MAX_KEEPALIVE_REQUESTS;
        Outgoing { id: self.last_id, url: self.url.clone(), body, keepalive }
    }

    /// Nobody will tell any more how the requests end that are under way; they may have arrived.
    pub fn forget(&mut self) {
        self.under_way.clear();
    }

    /// A request has ended: with an answer, or without one (`None`). Answers with what it carried; `None` if
    /// it was not under way.
    pub fn settled(&mut self, id: u32, answer: Option<LimitHeaders<'_>>, now: Timestamp) -> Option<Cargo> {
        let place = self.under_way.iter().position(|request| request.id == id)?;
        let request = self.under_way.remove(place);
        if let Some(headers) = answer {
            self.limits = rate_limit::observe(&self.limits, &headers, now.as_millis());
        }
        Some(request.cargo)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue() -> Queue {
        let mut queue = Queue::default();
        queue.send_to(Some("/tunnel".to_owned()));
        queue
    }

    #[test]
    fn without_a_destination_nothing_is_admitted() {
        let queue = Queue::default();
        assert_eq!(queue.admits("transaction", Timestamp::EPOCH), Err(DropReason::NoDestination));
    }

    #[test]
    fn drops_past_the_limit_of_requests() {
        let mut queue = queue();
        let ids: Vec<u32> =
            (0..MAX_REQUESTS).map(|_| queue.push(String::new(), Cargo::default()).id).collect();
        assert_eq!(queue.admits("transaction", Timestamp::EPOCH), Err(DropReason::Overflow));
        queue.settled(ids[7], None, Timestamp::EPOCH);
        assert_eq!(queue.admits("transaction", Timestamp::EPOCH), Ok(()));
    }

    #[test]
    fn only_what_the_browser_accepts_outlives_the_page() {
        let mut sent = queue();
        assert!(sent.push("x".repeat(40_000), Cargo::default()).keepalive);
        let large = sent.push("x".repeat(20_001), Cargo::default());
        assert!(!large.keepalive);
        sent.settled(large.id, None, Timestamp::EPOCH);
        assert!(sent.push("x".repeat(20_000), Cargo::default()).keepalive);
        let mut sent = queue();
        let flags: Vec<bool> =
            (0..15).map(|_| sent.push(String::new(), Cargo::default()).keepalive).collect();
        assert_eq!(flags.iter().filter(|keepalive| **keepalive).count(), 14);
    }

    #[test]
    fn knows_what_is_lost_with_a_request_once() {
        let mut queue = queue();
        let cargo = Cargo { transactions: 1, spans: 4 };
        let id = queue.push(String::new(), cargo).id;
        assert_eq!(queue.settled(id, None, Timestamp::EPOCH), Some(cargo));
        assert_eq!(queue.settled(id, None, Timestamp::EPOCH), None);
        let answer = LimitHeaders { status: 429, ..LimitHeaders::default() };
        assert_eq!(queue.settled(4711, Some(answer), Timestamp::EPOCH), None);
        assert_eq!(queue.admits("transaction", Timestamp::EPOCH), Ok(()), "nobody asked that server");
    }

    #[test]
    fn no_request_has_the_number_that_stands_for_none() {
        let mut queue = Queue { last_id: u32::MAX - 1, ..queue() };
        let ids = [(); 3].map(|()| queue.push(String::new(), Cargo::default()).id);
        assert_eq!(ids, [u32::MAX, 1, 2]);
    }

    #[test]
    fn obeys_the_limits_of_an_answer() {
        let mut queue = queue();
        let id = queue.push(String::new(), Cargo::default()).id;
        let answer = LimitHeaders { status: 429, ..LimitHeaders::default() };
        queue.settled(id, Some(answer), Timestamp::EPOCH);
        assert_eq!(queue.admits("transaction", Timestamp::EPOCH), Err(DropReason::RateLimit));
    }
}
