//! The one instance of a page: made at the first call, configured by `init`.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{Document, Window};

use super::browser_tracing::BrowserTracing;
use super::options;
use crate::browser::clock::PageClock;
use crate::browser::entropy::CryptoEntropy;
use crate::browser::logger::Console;
use crate::browser::sender::{FetchSender, UnderWay};
use crate::browser::targets::Patterns;
use crate::browser::timer::PageTimer;
use crate::browser::url;
use crate::host::Host;
use crate::sdk::{Init, Sdk};
use crate::trace::url::Url;
use crate::transport::envelope::{Page, Sender};

/// Everything that belongs to this page.
pub struct Instance {
    pub sdk: Rc<Sdk>,
    pub window: Window,
    pub document: Document,
    pub under_way: Rc<UnderWay>,
    pub patterns: RefCell<Rc<Patterns>>,
    pub destination: RefCell<String>,
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
        Some(Instance {
            sdk,
            window,
            document,
            under_way,
            patterns: RefCell::default(),
            destination: RefCell::default(),
            browser_tracing: RefCell::default(),
        })
    }

    fn page(&self) -> Page {
        let href = self.window.location().href().unwrap_or_default();
        Page {
            url: Url::split(&href).map(|url| url.full()).unwrap_or_default(),
            referrer: self.document.referrer(),
            user_agent: self.window.navigator().user_agent().unwrap_or_default(),
        }
    }
}

/// Takes the options of `init` and the names of the integrations. Answers whether we are enabled.
#[wasm_bindgen]
pub fn init(options: JsValue, integrations: Array) -> bool {
    let options = options::read(options);
    with(|instance| {
        let enabled = options.settings.enabled;
        let destination =
            options.destination.as_deref().and_then(|given| url::resolve(&instance.document, given));
        instance.patterns.replace(Rc::new(options.patterns));
        instance.destination.replace(destination.clone().unwrap_or_default());
        instance.sdk.init(Init {
            settings: options.settings,
            destination,
            sender: Sender {
                tunnelled_dsn: options.tunnelled_dsn,
                page: instance.page(),
                integrations: integrations.iter().filter_map(|name| name.as_string()).collect(),
            },
            debug: options.debug,
        });
        enabled
    })
}

/// Whether `init` ran and did not disable us.
#[wasm_bindgen]
pub fn is_enabled() -> bool {
    with(|instance| instance.sdk.is_enabled())
}

/// A promise that is fulfilled once no envelope is under way.
#[wasm_bindgen]
pub fn settled() -> Promise {
    with(|instance| Some(instance.under_way.settled()))
        .unwrap_or_else(|| Promise::resolve(&JsValue::UNDEFINED))
}
