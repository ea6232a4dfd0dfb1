//! Scopes for a host that has none of its own: one stack for the whole application.
//!
//! JavaScript keeps its scopes itself. A Rust application, and a test, share a clone of these with the SDK.

use std::cell::RefCell;
use std::rc::Rc;

use crate::app::cell;
use crate::app::host::Scopes;
use crate::app::scope::{Elsewhere, ScopeStack};
use crate::app::sdk::{Events, Sdk};
use crate::app::span_key::SpanKey;
use crate::codec::context::PropagationContext;

/// A stack that is shared by its clones. No borrow of it outlives a method.
#[derive(Clone, Debug)]
pub struct StackScopes(Rc<RefCell<ScopeStack>>);

impl StackScopes {
    /// Only the page, in this trace, with nothing active.
    pub fn new(context: PropagationContext) -> StackScopes {
        StackScopes(Rc::new(RefCell::new(ScopeStack::new(context))))
    }

    /// Makes a span active, or none, until [`StackScopes::leave`] is called with the answer.
    pub fn enter(&self, active: Option<SpanKey>) -> u32 {
        cell::change(&self.0, |stack| stack.enter(active))
    }

    /// Enters another trace, with nothing active, until [`StackScopes::leave`] is called with the answer.
    pub fn enter_trace(&self, context: PropagationContext) -> u32 {
        cell::change(&self.0, |stack| stack.enter_trace(context))
    }

    /// Enters a place where no span is recorded until [`StackScopes::leave`] is called with the answer.
    pub fn enter_suppressed(&self) -> u32 {
        cell::change(&self.0, ScopeStack::enter_suppressed)
    }

    /// Runs code in which no span is recorded, also where it panics and unwinds.
    pub fn suppress<R>(&self, code: impl FnOnce() -> R) -> R {
        struct Left<'a>(&'a StackScopes, u32);
        impl Drop for Left<'_> {
            fn drop(&mut self) {
                self.0.leave(self.1);
            }
        }
        let _left = Left(self, self.enter_suppressed());
        code()
    }

    /// Leaves all layers: whoever entered them is gone.
    pub fn leave_all(&self) {
        cell::change(&self.0, ScopeStack::leave_all);
    }

    /// Leaves a layer, in any order.
    pub fn leave(&self, layer: u32) {
        cell::change(&self.0, |stack| stack.leave(layer));
    }

    /// The span that is active.
    pub fn active_key(&self) -> Option<SpanKey> {
        cell::read(&self.0, |stack| stack.top().active)
    }

    /// Sets the trace of the page itself.
    pub fn set_page_context(&self, context: PropagationContext) {
        cell::change(&self.0, |stack| stack.page_mut().context = Rc::new(context));
    }

    /// Leaves the trace of the page to somebody else, who is asked each time, or takes it back.
    pub fn follow(&self, elsewhere: Option<Elsewhere>) {
        cell::change(&self.0, |stack| stack.follow(elsewhere));
    }

    /// Makes a span active on the page itself until it ends, as a page load is.
    pub fn set_page_active(&self, active: Option<SpanKey>) {
        cell::change(&self.0, |stack| stack.page_mut().active = active);
    }
}

impl Scopes for StackScopes {
    fn active(&self) -> Option<SpanKey> {
        self.active_key()
    }

    /// A future is entered anew each time it is polled: what is active is what runs.
    fn exact(&self) -> bool {
        true
    }

    fn context(&self) -> Rc<PropagationContext> {
        let (context, elsewhere) = {
            let stack = self.0.borrow();
            (Rc::clone(&stack.top().context), stack.elsewhere())
        };
        elsewhere.and_then(|ask| ask()).map_or(context, Rc::new)
    }

    fn suppressed(&self) -> bool {
        cell::read(&self.0, |stack| stack.top().suppressed)
    }
}

impl Events for StackScopes {
    /// Once the page's own span has ended, requests and roots of this page view still belong to its trace,
    /// with the decision that was made for it.
    fn ended(&self, sdk: &Sdk, key: SpanKey) {
        if cell::read(&self.0, |stack| stack.page().active) != Some(key) {
            return;
        }
        let (started, dsc) = (sdk.started(key), sdk.sampling_context(Some(key), None));
        cell::change(&self.0, |stack| {
            let page = stack.page_mut();
            page.active = None;
            if let Some(started) = started.filter(|started| started.trace_id == page.context.trace_id) {
                let context = (*page.context).clone();
                page.context = Rc::new(PropagationContext { sampled: Some(started.sampled), dsc, ..context });
            }
        });
    }
}
