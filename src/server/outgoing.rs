//! What other services are told.

use http::HeaderMap;
use http::header::{Entry, HeaderName, HeaderValue};

use super::incoming::Incoming;
use crate::codec::baggage;
use crate::codec::trace_headers::TraceHeaders;

const SENTRY_TRACE: HeaderName = HeaderName::from_static("sentry-trace");
const BAGGAGE: HeaderName = HeaderName::from_static("baggage");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

impl Incoming {
    /// The headers for another service, which then goes on in the trace, as texts: for a message of a queue, for example.
    ///
    /// ```
    /// # use throughline::server::{Incoming, ServerOptions};
    /// # let incoming = Incoming::from_headers(&http::HeaderMap::new(), &ServerOptions::default());
    /// for (name, value) in incoming.headers().iter() {
    ///     println!("{name}: {value}");
    /// }
    /// ```
    #[must_use]
    pub fn headers(&self) -> TraceHeaders {
        let headers = TraceHeaders::new(self.sentry_trace(), self.baggage().unwrap_or_default());
        if self.options.settings().propagate_traceparent.includes(self.sampled()) {
            return headers.with_traceparent(self.traceparent()).with_tracestate(self.tracestate());
        }
        headers
    }

    /// The same for a request without headers of its own.
    ///
    /// ```
    /// # use throughline::server::{Incoming, ServerOptions};
    /// # let incoming = Incoming::from_headers(&http::HeaderMap::new(), &ServerOptions::default());
    /// // reqwest: client.get(url).headers(incoming.header_map())
    /// assert!(incoming.header_map().contains_key("sentry-trace"));
    /// ```
    #[must_use]
    pub fn header_map(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        self.inject(&mut headers);
        headers
    }

    /// Adds them to those of a request to another service. What is there stays: a request that has `sentry-trace` gets
    /// nothing, and baggage of other vendors goes along with ours.
    ///
    /// ```
    /// # use throughline::server::{Incoming, ServerOptions};
    /// # let incoming = Incoming::from_headers(&http::HeaderMap::new(), &ServerOptions::default());
    /// let mut request = http::Request::get("https://stock.example.com/").header("baggage", "team=a").body(())?;
    /// incoming.inject(request.headers_mut());
    /// assert!(request.headers()["baggage"].to_str().is_ok_and(|baggage| baggage.starts_with("team=a,sentry-")));
    /// # Ok::<(), http::Error>(())
    /// ```
    pub fn inject(&self, headers: &mut HeaderMap) {
        if headers.contains_key(SENTRY_TRACE) {
            return;
        }
        let ours = self.headers();
        set(headers, SENTRY_TRACE, ours.sentry_trace());
        // The two belong together: beside a `traceparent` of somebody else ours would be wrong.
        if let Some(traceparent) = ours.traceparent().filter(|_| !headers.contains_key(TRACEPARENT)) {
            set(headers, TRACEPARENT, traceparent);
            set(headers, TRACESTATE, ours.tracestate().unwrap_or_default());
        }
        if let Some(baggage) = ours.baggage() {
            add_baggage(headers, baggage);
        }
    }
}

/// Sets a header that is not there, if there is a value. One of ours has no characters that may not be in it.
fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if !value.is_empty()
        && let Ok(value) = HeaderValue::from_str(value)
        && let Ok(Entry::Vacant(place)) = headers.try_entry(name)
    {
        // A map that is full stays as it is.
        let _ = place.try_insert(value);
    }
}

/// Adds our baggage to what is there, unless that has entries of ours, or leaves no room.
fn add_baggage(headers: &mut HeaderMap, ours: &str) {
    let lines = headers.get_all(BAGGAGE).iter().map(|line| str::from_utf8(line.as_bytes()));
    // What is no text cannot be joined with ours.
    let Ok(lines) = lines.collect::<Result<Vec<_>, _>>() else { return };
    if let Some(merged) = baggage::merge_into_request(&lines.join(","), ours)
        && let Ok(merged) = HeaderValue::from_bytes(merged.as_bytes())
    {
        // A map that is full stays as it is.
        let _ = headers.try_insert(BAGGAGE, merged);
    }
}
