//! Children that rest in the surroundings, and of which the core is told when they are over.

use serde_json::{Value, json};
use throughline::trace::id::SpanId;
use throughline::trace::store::{MAX_CHILDREN, SpanKey};
use throughline::trace::time::Timestamp;
use throughline::trace::told::Told;

use crate::fake_host::{NOON, Page};

/// A child that began so many milliseconds after noon, and lasted ten.
fn told(number: u32, name: &str) -> Told<'_> {
    let begun = u64::from(number);
    Told {
        name,
        attributes: "sentry.op\n\"test\"\na\n[1]\n",
        id: SpanId::from_words([number, number]),
        start: Timestamp::from_micros(NOON + begun * 1000),
        // The steady clock of these tests begins at noon, too.
        start_ticks: NOON + begun * 1000,
        end_ticks: Some(NOON + begun * 1000 + 10_000),
    }
}

fn names(event: &Value) -> Vec<&str> {
    let spans = event["spans"].as_array().unwrap();
    spans.iter().map(|span| span["description"].as_str().unwrap()).collect()
}

fn page_with_root() -> (Page, SpanKey) {
    let page = Page::with_rate("1");
    let root = page.root("root");
    (page, root)
}

#[test]
fn a_child_that_is_told_of_is_sent_as_any_other() {
    let (page, root) = page_with_root();
    let like = page.child(root, "like");
    page.sdk.set_attribute_lines(like, "sentry.op\n\"test\"\na\n[1]\n");
    page.advance(10);
    page.end(like);
    let Told { id, .. } = told(0, "");
    page.sdk.write_told(root, &told(0, "told \"é\""));
    page.end(root);

    let event = page.only_envelope().event;
    let [like, written] = event["spans"].as_array().unwrap().as_slice() else { panic!("two spans") };
    let mut expected = like.clone();
    expected["span_id"] = json!(id.hex());
    expected["description"] = json!("told \"é\"");
    assert_eq!(*written, expected);
    assert_eq!(written["origin"], "manual");
}

#[test]
fn children_stand_in_the_order_in_which_the_core_heard_of_them() {
    let (page, root) = page_with_root();
    page.sdk.write_told(root, &told(1, "1"));
    page.sdk.write_told(root, &told(2, "2"));
    let third = page.child(root, "3");
    page.sdk.write_told(root, &told(4, "4"));
    page.child(root, "never ends");
    page.sdk.write_told(root, &told(5, "5"));
    page.end(third);
    page.end(root);
    assert_eq!(names(&page.only_envelope().event), ["1", "2", "3", "4", "5"]);
    assert_eq!(page.losses(), [("invalid/span".to_owned(), 1)]);
}

#[test]
fn a_child_that_is_asked_about_keeps_its_id_its_times_and_its_place() {
    let (page, root) = page_with_root();
    page.sdk.write_told(root, &told(1, "1"));
    page.sdk.write_told(root, &told(2, "2"));
    page.sdk.write_told(root, &told(3, "3"));
    let started = page.sdk.keep_told(root, &told(2, "2")).unwrap();
    let key = started.key.unwrap();
    assert_eq!((started.span_id, started.sampled, started.kept), (told(2, "").id, true, true));
    let json = page.json(key);
    assert_eq!(json["end_timestamp"], 1_709_294_400.012);
    assert_eq!(json["attributes"]["a"], json!([1]));
    assert!(!page.sdk.is_recording(key));
    page.sdk.set_name(key, "changed");
    let fourth = page.child(root, "4");
    page.end(fourth);
    page.end(root);
    assert_eq!(names(&page.only_envelope().event), ["1", "changed", "3", "4"]);
    assert!(page.losses().is_empty());
}

#[test]
fn one_that_is_under_way_begins_with_the_time_and_the_id_that_it_has() {
    let (page, root) = page_with_root();
    page.advance(30);
    let child = Told { end_ticks: None, ..told(5, "open") };
    let started = page.sdk.keep_told(root, &child).unwrap();
    assert!(page.records(started));
    page.end(started.key.unwrap());
    page.end(root);
    let event = page.only_envelope().event;
    let span = &event["spans"][0];
    assert_eq!(span["span_id"], json!(child.id.hex()));
    assert_eq!(
        (&span["start_timestamp"], &span["timestamp"]),
        (&json!(1_709_294_400.005), &json!(1_709_294_400.03))
    );
}

#[test]
fn one_is_still_there_when_its_root_was_sent() {
    let (page, root) = page_with_root();
    page.sdk.write_told(root, &told(1, "1"));
    page.end(root);
    let started = page.sdk.keep_told(root, &told(1, "1")).unwrap();
    let json = page.json(started.key.unwrap());
    assert_eq!((&json["name"], &json["trace_id"]), (&json!("1"), &json!(started.trace_id.hex())));
    assert_eq!(page.sent(), 1);
}

#[test]
fn past_the_cap_of_a_root_children_are_lost() {
    let (page, root) = page_with_root();
    for number in 0..MAX_CHILDREN as u32 + 3 {
        page.sdk.write_told(root, &told(number, "told"));
    }
    assert!(!page.sdk.keep_told(root, &Told { end_ticks: None, ..told(5000, "open") }).unwrap().kept);
    // One that takes the place that it had is none more.
    assert!(page.sdk.keep_told(root, &told(7, "told")).unwrap().kept);
    page.end(root);
    assert_eq!(names(&page.only_envelope().event).len(), MAX_CHILDREN);
    assert_eq!(page.losses(), [("buffer_overflow/span".to_owned(), 4)]);
}

#[test]
fn nothing_is_told_to_a_root_that_has_ended_or_is_not_recorded() {
    let (page, root) = page_with_root();
    page.end(root);
    page.sdk.write_told(root, &told(1, "late"));
    assert!(names(&page.only_envelope().event).is_empty());
    let unsampled = Page::with_rate("0");
    let root = unsampled.root("root");
    unsampled.sdk.write_told(root, &told(1, "1"));
    unsampled.end(root);
    assert_eq!(unsampled.sent(), 0);
}

#[test]
fn texts_do_not_stay_when_their_root_is_sent() {
    let page = Page::with_rate("1");
    let first = page.root("first");
    page.end(first);
    for _ in 0..20 {
        let root = page.root("root");
        for number in 0..900 {
            page.sdk.write_told(root, &told(number, "told"));
        }
        page.end(root);
    }
    // Were they counted among the spans that can still be read, the first root would have made room.
    assert_eq!(page.json(first)["name"], "first");
}
