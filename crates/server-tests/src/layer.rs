//! Services of `tower`.

use std::collections::HashSet;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use http::{HeaderMap, Request, Response};
use throughline::server::{Continuation, Incoming, IncomingLayer, ServerOptions};
use tower::{Layer, Service, ServiceExt, service_fn};

use crate::fixtures::{SPAN, TRACE, metric, run};

/// A request that continues a trace.
fn request() -> Request<()> {
    Request::get("/").header("sentry-trace", format!("{TRACE}-{SPAN}-1")).body(()).unwrap()
}

/// What a service below a layer finds, and the headers of the response that has these.
fn through(layer: IncomingLayer, answered: &[(&str, &str)]) -> (Incoming, HeaderMap) {
    let seen = Mutex::new(None);
    let service = layer.layer(service_fn(|request: Request<()>| {
        *seen.lock().unwrap() = request.extensions().get::<Incoming>().cloned();
        let response =
            answered.iter().fold(Response::builder(), |all, (name, value)| all.header(*name, *value));
        async move { Ok::<_, Infallible>(response.body("page").unwrap()) }
    }));
    let response = run(service.oneshot(request())).unwrap();
    assert_eq!(*response.body(), "page");
    (seen.lock().unwrap().take().expect("the service was asked"), response.headers().clone())
}

fn layer() -> IncomingLayer {
    IncomingLayer::new(ServerOptions::default())
}

const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");

#[test]
fn a_handler_finds_what_came() {
    let (incoming, headers) = through(layer(), &[HTML]);
    assert_eq!((incoming.trace_id().hex().as_str(), incoming.sampled()), (TRACE, Some(true)));
    assert!(!headers.contains_key("server-timing"), "unless it is asked for");
}

#[test]
fn pages_are_told_the_same() {
    let (incoming, headers) = through(layer().server_timing(true), &[HTML, ("server-timing", "db;dur=3")]);
    let lines: Vec<_> = headers.get_all("server-timing").iter().map(|line| line.to_str().unwrap()).collect();
    assert_eq!(lines, ["db;dur=3", &incoming.server_timing()]);
    assert_eq!(metric(lines[1], "sentry-trace"), Some(incoming.sentry_trace()));
}

#[test]
fn what_is_no_page_or_is_shared_is_told_nothing() {
    for answered in [
        vec![],
        vec![("content-type", "application/json")],
        vec![HTML, ("cache-control", "max-age=60, Public")],
        vec![HTML, ("cache-control", "no-transform"), ("cache-control", "s-maxage=60")],
        vec![HTML, ("cache-control", "public, max-age=0, must-revalidate")],
        vec![HTML, ("cache-control", "max-age=60")],
        vec![HTML, ("cache-control", "no-transform")],
        vec![HTML, ("cache-control", "private=\"x-user, no-store, x-shop\"")],
        vec![HTML, ("cache-control", "no-cache=set-cookie")],
        vec![HTML, ("expires", "Wed, 21 Oct 2037 07:28:00 GMT")],
        vec![HTML, ("last-modified", "Wed, 21 Oct 2015 07:28:00 GMT")],
        vec![HTML, ("cdn-cache-control", "max-age=60")],
        vec![HTML, ("cache-control", "no-cache"), ("cdn-cache-control", "max-age=60")],
        vec![HTML, ("cache-control", "private"), ("surrogate-control", "max-age=60")],
        vec![HTML, ("server-timing", "sentry-trace;desc=\"own\"")],
    ] {
        let (_, headers) = through(layer().server_timing(true), &answered);
        let told = headers.get_all("server-timing").iter().count();
        let own = answered.iter().filter(|(name, _)| *name == "server-timing").count();
        assert_eq!(told, own, "{answered:?}");
    }
    for private in
        ["private, max-age=0", "no-cache", "no-store", "must-revalidate,Max-Age=0", "max-age=60, PRIVATE"]
    {
        let changed = ("last-modified", "Wed, 21 Oct 2015 07:28:00 GMT");
        let (_, headers) = through(layer().server_timing(true), &[HTML, changed, ("cache-control", private)]);
        assert!(headers.contains_key("server-timing"), "{private}");
    }
    for name in ["cdn-cache-control", "surrogate-control"] {
        let (_, headers) = through(layer().server_timing(true), &[HTML, (name, "no-store")]);
        assert!(headers.contains_key("server-timing"), "{name}");
    }
}

#[test]
fn two_layers_are_as_one() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let watched = |name: &'static str| {
        let seen = Arc::clone(&seen);
        layer().adjust(move |incoming| {
            seen.lock().unwrap().push((name, incoming.to_string()));
            incoming
        })
    };
    let service = watched("outer").layer(watched("inner").layer(service_fn(async |request: Request<()>| {
        Ok::<_, Infallible>(Response::new(request.extensions().get::<Incoming>().map(Incoming::to_string)))
    })));
    let response = run(service.oneshot(request())).unwrap();
    let found = response.into_body().expect("there is one");
    assert_eq!(*seen.lock().unwrap(), [("outer", found)]);
}

#[test]
fn an_application_may_adjust_it() {
    let other = format!("{}-{SPAN}-0", "b0".repeat(16));
    let adjusted = other.clone();
    let adjusting = layer().server_timing(true).adjust(move |incoming| incoming.with_sentry_trace(&adjusted));
    let (incoming, headers) = through(adjusting, &[HTML]);
    assert_eq!((incoming.sentry_trace(), incoming.continuation()), (other.clone(), Continuation::Given));
    assert_eq!(metric(headers["server-timing"].to_str().unwrap(), "sentry-trace"), Some(other));
}

#[test]
fn an_adjustment_that_panics_changes_nothing() {
    let (incoming, _) = through(layer().adjust(|_| panic!("on purpose")), &[]);
    assert_eq!(incoming.trace_id().hex(), TRACE);
}

#[test]
fn nothing_is_asked_before_the_request_is_worked_on() {
    // As the layer of the crate sentry does, whose transaction begins when it is polled first.
    let begun = Arc::new(Mutex::new(false));
    let asked = Arc::clone(&begun);
    let service = layer()
        .adjust(move |incoming| {
            assert!(*asked.lock().unwrap());
            incoming.named("adjusted")
        })
        .layer(service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(()))));
    run(async {
        let response = service.oneshot(request());
        *begun.lock().unwrap() = true;
        response.await.unwrap()
    });
}

#[test]
fn a_response_may_bring_its_own() {
    let service = layer().server_timing(true).layer(service_fn(async |request: Request<()>| {
        let incoming = request.extensions().get::<Incoming>().expect("there is one").clone();
        let mut response = Response::builder().header(HTML.0, HTML.1).body(()).unwrap();
        let given = incoming.with_sentry_trace(&format!("{}-{SPAN}-0", "b0".repeat(16)));
        response.extensions_mut().insert(given);
        Ok::<_, Infallible>(response)
    }));
    let response = run(service.oneshot(request())).unwrap();
    let told = metric(response.headers()["server-timing"].to_str().unwrap(), "sentry-trace");
    assert_eq!(told, Some(format!("{}-{SPAN}-0", "b0".repeat(16))));
}

/// A service that must be asked whether it is ready before each call, as those with a limit must.
#[derive(Debug, Default)]
struct Limited {
    is_ready: bool,
}

impl Clone for Limited {
    fn clone(&self) -> Limited {
        Limited::default()
    }
}

impl Service<Request<()>> for Limited {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        assert!(self.is_ready, "the one that said so is called");
        self.is_ready = false;
        ready(Ok(Response::new(())))
    }
}

#[test]
fn the_service_that_is_ready_is_called() {
    let mut service = layer().layer(Limited::default());
    run(async {
        for _ in 0..3 {
            service.ready().await.unwrap().call(request()).await.unwrap();
        }
    });
}

#[test]
fn a_thousand_requests_at_once_keep_their_traces() {
    let service = layer().layer(service_fn(async |request: Request<()>| {
        let incoming = request.extensions().get::<Incoming>().expect("there is one").clone();
        tokio::task::yield_now().await;
        Ok::<_, Infallible>(Response::new(incoming))
    }));
    run(async {
        let requests = (1..=1000).map(|number: u32| {
            let named = format!("{number:032x}-{SPAN}-1");
            let request = Request::get("/").header("sentry-trace", &named).body(()).unwrap();
            (number, tokio::spawn(service.clone().oneshot(request)))
        });
        let mut spans = HashSet::new();
        for (number, response) in requests.collect::<Vec<_>>() {
            let incoming = response.await.unwrap().unwrap().into_body();
            assert_eq!(incoming.trace_id().to_string(), format!("{number:032x}"));
            spans.insert(incoming.span_id());
        }
        assert_eq!(spans.len(), 1000);
    });
}

#[test]
fn an_error_of_the_service_stays_one() {
    let failing = layer()
        .server_timing(true)
        .layer(service_fn(async |_: Request<()>| Err::<Response<()>, _>("theirs")));
    assert_eq!(run(failing.oneshot(request())).unwrap_err(), "theirs");
}

#[test]
fn everything_goes_between_threads_and_can_be_printed() {
    fn check<T: Clone + Send + Sync + std::fmt::Debug + 'static>() {}
    check::<Incoming>();
    check::<ServerOptions>();
    check::<Continuation>();
    check::<IncomingLayer>();
    check::<throughline::server::IncomingService<()>>();
    fn future<T: Send + Sync + std::fmt::Debug + 'static>() {}
    future::<throughline::server::ResponseFuture<(), (), ()>>();
    let printed = format!("{:?}", ServerOptions::default().traces_sampler(|_| None));
    assert!(printed.contains("Sampler"), "{printed}");
}
