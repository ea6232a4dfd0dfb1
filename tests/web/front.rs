//! The front door on a real page: what `init` does, and what the end of its guard takes back.

use js_sys::{Array, JSON, Object};
use throughline::{InitError, Instrument, Options, Span};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stand_ins::{header_of, restore, run, stand_in};

const DSN: &str = "https://public@collector.test/42";

fn options() -> Options {
    Options::new(DSN).release("shop@1").traces_sample_rate(1.0).trace_page_load(false)
}

/// The events among the requests that the page has sent.
fn events(calls: &Array) -> Vec<String> {
    let bodies = calls.iter().filter_map(|call| {
        let init = js_sys::Reflect::get_u32(call.unchecked_ref(), 1).ok()?;
        js_sys::Reflect::get(&init, &"body".into()).ok()?.as_string()
    });
    bodies.filter(|body| body.contains("\"type\":\"transaction\"")).collect()
}

#[wasm_bindgen_test]
async fn a_request_within_a_span_is_its_child_and_everything_leaves() {
    let calls = stand_in(200, &JsValue::UNDEFINED);
    let guard = throughline::init(options()).unwrap();
    let span = Span::builder("order").op("ui.action").attribute("total", 59.9).start();
    let work = async {
        let promise: js_sys::Promise = run("fetch('/api')").unchecked_into();
        let _ = JsFuture::from(promise).await;
    };
    work.in_span(span.clone()).await;
    let header = header_of(&calls.get(0), "sentry-trace").unwrap();
    assert!(header.starts_with(&span.trace_id().unwrap().to_string()) && header.ends_with("-1"), "{header}");
    span.end();
    guard.flush().await;
    let events = events(&calls);
    assert_eq!(events.len(), 1, "{events:?}");
    let event = JSON::parse(events.first().unwrap().lines().nth(2).unwrap()).unwrap();
    let text = String::from(JSON::stringify(&event).unwrap());
    assert!(text.contains(r#""total":59.9"#) && text.contains(r#""transaction":"order""#), "{text}");
    assert!(text.contains(&header[33..49]), "the request is a child: {text}");
    drop(guard);
    restore();
}

#[wasm_bindgen_test]
fn the_end_of_the_guard_takes_everything_back() {
    stand_in(200, &JsValue::UNDEFINED);
    let original = run("fetch");
    let guard = throughline::init(options()).unwrap();
    assert!(!Object::is(&run("fetch"), &original));
    let later = throughline::init(options().environment("staging")).unwrap();
    drop(guard);
    assert!(Span::start("still here").is_recording(), "an earlier guard ends nothing");
    drop(later);
    assert!(Object::is(&run("fetch"), &original));
    assert!(Span::start("nothing").is_none());
    restore();
}

#[wasm_bindgen_test]
fn a_wrong_dsn_is_an_error_and_headers_flow() {
    let calls = stand_in(200, &JsValue::UNDEFINED);
    let error = throughline::init(Options::new("https://collector.test/42")).unwrap_err();
    assert!(matches!(&error, InitError::Dsn(_)), "{error}");
    assert!(error.to_string().contains("\"https://collector.test/42\""), "{error}");
    run("fetch('/api')");
    assert!(header_of(&calls.get(0), "sentry-trace").is_some());
    // The state lasts; the next guard takes it with it.
    drop(throughline::init(options()).unwrap());
    restore();
}
