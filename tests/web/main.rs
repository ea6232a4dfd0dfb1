//! What only a browser decides: `wasm-pack test --headless --chrome`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(missing_docs, missing_debug_implementations, reason = "nobody but the tests uses them")]

use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);

pub mod broken;
pub mod entropy;
pub mod explain;
pub mod fetch;
pub mod front;
pub mod interleaved;
pub mod lifecycle;
pub mod module;
pub mod navigation;
pub mod page;
pub mod panics;
pub mod sender;
pub mod spans;
pub mod stand_ins;
pub mod xhr;
