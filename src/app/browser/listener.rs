//! Handles that own what they registered: dropping one takes it back from the page.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget, Window};

/// An event listener.
#[must_use = "the listener is removed when this is dropped"]
pub struct Listener {
    target: EventTarget,
    event: &'static str,
    callback: Closure<dyn Fn(Event)>,
}

impl Listener {
    /// Listens in the capture phase, so that a page that stops the event's way cannot hide it from us.
    pub fn new(target: &EventTarget, event: &'static str, callback: impl Fn(Event) + 'static) -> Listener {
        Listener::boxed(target, event, Box::new(callback))
    }

    // One copy of this in the module, not one per listener.
    #[inline(never)]
    fn boxed(target: &EventTarget, event: &'static str, callback: Box<dyn Fn(Event)>) -> Listener {
        // `Fn`, because the page may dispatch an event from inside of one.
        let callback = Closure::wrap(callback);
        // Fails only for arguments of wrong types.
        let _ =
            target.add_event_listener_with_callback_and_bool(event, callback.as_ref().unchecked_ref(), true);
        Listener { target: target.clone(), event, callback }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.callback.as_ref().unchecked_ref();
        let _ = self.target.remove_event_listener_with_callback_and_bool(self.event, callback, true);
    }
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Listener").field(&self.event).finish()
    }
}

/// A call that is due later.
#[must_use = "the call is taken back when this is dropped"]
pub struct Timeout {
    window: Window,
    id: i32,
    _callback: Closure<dyn FnMut()>,
}

impl Timeout {
    /// Calls once after so many milliseconds. `None` if the page refuses.
    pub fn new(window: &Window, millis: u32, callback: impl FnOnce() + 'static) -> Option<Timeout> {
        let callback = Closure::once(callback);
        let millis = i32::try_from(millis).unwrap_or(i32::MAX);
        let id = window
            .set_timeout_with_callback_and_timeout_and_arguments_0(callback.as_ref().unchecked_ref(), millis)
            .ok()?;
        Some(Timeout { window: window.clone(), id, _callback: callback })
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        self.window.clear_timeout_with_handle(self.id);
    }
}

impl std::fmt::Debug for Timeout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Timeout").field(&self.id).finish()
    }
}
