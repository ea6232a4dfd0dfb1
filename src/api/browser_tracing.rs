//! What `browserTracingIntegration()` switches on.

use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::init::with;
use crate::browser::fetch::{self, FetchPatch};
use crate::browser::lifecycle::{self, Lifecycle};
use crate::browser::pageload::{self, PageLoad};
use crate::trace::idle::Timeouts;
use crate::trace::store::SpanKey;

/// The options of the integration; what is missing or wrong has its default.
#[derive(Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Given {
    instrument_page_load: bool,
    mark_background_span: bool,
    trace_fetch: bool,
    idle_timeout: f64,
    child_span_timeout: f64,
    final_timeout: f64,
}

impl Default for Given {
    fn default() -> Given {
        let timeouts = Timeouts::default();
        Given {
            instrument_page_load: true,
            mark_background_span: true,
            trace_fetch: true,
            idle_timeout: timeouts.idle.into(),
            child_span_timeout: timeouts.child.into(),
            final_timeout: timeouts.last.into(),
        }
    }
}

/// What the integration did to the page; kept so that it is done once.
pub struct BrowserTracing {
    _fetch: Option<FetchPatch>,
    _lifecycle: Option<Lifecycle>,
    _page_load: Option<PageLoad>,
}

/// Continues the trace of the meta tags, times the page load and wraps `fetch`. Answers with the key of
/// the page-load span, 0 if there is none. A second call does nothing.
#[wasm_bindgen]
pub fn start_browser_tracing(options: JsValue) -> u32 {
    let given: Given = serde_wasm_bindgen::from_value(options).unwrap_or_default();
    with(|instance| {
        let page = &instance.page;
        let mut running = instance.browser_tracing.try_borrow_mut().ok()?;
        if running.is_some() || !page.sdk.is_enabled() {
            return None;
        }
        // The trace first: whatever the page requests from now on belongs to it.
        pageload::continue_trace(page);
        let page_load = given.instrument_page_load.then(|| {
            // `as` saturates: negative numbers and NaN become 0.
            let timeouts = Timeouts {
                idle: given.idle_timeout as u32,
                child: given.child_span_timeout as u32,
                last: given.final_timeout as u32,
            };
            pageload::start(page, timeouts)
        });
        let fetch = given.trace_fetch.then(|| fetch::patch(page, &instance.routes));
        let lifecycle = given.mark_background_span.then(|| lifecycle::watch(page));
        let span = page_load.as_ref().and_then(|page_load| page_load.span);
        *running = Some(BrowserTracing { _fetch: fetch, _lifecycle: lifecycle, _page_load: page_load });
        span
    })
    .map_or(0, SpanKey::to_u32)
}
