//! A page without a browser: a clock that is moved by hand, dice that fall as told, a network and a timer
//! that remember, and [`Page`], which holds them together with an [`Sdk`].

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use serde_json::Value;
use throughline::app::attributes::Attributes;
use throughline::app::envelope::Extra;
use throughline::app::headers::TraceHeaders;
use throughline::app::host::{Clock, Entropy, Host, Logger, Scopes, Sender, Timer};
use throughline::app::idle::Waiting;
use throughline::app::listeners::Listeners;
use throughline::app::moment::Moment;
use throughline::app::queue::Outgoing;
use throughline::app::request::Request;
use throughline::app::scopes::StackScopes;
use throughline::app::sdk::{Events, Sdk};
use throughline::app::span_key::SpanKey;
use throughline::app::start_span::{Parent, StartSpan, Started};
use throughline::codec::context::PropagationContext;
use throughline::codec::time::Timestamp;
use throughline::decide::rate_limit::LimitHeaders;

pub use crate::envelope::{Envelope, since_noon};
pub use crate::fixtures::{get, init, named, settings};

/// When every test begins: 2024-03-01T12:00:00Z.
pub const NOON: u64 = 1_709_294_400_000_000;

/// What a host does when a root is about to end.
pub type AtEnding = Rc<dyn Fn(&Sdk, SpanKey)>;

/// What the fake host saw, and what it will say.
#[derive(Default)]
pub struct World {
    /// Microseconds of the steady clock, and since the epoch unless that clock was set.
    pub now: Cell<u64>,
    /// By how many microseconds somebody has set the clock.
    pub set_by: Cell<i64>,
    draws: Cell<u64>,
    /// All requests, in order.
    pub sent: RefCell<Vec<Outgoing>>,
    /// When the timer rings, in microseconds.
    pub alarm: Cell<Option<u64>>,
    /// All sentences on the console.
    pub log: RefCell<Vec<String>>,
    /// What the host was told about spans.
    pub heard: RefCell<Vec<Heard>>,
    /// What the host adds to a transaction; `None` for taking it over.
    pub extra: RefCell<Option<Extra>>,
    /// What the host adds to a span that is streamed; `None` for taking it over.
    pub attributes: RefCell<Option<Attributes>>,
    /// The roots that were about to end.
    pub endings: RefCell<Vec<SpanKey>>,
    /// What the host does then.
    pub at_ending: RefCell<Option<AtEnding>>,
    /// The span that the host has begun for the next request.
    pub begun: Cell<Option<SpanKey>>,
    /// Whether the active span is known to be the one that runs.
    pub exact: Cell<bool>,
    /// Called once when the host is asked to act or to listen.
    pub interrupt: RefCell<Option<Rc<dyn Fn()>>>,
    /// How many times it is not called before.
    pub patience: Cell<u32>,
}

impl World {
    fn interrupted(&self) {
        if self.patience.get() > 0 && self.interrupt.borrow().is_some() {
            return self.patience.set(self.patience.get() - 1);
        }
        // Taken out, so that what it does cannot interrupt again.
        let interrupt = self.interrupt.borrow_mut().take();
        if let Some(interrupt) = interrupt {
            interrupt();
        }
    }
}

struct Hand(Rc<World>);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.now.get().saturating_add_signed(self.0.set_by.get()))
    }

    fn ticks(&self) -> u64 {
        self.0.now.get()
    }
}

impl Entropy for Hand {
    /// Ids count up; the lot is always 0.3.
    fn draw(&self) -> [u8; 32] {
        self.0.draws.set(self.0.draws.get() + 1);
        let mut bytes = [0; 32];
        bytes[8..16].copy_from_slice(&self.0.draws.get().to_be_bytes());
        bytes[16..24].copy_from_slice(&self.0.draws.get().to_be_bytes());
        let lot = (0.300_000_5 * 2f64.powi(64)) as u64;
        bytes[24..].copy_from_slice(&lot.to_be_bytes());
        bytes
    }
}

impl Sender for Hand {
    fn send(&self, request: Outgoing) {
        self.0.sent.borrow_mut().push(request);
        self.0.interrupted();
    }
}

impl Timer for Hand {
    fn wake_in(&self, millis: Option<u32>) {
        self.0.alarm.set(millis.map(|millis| self.0.now.get() + u64::from(millis) * 1000));
        self.0.interrupted();
    }
}

impl Logger for Hand {
    fn log(&self, message: &str) {
        self.0.log.borrow_mut().push(message.to_owned());
        self.0.interrupted();
    }
}

/// The scopes of a page that may know what runs.
struct Eyes(Rc<World>, StackScopes);

impl Scopes for Eyes {
    fn active(&self) -> Option<SpanKey> {
        self.1.active()
    }

    fn exact(&self) -> bool {
        self.0.exact.get()
    }

    fn context(&self) -> Rc<PropagationContext> {
        self.1.context()
    }

    fn suppressed(&self) -> bool {
        self.1.suppressed()
    }
}

/// The scopes, and a witness of what the SDK tells.
struct Ears(Rc<World>, StackScopes);

impl Events for Ears {
    fn began(&self, _: &Sdk, started: &Started, parent: Option<SpanKey>) {
        self.0.heard.borrow_mut().push(Heard::Began(started.key, parent));
        self.0.interrupted();
    }

    fn ending(&self, sdk: &Sdk, root: SpanKey) {
        self.0.endings.borrow_mut().push(root);
        let act = self.0.at_ending.borrow().clone();
        if let Some(act) = act {
            act(sdk, root);
        }
    }

    fn ended(&self, sdk: &Sdk, key: SpanKey) {
        self.0.heard.borrow_mut().push(Heard::Ended(key));
        self.1.ended(sdk, key);
        self.0.interrupted();
    }

    fn begin_request(&self, _: &Sdk, name: &str, attributes: &Attributes) -> Option<SpanKey> {
        assert!(name.starts_with("GET") && attributes.text("sentry.op") == Some("http.client"));
        self.0.begun.take()
    }

    fn captured(&self, _: &Sdk, key: SpanKey) -> Option<Attributes> {
        self.0.heard.borrow_mut().push(Heard::Captured(key));
        self.0.interrupted();
        self.0.attributes.borrow().clone()
    }

    fn finished(&self, _: &Sdk, root: SpanKey, children: u32) -> Option<Extra> {
        self.0.heard.borrow_mut().push(Heard::Finished(root, children));
        self.0.interrupted();
        self.0.extra.borrow().clone()
    }
}

/// Something the host was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    Began(Option<SpanKey>, Option<SpanKey>),
    Ended(SpanKey),
    Finished(SpanKey, u32),
    Captured(SpanKey),
}

/// A page, its SDK and the world around it.
#[derive(Clone)]
pub struct Page {
    pub sdk: Rc<Sdk>,
    pub world: Rc<World>,
    pub scopes: StackScopes,
    pub listeners: Listeners,
}

impl Page {
    /// A page before `init`.
    pub fn new() -> Page {
        let world = Rc::new(World::default());
        world.now.set(NOON);
        world.extra.replace(Some(Extra::default()));
        world.attributes.replace(Some(Attributes::default()));
        let hand = || Box::new(Hand(Rc::clone(&world)));
        let scopes = StackScopes::new(Moment::of_dice(hand().draw()).begin_trace());
        let host = Host {
            clock: hand(),
            entropy: hand(),
            sender: hand(),
            timer: hand(),
            logger: hand(),
            scopes: Box::new(Eyes(Rc::clone(&world), scopes.clone())),
        };
        let listeners = Listeners::with(Rc::new(Ears(Rc::clone(&world), scopes.clone())));
        let sdk = Rc::new(Sdk::new(host, Box::new(listeners.clone())));
        Page { sdk, world, scopes, listeners }
    }

    /// A page after `init` with a sample rate: `off`, `invalid` or a number.
    pub fn with_rate(rate: &str) -> Page {
        let page = Page::new();
        page.sdk.init(init(rate));
        page
    }

    /// A page in stream mode with a sample rate.
    pub fn streaming(rate: &str) -> Page {
        let page = Page::new();
        let mut options = init(rate);
        options.settings.streaming = true;
        page.sdk.init(options);
        page
    }

    /// Moves the clock; whenever the timer rings on the way, the SDK is told.
    pub fn advance(&self, millis: u64) {
        let target = self.world.now.get() + millis * 1000;
        while let Some(alarm) = self.world.alarm.get().filter(|alarm| *alarm <= target) {
            self.world.now.set(alarm.max(self.world.now.get()));
            self.world.alarm.set(None);
            self.sdk.tick();
        }
        self.world.now.set(target);
    }

    pub fn start(&self, span: StartSpan<'_>) -> Started {
        self.sdk.start_span(span).unwrap()
    }

    /// Begins a span below whatever is active.
    pub fn start_active(&self, span: StartSpan<'_>) -> Started {
        self.start(StartSpan { parent: self.sdk.active_parent(), ..span })
    }

    /// Whether a span is recorded.
    pub fn records(&self, span: Started) -> bool {
        span.key.is_some_and(|key| self.sdk.is_recording(key))
    }

    /// Begins a request below whatever is active, and answers with its span.
    pub fn request(&self, request: &Request<'_>) -> SpanKey {
        self.sdk.start_request(request, &[]).span.unwrap().key.unwrap()
    }

    /// Begins a root span.
    pub fn root(&self, name: &str) -> SpanKey {
        self.start(named(name)).key.unwrap()
    }

    /// Begins a child of a span.
    pub fn child(&self, parent: SpanKey, name: &str) -> SpanKey {
        self.start(StartSpan { parent: Parent::Span(parent), ..named(name) }).key.unwrap()
    }

    /// Begins a page-load root with the default timeouts.
    pub fn idle_root(&self, name: &str) -> SpanKey {
        self.idle(named(name), Waiting { allowed: true, ..Waiting::default() })
    }

    /// Begins a root that ends by itself, and makes it active on the page.
    pub fn idle(&self, span: StartSpan<'_>, waiting: Waiting) -> SpanKey {
        let key = self.start(StartSpan { idle: Some(waiting), ..span }).key.unwrap();
        self.scopes.set_page_active(Some(key));
        key
    }

    /// The active span, if it is still there.
    pub fn active(&self) -> Option<SpanKey> {
        self.scopes.active().filter(|key| self.sdk.started(*key).is_some())
    }

    /// Enters the trace of two headers.
    pub fn enter_received(&self, sentry_trace: &str, baggage: &str) -> u32 {
        self.scopes.enter_trace(self.sdk.receive([sentry_trace, baggage, "", ""]))
    }

    /// Takes over the trace of the page's meta tags.
    pub fn receive_page(&self, sentry_trace: &str, baggage: &str) {
        self.scopes.set_page_context(self.sdk.receive_page([sentry_trace, baggage, "", ""]));
    }

    pub fn end(&self, key: SpanKey) {
        self.sdk.end_span(key, None);
    }

    pub fn headers(&self, key: Option<SpanKey>) -> TraceHeaders {
        self.sdk.headers(key, None).unwrap()
    }

    /// What was lost, as the report says it: `reason/category` and how many, sorted.
    pub fn losses(&self) -> Vec<(String, u64)> {
        let before = self.sent();
        self.sdk.report_losses();
        if self.sent() == before {
            return Vec::new();
        }
        let report = self.envelope(before);
        assert_eq!(report.item, serde_json::json!({ "type": "client_report" }));
        self.sdk.settled(self.world.sent.borrow()[before].id, Some(LimitHeaders::default()));
        self.world.sent.borrow_mut().truncate(before);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let events = report.event["discarded_events"].as_array().unwrap();
        let mut losses: Vec<(String, u64)> = events
            .iter()
            .map(|event| {
                let pair = format!("{}/{}", text(&event["reason"]), text(&event["category"]));
                (pair, event["quantity"].as_u64().unwrap())
            })
            .collect();
        losses.sort();
        losses
    }

    /// A span as `spanToJSON` shows it.
    pub fn json(&self, key: SpanKey) -> Value {
        serde_json::from_str(&self.sdk.span_json(key).unwrap()).unwrap()
    }

    /// How many envelopes have left.
    pub fn sent(&self) -> usize {
        self.world.sent.borrow().len()
    }

    /// An envelope that has left.
    pub fn envelope(&self, index: usize) -> Envelope {
        Envelope::read(&self.world.sent.borrow()[index].body)
    }

    /// The only envelope that has left.
    pub fn only_envelope(&self) -> Envelope {
        assert_eq!(self.sent(), 1, "envelopes sent");
        self.envelope(0)
    }
}
