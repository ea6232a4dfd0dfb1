//! The alarm: one timeout at a time, for the next deadline.

use std::cell::Cell;
use std::rc::Weak;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::Window;

use crate::app::browser::listener::Callback;
use crate::app::host::Timer;
use crate::app::sdk::Sdk;

/// The alarm of a page.
#[must_use = "nobody is woken any more when this is dropped"]
pub struct PageTimer {
    window: Window,
    wake: Callback,
    /// The timeout that is set.
    id: Cell<Option<i32>>,
}

impl PageTimer {
    /// An alarm that wakes this SDK.
    pub fn new(window: Window, sdk: Weak<Sdk>) -> PageTimer {
        let wake = Closure::new(move |_| {
            if let Some(sdk) = sdk.upgrade() {
                sdk.tick();
            }
        });
        PageTimer { window, wake, id: Cell::new(None) }
    }
}

impl Timer for PageTimer {
    fn wake_in(&self, millis: Option<u32>) {
        if let Some(id) = self.id.take() {
            self.window.clear_timeout_with_handle(id);
        }
        let Some(millis) = millis else { return };
        let millis = i32::try_from(millis).unwrap_or(i32::MAX);
        let wake = self.wake.as_ref().unchecked_ref();
        // A page may refuse.
        self.id.set(self.window.set_timeout_with_callback_and_timeout_and_arguments_0(wake, millis).ok());
    }
}

impl Drop for PageTimer {
    fn drop(&mut self) {
        self.wake_in(None);
    }
}

impl std::fmt::Debug for PageTimer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("PageTimer").field(&self.id).finish()
    }
}
