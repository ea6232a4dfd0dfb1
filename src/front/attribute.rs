//! What `#[span]` writes into functions, and how it is documented.

use std::fmt::Display;

use crate::front::span::Span;

/// Runs a function inside of a span: a child of the span that is active when it begins, and the parent of all that begins
/// in it. Of an `async fn` the span is active whenever its future runs; it gets the status `cancelled` if that is dropped
/// early.
///
/// ```
/// # struct Order;
/// # #[derive(Debug)] struct LoadError;
/// # impl std::fmt::Display for LoadError {
/// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("no such order") }
/// # }
/// # async fn request(id: u64) -> Result<Order, LoadError> { Err(LoadError) }
/// #[throughline::span(op = "function", err, fields(order.id = id))]
/// async fn load_order(id: u64) -> Result<Order, LoadError> {
///     let order = request(id).await?;
///     throughline::Span::current().set("order.cached", false);
///     Ok(order)
/// }
///
/// #[throughline::span]
/// fn price(items: &[f64]) -> f64 {
///     items.iter().sum()
/// }
/// # assert_eq!(price(&[1.0, 2.0]), 3.0);
/// # drop(load_order(7));
/// ```
///
/// | option | |
/// |---|---|
/// | `name = "…"` | what the span is called: as the function unless said otherwise |
/// | `op = "…"` | the kind of operation, such as `function` or `ui.action` |
/// | `err` | an `Err` says that the span has failed, in its own words (`Display`) |
/// | `err(Debug)` | likewise, as `Debug` shows the error |
/// | `root` | becomes a root, see [`SpanBuilder::root`](crate::SpanBuilder::root) |
/// | `fields(order.id = id, …)` | attributes, computed where the function begins; `id` alone is short for `id = id`, `%` stands before what is recorded as it is displayed, `?` before what is recorded as `Debug` shows it |
///
/// No argument is recorded unless it is among the fields. Values are copied, and are what a [`Value`](crate::Value) can be.
///
/// It is for methods too, for functions that answer with `impl Future` or `Pin<Box<dyn Future>>`, and below `#[async_trait]`.
/// What is no option does not compile:
///
/// ```compile_fail
/// #[throughline::span(operation = "function")]
/// fn price() {}
/// ```
#[doc(inline)]
pub use throughline_macros::span;

/// The body of a function, in which `return` and `?` come back here. A closure that may run once can answer with what it
/// borrows by `&mut`, which the compiler does not see where one is called on the spot.
pub fn run<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// A function has answered with an error.
pub fn fail(span: &Span, error: &dyn Display) {
    if span.is_recording() {
        span.fail(error.to_string());
    }
}
