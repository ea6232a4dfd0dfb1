//! What the page is told: meta tags in its HTML, or the header `Server-Timing`. The browser's half reads either.

use super::incoming::Incoming;
use crate::codec::text::{concat, push, push_all};

impl Incoming {
    /// The tags for the head of the page, after which its page load goes on in the trace of this request. They are escaped.
    ///
    /// Not for a page that a cache gives to several visitors, who would all be in one trace. (A page that was made minutes ago only
    /// links to its trace: for that the third tag tells the time.)
    ///
    /// ```
    /// # use throughline::server::{Incoming, ServerOptions};
    /// # let incoming = Incoming::from_headers(&http::HeaderMap::new(), &ServerOptions::default());
    /// let html = format!("<!doctype html><html><head>{}</head></html>", incoming.meta_tags());
    /// assert!(html.contains(r#"<meta name="sentry-trace" content=""#));
    /// ```
    #[must_use]
    pub fn meta_tags(&self) -> String {
        let mut out = String::new();
        for (name, content) in self.meta() {
            push_all(&mut out, &["<meta name=\"", name, "\" content=\""]);
            escape(&mut out, &content);
            push(&mut out, "\"/>");
        }
        out
    }

    /// Name and content of each of these tags, for templates that write tags themselves.
    ///
    /// ```
    /// # use throughline::server::{Incoming, ServerOptions};
    /// # let incoming = Incoming::from_headers(&http::HeaderMap::new(), &ServerOptions::default());
    /// let names: Vec<_> = incoming.meta().into_iter().map(|(name, _)| name).collect();
    /// assert_eq!(names, ["sentry-trace", "baggage", "sentry-trace-time"]);
    /// ```
    #[must_use]
    pub fn meta(&self) -> Vec<(&'static str, String)> {
        let mut all = vec![("sentry-trace", self.sentry_trace())];
        all.extend(self.baggage().map(|baggage| ("baggage", baggage)));
        all.push(("sentry-trace-time", self.begun.seconds()));
        all
    }

    /// The value of the header `Server-Timing` that tells the page the same, where its HTML is not made by this server. See
    /// [`IncomingLayer::server_timing`](crate::server::IncomingLayer::server_timing).
    ///
    /// ```
    /// # use throughline::server::{Incoming, ServerOptions};
    /// # let incoming = Incoming::from_headers(&http::HeaderMap::new(), &ServerOptions::default());
    /// let response = http::Response::builder().header("server-timing", incoming.server_timing()).body(())?;
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn server_timing(&self) -> String {
        // Baggage is percent-encoded: nothing in it would end a quoted text.
        let metrics: Vec<_> =
            self.meta().iter().map(|(name, said)| concat(&[name, ";desc=\"", said, "\""])).collect();
        metrics.join(", ")
    }
}

/// Writes a text as the value of an attribute in double quotes.
fn escape(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => push(out, "&amp;"),
            '<' => push(out, "&lt;"),
            '>' => push(out, "&gt;"),
            '"' => push(out, "&quot;"),
            '\'' => push(out, "&#39;"),
            other => out.push(other),
        }
    }
}
