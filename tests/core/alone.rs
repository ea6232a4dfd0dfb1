//! Spans that are sent alone, in envelopes of version 2. PROTOCOL 9.5, 10.2, 10.3.

use throughline::app::attributes::Attributes;
use throughline::app::envelope::{SDK_NAME, SDK_VERSION};
use throughline::app::start_span::{Parent, StartSpan};
use throughline::app::status::Status;
use throughline::codec::json::Json;
use throughline::decide::rate_limit::LimitHeaders;

use throughline::app::link::Link;
use throughline::codec::id::{SpanId, TraceId};

use crate::fake_host::{Envelope, Heard, Page, init, named};
use crate::vectors::{SPAN, TRACE};

fn attributes() -> Attributes {
    let mut attributes = Attributes::default();
    attributes.set_string("sentry.op", "ui.interaction.click");
    for (name, value) in [("n", "7"), ("d", "1.5"), ("b", "true"), ("l", "[\"a\"]"), ("nothing", "null")] {
        attributes.set(name, Json::raw(value.to_owned()).unwrap());
    }
    attributes
}

fn item(envelope: &Envelope) -> &serde_json::Value {
    &envelope.event["items"][0]
}

#[test]
fn a_standalone_root_is_one_envelope_of_one_span() {
    let page = Page::with_rate("1");
    let (trace_id, span_id) = (TraceId::parse(TRACE).unwrap(), SpanId::parse(SPAN).unwrap());
    let mut link = Link::to(trace_id, span_id, true);
    link.attributes.set("a", Json::integer(1));
    let start = StartSpan { attributes: attributes(), links: vec![link], standalone: true, ..named("click") };
    let span = page.start(start);
    let key = span.key.unwrap();
    page.advance(250);
    page.sdk.set_status(key, Status::error("boom"));
    page.end(key);
    page.end(key);

    let envelope = page.only_envelope();
    assert_eq!(
        envelope.item,
        serde_json::json!({
            "type": "span",
            "item_count": 1,
            "content_type": "application/vnd.sentry.items.span.v2+json",
        })
    );
    assert_eq!(envelope.header["sdk"]["name"], SDK_NAME);
    assert_eq!(envelope.header["sent_at"], "2024-03-01T12:00:00.250Z");
    assert_eq!(envelope.header.get("event_id"), None);
    assert_eq!(envelope.header["trace"]["transaction"], "click");
    assert_eq!(envelope.event["version"], 2);
    assert_eq!(envelope.event["ingest_settings"]["infer_ip"], "auto");
    let string = |value: &str| serde_json::json!({ "value": value, "type": "string" });
    assert_eq!(
        *item(&envelope),
        serde_json::json!({
            "name": "click",
            "span_id": span.span_id.hex(),
            "trace_id": span.trace_id.hex(),
            "start_timestamp": 1_709_294_400,
            "end_timestamp": 1_709_294_400.25,
            "is_segment": true,
            "status": "error",
            "attributes": {
                "sentry.status.message": string("boom"),
                "sentry.op": string("ui.interaction.click"),
                "n": { "value": 7, "type": "integer" },
                "d": { "value": 1.5, "type": "double" },
                "b": { "value": true, "type": "boolean" },
                "l": { "value": ["a"], "type": "array" },
                "sentry.origin": string("manual"),
                "sentry.segment.name.source": string("custom"),
                "sentry.sample_rate": { "value": 1, "type": "integer" },
                "sentry.trace_lifecycle": string("stream"),
                "sentry.segment.name": string("click"),
                "sentry.segment.id": string(&span.span_id.hex()),
                "sentry.sdk.name": string(SDK_NAME),
                "sentry.sdk.version": string(SDK_VERSION),
                "sentry.release": string("app@1"),
                "sentry.environment": string("production"),
                "user_agent.original": string("Test/1.0 \"quoted\""),
                "sentry.is_localhost": { "value": false, "type": "boolean" },
                "sentry.sdk.integrations": { "value": ["BrowserTracing"], "type": "array" },
                "http.request.header.referer": { "value": ["https://search.test/"], "type": "array" },
                "url.full": string("https://shop.test/app"),
            },
            "links": [{
                "span_id": SPAN,
                "trace_id": TRACE,
                "sampled": true,
                "attributes": { "a": { "value": 1, "type": "integer" } },
            }],
        })
    );
}

#[test]
fn a_standalone_child_is_no_part_of_its_root_and_no_activity() {
    let page = Page::with_rate("1");
    let root = page.idle_root("/app");
    let start = StartSpan { parent: Parent::Active(root), standalone: true, ..named("click") };
    let span = page.start(start).key.unwrap();
    page.advance(1000);
    let transaction = page.only_envelope();
    assert_eq!(transaction.event["type"], "transaction", "the root did not wait");
    assert_eq!(transaction.children(), [""; 0]);
    assert!(page.sdk.is_recording(span));
    page.end(span);
    let envelope = page.envelope(1);
    assert_eq!(item(&envelope)["is_segment"], false);
    assert_eq!(item(&envelope)["parent_span_id"], transaction.trace()["span_id"]);
    assert_eq!(item(&envelope)["attributes"]["sentry.segment.name"]["value"], "/app");
    assert_eq!(item(&envelope)["attributes"].get("sentry.sdk.integrations"), None, "for segments only");
    // One that begins after the root's end is sent too.
    page.end(
        page.start(StartSpan { parent: Parent::Span(root), standalone: true, ..named("late") }).key.unwrap(),
    );
    assert_eq!(item(&page.envelope(2))["name"], "late");
    assert_eq!(page.losses(), []);
}

#[test]
fn the_host_hears_of_it_before_it_is_written_but_is_not_asked() {
    let page = Page::with_rate("1");
    page.world.extra.replace(None);
    let key = page.start(StartSpan { standalone: true, ..named("click") }).key.unwrap();
    let inner = page.clone();
    *page.world.interrupt.borrow_mut() = Some(std::rc::Rc::new(move || inner.sdk.set_name(key, "renamed")));
    page.end(key);
    assert_eq!(*page.world.heard.borrow(), [Heard::Ended(key)]);
    assert_eq!(item(&page.only_envelope())["name"], "renamed");
}

#[test]
fn an_unsampled_one_is_not_sent_and_a_lost_one_is_one_span() {
    let page = Page::with_rate("0");
    page.end(page.start(StartSpan { standalone: true, ..named("click") }).key.unwrap());
    assert_eq!(page.sent(), 0);
    let page = Page::with_rate("1");
    page.end(page.start(StartSpan { standalone: true, ..named("click") }).key.unwrap());
    page.sdk.settled(page.world.sent.borrow()[0].id, None);
    assert_eq!(page.losses(), [("network_error/span".to_owned(), 1)]);
}

#[test]
fn a_pause_for_spans_stops_it_and_no_transaction() {
    let page = Page::with_rate("1");
    page.end(page.root("root"));
    let limits = LimitHeaders { status: 200, rate_limits: "60:span:organization", retry_after: None };
    page.sdk.settled(page.world.sent.borrow()[0].id, Some(limits));
    page.end(page.start(StartSpan { standalone: true, ..named("click") }).key.unwrap());
    page.end(page.root("root"));
    assert_eq!(page.sent(), 2);
    assert_eq!(page.losses(), [("ratelimit_backoff/span".to_owned(), 1)]);
}

#[test]
fn without_a_public_key_the_envelope_names_no_trace() {
    let page = Page::new();
    let mut options = init("1");
    options.settings.public_key.clear();
    page.sdk.init(options);
    page.end(page.start(StartSpan { standalone: true, ..named("click") }).key.unwrap());
    assert_eq!(page.only_envelope().header.get("trace"), None);
}
