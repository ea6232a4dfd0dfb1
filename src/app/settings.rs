//! What a page asked for in `init`, as far as it concerns traces.

use crate::codec::trace_headers::PropagateTraceparent;
use crate::decide::sampling::SampleRate;

/// Used when no environment is given.
pub const DEFAULT_ENVIRONMENT: &str = "production";

/// One entry of `tracePropagationTargets`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A text, see [`crate::decide::targets`].
    Text(String),
    /// A pattern of the surroundings (in the browser a `RegExp`), by its index.
    Pattern(usize),
}

impl Target {
    /// A text target. `None` for an empty text, which matches nothing.
    pub fn from_text(text: &str) -> Option<Target> {
        (!text.is_empty()).then(|| Target::Text(text.to_owned()))
    }
}

/// The options of `init` that decide about traces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether we do anything at all: false before `init` and with `enabled: false`.
    pub enabled: bool,
    /// `release`; empty if not set.
    pub release: String,
    /// `environment`.
    pub environment: String,
    /// `dist`; empty if not set.
    pub dist: String,
    /// The public key of the DSN; empty without a DSN.
    pub public_key: String,
    /// `orgId`, else the number in the DSN's host; empty if neither is known.
    pub org_id: String,
    /// `tracesSampleRate`.
    pub sample_rate: SampleRate,
    /// Whether there is a `tracesSampler`. It is the page's code, so that the edge asks it.
    pub has_sampler: bool,
    /// `tracePropagationTargets`; `None` for the default.
    pub targets: Option<Vec<Target>>,
    /// `propagateTraceparent`.
    pub propagate_traceparent: PropagateTraceparent,
    /// `strictTraceContinuation`.
    pub strict_continuation: bool,
    /// `parentSpanIsAlwaysRootSpan`: false, because what is active is exact in a Rust application.
    pub parent_is_root: bool,
    /// Further names, or parts of names, of parameters whose values are recorded of no URL, between spaces, percent-encoded.
    pub sensitive_params: String,
    /// `traceLifecycle: "stream"`: every span is sent when it has ended, and there are no transactions.
    pub streaming: bool,
}

impl Settings {
    /// Whether spans exist at all: otherwise headers flow, and no span is recorded. A rate of 0 counts as
    /// "yes": it decides against every trace.
    pub fn records_spans(&self) -> bool {
        self.enabled && (self.sample_rate != SampleRate::Unset || self.has_sampler)
    }
}

impl Settings {
    /// Whether every span is sent when it has ended. Without the feature it is known to be false, and none of what that takes is
    /// in the module.
    pub fn streams(&self) -> bool {
        cfg!(feature = "stream") && self.streaming
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            enabled: false,
            release: String::new(),
            environment: DEFAULT_ENVIRONMENT.to_owned(),
            public_key: String::new(),
            org_id: String::new(),
            dist: String::new(),
            sample_rate: SampleRate::Unset,
            has_sampler: false,
            targets: None,
            propagate_traceparent: PropagateTraceparent::Never,
            strict_continuation: false,
            parent_is_root: false,
            sensitive_params: String::new(),
            streaming: false,
        }
    }
}
