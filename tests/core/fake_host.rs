//! A page without a browser: a clock that is moved by hand, dice that fall as told, a network and a timer
//! that remember, and [`Page`], which holds them together with an [`Sdk`].

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use serde_json::Value;
use throughline::host::{Clock, Entropy, Host, Logger, Sender, Timer};
use throughline::sdk::{Init, Sdk};
use throughline::trace::fraction::Fraction;
use throughline::trace::headers::TraceHeaders;
use throughline::trace::idle::Timeouts;
use throughline::trace::request::Request;
use throughline::trace::sampling::SampleRate;
use throughline::trace::settings::Settings;
use throughline::trace::span::Attributes;
use throughline::trace::store::SpanKey;
use throughline::trace::time::Timestamp;
use throughline::trace::tracer::{Parent, StartSpan, Started};
use throughline::trace::url::Url;
use throughline::transport::envelope;
use throughline::transport::queue::Outgoing;

/// When every test begins: 2024-03-01T12:00:00Z.
pub const NOON: u64 = 1_709_294_400_000_000;

/// What the fake host saw, and what it will say.
#[derive(Default)]
pub struct World {
    /// Microseconds since the epoch.
    pub now: Cell<u64>,
    draws: Cell<u64>,
    /// All requests, in order.
    pub sent: RefCell<Vec<Outgoing>>,
    /// When the timer rings, in microseconds.
    pub alarm: Cell<Option<u64>>,
    /// All sentences on the console.
    pub log: RefCell<Vec<String>>,
    /// Called whenever the host is asked to act.
    pub interrupt: RefCell<Option<Rc<dyn Fn()>>>,
}

impl World {
    fn interrupted(&self) {
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
        Timestamp::from_micros(self.0.now.get())
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

/// A page, its SDK and the world around it.
#[derive(Clone)]
pub struct Page {
    pub sdk: Rc<Sdk>,
    pub world: Rc<World>,
}

impl Page {
    /// A page before `init`.
    pub fn new() -> Page {
        let world = Rc::new(World::default());
        world.now.set(NOON);
        let hand = || Box::new(Hand(Rc::clone(&world)));
        let host = Host { clock: hand(), entropy: hand(), sender: hand(), timer: hand(), logger: hand() };
        Page { sdk: Rc::new(Sdk::new(host)), world }
    }

    /// A page after `init` with a sample rate: `off`, `invalid` or a number.
    pub fn with_rate(rate: &str) -> Page {
        let page = Page::new();
        page.sdk.init(init(rate));
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

    /// Begins a root span.
    pub fn root(&self, name: &str) -> SpanKey {
        self.start(StartSpan { parent: Parent::None, ..named(name) }).key.unwrap()
    }

    /// Begins a child of a span.
    pub fn child(&self, parent: SpanKey, name: &str) -> SpanKey {
        self.start(StartSpan { parent: Parent::Span(parent), ..named(name) }).key.unwrap()
    }

    /// Begins a page-load root with the default timeouts.
    pub fn idle_root(&self, name: &str) -> SpanKey {
        self.sdk.start_idle_span(named(name), Timeouts::default(), true).unwrap().key.unwrap()
    }

    pub fn end(&self, key: SpanKey) {
        self.sdk.end_span(key, None);
    }

    pub fn headers(&self, key: Option<SpanKey>) -> TraceHeaders {
        self.sdk.headers(key).unwrap()
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

/// The three lines of an envelope.
#[derive(Debug)]
pub struct Envelope {
    pub header: Value,
    pub item: Value,
    pub event: Value,
}

impl Envelope {
    fn read(text: &str) -> Envelope {
        let lines: Vec<Value> = text.split('\n').map(|line| serde_json::from_str(line).unwrap()).collect();
        let [header, item, event] = lines.try_into().expect("an envelope of one item has three lines");
        Envelope { header, item, event }
    }

    /// The root's trace context.
    pub fn trace(&self) -> &Value {
        &self.event["contexts"]["trace"]
    }

    /// The descriptions of the child spans.
    pub fn children(&self) -> Vec<&str> {
        let spans = self.event["spans"].as_array().unwrap();
        spans.iter().map(|span| span["description"].as_str().unwrap()).collect()
    }

    /// Seconds from noon to the end of the root.
    pub fn end(&self) -> f64 {
        since_noon(&self.event["timestamp"])
    }
}

/// Seconds since noon, to the millisecond.
pub fn since_noon(seconds: &Value) -> f64 {
    let micros = seconds.as_f64().unwrap() * 1_000_000.0 - NOON as f64;
    (micros / 1000.0).round() / 1000.0
}

/// The options of the examples: release, key and organization are known.
pub fn settings(rate: &str) -> Settings {
    Settings {
        enabled: true,
        release: "app@1".to_owned(),
        public_key: "pub".to_owned(),
        org_id: "123".to_owned(),
        sample_rate: match rate {
            "off" => SampleRate::Unset,
            "invalid" => SampleRate::Invalid,
            number => SampleRate::Rate(Fraction::parse(number).unwrap()),
        },
        ..Settings::default()
    }
}

/// What `init` hands over, with a sample rate.
pub fn init(rate: &str) -> Init {
    Init {
        settings: settings(rate),
        destination: Some("https://o123.ingest.test/api/1/envelope/".to_owned()),
        sender: envelope::Sender {
            tunnelled_dsn: None,
            page: envelope::Page {
                url: "https://shop.test/app".to_owned(),
                referrer: "https://search.test/".to_owned(),
                user_agent: "Test/1.0 \"quoted\"".to_owned(),
            },
            integrations: vec!["BrowserTracing".to_owned()],
        },
        debug: false,
    }
}

/// A span with a name, below whatever is active.
pub fn named(name: &str) -> StartSpan<'_> {
    StartSpan {
        name,
        attributes: Attributes::default(),
        parent: Parent::Active,
        start: None,
        only_if_parent: false,
    }
}

/// A `GET` of an absolute URL from the shop's page.
pub fn get(href: &str) -> Request<'_> {
    Request {
        kind: "fetch",
        method: "GET",
        given: href,
        resolved: Url::split(href).unwrap(),
        page: Url::split("https://shop.test/app").unwrap(),
        headers_forbidden: false,
    }
}
