//! What the browser measured of the page load.

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use web_sys::Window;

use crate::app::browser::clock::time_origin;
use crate::app::entry::FIELDS;
use crate::app::scopes::StackScopes;
use crate::app::sdk::{Events, Sdk};
use crate::app::span_key::SpanKey;
use crate::codec::json::Json;
use crate::codec::text;
use crate::codec::time::Timestamp;

/// The listener of an application that shares these scopes with the SDK: the first page load takes its phases with it.
#[derive(Debug)]
pub struct TimedScopes {
    /// What listens beside.
    pub scopes: StackScopes,
    /// The page's window.
    pub window: Window,
}

impl Events for TimedScopes {
    fn ending(&self, sdk: &Sdk, root: SpanKey) {
        if !sdk.claim_page_load(root) {
            return;
        }
        let Some(performance) = self.window.performance() else { return };
        let entry = performance.get_entries_by_type("navigation").get(0);
        // A worker was not navigated to.
        if entry.is_undefined() {
            return;
        }
        let field = |name: &str| Reflect::get(&entry, &JsValue::from_str(name)).unwrap_or_default();
        let mut line = text::concat(&["navigation\t", &field("name").as_string().unwrap_or_default()]);
        for name in FIELDS {
            line.push('\t');
            if let Some(number) = field(name).as_f64() {
                // `as` saturates.
                line.push_str(Json::integer((number * 1000.0).round() as i64).as_str());
            }
        }
        let page = self.window.location().href().unwrap_or_default();
        sdk.add_entries(root, &line, &page, Timestamp::from_millis(time_origin(&performance)), "");
    }

    fn ended(&self, sdk: &Sdk, key: SpanKey) {
        self.scopes.ended(sdk, key);
    }
}
