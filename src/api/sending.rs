//! What leaves by the hands of the face: events it has worked on, envelopes, losses.

use wasm_bindgen::prelude::*;

use super::border::{answer, given};
use super::init::with;
use super::spans::on_span;
use crate::sdk::{Sdk, Transaction};
use crate::text;
use crate::transport::rate_limit::LimitHeaders;

/// An ended, sampled root as two lines: its dynamic sampling context and its event. Empty if it is gone.
#[wasm_bindgen]
pub fn transaction_event(key: u32) {
    let transaction = on_span(key, Sdk::transaction);
    let lines = transaction.map(|transaction| text::lines(&[&transaction.dsc, &transaction.event]));
    answer(lines.unwrap_or_default());
}

/// Sends an event with so many children. Texts with a line break are refused. Answers with the number of
/// the envelope, 0 if it was not sent.
#[wasm_bindgen]
pub fn send_event(event_id: usize, dsc_json: usize, event_json: usize, spans: u32) -> u32 {
    given([event_id, dsc_json, event_json], |[event_id, dsc, event]| {
        let transaction = Transaction { dsc: dsc.to_owned(), event: event.to_owned() };
        with(|instance| instance.sdk.send_event(event_id, &transaction, spans))
    })
}

/// Sends metrics: so many JSON objects between commas.
#[wasm_bindgen]
pub fn send_metrics(metrics: usize, count: u32) {
    given([metrics], |[metrics]| with(|instance| instance.sdk.send_metrics(metrics, count)));
}

/// What became of an envelope that hook `send` was given: its status, -1 for "no answer"; what the server said about
/// limits, empty for nothing; and in how many seconds it wants to hear of us again, NaN for a time that cannot be
/// read, negative if it has said nothing.
#[wasm_bindgen]
pub fn delivered(id: u32, status: i32, rate_limits: usize, retry_after: f64) {
    given([rate_limits], |[rate_limits]| {
        let answer = u16::try_from(status).ok().map(|status| LimitHeaders {
            status,
            rate_limits: Some(rate_limits).filter(|text| !text.is_empty()),
            // `as` saturates.
            retry_after: (retry_after.is_nan() || retry_after >= 0.0)
                .then(|| (!retry_after.is_nan()).then_some(retry_after as u32)),
        });
        with(|instance| instance.sdk.settled(id, answer));
    });
}

/// Counts what the face did not send.
#[wasm_bindgen]
pub fn record_loss(reason: usize, category: usize, quantity: u32) {
    given([reason, category], |[reason, category]| {
        with(|instance| instance.sdk.record_loss(reason, category, quantity));
    });
}

/// Tells the server what was not sent, if anything.
#[wasm_bindgen]
pub fn report_losses() {
    with(|instance| instance.sdk.report_losses());
}
