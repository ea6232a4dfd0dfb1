//! An outgoing request: its span and its headers.

use std::rc::Rc;

use super::headers::TraceHeaders;
use super::loss::{category, reason};
use super::propagation::PropagationContext;
use super::span::{Attributes, Status, attribute};
use super::store::SpanKey;
use super::time::{Moment, Timestamp};
use super::tracer::{Parent, StartSpan, Started, Tracer};
use super::url::{Url, filter_query, has_scheme, request_name, without_query};
use super::verdict::{self, Verdict};
use crate::json::Json;
use crate::text;

/// A request that is about to be sent.
#[derive(Debug)]
pub struct Request<'a> {
    /// `fetch` or `xhr`.
    pub kind: &'a str,
    /// Uppercase.
    pub method: &'a str,
    /// The URL as the page wrote it.
    pub given: &'a str,
    /// The URL as the browser resolved it.
    pub resolved: Url<'a>,
    /// The page's own URL, or only its origin.
    pub page: Url<'a>,
    /// Whether the browser would drop our headers anyway (`mode: "no-cors"`).
    pub headers_forbidden: bool,
}

/// What happens to a request.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct RequestPlan {
    /// The span that times it.
    pub span: Option<Started>,
    /// The headers it must carry.
    pub headers: Option<TraceHeaders>,
    /// Whether no request to its address gets headers, until the settings change.
    pub declined: bool,
}

/// What the surroundings say about a request that is about to be sent.
#[derive(Debug, Default)]
pub struct Surroundings {
    /// The active span.
    pub active: Option<SpanKey>,
    /// Whether that is known to be the span that runs: its root does not stand in for it.
    pub exact: bool,
    /// Whether tracing is suppressed.
    pub suppressed: bool,
    /// Whether the page wants no span for the request.
    pub untimed: bool,
    /// The trace in force, if span or headers may need it.
    pub context: Option<Rc<PropagationContext>>,
    /// The span of the request, if the surroundings have begun it already.
    pub begun: Option<SpanKey>,
}

impl Tracer {
    /// Whether a request must carry our headers, and why. `patterns` answers for the targets that only the
    /// surroundings can match.
    pub fn judge(&self, request: &Request<'_>, patterns: &[bool], now: Timestamp) -> Verdict {
        if !self.settings.enabled {
            return Verdict::Disabled;
        }
        let (resolved, page) = (&request.resolved, &request.page);
        match verdict::judge(self.settings.targets.as_deref(), resolved, page, patterns) {
            wanted if !wanted.attaches() => wanted,
            _ if request.headers_forbidden => Verdict::NoCors,
            _ if self.broken.holds(resolved, page, now) => Verdict::Broken,
            wanted => wanted,
        }
    }

    /// Whether any place goes without headers because they broke a request there.
    pub fn has_broken_places(&self) -> bool {
        !self.broken.is_empty()
    }

    /// A request with our headers failed, or was redirected to another origin. Answers with what the developer
    /// should know, if there is something new.
    pub fn request_failed(
        &mut self,
        request: &Url<'_>,
        page: &Url<'_>,
        redirected_to: Option<&Url<'_>>,
        now: Timestamp,
    ) -> Option<String> {
        if !self.broken.add(request, page, redirected_to.is_some(), now) {
            return None;
        }
        let traceparent = if self.settings.propagate_traceparent { ", traceparent" } else { "" };
        let (place, server, what) = match redirected_to {
            Some(target) => (request.origin(), target.origin(), "was redirected"),
            None if request.same_origin(page) => (
                text::concat(&[&request.origin(), request.path]),
                "another server that it leads to".to_owned(),
                "failed",
            ),
            None => (request.origin(), request.origin(), "failed"),
        };
        Some(text::concat(&[
            "requests to ",
            &place,
            " get no trace headers any more, because one with them ",
            what,
            ": let ",
            &server,
            " answer with \"Access-Control-Allow-Headers: sentry-trace, baggage",
            traceparent,
            "\", or change tracePropagationTargets",
        ]))
    }

    /// Decides about a request: a span if one is active, headers if it attaches.
    pub fn start_request(
        &mut self,
        request: &Request<'_>,
        verdict: Verdict,
        surroundings: &Surroundings,
        moment: &Moment,
    ) -> RequestPlan {
        let span = self.start_request_span(request, surroundings, moment);
        // A span that the page does not want stands in for nobody, and one that was not begun neither.
        let ignored = |key: &SpanKey| {
            self.store.get(*key).is_some_and(|span| span.loss == Some(reason::IGNORED) && span.root.is_some())
        };
        let key = span.and_then(|span| span.key);
        let unwanted = surroundings.untimed || key.as_ref().is_some_and(ignored);
        let key = if unwanted { surroundings.active } else { key };
        let wanted = verdict.attaches();
        let headers = wanted.then(|| self.headers(key, surroundings.context.as_deref(), moment)).flatten();
        RequestPlan { span, headers, declined: verdict.declines_address() }
    }

    /// A request was answered, or failed (`None`).
    pub fn request_answered(&mut self, span: SpanKey, status: Option<u16>, body_size: Option<i64>) {
        let Some(span) = self.store.get_mut(span).filter(|span| span.is_recording()) else { return };
        match status {
            Some(code) => {
                span.status = Status::from_http(code);
                span.attributes.set("http.response.status_code", Json::integer(i64::from(code)));
            }
            None => span.status = Status::error("internal_error"),
        }
        if let Some(size) = body_size.filter(|size| *size > 0) {
            span.attributes.set("http.response.body.size", Json::integer(size));
        }
    }

    fn start_request_span(
        &mut self,
        request: &Request<'_>,
        surroundings: &Surroundings,
        moment: &Moment,
    ) -> Option<Started> {
        // With tracing off a span would carry nothing that the context does not.
        if !self.settings.records_spans() || surroundings.untimed {
            return None;
        }
        if let Some(span) = surroundings.begun.and_then(|key| self.store.get(key)) {
            return Some(Started::of(surroundings.begun, span));
        }
        let streaming = self.settings.streaming;
        let parent = match surroundings.active.filter(|key| self.store.get(*key).is_some()) {
            Some(active) if surroundings.exact => Parent::Span(active),
            Some(active) => Parent::Active(active),
            None if streaming => Parent::None,
            None => {
                self.losses.add(reason::NO_PARENT_SPAN, category::SPAN, 1);
                return None;
            }
        };
        let name = request.name(streaming);
        let start = StartSpan {
            name: &name,
            attributes: request.attributes(),
            parent,
            suppressed: Some(surroundings.suppressed),
            ..StartSpan::default()
        };
        self.start(start, surroundings.context.as_deref(), moment)
    }
}

impl Request<'_> {
    /// What its span is called. Streamed spans are grouped by their names, so that theirs say less.
    pub fn name(&self, streaming: bool) -> String {
        match (streaming, self.resolved.host) {
            (true, "") => self.method.to_owned(),
            (true, host) => text::concat(&[self.method, " ", host]),
            (false, _) => text::concat(&[self.method, " ", &self.place()]),
        }
    }

    /// What its span is called after. The reference takes what an `XMLHttpRequest` was given as it stands; but
    /// credentials stay out of ours.
    fn place(&self) -> String {
        let url = &self.resolved;
        match self.kind {
            "xhr" if url.scheme != "data" && url.user_info.is_empty() => without_query(self.given).to_owned(),
            _ => request_name(self.given, url),
        }
    }

    /// What is known about it before it is sent.
    pub fn attributes(&self) -> Attributes {
        let url = &self.resolved;
        // All that is below, and what every span has.
        let mut attributes = Attributes::with_room(12, 320 + 2 * self.given.len().min(1024));
        attributes.set_string(attribute::OP, "http.client");
        attributes.set_string(attribute::ORIGIN, "auto.http.browser");
        attributes.set_string("type", self.kind);
        attributes.set_string("http.request.method", self.method);
        let query = filter_query(url.query);
        attributes.set_string("url.full", &url.full_with(&query));
        if !url.host.is_empty() {
            attributes.set_string("server.address", &url.host_and_port());
            attributes.set_string("url.domain", url.host);
        }
        // The reference knows the port only where the page wrote it, for `fetch`.
        let written = self.kind == "fetch" && has_scheme(self.given);
        if let (true, Ok(port)) = (written, url.port.parse::<u16>()) {
            attributes.set("server.port", Json::integer(i64::from(port)));
        }
        if !url.query.is_empty() {
            attributes.set_string("url.query", &query);
        }
        if !url.fragment.is_empty() {
            attributes.set_string("url.fragment", &filter_query(url.fragment));
        }
        attributes
    }
}
