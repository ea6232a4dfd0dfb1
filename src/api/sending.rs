//! What leaves by the hands of the face: events it has worked on, envelopes for the page's transport, losses.

use wasm_bindgen::prelude::*;

use super::init::with;
use super::spans::on_span;
use crate::sdk::{Sdk, Transaction};

/// An ended, sampled root as two lines: its dynamic sampling context and its event. Empty if it is gone.
#[wasm_bindgen]
pub fn transaction_event(key: u32) -> String {
    let transaction = on_span(key, Sdk::transaction);
    transaction.map(|transaction| [transaction.dsc, transaction.event].join("\n")).unwrap_or_default()
}

/// Sends an event with so many children. Texts with a line break are refused. Answers with the number by which
/// hook `answered` names the envelope, 0 if it was not sent.
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

/// Whether hook `deliver` sees envelopes before they leave.
#[wasm_bindgen]
pub fn use_transport(on: bool) {
    with(|instance| instance.page.delivery.use_hook(on));
}

/// What became of an envelope that hook `deliver` has taken. A status of -1 stands for "no answer".
#[wasm_bindgen]
pub fn delivered(id: u32, status: i32, rate_limits: Option<String>, retry_after: Option<String>) {
    with(|instance| {
        let page = &instance.page;
        page.delivery.report(&page.sdk, id, status, rate_limits.as_deref(), retry_after.as_deref());
    });
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
