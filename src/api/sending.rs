//! What leaves by the hands of the face: events it has worked on, envelopes, losses.

use wasm_bindgen::prelude::*;

use super::init::with;
use super::spans::on_span;
use crate::sdk::{Sdk, Transaction};
use crate::text;
use crate::transport::rate_limit::LimitHeaders;

/// An ended, sampled root as two lines: its dynamic sampling context and its event. Empty if it is gone.
#[wasm_bindgen]
pub fn transaction_event(key: u32) -> String {
    let transaction = on_span(key, Sdk::transaction);
    transaction.map(|transaction| text::lines(&[&transaction.dsc, &transaction.event])).unwrap_or_default()
}

/// Sends an event with so many children. Texts with a line break are refused. Answers with the number of
/// the envelope, 0 if it was not sent.
#[wasm_bindgen]
pub fn send_event(event_id: &str, dsc_json: String, event_json: String, spans: u32) -> u32 {
    let transaction = Transaction { dsc: dsc_json, event: event_json };
    with(|instance| instance.page.sdk.send_event(event_id, &transaction, spans))
}

/// Sends metrics: so many JSON objects between commas.
#[wasm_bindgen]
pub fn send_metrics(metrics: &str, count: u32) {
    with(|instance| instance.page.sdk.send_metrics(metrics, count));
}

/// What became of an envelope that hook `send` was given: its status, -1 for "no answer"; what the server said about
/// limits, empty for nothing; and in how many seconds it wants to hear of us again, NaN for a time that cannot be
/// read, negative if it has said nothing.
#[wasm_bindgen]
pub fn delivered(id: u32, status: i32, rate_limits: &str, retry_after: f64) {
    let answer = u16::try_from(status).ok().map(|status| LimitHeaders {
        status,
        rate_limits: Some(rate_limits).filter(|text| !text.is_empty()),
        // `as` saturates.
        retry_after: (retry_after.is_nan() || retry_after >= 0.0)
            .then(|| (!retry_after.is_nan()).then_some(retry_after as u32)),
    });
    with(|instance| instance.page.sdk.settled(id, answer));
}

/// Counts what the face did not send.
#[wasm_bindgen]
pub fn record_loss(reason: &str, category: &str, quantity: u32) {
    with(|instance| instance.page.sdk.record_loss(reason, category, quantity));
}

/// Tells the server what was not sent, if anything.
#[wasm_bindgen]
pub fn report_losses() {
    with(|instance| instance.page.sdk.report_losses());
}
