//! Numbers as digits: decimal ones, and hexadecimal ones in lowercase.

use super::text::{push, push_byte};

/// Writes a whole number.
pub fn write_integer(out: &mut String, number: u64) {
    write_decimal(out, number, 0);
}

/// A whole number as text.
pub fn print_integer(number: u64) -> String {
    let mut out = String::new();
    write_integer(&mut out, number);
    out
}

/// Writes a number of which the last so many digits stand behind the point, without superfluous zeros.
#[inline(never)]
pub fn write_decimal(out: &mut String, number: u64, decimals: u32) {
    let mut rest = number;
    // The largest power of ten in 64 bits, which the first of twenty digits counts.
    let mut weight: u64 = 10_000_000_000_000_000_000;
    let mut before_point = 20u32.saturating_sub(decimals) as i32;
    let mut begun = false;
    while before_point > 0 || rest > 0 {
        if before_point == 0 {
            push(out, ".");
        }
        let digit = rest.checked_div(weight).unwrap_or_default();
        rest -= digit * weight;
        weight /= 10;
        // At least one digit stands before the point.
        begun |= digit > 0 || before_point <= 1;
        if begun {
            push_byte(out, b'0' + digit as u8);
        }
        before_point -= 1;
    }
}

/// Writes the last so many digits of a number.
pub fn write_padded(out: &mut String, number: u64, width: u32) {
    for place in (0..width).rev() {
        push_byte(out, b'0' + (number / 10u64.saturating_pow(place) % 10) as u8);
    }
}

/// No digit is read after a number that is larger.
const MAX_INTEGER: u64 = u64::MAX / 10 - 1;

/// The number that digits say, and nothing but digits; `None` also if it is too large.
#[inline(never)]
pub fn parse_integer(text: &str) -> Option<u64> {
    let mut number = None;
    for byte in text.bytes() {
        let digit = byte.wrapping_sub(b'0');
        // So that one more digit has room.
        let before = number.unwrap_or(0);
        if digit > 9 || before > MAX_INTEGER {
            return None;
        }
        number = Some(before * 10 + u64::from(digit));
    }
    number
}

/// Writes bytes as lowercase hexadecimal digits.
#[inline(never)]
pub fn write_hex(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        push_byte(out, hex_digit(byte >> 4));
        push_byte(out, hex_digit(*byte));
    }
}

/// The lowercase hexadecimal digit of the low four bits.
pub fn hex_digit(nibble: u8) -> u8 {
    let digit = nibble & 0xf;
    digit + if digit < 10 { b'0' } else { b'a' - 10 }
}

/// The value of a hexadecimal digit in either case.
#[inline(never)]
pub fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        _ => match digit | 0x20 {
            letter @ b'a'..=b'f' => Some(letter - b'a' + 10),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads_whole_numbers() {
        for number in (0..64).flat_map(|bits| [1 << bits, (1u64 << bits) - 1]).chain([99_999_999, u64::MAX]) {
            assert_eq!(print_integer(number), number.to_string());
            assert_eq!(parse_integer(&number.to_string()), Some(number).filter(|number| *number < u64::MAX));
        }
        for text in ["", "-1", "+1", "1.5", "1 ", "18446744073709551615", "é"] {
            assert_eq!(parse_integer(text), None, "{text}");
        }
    }

    #[test]
    fn every_four_digits_are_written() {
        for number in 0..10_000 {
            let (four, eight) = (number, number * 10_000 + 9_999 - number);
            let mut out = String::new();
            write_integer(&mut out, four);
            write_decimal(&mut out, 100_000_000 + eight, 8);
            assert_eq!(out, format!("{four}1.{eight:08}").trim_end_matches('0').trim_end_matches('.'));
        }
    }

    #[test]
    fn writes_hexadecimal_digits() {
        let mut out = String::new();
        write_hex(&mut out, &[0x00, 0x9a, 0xbc, 0xf0, 0xff]);
        assert_eq!(out, "009abcf0ff");
        for byte in 0..=255u8 {
            assert_eq!(hex_value(byte).map(u32::from), char::from(byte).to_digit(16));
        }
    }
}
