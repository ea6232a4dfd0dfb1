//! Why a span failed, as an event of level `ERROR` says it.

use std::error::Error;
use std::fmt::Debug;

use tracing_core::field::{Field, Visit};

use crate::codec::text;
use crate::front::value::Value;
use crate::layer::fields::{DisplayOf, printed};

/// The words of an event: its message, and the error that goes with it (`#[instrument(err)]` has only that).
#[derive(Debug, Default)]
pub(super) struct Failure {
    message: String,
    error: String,
}

impl Failure {
    /// Both, as errors name their causes; empty if the event has neither.
    pub(super) fn into_message(self) -> String {
        match (self.message.is_empty(), self.error.is_empty()) {
            (false, false) => text::concat(&[&self.message, ": ", &self.error]),
            (true, _) => self.error,
            (_, true) => self.message,
        }
    }

    fn set(&mut self, field: &Field, value: impl Into<Value>) {
        if let Some(place) = self.place(field) {
            value.into().0.as_str().clone_into(place);
        }
    }

    fn place(&mut self, field: &Field) -> Option<&mut String> {
        match field.name() {
            "message" => Some(&mut self.message),
            "error" | "err" => Some(&mut self.error),
            _ => None,
        }
    }
}

/// Numbers too, each by its own method: what is left to `record_debug` would bring all that prints them, 6 kB after brotli.
impl Visit for Failure {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value);
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.set(field, value as f64);
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.set(field, value as f64);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value);
    }

    fn record_bytes(&mut self, _field: &Field, _value: &[u8]) {}

    fn record_str(&mut self, field: &Field, value: &str) {
        if let Some(place) = self.place(field) {
            value.clone_into(place);
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.record_debug(field, &DisplayOf(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if let Some(place) = self.place(field) {
            *place = printed(value);
        }
    }
}
