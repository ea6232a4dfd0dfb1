//! How the page feels to its visitor: web vitals, as Google's `web-vitals` measures them, the resources that the page took, and
//! the device. With the feature `vitals` only: all else in here is downloaded by every visitor.
//!
//! The library listens for the life of the page, in `patch/vitals.js`. Paints, LCP, CLS and TTFB are measurements of the page
//! load, with the values that are known when it ends; INP, which is known when the page is left, is a span that is sent alone.

use std::cell::OnceCell;
use std::rc::{Rc, Weak};

use wasm_bindgen::prelude::*;

use crate::app::attributes::{Attributes, attribute};
use crate::app::browser::clock::{performance_of, time_origin};
use crate::app::browser::page::Page;
use crate::app::browser::wrappers;
use crate::app::entry::FIELD_NAMES;
use crate::app::event_data::EventData;
use crate::app::listeners::Listening;
use crate::app::routes::Routes;
use crate::app::sdk::{Events, Sdk};
use crate::app::span_key::SpanKey;
use crate::app::start_span::{Parent, StartSpan};
use crate::codec::json::Json;
use crate::codec::text;
use crate::codec::time::Timestamp;
use crate::decide::redaction::recordable;

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    type Measures;
    #[wasm_bindgen(method, structural)]
    fn listen(this: &Measures, inp: &JsValue);
    #[wasm_bindgen(method, structural, js_name = pageLoad)]
    fn page_load(this: &Measures) -> String;
    #[wasm_bindgen(method, structural)]
    fn timeline(this: &Measures, fields: &str) -> String;
}

thread_local! {
    /// The library can be started once.
    static MEASURES: OnceCell<Option<Measures>> = const { OnceCell::new() };
}

/// What is recorded of a URL, in characters.
const MAX_URL: usize = 200;

type Inp = Closure<dyn Fn(String, f64, f64, String)>;

/// What measures; dropping it stops that.
#[must_use = "nothing is measured any more when this is dropped"]
pub struct VitalsWatch {
    measures: Measures,
    _inp: Inp,
    _listening: Listening,
}

impl Drop for VitalsWatch {
    fn drop(&mut self) {
        self.measures.listen(&JsValue::UNDEFINED);
    }
}

impl std::fmt::Debug for VitalsWatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VitalsWatch")
    }
}

/// Measures for the roots of the routes of a page from now on. `None` where the library may not run.
pub fn watch(page: &Page, routes: &Rc<Routes>, data: &Rc<EventData>) -> Option<VitalsWatch> {
    let find = || Some(wrappers::measure_vitals()).filter(JsValue::is_object).map(JsCast::unchecked_into);
    let measures = MEASURES.with(|measures| measures.get_or_init(find).clone())?;
    let vitals = Rc::new(Vitals {
        page: page.clone(),
        measures: measures.clone(),
        routes: Rc::downgrade(routes),
        data: Rc::clone(data),
    });
    let told = Rc::downgrade(&vitals);
    let inp = Inp::new(move |name: String, from: f64, duration: f64, lines: String| {
        if let Some(vitals) = told.upgrade() {
            vitals.add_inp(&name, from, duration, &lines);
        }
    });
    measures.listen(inp.as_ref());
    Some(VitalsWatch { measures, _inp: inp, _listening: page.listeners.add(vitals) })
}

struct Vitals {
    page: Page,
    measures: Measures,
    routes: Weak<Routes>,
    data: Rc<EventData>,
}

impl Events for Vitals {
    fn ending(&self, sdk: &Sdk, root: SpanKey) {
        let routes = self.routes.upgrade();
        let Some(is_load) = routes.and_then(|routes| routes.is_page_load(root)) else { return };
        let Some(origin) = self.origin() else { return };
        let lines = self.measures.timeline(FIELD_NAMES);
        sdk.add_entries(root, &lines, &self.page.origin(), origin, "");
        if is_load {
            let lines = self.measures.page_load();
            if !lines.is_empty() {
                self.set_measured(sdk, root, &lines);
                if let Some(seconds) = Json::raw(origin.seconds()) {
                    sdk.set_attribute(root, "performance.timeOrigin", seconds);
                }
            }
        }
    }
}

impl Vitals {
    /// When the page began.
    fn origin(&self) -> Option<Timestamp> {
        let performance = performance_of(&self.page.window)?;
        Some(Timestamp::from_millis(time_origin(&performance)))
    }

    /// Writes lines on a span, as the file beside has made them: what it is, its name and its value, between tabs.
    fn set_measured(&self, sdk: &Sdk, key: SpanKey, lines: &str) {
        for line in text::items(lines, b'\n') {
            let (kind, rest) = text::cut(line, b'\t');
            let (name, value) = text::cut(rest, b'\t');
            match (kind, Json::raw(value.to_owned())) {
                ("measurement", Some(value)) => sdk.set_measurement(key, name, value),
                ("attribute", Some(value)) => sdk.set_attribute(key, name, value),
                ("url", _) => {
                    let url = recordable(value, &sdk.sensitive_params());
                    if !url.is_empty() {
                        sdk.set_attribute(key, name, Json::string(text::first(&url, MAX_URL)));
                    }
                }
                _ => {}
            }
        }
    }

    /// Adds the slowest interaction, as a child of the root that was under way when it happened.
    fn add_inp(&self, name: &str, from: f64, duration: f64, lines: &str) {
        let (sdk, routes) = (&self.page.sdk, self.routes.upgrade());
        let Some((origin, routes)) = self.origin().zip(routes) else { return };
        // `as` saturates.
        let start = origin.plus_micros((from * 1000.0) as u64);
        let root = routes.at(start).or(routes.under_way()).filter(|root| sdk.started(*root).is_some());
        let mut attributes = self.data.user_attributes();
        if let Some((segment, _)) = root.or(routes.latest()).and_then(|root| sdk.name(root)) {
            attributes.set_string("sentry.transaction", &segment);
            attributes.set_string(attribute::SEGMENT_NAME, &segment);
        }
        let load = root.filter(|root| routes.is_page_load(*root) == Some(true));
        if let Some(load) = load.and_then(|load| sdk.started(load)) {
            attributes.set_string("sentry.pageload.span_id", &load.span_id.hex());
        }
        add_lines(&mut attributes, lines);
        let started = sdk.start_span(StartSpan {
            name,
            attributes,
            parent: root.map_or(Parent::None, Parent::Span),
            start: Some(start),
            standalone: true,
            ..StartSpan::default()
        });
        if let Some(key) = started.and_then(|started| started.key) {
            sdk.end_span(key, Some(start.plus_micros((duration * 1000.0) as u64)));
        }
    }
}

fn add_lines(attributes: &mut Attributes, lines: &str) {
    for line in text::items(lines, b'\n') {
        let (name, value) = text::cut(text::behind(line, b'\t'), b'\t');
        if let Some(value) = Json::raw(value.to_owned()) {
            attributes.set(name, value);
        }
    }
}
