//! Why a span failed, as an event of level `ERROR` says it.

use std::error::Error;
use std::fmt::Debug;

use tracing_core::field::{Field, Visit};

use crate::codec::text;
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

    fn place(&mut self, field: &Field) -> Option<&mut String> {
        match field.name() {
            "message" => Some(&mut self.message),
            "error" | "err" => Some(&mut self.error),
            _ => None,
        }
    }
}

impl Visit for Failure {
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
