//! The core of the package for JavaScript: what it exports. Numbers and bytes in, numbers and bytes out; no import, no state
//! between calls. `js/core/` is the only caller.
//!
//! The texts of a call lie one after the other at the beginning of the room (`memory.rs`), and their lengths in bytes are the
//! first arguments. An answer that is a text is its address, with its length before it; 0 is "nothing". What each function
//! answers is in `answers.rs` and `delivery.rs`, which know no memory, and so are tested natively.
//!
//! A crate of its own, so that no application in Rust links it: it has an allocator, of which there is one per module.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "only the exports call it"))]

mod answers;
mod delivery;
#[cfg(target_arch = "wasm32")]
mod exports;
mod idle;
#[cfg(target_arch = "wasm32")]
mod memory;
#[cfg(test)]
mod tests;
