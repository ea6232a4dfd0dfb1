//! Futures inside of spans.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::front::span::Span;

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
    /// run by turns each has its own. The span ends with the future unless somebody else holds it too. Of a future that is
    /// dropped before it is done the span gets the status `cancelled`, unless something was said about how it ended, or the
    /// span is one that somebody else ends, such as the page load.
    fn in_span(self, span: Span) -> Instrumented<Self> {
        Instrumented { future: Some(self), span }
    }
}

impl<F: Future> Instrument for F {}

pin_project! {
    /// A future inside of a span, see [`Instrument::in_span`].
    ///
    /// ```
    /// use throughline::{Instrument, Instrumented, Span};
    ///
    /// let future: Instrumented<_> = async { 7 }.in_span(Span::start("count"));
    /// assert!(future.span().is_none(), "nothing was initialised");
    /// ```
    #[derive(Debug)]
    #[must_use = "futures do nothing unless they are awaited"]
    pub struct Instrumented<F> {
        // Nothing once it is done.
        #[pin]
        future: Option<F>,
        span: Span,
    }

    impl<F> PinnedDrop for Instrumented<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.future.is_none() {
                return;
            }
            // What is dropped with the future is still a part of the span.
            this.span.in_scope(|| this.future.set(None));
            this.span.cancel();
        }
    }
}

impl<F: Future> Future for Instrumented<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let entered = this.span.enter();
        // After its end it is pending for ever, as nobody may ask.
        let Some(future) = this.future.as_mut().as_pin_mut() else { return Poll::Pending };
        // What panics has failed before it is dropped (`Entered`), and so was not given up.
        let polled = future.poll(context);
        if polled.is_ready() {
            this.future.set(None);
            drop(entered);
            // Whoever keeps the future after its end does not make the span last.
            *this.span = Span::none();
        }
        polled
    }
}

impl<F> Instrumented<F> {
    /// The span; [`Span::none`] once the future is done.
    pub fn span(&self) -> &Span {
        &self.span
    }
}
