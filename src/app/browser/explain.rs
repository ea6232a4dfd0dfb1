//! Why a request carries trace headers, for the developer of a Rust application.

use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::app::browser::page::Page;
use crate::app::browser::routes::{SharedRoutes, judge};
use crate::app::browser::url;
use crate::app::request::Request;
use crate::codec::url::Url;
use crate::decide::verdict::Verdict;

#[derive(Serialize)]
struct Explanation {
    attach: bool,
    code: &'static str,
    /// Which of the targets matches.
    target: Option<usize>,
}

/// Why a request to this URL would carry headers, or would not: an object `{attach, code, target}` for the console.
/// Undefined for what is no URL.
pub fn explain(page: &Page, routes: &SharedRoutes, given: &str, no_cors: bool) -> JsValue {
    let Some(verdict) = verdict(page, routes, given, no_cors) else { return JsValue::UNDEFINED };
    let explanation =
        Explanation { attach: verdict.attaches(), code: verdict.code(), target: verdict.target() };
    serde_wasm_bindgen::to_value(&explanation).unwrap_or_default()
}

fn verdict(page: &Page, routes: &SharedRoutes, given: &str, no_cors: bool) -> Option<Verdict> {
    let (href, own) = (url::resolve(&page.window, given)?, page.origin());
    let (resolved, page_url) = (Url::split(&href)?, Url::split(&own)?);
    let request =
        Request { kind: "fetch", method: "GET", given, resolved, page: page_url, headers_forbidden: no_cors };
    Some(judge(&page.sdk, routes, &href, &request))
}
