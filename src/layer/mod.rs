//! Spans of the crate `tracing`, by the feature `tracing`: a layer for `tracing-subscriber`.
//!
//! | what | where |
//! |---|---|
//! | begins, enters and ends spans | [`tracing_layer`] |
//! | what the fields of a span come to | `fields` |
//! | why a span failed, by its events | `failure` |

mod failure;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod field_tests;
mod fields;
#[cfg(all(test, feature = "macros", not(target_arch = "wasm32")))]
mod interleaved;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
pub mod tracing_layer;
