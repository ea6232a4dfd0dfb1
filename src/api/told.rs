//! Children of a recorded root that rest in the face until they are over, see `trace/told.rs`.

use wasm_bindgen::prelude::*;

use super::border::given;
use super::hooks::micros;
use super::init::with;
use super::ticket;
use crate::trace::id::SpanId;
use crate::trace::store::SpanKey;
use crate::trace::time::Timestamp;
use crate::trace::told::Told;

/// A child of a root rests in the face: its name and attribute lines, the two numbers of its id; when it began, in
/// milliseconds, by both clocks; when it ended by the steady one, NaN if it has not. From now on the core has its text;
/// or, if it is to be kept because somebody asks about it, the span: then this writes its ticket, and answers whether it
/// is there.
#[wasm_bindgen]
#[expect(clippy::too_many_arguments, reason = "one crossing per span, and only numbers cross")]
pub fn child_told(
    name: usize,
    attributes: usize,
    root: u32,
    high: u32,
    low: u32,
    start: f64,
    begun: f64,
    over: f64,
    keeps: u32,
) -> bool {
    given([name, attributes], |[name, attributes]| {
        let told = Told {
            name,
            attributes,
            id: SpanId::from_words([high, low]),
            start: Timestamp::from_millis(start),
            start_ticks: micros(begun),
            end_ticks: (!over.is_nan()).then(|| micros(over)),
        };
        let root = SpanKey::from_u32(root)?;
        with(|instance| {
            if keeps > 0 {
                return instance.sdk.keep_told(root, &told);
            }
            instance.sdk.write_told(root, &told);
            None
        })
    })
    .inspect(ticket::write)
    .is_some()
}
