//! The page of a Rust application, or its worker: its [`Sdk`] with the browser as host.

use std::rc::{Rc, Weak};

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Window};

use crate::app::browser::clock::{PageClock, performance_of, time_origin};
use crate::app::browser::entropy::CryptoEntropy;
use crate::app::browser::logger::Console;
use crate::app::browser::sender::{Delivery, FetchSender};
use crate::app::browser::timer::PageTimer;
use crate::app::browser::timing::TimedScopes;
use crate::app::browser::wrappers;
use crate::app::envelope;
use crate::app::host::Host;
use crate::app::listeners::Listeners;
use crate::app::scopes::StackScopes;
use crate::app::sdk::{Events, Sdk};
use crate::codec::text;
use crate::codec::time::Timestamp;
use crate::decide::redaction::recordable;

#[wasm_bindgen]
extern "C" {
    // A worker has no window; what is used of one here its global object has as well (`WindowOrWorkerGlobalScope`), and
    // web-sys looks members up by their names.
    #[wasm_bindgen(thread_local_v2, js_name = globalThis)]
    static GLOBAL: Window;
}

/// The SDK of a page, and what it needs of the page.
#[derive(Clone, Debug)]
pub struct Page {
    /// The SDK.
    pub sdk: Rc<Sdk>,
    /// The page's window; in a worker its global object, of which only what every global object of a browser has is to be
    /// asked.
    pub window: Window,
    /// The page's document; workers have none.
    pub document: Option<Document>,
    /// Who hears of what happens to spans.
    pub listeners: Listeners,
}

impl Page {
    /// An SDK for this page or worker, which shares these scopes with the application; `None` outside of a browser, as on a
    /// server that runs WebAssembly. Envelopes will go through the `fetch` that the page has now.
    pub fn with_stack(scopes: &StackScopes, delivery: &Rc<Delivery>) -> Option<Page> {
        Page::with_listener(scopes, delivery, |listener| Box::new(listener))
    }

    /// The same, with a listener around those of a page.
    pub fn with_listener(
        scopes: &StackScopes,
        delivery: &Rc<Delivery>,
        listener: impl FnOnce(Listeners) -> Box<dyn Events>,
    ) -> Option<Page> {
        let window = GLOBAL.with(Window::clone);
        // What has no address is neither a page nor a worker.
        if wrappers::page_address().is_empty() {
            return None;
        }
        let document = window.document();
        let timed = TimedScopes { scopes: scopes.clone(), window: window.clone() };
        let listeners = Listeners::with(Rc::new(timed));
        let sdk = Rc::new_cyclic(|sdk| {
            let host = Host {
                clock: Box::new(PageClock::new(performance_of(&window))),
                entropy: Box::new(CryptoEntropy::new()),
                sender: Box::new(FetchSender::new(Weak::clone(sdk), Rc::clone(delivery))),
                timer: Box::new(PageTimer::new(window.clone(), Weak::clone(sdk))),
                logger: Box::new(Console),
                scopes: Box::new(scopes.clone()),
            };
            Sdk::new(host, listener(listeners.clone()))
        });
        Some(Page { sdk, window, document, listeners })
    }

    /// When the page itself began; `None` where nobody knows.
    pub fn began(&self) -> Option<Timestamp> {
        performance_of(&self.window).map(|performance| Timestamp::from_millis(time_origin(&performance)))
    }

    /// The page's address.
    pub fn href(&self) -> String {
        wrappers::page_address()
    }

    /// The page's origin as the browser prints it, which is `null` in a sandboxed frame, whatever its address says.
    pub fn origin(&self) -> String {
        // A page may have a variable of that name.
        let given = Reflect::get(&self.window, &JsValue::from_str("origin")).unwrap_or_default().as_string();
        given.unwrap_or_else(wrappers::page_address)
    }

    /// What an event says about the page.
    pub fn describe(&self) -> envelope::Page {
        let told = wrappers::describe_page();
        let (href, told) = text::cut(&told, b'\n');
        let (referrer, user_agent) = text::cut(told, b'\n');
        let sensitive = self.sdk.sensitive_params();
        envelope::Page {
            url: recordable(href, &sensitive),
            referrer: recordable(referrer, &sensitive),
            user_agent: text::owned(user_agent),
        }
    }
}
