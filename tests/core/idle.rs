//! Page-load roots, which end by themselves. PROTOCOL 8.3 and 8.4.

use throughline::app::attributes::Attributes;
use throughline::app::idle::Waiting;
use throughline::app::start_span::StartSpan;
use throughline::codec::time::Timestamp;
use throughline::decide::idle::Timeouts;

use crate::fake_host::{Heard, NOON, Page, named, since_noon};
use crate::vectors::{SPAN, TRACE};

/// An idle root that may not end by itself yet.
const LOADING: Waiting = Waiting {
    timeouts: Timeouts { idle: 1000, child: 15_000, last: 30_000 },
    allowed: false,
    untrimmed: false,
};

const REASON: &str = "sentry.idle_span_finish_reason";

fn at(seconds: f64) -> Timestamp {
    Timestamp::from_micros(NOON + (seconds * 1_000_000.0) as u64)
}

#[test]
fn ends_when_nothing_happens_for_a_second() {
    let page = Page::with_rate("1");
    let root = page.idle_root("/app");
    assert_eq!(page.active(), Some(root));
    page.advance(999);
    assert_eq!(page.sent(), 0);
    page.advance(1);
    let envelope = page.only_envelope();
    assert_eq!(envelope.trace()["data"][REASON], "idleTimeout");
    assert_eq!(envelope.end(), 1.0);
    assert_eq!(page.active(), None);
    assert_eq!(page.world.alarm.get(), None, "nobody needs to wake us any more");
}

#[test]
fn waits_for_its_children_and_is_trimmed_to_the_last() {
    let page = Page::with_rate("1");
    page.idle_root("/app");
    page.advance(500);
    let first = page.start_active(named("first")).key.unwrap();
    page.advance(200);
    let second = page.start_active(named("second")).key.unwrap();
    page.advance(5000);
    page.end(first);
    page.advance(5000);
    assert_eq!(page.sent(), 0);
    page.end(second);
    page.advance(999);
    assert_eq!(page.sent(), 0);
    page.advance(1);
    let envelope = page.only_envelope();
    assert_eq!(envelope.children(), ["first", "second"]);
    assert_eq!(envelope.end(), 10.7, "not a second later");
    assert_eq!(envelope.header["sent_at"], "2024-03-01T12:00:11.700Z");
}

#[test]
fn gives_up_on_a_child_after_fifteen_seconds() {
    let page = Page::with_rate("1");
    page.idle_root("/app");
    let done = page.start_active(named("done")).key.unwrap();
    let stuck = page.start_active(named("stuck")).key.unwrap();
    page.advance(2000);
    page.end(done);
    page.advance(12_999);
    assert_eq!(page.sent(), 0);
    page.advance(1);
    let envelope = page.only_envelope();
    assert_eq!(envelope.trace()["data"][REASON], "heartbeatFailed");
    assert_eq!(envelope.end(), 2.0);
    assert_eq!(envelope.children(), ["done", "stuck"]);
    let cancelled = &envelope.event["spans"][1];
    assert_eq!(cancelled["status"], "cancelled");
    assert_eq!(since_noon(&cancelled["timestamp"]), 2.0, "cut at the end of the root");
    assert_eq!(page.json(stuck)["status"], "ok", "cancelled is no failure for spanToJSON");
}

#[test]
fn the_heartbeat_counts_from_the_child_that_began_last() {
    let page = Page::with_rate("1");
    page.idle_root("/app");
    page.start_active(named("first"));
    page.advance(14_000);
    page.start_active(named("second"));
    page.advance(14_999);
    assert_eq!(page.sent(), 0);
    page.advance(1);
    assert_eq!(page.only_envelope().trace()["data"][REASON], "heartbeatFailed");
}

#[test]
fn ends_after_thirty_seconds_however_busy_it_is() {
    let page = Page::with_rate("1");
    page.idle_root("/app");
    for _ in 0..60 {
        let child = page.start_active(named("busy")).key.unwrap();
        page.advance(500);
        page.end(child);
    }
    let envelope = page.only_envelope();
    assert_eq!(envelope.trace()["data"][REASON], "finalTimeout");
    assert_eq!(envelope.trace()["status"], "deadline_exceeded");
    assert_eq!(page.active(), None);
}

#[test]
fn lasts_no_longer_than_its_final_timeout_counted_from_its_start() {
    let page = Page::with_rate("1");
    // The page load began five seconds before our code did.
    let start = StartSpan { start: Some(Timestamp::from_micros(NOON - 5_000_000)), ..named("/app") };
    page.idle(start, Waiting { allowed: true, ..Waiting::default() });
    for _ in 0..29 {
        let child = page.start_active(named("busy")).key.unwrap();
        page.advance(999);
        page.end(child);
    }
    page.advance(5000);
    let envelope = page.only_envelope();
    assert_eq!(since_noon(&envelope.event["start_timestamp"]), -5.0);
    assert_eq!(envelope.end(), 25.0);
}

#[test]
fn children_that_began_after_its_end_or_lasted_too_long_are_left_out_and_counted() {
    let page = Page::with_rate("1");
    let root = page.idle_root("/app");
    let child = page.start_active(named("ended")).key.unwrap();
    page.advance(1000);
    page.end(child);
    page.advance(500);
    // Open at the end, and begun after the last end: nothing of it lies within the root.
    page.start_active(named("late"));
    page.sdk.add_finished_span(
        root,
        "ancient",
        Attributes::default(),
        Timestamp::from_micros(NOON - 40_000_000),
        at(0.5),
    );
    page.advance(60_000);
    let envelope = page.only_envelope();
    assert_eq!(envelope.children(), ["ended"]);
    assert_eq!(envelope.trace()["data"]["sentry.idle_span_discarded_spans"], 2);
    assert_eq!(envelope.end(), 1.0);
}

#[test]
fn children_that_were_over_when_added_are_no_activity() {
    let page = Page::with_rate("1");
    let root = page.idle_root("/app");
    page.advance(900);
    page.sdk.add_finished_span(root, "domInteractive", Attributes::default(), at(0.1), at(0.4));
    page.advance(100);
    let envelope = page.only_envelope();
    assert_eq!(envelope.children(), ["domInteractive"]);
    assert_eq!(envelope.end(), 0.4);
}

#[test]
fn does_not_end_while_the_document_loads() {
    let page = Page::with_rate("1");
    page.idle(named("/app"), LOADING);
    page.advance(20_000);
    assert_eq!(page.sent(), 0);
    page.sdk.allow_idle_finish();
    page.advance(999);
    assert_eq!(page.sent(), 0);
    page.advance(1);
    assert_eq!(page.only_envelope().trace()["data"][REASON], "idleTimeout");

    let slow = Page::with_rate("1");
    slow.idle(named("/app"), LOADING);
    slow.advance(30_000);
    assert_eq!(slow.only_envelope().trace()["data"][REASON], "finalTimeout");
}

#[test]
fn its_own_timeouts_are_obeyed() {
    let page = Page::with_rate("1");
    let timeouts = Timeouts { idle: 50, child: 100, last: 200 };
    page.idle(named("/app"), Waiting { timeouts, allowed: true, ..Waiting::default() });
    page.advance(49);
    page.start_active(named("child"));
    page.advance(100);
    assert_eq!(page.only_envelope().trace()["data"][REASON], "heartbeatFailed");
}

#[test]
fn ends_when_somebody_ends_it() {
    let page = Page::with_rate("1");
    let root = page.idle_root("/app");
    let child = page.start_active(named("child")).key.unwrap();
    page.advance(300);
    page.end(child);
    page.advance(300);
    page.end(root);
    let envelope = page.only_envelope();
    assert_eq!(envelope.trace()["data"][REASON], "externalFinish");
    assert_eq!(envelope.end(), 0.3);
    page.advance(60_000);
    assert_eq!(page.sent(), 1);
}

#[test]
fn is_cut_short_when_the_page_is_hidden() {
    let page = Page::with_rate("1");
    page.idle_root("/app");
    page.start_active(named("child"));
    page.advance(700);
    page.sdk.hide();
    let envelope = page.only_envelope();
    assert_eq!(envelope.trace()["status"], "cancelled");
    assert_eq!(envelope.trace()["data"]["sentry.cancellation_reason"], "document.hidden");
    assert_eq!(envelope.trace()["data"][REASON], "externalFinish");
    assert_eq!(envelope.end(), 0.7);
    page.sdk.hide();
    page.sdk.leave_page();
    page.advance(60_000);
    assert_eq!(page.sent(), 1);
}

#[test]
fn ends_when_the_page_is_left() {
    let page = Page::with_rate("1");
    page.idle_root("/app");
    page.advance(700);
    page.sdk.leave_page();
    let envelope = page.only_envelope();
    assert_eq!(envelope.trace()["status"], "ok");
    assert_eq!(envelope.trace()["data"][REASON], "documentHidden");
    page.sdk.leave_page();
    assert_eq!(page.sent(), 1);
}

#[test]
fn hiding_the_page_cuts_the_active_root_and_leaving_it_ends_the_idle_one() {
    let page = Page::with_rate("1");
    page.idle_root("/app");
    let root = page.root("click");
    page.scopes.enter(Some(root));
    page.sdk.hide();
    assert_eq!(page.only_envelope().event["transaction"], "click");
    assert_eq!(page.only_envelope().trace()["status"], "cancelled");
    page.sdk.leave_page();
    assert_eq!(page.envelope(1).event["transaction"], "/app");
}

#[test]
fn an_error_stays_when_the_page_is_hidden() {
    let page = Page::with_rate("1");
    let root = page.idle_root("/app");
    page.sdk.fail_span(root);
    page.sdk.hide();
    assert_eq!(page.only_envelope().trace()["status"], "internal_error");
}

#[test]
fn the_decision_holds_on_the_page_after_it_ended() {
    for (rate, flag, sampled) in [("0.5", "-1", "true"), ("0.1", "-0", "false")] {
        let page = Page::with_rate(rate);
        let root = page.idle_root("/app");
        let trace_id = page.json(root)["trace_id"].as_str().unwrap().to_owned();
        page.advance(1000);
        let after = page.headers(None);
        assert!(after.sentry_trace().starts_with(&trace_id) && after.sentry_trace().ends_with(flag));
        let baggage = after.baggage.unwrap();
        for member in [
            "sentry-transaction=%2Fapp",
            &format!("sentry-sampled={sampled}"),
            "sentry-sample_rand=0.3",
            &format!("sentry-sample_rate={rate}"),
        ] {
            assert!(baggage.split(',').any(|found| found == member), "{member} in {baggage}");
        }
        // A later root of the page view belongs to the trace and inherits its decision and context.
        let sent = page.sent();
        let later = page.start(named("later"));
        assert_eq!((later.trace_id.hex(), page.records(later)), (trace_id, flag == "-1"));
        page.end(later.key.unwrap());
        assert_eq!(page.sent() - sent, usize::from(flag == "-1"));
        assert!(page.headers(later.key).baggage.unwrap().contains("sentry-transaction=%2Fapp"));
    }
}

#[test]
fn it_continues_the_trace_of_the_meta_tags() {
    let page = Page::with_rate("0");
    page.receive_page(&format!("{TRACE}-{SPAN}-1"), "sentry-release=server");
    page.idle_root("/app");
    page.advance(1000);
    let envelope = page.only_envelope();
    assert_eq!(
        (&envelope.trace()["trace_id"], &envelope.trace()["parent_span_id"]),
        (&TRACE.into(), &SPAN.into())
    );
}

#[test]
fn an_unsampled_one_ends_too_and_sends_nothing() {
    let page = Page::with_rate("0");
    page.idle_root("/app");
    page.start_active(named("child"));
    page.advance(1000);
    assert_eq!((page.sent(), page.active(), page.sdk.idle_root()), (0, None, None));
}

#[test]
fn with_tracing_off_there_is_none() {
    let page = Page::with_rate("off");
    let span = page.start(StartSpan { idle: Some(LOADING), ..named("/app") });
    assert!(!span.kept && !span.sampled);
    assert_eq!((page.sdk.idle_root(), page.world.alarm.get()), (None, None));
}

#[test]
fn a_timer_that_rings_early_is_set_again() {
    let page = Page::with_rate("1");
    page.idle_root("/app");
    page.world.now.set(NOON + 999_500);
    page.world.alarm.set(None);
    page.sdk.tick();
    assert_eq!(page.sent(), 0);
    assert!(page.world.alarm.get().is_some_and(|alarm| alarm >= NOON + 1_000_000));
    page.advance(1);
    assert_eq!(page.sent(), 1);
}

#[test]
fn the_next_navigation_ends_it_and_its_children() {
    let page = Page::with_rate("1");
    page.sdk.observe(true);
    let first = page.idle_root("/app");
    let child = page.start_active(named("stuck")).key.unwrap();
    page.advance(300);
    let second = page.idle_root("/next");
    assert_eq!(page.only_envelope().event["transaction"], "/app");
    assert_eq!(page.only_envelope().trace()["data"][REASON], "cancelled");
    assert_eq!(page.only_envelope().trace()["status"], "ok");
    assert_eq!((page.sdk.idle_root(), page.active()), (Some(second), Some(second)));
    assert_eq!(
        *page.world.heard.borrow(),
        [Heard::Ended(child), Heard::Ended(first), Heard::Finished(first, 1)],
        "all of it before the next one begins"
    );
    page.advance(1000);
    assert_eq!(page.envelope(1).event["transaction"], "/next");
}
