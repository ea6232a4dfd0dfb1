//! The front door on a page without a browser: whose child a span is, when it ends, and what leaves.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use serde_json::{Value as Json, from_str};

use crate::app::scope::MAX_LAYERS;
use crate::front::fake_page::{events, page, pairs, parents, poll, recorded, wait};
use crate::front::options::Options;
use crate::front::runtime;
use crate::front::span::Span;
use crate::{Instrument, SpanStatus, TraceHeaders, continue_trace, suppress_tracing};

#[test]
fn a_span_is_the_child_of_the_span_it_begins_in_and_ends_with_its_last_handle() {
    let world = recorded();
    let root = Span::builder("root").op("ui.action").attribute("cart.items", 3).start();
    root.in_scope(|| {
        Span::start("outer").in_scope(|| {
            Span::current().set("deep", 1.5);
            let inner = Span::start("inner");
            let clone = inner.clone();
            drop(inner);
            assert!(clone.is_recording());
        });
    });
    let clone = root.clone();
    drop(root);
    assert!(events(&world).is_empty());
    drop(clone);
    let events = events(&world);
    assert_eq!(parents(&events[0]), pairs(&[("outer", "root"), ("inner", "outer")]));
    assert_eq!(events[0]["contexts"]["trace"]["op"], "ui.action");
    assert_eq!(events[0]["contexts"]["trace"]["data"]["cart.items"], 3);
    assert_eq!(events[0]["spans"][0]["data"]["deep"], 1.5);
}

#[test]
fn what_is_current_outlives_the_place_where_it_was_entered() {
    let world = recorded();
    let held = Span::start("root").in_scope(Span::current);
    assert!(held.is_recording(), "a handle holds it");
    drop(held);
    assert_eq!(events(&world).len(), 1);
    assert!(Span::current().is_none());
}

#[test]
fn futures_that_run_by_turns_have_their_own_span_each() {
    let world = recorded();
    let root = Span::start("root");
    let work = |name: &'static str| {
        let span = root.in_scope(|| Span::start(name));
        async move {
            drop(Span::start(format!("{name} before")));
            wait().await;
            drop(Span::start(format!("{name} after")));
        }
        .in_span(span)
    };
    let (mut a, mut b) = (pin!(work("a")), pin!(work("b")));
    assert!(poll(a.as_mut()).is_pending() && poll(b.as_mut()).is_pending());
    assert!(Span::current().is_none());
    assert!(poll(a.as_mut()).is_ready() && poll(b.as_mut()).is_ready());
    drop(root);
    let expected = [
        ("a", "root"),
        ("b", "root"),
        ("a before", "a"),
        ("b before", "b"),
        ("a after", "a"),
        ("b after", "b"),
    ];
    assert_eq!(parents(&events(&world)[0]), pairs(&expected));
}

#[test]
fn a_future_that_is_dropped_before_it_is_done_was_cancelled() {
    let world = recorded();
    {
        let mut future = pin!(wait().in_span(Span::start("given up")));
        assert!(poll(future.as_mut()).is_pending());
    }
    let mut done = Box::pin(wait().in_span(Span::start("done")));
    assert!(poll(done.as_mut()).is_pending() && poll(done.as_mut()).is_ready());
    let events = events(&world);
    assert_eq!(events[0]["contexts"]["trace"]["status"], "cancelled");
    assert_eq!(events[1]["contexts"]["trace"]["status"], "ok");
}

#[test]
fn a_future_that_panics_has_failed_and_was_not_given_up() {
    let world = recorded();
    let outcome = std::panic::catch_unwind(|| {
        let mut waits = pin!(wait().in_span(Span::start("waits")));
        assert!(poll(waits.as_mut()).is_pending());
        let breaks = async { std::panic::resume_unwind(Box::new("broken")) };
        poll(pin!(breaks.in_span(Span::start("breaks")))) == Poll::<()>::Pending
    });
    assert!(outcome.is_err());
    let events = events(&world);
    let seen: Vec<_> =
        events.iter().map(|it| (&it["transaction"], &it["contexts"]["trace"]["status"])).collect();
    assert_eq!(seen, [(&"breaks".into(), &"internal_error".into()), (&"waits".into(), &"cancelled".into())]);
}

#[test]
fn what_is_dropped_with_a_future_is_a_part_of_its_span() {
    struct Cleaned;
    impl Drop for Cleaned {
        fn drop(&mut self) {
            drop(Span::start("cleanup"));
        }
    }
    let world = recorded();
    let root = Span::start("root");
    let work = async {
        let _cleaned = Cleaned;
        wait().await;
    };
    {
        let mut future = pin!(work.in_span(root.in_scope(|| Span::start("work"))));
        assert!(poll(future.as_mut()).is_pending());
    }
    drop(root);
    assert_eq!(parents(&events(&world)[0]), pairs(&[("work", "root"), ("cleanup", "work")]));
}

#[test]
fn a_future_that_is_given_up_leaves_what_was_said_and_spans_of_others() {
    let world = recorded();
    let page = Span::start("page");
    page.in_scope(|| {
        let span = Span::start("slow");
        let mut late = Box::pin(wait().in_span(span.clone()));
        assert!(poll(late.as_mut()).is_pending());
        span.fail("timed out");
        drop(late);
    });
    page.set_status(SpanStatus::NotFound).set_status(SpanStatus::Ok);
    drop(page);
    let event = &events(&world)[0];
    assert_eq!(event["spans"][0]["status"], "internal_error");
    assert_eq!(event["contexts"]["trace"]["status"], "ok");
}

#[test]
fn code_of_the_application_that_begins_spans_is_not_asked_about_them() {
    let (asked, sent) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let (asks, sends) = (Rc::clone(&asked), Rc::clone(&sent));
    let options = Options::new("").traces_sampler(move |_| {
        asks.set(asks.get() + 1);
        drop(Span::start("asked"));
        Some(1.0)
    });
    let world = page(options.before_send(move |event| {
        sends.set(sends.get() + 1);
        drop(Span::start("sent"));
        Some(event)
    }));
    drop(Span::start("root"));
    suppress_tracing(|| drop(Span::start("quiet")));
    assert_eq!((asked.get(), sent.get(), events(&world).len()), (1, 1, 1));
}

#[test]
fn what_is_never_left_is_let_go_in_the_end() {
    let world = recorded();
    for _ in 0..=MAX_LAYERS {
        std::mem::forget(Span::start("entered").enter());
    }
    // The root, which nobody else holds, was let go, and so has ended.
    assert_eq!(events(&world).len(), 1);
}

#[test]
fn after_a_trap_nothing_is_left_entered() {
    let world = recorded();
    let runtime = runtime::current().expect("a runtime");
    let (span, headers) =
        (Span::start("root"), TraceHeaders::new("771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1", ""));
    std::mem::forget(span.enter());
    // As a trap leaves them.
    runtime.scopes.enter_trace(runtime.sdk.receive([headers.sentry_trace(), "", "", ""]));
    runtime.scopes.enter_suppressed();
    runtime.fail_entered("broken");
    assert!(crate::headers().is_some_and(|now| !now.sentry_trace().starts_with("771a")));
    assert!(Span::start("next").is_recording());
    assert_eq!(events(&world)[0]["contexts"]["trace"]["status"], "internal_error");
}

#[test]
fn what_failed_says_why() {
    let world = recorded();
    Span::start("failed").fail("no such product");
    Span::start("not found").set_status(SpanStatus::NotFound);
    let events = events(&world);
    assert_eq!(events[0]["contexts"]["trace"]["status"], "internal_error");
    assert_eq!(events[0]["contexts"]["trace"]["data"]["sentry.status.message"], "no such product");
    assert_eq!(events[1]["contexts"]["trace"]["status"], "not_found");
}

#[test]
fn a_trace_from_elsewhere_goes_on() {
    let world = recorded();
    let headers =
        TraceHeaders::new("771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1", "sentry-sample_rand=0.5");
    continue_trace(&headers, || drop(Span::start("inside")));
    drop(Span::builder("by the builder").continue_from(&headers).start());
    drop(Span::start("outside"));
    let trace = |event: &Json| event["contexts"]["trace"]["trace_id"].clone();
    let events = events(&world);
    assert_eq!(trace(&events[0]), "771a43a4192642f0b136d5159a501700");
    assert_eq!(events[0]["contexts"]["trace"]["parent_span_id"], "b0e6f15b45c36b12");
    assert_eq!(trace(&events[1]), trace(&events[0]));
    assert_ne!(trace(&events[2]), trace(&events[0]));
}

#[test]
fn a_root_within_a_span_is_sent_by_itself_in_the_same_trace() {
    let world = recorded();
    let outer = Span::start("outer");
    outer.in_scope(|| drop(Span::builder("inner").root().start()));
    drop(outer);
    let events = events(&world);
    assert_eq!(events[0]["transaction"], "inner");
    assert_eq!(events[0]["contexts"]["trace"]["parent_span_id"], events[1]["contexts"]["trace"]["span_id"]);
}

#[test]
fn a_sampler_sees_the_root_and_decides() {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let saw = Rc::clone(&seen);
    let world = page(Options::new("").traces_sampler(move |root| {
        saw.borrow_mut().push((root.name().to_owned(), root.op().to_owned(), root.parent_sampled()));
        Some(if root.name() == "kept" { 1.0 } else { 0.0 })
    }));
    Span::builder("kept").op("test").start().in_scope(|| drop(Span::start("child")));
    drop(Span::start("dropped"));
    assert_eq!(events(&world).len(), 1);
    let kept = ("kept".to_owned(), "test".to_owned(), None);
    assert_eq!(*seen.borrow(), [kept, ("dropped".to_owned(), String::new(), None)]);
}

#[test]
fn an_event_passes_the_application_before_it_leaves() {
    let world = page(Options::new("").traces_sample_rate(1.0).before_send(|event| {
        // Code of the application may begin spans of its own.
        drop(Span::builder("within").only_if_parent().start());
        (!event.contains("secret")).then(|| event.replace("\"draft\"", "\"final\""))
    }));
    drop(Span::start("draft"));
    drop(Span::start("secret"));
    let events = events(&world);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["transaction"], "final");
    let header: Json = from_str(world.sent.borrow()[0].lines().next().expect("a header")).expect("JSON");
    assert_eq!(header["event_id"], events[0]["event_id"]);
}

#[test]
fn what_is_suppressed_is_not_recorded_and_headers_flow() {
    let world = recorded();
    suppress_tracing(|| {
        let span = Span::start("quiet");
        assert!(!span.is_recording() && span.headers().is_some());
    });
    assert!(events(&world).is_empty());
    let headers = crate::headers().expect("headers");
    assert_eq!(headers.iter().count(), 2);
}

#[test]
fn without_init_everything_is_harmless() {
    runtime::install(None);
    let span = Span::start("nothing");
    span.set("a", 1).set_name("b").fail("c").link(&span);
    assert!(span.in_scope(Span::current).is_none());
    assert!(span.headers().is_none() && crate::headers().is_none() && !span.is_recording());
    assert!(poll(pin!(async { 7 }.in_span(span))) == Poll::Ready(7));
    assert_eq!(crate::init(Options::new("")).map(drop), Err(crate::InitError::NotABrowser));
}

#[test]
fn a_span_of_a_page_that_is_over_does_nothing_to_the_spans_of_the_next() {
    recorded();
    let old = Span::start("old");
    let entered = old.enter();
    let world = recorded();
    let new = Span::start("new");
    old.set_name("renamed").fail("broken").end();
    assert!(old.headers().is_none() && !old.is_recording());
    new.link(&old);
    old.in_scope(|| assert!(Span::current().is_none()));
    drop(Span::builder("below").parent(&old).start());
    drop(entered);
    drop(old);
    assert!(new.is_recording());
    drop(new);
    let events = events(&world);
    let names: Vec<_> = events.iter().map(|event| &event["transaction"]).collect();
    assert_eq!(names, ["below", "new"]);
    assert_eq!(events[0]["spans"].as_array().map(Vec::len), Some(0));
    assert_eq!(events[1]["contexts"]["trace"]["status"], "ok");
}

#[test]
fn a_span_of_another_thread_does_nothing_to_the_spans_of_this_one() {
    let _world = recorded();
    let own = Span::start("own");
    let other = std::thread::spawn(|| {
        let _world = recorded();
        Span::start("other")
    });
    let other = other.join().expect("a span");
    assert!(!other.is_recording());
    drop(other);
    assert!(own.is_recording());
}

#[test]
fn handles_may_go_to_other_threads() {
    fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<Span>();
    is_send_and_sync::<TraceHeaders>();
    is_send_and_sync::<crate::front::instrument::Instrumented<std::future::Ready<()>>>();
}
