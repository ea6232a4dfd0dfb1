//! The time from `performance`, which is finer than a millisecond and does not jump; corrected by `Date`
//! when the two drift apart, because some browsers stop the former while the device sleeps.

use std::cell::Cell;

use wasm_bindgen::JsCast;
use web_sys::{Performance, Window};

use crate::app::host::Clock;
use crate::codec::time::Timestamp;

/// Past this many milliseconds the two clocks have drifted apart.
const MAX_DRIFT: f64 = 1000.0;

/// The clock of a page.
#[derive(Debug)]
pub struct PageClock {
    performance: Option<Performance>,
    /// What to add to `performance.now()`, in milliseconds since the epoch.
    origin: Cell<f64>,
}

impl PageClock {
    /// A clock that begins with the page's time origin.
    pub fn new(performance: Option<Performance>) -> PageClock {
        let origin = performance.as_ref().map_or(0.0, time_origin);
        PageClock { performance, origin: Cell::new(origin) }
    }
}

/// The clock of a page or worker, if nothing else is in its place: a page may have a variable of that name.
pub fn performance_of(window: &Window) -> Option<Performance> {
    window.performance().filter(JsCast::has_type::<Performance>)
}

/// When the page began, in milliseconds since the epoch. Not the browser's own `timeOrigin` where it is off
/// by more than the drift, as in a process that is older than the device's last sleep.
pub fn time_origin(performance: &Performance) -> f64 {
    let (origin, since_origin, date) = (performance.time_origin(), performance.now(), js_sys::Date::now());
    if (origin + since_origin - date).abs() > MAX_DRIFT { date - since_origin } else { origin }
}

impl Clock for PageClock {
    fn now(&self) -> Timestamp {
        self.read().0
    }

    fn ticks(&self) -> u64 {
        micros(self.performance.as_ref().map_or_else(js_sys::Date::now, Performance::now))
    }

    fn read(&self) -> (Timestamp, u64) {
        let date = js_sys::Date::now();
        let Some(performance) = &self.performance else {
            return (Timestamp::from_millis(date), micros(date));
        };
        let since_origin = performance.now();
        if (self.origin.get() + since_origin - date).abs() > MAX_DRIFT {
            self.origin.set(date - since_origin);
        }
        (Timestamp::from_millis(self.origin.get() + since_origin), micros(since_origin))
    }
}

fn micros(millis: f64) -> u64 {
    // `as` saturates.
    (millis * 1000.0) as u64
}
