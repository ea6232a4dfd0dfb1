//! A panic inside of spans, which in WebAssembly is a trap: they have failed and are sent, and the trap goes on.

use std::rc::Rc;

use js_sys::Array;
use throughline::{Options, Span};
use tracing_subscriber::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stand_ins::{caught, event_bodies, restore, stand_in};

#[throughline::span]
#[allow(clippy::indexing_slicing, reason = "it is to panic")]
fn breaks(items: &[u32]) -> u32 {
    let _entered = tracing::info_span!("index").entered();
    // What the compiler cannot foresee.
    items[items.len() + 1]
}

#[wasm_bindgen_test]
fn a_panic_fails_what_is_entered_and_goes_on() {
    let calls: Array = stand_in(200, &JsValue::UNDEFINED);
    let options = Options::new("https://public@collector.test/42").traces_sample_rate(1.0);
    let guard = throughline::init(options.trace_page_load(false)).expect("a page");
    let _subscriber = tracing_subscriber::registry().with(throughline::layer()).set_default();
    let items = Rc::new(vec![1, 2]);
    let page_code = Closure::<dyn FnMut()>::new(move || {
        Span::start("click").in_scope(|| breaks(&items));
    });
    let error = caught(page_code.as_ref());
    assert!(error.contains("RuntimeError"), "{error}");
    // A closure that has trapped is still at work, as far as it knows.
    std::mem::forget(page_code);
    let bodies = event_bodies(&calls);
    assert_eq!(bodies.length(), 1);
    let body = bodies.get(0).as_string().expect("an event");
    assert_eq!(body.matches(r#""status":"internal_error""#).count(), 3, "{body}");
    assert!(body.contains("index out of bounds"), "{body}");
    assert!(Span::current().is_none(), "nothing stays active");
    drop(Span::start("the next click"));
    assert_eq!(event_bodies(&calls).length(), 2);
    drop(guard);
    restore();
}
