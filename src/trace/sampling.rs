//! Whether a root span is recorded: rate, parent's decision and `sample_rand`, in the reference's order.

use super::fraction::Fraction;

/// The `tracesSampleRate` option.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SampleRate {
    /// Not set: tracing without performance. Headers flow, no span is recorded.
    #[default]
    Unset,
    /// Set to something that is no rate: nothing is sampled unless the parent was.
    Invalid,
    /// The share of traces to record.
    Rate(Fraction),
}

impl SampleRate {
    /// Whether spans exist at all. A rate of 0 counts as "yes": it decides against every trace.
    pub fn tracing_enabled(self) -> bool {
        self != SampleRate::Unset
    }
}

/// The decision for one root span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether the span is recorded and sent.
    pub sampled: bool,
    /// The rate that we applied; `None` if the decision was inherited.
    pub applied_rate: Option<Fraction>,
}

/// Decides for a root span. The parent's decision beats our rate in both directions.
pub fn decide(rate: SampleRate, parent_sampled: Option<bool>, sample_rand: Fraction) -> Decision {
    if let Some(sampled) = parent_sampled {
        return Decision { sampled, applied_rate: None };
    }
    match rate {
        SampleRate::Rate(rate) => Decision { sampled: sample_rand < rate, applied_rate: Some(rate) },
        SampleRate::Unset | SampleRate::Invalid => Decision { sampled: false, applied_rate: None },
    }
}

/// The `sample_rand` of a continued trace: what came with it, else a number that agrees with the
/// decision that came with it, else a fresh one. So every service of a trace draws the same lot.
pub fn continued_sample_rand(
    received: Option<Fraction>,
    rate: Option<Fraction>,
    sampled: Option<bool>,
    dice: u64,
) -> Fraction {
    match (received, rate, sampled) {
        (Some(received), _, _) => received,
        (None, Some(rate), Some(true)) if rate > Fraction::ZERO => {
            Fraction::draw_between(Fraction::ZERO, rate, dice)
        }
        // With a rate of 1 nothing lies above it: a contradiction, so any number will do.
        (None, Some(rate), Some(false)) if rate > Fraction::ZERO && rate < Fraction::ONE => {
            Fraction::draw_between(rate, Fraction::ONE, dice)
        }
        _ => Fraction::draw(dice),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fraction(text: &str) -> Fraction {
        Fraction::parse(text).unwrap()
    }

    #[test]
    fn a_parent_decision_beats_the_rate_in_both_directions() {
        let never = SampleRate::Rate(Fraction::ZERO);
        let always = SampleRate::Rate(Fraction::ONE);
        let rand = fraction("0.5");
        assert_eq!(decide(never, Some(true), rand), Decision { sampled: true, applied_rate: None });
        assert_eq!(decide(always, Some(false), rand), Decision { sampled: false, applied_rate: None });
        assert!(decide(SampleRate::Invalid, Some(true), rand).sampled);
    }

    #[test]
    fn samples_below_the_rate_only() {
        let rate = SampleRate::Rate(fraction("0.3"));
        assert!(decide(rate, None, fraction("0.299999")).sampled);
        assert!(!decide(rate, None, fraction("0.3")).sampled);
        assert!(!decide(SampleRate::Rate(Fraction::ZERO), None, Fraction::ZERO).sampled);
        assert!(decide(SampleRate::Rate(Fraction::ONE), None, fraction("0.999999")).sampled);
        assert!(!decide(SampleRate::Invalid, None, Fraction::ZERO).sampled);
    }

    #[test]
    fn a_continued_draw_agrees_with_the_decision_that_came_with_it() {
        let rate = Some(fraction("0.2"));
        for dice in [0, u64::MAX / 3, u64::MAX] {
            assert!(continued_sample_rand(None, rate, Some(true), dice) < fraction("0.2"));
            assert!(continued_sample_rand(None, rate, Some(false), dice) >= fraction("0.2"));
        }
        assert_eq!(continued_sample_rand(Some(fraction("0.9")), rate, Some(true), 0), fraction("0.9"));
    }
}
