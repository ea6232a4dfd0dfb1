//! What is lost in stream mode, and spans that the page does not want there. PROTOCOL 5.6 and 9.6.

use throughline::app::start_span::{Parent, StartSpan};
use throughline::decide::rate_limit::LimitHeaders;
use throughline::decide::sampling::Sampler;

use crate::fake_host::{Page, get, init, named};

fn lost(page: &Page, expected: &[(&str, u64)]) {
    let losses = page.losses();
    let losses: Vec<(&str, u64)> = losses.iter().map(|(pair, count)| (pair.as_str(), *count)).collect();
    assert_eq!(losses, expected);
}

fn ignored(name: &str) -> StartSpan<'_> {
    StartSpan { ignored: true, ..named(name) }
}

#[test]
fn a_root_that_is_not_sampled_is_one_span_and_so_is_each_child() {
    let page = Page::streaming("0");
    let root = page.root("root");
    page.end(page.child(root, "child"));
    page.end(root);
    page.start(StartSpan { standalone: true, ..named("alone") });
    page.sdk.start_request(&get("https://shop.test/"), &[]);
    page.sdk.flush_spans();
    assert_eq!(page.sent(), 0);
    lost(&page, &[("sample_rate/span", 4)]);
}

#[test]
fn a_sampler_that_threw_is_named_as_the_reason() {
    let page = Page::new();
    let mut options = init("off");
    options.settings.has_sampler = true;
    options.settings.streaming = true;
    page.sdk.init(options);
    page.start(StartSpan { sampler: Sampler::Failed, ..named("root") });
    lost(&page, &[("callback_error/span", 1)]);
}

#[test]
fn a_child_that_has_not_ended_is_not_lost_with_its_root() {
    let page = Page::streaming("1");
    let root = page.root("root");
    page.child(root, "unfinished");
    page.end(root);
    lost(&page, &[]);
}

#[test]
fn children_past_a_thousand_that_all_still_run_are_lost() {
    let page = Page::streaming("1");
    let root = page.root("root");
    (0..1003).for_each(|_| {
        page.child(root, "child");
    });
    lost(&page, &[("buffer_overflow/span", 3)]);
}

#[test]
fn an_envelope_that_cannot_be_sent_is_as_many_spans_as_it_holds() {
    let page = Page::streaming("1");
    let send = || {
        let root = page.root("root");
        page.end(page.child(root, "child"));
        page.end(root);
        page.sdk.flush_spans();
    };
    let settle = |answer| {
        let id = page.world.sent.borrow().last().unwrap().id;
        page.sdk.settled(id, answer)
    };
    send();
    settle(None);
    lost(&page, &[("network_error/span", 2)]);
    send();
    settle(Some(LimitHeaders { status: 413, ..LimitHeaders::default() }));
    lost(&page, &[("send_error/span", 2)]);
    send();
    settle(Some(LimitHeaders { status: 200, rate_limits: "60:span:key", retry_after: None }));
    send();
    lost(&page, &[("ratelimit_backoff/span", 2)]);
    assert_eq!(page.sent(), 3);
}

#[test]
fn an_ignored_root_hides_what_is_below_it() {
    let page = Page::streaming("1");
    let root = page.start(ignored("root"));
    assert!(!root.kept && !root.sampled);
    let child = page.child(root.key.unwrap(), "child");
    page.child(child, "grandchild");
    page.end(child);
    page.end(root.key.unwrap());
    page.sdk.flush_spans();
    assert_eq!(page.sent(), 0);
    lost(&page, &[("ignored/span", 3)]);
}

#[test]
fn an_ignored_root_tells_others_that_nothing_is_recorded() {
    let page = Page::streaming("1");
    let headers = page.headers(page.start(ignored("root")).key);
    assert!(headers.sentry_trace().ends_with("-0"));
    let baggage = headers.baggage.unwrap();
    assert!(baggage.ends_with("sentry-org_id=123,sentry-sampled=false"), "{baggage}");
    page.enter_received(
        "771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1",
        "sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-sampled=true,sentry-sample_rand=0.25",
    );
    let root = page.start(ignored("root"));
    assert_eq!(root.trace_id.hex(), "771a43a4192642f0b136d5159a501700");
    let child = page.child(root.key.unwrap(), "child");
    for key in [root.key, Some(child)] {
        assert_eq!(
            page.headers(key).baggage.unwrap(),
            "sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-sampled=false,sentry-sample_rand=0.25"
        );
    }
}

#[test]
fn an_ignored_child_leaves_the_context_of_its_root() {
    let page = Page::streaming("1");
    let root = page.root("root");
    let child = page.start(StartSpan { parent: Parent::Span(root), ..ignored("child") });
    page.child(child.key.unwrap(), "below");
    assert!(page.headers(child.key).sentry_trace().ends_with("-0"));
    assert_eq!(page.headers(child.key).baggage, page.headers(Some(root)).baggage);
    let own = page.start(StartSpan { parent: Parent::Span(root), new_root: true, ..ignored("own") });
    assert_eq!(own.trace_id, child.trace_id);
    assert!(page.headers(own.key).baggage.unwrap().ends_with("sentry-sampled=false"));
    lost(&page, &[("ignored/span", 3)]);
}

#[test]
fn an_ignored_span_is_no_loss_where_tracing_is_suppressed_or_off() {
    let page = Page::streaming("1");
    let layer = page.scopes.enter_suppressed();
    page.start(ignored("root"));
    page.scopes.leave(layer);
    lost(&page, &[]);
    page.start(StartSpan { only_if_parent: true, ..ignored("bare") });
    lost(&page, &[("no_parent_span/span", 1)]);
    let off = Page::streaming("off");
    let root = off.start(ignored("root"));
    lost(&off, &[]);
    let headers = off.headers(root.key);
    assert_eq!(headers.sentry_trace().matches('-').count(), 1, "no decision: {}", headers.sentry_trace());
}

#[test]
fn an_ignored_request_carries_the_context_of_the_active_span() {
    let page = Page::streaming("1");
    let root = page.root("root");
    let request = page.start(StartSpan { parent: Parent::Span(root), ..ignored("GET shop.test") });
    page.scopes.enter(Some(root));
    page.world.begun.set(request.key);
    let plan = page.sdk.start_request(&get("https://shop.test/api"), &[]);
    assert_eq!(plan.headers.unwrap(), page.headers(Some(root)));
    page.sdk.end_request(plan.span.unwrap().key.unwrap(), Some(200), None);
    page.end(root);
    page.sdk.flush_spans();
    assert_eq!(page.only_envelope().names(), ["root"]);
}
