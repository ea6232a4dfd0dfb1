//! What is active, as a stack of layers, each with an active span and the trace that new roots belong to.
//! For hosts that have no scopes of their own.
//!
//! A layer is left by its number, never by its position, so that overlapping asynchronous callbacks
//! cannot remove each other's layers. The bottom layer is the page itself and stays.

use std::rc::Rc;

use crate::app::span_key::SpanKey;
use crate::codec::context::PropagationContext;

/// Layers above the page. Past it the oldest goes: a callback whose promise never settles leaves its
/// layer behind.
pub const MAX_LAYERS: usize = 1000;

/// One level of the stack.
#[derive(Clone, Debug)]
pub struct Layer {
    id: u32,
    /// The span that new spans become children of.
    pub active: Option<SpanKey>,
    /// The trace that new roots belong to.
    pub context: Rc<PropagationContext>,
    /// Whether spans that begin here must not be recorded.
    pub suppressed: bool,
}

/// Asks somebody else for the trace of the page.
pub type Elsewhere = fn() -> Option<PropagationContext>;

/// The stack.
#[derive(Debug)]
pub struct ScopeStack {
    page: Layer,
    /// Who knows the trace of the page, if it is not ours.
    elsewhere: Option<Elsewhere>,
    above: Vec<Layer>,
    last_id: u32,
}

impl ScopeStack {
    /// Only the page, with nothing active.
    pub fn new(context: PropagationContext) -> ScopeStack {
        ScopeStack {
            page: Layer { id: 0, active: None, context: Rc::new(context), suppressed: false },
            elsewhere: None,
            above: Vec::new(),
            last_id: 0,
        }
    }

    /// Leaves the trace of the page to somebody else, or takes it back.
    pub fn follow(&mut self, elsewhere: Option<Elsewhere>) {
        self.elsewhere = elsewhere;
    }

    /// Whom to ask for the trace in force, where that is the page's own, and not ours.
    pub fn elsewhere(&self) -> Option<Elsewhere> {
        self.elsewhere.filter(|_| Rc::ptr_eq(&self.top().context, &self.page.context))
    }

    /// The layer in force.
    pub fn top(&self) -> &Layer {
        self.above.last().unwrap_or(&self.page)
    }

    /// The layer of the page itself.
    pub fn page_mut(&mut self) -> &mut Layer {
        &mut self.page
    }

    /// The layer of the page itself, to read.
    pub fn page(&self) -> &Layer {
        &self.page
    }

    /// Puts a layer on top: another active span, all else as in the layer below.
    pub fn enter(&mut self, active: Option<SpanKey>) -> u32 {
        self.push(Layer { active, ..self.top().clone() })
    }

    /// Puts a layer on top: another trace, with nothing active.
    pub fn enter_trace(&mut self, context: PropagationContext) -> u32 {
        self.push(Layer { active: None, context: Rc::new(context), ..self.top().clone() })
    }

    /// Puts a layer on top: as the layer below, but nothing in it is recorded.
    pub fn enter_suppressed(&mut self) -> u32 {
        self.push(Layer { suppressed: true, ..self.top().clone() })
    }

    /// Removes a layer, wherever it is by now.
    pub fn leave(&mut self, id: u32) {
        if let Some(position) = self.above.iter().rposition(|layer| layer.id == id) {
            self.above.remove(position);
        }
    }

    /// Removes all layers but that of the page.
    pub fn leave_all(&mut self) {
        self.above.clear();
    }

    fn push(&mut self, layer: Layer) -> u32 {
        if self.above.len() >= MAX_LAYERS {
            self.above.remove(0);
        }
        // Zero is the page's; after four billion layers the count begins again.
        self.last_id = self.last_id.wrapping_add(1).max(1);
        self.above.push(Layer { id: self.last_id, ..layer });
        self.last_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::moment::Moment;

    fn stack() -> ScopeStack {
        ScopeStack::new(Moment::of_dice([1; 32]).begin_trace())
    }

    #[test]
    fn layers_are_left_in_any_order() {
        let mut stack = stack();
        let (a, b) = (SpanKey::from_u32(1 << 16), SpanKey::from_u32(2 << 16));
        let first = stack.enter(a);
        let second = stack.enter(b);
        stack.leave(first);
        assert_eq!(stack.top().active, b);
        stack.leave(first);
        assert_eq!(stack.top().active, b);
        stack.leave(second);
        assert_eq!(stack.top().active, None);
        stack.leave(0);
        assert_eq!(stack.top().active, None);
    }

    #[test]
    fn suppression_holds_for_the_layers_above_it() {
        let mut stack = stack();
        let suppressed = stack.enter_suppressed();
        let above = stack.enter(None);
        assert!(stack.top().suppressed);
        stack.leave(suppressed);
        assert!(stack.top().suppressed, "what began inside stays inside");
        stack.leave(above);
        assert!(!stack.top().suppressed);
    }

    #[test]
    fn a_layer_that_is_never_left_does_not_grow_the_stack() {
        let mut stack = stack();
        for _ in 0..3 * MAX_LAYERS {
            stack.enter(None);
        }
        assert_eq!(stack.above.len(), MAX_LAYERS);
    }
}
