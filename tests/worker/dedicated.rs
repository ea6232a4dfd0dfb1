//! The edge in a dedicated worker of headless Chrome.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(missing_docs, missing_debug_implementations, reason = "nobody but the tests uses them")]

use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_dedicated_worker);

pub mod checks;

/// What its global object is.
pub const GLOBAL: &str = "DedicatedWorkerGlobalScope";
