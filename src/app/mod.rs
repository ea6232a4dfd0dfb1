//! Applications in Rust: live spans, and everything that happens to them. Not in the package for JavaScript, whose spans
//! live in `js/`.
//!
//! | what | where |
//! |---|---|
//! | a span, and what it is made of | [`span`], [`attributes`], [`link`], [`status`], [`span_json`] |
//! | all spans of a page, how they begin and end | [`store`], [`start_span`], [`tracer`], [`idle`], [`loss`], [`settings`] |
//! | requests, and the headers they carry | [`request`], [`headers`], [`explanation`] |
//! | what the browser measured, as spans | [`entry`], [`entries`] |
//! | the trace and the roots of a page | [`page_trace`], [`routes`] |
//! | what leaves, and when | [`envelope`], [`event_data`], [`span_envelope`], [`typed`], [`span_buffer`], [`queue`], [`outcomes`] |
//! | all state behind one door | [`sdk`], and who hears of what it does: [`listeners`] |
//! | what we ask of the surroundings | [`host`], [`moment`], [`number`], and for what is active [`scopes`] |
//! | the surroundings that a browser is | `browser`, WebAssembly only |
//!
//! Only `browser` knows JavaScript, and nothing here knows a clock: the time and dice come in with every decision.

pub mod attributes;
#[cfg(target_arch = "wasm32")]
pub mod browser;
pub(crate) mod cell;
#[cfg(any(all(feature = "no-modules", target_arch = "wasm32"), test))]
mod embedded;
pub mod entries;
pub mod entry;
pub mod envelope;
pub mod event_data;
pub mod explanation;
pub mod headers;
pub mod host;
pub mod idle;
mod idle_root;
pub mod link;
pub mod listeners;
pub mod loss;
pub mod moment;
pub mod number;
pub mod outcomes;
pub mod page_trace;
pub mod queue;
pub mod request;
pub mod routes;
pub mod scope;
pub mod scopes;
pub mod sdk;
pub mod settings;
pub mod span;
pub mod span_buffer;
pub mod span_envelope;
pub mod span_json;
pub mod span_key;
mod start;
pub mod start_span;
pub mod status;
pub mod store;
pub mod tracer;
pub mod typed;
