//! What the browser measured of the page load itself, as child spans of its root span.
//!
//! Navigation Timing Level 2: <https://www.w3.org/TR/navigation-timing-2/>. All fields are milliseconds
//! since the time origin; zero stands for "did not happen, or not yet".

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use web_sys::Window;

use super::clock::time_origin;
use crate::json::Json;
use crate::sdk::Sdk;
use crate::trace::span::{Attributes, attribute};
use crate::trace::store::SpanKey;
use crate::trace::time::Timestamp;
use crate::trace::url::Url;

/// Operation, its name in stream mode, and the fields between which it ran.
const PHASES: [(&str, &str, &str, &str); 10] = [
    ("browser.unload_event", "Unload event", "unloadEventStart", "unloadEventEnd"),
    ("browser.redirect", "Redirect", "redirectStart", "redirectEnd"),
    (
        "browser.dom_content_loaded_event",
        "DOMContentLoaded event",
        "domContentLoadedEventStart",
        "domContentLoadedEventEnd",
    ),
    ("browser.load_event", "Load event", "loadEventStart", "loadEventEnd"),
    ("browser.connect", "Connect", "connectStart", "connectEnd"),
    ("browser.tls_ssl", "TLS handshake", "secureConnectionStart", "connectEnd"),
    ("browser.cache", "Cache lookup", "fetchStart", "domainLookupStart"),
    ("browser.dns", "DNS lookup", "domainLookupStart", "domainLookupEnd"),
    ("browser.request", "Request", "requestStart", "responseEnd"),
    ("browser.response", "Response", "responseStart", "responseEnd"),
];

/// Adds the phases that are over to a root that is about to end, if it is the first that times the load of the page.
pub fn record(sdk: &Sdk, window: &Window, root: SpanKey) {
    if !sdk.claim_page_load(root) {
        return;
    }
    let Some(performance) = window.performance() else { return };
    let entry = performance.get_entries_by_type("navigation").get(0);
    let field = |name: &str| Reflect::get(&entry, &JsValue::from_str(name)).unwrap_or_default();
    let number = |name: &str| field(name).as_f64().unwrap_or_default();
    let href = field("name").as_string().unwrap_or_default();
    let url = Url::split(&href).map(|url| url.full()).unwrap_or(href);
    let streams = sdk.streams();
    let origin = time_origin(&performance);
    for (op, streamed_name, from, to) in PHASES {
        let (start, end) = (number(from), number(to));
        if start <= 0.0 || end <= 0.0 {
            continue;
        }
        let mut attributes = Attributes::default();
        attributes.set_string(attribute::OP, op);
        attributes.set_string(attribute::ORIGIN, "auto.ui.browser.metrics");
        attributes.set_string("url.full", &url);
        if op == "browser.redirect" {
            attributes.set("http.redirect_count", Json::integer(number("redirectCount") as i64));
        }
        let at = |millis: f64| Timestamp::from_millis(origin + millis);
        let name = if streams { streamed_name } else { &url };
        sdk.add_finished_span(root, name, attributes, at(start), at(end));
    }
}
