//! What `init` does to the page, and takes back.

use std::rc::Rc;

use js_sys::{Array, Promise};
use wasm_bindgen::JsValue;

use crate::app::browser::claim::{Claim, trace_in_force};
use crate::app::browser::destination::Destination;
use crate::app::browser::entropy::CryptoEntropy;
use crate::app::browser::explain::explain;
use crate::app::browser::lifecycle::{self, Lifecycle};
use crate::app::browser::navigation::{self, PageOptions, RouteWatch};
use crate::app::browser::page::Page;
use crate::app::browser::requests::{self, RequestsPatch};
use crate::app::browser::sender::Delivery;
#[cfg(feature = "vitals")]
use crate::app::browser::vitals::{self, VitalsWatch};
use crate::app::event_data::EventData;
use crate::app::explanation::Explanation;
use crate::app::host::Entropy;
use crate::app::listeners::Listening;
use crate::app::moment::Moment;
use crate::app::routes::{Beginning, RouteOptions, Routes};
use crate::app::scopes::StackScopes;
use crate::app::sdk::Sdk;
use crate::app::start_span::Parent;
use crate::decide::bots::is_bot;
use crate::decide::sampling::Sampler;
use crate::front::listener::Listener;
use crate::front::options::{self, SharedCallbacks, Wishes};

/// What is changed on the page; dropping it takes it back.
pub(crate) struct Wired {
    page: Page,
    delivery: Rc<Delivery>,
    destination: Destination,
    requests: Option<RequestsPatch>,
    /// Whether the page is ours, if we want it.
    claim: Option<Claim>,
    scopes: StackScopes,
    callbacks: SharedCallbacks,
    #[cfg(feature = "vitals")]
    data: Rc<EventData>,
    routes: Option<RouteWatch>,
    #[cfg(feature = "vitals")]
    vitals: Option<VitalsWatch>,
    _lifecycle: [Lifecycle; 2],
    _listening: Listening,
}

impl Wired {
    /// This page, of which only the life is heard yet; `None` where there is no page.
    pub(crate) fn new(callbacks: &SharedCallbacks, data: &Rc<EventData>) -> Option<(Wired, StackScopes)> {
        let dice = CryptoEntropy::new().draw();
        let scopes = StackScopes::new(Moment::of_dice(dice).begin_trace());
        let delivery = Rc::new(Delivery::default());
        let listener = |inner| -> Box<dyn crate::app::sdk::Events> {
            Box::new(Listener::new(inner, &scopes, callbacks))
        };
        let page = Page::with_listener(&scopes, &delivery, listener)?;
        let wired = Wired {
            requests: None,
            claim: None,
            scopes: scopes.clone(),
            callbacks: callbacks.clone(),
            #[cfg(feature = "vitals")]
            data: Rc::clone(data),
            routes: None,
            #[cfg(feature = "vitals")]
            vitals: None,
            _listening: page.listeners.add(Rc::<EventData>::clone(data)),
            _lifecycle: [lifecycle::watch(&page, true), lifecycle::report(&page)],
            destination: Destination::default(),
            page,
            delivery,
        };
        Some((wired, scopes))
    }

    pub(crate) fn sdk(&self) -> &Rc<Sdk> {
        &self.page.sdk
    }

    /// Changes the page as the options say. `destination` is where envelopes go; empty for nowhere.
    pub(crate) fn wire(&mut self, wishes: Wishes, destination: String) {
        self.destination.set(destination);
        let wants = wishes.requests || wishes.page_load || wishes.navigation;
        let mut may = wishes.enabled;
        if may {
            let description = self.page.describe();
            // Nobody looks at what a crawler would report.
            may = !is_bot(&description.user_agent);
            self.page.sdk.set_page(description);
        }
        let is_ours = self.claim(wants && may);
        if wishes.enabled && (is_ours || !wants) {
            self.trace_routes(wishes);
        } else {
            self.stop_routes();
        }
        if !(is_ours && wishes.requests) {
            self.requests = None;
        } else if self.requests.is_none() {
            self.requests = requests::patch(&self.page, &self.destination);
        }
    }

    /// Times neither page load nor navigations any more.
    fn stop_routes(&mut self) {
        #[cfg(feature = "vitals")]
        {
            self.vitals = None;
        }
        self.routes = None;
    }

    /// Goes on in the trace that came with the page, and times its load, which is only one, and its navigations.
    fn trace_routes(&mut self, wishes: Wishes) {
        let (load, navigation) = (wishes.page_load && !navigation::is_loaded(), wishes.navigation);
        if let Some(watch) = &mut self.routes {
            watch.time(load, navigation);
            return;
        }
        let (callbacks, scopes) = (self.callbacks.clone(), self.scopes.clone());
        let sdk = Rc::downgrade(&self.page.sdk);
        let ask = move |root: &Beginning<'_>| {
            let Some(sdk) = sdk.upgrade() else { return Sampler::NotAsked };
            let Beginning { name, attributes, context } = *root;
            let (context, parent) = (Some(context), Parent::None);
            callbacks.sample(&scopes, &options::Beginning { name, attributes, parent, context, sdk: &sdk })
        };
        let routes = RouteOptions { sampler: Some(Rc::new(ask)), ..RouteOptions::default() };
        let page_options = PageOptions { load, navigation, continues_stale: false, routes };
        let watch = navigation::trace(&self.page, &self.scopes, page_options);
        #[cfg(feature = "vitals")]
        {
            self.vitals = vitals::watch(&self.page, watch.routes(), &self.data);
        }
        self.routes = Some(watch);
    }

    /// The roots of page load and navigations, if they are ours.
    pub(crate) fn route_roots(&self) -> Option<Rc<Routes>> {
        self.routes.as_ref().map(|watch| Rc::clone(watch.routes()))
    }

    /// Takes the page, or gives it back; answers with whether page load, navigations and requests are ours. Where they are not,
    /// their trace goes on here.
    fn claim(&mut self, wanted: bool) -> bool {
        if !wanted {
            self.claim = None;
        } else if !self.claim.as_ref().is_some_and(Claim::is_ours) {
            self.claim = Some(Claim::new(&self.page));
        }
        let is_ours = self.claim.as_ref().is_some_and(Claim::is_ours);
        self.scopes.follow((!is_ours).then_some(trace_in_force));
        is_ours
    }

    /// Why a request would carry headers, or would not, once nothing is borrowed.
    pub(crate) fn explain(&self) -> impl Fn(&str) -> Explanation + use<> {
        let (page, destination, patched) =
            (self.page.clone(), self.destination.clone(), self.requests.is_some());
        move |url| explain(&page, &destination, url, patched)
    }

    /// Fulfilled once no request of ours is under way, or after so many milliseconds.
    pub(crate) fn settled(&self, millis: i32) -> Promise {
        let late = Promise::new(&mut |resolve, _| {
            let window = &self.page.window;
            // Where the page refuses, nobody waits.
            if window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis).is_err() {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
        });
        Promise::race(&Array::of2(&self.delivery.settled(), &late))
    }
}
