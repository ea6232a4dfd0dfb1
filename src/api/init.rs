//! The one instance of a page: made at the first call, configured by `init`.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::border::{answer, given};
use super::{hooks, options};
use crate::browser::fetch::{Routes, SharedRoutes};
use crate::browser::targets::Patterns;
use crate::sdk::{Init, Sdk};
use crate::trace::idle::Timeouts;
use crate::transport::envelope::Sender;

/// Everything that belongs to this page.
pub struct Instance {
    pub sdk: Sdk,
    pub routes: SharedRoutes,
    /// How long roots wait that end by themselves.
    pub timeouts: Cell<Timeouts>,
    /// The page's origin, which never changes.
    pub own: OnceCell<String>,
    /// The baggage that the face was told last.
    pub baggage: Cell<String>,
    /// That of the last request, if it was another one.
    pub untold: Cell<String>,
}

thread_local! {
    static INSTANCE: Cell<Option<&'static Instance>> = const { Cell::new(None) };
}

/// Asks the instance.
pub fn with<R>(question: impl FnOnce(&Instance) -> R) -> R {
    question(instance())
}

/// The instance, which lives as long as the page.
// One copy of this in the module, not one per export.
#[inline(never)]
pub fn instance() -> &'static Instance {
    if let Some(instance) = INSTANCE.get() {
        return instance;
    }
    let instance: &Instance = Box::leak(Box::new(Instance {
        sdk: Sdk::new(hooks::host()),
        routes: SharedRoutes::default(),
        timeouts: Cell::default(),
        own: OnceCell::new(),
        baggage: Cell::default(),
        untold: Cell::default(),
    }));
    INSTANCE.set(Some(instance));
    instance
}

/// When the page began, in milliseconds since the epoch, so that the times of its timeline fit the clock of the device.
#[wasm_bindgen]
pub fn clock_origin(millis: f64) {
    hooks::set_origin(millis);
}

/// Takes the options of `init`, see [`options::read`].
#[wasm_bindgen]
pub fn init(flags: u32, rate: f64, lines: usize) {
    let options = given([lines], |[lines]| options::read(flags, rate, lines));
    with(|instance| {
        let destination = options.destination.and_then(|given| hooks::resolve(&given));
        let _ = instance.own.set(options.own);
        let routes = Routes {
            patterns: if options.has_patterns {
                Patterns::new(hooks::test_patterns)
            } else {
                Patterns::default()
            },
            destination: destination.clone().unwrap_or_default(),
        };
        instance.routes.replace(Rc::new(routes));
        instance.sdk.init(Init {
            settings: options.settings,
            destination,
            sender: Sender {
                tunnelled_dsn: options.tunnelled_dsn,
                integrations: options.integrations,
                ..Sender::default()
            },
            client_reports: options.client_reports,
            debug: options.debug,
        });
    });
}

/// Where envelopes go, as the browser resolved it; empty for nowhere.
#[wasm_bindgen]
pub fn destination() {
    let routes = instance().routes.try_borrow();
    answer(routes.map(|routes| routes.destination.clone()).unwrap_or_default());
}

/// The time has come that hook `wake` was told.
#[wasm_bindgen]
pub fn tick() {
    with(|instance| instance.sdk.tick());
}

/// From now on nothing is recorded and nothing is sent.
#[wasm_bindgen]
pub fn close() {
    with(|instance| instance.sdk.close());
}

/// Whether hooks `began` and `ended` hear of every span.
#[wasm_bindgen]
pub fn observe(on: bool) {
    with(|instance| instance.sdk.observe(on));
}
