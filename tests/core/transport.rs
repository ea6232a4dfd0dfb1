//! DSN and rate limits against the examples.

use throughline::codec::dsn::Dsn;
use throughline::decide::rate_limit::{LimitHeaders, is_closed, observe};

use crate::vectors::{each, optional, same};

#[test]
fn reads_dsns() {
    each("dsn.txt", |example| {
        let answer = Dsn::parse(example.only_input()).map(|dsn| {
            let endpoint = dsn.envelope_url("throughline.browser/1");
            format!("{endpoint} | {} | {}", dsn.print(), dsn.org_id().unwrap_or("none"))
        });
        same(example, answer.unwrap_or("rejected".to_owned()));
    });
}

#[test]
fn obeys_rate_limits() {
    each("rate_limits.txt", |example| {
        let [status, rate_limits, retry_after, category] = example.inputs();
        let retry_after = match retry_after {
            "none" => None,
            "unreadable" => Some(None),
            seconds => Some(Some(seconds.parse().unwrap())),
        };
        let headers = LimitHeaders {
            status: status.parse().unwrap(),
            rate_limits: optional(rate_limits).unwrap_or_default(),
            retry_after,
        };
        let table = observe("", &headers, 0);
        let closed =
            (0..1000).find(|second| !is_closed(&table, category, second * 1000)).expect("it opens again");
        same(example, closed.to_string());
    });
}
