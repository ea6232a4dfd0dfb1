//! Spans on integer keys. A key that is stale or 0 does nothing.

use wasm_bindgen::prelude::*;

use super::init::with;
use crate::browser::timing;
use crate::json::Json;
use crate::sdk::Sdk;
use crate::trace::span::{Attributes, Status};
use crate::trace::store::SpanKey;
use crate::trace::time::Timestamp;
use crate::trace::tracer::{Parent, StartSpan, Started};

/// `span_start`: take the active span as parent.
const PARENT_ACTIVE: u32 = 1;
/// `span_start`: without a parent, do not record.
const ONLY_IF_PARENT: u32 = 2;

/// Begins a span. `parent` is used without [`PARENT_ACTIVE`]; 0 begins a root. `start` is a time as the
/// page gave it, NaN for now. Answers with a ticket, empty after a fault.
#[wasm_bindgen]
pub fn span_start(name: &str, attributes: &str, parent: u32, flags: u32, start: f64) -> String {
    let mut initial = Attributes::default();
    for (name, value) in lines(attributes) {
        if let Some(value) = value {
            initial.set(&name, value);
        }
    }
    let parent = match SpanKey::from_u32(parent) {
        _ if flags & PARENT_ACTIVE != 0 => Parent::Active,
        Some(key) => Parent::Span(key),
        None => Parent::None,
    };
    let start = StartSpan {
        name,
        attributes: initial,
        parent,
        start: Timestamp::from_input(start),
        only_if_parent: flags & ONLY_IF_PARENT != 0,
    };
    with(|instance| instance.page.sdk.start_span(start)).map(ticket).unwrap_or_default()
}

/// Ends a span, at a time as the page gave it, NaN for now.
#[wasm_bindgen]
pub fn span_end(key: u32, end: f64) {
    let Some(key) = SpanKey::from_u32(key) else { return };
    with(|instance| {
        let page = &instance.page;
        // The page may end its own page load, which takes what the browser measured with it.
        if page.sdk.idle_root() == Some(key) {
            timing::record(&page.sdk, &page.window, key);
        }
        page.sdk.end_span(key, Timestamp::from_input(end));
    });
}

/// Sets attributes; an empty value line removes one.
#[wasm_bindgen]
pub fn span_attributes(key: u32, attributes: &str) {
    on_span(key, |sdk, key| sdk.set_attributes(key, lines(attributes)));
}

/// Sets the status: 0 unset, 1 ok, 2 error with a message.
#[wasm_bindgen]
pub fn span_status(key: u32, code: u32, message: &str) {
    on_span(key, |sdk, key| sdk.set_status(key, Status::from_code(code, message)));
}

/// A callback of the page threw: the span failed, unless somebody has said so already.
#[wasm_bindgen]
pub fn span_fail(key: u32) {
    on_span(key, Sdk::fail_span);
}

/// Renames a span.
#[wasm_bindgen]
pub fn span_name(key: u32, name: &str) {
    on_span(key, |sdk, key| sdk.set_name(key, name));
}

/// Whether changes to a span still matter.
#[wasm_bindgen]
pub fn span_is_recording(key: u32) -> bool {
    on_span(key, Sdk::is_recording)
}

/// A span as JSON text; empty if the key is stale.
#[wasm_bindgen]
pub fn span_json(key: u32) -> String {
    on_span(key, Sdk::span_json).unwrap_or_default()
}

/// The ticket of a span that is still there; empty if the key is stale.
#[wasm_bindgen]
pub fn span_ticket(key: u32) -> String {
    on_span(key, Sdk::started).map(ticket).unwrap_or_default()
}

fn on_span<R: Default>(key: u32, act: impl FnOnce(&Sdk, SpanKey) -> R) -> R {
    let Some(key) = SpanKey::from_u32(key) else { return R::default() };
    with(|instance| act(&instance.page.sdk, key))
}

fn ticket(started: Started) -> String {
    let mut out = String::with_capacity(57);
    started.trace_id.write(&mut out);
    started.span_id.write(&mut out);
    let key = started.key.map_or(0, SpanKey::to_u32);
    for byte in key.to_be_bytes() {
        out.push(char::from(crate::json::hex_digit(byte >> 4)));
        out.push(char::from(crate::json::hex_digit(byte)));
    }
    out.push(if started.sampled { '1' } else { '0' });
    out
}

/// Name and JSON value in turn, each on a line of its own; an empty value means "remove".
fn lines(text: &str) -> impl Iterator<Item = (String, Option<Json>)> {
    let mut lines = text.split('\n');
    std::iter::from_fn(move || {
        let name = lines.next().filter(|name| !name.is_empty())?;
        let value = lines.next()?;
        Some((name.to_owned(), Json::raw(value.to_owned())))
    })
}
