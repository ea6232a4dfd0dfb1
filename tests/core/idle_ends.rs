//! Idle roots in particular circumstances: clocks that are set, roots that are not trimmed, children that do not
//! count. PROTOCOL 8.3.

use throughline::app::idle::Waiting;

use crate::fake_host::{Page, named};

const REASON: &str = "sentry.idle_span_finish_reason";

#[test]
fn an_untrimmed_root_lasts_until_it_is_ended() {
    let page = Page::with_rate("1");
    let root = page.idle(named("/app"), Waiting { untrimmed: true, ..Waiting::default() });
    let child = page.start_active(named("child")).key.unwrap();
    page.advance(300);
    page.end(child);
    page.advance(20_000);
    assert_eq!(page.sent(), 0);
    page.end(root);
    assert_eq!(page.only_envelope().end(), 20.3);
}

#[test]
fn a_clock_that_is_set_ends_no_root_and_keeps_none_open() {
    for hours in [-1, 1] {
        let page = Page::with_rate("1");
        page.idle_root("/app");
        page.advance(500);
        page.world.set_by.set(hours * 3_600_000_000);
        page.sdk.tick();
        page.advance(499);
        assert_eq!(page.sent(), 0, "{hours}");
        page.advance(1);
        let envelope = page.only_envelope();
        assert_eq!(envelope.trace()["data"][REASON], "idleTimeout");
        assert_eq!(envelope.end(), 1.0, "{hours}");

        let ended = Page::with_rate("1");
        let root = ended.idle_root("/app");
        ended.advance(500);
        ended.world.set_by.set(hours * 3_600_000_000);
        ended.end(root);
        assert_eq!(ended.only_envelope().end(), 0.5, "{hours}");
    }
}

#[test]
fn what_is_left_out_of_its_transaction_does_not_make_it_last() {
    let page = Page::with_rate("1");
    page.idle_root("/app");
    for (name, after) in [("told", 100), ("left out", 400)] {
        let child = page.start_active(named(name)).key.unwrap();
        page.advance(after);
        page.end(child);
        if name == "left out" {
            page.sdk.ignore_span(child);
        }
    }
    page.advance(1000);
    assert_eq!(page.only_envelope().end(), 0.1);
}
