//! What keeps an envelope from leaving, and what lets it go again.

use throughline::decide::rate_limit::LimitHeaders;

use crate::fake_host::{Page, init};

fn send_one(page: &Page) -> usize {
    let before = page.sent();
    page.end(page.root("root"));
    page.sent() - before
}

fn settle(page: &Page, status: u32, rate_limits: &str) {
    let id = page.world.sent.borrow().last().unwrap().id;
    page.sdk.settled(id, Some(LimitHeaders { status, rate_limits, retry_after: None }));
}

#[test]
fn a_rate_limit_stops_sending_until_it_is_over() {
    let page = Page::with_rate("1");
    assert_eq!(send_one(&page), 1);
    settle(&page, 429, "30:transaction:organization");
    assert_eq!(send_one(&page), 0);
    page.advance(29_999);
    assert_eq!(send_one(&page), 0);
    page.advance(1);
    assert_eq!(send_one(&page), 1);
}

#[test]
fn a_limit_on_errors_does_not_stop_transactions() {
    let page = Page::with_rate("1");
    send_one(&page);
    settle(&page, 200, "30:error:organization");
    assert_eq!(send_one(&page), 1);
}

#[test]
fn headers_still_flow_while_nothing_may_be_sent() {
    let page = Page::with_rate("1");
    send_one(&page);
    settle(&page, 429, "");
    let root = page.root("root");
    assert!(page.headers(Some(root)).sentry_trace().ends_with("-1"));
}

#[test]
fn forty_requests_are_under_way_at_most() {
    let page = Page::with_rate("1");
    let sent: usize = (0..60).map(|_| send_one(&page)).sum();
    assert_eq!(sent, 40);
    page.sdk.settled(page.world.sent.borrow()[3].id, None);
    assert_eq!(send_one(&page), 1);
    assert_eq!(send_one(&page), 0);
    // An answer to a request that nobody made changes nothing.
    page.sdk.settled(4711, None);
    assert_eq!(send_one(&page), 0);
}

#[test]
fn only_the_first_requests_outlive_the_page() {
    let page = Page::with_rate("1");
    (0..20).for_each(|_| assert_eq!(send_one(&page), 1));
    let keepalive = page.world.sent.borrow().iter().filter(|request| request.keepalive).count();
    assert_eq!(keepalive, 14);
}

#[test]
fn without_a_dsn_headers_flow_and_nothing_is_sent() {
    let page = Page::new();
    page.sdk.init(throughline::app::sdk::Init { destination: None, ..init("1") });
    assert_eq!(send_one(&page), 0);
    assert!(page.headers(None).baggage.is_some());
}

#[test]
fn the_developer_is_told_why_if_asked_to() {
    for debug in [false, true] {
        let page = Page::new();
        page.sdk.init(throughline::app::sdk::Init { destination: None, debug, ..init("1") });
        send_one(&page);
        assert_eq!(page.world.log.borrow().len(), usize::from(debug));
    }
}
