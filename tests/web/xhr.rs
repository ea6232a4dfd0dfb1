//! `XMLHttpRequest`: headers, spans, and the guard against servers that refuse the former.

use js_sys::{Array, Promise, Reflect};
use throughline::app::start_span::StartSpan;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fetch::Wrapped;
use crate::page::exact;
use crate::stand_ins::{header_of, hear_warnings, refuse, refuse_xhr, run};

fn member(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}

fn header(call: &JsValue, name: &str) -> Option<String> {
    member(&member(call, "headers"), name).as_string()
}

/// Evaluates code that answers with a promise, and waits.
async fn wait(code: &str) -> JsValue {
    JsFuture::from(run(code).unchecked_into::<Promise>()).await.unwrap()
}

/// Code that sends a request, and answers with a promise of its status.
fn send(url: &str) -> String {
    format!(
        "new Promise((resolve) => {{
            const xhr = new XMLHttpRequest();
            xhr.open('post', '{url}');
            xhr.addEventListener('loadend', () => resolve(xhr.status));
            xhr.send();
        }})"
    )
}

#[wasm_bindgen_test]
async fn a_request_is_a_child_with_headers_and_hears_the_answer() {
    let wrapped = Wrapped::above(refuse_xhr(), Some(&["nowhere.test"]));
    let sdk = &wrapped.page.sdk;
    sdk.init(exact());
    let root = sdk.start_span(StartSpan { name: "root", ..StartSpan::default() }).unwrap();
    let layer = wrapped.scopes.enter(root.key);
    let sent = run(&send("/api?token=1"));
    wrapped.scopes.leave(layer);
    let call = wrapped.calls.get(0);
    let sentry_trace = header(&call, "sentry-trace").unwrap();
    assert!(sentry_trace.starts_with(&root.trace_id.hex()) && sentry_trace.ends_with("-1"), "{sentry_trace}");
    assert!(header(&call, "baggage").is_some_and(|baggage| baggage.contains("sentry-trace_id=")));
    // It was refused: status 0 is what the object says.
    assert_eq!(JsFuture::from(sent.unchecked_into::<Promise>()).await.unwrap(), 0);
    let keys = sdk.family(root.key.unwrap());
    let json = sdk.span_json(*keys.last().unwrap()).unwrap();
    let request = sentry_trace.split('-').nth(1).unwrap();
    for part in [
        format!(r#""span_id":"{request}""#),
        format!(r#""parent_span_id":"{}""#, root.span_id.hex()),
        r#""name":"POST /api""#.to_owned(),
        r#""type":"xhr""#.to_owned(),
        r#""http.request.method":"POST""#.to_owned(),
        r#""http.response.status_code":0"#.to_owned(),
        r#""end_timestamp""#.to_owned(),
    ] {
        assert!(json.contains(&part), "{part} is not in {json}");
    }
}

#[wasm_bindgen_test]
async fn a_server_that_refuses_headers_breaks_one_request() {
    let warnings = hear_warnings();
    let wrapped = Wrapped::above(refuse_xhr(), Some(&["api.test"]));
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(wait(&send("https://api.test/")).await.as_f64());
    }
    assert_eq!(statuses, [Some(0.0), Some(204.0), Some(204.0)]);
    drop(wrapped);
    let heard: Array = warnings.call0(&JsValue::UNDEFINED).unwrap().unchecked_into();
    assert_eq!(heard.length(), 1);
    assert!(heard.get(0).as_string().unwrap().contains("requests to https://api.test get no trace headers"));
}

#[wasm_bindgen_test]
async fn a_second_attempt_from_within_a_handler_has_no_headers() {
    let warnings = hear_warnings();
    let wrapped = Wrapped::above(refuse_xhr(), Some(&["api.test"]));
    // Whoever listens before `open` hears of the failure before its event does.
    let status = wait(
        "new Promise((resolve) => {
            const xhr = new XMLHttpRequest();
            let left = 1;
            xhr.addEventListener('readystatechange', () => {
                if (xhr.readyState !== 4) return;
                if (xhr.status || !left--) return resolve(xhr.status);
                xhr.open('GET', 'https://api.test/again');
                xhr.send();
            });
            xhr.open('GET', 'https://api.test/');
            xhr.send();
        })",
    )
    .await;
    assert_eq!(status, 204);
    assert_eq!(header(&wrapped.calls.get(1), "sentry-trace"), None);
    drop(wrapped);
    warnings.call0(&JsValue::UNDEFINED).unwrap();
}

#[wasm_bindgen_test]
async fn a_fetch_from_within_a_handler_hears_first_how_the_request_went() {
    let warnings = hear_warnings();
    let fetched = refuse();
    let wrapped = Wrapped::above(refuse_xhr(), Some(&["api.test"]));
    let status = wait(
        "new Promise((resolve, reject) => {
            const xhr = new XMLHttpRequest();
            xhr.addEventListener('readystatechange', () => {
                if (xhr.readyState !== 4) return;
                fetch('https://api.test/again').then(({ status }) => resolve(status), reject);
            });
            xhr.open('GET', 'https://api.test/');
            xhr.send();
        })",
    )
    .await;
    assert_eq!(status, 200);
    assert_eq!(header_of(&fetched.get(0), "sentry-trace"), None);
    assert!(header(&wrapped.calls.get(0), "sentry-trace").is_some());
    drop(wrapped);
    warnings.call0(&JsValue::UNDEFINED).unwrap();
}
