//! An application in Rust: traces its page, and runs code of the tests in spans.
#![cfg(target_arch = "wasm32")]

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Function;
use throughline::app::browser::page::Page;
use throughline::app::browser::requests::{RequestsPatch, patch};
use throughline::app::browser::routes::SharedRoutes;
use throughline::app::moment::Moment;
use throughline::app::scopes::StackScopes;
use throughline::app::sdk::Init;
use throughline::app::settings::{Settings, Target};
use throughline::app::start_span::StartSpan;
use throughline::codec::fraction::Fraction;
use throughline::decide::sampling::SampleRate;
use wasm_bindgen::prelude::*;

struct Traced {
    page: Page,
    scopes: StackScopes,
    _patch: RequestsPatch,
}

thread_local! {
    static TRACED: RefCell<Option<Rc<Traced>>> = const { RefCell::new(None) };
}

/// Begins to trace, with envelopes to `tunnel` and headers to `target`.
#[wasm_bindgen]
pub fn start(tunnel: String, target: &str) {
    let scopes = StackScopes::new(Moment::of_dice([7; 32]).begin_trace());
    let Some(page) = Page::with_stack(&scopes, &Rc::default()) else { return };
    scopes.set_page_context(page.sdk.begin_context());
    let settings = Settings {
        enabled: true,
        sample_rate: SampleRate::Rate(Fraction::ONE),
        targets: Target::from_text(target).map(|target| vec![target]),
        parent_is_root: false,
        ..Settings::default()
    };
    page.sdk.init(Init { settings, destination: Some(tunnel), ..Init::default() });
    let patch = patch(&page, &SharedRoutes::default());
    TRACED.set(Some(Rc::new(Traced { page, scopes, _patch: patch })));
}

/// Takes back what was changed on the page.
#[wasm_bindgen]
pub fn stop() {
    TRACED.set(None);
}

/// Calls back inside of a span below another one, both of which have ended when it answers with what the callback did.
#[wasm_bindgen]
pub fn inside(callback: &Function) -> JsValue {
    let Some(traced) = TRACED.with_borrow(Option::clone) else { return JsValue::UNDEFINED };
    let sdk = &traced.page.sdk;
    let begin = |name| {
        let start = StartSpan { name, parent: sdk.active_parent(), ..StartSpan::default() };
        let key = sdk.start_span(start).and_then(|started| started.key);
        (key, traced.scopes.enter(key))
    };
    let spans = [begin("outer"), begin("inner")];
    let answer = callback.call0(&JsValue::UNDEFINED);
    for (_, layer) in spans {
        traced.scopes.leave(layer);
    }
    answer.unwrap_or_default()
}
