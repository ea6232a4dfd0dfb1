//! Spans on the browser's own clock and random source.

use throughline::sdk::Sdk;
use throughline::trace::span::{Attributes, Status};
use throughline::trace::store::SpanKey;
use throughline::trace::tracer::{Parent, StartSpan, Started};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::sdk;

fn start(sdk: &Sdk, name: &str) -> Started {
    let start = StartSpan {
        name,
        attributes: Attributes::default(),
        parent: Parent::Active,
        start: None,
        only_if_parent: false,
    };
    sdk.start_span(start).expect("a span")
}

fn field(sdk: &Sdk, key: SpanKey, name: &str) -> f64 {
    let json = js_sys::JSON::parse(&sdk.span_json(key).expect("json")).expect("valid JSON");
    js_sys::Reflect::get(&json, &name.into()).expect("a field").as_f64().expect("a number")
}

#[wasm_bindgen_test]
fn an_active_span_becomes_the_parent() {
    let sdk = sdk(None).sdk;
    let root = start(&sdk, "root");
    let layer = sdk.enter(root.key);
    let child = start(&sdk, "child");
    sdk.leave(layer);
    let stranger = start(&sdk, "stranger");
    assert_eq!(child.trace_id, root.trace_id);
    let json = sdk.span_json(child.key.expect("a key")).expect("json");
    assert!(json.contains(&format!(r#""parent_span_id":"{}""#, root.span_id.hex())), "{json}");
    let json = sdk.span_json(stranger.key.expect("a key")).expect("json");
    assert!(!json.contains("parent_span_id"), "{json}");
}

#[wasm_bindgen_test]
fn times_come_from_the_browser() {
    let sdk = sdk(None).sdk;
    let key = start(&sdk, "root").key.expect("a key");
    sdk.end_span(key, None);
    let (started, ended) = (field(&sdk, key, "start_timestamp"), field(&sdk, key, "end_timestamp"));
    let now = js_sys::Date::now() / 1000.0;
    assert!(ended >= started && (now - started).abs() < 2.0, "{started} to {ended}, now {now}");
}

#[wasm_bindgen_test]
fn ids_do_not_repeat() {
    let sdk = sdk(None).sdk;
    let mut ids: Vec<String> = (0..500).map(|_| start(&sdk, "x").span_id.hex()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 500);
}

#[wasm_bindgen_test]
fn an_ended_span_does_not_change() {
    let sdk = sdk(None).sdk;
    let key = start(&sdk, "root").key.expect("a key");
    sdk.set_name(key, "renamed");
    sdk.end_span(key, None);
    let before = sdk.span_json(key);
    sdk.set_name(key, "late");
    sdk.set_status(key, Status::error("not_found"));
    sdk.end_span(key, None);
    assert_eq!(sdk.span_json(key), before);
    assert!(before.is_some_and(|json| json.contains("renamed")));
}
