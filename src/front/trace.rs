//! The trace in force: where it came from, and what is sent along.

use crate::codec::trace_headers::TraceHeaders;
use crate::front::runtime::{self, Runtime};

/// The headers that make another service's work a part of what runs here: of the active span, else of the page's trace.
/// `None` before [`init`](crate::init).
///
/// `fetch` and `XMLHttpRequest` carry them by themselves; this is for everything else.
///
/// ```
/// let message = throughline::headers().map(|headers| headers.sentry_trace().to_owned());
/// # assert_eq!(message, None, "nothing was initialised");
/// ```
#[must_use]
pub fn headers() -> Option<TraceHeaders> {
    let runtime = runtime::current()?;
    let active = runtime.scopes.active_key();
    runtime.headers(active)
}

/// Runs code in the trace that came from elsewhere: roots and requests in it belong to that trace, below the span that sent
/// the headers. What is no trace begins a new one. For futures: [`SpanBuilder::continue_from`](crate::SpanBuilder::continue_from).
///
/// ```
/// use throughline::{Span, TraceHeaders, continue_trace};
///
/// let headers = TraceHeaders::new("771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1", "");
/// continue_trace(&headers, || {
///     let _span = Span::start("handle message");
/// });
/// ```
pub fn continue_trace<R>(headers: &TraceHeaders, code: impl FnOnce() -> R) -> R {
    within(
        |runtime| {
            let context = runtime.sdk.receive(headers.values());
            runtime.scopes.enter_trace(context)
        },
        code,
    )
}

/// Runs code in a trace that begins here, with nothing active.
///
/// ```
/// throughline::start_new_trace(|| {
///     let _span = throughline::Span::start("poll for news");
/// });
/// ```
pub fn start_new_trace<R>(code: impl FnOnce() -> R) -> R {
    within(|runtime| runtime.scopes.enter_trace(runtime.sdk.begin_context()), code)
}

/// Runs code in which no span is recorded. Requests keep their headers.
///
/// ```
/// let answer = throughline::suppress_tracing(|| 42);
/// assert_eq!(answer, 42);
/// ```
pub fn suppress_tracing<R>(code: impl FnOnce() -> R) -> R {
    within(|runtime| runtime.scopes.enter_suppressed(), code)
}

/// Runs code within a layer of the scopes, which is left also where the code panics and unwinds.
fn within<R>(enter: impl FnOnce(&Runtime) -> u32, code: impl FnOnce() -> R) -> R {
    struct Left(std::rc::Rc<Runtime>, u32);
    impl Drop for Left {
        fn drop(&mut self) {
            self.0.leave(self.1);
        }
    }
    let _left = runtime::current().map(|runtime| {
        let layer = enter(&runtime);
        Left(runtime, layer)
    });
    code()
}
