//! Percent-encoding as `encodeURIComponent` and `decodeURIComponent` do it (ECMA-262, section 19.2.6).

use super::digits::{hex_digit, hex_value};
use super::text::{self, push, push_byte};

/// Decodes: `None` for a bad escape, or for bytes that are not UTF-8.
#[inline(never)]
pub fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        let mut byte = *byte;
        if byte == b'%' {
            let [high, low, after @ ..] = rest else { return None };
            byte = hex_value(*high)? << 4 | hex_value(*low)?;
            rest = after;
        }
        bytes.push(byte);
    }
    let (mut out, mut rest) = (String::new(), bytes.as_slice());
    while !rest.is_empty() {
        let character = text::first_character(rest)?;
        out.push(character);
        rest = rest.get(character.len_utf8()..)?;
    }
    Some(out)
}

/// Encodes everything but `A-Z a-z 0-9 - _ . ! ~ * ' ( )`.
#[inline(never)]
pub fn encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || text::has("-_.!~*'()", byte) {
            push_byte(out, byte);
        } else {
            push(out, "%");
            push_byte(out, hex_digit(byte >> 4).to_ascii_uppercase());
            push_byte(out, hex_digit(byte).to_ascii_uppercase());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_prints() {
        let text = "a-Z_0.9!~*'() %,;=\"é☃\u{1f600}\n";
        let mut out = String::new();
        encode(&mut out, text);
        assert_eq!(out, "a-Z_0.9!~*'()%20%25%2C%3B%3D%22%C3%A9%E2%98%83%F0%9F%98%80%0A");
        assert_eq!(decode(&out).as_deref(), Some(text));
    }

    #[test]
    fn refuses_bad_escapes_and_what_is_no_text() {
        for text in ["%", "%4", "a%", "%zz", "%é1", "%ff", "%C3"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
