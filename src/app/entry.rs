//! One thing that the browser measured, as a line of cells between tabs.
//!
//! Its type, its name, then what [`FIELDS`] names, in that order; cells beyond are attributes, name and JSON value in
//! turn. Numbers are thousandths of the browser's, so that its milliseconds are our microseconds; a text begins with a
//! quotation mark; anything else counts as missing. Times count from the page's time origin.

use crate::codec::digits::parse_integer;
use crate::codec::text;

macro_rules! fields {
    ($first:literal $(, $name:literal)* $(,)?) => {
        /// The members of an entry (and of the navigator, for the line of type `device`) that stand there, in this order. An
        /// entry of a request that has a span is of type `request`.
        pub const FIELDS: [&str; [$first, $($name),*].len()] = [$first, $($name),*];

        /// The same between blanks, for whoever writes such a line in JavaScript.
        pub const FIELD_NAMES: &str = concat!($first, $(" ", $name),*);
    };
}

fields! {
    "startTime",
    "duration",
    "redirectStart",
    "redirectEnd",
    "workerStart",
    "fetchStart",
    "domainLookupStart",
    "domainLookupEnd",
    "connectStart",
    "secureConnectionStart",
    "connectEnd",
    "requestStart",
    "responseStart",
    "responseEnd",
    "unloadEventStart",
    "unloadEventEnd",
    "domContentLoadedEventStart",
    "domContentLoadedEventEnd",
    "loadEventStart",
    "loadEventEnd",
    "redirectCount",
    "responseStatus",
    "transferSize",
    "encodedBodySize",
    "decodedBodySize",
    "renderBlockingStatus",
    "deliveryType",
    "initiatorType",
    "nextHopProtocol",
    "effectiveType",
    "type",
    "rtt",
    "deviceMemory",
    "hardwareConcurrency",
}

/// Places in [`FIELDS`].
pub(super) mod field {
    pub const START: usize = 0;
    pub const DURATION: usize = 1;
    pub const REDIRECT_START: usize = 2;
    pub const REDIRECT_END: usize = 3;
    pub const FETCH_START: usize = 5;
    pub const DNS_START: usize = 6;
    pub const DNS_END: usize = 7;
    pub const CONNECT_START: usize = 8;
    pub const TLS_START: usize = 9;
    pub const CONNECT_END: usize = 10;
    pub const REQUEST_START: usize = 11;
    pub const RESPONSE_START: usize = 12;
    pub const RESPONSE_END: usize = 13;
    pub const UNLOAD_START: usize = 14;
    pub const UNLOAD_END: usize = 15;
    pub const CONTENT_LOADED_START: usize = 16;
    pub const CONTENT_LOADED_END: usize = 17;
    pub const LOAD_START: usize = 18;
    pub const LOAD_END: usize = 19;
    pub const REDIRECT_COUNT: usize = 20;
    pub const STATUS: usize = 21;
    pub const INITIATOR: usize = 27;
    pub const PROTOCOL: usize = 28;
    pub const EFFECTIVE_TYPE: usize = 29;
    pub const CONNECTION_TYPE: usize = 30;
    pub const ROUND_TRIP: usize = 31;
    pub const MEMORY: usize = 32;
    pub const PROCESSORS: usize = 33;
}

/// A line.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a>(pub &'a str);

impl<'a> Entry<'a> {
    pub fn cells(self) -> impl Iterator<Item = &'a str> {
        text::items(self.0, b'\t')
    }

    pub fn kind(self) -> &'a str {
        self.cells().next().unwrap_or_default()
    }

    pub fn name(self) -> &'a str {
        self.cells().nth(1).unwrap_or_default()
    }

    fn cell(self, field: usize) -> &'a str {
        self.cells().nth(2 + field).unwrap_or_default()
    }

    pub fn text(self, field: usize) -> Option<&'a str> {
        self.cell(field).strip_prefix("\"")
    }

    pub fn number(self, field: usize) -> Option<i64> {
        let cell = self.cell(field);
        let number = i64::try_from(parse_integer(text::unsigned(cell))?).ok()?;
        Some(if text::starts(cell, "-") { number.saturating_neg() } else { number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_fields() {
        for (place, name) in [
            (field::RESPONSE_END, "responseEnd"),
            (field::LOAD_END, "loadEventEnd"),
            (field::STATUS, "responseStatus"),
            (field::STATUS + 6, "initiatorType"),
            (field::REDIRECT_START + 12, "unloadEventStart"),
            (field::PROCESSORS, "hardwareConcurrency"),
        ] {
            assert_eq!(FIELDS.get(place), Some(&name));
        }
    }
}
