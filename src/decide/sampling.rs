//! Whether a root span is recorded: rate, parent's decision and `sample_rand`, in the reference's order.

use crate::codec::fraction::Fraction;

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

/// What `tracesSampler` said about one root span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sampler {
    /// Nobody asked: there is none.
    #[default]
    NotAsked,
    /// A rate; `None` for something that is no rate.
    Answered(Option<Fraction>),
    /// It threw.
    Failed,
}

/// The decision for one root span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether the span is recorded and sent.
    pub sampled: bool,
    /// The rate that we applied; `None` if the decision was inherited, or if there is no rate.
    pub applied_rate: Option<Fraction>,
    /// Whether it is not sampled because the sampler threw, and nothing else decides.
    pub failed: bool,
}

/// Decides for a root span. A sampler that answered beats the parent's decision, and that beats our rate in
/// both directions. A sampler that threw had no opinion.
pub fn decide(
    sampler: Sampler,
    rate: SampleRate,
    parent_sampled: Option<bool>,
    sample_rand: Fraction,
) -> Decision {
    let applied_rate = match (sampler, parent_sampled, rate) {
        (Sampler::Answered(rate), _, _) => rate,
        (_, Some(sampled), _) => return Decision { sampled, applied_rate: None, failed: false },
        (_, None, SampleRate::Rate(rate)) => Some(rate),
        (_, None, SampleRate::Unset | SampleRate::Invalid) => None,
    };
    Decision {
        sampled: applied_rate.is_some_and(|rate| sample_rand < rate),
        applied_rate,
        failed: sampler == Sampler::Failed && rate == SampleRate::Unset,
    }
}

/// The rate that keeps a parent's decision, with the rate that is known of it; `rate` where nobody has decided.
pub fn inherit_or(parent_sampled: Option<bool>, parent_rate: Option<f64>, rate: f64) -> f64 {
    match (parent_sampled, parent_rate) {
        (_, Some(rate)) => rate,
        (Some(sampled), None) => f64::from(u8::from(sampled)),
        (None, None) => rate,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fraction(text: &str) -> Fraction {
        Fraction::parse(text).unwrap()
    }

    fn sampled(sampler: Sampler, rate: SampleRate, parent: Option<bool>, rand: &str) -> bool {
        decide(sampler, rate, parent, fraction(rand)).sampled
    }

    #[test]
    fn a_parent_decision_beats_the_rate_in_both_directions() {
        let (never, always) = (SampleRate::Rate(Fraction::ZERO), SampleRate::Rate(Fraction::ONE));
        let decision = decide(Sampler::NotAsked, never, Some(true), fraction("0.5"));
        assert_eq!((decision.sampled, decision.applied_rate), (true, None));
        let decision = decide(Sampler::NotAsked, always, Some(false), fraction("0.5"));
        assert_eq!((decision.sampled, decision.applied_rate), (false, None));
        assert!(sampled(Sampler::NotAsked, SampleRate::Invalid, Some(true), "0.5"));
    }

    #[test]
    fn samples_below_the_rate_only() {
        let sampled = |rate, rand| sampled(Sampler::NotAsked, rate, None, rand);
        let rate = SampleRate::Rate(fraction("0.3"));
        assert!(sampled(rate, "0.299999"));
        assert!(!sampled(rate, "0.3"));
        assert!(!sampled(SampleRate::Rate(Fraction::ZERO), "0"));
        assert!(sampled(SampleRate::Rate(Fraction::ONE), "0.999999"));
        assert!(!sampled(SampleRate::Invalid, "0"));
    }

    #[test]
    fn a_sampler_beats_the_parent_and_the_rate() {
        let half = Sampler::Answered(Some(fraction("0.5")));
        let always = SampleRate::Rate(Fraction::ONE);
        for parent in [None, Some(true), Some(false)] {
            let decision = decide(half, always, parent, fraction("0.4"));
            assert_eq!((decision.sampled, decision.applied_rate), (true, Some(fraction("0.5"))));
            assert!(!sampled(half, always, parent, "0.5"));
            let invalid = decide(Sampler::Answered(None), always, parent, Fraction::ZERO);
            assert_eq!((invalid.sampled, invalid.applied_rate), (false, None));
            assert!(!invalid.failed);
        }
    }

    #[test]
    fn a_sampler_that_threw_had_no_opinion() {
        let rate = SampleRate::Rate(fraction("0.5"));
        assert!(sampled(Sampler::Failed, rate, None, "0.4"));
        assert!(!sampled(Sampler::Failed, rate, Some(false), "0.4"));
        assert!(sampled(Sampler::Failed, SampleRate::Unset, Some(true), "0.4"));
        let nothing_left = decide(Sampler::Failed, SampleRate::Unset, None, Fraction::ZERO);
        assert_eq!((nothing_left.sampled, nothing_left.failed), (false, true));
        let invalid = decide(Sampler::Failed, SampleRate::Invalid, None, Fraction::ZERO);
        assert_eq!((invalid.sampled, invalid.failed), (false, false));
    }
}
