//! What `browserTracingIntegration()` switches on.

use wasm_bindgen::prelude::*;

use super::border::{answer, given};
use super::init::{instance, with};
use crate::browser::page::description;
use crate::json::Object;
use crate::trace::idle::Timeouts;
use crate::trace::stale::{self, Arrival};
use crate::trace::time::Timestamp;

/// Sets how long roots wait that end by themselves (milliseconds; NaN for the default). False if disabled.
#[wasm_bindgen]
pub fn start_browser_tracing(idle: f64, child: f64, last: f64) -> bool {
    with(|instance| {
        let defaults = Timeouts::default();
        instance.timeouts.set(Timeouts {
            idle: millis(idle, defaults.idle),
            child: millis(child, defaults.child),
            last: millis(last, defaults.last),
        });
        instance.sdk.is_enabled()
    })
}

/// The page was hidden: what is active is cut short.
#[wasm_bindgen]
pub fn page_hidden() {
    with(|instance| instance.sdk.hide());
}

/// The page is being left: a root that ends by itself ends.
#[wasm_bindgen]
pub fn page_left() {
    with(|instance| instance.sdk.leave_page());
}

/// How a trace came with the page: it is judged, see `trace/stale.rs`; out of the browser's cache; again.
mod came {
    pub const JUDGED: u32 = 1;
    pub const CACHED: u32 = 2;
    pub const AGAIN: u32 = 4;
}

/// The page load as `{"context":{…},"start":<seconds>}`: the trace of two header values, and when the page began
/// (`origin` in milliseconds, NaN where nobody knows). `begun` is when the server began the trace, NaN if it does not
/// say. With `"stale":{"reason":…,"context":{…}}` where that trace is only to be linked to, and another one begins.
#[wasm_bindgen]
pub fn page_load(sentry_trace: usize, baggage: usize, begun: f64, how: u32, origin: f64) {
    let sdk = &instance().sdk;
    let start = (!origin.is_nan()).then(|| Timestamp::from_millis(origin));
    let received =
        given([sentry_trace, baggage], |[sentry_trace, baggage]| sdk.receive_page(sentry_trace, baggage));
    let arrival = Arrival {
        begun: Timestamp::from_input(begun),
        asked: start.unwrap_or_default(),
        cached: how & came::CACHED != 0,
        continued_before: how & came::AGAIN != 0,
    };
    // Without a decision of somebody else there is nothing to go on with.
    let judged = how & came::JUDGED != 0 && received.dsc.is_some();
    let mut out = String::new();
    let mut object = Object::open(&mut out);
    if let Some(start) = start {
        start.write_seconds(object.member("start"));
    }
    match judged.then(|| stale::judge(arrival)).flatten() {
        Some(reason) => {
            object.raw("context", &sdk.receive_page("", "").to_json());
            let mut stale = Object::open(object.member("stale"));
            stale.string("reason", reason.text());
            stale.raw("context", &received.to_json());
            stale.close();
        }
        None => object.raw("context", &received.to_json()),
    }
    object.close();
    answer(out);
}

/// From now on the root of the page load may end by itself.
#[wasm_bindgen]
pub fn allow_idle_finish() {
    with(|instance| instance.sdk.allow_idle_finish());
}

/// Events say from now on that they come from this page.
#[wasm_bindgen]
pub fn page_moved(href: usize, referrer: usize, user_agent: usize) {
    let page = given([href, referrer, user_agent], |[href, referrer, user_agent]| {
        description(href, referrer, user_agent.to_owned())
    });
    instance().sdk.set_page(page);
}

fn millis(given: f64, default: u32) -> u32 {
    // `as` saturates.
    if given.is_nan() { default } else { given as u32 }
}
