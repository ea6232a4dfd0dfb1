//! What we ask of the surroundings: the time, dice, and hands.
//!
//! In the browser these are web APIs (`browser/`), in native tests plain structs (`tests/core`). A Rust
//! application elsewhere brings its own.

use crate::trace::time::{Moment, Timestamp};
use crate::transport::queue::Outgoing;

/// Tells the time.
pub trait Clock {
    /// The time now. It may jump, when the device is set or wakes up.
    fn now(&self) -> Timestamp;

    /// Microseconds that never jump, from any beginning. A host that has only one clock has only that.
    fn ticks(&self) -> u64 {
        self.now().as_micros()
    }
}

/// Rolls dice.
pub trait Entropy {
    /// Thirty-two bytes that nobody can guess.
    fn draw(&self) -> [u8; 32];
}

/// Delivers envelopes.
pub trait Sender {
    /// Begins a request; [`crate::sdk::Sdk::settled`] hears of its end, and never during this call.
    fn send(&self, request: Outgoing);
}

/// Wakes us.
pub trait Timer {
    /// Calls [`crate::sdk::Sdk::tick`] once after this many milliseconds; `None` takes a call back.
    fn wake_in(&self, millis: Option<u32>);
}

/// Tells the developer what we did, if asked to (`debug: true`).
pub trait Logger {
    /// Writes one sentence to the console.
    fn log(&self, message: &str);
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
}

/// The surroundings of one [`crate::sdk::Sdk`].
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
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Host")
    }
}

impl Host {
    /// What one decision needs to know.
    pub fn moment(&self) -> Moment {
        Moment { now: self.clock.now(), ticks: self.clock.ticks(), random: self.entropy.draw() }
    }

    /// Carries out what a decision wants done.
    pub fn act(&self, effect: Effect) {
        match effect {
            Effect::Send(request) => self.sender.send(request),
            Effect::Wake(millis) => self.timer.wake_in(millis),
            Effect::Log(message) => self.logger.log(message),
        }
    }
}
