//! The one instance of a page: made at the first call, configured by `init`.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;

use super::browser_tracing::BrowserTracing;
use super::options;
use crate::browser::fetch::{Routes, SharedRoutes};
use crate::browser::page::Page;
use crate::browser::url;
use crate::sdk::Init;
use crate::transport::envelope::Sender;

/// Everything that belongs to this page.
pub struct Instance {
    pub page: Page,
    pub routes: SharedRoutes,
    pub browser_tracing: RefCell<Option<BrowserTracing>>,
}

thread_local! {
    static INSTANCE: OnceCell<Option<Instance>> = const { OnceCell::new() };
}

/// Asks the instance. The default answer stands where there is no page, as in a worker.
pub fn with<R: Default>(question: impl FnOnce(&Instance) -> R) -> R {
    INSTANCE.with(|cell| cell.get_or_init(Instance::new).as_ref().map(question).unwrap_or_default())
}

impl Instance {
    fn new() -> Option<Instance> {
        Some(Instance {
            page: Page::new()?,
            routes: SharedRoutes::default(),
            browser_tracing: RefCell::default(),
        })
    }
}

/// Takes the options of `init` and the names of the integrations.
#[wasm_bindgen]
pub fn init(options: JsValue, integrations: Array) {
    let options = options::read(options);
    with(|instance| {
        let destination =
            options.destination.as_deref().and_then(|given| url::resolve(&instance.page.document, given));
        let routes =
            Routes { patterns: options.patterns, destination: destination.clone().unwrap_or_default() };
        instance.routes.replace(Rc::new(routes));
        instance.page.sdk.init(Init {
            settings: options.settings,
            destination,
            sender: Sender {
                tunnelled_dsn: options.tunnelled_dsn,
                page: instance.page.describe(),
                integrations: integrations.iter().filter_map(|name| name.as_string()).collect(),
            },
            debug: options.debug,
        });
    });
}

/// A promise that is fulfilled once no envelope is under way.
#[wasm_bindgen]
pub fn settled() -> Promise {
    with(|instance| Some(instance.page.under_way.settled()))
        .unwrap_or_else(|| Promise::resolve(&JsValue::UNDEFINED))
}
