//! A number from 0 to 1 in sixteen decimals: sample rates and `sample_rand`.
//!
//! Fixed point instead of a float, so that the decision, the header and what another service reads back
//! are the same number, and so that no float formatting or parsing is linked in. Sixteen decimals keep
//! what `String(number)` prints for every rate that people write.

use super::digits::write_decimal;
use super::text::{self, set};

/// A number in `0..=1`, counted in units of 10⁻¹⁶.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fraction(u64);

const ONE: u64 = 10_000_000_000_000_000;
const DECIMALS: i32 = 16;
/// `sample_rand` is printed with six decimals, as the specification suggests.
const RANDOM_UNIT: u64 = ONE / 1_000_000;

impl Fraction {
    /// 0: never.
    pub const ZERO: Fraction = Fraction(0);
    /// 1: always.
    pub const ONE: Fraction = Fraction(ONE);

    /// A float between 0 and 1, both included; anything else is not a fraction.
    pub fn from_f64(number: f64) -> Option<Fraction> {
        // One instruction, in place of the code that rounds halves up.
        (0.0..=1.0).contains(&number).then(|| Fraction((number * ONE as f64).round_ties_even() as u64))
    }

    /// The nearest float.
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / ONE as f64
    }

    /// Reads the decimal number that a text begins with, as `parseFloat` does (`"0.5abc"` is 0.5),
    /// after white space of ASCII.
    /// `None` if there is no number or if it lies outside `0..=1`.
    #[inline(never)]
    pub fn parse(text: &str) -> Option<Fraction> {
        let text = text::trim(text, set::WHITE_SPACE);
        let mut rest = text::unsigned(text).as_bytes();
        // The number is so many units, by ten to the power of `weight`.
        let (mut units, mut weight) = (0u64, DECIMALS);
        let (mut is_number, mut is_whole) = (false, true);
        while let [byte, after @ ..] = rest {
            rest = after;
            match byte {
                b'0'..=b'9' => {
                    is_number = true;
                    // More digits say nothing that is kept, but how large it is.
                    let is_kept = units < ONE;
                    if is_kept {
                        units = units * 10 + u64::from(byte - b'0');
                    }
                    weight += i32::from(!is_kept) - i32::from(!is_whole);
                }
                b'.' if is_whole => is_whole = false,
                b'e' | b'E' => {
                    weight += exponent(text::from(text, text.len() - rest.len()));
                    break;
                }
                _ => break,
            }
        }
        while weight > 0 && units > 0 && units <= ONE {
            units *= 10;
            weight -= 1;
        }
        while weight < 0 && units > 0 {
            units /= 10;
            weight += 1;
        }
        let is_fraction = is_number && units <= ONE && (units == 0 || !text::starts(text, "-"));
        is_fraction.then_some(Fraction(units))
    }

    /// Whether a text is a number from 0 to 1 as it is usually printed: `0`, `1`, or `0.` and digits of which
    /// the last is not 0.
    pub fn is_plain(text: &str) -> bool {
        match text::after(text, "0.") {
            Some(decimals) => text::is_digits(decimals) && !decimals.is_empty() && !decimals.ends_with("0"),
            None => text::is_one_of(text, "0 1"),
        }
    }

    /// Random bytes as dice: a number from 0 up to, but without, 1.
    pub fn dice(random: [u8; 8]) -> f64 {
        // As many bits as a float holds: one more could round up to 1.
        (u64::from_be_bytes(random) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Draws a `sample_rand` in `[0, 1)` with six decimals. `dice` is from 0 up to, but without, 1.
    pub fn draw(dice: f64) -> Fraction {
        Fraction::draw_between(Fraction::ZERO, Fraction::ONE, dice)
    }

    /// Draws uniformly in `[from, to)`, with six decimals where the range allows it.
    pub fn draw_between(from: Fraction, to: Fraction, dice: f64) -> Fraction {
        // `as` saturates: what is no number in a float is 0.
        let width = to.0.saturating_sub(from.0);
        let exact = from.0 + ((width as f64 * dice) as u64).min(width.saturating_sub(1));
        let rounded = exact - exact % RANDOM_UNIT;
        Fraction(if rounded < from.0 { exact } else { rounded })
    }

    /// Writes decimal digits without superfluous zeros: `0`, `0.25`, `1`.
    pub fn write(self, out: &mut String) {
        write_decimal(out, self.0, DECIMALS as u32);
    }

    /// Decimal digits without superfluous zeros.
    pub fn print(self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }
}

/// Past this the number is 0 or out of range, whatever its digits are.
const MAX_EXPONENT: i32 = 1_000_000;

/// The exponent (`-7`) a text begins with; 0 if there is none.
fn exponent(text: &str) -> i32 {
    let mut size = 0;
    for digit in text::digits(text::unsigned(text)).bytes() {
        size = (size * 10 + i32::from(digit - b'0')).min(MAX_EXPONENT);
    }
    if text::starts(text, "-") { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(text: &str) -> Option<String> {
        Fraction::parse(text).map(Fraction::print)
    }

    #[test]
    fn reads_the_number_a_text_begins_with() {
        for (text, expected) in [
            ("0", "0"),
            ("1", "1"),
            ("1.0", "1"),
            ("0.25", "0.25"),
            (".5", "0.5"),
            ("0.5abc", "0.5"),
            (" 0.30", "0.3"),
            ("+0.1", "0.1"),
            ("-0", "0"),
            ("1e-7", "0.0000001"),
            ("25e-2", "0.25"),
            ("0.001E2", "0.1"),
            ("0.12345678901234567890", "0.1234567890123456"),
            ("1e-99", "0"),
            ("0e99", "0"),
        ] {
            assert_eq!(reads(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_number_or_out_of_range() {
        for text in
            ["", "abc", "-0.1", "1.0001", "2", "1e1", "NaN", "Infinity", ".", "e5", "99999999999999999999"]
        {
            assert_eq!(reads(text), None, "{text}");
        }
        for number in [f64::NAN, -0.1, 1.1, f64::INFINITY] {
            assert_eq!(Fraction::from_f64(number), None);
        }
    }

    #[test]
    fn prints_floats_as_javascript_does() {
        for number in [0.1, 0.2, 0.3, 0.7, 0.123456, 1.0 / 3.0, 0.999999, 0.000001] {
            assert_eq!(Fraction::from_f64(number).map(Fraction::print), Some(number.to_string()));
        }
    }

    #[test]
    fn draws_stay_inside_their_range() {
        let tenth = Fraction::parse("0.1").unwrap_or(Fraction::ZERO);
        let tiny = Fraction::parse("0.00000001").unwrap_or(Fraction::ZERO);
        for dice in [0.0, 1e-17, 0.1, 0.5, 0.999_999_999, 1.0 - f64::EPSILON / 2.0] {
            assert!(Fraction::draw(dice) < Fraction::ONE);
            assert!(Fraction::draw(dice).print().len() <= 8);
            assert!(Fraction::draw_between(Fraction::ZERO, tenth, dice) < tenth);
            assert!(Fraction::draw_between(Fraction::ZERO, tiny, dice) < tiny);
            let above = Fraction::draw_between(tenth, Fraction::ONE, dice);
            assert!(above >= tenth && above < Fraction::ONE);
            assert!(Fraction::draw_between(tiny, Fraction::ONE, dice) >= tiny);
        }
    }
}
