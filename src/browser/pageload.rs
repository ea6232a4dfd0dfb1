//! The page load: which trace the page belongs to, and what its root span is called.
//!
//! The face starts the span, in a scope that only it knows.

use super::clock::time_origin;
use super::listener::Listener;
use super::meta;
use super::page::Page;
use crate::trace::propagation::PropagationContext;
use crate::trace::span::{Attributes, attribute};
use crate::trace::time::Timestamp;
use crate::trace::url::Url;

/// What the reference calls every page load in stream mode.
const STREAMED_NAME: &str = "Pageload";

/// A root span for the page load.
#[derive(Debug)]
pub struct PageLoad {
    /// The path of the page; in stream mode, where names group spans, only what this is.
    pub name: String,
    /// What is known about it.
    pub attributes: Attributes,
    /// When the page itself began.
    pub start: Option<Timestamp>,
}

/// The trace of two header values, each of the meta tag where it is empty, or a new one.
pub fn context(page: &Page, sentry_trace: &str, baggage: &str) -> PropagationContext {
    let meta = meta::read(&page.document);
    let or_meta = |given: &str, meta: String| if given.is_empty() { meta } else { given.to_owned() };
    page.sdk.receive_page(&or_meta(sentry_trace, meta.sentry_trace), &or_meta(baggage, meta.baggage))
}

/// What the root span of this page load says.
pub fn describe(page: &Page) -> PageLoad {
    let href = page.href();
    let url = Url::split(&href);
    let path = url.map(|url| url.path).filter(|path| !path.is_empty()).unwrap_or("/");
    let mut attributes = Attributes::default();
    attributes.set_string(attribute::OP, "pageload");
    attributes.set_string(attribute::ORIGIN, "auto.pageload.browser");
    attributes.set_string(attribute::NAME_SOURCE, "url");
    attributes.set_string("url.path", path);
    if let Some(url) = url {
        attributes.set_string("url.full", &url.full());
    }
    let performance = page.window.performance();
    let start = performance.map(|performance| Timestamp::from_millis(time_origin(&performance)));
    let name = if page.sdk.streams() { STREAMED_NAME } else { path };
    PageLoad { name: name.to_owned(), attributes, start }
}

/// Whether the document is loaded far enough for a root span to end by itself.
pub fn may_finish(page: &Page) -> bool {
    page.document.ready_state() != "loading"
}

/// Waits for the document, if it is still loading.
pub fn watch(page: &Page) -> Option<Listener> {
    let (sdk, watched) = (std::rc::Rc::downgrade(&page.sdk), page.document.clone());
    (!may_finish(page)).then(|| {
        Listener::new(&page.document, "readystatechange", move |_| {
            if let Some(sdk) = sdk.upgrade().filter(|_| watched.ready_state() != "loading") {
                sdk.allow_idle_finish();
            }
        })
    })
}
