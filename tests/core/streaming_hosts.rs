//! Stream mode: what the host hears of ended spans and of requests, what it adds, and what it takes over.

use serde_json::json;
use throughline::app::attributes::Attributes;
use throughline::app::status::Status;
use throughline::codec::json::Json;

use crate::fake_host::{Heard, Page, get};
use crate::streaming::attribute;

fn shop() -> Attributes {
    let mut attributes = Attributes::default();
    attributes.set_string("shop", "a");
    attributes
}

#[test]
fn the_host_hears_of_the_end_first_and_adds_what_it_knows() {
    let page = Page::streaming("1");
    page.sdk.observe(true);
    let mut known = shop();
    known.set("user.id", Json::integer(7));
    known.set_string("sentry.environment", "test");
    page.world.attributes.replace(Some(known));
    let root = page.root("root");
    let child = page.child(root, "child");
    page.sdk.set_attributes(child, [("shop".to_owned(), Some(Json::string("own")))]);
    page.end(child);
    page.end(root);
    assert_eq!(
        *page.world.heard.borrow(),
        [Heard::Ended(child), Heard::Captured(child), Heard::Ended(root), Heard::Captured(root)]
    );
    page.sdk.flush_spans();
    let envelope = page.only_envelope();
    let [child, root] = envelope.items() else { panic!("two items") };
    assert_eq!((attribute(child, "shop"), attribute(root, "shop")), (&json!("own"), &json!("a")));
    for item in [child, root] {
        assert_eq!(item["attributes"]["user.id"], json!({ "value": 7, "type": "integer" }));
        assert_eq!(attribute(item, "sentry.environment"), "test");
    }
}

#[test]
fn the_host_may_take_a_span_over_and_hands_it_back_once() {
    let page = Page::streaming("1");
    page.world.attributes.replace(None);
    let root = page.root("root");
    let child = page.child(root, "child");
    page.sdk.set_status(child, Status::error("boom"));
    page.sdk.stream_span(child, &shop());
    page.end(child);
    page.end(root);
    page.sdk.flush_spans();
    assert_eq!(page.sent(), 0, "one that runs is not taken, and one that was taken over is not sent");
    page.sdk.set_name(child, "renamed");
    page.sdk.stream_span(child, &shop());
    page.sdk.stream_span(child, &shop());
    page.sdk.set_name(root, "new");
    page.advance(5000);
    let envelope = page.only_envelope();
    assert_eq!(envelope.names(), ["renamed"]);
    assert_eq!(envelope.items()[0]["status"], "error");
    assert_eq!(envelope.items()[0]["attributes"]["shop"], json!({ "value": "a", "type": "string" }));
    assert_eq!(attribute(&envelope.items()[0], "sentry.segment.name"), "new");
    assert_eq!(envelope.header["trace"]["transaction"], "new");
}

#[test]
fn a_host_that_calls_back_from_within_is_served() {
    let page = Page::streaming("1");
    let root = page.root("root");
    let inner = page.clone();
    *page.world.interrupt.borrow_mut() = Some(std::rc::Rc::new(move || {
        inner.sdk.set_name(root, "renamed");
        inner.end(inner.child(root, "late"));
        inner.sdk.flush_spans();
    }));
    page.end(root);
    page.sdk.flush_spans();
    assert_eq!(page.envelope(0).names(), ["late"]);
    assert_eq!(page.envelope(1).names(), ["renamed"]);
}

#[test]
fn a_request_outside_of_any_span_is_a_segment_of_its_own() {
    let page = Page::streaming("1");
    let plan = page.sdk.start_request(&get("https://shop.test:8443/api?q=1"), &[]);
    let span = plan.span.unwrap();
    assert_eq!(plan.headers, None, "the target decides about headers");
    let own = page.sdk.start_request(&get("https://shop.test/api"), &[]);
    let (span_id, headers) = (own.span.unwrap().span_id, own.headers.unwrap());
    assert!(headers.sentry_trace().ends_with(&format!("{}-1", span_id.hex())));
    page.sdk.end_request(span.key.unwrap(), Some(200), None);
    page.advance(500);
    let envelope = page.only_envelope();
    let item = &envelope.items()[0];
    assert_eq!((&item["name"], &item["is_segment"]), (&json!("GET shop.test"), &json!(true)));
    assert_eq!(attribute(item, "url.full"), "https://shop.test:8443/api?q=1", "not the page's");
    assert_eq!(attribute(item, "http.request.header.referer"), &json!(["https://search.test/"]));
    let data = page.sdk.start_request(&get("data:text/plain,hello"), &[]).span.unwrap();
    assert_eq!(page.json(data.key.unwrap())["name"], "GET");
    assert_eq!(page.losses(), []);
}

#[test]
fn the_host_hears_of_a_request_that_is_a_root_and_may_begin_it_itself() {
    let page = Page::streaming("1");
    page.sdk.observe(true);
    let span = page.sdk.start_request(&get("https://shop.test/api"), &[]).span.unwrap().key;
    assert_eq!(page.world.heard.take(), [Heard::Began(span, None)]);
    let own = page.root("mine");
    page.world.begun.set(Some(own));
    let plan = page.sdk.start_request(&get("https://shop.test/api"), &[]);
    assert_eq!(plan.span, page.sdk.started(own));
    assert_eq!(plan.headers.unwrap(), page.headers(Some(own)));
    assert_eq!(page.world.heard.take(), []);
}
