//! A layer for services that are made with `tower`.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Request, Response};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::incoming::Incoming;
use super::options::ServerOptions;
use crate::codec::text::contains;

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

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
    server_timing: bool,
}

impl IncomingLayer {
    /// A layer for a server.
    ///
    /// ```
    /// use throughline::server::{IncomingLayer, ServerOptions};
    /// let layer = IncomingLayer::new(ServerOptions::default());
    /// ```
    pub fn new(options: ServerOptions) -> IncomingLayer {
        IncomingLayer { options, server_timing: false }
    }

    /// Whether pages get the header `Server-Timing`, by which their page load goes on in the trace of the request: for servers
    /// that give out HTML which they do not write, such as the `index.html` of a build. With tags in the page it says the same once
    /// more.
    ///
    /// Only HTML gets it, and none that a shared cache may keep (`Cache-Control: public` or `s-maxage`): a page that it gives to
    /// several visitors would put all of them into one trace. If a handler puts another `Incoming` into the extensions of its
    /// response, that one is told.
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

/// A service below an [`IncomingLayer`].
#[derive(Clone, Debug)]
pub struct IncomingService<S> {
    inner: S,
    layer: IncomingLayer,
}

impl<S, B, R> Service<Request<B>> for IncomingService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> ResponseFuture<S::Future> {
        let incoming = match request.extensions().get::<Incoming>() {
            Some(incoming) => incoming.clone(),
            None => {
                let incoming = Incoming::from_request(&request, &self.layer.options);
                request.extensions_mut().insert(incoming.clone());
                incoming
            }
        };
        ResponseFuture {
            inner: self.inner.call(request),
            incoming: self.layer.server_timing.then_some(incoming),
        }
    }
}

pin_project! {
    /// The response of an [`IncomingService`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        // What the page is told.
        incoming: Option<Incoming>,
    }
}

impl<F, R, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = Result<Response<R>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut answer = ready!(this.inner.poll(context));
        if let (Ok(response), Some(incoming)) = (&mut answer, this.incoming.as_ref()) {
            let given = response.extensions().get::<Incoming>().cloned();
            tell(response.headers_mut(), given.as_ref().unwrap_or(incoming));
        }
        Poll::Ready(answer)
    }
}

/// Tells a page its trace, unless it has been told.
fn tell(headers: &mut HeaderMap, incoming: &Incoming) {
    let is_page = any(headers, CONTENT_TYPE, &["text/html", "application/xhtml+xml"]);
    let is_shared = any(headers, CACHE_CONTROL, &["public", "s-maxage"]);
    if is_page
        && !is_shared
        && !any(headers, SERVER_TIMING, &["sentry-trace"])
        && let Ok(value) = HeaderValue::from_str(&incoming.server_timing())
    {
        // A map that is full stays as it is.
        let _ = headers.try_append(SERVER_TIMING, value);
    }
}

/// Whether a header says any of these words.
fn any(headers: &HeaderMap, name: HeaderName, words: &[&str]) -> bool {
    let mut lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.any(|line| words.iter().any(|word| contains(line, word, true)))
}
