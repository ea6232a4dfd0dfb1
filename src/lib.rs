//! Distributed tracing for web applications in Rust, in Sentry's protocol: one trace from a click in Leptos, Yew or Dioxus,
//! through the server, to the database behind it.
//!
//! ```no_run
//! # #[cfg(feature = "browser")] mod application {
//! use throughline::{Instrument, Options, Span};
//!
//! fn main() {
//!     // Continues the page's trace, times the page load, gives requests headers and spans.
//!     let guard = throughline::init(
//!         Options::new("https://public@o1.ingest.example.com/42")
//!             .release("shop@1.2.3")
//!             .traces_sample_rate(0.2)
//!             .propagate_to(["/api", "https://api.example.com"]),
//!     );
//!     if let Ok(guard) = guard {
//!         guard.forget();
//!     }
//!     // leptos::mount::mount_to_body(App);
//! }
//!
//! async fn place_order() {
//!     let span = Span::builder("place order").op("ui.action").start();
//!     // By gloo_net, reqwest or web_sys: the request is a child of the span, and carries its headers.
//!     async { /* send it */ }.in_span(span).await;
//! }
//! # }
//! ```
//!
//! # What happens by itself
//!
//! From `init` on the trace that the server began goes on in the page: its `<meta>` tags `sentry-trace` and `baggage`, or the
//! header `Server-Timing`, are read, unless the HTML is stale. The load of the page and each navigation are root spans that
//! end by themselves; `route("/users/:id")` names them. Requests by `fetch` and `XMLHttpRequest`, so by `gloo-net`, `reqwest`
//! and `web_sys`, are spans where one is active, and carry headers to the page's own origin, or where `propagate_to` says;
//! `explain(url)` tells why one does or does not. When the page is left, what is open ends and is sent. In workers all of
//! this holds but for what only pages have. Where the npm package `throughline` is on the page too, each request is handled
//! once, in one trace.
//!
//! # Spans
//!
//! `Span::start("name")` begins a span below the one that is active, and it ends when its last handle is dropped. It is
//! active within `span.in_scope(|| …)`, and within `future.in_span(span)` each time the future is polled: of futures that run
//! by turns each has its own. `#[throughline::span(op = "function", err)]` makes one of each call of a function, sync or
//! async. Attributes are texts, numbers, truth values and lists: `span.set("cart.items", 3)`.
//!
//! # With the crate `tracing`
//!
//! With the feature `tracing`, its spans are spans of ours, with exact parents and typed fields, and requests that are sent
//! inside of them are their children:
//!
//! ```
//! # #[cfg(feature = "tracing")] {
//! use tracing_subscriber::prelude::*;
//!
//! tracing_subscriber::registry().with(throughline::layer()).init();
//!
//! #[tracing::instrument(skip_all, fields(op = "ui.action", order.id = id), err)]
//! async fn cancel_order(id: u32) -> Result<(), std::num::ParseIntError> {
//!     tracing::info_span!("render").in_scope(|| { /* … */ });
//!     Ok(())
//! }
//! # drop(cancel_order(7));
//! # }
//! ```
//!
//! # Servers
//!
//! With the features `server` and `axum`, natively, `server::Incoming` is what a request brought: it continues the trace,
//! writes the meta tags of the page (`incoming.meta_tags()`), and the headers of requests to other services
//! (`incoming.inject(&mut headers)`). Its spans are sent by an SDK for servers, such as the crate `sentry`.
//!
//! Everything else compiles on a server and does nothing there, as it does before `init`: code that both halves share needs
//! no `cfg`.
//!
//! # Panics
//!
//! Nothing in this crate panics. Where the application does, the spans that are entered have failed, with the message, end
//! and are sent; then the hook of before goes on. Hooks that replace others (`console_error_panic_hook::set_once`) come
//! before `init`.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `browser` (default) | `init`, `Span`, the page |
//! | `macros` (default) | `#[throughline::span]` |
//! | `tracing` | `layer()` for `tracing-subscriber` 0.3 |
//! | `vitals` | web vitals, resources and the device, with the page load |
//! | `stream` | `Options::stream_spans`: spans that are sent when they have ended, without transactions |
//! | `no-modules` | for `wasm-bindgen --target no-modules` |
//! | `server` | `server`: requests, meta tags, headers, a layer for tower; natively |
//! | `axum` | `Incoming` as an extractor |
#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

/// `#[span]` names this crate as its users do.
#[cfg(test)]
extern crate self as throughline;

// Seen by our own crates and tests only: no part of what is public, whatever their version. Each is declared twice, and not by a
// macro, because rustfmt finds no module that a macro declares.
#[cfg(all(feature = "browser", feature = "__internals"))]
#[doc(hidden)]
pub mod app;
#[cfg(all(feature = "browser", not(feature = "__internals")))]
#[allow(dead_code, unreachable_pub, reason = "the module of the npm package uses the rest")]
mod app;
#[cfg(feature = "__internals")]
#[doc(hidden)]
pub mod codec;
#[cfg(not(feature = "__internals"))]
#[allow(dead_code, unreachable_pub, reason = "the module of the npm package uses the rest")]
mod codec;
#[cfg(feature = "__internals")]
#[doc(hidden)]
pub mod decide;
#[cfg(not(feature = "__internals"))]
#[allow(dead_code, unreachable_pub, reason = "the module of the npm package uses the rest")]
mod decide;

#[cfg(feature = "browser")]
mod front;
#[cfg(feature = "tracing")]
mod layer;
#[cfg(all(feature = "server", not(target_arch = "wasm32")))]
pub mod server;

pub use codec::id::{ParseIdError, SpanId, TraceId};
pub use codec::trace_headers::{PropagateTraceparent, TraceHeaders};
#[cfg(feature = "browser")]
pub use front::{
    builder::SpanBuilder,
    data::{set_context, set_tag, set_user},
    dsn::{Dsn, ParseDsnError},
    entered::Entered,
    explanation::{Explanation, explain},
    guard::{Guard, flush},
    init::{InitError, init},
    instrument::{Instrument, Instrumented},
    options::Options,
    route::{route, route_among, route_of},
    sampling::SamplingContext,
    span::Span,
    status::{ParseStatusError, SpanStatus},
    target::Target,
    trace::{continue_trace, headers, start_new_trace, suppress_tracing},
    user::User,
    value::Value,
};
#[cfg(feature = "tracing")]
pub use layer::tracing_layer::{TracingLayer, layer};

#[cfg(feature = "macros")]
pub use front::attribute::span;

/// What `#[span]` writes into functions: no part of what is public.
#[cfg(feature = "macros")]
#[doc(hidden)]
pub mod __private {
    pub use crate::front::attribute::{fail, run};
}
