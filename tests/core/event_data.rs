//! What an application says about its events, and what it may do to them before they leave.

use std::cell::RefCell;
use std::rc::Rc;

use throughline::app::envelope::Extra;
use throughline::app::event_data::{EventData, User};
use throughline::app::sdk::{Events, Sdk};
use throughline::app::span_key::SpanKey;
use throughline::codec::json::Json;

use crate::fake_host::Page;

type Changes = dyn Fn(String) -> Option<String>;

/// Lets somebody see each event.
struct Seen(Rc<Changes>);

impl Events for Seen {
    fn finished(&self, sdk: &Sdk, root: SpanKey, children: u32) -> Option<Extra> {
        let extra = Extra { event: r#""tags":{"part":"cart"}"#.to_owned(), ..Extra::default() };
        sdk.send_seen(root, children, &extra, &*self.0);
        None
    }
}

/// A page whose events somebody sees; sends one with two children, and answers with what the server got.
fn send(changes: impl Fn(String) -> Option<String> + 'static) -> (Page, usize) {
    let page = Page::with_rate("1");
    let listening = page.listeners.add(Rc::new(Seen(Rc::new(changes))));
    let root = page.root("root");
    page.end(page.child(root, "one"));
    page.end(page.child(root, "two"));
    page.end(root);
    drop(listening);
    let sent = page.sent();
    (page, sent)
}

#[test]
fn events_carry_what_the_application_says() {
    let page = Page::with_rate("1");
    let data = Rc::new(EventData::default());
    let _listening = page.listeners.add(Rc::<EventData>::clone(&data));
    data.set_tag("part", "cart");
    data.set_user(Some(User { id: Some("42".to_owned()), ..User::default() }));
    data.set_context("shop", Some(vec![("items".to_owned(), Json::integer(3))]));
    page.end(page.root("root"));
    let event = page.only_envelope().event;
    assert_eq!((&event["tags"]["part"], &event["user"]["id"]), (&"cart".into(), &"42".into()));
    assert_eq!(event["contexts"]["shop"]["items"], 3);
    assert!(event["contexts"]["trace"]["trace_id"].is_string());
}

#[test]
fn spans_that_are_streamed_say_who_the_user_is() {
    let page = Page::streaming("1");
    let data = Rc::new(EventData::default());
    let _listening = page.listeners.add(Rc::<EventData>::clone(&data));
    data.set_user(Some(User { email: Some("a@b.test".to_owned()), ..User::default() }));
    page.end(page.root("root"));
    page.sdk.flush_spans();
    let attributes = &page.only_envelope().event["items"][0]["attributes"];
    assert_eq!(attributes["user.email"]["value"], "a@b.test");
}

#[test]
fn what_somebody_answers_with_is_sent() {
    let seen = Rc::new(RefCell::new(String::new()));
    let sees = Rc::clone(&seen);
    let (page, sent) = send(move |event| {
        sees.borrow_mut().clone_from(&event);
        Some(event.replace("\"cart\"", "\"checkout\""))
    });
    assert_eq!(sent, 1);
    let envelope = page.only_envelope();
    assert_eq!(envelope.event["tags"]["part"], "checkout");
    assert_eq!(envelope.event["event_id"], envelope.header["event_id"]);
    let seen: serde_json::Value = serde_json::from_str(&seen.borrow()).expect("it sees JSON");
    assert_eq!((&seen["tags"]["part"], &seen["transaction"]), (&"cart".into(), &"root".into()));
    assert_eq!(page.losses(), []);
}

#[test]
fn json_on_several_lines_is_json() {
    let (page, _) = send(|event| {
        let event: serde_json::Value = serde_json::from_str(&event).ok()?;
        Some(format!("\n{}\n", serde_json::to_string_pretty(&event).ok()?))
    });
    assert_eq!(page.only_envelope().event["transaction"], "root");
}

#[test]
fn what_nobody_wants_and_what_is_no_object_is_lost_and_counted() {
    for answer in [None, Some(""), Some("  "), Some("null"), Some("[]"), Some("{\"a\":1} b")] {
        let (page, sent) = send(move |_| answer.map(str::to_owned));
        assert_eq!(sent, 0, "{answer:?}");
        let lost = [("before_send/span".to_owned(), 3), ("before_send/transaction".to_owned(), 1)];
        assert_eq!(page.losses(), lost, "{answer:?}");
    }
}

#[test]
fn who_looks_may_use_the_sdk() {
    let page = Page::with_rate("1");
    let inner = page.clone();
    let changes = move |event: String| {
        let span = inner.root("inner");
        assert!(inner.sdk.is_recording(span));
        Some(event)
    };
    let listening = page.listeners.add(Rc::new(Seen(Rc::new(changes))));
    page.end(page.root("root"));
    assert_eq!(page.only_envelope().event["transaction"], "root");
    drop(listening);
}
