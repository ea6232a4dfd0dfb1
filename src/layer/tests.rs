//! Spans of `tracing` on a page without a browser: whose children they are, what they say, and how they end.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use serde_json::Value as Json;
use tracing::field::Empty;
use tracing::instrument::Instrument as _;
use tracing::subscriber::DefaultGuard;
use tracing::{Level, debug_span, error, error_span, info_span, instrument};
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::prelude::*;

use crate::front::fake_page::{World, events, page, pairs, parents, poll, recorded, wait};
use crate::front::runtime;
use crate::{Instrument as _, Options, Span, TracingLayer, layer};

/// The subscriber of this thread, until the guard is dropped.
pub(super) fn subscribed(layer: TracingLayer) -> DefaultGuard {
    tracing_subscriber::registry().with(layer).set_default()
}

/// A page on which all is recorded, and a subscriber.
pub(super) fn traced() -> (Rc<World>, DefaultGuard) {
    (recorded(), subscribed(layer()))
}

pub(super) fn trace_of(event: &Json) -> &Json {
    &event["contexts"]["trace"]
}

pub(super) fn child<'a>(event: &'a Json, name: &str) -> &'a Json {
    let spans = event["spans"].as_array().expect("spans");
    spans.iter().find(|span| span["description"] == name).expect("a child of this name")
}

#[test]
fn a_span_is_the_child_of_the_span_it_begins_in() {
    let (world, _guard) = traced();
    info_span!("outer").in_scope(|| {
        info_span!("middle").in_scope(|| drop(info_span!("inner")));
        info_span!("beside").in_scope(|| {});
    });
    let events = events(&world);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["transaction"], "outer");
    assert_eq!(parents(&events[0]), pairs(&[("middle", "outer"), ("inner", "middle"), ("beside", "outer")]));
}

#[test]
fn both_kinds_of_spans_nest_in_each_other() {
    let (world, _guard) = traced();
    info_span!("tracing").in_scope(|| {
        Span::start("ours").in_scope(|| {
            info_span!("tracing again").in_scope(|| drop(Span::start("ours again")));
        });
        drop(Span::start("after"));
    });
    assert_eq!(
        parents(&events(&world)[0]),
        pairs(&[
            ("ours", "tracing"),
            ("tracing again", "ours"),
            ("ours again", "tracing again"),
            ("after", "tracing"),
        ])
    );
}

#[test]
fn a_named_parent_counts_whatever_is_active_and_none_makes_a_root() {
    let (world, _guard) = traced();
    let first = info_span!("first");
    info_span!("second").in_scope(|| {
        drop(info_span!(parent: &first, "of first"));
        drop(info_span!(parent: None, "alone"));
    });
    drop(first);
    let events = events(&world);
    let names: Vec<&Json> = events.iter().map(|event| &event["transaction"]).collect();
    assert_eq!(names, ["alone", "second", "first"]);
    assert_eq!(parents(&events[1]), []);
    assert_eq!(parents(&events[2]), pairs(&[("of first", "first")]));
}

#[test]
fn a_named_parent_that_is_not_recorded_makes_a_root_whatever_is_active() {
    let (world, _guard) = traced();
    let unheard = debug_span!(parent: None, "unheard");
    let active = info_span!("active").entered();
    drop(info_span!(parent: &unheard, "below"));
    drop(active);
    let events = events(&world);
    let names: Vec<_> = events.iter().map(|event| &event["transaction"]).collect();
    assert_eq!(names, ["below", "active"]);
}

#[test]
fn an_instrumented_future_that_is_dropped_early_has_ended_well() {
    let (world, _guard) = traced();
    {
        let mut given_up = pin!(wait().instrument(info_span!("given up")));
        assert!(poll(given_up.as_mut()).is_pending());
    }
    assert_eq!(trace_of(&events(&world)[0])["status"], "ok");
}

#[test]
fn two_layers_of_one_subscriber_record_a_span_once() {
    let world = recorded();
    let both = tracing_subscriber::registry().with(layer()).with(layer().with_max_level(Level::DEBUG));
    let _guard = both.set_default();
    info_span!("outer").in_scope(|| {
        info_span!("inner").in_scope(|| debug_span!("of the second").in_scope(|| {}));
        info_span!("beside").in_scope(|| {});
    });
    assert!(Span::current().is_none());
    let events = events(&world);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["transaction"], "outer");
    let below = pairs(&[("inner", "outer"), ("of the second", "inner"), ("beside", "outer")]);
    assert_eq!(parents(&events[0]), below);
}

#[test]
fn what_it_follows_from_is_a_link() {
    let (world, _guard) = traced();
    let cause = info_span!("cause");
    let effect = info_span!(parent: None, "effect");
    effect.follows_from(&cause);
    drop(effect);
    drop(cause);
    let events = events(&world);
    let link = &trace_of(&events[0])["links"][0];
    assert_eq!(link["span_id"], trace_of(&events[1])["span_id"]);
    assert_eq!(link["trace_id"], trace_of(&events[1])["trace_id"]);
    assert_eq!(link["sampled"], true);
}

#[test]
fn futures_that_run_by_turns_each_have_their_own_span() {
    let (world, _guard) = traced();
    #[instrument(skip_all)]
    async fn work(child: &'static str) {
        wait().await;
        Span::start(child).in_scope(|| drop(info_span!("below", of = child)));
        wait().await;
    }
    let root = info_span!("root");
    {
        let _entered = root.enter();
        let (mut one, mut two) = (pin!(work("one")), pin!(work("two")));
        let mut three = pin!(wait().instrument(info_span!("three")).in_span(Span::start("four")));
        assert!(poll(one.as_mut()).is_pending() && poll(two.as_mut()).is_pending());
        assert!(poll(three.as_mut()).is_pending());
        while poll(two.as_mut()).is_pending() {}
        while poll(one.as_mut()).is_pending() {}
        assert_eq!(poll(three.as_mut()), Poll::Ready(()));
    }
    drop(root);
    let events = events(&world);
    let below: Vec<(&Json, String)> = events[0]["spans"]
        .as_array()
        .expect("spans")
        .iter()
        .filter(|span| span["description"] == "below")
        .map(|span| {
            let known = |other: &&Json| other["span_id"] == span["parent_span_id"];
            let parent = events[0]["spans"].as_array().and_then(|spans| spans.iter().find(known));
            (&span["data"]["of"], parent.expect("a parent")["description"].as_str().unwrap_or("").to_owned())
        })
        .collect();
    assert_eq!(below.len(), 2);
    assert!(below.iter().all(|(of, parent)| **of == **parent), "{below:?}");
    let parents = parents(&events[0]);
    assert_eq!(parents.iter().filter(|(name, parent)| name == "work" && parent == "root").count(), 2);
    // The span of `tracing` is made before the future is put into the other, and both begin here.
    assert!(parents.contains(&("three".to_owned(), "root".to_owned())), "{parents:?}");
}

#[test]
fn a_task_that_runs_elsewhere_takes_its_span_along_if_it_is_told_to() {
    let (world, _guard) = traced();
    let [mut one, mut two, mut three] = info_span!("click").in_scope(|| {
        let work = |name: &'static str| async move {
            wait().await;
            drop(info_span!("below", otel.name = name));
        };
        let boxed = |work| -> std::pin::Pin<Box<dyn Future<Output = ()>>> { work };
        [
            boxed(Box::pin(work("in_current_span").in_current_span())),
            boxed(Box::pin(work("in_span").in_span(Span::current()))),
            boxed(Box::pin(work("alone"))),
        ]
    });
    for task in [&mut one, &mut two, &mut three] {
        while poll(task.as_mut()).is_pending() {}
    }
    drop((one, two, three));
    let events = events(&world);
    assert_eq!(events[0]["transaction"], "alone");
    assert_eq!(parents(&events[1]), pairs(&[("in_current_span", "click"), ("in_span", "click")]));
}

#[test]
fn a_span_goes_on_while_somebody_holds_it() {
    let (world, _guard) = traced();
    let held = info_span!("held").in_scope(Span::current);
    assert!(held.is_recording() && events(&world).is_empty());
    drop(held);
    assert_eq!(events(&world)[0]["transaction"], "held");
    assert!(Span::current().is_none());
}

#[test]
fn levels_and_targets_choose_what_is_recorded_and_children_keep_their_ancestor() {
    let (world, _guard) = traced();
    info_span!("outer").in_scope(|| {
        debug_span!("too verbose").in_scope(|| drop(info_span!("child of outer")));
    });
    assert_eq!(parents(&events(&world)[0]), pairs(&[("child of outer", "outer")]));
    drop(_guard);

    let world = recorded();
    let chosen = layer().with_max_level(Level::DEBUG).with_targets(["shop", "api".to_owned().leak()]);
    let _guard = subscribed(chosen);
    drop(debug_span!(target: "shop", "one"));
    drop(debug_span!(target: "shop::cart", "two"));
    drop(debug_span!(target: "shopping", "another crate's"));
    drop(error_span!("ours"));
    Span::start("three").in_scope(|| {
        error!(target: "elsewhere", "not ours");
    });
    let events = events(&world);
    let names: Vec<&Json> = events.iter().map(|event| &event["transaction"]).collect();
    assert_eq!(names, ["one", "two", "three"]);
    assert_eq!(trace_of(&events[2])["status"], "ok");
}

#[test]
fn filters_of_the_subscriber_apply_and_children_keep_their_ancestor() {
    let world = recorded();
    let filtered = layer().with_max_level(LevelFilter::TRACE);
    let seen = filtered.with_filter(filter_fn(|metadata| metadata.name() != "hidden"));
    // Another layer sees all, so that what is hidden from ours is in the registry.
    let all = tracing_subscriber::layer::Identity::new().with_filter(LevelFilter::TRACE);
    let _guard = tracing_subscriber::registry().with(seen).with(all).set_default();
    info_span!("outer").in_scope(|| {
        let hidden = info_span!("hidden");
        drop(info_span!(parent: &hidden, "named"));
        hidden.in_scope(|| {
            drop(info_span!("within"));
            error!("of the ancestor");
        });
    });
    let events = events(&world);
    assert_eq!(parents(&events[0]), pairs(&[("named", "outer"), ("within", "outer")]));
    assert_eq!(trace_of(&events[0])["data"]["sentry.status.message"], "of the ancestor");
}

#[test]
fn what_begins_before_init_is_not_recorded() {
    runtime::install(None);
    let _guard = subscribed(layer());
    let early = info_span!("early", late = Empty);
    early.in_scope(|| error!("nobody hears it"));
    let world = recorded();
    early.record("late", 1);
    early.follows_from(&info_span!("another"));
    early.in_scope(|| drop(info_span!("inside")));
    drop(info_span!(parent: &early, "below"));
    drop(early);
    let events = events(&world);
    let names: Vec<&Json> = events.iter().map(|event| &event["transaction"]).collect();
    assert_eq!(names, ["another", "inside", "below"]);
}

#[test]
fn the_code_of_the_application_may_use_tracing_itself() {
    let seen = Rc::new(RefCell::new(0));
    let count = Rc::clone(&seen);
    let options = Options::new("").traces_sample_rate(1.0).before_send(move |event| {
        *count.borrow_mut() += 1;
        if *count.borrow() == 1 {
            info_span!("while sending").in_scope(|| error!("oh"));
            tracing::Span::current().record("size", event.len());
        }
        Some(event)
    });
    let world = page(options.traces_sampler(|root| {
        tracing::Span::current().record("size", 1);
        drop(debug_span!("asked"));
        Some(root.inherit_or(1.0))
    }));
    let _guard = subscribed(layer());
    info_span!("outer", size = Empty).in_scope(|| {});
    let names: Vec<Json> = events(&world).into_iter().map(|event| event["transaction"].clone()).collect();
    // What it begins itself is not recorded: it would see it in its turn, without end.
    assert_eq!((names, *seen.borrow()), (vec![Json::from("outer")], 1));
}

#[test]
fn a_panic_fails_the_spans_that_it_leaves() {
    let (world, _guard) = traced();
    let outcome = std::panic::catch_unwind(|| {
        info_span!("outer").in_scope(|| {
            info_span!("inner").in_scope(|| std::panic::resume_unwind(Box::new("broken")));
        });
    });
    assert_eq!(outcome.unwrap_err().downcast_ref::<&str>(), Some(&"broken"), "the panic goes on");
    let events = events(&world);
    assert_eq!(trace_of(&events[0])["status"], "internal_error");
    assert_eq!(child(&events[0], "inner")["status"], "internal_error");
    assert!(Span::current().is_none());
}

#[test]
fn the_layer_can_be_the_subscriber_of_all_threads() {
    fn is_send_and_sync<T: Send + Sync + 'static>(_: T) {}
    is_send_and_sync(layer());
    is_send_and_sync(tracing_subscriber::registry().with(layer()));
}
