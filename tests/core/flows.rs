//! From `init` to the envelope: roots, children, decisions and the trace of the page.

use throughline::app::attributes::Attributes;
use throughline::app::envelope::{SDK_NAME, SDK_VERSION};
use throughline::app::start_span::{Parent, StartSpan};
use throughline::app::status::Status;
use throughline::codec::json::Json;
use throughline::codec::time::Timestamp;

use crate::fake_host::{NOON, Page, init, named, settings, since_noon};
use crate::vectors::{SPAN, TRACE};

fn with(attributes: &[(&str, &str)]) -> Attributes {
    let mut out = Attributes::default();
    attributes.iter().for_each(|(name, value)| out.set_string(name, value));
    out
}

#[test]
fn a_root_that_ends_is_one_envelope() {
    let page = Page::with_rate("0.5");
    let attributes = with(&[("sentry.op", "task"), ("shop.note", "line\nbreak \"quote\" é☃")]);
    let root = page.start(StartSpan { attributes, ..named("checkout") });
    page.advance(1500);
    page.end(root.key.unwrap());
    page.end(root.key.unwrap());

    let envelope = page.only_envelope();
    let event_id = envelope.header["event_id"].as_str().unwrap();
    assert_eq!(event_id.len(), 32);
    assert_eq!(envelope.header["sent_at"], "2024-03-01T12:00:01.500Z");
    assert_eq!(envelope.header["sdk"], serde_json::json!({ "name": SDK_NAME, "version": SDK_VERSION }));
    assert_eq!(envelope.header.get("dsn"), None);
    assert_eq!(
        envelope.header["trace"],
        serde_json::json!({
            "environment": "production",
            "release": "app@1",
            "public_key": "pub",
            "trace_id": root.trace_id.hex(),
            "org_id": "123",
            "transaction": "checkout",
            "sampled": "true",
            "sample_rand": "0.3",
            "sample_rate": "0.5",
        })
    );
    assert_eq!(envelope.item, serde_json::json!({ "type": "transaction" }));
    assert_eq!(
        envelope.event,
        serde_json::json!({
            "type": "transaction",
            "event_id": event_id,
            "platform": "native",
            "transaction": "checkout",
            "transaction_info": { "source": "custom" },
            "start_timestamp": 1_709_294_400,
            "timestamp": 1_709_294_401.5,
            "contexts": { "trace": {
                "span_id": root.span_id.hex(),
                "trace_id": root.trace_id.hex(),
                "op": "task",
                "origin": "manual",
                "status": "ok",
                "data": {
                    "sentry.op": "task",
                    "shop.note": "line\nbreak \"quote\" é☃",
                    "sentry.segment.name.source": "custom",
                    "sentry.sample_rate": 0.5,
                    "sentry.origin": "manual",
                },
            } },
            "spans": [],
            "release": "app@1",
            "environment": "production",
            "request": {
                "url": "https://shop.test/app",
                "headers": { "User-Agent": "Test/1.0 \"quoted\"", "Referer": "https://search.test/" },
            },
            "sdk": {
                "name": SDK_NAME,
                "version": SDK_VERSION,
                "integrations": ["BrowserTracing"],
                "packages": [{ "name": "cargo:throughline", "version": SDK_VERSION }],
                "settings": { "infer_ip": "auto" },
            },
        })
    );
    assert_eq!(page.world.sent.borrow()[0].url, "https://o123.ingest.test/api/1/envelope/");
}

#[test]
fn finished_children_are_part_of_it_and_unfinished_ones_are_not() {
    let page = Page::with_rate("1");
    let root = page.root("root");
    page.advance(100);
    let attributes = with(&[("sentry.op", "db"), ("sentry.segment.name.source", "url")]);
    let child = page.start(StartSpan { attributes, parent: Parent::Span(root), ..named("child") });
    let grandchild = page.child(child.key.unwrap(), "grandchild");
    page.child(root, "unfinished");
    page.advance(100);
    page.sdk.set_status(grandchild, Status::from_code(2, "not_found"));
    page.end(grandchild);
    page.end(child.key.unwrap());
    page.end(root);

    let envelope = page.only_envelope();
    assert_eq!(envelope.children(), ["child", "grandchild"]);
    let spans = envelope.event["spans"].as_array().unwrap();
    let root_id = &envelope.trace()["span_id"];
    assert_eq!(
        spans[0],
        serde_json::json!({
            "data": { "sentry.op": "db", "sentry.origin": "manual" },
            "description": "child",
            "start_timestamp": 1_709_294_400.1,
            "timestamp": 1_709_294_400.2,
            "span_id": child.span_id.hex(),
            "trace_id": child.trace_id.hex(),
            "parent_span_id": root_id,
            "op": "db",
            "origin": "manual",
            "status": "ok",
        })
    );
    assert_eq!(spans[1]["parent_span_id"], child.span_id.hex());
    assert_eq!(spans[1]["status"], "not_found");
}

#[test]
fn an_unlabeled_root_and_a_tunnel_are_named() {
    let page = Page::new();
    let mut options = init("1");
    options.sender.tunnelled_dsn = Some("https://pub@o123.ingest.test/1".to_owned());
    options.settings.release.clear();
    page.sdk.init(options);
    page.end(page.root(""));
    let envelope = page.only_envelope();
    assert_eq!(envelope.event["transaction"], "<unlabeled transaction>");
    assert_eq!(envelope.event.get("release"), None);
    assert_eq!(envelope.header["dsn"], "https://pub@o123.ingest.test/1");
    assert_eq!(envelope.header["trace"]["transaction"], "<unlabeled transaction>");
}

#[test]
fn what_changes_after_the_end_of_a_span_still_counts_until_its_root_is_sent() {
    let page = Page::with_rate("1");
    let root = page.root("root");
    let child = page.child(root, "child");
    page.sdk.set_attributes(child, [("kept".to_owned(), Some(Json::integer(1)))]);
    page.sdk.set_attributes(child, [("gone".to_owned(), Some(Json::integer(1))), ("gone".to_owned(), None)]);
    page.sdk.fail_span(child);
    page.end(child);
    page.advance(50);
    page.end(child);
    page.sdk.set_name(child, "late");
    page.sdk.set_status(child, Status::error("boom"));
    page.sdk.fail_span(child);
    page.sdk.set_attributes(child, [("late".to_owned(), Some(Json::boolean(true)))]);
    assert!(!page.sdk.is_recording(child) && page.sdk.is_recording(root));
    let json = page.json(child);
    assert_eq!((&json["name"], &json["status"]), (&"late".into(), &"error".into()));
    assert_eq!(since_noon(&json["end_timestamp"]), 0.0, "only the first end counts");
    assert_eq!(
        json["attributes"],
        serde_json::json!({
            "sentry.status.message": "boom",
            "sentry.origin": "manual",
            "kept": 1,
            "late": true,
        })
    );
    page.end(root);
    assert_eq!(page.only_envelope().children(), ["late"]);
    assert_eq!(page.only_envelope().event["spans"][0]["status"], "internal_error");
    assert_eq!(page.json(child)["name"], "late", "readable after the root has ended");
}

#[test]
fn an_unsampled_root_sends_nothing_and_says_no() {
    let page = Page::with_rate("0");
    let root = page.root("root");
    let child = page.start(StartSpan { parent: Parent::Span(root), ..named("child") });
    assert!(!child.kept && !child.sampled);
    for key in [Some(root), child.key] {
        assert!(page.headers(key).sentry_trace().ends_with("-0"));
        assert!(page.headers(key).baggage.unwrap().contains("sentry-sampled=false"));
        assert!(page.headers(key).traceparent().ends_with("-00"));
    }
    page.end(child.key.unwrap());
    page.end(root);
    assert_eq!(page.sent(), 0);
}

#[test]
fn with_tracing_off_spans_have_ids_and_headers_say_nothing() {
    let page = Page::with_rate("off");
    let span = page.start_active(named("root"));
    assert!(!span.kept && !page.records(span));
    let headers = page.headers(span.key);
    assert_ne!(headers.sentry_trace(), page.headers(None).sentry_trace(), "each draws a span id of its own");
    assert_eq!(headers.sentry_trace().matches('-').count(), 1);
    assert!(headers.sentry_trace().starts_with(&span.trace_id.hex()));
    page.end(span.key.unwrap());
    assert_eq!(page.sent(), 0);
}

#[test]
fn before_init_and_with_enabled_false_nothing_leaves() {
    let disabled = Page::new();
    disabled.sdk.init(throughline::app::sdk::Init {
        settings: throughline::app::settings::Settings { enabled: false, ..settings("1") },
        ..init("1")
    });
    for page in [Page::new(), disabled] {
        assert!(!page.sdk.is_enabled());
        let span = page.start_active(named("root"));
        assert!(!span.kept && !page.records(span));
        assert_eq!(page.sdk.headers(span.key, None), None);
        assert_eq!(page.sdk.headers(None, None), None);
        page.end(span.key.unwrap());
        page.advance(60_000);
        assert_eq!(page.sent(), 0);
    }
}

#[test]
fn the_page_continues_the_trace_of_its_meta_tags() {
    let page = Page::with_rate("0");
    page.receive_page(&format!("{TRACE}-{SPAN}-1"), "sentry-release=server,sentry-sample_rand=0.1,other=1");
    let root = page.root("root");
    page.end(root);
    let envelope = page.only_envelope();
    assert_eq!(envelope.trace()["trace_id"], TRACE);
    assert_eq!(envelope.trace()["parent_span_id"], SPAN);
    assert_eq!(envelope.trace()["data"].get("sentry.sample_rate"), None, "the decision was not ours");
    assert_eq!(
        envelope.header["trace"],
        serde_json::json!({ "release": "server", "sample_rand": "0.1" }),
        "exactly what came"
    );
    let after = page.headers(None);
    assert!(after.sentry_trace().starts_with(TRACE) && after.sentry_trace().ends_with("-1"));
}

#[test]
fn a_later_name_of_the_root_reaches_later_headers_and_the_envelope() {
    let page = Page::with_rate("1");
    let start = StartSpan { attributes: with(&[("sentry.segment.name.source", "url")]), ..named("/a/1") };
    let root = page.start(start).key.unwrap();
    assert!(!page.headers(Some(root)).baggage.unwrap().contains("transaction"));
    page.sdk.set_name(root, "/a/:id");
    assert!(page.headers(Some(root)).baggage.unwrap().contains("sentry-transaction=%2Fa%2F%3Aid"));
    page.end(root);
    let envelope = page.only_envelope();
    assert_eq!(envelope.header["trace"]["transaction"], "/a/:id");
    assert_eq!(envelope.event["transaction_info"]["source"], "custom");
}

#[test]
fn what_is_active_decides_whose_child_a_span_is() {
    let page = Page::new();
    let mut options = init("1");
    options.settings.parent_is_root = true;
    page.sdk.init(options);
    let root = page.root("root");
    let outer = page.scopes.enter(Some(root));
    let child = page.start_active(named("child"));
    let inner = page.scopes.enter(child.key);
    let sibling = page.start_active(named("sibling"));
    let root_id = page.json(root)["span_id"].clone();
    assert_eq!(page.json(sibling.key.unwrap())["parent_span_id"], root_id, "parentSpanIsAlwaysRootSpan");
    page.scopes.leave(outer);
    assert_eq!(page.active(), child.key, "layers are left in any order");
    page.scopes.leave(inner);
    assert_eq!(page.active(), None);

    let nested = Page::with_rate("1");
    let root = nested.root("root");
    nested.scopes.enter(Some(root));
    let child = nested.start_active(named("child"));
    nested.scopes.enter(child.key);
    let grandchild = nested.start_active(named("grandchild")).key.unwrap();
    assert_eq!(nested.json(grandchild)["parent_span_id"], child.span_id.hex());
}

#[test]
fn a_received_trace_holds_inside_its_layer_only() {
    let page = Page::with_rate("1");
    let own = page.headers(None).baggage;
    let root = page.root("root");
    page.scopes.enter(Some(root));
    let layer = page.enter_received(&format!("{TRACE}-{SPAN}-0"), "");
    assert_eq!(page.active(), None);
    let inside = page.start_active(named("inside"));
    assert_eq!((inside.trace_id.hex().as_str(), page.records(inside)), (TRACE, false));
    page.scopes.leave(layer);
    assert_eq!(page.active(), Some(root));
    assert_eq!(page.headers(None).baggage, own);
}

#[test]
fn a_span_that_outlived_its_trace_carries_nothing_that_contradicts_it() {
    // A span without a parent, of a received trace: outside of it only its ids are known.
    let page = Page::with_rate("1");
    let layer = page.enter_received(&format!("{TRACE}-{SPAN}-1"), "sentry-release=server");
    let bare = page.start(StartSpan { only_if_parent: true, ..named("bare") }).key;
    assert_eq!(page.headers(bare).baggage.as_deref(), Some("sentry-release=server,sentry-sample_rand=0.3"));
    page.scopes.leave(layer);
    let headers = page.headers(bare);
    assert!(headers.sentry_trace().starts_with(TRACE) && headers.sentry_trace().ends_with("-0"));
    assert_eq!(headers.baggage, None, "the context in force belongs to another trace");

    // A child past the cap, whose root the store has let go of.
    let root = page.root("root");
    for _ in 0..1000 {
        page.child(root, "child");
    }
    let bare = page.child(root, "one too many");
    page.end(root);
    (0..1000).for_each(|_| page.end(page.root("newer")));
    assert_eq!(page.sdk.span_json(root), None);
    let headers = page.headers(Some(bare));
    assert!(headers.sentry_trace().ends_with("-1"));
    assert!(headers.baggage.unwrap().contains("sentry-sampled=true"));
}

#[test]
fn times_that_the_page_gives_are_kept_and_no_duration_is_negative() {
    let page = Page::with_rate("1");
    let start = Some(Timestamp::from_micros(NOON - 2_000_000));
    let root = page.start(StartSpan { start, ..named("root") }).key.unwrap();
    let child = page.child(root, "child");
    page.sdk.end_span(child, Some(Timestamp::from_micros(NOON - 5_000_000)));
    let (late, early) = (Timestamp::from_micros(NOON), Timestamp::from_micros(NOON - 1));
    page.sdk.add_finished_span(root, "entry", Attributes::default(), late, early);
    page.sdk.end_span(root, Some(Timestamp::from_micros(NOON + 3_000_000)));
    let envelope = page.only_envelope();
    assert_eq!(since_noon(&envelope.event["start_timestamp"]), -2.0);
    assert_eq!(envelope.end(), 3.0);
    for span in envelope.event["spans"].as_array().unwrap() {
        assert_eq!(span["timestamp"], span["start_timestamp"]);
    }
    assert_eq!(envelope.children(), ["child", "entry"]);
}

#[test]
fn every_root_draws_its_own_ids_in_the_same_trace() {
    let page = Page::with_rate("1");
    let roots: Vec<_> =
        (0..40).map(|_| page.start(StartSpan { parent: Parent::None, ..named("r") })).collect();
    for root in &roots {
        assert_eq!(root.trace_id, roots[0].trace_id);
        assert_eq!(roots.iter().filter(|other| other.span_id == root.span_id).count(), 1);
        page.end(root.key.unwrap());
    }
    let mut ids: Vec<String> =
        (0..40).map(|index| page.envelope(index).header["event_id"].to_string()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 40);
}
