//! Points in time, as numbers and as text.
//!
//! There is no clock in here: the time arrives as a value. Integer microseconds since the Unix epoch are
//! what the wire needs (seconds with six decimals) and are printed without float formatting.

use super::digits::{write_decimal, write_padded};

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(u64);

/// A number above this is taken as milliseconds, else as seconds: the reference's rule for
/// `startTime` and `end(time)`. As seconds it would be the year 2286.
const LARGEST_SECONDS: f64 = 9_999_999_999.0;

/// The last microsecond that is accepted, the end of the year 9999, so that dates stay printable.
const LATEST: u64 = 253_402_300_799_999_999;

impl Timestamp {
    /// The beginning of Unix time.
    pub const EPOCH: Timestamp = Timestamp(0);

    /// From microseconds; what lies after the year 9999 becomes its last microsecond.
    pub fn from_micros(micros: u64) -> Timestamp {
        Timestamp(micros.min(LATEST))
    }

    /// From milliseconds, the unit of `performance.now()` and `Date.now()`.
    pub fn from_millis(millis: f64) -> Timestamp {
        // `as` saturates: negative numbers and NaN become 0.
        Timestamp::from_micros((millis * 1000.0).round_ties_even() as u64)
    }

    /// From a time that a person gave: seconds, or milliseconds if it is too large for seconds.
    /// Zero, negative numbers and what is not finite mean "no time given".
    pub fn from_input(number: f64) -> Option<Timestamp> {
        if !number.is_finite() || number <= 0.0 {
            return None;
        }
        let millis = if number > LARGEST_SECONDS { number } else { number * 1000.0 };
        Some(Timestamp::from_millis(millis))
    }

    /// Microseconds since the epoch.
    pub fn as_micros(self) -> u64 {
        self.0
    }

    /// Milliseconds since the epoch.
    pub fn as_millis(self) -> u64 {
        self.0 / 1000
    }

    /// This time plus a number of milliseconds.
    pub fn plus_millis(self, millis: u32) -> Timestamp {
        Timestamp::from_micros(self.0.saturating_add(u64::from(millis) * 1000))
    }

    /// This time plus a number of microseconds.
    pub fn plus_micros(self, micros: u64) -> Timestamp {
        Timestamp::from_micros(self.0.saturating_add(micros))
    }

    /// Milliseconds from `earlier` to this time, rounded up; zero if `earlier` is later.
    pub fn millis_since(self, earlier: Timestamp) -> u64 {
        self.0.saturating_sub(earlier.0).div_ceil(1000)
    }

    /// Writes seconds with up to six decimals, a JSON number.
    pub fn write_seconds(self, out: &mut String) {
        write_decimal(out, self.0, 6);
    }

    /// Seconds with up to six decimals.
    pub fn seconds(self) -> String {
        let mut out = String::with_capacity(17);
        self.write_seconds(&mut out);
        out
    }

    /// ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` prints it.
    pub fn iso8601(self) -> String {
        let millis = self.0 / 1000;
        let (year, month, day) = civil_from_days(millis / 86_400_000);
        let in_day = millis % 86_400_000;
        let mut out = String::with_capacity(24);
        let parts = [
            (year, 4, '-'),
            (month, 2, '-'),
            (day, 2, 'T'),
            (in_day / 3_600_000, 2, ':'),
            (in_day / 60_000 % 60, 2, ':'),
            (in_day / 1000 % 60, 2, '.'),
            (in_day % 1000, 3, 'Z'),
        ];
        for (value, width, after) in parts {
            write_padded(&mut out, value, width);
            out.push(after);
        }
        out
    }
}

/// Year, month and day of a day count since the epoch, in the proleptic Gregorian calendar. Counts in
/// eras of 400 years that begin in March, so that the leap day is the last day of a year.
fn civil_from_days(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468; // days from 0000-03-01 to 1970-01-01
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_seconds_without_superfluous_digits() {
        for (micros, text) in [
            (0, "0"),
            (1, "0.000001"),
            (1_500_000, "1.5"),
            (1_700_000_000_123_456, "1700000000.123456"),
            (1_700_000_000_000_000, "1700000000"),
            (1_700_000_000_010_000, "1700000000.01"),
        ] {
            assert_eq!(Timestamp::from_micros(micros).seconds(), text);
        }
    }

    #[test]
    fn prints_iso_dates_over_leap_years() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399, "2000-02-28T23:59:59.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199, "2024-02-29T23:59:59.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"),
            (u64::MAX / 1_000_000, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Timestamp::from_micros(seconds * 1_000_000).iso8601(), text);
        }
    }

    #[test]
    fn tells_seconds_from_milliseconds_by_size() {
        let micros = |input| Timestamp::from_input(input).map(Timestamp::as_micros);
        assert_eq!(micros(1_700_000_000.5), Some(1_700_000_000_500_000));
        assert_eq!(micros(1_700_000_000_500.0), Some(1_700_000_000_500_000));
        assert_eq!(micros(9_999_999_999.0), Some(9_999_999_999_000_000));
        for nonsense in [0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(micros(nonsense), None);
        }
    }
}
