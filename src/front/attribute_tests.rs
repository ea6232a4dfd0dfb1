//! Functions as spans, on a page without a browser: all that a function can be.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unreachable,
    reason = "a test fails by panicking"
)]

use std::fmt::Display;
use std::future::Future;
use std::panic::{catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;

use serde_json::Value as Json;

use crate::front::fake_page::{events, pairs, parents, poll, recorded, wait};
use crate::{Span, span};

const UI: &str = "ui.action";

fn trace_of(event: &Json) -> &Json {
    &event["contexts"]["trace"]
}

fn done<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let polled = (0..100).map(|_| poll(future.as_mut())).find(Poll::is_ready);
    let Some(Poll::Ready(answer)) = polled else { unreachable!("the future is never done") };
    answer
}

#[span]
fn outer(items: &[u32]) -> u32 {
    inner(items) + 1
}

#[span(name = "sum up", op = "function")]
fn inner(items: &[u32]) -> u32 {
    items.iter().sum()
}

#[test]
fn a_function_is_a_span_and_those_it_calls_are_its_children() {
    let world = recorded();
    assert_eq!(outer(&[1, 2]), 4);
    let events = events(&world);
    assert_eq!(events[0]["transaction"], "outer");
    assert_eq!(parents(&events[0]), pairs(&[("sum up", "outer")]));
    assert_eq!(events[0]["spans"][0]["op"], "function");
    assert!(Span::current().is_none());
}

#[span(op = UI, err)]
async fn order(id: &str, fails: bool) -> Result<impl Display + use<>, String> {
    wait().await;
    Span::start("below").in_scope(|| {});
    if fails {
        Err(format!("{id} is sold out"))?;
    }
    let number = "7".parse::<u32>().map_err(|error| error.to_string())?;
    Ok(number)
}

#[test]
fn an_async_function_is_a_span_that_its_error_explains() {
    let world = recorded();
    assert_eq!(done(order("tea", false)).expect("a number").to_string(), "7");
    assert_eq!(done(order("tea", true)).map(|it| it.to_string()), Err("tea is sold out".to_owned()));
    let events = events(&world);
    assert_eq!((&events[0]["transaction"], &trace_of(&events[0])["op"]), (&"order".into(), &UI.into()));
    assert_eq!(parents(&events[0]), pairs(&[("below", "order")]));
    assert_eq!(trace_of(&events[0])["status"], "ok");
    assert_eq!(trace_of(&events[1])["status"], "internal_error");
    assert_eq!(trace_of(&events[1])["data"]["sentry.status.message"], "tea is sold out");
}

#[test]
fn a_future_that_is_dropped_early_is_cancelled() {
    let world = recorded();
    {
        let mut given_up = pin!(order("tea", false));
        assert!(poll(given_up.as_mut()).is_pending());
    }
    drop(order("never begun", false));
    let events = events(&world);
    assert_eq!(events.len(), 1);
    assert_eq!(trace_of(&events[0])["status"], "cancelled");
}

#[span(err)]
fn parse<'a, E: Display>(text: &'a str, wrong: impl Fn() -> E) -> Result<&'a str, E> {
    let Some(rest) = text.strip_prefix("id-") else { return Err(wrong()) };
    Ok(rest)
}

#[test]
fn an_error_of_a_plain_function_explains_it_too() {
    let world = recorded();
    assert_eq!(parse("id-7", || "unused"), Ok("7"));
    assert_eq!(parse("7", || "no id"), Err("no id"));
    let events = events(&world);
    assert_eq!(trace_of(&events[0])["status"], "ok");
    assert_eq!(trace_of(&events[1])["data"]["sentry.status.message"], "no id");
}

#[derive(Debug)]
struct SoldOut {
    #[allow(dead_code, reason = "read by Debug")]
    left: u32,
}

#[span(err(Debug))]
async fn reserve(left: u32) -> Result<u32, SoldOut> {
    wait().await;
    left.checked_sub(1).ok_or(SoldOut { left })
}

#[test]
fn an_error_that_cannot_be_displayed_is_recorded_as_debug_shows_it() {
    let world = recorded();
    assert!(done(reserve(1)).is_ok() && done(reserve(0)).is_err());
    let events = events(&world);
    assert_eq!(trace_of(&events[0])["status"], "ok");
    assert_eq!(trace_of(&events[1])["data"]["sentry.status.message"], "SoldOut { left: 0 }");
}

#[span(fields(order.id = id, "the items" = items.len(), paid, shown = %shown, seen = ?items, r#type = "gift"))]
fn with_fields(id: String, items: Vec<u8>, paid: bool, shown: &dyn Display) -> usize {
    let _ = shown;
    // What was recorded is still the function's own.
    id.len() + items.into_boxed_slice().len() + usize::from(paid)
}

#[test]
fn fields_are_recorded_and_arguments_are_not() {
    let world = recorded();
    assert_eq!(with_fields("o-1".to_owned(), vec![1, 2], true, &1.5), 6);
    assert_eq!(outer(&[]), 1);
    let events = events(&world);
    let data = &trace_of(&events[0])["data"];
    assert_eq!(data["order.id"], "o-1");
    assert_eq!(data["the items"], 2);
    assert_eq!(data["paid"], true);
    assert_eq!(data["shown"], "1.5");
    assert_eq!(data["seen"], "[1, 2]");
    assert_eq!(data["type"], "gift");
    assert_eq!(trace_of(&events[1])["data"].get("items"), None);
}

#[span(root)]
fn a_root_of_its_own() {}

#[test]
fn a_root_is_sent_by_itself() {
    let world = recorded();
    Span::start("around").in_scope(a_root_of_its_own);
    let events = events(&world);
    assert_eq!(events[0]["transaction"], "a_root_of_its_own");
    assert_eq!(trace_of(&events[0])["trace_id"], trace_of(&events[1])["trace_id"]);
}

struct Cart<T> {
    items: Vec<T>,
}

trait Shop {
    fn checkout(&mut self) -> Pin<Box<dyn Future<Output = Result<usize, String>> + Send + '_>>;
    #[span]
    fn name(&self) -> String {
        "shop".to_owned()
    }
}

impl<T: Clone + Send + Display> Cart<T> {
    #[span]
    fn add(&mut self, item: &T) -> &mut Self {
        self.items.push(item.clone());
        self
    }

    #[span(fields(count = self.items.len()))]
    async fn shown(&self) -> Vec<String>
    where
        T: Sync,
    {
        wait().await;
        self.items.iter().map(ToString::to_string).collect()
    }

    #[span]
    fn into_items(self) -> impl Iterator<Item = T> {
        self.items.into_iter()
    }

    #[span(err)]
    fn first(&mut self) -> Result<impl Display + use<'_, T>, &'static str> {
        self.items.first_mut().ok_or("an empty cart")
    }

    #[span]
    fn later(&self) -> impl Future<Output = usize> + use<'_, T> {
        let count = self.items.len();
        async move {
            wait().await;
            drop(Span::start("below"));
            count
        }
    }
}

impl<T: Clone + Send + Display> Shop for Cart<T> {
    // As `#[async_trait]` leaves it.
    #[span(err, fields(count = self.items.len()))]
    fn checkout(&mut self) -> Pin<Box<dyn Future<Output = Result<usize, String>> + Send + '_>> {
        if self.items.is_empty() {
            return Box::pin(async { Err("nothing to buy".to_owned()) });
        }
        Box::pin(async move {
            wait().await;
            drop(Span::start("below"));
            Ok(self.items.len())
        })
    }
}

#[test]
fn methods_are_spans() {
    let world = recorded();
    let mut cart = Cart { items: Vec::new() };
    assert_eq!(done(cart.checkout()), Err("nothing to buy".to_owned()));
    assert!(cart.first().is_err());
    cart.add(&1).add(&2);
    assert_eq!(done(cart.shown()), ["1", "2"]);
    assert_eq!(done(cart.checkout()), Ok(2));
    assert_eq!(done(cart.later()), 2);
    assert_eq!(cart.first().map(|it| it.to_string()), Ok("1".to_owned()));
    assert_eq!(cart.name(), "shop");
    assert_eq!(cart.into_items().collect::<Vec<_>>(), [1, 2]);
    let events = events(&world);
    let seen: Vec<(&str, &str, usize)> = events
        .iter()
        .map(|event| {
            let status = trace_of(event)["status"].as_str().expect("a status");
            let children = event["spans"].as_array().map_or(0, Vec::len);
            (event["transaction"].as_str().expect("a name"), status, children)
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("checkout", "internal_error", 0),
            ("first", "internal_error", 0),
            ("add", "ok", 0),
            ("add", "ok", 0),
            ("shown", "ok", 0),
            ("checkout", "ok", 1),
            ("later", "ok", 1),
            ("first", "ok", 0),
            ("name", "ok", 0),
            ("into_items", "ok", 0),
        ]
    );
    assert_eq!(trace_of(&events[4])["data"]["count"], 2);
    assert_eq!(trace_of(&events[5])["data"]["count"], 2);
}

/// Documented.
#[span]
#[must_use]
#[allow(dead_code, unsafe_code)]
pub(crate) unsafe extern "C" fn raw(number: *const u32) -> u32 {
    // SAFETY: the caller has a number there.
    unsafe { *number }
}

#[span]
#[allow(dead_code)]
fn never(message: &str) -> ! {
    resume_unwind(Box::new(message.to_owned()))
}

#[span]
fn in_bounds<const N: usize>(items: [u8; N], at: usize) -> u8 {
    #![allow(clippy::needless_return)]
    return items[at];
}

#[test]
#[allow(unsafe_code)]
fn the_head_of_a_function_stays() {
    let world = recorded();
    let function: unsafe extern "C" fn(*const u32) -> u32 = raw;
    // SAFETY: there is a number.
    assert_eq!(unsafe { function(&7) }, 7);
    assert_eq!(in_bounds([1, 2], 1), 2);
    assert_eq!(events(&world).len(), 2);
}

#[test]
fn a_panic_fails_the_spans_that_it_leaves_and_goes_on() {
    let world = recorded();
    #[span]
    async fn waits_and_breaks() {
        wait().await;
        never("broken");
    }
    let outcome = catch_unwind(|| done(waits_and_breaks()));
    let payload = outcome.expect_err("the panic goes on");
    assert_eq!(payload.downcast_ref::<String>().map(String::as_str), Some("broken"));
    let events = events(&world);
    assert_eq!(parents(&events[0]), pairs(&[("never", "waits_and_breaks")]));
    assert_eq!(events[0]["spans"][0]["status"], "internal_error");
    assert_eq!(trace_of(&events[0])["status"], "internal_error");
    assert!(Span::current().is_none());
}

#[test]
fn a_future_may_go_to_another_thread_where_its_body_may() {
    fn is_send<T: Send>(_: T) {}
    is_send(order("tea", false));
    is_send(Cart { items: vec![1] }.shown());
    // Whose body holds what may not: there is no bound that it must.
    #[span]
    async fn local() -> usize {
        let here = std::rc::Rc::new(7);
        wait().await;
        *here
    }
    assert_eq!(done(local()), 7);
}
