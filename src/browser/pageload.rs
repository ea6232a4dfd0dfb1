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

/// A root span for the page load.
#[derive(Debug)]
pub struct PageLoad {
    /// The path of the page.
    pub name: String,
    /// What is known about it.
    pub attributes: Attributes,
    /// When the page itself began.
    pub start: Option<Timestamp>,
}

/// The trace of the meta tags, or a new one.
pub fn context(page: &Page) -> PropagationContext {
    let meta = meta::read(&page.document);
    page.sdk.receive_page(&meta.sentry_trace, &meta.baggage)
}

/// What the root span of this page load says.
pub fn describe(page: &Page) -> PageLoad {
    let href = page.href();
    let url = Url::split(&href);
    let name = url.map(|url| url.path).filter(|path| !path.is_empty()).unwrap_or("/");
    let mut attributes = Attributes::default();
    attributes.set_string(attribute::OP, "pageload");
    attributes.set_string(attribute::ORIGIN, "auto.pageload.browser");
    attributes.set_string(attribute::NAME_SOURCE, "url");
    attributes.set_string("url.path", name);
    if let Some(url) = url {
        attributes.set_string("url.full", &url.full());
    }
    let performance = page.window.performance();
    let start = performance.map(|performance| Timestamp::from_millis(time_origin(&performance)));
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
