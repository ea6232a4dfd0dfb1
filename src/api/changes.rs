//! What a page changes about a span, on integer keys. A key that is stale or 0 does nothing.

use wasm_bindgen::prelude::*;

use super::border::given;
use super::spans::on_span;
use crate::json::Json;
use crate::sdk::Sdk;
use crate::text;
use crate::trace::span::Status;
use crate::trace::time::Timestamp;

/// Sets attributes; an empty value line removes one.
#[wasm_bindgen]
pub fn span_attributes(key: u32, attributes: usize) {
    given([attributes], |[attributes]| on_span(key, |sdk, key| sdk.set_attribute_lines(key, attributes)));
}

/// Adds links.
#[wasm_bindgen]
pub fn span_links(key: u32, links: usize) {
    given([links], |[links]| on_span(key, |sdk, key| sdk.add_links(key, link_lines(links))));
}

/// Sets a measurement: value and unit as JSON.
#[wasm_bindgen]
pub fn span_measurement(key: u32, name: usize, json: usize) {
    given([name, json], |[name, json]| {
        if let Some(measurement) = Json::raw(json.to_owned()) {
            on_span(key, |sdk, key| sdk.set_measurement(key, name, measurement));
        }
    });
}

/// Sets the status: 0 unset, 1 ok, 2 error with a message.
#[wasm_bindgen]
pub fn span_status(key: u32, code: u32, message: usize) {
    given([message], |[message]| {
        on_span(key, |sdk, key| sdk.set_status(key, Status::from_code(code, message)));
    });
}

/// A callback of the page threw: the span failed, unless somebody has said so already.
#[wasm_bindgen]
pub fn span_fail(key: u32) {
    on_span(key, Sdk::fail_span);
}

/// `ignoreSpans` leaves a span out of its transaction: a root that ends by itself does not last until its end.
#[wasm_bindgen]
pub fn span_ignored(key: u32) {
    on_span(key, Sdk::ignore_span);
}

/// Renames a span.
#[wasm_bindgen]
pub fn span_name(key: u32, name: usize) {
    given([name], |[name]| on_span(key, |sdk, key| sdk.set_name(key, name)));
}

/// Moves the start of a span to a time as the page gave it.
#[wasm_bindgen]
pub fn span_start_time(key: u32, start: f64) {
    if let Some(start) = Timestamp::from_input(start) {
        on_span(key, |sdk, key| sdk.set_start(key, start));
    }
}

/// JSON values, each on a line of its own.
pub fn link_lines(text: &str) -> impl Iterator<Item = Json> {
    text::pieces(text, b'\n').filter_map(|line| Json::raw(line.to_owned()))
}
