//! What an application's own sampler is asked, and what it answers.

use crate::codec::context::PropagationContext;
use crate::codec::fraction::Fraction;
use crate::decide::sampling;

/// What is known of a root span whose trace is about to be recorded or not, see
/// [`Options::traces_sampler`](crate::Options::traces_sampler).
///
/// ```
/// use throughline::{Options, SamplingContext};
///
/// fn rate(root: &SamplingContext) -> Option<f64> {
///     match (root.name(), root.op(), root.parent_sampled()) {
///         ("/health", _, _) => Some(0.0),
///         (_, _, Some(_)) => None,
///         (_, "ui.action", None) => Some(1.0),
///         _ => Some(0.1),
///     }
/// }
///
/// let options = Options::new("").traces_sampler(rate);
/// ```
#[derive(Clone, Debug, Default)]
pub struct SamplingContext {
    name: String,
    op: String,
    parent_sampled: Option<bool>,
    parent_rate: Option<f64>,
}

impl SamplingContext {
    /// Of a root that begins in this trace; `above` is the decision of a span here that it begins below.
    pub(crate) fn new(
        name: &str,
        op: &str,
        above: Option<bool>,
        context: &PropagationContext,
    ) -> SamplingContext {
        let rate = context.dsc.as_ref().and_then(|dsc| dsc.fraction("sample_rate"));
        SamplingContext {
            name: name.to_owned(),
            op: op.to_owned(),
            parent_sampled: above.or(context.sampled),
            parent_rate: rate.map(Fraction::as_f64),
        }
    }

    /// What the root is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What kind of operation it is: `pageload`, `navigation`, or what the application said; empty for nothing.
    #[must_use]
    pub fn op(&self) -> &str {
        &self.op
    }

    /// Whether the trace is recorded where it came from; `None` where it begins here, or nobody has decided.
    #[must_use]
    pub fn parent_sampled(&self) -> Option<bool> {
        self.parent_sampled
    }

    /// The rate by which that was decided, from 0 to 1, if it is known.
    #[must_use]
    pub fn parent_sample_rate(&self) -> Option<f64> {
        self.parent_rate
    }

    /// The rate that keeps what was decided where the trace came from, with the rate that is known of it; this one where
    /// nobody has decided.
    #[must_use]
    pub fn inherit_or(&self, rate: f64) -> f64 {
        sampling::inherit_or(self.parent_sampled, self.parent_rate, rate)
    }
}
