//! Client reports: what was not recorded or not sent, and why. PROTOCOL 5.6 and 9.9.

use throughline::app::sdk::Init;
use throughline::app::start_span::{Parent, StartSpan};
use throughline::decide::rate_limit::LimitHeaders;
use throughline::decide::sampling::Sampler;

use crate::fake_host::{Page, get, init, named};

fn lost(page: &Page, expected: &[(&str, u64)]) {
    let losses = page.losses();
    let losses: Vec<(&str, u64)> = losses.iter().map(|(pair, count)| (pair.as_str(), *count)).collect();
    assert_eq!(losses, expected);
}

fn settle(page: &Page, status: Option<u32>) {
    let id = page.world.sent.borrow().last().unwrap().id;
    let answer = status.map(|status| LimitHeaders { status, ..LimitHeaders::default() });
    assert!(page.sdk.settled(id, answer));
    assert!(!page.sdk.settled(id, answer), "an answer counts once");
}

#[test]
fn a_root_that_is_not_sampled_and_each_of_its_children() {
    let page = Page::with_rate("0");
    let root = page.root("root");
    let child = page.child(root, "child");
    page.child(child, "grandchild");
    lost(&page, &[("sample_rate/span", 3), ("sample_rate/transaction", 1)]);
    let standalone = page.start(StartSpan { standalone: true, ..named("inp") });
    page.end(standalone.key.unwrap());
    lost(&page, &[("sample_rate/span", 1)]);
    lost(&page, &[]);
}

#[test]
fn a_root_whose_sampler_threw_and_nothing_else_decides() {
    let page = Page::new();
    let mut options = init("off");
    options.settings.has_sampler = true;
    page.sdk.init(options);
    let root = page.start(StartSpan { sampler: Sampler::Failed, ..named("root") });
    assert!(!root.sampled && root.kept);
    page.child(root.key.unwrap(), "child");
    lost(&page, &[("callback_error/span", 1), ("callback_error/transaction", 1), ("sample_rate/span", 1)]);
    assert!(!page.headers(root.key).baggage.unwrap().contains("sample_rate"));
}

#[test]
fn a_span_without_the_parent_it_wants_and_what_is_below_it() {
    let page = Page::with_rate("1");
    let bare = page.start(StartSpan { only_if_parent: true, ..named("bare") });
    assert!(!bare.kept && !bare.sampled);
    let child = page.child(bare.key.unwrap(), "child");
    page.child(child, "grandchild");
    page.sdk.start_request(&get("https://shop.test/"), &[]);
    page.sdk.start_request(&get("https://elsewhere.test/"), &[]);
    lost(&page, &[("no_parent_span/span", 5)]);
}

#[test]
fn nothing_where_tracing_is_suppressed_or_off() {
    let page = Page::with_rate("1");
    let root = page.root("root");
    let layer = page.scopes.enter_suppressed();
    let inside = page.start(named("root inside"));
    assert!(inside.kept && !inside.sampled);
    assert!(!page.headers(inside.key).baggage.unwrap().contains("sample_rate"));
    let child = page.child(root, "child inside");
    page.scopes.enter(Some(root));
    let plan = page.sdk.start_request(&get("https://shop.test/"), &[]);
    assert!(!plan.span.unwrap().sampled);
    assert!(plan.headers.unwrap().sentry_trace().ends_with("-0"));
    lost(&page, &[]);
    page.scopes.leave(layer);
    page.sdk.start_span(StartSpan { parent: Parent::Span(child), suppressed: Some(false), ..named("after") });
    lost(&page, &[("sample_rate/span", 1)]);

    let off = Page::with_rate("off");
    let root = off.root("root");
    off.child(root, "child");
    off.start(StartSpan { only_if_parent: true, ..named("bare") });
    off.sdk.start_request(&get("https://shop.test/"), &[]);
    lost(&off, &[]);
}

#[test]
fn children_that_have_not_ended_and_those_past_a_thousand() {
    let page = Page::with_rate("1");
    let root = page.root("root");
    page.child(root, "unfinished");
    for _ in 0..1005 {
        page.end(page.child(root, "child"));
    }
    page.end(root);
    assert_eq!(page.only_envelope().children().len(), 999);
    lost(&page, &[("buffer_overflow/span", 6), ("invalid/span", 1)]);
}

#[test]
fn transactions_that_could_not_be_sent_with_all_their_spans() {
    let page = Page::with_rate("1");
    let send = || {
        let root = page.root("root");
        page.end(page.child(root, "child"));
        page.end(root);
    };
    send();
    settle(&page, None);
    lost(&page, &[("network_error/span", 2), ("network_error/transaction", 1)]);
    send();
    settle(&page, Some(413));
    lost(&page, &[("send_error/span", 2), ("send_error/transaction", 1)]);
    send();
    settle(&page, Some(500));
    lost(&page, &[]);
    (0..41).for_each(|_| send());
    (0..41).for_each(|_| {
        if let Some(request) = page.world.sent.borrow_mut().pop() {
            page.sdk.settled(request.id, Some(LimitHeaders { status: 200, ..LimitHeaders::default() }));
        }
    });
    lost(&page, &[("queue_overflow/span", 2), ("queue_overflow/transaction", 1)]);
}

#[test]
fn a_pause_of_the_server_delays_the_report_but_not_the_counting() {
    let page = Page::with_rate("1");
    page.end(page.root("root"));
    settle(&page, Some(429));
    page.end(page.root("root"));
    let sent = page.sent();
    page.sdk.report_losses();
    assert_eq!(page.sent(), sent, "all categories are closed, that of reports too");
    page.advance(60_000);
    lost(&page, &[("ratelimit_backoff/span", 1), ("ratelimit_backoff/transaction", 1)]);
}

#[test]
fn a_report_that_is_lost_is_not_counted() {
    let page = Page::with_rate("0");
    page.root("root");
    page.sdk.report_losses();
    settle(&page, None);
    lost(&page, &[]);
}

#[test]
fn nothing_is_reported_without_a_destination_or_against_the_will_of_the_page() {
    for options in [Init { destination: None, ..init("0") }, Init { client_reports: false, ..init("0") }] {
        let page = Page::new();
        page.sdk.init(options);
        page.root("root");
        page.sdk.record_loss("before_send", "transaction", 1);
        page.sdk.report_losses();
        assert_eq!(page.sent(), 0);
    }
}

#[test]
fn what_the_host_reports_is_told_too() {
    let page = Page::with_rate("1");
    page.sdk.record_loss("before_send", "transaction", 1);
    page.sdk.record_loss("before_send", "span", 3);
    lost(&page, &[("before_send/span", 3), ("before_send/transaction", 1)]);
}
