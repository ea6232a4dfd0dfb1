//! Delivers the envelopes of a Rust application with the page's own `fetch`, as it was before we wrapped it.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Response;

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
            } else {
                self.waiting.borrow_mut().push(resolve);
            }
        })
    }

    fn begin(&self) {
        self.under_way.set(self.under_way.get() + 1);
    }

    fn end(&self) {
        self.under_way.set(self.under_way.get().saturating_sub(1));
        if self.under_way.get() == 0 {
            for resolve in self.waiting.take() {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
        }
    }
}

/// Sends with `fetch`, or hands over.
#[derive(Debug)]
pub struct FetchSender {
    fetch: Option<Function>,
    sdk: Weak<Sdk>,
    delivery: Rc<Delivery>,
}

impl FetchSender {
    /// A sender that uses the `fetch` this page has now.
    pub fn new(sdk: Weak<Sdk>, delivery: Rc<Delivery>) -> FetchSender {
        let fetch =
            Reflect::get(&js_sys::global(), &"fetch".into()).ok().and_then(|fetch| fetch.dyn_into().ok());
        FetchSender { fetch, sdk, delivery }
    }
}

impl host::Sender for FetchSender {
    fn send(&self, request: Outgoing) {
        self.delivery.begin();
        let promise = self.fetch.as_ref().and_then(|fetch| post(fetch, &request, &self.delivery));
        let (id, sdk, delivery) = (request.id, Weak::clone(&self.sdk), Rc::clone(&self.delivery));
        // Even a request that cannot begin is reported later: we call nobody back during `send`.
        spawn_local(async move {
            let response = match promise {
                Some(promise) => JsFuture::from(promise).await.ok(),
                None => None,
            };
            let response = response.and_then(|response| response.dyn_into::<Response>().ok());
            let headers = response.as_ref().map(Response::headers);
            let header = |name: &str| headers.as_ref().and_then(|headers| headers.get(name).ok().flatten());
            let (rate_limits, retry_after) = (header("x-sentry-rate-limits"), header("retry-after"));
            let answer = response.as_ref().map(|response| LimitHeaders {
                status: response.status().into(),
                rate_limits: rate_limits.as_deref().unwrap_or_default(),
                retry_after: retry_after.as_deref().map(retry_seconds),
            });
            if let Some(sdk) = sdk.upgrade() {
                sdk.settled(id, answer);
            }
            delivery.end();
        });
    }
}

fn post(fetch: &Function, request: &Outgoing, delivery: &Delivery) -> Option<Promise> {
    let init = Object::new();
    let set = |name: &JsValue, value: &JsValue| Reflect::set(&init, name, value).is_ok();
    set(&"method".into(), &"POST".into());
    set(&"body".into(), &request.body.as_str().into());
    set(&"referrerPolicy".into(), &"strict-origin".into());
    set(&"keepalive".into(), &request.keepalive.into());
    // Getters of the page may run from here on, so that nothing may be borrowed.
    let options = delivery.options.borrow().clone();
    // Not even asked where there are none: each call that throws costs a handle for good (wasm-bindgen keeps the
    // `undefined` that stands in for the answer).
    let member = |name: &str| {
        options.is_object().then(|| Reflect::get(&options, &name.into()).ok())?.filter(JsValue::is_object)
    };
    if let Some(headers) = member("headers") {
        set(&"headers".into(), &headers);
    }
    if let Some(given) = member("fetchOptions") {
        for name in Reflect::own_keys(&given).ok()?.iter() {
            set(&name, &Reflect::get(&given, &name).unwrap_or_default());
        }
    }
    let answer = fetch.call2(&js_sys::global(), &request.url.as_str().into(), &init).ok()?;
    // Whatever a wrapper of the page answers, a failure must not become an unhandled rejection.
    Some(Promise::resolve(&answer))
}

/// `Retry-After` is a number of seconds or a date (RFC 9110, section 10.2.3); dates are the browser's to read.
fn retry_seconds(text: &str) -> Option<u64> {
    text.trim_ascii().parse().ok().or_else(|| {
        let millis = js_sys::Date::parse(text) - js_sys::Date::now();
        // `as` saturates; a date that cannot be read is NaN.
        (!millis.is_nan()).then(|| (millis / 1000.0).ceil() as u64)
    })
}
