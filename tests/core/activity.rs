//! What keeps an idle root waiting, how it is trimmed, and how the next one takes its place. PROTOCOL 8.3.

use throughline::app::idle::Waiting;
use throughline::app::start_span::StartSpan;
use throughline::codec::json::Json;
use throughline::codec::time::Timestamp;

use crate::fake_host::{Heard, NOON, Page, named, since_noon};

const REASON: &str = "sentry.idle_span_finish_reason";

#[test]
fn the_end_of_any_recorded_span_begins_the_waiting_anew() {
    let page = Page::with_rate("1");
    page.idle_root("/app");
    let other = page.root("other");
    page.advance(700);
    page.end(other);
    assert_eq!(page.sent(), 1);
    page.advance(999);
    assert_eq!(page.sent(), 1);
    page.advance(1);
    assert_eq!(page.envelope(1).trace()["data"][REASON], "idleTimeout");
}

#[test]
fn the_end_of_another_span_does_not_count_while_a_child_runs() {
    let page = Page::with_rate("1");
    page.idle_root("/app");
    let other = page.root("other");
    page.start_active(named("child"));
    page.end(other);
    page.advance(14_999);
    assert_eq!(page.sent(), 1);
    page.advance(1);
    assert_eq!(page.envelope(1).trace()["data"][REASON], "heartbeatFailed");
}

#[test]
fn the_end_of_a_span_that_is_not_recorded_does_not_count() {
    let page = Page::with_rate("1");
    let root = page.idle_root("/app");
    let layer = page.scopes.enter_suppressed();
    let bare = page.child(root, "suppressed");
    let other = page.root("suppressed, too");
    page.scopes.leave(layer);
    page.advance(700);
    page.end(bare);
    page.end(other);
    page.advance(300);
    assert_eq!(page.only_envelope().trace()["data"][REASON], "idleTimeout");
}

#[test]
fn without_children_nothing_is_trimmed() {
    let page = Page::with_rate("1");
    let start = StartSpan { start: Some(Timestamp::from_micros(NOON - 60_000_000)), ..named("/app") };
    page.idle(start, Waiting { allowed: true, ..Waiting::default() });
    page.advance(1000);
    let envelope = page.only_envelope();
    assert_eq!((since_noon(&envelope.event["start_timestamp"]), envelope.end()), (-60.0, 1.0));
}

#[test]
fn a_child_that_runs_has_its_time_from_when_the_root_may_end() {
    let page = Page::with_rate("1");
    let root = page.idle(named("/app"), Waiting::default());
    page.child(root, "slow");
    page.advance(10_000);
    page.sdk.allow_idle_finish();
    page.advance(14_999);
    assert_eq!(page.sent(), 0);
    page.advance(1);
    assert_eq!(page.only_envelope().trace()["data"][REASON], "heartbeatFailed");
}

#[test]
fn the_reason_that_the_page_gives_is_kept() {
    let page = Page::with_rate("1");
    let root = page.idle_root("/app");
    page.sdk.set_attributes(root, [(REASON.to_owned(), Some(Json::string("reportPageLoaded")))]);
    page.end(root);
    assert_eq!(page.only_envelope().trace()["data"][REASON], "reportPageLoaded");
}

#[test]
fn one_that_a_listener_begins_while_another_is_replaced_is_not_forgotten() {
    let page = Page::with_rate("1");
    page.idle_root("/app");
    // The setting of the alarm interrupts first, then what the host hears.
    page.world.patience.set(1);
    let inner = page.clone();
    *page.world.interrupt.borrow_mut() = Some(std::rc::Rc::new(move || {
        inner.idle_root("/listener");
    }));
    page.advance(300);
    page.idle_root("/next");
    page.advance(60_000);
    let mut names: Vec<String> = (0..page.sent())
        .map(|index| page.envelope(index).event["transaction"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["/app", "/listener", "/next"]);
    let ended = page.world.heard.take().into_iter().filter(|heard| matches!(heard, Heard::Ended(_)));
    assert_eq!((ended.count(), page.sdk.idle_root()), (3, None));
}

#[test]
fn the_load_of_the_page_is_timed_once() {
    let page = Page::with_rate("1");
    let load = |name| {
        let mut attributes = throughline::app::attributes::Attributes::default();
        attributes.set_string("sentry.op", "pageload");
        page.start(StartSpan { attributes, ..named(name) }).key.unwrap()
    };
    let (navigation, first, second) = (page.root("navigation"), load("first"), load("second"));
    assert!(!page.sdk.claim_page_load(navigation));
    assert!(page.sdk.claim_page_load(first));
    assert!(!page.sdk.claim_page_load(second) && !page.sdk.claim_page_load(first));
}
