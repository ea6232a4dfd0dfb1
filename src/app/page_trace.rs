//! The trace that a page is in when it begins: the one that its server has named, or one of its own.

use crate::app::attributes::Attributes;
use crate::app::link::Link;
use crate::app::sdk::Sdk;
use crate::codec::context::PropagationContext;
use crate::decide::continuation::Values;
use crate::decide::stale::{self, Arrival, Stale};

/// What came with a page.
#[derive(Clone, Debug, Default)]
pub struct Brought {
    /// `sentry-trace`; empty if there is none.
    pub sentry_trace: String,
    /// `baggage`; empty if there is none.
    pub baggage: String,
    /// `traceparent`; empty if there is none.
    pub traceparent: String,
    /// `tracestate`; empty if there is none.
    pub tracestate: String,
    /// How it came; `None` where nobody is to judge whether it is stale.
    pub arrival: Option<Arrival>,
}

impl Brought {
    /// The headers, as they are received.
    pub fn values(&self) -> Values<'_> {
        [&self.sentry_trace, &self.baggage, &self.traceparent, &self.tracestate]
    }
}

/// The trace of a page.
#[derive(Clone, Debug)]
pub struct PageTrace {
    /// The trace.
    pub context: PropagationContext,
    /// Whether it is the one that came with the page.
    pub continued: bool,
    /// Why the trace that came is only linked to, and the link.
    pub stale: Option<(Stale, Option<Link>)>,
}

impl Sdk {
    /// Whose trace a page goes on with. What its own HTML names is trusted, whoever's it is, unless it is stale.
    pub fn begin_page(&self, brought: &Brought) -> PageTrace {
        let received = self.receive_page(brought.values());
        // Only what came has a context that is frozen.
        if received.dsc.is_none() {
            return PageTrace { context: received, continued: false, stale: None };
        }
        match brought.arrival.and_then(stale::judge) {
            None => PageTrace { context: received, continued: true, stale: None },
            Some(reason) => PageTrace {
                context: self.receive_page([""; 4]),
                continued: false,
                stale: Some((reason, link_to(&received))),
            },
        }
    }
}

fn link_to(stale: &PropagationContext) -> Option<Link> {
    let sampled = stale.sampled.unwrap_or_default();
    let mut attributes = Attributes::default();
    attributes.set_string("sentry.link.type", "stale_trace");
    Some(Link { attributes, ..Link::to(stale.trace_id, stale.parent_span_id?, sampled) })
}
