//! What must hold whatever a page does: re-entrancy, stale keys, limits, clocks that jump.

use std::cell::Cell;
use std::rc::Rc;

use throughline::app::idle::Waiting;
use throughline::app::moment::Moment;
use throughline::app::span_key::SpanKey;
use throughline::app::start_span::{Parent, StartSpan};
use throughline::app::status::Status;
use throughline::app::tracer::Tracer;
use throughline::codec::json::Json;
use throughline::codec::time::Timestamp;

use crate::fake_host::{NOON, Page, get, init, named, settings, since_noon};

/// Runs once, the next time that the host is asked to act.
fn interrupt(page: &Page, with: impl Fn(&Page) + 'static) -> Rc<Cell<bool>> {
    let ran = Rc::new(Cell::new(false));
    let (inner, witness) = (page.clone(), Rc::clone(&ran));
    *page.world.interrupt.borrow_mut() = Some(Rc::new(move || {
        with(&inner);
        witness.set(true);
    }));
    ran
}

#[test]
fn no_host_call_while_state_is_borrowed() {
    // Whoever is asked calls back in with everything a page could call: all of it must be served.
    for (stage, order) in
        [("ended", ["renamed", "root"]), ("finished", ["renamed", "root"]), ("sent", ["root", "renamed"])]
    {
        let page = Page::with_rate("1");
        let root = page.root("root");
        page.world
            .patience
            .set(["ended", "finished", "sent"].iter().position(|at| *at == stage).unwrap() as u32);
        let ran = interrupt(&page, |page| {
            assert!(page.sdk.is_enabled());
            let inner = page.root("inner");
            assert!(page.sdk.is_recording(inner));
            let layer = page.scopes.enter(Some(inner));
            assert_ne!(layer, 0);
            assert_eq!(page.active(), Some(inner));
            assert!(page.sdk.start_request(&get("https://shop.test/"), &[]).headers.is_some());
            assert!(page.sdk.headers(None, None).is_some());
            page.sdk.set_name(inner, "renamed");
            page.end(inner);
            page.scopes.leave(layer);
            page.sdk.record_loss("before_send", "transaction", 1);
        });
        page.end(root);
        assert!(ran.get(), "{stage}");
        let sent: Vec<_> =
            (0..page.sent()).map(|index| page.envelope(index).event["transaction"].clone()).collect();
        assert_eq!(sent, order, "{stage}");
        assert!(page.losses().iter().any(|(pair, _)| pair == "before_send/transaction"), "{stage}");
    }
}

#[test]
fn the_timer_and_the_logger_may_call_back_in() {
    let page = Page::with_rate("1");
    let ran = interrupt(&page, |page| assert_eq!(page.end(page.root("from the timer")), ()));
    page.idle_root("/app");
    assert!(ran.get());
    assert_eq!(page.sent(), 1);

    let page = Page::new();
    page.sdk.init(throughline::app::sdk::Init { destination: None, debug: true, ..init("1") });
    page.world.patience.set(2);
    let ran = interrupt(&page, |page| assert!(page.sdk.is_recording(page.root("from the logger"))));
    page.end(page.root("root"));
    assert!(ran.get());
}

#[test]
fn an_idle_root_that_begins_while_another_is_sent_keeps_its_alarm() {
    let page = Page::with_rate("1");
    let ended = page.idle_root("/app");
    let ran = interrupt(&page, |page| {
        page.idle_root("/next");
    });
    page.end(ended);
    assert!(ran.get());
    page.advance(1000);
    assert_eq!(page.sent(), 2);
    assert_eq!(page.envelope(1).event["transaction"], "/next");
}

#[test]
fn a_stale_or_forged_key_is_ignored() {
    let page = Page::with_rate("1");
    let bare = page.start(StartSpan { only_if_parent: true, ..named("bare") }).key.unwrap();
    page.end(bare);
    for number in [bare.to_u32(), 1, 7, 0xffff, 0x1_0000, 0xffff_0000, u32::MAX] {
        let key = SpanKey::from_u32(number).unwrap();
        page.end(key);
        page.sdk.set_name(key, "x");
        page.sdk.set_status(key, Status::Ok);
        page.sdk.fail_span(key);
        page.sdk.set_attributes(key, [("a".to_owned(), Some(Json::integer(1)))]);
        page.sdk.end_request(key, Some(200), None);
        page.sdk.add_finished_span(key, "x", Default::default(), Timestamp::EPOCH, Timestamp::EPOCH);
        assert_eq!(page.sdk.span_json(key), None);
        assert_eq!(page.sdk.started(key), None);
        assert!(!page.sdk.is_recording(key));
        assert_eq!(page.sdk.headers(Some(key), None), None);
        let layer = page.scopes.enter(Some(key));
        assert_eq!(page.active(), None);
        page.scopes.leave(layer);
        for parent in [Parent::Span(key), Parent::Active(key)] {
            for new_root in [false, true] {
                let orphan = StartSpan { parent, new_root, ..named("orphan") };
                assert_eq!(page.sdk.start_span(orphan), None, "there is no such parent");
            }
        }
        page.sdk.add_links(key, []);
        page.sdk.set_measurement(key, "m", Json::integer(1));
        page.sdk.set_start(key, Timestamp::EPOCH);
        assert_eq!((page.sdk.span_static_json(key), page.sdk.transaction(key)), (None, None));
        assert!(page.sdk.family(key).is_empty() && page.sdk.sampling_context(Some(key), None).is_none());
    }
    assert_eq!(SpanKey::from_u32(0), None);
    page.scopes.leave(u32::MAX);
    page.sdk.tick();
    page.sdk.hide();
}

#[test]
fn a_root_keeps_a_thousand_children() {
    let page = Page::with_rate("1");
    let root = page.root("root");
    for index in 0..1200 {
        let child = page.start(StartSpan { parent: Parent::Span(root), ..named("child") });
        assert_eq!(child.kept, index < 1000);
        assert!(child.sampled, "its headers still belong to the trace");
        page.end(child.key.unwrap());
    }
    let early = Timestamp::from_micros(NOON).plus_micros(1);
    page.sdk.add_finished_span(root, "browser.request", Default::default(), Timestamp::EPOCH, early);
    page.end(root);
    let envelope = page.only_envelope();
    assert_eq!(envelope.children().len(), 1000);
    assert_eq!(envelope.children()[0], "browser.request", "what began first is kept");
}

#[test]
fn a_page_that_ends_nothing_keeps_working() {
    let page = Page::with_rate("1");
    let first = page.root("first");
    for _ in 0..3000 {
        page.scopes.enter(Some(page.root("open")));
    }
    assert_eq!(page.sdk.span_json(first), None, "the oldest is given up");
    let root = page.root("last");
    page.end(root);
    assert_eq!(page.only_envelope().event["transaction"], "last");
}

fn tracer() -> Tracer {
    let mut tracer = Tracer::default();
    tracer.configure(settings("1"));
    tracer
}

fn moment(millis: u32) -> Moment {
    Moment {
        now: Timestamp::from_micros(NOON).plus_millis(millis),
        ticks: u64::from(millis) * 1000,
        random: [9; 32],
    }
}

#[test]
fn memory_is_bounded_over_many_page_views() {
    let mut tracer = tracer();
    let context = moment(0).begin_trace();
    for view in 0..2000 {
        let start = view * 100_000;
        let idle = Some(Waiting { allowed: true, ..Waiting::default() });
        let page_view = StartSpan { idle, ..named("/app") };
        let root = tracer.start(page_view, Some(&context), &moment(start)).unwrap().key.unwrap();
        let below = |name| StartSpan { parent: Parent::Active(root), ..named(name) };
        let child = tracer.start(below("ended"), None, &moment(start)).unwrap().key.unwrap();
        tracer.end(child, None, &moment(start + 10));
        // Begun after the end of the root, which is trimmed to the child above: left out.
        for _ in 0..3 {
            tracer.start(below("left out"), None, &moment(start + 20)).unwrap();
        }
        assert_eq!(tracer.tick(&moment(start + 60_000)).last(), Some(&root));
    }
    assert!(tracer.store().len() < 2100, "{} spans are held", tracer.store().len());
}

#[test]
fn memory_is_bounded_when_traces_are_never_ended() {
    let mut tracer = tracer();
    let context = moment(0).begin_trace();
    for _ in 0..5000 {
        tracer.start(named("root"), Some(&context), &moment(0)).unwrap();
        tracer
            .start(StartSpan { only_if_parent: true, ..named("bare") }, Some(&context), &moment(0))
            .unwrap();
    }
    assert!(tracer.store().len() <= 2000, "{} spans are held", tracer.store().len());
    assert_eq!(tracer.losses.take().len(), 3, "losses are added up");
}

#[test]
fn a_clock_that_goes_backwards_gives_no_negative_duration() {
    let page = Page::with_rate("1");
    let root = page.root("root");
    let child = page.child(root, "child");
    page.world.now.set(NOON - 3_600_000_000);
    page.end(child);
    page.end(root);
    let idle = page.idle_root("/app");
    page.start_active(named("stuck"));
    page.world.now.set(NOON - 7_200_000_000);
    page.end(idle);
    for index in 0..2 {
        let envelope = page.envelope(index);
        let spans = envelope.event["spans"].as_array().unwrap();
        assert_eq!(spans.len(), 1);
        for span in spans.iter().chain([&envelope.event]) {
            assert!(since_noon(&span["timestamp"]) >= since_noon(&span["start_timestamp"]), "{span}");
        }
    }
}

#[test]
fn a_clock_that_leaps_ahead_ends_what_is_due() {
    let page = Page::with_rate("1");
    page.idle_root("/app");
    let child = page.start_active(named("child")).key.unwrap();
    page.world.now.set(NOON + 86_400_000_000);
    page.end(child);
    page.sdk.tick();
    let envelope = page.only_envelope();
    assert_eq!(envelope.end(), 30.0, "a root lasts no longer than its final timeout");
    assert_eq!(envelope.event["spans"].as_array().unwrap().len(), 0, "the child slept through the night");
}
