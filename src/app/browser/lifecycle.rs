//! When the page is hidden, it may never be seen again: what is under way ends and is sent now, and so is the
//! report of what was not sent. A page that returns from the back/forward cache goes on.

use std::rc::Rc;

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use web_sys::Window;

use crate::app::browser::listener::Listener;
use crate::app::browser::page::Page;
use crate::app::browser::page_state as state;
use crate::app::browser::wrappers::page_state;
use crate::app::sdk::Sdk;

/// The listeners; dropping them takes them back.
#[derive(Debug)]
#[must_use = "the listeners are removed when this is dropped"]
pub struct Lifecycle(Vec<Listener>);

/// Cuts the active root short when the page is hidden (`visibilitychange`), if that is wanted, and the root that
/// ends by itself when the page is left (`pagehide`).
pub fn watch(page: &Page, cuts_hidden: bool) -> Lifecycle {
    on_hidden(page, if cuts_hidden { Sdk::hide } else { |_| {} }, Sdk::leave_page)
}

/// Sends what waits, and reports what was not sent, when the page is hidden or left; and gives the places of requests back
/// that the page was left with, once it returns: not every browser says what became of them.
pub fn report(page: &Page) -> Lifecycle {
    let report = |sdk: &Sdk| {
        sdk.flush_spans();
        sdk.report_losses();
    };
    let mut listeners = on_hidden(page, report, report);
    listeners.0.push(on_return(&page.window, doing(page, Sdk::forget_requests)));
    listeners
}

/// Acts when the page returns from the back/forward cache.
pub fn on_return(window: &Window, act: impl Fn() + 'static) -> Listener {
    Listener::new(window, "pageshow", move |event: JsValue| {
        if Reflect::get(&event, &JsValue::from_str("persisted")).is_ok_and(|persisted| persisted.is_truthy())
        {
            act();
        }
    })
}

fn on_hidden(page: &Page, hide: fn(&Sdk), leave: fn(&Sdk)) -> Lifecycle {
    let mut listeners = Vec::new();
    // A worker is neither hidden nor left.
    if let Some(document) = &page.document {
        let hide = doing(page, hide);
        listeners.push(Listener::new(document, "visibilitychange", move |_| {
            if page_state() & state::HIDDEN != 0 {
                hide();
            }
        }));
        let leave = doing(page, leave);
        listeners.push(Listener::new(&page.window, "pagehide", move |_| leave()));
    }
    Lifecycle(listeners)
}

/// An action on this page that does not keep its SDK alive.
fn doing(page: &Page, act: fn(&Sdk)) -> impl Fn() + use<> {
    let sdk = Rc::downgrade(&page.sdk);
    move || {
        if let Some(sdk) = sdk.upgrade() {
            act(&sdk);
        }
    }
}
