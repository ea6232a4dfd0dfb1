//! A layer for services that are made with `tower`.

use std::fmt;
use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::header::{CACHE_CONTROL, CONTENT_TYPE, EXPIRES, HeaderName, HeaderValue, LAST_MODIFIED};
use http::{HeaderMap, Request, Response};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::incoming::Incoming;
use super::options::ServerOptions;
use crate::codec::text::contains;

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");
const CDN_CACHE_CONTROL: HeaderName = HeaderName::from_static("cdn-cache-control");
const SURROGATE_CONTROL: HeaderName = HeaderName::from_static("surrogate-control");

/// What of `Cache-Control` keeps a response out of shared caches, or has them ask before they give it out.
const FORBIDDING: [&str; 4] = ["private", "no-store", "no-cache", "max-age=0"];

/// Puts the [`Incoming`] of each request into its extensions, where handlers find it.
///
/// ```
/// use throughline::server::{Incoming, IncomingLayer, ServerOptions};
/// use tower_layer::Layer;
///
/// # #[derive(Clone)] struct Router;
/// # let router = Router;
/// let options = ServerOptions::new("https://key@o7.ingest.example.com/42").traces_sample_rate(0.2);
/// let service = IncomingLayer::new(options).layer(router);
/// // In a handler: request.extensions().get::<Incoming>()
/// ```
///
/// Below another such layer nothing changes: the request is in one trace.
#[derive(Clone, Debug)]
#[must_use]
pub struct IncomingLayer {
    options: ServerOptions,
    adjust: Option<Adjust>,
    server_timing: bool,
}

/// What an application makes of each [`Incoming`].
#[derive(Clone)]
struct Adjust(Arc<dyn Fn(Incoming) -> Incoming + Send + Sync>);

impl fmt::Debug for Adjust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Adjust")
    }
}

impl IncomingLayer {
    /// A layer for a server.
    ///
    /// ```
    /// use throughline::server::{IncomingLayer, ServerOptions};
    /// let layer = IncomingLayer::new(ServerOptions::default());
    /// ```
    pub fn new(options: ServerOptions) -> IncomingLayer {
        IncomingLayer { options, adjust: None, server_timing: false }
    }

    /// What becomes of each `Incoming` before others see it. It is asked when the request is worked on for the first time, after the
    /// layers around this one have begun their spans. If it panics, nothing is changed.
    ///
    /// Beside the crate `sentry`, below its layer for `tower`, the page goes on below sentry's transaction so:
    ///
    /// ```
    /// use throughline::server::{Incoming, IncomingLayer, ServerOptions};
    ///
    /// # struct Span; impl Span { fn iter_headers(&self) -> std::vec::IntoIter<(&'static str, String)> { vec![].into_iter() } }
    /// # struct Scope; impl Scope { fn get_span(&self) -> Option<Span> { None } }
    /// # mod sentry { pub fn configure_scope<R>(ask: impl FnOnce(&mut super::Scope) -> R) -> R { ask(&mut super::Scope) } }
    /// # fn main() {
    /// let layer = IncomingLayer::new(ServerOptions::default()).adjust(|incoming| {
    ///     match sentry::configure_scope(|scope| scope.get_span()) {
    ///         Some(span) => {
    ///             span.iter_headers().fold(incoming, |incoming, (_, value)| incoming.with_sentry_trace(&value))
    ///         }
    ///         None => incoming,
    ///     }
    /// });
    /// # }
    /// ```
    pub fn adjust(mut self, adjust: impl Fn(Incoming) -> Incoming + Send + Sync + 'static) -> IncomingLayer {
        self.adjust = Some(Adjust(Arc::new(adjust)));
        self
    }

    /// Whether pages get the header `Server-Timing`, by which their page load goes on in the trace of the request: for servers
    /// that give out HTML which they do not write, such as the `index.html` of a build. With tags in the page it says the same once
    /// more.
    ///
    /// Only HTML gets it, and none that a shared cache may keep: a page that it gives to several visitors would put all of them
    /// into one trace. So `Cache-Control` must say `private`, `no-store`, `no-cache` or `max-age=0`, and neither `public` nor
    /// `s-maxage`; or there is none, and no `Expires`, `Last-Modified`, `CDN-Cache-Control` and `Surrogate-Control` either. What
    /// serves files mostly says `Last-Modified`: let it say `Cache-Control: no-cache` too.
    ///
    /// If a handler puts another `Incoming` into the extensions of its response, that one is told.
    ///
    /// ```
    /// use throughline::server::{IncomingLayer, ServerOptions};
    /// let layer = IncomingLayer::new(ServerOptions::default()).server_timing(true);
    /// ```
    pub fn server_timing(mut self, server_timing: bool) -> IncomingLayer {
        self.server_timing = server_timing;
        self
    }
}

impl<S> Layer<S> for IncomingLayer {
    type Service = IncomingService<S>;

    fn layer(&self, inner: S) -> IncomingService<S> {
        IncomingService { inner, layer: self.clone() }
    }
}

impl IncomingLayer {
    /// Sees to it that a request has its `Incoming`.
    fn prepare<B>(&self, request: &mut Request<B>) -> Incoming {
        if let Some(incoming) = request.extensions().get::<Incoming>() {
            return incoming.clone();
        }
        let mut incoming = Incoming::from_request(request, &self.options);
        if let Some(Adjust(adjust)) = &self.adjust {
            let before = incoming.clone();
            incoming = catch_unwind(AssertUnwindSafe(|| adjust(incoming))).unwrap_or(before);
        }
        request.extensions_mut().insert(incoming.clone());
        incoming
    }
}

/// A service below an [`IncomingLayer`].
#[derive(Clone, Debug)]
pub struct IncomingService<S> {
    inner: S,
    layer: IncomingLayer,
}

impl<S, B, R> Service<Request<B>> for IncomingService<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = ResponseFuture<S, B, S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The one that is ready is used, and a clone of it asked the next time.
        let next = self.inner.clone();
        let service = mem::replace(&mut self.inner, next);
        ResponseFuture {
            state: State::Waiting { service, request: Some(request) },
            layer: self.layer.clone(),
        }
    }
}

pin_project! {
    /// The response of an [`IncomingService`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<S, B, F> {
        #[pin]
        state: State<S, B, F>,
        layer: IncomingLayer,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = StateOfResponse]
    enum State<S, B, F> {
        // Layers around this one may begin their spans when they are polled first, so that nothing is asked before.
        Waiting { service: S, request: Option<Request<B>> },
        Running { #[pin] response: F, incoming: Incoming },
    }
}

impl<S, B, R> Future for ResponseFuture<S, B, S::Future>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Output = Result<Response<R>, S::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let StateOfResponse::Waiting { service, request } = this.state.as_mut().project()
            && let Some(mut request) = request.take()
        {
            let incoming = this.layer.prepare(&mut request);
            let response = service.call(request);
            this.state.set(State::Running { response, incoming });
        }
        let StateOfResponse::Running { response, incoming } = this.state.project() else {
            return Poll::Pending;
        };
        let mut answer = ready!(response.poll(context));
        if this.layer.server_timing
            && let Ok(response) = &mut answer
        {
            let given = response.extensions().get::<Incoming>().cloned();
            tell(response.headers_mut(), given.as_ref().unwrap_or(incoming));
        }
        Poll::Ready(answer)
    }
}

/// Tells a page its trace, unless it has been told.
fn tell(headers: &mut HeaderMap, incoming: &Incoming) {
    let is_page = any(headers, &CONTENT_TYPE, &["text/html", "application/xhtml+xml"]);
    if is_page
        && !may_be_shared(headers)
        && !any(headers, &SERVER_TIMING, &["sentry-trace"])
        && let Ok(value) = HeaderValue::from_str(&incoming.server_timing())
    {
        // A map that is full stays as it is.
        let _ = headers.try_append(SERVER_TIMING, value);
    }
}

/// Whether a cache may give a response to several visitors: where nobody forbids it, caches keep also what says only when it
/// expires, or when it was changed last (RFC 9111, 4.2.2).
fn may_be_shared(headers: &HeaderMap) -> bool {
    // Who reads these does not look at `Cache-Control` (RFC 9213, 2.1).
    let is_kept = |name: &HeaderName| headers.contains_key(name) && !is_forbidden(headers, name);
    if [CDN_CACHE_CONTROL, SURROGATE_CONTROL].iter().any(is_kept)
        || any(headers, &CACHE_CONTROL, &["public", "s-maxage"])
    {
        return true;
    }
    let says = [CACHE_CONTROL, EXPIRES, LAST_MODIFIED].iter().any(|name| headers.contains_key(name));
    says && !is_forbidden(headers, &CACHE_CONTROL)
}

/// Whether a header keeps a response out of shared caches. With a value, as in `private="set-cookie"`, a word is about other
/// headers.
fn is_forbidden(headers: &HeaderMap, name: &HeaderName) -> bool {
    let mut lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.any(|line| {
        let mut words = line.split(',').map(str::trim);
        !line.contains('"')
            && words.any(|word| FORBIDDING.iter().any(|known| known.eq_ignore_ascii_case(word)))
    })
}

/// Whether a header says any of these words.
fn any(headers: &HeaderMap, name: &HeaderName, words: &[&str]) -> bool {
    let mut lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.any(|line| words.iter().any(|word| contains(line, word, true)))
}
