//! The requests of the page, which the JavaScript face has wrapped.

use wasm_bindgen::prelude::*;

use super::border::{answer, given};
use super::hooks::{at, warn};
use super::init::with;
use super::spans::on_span;
use super::ticket;
use crate::browser::fetch;
use crate::digits::print_integer;
use crate::text;
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

/// What `start_request` answers.
mod bit {
    /// We have to do with the request: the ticket has the key of its span.
    pub const OURS: u32 = 1;
    /// No request to this address gets headers until `init` is called again.
    pub const DECLINED: u32 = 2;
    /// It carries headers, whose ids the ticket has.
    pub const HEADERS: u32 = 4;
    /// Whether their trace is recorded is decided.
    pub const DECIDED: u32 = 8;
    /// Its baggage is not what it was the last time: `request_baggage` has it.
    pub const OTHER_BAGGAGE: u32 = 16;
    /// It carries `traceparent` as well.
    pub const TRACEPARENT: u32 = 32;
}

/// Decides about a request that is about to be sent now below the active span: its URL as resolved, its method, and its
/// URL as given. Writes the ticket: the key of its span, and the ids of its headers. Most requests of a trace have the
/// same baggage, which therefore crosses once.
#[wasm_bindgen]
pub fn start_request(href: usize, method: usize, url: usize, active: u32, flags: u32, now: f64) -> u32 {
    given([href, method, url], |[href, method, url]| at(now, || decide(href, method, url, active, flags)))
}

fn decide(href: &str, method: &str, given: &str, active: u32, flags: u32) -> u32 {
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
        let sdk = &instance.sdk;
        let plan = fetch::plan(sdk, &instance.routes, href, &request, Some(surroundings))?;
        let key = plan.span.and_then(|span| span.key);
        let Some(headers) = plan.headers else {
            ticket::write_key(key);
            return Some(bit::OURS | if plan.declined { bit::DECLINED } else { 0 });
        };
        ticket::write_request(key, &headers);
        let baggage = headers.baggage.unwrap_or_default();
        let told = instance.baggage.take();
        let other = told != baggage;
        instance.baggage.set(told);
        if other {
            instance.untold.set(baggage);
        }
        let when = |is: bool, bit: u32| u32::from(is) * bit;
        let decided = when(headers.sampled.is_some(), bit::DECIDED);
        let other = when(other, bit::OTHER_BAGGAGE);
        let traceparent = when(sdk.propagates_traceparent(), bit::TRACEPARENT);
        Some(bit::OURS | bit::HEADERS | decided | other | traceparent)
    })
    .unwrap_or_default()
}

/// The baggage of the request that was decided about last.
#[wasm_bindgen]
pub fn request_baggage() {
    with(|instance| {
        let baggage = instance.untold.take();
        instance.baggage.set(baggage.clone());
        answer(baggage);
    });
}

/// A request is sent outside of any span, to an address that gets no headers, as `start_request` has said before.
#[wasm_bindgen]
pub fn miss_request() {
    with(|instance| instance.sdk.miss_request());
}

/// Why a request to this URL would carry headers, or would not, a line each: the code, whether there are headers, which
/// of the valid targets matches.
#[wasm_bindgen]
pub fn explain_request(href: usize, no_cors: bool) {
    answer(given([href], |[href]| explain(href, no_cors)));
}

fn explain(href: &str, no_cors: bool) -> String {
    let verdict = with(|instance| {
        let page = instance.own.get()?;
        let (resolved, page) = (Url::split(href)?, Url::split(page)?);
        let request =
            Request { kind: "fetch", method: "GET", given: href, resolved, page, headers_forbidden: no_cors };
        Some(fetch::judge(&instance.sdk, &instance.routes, href, &request))
    })
    .unwrap_or(Verdict::Disabled);
    let target = verdict.target().map_or_else(String::new, |index| print_integer(index as u64));
    text::lines(&[verdict.code(), if verdict.attaches() { "true" } else { "" }, &target])
}

/// A request was answered now, or failed (-1), and its span ends.
#[wasm_bindgen]
pub fn end_request(key: u32, status: i32, size: f64, now: f64) {
    at(now, || on_span(key, |sdk, key| sdk.end_request(key, u16::try_from(status).ok(), Some(size as i64))));
}

/// As `end_request`, but the span goes on. Answers with when it must end, in seconds; NaN for a span that is gone.
#[wasm_bindgen]
pub fn answer_request(key: u32, status: i32, size: f64) -> f64 {
    let Some(key) = SpanKey::from_u32(key) else { return f64::NAN };
    let status = u16::try_from(status).ok();
    with(|instance| instance.sdk.answer_request(key, status, Some(size as i64)))
        .map_or(f64::NAN, |at| at.as_micros() as f64 / 1e6)
}

/// A request with our headers failed at network level, or was answered by another origin, if that is not empty.
#[wasm_bindgen]
pub fn request_failed(href: usize, redirected_to: usize) {
    let news = given([href, redirected_to], |[href, redirected_to]| {
        let redirected_to = Some(redirected_to).filter(|url| !url.is_empty());
        with(|instance| instance.sdk.request_failed(href, instance.own.get()?, redirected_to))
    });
    if let Some(news) = news {
        warn(&news);
    }
}

/// The baggage of a request that has some of its own; nothing to leave it alone.
#[wasm_bindgen]
pub fn merge_baggage(theirs: usize, ours: usize) {
    if let Some(merged) = given([theirs, ours], |[theirs, ours]| merge_into_request(theirs, ours)) {
        answer(merged);
    }
}
