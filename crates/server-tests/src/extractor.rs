//! Handlers of `axum`.

use axum::body::{Body, to_bytes};
use axum::routing::get;
use axum::{Extension, Router, middleware};
use http::Request;
use throughline::server::{Incoming, IncomingLayer, ServerOptions};
use tower::ServiceExt;

use crate::fixtures::{SPAN, TRACE, run};

/// What the handlers of a router answer to a request that continues a trace, or that does not.
fn answer(router: Router, sentry_trace: Option<&str>) -> String {
    let request =
        sentry_trace.iter().fold(Request::get("/"), |all, value| all.header("sentry-trace", *value));
    run(async {
        let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200);
        String::from_utf8(to_bytes(response.into_body(), 10_000).await.unwrap().to_vec()).unwrap()
    })
}

/// Two that are extracted in one request, and what they say.
async fn handler(one: Incoming, other: Incoming) -> String {
    assert_eq!(one.to_string(), other.to_string());
    format!("{one} {}", one.baggage().unwrap_or_default())
}

fn router() -> Router {
    Router::new().route("/", get(handler))
}

fn options() -> ServerOptions {
    ServerOptions::default().release("shop@1").traces_sample_rate(1.0)
}

#[test]
fn works_with_the_layer_and_without() {
    let named = format!("{TRACE}-{SPAN}-0");
    for router in
        [router(), router().layer(Extension(options())), router().layer(IncomingLayer::new(options()))]
    {
        let answer = answer(router, Some(&named));
        assert!(answer.starts_with(TRACE) && !answer.contains(SPAN) && answer.contains("-0 "), "{answer}");
    }
}

#[test]
fn takes_the_options_of_the_layer_or_of_an_extension() {
    for router in [router().layer(Extension(options())), router().layer(IncomingLayer::new(options()))] {
        let answer = answer(router, None);
        assert!(answer.contains("-1 ") && answer.contains("sentry-release=shop%401"), "{answer}");
    }
    let answer = answer(router(), None);
    assert!(answer.contains("sentry-environment=production") && !answer.contains("sampled"), "{answer}");
}

#[test]
fn rejects_no_request() {
    for header in ["", "nonsense", &"x".repeat(100_000), "é"] {
        assert!(answer(router(), Some(header)).contains("sentry-trace_id="));
    }
}

#[test]
fn middleware_and_handler_get_the_same() {
    let router =
        router().layer(middleware::from_fn(async |incoming: Incoming, request, next: middleware::Next| {
            let response = next.run(request).await;
            ([("x-trace", incoming.to_string())], response)
        }));
    run(async {
        let response = router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        let of_middleware = response.headers()["x-trace"].to_str().unwrap().to_owned();
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        assert!(body.starts_with(of_middleware.as_bytes()));
    });
}
