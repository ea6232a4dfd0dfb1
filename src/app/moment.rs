//! The moment in which something is decided: the time, and dice. There is no clock in here: both arrive as values.

use crate::codec::context::PropagationContext;
use crate::codec::fraction::Fraction;
use crate::codec::id::TraceId;
use crate::codec::time::Timestamp;
use crate::decide::continuation::{Values, receive_headers};

/// What the surroundings give to one decision: the time, and dice.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The time now.
    pub now: Timestamp,
    /// Microseconds of a clock that never jumps, from any beginning: durations are measured by it.
    pub ticks: u64,
    /// Random bytes: enough for a trace id (16), a span id (8) and a `sample_rand` (8).
    pub random: [u8; 32],
}

impl Moment {
    /// Only dice, where the time does not matter.
    pub fn of_dice(random: [u8; 32]) -> Moment {
        Moment { now: Timestamp::EPOCH, ticks: 0, random }
    }

    /// A point of the clock that never jumps: for deadlines, and good for nothing else.
    pub fn steady(&self) -> Timestamp {
        Timestamp::from_micros(self.ticks)
    }

    /// The first sixteen bytes.
    pub fn trace_bytes(&self) -> [u8; 16] {
        let [bytes @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = self.random;
        bytes
    }

    /// The next eight bytes.
    pub fn span_bytes(&self) -> [u8; 8] {
        let mut bytes = [0; 8];
        bytes.iter_mut().zip(self.random.iter().skip(16)).for_each(|(to, from)| *to = *from);
        bytes
    }

    /// The last eight bytes as a number from 0 up to, but without, 1.
    pub fn dice(&self) -> f64 {
        Fraction::dice(self.random.last_chunk().copied().unwrap_or_default())
    }

    /// Begins a trace.
    pub fn begin_trace(&self) -> PropagationContext {
        PropagationContext::begin(TraceId::from_random(self.trace_bytes()), self.dice())
    }

    /// The trace that headers describe, or a new one if they describe none.
    pub fn receive_trace(&self, headers: Values<'_>) -> PropagationContext {
        receive_headers(headers, self.dice()).unwrap_or_else(|| self.begin_trace())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deals_each_random_byte_once() {
        let mut random = [0; 32];
        random.iter_mut().zip(0..).for_each(|(byte, number)| *byte = number);
        let moment = Moment { now: Timestamp::default(), ticks: 0, random };
        assert_eq!(moment.trace_bytes()[15], 15);
        assert_eq!(moment.span_bytes(), [16, 17, 18, 19, 20, 21, 22, 23]);
        assert_eq!((moment.dice() * 2f64.powi(53)) as u64, 0x1819_1a1b_1c1d_1e1f >> 11);
        assert!(Moment::of_dice([0xff; 32]).dice() < 1.0);
        assert_eq!(Moment::of_dice([0; 32]).dice(), 0.0);
    }

    #[test]
    fn a_malformed_header_begins_a_trace_and_drops_the_baggage() {
        let moment = Moment { now: Timestamp::default(), ticks: 0, random: [7; 32] };
        for header in ["", "nonsense", "00000000000000000000000000000000-b0e6f15b45c36b12-1"] {
            let context = moment.receive_trace([header, "sentry-release=shop@1", "", ""]);
            assert_eq!((context.trace_id, context.dsc), (moment.begin_trace().trace_id, None), "{header}");
        }
    }
}
