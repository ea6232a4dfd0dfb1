//! What the fields and errors of `tracing` say about spans, as it leaves.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use tracing::field::Empty;
use tracing::{error, info_span, instrument, warn};

use crate::front::fake_page::{events, recorded};
use crate::layer::tests::{child, subscribed, trace_of, traced};
use crate::{Span, layer};

#[test]
fn fields_are_attributes_with_types() {
    let (world, _guard) = traced();
    let span = info_span!(
        "typed",
        small = -7_i8,
        large = u64::MAX,
        huge = i128::MAX,
        fits = 12_u128,
        price = 59.9,
        paid = true,
        digest = [0xbe_u8, 0xef].as_slice(),
        currency = "EUR",
        items = ?[1, 2],
        shown = %"1.2.3",
        r#type = "gift",
        error = &std::fmt::Error as &(dyn std::error::Error + 'static),
        later = Empty,
        never = Empty,
    );
    span.record("later", 3);
    drop(span);
    let events = events(&world);
    let data = &trace_of(&events[0])["data"];
    assert_eq!(data["small"], -7);
    assert_eq!(data["large"].as_f64(), Some(u64::MAX as f64));
    assert_eq!(data["huge"].as_f64(), Some(i128::MAX as f64));
    assert_eq!(data["fits"], 12);
    assert_eq!(data["price"], 59.9);
    assert_eq!(data["paid"], true);
    assert_eq!(data["digest"], "beef");
    assert_eq!(data["currency"], "EUR");
    assert_eq!(data["items"], "[1, 2]");
    assert_eq!(data["shown"], "1.2.3");
    assert_eq!(data["type"], "gift");
    assert_eq!(data["error"], std::fmt::Error.to_string());
    assert_eq!(data["later"], 3);
    assert_eq!(data.get("never"), None);
    assert_eq!(data["target"], "throughline::layer::field_tests");
    assert_eq!(data["level"], "INFO");
    assert_eq!(data["sentry.origin"], "auto.tracing");
    assert_eq!(data.get("code.line.number"), None);
}

#[test]
fn some_fields_have_a_meaning_of_their_own() {
    let (world, _guard) = traced();
    let span = info_span!("plain", otel.name = "GET /orders", otel.kind = "Client", op = "http.client");
    drop(span);
    let span = info_span!("plain", sentry.op = "db", otel.name = Empty, otel.status_code = Empty);
    span.record("otel.name", format_args!("SELECT {}", 1));
    span.record("otel.status_code", "ERROR");
    drop(span);
    drop(info_span!("said", otel.status_message = "no such product", otel.status_code = "error"));
    let ok = info_span!("ok", otel.status_code = "OK");
    ok.in_scope(|| error!("handled"));
    drop(ok);
    let events = events(&world);
    assert_eq!(events[0]["transaction"], "GET /orders");
    assert_eq!(trace_of(&events[0])["op"], "http.client");
    assert_eq!(trace_of(&events[0])["data"]["sentry.kind"], "client");
    assert_eq!(events[1]["transaction"], "SELECT 1");
    assert_eq!(trace_of(&events[1])["op"], "db");
    assert_eq!(trace_of(&events[1])["status"], "internal_error");
    assert_eq!(trace_of(&events[2])["data"]["sentry.status.message"], "no such product");
    assert_eq!(trace_of(&events[3])["status"], "ok");
}

#[test]
fn an_error_marks_the_span_it_happens_in() {
    let (world, _guard) = traced();
    info_span!("outer").in_scope(|| {
        info_span!("failed").in_scope(|| {
            warn!("not yet");
            error!(error = %"disk full", retries = 3, "could not save");
            error!("a later one");
        });
        Span::start("ours").in_scope(|| error!("also here"));
        info_span!("by number").in_scope(|| error!(error = 404, retried = true));
        let named = info_span!("named");
        error!(parent: &named, "elsewhere");
        error!(parent: None, "nowhere");
    });
    let events = events(&world);
    let message = |name| &child(&events[0], name)["data"]["sentry.status.message"];
    assert_eq!(child(&events[0], "failed")["status"], "internal_error");
    assert_eq!(*message("failed"), "could not save: disk full");
    assert_eq!(*message("ours"), "also here");
    assert_eq!(*message("by number"), "404");
    assert_eq!(*message("named"), "elsewhere");
    assert_eq!(trace_of(&events[0])["status"], "ok");
}

#[instrument(fields(op = "function"), skip_all, err)]
fn fails(reason: &'static str) -> Result<(), &'static str> {
    wrapped(reason)
}

#[instrument(err)]
fn wrapped(reason: &'static str) -> Result<(), &'static str> {
    Err(reason)
}

#[test]
fn an_instrumented_function_that_answers_with_an_error_has_failed() {
    let (world, _guard) = traced();
    assert_eq!(fails("sold out"), Err("sold out"));
    let events = events(&world);
    assert_eq!(events[0]["transaction"], "fails");
    assert_eq!(trace_of(&events[0])["op"], "function");
    assert_eq!(trace_of(&events[0])["data"]["sentry.status.message"], "sold out");
    let inner = child(&events[0], "wrapped");
    assert_eq!(inner["status"], "internal_error");
    assert_eq!(inner["data"]["reason"], "sold out", "its arguments are fields");
}

#[test]
fn places_in_the_code_are_told_when_asked_for() {
    let world = recorded();
    let _guard = subscribed(layer().with_location(true));
    drop(info_span!("here"));
    let line = line!() - 1;
    let events = events(&world);
    let data = &trace_of(&events[0])["data"];
    assert_eq!(data["code.module.name"], "throughline::layer::field_tests");
    assert_eq!(data["code.line.number"], line);
}
