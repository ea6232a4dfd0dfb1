//! The page load and the navigations of a page: when they begin, and where.

use std::cell::Cell;
use std::rc::{Rc, Weak};

use wasm_bindgen::JsValue;

use crate::app::browser::history::{self, Moves, Watch};
use crate::app::browser::lifecycle::on_return;
use crate::app::browser::listener::Listener;
use crate::app::browser::page::Page;
use crate::app::browser::page_state as state;
use crate::app::browser::server_trace;
use crate::app::browser::wrappers::{page_state, shown_at};
use crate::app::envelope;
use crate::app::listeners::Listening;
use crate::app::page_trace::PageTrace;
use crate::app::routes::{Move, Place, RouteOptions, Routes};
use crate::app::scopes::StackScopes;
use crate::decide::redaction::recordable;

/// What of a page is timed.
#[derive(Clone, Debug)]
pub struct PageOptions {
    /// Its load.
    pub load: bool,
    /// Its moves by the History API, and its return from the back/forward cache.
    pub navigation: bool,
    /// Whether it goes on in the trace that its HTML names even if that HTML is stale.
    pub continues_stale: bool,
    /// How.
    pub routes: RouteOptions,
}

impl Default for PageOptions {
    fn default() -> PageOptions {
        PageOptions { load: true, navigation: true, continues_stale: false, routes: RouteOptions::default() }
    }
}

/// What times page load and navigations; dropping it stops that.
#[must_use = "page load and navigations are not timed any more when this is dropped"]
#[derive(Debug)]
pub struct RouteWatch {
    routes: Rc<Routes>,
    visit: Rc<Visit>,
    /// The trace that the page came with.
    brought: PageTrace,
    load: Vec<Listener>,
    moves: Option<(Watch, Vec<Listener>)>,
    _listening: Listening,
}

thread_local! {
    /// Whether the load of this page is timed, or was: a page is loaded once, however often tracing begins.
    static LOADED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the load of this page is timed, or was.
pub fn is_loaded() -> bool {
    LOADED.get()
}

impl RouteWatch {
    /// Says what is timed from now on. A load that is under way goes on.
    pub fn time(&mut self, load: bool, navigation: bool) {
        // Nothing has begun: neither was the page loaded nor has it moved since.
        if self.routes.latest().is_none() {
            self.load = if load { self::load(&self.visit, self.brought.clone()) } else { Vec::new() };
        }
        if navigation != self.moves.is_some() {
            self.moves = navigation.then(|| moves(&self.visit));
        }
    }

    /// Names the root that is under way after a route; or, if the page is only about to move there, the next one.
    pub fn name(&self, route: &str) {
        self.routes.name(&self.visit.page.sdk, route);
    }

    /// The roots.
    pub fn routes(&self) -> &Rc<Routes> {
        &self.routes
    }
}

/// Takes over the trace that came with the page, and begins the roots of its load and of its navigations. Call it once the SDK
/// knows its options.
pub fn trace(page: &Page, scopes: &StackScopes, options: PageOptions) -> RouteWatch {
    let moves = Moves::of(&page.window);
    let (somewhere, somehow) = (Rc::clone(&moves), page.clone());
    let place = move || place_at(&somehow, somewhere.address_before());
    let routes = Rc::new(Routes::new(options.routes, scopes, place));
    let listening = page.listeners.add(Rc::<Routes>::clone(&routes));
    let visit = Rc::new(Visit { page: page.clone(), moves, routes: Rc::downgrade(&routes) });
    let brought = server_trace::read(page, options.continues_stale);
    // What it requests before it is shown belongs to the trace of its load already.
    scopes.set_page_context(brought.context.clone());
    page.sdk.set_page(visit.place().page);
    let mut watch =
        RouteWatch { routes, visit, brought, load: Vec::new(), moves: None, _listening: listening };
    watch.time(options.load, options.navigation);
    watch
}

/// Times the moves of the page. Answers with what hears of them.
fn moves(visit: &Rc<Visit>) -> (Watch, Vec<Listener>) {
    let window = &visit.page.window;
    let [pressed, typed, returned, moved] = [(); 4].map(|()| Rc::clone(visit));
    let listeners = vec![
        Listener::new(window, "click", move |_| pressed.interact()),
        Listener::new(window, "keydown", move |_| typed.interact()),
        on_return(window, move || returned.navigate(Move::Restored)),
    ];
    let watch = history::watch(&visit.moves, move || {
        // The load of a page that nobody sees yet is timed from where it then is, once it is shown.
        if !moved.is_prepared() {
            moved.navigate(Move::Within);
        }
    });
    (watch, listeners)
}

/// Times the load of the page; of a page that is prepared before anybody sees it, once it is shown. Answers with what waits.
fn load(visit: &Rc<Visit>, trace: PageTrace) -> Vec<Listener> {
    let Some(document) = visit.page.document.clone() else { return Vec::new() };
    let mut listeners = Vec::new();
    if page_state() & state::LOADING != 0 {
        let sdk = Rc::downgrade(&visit.page.sdk);
        let allow = move |_: JsValue| {
            if let Some(sdk) = sdk.upgrade() {
                sdk.allow_idle_finish();
            }
        };
        listeners.push(Listener::new(&document, "readystatechange", allow));
    }
    if visit.is_prepared() {
        let (visit, waits) = (Rc::clone(visit), Cell::new(Some(trace)));
        let begin = move |_: JsValue| {
            if let Some(trace) = waits.take() {
                visit.load(trace);
            }
        };
        listeners.push(Listener::new(&document, "prerenderingchange", begin));
    } else {
        visit.load(trace);
    }
    listeners
}

/// A page and its roots, which a listener does not keep alive.
#[derive(Debug)]
struct Visit {
    page: Page,
    moves: Rc<Moves>,
    routes: Weak<Routes>,
}

impl Visit {
    /// Where the page is.
    fn place(&self) -> Place {
        place_at(&self.page, self.moves.address())
    }

    /// Whether the page is prepared before anybody sees it.
    fn is_prepared(&self) -> bool {
        page_state() & state::PREPARED != 0
    }

    fn load(&self, trace: PageTrace) {
        let Some(routes) = self.routes.upgrade() else { return };
        // `as` saturates.
        let began = self.page.began().map(|began| began.plus_micros((shown_at() * 1000.0) as u64));
        let allowed = page_state() & state::LOADING == 0;
        routes.load(&self.page.sdk, self.place(), trace, began, allowed);
        // Where no span is recorded nothing has begun.
        LOADED.set(LOADED.get() || routes.latest().is_some());
    }

    fn navigate(&self, by: Move) {
        if let Some(routes) = self.routes.upgrade() {
            routes.navigate(&self.page.sdk, self.place(), by);
        }
    }

    fn interact(&self) {
        if let Some(routes) = self.routes.upgrade() {
            routes.interact(&self.page.sdk);
        }
    }
}

/// What events say about the page when it is at an address.
fn place_at(page: &Page, href: String) -> Place {
    let url = recordable(&href, &page.sdk.sensitive_params());
    Place { href, page: envelope::Page { url, ..page.describe() } }
}
