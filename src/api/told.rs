//! Children of a recorded root that rest in the face until they are over, see `trace/told.rs`.

use wasm_bindgen::prelude::*;

use super::spans::{cut, on_span};
use crate::browser::{rows, ticket};

/// Where the face writes rows, see `browser/rows.rs`.
#[wasm_bindgen]
pub fn rows_address() -> usize {
    rows::address()
}

/// Children of a root are over: those of the first rows, whose names and attribute lines follow each other.
#[wasm_bindgen]
pub fn children_over(root: u32, count: usize, text: &str) {
    on_span(root, |sdk, root| sdk.write_told(root, rows::children(text, count, cut)));
}

/// The child of the first row is asked about, or has not ended when its root does: from now on the core has it. Writes
/// its ticket; false if its root is gone.
#[wasm_bindgen]
pub fn child_kept(root: u32, text: &str) -> bool {
    on_span(root, |sdk, root| sdk.keep_told(root, &rows::children(text, 1, cut).next()?))
        .inspect(ticket::write)
        .is_some()
}
