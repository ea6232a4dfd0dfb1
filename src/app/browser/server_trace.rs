//! The trace that came with the page: in meta tags, or in the header `Server-Timing`. It is judged whether the page goes on
//! in it, or is only linked to it because its HTML is stale (`decide/stale.rs`).

use std::cell::Cell;

use js_sys::{Array, Date, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use crate::app::browser::page::Page;
use crate::app::page_trace::{Brought, PageTrace};
use crate::codec::id::TraceId;
use crate::codec::sentry_trace;
use crate::codec::text;
use crate::codec::time::Timestamp;
use crate::decide::header_pairs;
use crate::decide::stale::Arrival;

/// Under which name this browser remembers the traces of servers that its page views went on with; the npm package does under
/// the same.
const KEY: &str = "throughline_continued_traces";
/// So many of them, 33 characters each.
const MAX_KEPT: usize = 50;

thread_local! {
    /// The trace that this page view goes on with: it may be asked for again.
    static CONTINUED: Cell<Option<TraceId>> = const { Cell::new(None) };
}

/// Reads the trace that came with the page. `continues_stale`: go on in it however old it is.
pub fn read(page: &Page, continues_stale: bool) -> PageTrace {
    let navigation = navigation_entry(page);
    let read = |name: &str| values(page, &navigation, name);
    let (traces, bags) = (read("sentry-trace"), read("baggage"));
    let (sentry_trace, baggage) = header_pairs::choose(&traces, &bags);
    let id = sentry_trace::parse(sentry_trace).ok().map(|header| header.trace_id);
    let mut brought =
        Brought { sentry_trace: sentry_trace.to_owned(), baggage: baggage.to_owned(), arrival: None };
    let judged = id.filter(|id| !continues_stale && CONTINUED.get() != Some(*id));
    // Asked only where it matters: the first question to a storage waits for another process.
    let kept = judged.and_then(|_| kept(page)).unwrap_or_default();
    if let Some(id) = judged {
        brought.arrival = Some(Arrival {
            begun: read("sentry-trace-time").first().and_then(|said| time(said)),
            // An unknown time is long ago, and no trace is old then.
            asked: page.began().unwrap_or(Timestamp::EPOCH),
            cached: comes_from_cache(&navigation),
            continued_before: text::contains(&kept, &id.hex(), false),
        });
    }
    let trace = page.sdk.begin_page(&brought);
    if let Some(id) = judged.filter(|_| trace.continued) {
        CONTINUED.set(Some(id));
        keep(page, &text::concat(&[&id.hex(), " ", &kept]));
    }
    if let Some((reason, _)) = &trace.stale {
        let id = id.map(TraceId::hex).unwrap_or_default();
        page.sdk.complain(&["the trace ", &id, " of this page is only linked to: it is ", reason.text()]);
    }
    trace
}

/// The entry of the page's load on its timeline; `undefined` where there is none.
pub fn navigation_entry(page: &Page) -> JsValue {
    page.window
        .performance()
        .map_or(JsValue::UNDEFINED, |performance| performance.get_entries_by_type("navigation").get(0))
}

/// A member of an entry; `undefined` where it has none.
pub fn member(entry: &JsValue, name: &str) -> JsValue {
    if entry.is_object() {
        Reflect::get(entry, &JsValue::from_str(name)).unwrap_or_default()
    } else {
        JsValue::UNDEFINED
    }
}

/// The values of a name that the page brought: of its tags, then of the header.
#[inline(never)]
fn values(page: &Page, navigation: &JsValue, name: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut take = |value: Option<String>| values.extend(value.filter(|value| !value.is_empty()));
    let selector = text::concat(&["meta[name=\"", name, "\"]"]);
    let tags = page.window.document().and_then(|document| document.query_selector_all(&selector).ok());
    if let Some(tags) = tags {
        for tag in (0..tags.length()).filter_map(|index| tags.get(index)) {
            take(tag.unchecked_into::<Element>().get_attribute("content"));
        }
    }
    if let Ok(entries) = member(navigation, "serverTiming").dyn_into::<Array>() {
        for entry in entries.iter() {
            if member(&entry, "name").as_string().is_some_and(|own| own == name) {
                take(member(&entry, "description").as_string());
            }
        }
    }
    values
}

/// A number of seconds or milliseconds since the epoch, or a date: the browser reads both.
fn time(said: &str) -> Option<Timestamp> {
    let number = JsValue::from_str(said).unchecked_into_f64();
    let number = if number == 0.0 || number.is_nan() { Date::parse(said) } else { number };
    Timestamp::from_input(number)
}

/// Whether the browser took the document out of a cache of its own. Who goes back gets what is cached, unless it came over
/// the network: of that the size is known from its headers on.
fn comes_from_cache(navigation: &JsValue) -> bool {
    let is = |name: &str, word: &str| member(navigation, name).as_string().is_some_and(|text| text == word);
    is("deliveryType", "cache")
        || is("type", "back_forward")
            && member(navigation, "transferSize").as_f64().unwrap_or_default() == 0.0
}

fn kept(page: &Page) -> Option<String> {
    page.window.local_storage().ok()??.get_item(KEY).ok()?
}

fn keep(page: &Page, ids: &str) {
    // Whoever wrote there may have written anything.
    if let Ok(Some(storage)) = page.window.local_storage() {
        let _ = storage.set_item(KEY, text::first(ids, MAX_KEPT * 33));
    }
}
