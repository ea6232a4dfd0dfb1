//! The SDK: all state of a page behind one cell, and the one door through which it changes.
//!
//! Every change borrows the state, decides, lets go and only then acts. So nothing that the host does can
//! find the state borrowed, and page code that calls back in is served like any other caller. What the host
//! has to say (the time, what is active) is asked before.

mod requests;
mod sending;
mod spans;
mod state;
mod streaming;

use std::cell::RefCell;

use self::state::{ALONE, Effect, State};
use crate::app::attributes::Attributes;
use crate::app::envelope::{Extra, Page, Sender};
use crate::app::host::{Host, Scopes};
use crate::app::moment::Moment;
use crate::app::settings::Settings;
use crate::app::span::{Kind, Span};
use crate::app::span_key::SpanKey;
use crate::app::start_span::Started;
use crate::app::tracer::Ended;
use crate::codec::context::PropagationContext;
use crate::codec::id::SpanId;
use crate::codec::text;
use crate::codec::time::Timestamp;
use crate::codec::trace_headers::PropagateTraceparent;
use crate::decide::continuation::Values;
use crate::decide::idle::FinishReason;

/// What `init` hands over.
#[derive(Debug)]
pub struct Init {
    /// Options about traces.
    pub settings: Settings,
    /// Where envelopes go: the DSN's endpoint or the tunnel; `None` for nowhere.
    pub destination: Option<String>,
    /// What every envelope says about its sender.
    pub sender: Sender,
    /// Whether the server is told what was not sent (`sendClientReports`).
    pub client_reports: bool,
    /// Whether the developer wants to hear what we do.
    pub debug: bool,
}

impl Default for Init {
    fn default() -> Init {
        Init {
            settings: Settings::default(),
            destination: None,
            sender: Sender::default(),
            client_reports: true,
            debug: false,
        }
    }
}

/// Hears of what happens to spans. May call the SDK back.
pub trait Events {
    /// The SDK began a span by itself; a root has no parent. Told of every root; of other spans only to a host that
    /// observes.
    fn began(&self, _sdk: &Sdk, _started: &Started, _parent: Option<SpanKey>) {}

    /// A request is about to be sent, in stream mode, and its span would have this name and these attributes. A
    /// host that has a say about spans that begin (a sampler, spans to ignore) begins it and answers with its
    /// key. `None`: the SDK begins it.
    fn begin_request(&self, _sdk: &Sdk, _name: &str, _attributes: &Attributes) -> Option<SpanKey> {
        None
    }

    /// A root that ends by itself is about to end, whatever ends it, and is still under way: the time to add what was
    /// measured meanwhile. Should it go on after all, this is told again.
    fn ending(&self, _sdk: &Sdk, _root: SpanKey) {}

    /// A span ended: its end is set, and nothing was built from it yet. Told of every root; of other spans
    /// only to a host that observes.
    fn ended(&self, _sdk: &Sdk, _key: SpanKey) {}

    /// A span has ended that is sent by itself (`traceLifecycle: "stream"`); [`Events::ended`] was told before.
    /// Answers with attributes that it has unless it says something else itself. `None`: the host takes it over and calls
    /// [`Sdk::stream_span`], or does not.
    fn captured(&self, _sdk: &Sdk, _key: SpanKey) -> Option<Attributes> {
        Some(Attributes::default())
    }

    /// A sampled root is about to be sent with so many children. `None`: the host sends it, or does not.
    fn finished(&self, _sdk: &Sdk, _root: SpanKey, _children: u32) -> Option<Extra> {
        Some(Extra::default())
    }
}

struct Listener(Box<dyn Events>);

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Listener")
    }
}

/// The SDK of one page.
#[derive(Debug)]
pub struct Sdk {
    host: Host,
    /// Who hears of spans.
    listener: Listener,
    state: RefCell<State>,
}

impl Sdk {
    /// An SDK before `init`: spans have ids, nothing is recorded, nothing is sent.
    pub fn new(host: Host, listener: Box<dyn Events>) -> Sdk {
        Sdk { host, listener: Listener(listener), state: RefCell::default() }
    }

    /// Takes the options. Later calls replace the options of earlier ones.
    pub fn init(&self, init: Init) {
        self.decide(|state, _, _| {
            state.outcomes.enable(init.client_reports && init.destination.is_some());
            state.tracer.configure(init.settings);
            state.queue.send_to(init.destination);
            state.sender = init.sender;
            state.debug = init.debug;
        });
    }

    /// Sends the spans that wait. From then on nothing is recorded and nothing is sent, until the next
    /// [`Sdk::init`].
    pub fn close(&self) {
        self.decide(|state, moment, effects| {
            state.flush_all(moment, effects);
            state.tracer.disable();
            state.queue.send_to(None);
            state.outcomes.enable(false);
        });
    }

    /// Events say from now on that they come from this page: its address changes as the visitor moves on.
    pub fn set_page(&self, page: Page) {
        self.decide(|state, _, _| state.sender.page = page);
    }

    /// Whether `init` was called, and not with `enabled: false`.
    pub fn is_enabled(&self) -> bool {
        self.read(|state| state.tracer.settings().enabled)
    }

    /// Whether spans are recorded at all.
    pub fn records_spans(&self) -> bool {
        self.read(|state| state.tracer.settings().records_spans())
    }

    /// Which requests carry `traceparent` as well.
    pub fn propagates_traceparent(&self) -> PropagateTraceparent {
        self.read(|state| state.tracer.settings().propagate_traceparent)
    }

    /// The names of the headers that requests carry, for whoever must allow them.
    pub fn header_names(&self) -> String {
        let of_others = || !self.host.scopes.context().tracestate.is_empty();
        self.propagates_traceparent().names(of_others)
    }

    /// Further parameters that are recorded of no URL.
    pub fn sensitive_params(&self) -> String {
        self.read(|state| state.tracer.settings().sensitive_params.clone())
    }

    /// Whether the host wants to hear of every span that begins by itself or ends.
    pub fn observe(&self, on: bool) {
        self.decide(|state, _, _| state.observed = on);
    }

    /// What is in force where the running code runs.
    pub fn scopes(&self) -> &dyn Scopes {
        &*self.host.scopes
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.host.clock.now()
    }

    /// Tells the developer, if they want to hear of such things, what a sentence of several pieces says.
    pub fn complain(&self, pieces: &[&str]) {
        if self.read(|state| state.debug) {
            self.host.logger.log(&text::concat(pieces));
        }
    }

    /// Begins a trace.
    pub fn begin_context(&self) -> PropagationContext {
        self.host.moment().begin_trace()
    }

    /// The trace that headers describe, or a new one if it is not ours to continue.
    pub fn receive(&self, headers: Values<'_>) -> PropagationContext {
        let moment = self.host.moment();
        let received = self.read(|state| Some(state.tracer.receive(headers, &moment)));
        received.unwrap_or_else(|| moment.begin_trace())
    }

    /// The trace that came with the page itself, which is trusted whoever's it is, or a new one. Where no
    /// span is recorded, one id stands in for the page in all headers.
    pub fn receive_page(&self, headers: Values<'_>) -> PropagationContext {
        let moment = self.host.moment();
        let mut context = moment.receive_trace(headers);
        if !self.records_spans() {
            context.propagation_span_id = Some(SpanId::from_random(moment.span_bytes()));
        }
        context
    }

    /// Lets the idle span end from now on.
    pub fn allow_idle_finish(&self) {
        self.decide(|state, moment, _| state.tracer.allow_idle_finish(moment));
    }

    /// The idle root, if there is one.
    pub fn idle_root(&self) -> Option<SpanKey> {
        self.read(|state| state.tracer.idle_root())
    }

    /// Tells the host that the idle root is about to end, if it is this one and is recorded. Nothing is borrowed.
    // One copy of this in the module, not one per caller.
    #[inline(never)]
    fn announce_ending(&self, root: Option<SpanKey>) {
        let due = self.read(|state| {
            let due = root.filter(|root| state.tracer.idle_root() == Some(*root) && !state.ending);
            due.filter(|root| state.tracer.store().get(*root).is_some_and(Span::is_recording))
        });
        if let Some(root) = due {
            // The host may end it itself.
            self.decide(|state, _, _| state.ending = true);
            self.listener.0.ending(self, root);
            self.decide(|state, _, _| state.ending = false);
        }
    }

    /// Ends, and sends, what is due.
    pub fn tick(&self) {
        let steady = Timestamp::from_micros(self.host.clock.ticks());
        self.announce_ending(self.read(|state| state.tracer.idle_root_due(steady)));
        self.decide(|state, moment, effects| {
            state.wake_at = None;
            let ended = state.tracer.tick(moment);
            state.announce_ends(ended, effects);
            state.flush_due(moment, effects);
        });
    }

    /// The page was hidden: what is active is cut short, because it may never be seen again.
    pub fn hide(&self) {
        if let Some(active) = self.host.scopes.active() {
            self.announce_ending(self.read(|state| state.tracer.store().get(active)?.root));
            self.end(|state, moment| state.tracer.hide(active, moment));
        }
        self.flush_spans();
    }

    /// The page is being left: an idle root ends.
    pub fn leave_page(&self) {
        self.cut_idle_root(FinishReason::DocumentHidden);
        self.flush_spans();
    }

    /// The idle root will not come to its end by itself.
    pub fn cut_idle_root(&self, reason: FinishReason) {
        self.announce_ending(self.idle_root());
        self.end(|state, moment| state.tracer.cut_idle(reason, moment));
    }

    /// A decision by which spans may end. It needs no dice: what is sent then is a decision of its own.
    fn end(&self, decision: impl FnOnce(&mut State, &Moment) -> Ended) {
        self.decide_at(&self.host.moment_without_dice(), |state, moment, effects| {
            let ended = decision(state, moment);
            state.announce_ends(ended, effects);
        });
    }

    /// Changes one span. A decision that neither asks the host nor has any consequence.
    fn change(&self, key: SpanKey, change: impl FnOnce(&mut Span)) {
        let Ok(mut state) = self.state.try_borrow_mut() else { return };
        // An unsampled root is changed too: its name is part of the sampling context. So is a span that
        // has ended: it may leave later, with its root.
        if let Some(span) = state.tracer.span_mut(key).filter(|span| span.kind != Kind::Bare) {
            change(span);
        }
    }

    /// The one door. After a fault, or when called from inside itself, it answers "nothing".
    fn decide<R: Default>(&self, decision: impl FnOnce(&mut State, &Moment, &mut Vec<Effect>) -> R) -> R {
        self.decide_at(&self.host.moment(), decision)
    }

    fn decide_at<R: Default>(
        &self,
        moment: &Moment,
        decision: impl FnOnce(&mut State, &Moment, &mut Vec<Effect>) -> R,
    ) -> R {
        let mut answer = R::default();
        let mut decision = Some(decision);
        self.pass(moment, &mut |state, moment, effects| {
            if let Some(decision) = decision.take() {
                answer = decision(state, moment, effects);
            }
        });
        answer
    }

    // One copy of this in the module, not one per decision.
    #[inline(never)]
    fn pass(&self, moment: &Moment, decision: &mut dyn FnMut(&mut State, &Moment, &mut Vec<Effect>)) {
        let mut effects = Vec::new();
        if let Ok(mut state) = self.state.try_borrow_mut() {
            decision(&mut state, moment, &mut effects);
            state.follow_up(moment, &mut effects);
        }
        effects.into_iter().for_each(|effect| self.act(effect));
    }

    fn read<R: Default>(&self, question: impl FnOnce(&State) -> R) -> R {
        self.state.try_borrow().map(|state| question(&state)).unwrap_or_default()
    }

    /// Carries out what a decision wants done. Nothing is borrowed any more.
    fn act(&self, effect: Effect) {
        match effect {
            Effect::Send(request) => self.host.sender.send(request),
            Effect::Wake(millis) => self.host.timer.wake_in(millis),
            Effect::Log(message) => self.host.logger.log(message),
            Effect::Began(started, parent) => self.listener.0.began(self, &started, parent),
            Effect::Ended(key) => self.listener.0.ended(self, key),
            Effect::Finished(root, children) => {
                if let Some(extra) = self.listener.0.finished(self, root, children) {
                    self.send_transaction(root, children, &extra);
                }
            }
            Effect::Alone(key) if ALONE => self.send_alone(key),
            Effect::Captured(key) if cfg!(feature = "stream") => self.capture(key),
            Effect::Alone(_) | Effect::Captured(_) => {}
        }
    }
}
