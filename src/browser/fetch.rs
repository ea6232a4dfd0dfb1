//! `fetch`: a span and headers for each request that deserves them. The wrapper itself is `patch.js`.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::Document;

use super::page::Page;
use super::targets::Patterns;
use super::url;
use crate::sdk::Sdk;
use crate::trace::baggage::merge_into_request;
use crate::trace::request::Request;
use crate::trace::store::SpanKey;
use crate::trace::url::Url;

#[wasm_bindgen(module = "/src/browser/patch.js")]
extern "C" {
    #[wasm_bindgen(js_name = patchFetch)]
    fn patch_fetch(owner: &JsValue, start: &JsValue, merge: &JsValue, end: &JsValue) -> Function;
}

type Start = Closure<dyn Fn(String, String, bool) -> Option<String>>;
type Merge = Closure<dyn Fn(String, String) -> Option<String>>;
type End = Closure<dyn Fn(u32, i32, f64)>;

/// The patch; dropping it takes it back.
#[must_use = "fetch is restored when this is dropped"]
pub struct FetchPatch {
    stop: Function,
    _start: Start,
    _merge: Merge,
    _end: End,
}

impl std::fmt::Debug for FetchPatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FetchPatch")
    }
}

impl Drop for FetchPatch {
    fn drop(&mut self) {
        let _ = self.stop.call0(&JsValue::UNDEFINED);
    }
}

/// What `init` said about requests that only the edge can use; a later `init` replaces it.
#[derive(Debug, Default)]
pub struct Routes {
    /// The targets that only the browser can match.
    pub patterns: Patterns,
    /// Where our own envelopes go: never traced. Empty for nowhere.
    pub destination: String,
}

/// The routes in force. Behind two counters, because the page's code must not run while a cell is borrowed.
pub type SharedRoutes = Rc<RefCell<Rc<Routes>>>;

/// What the wrapper asks, beside the core.
struct Asked {
    /// Resolves relative URLs.
    document: Document,
    /// The page's address.
    href: String,
    routes: SharedRoutes,
}

/// Wraps `window.fetch`.
pub fn patch(page: &Page, routes: &SharedRoutes) -> FetchPatch {
    let asked = Asked { document: page.document.clone(), href: page.href(), routes: Rc::clone(routes) };
    let (starting, ending) = (Rc::downgrade(&page.sdk), Rc::downgrade(&page.sdk));
    let start = Start::new(move |method: String, given: String, headers_forbidden: bool| {
        let sdk = starting.upgrade()?;
        start(&sdk, &asked, &method, &given, headers_forbidden)
    });
    let merge = Merge::new(|theirs: String, ours: String| merge_into_request(&theirs, &ours));
    let end = End::new(move |key: u32, status: i32, size: f64| end(&ending, key, status, size));
    let stop = patch_fetch(&js_sys::global(), start.as_ref(), merge.as_ref(), end.as_ref());
    FetchPatch { stop, _start: start, _merge: merge, _end: end }
}

/// Span key and header values, a line each; `None` if the request is none of our business.
fn start(sdk: &Sdk, asked: &Asked, method: &str, given: &str, headers_forbidden: bool) -> Option<String> {
    let href = url::resolve(&asked.document, given)?;
    let routes = Rc::clone(&*asked.routes.try_borrow().ok()?);
    if href == routes.destination {
        return None;
    }
    let (resolved, own) = (Url::split(&href)?, Url::split(&asked.href)?);
    let own_path = resolved.same_origin(&own).then_some(resolved.path);
    let patterns = routes.patterns.test(&href, own_path);
    let request = Request { kind: "fetch", method, given, resolved, page: own, headers_forbidden };
    let plan = sdk.start_request(&request, &patterns);
    if plan.span.is_none() && plan.headers.is_none() {
        return None;
    }
    let mut out = plan.span.and_then(|span| span.key).map_or(0, SpanKey::to_u32).to_string();
    if let Some(headers) = plan.headers {
        let traceparent = if sdk.propagates_traceparent() { headers.traceparent.as_str() } else { "" };
        for line in [&headers.sentry_trace, headers.baggage.as_deref().unwrap_or_default(), traceparent] {
            out.push('\n');
            out.push_str(line);
        }
    }
    Some(out)
}

fn end(sdk: &Weak<Sdk>, key: u32, status: i32, size: f64) {
    if let (Some(sdk), Some(key)) = (sdk.upgrade(), SpanKey::from_u32(key)) {
        sdk.end_request(key, u16::try_from(status).ok(), Some(size as i64));
    }
}
