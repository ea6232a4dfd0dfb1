//! What we ask of the surroundings: the time, dice, hands, and what is active.
//!
//! In the browser these are web APIs (`browser/`), in native tests plain structs (`tests/core`). An
//! application elsewhere brings its own; for what is active it may take `StackScopes`.

use std::rc::Rc;

use crate::app::moment::Moment;
use crate::app::queue::Outgoing;
use crate::app::span_key::SpanKey;
use crate::codec::context::PropagationContext;
use crate::codec::time::Timestamp;

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
    /// Begins a request; `Sdk::settled` hears of its end.
    fn send(&self, request: Outgoing);
}

/// Wakes us.
pub trait Timer {
    /// Calls `Sdk::tick` once after this many milliseconds; `None` takes a call back.
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

/// The surroundings of one `Sdk`.
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
