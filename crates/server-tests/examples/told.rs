//! Prints what a server tells a page and other services, for `tests/browser/rust-server.test.mjs`: an object of JSON by kind of
//! request.

use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};
use throughline::server::{Incoming, ServerOptions};

fn main() {
    let options = || ServerOptions::new("https://key@o7.ingest.example.com/42").release("shop's \"<1>\"");
    let mut named = HeaderMap::new();
    named.insert(
        "sentry-trace",
        HeaderValue::from_static("771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-0"),
    );
    named.insert(
        "baggage",
        HeaderValue::from_static("sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-release=theirs"),
    );
    let none = HeaderMap::new();
    let all = json!({
        "recorded": told(&Incoming::from_headers(&none, &options().traces_sample_rate(1.0)).named("GET /{id}")),
        "open": told(&Incoming::from_headers(&none, &options())),
        "continued": told(&Incoming::from_headers(&named, &options().traces_sample_rate(1.0))),
    });
    println!("{all}");
}

fn told(incoming: &Incoming) -> Value {
    json!({
        "trace": incoming.trace_id().to_string(),
        "span": incoming.span_id().to_string(),
        "sampled": incoming.sampled(),
        "baggage": incoming.baggage(),
        "tags": incoming.meta_tags(),
        "serverTiming": incoming.server_timing(),
        "time": incoming.meta().last().map(|(_, time)| time.clone()),
    })
}
