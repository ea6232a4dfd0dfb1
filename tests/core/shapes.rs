//! What a span shows of itself: links, measurements, a moved start, `dist`, and what a caller learns.

use serde_json::json;
use throughline::app::link::Link;
use throughline::app::start_span::{Parent, StartSpan};
use throughline::codec::id::{SpanId, TraceId};
use throughline::codec::json::Json;
use throughline::codec::time::Timestamp;

use crate::fake_host::{NOON, Page, init, named, since_noon};

fn raw(text: &str) -> Json {
    Json::raw(text.to_owned()).unwrap()
}

#[test]
fn links_are_kept_from_the_start_and_from_later() {
    let page = Page::with_rate("1");
    let link = |number| Link::to(TraceId::from_random([1; 16]), SpanId::from_random([number; 8]), true);
    let shown = |number| {
        let Link { trace_id, span_id, .. } = link(number);
        json!({ "trace_id": trace_id.hex(), "span_id": span_id.hex(), "sampled": true })
    };
    let root = page.start(StartSpan { links: vec![link(1)], ..named("root") }).key.unwrap();
    let child = page.child(root, "child");
    page.sdk.add_links(root, [link(2)]);
    page.sdk.add_links(child, [link(3)]);
    page.end(child);
    assert_eq!(page.json(root)["links"], json!([shown(1), shown(2)]));
    page.end(root);
    let envelope = page.only_envelope();
    assert_eq!(envelope.trace()["links"], json!([shown(1), shown(2)]));
    assert_eq!(envelope.event["spans"][0]["links"], json!([shown(3)]));
}

#[test]
fn measurements_of_the_root_are_those_of_the_event() {
    let page = Page::with_rate("1");
    let root = page.root("root");
    let child = page.child(root, "child");
    page.sdk.set_measurement(root, "lcp", raw(r#"{"value":1,"unit":"ms"}"#));
    page.sdk.set_measurement(root, "lcp", raw(r#"{"value":2,"unit":"ms"}"#));
    page.sdk.set_measurement(child, "size", raw(r#"{"value":3,"unit":"byte"}"#));
    page.end(child);
    page.end(root);
    let envelope = page.only_envelope();
    assert_eq!(envelope.event["measurements"], json!({ "lcp": { "value": 2, "unit": "ms" } }));
    assert_eq!(envelope.event["spans"][0]["measurements"]["size"]["value"], 3);
    assert_eq!(envelope.trace().get("measurements"), None);
}

#[test]
fn a_start_may_be_moved_and_then_counts_for_the_duration() {
    let page = Page::with_rate("1");
    let root = page.root("root");
    page.sdk.set_start(root, Timestamp::from_micros(NOON - 500_000));
    page.advance(1000);
    page.end(root);
    let envelope = page.only_envelope();
    assert_eq!(since_noon(&envelope.event["start_timestamp"]), -0.5);
    assert_eq!(envelope.end(), 1.0);
}

#[test]
fn both_shapes_name_the_same_span() {
    let page = Page::with_rate("1");
    let root = page.root("root");
    let child = page.child(root, "child");
    page.end(child);
    let fixed: serde_json::Value = serde_json::from_str(&page.sdk.span_static_json(child).unwrap()).unwrap();
    let streamed = page.json(child);
    assert_eq!(fixed["description"], streamed["name"]);
    assert_eq!(fixed["timestamp"], streamed["end_timestamp"]);
    for same in ["span_id", "trace_id", "parent_span_id", "start_timestamp"] {
        assert_eq!(fixed[same], streamed[same]);
    }
    assert_eq!((&fixed["status"], &fixed["origin"]), (&"ok".into(), &"manual".into()));
}

#[test]
fn the_event_names_the_distribution() {
    let page = Page::new();
    let mut options = init("1");
    options.settings.dist = "17".to_owned();
    page.sdk.init(options);
    page.end(page.root("root"));
    assert_eq!(page.only_envelope().event["dist"], "17");
}

#[test]
fn what_a_caller_learns_tells_the_decision_and_whether_the_span_is_kept() {
    for (rate, expected) in [("1", (true, true)), ("0", (false, true)), ("off", (false, false))] {
        let page = Page::with_rate(rate);
        let root = page.start(named("root"));
        assert_eq!((root.sampled, root.kept), expected);
        assert_eq!(page.sdk.started(root.key.unwrap()), Some(root));
        let child = page.start(StartSpan { parent: Parent::Span(root.key.unwrap()), ..named("child") });
        assert_eq!((child.sampled, child.kept), (rate == "1", rate == "1"));
    }
    // Past the thousandth child there is nothing to keep, but the headers belong to the trace.
    let page = Page::with_rate("1");
    let root = page.root("root");
    (0..1000).for_each(|_| assert_ne!(page.child(root, "child"), root));
    let refused = page.start(StartSpan { parent: Parent::Span(root), ..named("refused") });
    assert!(refused.sampled && !refused.kept);
}

#[test]
fn an_ended_span_can_be_asked_for() {
    let page = Page::with_rate("1");
    let root = page.start(named("root"));
    page.end(root.key.unwrap());
    assert_eq!(page.sdk.started(root.key.unwrap()), Some(root));
}
