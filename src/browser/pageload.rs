//! The page load: continues the server's trace and times the page in a root span that ends by itself.

use std::rc::Rc;

use super::clock::time_origin;
use super::listener::Listener;
use super::meta;
use super::page::Page;
use crate::trace::idle::Timeouts;
use crate::trace::span::{Attributes, attribute};
use crate::trace::store::SpanKey;
use crate::trace::time::Timestamp;
use crate::trace::tracer::{Parent, StartSpan};
use crate::trace::url::Url;

/// A page load that is being timed; dropping it stops waiting for the document.
#[derive(Debug)]
pub struct PageLoad {
    /// The root span.
    pub span: Option<SpanKey>,
    _loading: Option<Listener>,
}

/// Takes over the trace of the meta tags, without any span.
pub fn continue_trace(page: &Page) {
    let meta = meta::read(&page.document);
    page.sdk.receive_page(&meta.sentry_trace, &meta.baggage);
}

/// Starts the root span at the time the page itself began.
pub fn start(page: &Page, timeouts: Timeouts) -> PageLoad {
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
    let origin =
        page.window.performance().map(|performance| Timestamp::from_millis(time_origin(&performance)));
    let start = StartSpan { name, attributes, parent: Parent::None, start: origin, only_if_parent: false };
    let loading = page.document.ready_state() == "loading";
    let started = page.sdk.start_idle_span(start, timeouts, !loading);
    let (sdk, watched) = (Rc::downgrade(&page.sdk), page.document.clone());
    let listener = loading.then(|| {
        Listener::new(&page.document, "readystatechange", move |_| {
            if let Some(sdk) = sdk.upgrade().filter(|_| watched.ready_state() != "loading") {
                sdk.allow_idle_finish();
            }
        })
    });
    PageLoad { span: started.and_then(|started| started.key), _loading: listener }
}
