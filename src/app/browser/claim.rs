//! Whose the page is, where the npm package, or another application, is on it as well: the first that wants to times page
//! load and navigations, and gives requests headers and spans. The others begin their roots in its trace.

use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::app::browser::logger::warn;
use crate::app::browser::page::Page;
use crate::app::browser::wrappers;
use crate::app::envelope::SDK_VERSION;
use crate::codec::context::PropagationContext;
use crate::codec::digits::hex_value;
use crate::codec::text;
use crate::decide::continuation::receive;

/// What is ours of the page; dropping it gives it back.
#[must_use = "the page is given back when this is dropped"]
pub struct Claim {
    is_ours: bool,
    release: Option<Function>,
    _trace: Closure<dyn Fn() -> Option<String>>,
}

impl Claim {
    /// Takes page load, navigations and requests, if nobody has them. Says on the console who has.
    pub fn new(page: &Page) -> Claim {
        let sdk = Rc::downgrade(&page.sdk);
        let trace = Closure::<dyn Fn() -> Option<String>>::new(move || {
            let headers = sdk.upgrade()?.headers_in_force()?;
            Some(text::concat(&[
                &headers.sentry_trace(),
                "\n",
                headers.baggage.as_deref().unwrap_or_default(),
            ]))
        });
        let name = text::concat(&["rust ", SDK_VERSION]);
        let answer = wrappers::claim(&name, trace.as_ref());
        if let Some(other) = answer.as_string() {
            warn(&text::concat(&[
                "another version (",
                &other,
                ") traces page load and requests: this one (",
                &name,
                ") does not",
            ]));
        }
        // Where nobody can tell whether others are there, it is ours.
        Claim { is_ours: !answer.is_string(), release: answer.dyn_into().ok(), _trace: trace }
    }

    /// Whether page load, navigations and requests are ours.
    pub fn is_ours(&self) -> bool {
        self.is_ours
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(release) = &self.release {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

impl std::fmt::Debug for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Claim")
    }
}

/// The trace in force for whoever traces the page.
pub fn trace_in_force() -> Option<PropagationContext> {
    let said = wrappers::trace_in_force()?;
    let (sentry_trace, baggage) = text::cut(&said, b'\n');
    receive(sentry_trace, baggage, lot_of(sentry_trace))
}

/// From 0 up to, but without, 1: the same for all that begins in a trace, whose id is random, if its baggage says none.
fn lot_of(sentry_trace: &str) -> f64 {
    let mut digits = 0_u64;
    for digit in text::start(sentry_trace, 13).bytes() {
        digits = digits << 4 | u64::from(hex_value(digit).unwrap_or_default());
    }
    digits as f64 / (1_u64 << 52) as f64
}
