//! A sampler of the application: which share of the traces that begin with such a request is recorded.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use http::{HeaderMap, Method, Uri};

use crate::codec::context::PropagationContext;
use crate::codec::fraction::Fraction;
use crate::decide::sampling;

/// What a sampler knows of a request, see [`ServerOptions::traces_sampler`](crate::server::ServerOptions::traces_sampler).
///
/// ```
/// use throughline::server::{SamplingRequest, ServerOptions};
///
/// fn rate(request: &SamplingRequest<'_>) -> Option<f64> {
///     if request.path() == Some("/health") { Some(0.0) } else { Some(request.inherit_or(0.1)) }
/// }
///
/// let options = ServerOptions::new("").traces_sampler(rate);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SamplingRequest<'a> {
    pub(super) headers: &'a HeaderMap,
    pub(super) line: Option<(&'a Method, &'a Uri)>,
    pub(super) context: &'a PropagationContext,
}

impl<'a> SamplingRequest<'a> {
    /// Its headers.
    ///
    /// ```
    /// use throughline::server::ServerOptions;
    /// let options = ServerOptions::default()
    ///     .traces_sampler(|request| request.headers().contains_key("x-synthetic").then_some(0.0));
    /// ```
    #[must_use]
    pub fn headers(&self) -> &'a HeaderMap {
        self.headers
    }

    /// Its method; `None` where only headers were given.
    ///
    /// ```
    /// use throughline::server::ServerOptions;
    /// let options = ServerOptions::default()
    ///     .traces_sampler(|request| (request.method()? == "OPTIONS").then_some(0.0));
    /// ```
    #[must_use]
    pub fn method(&self) -> Option<&'a Method> {
        self.line.map(|(method, _)| method)
    }

    /// The path it asks for; `None` where only headers were given.
    ///
    /// ```
    /// use throughline::server::ServerOptions;
    /// let options = ServerOptions::default()
    ///     .traces_sampler(|request| request.path()?.starts_with("/health").then_some(0.0));
    /// ```
    #[must_use]
    pub fn path(&self) -> Option<&'a str> {
        self.line.map(|(_, uri)| uri.path())
    }

    /// What the service before us has decided; `None` if it left that to us, or if the trace begins here.
    ///
    /// ```
    /// use throughline::server::ServerOptions;
    /// // Whatever others want, at most one in ten.
    /// let options = ServerOptions::default()
    ///     .traces_sampler(|request| if request.parent_sampled() == Some(false) { Some(0.0) } else { Some(0.1) });
    /// ```
    #[must_use]
    pub fn parent_sampled(&self) -> Option<bool> {
        self.context.sampled
    }

    /// The rate that the head of the trace has applied, if it said so.
    ///
    /// ```
    /// use throughline::server::ServerOptions;
    /// let options = ServerOptions::default()
    ///     .traces_sampler(|request| request.parent_sample_rate());
    /// ```
    #[must_use]
    pub fn parent_sample_rate(&self) -> Option<f64> {
        self.context.dsc.as_ref()?.fraction("sample_rate").map(Fraction::as_f64)
    }

    /// The rate that keeps what the service before us has decided, with the rate that is known of it; this one where nobody has
    /// decided.
    ///
    /// ```
    /// use throughline::server::ServerOptions;
    /// let options = ServerOptions::default().traces_sampler(|request| match request.path() {
    ///     Some("/health") => Some(0.0),
    ///     _ => Some(request.inherit_or(0.2)),
    /// });
    /// ```
    #[must_use]
    pub fn inherit_or(&self, rate: f64) -> f64 {
        sampling::inherit_or(self.parent_sampled(), self.parent_sample_rate(), rate)
    }
}

/// Answers the share, or `None` for no opinion.
pub type Ask = dyn Fn(&SamplingRequest<'_>) -> Option<f64> + Send + Sync;

/// The function, shared by all requests.
#[derive(Clone)]
pub struct Sampler(pub Arc<Ask>);

impl fmt::Debug for Sampler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sampler")
    }
}

impl Sampler {
    /// What it says of a request. One that panics had no opinion, and the request goes on.
    pub fn ask(&self, request: &SamplingRequest<'_>) -> sampling::Sampler {
        match catch_unwind(AssertUnwindSafe(|| (self.0)(request))) {
            Ok(Some(rate)) => sampling::Sampler::Answered(Fraction::from_f64(rate)),
            Ok(None) => sampling::Sampler::NotAsked,
            Err(_) => sampling::Sampler::Failed,
        }
    }
}
