//! When the page is hidden, it may never be seen again: what is under way ends and is sent now, and so is the
//! report of what was not sent.

use std::rc::Rc;

use web_sys::{VisibilityState, Window};

use super::listener::Listener;
use super::page::Page;
use super::timing;
use crate::sdk::Sdk;

/// The listeners; dropping them takes them back.
#[derive(Debug)]
pub struct Lifecycle(#[expect(dead_code, reason = "kept for their Drop")] [Listener; 2]);

/// Cuts the active root short when the page is hidden (`visibilitychange`), if that is wanted, and the root that
/// ends by itself when the page is left (`pagehide`).
pub fn watch(page: &Page, cuts_hidden: bool) -> Lifecycle {
    let hide = doing(page, move |sdk, window| {
        if !cuts_hidden {
            return;
        }
        // An idle root takes what the browser measured with it, if it is what ends.
        if let Some(root) = sdk.idle_root().filter(|root| sdk.active_root() == Some(*root)) {
            timing::record(sdk, window, root);
        }
        sdk.hide();
    });
    let leave = doing(page, |sdk, window| {
        if let Some(root) = sdk.idle_root() {
            timing::record(sdk, window, root);
        }
        sdk.leave_page();
    });
    on_hidden(page, hide, leave)
}

/// Sends what waits, and reports what was not sent, when the page is hidden or left.
pub fn report(page: &Page) -> Lifecycle {
    let report = |sdk: &Sdk, _: &Window| {
        sdk.flush_spans();
        sdk.report_losses();
    };
    on_hidden(page, doing(page, report), doing(page, report))
}

fn on_hidden(page: &Page, hide: impl Fn() + 'static, leave: impl Fn() + 'static) -> Lifecycle {
    let document = page.document.clone();
    let on_visibility = Listener::new(&page.document, "visibilitychange", move |_| {
        if document.visibility_state() == VisibilityState::Hidden {
            hide();
        }
    });
    Lifecycle([on_visibility, Listener::new(&page.window, "pagehide", move |_| leave())])
}

/// An action on this page that does not keep its SDK alive.
fn doing(page: &Page, act: impl Fn(&Sdk, &Window) + 'static) -> impl Fn() + 'static {
    let (sdk, window) = (Rc::downgrade(&page.sdk), page.window.clone());
    move || {
        if let Some(sdk) = sdk.upgrade() {
            act(&sdk, &window);
        }
    }
}
