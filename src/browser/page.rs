//! The page of a Rust application: its [`Sdk`] with the browser as host.

use std::rc::{Rc, Weak};

use wasm_bindgen::prelude::*;
use web_sys::{Document, Window};

use super::clock::{PageClock, time_origin};
use super::entropy::CryptoEntropy;
use super::logger::Console;
use super::sender::{Delivery, FetchSender};
use super::timer::PageTimer;
use super::timing::TimedScopes;
use crate::host::Host;
use crate::scopes::StackScopes;
use crate::sdk::Sdk;
use crate::trace::time::Timestamp;
use crate::trace::url::Url;
use crate::transport::envelope;

#[wasm_bindgen]
extern "C" {
    // `web_sys::window` also asks for the global object of Node and of workers: more code for every visitor.
    #[wasm_bindgen(thread_local_v2, js_name = window)]
    static WINDOW: Option<Window>;
}

/// The SDK of a page, and what it needs of the page.
#[derive(Clone, Debug)]
pub struct Page {
    /// The SDK.
    pub sdk: Rc<Sdk>,
    /// The page's window.
    pub window: Window,
    /// The page's document.
    pub document: Document,
}

impl Page {
    /// An SDK for this page, which shares these scopes with the application; `None` where there is no page, as in a
    /// worker. Envelopes will go through the `fetch` that the page has now.
    pub fn with_stack(scopes: &StackScopes, delivery: &Rc<Delivery>) -> Option<Page> {
        let window = WINDOW.with(Option::clone)?;
        let document = window.document()?;
        let sdk = Rc::new_cyclic(|sdk| {
            Sdk::new(Host {
                clock: Box::new(PageClock::new(window.performance())),
                entropy: Box::new(CryptoEntropy::new()),
                sender: Box::new(FetchSender::new(Weak::clone(sdk), Rc::clone(delivery))),
                timer: Box::new(PageTimer::new(window.clone(), Weak::clone(sdk))),
                logger: Box::new(Console),
                scopes: Box::new(scopes.clone()),
                events: Box::new(TimedScopes { scopes: scopes.clone(), window: window.clone() }),
            })
        });
        Some(Page { sdk, window, document })
    }

    /// When the page itself began; `None` where nobody knows.
    pub fn began(&self) -> Option<Timestamp> {
        self.window.performance().map(|performance| Timestamp::from_millis(time_origin(&performance)))
    }

    /// The page's address.
    pub fn href(&self) -> String {
        self.window.location().href().unwrap_or_default()
    }

    /// The page's origin.
    pub fn origin(&self) -> String {
        origin_of(self.window.origin())
    }

    /// What an event says about the page.
    pub fn describe(&self) -> envelope::Page {
        let agent = self.window.navigator().user_agent().unwrap_or_default();
        description(&self.href(), &self.document.referrer(), agent)
    }
}

/// What an event says about the page at this address.
pub fn description(href: &str, referrer: &str, user_agent: String) -> envelope::Page {
    envelope::Page { url: recordable(href), referrer: recordable(referrer), user_agent }
}

/// `window.origin` as a URL. That of a sandboxed frame is nobody else's, whatever its address says.
pub fn origin_of(given: String) -> String {
    if given == "null" { "null:".to_owned() } else { given }
}

/// A URL without what must not leave the page; empty for what is no URL.
pub fn recordable(href: &str) -> String {
    Url::split(href).map(|url| url.full()).unwrap_or_default()
}
