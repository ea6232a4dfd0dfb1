//! The requests of the page, which the JavaScript face has wrapped.

use wasm_bindgen::prelude::*;

use super::init::with;
use super::spans::on_span;
use crate::browser::fetch;
use crate::browser::logger::warn;
use crate::trace::baggage::merge_into_request;
use crate::trace::request::{Request, Surroundings};
use crate::trace::store::SpanKey;
use crate::trace::url::Url;
use crate::trace::verdict::Verdict;

// The flags of `start_request`.
const XHR: u32 = 1;
const NO_HEADERS: u32 = 2;
const NO_SPAN: u32 = 4;
const EXACT: u32 = 8;
const SUPPRESSED: u32 = 16;

/// Decides about a request that is about to be sent below the active span. Answers with span key (0 for none) and
/// header values, a line each (see [`fetch::plan`]); with nothing if we have nothing to do with the request.
#[wasm_bindgen]
pub fn start_request(method: &str, given: &str, href: &str, active: u32, flags: u32) -> Option<String> {
    let has = |flag| flags & flag != 0;
    with(|instance| {
        let page = instance.own.get()?;
        let request = Request {
            kind: if has(XHR) { "xhr" } else { "fetch" },
            method,
            given,
            resolved: Url::split(href)?,
            page: Url::split(page)?,
            headers_forbidden: has(NO_HEADERS),
        };
        let active = SpanKey::from_u32(active);
        let surroundings = Surroundings {
            active,
            exact: active.is_some() && has(EXACT),
            suppressed: has(SUPPRESSED),
            untimed: has(NO_SPAN),
            ..Surroundings::default()
        };
        fetch::plan(&instance.page.sdk, &instance.routes, href, &request, Some(surroundings))
    })
}

/// A request is sent outside of any span, to an address that gets no headers, as `start_request` has said before.
#[wasm_bindgen]
pub fn miss_request() {
    with(|instance| instance.page.sdk.miss_request());
}

/// Why a request to this URL would carry headers, or would not, a line each: the code, whether there are headers, which
/// of the valid targets matches.
#[wasm_bindgen]
pub fn explain_request(href: &str, no_cors: bool) -> String {
    let verdict = with(|instance| {
        let page = instance.own.get()?;
        let (resolved, page) = (Url::split(href)?, Url::split(page)?);
        let request =
            Request { kind: "fetch", method: "GET", given: href, resolved, page, headers_forbidden: no_cors };
        Some(fetch::judge(&instance.page.sdk, &instance.routes, href, &request))
    })
    .unwrap_or(Verdict::Disabled);
    let target = verdict.target().map_or_else(String::new, |index| index.to_string());
    [verdict.code(), if verdict.attaches() { "true" } else { "" }, &target].join("\n")
}

/// A request was answered, or failed (-1), and its span ends.
#[wasm_bindgen]
pub fn end_request(key: u32, status: i32, size: f64) {
    on_span(key, |sdk, key| sdk.end_request(key, u16::try_from(status).ok(), Some(size as i64)));
}

/// As `end_request`, but the span goes on. Answers with when it must end, in seconds; NaN for a span that is gone.
#[wasm_bindgen]
pub fn answer_request(key: u32, status: i32, size: f64) -> f64 {
    let Some(key) = SpanKey::from_u32(key) else { return f64::NAN };
    let status = u16::try_from(status).ok();
    with(|instance| instance.page.sdk.answer_request(key, status, Some(size as i64)))
        .map_or(f64::NAN, |at| at.as_micros() as f64 / 1e6)
}

/// A request with our headers failed at network level, or was answered by another origin.
#[wasm_bindgen]
pub fn request_failed(href: &str, redirected_to: Option<String>) {
    with(|instance| {
        let news = instance
            .own
            .get()
            .and_then(|page| instance.page.sdk.request_failed(href, page, redirected_to.as_deref()));
        if let Some(news) = news {
            warn(&news);
        }
    });
}

/// The baggage of a request that has some of its own; nothing to leave it alone.
#[wasm_bindgen]
pub fn merge_baggage(theirs: &str, ours: &str) -> Option<String> {
    merge_into_request(theirs, ours)
}
