//! What a request brought, and the trace that it is in.

use std::fmt;

use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};

use super::arrival::{self, Continuation};
use super::dice;
use super::options::{ServerOptions, Settings};
use super::sampler::SamplingRequest;
use crate::codec::context::PropagationContext;
use crate::codec::dsc::Dsc;
use crate::codec::fraction::Fraction;
use crate::codec::id::{SpanId, TraceId};
use crate::codec::time::Timestamp;
use crate::codec::trace_headers::TraceHeaders;
use crate::codec::{sentry_trace, traceparent};
use crate::decide::continuation;
use crate::decide::sampling::{self, Decision};
use crate::decide::sampling_context::{self, Known, Root};

/// The trace of one request: the one that its headers name, or a new one.
///
/// It has the id of a span that stands for the request here, in what the page and other services are told. Where the SDK of the
/// server records a span of its own for the request, give it [`with_span`](Incoming::with_span).
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use throughline::server::{Incoming, ServerOptions};
///
/// let mut headers = HeaderMap::new();
/// headers.insert("sentry-trace", HeaderValue::from_static("771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1"));
/// let incoming = Incoming::from_headers(&headers, &ServerOptions::default());
/// assert!(incoming.continuation().is_continued());
/// assert_eq!(incoming.trace_id().to_string(), "771a43a4192642f0b136d5159a501700");
/// assert_eq!(incoming.sampled(), Some(true));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Incoming {
    context: PropagationContext,
    continuation: Continuation,
    span_id: SpanId,
    /// What was decided here, or is given. `None` where nobody decides here.
    decision: Option<Decision>,
    pub(super) begun: Timestamp,
    name: String,
    pub(super) options: ServerOptions,
}

impl Incoming {
    /// What headers brought.
    ///
    /// ```
    /// use http::HeaderMap;
    /// use throughline::server::{Incoming, Continuation, ServerOptions};
    /// let incoming = Incoming::from_headers(&HeaderMap::new(), &ServerOptions::default());
    /// assert_eq!(incoming.continuation(), Continuation::Absent);
    /// ```
    pub fn from_headers(headers: &HeaderMap, options: &ServerOptions) -> Incoming {
        Incoming::read(headers, None, options)
    }

    /// What a request brought. A sampler knows its method and path then.
    ///
    /// ```
    /// use throughline::server::{Incoming, ServerOptions};
    /// let options = ServerOptions::default()
    ///     .traces_sampler(|request| Some(if request.path() == Some("/health") { 0.0 } else { 1.0 }));
    /// let request = http::Request::get("/health").body(())?;
    /// assert_eq!(Incoming::from_request(&request, &options).sampled(), Some(false));
    /// # Ok::<(), http::Error>(())
    /// ```
    pub fn from_request<B>(request: &Request<B>, options: &ServerOptions) -> Incoming {
        Incoming::read(request.headers(), Some((request.method(), request.uri())), options)
    }

    /// What the parts of a request brought, see [`Incoming::from_request`].
    ///
    /// ```
    /// use throughline::server::{Incoming, ServerOptions};
    /// let (parts, ()) = http::Request::get("/").body(())?.into_parts();
    /// let incoming = Incoming::from_parts(&parts, &ServerOptions::default());
    /// # Ok::<(), http::Error>(())
    /// ```
    pub fn from_parts(parts: &Parts, options: &ServerOptions) -> Incoming {
        Incoming::read(&parts.headers, Some((&parts.method, &parts.uri)), options)
    }

    /// What a message brought that is no request of this `http`: of a queue, or of a server with types of its own.
    ///
    /// ```
    /// use throughline::TraceHeaders;
    /// use throughline::server::{Incoming, ServerOptions};
    /// let headers = TraceHeaders::new("771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1", "");
    /// let incoming = Incoming::from_trace_headers(&headers, &ServerOptions::default());
    /// assert!(incoming.continuation().is_continued());
    /// ```
    pub fn from_trace_headers(headers: &TraceHeaders, options: &ServerOptions) -> Incoming {
        let valid = |(name, value): (_, &str)| {
            Some((HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).ok()?))
        };
        Incoming::read(&headers.iter().filter_map(valid).collect(), None, options)
    }

    fn read(headers: &HeaderMap, line: Option<(&Method, &Uri)>, options: &ServerOptions) -> Incoming {
        let settings = options.settings();
        let lot = Fraction::dice(dice::draw());
        let (context, continuation) = match arrival::read(headers, settings, lot) {
            Ok(received) => received,
            Err(why) => (PropagationContext::begin(TraceId::from_random(dice::draw()), lot), why),
        };
        let decision = decide(settings, &SamplingRequest { headers, line, context: &context });
        Incoming {
            context,
            continuation,
            span_id: SpanId::from_random(dice::draw()),
            decision,
            begun: dice::now(),
            name: String::new(),
            options: options.clone(),
        }
    }

    /// The name of the request's span, as the trace names it where it begins here: best the route, such as `GET /users/{id}`.
    ///
    /// ```
    /// use http::HeaderMap;
    /// use throughline::server::{Incoming, ServerOptions};
    /// let options = ServerOptions::default().traces_sample_rate(1.0);
    /// let incoming = Incoming::from_headers(&HeaderMap::new(), &options).named("GET /users/{id}");
    /// assert!(incoming.baggage().is_some_and(|baggage| baggage.contains("sentry-transaction=GET%20%2Fusers")));
    /// ```
    pub fn named(mut self, name: impl Into<String>) -> Incoming {
        self.name = name.into();
        self
    }

    /// The same with the span that another SDK has begun for the request: its trace, its id, and whether it is recorded. The page
    /// and other services go on below that span then.
    ///
    /// ```
    /// use http::HeaderMap;
    /// use throughline::server::{Incoming, ServerOptions};
    ///
    /// let incoming = Incoming::from_headers(&HeaderMap::new(), &ServerOptions::default());
    /// let trace_id = "771a43a4192642f0b136d5159a501700".parse()?;
    /// let span_id = "b0e6f15b45c36b12".parse()?;
    /// let incoming = incoming.with_span(trace_id, span_id, Some(true));
    /// assert_eq!(incoming.sentry_trace(), "771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1");
    /// # Ok::<(), throughline::ParseIdError>(())
    /// ```
    pub fn with_span(mut self, trace_id: TraceId, span_id: SpanId, sampled: Option<bool>) -> Incoming {
        self.span_id = span_id;
        let mut applied_rate = self.decision.and_then(|decision| decision.applied_rate);
        let lot = Fraction::dice(dice::draw());
        if trace_id != self.context.trace_id {
            // What came, and what was decided about that, says nothing of this trace, which its SDK heads.
            self.context = PropagationContext::begin(trace_id, lot);
            self.decision = None;
            self.continuation = Continuation::Given;
        }
        if self.sampled() != sampled {
            self.context.sampled = sampled;
            if self.context.dsc.is_none() {
                // The lot that the other has drawn nobody tells us: one that agrees with what it has decided.
                applied_rate = applied_rate.or(self.options.settings().fraction());
                self.context.sample_rand =
                    continuation::continued_sample_rand(None, applied_rate, sampled, lot);
            }
            self.decision = sampled.map(|sampled| Decision { sampled, applied_rate, failed: false });
        }
        self
    }

    /// The same with a span that is given as the value of a `sentry-trace` header, see [`Incoming::with_span`]. A text that is
    /// none, or that names no span, changes nothing.
    ///
    /// ```
    /// use http::HeaderMap;
    /// use throughline::server::{Incoming, ServerOptions};
    /// let incoming = Incoming::from_headers(&HeaderMap::new(), &ServerOptions::default());
    /// let incoming = incoming.with_sentry_trace("771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1");
    /// assert_eq!(incoming.span_id().to_string(), "b0e6f15b45c36b12");
    /// ```
    pub fn with_sentry_trace(self, header: &str) -> Incoming {
        match sentry_trace::parse(header) {
            Ok(span) => match span.parent_span_id {
                Some(span_id) => self.with_span(span.trace_id, span_id, span.sampled),
                None => self,
            },
            Err(_) => self,
        }
    }

    /// The trace.
    ///
    /// ```
    /// # use throughline::server::{Incoming, ServerOptions};
    /// # let incoming = Incoming::from_headers(&http::HeaderMap::new(), &ServerOptions::default());
    /// println!("trace {}", incoming.trace_id());
    /// ```
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.context.trace_id
    }

    /// The span of the request here: the parent of the page load.
    ///
    /// ```
    /// # use throughline::server::{Incoming, ServerOptions};
    /// # let incoming = Incoming::from_headers(&http::HeaderMap::new(), &ServerOptions::default());
    /// assert!(incoming.sentry_trace().contains(&incoming.span_id().to_string()));
    /// ```
    #[must_use]
    pub fn span_id(&self) -> SpanId {
        self.span_id
    }

    /// The span of the service before us, of which this one's is a child.
    ///
    /// ```
    /// # use throughline::server::{Incoming, ServerOptions};
    /// # let incoming = Incoming::from_headers(&http::HeaderMap::new(), &ServerOptions::default());
    /// assert_eq!(incoming.parent_span_id(), None); // Nothing came with the request.
    /// ```
    #[must_use]
    pub fn parent_span_id(&self) -> Option<SpanId> {
        self.context.parent_span_id
    }

    /// Whether the trace is recorded; `None` if nobody has decided yet, which leaves it to the page.
    ///
    /// ```
    /// # use throughline::server::{Incoming, ServerOptions};
    /// let incoming = Incoming::from_headers(&http::HeaderMap::new(), &ServerOptions::default());
    /// assert_eq!(incoming.sampled(), None);
    /// ```
    #[must_use]
    pub fn sampled(&self) -> Option<bool> {
        self.decision.map(|decision| decision.sampled).or(self.context.sampled)
    }

    /// The lot of the trace, from 0 up to, but without, 1, by which all its services decide alike.
    ///
    /// ```
    /// # use throughline::server::{Incoming, ServerOptions};
    /// # let incoming = Incoming::from_headers(&http::HeaderMap::new(), &ServerOptions::default());
    /// assert!(incoming.sample_rand() < 1.0);
    /// ```
    #[must_use]
    pub fn sample_rand(&self) -> f64 {
        self.context.sample_rand.as_f64()
    }

    /// Whose trace it is, and why none was continued.
    ///
    /// ```
    /// use http::{HeaderMap, HeaderValue};
    /// use throughline::server::{Incoming, Continuation, ServerOptions};
    /// let mut headers = HeaderMap::new();
    /// headers.insert("sentry-trace", HeaderValue::from_static("nonsense"));
    /// assert_eq!(Incoming::from_headers(&headers, &ServerOptions::default()).continuation(), Continuation::Invalid);
    /// ```
    #[must_use]
    pub fn continuation(&self) -> Continuation {
        self.continuation
    }

    /// The value of `sentry-trace`, for the page and for other services.
    ///
    /// ```
    /// # use throughline::server::{Incoming, ServerOptions};
    /// # let incoming = Incoming::from_headers(&http::HeaderMap::new(), &ServerOptions::default());
    /// assert_eq!(incoming.sentry_trace(), incoming.to_string());
    /// ```
    #[must_use]
    pub fn sentry_trace(&self) -> String {
        sentry_trace::print(self.trace_id(), self.span_id, self.sampled())
    }

    /// The value of `traceparent`.
    ///
    /// ```
    /// # use throughline::server::{Incoming, ServerOptions};
    /// # let incoming = Incoming::from_headers(&http::HeaderMap::new(), &ServerOptions::default());
    /// assert!(incoming.traceparent().ends_with("-00"));
    /// ```
    #[must_use]
    pub fn traceparent(&self) -> String {
        traceparent::print(self.trace_id(), self.span_id, self.sampled())
    }

    /// The value of `tracestate`: what other vendors say of the trace, if it came beside `traceparent`; else empty.
    ///
    /// ```
    /// # use throughline::server::{Incoming, ServerOptions};
    /// # let incoming = Incoming::from_headers(&http::HeaderMap::new(), &ServerOptions::default());
    /// assert_eq!(incoming.tracestate(), "");
    /// ```
    #[must_use]
    pub fn tracestate(&self) -> &str {
        &self.context.tracestate
    }

    /// The value of `baggage`: what came with the trace, or what we say of one that begins here. `None` if there is nothing to
    /// say.
    ///
    /// ```
    /// # use throughline::server::{Incoming, ServerOptions};
    /// let options = ServerOptions::default().release("shop@1.2.3");
    /// let incoming = Incoming::from_headers(&http::HeaderMap::new(), &options);
    /// assert!(incoming.baggage().is_some_and(|baggage| baggage.contains("sentry-release=shop%401.2.3")));
    /// ```
    #[must_use]
    pub fn baggage(&self) -> Option<String> {
        self.dsc().to_baggage()
    }

    /// What all parts of the trace agree on.
    fn dsc(&self) -> Dsc {
        let settings = self.options.settings();
        let sample_rand = self.context.sample_rand.print();
        let rate = self.decision.and_then(|decision| decision.applied_rate).map(Fraction::print);
        let root = self.decision.map(|decision| Root {
            transaction: &self.name,
            source: "route",
            sampled: decision.sampled,
            sample_rand: &sample_rand,
            sample_rate: rate.as_deref().unwrap_or_default(),
        });
        sampling_context::of(&Known {
            frozen: self.context.dsc.as_ref(),
            trace_id: &self.context.trace_id.hex(),
            environment: &settings.environment,
            release: &settings.release,
            public_key: &settings.public_key,
            org_id: &settings.org_id,
            root,
            ignored: false,
        })
    }
}

/// As `sentry-trace` says it.
impl fmt::Display for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentry_trace())
    }
}

/// What is decided here about the trace of a request; `None` where nobody decides.
fn decide(settings: &Settings, request: &SamplingRequest<'_>) -> Option<Decision> {
    let context = request.context;
    let asked = settings.sampler.as_ref().map(|sampler| sampler.ask(request)).unwrap_or_default();
    let decision = || sampling::decide(asked, settings.rate, context.sampled, context.sample_rand);
    settings.decides().then(decision)
}
