//! Trace ids and span ids: 16 and 8 bytes, never all zero, lowercase hexadecimal in and out.
//!
//! Ids that we make have the shape the reference's have (a version 4 UUID without dashes, and the
//! second half of one); ids that we receive may be any lowercase hexadecimal text except zeros, which
//! W3C Trace Context calls invalid.

use std::fmt;
use std::str::FromStr;

use super::digits::{hex_value, write_hex};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $bytes:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $bytes]);

        impl $name {
            /// The number of hexadecimal digits.
            pub const DIGITS: usize = $bytes * 2;

            /// Reads exactly [`Self::DIGITS`] lowercase hexadecimal digits that are not all zero.
            pub fn parse(text: &str) -> Option<$name> {
                let mut bytes = [0; $bytes];
                read(text, &mut bytes).then_some($name(bytes))
            }

            /// Appends the lowercase hexadecimal digits.
            pub fn write(self, out: &mut String) {
                write_hex(out, &self.0);
            }

            /// The lowercase hexadecimal digits.
            pub fn hex(self) -> String {
                let mut out = String::new();
                self.write(&mut out);
                out
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.hex())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_fmt(format_args!("{}({})", stringify!($name), self.hex()))
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<$name, ParseIdError> {
                $name::parse(text).ok_or_else(|| ParseIdError { given: text.to_owned(), digits: $name::DIGITS })
            }
        }
    };
}

/// A text is no id.
///
/// ```
/// let error = "7".parse::<throughline::SpanId>().unwrap_err();
/// assert!(error.to_string().starts_with("invalid id \"7\": it must be 16 "));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseIdError {
    given: String,
    digits: usize,
}

impl fmt::Display for ParseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { given, digits } = self;
        write!(
            f,
            "invalid id {given:?}: it must be {digits} lowercase hexadecimal digits that are not all zero"
        )
    }
}

impl std::error::Error for ParseIdError {}

id! {
    /// The id that all parts of one trace share: 16 bytes, as 32 lowercase hexadecimal digits.
    ///
    /// ```
    /// use throughline::TraceId;
    ///
    /// let id: TraceId = "771a43a4192642f0b136d5159a501700".parse()?;
    /// assert_eq!(id.to_string(), "771a43a4192642f0b136d5159a501700");
    /// assert!("none".parse::<TraceId>().is_err());
    /// # Ok::<(), throughline::ParseIdError>(())
    /// ```
    TraceId, 16
}

id! {
    /// The id of one span in its trace: 8 bytes, as 16 lowercase hexadecimal digits.
    ///
    /// ```
    /// use throughline::SpanId;
    ///
    /// let id: SpanId = "b0e6f15b45c36b12".parse()?;
    /// assert_eq!(id.to_string(), "b0e6f15b45c36b12");
    /// # Ok::<(), throughline::ParseIdError>(())
    /// ```
    SpanId, 8
}

/// Fills all of `bytes` with what the digits say. False if there are more or fewer digits, or if they say zero.
#[inline(never)]
fn read(digits: &str, bytes: &mut [u8]) -> bool {
    let (pairs, rest) = digits.as_bytes().as_chunks();
    let lowercase = |digit: u8| hex_value(digit).filter(|_| !digit.is_ascii_uppercase());
    let mut any = 0;
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        let (Some(high), Some(low)) = (lowercase(*high), lowercase(*low)) else { return false };
        *byte = high << 4 | low;
        any |= *byte;
    }
    pairs.len() == bytes.len() && rest.is_empty() && any != 0
}

impl TraceId {
    /// A new id in the shape of a version 4 UUID. Version and variant bits make it non-zero.
    pub fn from_random(bytes: [u8; 16]) -> TraceId {
        let [a, b, c, d, e, f, version, h, variant, rest @ ..] = bytes;
        let [j, k, l, m, n, o, p] = rest;
        let version = version & 0x0f | 0x40;
        let variant = variant & 0x3f | 0x80;
        TraceId([a, b, c, d, e, f, version, h, variant, j, k, l, m, n, o, p])
    }
}

impl SpanId {
    /// A new id in the shape of the second half of a version 4 UUID, hence non-zero.
    pub fn from_random(bytes: [u8; 8]) -> SpanId {
        let [variant, rest @ ..] = bytes;
        let [b, c, d, e, f, g, h] = rest;
        SpanId([variant & 0x3f | 0x80, b, c, d, e, f, g, h])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_prints() {
        let text = "771a43a4192642f0b136d5159a501700";
        assert_eq!(TraceId::parse(text).map(TraceId::hex).as_deref(), Some(text));
        assert_eq!(SpanId::parse("b0e6f15b45c36b12").map(SpanId::hex).as_deref(), Some("b0e6f15b45c36b12"));
    }

    #[test]
    fn refuses_zeros_uppercase_and_other_lengths() {
        for text in ["", "0000000000000000", "B0E6F15B45C36B12", "b0e6f15b45c36b1", "b0e6f15b45c36b1é"] {
            assert_eq!(SpanId::parse(text), None, "{text}");
        }
        assert_eq!(TraceId::parse("00000000000000000000000000000000"), None);
    }

    #[test]
    fn new_ids_have_the_shape_of_a_uuid_and_are_never_zero() {
        assert_eq!(TraceId::from_random([0; 16]).hex(), "00000000000040008000000000000000");
        assert_eq!(TraceId::from_random([0xff; 16]).hex(), "ffffffffffff4fffbfffffffffffffff");
        assert_eq!(SpanId::from_random([0; 8]).hex(), "8000000000000000");
        assert_eq!(SpanId::from_random([0xff; 8]).hex(), "bfffffffffffffff");
    }
}
