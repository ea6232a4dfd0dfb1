//! What the host hears of spans, in which order, and what it may do then.

use throughline::app::envelope::Extra;
use throughline::app::envelope::Transaction;
use throughline::app::start_span::StartSpan;

use crate::fake_host::{Heard, Page, get, init, named};

fn heard(page: &Page) -> Vec<Heard> {
    page.world.heard.take()
}

/// The next time that the host is asked to act or to listen.
fn interrupt(page: &Page, with: impl Fn(&Page) + 'static) {
    let inner = page.clone();
    *page.world.interrupt.borrow_mut() = Some(std::rc::Rc::new(move || with(&inner)));
}

#[test]
fn every_root_is_heard_of_and_other_spans_only_if_wanted() {
    for observed in [false, true] {
        let page = Page::with_rate("1");
        page.sdk.observe(observed);
        let root = page.root("root");
        let child = page.child(root, "child");
        page.child(root, "unfinished");
        page.scopes.enter(Some(root));
        let request = page.request(&get("https://shop.test/api"));
        page.end(child);
        page.sdk.end_request(request, Some(200), None);
        page.end(root);
        page.end(root);
        let all = [
            Heard::Began(Some(request), Some(root)),
            Heard::Ended(child),
            Heard::Ended(request),
            Heard::Ended(root),
            Heard::Finished(root, 2),
        ];
        let roots_only = [Heard::Ended(root), Heard::Finished(root, 2)];
        assert_eq!(heard(&page), if observed { &all[..] } else { &roots_only[..] });
    }
}

#[test]
fn an_unsampled_root_ends_but_is_not_finished() {
    for rate in ["0", "off"] {
        let page = Page::with_rate(rate);
        page.sdk.observe(true);
        let root = page.root("root");
        page.end(page.child(root, "child"));
        page.end(root);
        // With tracing off there is no root.
        assert_eq!(heard(&page), if rate == "0" { vec![Heard::Ended(root)] } else { vec![] });
    }
}

#[test]
fn an_idle_root_ends_its_children_first_and_leaves_its_decision() {
    let page = Page::with_rate("1");
    page.sdk.observe(true);
    let root = page.idle_root("/app");
    let stuck = page.start_active(named("stuck")).key.unwrap();
    interrupt(&page, |page| assert_eq!(page.json(page.active().unwrap())["end_timestamp"], 1_709_294_415));
    page.advance(15_000);
    assert_eq!(heard(&page), [Heard::Ended(stuck), Heard::Ended(root), Heard::Finished(root, 1)]);
    assert_eq!(page.active(), None);
    assert!(page.headers(None).sentry_trace().ends_with("-1"));
}

#[test]
fn what_the_host_changes_as_a_root_ends_is_sent() {
    let page = Page::with_rate("1");
    let root = page.root("root");
    interrupt(&page, move |page| {
        assert!(!page.sdk.is_recording(root));
        page.sdk.set_name(root, "renamed");
    });
    page.end(root);
    assert_eq!(page.only_envelope().event["transaction"], "renamed");
    assert_eq!(page.only_envelope().header["trace"]["transaction"], "renamed");
}

#[test]
fn what_the_host_adds_stands_in_the_event() {
    let page = Page::with_rate("1");
    let extra = |event: &str, contexts: &str| {
        page.world.extra.replace(Some(Extra { event: event.to_owned(), contexts: contexts.to_owned() }));
        page.end(page.root("root"));
    };
    extra(r#""tags":{"a":1},"user":{"id":"1"}"#, r#""culture":{"locale":"de"}"#);
    extra("\"tags\":\n{}", "\"culture\":\r{}");
    let event = page.envelope(0).event;
    assert_eq!((&event["tags"]["a"], &event["user"]["id"]), (&1.into(), &"1".into()));
    assert_eq!(event["contexts"]["culture"]["locale"], "de");
    assert_eq!(event["contexts"]["trace"]["status"], "ok");
    let event = page.envelope(1).event;
    assert_eq!(
        (event.get("tags"), event["contexts"].get("culture")),
        (None, None),
        "a line break is refused"
    );
}

#[test]
fn a_host_that_takes_a_root_over_sends_it_itself() {
    let page = Page::with_rate("1");
    page.world.extra.replace(None);
    let root = page.root("root");
    page.end(page.child(root, "child"));
    page.end(root);
    assert_eq!(page.sent(), 0);

    let transaction = page.sdk.transaction(root).unwrap();
    let event: serde_json::Value = serde_json::from_str(&transaction.event).unwrap();
    assert_eq!((&event["type"], &event["transaction"]), (&"transaction".into(), &"root".into()));
    assert_eq!(event["spans"].as_array().unwrap().len(), 1);
    let changed =
        Transaction { event: transaction.event.replace("\"root\"", "\"filtered\""), ..transaction.clone() };
    let event_id = event["event_id"].as_str().unwrap();
    page.sdk.send_event(&changed, 1);
    let envelope = page.only_envelope();
    assert_eq!(envelope.header["event_id"], event_id);
    assert_eq!(envelope.header["trace"]["transaction"], "root");
    assert_eq!(envelope.event["transaction"], "filtered");

    for (dsc, event) in
        [("{\n}", "{}"), ("{}", "{\r}"), ("", "{}"), ("{}", ""), ("{}", "{}\n{\"type\":\"event\"}")]
    {
        let pieces =
            Transaction { event_id: event_id.to_owned(), dsc: dsc.to_owned(), event: event.to_owned() };
        page.sdk.send_event(&pieces, 0);
    }
    assert_eq!(page.sent(), 1, "a piece with a line break would be another item");
}

#[test]
fn the_private_name_of_a_span_is_not_sent() {
    let page = Page::with_rate("1");
    let root = page.root("root");
    let child = page.child(root, "child");
    for key in [root, child] {
        page.sdk.set_attributes(
            key,
            [("sentry.custom_span_name".to_owned(), Some(throughline::codec::json::Json::string("mine")))],
        );
        assert_eq!(page.json(key)["attributes"]["sentry.custom_span_name"], "mine");
    }
    page.end(child);
    page.end(root);
    assert!(!page.world.sent.borrow()[0].body.contains("custom_span_name"));
}

#[test]
fn after_close_nothing_is_recorded_or_sent() {
    let page = Page::with_rate("1");
    let open = page.idle_root("/app");
    page.sdk.close();
    assert!(!page.sdk.is_enabled());
    page.advance(60_000);
    assert_eq!(heard(&page), [Heard::Ended(open)], "its scope is restored all the same");
    let later = page.start(named("later"));
    assert!(!later.kept && !later.sampled);
    page.end(later.key.unwrap());
    assert_eq!(page.sdk.headers(None, None), None);
    assert_eq!(page.sdk.start_request(&get("https://shop.test/"), &[]), Default::default());
    page.sdk.record_loss("before_send", "transaction", 1);
    page.sdk.report_losses();
    assert_eq!(page.sent(), 0);
    page.sdk.init(init("1"));
    page.end(page.start(StartSpan::default()).key.unwrap());
    assert_eq!(page.sent(), 1);
}
