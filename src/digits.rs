//! Numbers as digits, many at once: what is sent is made of ids and times.

/// Decimal digits that a number may have here: those of any `u64`, and zeros before them.
const MOST: usize = 24;

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
pub fn write_decimal(out: &mut String, number: u64, decimals: usize) {
    let digits = decimal_digits(number);
    let digits = digits.as_flattened();
    let point = MOST.saturating_sub(decimals);
    let other = |digit: &u8| *digit != b'0';
    // At least one digit stands before the point.
    let begin = digits.iter().position(other).unwrap_or(MOST).min(point.saturating_sub(1));
    let end = digits.iter().rposition(other).map_or(point, |last| point.max(last + 1));
    let text = std::str::from_utf8(digits).unwrap_or_default();
    out.push_str(text.get(begin..point).unwrap_or_default());
    if end > point {
        out.push('.');
        out.push_str(text.get(point..end).unwrap_or_default());
    }
}

/// Writes the last so many digits of a number.
pub fn write_padded(out: &mut String, number: u64, width: usize) {
    let digits = decimal_digits(number);
    let (_, last) = digits.as_flattened().split_at(MOST.saturating_sub(width));
    out.extend(last.iter().copied().map(char::from));
}

/// The decimal digits of a number with zeros before them, eight at once.
fn decimal_digits(number: u64) -> [[u8; 8]; MOST / 8] {
    const EIGHT: u64 = 100_000_000;
    let (high, low) = (number / EIGHT, number % EIGHT);
    [high / EIGHT, high % EIGHT, low].map(|eight| {
        // Two numbers of four digits, four of two, eight of one. Each product is the number by 100, or by 10.
        let fours = (eight / 10_000) | ((eight % 10_000) << 32);
        let hundreds = (fours * 10_486) >> 20 & 0x0000_007f_0000_007f;
        let twos = hundreds | (fours - hundreds * 100) << 16;
        let tens = (twos * 103) >> 10 & 0x000f_000f_000f_000f;
        let ones = tens | (twos - tens * 10) << 8;
        (ones + u64::MAX / 0xff * u64::from(b'0')).to_le_bytes()
    })
}

/// Writes a number as eight lowercase hexadecimal digits.
pub fn write_hex(out: &mut String, number: u32) {
    out.push_str(std::str::from_utf8(&hex_digits(number)).unwrap_or_default());
}

/// The eight lowercase hexadecimal digits of a number, all at once: spans are made of ids.
pub fn hex_digits(number: u32) -> [u8; 8] {
    const ONES: u64 = u64::MAX / 0xff;
    let halves = u64::from(number);
    let halves = (halves | halves << 16) & 0x0000_ffff_0000_ffff;
    let bytes = (halves | halves << 8) & 0x00ff_00ff_00ff_00ff;
    let nibbles = (bytes | bytes << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    // Six more than a letter's value carries into the upper half of its byte.
    let letters = (nibbles + ONES * 6) >> 4 & ONES;
    (nibbles + ONES * u64::from(b'0') + letters * u64::from(b'a' - b'9' - 1)).to_be_bytes()
}

/// The lowercase hexadecimal digit of the low four bits.
pub fn hex_digit(nibble: u8) -> u8 {
    match nibble & 0xf {
        digit @ 0..=9 => b'0' + digit,
        letter => b'a' + (letter - 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_whole_numbers() {
        for number in (0..64).flat_map(|bits| [1 << bits, (1u64 << bits) - 1]).chain([99_999_999, u64::MAX]) {
            let mut out = String::new();
            write_integer(&mut out, number);
            assert_eq!(out, number.to_string());
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
        for number in [0, 1, 0x9abc_def0, 0x0123_4567, 0x90a0_f0f9, u32::MAX] {
            let mut out = String::new();
            write_hex(&mut out, number);
            assert_eq!(out, format!("{number:08x}"));
        }
    }
}
