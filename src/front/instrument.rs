//! Futures inside of spans.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::front::span::Span;
use crate::front::status::SpanStatus;

/// Futures that run inside of a span.
///
/// ```
/// use throughline::{Instrument, Span};
///
/// async fn place_order() {
///     async { /* send it */ }.in_span(Span::start("send")).await;
/// }
/// # drop(place_order());
/// ```
pub trait Instrument: Sized {
    /// This future with a span that is active whenever the future runs, and not while it waits; so that of futures which
    /// run by turns each has its own. The span ends with the future unless somebody else holds it too; of a future that
    /// is dropped before it is done the span gets the status `cancelled`.
    fn in_span(self, span: Span) -> Instrumented<Self> {
        Instrumented { future: self, guard: Guard { span, done: false } }
    }
}

impl<F: Future> Instrument for F {}

pin_project! {
    /// A future inside of a span, see [`Instrument::in_span`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless they are awaited"]
    pub struct Instrumented<F> {
        // Before the span: what its drop does is part of the span.
        #[pin]
        future: F,
        guard: Guard,
    }
}

#[derive(Debug)]
struct Guard {
    span: Span,
    /// Whether the future is done, or has panicked.
    done: bool,
}

impl Drop for Guard {
    fn drop(&mut self) {
        if !self.done && self.span.is_recording() {
            self.span.set_status(SpanStatus::Cancelled);
        }
    }
}

impl<F: Future> Future for Instrumented<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let entered = this.guard.span.enter();
        // What panics is not given up: it has failed, as `Entered` says.
        this.guard.done = true;
        let polled = this.future.poll(context);
        drop(entered);
        if polled.is_pending() {
            this.guard.done = false;
        } else {
            // Whoever keeps the future after its end does not make the span last.
            this.guard.span = Span::none();
        }
        polled
    }
}

impl<F> Instrumented<F> {
    /// The span; [`Span::none`] once the future is done.
    pub fn span(&self) -> &Span {
        &self.guard.span
    }
}
