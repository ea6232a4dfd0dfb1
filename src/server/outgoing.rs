//! What other services are told.

use http::HeaderMap;
use http::header::{Entry, HeaderName, HeaderValue};

use super::incoming::Incoming;
use crate::codec::baggage;

const SENTRY_TRACE: HeaderName = HeaderName::from_static("sentry-trace");
const BAGGAGE: HeaderName = HeaderName::from_static("baggage");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

impl Incoming {
    /// The headers for a request to another service, which then goes on in the trace.
    ///
    /// ```
    /// # use throughline::server::{Incoming, ServerOptions};
    /// # let incoming = Incoming::from_headers(&http::HeaderMap::new(), &ServerOptions::default());
    /// let headers = incoming.headers();
    /// assert!(headers.contains_key("sentry-trace") && headers.contains_key("baggage"));
    /// ```
    #[must_use]
    pub fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        self.inject(&mut headers);
        headers
    }

    /// Adds them to the headers of a request to another service. What is there stays: a request that has `sentry-trace` gets
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
        set(headers, SENTRY_TRACE, &self.sentry_trace());
        if self.options.settings().propagate_traceparent {
            set(headers, TRACEPARENT, &self.traceparent());
        }
        if let Some(ours) = self.baggage() {
            add_baggage(headers, &ours);
        }
    }
}

/// Sets a header that is not there. A value of ours has no characters that may not be in one.
fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value)
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
