//! What a server says of itself and of its traces.

use std::io::{self, Write};
use std::sync::Arc;

use super::sampler::{Sampler, SamplingRequest};
use crate::codec::dsn::{Dsn, DsnError};
use crate::codec::fraction::Fraction;
use crate::codec::trace_headers::PropagateTraceparent;
use crate::decide::sampling::SampleRate;

/// Used when no environment is given.
const DEFAULT_ENVIRONMENT: &str = "production";

/// What a server says of itself and of the traces that begin with it. Made once; a clone is as cheap as a pointer.
///
/// ```
/// use throughline::server::ServerOptions;
///
/// let options = ServerOptions::new("https://key@o7.ingest.example.com/42")
///     .release("shop@1.2.3")
///     .environment("staging")
///     .traces_sample_rate(0.2);
/// assert_eq!(options.dsn_error(), None);
/// ```
///
/// Without a rate and a sampler the server decides nothing: what the service before it has decided is passed on, and where a
/// trace begins here, the page decides.
#[derive(Clone, Debug, Default)]
pub struct ServerOptions(Arc<Settings>);

/// What the options say.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub dsn_error: Option<DsnError>,
    pub public_key: String,
    /// What the host of the DSN says, unless there is an option.
    pub org_id: String,
    pub release: String,
    pub environment: String,
    pub rate: SampleRate,
    pub sampler: Option<Sampler>,
    pub strict: bool,
    pub read_traceparent: bool,
    pub propagate_traceparent: PropagateTraceparent,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            dsn_error: None,
            public_key: String::new(),
            org_id: String::new(),
            release: String::new(),
            environment: DEFAULT_ENVIRONMENT.to_owned(),
            rate: SampleRate::Unset,
            sampler: None,
            strict: false,
            read_traceparent: true,
            propagate_traceparent: PropagateTraceparent::Never,
        }
    }
}

impl Settings {
    /// Whether somebody decides here.
    pub fn decides(&self) -> bool {
        self.sampler.is_some() || self.rate != SampleRate::Unset
    }

    /// The rate, if it is one.
    pub fn fraction(&self) -> Option<Fraction> {
        if let SampleRate::Rate(rate) = self.rate { Some(rate) } else { None }
    }
}

impl ServerOptions {
    /// Options of a project. Nothing is sent to it from here: its key and its organization go along with the trace.
    ///
    /// An empty text is no DSN. One that is wrong costs only what it would say of the trace, is named once on the standard
    /// error output, and is told by [`ServerOptions::dsn_error`].
    ///
    /// ```
    /// use throughline::server::ServerOptions;
    /// assert!(ServerOptions::new("https://example.com/42").dsn_error().is_some());
    /// ```
    #[must_use]
    pub fn new(dsn: &str) -> ServerOptions {
        let mut settings = Settings::default();
        match Dsn::parse(dsn) {
            Ok(dsn) => {
                settings.public_key = dsn.public_key.to_owned();
                settings.org_id = dsn.org_id().unwrap_or_default().to_owned();
            }
            Err(_) if dsn.trim().is_empty() => {}
            Err(error) => {
                // Whoever started this server may have closed what it writes to.
                let _ = writeln!(
                    io::stderr(),
                    "throughline: the dsn {:?} is invalid and traces will not name its project: {error}",
                    without_keys(dsn),
                );
                settings.dsn_error = Some(error);
            }
        }
        ServerOptions(Arc::new(settings))
    }

    /// What is wrong with the DSN.
    ///
    /// ```
    /// use throughline::server::{DsnError, ServerOptions};
    /// assert_eq!(ServerOptions::new("example.com").dsn_error(), Some(DsnError::Scheme));
    /// ```
    #[must_use]
    pub fn dsn_error(&self) -> Option<DsnError> {
        self.0.dsn_error
    }

    /// The release, as the page load's trace names it where it begins here.
    ///
    /// ```
    /// use throughline::server::ServerOptions;
    /// let options = ServerOptions::default().release(concat!("shop@", env!("CARGO_PKG_VERSION")));
    /// ```
    #[must_use]
    pub fn release(self, release: impl Into<String>) -> ServerOptions {
        let release = release.into();
        self.set(|settings| settings.release = release)
    }

    /// The environment; `production` if it is not set.
    ///
    /// ```
    /// use throughline::server::ServerOptions;
    /// let options = ServerOptions::default().environment("staging");
    /// ```
    #[must_use]
    pub fn environment(self, environment: impl Into<String>) -> ServerOptions {
        let environment = environment.into();
        self.set(|settings| settings.environment = environment)
    }

    /// The share of the traces that begin here which is recorded, from 0 to 1. What the service before us has decided counts
    /// more; where that may be anybody, and must not choose what is recorded, a [sampler](ServerOptions::traces_sampler) that
    /// answers a rate does not heed it. With something that is no rate, nothing is recorded that begins here.
    ///
    /// ```
    /// use http::HeaderMap;
    /// use throughline::server::{Incoming, ServerOptions};
    /// let options = ServerOptions::default().traces_sample_rate(1.0);
    /// assert_eq!(Incoming::from_headers(&HeaderMap::new(), &options).sampled(), Some(true));
    /// ```
    #[must_use]
    pub fn traces_sample_rate(self, rate: f64) -> ServerOptions {
        self.set(|settings| {
            settings.rate = Fraction::from_f64(rate).map_or(SampleRate::Invalid, SampleRate::Rate)
        })
    }

    /// Asked for the share of the traces which begin with such a request. What it answers counts more than the service before us
    /// and more than the rate; `None` leaves it to those two, and so does a panic.
    ///
    /// ```
    /// use throughline::server::ServerOptions;
    /// let options = ServerOptions::default()
    ///     .traces_sample_rate(0.2)
    ///     .traces_sampler(|request| request.path()?.starts_with("/health").then_some(0.0));
    /// ```
    #[must_use]
    pub fn traces_sampler<F>(self, sampler: F) -> ServerOptions
    where
        F: Fn(&SamplingRequest<'_>) -> Option<f64> + Send + Sync + 'static,
    {
        self.set(|settings| settings.sampler = Some(Sampler(Arc::new(sampler))))
    }

    /// The organization, where the host of the DSN does not name it. A trace of another organization is never continued.
    ///
    /// ```
    /// use throughline::server::ServerOptions;
    /// let options = ServerOptions::new("https://key@sentry.example.com/42").org_id("7");
    /// ```
    #[must_use]
    pub fn org_id(self, org_id: impl Into<String>) -> ServerOptions {
        let org_id = org_id.into();
        self.set(|settings| settings.org_id = org_id)
    }

    /// Whether a trace is continued only if it says that it is of our organization.
    ///
    /// ```
    /// use http::{HeaderMap, HeaderValue};
    /// use throughline::server::{Incoming, Continuation, ServerOptions};
    ///
    /// let mut headers = HeaderMap::new();
    /// headers.insert("sentry-trace", HeaderValue::from_static("771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1"));
    /// let options = ServerOptions::default().org_id("7").strict_trace_continuation(true);
    /// assert_eq!(Incoming::from_headers(&headers, &options).continuation(), Continuation::OtherOrganization);
    /// ```
    #[must_use]
    pub fn strict_trace_continuation(self, strict: bool) -> ServerOptions {
        self.set(|settings| settings.strict = strict)
    }

    /// Whether `traceparent` is read where there is no valid `sentry-trace`; it is unless you say otherwise. Some proxies
    /// write one into each request, which says that nothing is recorded.
    ///
    /// ```
    /// use throughline::server::ServerOptions;
    /// let options = ServerOptions::default().read_traceparent(false);
    /// ```
    #[must_use]
    pub fn read_traceparent(self, read: bool) -> ServerOptions {
        self.set(|settings| settings.read_traceparent = read)
    }

    /// Whether outgoing requests carry `traceparent` as well, and the `tracestate` that came with the trace;
    /// [`PropagateTraceparent::Sampled`]: those of recorded traces.
    ///
    /// ```
    /// use http::HeaderMap;
    /// use throughline::server::{Incoming, ServerOptions};
    /// let options = ServerOptions::default().propagate_traceparent(true);
    /// assert!(Incoming::from_headers(&HeaderMap::new(), &options).headers().traceparent().is_some());
    /// ```
    #[must_use]
    pub fn propagate_traceparent(self, when: impl Into<PropagateTraceparent>) -> ServerOptions {
        let when = when.into();
        self.set(|settings| settings.propagate_traceparent = when)
    }

    /// What they say.
    pub(super) fn settings(&self) -> &Settings {
        &self.0
    }

    fn set(mut self, change: impl FnOnce(&mut Settings)) -> ServerOptions {
        change(Arc::make_mut(&mut self.0));
        self
    }
}

/// A text that should be a DSN, without its keys, of which one may be secret.
fn without_keys(dsn: &str) -> String {
    let Some((before, behind)) = dsn.rsplit_once('@') else { return dsn.to_owned() };
    let scheme = before.split_once("://").map_or("", |(scheme, _)| scheme);
    let mark = if scheme.is_empty() { "" } else { "://" };
    [scheme, mark, "…@", behind].concat()
}
