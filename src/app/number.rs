//! Numbers with a point, as JSON. In a browser JavaScript prints them: Rust's own printing has 6.8 kB after brotli.

use crate::codec::json::Json;

/// A number as JSON; the text that names it where it is none, because JSON has neither `NaN` nor infinity.
pub fn json(number: f64) -> Json {
    if number.is_nan() {
        Json::literal("\"NaN\"")
    } else if number.is_infinite() {
        Json::literal(if number < 0.0 { "\"-Infinity\"" } else { "\"Infinity\"" })
    } else {
        Json::raw(print(number)).unwrap_or(Json::literal("0"))
    }
}

#[cfg(target_arch = "wasm32")]
fn print(number: f64) -> String {
    js_sys::JSON::stringify(&number.into()).map(String::from).unwrap_or_default()
}

/// As JavaScript does: without a point where it needs none, with an exponent from 21 digits on.
#[cfg(not(target_arch = "wasm32"))]
fn print(number: f64) -> String {
    if number.abs() >= 1e21 { format!("{number:e}") } else { format!("{number}") }
}
