//! What `browserTracingIntegration()` switches on.

use wasm_bindgen::prelude::*;

use super::init::with;
use super::options::{Given, is_unset};
use crate::browser::lifecycle::{self, Lifecycle};
use crate::browser::logger::warn;
use crate::json::Object;
use crate::trace::idle::Timeouts;
use crate::trace::stale::{self, Arrival};
use crate::trace::time::Timestamp;

/// What the integration did to the page; kept so that it is done once.
pub struct BrowserTracing {
    _lifecycle: Lifecycle,
}

/// Watches the page, once: a later call only sets the timeouts. Answers with 0 if disabled, with 2 at the first call,
/// else with 1.
#[wasm_bindgen]
pub fn start_browser_tracing(options: JsValue) -> u32 {
    let given = Given(options);
    with(|instance| {
        let page = &instance.page;
        if !page.sdk.is_enabled() {
            return None;
        }
        let defaults = Timeouts::default();
        instance.timeouts.set(Timeouts {
            idle: millis(&given, "idleTimeout", defaults.idle),
            child: millis(&given, "childSpanTimeout", defaults.child),
            last: millis(&given, "finalTimeout", defaults.last),
        });
        let mut running = instance.browser_tracing.try_borrow_mut().ok()?;
        if running.is_some() {
            return Some(1);
        }
        let lifecycle = lifecycle::watch(page, given.flag("markBackgroundSpan", true));
        *running = Some(BrowserTracing { _lifecycle: lifecycle });
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

fn millis(given: &Given, name: &str, default: u32) -> u32 {
    let value = given.get(name);
    match value.as_f64().filter(|millis| *millis >= 0.0) {
        // `as` saturates.
        Some(millis) => millis as u32,
        None => {
            if !is_unset(&value) {
                warn(&[name, " was ignored: it must be a number of milliseconds"].concat());
            }
            default
        }
    }
}
