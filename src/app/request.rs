//! An outgoing request: its span and its headers.

use std::rc::Rc;

use crate::app::attributes::{Attributes, attribute};
use crate::app::headers::TraceHeaders;
use crate::app::loss::{category, reason};
use crate::app::moment::Moment;
use crate::app::settings::Target;
use crate::app::span_key::SpanKey;
use crate::app::start_span::{Parent, StartSpan, Started};
use crate::app::status::Status;
use crate::app::tracer::Tracer;
use crate::codec::context::PropagationContext;
use crate::codec::digits::parse_integer;
use crate::codec::json::Json;
use crate::codec::text;
use crate::codec::time::Timestamp;
use crate::codec::url::Url;
use crate::decide::broken;
use crate::decide::request::{ATTRIBUTES, Address, write_attributes, write_place};
use crate::decide::verdict::{self, Question, Verdict};

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
        let question = Question {
            request: request.resolved,
            page: request.page,
            is_envelope: false,
            headers_forbidden: request.headers_forbidden,
            broken: &self.broken,
            now: now.as_millis(),
        };
        let answered = self.settings.targets.as_ref().map(|targets| {
            targets.iter().map(|target| match target {
                Target::Text(text) => verdict::Target::Text(text.as_str().into()),
                Target::Pattern(index) => {
                    verdict::Target::Pattern(patterns.get(*index).copied().unwrap_or_default())
                }
            })
        });
        verdict::judge(&question, answered)
    }

    /// Whether any place goes without headers because they broke a request there.
    pub fn has_broken_places(&self) -> bool {
        !self.broken.is_empty()
    }

    /// A request with our headers failed, or was redirected to another origin. Answers with what the developer
    /// should know, if there is something new.
    pub fn request_failed(
        &mut self,
        request: Url<'_>,
        page: Url<'_>,
        redirected_to: Option<Url<'_>>,
        names: &str,
        now: Timestamp,
    ) -> Option<String> {
        let failure = broken::Failure { request, page, redirected_to, names };
        let broken::Consequence { sentence, table } = broken::add(&self.broken, &failure, now.as_millis())?;
        self.broken = table;
        Some(sentence).filter(|sentence| !sentence.is_empty())
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
        RequestPlan { span, headers }
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
        let streaming = self.settings.streams();
        let parent = match surroundings.active.filter(|key| self.store.get(*key).is_some()) {
            Some(active) if surroundings.exact => Parent::Span(active),
            Some(active) => Parent::Active(active),
            None if streaming => Parent::None,
            None => {
                self.losses.add(reason::NO_PARENT_SPAN, category::SPAN, 1);
                return None;
            }
        };
        let name = request.name(streaming, &self.settings.sensitive_params);
        let start = StartSpan {
            name: &name,
            attributes: request.attributes(&self.settings.sensitive_params),
            parent,
            suppressed: Some(surroundings.suppressed),
            ..StartSpan::default()
        };
        self.start(start, surroundings.context.as_deref(), moment)
    }
}

impl Request<'_> {
    /// What its span is called. Streamed spans are grouped by their names, so that theirs say less.
    pub fn name(&self, streaming: bool, sensitive: &str) -> String {
        match (streaming, self.resolved.host) {
            (true, "") => self.method.to_owned(),
            (true, host) => text::concat(&[self.method, " ", host]),
            (false, _) => {
                let mut name = text::concat(&[self.method, " "]);
                write_place(&mut name, &self.address(sensitive));
                name
            }
        }
    }

    /// What is known about it before it is sent.
    pub fn attributes(&self, sensitive: &str) -> Attributes {
        // All that is below, and what every span has.
        let mut attributes = Attributes::with_room(12, 320 + 2 * self.given.len().min(1024));
        attributes.set_string(attribute::OP, "http.client");
        attributes.set_string(attribute::ORIGIN, "auto.http.browser");
        attributes.set_string("type", self.kind);
        attributes.set_string("http.request.method", self.method);
        let mut known = String::new();
        write_attributes(&mut known, &self.address(sensitive));
        for (name, value) in ATTRIBUTES.into_iter().zip(text::items(&known, b'\n')) {
            match parse_integer(value) {
                Some(port) if name == "server.port" => attributes.set(name, Json::integer(port as i64)),
                _ if value.is_empty() => {}
                _ => attributes.set_string(name, value),
            }
        }
        attributes
    }

    fn address<'a>(&'a self, sensitive: &'a str) -> Address<'a> {
        Address { given: self.given, url: self.resolved, is_xhr: self.kind == "xhr", sensitive }
    }
}
