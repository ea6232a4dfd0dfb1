//! The state behind the front door: one per thread, because a page has one thread, and nothing before `init`.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::app::attributes::attribute;
use crate::app::event_data::EventData;
use crate::app::scope::MAX_LAYERS;
use crate::app::scopes::StackScopes;
use crate::app::sdk::Sdk;
use crate::app::span_key::SpanKey;
use crate::app::start_span::{Parent, Started};
use crate::app::status::Status;
use crate::codec::json::Json;
use crate::codec::trace_headers::TraceHeaders;
use crate::front::handle::Handle;
use crate::front::options::SharedCallbacks;
#[cfg(target_arch = "wasm32")]
use crate::front::page::Wired;

thread_local! {
    static RUNTIME: RefCell<Option<Rc<Runtime>>> = const { RefCell::new(None) };
}

/// How many states, and calls of `init`, there were, of all threads.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// What `init` set up.
pub(crate) struct Runtime {
    /// The number of this state: a handle to a span of another one finds nothing here.
    id: u32,
    pub(crate) sdk: Rc<Sdk>,
    pub(crate) scopes: StackScopes,
    /// Code of the application, which is called while nothing is borrowed.
    pub(crate) callbacks: SharedCallbacks,
    /// What is said with every event.
    pub(crate) data: Rc<EventData>,
    /// The spans that are entered, by the layer of each, as many as there are layers: what is active is handed out with the handle that holds it.
    entered: RefCell<Vec<(u32, Arc<Handle>)>>,
    /// The number of the latest call of `init`, of all threads: an earlier guard closes nothing.
    pub(crate) generation: Cell<u32>,
    /// What was changed on the page.
    #[cfg(target_arch = "wasm32")]
    pub(crate) page: RefCell<Option<Wired>>,
}

/// The state of this thread, if `init` was called.
pub(crate) fn current() -> Option<Rc<Runtime>> {
    RUNTIME.try_with(|runtime| runtime.try_borrow().ok()?.clone()).ok()?
}

/// Takes the place of the state that there is.
pub(crate) fn install(runtime: Option<Rc<Runtime>>) {
    // What was there is dropped when nothing is borrowed any more.
    let _before = RUNTIME
        .try_with(|place| place.try_borrow_mut().map(|mut place| std::mem::replace(&mut *place, runtime)));
}

/// The state that a span lives in, if that is the one of this thread.
pub(crate) fn of(span: &Handle) -> Option<Rc<Runtime>> {
    current().filter(|runtime| runtime.id == span.runtime)
}

/// Ends a span, with its last handle.
fn end(span: &Handle) {
    if let Some(runtime) = of(span) {
        runtime.sdk.end_span(span.key, None);
    }
}

impl Runtime {
    /// The state of an SDK whose host has these scopes.
    #[cfg_attr(not(any(test, target_arch = "wasm32")), allow(dead_code, reason = "there is no page"))]
    pub(crate) fn new(
        sdk: Rc<Sdk>,
        scopes: StackScopes,
        callbacks: SharedCallbacks,
        data: Rc<EventData>,
    ) -> Runtime {
        Runtime {
            id: COUNT.fetch_add(1, Ordering::Relaxed),
            sdk,
            scopes,
            callbacks,
            data,
            entered: RefCell::default(),
            generation: Cell::default(),
            #[cfg(target_arch = "wasm32")]
            page: RefCell::default(),
        }
    }

    /// A number for another call of `init`.
    pub(crate) fn next_generation(&self) -> u32 {
        let generation = COUNT.fetch_add(1, Ordering::Relaxed);
        self.generation.set(generation);
        generation
    }

    /// A handle to a span that has begun here, and ends with its last handle.
    pub(crate) fn own(&self, started: &Started) -> Option<Arc<Handle>> {
        Handle::new(started, self.id, Some(end)).map(Arc::new)
    }

    /// Makes a span active until the layer is left.
    pub(crate) fn enter(&self, span: &Arc<Handle>) -> u32 {
        let layer = self.scopes.enter(Some(span.key));
        // Its last handle may go with it, as below.
        let _oldest = self.entered.try_borrow_mut().map(|mut entered| {
            let oldest = (entered.len() >= MAX_LAYERS).then(|| entered.remove(0));
            entered.push((layer, Arc::clone(span)));
            oldest
        });
        layer
    }

    /// Leaves a layer, whatever was entered since.
    pub(crate) fn leave(&self, layer: u32) {
        self.scopes.leave(layer);
        // Its last handle may go with it, and end the span, which must not happen while this is borrowed.
        let _span = self.entered.try_borrow_mut().ok().and_then(|mut entered| {
            let at = entered.iter().rposition(|(known, _)| *known == layer)?;
            Some(entered.remove(at))
        });
    }

    /// Leaves a span where it was entered last, for those who keep no layer.
    #[cfg(feature = "tracing")]
    pub(crate) fn leave_span(&self, span: &Arc<Handle>) {
        let layer = self.entered.try_borrow().ok().and_then(|entered| {
            entered.iter().rev().find(|(_, known)| Arc::ptr_eq(known, span)).map(|(layer, _)| *layer)
        });
        if let Some(layer) = layer {
            self.leave(layer);
        }
    }

    /// A span has failed, and why.
    pub(crate) fn fail(&self, key: SpanKey, message: Cow<'static, str>) {
        self.sdk.set_attribute(key, attribute::STATUS_MESSAGE, Json::string(&message));
        self.sdk.set_status(key, Status::Error(message));
    }

    /// What is entered has failed, and ends with all that is above it; innermost first.
    #[cfg_attr(not(panic = "abort"), allow(dead_code, reason = "the hook of panics calls it"))]
    pub(crate) fn fail_entered(&self, message: &str) {
        let entered = self
            .entered
            .try_borrow_mut()
            .map(|mut entered| std::mem::take(&mut *entered))
            .unwrap_or_default();
        for (layer, span) in entered.into_iter().rev() {
            self.fail(span.key, message.to_owned().into());
            self.sdk.end_span(span.key, None);
            self.scopes.leave(layer);
        }
        // A trap leaves no layer: not that of another trace, and none where nothing is recorded.
        self.scopes.leave_all();
        self.sdk.flush_spans();
        self.sdk.report_losses();
    }

    /// What is active: with the handle under which it was entered, else as a span that somebody else ends.
    pub(crate) fn active(&self) -> Option<Arc<Handle>> {
        self.innermost().or_else(|| {
            let started = self.sdk.started(self.scopes.active_key()?)?;
            Handle::new(&started, self.id, None).map(Arc::new)
        })
    }

    /// What is active, if it was entered, and is not the page's own.
    pub(crate) fn innermost(&self) -> Option<Arc<Handle>> {
        let key = self.scopes.active_key()?;
        let entered = self.entered.try_borrow().ok()?;
        entered.iter().rev().find(|(_, span)| span.key == key).map(|(_, span)| span.clone())
    }

    /// Whose child a span becomes that begins now.
    pub(crate) fn active_parent(&self) -> Parent {
        self.sdk.active_parent()
    }

    /// The headers of a span, or of the trace in force.
    pub(crate) fn headers(&self, key: Option<SpanKey>) -> Option<TraceHeaders> {
        let headers = self.sdk.headers(key, None)?;
        Some(headers.to_texts(self.sdk.propagates_traceparent()))
    }
}
