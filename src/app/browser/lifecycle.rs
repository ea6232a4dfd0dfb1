//! When the page is hidden, it may never be seen again: what is under way ends and is sent now, and so is the
//! report of what was not sent.

use std::rc::Rc;

use web_sys::VisibilityState;

use crate::app::browser::listener::Listener;
use crate::app::browser::page::Page;
use crate::app::sdk::Sdk;

/// The listeners; dropping them takes them back.
#[derive(Debug)]
pub struct Lifecycle(#[expect(dead_code, reason = "kept for their Drop")] [Option<Listener>; 2]);

/// Cuts the active root short when the page is hidden (`visibilitychange`), if that is wanted, and the root that
/// ends by itself when the page is left (`pagehide`).
pub fn watch(page: &Page, cuts_hidden: bool) -> Lifecycle {
    let hide = move |sdk: &Sdk| {
        if cuts_hidden {
            sdk.hide();
        }
    };
    on_hidden(page, doing(page, hide), doing(page, Sdk::leave_page))
}

/// Sends what waits, and reports what was not sent, when the page is hidden or left.
pub fn report(page: &Page) -> Lifecycle {
    let report = |sdk: &Sdk| {
        sdk.flush_spans();
        sdk.report_losses();
    };
    on_hidden(page, doing(page, report), doing(page, report))
}

fn on_hidden(page: &Page, hide: impl Fn() + 'static, leave: impl Fn() + 'static) -> Lifecycle {
    let on_visibility = page.document.clone().map(|document| {
        Listener::new(&document.clone(), "visibilitychange", move |_| {
            if document.visibility_state() == VisibilityState::Hidden {
                hide();
            }
        })
    });
    // A worker is neither hidden nor left.
    let on_leaving =
        page.document.is_some().then(|| Listener::new(&page.window, "pagehide", move |_| leave()));
    Lifecycle([on_visibility, on_leaving])
}

/// An action on this page that does not keep its SDK alive.
fn doing(page: &Page, act: impl Fn(&Sdk) + 'static) -> impl Fn() + 'static {
    let sdk = Rc::downgrade(&page.sdk);
    move || {
        if let Some(sdk) = sdk.upgrade() {
            act(&sdk);
        }
    }
}
