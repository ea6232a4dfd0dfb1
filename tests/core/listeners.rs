//! Several listeners of one page.

use std::cell::RefCell;
use std::rc::Rc;

use throughline::app::envelope::Extra;
use throughline::app::listeners::Listening;
use throughline::app::sdk::{Events, Sdk};
use throughline::app::span_key::SpanKey;

use crate::fake_host::Page;

/// Adds members to each transaction, and drops what it is told to drop once a root has ended.
struct Adds(&'static str, &'static str, RefCell<Option<Listening>>);

impl Events for Adds {
    fn ended(&self, _: &Sdk, _: SpanKey) {
        self.2.take();
    }

    fn finished(&self, _: &Sdk, _: SpanKey, _: u32) -> Option<Extra> {
        Some(Extra { event: self.0.to_owned(), contexts: self.1.to_owned() })
    }
}

/// Takes every transaction over.
struct Takes;

impl Events for Takes {
    fn finished(&self, _: &Sdk, _: SpanKey, _: u32) -> Option<Extra> {
        None
    }
}

fn adds(event: &'static str, contexts: &'static str, drops: Option<Listening>) -> Rc<Adds> {
    Rc::new(Adds(event, contexts, RefCell::new(drops)))
}

#[test]
fn each_adds_to_the_transaction_while_it_listens() {
    let page = Page::with_rate("1");
    let first = page.listeners.add(adds(r#""a":1"#, r#""x":{}"#, None));
    let second = page.listeners.add(adds("", r#""y":{}"#, None));
    let third = page.listeners.add(adds(r#""b":2"#, "", None));
    page.end(page.root("all"));
    drop(second);
    page.end(page.root("two"));
    drop((first, third));
    page.end(page.root("none"));
    let said = |index: usize| {
        let event = page.envelope(index).event;
        let has = |place: &serde_json::Value, name: &str| place.get(name).is_some();
        (has(&event, "a"), has(&event, "b"), has(&event["contexts"], "x"), has(&event["contexts"], "y"))
    };
    assert_eq!(said(0), (true, true, true, true));
    assert_eq!(said(1), (true, true, true, false));
    assert_eq!(said(2), (false, false, false, false));
}

#[test]
fn one_may_go_while_all_are_told() {
    let page = Page::with_rate("1");
    let gone = page.listeners.add(adds(r#""a":1"#, "", None));
    let _first = page.listeners.add(adds(r#""b":2"#, "", Some(gone)));
    page.end(page.root("root"));
    let event = page.only_envelope().event;
    assert_eq!((event.get("a"), event["b"].as_u64()), (None, Some(2)), "it went when the root ended");
}

#[test]
fn one_may_take_the_transaction_over() {
    let page = Page::with_rate("1");
    let takes = page.listeners.add(Rc::new(Takes));
    page.end(page.root("taken"));
    assert_eq!(page.sent(), 0);
    drop(takes);
    page.end(page.root("sent"));
    assert_eq!(page.only_envelope().event["transaction"], "sent");
}

#[test]
fn requests_that_nobody_will_answer_give_their_places_back() {
    let page = Page::with_rate("1");
    (0..50).for_each(|_| page.end(page.root("root")));
    assert_eq!(page.sent(), 40, "as many as may be under way");
    page.sdk.forget_requests();
    page.end(page.root("root"));
    assert_eq!(page.sent(), 41);
    assert!(!page.sdk.settled(1, None), "a late answer is nobody's");
}
