//! A span, as its owner holds it.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use crate::app::attributes::attribute;
use crate::app::span_key::SpanKey;
use crate::app::start_span::Started;
use crate::codec::id::{SpanId, TraceId};
use crate::codec::text;
use crate::codec::time::Timestamp;
use crate::codec::trace_headers::TraceHeaders;
use crate::front::handle::Handle;
use crate::front::runtime::{self, Runtime};
use crate::front::status::SpanStatus;
use crate::front::value::Value;

/// A timed operation.
///
/// Clones are handles to the same span; it ends when the last of them is dropped, or earlier by [`Span::end`]. What begins
/// while it is entered ([`Span::in_scope`], [`Span::enter`], [`in_span`](crate::Instrument::in_span)) is its child, and so
/// are the requests that are sent there.
///
/// Before [`init`](crate::init), and on a server, spans do nothing.
///
/// ```
/// use throughline::Span;
///
/// let total = Span::start("price the cart").in_scope(|| {
///     Span::current().set("cart.items", 3);
///     59.9
/// });
/// assert_eq!(total, 59.9);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a span ends when it is dropped"]
pub struct Span(Option<Arc<Handle>>);

impl Span {
    /// The span that is active here: the innermost that is entered, else the page load or navigation under way, else
    /// [`Span::none`].
    pub fn current() -> Span {
        Span(runtime::current().and_then(|runtime| runtime.active()))
    }

    /// A span by a handle that there is.
    #[cfg(feature = "tracing")]
    pub(crate) fn held(handle: Arc<Handle>) -> Span {
        Span(Some(handle))
    }

    /// No span: everything that is done to it does nothing.
    pub const fn none() -> Span {
        Span(None)
    }

    pub(crate) fn owned(runtime: &Runtime, started: &Started) -> Span {
        Span(runtime.own(started))
    }

    pub(crate) fn handle(&self) -> Option<&Arc<Handle>> {
        self.0.as_ref()
    }

    /// Sets an attribute; a later value replaces an earlier one.
    ///
    /// ```
    /// # let response_bytes = 512;
    /// throughline::Span::current().set("http.response.body.size", response_bytes);
    /// ```
    pub fn set(&self, name: impl AsRef<str>, value: impl Into<Value>) -> &Span {
        if let Some((runtime, key)) = self.live() {
            runtime.sdk.set_attribute(key, name.as_ref(), value.into().0);
        }
        self
    }

    /// Renames the span; of a root the name is then the application's own choice (source `custom`).
    pub fn set_name(&self, name: impl AsRef<str>) -> &Span {
        if let Some((runtime, key)) = self.live() {
            runtime.sdk.set_name(key, name.as_ref());
        }
        self
    }

    /// Says what kind of operation it is, such as `ui.action` or `function`.
    pub fn set_op(&self, op: impl AsRef<str>) -> &Span {
        self.set(attribute::OP, op.as_ref())
    }

    /// Says how the operation ended; the last call counts.
    pub fn set_status(&self, status: SpanStatus) -> &Span {
        if let Some((runtime, key)) = self.live() {
            runtime.sdk.set_status(key, status.to_status());
            if status == SpanStatus::Ok {
                // Why it had failed before.
                runtime.sdk.set_attributes(key, [(text::owned(attribute::STATUS_MESSAGE), None)]);
            }
        }
        self
    }

    /// Was given up, unless somebody has said how it ended, or somebody else ends it.
    pub(crate) fn cancel(&self) {
        if let Some((runtime, key)) =
            self.live().filter(|_| self.0.as_ref().is_some_and(|handle| handle.owns()))
        {
            runtime.sdk.cancel_span(key);
        }
    }

    /// Says that the operation failed, and why, in the words of an error.
    pub fn fail(&self, message: impl Into<Cow<'static, str>>) -> &Span {
        if let Some((runtime, key)) = self.live() {
            runtime.fail(key, message.into());
        }
        self
    }

    /// Notes that another span has to do with this one.
    pub fn link(&self, other: &Span) -> &Span {
        if let (Some((runtime, key)), Some(link)) = (self.live(), other.to_link()) {
            runtime.sdk.add_links(key, [link]);
        }
        self
    }

    pub(crate) fn to_link(&self) -> Option<crate::app::link::Link> {
        let handle = self.0.as_deref()?;
        let sampled =
            self.live().and_then(|(runtime, key)| runtime.sdk.started(key)).is_some_and(|it| it.sampled);
        Some(crate::app::link::Link::to(handle.trace_id, handle.span_id, sampled))
    }

    /// Ends the span now; the first end counts.
    pub fn end(&self) {
        if let Some((runtime, key)) = self.live() {
            runtime.sdk.end_span(key, None);
        }
    }

    /// Ends the span at a time, in milliseconds since the epoch.
    pub fn end_at(&self, millis: f64) {
        if let Some((runtime, key)) = self.live() {
            runtime.sdk.end_span(key, Some(Timestamp::from_millis(millis)));
        }
    }

    /// The headers that make another service's work a part of this span, for what is not sent by `fetch` or
    /// `XMLHttpRequest`: a message to a worker, a web socket. Of [`Span::none`] none.
    ///
    /// ```
    /// if let Some(headers) = throughline::Span::current().headers() {
    ///     for (name, value) in headers.iter() {
    ///         println!("{name}: {value}");
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn headers(&self) -> Option<TraceHeaders> {
        let (runtime, key) = self.live()?;
        runtime.headers(Some(key))
    }

    /// The trace that it belongs to.
    #[must_use]
    pub fn trace_id(&self) -> Option<TraceId> {
        self.0.as_deref().map(|handle| handle.trace_id)
    }

    /// Its id.
    #[must_use]
    pub fn span_id(&self) -> Option<SpanId> {
        self.0.as_deref().map(|handle| handle.span_id)
    }

    /// Whether it is under way and will be sent: work that only describes it can be spared otherwise.
    #[must_use]
    pub fn is_recording(&self) -> bool {
        self.live().is_some_and(|(runtime, key)| runtime.sdk.is_recording(key))
    }

    /// Whether it is [`Span::none`].
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// The state that it lives in, and its key there.
    pub(crate) fn live(&self) -> Option<(Rc<Runtime>, SpanKey)> {
        let handle = self.0.as_deref()?;
        Some((runtime::of(handle)?, handle.key))
    }
}
