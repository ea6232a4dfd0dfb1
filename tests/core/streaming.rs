//! `traceLifecycle: "stream"`: spans are sent when they have ended, in envelopes of their trace. PROTOCOL 10.

use serde_json::{Value, json};
use throughline::app::attributes::Attributes;
use throughline::app::start_span::{Parent, StartSpan};
use throughline::codec::time::Timestamp;

use crate::fake_host::{NOON, Page, init, named, since_noon};

pub fn attribute<'a>(item: &'a Value, name: &str) -> &'a Value {
    &item["attributes"][name]["value"]
}

fn with_attribute(name: &str, value: &str) -> Attributes {
    let mut attributes = Attributes::default();
    attributes.set_string(name, value);
    attributes
}

#[test]
fn a_root_and_its_children_leave_together_half_a_second_after_its_end() {
    let page = Page::streaming("1");
    let root = page.start(named("root"));
    let child = page.child(root.key.unwrap(), "child");
    page.end(child);
    page.advance(100);
    page.end(root.key.unwrap());
    page.advance(499);
    assert_eq!(page.sent(), 0);
    page.advance(1);
    let envelope = page.only_envelope();
    assert_eq!(envelope.names(), ["child", "root"]);
    assert_eq!(envelope.item["content_type"], "application/vnd.sentry.items.span.v2+json");
    assert_eq!(envelope.header["sent_at"], "2024-03-01T12:00:00.600Z");
    assert_eq!(envelope.header["trace"]["transaction"], "root");
    let [child, root_item] = envelope.items() else { panic!("two items") };
    assert_eq!((&child["is_segment"], &root_item["is_segment"]), (&json!(false), &json!(true)));
    assert_eq!(child["parent_span_id"], root_item["span_id"]);
    assert_eq!(since_noon(&root_item["end_timestamp"]), 0.1);
    for item in [child, root_item] {
        assert_eq!(attribute(item, "sentry.segment.id"), &json!(root.span_id.hex()));
        assert_eq!(attribute(item, "sentry.segment.name"), "root");
        assert_eq!(attribute(item, "sentry.trace_lifecycle"), "stream");
        assert_eq!(attribute(item, "sentry.release"), "app@1");
        assert_eq!(attribute(item, "user_agent.original"), "Test/1.0 \"quoted\"");
        assert_eq!(item["attributes"]["sentry.is_localhost"], json!({ "value": false, "type": "boolean" }));
    }
    for of_segments in ["sentry.sdk.integrations", "url.full", "http.request.header.referer"] {
        assert_eq!(child["attributes"].get(of_segments), None, "{of_segments}");
        assert_ne!(root_item["attributes"].get(of_segments), None, "{of_segments}");
    }
    page.advance(60_000);
    assert_eq!(page.sent(), 1, "what was sent is not sent again");
    assert_eq!(page.losses(), []);
}

#[test]
fn children_of_a_root_that_goes_on_leave_after_five_seconds() {
    let page = Page::streaming("1");
    let root = page.root("root");
    page.advance(1000);
    page.end(page.child(root, "first"));
    page.advance(4999);
    page.end(page.child(root, "second"));
    assert_eq!(page.sent(), 0);
    page.advance(1);
    assert_eq!(page.only_envelope().names(), ["first", "second"]);
    page.end(page.child(root, "third"));
    page.sdk.flush_spans();
    assert_eq!(page.envelope(1).names(), ["third"]);
    page.sdk.flush_spans();
    assert_eq!(page.sent(), 2, "an envelope has one span at least");
}

#[test]
fn the_thousandth_span_does_not_wait_and_none_is_refused() {
    let page = Page::streaming("1");
    let root = page.root("root");
    for _ in 0..2500 {
        page.end(page.child(root, "child"));
    }
    assert_eq!(page.sent(), 2);
    assert_eq!(page.envelope(0).items().len(), 1000);
    page.end(root);
    page.sdk.flush_spans();
    assert_eq!(page.envelope(2).items().len(), 501);
    assert_eq!(page.losses(), []);
}

#[test]
fn spans_of_five_megabytes_do_not_wait() {
    let page = Page::streaming("1");
    let root = page.root("root");
    let big = "x".repeat(1_700_000);
    for sent in [0, 0, 1] {
        let attributes = with_attribute("big", &big);
        let span = StartSpan { attributes, parent: Parent::Span(root), ..named("big") };
        page.end(page.start(span).key.unwrap());
        assert_eq!(page.sent(), sent);
    }
}

#[test]
fn each_trace_has_an_envelope_and_the_oldest_leaves_when_there_are_too_many() {
    let page = Page::streaming("1");
    for name in 0..40 {
        let layer = page.scopes.enter_trace(page.sdk.begin_context());
        page.end(page.root(&name.to_string()));
        page.scopes.leave(layer);
    }
    assert_eq!(page.sent(), 8);
    page.sdk.flush_spans();
    assert_eq!(page.sent(), 40);
    let names: Vec<Vec<String>> =
        (0..40).map(|at| page.envelope(at).names().into_iter().map(str::to_owned).collect()).collect();
    assert_eq!(names, (0..40).map(|name| vec![name.to_string()]).collect::<Vec<_>>());
}

#[test]
fn roots_of_one_trace_share_the_envelope_of_the_first() {
    let page = Page::streaming("1");
    let (first, second) = (page.root("first"), page.root("second"));
    page.end(first);
    page.end(second);
    page.sdk.set_name(first, "renamed");
    page.advance(500);
    let envelope = page.only_envelope();
    assert_eq!(envelope.names(), ["first", "second"]);
    assert_eq!(envelope.header["trace"]["transaction"], "renamed", "as late as can be");
    assert_eq!(attribute(&envelope.items()[1], "sentry.segment.name"), "second");
}

#[test]
fn waiting_children_follow_a_new_name_of_their_segment() {
    let page = Page::streaming("1");
    let root = page.root("/a \"b\"");
    page.end(page.child(root, "child"));
    let own = with_attribute("sentry.segment.name", "mine");
    let start = StartSpan { attributes: own, parent: Parent::Span(root), ..named("own") };
    page.end(page.start(start).key.unwrap());
    let lookalike = with_attribute("text", r#""sentry.segment.name":{"value":"/a","type":"string"}"#);
    let start = StartSpan { attributes: lookalike, parent: Parent::Span(root), ..named("text") };
    page.end(page.start(start).key.unwrap());
    page.sdk.set_name(root, "/:id");
    page.sdk.flush_spans();
    let envelope = page.only_envelope();
    let names: Vec<&Value> =
        envelope.items().iter().map(|item| attribute(item, "sentry.segment.name")).collect();
    assert_eq!(names, ["/:id", "mine", "/:id"]);
    assert_eq!(
        attribute(&envelope.items()[2], "text"),
        r#""sentry.segment.name":{"value":"/a","type":"string"}"#
    );
    assert_eq!(envelope.header["trace"]["transaction"], "/:id");
}

#[test]
fn the_envelope_keeps_its_sampling_context_when_the_segment_is_gone() {
    let page = Page::streaming("1");
    let first = page.root("first");
    page.end(first);
    page.scopes.enter_suppressed();
    (0..1001).for_each(|_| page.end(page.root("other")));
    assert_eq!(page.sdk.started(first), None, "others took its place");
    page.sdk.flush_spans();
    assert_eq!(page.only_envelope().names(), ["first"]);
    assert_eq!(page.envelope(0).header["trace"]["transaction"], "first");
}

#[test]
fn children_of_ended_roots_do_not_grow_memory_without_end() {
    let page = Page::streaming("1");
    let roots: Vec<_> = (0..6).map(|_| page.root("root")).collect();
    roots.iter().for_each(|root| page.end(*root));
    for root in &roots {
        (0..600).for_each(|_| {
            page.sdk.start_span(StartSpan { parent: Parent::Span(*root), ..named("late") });
        });
    }
    let held = roots.iter().filter(|root| page.sdk.started(**root).is_some()).count();
    assert!(held <= 2, "{held}");
}

#[test]
fn a_span_that_goes_alone_waits_like_any_other() {
    let page = Page::streaming("1");
    let root = page.root("root");
    let start = StartSpan { standalone: true, parent: Parent::Span(root), ..named("click") };
    page.end(page.start(start).key.unwrap());
    page.end(root);
    assert_eq!(page.sent(), 0);
    page.advance(500);
    assert_eq!(page.only_envelope().names(), ["click", "root"]);
}

#[test]
fn a_child_may_begin_or_end_after_its_root() {
    let page = Page::streaming("1");
    let root = page.root("root");
    let late = page.child(root, "late");
    page.end(root);
    page.advance(500);
    page.end(late);
    page.end(page.child(root, "later"));
    page.sdk.flush_spans();
    assert_eq!(page.envelope(0).names(), ["root"]);
    assert_eq!(page.envelope(1).names(), ["late", "later"]);
    assert_eq!(page.envelope(1).header["trace"]["transaction"], "root");
}

#[test]
fn children_that_an_idle_root_cuts_leave_before_it_and_cannot_be_recalled() {
    let page = Page::streaming("1");
    let root = page.idle_root("Pageload");
    let early = page.child(root, "early");
    page.advance(100);
    page.end(early);
    let hanging = page.child(root, "hanging");
    let start = Some(Timestamp::from_micros(NOON + 60_000_000));
    let future = page.start(StartSpan { start, parent: Parent::Span(root), ..named("future") });
    page.advance(15_600);
    let envelopes: Vec<_> = (0..page.sent()).map(|at| page.envelope(at)).collect();
    let names: Vec<&str> = envelopes.iter().flat_map(|envelope| envelope.names()).collect();
    assert_eq!(names, ["early", "hanging", "future", "Pageload"]);
    let items: Vec<&Value> = envelopes.iter().flat_map(|envelope| envelope.items()).collect();
    assert_eq!(attribute(items[3], "sentry.idle_span_finish_reason"), "heartbeatFailed");
    assert_eq!(attribute(items[3], "sentry.idle_span_discarded_spans"), 1);
    assert_eq!(items[1]["status"], "ok", "a span that was cut has not failed");
    assert_eq!(items[1]["end_timestamp"], items[3]["end_timestamp"]);
    assert_eq!(items[2]["end_timestamp"], items[2]["start_timestamp"]);
    assert!(!page.sdk.is_recording(hanging) && !page.sdk.is_recording(future.key.unwrap()));
    assert_eq!(page.losses(), []);
}

#[test]
fn an_idle_root_ends_with_its_last_child_even_if_that_has_made_room() {
    let page = Page::streaming("1");
    let root = page.idle_root("Pageload");
    let children: Vec<_> = (0..1000).map(|_| page.child(root, "child")).collect();
    page.advance(300);
    page.end(children[0]);
    page.end(page.child(root, "makes the first go"));
    page.advance(50);
    for child in children.into_iter().skip(1) {
        page.sdk.end_span(child, Some(Timestamp::from_micros(NOON + 1000)));
    }
    page.advance(2000);
    let last = page.envelope(page.sent() - 1);
    let root = last.items().last().unwrap();
    assert_eq!((&root["name"], since_noon(&root["end_timestamp"])), (&json!("Pageload"), 0.3));
}

#[test]
fn what_the_browser_measured_is_streamed_too() {
    let page = Page::streaming("1");
    let root = page.idle_root("Pageload");
    let at = |millis: u64| Timestamp::from_micros(NOON + millis * 1000);
    page.sdk.add_finished_span(root, "DNS lookup", with_attribute("sentry.op", "browser.dns"), at(1), at(2));
    page.advance(1500);
    assert_eq!(page.only_envelope().names(), ["DNS lookup", "Pageload"]);
}

#[test]
fn what_waits_leaves_when_the_page_is_hidden_left_or_closed() {
    let end: [fn(&Page); 3] = [|page| page.sdk.hide(), |page| page.sdk.leave_page(), |page| page.sdk.close()];
    for (end, names) in end.into_iter().zip([&["child", "root"][..], &["child", "root"], &["child"]]) {
        let page = Page::streaming("1");
        let root = page.idle_root("root");
        page.end(page.child(root, "child"));
        end(&page);
        assert_eq!(page.only_envelope().names(), names);
        page.end(root);
        page.advance(60_000);
        assert_eq!(page.sent(), 1);
    }
}

#[test]
fn without_the_option_nothing_is_streamed() {
    let page = Page::new();
    page.sdk.init(init("1"));
    let root = page.root("root");
    page.end(page.child(root, "child"));
    page.sdk.flush_spans();
    page.end(root);
    page.sdk.stream_span(root, &Attributes::default());
    page.sdk.flush_spans();
    assert_eq!(page.only_envelope().event["type"], "transaction");
    assert!(!page.sdk.streams());
}
