//! What all handles to one span share.

use crate::app::span_key::SpanKey;
use crate::app::start_span::Started;
use crate::codec::id::{SpanId, TraceId};

/// A span, for as long as somebody holds it. It can go to another thread, where it does nothing, and nothing after the
/// state that it lives in: keys are numbers, and would be another span's there.
#[derive(Debug)]
pub(crate) struct Handle {
    pub(crate) key: SpanKey,
    /// The number of the state that it lives in.
    pub(crate) runtime: u32,
    pub(crate) trace_id: TraceId,
    pub(crate) span_id: SpanId,
    /// Ends the span together with this; nothing for a span that somebody else ends.
    end: Option<fn(&Handle)>,
}

impl Handle {
    pub(crate) fn new(started: &Started, runtime: u32, end: Option<fn(&Handle)>) -> Option<Handle> {
        let Started { trace_id, span_id, key, .. } = *started;
        Some(Handle { key: key?, runtime, trace_id, span_id, end })
    }

    /// Whether the span ends with its handles.
    pub(crate) fn owns(&self) -> bool {
        self.end.is_some()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if let Some(end) = self.end {
            end(self);
        }
    }
}
