//! The alarm: one timeout at a time, for the next deadline.

use std::cell::RefCell;
use std::rc::Weak;

use web_sys::Window;

use crate::app::browser::listener::Timeout;
use crate::app::host::Timer;
use crate::app::sdk::Sdk;

/// The alarm of a page.
#[derive(Debug)]
pub struct PageTimer {
    window: Window,
    sdk: Weak<Sdk>,
    timeout: RefCell<Option<Timeout>>,
}

impl PageTimer {
    /// An alarm that wakes this SDK.
    pub fn new(window: Window, sdk: Weak<Sdk>) -> PageTimer {
        PageTimer { window, sdk, timeout: RefCell::new(None) }
    }
}

impl Timer for PageTimer {
    fn wake_in(&self, millis: Option<u32>) {
        let sdk = Weak::clone(&self.sdk);
        let wake = move || {
            if let Some(sdk) = sdk.upgrade() {
                sdk.tick();
            }
        };
        let next = millis.and_then(|millis| Timeout::new(&self.window, millis, wake));
        self.timeout.replace(next);
    }
}
