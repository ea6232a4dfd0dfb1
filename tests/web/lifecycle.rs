//! The last moments of a page, and its alarm.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Function, Promise, eval, global};
use throughline::app::browser::lifecycle::{on_return, report, watch};
use throughline::app::idle::Waiting;
use throughline::app::sdk::Sdk;
use throughline::app::start_span::StartSpan;
use throughline::decide::idle::Timeouts;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::sdk;

/// Begins a root that ends by itself.
fn begin_idle(sdk: &Sdk, idle: u32) {
    let timeouts = Timeouts { idle, ..Timeouts::default() };
    let waiting = Waiting { timeouts, allowed: true, untrimmed: false };
    sdk.start_span(StartSpan { name: "/", idle: Some(waiting), ..StartSpan::default() }).expect("a span");
    assert!(sdk.idle_root().is_some());
}

#[wasm_bindgen_test]
fn a_page_that_is_left_ends_its_root_while_it_is_watched() {
    let page = sdk(None);
    let leave = "dispatchEvent(new Event('pagehide'))";
    begin_idle(&page.sdk, 1000);
    let reporting = report(&page);
    eval(leave).expect("an event");
    assert!(page.sdk.idle_root().is_some(), "who only reports ends nothing");
    let watching = watch(&page, true);
    eval(leave).expect("an event");
    assert!(page.sdk.idle_root().is_none());
    drop((reporting, watching));
    begin_idle(&page.sdk, 1000);
    eval(leave).expect("an event");
    assert!(page.sdk.idle_root().is_some(), "nobody watches any more");
}

#[wasm_bindgen_test]
async fn a_root_ends_after_its_time() {
    let page = sdk(None);
    begin_idle(&page.sdk, 10);
    let later = Promise::new(&mut |resolve: Function, _| {
        let set = js_sys::Reflect::get(&global(), &"setTimeout".into()).expect("timers");
        let _ = set.unchecked_into::<Function>().call2(&JsValue::UNDEFINED, &resolve, &JsValue::from(300));
    });
    JsFuture::from(later).await.expect("time passes");
    assert!(page.sdk.idle_root().is_none());
}

#[wasm_bindgen_test]
fn who_waits_for_the_return_of_a_page_hears_of_that_only() {
    let page = sdk(None);
    let heard = Rc::new(Cell::new(0));
    let hears = Rc::clone(&heard);
    let listening = on_return(&page.window, move || hears.set(hears.get() + 1));
    let show = |persisted: bool| {
        eval(&format!("dispatchEvent(new PageTransitionEvent('pageshow', {{ persisted: {persisted} }}))"))
            .expect("an event");
    };
    show(false);
    assert_eq!(heard.get(), 0, "a page that is shown first");
    show(true);
    assert_eq!(heard.get(), 1);
    drop(listening);
    show(true);
    assert_eq!(heard.get(), 1, "nobody waits any more");
}
