//! Rows of numbers about spans that the face tells of, in a place of their own, where it writes them.

use std::cell::Cell;

use crate::trace::id::SpanId;
use crate::trace::time::Timestamp;
use crate::trace::told::Told;

/// How many rows there are: so many children are told of at once.
pub const ROWS: usize = 64;

/// Lengths of a name and of attribute lines, the two numbers of an id, the milliseconds of both clocks at the beginning,
/// those of the steady clock at the end.
type Row = [Cell<f64>; 7];

/// A place for rows.
pub type Rows = [Row; ROWS];

/// An empty one.
pub const EMPTY: Rows = [const { [const { Cell::new(0.0) }; 7] }; ROWS];

/// The children of the first rows, whose names and attribute lines follow each other in the text. `cut` cuts off so
/// many units of it.
pub fn children<'a>(
    rows: &Rows,
    text: &'a str,
    count: usize,
    cut: impl Fn(&'a str, usize) -> (&'a str, &'a str),
) -> impl Iterator<Item = Told<'a>> {
    let mut rest = text;
    rows.iter().take(count).map(move |row| {
        // `as` saturates.
        let [name, attributes, high, low, start, start_ticks, end_ticks] = row.each_ref().map(Cell::get);
        let (name, after) = cut(rest, name as usize);
        let (attributes, after) = cut(after.strip_prefix("\n").unwrap_or(after), attributes as usize);
        rest = after;
        Told {
            name,
            attributes,
            id: SpanId::from_words([high as u32, low as u32]),
            start: Timestamp::from_millis(start),
            start_ticks: micros(start_ticks),
            end_ticks: (!end_ticks.is_nan()).then(|| micros(end_ticks)),
        }
    })
}

/// As the clock of a page reads it.
pub fn micros(millis: f64) -> u64 {
    // `as` saturates.
    (millis * 1000.0) as u64
}
