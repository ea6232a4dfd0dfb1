//! The real crate `sentry` records the server's half of the trace, and our tags carry its transaction.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{Html, Response};
use axum::routing::get;
use axum::{Extension, Router};
use sentry::protocol::{EnvelopeItem, Transaction};
use sentry::{ClientOptions, Envelope, TransactionContext};
use throughline::server::{Incoming, IncomingLayer, ServerOptions};
use tower::{ServiceBuilder, ServiceExt};

use crate::fixtures::{SPAN, TRACE, meta, run};

async fn page(incoming: Incoming) -> Html<String> {
    Html(format!("<!doctype html><html><head>{}</head></html>", incoming.meta_tags()))
}

fn options() -> ServerOptions {
    ServerOptions::new("https://key@o7.ingest.example.com/42").release("shop@1").traces_sample_rate(1.0)
}

/// The incoming trace with the span that sentry has begun for the request.
fn beside_sentry(incoming: Incoming) -> Incoming {
    match sentry::configure_scope(|scope| scope.get_span()) {
        Some(span) => {
            span.iter_headers().fold(incoming, |incoming, (_, value)| incoming.with_sentry_trace(&value))
        }
        None => incoming,
    }
}

/// Sentry's layers for `tower` around ours.
fn with_layers() -> Router {
    let layers = ServiceBuilder::new()
        .layer(sentry::integrations::tower::NewSentryLayer::<Request>::new_from_top())
        .layer(sentry::integrations::tower::SentryHttpLayer::new().enable_transaction())
        .layer(IncomingLayer::new(options()).adjust(beside_sentry).server_timing(true));
    Router::new().route("/", get(page)).layer(layers)
}

/// Without those layers: a transaction by hand.
async fn transaction(incoming: Incoming, mut request: Request, next: Next) -> Response {
    let headers =
        request.headers().iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let transaction =
        sentry::start_transaction(TransactionContext::continue_from_headers("GET /", "http.server", headers));
    let began = |incoming: Incoming, (_, value): (_, String)| incoming.with_sentry_trace(&value);
    request.extensions_mut().insert(transaction.iter_headers().fold(incoming, began));
    let response = next.run(request).await;
    transaction.finish();
    response
}

fn by_hand() -> Router {
    Router::new().route("/", get(page)).layer(from_fn(transaction)).layer(Extension(options()))
}

/// The page that a server gives, and the transactions that sentry sends meanwhile.
fn visit(router: Router, rate: f32, sentry_trace: Option<&str>) -> (String, Vec<Transaction<'static>>) {
    let mut html = String::new();
    let of_sentry = ClientOptions::default().traces_sample_rate(rate);
    let envelopes: Vec<Envelope> = sentry::test::with_captured_envelopes_options(
        || {
            let request =
                sentry_trace.iter().fold(Request::get("/"), |all, value| all.header("sentry-trace", *value));
            html = run(async {
                let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
                String::from_utf8(to_bytes(response.into_body(), 10_000).await.unwrap().to_vec()).unwrap()
            });
        },
        of_sentry,
    );
    let items = envelopes.into_iter().flat_map(Envelope::into_items);
    let transactions = items.filter_map(|item| match item {
        EnvelopeItem::Transaction(transaction) => Some(*transaction),
        _ => None,
    });
    (html, transactions.collect())
}

/// Trace, span, and parent of a transaction, as its envelope says.
fn ids(transaction: &Transaction<'_>) -> (String, String, Option<String>) {
    let context = serde_json::to_value(transaction).unwrap()["contexts"]["trace"].clone();
    let text = |key: &str| context[key].as_str().map(str::to_owned);
    (text("trace_id").unwrap(), text("span_id").unwrap(), text("parent_span_id"))
}

#[test]
fn the_page_load_is_a_child_of_sentry_s_transaction() {
    for router in [with_layers(), by_hand()] {
        let (html, sent) = visit(router, 1.0, Some(&format!("{TRACE}-{SPAN}-1")));
        let [transaction] = &*sent else { panic!("one transaction: {sent:?}") };
        let (trace_id, span_id, parent) = ids(transaction);
        assert_eq!((trace_id.as_str(), parent.as_deref()), (TRACE, Some(SPAN)));
        assert_eq!(meta(&html, "sentry-trace"), Some(format!("{TRACE}-{span_id}-1")));
    }
}

#[test]
fn a_trace_that_begins_here_is_sentry_s() {
    for router in [with_layers(), by_hand()] {
        let (html, sent) = visit(router, 1.0, None);
        let [transaction] = &*sent else { panic!("one transaction: {sent:?}") };
        let (trace_id, span_id, parent) = ids(transaction);
        assert_eq!(parent, None);
        assert_eq!(meta(&html, "sentry-trace"), Some(format!("{trace_id}-{span_id}-1")));
        let baggage = meta(&html, "baggage").unwrap();
        assert!(baggage.contains(&format!("sentry-trace_id={trace_id}")), "{baggage}");
        assert!(
            baggage.contains("sentry-sampled=true") && baggage.contains("sentry-release=shop%401"),
            "{baggage}"
        );
    }
}

#[test]
fn what_sentry_decides_the_page_does() {
    for router in [with_layers(), by_hand()] {
        // Our own rate would record it.
        let (html, sent) = visit(router, 0.0, None);
        assert_eq!(sent.len(), 0);
        let sentry_trace = meta(&html, "sentry-trace").unwrap();
        assert!(sentry_trace.ends_with("-0"), "{sentry_trace}");
        assert!(meta(&html, "baggage").unwrap().contains("sentry-sampled=false"));
    }
}
