//! A span that is active for as long as this is held.

use std::marker::PhantomData;
use std::rc::Rc;

use crate::front::runtime::Runtime;
use crate::front::span::Span;
use crate::front::status::SpanStatus;

impl Span {
    /// Runs code with this span active, and answers with what the code answers.
    pub fn in_scope<R>(&self, code: impl FnOnce() -> R) -> R {
        let _entered = self.enter();
        code()
    }

    /// Makes this span active until what it answers is dropped. Not to be held across an `.await`, see [`Entered`].
    pub fn enter(&self) -> Entered<'_> {
        Entered::new(self)
    }
}

/// A span is active while this is held, see [`Span::enter`].
///
/// Not to be held across an `.await`: what runs while this future waits would count as the span's. For futures there is
/// [`in_span`](crate::Instrument::in_span). Clippy finds it with this line in `clippy.toml`:
///
/// ```toml
/// await-holding-invalid-types = [{ path = "throughline::Entered", reason = "use in_span for futures" }]
/// ```
///
/// ```
/// let span = throughline::Span::start("render");
/// {
///     let _entered = span.enter();
///     // What begins here is a child of `render`.
/// }
/// ```
#[must_use = "the span is active only while this is held"]
pub struct Entered<'a> {
    span: &'a Span,
    runtime: Option<Rc<Runtime>>,
    layer: u32,
    /// Whether a panic was under way already when it was entered: that is none of its span's.
    panicking: bool,
    /// Layers are those of a thread.
    _thread: PhantomData<*const ()>,
}

impl<'a> Entered<'a> {
    fn new(span: &'a Span) -> Entered<'a> {
        let runtime = span.live().map(|(runtime, _)| runtime);
        let layer = runtime.as_ref().zip(span.handle()).map_or(0, |(runtime, handle)| runtime.enter(handle));
        Entered { span, runtime, layer, panicking: std::thread::panicking(), _thread: PhantomData }
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        let Some(runtime) = &self.runtime else { return };
        if std::thread::panicking() && !self.panicking {
            // Where panics unwind; elsewhere the hook has said so.
            self.span.set_status(SpanStatus::InternalError);
        }
        runtime.leave(self.layer);
    }
}

impl std::fmt::Debug for Entered<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Entered").field(self.span).finish()
    }
}
