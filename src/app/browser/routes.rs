//! Which requests get a span and headers: what is decided about one, as far as it takes the edge.

use std::cell::RefCell;
use std::rc::Rc;

use crate::app::browser::targets::Patterns;
use crate::app::request::{Request, RequestPlan};
use crate::app::sdk::Sdk;
use crate::decide::verdict::Verdict;

/// What `init` said about requests that only the edge can use; a later `init` replaces it.
#[derive(Debug, Default)]
pub struct Routes {
    /// The targets that only the browser can match.
    pub patterns: Patterns,
    /// Where our own envelopes go: never traced. Empty for nowhere.
    pub destination: String,
}

/// The routes in force. Behind two counters, because the page's code must not run while a cell is borrowed.
pub type SharedRoutes = Rc<RefCell<Rc<Routes>>>;

/// Decides about a request; `None` if we have nothing to do with it.
pub fn plan(sdk: &Sdk, routes: &SharedRoutes, href: &str, request: &Request<'_>) -> Option<RequestPlan> {
    let (routes, patterns) = matching(routes, href, request)?;
    if href == routes.destination {
        return None;
    }
    Some(sdk.start_request(request, &patterns))
}

/// Whether a request would carry headers, and why.
pub fn judge(sdk: &Sdk, routes: &SharedRoutes, href: &str, request: &Request<'_>) -> Verdict {
    match matching(routes, href, request) {
        Some((routes, _)) if href == routes.destination => Verdict::Envelope,
        Some((_, patterns)) => sdk.judge_request(request, &patterns),
        None => Verdict::Disabled,
    }
}

/// The routes in force, and which of their patterns match a request.
fn matching(routes: &SharedRoutes, href: &str, request: &Request<'_>) -> Option<(Rc<Routes>, Vec<bool>)> {
    let routes = Rc::clone(&*routes.try_borrow().ok()?);
    let own_path = request.resolved.same_origin(&request.page).then_some(request.resolved.path);
    let patterns = routes.patterns.test(href, own_path);
    Some((routes, patterns))
}
