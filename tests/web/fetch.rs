//! The wrapper around `fetch`: what the original receives, and what the page gets back.

use js_sys::{Array, Function, JsString, Object, Promise, Reflect};
use throughline::app::browser::destination::Destination;
use throughline::app::browser::page::Page;
use throughline::app::browser::requests::{RequestsPatch, patch};
use throughline::app::scopes::StackScopes;
use throughline::app::start_span::StartSpan;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{exact, sdk, sdk_with_scopes};
use crate::stand_ins::{header_of, refuse, restore, run, stand_in};

/// A page whose `fetch` is wrapped, above a network that is not there.
pub struct Wrapped {
    pub page: Page,
    pub scopes: StackScopes,
    pub calls: Array,
    patch: Option<RequestsPatch>,
}

impl Wrapped {
    pub fn new(targets: Option<&[&str]>, fail: &JsValue) -> Wrapped {
        Wrapped::above(stand_in(404, fail), targets)
    }

    /// Above servers that refuse our headers.
    pub fn refused(targets: Option<&[&str]>) -> Wrapped {
        Wrapped::above(refuse(), targets)
    }

    pub fn above(calls: Array, targets: Option<&[&str]>) -> Wrapped {
        let (page, scopes) = sdk_with_scopes(targets);
        let patch = patch(&page, &Destination::default()).expect("a page has both");
        Wrapped { page, scopes, calls, patch: Some(patch) }
    }

    /// Evaluates a call of `fetch`, and answers with the arguments that the original received.
    fn call(&self, code: &str) -> JsValue {
        let before = self.calls.length();
        run(code);
        assert_eq!(self.calls.length(), before + 1, "{code}");
        self.calls.get(before)
    }

    fn header(&self, code: &str, name: &str) -> Option<String> {
        header_of(&self.call(code), name)
    }
}

impl Drop for Wrapped {
    fn drop(&mut self) {
        self.patch.take();
        restore();
    }
}

#[wasm_bindgen_test]
fn every_form_of_input_gets_headers() {
    let wrapped = Wrapped::new(None, &JsValue::UNDEFINED);
    for code in [
        "fetch('/api')",
        "fetch(new URL('/api', location.href))",
        "fetch(new Request('/api'))",
        "fetch({ toString: () => '/api' })",
        "fetch('/api', { headers: new Headers({ a: 'b' }) })",
        "fetch('/api', { headers: [['a', 'b']] })",
        "fetch('/api', { headers: new Map([['a', 'b']]) })",
        "fetch('/api', { headers: new Map([['a', 'b']]).entries() })",
    ] {
        let call = wrapped.call(code);
        let header = header_of(&call, "sentry-trace").unwrap_or_default();
        assert_eq!(header.len(), 32 + 1 + 16, "{code}: {header}");
        let baggage = header_of(&call, "baggage").unwrap_or_default();
        assert!(baggage.contains("sentry-public_key=public"), "{code}: {baggage}");
        if code.contains("'a'") || code.contains("a:") {
            assert_eq!(header_of(&call, "a").as_deref(), Some("b"), "{code}");
        }
    }
}

#[wasm_bindgen_test]
fn without_a_decision_the_header_has_none() {
    let wrapped = Wrapped::new(None, &JsValue::UNDEFINED);
    let header = wrapped.header("fetch('/api')", "sentry-trace").unwrap_or_default();
    assert_eq!(header.matches('-').count(), 1, "{header}");
}

#[wasm_bindgen_test]
fn other_origins_get_no_header_and_the_very_same_arguments() {
    let wrapped = Wrapped::new(None, &JsValue::UNDEFINED);
    run("globalThis.givenInit = { headers: { a: 'b' } }");
    for code in [
        "fetch('https://other.test/', givenInit)",
        "fetch('data:text/plain,hi', givenInit)",
        "fetch('http://', givenInit)",
    ] {
        let call: Array = wrapped.call(code).unchecked_into();
        assert!(Object::is(&call.get(1), &run("givenInit")), "{code}");
    }
    let call = wrapped.call("fetch('/api', { mode: 'no-cors' })");
    assert_eq!(header_of(&call, "sentry-trace"), None);
}

#[wasm_bindgen_test]
fn targets_decide() {
    let wrapped = Wrapped::new(Some(&["api.other.test"]), &JsValue::UNDEFINED);
    assert!(wrapped.header("fetch('https://api.other.test/v1')", "sentry-trace").is_some());
    assert!(wrapped.header("fetch('https://api.other.test.evil.io/v1')", "sentry-trace").is_none());
    assert!(wrapped.header("fetch('/api')", "sentry-trace").is_none());
}

#[wasm_bindgen_test]
fn what_the_page_set_is_kept() {
    let wrapped = Wrapped::new(None, &JsValue::UNDEFINED);
    let call = wrapped.call(
        "fetch(new Request('/api', { headers: { Authorization: 'mine', baggage: 'foo=1;p=2' }, referrerPolicy: 'no-referrer' }))",
    );
    assert_eq!(header_of(&call, "authorization").as_deref(), Some("mine"));
    assert!(header_of(&call, "baggage").is_some_and(|baggage| baggage.starts_with("foo=1;p=2,sentry-")));
    let input = Reflect::get_u32(&call, 0).unwrap();
    assert!(input.is_instance_of::<web_sys::Request>());
    let policy = Reflect::get(&input, &"referrerPolicy".into()).unwrap();
    assert_eq!(policy.as_string().as_deref(), Some("no-referrer"));
    let call = wrapped.call("fetch('/api', { headers: { 'Sentry-Trace': 'by hand' } })");
    assert_eq!(header_of(&call, "sentry-trace").as_deref(), Some("by hand"));
    assert_eq!(header_of(&call, "baggage"), None);
    let call = wrapped.call("fetch('/api', { headers: { baggage: 'sentry-release=by-hand' } })");
    assert_eq!(header_of(&call, "baggage").as_deref(), Some("sentry-release=by-hand"));
}

#[wasm_bindgen_test]
fn members_that_init_inherits_are_kept() {
    let wrapped = Wrapped::new(None, &JsValue::UNDEFINED);
    for code in [
        "fetch('/api', Object.create({ method: 'PUT', credentials: 'omit' }))",
        "fetch('/api', new Request('/other', { method: 'PUT', credentials: 'omit' }))",
    ] {
        let init = Reflect::get_u32(&wrapped.call(code), 1).unwrap();
        let member = |name: &str| Reflect::get(&init, &name.into()).unwrap().as_string();
        assert_eq!(member("method").as_deref(), Some("PUT"), "{code}");
        assert_eq!(member("credentials").as_deref(), Some("omit"), "{code}");
    }
}

#[wasm_bindgen_test]
fn the_objects_of_the_page_are_never_written_to() {
    let wrapped = Wrapped::new(None, &JsValue::UNDEFINED);
    run("globalThis.givenInit = Object.freeze({ headers: Object.freeze({ a: 'b' }) })");
    wrapped.call("fetch('/api', givenInit)");
    let json: JsString = js_sys::JSON::stringify(&run("givenInit")).unwrap();
    assert_eq!(String::from(json), r#"{"headers":{"a":"b"}}"#);
}

#[wasm_bindgen_test]
async fn inside_a_span_the_request_is_its_child_and_hears_the_answer() {
    let wrapped = Wrapped::new(None, &JsValue::UNDEFINED);
    let sdk = &wrapped.page.sdk;
    let root = sdk.start_span(StartSpan { name: "root", ..StartSpan::default() }).unwrap();
    let layer = wrapped.scopes.enter(root.key);
    let before = wrapped.calls.length();
    let promise: Promise = run("fetch('/api?token=1')").unchecked_into();
    wrapped.scopes.leave(layer);
    let response: web_sys::Response = JsFuture::from(promise).await.unwrap().unchecked_into();
    assert_eq!(response.status(), 404);
    let header = header_of(&wrapped.calls.get(before), "sentry-trace").unwrap_or_default();
    assert!(header.starts_with(&root.trace_id.hex()) && header.ends_with("-1"), "{header}");
    assert!(!header.contains(&root.span_id.hex()), "the request has a span of its own: {header}");
}

#[wasm_bindgen_test]
fn where_what_is_active_is_known_the_request_is_the_child_of_the_innermost_span() {
    let wrapped = Wrapped::new(None, &JsValue::UNDEFINED);
    let sdk = &wrapped.page.sdk;
    sdk.init(exact());
    let root = sdk.start_span(StartSpan { name: "root", ..StartSpan::default() }).unwrap();
    let outer = wrapped.scopes.enter(root.key);
    let inner = StartSpan { name: "inner", parent: sdk.active_parent(), ..StartSpan::default() };
    let inner = sdk.start_span(inner).unwrap();
    let layer = wrapped.scopes.enter(inner.key);
    let header = wrapped.header("fetch('/api')", "sentry-trace").unwrap_or_default();
    wrapped.scopes.leave(layer);
    wrapped.scopes.leave(outer);
    let request = header.split('-').nth(1).unwrap();
    let spans: Vec<String> =
        sdk.family(root.key.unwrap()).into_iter().filter_map(|key| sdk.span_json(key)).collect();
    let span = spans.iter().find(|json| json.contains(&format!(r#""span_id":"{request}""#))).unwrap();
    assert!(span.contains(&format!(r#""parent_span_id":"{}""#, inner.span_id.hex())), "{span}");
}

#[wasm_bindgen_test]
async fn a_failure_reaches_the_page_as_it_is() {
    let error = run("globalThis.theError = new TypeError('Failed to fetch')");
    let _wrapped = Wrapped::new(None, &error);
    let promise: Promise = run("fetch('/api')").unchecked_into();
    assert!(Object::is(&JsFuture::from(promise).await.unwrap_err(), &error));
}

#[wasm_bindgen_test]
fn stopping_restores_the_original_only_if_it_is_still_ours() {
    stand_in(404, &JsValue::UNDEFINED);
    let original = run("fetch");
    let page = sdk(None);
    let first = patch(&page, &Destination::default()).expect("a page has both");
    assert!(!Object::is(&run("fetch"), &original));
    assert_eq!(Function::from(run("fetch")).name(), "fetch");
    drop(first);
    assert!(Object::is(&run("fetch"), &original));

    let calls = stand_in(404, &JsValue::UNDEFINED);
    let second = patch(&page, &Destination::default()).expect("a page has both");
    run(
        "globalThis.fetch = (function (ours) { return function theirs(...args) { return ours(...args); }; })(globalThis.fetch)",
    );
    drop(second);
    assert_eq!(Function::from(run("fetch")).name(), "theirs");
    run("fetch('/api')");
    assert_eq!(header_of(&calls.get(0), "sentry-trace"), None, "after the stop it passes through");
    restore();
}
