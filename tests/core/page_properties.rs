//! Whatever a page calls its things: its headers are valid, and its envelopes are three lines.

use proptest::prelude::*;
use throughline::app::attributes::Attributes;
use throughline::app::envelope::Extra;
use throughline::app::link::Link;
use throughline::app::start_span::StartSpan;
use throughline::app::status::Status;
use throughline::codec::baggage::{MAX_BYTES, MAX_MEMBERS};
use throughline::codec::id::{SpanId, TraceId};
use throughline::codec::json::Json;

use crate::fake_host::{Page, init, named};
use crate::properties::{any_text, borrowed, entries, is_valid_header, members};
use crate::vectors::dsc_of;

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_page_calls_its_things_the_headers_are_valid(
        release in any_text(),
        name in any_text(),
        received in any_text(),
        rate in any_text(),
        many in entries(90),
    ) {
        let page = Page::new();
        let mut options = init("1");
        options.settings.release = release.repeat(40);
        options.settings.environment = name.clone();
        options.settings.org_id = received.clone();
        page.sdk.init(options);
        let baggage = format!("{received},{}", dsc_of(borrowed(&many)).to_baggage().unwrap_or_default());
        let mut attributes = Attributes::default();
        attributes.set_string("sentry.sample_rate", &rate);
        let root = page.start(StartSpan { attributes, ..named(&name) }).key;
        page.enter_received("771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12", &baggage);
        let continued = page.start(named(&name)).key;
        for key in [root, continued, None] {
            let headers = page.headers(key);
            let baggage = headers.baggage.clone().unwrap_or_default();
            for value in [&headers.sentry_trace(), &headers.traceparent(), &baggage] {
                prop_assert!(is_valid_header(value), "{value}");
            }
            prop_assert!(baggage.len() <= MAX_BYTES && members(&baggage) <= MAX_MEMBERS);
        }
        let told = page.headers(continued).baggage.unwrap_or_default();
        // Whatever else is told, unless there is no byte left for it.
        prop_assert!(told.contains("sentry-sample_rate=") || told.len() > MAX_BYTES - 30, "{told}");
    }

    #[test]
    fn whatever_crosses_an_envelope_has_three_lines(
        (name, value, link, extra) in (any_text(), any_text(), any_text(), any_text()),
        standalone in any::<bool>(),
    ) {
        let page = Page::with_rate("1");
        page.world.extra.replace(Some(Extra { event: extra.clone(), contexts: value.clone() }));
        let mut attributes = Attributes::default();
        if let Some(raw) = Json::raw(value.clone()) {
            attributes.set(&name, raw);
        }
        let mut linked = Attributes::default();
        linked.set_string(&link, &link);
        let other = Link::to(TraceId::from_random([1; 16]), SpanId::from_random([1; 8]), true);
        let links = vec![Link { attributes: linked, ..other }];
        let start = StartSpan { attributes, links, standalone, ..named(&name) };
        let root = page.start(start).key.unwrap();
        if let Some(raw) = Json::raw(extra.clone()) {
            page.sdk.set_measurement(root, &name, raw);
        }
        page.sdk.set_status(root, Status::error(value.clone()));
        page.end(root);
        prop_assert_eq!(page.world.sent.borrow()[0].body.split('\n').count(), 3);
        page.sdk.record_loss(&name, &value, 1);
        page.sdk.report_losses();
        let report = &page.world.sent.borrow()[1].body;
        prop_assert_eq!(report.split('\n').filter(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()).count(), 3);
    }

    #[test]
    fn whatever_a_streamed_span_says_can_be_read_back(
        (name, value, before, after) in (any_text(), any_text(), any_text(), any_text()),
    ) {
        let page = Page::streaming("1");
        let root = page.root(&before);
        let child = page.child(root, &name);
        page.sdk.set_attributes(child, [(name.clone(), Some(Json::string(&value)))]);
        page.end(child);
        page.sdk.set_name(root, &after);
        page.sdk.flush_spans();
        let envelope = page.only_envelope();
        let item = &envelope.items()[0];
        prop_assert_eq!(&item["name"], &name);
        prop_assert_eq!(&item["attributes"][&name]["value"], &value);
        prop_assert_eq!(&item["attributes"]["sentry.segment.name"]["value"], &after);
    }
}
