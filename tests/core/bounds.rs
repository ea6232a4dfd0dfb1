//! What gives way where there is no room for all, and that it is counted.

use throughline::app::start_span::{Parent, StartSpan};
use throughline::codec::dsc::Dsc;
use throughline::codec::fraction::Fraction;
use throughline::decide::sampling::Sampler;

use crate::fake_host::{Page, named};
use crate::vectors::entries_of;

fn unsampled(name: &str) -> StartSpan<'_> {
    StartSpan { sampler: Sampler::Answered(Some(Fraction::ZERO)), ..named(name) }
}

fn lost(page: &Page, reason: &str) -> Vec<(String, u64)> {
    let losses = page.losses().into_iter();
    losses.filter_map(|(pair, count)| Some((pair.strip_prefix(reason)?[1..].to_owned(), count))).collect()
}

fn counts(pairs: &[(&str, u64)]) -> Vec<(String, u64)> {
    pairs.iter().map(|(pair, count)| ((*pair).to_owned(), *count)).collect()
}

#[test]
fn the_oldest_open_root_is_given_up_and_counted_but_never_the_idle_one() {
    let page = Page::with_rate("1");
    let idle = page.idle_root("/app");
    let oldest = page.root("oldest");
    page.child(oldest, "open");
    page.end(page.child(oldest, "ended"));
    let alone = StartSpan { parent: Parent::Span(oldest), standalone: true, ..named("alone") };
    page.end(page.start(alone).key.unwrap());
    for _ in 0..998 {
        page.start(unsampled("open"));
    }
    assert!(page.sdk.is_recording(oldest));
    assert_eq!(lost(&page, "buffer_overflow"), []);
    page.root("one more");
    assert!(!page.sdk.is_recording(oldest) && page.sdk.is_recording(idle));
    assert_eq!(lost(&page, "buffer_overflow"), counts(&[("span", 3), ("transaction", 1)]));
    for _ in 0..998 {
        page.start(unsampled("open"));
    }
    assert_eq!(lost(&page, "buffer_overflow"), [], "what is not sampled was counted as it began");
    page.start(unsampled("open"));
    assert_eq!(lost(&page, "buffer_overflow"), counts(&[("span", 1), ("transaction", 1)]));
    assert_eq!(page.sdk.idle_root(), Some(idle));
    page.advance(60_000);
    assert_eq!(page.sdk.idle_root(), None);
}

#[test]
fn in_stream_mode_only_what_still_runs_is_lost_with_a_root() {
    let page = Page::streaming("1");
    let oldest = page.root("oldest");
    page.child(oldest, "open");
    page.end(page.child(oldest, "ended"));
    for _ in 0..1000 {
        page.start(unsampled("open"));
    }
    assert!(page.sdk.started(oldest).is_none());
    assert_eq!(lost(&page, "buffer_overflow"), counts(&[("span", 2)]));
}

#[test]
fn a_root_that_is_gone_before_it_is_sent_is_counted() {
    let page = Page::with_rate("1");
    let root = page.root("root");
    page.end(page.child(root, "child"));
    let inner = page.clone();
    *page.world.interrupt.borrow_mut() = Some(std::rc::Rc::new(move || {
        for _ in 0..1001 {
            inner.end(inner.start(unsampled("other")).key.unwrap());
        }
    }));
    page.end(root);
    assert_eq!(page.sent(), 0);
    assert_eq!(lost(&page, "internal_sdk_error"), counts(&[("span", 2), ("transaction", 1)]));
}

#[test]
fn what_is_below_a_child_without_a_place_is_counted_too() {
    for streaming in [false, true] {
        let page = if streaming { Page::streaming("1") } else { Page::with_rate("1") };
        let root = page.root("root");
        for _ in 0..1000 {
            page.child(root, "child");
        }
        let refused = page.child(root, "refused");
        let below = page.child(refused, "below");
        page.child(below, "further below");
        let layer = page.scopes.enter_suppressed();
        page.child(refused, "suppressed");
        page.scopes.leave(layer);
        if !streaming {
            assert_eq!(lost(&page, "buffer_overflow"), []);
            page.end(root);
        }
        assert_eq!(lost(&page, "buffer_overflow"), counts(&[("span", 3)]));
    }
}

#[test]
fn a_context_has_sixty_four_entries_and_no_more() {
    let header = |count: usize| {
        let members: Vec<String> = (0..count).map(|number| format!("sentry-k{number}=v")).collect();
        members.join(",")
    };
    let full = Dsc::from_baggage(&header(64));
    assert_eq!(full.to_baggage(), Some(header(64)));
    assert_eq!(Dsc::from_baggage(&header(65)), full);
    let page = Page::with_rate("1");
    let context =
        page.sdk.receive(["771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1", &header(65), "", ""]);
    let dsc = context.dsc.unwrap();
    let (received, full) = (entries_of(&dsc), entries_of(&full));
    assert_eq!((received.len(), received.last()), (64, Some(&("sample_rand".to_owned(), "0.3".to_owned()))));
    assert_eq!(received[..63], full[..63]);
}
