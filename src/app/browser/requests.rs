//! The requests of the page, sent by `fetch` or by `XMLHttpRequest`: a span and headers for each that deserves them. The
//! wrappers themselves are in `patch/`, which `js/page/requests.ts` uses as well.

use std::rc::{Rc, Weak};

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::app::browser::destination::Destination;
use crate::app::browser::logger::warn;
use crate::app::browser::page::Page;
use crate::app::browser::wrappers;
use crate::app::request::Request;
use crate::app::sdk::Sdk;
use crate::app::span_key::SpanKey;
use crate::codec::baggage::merge_into_request;
use crate::codec::digits::print_integer;
use crate::codec::time::Timestamp;
use crate::codec::url::Url;
use crate::decide::verdict::own_origin;

/// Answers with a plan, see `planOf`: of a request with this method and URL, that may have no headers, by an
/// `XMLHttpRequest` or not.
type Start = Closure<dyn Fn(String, String, bool, bool) -> Option<String>>;
/// Takes two texts.
type Pair = Closure<dyn Fn(String, String) -> Option<String>>;
/// Hears of a span that ended, with a status and so many bytes, so many milliseconds ago.
type End = Closure<dyn Fn(u32, i32, f64, f64)>;

/// What the wrappers call.
struct Callbacks {
    start: Start,
    merge: Pair,
    end: End,
    broke: Pair,
}

/// What was wrapped; dropping it takes it back.
#[must_use = "fetch and XMLHttpRequest are restored when this is dropped"]
pub struct RequestsPatch {
    stops: [Option<Function>; 2],
    _callbacks: Callbacks,
}

impl std::fmt::Debug for RequestsPatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RequestsPatch")
    }
}

impl Drop for RequestsPatch {
    fn drop(&mut self) {
        for stop in self.stops.iter().flatten() {
            let _ = stop.call0(&JsValue::UNDEFINED);
        }
    }
}

/// What the wrappers ask.
struct Asked {
    sdk: Weak<Sdk>,
    /// The page's origin.
    origin: String,
    destination: Destination,
}

/// Wraps `fetch` and `XMLHttpRequest` of a page or worker, as far as there are any; `None` where neither could be wrapped.
pub fn patch(page: &Page, destination: &Destination) -> Option<RequestsPatch> {
    let asked = Rc::new(Asked {
        sdk: Rc::downgrade(&page.sdk),
        origin: page.origin(),
        destination: destination.clone(),
    });
    let (starting, ending, breaking) = (Rc::clone(&asked), Weak::clone(&asked.sdk), asked);
    let callbacks = Callbacks {
        start: Start::new(move |method: String, given: String, headers_forbidden: bool, is_xhr: bool| {
            starting.start(&method, &given, headers_forbidden, is_xhr)
        }),
        merge: Pair::new(|theirs: String, ours: String| merge_into_request(&theirs, &ours)),
        end: End::new(move |key: u32, status: i32, size: f64, ago: f64| end(&ending, key, status, size, ago)),
        broke: Pair::new(move |href: String, redirected_to: String| breaking.broke(&href, &redirected_to)),
    };
    let Callbacks { start, merge, end, broke } = &callbacks;
    let (start, merge, end, broke) = (start.as_ref(), merge.as_ref(), end.as_ref(), broke.as_ref());
    let stops = [
        wrappers::patch_fetch(&page.window, start, merge, end, broke),
        wrappers::patch_xhr(&page.window, start, merge, end, broke),
    ];
    stops.iter().any(Option::is_some).then_some(RequestsPatch { stops, _callbacks: callbacks })
}

impl Asked {
    fn start(&self, method: &str, given: &str, headers_forbidden: bool, is_xhr: bool) -> Option<String> {
        let sdk = self.sdk.upgrade()?;
        // What has ended by now may be known to have failed.
        wrappers::settle();
        let href = wrappers::resolve_address(given)?;
        let (resolved, page) = (Url::split(&href)?, own_origin(&self.origin));
        let kind = if is_xhr { "xhr" } else { "fetch" };
        let request = Request { kind, method, given, resolved, page, headers_forbidden };
        let plan = self.destination.plan(&sdk, &href, &request)?;
        // As the wrapper reads it: span key (0 for none), address and header values, a line each.
        let mut out = print_integer(plan.span.and_then(|span| span.key).map_or(0, SpanKey::to_u32).into());
        out.push('\n');
        out.push_str(&href);
        if let Some(headers) = plan.headers {
            for line in headers.to_texts(sdk.propagates_traceparent()).values() {
                out.push('\n');
                out.push_str(line);
            }
        }
        Some(out)
    }

    /// A request with our headers failed, or was redirected to another origin: its place gets none from now on.
    fn broke(&self, href: &str, redirected_to: &str) -> Option<String> {
        let redirected_to = Some(redirected_to).filter(|href| !href.is_empty());
        if let Some(sentence) = self.sdk.upgrade()?.request_failed(href, &self.origin, redirected_to) {
            warn(&sentence);
        }
        None
    }
}

fn end(sdk: &Weak<Sdk>, key: u32, status: i32, size: f64, ago: f64) {
    let (Some(sdk), Some(key)) = (sdk.upgrade(), SpanKey::from_u32(key)) else { return };
    let (status, size) = (u16::try_from(status).ok(), Some(size as i64));
    if ago > 0.0 {
        // `as` saturates.
        let ago = (ago * 1000.0) as u64;
        let ended = sdk.answer_request(key, status, size);
        sdk.end_span(key, ended.map(|now| Timestamp::from_micros(now.as_micros().saturating_sub(ago))));
    } else {
        sdk.end_request(key, status, size);
    }
}
