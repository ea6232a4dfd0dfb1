//! What the fields of a `tracing` span come to: some have a meaning of their own, all others are attributes, with the type
//! that they were recorded with.

use std::error::Error;
use std::fmt::{Debug, Write};

use tracing_core::field::{Field, Visit};

use crate::app::attributes::{Attributes, attribute};
use crate::codec::digits::write_hex;
use crate::front::span::Span;
use crate::front::status::SpanStatus;
use crate::front::value::Value;

/// The kind of a span, such as `server` or `client`.
const KIND: &str = "sentry.kind";

/// What some fields say, in the words of OpenTelemetry's layer for `tracing` and of Sentry's.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) attributes: Attributes,
    pub(super) name: Option<String>,
    /// Whether it succeeded.
    pub(super) ok: Option<bool>,
    /// That it failed, and why.
    pub(super) failure: Option<String>,
}

impl Fields {
    /// What is recorded by `record`.
    pub(super) fn of(record: impl FnOnce(&mut Fields)) -> Fields {
        let mut fields = Fields::default();
        record(&mut fields);
        fields
    }

    /// Says how the span ended, as far as that is known.
    pub(super) fn say_status(self, span: &Span) {
        match (self.failure, self.ok) {
            (Some(failure), _) => span.fail(failure),
            (None, Some(true)) => span.set_status(SpanStatus::Ok),
            (None, Some(false)) => span.set_status(SpanStatus::InternalError),
            (None, None) => span,
        };
    }

    fn set(&mut self, field: &Field, value: impl Into<Value>) {
        self.attributes.set(attribute_of(field.name()), value.into().0);
    }

    fn set_text(&mut self, field: &Field, text: &str) {
        match field.name() {
            "otel.name" | "sentry.name" => self.name = Some(text.to_owned()),
            "otel.kind" => self.attributes.set_string(KIND, &text.to_ascii_lowercase()),
            "otel.status_code" if text.eq_ignore_ascii_case("ok") => self.ok = Some(true),
            "otel.status_code" if text.eq_ignore_ascii_case("error") => self.ok = Some(false),
            "otel.status_message" | "otel.status_description" => self.failure = Some(text.to_owned()),
            name => self.attributes.set_string(attribute_of(name), text),
        }
    }
}

/// The attribute that a field becomes. Words of the language are fields as `r#type`.
fn attribute_of(field: &str) -> &str {
    match field {
        "op" => attribute::OP,
        name => name.strip_prefix("r#").unwrap_or(name),
    }
}

impl Visit for Fields {
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
        match i64::try_from(value) {
            Ok(value) => self.set(field, value),
            Err(_) => self.set(field, value as f64),
        }
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        match u64::try_from(value) {
            Ok(value) => self.set(field, value),
            Err(_) => self.set(field, value as f64),
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set_text(field, value);
    }

    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        let mut digits = String::new();
        write_hex(&mut digits, value);
        self.set_text(field, &digits);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.set_text(field, &printed(&DisplayOf(value)));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.set_text(field, &printed(value));
    }
}

/// An error's own words, where only `Debug` is asked for.
pub(super) struct DisplayOf<'a>(pub(super) &'a (dyn Error + 'static));

impl Debug for DisplayOf<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self.0, f)
    }
}

/// A value as it shows itself; as far as it does, where it fails.
pub(super) fn printed(value: &dyn Debug) -> String {
    let mut out = String::new();
    let _ = write!(out, "{value:?}");
    out
}
