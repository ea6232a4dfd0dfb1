//! Children of a recorded root that rest in the face until they are over, see `trace/told.rs`.

use wasm_bindgen::prelude::*;

use super::init::with;
use super::spans::cut;
use crate::browser::{rows, ticket};
use crate::trace::store::SpanKey;

/// Where the face writes rows, see `browser/rows.rs`.
#[wasm_bindgen]
pub fn rows_address() -> usize {
    with(|instance| instance.rows.as_ptr().addr())
}

/// Children of a root are over: those of the first rows, whose names and attribute lines follow each other.
#[wasm_bindgen]
pub fn children_over(root: u32, count: usize, text: &str) {
    with(|instance| {
        if let Some(root) = SpanKey::from_u32(root) {
            instance.page.sdk.write_told(root, rows::children(&instance.rows, text, count, cut));
        }
    });
}

/// The child of the first row is asked about, or has not ended when its root does: from now on the core has it. Writes
/// its ticket; false if its root is gone.
#[wasm_bindgen]
pub fn child_kept(root: u32, text: &str) -> bool {
    with(|instance| {
        let told = rows::children(&instance.rows, text, 1, cut).next()?;
        instance.page.sdk.keep_told(SpanKey::from_u32(root)?, &told)
    })
    .inspect(ticket::write)
    .is_some()
}
