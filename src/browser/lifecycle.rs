//! When the page is hidden, it may never be seen again: what is under way ends and is sent now.

use std::rc::Rc;

use web_sys::{Document, VisibilityState, Window};

use super::listener::Listener;
use crate::sdk::Sdk;

/// The listeners; dropping them takes them back.
#[derive(Debug)]
pub struct Lifecycle(#[expect(dead_code, reason = "kept for their Drop")] [Listener; 2]);

/// Listens for the page being hidden (`visibilitychange`) or left (`pagehide`, which Safari sends alone).
pub fn watch(sdk: &Rc<Sdk>, window: &Window, document: &Document) -> Lifecycle {
    let (hidden, left) = (Rc::downgrade(sdk), Rc::downgrade(sdk));
    let watched = document.clone();
    let on_visibility = Listener::new(document, "visibilitychange", move |_| {
        if let (VisibilityState::Hidden, Some(sdk)) = (watched.visibility_state(), hidden.upgrade()) {
            sdk.hide();
        }
    });
    let on_leave = Listener::new(window, "pagehide", move |_| {
        if let Some(sdk) = left.upgrade() {
            sdk.hide();
        }
    });
    Lifecycle([on_visibility, on_leave])
}
