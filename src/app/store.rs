//! Where spans live: slots with generations, so that a handle is a number and a stale one finds nothing.
//!
//! Memory is bounded: open roots, children per root and bare spans each have a cap, and of ended traces
//! only the latest are kept, for `spanToJSON(span)` after `span.end()`.

use std::collections::VecDeque;

use crate::app::span::{Kind, Root, Span};
use crate::app::span_key::SpanKey;

/// Children that a root keeps; as many as the reference sends in one transaction.
pub const MAX_CHILDREN: usize = 1000;
/// Places beyond [`MAX_CHILDREN`] for children that are over when they are added: the phases of a page load.
const MAX_FINISHED: usize = 16;
/// Roots that are open at the same time; past it the oldest is given up, so that a page that never ends
/// its spans does not grow without end.
const MAX_OPEN_ROOTS: usize = 1000;
/// Bare spans that are open at the same time; they hold nothing but ids.
const MAX_BARE: usize = 1000;
/// Ended spans that can still be read.
const MAX_ENDED: usize = 1000;
/// Free slots wait in a queue of at least this length before they are used again, so that a stale key
/// meets its own generation only after 65,536 × 256 spans.
const RESTING_SLOTS: usize = 256;

#[derive(Debug, Default)]
struct Slot {
    generation: u16,
    record: Option<Box<Record>>,
}

#[derive(Debug)]
struct Record {
    span: Span,
    root: Option<Box<Root>>,
}

/// The oldest first, and no more than a thousand.
#[derive(Debug, Default)]
struct Keys(Vec<SpanKey>);

impl Keys {
    #[inline(never)]
    fn push(&mut self, key: SpanKey) {
        self.0.push(key);
    }

    #[inline(never)]
    fn forget(&mut self, key: SpanKey) {
        self.0.retain(|known| *known != key);
    }

    fn take_oldest(&mut self) -> Option<SpanKey> {
        let oldest = *self.0.first()?;
        self.forget(oldest);
        Some(oldest)
    }
}

/// The spans of this page.
#[derive(Debug, Default)]
pub struct SpanStore {
    slots: Vec<Slot>,
    free: VecDeque<u16>,
    open_roots: Keys,
    bare: Keys,
    ended_roots: Keys,
    ended_spans: usize,
}

impl SpanStore {
    /// The open root that must be given up before another one is added: the oldest but for this one.
    pub fn surplus_root(&self, spared: Option<SpanKey>) -> Option<SpanKey> {
        let full = self.open_roots.0.len() >= MAX_OPEN_ROOTS;
        self.open_roots.0.iter().copied().find(|key| full && Some(*key) != spared)
    }

    /// Forgets an open root with all that is below it.
    pub fn give_up(&mut self, root: SpanKey) {
        self.open_roots.forget(root);
        self.remove_tree(root);
    }

    /// Adds a root span and sets its `root` to its own key.
    pub fn insert_root(&mut self, mut span: Span, root: Root) -> Option<SpanKey> {
        span.kind = Kind::Root;
        let key = self.insert(span, Some(Box::new(root)))?;
        if let Some(span) = self.get_mut(key) {
            span.root = Some(key);
        }
        self.open_roots.push(key);
        Some(key)
    }

    /// Adds a span below a root. Past the root's cap a child that was streamed makes room for it; else it is
    /// kept as a bare span.
    pub fn insert_child(&mut self, mut span: Span, root: SpanKey) -> Option<SpanKey> {
        let mut count = self.root(root).map_or(MAX_CHILDREN, |root| root.children.len());
        if cfg!(feature = "stream") && count >= MAX_CHILDREN && self.forget_streamed_child(root) {
            count = count.saturating_sub(1);
        }
        if count >= MAX_CHILDREN {
            span.root = Some(root);
            return self.insert_bare(span);
        }
        self.insert_below(span, root, count)
    }

    /// Adds a span that is over already, with places of its own: a root that is full still takes what the
    /// browser measured of its beginning.
    pub fn insert_finished_child(&mut self, span: Span, root: SpanKey) -> Option<SpanKey> {
        let count = self.root(root)?.children.len();
        if count >= MAX_CHILDREN + MAX_FINISHED {
            return None;
        }
        // Among those that began before it, so that the order of beginning holds; of a root that takes these, all are kept.
        let place = self.children(root).position(|(_, child)| child.start > span.start);
        self.insert_below(span, root, place.unwrap_or(count))
    }

    fn insert_below(&mut self, mut span: Span, root: SpanKey, place: usize) -> Option<SpanKey> {
        span.root = Some(root);
        if self.get(root).is_some_and(|root| root.end.is_some()) {
            // The root may be the oldest itself.
            self.ended_spans += 1;
            self.let_old_roots_go();
            if self.get(root).is_none() {
                self.ended_spans = self.ended_spans.saturating_sub(1);
                return self.insert_bare(span);
            }
        }
        span.kind = Kind::Child;
        let key = self.insert(span, None)?;
        if let Some(root) = self.root_mut(root) {
            root.children.insert(place.min(root.children.len()), key);
        }
        Some(key)
    }

    /// Forgets the child of a root that began first, of those that were streamed.
    fn forget_streamed_child(&mut self, root: SpanKey) -> bool {
        let Some(place) = self.children(root).position(|(_, child)| child.streamed) else { return false };
        let ended = self.get(root).is_some_and(|root| root.end.is_some());
        let Some(record) = self.root_mut(root).filter(|root| place < root.children.len()) else {
            return false;
        };
        let gone = record.children.remove(place);
        let end = self.get(gone).and_then(|child| child.end);
        if let Some(record) = self.root_mut(root) {
            record.gone_end = record.gone_end.max(end);
        }
        self.ended_spans = self.ended_spans.saturating_sub(usize::from(ended));
        self.remove(gone);
        true
    }

    /// Adds a span that will never be sent.
    pub fn insert_bare(&mut self, mut span: Span) -> Option<SpanKey> {
        if self.bare.0.len() >= MAX_BARE
            && let Some(oldest) = self.bare.take_oldest()
        {
            self.remove(oldest);
        }
        span.kind = Kind::Bare;
        let key = self.insert(span, None)?;
        self.bare.push(key);
        Some(key)
    }

    /// A span, unless the key is stale.
    pub fn get(&self, key: SpanKey) -> Option<&Span> {
        self.record(key).map(|record| &record.span)
    }

    /// A span to change.
    pub fn get_mut(&mut self, key: SpanKey) -> Option<&mut Span> {
        self.record_mut(key).map(|record| &mut record.span)
    }

    /// What only a root span has.
    pub fn root(&self, key: SpanKey) -> Option<&Root> {
        self.record(key).and_then(|record| record.root.as_deref())
    }

    /// What only a root span has, to change.
    pub fn root_mut(&mut self, key: SpanKey) -> Option<&mut Root> {
        self.record_mut(key).and_then(|record| record.root.as_deref_mut())
    }

    /// The descendants of a root, in the order they began.
    pub fn children(&self, root: SpanKey) -> impl Iterator<Item = (SpanKey, &Span)> {
        let keys = self.root(root).map(|root| root.children.as_slice()).unwrap_or_default();
        keys.iter().filter_map(|key| Some((*key, self.get(*key)?)))
    }

    /// Forgets a span that has ended: a bare one at once, a root when newer ones need its place.
    pub fn retire(&mut self, key: SpanKey) {
        match self.get(key).map(|span| span.kind) {
            Some(Kind::Bare) => {
                self.bare.forget(key);
                self.remove(key);
            }
            Some(Kind::Root) => {
                self.open_roots.forget(key);
                self.ended_roots.push(key);
                self.ended_spans += self.tree_size(key);
                self.let_old_roots_go();
            }
            Some(Kind::Child | Kind::Discarded) | None => {}
        }
    }

    fn let_old_roots_go(&mut self) {
        while self.ended_spans > MAX_ENDED && self.ended_roots.0.len() > 1 {
            let Some(oldest) = self.ended_roots.take_oldest() else { break };
            self.ended_spans = self.ended_spans.saturating_sub(self.tree_size(oldest));
            self.remove_tree(oldest);
        }
    }

    /// How many spans are held.
    pub fn len(&self) -> usize {
        self.slots.iter().filter(|slot| slot.record.is_some()).count()
    }

    /// Whether no span is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn tree_size(&self, root: SpanKey) -> usize {
        1 + self.root(root).map_or(0, |root| root.children.len())
    }

    fn remove_tree(&mut self, root: SpanKey) {
        let children = self.root_mut(root).map(|root| std::mem::take(&mut root.children));
        for child in children.unwrap_or_default() {
            self.remove(child);
        }
        self.remove(root);
    }

    fn insert(&mut self, span: Span, root: Option<Box<Root>>) -> Option<SpanKey> {
        let index = if self.free.len() > RESTING_SLOTS { self.free.pop_front() } else { None };
        let index = match index {
            Some(index) => index,
            None => {
                let index = u16::try_from(self.slots.len()).ok().filter(|index| *index < u16::MAX)?;
                self.slots.push(Slot::default());
                index
            }
        };
        let slot = self.slots.get_mut(usize::from(index))?;
        slot.record = Some(Box::new(Record { span, root }));
        Some(SpanKey::new(index, slot.generation))
    }

    fn remove(&mut self, key: SpanKey) {
        let Some(slot) = self.slots.get_mut(key.index()) else { return };
        if slot.generation != key.generation() || slot.record.take().is_none() {
            return;
        }
        slot.generation = slot.generation.wrapping_add(1);
        self.free.push_back((key.index()) as u16);
    }

    fn record(&self, key: SpanKey) -> Option<&Record> {
        let slot = self.slots.get(key.index())?;
        if slot.generation == key.generation() { slot.record.as_deref() } else { None }
    }

    fn record_mut(&mut self, key: SpanKey) -> Option<&mut Record> {
        let slot = self.slots.get_mut(key.index())?;
        if slot.generation == key.generation() { slot.record.as_deref_mut() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::id::{SpanId, TraceId};
    use crate::codec::time::Timestamp;

    fn span() -> Span {
        Span::bare(TraceId::from_random([1; 16]), SpanId::from_random([1; 8]), Timestamp::EPOCH)
    }

    fn root() -> Root {
        Root::default()
    }

    #[test]
    fn a_stale_key_finds_nothing() {
        let mut store = SpanStore::default();
        let key = store.insert_bare(span()).unwrap();
        assert!(store.get(key).is_some());
        store.retire(key);
        assert!(store.get(key).is_none());
        for _ in 0..2000 {
            let next = store.insert_bare(span()).unwrap();
            assert_ne!(next, key);
            store.retire(next);
        }
        assert!(store.get(key).is_none());
        assert!(SpanKey::from_u32(0).is_none());
        assert!(SpanKey::from_u32(7).is_some_and(|forged| store.get(forged).is_none()));
    }

    #[test]
    fn an_ended_trace_can_be_read_until_newer_ones_need_its_place() {
        let mut store = SpanStore::default();
        let first = store.insert_root(span(), root()).unwrap();
        let child = store.insert_child(span(), first).unwrap();
        store.retire(first);
        assert!(store.get(child).is_some());
        for _ in 0..MAX_ENDED {
            let next = store.insert_root(span(), root()).unwrap();
            store.retire(next);
        }
        assert!(store.get(first).is_none() && store.get(child).is_none());
        assert!(store.len() <= MAX_ENDED);
    }

    #[test]
    fn memory_is_bounded_when_nothing_is_ever_ended() {
        let mut store = SpanStore::default();
        let root_key = store.insert_root(span(), root()).unwrap();
        for _ in 0..3 * MAX_CHILDREN {
            store.insert_child(span(), root_key).unwrap();
        }
        assert_eq!(store.children(root_key).count(), MAX_CHILDREN);
        assert_eq!(store.len(), 1 + MAX_CHILDREN + MAX_BARE);
        for _ in 0..3 * MAX_OPEN_ROOTS {
            if let Some(oldest) = store.surplus_root(None) {
                store.give_up(oldest);
            }
            store.insert_root(span(), root()).unwrap();
        }
        assert_eq!(store.len(), MAX_OPEN_ROOTS + MAX_BARE);
    }
}
