//! A thousand futures that run by turns on the browser's own timers, with spans of every kind in each other and requests
//! among them: each says whose child it must be, and what has left is compared with that.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use js_sys::{Array, Promise};
use throughline::{Instrument as _, Options, Span};
use tracing::{Instrument as _, info_span, instrument};
use tracing_subscriber::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stand_ins::{answer_later, read_trees, restore, run};

type Work = Pin<Box<dyn Future<Output = ()>>>;

const ROOTS: usize = 20;
const FUTURES: usize = 50;
/// Of each future: its own span, its request and a span within a span; and three of each below it.
const SPANS: usize = 4 + 3 * 4;

thread_local! {
    /// Chance that is the same each time.
    static CHANCE: Cell<u32> = const { Cell::new(2_463_534_242) };
}

fn chance(below: u32) -> u32 {
    let mut state = CHANCE.get();
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    CHANCE.set(state);
    state % below
}

async fn awaited(code: &str) {
    let promise: Promise = run(code).unchecked_into();
    JsFuture::from(promise).await.expect("an answer");
}

/// Waits for a timer, or for a microtask.
async fn pause() {
    for _ in 0..1 + chance(2) {
        match chance(4) {
            0 => awaited("Promise.resolve()").await,
            millis => awaited(&format!("new Promise((resolve) => setTimeout(resolve, {millis}))")).await,
        }
    }
}

/// Runs a future inside of a span of one of four kinds.
fn inside(kind: usize, place: String, body: Work) -> Work {
    match kind % 4 {
        0 => Box::pin(async move { body.in_span(Span::start(&place)).await }),
        1 => Box::pin(by_attribute(place, body)),
        2 => Box::pin(async move { body.instrument(info_span!("span", otel.name = place)).await }),
        _ => Box::pin(by_tracing(place, body)),
    }
}

#[throughline::span(name = place)]
async fn by_attribute(place: String, body: Work) {
    body.await;
}

#[instrument(skip_all, fields(otel.name = place))]
async fn by_tracing(place: String, body: Work) {
    body.await;
}

fn leaf(place: String) -> Work {
    Box::pin(async move {
        pause().await;
        awaited(&format!("fetch('/api/{place}.request')")).await;
        pause().await;
        info_span!("plain", otel.name = format!("{place}.plain")).in_scope(|| {
            Span::start(format!("{place}.plain.below")).in_scope(|| {});
        });
    })
}

fn body(kind: usize, place: String) -> Work {
    Box::pin(async move {
        let child = |number: usize| {
            let place = format!("{place}.{number}");
            inside(kind + number, place.clone(), leaf(place))
        };
        pause().await;
        child(1).await;
        // By turns within one poll.
        let mut both = vec![child(2), child(3)];
        poll_fn(|context| all(&mut both, context)).await;
        leaf(place.clone()).await;
    })
}

fn all(running: &mut Vec<Work>, context: &mut Context<'_>) -> Poll<()> {
    running.retain_mut(|one| one.as_mut().poll(context).is_pending());
    if running.is_empty() { Poll::Ready(()) } else { Poll::Pending }
}

#[wasm_bindgen_test]
async fn of_a_thousand_futures_no_parent_is_wrong() {
    let calls = answer_later();
    let options = Options::new("https://public@collector.test/42").traces_sample_rate(1.0);
    let guard = throughline::init(options.trace_page_load(false).trace_navigation(false)).expect("a page");
    let _subscriber = tracing_subscriber::registry().with(throughline::layer()).set_default();
    let roots: Vec<Span> = (0..ROOTS).map(|root| Span::start(root.to_string())).collect();
    let running = Array::new();
    for (number, root) in roots.iter().enumerate() {
        for future in 0..FUTURES {
            let place = format!("{number}.{future}");
            let work = inside(future, place.clone(), body(future, place)).in_span(root.clone());
            running.push(&future_to_promise(async move {
                work.await;
                Ok(JsValue::UNDEFINED)
            }));
        }
    }
    JsFuture::from(Promise::all(&running)).await.expect("all are done");
    assert!(Span::current().is_none());
    drop(roots);
    guard.flush().await;
    let expected = format!("{} spans, {} requests", ROOTS * (1 + FUTURES * SPANS), ROOTS * FUTURES * 4);
    assert_eq!(read_trees(&calls), expected);
    drop(guard);
    restore();
}
