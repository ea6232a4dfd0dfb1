//! Where our own envelopes go, and what is decided about a request as far as that is concerned: they are no spans, and carry no
//! headers.

use std::cell::RefCell;
use std::rc::Rc;

use crate::app::cell;
use crate::app::request::{Request, RequestPlan};
use crate::app::sdk::Sdk;
use crate::decide::verdict::Verdict;

/// Where our own envelopes go; empty for nowhere. A later `init` replaces it.
#[derive(Clone, Debug, Default)]
pub struct Destination(Rc<RefCell<String>>);

impl Destination {
    /// They go elsewhere from now on.
    pub fn set(&self, href: String) {
        cell::put(&self.0, href);
    }

    /// Whether it is this one.
    fn is(&self, href: &str) -> bool {
        cell::read(&self.0, |known| known == href)
    }

    /// Decides about a request; `None` if we have nothing to do with it.
    pub fn plan(&self, sdk: &Sdk, href: &str, request: &Request<'_>) -> Option<RequestPlan> {
        (!self.is(href)).then(|| sdk.start_request(request, &[]))
    }

    /// Whether a request would carry headers, and why.
    pub fn judge(&self, sdk: &Sdk, href: &str, request: &Request<'_>) -> Verdict {
        if self.is(href) { Verdict::Envelope } else { sdk.judge_request(request, &[]) }
    }
}
