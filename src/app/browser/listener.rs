//! Handles that own what they registered: dropping one takes it back from the page.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::EventTarget;

use crate::app::browser::wrappers;

/// What the browser calls, with an event or with nothing. `Fn`, because the page may dispatch an event from inside of one. One
/// type for all of them: each costs code on both sides.
pub type Callback = Closure<dyn Fn(JsValue)>;

/// An event listener.
#[must_use = "the listener is removed when this is dropped"]
pub struct Listener {
    target: EventTarget,
    event: &'static str,
    /// What the browser calls, and what that calls.
    heard: JsValue,
    callback: Option<Callback>,
}

impl Listener {
    /// Listens in the capture phase, so that a page that stops the event's way cannot hide it from us.
    pub fn new(target: &EventTarget, event: &'static str, callback: impl Fn(JsValue) + 'static) -> Listener {
        Listener::boxed(target, event, Box::new(callback))
    }

    // One copy of this in the module, not one per listener.
    #[inline(never)]
    fn boxed(target: &EventTarget, event: &'static str, callback: Box<dyn Fn(JsValue)>) -> Listener {
        let callback = Closure::wrap(callback);
        let heard = wrappers::quiet(callback.as_ref(), false);
        let mut listener = Listener::of(target, event, heard);
        listener.callback = Some(callback);
        listener
    }

    /// The same with a function.
    pub fn of(target: &EventTarget, event: &'static str, heard: JsValue) -> Listener {
        // Fails only for arguments of wrong types.
        let _ = target.add_event_listener_with_callback_and_bool(event, heard.unchecked_ref(), true);
        Listener { target: target.clone(), event, heard, callback: None }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let heard = self.heard.unchecked_ref();
        let _ = self.target.remove_event_listener_with_callback_and_bool(self.event, heard, true);
    }
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Listener").field(&self.event).finish()
    }
}
