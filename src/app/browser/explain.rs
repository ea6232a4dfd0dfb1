//! Why a request carries trace headers, for the developer of a Rust application.

use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::app::browser::destination::Destination;
use crate::app::browser::page::Page;
use crate::app::browser::wrappers::resolve_address;
use crate::app::explanation::{About, Explanation, Reason, explain as in_words};
use crate::app::request::Request;
use crate::codec::url::Url;
use crate::decide::verdict::{Verdict, own_origin};

/// Why a `GET` request of this URL would carry headers, or would not. `patched` says whether requests are traced by us.
pub fn explain(page: &Page, destination: &Destination, given: &str, patched: bool) -> Explanation {
    let names = page.sdk.header_names();
    let about = About { names: &names, ..About::default() };
    if !page.sdk.is_enabled() {
        let off = "the guard of init was dropped, or init has enabled(false)";
        return in_words(Reason::Verdict(Verdict::Disabled), &About { off, ..about });
    }
    let resolved = resolve_address(given);
    if !patched {
        // Where the wrappers may not be evaluated nobody knows the address either.
        return in_words(Reason::NotTraced, &About { href: resolved.as_deref().unwrap_or(given), ..about });
    }
    let Some(href) = resolved else { return in_words(Reason::NoUrl, &about) };
    let about = About { href: &href, ..about };
    let Some(resolved) = Url::split(&href) else { return in_words(Reason::NoUrl, &about) };
    let origin = page.origin();
    let own = own_origin(&origin);
    let about = About { opaque: own.host.is_empty(), ..about };
    let request =
        Request { kind: "fetch", method: "GET", given, resolved, page: own, headers_forbidden: false };
    let verdict = destination.judge(&page.sdk, &href, &request);
    let target = verdict.target().and_then(|index| page.sdk.target(index)).unwrap_or_default();
    in_words(Reason::Verdict(verdict), &About { target: &target, ..about })
}

#[derive(Serialize)]
struct Shown<'a> {
    attach: bool,
    code: &'a str,
    target: Option<usize>,
    sentence: &'a str,
}

impl From<&Explanation> for JsValue {
    /// An object `{attach, code, target, sentence}`, for the console.
    fn from(explanation: &Explanation) -> JsValue {
        let Explanation { attaches, code, target, sentence } = explanation;
        let shown = Shown { attach: *attaches, code, target: *target, sentence };
        serde_wasm_bindgen::to_value(&shown).unwrap_or_default()
    }
}
