//! Places where our headers broke a request: the first one is one too many, and the last.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fetch::Wrapped;
use crate::stand_ins::{header_of, hear_warnings, redirect, run};

/// What `fetch` answers, or is rejected with, one call after the other.
async fn ask(urls: &[&str]) -> Vec<bool> {
    let mut answered = Vec::new();
    for url in urls {
        let promise: Promise = run(&format!("fetch('{url}')")).unchecked_into();
        answered.push(JsFuture::from(promise).await.is_ok());
    }
    answered
}

#[wasm_bindgen_test]
async fn a_server_that_refuses_headers_breaks_one_request() {
    let warnings = hear_warnings();
    let wrapped = Wrapped::refused(Some(&["api.test"]));
    let answered = ask(&["https://api.test/1", "https://api.test/2", "https://api.test/3"]).await;
    assert_eq!(answered, [false, true, true]);
    drop(wrapped);
    let heard: Array = warnings.call0(&JsValue::UNDEFINED).unwrap().unchecked_into();
    assert_eq!(heard.length(), 1);
    let sentence = heard.get(0).as_string().unwrap();
    assert_eq!(
        sentence,
        "[throughline] requests to https://api.test get no trace headers any more, because one with them failed: let \
         https://api.test answer with \"Access-Control-Allow-Headers: sentry-trace, baggage\", or change \
         propagate_to"
    );
}

#[wasm_bindgen_test]
async fn a_request_that_was_led_to_another_origin_is_the_last_one_with_headers() {
    let warnings = hear_warnings();
    let calls = redirect("https://other.test/");
    let wrapped = Wrapped::above(calls, Some(&["api.test"]));
    assert_eq!(ask(&["https://api.test/1", "https://api.test/2"]).await, [true, true]);
    let headers = [0, 1].map(|at| header_of(&wrapped.calls.get(at), "sentry-trace").is_some());
    assert_eq!(headers, [true, false]);
    drop(wrapped);
    let heard: Array = warnings.call0(&JsValue::UNDEFINED).unwrap().unchecked_into();
    let sentence = heard.get(0).as_string().unwrap();
    assert!(sentence.contains("was redirected: let https://other.test answer"), "{sentence}");
}

#[wasm_bindgen_test]
async fn a_request_that_the_page_gave_up_breaks_nothing() {
    run("globalThis.aborted = new AbortController()");
    let wrapped = Wrapped::refused(Some(&["api.test"]));
    let promise: Promise = run("fetch('https://api.test/', { signal: aborted.signal })").unchecked_into();
    run("aborted.abort()");
    assert!(JsFuture::from(promise).await.is_err());
    run("fetch('https://api.test/')");
    assert!(header_of(&wrapped.calls.get(1), "sentry-trace").is_some());
}
