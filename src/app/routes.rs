//! The root spans of routes: of the page load, and of each navigation. They end by themselves, and put the page into their
//! trace until the next one begins.
//!
//! Who knows the page calls this: the edge of the browser, and tests. A name may be missing; it is never another route's.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::app::attributes::{Attributes, attribute};
use crate::app::cell;
use crate::app::envelope;
use crate::app::idle::Waiting;
use crate::app::link::Link;
use crate::app::page_trace::PageTrace;
use crate::app::scopes::StackScopes;
use crate::app::sdk::{Events, Sdk};
use crate::app::span_key::SpanKey;
use crate::app::start_span::{Parent, StartSpan};
use crate::codec::context::PropagationContext;
use crate::codec::json::Json;
use crate::codec::text;
use crate::codec::time::Timestamp;
use crate::decide::idle::{FinishReason, Timeouts};
use crate::decide::redaction::{recordable, write_path};
use crate::decide::route;
use crate::decide::sampling::Sampler;

/// Older traces are not linked; milliseconds, as in the reference.
const MAX_LINKED_AGE: u64 = 3_600_000;

/// A root that is about to begin.
#[derive(Clone, Copy, Debug)]
pub struct Beginning<'a> {
    /// What it is called.
    pub name: &'a str,
    /// What is known about it.
    pub attributes: &'a Attributes,
    /// The trace that it begins in.
    pub context: &'a PropagationContext,
}

/// Asks the application how likely a root is recorded.
pub type AskSampler = Rc<dyn Fn(&Beginning<'_>) -> Sampler>;

/// What `init` says about the roots of routes.
#[derive(Clone)]
pub struct RouteOptions {
    /// How long they wait.
    pub timeouts: Timeouts,
    /// Whether a move that nobody asked for belongs to the root before it.
    pub detects_redirects: bool,
    /// `tracesSampler`, if there is one.
    pub sampler: Option<AskSampler>,
}

impl Default for RouteOptions {
    fn default() -> RouteOptions {
        RouteOptions { timeouts: Timeouts::default(), detects_redirects: true, sampler: None }
    }
}

impl std::fmt::Debug for RouteOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RouteOptions")
    }
}

/// Where a page is.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// Its address.
    pub href: String,
    /// What events say about it.
    pub page: envelope::Page,
}

/// Why a navigation begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// The page has moved, by the History API or by going back or forth.
    Within,
    /// The page has returned from the back/forward cache.
    Restored,
}

/// The root of a route that is under way.
#[derive(Debug)]
struct Under {
    key: SpanKey,
    href: String,
    is_navigation: bool,
    /// The route that it was named after, as it was given, although its address does not look like it; and what it was called
    /// before.
    foreign: Option<(String, String, String)>,
}

/// A root that has begun.
#[derive(Debug)]
struct Begun {
    key: SpanKey,
    link: Link,
    is_navigation: bool,
    began: Timestamp,
    /// Nothing while it is under way.
    ended: Option<Timestamp>,
}

/// So many roots are known: what happened may be told long after.
const MAX_KNOWN: usize = 10;

/// The roots of the routes of a page.
pub struct Routes {
    options: RouteOptions,
    scopes: StackScopes,
    /// Where the page is; while it moves, where it was before.
    place: Box<dyn Fn() -> Place>,
    under: RefCell<Option<Under>>,
    /// A route whose root has not begun yet, as it was given.
    pending: RefCell<Option<String>>,
    /// Whether a route fits an address, once a route was named: where nobody names any, that code is not in the module.
    fits: Cell<fn(&str, &str) -> bool>,
    /// Those that began last, the latest at the end.
    known: RefCell<Vec<Begun>>,
    /// When somebody clicked or pressed a key last.
    interacted: Cell<Timestamp>,
}

impl std::fmt::Debug for Routes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Routes").field(&self.under).finish()
    }
}

impl Routes {
    /// No root yet. `place` says where the page is; while it is told of a move, where it was before.
    pub fn new(options: RouteOptions, scopes: &StackScopes, place: impl Fn() -> Place + 'static) -> Routes {
        Routes {
            options,
            scopes: scopes.clone(),
            place: Box::new(place),
            under: RefCell::default(),
            pending: RefCell::default(),
            fits: Cell::new(|_, _| false),
            known: RefCell::default(),
            interacted: Cell::new(Timestamp::EPOCH),
        }
    }

    /// Begins the root of the page load, in the trace of the page, which holds from now on. `began`: when the page did.
    /// `allowed`: whether it may end by itself already, see [`Sdk::allow_idle_finish`].
    pub fn load(&self, sdk: &Sdk, place: Place, trace: PageTrace, began: Option<Timestamp>, allowed: bool) {
        let links = trace.stale.and_then(|(_, link)| link).into_iter().collect();
        let mut attributes = Attributes::default();
        attributes.set_string(attribute::OP, "pageload");
        attributes.set_string(attribute::ORIGIN, "auto.pageload.browser");
        self.begin(sdk, place, trace.context, attributes, links, began, allowed);
    }

    /// The page has moved: begins the root of a navigation, in a trace of its own. One that nobody asked for belongs to the
    /// root that is under way.
    pub fn navigate(&self, sdk: &Sdk, to: Place, by: Move) {
        let mut attributes = Attributes::default();
        if by == Move::Within && self.options.detects_redirects && self.redirect(sdk, &to) {
            return;
        }
        attributes.set_string(attribute::OP, "navigation");
        attributes.set_string(
            attribute::ORIGIN,
            if by == Move::Restored { "auto.navigation.browser.bfcache" } else { "auto.navigation.browser" },
        );
        if by == Move::Restored {
            attributes.set_string("browser.navigation.type", "back-forward-cache");
        }
        self.interacted.set(Timestamp::EPOCH);
        self.give_name_back(sdk, &to.href);
        sdk.cut_idle_root(FinishReason::Cancelled);
        // A trace of its own.
        let context = sdk.receive_page([""; 4]);
        self.begin(sdk, to, context, attributes, Vec::new(), None, true);
    }

    /// Names the root that is under way after a route; or, if the page is only about to move there, the next one.
    pub fn name(&self, sdk: &Sdk, route: &str) {
        if route.is_empty() {
            return;
        }
        self.fits.set(route::fits);
        let under =
            cell::read(&self.under, |under| under.as_ref().map(|under| (under.key, under.href.clone())));
        let Some((key, href)) = under else {
            cell::put(&self.pending, Some(text::owned(route)));
            return;
        };
        // What the page has called it stays.
        let Some((name, source)) = sdk.name(key).filter(|(_, source)| source != "custom") else { return };
        sdk.set_name_from(key, &named(sdk, route), "route");
        let fits = route::fits(route, &href);
        cell::change(&self.under, |under| {
            let Some(under) = under else { return };
            // The first name is the one to go back to.
            let before = under.foreign.take().map_or((name, source), |(_, name, source)| (name, source));
            under.foreign = (!fits).then(|| (text::owned(route), before.0, before.1));
        });
    }

    /// Somebody has clicked, or pressed a key.
    pub fn interact(&self, sdk: &Sdk) {
        self.interacted.set(sdk.now());
    }

    /// The root that is under way, if it has not ended.
    pub fn under_way(&self) -> Option<SpanKey> {
        cell::read(&self.under, |under| under.as_ref().map(|under| under.key))
    }

    /// Whether a root is that of the page load; `None` for what is no root of a route.
    pub fn is_page_load(&self, root: SpanKey) -> Option<bool> {
        cell::read(&self.known, |known| {
            known.iter().find(|begun| begun.key == root).map(|begun| !begun.is_navigation)
        })
    }

    /// The root that was under way at a time, if there was one.
    pub fn at(&self, time: Timestamp) -> Option<SpanKey> {
        cell::read(&self.known, |known| {
            let last = known.iter().rev().find(|begun| begun.began <= time)?;
            Some(last.key).filter(|_| last.ended.is_none_or(|ended| time <= ended))
        })
    }

    /// The root that began last.
    pub fn latest(&self) -> Option<SpanKey> {
        cell::read(&self.known, |known| known.last().map(|begun| begun.key))
    }

    /// A router may say where the page goes before it moves: then the root that was under way was named by mistake.
    fn give_name_back(&self, sdk: &Sdk, to: &str) {
        let foreign = cell::change(&self.under, |under| {
            under.as_mut().and_then(|under| Some((under.key, under.foreign.take()?)))
        });
        if let Some((key, (route, name, source))) = foreign
            && self.fits.get()(&route, to)
        {
            sdk.set_name_from(key, &name, &source);
            cell::put(&self.pending, Some(route));
        }
    }

    /// Whether a move was a redirect, which is then a child of the root that is under way.
    fn redirect(&self, sdk: &Sdk, to: &Place) -> bool {
        let Some(root) = self.under_way() else { return false };
        let now = sdk.now();
        if !sdk.start_of(root).is_some_and(|began| route::is_redirect(began, self.interacted.get(), now)) {
            return false;
        }
        let mut attributes = Attributes::default();
        attributes.set_string(attribute::OP, "navigation.redirect");
        attributes.set_string(attribute::ORIGIN, "auto.navigation.browser");
        let name = describe(sdk, &to.href, &mut attributes);
        let span = StartSpan { name: &name, attributes, parent: Parent::Span(root), ..StartSpan::default() };
        if let Some(key) = sdk.start_span(span).and_then(|started| started.key) {
            sdk.end_span(key, sdk.start_of(key));
        }
        cell::change(&self.under, |under| {
            if let Some(under) = under {
                under.href.clone_from(&to.href);
                // The router said where the page was about to be redirected to.
                under.foreign.take_if(|(route, ..)| self.fits.get()(route, &to.href));
            }
        });
        true
    }

    #[allow(clippy::too_many_arguments, reason = "what a page load and a navigation have in common")]
    fn begin(
        &self,
        sdk: &Sdk,
        place: Place,
        context: PropagationContext,
        mut attributes: Attributes,
        mut links: Vec<Link>,
        began: Option<Timestamp>,
        allowed: bool,
    ) {
        self.scopes.set_page_context(context.clone());
        sdk.set_page(place.page);
        // Where no span is recorded the page has a trace, and no root.
        if !sdk.records_spans() {
            return;
        }
        let path = describe(sdk, &place.href, &mut attributes);
        let route = cell::put(&self.pending, None).filter(|route| self.fits.get()(route, &place.href));
        attributes.set_string(attribute::NAME_SOURCE, if route.is_some() { "route" } else { "url" });
        self.link_previous(sdk, &context, &mut attributes, &mut links);
        let name = route.map_or(path, |route| named(sdk, &route));
        let ask = self.options.sampler.as_ref();
        let sampler = ask.map_or(Sampler::NotAsked, |ask| {
            ask(&Beginning { name: &name, attributes: &attributes, context: &context })
        });
        let is_navigation = attributes.text(attribute::OP) == Some("navigation");
        let waiting = Waiting { timeouts: self.options.timeouts, allowed, untrimmed: false };
        let started = sdk.start_span(StartSpan {
            name: &name,
            attributes,
            links,
            start: began,
            idle: Some(waiting),
            sampler,
            context: Some(&context),
            ..StartSpan::default()
        });
        let Some((started, key)) = started.and_then(|started| Some((started, started.key?))) else { return };
        let link = Link::to(started.trace_id, started.span_id, started.sampled);
        let began = began.unwrap_or_else(|| sdk.now());
        cell::change(&self.known, |known| {
            let surplus = known.len().saturating_sub(MAX_KNOWN - 1);
            known.drain(..surplus);
            known.push(Begun { key, link, is_navigation, began, ended: None });
        });
        cell::put(&self.under, Some(Under { key, href: place.href, is_navigation, foreign: None }));
        self.scopes.set_page_active(Some(key));
    }

    /// Links a root to the one before it, unless both are of one trace.
    fn link_previous(
        &self,
        sdk: &Sdk,
        context: &PropagationContext,
        attributes: &mut Attributes,
        links: &mut Vec<Link>,
    ) {
        let last =
            cell::read(&self.known, |known| known.last().map(|begun| (begun.link.clone(), begun.began)));
        let Some((mut link, began)) = last else { return };
        if link.trace_id == context.trace_id || sdk.now().millis_since(began) > MAX_LINKED_AGE {
            return;
        }
        let flag = if link.sampled == Some(true) { "1" } else { "0" };
        let said = text::concat(&[&link.trace_id.hex(), "-", &link.span_id.hex(), "-", flag]);
        attributes.set("sentry.previous_trace", Json::string(&said));
        link.attributes.set_string("sentry.link.type", "previous_trace");
        links.push(link);
    }
}

impl Events for Routes {
    fn ended(&self, sdk: &Sdk, key: SpanKey) {
        let now = sdk.now();
        cell::change(&self.known, |known| {
            if let Some(begun) = known.iter_mut().find(|begun| begun.key == key) {
                begun.ended = Some(now);
            }
        });
        let ended = cell::change(&self.under, |under| under.take_if(|under| under.key == key));
        // A page may move on while its root is under way: its event comes from where the page is in the end.
        if ended.is_some_and(|under| under.is_navigation) {
            sdk.set_page((self.place)().page);
        }
    }
}

/// What a root is called after a route: whoever says it may have taken it from an address, with the secrets that a path may
/// hold.
fn named(sdk: &Sdk, route: &str) -> String {
    let mut out = String::new();
    write_path(&mut out, &route::normalized(route), &sdk.sensitive_params());
    out
}

/// What is known of an address, and its path.
fn describe(sdk: &Sdk, href: &str, attributes: &mut Attributes) -> String {
    let sensitive = sdk.sensitive_params();
    let path = route::path_of(href, &sensitive);
    attributes.set_string("url.path", &path);
    let full = recordable(href, &sensitive);
    if !full.is_empty() {
        attributes.set_string("url.full", &full);
    }
    path
}
