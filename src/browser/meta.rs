//! The meta tags by which a server hands its trace to the page.

use web_sys::Document;

/// What the two tags say; empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceMeta {
    /// `<meta name="sentry-trace" content="…">`.
    pub sentry_trace: String,
    /// `<meta name="baggage" content="…">`.
    pub baggage: String,
}

/// Reads the first tag of each name.
pub fn read(document: &Document) -> TraceMeta {
    TraceMeta {
        sentry_trace: content(document, r#"meta[name="sentry-trace"]"#),
        baggage: content(document, r#"meta[name="baggage"]"#),
    }
}

fn content(document: &Document, selector: &str) -> String {
    let element = document.query_selector(selector).ok().flatten();
    element.and_then(|element| element.get_attribute("content")).unwrap_or_default()
}
