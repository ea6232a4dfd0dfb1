//! Spans on the browser's own clock and random source.

use throughline::app::attributes::{Attributes, attribute};
use throughline::app::idle::Waiting;
use throughline::app::sdk::Sdk;
use throughline::app::span_key::SpanKey;
use throughline::app::start_span::{StartSpan, Started};
use throughline::decide::idle::Timeouts;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{sdk, sdk_with_scopes};

fn start(sdk: &Sdk, name: &str) -> Started {
    let start = StartSpan { name, parent: sdk.active_parent(), ..StartSpan::default() };
    sdk.start_span(start).expect("a span")
}

fn field(sdk: &Sdk, key: SpanKey, name: &str) -> f64 {
    let json = js_sys::JSON::parse(&sdk.span_json(key).expect("json")).expect("valid JSON");
    js_sys::Reflect::get(&json, &name.into()).expect("a field").as_f64().expect("a number")
}

#[wasm_bindgen_test]
fn an_active_span_becomes_the_parent() {
    let (page, scopes) = sdk_with_scopes(None);
    let sdk = page.sdk;
    let root = start(&sdk, "root");
    let layer = scopes.enter(root.key);
    let child = start(&sdk, "child");
    scopes.leave(layer);
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
fn a_page_load_takes_its_phases_with_it() {
    let (page, scopes) = sdk_with_scopes(None);
    let sdk = page.sdk;
    let mut attributes = Attributes::default();
    attributes.set_string(attribute::OP, "pageload");
    let waiting = Waiting { timeouts: Timeouts::default(), allowed: true, untrimmed: false };
    let start = StartSpan { name: "/", attributes, idle: Some(waiting), ..StartSpan::default() };
    let root = sdk.start_span(start).and_then(|root| root.key).expect("a root");
    scopes.set_page_active(Some(root));
    sdk.end_span(root, None);
    let phases: Vec<String> = sdk.family(root).into_iter().filter_map(|key| sdk.span_json(key)).collect();
    assert!(phases.iter().any(|json| json.contains(r#""sentry.op":"browser.request""#)), "{phases:?}");
}

#[wasm_bindgen_test]
fn ids_do_not_repeat() {
    let sdk = sdk(None).sdk;
    let mut ids: Vec<String> = (0..500).map(|_| start(&sdk, "x").span_id.hex()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 500);
}
