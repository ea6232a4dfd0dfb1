//! What differs where there is no document, for workers of each kind.

use std::rc::Rc;

use js_sys::{Function, JsString, Promise, Reflect};
use throughline::app::attributes::{Attributes, attribute};
use throughline::app::browser::destination::Destination;
use throughline::app::browser::lifecycle::{report, watch};
use throughline::app::browser::page::Page;
use throughline::app::browser::requests::patch;
use throughline::app::browser::sender::Delivery;
use throughline::app::idle::Waiting;
use throughline::app::scopes::StackScopes;
use throughline::app::sdk::Init;
use throughline::app::settings::Settings;
use throughline::app::start_span::StartSpan;
use throughline::codec::fraction::Fraction;
use throughline::decide::idle::Timeouts;
use throughline::decide::sampling::SampleRate;
use throughline::{Options, Span};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

const DESTINATION: &str = "https://ingest.test/api/1/envelope/";

/// Stands in for the network; what it was asked, and its own end.
const STAND_IN: &str = "(() => {
    const own = globalThis.fetch;
    globalThis.calls = [];
    globalThis.fetch = function fetch(...args) {
        calls.push(args);
        return Promise.resolve(new Response('', { status: 200 }));
    };
    return () => { globalThis.fetch = own; };
})()";

fn run(code: &str) -> JsValue {
    js_sys::eval(code).expect("it runs")
}

fn text(code: &str) -> String {
    run(code).dyn_into::<JsString>().map(String::from).unwrap_or_default()
}

fn worker() -> (Page, StackScopes, Rc<Delivery>) {
    let global = ["typeof document === 'undefined' && self instanceof ", super::GLOBAL].concat();
    assert!(run(&global).is_truthy());
    let delivery = Rc::<Delivery>::default();
    let scopes = StackScopes::new(throughline::app::moment::Moment::of_dice([7; 32]).begin_trace());
    let page = Page::with_stack(&scopes, &delivery).expect("a worker will do");
    scopes.set_page_context(page.sdk.begin_context());
    page.sdk.init(Init {
        settings: Settings {
            enabled: true,
            sample_rate: SampleRate::Rate(Fraction::ONE),
            public_key: "public".to_owned(),
            parent_is_root: false,
            ..Settings::default()
        },
        destination: Some(DESTINATION.to_owned()),
        ..Init::default()
    });
    page.sdk.set_page(page.describe());
    (page, scopes, delivery)
}

#[wasm_bindgen_test]
async fn a_request_is_a_span_with_headers_and_the_envelope_leaves() {
    let restore: Function = run(STAND_IN).unchecked_into();
    let (page, scopes, delivery) = worker();
    let patch = patch(&page, &Destination::default());
    let root = page.sdk.start_span(StartSpan { name: "work", ..StartSpan::default() }).expect("a span");
    let layer = scopes.enter(root.key);
    let promise: Promise = run("fetch('/api?page=1')").unchecked_into();
    scopes.leave(layer);
    JsFuture::from(promise).await.expect("an answer");
    let header = text("new Request(...calls[0]).headers.get('sentry-trace')");
    assert!(header.starts_with(&root.trace_id.hex()), "{header}");
    page.sdk.end_span(root.key.expect("a key"), None);
    JsFuture::from(delivery.settled()).await.expect("nothing is under way");
    assert_eq!(text("calls[1][0]"), DESTINATION);
    let envelope = text("calls[1][1].body");
    let href = text("location.href.split('?')[0]");
    let browser = text("navigator.userAgent");
    for part in [r#""op":"http.client""#, r#""description":"GET /api""#, &href, &browser] {
        assert!(envelope.contains(part), "{part} is not in {envelope}");
    }
    let request = header.split('-').nth(1).expect("a span id");
    assert!(envelope.contains(&format!(r#""span_id":"{request}""#)), "{envelope}");
    drop(patch);
    restore.call0(&JsValue::UNDEFINED).expect("it is undone");
}

#[wasm_bindgen_test]
async fn what_ends_by_itself_does() {
    let restore: Function = run(STAND_IN).unchecked_into();
    let (page, _, delivery) = worker();
    let lives = (watch(&page, true), report(&page));
    let mut attributes = Attributes::default();
    attributes.set_string(attribute::OP, "pageload");
    let timeouts = Timeouts { idle: 1, ..Timeouts::default() };
    let waiting = Waiting { timeouts, allowed: true, untrimmed: true };
    page.sdk
        .start_span(StartSpan { name: "job", attributes, idle: Some(waiting), ..StartSpan::default() })
        .expect("a span");
    while page.sdk.idle_root().is_some() {
        let turn = Promise::new(&mut |resolve: Function, _| {
            let set = Reflect::get(&js_sys::global(), &"setTimeout".into()).expect("timers");
            let _ = set.unchecked_into::<Function>().call1(&JsValue::UNDEFINED, &resolve);
        });
        JsFuture::from(turn).await.expect("time passes");
    }
    JsFuture::from(delivery.settled()).await.expect("nothing is under way");
    assert!(text("calls[0][1].body").contains(r#""transaction":"job""#));
    drop(lives);
    restore.call0(&JsValue::UNDEFINED).expect("it is undone");
}

#[wasm_bindgen_test]
async fn the_front_door_is_open() {
    let restore: Function = run(STAND_IN).unchecked_into();
    let wrapped = "globalThis.fetch !== globalThis.standing";
    run("globalThis.standing = globalThis.fetch");
    let options = Options::new("https://public@o1.ingest.test/1").traces_sample_rate(1.0);
    let guard = throughline::init(options).expect("a worker will do");
    assert!(run(wrapped).is_truthy());
    let headers = Span::start("work").in_scope(|| {
        run("fetch('/api')");
        throughline::headers().expect("there is a trace")
    });
    let header = text("new Request(...calls[0]).headers.get('sentry-trace')");
    assert!(header.starts_with(headers.sentry_trace().split('-').next().expect("an id")), "{header}");
    assert_eq!(throughline::explain("/api").code(), "same-origin");
    guard.flush().await;
    assert!(text("calls[1][1].body").contains(r#""transaction":"work""#));
    drop(guard);
    assert!(!run(wrapped).is_truthy());
    restore.call0(&JsValue::UNDEFINED).expect("it is undone");
}
