//! What a change does, to which span, and when it comes too late.

use throughline::app::attributes::Attributes;
use throughline::app::envelope;
use throughline::app::envelope::Transaction;
use throughline::app::start_span::{Parent, StartSpan};
use throughline::app::status::Status;
use throughline::codec::json::Json;
use throughline::codec::time::Timestamp;

use crate::fake_host::{NOON, Page, get, init, named, since_noon};
use crate::streaming::attribute;

fn set(page: &Page, key: throughline::app::span_key::SpanKey, name: &str, json: &str) {
    page.sdk.set_attributes(key, [(name.to_owned(), Json::raw(json.to_owned()))]);
}

fn rate_in_baggage(page: &Page, key: throughline::app::span_key::SpanKey) -> Option<String> {
    let baggage = page.headers(Some(key)).baggage.unwrap();
    baggage.split(',').find_map(|member| Some(member.strip_prefix("sentry-sample_rate=")?.to_owned()))
}

#[test]
fn a_bare_span_does_not_change() {
    let page = Page::with_rate("1");
    let bare = page.start(StartSpan { only_if_parent: true, ..named("bare") }).key.unwrap();
    let before = page.json(bare);
    page.sdk.set_name(bare, "new");
    page.sdk.set_status(bare, Status::error("boom"));
    set(&page, bare, "a", "1");
    assert_eq!(page.json(bare), before);
}

#[test]
fn only_the_name_of_a_root_has_a_source() {
    let page = Page::with_rate("1");
    let root = page.root("root");
    let child = page.child(root, "child");
    for key in [root, child] {
        set(&page, key, "sentry.segment.name.source", "\"route\"");
    }
    assert_eq!(page.json(root)["attributes"]["sentry.segment.name.source"], "route");
    assert_eq!(page.json(child)["attributes"].get("sentry.segment.name.source"), None);
}

#[test]
fn an_answer_that_comes_after_the_end_changes_nothing() {
    let page = Page::with_rate("1");
    let root = page.root("root");
    page.scopes.enter(Some(root));
    let request = page.request(&get("https://shop.test/api"));
    page.sdk.end_request(request, Some(200), None);
    let before = page.json(request);
    page.sdk.end_request(request, Some(500), Some(7));
    page.sdk.end_request(request, None, None);
    assert_eq!(page.json(request), before);
}

#[test]
fn a_start_that_is_moved_past_the_end_takes_the_end_with_it() {
    let page = Page::with_rate("1");
    let root = page.root("root");
    let child = page.child(root, "child");
    page.advance(100);
    page.end(child);
    page.sdk.set_start(child, Timestamp::from_micros(NOON + 500_000));
    page.end(root);
    let envelope = page.only_envelope();
    let span = &envelope.event["spans"][0];
    assert_eq!((since_noon(&span["start_timestamp"]), since_noon(&span["timestamp"])), (0.5, 0.5));
}

#[test]
fn a_root_that_is_not_sent_is_no_event_and_stays_as_it_is() {
    for rate in ["1", "0"] {
        let page = Page::with_rate(rate);
        let root = page.root("");
        set(&page, root, "sentry.custom_span_name", "\"mine\"");
        if rate == "0" {
            page.end(root);
        }
        let before = page.json(root);
        assert_eq!(page.sdk.transaction(root), None);
        assert_eq!(page.json(root), before);
    }
    let page = Page::with_rate("1");
    let root = page.root("root");
    let child = page.child(root, "child");
    set(&page, child, "sentry.custom_span_name", "\"mine\"");
    page.end(child);
    assert_eq!(page.sdk.transaction(child), None);
    assert_eq!(page.json(child)["attributes"]["sentry.custom_span_name"], "mine");
}

#[test]
fn after_close_an_event_of_the_host_stays() {
    let page = Page::with_rate("1");
    let event = Transaction { event_id: "1".to_owned(), dsc: "{}".to_owned(), event: "{}".to_owned() };
    assert_ne!(page.sdk.send_event(&event, 0), 0);
    page.sdk.close();
    assert_eq!((page.sdk.send_event(&event, 0), page.sent()), (0, 1));
}

#[test]
fn events_name_the_page_that_the_visitor_is_on() {
    let elsewhere =
        || envelope::Page { url: "https://shop.test/cart".to_owned(), ..envelope::Page::default() };
    let page = Page::with_rate("1");
    page.end(page.root("first"));
    page.sdk.set_page(elsewhere());
    page.end(page.root("second"));
    assert_eq!(page.envelope(0).event["request"]["url"], "https://shop.test/app");
    assert_eq!(page.envelope(1).event["request"]["url"], "https://shop.test/cart");
    assert_eq!(page.envelope(1).event["request"]["headers"].get("Referer"), None);
    let page = Page::streaming("1");
    page.sdk.set_page(elsewhere());
    page.end(page.root("root"));
    page.sdk.flush_spans();
    assert_eq!(attribute(&page.only_envelope().items()[0], "url.full"), "https://shop.test/cart");
}

#[test]
fn only_a_number_or_a_plain_text_is_a_sample_rate() {
    let page = Page::with_rate("0.5");
    let root = page.root("root");
    for (json, expected) in [("0.25", Some("0.25")), ("1e-3", Some("1e-3")), ("\"0.1\"", Some("0.1"))] {
        set(&page, root, "sentry.sample_rate", json);
        assert_eq!(rate_in_baggage(&page, root).as_deref(), expected);
    }
    for json in ["{\"a\":1}", "[1]", "true", "null", "\"a\\nb\""] {
        set(&page, root, "sentry.sample_rate", json);
        assert_eq!(rate_in_baggage(&page, root), None, "{json}");
    }
}

#[test]
fn the_rate_that_was_applied_wins_over_that_of_the_previous_trace() {
    let page = Page::with_rate("0.5");
    let mut attributes = Attributes::default();
    attributes.set("sentry.previous_trace_sample_rate", Json::raw("0.25".to_owned()).unwrap());
    let root = page.start(StartSpan { attributes, ..named("root") }).key.unwrap();
    assert_eq!(rate_in_baggage(&page, root).as_deref(), Some("0.5"));
}

#[test]
fn a_request_is_the_child_of_the_span_that_is_known_to_run() {
    for exact in [false, true] {
        let page = Page::new();
        let mut options = init("1");
        options.settings.parent_is_root = true;
        page.sdk.init(options);
        page.world.exact.set(exact);
        let root = page.root("root");
        let child = page.child(root, "child");
        page.scopes.enter(Some(child));
        let request = page.request(&get("https://shop.test/api"));
        let parent = if exact { child } else { root };
        assert_eq!(page.json(request)["parent_span_id"], page.json(parent)["span_id"]);
    }
}

#[test]
fn a_standalone_child_that_ends_first_is_not_sent_with_its_root() {
    let page = Page::with_rate("1");
    let root = page.root("root");
    let start = StartSpan { parent: Parent::Span(root), standalone: true, ..named("alone") };
    page.end(page.start(start).key.unwrap());
    page.end(page.child(root, "child"));
    page.end(root);
    assert_eq!(page.sent(), 2);
    assert_eq!(page.envelope(1).children(), ["child"]);
}

#[test]
fn a_span_that_is_not_sampled_is_not_streamed_and_none_is_while_disabled() {
    let page = Page::streaming("0");
    let root = page.root("root");
    page.end(root);
    page.sdk.stream_span(root, &Attributes::default());
    page.sdk.flush_spans();
    assert_eq!(page.sent(), 0);

    let page = Page::streaming("1");
    page.world.attributes.replace(None);
    let root = page.root("root");
    page.end(root);
    let none = Attributes::default();
    page.sdk.close();
    page.sdk.stream_span(root, &none);
    let mut options = init("1");
    options.settings.streaming = true;
    page.sdk.init(options);
    page.sdk.flush_spans();
    assert_eq!(page.sent(), 0);
    page.sdk.stream_span(root, &none);
    page.sdk.flush_spans();
    assert_eq!(page.only_envelope().names(), ["root"]);
}

#[test]
fn the_private_name_of_a_span_is_not_streamed() {
    let page = Page::streaming("1");
    let root = page.root("root");
    set(&page, root, "sentry.custom_span_name", "\"mine\"");
    page.end(root);
    page.sdk.flush_spans();
    assert_eq!(page.only_envelope().items()[0]["attributes"].get("sentry.custom_span_name"), None);
}
