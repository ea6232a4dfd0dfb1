//! The object by which JavaScript answers for its scopes and hears of spans.

use std::cell::OnceCell;
use std::rc::Rc;

use throughline::browser::fetch::{SharedRoutes, patch};
use throughline::browser::hooks::{Hooks, JsScopes, SharedHooks};
use throughline::browser::page::Page;
use throughline::host::Scopes;
use throughline::sdk::Init;
use throughline::trace::fraction::Fraction;
use throughline::trace::sampling::SampleRate;
use throughline::trace::settings::Settings;
use throughline::trace::store::SpanKey;
use throughline::trace::tracer::StartSpan;
use throughline::transport::rate_limit::LimitHeaders;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{PARENT, TRACE};
use crate::stand_ins::{answer, face, heard, run};

/// A page whose scopes are in JavaScript.
struct Faced {
    page: Page,
    face: JsValue,
}

impl Faced {
    fn new(mean: bool) -> Faced {
        let face = face(mean);
        let hooks: SharedHooks = Rc::new(OnceCell::new());
        assert!(hooks.set(face.clone().unchecked_into::<Hooks>()).is_ok());
        let page = Page::new(&hooks).expect("tests run in a page");
        page.sdk.init(Init {
            settings: Settings {
                enabled: true,
                sample_rate: SampleRate::Rate(Fraction::ONE),
                public_key: "public".to_owned(),
                ..Settings::default()
            },
            destination: Some("https://ingest.test/api/1/envelope/".to_owned()),
            ..Init::default()
        });
        Faced { page, face }
    }

    fn root(&self) -> SpanKey {
        let start = StartSpan { name: "root", ..StartSpan::default() };
        self.page.sdk.start_span(start).and_then(|started| started.key).expect("a key")
    }

    fn answer(&self, name: &str, value: impl Into<JsValue>) {
        answer(&self.face, name, &value.into());
    }

    fn heard(&self) -> String {
        heard(&self.face)
    }
}

#[wasm_bindgen_test]
fn the_scopes_of_javascript_are_asked() {
    let faced = Faced::new(false);
    let _fetch = patch(&faced.page, &SharedRoutes::default());
    faced.answer("trace", format!("{TRACE}\n{PARENT}\n1\n0.5\n{PARENT}\n-sentry-release=server"));
    let headers = faced.page.sdk.headers(None, None).expect("headers");
    assert_eq!(headers.sentry_trace(), format!("{TRACE}-{PARENT}-1"));
    assert_eq!(headers.baggage.as_deref(), Some("sentry-release=server"));

    faced.page.sdk.observe(true);
    let root = faced.root();
    faced.answer("key", root.to_u32());
    run("fetch('/api')");
    assert_eq!(faced.heard(), format!("[[\"began\",{}]]", root.to_u32()));
    faced.answer("quiet", true);
    let inside = faced.page.sdk.start_span(StartSpan::default()).expect("a span");
    assert!(!inside.sampled && inside.trace_id.hex() == TRACE);
}

#[wasm_bindgen_test]
fn javascript_may_know_which_span_runs() {
    for (mean, known, exact) in [(false, true, true), (false, false, false), (true, true, false)] {
        let scopes = JsScopes::new(SharedHooks::default());
        assert!(!scopes.exact(), "nobody has said so");
        let hooks = SharedHooks::default();
        let face = face(mean);
        answer(&face, "known", &known.into());
        assert!(hooks.set(face.unchecked_into::<Hooks>()).is_ok());
        assert_eq!(JsScopes::new(hooks).exact(), exact);
    }
}

#[wasm_bindgen_test]
fn a_context_that_cannot_be_read_is_a_trace_of_its_own() {
    let faced = Faced::new(false);
    for nonsense in [JsValue::UNDEFINED, 7.into(), "garbage".into()] {
        faced.answer("trace", nonsense);
        let first = faced.page.sdk.headers(None, None).expect("headers").sentry_trace();
        let second = faced.page.sdk.headers(None, None).expect("headers").sentry_trace();
        assert_eq!(first.split('-').next(), second.split('-').next(), "the same one each time");
    }
}

#[wasm_bindgen_test]
fn an_envelope_leaves_by_the_hands_of_javascript() {
    let faced = Faced::new(false);
    faced.answer("extra", "\"tags\":{\"a\":1}\n\"culture\":{}");
    let root = faced.root();
    faced.page.sdk.end_span(root, None);
    let told = faced.heard();
    let key = root.to_u32();
    assert!(told.starts_with(&format!("[[\"ended\",{key}],[\"finished\",{key},0],[\"send\",1,")), "{told}");
    assert!(told.contains("tags") && told.contains("culture"), "{told}");
    let pause =
        LimitHeaders { status: 429, rate_limits: Some("60:transaction:key"), ..LimitHeaders::default() };
    assert!(!faced.page.sdk.settled(7, Some(pause)), "nobody asked that server");
    assert!(faced.page.sdk.settled(1, Some(pause)));
    faced.page.sdk.end_span(faced.root(), None);
    assert_eq!(faced.heard().matches("send").count(), 1, "the server asked for a pause");
}

#[wasm_bindgen_test]
fn a_root_that_javascript_takes_over_is_not_sent() {
    let faced = Faced::new(false);
    faced.answer("extra", JsValue::UNDEFINED);
    let root = faced.root();
    faced.page.sdk.end_span(root, None);
    assert!(!faced.heard().contains("send"));
    assert!(faced.page.sdk.transaction(root).is_some());
}

#[wasm_bindgen_test]
fn hooks_that_throw_have_said_nothing() {
    let faced = Faced::new(true);
    faced.page.sdk.observe(true);
    let root = faced.root();
    faced.page.sdk.end_span(root, None);
    assert!(!faced.heard().contains("send"), "it may have been about to filter something out");
    faced.page.sdk.record_loss("before_send", "transaction", 1);
    faced.page.sdk.report_losses();
    assert!(faced.heard().contains("client_report"));
    assert!(!faced.page.sdk.settled(1, None), "an envelope that nobody took has failed already");
    assert!(faced.page.sdk.headers(None, None).is_some());
}
