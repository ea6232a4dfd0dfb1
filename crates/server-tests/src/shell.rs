//! A server that renders its page and answers the functions that the page calls, as Leptos with `axum` does: one trace.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Path;
use axum::response::Html;
use axum::routing::{get, post};
use http::{HeaderMap, Request};
use throughline::server::{Incoming, IncomingLayer, ServerOptions};
use tower::ServiceExt;

use crate::fixtures::{member, meta, run};

/// The page, with the tags in its head.
async fn page(incoming: Incoming, Path(id): Path<u32>) -> Html<String> {
    let tags = incoming.named("GET /orders/{id}").meta_tags();
    Html(format!("<!doctype html><html><head><title>{id}</title>{tags}</head><body></body></html>"))
}

/// A server function, which asks another service: the headers of that request.
async fn function(incoming: Incoming) -> HeaderMap {
    incoming.header_map()
}

fn server() -> Router {
    let options =
        ServerOptions::new("https://key@o7.ingest.example.com/42").release("shop@1").traces_sample_rate(1.0);
    Router::new()
        .route("/orders/{id}", get(page))
        .route("/api/order", post(function))
        .layer(IncomingLayer::new(options).server_timing(true))
}

#[test]
fn server_page_function_and_the_service_behind_are_in_one_trace() {
    run(async {
        let response =
            server().oneshot(Request::get("/orders/7").body(Body::empty()).unwrap()).await.unwrap();
        let header = response.headers()["server-timing"].to_str().unwrap().to_owned();
        let html = String::from_utf8(to_bytes(response.into_body(), 10_000).await.unwrap().to_vec()).unwrap();
        let (sentry_trace, baggage) = (meta(&html, "sentry-trace").unwrap(), meta(&html, "baggage").unwrap());
        assert!(header.contains(&sentry_trace), "header and tags name the same span: {header}");
        assert!(baggage.contains("sentry-transaction=GET%20%2Forders%2F%7Bid%7D"), "{baggage}");
        let (trace_id, rest) = sentry_trace.split_once('-').unwrap();
        let (of_server, sampled) = rest.split_once('-').unwrap();
        assert_eq!(sampled, "1");

        // The browser calls a function below a span of its own, with the baggage that it has read.
        let request = Request::post("/api/order")
            .header("sentry-trace", format!("{trace_id}-aaaaaaaaaaaaaaaa-1"))
            .header("baggage", &baggage);
        let response = server().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert!(!response.headers().contains_key("server-timing"), "it is no page");

        let behind = Incoming::from_headers(response.headers(), &ServerOptions::default());
        assert_eq!((behind.trace_id().hex().as_str(), behind.sampled()), (trace_id, Some(true)));
        assert_eq!(behind.baggage().as_deref(), Some(&*baggage));
        assert_eq!(member(&behind, "public_key").as_deref(), Some("key"));
        let parent = behind.parent_span_id().unwrap().hex();
        assert!(parent != of_server && parent != "aaaaaaaaaaaaaaaa", "the function has a span of its own");
    });
}
