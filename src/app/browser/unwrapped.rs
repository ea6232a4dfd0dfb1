//! What is asked of a page without files beside the module (`no-modules`): where it is, and in which state, whether anything is
//! evaluated there or not. Where the wrappers may not be evaluated, under a strict policy, it sends what was recorded all the
//! same, without a look at the headers of the answer.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::app::browser::page_state as state;
use crate::codec::text;

/// A member of an object, or of one that it holds: names between dots.
fn member(path: &str) -> JsValue {
    let mut value: JsValue = js_sys::global().into();
    for name in text::items(path, b'.') {
        value = Reflect::get(&value, &JsValue::from_str(name)).unwrap_or_default();
    }
    value
}

/// Where the page is.
pub fn address() -> String {
    member("location.href").as_string().unwrap_or_default()
}

/// Address, referrer and browser, a line each.
pub fn description() -> String {
    let [referrer, agent] =
        ["document.referrer", "navigator.userAgent"].map(|path| member(path).as_string().unwrap_or_default());
    text::concat(&[&address(), "\n", &referrer, "\n", &agent])
}

/// Whether it is loading, prepared, hidden.
pub fn page_state() -> u32 {
    let flag = |is: bool, flag: u32| if is { flag } else { 0 };
    flag(member("document.readyState").as_string().as_deref() == Some("loading"), state::LOADING)
        + flag(member("document.prerendering").as_bool() == Some(true), state::PREPARED)
        + flag(member("document.visibilityState").as_string().as_deref() == Some("hidden"), state::HIDDEN)
}

/// Sends an envelope, and tells its number and the status of the answer, or 0.
pub fn post(send: &JsValue, id: u32, url: &str, body: &str, keepalive: bool, settled: &JsValue) {
    let init = Object::new();
    for (name, value) in [
        ("method", "POST".into()),
        ("body", body.into()),
        ("referrerPolicy", "strict-origin".into()),
        ("keepalive", JsValue::from_bool(keepalive)),
    ] {
        let _ = Reflect::set(&init, &JsValue::from_str(name), &value);
    }
    let send = send.dyn_ref::<Function>();
    let answer = send.and_then(|send| send.call2(&js_sys::global(), &url.into(), &init).ok());
    // Whatever a wrapper of the page answers, a failure must not become an unhandled rejection.
    let answer = answer.map(|answer| Promise::resolve(&answer));
    let settled = settled.clone();
    spawn_local(async move {
        let answer = match answer {
            Some(answer) => JsFuture::from(answer).await.unwrap_or_default(),
            None => JsValue::UNDEFINED,
        };
        let status = if answer.is_object() {
            Reflect::get(&answer, &JsValue::from_str("status")).unwrap_or_default()
        } else {
            JsValue::from(0)
        };
        let told = Array::of4(&id.into(), &status, &"".into(), &JsValue::from(-1));
        if let Some(settled) = settled.dyn_ref::<Function>() {
            let _ = settled.apply(&JsValue::UNDEFINED, &told);
        }
    });
}
