//! Outgoing requests: span, headers, and what becomes of them.

use throughline::app::request::{Request, Surroundings};
use throughline::app::settings::Target;
use throughline::codec::url::Url;

use crate::fake_host::{Page, get, init, named};

#[test]
fn a_request_inside_a_span_is_timed_and_carries_that_span() {
    let page = Page::with_rate("1");
    let root = page.root("click");
    page.scopes.enter(Some(root));
    let plan = page.sdk.start_request(&get("https://shop.test/api?token=1&q=2#f"), &[]);
    let span = plan.span.unwrap().key.unwrap();
    let headers = plan.headers.unwrap();
    let span_id = page.json(span)["span_id"].as_str().unwrap().to_owned();
    let trace_id = page.json(span)["trace_id"].as_str().unwrap().to_owned();
    assert_eq!(headers.sentry_trace(), format!("{trace_id}-{span_id}-1"));
    assert_eq!(headers.traceparent(), format!("00-{trace_id}-{span_id}-01"));
    assert!(headers.baggage.unwrap().contains("sentry-transaction=click"));
    page.advance(250);
    page.sdk.end_request(span, Some(404), Some(512));
    page.end(root);

    let envelope = page.only_envelope();
    let sent = &envelope.event["spans"][0];
    assert_eq!(sent["description"], "GET https://shop.test/api");
    assert_eq!((&sent["op"], &sent["origin"]), (&"http.client".into(), &"auto.http.browser".into()));
    assert_eq!(sent["status"], "not_found");
    assert_eq!(
        sent["data"],
        serde_json::json!({
            "sentry.op": "http.client",
            "sentry.origin": "auto.http.browser",
            "type": "fetch",
            "http.request.method": "GET",
            "url.full": "https://shop.test/api?token=[Filtered]&q=2#f",
            "server.address": "shop.test",
            "url.domain": "shop.test",
            "url.query": "token=[Filtered]&q=2",
            "url.fragment": "f",
            "http.response.status_code": 404,
            "http.response.body.size": 512,
        })
    );
}

#[test]
fn no_credential_of_a_url_leaves_the_page() {
    let page = Page::with_rate("1");
    let root = page.root("click");
    page.scopes.enter(Some(root));
    for given in ["https://ada:swordfish@shop.test:8443/x", "//ada:swordfish@shop.test:8443/x"] {
        let href = "https://ada:swordfish@shop.test:8443/x";
        let plan = page.sdk.start_request(&Request { given, ..get(href) }, &[]);
        page.sdk.end_request(plan.span.unwrap().key.unwrap(), Some(200), None);
    }
    page.end(root);
    let body = page.world.sent.borrow()[0].body.clone();
    assert!(
        body.contains("shop.test:8443") && !body.contains("swordfish") && !body.contains("ada"),
        "{body}"
    );
}

#[test]
fn a_request_that_fails_is_a_failed_span() {
    let page = Page::with_rate("1");
    let root = page.root("click");
    page.scopes.enter(Some(root));
    let span = page.request(&get("https://shop.test/"));
    page.sdk.end_request(span, None, None);
    page.end(root);
    let sent = &page.only_envelope().event["spans"][0];
    assert_eq!(sent["status"], "internal_error");
    assert_eq!(sent["data"].get("http.response.status_code"), None);
}

#[test]
fn a_request_outside_of_any_span_carries_the_trace_of_the_page() {
    for rate in ["1", "off"] {
        let page = Page::with_rate(rate);
        let plan = page.sdk.start_request(&get("https://shop.test/api"), &[]);
        assert_eq!(plan.span, None);
        assert_eq!(plan.headers.unwrap().baggage, page.headers(None).baggage);
    }
}

#[test]
fn with_tracing_off_a_request_in_a_span_carries_the_trace_of_the_page() {
    let page = Page::with_rate("off");
    let span = page.start(named("click"));
    page.scopes.enter(span.key);
    let plan = page.sdk.start_request(&get("https://shop.test/api"), &[]);
    assert_eq!(plan.span, None);
    let trace_id = span.trace_id.hex();
    let headers = plan.headers.unwrap();
    assert!(
        headers.sentry_trace().starts_with(&trace_id) && headers.sentry_trace().matches('-').count() == 1
    );
    let sentry_trace = headers.sentry_trace();
    let ids = sentry_trace.split_at(33).1;
    assert_eq!(headers.traceparent(), format!("00-{trace_id}-{ids}-00"), "one span id in both headers");
}

#[test]
fn an_unsampled_trace_says_so_in_the_headers() {
    let page = Page::with_rate("0");
    let root = page.root("click");
    page.scopes.enter(Some(root));
    let plan = page.sdk.start_request(&get("https://shop.test/api"), &[]);
    assert!(plan.headers.unwrap().sentry_trace().ends_with("-0"));
    page.sdk.end_request(plan.span.unwrap().key.unwrap(), Some(200), None);
    page.end(root);
    assert_eq!(page.sent(), 0);
}

#[test]
fn headers_go_only_where_a_target_says_but_every_request_is_timed() {
    let page = Page::new();
    let mut options = init("1");
    options.settings.targets = Some(vec![Target::from_text("api.test").unwrap(), Target::Pattern(0)]);
    page.sdk.init(options);
    let root = page.root("click");
    page.scopes.enter(Some(root));
    for (request, patterns, attached) in [
        (get("https://api.test/v1"), [false], true),
        (get("https://evil.test/v1?api.test"), [false], false),
        (get("https://evil.test/v1"), [true], true),
        (get("https://shop.test/api"), [false], false),
        (Request { headers_forbidden: true, ..get("https://api.test/v1") }, [true], false),
        (get("data:text/plain,hi"), [true], false),
    ] {
        let plan = page.sdk.start_request(&request, &patterns);
        assert_eq!(plan.headers.is_some(), attached, "{}", request.given);
        assert!(plan.span.is_some(), "{}", request.given);
    }
}

#[test]
fn a_request_keeps_an_idle_root_waiting() {
    let page = Page::with_rate("1");
    page.idle_root("/app");
    page.advance(500);
    let span = page.request(&get("https://shop.test/slow"));
    page.advance(5000);
    assert_eq!(page.sent(), 0);
    page.sdk.end_request(span, Some(200), None);
    page.advance(1000);
    assert_eq!(page.only_envelope().end(), 5.5);
}

#[test]
fn disabled_means_no_span_and_no_header() {
    let page = Page::new();
    assert_eq!(page.sdk.start_request(&get("https://shop.test/"), &[]), Default::default());
}

#[test]
fn a_relative_request_is_named_by_its_path() {
    let page = Page::with_rate("1");
    let root = page.root("click");
    page.scopes.enter(Some(root));
    let href = "https://shop.test:8443/rel/x?q=1";
    let request = Request {
        kind: "xhr",
        method: "POST",
        given: "/rel/x?q=1",
        resolved: Url::split(href).unwrap(),
        ..get(href)
    };
    let span = page.request(&request);
    let json = page.json(span);
    assert_eq!(json["name"], "POST /rel/x");
    assert_eq!(json["attributes"]["type"], "xhr");
    assert_eq!(json["attributes"]["server.address"], "shop.test:8443");
    assert_eq!(json["attributes"].get("server.port"), None);
}

#[test]
fn a_request_that_the_page_wants_no_span_for_carries_what_is_in_force() {
    let page = Page::with_rate("1");
    let untimed = |active| {
        let surroundings = Surroundings { active, untimed: true, ..Surroundings::default() };
        page.sdk.start_request_in(&get("https://shop.test/api"), &[], surroundings)
    };
    let root = page.root("click");
    let plan = untimed(Some(root));
    assert_eq!(plan.span, None);
    let span_id = page.json(root)["span_id"].as_str().unwrap().to_owned();
    assert!(plan.headers.unwrap().sentry_trace().ends_with(&format!("{span_id}-1")));
    let plan = untimed(None);
    assert_eq!((plan.span, plan.headers.unwrap().baggage), (None, page.headers(None).baggage));
    page.end(root);
    assert_eq!(page.only_envelope().event["spans"], serde_json::json!([]));
}

#[test]
fn a_request_whose_span_goes_on_ends_when_it_was_answered() {
    let page = Page::with_rate("1");
    let root = page.root("click");
    page.scopes.enter(Some(root));
    let span = page.request(&get("https://shop.test/api"));
    page.advance(250);
    let end = page.sdk.answer_request(span, Some(500), Some(7)).unwrap();
    page.advance(300);
    assert!(page.sdk.is_recording(span));
    page.sdk.end_span(span, Some(end));
    page.end(root);
    let sent = &page.only_envelope().event["spans"][0];
    assert_eq!(sent["timestamp"].as_f64().unwrap() - sent["start_timestamp"].as_f64().unwrap(), 0.25);
    assert_eq!(
        (&sent["status"], &sent["data"]["http.response.body.size"]),
        (&"internal_error".into(), &7.into())
    );
}

#[test]
fn an_xhr_is_named_as_it_was_given_but_for_credentials() {
    let page = Page::with_rate("1");
    let root = page.root("click");
    page.scopes.enter(Some(root));
    for (given, href, name) in [
        ("rel/x?q=1", "https://shop.test/rel/x?q=1", "GET rel/x"),
        ("https://shop.test:443/x#f", "https://shop.test/x#f", "GET https://shop.test:443/x"),
        (
            "https://ada:pass@shop.test/x",
            "https://ada:pass@shop.test/x",
            "GET https://%filtered%:%filtered%@shop.test/x",
        ),
        (
            "data:,hello%20there%20you",
            "data:,hello%20there%20you",
            "GET data:text/plain,hello%20th... [truncated]",
        ),
    ] {
        let span = page.request(&Request { kind: "xhr", given, ..get(href) });
        assert_eq!(page.json(span)["name"], name);
        assert_eq!(page.json(span)["attributes"].get("server.port"), None);
    }
}
