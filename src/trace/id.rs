//! Trace ids and span ids: 16 and 8 bytes, never all zero, lowercase hexadecimal in and out.
//!
//! Ids that we make have the shape the reference's have (a version 4 UUID without dashes, and the
//! second half of one); ids that we receive may be any lowercase hexadecimal text except zeros, which
//! W3C Trace Context calls invalid.

use crate::digits::hex_digits;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $bytes:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name([u8; $bytes]);

        impl $name {
            /// The number of hexadecimal digits.
            pub const DIGITS: usize = $bytes * 2;

            /// Reads exactly [`Self::DIGITS`] lowercase hexadecimal digits that are not all zero.
            pub fn parse(text: &str) -> Option<$name> {
                let digits = text.as_bytes();
                if digits.len() != Self::DIGITS {
                    return None;
                }
                let mut bytes = [0; $bytes];
                for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
                    let &[high, low] = pair else { return None };
                    *byte = hex_value(high)? << 4 | hex_value(low)?;
                }
                (bytes != [0; $bytes]).then_some($name(bytes))
            }

            /// Appends the lowercase hexadecimal digits.
            pub fn write(self, out: &mut String) {
                let digits = self.words().map(hex_digits);
                out.push_str(std::str::from_utf8(digits.as_flattened()).unwrap_or_default());
            }

            /// The bytes as numbers, the first ones first.
            pub fn words(self) -> [u32; $bytes / 4] {
                let mut words = [0; $bytes / 4];
                let (fours, _) = self.0.as_chunks();
                words.iter_mut().zip(fours).for_each(|(word, four)| *word = u32::from_be_bytes(*four));
                words
            }

            /// The lowercase hexadecimal digits.
            pub fn hex(self) -> String {
                let mut out = String::with_capacity(Self::DIGITS);
                self.write(&mut out);
                out
            }
        }
    };
}

id! {
    /// The id that all parts of one trace share.
    TraceId, 16
}

id! {
    /// The id of one span in its trace.
    SpanId, 8
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
    /// The id of which [`SpanId::words`] are these, in the shape of one that we make.
    pub fn from_words(words: [u32; 2]) -> SpanId {
        let mut bytes = [0; 8];
        let (fours, _) = bytes.as_chunks_mut();
        fours.iter_mut().zip(words).for_each(|(four, word)| *four = word.to_be_bytes());
        SpanId::from_random(bytes)
    }

    /// A new id in the shape of the second half of a version 4 UUID, hence non-zero.
    pub fn from_random(bytes: [u8; 8]) -> SpanId {
        let [variant, rest @ ..] = bytes;
        let [b, c, d, e, f, g, h] = rest;
        SpanId([variant & 0x3f | 0x80, b, c, d, e, f, g, h])
    }
}

/// The value of a lowercase hexadecimal digit.
pub fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
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
