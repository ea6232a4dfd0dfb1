//! `fetch`: a span and headers for each request that deserves them. The wrapper itself is
//! `patch/fetch.js`, which `js/page/requests.ts` uses as well.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::Window;

use crate::app::browser::page::Page;
use crate::app::browser::targets::Patterns;
use crate::app::browser::url;
use crate::app::request::{Request, RequestPlan};
use crate::app::sdk::Sdk;
use crate::app::span_key::SpanKey;
use crate::codec::baggage::merge_into_request;
use crate::codec::digits::print_integer;
use crate::codec::url::Url;
use crate::decide::verdict::Verdict;

#[wasm_bindgen(module = "/src/app/browser/patch/fetch.js")]
extern "C" {
    #[wasm_bindgen(js_name = patchFetchForCore)]
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

/// What the wrapper asks, beside the SDK.
struct Asked {
    /// Resolves relative URLs.
    window: Window,
    /// The page's origin.
    origin: String,
    routes: SharedRoutes,
}

/// Wraps `window.fetch`.
pub fn patch(page: &Page, routes: &SharedRoutes) -> FetchPatch {
    let asked = Asked { window: page.window.clone(), origin: page.origin(), routes: Rc::clone(routes) };
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

fn start(sdk: &Sdk, asked: &Asked, method: &str, given: &str, headers_forbidden: bool) -> Option<String> {
    let href = url::resolve(&asked.window, given)?;
    let (resolved, page) = (Url::split(&href)?, Url::split(&asked.origin)?);
    let request = Request { kind: "fetch", method, given, resolved, page, headers_forbidden };
    let plan = plan(sdk, &asked.routes, &href, &request)?;
    // As the wrapper reads it: span key (0 for none) and header values, a line each.
    let mut out = print_integer(plan.span.and_then(|span| span.key).map_or(0, SpanKey::to_u32).into());
    if let Some(headers) = plan.headers {
        let traceparent =
            if sdk.propagates_traceparent() { headers.traceparent() } else { String::default() };
        for line in [headers.sentry_trace(), headers.baggage.unwrap_or_default(), traceparent] {
            out.push('\n');
            out.push_str(&line);
        }
    }
    Some(out)
}

/// Decides about a request; `None` if we have nothing to do with it.
pub fn plan(sdk: &Sdk, routes: &SharedRoutes, href: &str, request: &Request<'_>) -> Option<RequestPlan> {
    let (routes, patterns) = matching(routes, href, request)?;
    if href == routes.destination {
        return None;
    }
    Some(sdk.start_request(request, &patterns))
}

/// Whether a request would carry headers, and why.
pub fn judge(sdk: &Sdk, routes: &SharedRoutes, href: &str, request: &Request<'_>) -> Verdict {
    match matching(routes, href, request) {
        Some((routes, _)) if href == routes.destination => Verdict::Envelope,
        Some((_, patterns)) => sdk.judge_request(request, &patterns),
        None => Verdict::Disabled,
    }
}

/// The routes in force, and which of their patterns match a request.
fn matching(routes: &SharedRoutes, href: &str, request: &Request<'_>) -> Option<(Rc<Routes>, Vec<bool>)> {
    let routes = Rc::clone(&*routes.try_borrow().ok()?);
    let own_path = request.resolved.same_origin(&request.page).then_some(request.resolved.path);
    let patterns = routes.patterns.test(href, own_path);
    Some((routes, patterns))
}

fn end(sdk: &Weak<Sdk>, key: u32, status: i32, size: f64) {
    if let (Some(sdk), Some(key)) = (sdk.upgrade(), SpanKey::from_u32(key)) {
        sdk.end_request(key, u16::try_from(status).ok(), Some(size as i64));
    }
}
