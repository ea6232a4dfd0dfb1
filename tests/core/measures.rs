//! What the browser measured, as spans of a root that is about to end; and that the host is asked for it whatever
//! ends the root.

use std::rc::Rc;

use serde_json::{Value, json};
use throughline::app::attributes::{Attributes, attribute};
use throughline::app::entry::FIELDS;
use throughline::app::idle::Waiting;
use throughline::app::sdk::Sdk;
use throughline::app::span_key::SpanKey;
use throughline::app::start_span::StartSpan;
use throughline::codec::time::Timestamp;
use throughline::decide::idle::Timeouts;

use crate::envelope::{Envelope, since_noon};
use crate::fake_host::{NOON, Page, named};

const PAGE: &str = "https://shop.test/app";

/// Ends a root in one of the ways that there are.
type End = fn(&Page, SpanKey);

/// An entry with these fields: numbers in the browser's milliseconds, texts in quotation marks.
fn line(kind: &str, name: &str, fields: &[(&str, &str)]) -> String {
    let mut cells = vec![kind.to_owned(), name.to_owned()];
    for field in FIELDS {
        let given = fields.iter().find(|(known, _)| known == &field).map_or("", |(_, value)| value);
        let text = given.starts_with('"') || given.parse::<i64>().is_err();
        cells.push(if text { given.to_owned() } else { format!("{given}000") });
    }
    cells.join("\t")
}

/// Begins a root of this operation at noon, when the page is a second old.
pub fn root(page: &Page, op: &str) -> SpanKey {
    let mut attributes = Attributes::default();
    attributes.set_string(attribute::OP, op);
    page.idle(
        StartSpan { attributes, ..named("/app") },
        Waiting { timeouts: Timeouts::default(), allowed: true, untrimmed: false },
    )
}

fn origin() -> Timestamp {
    Timestamp::from_micros(NOON - 1_000_000)
}

/// The page measures these lines before its root ends.
pub fn measures(page: &Page, lines: &str, ignored: &str) {
    let (lines, ignored) = (lines.to_owned(), ignored.to_owned());
    let act = move |sdk: &Sdk, root: SpanKey| sdk.add_entries(root, &lines, PAGE, origin(), &ignored);
    page.world.at_ending.replace(Some(Rc::new(act)));
}

/// The transaction of a root of this operation that measured these lines.
fn measured(op: &str, lines: &[String], ignored: &str) -> Envelope {
    let page = Page::with_rate("1");
    let root = root(&page, op);
    measures(&page, &lines.join("\n"), ignored);
    page.end(root);
    page.only_envelope()
}

/// Operation, name, begin and end of each child, in milliseconds of the page.
fn spans(envelope: &Envelope) -> Vec<(String, String, i64, i64)> {
    let text = |span: &Value, name: &str| span[name].as_str().unwrap().to_owned();
    let millis = |time: &Value| (since_noon(time) * 1000.0).round() as i64 + 1000;
    let read = |span: &Value| {
        let (start, end) = (millis(&span["start_timestamp"]), millis(&span["timestamp"]));
        (text(span, "op"), text(span, "description"), start, end)
    };
    envelope.event["spans"].as_array().unwrap().iter().map(read).collect()
}

#[test]
fn the_host_is_asked_once_whatever_ends_the_root() {
    let ways: [(&str, End); 6] = [
        ("its timeout", |page, _| page.advance(1000)),
        ("the page", |page, root| page.end(root)),
        ("the page, at a time", |page, root| page.sdk.end_span(root, Some(Timestamp::from_micros(NOON + 1)))),
        ("hiding", |page, _| page.sdk.hide()),
        ("leaving", |page, _| page.sdk.leave_page()),
        ("the next one", |page, _| {
            root(page, "navigation");
        }),
    ];
    for (said, end) in ways {
        let page = Page::with_rate("1");
        let key = root(&page, "pageload");
        measures(&page, &line("paint", "first-paint", &[("startTime", "300")]), "");
        end(&page, key);
        assert_eq!(*page.world.endings.borrow(), [key], "{said}");
        assert_eq!(page.only_envelope().children(), ["first-paint"], "{said}");
        page.end(key);
        assert_eq!(page.world.endings.borrow().len(), 1, "{said}");
    }
}

#[test]
fn the_host_is_not_asked_about_other_roots_nor_where_nothing_is_recorded() {
    let page = Page::with_rate("1");
    let idle = root(&page, "pageload");
    let other = page.root("other");
    page.end(other);
    assert!(page.world.endings.borrow().is_empty());
    page.end(idle);
    let unsampled = Page::with_rate("0");
    let key = root(&unsampled, "pageload");
    unsampled.end(key);
    assert!(unsampled.world.endings.borrow().is_empty());
}

#[test]
fn a_host_that_ends_the_root_when_asked_is_not_asked_again() {
    let page = Page::with_rate("1");
    let key = root(&page, "pageload");
    page.world.at_ending.replace(Some(Rc::new(|sdk: &Sdk, root| sdk.end_span(root, None))));
    page.advance(1000);
    assert_eq!(*page.world.endings.borrow(), [key]);
    assert_eq!(page.sent(), 1);
}

#[test]
fn a_root_that_goes_on_after_all_is_asked_about_again() {
    let page = Page::with_rate("1");
    let key = root(&page, "pageload");
    let begin = |sdk: &Sdk, _| {
        sdk.start_span(StartSpan { parent: sdk.active_parent(), ..named("listener") });
    };
    page.world.at_ending.replace(Some(Rc::new(begin)));
    page.advance(1000);
    assert_eq!(page.sent(), 0);
    page.world.at_ending.replace(None);
    page.end(key);
    assert_eq!(*page.world.endings.borrow(), [key, key]);
}

#[test]
fn the_load_of_the_page_has_its_phases() {
    let load = [
        ("startTime", "0"),
        ("unloadEventStart", "1"),
        ("unloadEventEnd", "2"),
        ("redirectStart", "3"),
        ("redirectEnd", "4"),
        ("redirectCount", "2"),
        ("fetchStart", "5"),
        ("domainLookupStart", "6"),
        ("domainLookupEnd", "7"),
        ("connectStart", "8"),
        ("secureConnectionStart", "9"),
        ("connectEnd", "10"),
        ("requestStart", "11"),
        ("responseStart", "12"),
        ("responseEnd", "13"),
        ("domContentLoadedEventStart", "14"),
        ("domContentLoadedEventEnd", "15"),
        ("loadEventStart", "16"),
        ("loadEventEnd", "0"),
    ];
    let envelope = measured("pageload", &[line("navigation", "https://shop.test/app?token=1", &load)], "");
    let expected = [
        ("browser.unload_event", 1, 2),
        ("browser.redirect", 3, 4),
        ("browser.cache", 5, 6),
        ("browser.dns", 6, 7),
        ("browser.connect", 8, 10),
        ("browser.tls_ssl", 9, 10),
        ("browser.request", 11, 13),
        ("browser.response", 12, 13),
        ("browser.dom_content_loaded_event", 14, 15),
    ];
    let url = "https://shop.test/app?token=[Filtered]";
    let expected = expected.map(|(op, start, end)| (op.to_owned(), url.to_owned(), start, end));
    assert_eq!(spans(&envelope), expected);
    assert_eq!(envelope.event["spans"][1]["data"]["http.redirect_count"], 2);
    assert_eq!(envelope.event["spans"][0]["data"]["url.full"], url);
    // It began before the root, which then begins with it.
    assert_eq!(since_noon(&envelope.event["start_timestamp"]), -0.999);
}

#[test]
fn resources_say_what_the_browser_knows_of_them() {
    let image = [
        ("startTime", "100"),
        ("duration", "50"),
        ("initiatorType", "\"img"),
        ("redirectStart", "0"),
        ("requestStart", "120"),
        ("responseStart", "130"),
        ("responseStatus", "200"),
        ("transferSize", "2147483647"),
        ("encodedBodySize", "7"),
        ("deliveryType", "\""),
        ("nextHopProtocol", "\"h2"),
    ];
    let lines = [
        line("resource", "https://u:p@shop.test:8443/a.png?key=1#f", &image),
        line("resource", "https://shop.test/b.png?x=1", &[("startTime", "200"), ("duration", "-7")]),
        line("resource", "https://shop.test/c", &[("startTime", "300"), ("initiatorType", "\"fetch")]),
        line(
            "resource",
            "https://shop.test/d",
            &[("startTime", "300"), ("initiatorType", "\"xmlhttprequest")],
        ),
        line("resource", "https://shop.test/e", &[("startTime", "300"), ("initiatorType", "\"css")]),
        line("resource", "no url", &[("startTime", "400")]),
    ];
    let envelope = measured("pageload", &lines, "resource.link\tresource.css");
    let name = "https://shop.test:8443/a.png?key=[Filtered]#f";
    let expected = [
        ("resource.img", name, 100, 150),
        ("resource.other", "/b.png?x=1", 200, 200),
        ("resource.other", "no url", 400, 400),
    ];
    let expected = expected.map(|(op, name, start, end)| (op.to_owned(), name.to_owned(), start, end));
    assert_eq!(spans(&envelope), expected);
    assert_eq!(
        envelope.event["spans"][0]["data"],
        json!({
            "sentry.op": "resource.img",
            "sentry.origin": "auto.resource.browser.metrics",
            "url.scheme": "https",
            "server.address": "shop.test:8443",
            "url.domain": "shop.test",
            "url.full": name,
            "http.request.same_origin": false,
            "http.response.status_code": 200,
            "http.response.body.size": 7,
            "http.response_delivery_type": "",
            "http.request.redirect_start": 0,
            "http.request.request_start": 1_709_294_399.12,
            "http.request.response_start": 1_709_294_399.13,
            "http.request.time_to_first_byte": 0.13,
            "network.protocol.name": "http",
            "network.protocol.version": "2",
        })
    );
}

#[test]
fn in_stream_mode_names_group_spans() {
    let page = Page::streaming("1");
    let root = root(&page, "pageload");
    let lines = [
        line("navigation", PAGE, &[("startTime", "0"), ("connectStart", "1"), ("connectEnd", "2")]),
        line("resource", "https://cdn.test/a?x=1", &[("startTime", "3")]),
        line("resource", "data:,x", &[("startTime", "4")]),
        line("device", "", &[("effectiveType", "\"4g"), ("rtt", "50"), ("deviceMemory", "8")]),
    ];
    measures(&page, &lines.join("\n"), "");
    page.end(root);
    page.sdk.flush_spans();
    let envelope = page.only_envelope();
    let names: Vec<_> =
        envelope.items().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names, ["Connect", "cdn.test", "Resource", "/app"]);
    let attributes = &envelope.items()[3]["attributes"];
    assert_eq!(attributes["network.connection.effective_type"]["value"], "4g");
    assert_eq!(attributes["network.connection.rtt"]["value"], 50);
    assert_eq!(attributes["device.memory.estimated_capacity"]["value"], 8);
}

#[test]
fn a_request_says_how_it_went() {
    let page = Page::with_rate("1");
    let key = page.root("GET /api");
    let fields = [
        ("startTime", "200"),
        ("fetchStart", "250"),
        ("redirectStart", "0"),
        ("responseStart", "1500"),
        ("nextHopProtocol", "\"h2"),
    ];
    page.sdk.add_entries(key, &line("request", "https://shop.test/api", &fields), PAGE, origin(), "");
    page.end(key);
    let envelope = page.only_envelope();
    assert_eq!(envelope.children(), Vec::<String>::new());
    let data = &envelope.trace()["data"];
    assert_eq!(since_noon(&data["http.request.fetch_start"]), -0.75);
    assert_eq!(data["http.request.redirect_start"], 0);
    assert_eq!(data["http.request.time_to_first_byte"], 1.5);
    assert_eq!(data["network.protocol.name"], "http");
    assert_eq!(data["network.protocol.version"], "2");
}

#[test]
fn a_root_says_what_device_it_ran_on() {
    let device = line(
        "device",
        "",
        &[
            ("effectiveType", "\"4g"),
            ("type", "\"wifi"),
            ("rtt", "50"),
            ("deviceMemory", "8"),
            ("hardwareConcurrency", "4"),
        ],
    );
    let envelope = measured("pageload", std::slice::from_ref(&device), "");
    let data = &envelope.trace()["data"];
    assert_eq!(data["effectiveConnectionType"], "4g");
    assert_eq!(data["connectionType"], "wifi");
    assert_eq!(data["deviceMemory"], "8 GB");
    assert_eq!(data["hardwareConcurrency"], "4");
    let round_trip = json!({ "value": 50, "unit": "millisecond" });
    assert_eq!(envelope.event["measurements"]["connection.rtt"], round_trip);
    let navigation = measured("navigation", &[device], "");
    assert_eq!(navigation.trace()["data"]["connectionType"], "wifi");
    assert_eq!(navigation.event["measurements"], Value::Null);
    let silent = measured("pageload", &[line("device", "", &[])], "");
    assert_eq!(silent.trace()["data"]["deviceMemory"], Value::Null);
}

#[test]
fn a_navigation_has_nothing_of_the_page_before() {
    let paint = |start| line("paint", start, &[("startTime", start)]);
    let envelope = measured("navigation", &[paint("999"), paint("1000"), paint("1001")], "");
    // What began after the root ended is left out too.
    assert_eq!(envelope.children(), ["1000"]);
}

#[test]
fn marks_and_measures_do_not_begin_before_the_page_was_asked_for() {
    let timed = |kind: &str, name: &str, start: &str, duration: &str| {
        line(kind, name, &[("startTime", start), ("duration", duration), ("requestStart", "100")])
    };
    let lines = [
        timed("mark", "before", "50", "0"),
        timed("measure", "across", "50", "100"),
        timed("mark", "after", "150", "0") + "\tsentry.browser.measure.detail\t\"why\"\todd",
    ];
    let envelope = measured("pageload", &lines, "");
    let spans = spans(&envelope);
    assert_eq!(spans[0], ("measure".to_owned(), "across".to_owned(), 100, 150));
    assert_eq!(spans[1], ("mark".to_owned(), "after".to_owned(), 150, 150));
    assert_eq!(spans.len(), 2);
    let data = |index: usize| &envelope.event["spans"][index]["data"];
    assert_eq!(data(0)["sentry.origin"], "auto.browser.user_timing.measure");
    assert_eq!(data(0)["sentry.browser.measure_happened_before_request"], true);
    assert_eq!(data(0)["sentry.browser.measure_start_time"], 1_709_294_399.1);
    assert_eq!(data(1)["sentry.browser.measure.detail"], "why");
}

#[test]
fn a_root_that_is_full_counts_what_it_cannot_take() {
    let page = Page::with_rate("1");
    let root = root(&page, "pageload");
    for _ in 0..1000 {
        let child = page.child(root, "child");
        page.end(child);
    }
    let paint = line("paint", "first-paint", &[("startTime", "1")]);
    measures(&page, &vec![paint; 20].join("\n"), "");
    page.end(root);
    let envelope = page.only_envelope();
    assert_eq!(envelope.children().len(), 1000);
    assert_eq!(page.losses(), [("buffer_overflow/span".to_owned(), 20)]);
}
