//! When the page is hidden, it may never be seen again: what is under way ends and is sent now.

use std::rc::Rc;

use web_sys::{Event, VisibilityState};

use super::listener::Listener;
use super::page::Page;
use super::timing;

/// The listeners; dropping them takes them back.
#[derive(Debug)]
pub struct Lifecycle(#[expect(dead_code, reason = "kept for their Drop")] [Listener; 2]);

/// Listens for the page being hidden (`visibilitychange`) or left (`pagehide`, which Safari sends alone).
pub fn watch(page: &Page) -> Lifecycle {
    let document = page.document.clone();
    let (hidden, left) = (hide(page), hide(page));
    let on_visibility = Listener::new(&page.document, "visibilitychange", move |event| {
        if document.visibility_state() == VisibilityState::Hidden {
            hidden(event);
        }
    });
    Lifecycle([on_visibility, Listener::new(&page.window, "pagehide", left)])
}

fn hide(page: &Page) -> impl Fn(Event) + 'static {
    let (sdk, window) = (Rc::downgrade(&page.sdk), page.window.clone());
    move |_| {
        if let Some(sdk) = sdk.upgrade() {
            if let Some(root) = sdk.idle_root() {
                timing::record(&sdk, &window, root);
            }
            sdk.hide();
        }
    }
}
