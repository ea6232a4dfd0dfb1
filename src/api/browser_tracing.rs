//! What `browserTracingIntegration()` switches on.

use serde::Deserialize;
use serde_wasm_bindgen::preserve;
use wasm_bindgen::prelude::*;

use super::init::with;
use super::options::{flag, is_unset};
use crate::browser::fetch::{self, FetchPatch};
use crate::browser::lifecycle::{self, Lifecycle};
use crate::browser::logger::warn;
use crate::browser::pageload::{self, PageLoad};
use crate::trace::idle::Timeouts;
use crate::trace::store::SpanKey;

/// The options of the integration as the page wrote them.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Given {
    #[serde(with = "preserve")]
    instrument_page_load: JsValue,
    #[serde(with = "preserve")]
    mark_background_span: JsValue,
    #[serde(with = "preserve")]
    trace_fetch: JsValue,
    #[serde(with = "preserve")]
    idle_timeout: JsValue,
    #[serde(with = "preserve")]
    child_span_timeout: JsValue,
    #[serde(with = "preserve")]
    final_timeout: JsValue,
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
        let page_load = flag("instrumentPageLoad", &given.instrument_page_load, true).then(|| {
            let defaults = Timeouts::default();
            let timeouts = Timeouts {
                idle: millis("idleTimeout", &given.idle_timeout, defaults.idle),
                child: millis("childSpanTimeout", &given.child_span_timeout, defaults.child),
                last: millis("finalTimeout", &given.final_timeout, defaults.last),
            };
            pageload::start(page, timeouts)
        });
        let fetch =
            flag("traceFetch", &given.trace_fetch, true).then(|| fetch::patch(page, &instance.routes));
        let lifecycle =
            flag("markBackgroundSpan", &given.mark_background_span, true).then(|| lifecycle::watch(page));
        let span = page_load.as_ref().and_then(|page_load| page_load.span);
        *running = Some(BrowserTracing { _fetch: fetch, _lifecycle: lifecycle, _page_load: page_load });
        span
    })
    .map_or(0, SpanKey::to_u32)
}

fn millis(name: &str, value: &JsValue, default: u32) -> u32 {
    match value.as_f64().filter(|millis| *millis >= 0.0) {
        // `as` saturates.
        Some(millis) => millis as u32,
        None => {
            if !is_unset(value) {
                warn(&[name, " was ignored: it must be a number of milliseconds"].concat());
            }
            default
        }
    }
}
