//! The requests of a page: what is decided before one is sent, and what its end means.

use super::Sdk;
use super::state::Effect;
use crate::app::request::{Request, RequestPlan, Surroundings};
use crate::app::settings::Target;
use crate::app::span_key::SpanKey;
use crate::codec::time::Timestamp;
use crate::codec::url::Url;
use crate::decide::verdict::{Verdict, own_origin};

impl Sdk {
    /// Whether a request would carry headers, and why.
    pub fn judge_request(&self, request: &Request<'_>, patterns: &[bool]) -> Verdict {
        // The clock is asked only where it matters, and while nothing is borrowed.
        let pauses = self.read(|state| state.tracer.has_broken_places());
        let now = if pauses { self.host.clock.now() } else { Timestamp::EPOCH };
        self.state.try_borrow().map_or(Verdict::Disabled, |state| state.tracer.judge(request, patterns, now))
    }

    /// A target as the application wrote it; `None` for a pattern.
    pub fn target(&self, index: usize) -> Option<String> {
        self.read(|state| match state.tracer.settings().targets.as_ref()?.get(index)? {
            Target::Text(text) => Some(text.clone()),
            Target::Pattern(_) => None,
        })
    }

    /// A request with our headers failed at network level, or was redirected to another origin: its place gets
    /// none from now on. Answers with a sentence for the developer if this is news.
    pub fn request_failed(&self, href: &str, page: &str, redirected_to: Option<&str>) -> Option<String> {
        let (request, page) = (Url::split(href)?, own_origin(page));
        let target = redirected_to.and_then(Url::split);
        let names = self.header_names();
        self.decide(|state, moment, _| state.tracer.request_failed(request, page, target, &names, moment.now))
    }

    /// Decides about a request that is about to be sent, where the scopes know from where.
    pub fn start_request(&self, request: &Request<'_>, patterns: &[bool]) -> RequestPlan {
        if !self.is_enabled() {
            return RequestPlan::default();
        }
        let active = self.host.scopes.active();
        let exact = active.is_some() && self.host.scopes.exact();
        let suppressed = self.host.scopes.suppressed();
        self.start_request_in(
            request,
            patterns,
            Surroundings { active, exact, suppressed, ..Surroundings::default() },
        )
    }

    /// Decides about a request that is about to be sent in known surroundings; trace and span are still to be
    /// found.
    pub fn start_request_in(
        &self,
        request: &Request<'_>,
        patterns: &[bool],
        surroundings: Surroundings,
    ) -> RequestPlan {
        if !self.is_enabled() {
            return RequestPlan::default();
        }
        let Surroundings { active, untimed, .. } = surroundings;
        let verdict = self.judge_request(request, patterns);
        if verdict == Verdict::Envelope {
            return RequestPlan::default();
        }
        let streams = self.streams() && self.records_spans() && !untimed;
        let begun = streams
            .then(|| {
                let sensitive = self.sensitive_params();
                let (name, attributes) = (request.name(true, &sensitive), request.attributes(&sensitive));
                self.listener.0.begin_request(self, &name, &attributes)
            })
            .flatten();
        let context = if verdict.attaches() || streams { self.context_for(active, None) } else { None };
        let surroundings = Surroundings { context, begun, ..surroundings };
        self.decide(|state, moment, effects| {
            let plan = state.tracer.start_request(request, verdict, &surroundings, moment);
            if let Some(started) =
                plan.span.filter(|_| (state.observed || active.is_none()) && begun.is_none())
            {
                let parent = active.filter(|key| state.tracer.store().get(*key).is_some());
                effects.push(Effect::Began(started, parent));
            }
            plan
        })
    }

    /// A request was answered, or failed (`None`), and its span ends.
    pub fn end_request(&self, span: SpanKey, status: Option<u16>, body_size: Option<i64>) {
        self.end(|state, moment| {
            state.tracer.request_answered(span, status, body_size);
            state.tracer.end(span, None, moment)
        });
    }

    /// A request was answered, or failed (`None`). Its span goes on for what is still to be known about it;
    /// answers with when it must end.
    pub fn answer_request(
        &self,
        span: SpanKey,
        status: Option<u16>,
        body_size: Option<i64>,
    ) -> Option<Timestamp> {
        self.decide(|state, moment, _| {
            state.tracer.request_answered(span, status, body_size);
            state.tracer.store().get(span).map(|span| span.ends_at(moment))
        })
    }
}
