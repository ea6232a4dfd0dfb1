//! The one instance of a page: made at the first call, configured by `init`.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::options;
use crate::browser::fetch::{Routes, SharedRoutes};
use crate::browser::hooks::{Hooks, SharedHooks};
use crate::browser::page::Page;
use crate::browser::rows::{self, Rows};
use crate::browser::targets::Patterns;
use crate::sdk::Init;
use crate::trace::idle::Timeouts;
use crate::transport::envelope::Sender;

/// Everything that belongs to this page.
pub struct Instance {
    pub page: Page,
    pub hooks: SharedHooks,
    pub routes: SharedRoutes,
    /// How long roots wait that end by themselves.
    pub timeouts: Cell<Timeouts>,
    /// The page's origin, which never changes.
    pub own: OnceCell<String>,
    /// The baggage that the face was told last.
    pub baggage: Cell<String>,
    /// That of the last request, if it was another one.
    pub untold: Cell<String>,
    /// What the face tells about children that are over.
    pub rows: Rows,
}

thread_local! {
    static INSTANCE: Cell<Option<&'static Instance>> = const { Cell::new(None) };
}

/// Asks the instance. The default answer stands where there is no page, as in a worker.
pub fn with<R: Default>(question: impl FnOnce(&Instance) -> R) -> R {
    instance().map(question).unwrap_or_default()
}

// One copy of this in the module, not one per export. The instance lives as long as the page.
#[inline(never)]
fn instance() -> Option<&'static Instance> {
    if INSTANCE.get().is_none() {
        INSTANCE.set(Instance::new().map(|instance| &*Box::leak(Box::new(instance))));
    }
    INSTANCE.get()
}

impl Instance {
    fn new() -> Option<Instance> {
        let hooks = SharedHooks::default();
        Some(Instance {
            page: Page::new(&hooks)?,
            hooks,
            routes: SharedRoutes::default(),
            timeouts: Cell::default(),
            own: OnceCell::new(),
            baggage: Cell::default(),
            untold: Cell::default(),
            rows: rows::EMPTY,
        })
    }
}

/// Takes the object that answers what only JavaScript knows. Later calls do nothing.
#[wasm_bindgen]
pub fn connect(hooks: Hooks) {
    with(|instance| {
        let _ = instance.hooks.set(hooks);
    });
}

/// Takes the options of `init`, see [`options::read`].
#[wasm_bindgen]
pub fn init(flags: u32, rate: f64, lines: &str) {
    let options = options::read(flags, rate, lines);
    with(|instance| {
        let page = &instance.page;
        let destination = options.destination.and_then(|given| instance.hooks.get()?.resolved(&given));
        let _ = instance.own.set(options.own);
        let routes = Routes {
            patterns: if options.has_patterns {
                let hooks = Rc::clone(&instance.hooks);
                Patterns::new(move |url, path| {
                    hooks.get().map(|hooks| hooks.tested(url, path)).unwrap_or_default()
                })
            } else {
                Patterns::default()
            },
            destination: destination.clone().unwrap_or_default(),
        };
        instance.routes.replace(Rc::new(routes));
        page.sdk.init(Init {
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
pub fn destination() -> String {
    with(|instance| Some(instance.routes.try_borrow().ok()?.destination.clone())).unwrap_or_default()
}

/// The time has come that hook `wake` was told.
#[wasm_bindgen]
pub fn tick() {
    with(|instance| instance.page.sdk.tick());
}

/// From now on nothing is recorded and nothing is sent.
#[wasm_bindgen]
pub fn close() {
    with(|instance| instance.page.sdk.close());
}

/// Whether hooks `began` and `ended` hear of every span.
#[wasm_bindgen]
pub fn observe(on: bool) {
    with(|instance| instance.page.sdk.observe(on));
}
