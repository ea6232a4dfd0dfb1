//! What `browserTracingIntegration()` switches on.

use wasm_bindgen::prelude::*;

use super::init::with;
use crate::browser::lifecycle::{self, Lifecycle};
use crate::json::Object;
use crate::trace::idle::Timeouts;
use crate::trace::stale::{self, Arrival};
use crate::trace::time::Timestamp;

/// What the integration did to the page; kept so that it is done once.
pub struct BrowserTracing {
    _lifecycle: Lifecycle,
}

/// Watches the page, once: a later call only sets the timeouts (milliseconds; NaN for the default). Answers with 0 if
/// disabled, with 2 at the first call, else with 1.
#[wasm_bindgen]
pub fn start_browser_tracing(idle: f64, child: f64, last: f64, cuts_hidden: bool) -> u32 {
    with(|instance| {
        let page = &instance.page;
        if !page.sdk.is_enabled() {
            return None;
        }
        let defaults = Timeouts::default();
        instance.timeouts.set(Timeouts {
            idle: millis(idle, defaults.idle),
            child: millis(child, defaults.child),
            last: millis(last, defaults.last),
        });
        let mut running = instance.browser_tracing.try_borrow_mut().ok()?;
        if running.is_some() {
            return Some(1);
        }
        *running = Some(BrowserTracing { _lifecycle: lifecycle::watch(page, cuts_hidden) });
        Some(2)
    })
    .unwrap_or_default()
}

/// How a trace came with the page: it is judged, see `trace/stale.rs`; out of the browser's cache; again.
mod came {
    pub const JUDGED: u32 = 1;
    pub const CACHED: u32 = 2;
    pub const AGAIN: u32 = 4;
}

/// The page load as `{"context":{…},"start":<seconds>}`: the trace of two header values, and when the page began.
/// `begun` is when the server began the trace, NaN if it does not say. With `"stale":{"reason":…,"context":{…}}`
/// where that trace is only to be linked to, and another one begins.
#[wasm_bindgen]
pub fn page_load(sentry_trace: &str, baggage: &str, begun: f64, how: u32) -> String {
    with(|instance| {
        let page = &instance.page;
        let start = page.began();
        let received = page.sdk.receive_page(sentry_trace, baggage);
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
                object.raw("context", &page.sdk.receive_page("", "").to_json());
                let mut stale = Object::open(object.member("stale"));
                stale.string("reason", reason.text());
                stale.raw("context", &received.to_json());
                stale.close();
            }
            None => object.raw("context", &received.to_json()),
        }
        object.close();
        out
    })
}

/// From now on the root of the page load may end by itself.
#[wasm_bindgen]
pub fn allow_idle_finish() {
    with(|instance| instance.page.sdk.allow_idle_finish());
}

/// Events say from now on that they come from this address.
#[wasm_bindgen]
pub fn page_moved(href: &str) {
    with(|instance| instance.page.sdk.set_page(instance.page.describe_at(href)));
}

fn millis(given: f64, default: u32) -> u32 {
    // `as` saturates.
    if given.is_nan() { default } else { given as u32 }
}
