//! The core on its public API, native: header examples.
//!
//! | file | asks |
//! |---|---|
//! | `vectors` | reads `tests/vectors/` |
//! | `codecs`, `targets`, `transport` | do we answer as the examples say? |
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod codecs;
mod targets;
mod transport;
mod vectors;
