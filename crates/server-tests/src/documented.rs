//! The blocks of `docs/rust-servers.md`, line by line as they stand there: `tests/docs/blocks.test.mjs` compares them.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::{Router, response::Html, routing::get};
use throughline::server::{Incoming, IncomingLayer, ServerOptions};
use tower::ServiceExt;

use crate::fixtures::{meta, run};

const DSN: &str = "https://public@o123.ingest.example.com/1";

async fn page(incoming: Incoming) -> Html<String> {
    let tags = incoming.named("GET /").meta_tags();
    Html(format!("<!doctype html><html><head>{tags}</head>…"))
}

#[rustfmt::skip]
fn beside_sentry(options: ServerOptions) -> Router {
    let layer =
        IncomingLayer::new(options).adjust(|incoming| match sentry::configure_scope(|scope| scope.get_span()) {
            Some(span) => span.iter_headers().fold(incoming, |incoming, (_, value)| incoming.with_sentry_trace(&value)),
            None => incoming,
        });
    Router::new().route("/", get(page)).layer(layer)
}

#[test]
fn a_page_has_the_trace_of_its_request() {
    let options = ServerOptions::new(DSN).release("shop@1.2.3").traces_sample_rate(0.2);
    let beside = beside_sentry(options.clone());
    let app = Router::new().route("/", get(page)).layer(IncomingLayer::new(options));
    for app in [app, beside] {
        let html = run(async {
            let response = app.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
            String::from_utf8(to_bytes(response.into_body(), 10_000).await.unwrap().to_vec()).unwrap()
        });
        assert!(meta(&html, "sentry-trace").is_some(), "{html}");
        assert!(meta(&html, "baggage").unwrap().contains("sentry-transaction=GET%20%2F"), "{html}");
    }
}
