//! The browser's own URL parser: what it makes of a URL is what it will request.

use web_sys::{Url, Window};

/// The normalized `href` of a URL that the page, or a worker, wrote. `None` if `fetch` would refuse it too.
pub fn resolve(window: &Window, given: &str) -> Option<String> {
    let base = match window.document() {
        Some(document) => document.base_uri().ok().flatten(),
        None => window.location().href().ok(),
    };
    Url::new_with_base(given, &base?).ok().map(|url| url.href())
}
