//! What `browserTracingIntegration()` switches on.

use wasm_bindgen::prelude::*;

use super::init::with;
use super::options::{Given, is_unset};
use crate::browser::lifecycle::{self, Lifecycle};
use crate::browser::listener::Listener;
use crate::browser::logger::warn;
use crate::browser::pageload;
use crate::json::Object;
use crate::trace::idle::Timeouts;

/// What the integration did to the page; kept so that it is done once.
pub struct BrowserTracing {
    _lifecycle: Option<Lifecycle>,
    _loading: Option<Listener>,
}

/// Watches the page, once: a later call only sets the timeouts. Answers with 0 if disabled; with 2
/// if the face shall start a root span for the page load, at the first call only; else with 1.
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
        let lifecycle = given.flag("markBackgroundSpan", true).then(|| lifecycle::watch(page));
        *running = Some(BrowserTracing { _lifecycle: lifecycle, _loading: pageload::watch(page) });
        Some(if given.flag("instrumentPageLoad", true) { 2 } else { 1 })
    })
    .unwrap_or_default()
}

/// The page load as `{"context":{…},"name":…,"attributes":{…},"start":<seconds>}`: the trace of two header
/// values, each of the meta tag where it is empty, and what a root span of it says.
#[wasm_bindgen]
pub fn page_load(sentry_trace: &str, baggage: &str) -> String {
    with(|instance| {
        let page = &instance.page;
        let described = pageload::describe(page);
        let mut out = String::new();
        let mut object = Object::open(&mut out);
        object.raw("context", &pageload::context(page, sentry_trace, baggage).to_json());
        object.string("name", &described.name);
        described.attributes.write_json(object.member("attributes"));
        if let Some(start) = described.start {
            start.write_seconds(object.member("start"));
        }
        object.close();
        out
    })
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
