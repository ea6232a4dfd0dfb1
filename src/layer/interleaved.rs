//! Futures that run by turns, in an order that chance chooses, with spans of every kind in each other: each span says whose
//! child it must be, and what left is compared with that.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use proptest::prelude::*;
use serde_json::Value as Json;
use tracing::{Instrument as _, info_span, instrument};
use tracing_subscriber::prelude::*;

use crate::app::request::Request;
use crate::codec::url::Url;
use crate::front::fake_page::{events, poll, recorded, wait};
use crate::front::runtime;
use crate::{Instrument as _, Span, layer, span};

type Work = Pin<Box<dyn Future<Output = ()>>>;

/// What a span is made by.
#[derive(Clone, Copy, Debug)]
enum Kind {
    InSpan,
    Attribute,
    Instrumented,
    InstrumentedFunction,
}

/// What one span does.
#[derive(Clone, Debug)]
struct Plan {
    kind: Kind,
    /// How often it waits before each step.
    waits: usize,
    /// Whether its children run by turns.
    at_once: bool,
    children: Vec<Plan>,
}

fn plans() -> impl Strategy<Value = Plan> {
    use Kind::{Attribute, InSpan, Instrumented, InstrumentedFunction};
    let kind = || prop_oneof![Just(InSpan), Just(Attribute), Just(Instrumented), Just(InstrumentedFunction)];
    let leaf = (kind(), 0_usize..3).prop_map(|(kind, waits)| Plan {
        kind,
        waits,
        at_once: false,
        children: Vec::new(),
    });
    leaf.prop_recursive(3, 12, 3, move |below| {
        (kind(), 0_usize..3, any::<bool>(), prop::collection::vec(below, 0..3))
            .prop_map(|(kind, waits, at_once, children)| Plan { kind, waits, at_once, children })
    })
}

/// Runs a plan inside of a span. A span is called by its place: that of its parent, a point, and its number.
fn work(place: String, plan: Plan) -> Work {
    Box::pin(async move {
        let body = body(place.clone(), plan.clone());
        match plan.kind {
            Kind::InSpan => body.in_span(Span::start(&place)).await,
            Kind::Attribute => by_attribute(&place, body).await,
            Kind::Instrumented => body.instrument(info_span!("plan", otel.name = place)).await,
            Kind::InstrumentedFunction => by_tracing(&place, body).await,
        }
    })
}

#[span(name = place)]
async fn by_attribute(place: &str, body: Work) {
    body.await;
}

#[instrument(skip_all, fields(otel.name = place))]
async fn by_tracing(place: &str, body: Work) {
    body.await;
}

fn body(place: String, plan: Plan) -> Work {
    Box::pin(async move {
        let children = plan.children.iter().enumerate();
        let mut children: Vec<Work> =
            children.map(|(number, child)| work(format!("{place}.{number}"), child.clone())).collect();
        if plan.at_once {
            poll_fn(|context| all(&mut children, context)).await;
        } else {
            for child in children {
                pause(plan.waits).await;
                child.await;
            }
        }
        pause(plan.waits).await;
        request(&place).await;
        info_span!("plain", otel.name = format!("{place}.plain")).in_scope(|| {
            Span::start(format!("{place}.plain.below")).in_scope(|| {});
        });
    })
}

async fn pause(times: usize) {
    for _ in 0..times {
        wait().await;
    }
}

fn all(running: &mut Vec<Work>, context: &mut Context<'_>) -> Poll<()> {
    running.retain_mut(|one| one.as_mut().poll(context).is_pending());
    if running.is_empty() { Poll::Ready(()) } else { Poll::Pending }
}

/// A request as the wrappers tell of it, whose answer comes later.
async fn request(place: &str) {
    let sdk = runtime::current().expect("a page").sdk.clone();
    let href = format!("https://shop.test/{place}.request");
    let url = Url::split(&href).expect("a URL");
    let request = Request {
        kind: "fetch",
        method: "GET",
        given: &href,
        resolved: url,
        page: url,
        headers_forbidden: false,
    };
    let span = sdk.start_request(&request, &[]).span.and_then(|started| started.key).expect("a span");
    wait().await;
    sdk.end_request(span, Some(200), None);
}

fn count(plan: &Plan) -> usize {
    // The span itself, its request, and the two that begin at its end.
    4 + plan.children.iter().map(count).sum::<usize>()
}

/// Where a span stands: what it is called, without what a request has before.
fn place(name: &Json) -> &str {
    let name = name.as_str().expect("a name");
    name.rsplit('/').next().unwrap_or(name)
}

/// Compares each span with the parent that its name demands; answers with how many there are.
fn check(event: &Json) -> usize {
    let children = event["spans"].as_array().expect("spans");
    let root = (&event["contexts"]["trace"]["span_id"], place(&event["transaction"]));
    let all = children.iter().map(|span| (&span["span_id"], place(&span["description"]))).chain([root]);
    let known: std::collections::HashMap<&str, &str> =
        all.map(|(id, place)| (id.as_str().expect("an id"), place)).collect();
    assert_eq!(known.len(), children.len() + 1, "ids repeat");
    for child in children {
        let name = place(&child["description"]);
        let parent = known.get(child["parent_span_id"].as_str().unwrap_or_default());
        assert_eq!(parent.copied(), name.rsplit_once('.').map(|(parent, _)| parent), "of {name}");
    }
    known.len()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_parent_is_wrong_in_whatever_order_futures_run(
        plans in prop::collection::vec(plans(), 1..12),
        turns in prop::collection::vec(any::<prop::sample::Index>(), 0..200),
    ) {
        let world = recorded();
        let _guard = tracing_subscriber::registry().with(layer()).set_default();
        let expected: usize = plans.iter().map(count).sum();
        let mut running: Vec<Work> =
            plans.into_iter().enumerate().map(|(number, plan)| work(number.to_string(), plan)).collect();
        for turn in turns {
            if running.is_empty() {
                break;
            }
            let chosen = turn.index(running.len());
            if poll(running[chosen].as_mut()).is_ready() {
                drop(running.swap_remove(chosen));
            }
            prop_assert!(Span::current().is_none(), "what waits is not active");
        }
        while !running.is_empty() {
            running.retain_mut(|one| poll(one.as_mut()).is_pending());
        }
        prop_assert_eq!(events(&world).iter().map(check).sum::<usize>(), expected);
    }
}
