//! When the page is hidden, it may never be seen again: what is under way ends and is sent now.

use std::rc::Rc;

use web_sys::VisibilityState;

use super::listener::Listener;
use super::page::Page;
use super::timing;
use crate::sdk::Sdk;

/// The listeners; dropping them takes them back.
#[derive(Debug)]
pub struct Lifecycle(#[expect(dead_code, reason = "kept for their Drop")] [Listener; 2]);

/// Listens for the page being hidden (`visibilitychange`) or left (`pagehide`).
pub fn watch(page: &Page) -> Lifecycle {
    let document = page.document.clone();
    let (hide, leave) = (ending(page, Sdk::hide), ending(page, Sdk::leave_page));
    let on_visibility = Listener::new(&page.document, "visibilitychange", move |_| {
        if document.visibility_state() == VisibilityState::Hidden {
            hide();
        }
    });
    Lifecycle([on_visibility, Listener::new(&page.window, "pagehide", move |_| leave())])
}

/// Ends something of this page that may be its idle root, which takes what the browser measured with it.
fn ending(page: &Page, end: impl Fn(&Sdk) + 'static) -> impl Fn() + 'static {
    let (sdk, window) = (Rc::downgrade(&page.sdk), page.window.clone());
    move || {
        if let Some(sdk) = sdk.upgrade() {
            if let Some(root) = sdk.idle_root() {
                timing::record(&sdk, &window, root);
            }
            end(&sdk);
        }
    }
}
