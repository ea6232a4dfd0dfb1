//! An application in Rust: traces its page load and its navigations, and does what tests tell it.
#![cfg(target_arch = "wasm32")]

use std::cell::RefCell;
use std::rc::Rc;

use throughline::app::browser::lifecycle::{self, Lifecycle};
use throughline::app::browser::navigation::{PageOptions, RouteWatch, trace};
use throughline::app::browser::page::Page;
#[cfg(feature = "vitals")]
use throughline::app::browser::vitals::{VitalsWatch, watch as watch_vitals};
use throughline::app::event_data::{EventData, User};
use throughline::app::listeners::Listening;
use throughline::app::moment::Moment;
use throughline::app::routes::RouteOptions;
use throughline::app::scopes::StackScopes;
use throughline::app::sdk::Init;
use throughline::app::settings::Settings;
use throughline::app::span_key::SpanKey;
use throughline::app::start_span::StartSpan;
use throughline::codec::fraction::Fraction;
use throughline::decide::idle::Timeouts;
use throughline::decide::sampling::SampleRate;
use wasm_bindgen::prelude::*;

struct Traced {
    page: Page,
    watch: RouteWatch,
    data: Rc<EventData>,
    _lifecycle: [Lifecycle; 2],
    _listening: Listening,
    #[cfg(feature = "vitals")]
    _vitals: Option<VitalsWatch>,
}

thread_local! {
    static TRACED: RefCell<Option<Rc<Traced>>> = const { RefCell::new(None) };
}

fn traced() -> Option<Rc<Traced>> {
    TRACED.with_borrow(Option::clone)
}

/// Begins to trace, with envelopes to `tunnel`; a root ends after so many milliseconds in which nothing happens.
#[wasm_bindgen]
pub fn start(tunnel: String, idle: u32) {
    let scopes = StackScopes::new(Moment::of_dice([7; 32]).begin_trace());
    let Some(page) = Page::with_stack(&scopes, &Rc::default()) else { return };
    let settings = Settings {
        enabled: true,
        sample_rate: SampleRate::Rate(Fraction::ONE),
        parent_is_root: false,
        ..Settings::default()
    };
    page.sdk.init(Init { settings, destination: Some(tunnel), debug: true, ..Init::default() });
    let data = Rc::new(EventData::default());
    let listening = page.listeners.add(Rc::<EventData>::clone(&data));
    let timeouts = Timeouts { idle, ..Timeouts::default() };
    let routes = RouteOptions { timeouts, ..RouteOptions::default() };
    let watch = trace(&page, &scopes, PageOptions { routes, ..PageOptions::default() });
    #[cfg(feature = "vitals")]
    let vitals = watch_vitals(&page, watch.routes(), &data);
    let traced = Traced {
        _lifecycle: [lifecycle::watch(&page, true), lifecycle::report(&page)],
        #[cfg(feature = "vitals")]
        _vitals: vitals,
        _listening: listening,
        data,
        watch,
        page,
    };
    TRACED.set(Some(Rc::new(traced)));
}

/// Takes back what was changed on the page.
#[wasm_bindgen]
pub fn stop() {
    TRACED.set(None);
}

/// Says the route that the page is at, as a router does.
#[wasm_bindgen]
pub fn route(route: &str) {
    if let Some(traced) = traced() {
        traced.watch.name(route);
    }
}

/// Says who the user is.
#[wasm_bindgen]
pub fn user(id: String) {
    if let Some(traced) = traced() {
        traced.data.set_user(Some(User { id: Some(id), ..User::default() }));
        traced.data.set_tag("part", "test");
    }
}

/// Begins a span below what is active; answers with its key.
#[wasm_bindgen]
pub fn begin(name: &str) -> u32 {
    let Some(traced) = traced() else { return 0 };
    let sdk = &traced.page.sdk;
    let start = StartSpan { name, parent: sdk.active_parent(), ..StartSpan::default() };
    sdk.start_span(start).and_then(|started| started.key).map_or(0, SpanKey::to_u32)
}

/// Ends a span.
#[wasm_bindgen]
pub fn end(key: u32) {
    if let (Some(traced), Some(key)) = (traced(), SpanKey::from_u32(key)) {
        traced.page.sdk.end_span(key, None);
    }
}

/// The `sentry-trace` of what is active.
#[wasm_bindgen]
pub fn header() -> Option<String> {
    let traced = traced()?;
    let sdk = &traced.page.sdk;
    sdk.headers(sdk.scopes().active(), None).map(|headers| headers.sentry_trace())
}
