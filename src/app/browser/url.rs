//! The browser's own URL parser: what it makes of a URL is what it will request.

use web_sys::{Document, Url};

/// The normalized `href` of a URL that the page wrote. `None` if `fetch` would refuse it too.
pub fn resolve(document: &Document, given: &str) -> Option<String> {
    let base = document.base_uri().ok().flatten()?;
    Url::new_with_base(given, &base).ok().map(|url| url.href())
}
