//! The time from `performance`, which is finer than a millisecond and does not jump; corrected by `Date`
//! when the two drift apart, because some browsers stop the former while the device sleeps.

use std::cell::Cell;

use web_sys::Performance;

use crate::host::Clock;
use crate::trace::time::Timestamp;

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
    /// A clock that begins with the page's own time origin.
    pub fn new(performance: Option<Performance>) -> PageClock {
        let origin = performance.as_ref().map_or(0.0, Performance::time_origin);
        PageClock { performance, origin: Cell::new(origin) }
    }
}

impl Clock for PageClock {
    fn now(&self) -> Timestamp {
        let date = js_sys::Date::now();
        let Some(performance) = &self.performance else { return Timestamp::from_millis(date) };
        let since_origin = performance.now();
        if (self.origin.get() + since_origin - date).abs() > MAX_DRIFT {
            self.origin.set(date - since_origin);
        }
        Timestamp::from_millis(self.origin.get() + since_origin)
    }
}
