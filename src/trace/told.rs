//! Children of a recorded root that the surroundings tell of when they are over, many at once. Until then they rest
//! there: nobody has asked for what only the core knows. Nearly all children are like that, and of each only the text
//! is kept that its transaction will have, because nothing else will ever be asked of it. Of one that is asked about
//! after all, a span is made again.

use super::attributes::{attribute, attribute_lines};
use super::id::SpanId;
use super::span::{Kind, Span};
use super::span_json::Family;
use super::start::{Started, set_origin};
use super::store::{MAX_CHILDREN, SpanKey, SpanStore};
use super::time::Timestamp;
use super::tracer::Tracer;

/// A child as the surroundings tell of it.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Its attributes, as [`attribute_lines`] reads them.
    pub attributes: &'a str,
    /// Its id, which the surroundings have drawn.
    pub id: SpanId,
    /// When it began.
    pub start: Timestamp,
    /// What the steady clock said then.
    pub start_ticks: u64,
    /// What it said when the child ended; `None` for one that has not.
    pub end_ticks: Option<u64>,
}

/// Children of a root that are JSON already.
#[derive(Clone, Debug, Default)]
pub struct Written {
    texts: String,
    places: Vec<Place>,
}

/// Where one of them stands in the text, and how many kept children began before it.
#[derive(Clone, Copy, Debug)]
struct Place {
    id: SpanId,
    from: u32,
    to: u32,
    after: u32,
}

/// A child as it is sent with its root.
#[derive(Clone, Copy, Debug)]
pub enum Sent<'a> {
    /// It is JSON already.
    Written(&'a str),
    /// It is still to be written.
    Kept(&'a Span),
}

impl Written {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// How many bytes of JSON they are.
    pub fn bytes(&self) -> usize {
        self.texts.len()
    }

    fn push(&mut self, span: &Span, family: &Family, after: usize) {
        let from = self.texts.len() as u32;
        span.write_static_json(&mut self.texts, Some(family));
        let to = self.texts.len() as u32;
        self.places.push(Place { id: span.span_id, from, to, after: after as u32 });
    }

    /// Takes one out that becomes a kept child. Answers with how many of those began before it.
    fn take(&mut self, id: SpanId) -> Option<usize> {
        let index = self.places.iter().position(|place| place.id == id)?;
        let taken = self.places.remove(index);
        self.places.iter_mut().skip(index).for_each(|place| place.after += 1);
        Some(taken.after as usize)
    }
}

impl Told<'_> {
    /// Makes a child of what had been one before it: what has room keeps it.
    fn describe(&self, span: &mut Span) {
        span.span_id = self.id;
        span.name.clear();
        span.name.push_str(self.name);
        span.start = self.start;
        span.start_ticks = Some(self.start_ticks);
        span.end = self.end_ticks.map(|end| self.start.plus_micros(end.saturating_sub(self.start_ticks)));
        span.attributes.clear();
        for (name, value) in attribute_lines(self.attributes) {
            span.set_attribute(name, value);
        }
        set_origin(span);
    }
}

impl Tracer {
    /// Writes a child of a root that is over. Past the root's cap it is lost, and so it is where the root is gone or has
    /// ended.
    pub fn write_told(&mut self, root: SpanKey, told: &Told<'_>) {
        let Some(parent) = self.store.get(root).filter(|root| root.is_recording()) else { return };
        let (mut span, family) = match self.last_told.take() {
            Some((known, span, family)) if known == root => (span, family),
            _ => (child_of(parent), Family::of(parent)),
        };
        if let Some(record) = self.store.root_mut(root) {
            if record.count() >= MAX_CHILDREN {
                record.refused = record.refused.saturating_add(1);
            } else {
                told.describe(&mut span);
                // It is known for us only.
                span.attributes.remove(attribute::CUSTOM_NAME);
                record.written.push(&span, &family, record.children.len());
            }
        }
        self.last_told = Some((root, span, family));
    }

    /// Makes a span of a child: of one that is under way, or that is asked about although it is over. `None` if its
    /// root is gone.
    pub fn keep_told(&mut self, root: SpanKey, told: &Told<'_>) -> Option<Started> {
        let place = self.store.take_written(root, told.id);
        let mut span = child_of(self.store.get(root)?);
        told.describe(&mut span);
        let key = self.store.insert_child(span, root)?;
        let record = self.store.root_mut(root)?;
        if record.children.last() != Some(&key) {
            // It had no place.
            record.refused = record.refused.saturating_add(1);
        } else if let Some(place) = place {
            record.children.pop();
            record.children.insert(place.min(record.children.len()), key);
        }
        Some(Started::of(Some(key), self.store.get(key)?))
    }
}

/// A child of a span, of which only that is known.
fn child_of(parent: &Span) -> Span {
    let mut span = Span::bare(parent.trace_id, parent.span_id, parent.start);
    span.parent_span_id = Some(parent.span_id);
    span.kind = Kind::Child;
    span.sampled = true;
    span
}

impl SpanStore {
    /// Takes a child out of the text of its root. Answers with how many kept ones began before it.
    fn take_written(&mut self, root: SpanKey, id: SpanId) -> Option<usize> {
        let place = self.root_mut(root)?.written.take(id)?;
        self.count_out(root, 1);
        Some(place)
    }

    /// Forgets the text of children that have been sent with their root.
    pub fn forget_written(&mut self, root: SpanKey) {
        let written = self.root_mut(root).map(|root| std::mem::take(&mut root.written));
        self.count_out(root, written.map_or(0, |written| written.len()));
    }

    fn count_out(&mut self, root: SpanKey, count: usize) {
        if self.get(root).is_some_and(|root| root.end.is_some()) {
            self.ended_spans = self.ended_spans.saturating_sub(count);
        }
    }

    /// The finished descendants of a root, in the order they began; what still runs, and what an idle root discarded, is
    /// left out.
    pub fn sent_with(&self, root: SpanKey) -> impl Iterator<Item = Sent<'_>> {
        let record = self.root(root);
        let mut kept = record.map(|root| root.children.as_slice()).unwrap_or_default();
        let count = kept.len();
        let mut written = record.map(|root| root.written.places.as_slice()).unwrap_or_default();
        std::iter::from_fn(move || {
            loop {
                let passed = (count - kept.len()) as u32;
                match (written, kept) {
                    ([place, others @ ..], _) if place.after <= passed || kept.is_empty() => {
                        written = others;
                        let texts = &record?.written.texts;
                        return texts.get(place.from as usize..place.to as usize).map(Sent::Written);
                    }
                    (_, [key, others @ ..]) => {
                        kept = others;
                        let child = self.get(*key).filter(|child| child.is_sent_with_root());
                        if let Some(child) = child {
                            return Some(Sent::Kept(child));
                        }
                    }
                    _ => return None,
                }
            }
        })
    }
}
