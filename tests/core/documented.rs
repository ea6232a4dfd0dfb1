//! The blocks of `docs/rust.md` and `docs/rust-spans.md` that need no framework around them, line by line as they stand there:
//! `tests/docs/blocks.test.mjs` compares them.

use std::future::ready;

use throughline::{Instrument, Span, SpanStatus};

struct Cart(Vec<f64>);

impl Cart {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn total(&self) -> f64 {
        self.0.iter().sum()
    }
}

type Error = &'static str;
type Profile = u32;

async fn send(_: &Cart) -> Result<(), Error> {
    ready(Err("no network")).await
}

async fn fetch_profile(id: u32) -> Result<Profile, Error> {
    ready(Ok(id)).await
}

#[rustfmt::skip]
fn price(cart: &Cart) -> f64 {
    Span::builder("price the cart").op("function").attribute("cart.items", cart.len()).start().in_scope(|| {
        let total = cart.total();
        Span::current().set("cart.total", total);
        total
    })
}

async fn place_order(cart: Cart) {
    let span = Span::start("place order");
    let answer = send(&cart).in_span(span.clone()).await;
    if answer.is_err() {
        span.set_status(SpanStatus::Unavailable);
    }
}

#[throughline::span(op = "function", err)]
async fn load_profile(id: u32) -> Result<Profile, Error> {
    fetch_profile(id).await
}

/// Polls a future that is ready.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("it waits"),
    }
}

#[test]
fn functions_in_spans_answer_what_they_answer_without() {
    assert_eq!(price(&Cart(vec![1.0, 2.0])), 3.0);
    now(place_order(Cart(vec![])));
    assert_eq!(now(load_profile(7)), Ok(7));
}

#[test]
fn the_layer_says_what_is_recorded() {
    // What is recorded, whatever other layers do.
    let layer = throughline::layer().with_max_level(tracing::Level::DEBUG).with_targets(["shop"]);
    drop(layer);
}

#[test]
fn routes_and_explanations_may_be_asked_for_before_anything_has_begun() {
    throughline::route("/users/:id");
    let why = throughline::explain("https://api.example.com/orders");
    assert_eq!(why.to_string(), "Tracing is not on: init was not called. Put that right first.");
}
