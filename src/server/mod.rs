//! Servers in Rust: whose trace a request belongs to, and what the page and other services are told of it.
//!
//! ```
//! use http::HeaderMap;
//! use throughline::server::{Incoming, ServerOptions};
//!
//! let options = ServerOptions::new("https://key@o7.ingest.example.com/42")
//!     .release("shop@1.2.3")
//!     .traces_sample_rate(0.2);
//!
//! // What a request brought; a new trace where it brought nothing valid.
//! let incoming = Incoming::from_headers(&HeaderMap::new(), &options);
//!
//! // The page goes on in it.
//! let html = format!("<html><head>{}</head><body>…</body></html>", incoming.meta_tags());
//! assert!(html.contains(&incoming.sentry_trace()));
//!
//! // And so does the service behind us.
//! let mut outgoing = HeaderMap::new();
//! incoming.inject(&mut outgoing);
//! assert_eq!(outgoing["sentry-trace"], incoming.sentry_trace());
//! ```
//!
//! Whatever a request brings, nothing here fails and nothing panics: the part that is valid counts, and where there is none a
//! trace begins. All types are [`Send`] and [`Sync`]. Nothing is sent from here: spans of a server are sent by an SDK for
//! servers, such as the crate `sentry`.
//!
//! # With `axum`
//!
//! The feature `axum` makes [`Incoming`] an extractor. A layer tells it the options, and may tell pages their trace by a header
//! as well, for HTML that is not written here:
//!
//! ```
//! use throughline::server::{Incoming, IncomingLayer, ServerOptions};
//!
//! // axum::Router::new().route("/", axum::routing::get(page)).layer(layer)
//! let layer = IncomingLayer::new(ServerOptions::default().traces_sample_rate(0.2)).server_timing(true);
//!
//! async fn page(incoming: Incoming) -> String {
//!     let tags = incoming.named("GET /").meta_tags();
//!     format!("<!doctype html><html><head>{tags}</head><body>…</body></html>")
//! }
//! ```
//!
//! # With Leptos
//!
//! With the same layer around the router, a component of the shell finds it in the parts of the request, which `leptos_axum`
//! provides as a context, and a server function extracts it (`leptos_axum::extract::<Incoming>().await`):
//!
//! ```
//! use throughline::server::Incoming;
//!
//! // With `use_context::<http::request::Parts>()`; then `view! { <meta name=name content=content/> }` for each.
//! fn tags(parts: Option<http::request::Parts>) -> Vec<(&'static str, String)> {
//!     parts.and_then(|parts| parts.extensions.get::<Incoming>().map(Incoming::meta)).unwrap_or_default()
//! }
//! # assert!(tags(None).is_empty());
//! ```
//!
//! # Beside the crate `sentry`
//!
//! Its layers for `tower` begin a transaction for each request, which continues what came. Our layer below them takes that for the
//! span of the request, see [`IncomingLayer::adjust`]. Where a transaction is begun by hand, it is
//! [`Incoming::with_sentry_trace`] with what `transaction.iter_headers()` says. Give both the same rate.

mod arrival;
mod dice;
#[cfg(feature = "axum")]
mod extract;
mod incoming;
mod layer;
mod options;
mod outgoing;
mod page;
mod sampler;

pub use crate::codec::dsn::DsnError;
pub use arrival::Continuation;
pub use incoming::Incoming;
pub use layer::{IncomingLayer, IncomingService, ResponseFuture};
pub use options::ServerOptions;
pub use sampler::SamplingRequest;
