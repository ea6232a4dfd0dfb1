//! A number from 0 to 1 in sixteen decimals: sample rates and `sample_rand`.
//!
//! Fixed point instead of a float, so that the decision, the header and what another service reads back
//! are the same number, and so that no float formatting or parsing is linked in. Sixteen decimals keep
//! what `String(number)` prints for every rate that people write.

use crate::digits::write_decimal;
use crate::text;

/// A number in `0..=1`, counted in units of 10⁻¹⁶.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fraction(u64);

const ONE: u64 = 10_000_000_000_000_000;
const DECIMALS: usize = 16;
/// `sample_rand` is printed with six decimals, as the specification suggests.
const RANDOM_UNIT: u64 = ONE / 1_000_000;

impl Fraction {
    /// 0: never.
    pub const ZERO: Fraction = Fraction(0);
    /// 1: always.
    pub const ONE: Fraction = Fraction(ONE);

    /// A float between 0 and 1, both included; anything else is not a fraction.
    pub fn from_f64(number: f64) -> Option<Fraction> {
        if !(0.0..=1.0).contains(&number) {
            return None;
        }
        Some(Fraction((number * ONE as f64).round() as u64))
    }

    /// The nearest float.
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / ONE as f64
    }

    /// Reads the decimal number that a text begins with, as `parseFloat` does (`"0.5abc"` is 0.5),
    /// after white space of ASCII.
    /// `None` if there is no number or if it lies outside `0..=1`.
    pub fn parse(text: &str) -> Option<Fraction> {
        let text = text.trim_ascii_start();
        let (negative, text) = match text.strip_prefix("-") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("+").unwrap_or(text)),
        };
        let (whole, after_whole) = split_digits(text);
        let (decimals, after) = match after_whole.strip_prefix(".") {
            Some(rest) => split_digits(rest),
            None => ("", after_whole),
        };
        if whole.is_empty() && decimals.is_empty() {
            return None;
        }
        let digits = whole.bytes().chain(decimals.bytes()).map(|digit| u64::from(digit - b'0'));
        // How many of the digits stand before the point once the exponent has moved it.
        let point = (whole.len() as i64).checked_add(exponent(after))?;
        let fraction = at_point(digits, point)?;
        (!negative || fraction.0 == 0).then_some(fraction)
    }

    /// Whether a text is a number from 0 to 1 as it is usually printed: `0`, `1`, or `0.` and digits of which
    /// the last is not 0.
    pub fn is_plain(text: &str) -> bool {
        let is_decimals = |digits: &str| !digits.ends_with("0") && !digits.is_empty();
        match text::cut(text, b'.') {
            None => text == "0" || text == "1",
            Some((whole, decimals)) => {
                whole == "0" && is_decimals(decimals) && decimals.bytes().all(|byte| byte.is_ascii_digit())
            }
        }
    }

    /// Draws a `sample_rand` in `[0, 1)` with six decimals.
    pub fn draw(dice: u64) -> Fraction {
        Fraction::draw_between(Fraction::ZERO, Fraction::ONE, dice)
    }

    /// Draws uniformly in `[from, to)`, with six decimals where the range allows it.
    pub fn draw_between(from: Fraction, to: Fraction, dice: u64) -> Fraction {
        let width = u128::from(to.0.saturating_sub(from.0));
        let exact = from.0 + ((width * u128::from(dice)) >> 64) as u64;
        let rounded = exact - exact % RANDOM_UNIT;
        Fraction(if rounded < from.0 { exact } else { rounded })
    }

    /// Decimal digits without superfluous zeros: `0`, `0.25`, `1`.
    pub fn print(self) -> String {
        let mut out = String::with_capacity(DECIMALS + 2);
        write_decimal(&mut out, self.0, DECIMALS);
        out
    }
}

/// The decimal digits a text begins with, and what follows them.
fn split_digits(text: &str) -> (&str, &str) {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at(end)
}

/// The exponent (`e-7`) a text begins with; 0 if there is none.
fn exponent(text: &str) -> i64 {
    let Some(text) = text.strip_prefix("e").or_else(|| text.strip_prefix("E")) else { return 0 };
    let (sign, text) = match text.strip_prefix("-") {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix("+").unwrap_or(text)),
    };
    let (digits, _) = split_digits(text);
    // Past a million the number is 0 or out of range, whatever its digits are.
    let size = digits.bytes().fold(0i64, |sum, digit| (sum * 10 + i64::from(digit - b'0')).min(1_000_000));
    sign * size
}

/// The value of digits whose decimal point stands after the first `point` of them.
fn at_point(digits: impl Iterator<Item = u64>, point: i64) -> Option<Fraction> {
    let mut units: u64 = 0;
    for (place, digit) in (0i64..).zip(digits) {
        // The weight of this digit is 10 to the power of `point - place - 1`.
        match point - place - 1 {
            weight if weight > 0 && digit > 0 => return None,
            weight @ -16..=0 => {
                let unit = 10u64.checked_pow((16 + weight) as u32)?;
                units = units.checked_add(digit * unit)?;
            }
            _ => {}
        }
    }
    (units <= ONE).then_some(Fraction(units))
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
        for dice in [0, 1, u64::MAX / 2, u64::MAX - 1, u64::MAX] {
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
