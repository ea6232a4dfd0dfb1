//! Delivers the envelopes of a Rust application with the page's own `fetch`, as it was before we wrapped it, see
//! `patch/page.js`.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;

use crate::app::browser::wrappers::post_envelope;
use crate::app::host;
use crate::app::queue::Outgoing;
use crate::app::sdk::Sdk;
use crate::decide::rate_limit::LimitHeaders;

/// How envelopes leave this page, how many are under way, and who waits for their end.
#[derive(Debug, Default)]
pub struct Delivery {
    options: RefCell<JsValue>,
    under_way: Cell<usize>,
    waiting: RefCell<Vec<Function>>,
}

impl Delivery {
    /// `transportOptions`: what the requests carry beside the envelope.
    pub fn set_options(&self, options: JsValue) {
        self.options.replace(options);
    }

    /// A promise that is fulfilled once no request is under way.
    pub fn settled(&self) -> Promise {
        Promise::new(&mut |resolve, _| {
            if self.under_way.get() == 0 {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            } else if let Ok(mut waiting) = self.waiting.try_borrow_mut() {
                waiting.push(resolve);
            }
        })
    }

    fn end(&self) {
        self.under_way.set(self.under_way.get().saturating_sub(1));
        if self.under_way.get() == 0 {
            let waiting = self.waiting.try_borrow_mut().map(|mut waiting| std::mem::take(&mut *waiting));
            for resolve in waiting.unwrap_or_default() {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
        }
    }
}

/// Hears of the end of a request: its number, the status of the answer, or 0, its `X-Sentry-Rate-Limits`, and after how many
/// seconds the server wants to be asked again: fewer than none if it does not say, no number if that cannot be read.
type Settled = Closure<dyn Fn(u32, u32, String, f64)>;

/// Sends with `fetch`, or hands over.
#[derive(Debug)]
pub struct FetchSender {
    fetch: JsValue,
    delivery: Rc<Delivery>,
    settled: Settled,
}

impl FetchSender {
    /// A sender that uses the `fetch` this page has now.
    pub fn new(sdk: Weak<Sdk>, delivery: Rc<Delivery>) -> FetchSender {
        let fetch = Reflect::get(&js_sys::global(), &JsValue::from_str("fetch")).unwrap_or_default();
        let ending = Rc::clone(&delivery);
        let settled = Settled::new(move |id: u32, status: u32, rate_limits: String, retry_after: f64| {
            if let Some(sdk) = sdk.upgrade() {
                // `as` saturates.
                let seconds = (!retry_after.is_nan()).then_some(retry_after as u64);
                let retry_after = if retry_after < 0.0 { None } else { Some(seconds) };
                let answer = LimitHeaders { status, rate_limits: &rate_limits, retry_after };
                sdk.settled(id, (status > 0).then_some(answer));
            }
            ending.end();
        });
        FetchSender { fetch, delivery, settled }
    }
}

impl host::Sender for FetchSender {
    fn send(&self, request: Outgoing) {
        self.delivery.under_way.set(self.delivery.under_way.get() + 1);
        // Getters of the page may run while it is read, so that nothing may be borrowed.
        let options = self.delivery.options.try_borrow().map(|options| options.clone()).unwrap_or_default();
        let Outgoing { id, url, body, keepalive } = request;
        post_envelope(&self.fetch, id, &url, &body, keepalive, &options, self.settled.as_ref());
    }
}
