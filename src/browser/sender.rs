//! Delivers envelopes with the page's own `fetch`, as it was before we wrapped it.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Response;

use crate::host;
use crate::sdk::Sdk;
use crate::transport::queue::Outgoing;
use crate::transport::rate_limit::LimitHeaders;

/// Sends with `fetch`.
#[derive(Debug)]
pub struct FetchSender {
    fetch: Option<Function>,
    sdk: Weak<Sdk>,
    under_way: Rc<UnderWay>,
}

/// How many requests are under way, and who waits for their end.
#[derive(Debug, Default)]
pub struct UnderWay {
    requests: Cell<usize>,
    waiting: RefCell<Vec<Function>>,
}

impl UnderWay {
    /// A promise that is fulfilled once no request is under way.
    pub fn settled(self: &Rc<Self>) -> Promise {
        Promise::new(&mut |resolve, _| {
            if self.requests.get() == 0 {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            } else {
                self.waiting.borrow_mut().push(resolve);
            }
        })
    }

    fn begin(&self) {
        self.requests.set(self.requests.get() + 1);
    }

    fn end(&self) {
        self.requests.set(self.requests.get().saturating_sub(1));
        if self.requests.get() == 0 {
            for resolve in self.waiting.take() {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
        }
    }
}

impl FetchSender {
    /// A sender that uses the `fetch` this page has now.
    pub fn new(sdk: Weak<Sdk>, under_way: Rc<UnderWay>) -> FetchSender {
        let fetch =
            Reflect::get(&js_sys::global(), &"fetch".into()).ok().and_then(|fetch| fetch.dyn_into().ok());
        FetchSender { fetch, sdk, under_way }
    }
}

impl host::Sender for FetchSender {
    fn send(&self, request: Outgoing) {
        let promise = self.fetch.as_ref().and_then(|fetch| post(fetch, &request));
        let (id, sdk, under_way) = (request.id, Weak::clone(&self.sdk), Rc::clone(&self.under_way));
        under_way.begin();
        // Even a request that cannot begin is reported later: nobody is called back during `send`.
        spawn_local(async move {
            let response = match promise {
                Some(promise) => JsFuture::from(promise).await.ok(),
                None => None,
            };
            let response = response.and_then(|response| response.dyn_into::<Response>().ok());
            if let Some(sdk) = sdk.upgrade() {
                report(&sdk, id, response.as_ref());
            }
            under_way.end();
        });
    }
}

fn post(fetch: &Function, request: &Outgoing) -> Option<Promise> {
    let init = Object::new();
    let set = |name: &str, value: &JsValue| Reflect::set(&init, &name.into(), value).is_ok();
    set("method", &"POST".into());
    set("body", &request.body.as_str().into());
    set("referrerPolicy", &"strict-origin".into());
    set("keepalive", &request.keepalive.into());
    let answer = fetch.call2(&js_sys::global(), &request.url.as_str().into(), &init).ok()?;
    // Whatever a wrapper of the page answers, a failure must not become an unhandled rejection.
    Some(Promise::resolve(&answer))
}

fn report(sdk: &Sdk, id: u32, response: Option<&Response>) {
    let Some(response) = response else { return sdk.settled(id, None) };
    let headers = response.headers();
    let header = |name: &str| headers.get(name).ok().flatten();
    let rate_limits = header("x-sentry-rate-limits");
    let retry_after = header("retry-after").map(|text| retry_seconds(&text));
    let answer = LimitHeaders { status: response.status(), rate_limits: rate_limits.as_deref(), retry_after };
    sdk.settled(id, Some(answer));
}

/// `Retry-After` is a number of seconds or a date (RFC 9110, section 10.2.3); dates are the browser's to read.
fn retry_seconds(text: &str) -> Option<u32> {
    text.trim().parse().ok().or_else(|| {
        let millis = js_sys::Date::parse(text) - js_sys::Date::now();
        // `as` saturates; a date that cannot be read is NaN.
        (!millis.is_nan()).then(|| (millis / 1000.0).ceil() as u32)
    })
}
