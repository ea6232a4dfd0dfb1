//! Sentry-style distributed tracing for the browser: the core, in Rust.
//!
//! | room | what lives there | knows JavaScript |
//! |---|---|---|
//! | [`trace`] | ids, headers, sampling, spans: what a trace *is* | no |
//! | [`transport`] | DSN, envelopes, spans that wait, limits, losses: what is sent, and when | no |
//! | [`sdk`] | all state of a page behind one door | no |
//! | [`host`] | what we ask of the surroundings: time, dice, network, and what is active | no |
//! | [`scopes`] | what is active, for a host that has no scopes of its own | no |
//! | [`json`], [`digits`], [`text`] | writers of JSON text, and of numbers; cutting texts | no |
//! | `browser` | the edge: reads the page, implements the host | WebAssembly only |
//! | `api` | what the JavaScript face calls, and what it is asked | the package for JavaScript only |
//!
//! Arrows point one way: `api → browser → sdk, host → transport → trace`. The core decides, the edge acts. Which
//! callback runs now, and so which span is active in which trace, is a fact that only the surroundings know,
//! like the time: it comes in with every question.
//!
//! ```
//! use throughline::scopes::StackScopes;
//! use throughline::host::Scopes;
//! use throughline::trace::propagation::PropagationContext;
//! use throughline::trace::sentry_trace;
//! use throughline::trace::time::Moment;
//!
//! let header = sentry_trace::parse("771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1")?;
//! assert_eq!(header.sampled, Some(true));
//!
//! // A Rust application shares its scopes with the SDK of its page.
//! let scopes = StackScopes::new(PropagationContext::begin(&Moment::of_dice([7; 32])));
//! let layer = scopes.enter_suppressed();
//! assert!(scopes.suppressed());
//! scopes.leave(layer);
//! # Ok::<(), sentry_trace::SentryTraceError>(())
//! ```

pub mod digits;
pub mod host;
pub mod json;
pub mod scopes;
pub mod sdk;
pub mod text;
pub mod trace;
pub mod transport;

#[cfg(all(target_arch = "wasm32", feature = "package"))]
mod api;
#[cfg(target_arch = "wasm32")]
pub mod browser;

/// The allocator of the package for JavaScript: 1.8 kB smaller, compressed, than the one that Rust brings along. A Rust
/// application chooses its own for the whole of its module, so it does not get this one.
#[cfg(all(target_arch = "wasm32", feature = "package"))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
