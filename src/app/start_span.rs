//! What a caller says about a span that begins, and what it learns.

use crate::app::attributes::Attributes;
use crate::app::idle::Waiting;
use crate::app::link::Link;
use crate::app::span::{Kind, Span};
use crate::app::span_key::SpanKey;
use crate::codec::context::PropagationContext;
use crate::codec::id::{SpanId, TraceId};
use crate::codec::time::Timestamp;
use crate::decide::sampling::Sampler;

/// Whether spans begin that only hosts other than the front door ask for: some that the page ignores, and children of spans that
/// another SDK holds. Where this is known to be false, none of what that takes is in the module.
pub const HOSTED: bool = cfg!(feature = "__internals");

/// Whose child a new span becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Parent {
    /// Nobody's: a new root in the trace that is in force.
    #[default]
    None,
    /// The active span's, or its root's where `parentSpanIsAlwaysRootSpan` says so.
    Active(SpanKey),
    /// This very span's.
    Span(SpanKey),
    /// A span's that we do not hold, because it is another SDK's or was given up. Of its child only ids are
    /// known.
    Foreign {
        /// Its trace.
        trace_id: TraceId,
        /// Its id, if it has a valid one.
        span_id: Option<SpanId>,
        /// Whether its trace is recorded.
        sampled: bool,
    },
}

/// What a caller says about a span that begins.
#[derive(Debug, Default)]
pub struct StartSpan<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Attributes; they win over our defaults.
    pub attributes: Attributes,
    /// Other spans that have to do with it.
    pub links: Vec<Link>,
    /// Whose child it becomes.
    pub parent: Parent,
    /// When it began; `None` for now.
    pub start: Option<Timestamp>,
    /// Without a parent, do not record.
    pub only_if_parent: bool,
    /// Becomes a root of its own below its parent, in the same trace (`forceTransaction`).
    pub new_root: bool,
    /// Is sent alone when it ends.
    pub standalone: bool,
    /// Is not wanted by the page: only its ids are kept, and what is below it goes with it.
    pub ignored: bool,
    /// Is a root that ends by itself, in place of the one that there is.
    pub idle: Option<Waiting>,
    /// What `tracesSampler` said.
    pub sampler: Sampler,
    /// Whether it begins where tracing is suppressed; `None`: the scopes know.
    pub suppressed: Option<bool>,
    /// The trace that a root belongs to, with the parent's decision where it has a parent; `None`: the scopes
    /// know.
    pub context: Option<&'a PropagationContext>,
}

/// What a caller learns about a span that began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Started {
    /// Its trace.
    pub trace_id: TraceId,
    /// Its id.
    pub span_id: SpanId,
    /// Its handle; `None` if the store is full.
    pub key: Option<SpanKey>,
    /// Whether its trace is recorded.
    pub sampled: bool,
    /// Whether its name and attributes are kept: it is recorded, or the root of an unsampled trace.
    pub kept: bool,
}

impl Started {
    /// What a caller learns about a span that is there.
    pub fn of(key: Option<SpanKey>, span: &Span) -> Started {
        let kept = key.is_some() && span.kind != Kind::Bare;
        Started { trace_id: span.trace_id, span_id: span.span_id, key, sampled: span.sampled, kept }
    }
}
