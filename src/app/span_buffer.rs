//! Streamed spans that wait for others of their trace: one bucket per trace, one envelope per bucket.
//!
//! Deadlines are data, as in `idle.rs`: there is no timer in here. The size of a bucket is that of its JSON
//! text in bytes, which is what the server limits. The reference estimates it from the characters of names and
//! values, two bytes each; ours counts the punctuation too, and ordinary letters once.

use crate::app::attributes::attribute;
use crate::app::span::{Kind, Span};
use crate::app::span_key::SpanKey;
use crate::app::typed;
use crate::codec::dsc::Dsc;
use crate::codec::id::TraceId;
use crate::codec::time::Timestamp;

/// Spans of one envelope; the server takes no more.
pub const MAX_SPANS: usize = 1000;
/// Bytes of JSON text after which a bucket leaves, as in the reference; the server takes 10 MB.
const MAX_BYTES: usize = 5_000_000;
/// How long the first span of a bucket waits, in milliseconds, as in the reference.
const MAX_WAIT: u32 = 5000;
/// How long a bucket waits for stragglers after a segment has ended, in milliseconds, as in the reference.
const WAIT_AFTER_SEGMENT: u32 = 500;
/// Traces that wait at the same time; past it the oldest leaves. Fewer than there may be requests under way, so
/// that all of them can leave at once when the page is hidden.
const MAX_BUCKETS: usize = 32;

/// A span that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    text: String,
    segment: SpanKey,
    /// What it says its segment is called; `None` if that is the page's own word.
    segment_name: Option<String>,
    is_segment: bool,
}

/// The spans of one trace that wait.
#[derive(Debug)]
pub struct Bucket {
    trace_id: TraceId,
    items: Vec<Item>,
    bytes: usize,
    due: Timestamp,
    /// The segment of the first span: its sampling context is that of the envelope.
    pub segment: SpanKey,
    /// Its sampling context, for when it is not there any more.
    pub dsc: Dsc,
}

/// All spans that wait.
#[derive(Debug, Default)]
pub struct SpanBuffer(Vec<Bucket>);

impl Item {
    /// A span, and the item that [`item`](crate::app::span_envelope::item) has made of it.
    pub fn new(text: String, span: &Span, segment: (SpanKey, &Span)) -> Item {
        let own_word = span.attributes.get(attribute::SEGMENT_NAME).is_some();
        Item {
            text,
            segment: segment.0,
            segment_name: (!own_word).then(|| segment.1.name.clone()),
            is_segment: span.kind == Kind::Root,
        }
    }

    /// The segment it belongs to.
    pub fn segment(&self) -> SpanKey {
        self.segment
    }

    /// The item of an envelope. It names its segment as that is called now.
    pub fn into_text(self, segment_name: Option<&str>) -> String {
        match self.segment_name.zip(segment_name) {
            Some((then, now)) if then != now => {
                let attribute = |name: &str| typed::string_attribute(attribute::SEGMENT_NAME, name);
                self.text.replacen(&attribute(&then), &attribute(now), 1)
            }
            _ => self.text,
        }
    }
}

impl Bucket {
    /// What waited, in the order it came; never empty.
    pub fn into_items(self) -> Vec<Item> {
        self.items
    }
}

impl SpanBuffer {
    /// Takes a span; `dsc` tells the sampling context of its segment. Answers with what must leave now.
    pub fn add(
        &mut self,
        trace_id: TraceId,
        item: Item,
        dsc: impl FnOnce() -> Dsc,
        now: Timestamp,
    ) -> Vec<Bucket> {
        let known = self.0.iter().position(|bucket| bucket.trace_id == trace_id);
        let (fresh, place) = (known.is_none(), known.unwrap_or(self.0.len()));
        if fresh {
            if self.0.len() >= MAX_BUCKETS
                && let Some(oldest) = self.0.first_mut()
            {
                oldest.due = now;
            }
            self.0.push(Bucket {
                trace_id,
                items: Vec::new(),
                bytes: 0,
                due: now.plus_millis(MAX_WAIT),
                segment: item.segment,
                dsc: Dsc::default(),
            });
        }
        if let Some(bucket) = self.0.get_mut(place) {
            // Once a segment has ended its context hardly changes any more.
            if fresh || (item.is_segment && item.segment == bucket.segment) {
                bucket.dsc = dsc();
            }
            if item.is_segment {
                bucket.due = bucket.due.min(now.plus_millis(WAIT_AFTER_SEGMENT));
            }
            bucket.bytes = bucket.bytes.saturating_add(item.text.len());
            bucket.items.push(item);
            if bucket.items.len() >= MAX_SPANS || bucket.bytes >= MAX_BYTES {
                bucket.due = now;
            }
        }
        self.take_due(now)
    }

    /// When to look again.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.0.iter().map(|bucket| bucket.due).min()
    }

    /// What must leave now, the oldest first.
    pub fn take_due(&mut self, now: Timestamp) -> Vec<Bucket> {
        // Asked with every span, and mostly for nothing.
        if self.0.iter().all(|bucket| bucket.due > now) {
            return Vec::new();
        }
        let (due, waiting) = self.take_all().into_iter().partition(|bucket| bucket.due <= now);
        self.0 = waiting;
        due
    }

    /// Everything, the oldest first.
    pub fn take_all(&mut self) -> Vec<Bucket> {
        std::mem::take(&mut self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::id::SpanId;

    fn at(millis: u32) -> Timestamp {
        Timestamp::EPOCH.plus_millis(millis)
    }

    fn trace(number: u8) -> TraceId {
        TraceId::from_random([number; 16])
    }

    fn item(kind: Kind, bytes: usize) -> Item {
        let mut span = Span::bare(trace(1), SpanId::from_random([1; 8]), Timestamp::EPOCH);
        span.kind = kind;
        let key = SpanKey::from_u32(1 << 16).unwrap();
        Item::new("x".repeat(bytes), &span, (key, &span))
    }

    fn add(buffer: &mut SpanBuffer, number: u8, item: Item, now: u32) -> Vec<usize> {
        let leaving = buffer.add(trace(number), item, Dsc::default, at(now));
        leaving.into_iter().map(|bucket| bucket.into_items().len()).collect()
    }

    #[test]
    fn a_bucket_leaves_five_seconds_after_its_first_span() {
        let mut buffer = SpanBuffer::default();
        assert_eq!(buffer.next_deadline(), None);
        assert_eq!(add(&mut buffer, 1, item(Kind::Child, 1), 0), [0; 0]);
        assert_eq!(add(&mut buffer, 1, item(Kind::Child, 1), 4000), [0; 0]);
        assert_eq!(buffer.next_deadline(), Some(at(MAX_WAIT)));
        assert_eq!(buffer.take_due(at(4999)).len(), 0);
        assert_eq!(buffer.take_due(at(5000)).len(), 1);
        assert_eq!(buffer.next_deadline(), None);
    }

    #[test]
    fn a_segment_makes_its_bucket_leave_sooner_but_never_later() {
        let mut buffer = SpanBuffer::default();
        add(&mut buffer, 1, item(Kind::Root, 1), 0);
        assert_eq!(buffer.next_deadline(), Some(at(WAIT_AFTER_SEGMENT)));
        add(&mut buffer, 1, item(Kind::Root, 1), 400);
        assert_eq!(buffer.next_deadline(), Some(at(500)));
        add(&mut buffer, 2, item(Kind::Child, 1), 400);
        assert_eq!(buffer.take_due(at(500)).len(), 1, "the other trace still waits");
        assert_eq!(buffer.next_deadline(), Some(at(5400)));
    }

    #[test]
    fn memory_is_bounded_in_spans_bytes_and_traces() {
        let mut buffer = SpanBuffer::default();
        for _ in 1..MAX_SPANS {
            assert_eq!(add(&mut buffer, 1, item(Kind::Child, 1), 0), [0; 0]);
        }
        assert_eq!(add(&mut buffer, 1, item(Kind::Child, 1), 0), [MAX_SPANS]);
        assert_eq!(add(&mut buffer, 1, item(Kind::Child, 1), 0), [0; 0]);
        assert_eq!(add(&mut buffer, 1, item(Kind::Child, MAX_BYTES), 0), [2]);
        for number in 0..MAX_BUCKETS as u8 {
            assert_eq!(add(&mut buffer, number, item(Kind::Child, 1), 0), [0; 0]);
        }
        assert_eq!(add(&mut buffer, 200, item(Kind::Child, 1), 0), [1]);
        assert_eq!(buffer.take_all().len(), MAX_BUCKETS);
    }
}
