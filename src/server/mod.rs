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
//! trace begins. All types are [`Send`] and [`Sync`]. Nothing is sent from here: spans of a server are sent by its own SDK,
//! for example the crate `sentry`, see [`Incoming::with_span`].

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
pub use crate::codec::id::{SpanId, TraceId};
pub use arrival::Origin;
pub use incoming::Incoming;
pub use layer::{IncomingLayer, IncomingService, ResponseFuture};
pub use options::ServerOptions;
pub use sampler::SamplingRequest;
