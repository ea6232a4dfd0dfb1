//! What `init` does to the page, and takes back.

use std::rc::Rc;

use js_sys::Promise;

use crate::app::browser::entropy::CryptoEntropy;
use crate::app::browser::fetch::{self, FetchPatch, Routes, SharedRoutes};
use crate::app::browser::lifecycle::{self, Lifecycle};
use crate::app::browser::page::Page;
use crate::app::browser::sender::Delivery;
use crate::app::browser::targets::Patterns;
use crate::app::host::Entropy;
use crate::app::moment::Moment;
use crate::app::scopes::StackScopes;
use crate::app::sdk::Sdk;
use crate::front::listener::Listener;
use crate::front::options::{Options, SharedCallbacks};

/// What is changed on the page; dropping it takes it back.
pub(crate) struct Wired {
    page: Page,
    delivery: Rc<Delivery>,
    routes: SharedRoutes,
    fetch: Option<FetchPatch>,
    _lifecycle: [Lifecycle; 2],
}

impl Wired {
    /// This page, of which only the life is heard yet; `None` where there is no page.
    pub(crate) fn new(callbacks: &SharedCallbacks) -> Option<(Wired, StackScopes)> {
        let dice = CryptoEntropy::new().draw();
        let scopes = StackScopes::new(Moment::of_dice(dice).begin_trace());
        let delivery = Rc::new(Delivery::default());
        let listener =
            |inner| -> Box<dyn crate::app::sdk::Events> { Box::new(Listener::new(inner, callbacks.clone())) };
        let page = Page::with_listener(&scopes, &delivery, listener)?;
        let wired = Wired {
            fetch: None,
            _lifecycle: [lifecycle::watch(&page, true), lifecycle::report(&page)],
            routes: SharedRoutes::default(),
            page,
            delivery,
        };
        Some((wired, scopes))
    }

    pub(crate) fn sdk(&self) -> &Rc<Sdk> {
        &self.page.sdk
    }

    /// Changes the page as the options say. `destination` is where envelopes go; empty for nowhere.
    pub(crate) fn wire(&mut self, options: &Options, destination: String) {
        let routes = Routes { patterns: Patterns::default(), destination };
        self.routes.replace(Rc::new(routes));
        self.page.sdk.set_page(self.page.describe());
        let requests = options.requests && options.settings.enabled;
        if !requests {
            self.fetch = None;
        } else if self.fetch.is_none() {
            self.fetch = Some(fetch::patch(&self.page, &self.routes));
        }
    }

    /// Fulfilled once no request of ours is under way.
    pub(crate) fn settled(&self) -> Promise {
        self.delivery.settled()
    }
}
