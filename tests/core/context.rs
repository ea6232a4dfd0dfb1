//! What a request carries, against the examples: trace, decision and dynamic sampling context.

use throughline::app::attributes::Attributes;
use throughline::app::start_span::StartSpan;
use throughline::codec::sentry_trace;

use crate::fake_host::{Page, named};
use crate::vectors::{TRACE, decision_text, each, fits, optional};

#[test]
fn carries_what_the_examples_say() {
    each("dsc.txt", |example| {
        let [rate, received, baggage, span] = example.inputs();
        let page = Page::with_rate(rate);
        if received != "none" {
            page.enter_received(received, optional(baggage).unwrap_or_default());
        }
        let mut attributes = Attributes::default();
        if span.ends_with("source=url") {
            attributes.set_string("sentry.segment.name.source", "url");
        }
        let start = StartSpan { attributes, only_if_parent: span == "onlyIfParent", ..named("root") };
        let key = (span != "none").then(|| page.start(start).key.unwrap());

        let headers = page.headers(key);
        let read = sentry_trace::parse(&headers.sentry_trace()).unwrap();
        let trace_id = read.trace_id.hex();
        let trace = if trace_id == TRACE { TRACE } else { "new" };
        let [expected_trace, expected_decision, expected_baggage] = &example.expected[..] else {
            panic!("{example}: three columns expected");
        };
        assert_eq!(trace, expected_trace, "{example}: trace");
        assert_eq!(decision_text(read.sampled), expected_decision, "{example}: decision");
        let sent = headers.baggage.as_deref().unwrap_or("none");
        let expected = expected_baggage.replace("<id>", &trace_id);
        assert!(carries(&expected, sent), "{example}: baggage\n  expected: {expected}\n      sent: {sent}");
    });
}

/// Member by member, because a value may be any of a range.
fn carries(expected: &str, sent: &str) -> bool {
    let split = |text: &str| -> Vec<(String, String)> {
        let members = text.split(',').map(|member| member.split_once('=').unwrap_or((member, "")));
        members.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    };
    let (expected, sent) = (split(expected), split(sent));
    expected.len() == sent.len()
        && expected
            .iter()
            .zip(&sent)
            .all(|(expected, sent)| expected.0 == sent.0 && fits(&expected.1, &sent.1))
}
