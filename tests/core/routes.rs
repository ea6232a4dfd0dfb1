//! The roots of routes: page loads and navigations, their traces and links. What routes name them is in `route_names.rs`.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::{Value, json};
use throughline::app::envelope;
use throughline::app::listeners::Listening;
use throughline::app::page_trace::Brought;
use throughline::app::routes::{Beginning, Move, Place, RouteOptions, Routes};
use throughline::app::span_key::SpanKey;
use throughline::codec::fraction::Fraction;
use throughline::codec::time::Timestamp;
use throughline::decide::sampling::Sampler;
use throughline::decide::stale::Arrival;

use crate::fake_host::{NOON, Page, named};

const TRACE: &str = "771a43a4192642f0b136d5159a501700";
const PARENT: &str = "b0e6f15b45c36b12";

/// A page with an address.
pub struct Visit {
    pub page: Page,
    pub routes: Rc<Routes>,
    at: Rc<RefCell<String>>,
    _listening: Listening,
}

pub fn place(path: &str) -> Place {
    let href = format!("https://shop.test{path}");
    Place { page: envelope::Page { url: href.clone(), ..envelope::Page::default() }, href }
}

impl Visit {
    pub fn begun(rate: &str, options: RouteOptions, path: &str, brought: &Brought) -> Visit {
        let page = Page::with_rate(rate);
        let at = Rc::new(RefCell::new(path.to_owned()));
        let somewhere = Rc::clone(&at);
        let routes = Rc::new(Routes::new(options, &page.scopes, move || place(&somewhere.borrow())));
        let listening = page.listeners.add(Rc::<Routes>::clone(&routes));
        let trace = page.sdk.begin_page(brought);
        routes.load(&page.sdk, place(path), trace, Some(Timestamp::from_micros(NOON - 200_000)), true);
        Visit { page, routes, at, _listening: listening }
    }

    pub fn new(path: &str) -> Visit {
        Visit::begun("1", RouteOptions::default(), path, &Brought::default())
    }

    /// Somebody clicks, and the page moves.
    pub fn go(&self, path: &str) {
        self.routes.interact(&self.page.sdk);
        self.slip(path);
    }

    /// The page moves by itself. Who ends because of that is told where it was.
    pub fn slip(&self, path: &str) {
        self.routes.navigate(&self.page.sdk, place(path), Move::Within);
        self.at.replace(path.to_owned());
    }

    pub fn name(&self, route: &str) {
        self.routes.name(&self.page.sdk, route);
    }

    pub fn under(&self) -> SpanKey {
        self.routes.under_way().expect("a root")
    }

    /// Waits until the root has ended.
    pub fn settle(&self) {
        self.page.advance(60_000);
    }

    /// Of each transaction its name, where that comes from, its operation and the address of its page.
    pub fn all(&self) -> Vec<[String; 4]> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let of = |index: usize| {
            let event = self.page.envelope(index).event;
            let url = text(&event["request"]["url"]).replace("https://shop.test", "");
            let source = text(&event["transaction_info"]["source"]);
            [text(&event["transaction"]), source, text(&event["contexts"]["trace"]["op"]), url]
        };
        (0..self.page.sent()).map(of).collect()
    }
}

pub fn row(name: &str, source: &str, op: &str, url: &str) -> [String; 4] {
    [name, source, op, url].map(str::to_owned)
}

fn brought(decision: &str, arrival: Option<Arrival>) -> Brought {
    Brought {
        sentry_trace: format!("{TRACE}-{PARENT}{decision}"),
        baggage: format!("sentry-trace_id={TRACE},sentry-sample_rand=0.25,sentry-sample_rate=0.5"),
        arrival,
        ..Brought::default()
    }
}

#[test]
fn a_page_load_is_called_after_its_path_and_begins_with_the_page() {
    let visit = Visit::new("/cart;sid=1?token=2#x");
    let json = visit.page.json(visit.under());
    assert_eq!(json["start_timestamp"].as_f64(), Some(NOON as f64 / 1e6 - 0.2));
    visit.settle();
    let event = visit.page.only_envelope().event;
    assert_eq!(event["transaction"], "/cart;sid=[Filtered]");
    let data = &event["contexts"]["trace"]["data"];
    for (name, value) in [
        ("sentry.op", "pageload"),
        ("sentry.origin", "auto.pageload.browser"),
        ("sentry.segment.name.source", "url"),
        ("url.path", "/cart;sid=[Filtered]"),
        ("url.full", "https://shop.test/cart;sid=[Filtered]?token=[Filtered]#x"),
        ("sentry.idle_span_finish_reason", "idleTimeout"),
    ] {
        assert_eq!(data[name], value, "{name}");
    }
}

#[test]
fn the_trace_of_the_page_load_holds_after_it() {
    let visit = Visit::begun("1", RouteOptions::default(), "/", &brought("-1", None));
    let child = visit.page.start_active(named("child"));
    visit.page.end(child.key.unwrap());
    visit.settle();
    let event = visit.page.only_envelope().event;
    assert_eq!(event["contexts"]["trace"]["trace_id"], TRACE);
    assert_eq!(event["contexts"]["trace"]["parent_span_id"], PARENT);
    assert_eq!(event["spans"][0]["trace_id"], TRACE);
    let headers = visit.page.headers(None);
    assert_eq!((headers.trace_id.hex().as_str(), headers.sampled), (TRACE, Some(true)));
    assert!(headers.baggage.is_some_and(|baggage| baggage.contains("sentry-sample_rand=0.25")));
}

#[test]
fn stale_html_is_linked_and_not_continued() {
    let old = Arrival { asked: Timestamp::from_micros(NOON), ..Arrival::default() };
    let old = Arrival { begun: Some(Timestamp::from_micros(NOON - 600_000_000)), ..old };
    for (decision, arrival, linked) in [
        ("-1", Some(old), Some(true)),
        ("-0", Some(Arrival { cached: true, ..Arrival::default() }), Some(false)),
        ("", Some(Arrival { continued_before: true, ..Arrival::default() }), Some(false)),
        ("-1", Some(Arrival::default()), None),
        ("-1", None, None),
    ] {
        let visit = Visit::begun("1", RouteOptions::default(), "/", &brought(decision, arrival));
        visit.settle();
        let event = visit.page.only_envelope().event;
        let trace = &event["contexts"]["trace"];
        assert_eq!(trace["trace_id"] == TRACE, linked.is_none());
        let link = linked.map(|sampled| {
            json!([{ "trace_id": TRACE, "span_id": PARENT, "sampled": sampled,
                "attributes": { "sentry.link.type": "stale_trace" } }])
        });
        assert_eq!(trace.get("links"), link.as_ref());
        let dsc = &visit.page.only_envelope().header["trace"];
        assert_eq!(dsc["sample_rand"] == "0.25", linked.is_none(), "{dsc}");
    }
}

#[test]
fn without_spans_the_page_has_its_trace_and_no_root() {
    for (brought, continued) in [(brought("-1", None), true), (Brought::default(), false)] {
        let visit = Visit::begun("off", RouteOptions::default(), "/", &brought);
        assert_eq!(visit.routes.under_way(), None);
        let (one, two) = (visit.page.headers(None), visit.page.headers(None));
        assert_eq!(one.trace_id.hex() == TRACE, continued);
        assert_eq!(one.span_id, two.span_id, "one id stands in for the page");
        visit.go("/next");
        assert_ne!(visit.page.headers(None).trace_id, one.trace_id);
        visit.settle();
        assert_eq!(visit.page.sent(), 0);
    }
}

#[test]
fn a_navigation_ends_the_root_before_it_and_is_linked_to_it() {
    let visit = Visit::new("/");
    let load = visit.page.json(visit.under());
    visit.page.advance(300);
    visit.go("/cart");
    visit.settle();
    assert_eq!(visit.all(), [row("/", "url", "pageload", "/"), row("/cart", "url", "navigation", "/cart")]);
    let [first, second] = [0, 1].map(|index| visit.page.envelope(index).event["contexts"]["trace"].clone());
    assert_eq!(first["data"]["sentry.idle_span_finish_reason"], "cancelled");
    assert_ne!(first["trace_id"], second["trace_id"]);
    assert_eq!(second.get("parent_span_id"), None);
    assert_eq!(second["data"]["sentry.origin"], "auto.navigation.browser");
    let link = &second["links"][0];
    assert_eq!((&link["trace_id"], &link["span_id"]), (&load["trace_id"], &load["span_id"]));
    assert_eq!(link["attributes"]["sentry.link.type"], "previous_trace");
    let previous = format!("{}-{}-1", load["trace_id"].as_str().unwrap(), load["span_id"].as_str().unwrap());
    assert_eq!(second["data"]["sentry.previous_trace"], previous);
}

#[test]
fn the_event_of_a_navigation_comes_from_where_the_page_is_in_the_end() {
    let visit = Visit::new("/");
    visit.go("/a");
    visit.page.advance(700);
    // A redirect, so that the root goes on.
    visit.slip("/a/b");
    visit.settle();
    assert_eq!(visit.all()[1], row("/a", "url", "navigation", "/a/b"));
}

#[test]
fn a_move_that_nobody_asked_for_is_a_redirect_of_the_root_before() {
    let visit = Visit::new("/");
    visit.page.advance(500);
    visit.slip("/login?next=1");
    visit.name("/login");
    visit.settle();
    let event = visit.page.only_envelope().event;
    assert_eq!(event["transaction"], "/login");
    let redirect = &event["spans"][0];
    assert_eq!(
        (redirect["op"].as_str(), redirect["description"].as_str()),
        (Some("navigation.redirect"), Some("/login"))
    );
    assert_eq!(redirect["start_timestamp"], redirect["timestamp"]);
    assert_eq!(redirect["data"]["url.full"], "https://shop.test/login?next=1");

    let options = RouteOptions { detects_redirects: false, ..RouteOptions::default() };
    let visit = Visit::begun("1", options, "/", &Brought::default());
    visit.slip("/login");
    visit.settle();
    assert_eq!(visit.page.sent(), 2);
}

#[test]
fn a_page_that_returns_from_the_cache_begins_a_navigation_whatever_was_before() {
    let visit = Visit::new("/");
    visit.routes.navigate(&visit.page.sdk, place("/"), Move::Restored);
    visit.settle();
    let data = &visit.page.envelope(1).event["contexts"]["trace"]["data"];
    assert_eq!(data["browser.navigation.type"], "back-forward-cache");
    assert_eq!(data["sentry.origin"], "auto.navigation.browser.bfcache");
}

#[test]
fn the_sampler_is_asked_about_roots_of_routes() {
    let asked = Rc::new(RefCell::new(Vec::new()));
    let asks = Rc::clone(&asked);
    let sampler = move |root: &Beginning<'_>| {
        let op = root.attributes.text("sentry.op").map(str::to_owned);
        asks.borrow_mut().push((root.name.to_owned(), op, root.context.sampled));
        Sampler::Answered(Some(if root.name == "/" { Fraction::ONE } else { Fraction::ZERO }))
    };
    let options = RouteOptions { sampler: Some(Rc::new(sampler)), ..RouteOptions::default() };
    let visit = Visit::begun("0", options, "/", &brought("-0", None));
    visit.go("/cart");
    visit.settle();
    assert_eq!(visit.page.sent(), 1);
    let op = |name: &str| Some(name.to_owned());
    assert_eq!(
        asked.take(),
        [("/".to_owned(), op("pageload"), Some(false)), ("/cart".to_owned(), op("navigation"), None)]
    );
}

#[test]
fn a_root_that_is_not_recorded_is_under_way_all_the_same() {
    let visit = Visit::begun("0", RouteOptions::default(), "/", &Brought::default());
    let trace = visit.page.headers(None).trace_id;
    visit.page.advance(100);
    visit.slip("/login");
    assert_eq!(visit.page.headers(None).trace_id, trace, "a redirect");
    visit.go("/cart");
    assert_ne!(visit.page.headers(None).trace_id, trace);
    assert_eq!(visit.page.headers(visit.page.active()).sampled, Some(false));
}

#[test]
fn requests_of_the_page_are_children_of_its_load() {
    let visit = Visit::new("/");
    let request = visit.page.request(&crate::fake_host::get("https://shop.test/api"));
    visit.page.advance(5000);
    assert_eq!(visit.page.sent(), 0, "it waits");
    visit.page.sdk.end_request(request, Some(200), None);
    visit.settle();
    let event = visit.page.only_envelope().event;
    assert_eq!(event["spans"][0]["parent_span_id"], event["contexts"]["trace"]["span_id"]);
}
