//! What is said about a span before it begins.

use crate::app::attributes::{Attributes, attribute};
use crate::app::link::Link;
use crate::app::start_span::{Parent, StartSpan};
use crate::codec::time::Timestamp;
use crate::codec::trace_headers::TraceHeaders;
use crate::front::options::Beginning;
use crate::front::runtime;
use crate::front::span::Span;
use crate::front::value::Value;

impl Span {
    /// Begins a span below the active one, or a root where none is active.
    pub fn start(name: impl AsRef<str>) -> Span {
        Span::builder(name).start()
    }

    /// Says more about a span before it begins.
    pub fn builder(name: impl AsRef<str>) -> SpanBuilder {
        SpanBuilder::new(name.as_ref())
    }
}

/// Says more about a span before it begins, see [`Span::builder`].
///
/// ```
/// use throughline::Span;
///
/// let span = Span::builder("place order").op("ui.action").attribute("cart.items", 3).start();
/// span.in_scope(|| { /* send it */ });
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing begins before `start`"]
pub struct SpanBuilder {
    name: String,
    attributes: Attributes,
    links: Vec<Link>,
    parent: Option<Span>,
    root: bool,
    continues: Option<TraceHeaders>,
    only_if_parent: bool,
    start: Option<Timestamp>,
}

impl SpanBuilder {
    fn new(name: &str) -> SpanBuilder {
        SpanBuilder {
            name: name.to_owned(),
            attributes: Attributes::default(),
            links: Vec::new(),
            parent: None,
            root: false,
            continues: None,
            only_if_parent: false,
            start: None,
        }
    }

    /// Says what kind of operation it is, such as `ui.action` or `function`.
    pub fn op(mut self, op: impl AsRef<str>) -> SpanBuilder {
        self.attributes.set_string(attribute::OP, op.as_ref());
        self
    }

    /// Sets an attribute.
    pub fn attribute(mut self, name: impl AsRef<str>, value: impl Into<Value>) -> SpanBuilder {
        self.attributes.set(name.as_ref(), value.into().0);
        self
    }

    /// Has these attributes and no others.
    #[cfg(feature = "tracing")]
    pub(crate) fn with_attributes(mut self, attributes: Attributes) -> SpanBuilder {
        self.attributes = attributes;
        self
    }

    /// Becomes a root, which is sent as a transaction of its own; in the trace of the active span where there is one.
    pub fn root(mut self) -> SpanBuilder {
        self.root = true;
        self
    }

    /// Becomes the child of this span in place of the active one. [`Span::none`] has no children: then it becomes a root.
    pub fn parent(mut self, parent: &Span) -> SpanBuilder {
        self.parent = Some(parent.clone());
        self
    }

    /// Becomes a root in the trace that came from elsewhere, below the span that sent the headers, whatever
    /// [`SpanBuilder::parent`] says. What is no trace begins a new one.
    pub fn continue_from(mut self, headers: &TraceHeaders) -> SpanBuilder {
        self.continues = Some(headers.clone());
        self
    }

    /// Notes that another span has to do with this one.
    pub fn link(mut self, other: &Span) -> SpanBuilder {
        self.links.extend(other.to_link());
        self
    }

    /// Is recorded only where it has a parent.
    pub fn only_if_parent(mut self) -> SpanBuilder {
        self.only_if_parent = true;
        self
    }

    /// Began at this time, in milliseconds since the epoch.
    pub fn started_at(mut self, millis: f64) -> SpanBuilder {
        self.start = Some(Timestamp::from_millis(millis));
        self
    }

    /// Begins the span. It is not active before it is entered.
    pub fn start(self) -> Span {
        let Some(runtime) = runtime::current() else { return Span::none() };
        let sdk = &runtime.sdk;
        let continued = self.continues.map(|headers| sdk.receive(headers.values()));
        let parent = match (&continued, &self.parent) {
            (Some(_), _) => Parent::None,
            (None, Some(given)) => given.live().map_or(Parent::None, |(_, key)| Parent::Span(key)),
            (None, None) => runtime.active_parent(),
        };
        let becomes_root = parent == Parent::None || self.root;
        let ask = becomes_root && !(self.only_if_parent && parent == Parent::None) && sdk.records_spans();
        let sampler = if ask {
            let (name, attributes) = (&*self.name, &self.attributes);
            let context = continued.as_ref();
            let root = Beginning { name, attributes, parent, context, sdk };
            runtime.callbacks.sample(&runtime.scopes, &root)
        } else {
            Default::default()
        };
        let started = sdk.start_span(StartSpan {
            name: &self.name,
            attributes: self.attributes,
            links: self.links,
            parent,
            start: self.start,
            only_if_parent: self.only_if_parent,
            new_root: self.root && parent != Parent::None,
            sampler,
            context: continued.as_ref(),
            ..StartSpan::default()
        });
        started.map(|started| Span::owned(&runtime, &started)).unwrap_or_default()
    }
}
