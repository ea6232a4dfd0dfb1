//! A page: its [`Sdk`] with the browser as host.

use std::rc::Rc;

use web_sys::{Document, Window};

use super::clock::PageClock;
use super::entropy::CryptoEntropy;
use super::logger::Console;
use super::sender::{FetchSender, UnderWay};
use super::timer::PageTimer;
use crate::host::Host;
use crate::sdk::Sdk;
use crate::trace::url::Url;
use crate::transport::envelope;

/// The SDK of a page, and what it needs of the page.
#[derive(Clone, Debug)]
pub struct Page {
    /// The SDK.
    pub sdk: Rc<Sdk>,
    /// The page's window.
    pub window: Window,
    /// The page's document.
    pub document: Document,
    /// The envelopes that are under way.
    pub under_way: Rc<UnderWay>,
}

impl Page {
    /// An SDK for this page; `None` where there is none, as in a worker. Envelopes will go through the
    /// `fetch` that the page has now.
    pub fn new() -> Option<Page> {
        let window = web_sys::window()?;
        let document = window.document()?;
        let under_way = Rc::new(UnderWay::default());
        let sdk = Rc::new_cyclic(|sdk| {
            Sdk::new(Host {
                clock: Box::new(PageClock::new(window.performance())),
                entropy: Box::new(CryptoEntropy::new()),
                sender: Box::new(FetchSender::new(sdk.clone(), Rc::clone(&under_way))),
                timer: Box::new(PageTimer::new(window.clone(), sdk.clone())),
                logger: Box::new(Console),
            })
        });
        Some(Page { sdk, window, document, under_way })
    }

    /// The page's address.
    pub fn href(&self) -> String {
        self.window.location().href().unwrap_or_default()
    }

    /// What an event says about the page.
    pub fn describe(&self) -> envelope::Page {
        envelope::Page {
            url: recordable(&self.href()),
            referrer: recordable(&self.document.referrer()),
            user_agent: self.window.navigator().user_agent().unwrap_or_default(),
        }
    }
}

/// A URL without what must not leave the page; empty for what is no URL.
fn recordable(href: &str) -> String {
    Url::split(href).map(|url| url.full()).unwrap_or_default()
}
