//! The SDK: all state of a page behind one cell, and the one door through which it changes.
//!
//! Every change borrows the state, decides, lets go and only then acts. So nothing that the host does can
//! find the state borrowed, and page code that calls back in is served like any other caller.

use std::cell::RefCell;

use crate::host::{Effect, Host};
use crate::json::Json;
use crate::trace::headers::TraceHeaders;
use crate::trace::id::TraceId;
use crate::trace::idle::Timeouts;
use crate::trace::request::{Request, RequestPlan};
use crate::trace::settings::Settings;
use crate::trace::span::{Attributes, Kind, Span, Status, attribute};
use crate::trace::store::SpanKey;
use crate::trace::time::{Moment, Timestamp};
use crate::trace::tracer::{FinishedTrace, Parent, StartSpan, Started, Tracer};
use crate::transport::envelope::{self, Sender};
use crate::transport::queue::{DropReason, Queue};
use crate::transport::rate_limit::LimitHeaders;

/// What `init` hands over.
#[derive(Debug, Default)]
pub struct Init {
    /// Options about traces.
    pub settings: Settings,
    /// Where envelopes go: the DSN's endpoint or the tunnel; `None` for nowhere.
    pub destination: Option<String>,
    /// What every envelope says about its sender.
    pub sender: Sender,
    /// Whether the developer wants to hear what we do.
    pub debug: bool,
}

/// The SDK of one page.
#[derive(Debug)]
pub struct Sdk {
    host: Host,
    state: RefCell<State>,
}

#[derive(Debug)]
struct State {
    tracer: Tracer,
    queue: Queue,
    sender: Sender,
    debug: bool,
    /// The deadline that the host's timer is set to.
    wake_at: Option<Timestamp>,
}

impl Sdk {
    /// An SDK before `init`: spans have ids, nothing is recorded, nothing is sent.
    pub fn new(host: Host) -> Sdk {
        let tracer = Tracer::new(&host.moment());
        let (queue, sender) = (Queue::default(), Sender::default());
        Sdk { host, state: RefCell::new(State { tracer, queue, sender, debug: false, wake_at: None }) }
    }

    /// Takes the options. Later calls replace the options of earlier ones.
    pub fn init(&self, init: Init) {
        self.decide(|state, _, _| {
            state.tracer.configure(init.settings);
            state.queue.send_to(init.destination);
            state.sender = init.sender;
            state.debug = init.debug;
        });
    }

    /// Whether `init` was called, and not with `enabled: false`.
    pub fn is_enabled(&self) -> bool {
        self.read(|state| state.tracer.settings().enabled)
    }

    /// Whether `propagateTraceparent` is on.
    pub fn propagates_traceparent(&self) -> bool {
        self.read(|state| state.tracer.settings().propagate_traceparent)
    }

    /// Begins a span. `None` only after a fault.
    pub fn start_span(&self, start: StartSpan<'_>) -> Option<Started> {
        self.decide(|state, moment, _| Some(state.tracer.start(start, moment)))
    }

    /// Begins the root span of a page load or navigation, which ends by itself. While `allowed` is false
    /// it waits for [`Sdk::allow_idle_finish`]. `None` with tracing off.
    pub fn start_idle_span(
        &self,
        start: StartSpan<'_>,
        timeouts: Timeouts,
        allowed: bool,
    ) -> Option<Started> {
        self.decide(|state, moment, _| state.tracer.start_idle(start, timeouts, allowed, moment))
    }

    /// Lets the idle span end from now on.
    pub fn allow_idle_finish(&self) {
        self.decide(|state, moment, _| state.tracer.allow_idle_finish(moment));
    }

    /// Adds a child that is over already to a root; an idle root does not take it for activity.
    pub fn add_finished_span(
        &self,
        root: SpanKey,
        name: &str,
        attributes: Attributes,
        start: Timestamp,
        end: Timestamp,
    ) {
        self.decide(|state, moment, _| {
            let span = StartSpan {
                name,
                attributes,
                parent: Parent::Span(root),
                start: Some(start),
                only_if_parent: true,
            };
            state.tracer.add_finished(root, span, end, moment);
        });
    }

    /// The idle root, if there is one.
    pub fn idle_root(&self) -> Option<SpanKey> {
        self.read(|state| state.tracer.idle_root())
    }

    /// The idle root, if it will end at the next [`Sdk::tick`].
    pub fn idle_root_due(&self) -> Option<SpanKey> {
        let now = self.host.clock.now();
        self.read(|state| state.tracer.idle_root_due(now))
    }

    /// Ends a span; the first call counts.
    pub fn end_span(&self, key: SpanKey, at: Option<Timestamp>) {
        self.decide(|state, moment, effects| {
            let finished = state.tracer.end(key, at, moment);
            state.send(finished, moment, effects);
        });
    }

    /// Ends what is due.
    pub fn tick(&self) {
        self.decide(|state, moment, effects| {
            state.wake_at = None;
            let finished = state.tracer.tick(moment);
            state.send(finished, moment, effects);
        });
    }

    /// The page was hidden: what is active is cut short, because it may never be seen again.
    pub fn hide(&self) {
        self.decide(|state, moment, effects| {
            let finished = state.tracer.hide(moment);
            state.send(finished, moment, effects);
        });
    }

    /// The page is being left: an idle root ends.
    pub fn leave_page(&self) {
        self.decide(|state, moment, effects| {
            let finished = state.tracer.leave_page(moment);
            state.send(finished, moment, effects);
        });
    }

    /// Sets attributes of a span that has not ended; `None` removes one.
    pub fn set_attributes(&self, key: SpanKey, attributes: impl IntoIterator<Item = (String, Option<Json>)>) {
        self.change(key, |span| {
            for (name, value) in attributes {
                match value {
                    // Only the name of a root has a source.
                    _ if span.kind != Kind::Root && name == attribute::NAME_SOURCE => {}
                    Some(value) => span.attributes.set(&name, value),
                    None => span.attributes.remove(&name),
                }
            }
        });
    }

    /// Sets the status; the last call counts.
    pub fn set_status(&self, key: SpanKey, status: Status) {
        self.change(key, |span| span.status = status);
    }

    /// Marks a span as failed unless somebody has already said that it failed.
    pub fn fail_span(&self, key: SpanKey) {
        self.change(key, |span| {
            if matches!(span.status, Status::Unset | Status::Ok) {
                span.status = Status::error("internal_error");
            }
        });
    }

    /// Renames a span. A root's name is then the page's own choice.
    pub fn set_name(&self, key: SpanKey, name: &str) {
        self.change(key, |span| {
            span.name = name.to_owned();
            if span.kind == Kind::Root {
                span.attributes.set_string(attribute::NAME_SOURCE, "custom");
            }
        });
    }

    /// Whether changes to a span still matter.
    pub fn is_recording(&self, key: SpanKey) -> bool {
        self.read(|state| state.tracer.store().get(key).is_some_and(Span::is_recording))
    }

    /// A span as JSON text; `None` if its key is stale.
    pub fn span_json(&self, key: SpanKey) -> Option<String> {
        self.read(|state| state.tracer.store().get(key).map(Span::to_json))
    }

    /// What [`Sdk::start_span`] answered for a span that is still there.
    pub fn started(&self, key: SpanKey) -> Option<Started> {
        self.read(|state| {
            let span = state.tracer.store().get(key)?;
            Some(Started {
                trace_id: span.trace_id,
                span_id: span.span_id,
                key: Some(key),
                sampled: span.sampled,
                recording: span.is_recording(),
            })
        })
    }

    /// The active span.
    pub fn active(&self) -> Option<SpanKey> {
        self.read(|state| state.tracer.active())
    }

    /// Makes a span active until [`Sdk::leave`] is called with the answer.
    pub fn enter(&self, active: Option<SpanKey>) -> u32 {
        self.decide(|state, _, _| state.tracer.enter(active))
    }

    /// Enters the trace of two headers until [`Sdk::leave`] is called with the answer.
    pub fn enter_received(&self, sentry_trace: &str, baggage: &str) -> u32 {
        self.decide(|state, moment, _| state.tracer.enter_received(sentry_trace, baggage, moment))
    }

    /// Leaves a layer, in any order.
    pub fn leave(&self, layer: u32) {
        self.decide(|state, _, _| state.tracer.leave(layer));
    }

    /// Sets the trace of the page itself, from its meta tags.
    pub fn receive_page(&self, sentry_trace: &str, baggage: &str) {
        self.decide(|state, moment, _| state.tracer.receive_page(sentry_trace, baggage, moment));
    }

    /// The headers for a span, or for what is in force. `None` before `init`, if disabled, and for a span
    /// that is gone: what is in force belongs to another trace.
    pub fn headers(&self, key: Option<SpanKey>) -> Option<TraceHeaders> {
        self.read(|state| {
            let settings = state.tracer.settings();
            let gone = key.is_some_and(|key| state.tracer.store().get(key).is_none());
            let answer = settings.enabled && !(gone && settings.sample_rate.tracing_enabled());
            answer.then(|| state.tracer.headers(key))
        })
    }

    /// Decides about a request that is about to be sent.
    pub fn start_request(&self, request: &Request<'_>, patterns: &[bool]) -> RequestPlan {
        self.decide(|state, moment, _| state.tracer.start_request(request, patterns, moment))
    }

    /// A request was answered, or failed (`None`), and its span ends.
    pub fn end_request(&self, span: SpanKey, status: Option<u16>, body_size: Option<i64>) {
        self.decide(|state, moment, effects| {
            state.tracer.request_answered(span, status, body_size);
            let finished = state.tracer.end(span, None, moment);
            state.send(finished, moment, effects);
        });
    }

    /// A request of ours has ended.
    pub fn settled(&self, id: u32, answer: Option<LimitHeaders<'_>>) {
        self.decide(|state, moment, _| state.queue.settled(id, answer, moment.now));
    }

    fn change(&self, key: SpanKey, change: impl FnOnce(&mut Span)) {
        self.decide(|state, _, _| {
            // An unsampled root is changed too: its name is part of the sampling context.
            let span = state.tracer.span_mut(key).filter(|span| span.kind != Kind::Bare);
            if let Some(span) = span.filter(|span| span.end.is_none()) {
                change(span);
            }
        });
    }

    /// The one door. After a fault, or when called from inside itself, it answers "nothing".
    fn decide<R: Default>(&self, decision: impl FnOnce(&mut State, &Moment, &mut Vec<Effect>) -> R) -> R {
        let moment = self.host.moment();
        let mut effects = Vec::new();
        let answer = match self.state.try_borrow_mut() {
            Ok(mut state) => {
                let answer = decision(&mut state, &moment, &mut effects);
                state.set_alarm(&moment, &mut effects);
                answer
            }
            Err(_) => return R::default(),
        };
        effects.into_iter().for_each(|effect| self.host.act(effect));
        answer
    }

    fn read<R: Default>(&self, question: impl FnOnce(&State) -> R) -> R {
        self.state.try_borrow().map(|state| question(&state)).unwrap_or_default()
    }
}

impl State {
    fn send(&mut self, finished: Option<FinishedTrace>, moment: &Moment, effects: &mut Vec<Effect>) {
        let Some(finished) = finished else { return };
        if let Err(reason) = self.queue.admits("transaction", moment.now) {
            if self.debug {
                effects.push(Effect::Log(match reason {
                    DropReason::NoDestination => "a transaction was not sent: there is no valid dsn",
                    DropReason::RateLimit => "a transaction was not sent: the server asked for a pause",
                    DropReason::Overflow => "a transaction was not sent: too many requests are under way",
                }));
            }
            return;
        }
        let event_id = TraceId::from_random(moment.trace_bytes());
        let (store, settings) = (self.tracer.store(), self.tracer.settings());
        let body = envelope::transaction(&finished, store, settings, &self.sender, event_id, moment.now);
        effects.extend(body.map(|body| Effect::Send(self.queue.push(body))));
    }

    fn set_alarm(&mut self, moment: &Moment, effects: &mut Vec<Effect>) {
        let wanted = self.tracer.next_deadline();
        if wanted != self.wake_at {
            self.wake_at = wanted;
            // A timeout of more than 49 days is as good as none.
            let millis = wanted.map(|at| u32::try_from(at.millis_since(moment.now)).unwrap_or(u32::MAX));
            // First of all: what the other effects run may call back in and set another alarm.
            effects.insert(0, Effect::Wake(millis));
        }
    }
}
