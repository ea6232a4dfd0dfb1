//! What we ask of the surroundings: the time, dice, hands, and what is active.
//!
//! In the browser these are web APIs (`browser/`), in native tests plain structs (`tests/core`). A Rust
//! application elsewhere brings its own; for what is active it may take [`crate::scopes::StackScopes`].

use std::rc::Rc;

use crate::sdk::Sdk;
use crate::trace::propagation::PropagationContext;
use crate::trace::span::Attributes;
use crate::trace::store::SpanKey;
use crate::trace::time::{Moment, Timestamp};
#[cfg(doc)]
use crate::trace::tracer::StartSpan;
use crate::trace::tracer::Started;
pub use crate::transport::envelope::Extra;
use crate::transport::queue::Outgoing;

/// Tells the time.
pub trait Clock {
    /// The time now. It may jump, when the device is set or wakes up.
    fn now(&self) -> Timestamp;

    /// Microseconds that never jump, from any beginning. A host that has only one clock has only that.
    fn ticks(&self) -> u64 {
        self.now().as_micros()
    }

    /// Both at once.
    fn read(&self) -> (Timestamp, u64) {
        (self.now(), self.ticks())
    }
}

/// Rolls dice.
pub trait Entropy {
    /// Thirty-two bytes that nobody can guess.
    fn draw(&self) -> [u8; 32];

    /// Eight of them, where one span begins in a trace that is known.
    fn draw_span(&self) -> [u8; 8] {
        Moment::of_dice(self.draw()).span_bytes()
    }
}

/// Delivers envelopes.
pub trait Sender {
    /// Begins a request; [`Sdk::settled`] hears of its end.
    fn send(&self, request: Outgoing);
}

/// Wakes us.
pub trait Timer {
    /// Calls [`Sdk::tick`] once after this many milliseconds; `None` takes a call back.
    fn wake_in(&self, millis: Option<u32>);
}

/// Tells the developer what we did, if asked to (`debug: true`).
pub trait Logger {
    /// Writes one sentence to the console.
    fn log(&self, message: &str);
}

/// Knows what is in force where the running code runs. Which callback that is, only the surroundings can
/// know.
pub trait Scopes {
    /// The active span.
    fn active(&self) -> Option<SpanKey>;

    /// Whether the active span is known to be the one that runs, not only the one that began last: a request then
    /// is its child, and not its root's.
    fn exact(&self) -> bool {
        false
    }

    /// The trace that new roots belong to; drawn if there is none yet.
    fn context(&self) -> Rc<PropagationContext>;

    /// Whether spans that begin here must not be recorded.
    fn suppressed(&self) -> bool {
        false
    }
}

/// Hears of what happens to spans. May call the SDK back.
pub trait Events {
    /// How many spans, and how many transactions among them, were not sampled and are known to the host alone, since
    /// it was last asked. The host may keep a span to itself where its parent, or another root of its trace with the
    /// same dice, was not sampled; should it be needed after all, it begins as [`StartSpan::counted`].
    fn unsampled(&self) -> (u32, u32) {
        (0, 0)
    }

    /// The core began a span by itself; a root has no parent. Told of every root; of other spans only to a host that
    /// observes.
    fn began(&self, _sdk: &Sdk, _started: &Started, _parent: Option<SpanKey>) {}

    /// A request is about to be sent, in stream mode, and its span would have this name and these attributes. A
    /// host that has a say about spans that begin (a sampler, spans to ignore) begins it and answers with its
    /// key. `None`: the core begins it.
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
    /// Answers with attribute lines that it says beside what it says itself (see [`Sdk::captured_span`]).
    /// `None`: the host takes it over and calls [`Sdk::stream_span`], or does not.
    fn captured(&self, _sdk: &Sdk, _key: SpanKey) -> Option<String> {
        Some(String::new())
    }

    /// A sampled root is about to be sent with so many children. `None`: the host sends it, or does not.
    fn finished(&self, _sdk: &Sdk, _root: SpanKey, _children: u32) -> Option<Extra> {
        Some(Extra::default())
    }
}

/// Something a decision wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Begin a request.
    Send(Outgoing),
    /// Wake us after so many milliseconds, or not any more.
    Wake(Option<u32>),
    /// Say something to the developer.
    Log(&'static str),
    /// Tell that the core began a span, below another or not.
    Began(Started, Option<SpanKey>),
    /// Tell that a span ended.
    Ended(SpanKey),
    /// Send a root with so many children.
    Finished(SpanKey, u32),
    /// Send a span alone.
    Alone(SpanKey),
    /// Take a span over for sending with others of its trace.
    Captured(SpanKey),
}

/// The surroundings of one [`Sdk`].
pub struct Host {
    /// The time.
    pub clock: Box<dyn Clock>,
    /// Dice.
    pub entropy: Box<dyn Entropy>,
    /// The network.
    pub sender: Box<dyn Sender>,
    /// The alarm.
    pub timer: Box<dyn Timer>,
    /// The console.
    pub logger: Box<dyn Logger>,
    /// What is active.
    pub scopes: Box<dyn Scopes>,
    /// Who hears of spans.
    pub events: Box<dyn Events>,
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Host")
    }
}

impl Host {
    /// What one decision needs to know.
    pub fn moment(&self) -> Moment {
        let (now, ticks) = self.clock.read();
        Moment { now, ticks, random: self.entropy.draw() }
    }

    /// What a decision needs to know by which nothing begins but a span below another one: its other dice show zero.
    pub fn moment_of_child(&self) -> Moment {
        let mut moment = self.moment_without_dice();
        moment.random.iter_mut().skip(16).zip(self.entropy.draw_span()).for_each(|(to, from)| *to = from);
        moment
    }

    /// What a decision needs to know by which nothing begins: its dice all show zero.
    pub fn moment_without_dice(&self) -> Moment {
        let (now, ticks) = self.clock.read();
        Moment { now, ticks, random: [0; 32] }
    }
}
