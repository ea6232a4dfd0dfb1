//! Whatever a browser, or a polyfill in its place, says of its timeline: no panic, and no span that ends before it starts.

use proptest::prelude::*;
use throughline::app::entry::FIELDS;

use crate::fake_host::Page;
use crate::measures::{measures, root};

/// A cell as a page with odd polyfills may send it.
fn any_cell() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        (-5_000_000i64..5_000_000).prop_map(|number| number.to_string()),
        Just("NaN".to_owned()),
        Just("-Infinity".to_owned()),
        Just("1e+300".to_owned()),
        Just(String::new()),
        "\"[a-z/0-9\\\\\"]{0,9}",
        "\\PC{0,5}",
    ]
}

/// A value as `JSON.stringify` writes it.
fn any_json() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| serde_json::json!(number).to_string()),
        any::<bool>().prop_map(|value| value.to_string()),
        any::<String>().prop_map(|text| serde_json::json!(text).to_string()),
        proptest::collection::vec(any::<String>(), 0..3).prop_map(|list| serde_json::json!(list).to_string()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_browser_says_no_span_ends_before_it_starts(
        kind in prop_oneof!["navigation", "resource", "paint", "mark", "measure", "device", "request", "\\PC{0,9}"],
        name in "\\PC{0,30}",
        // What comes after the fields is for the test below.
        cells in proptest::collection::vec(any_cell(), 0..=FIELDS.len()),
        streaming in any::<bool>(),
        op in prop_oneof!["pageload", "navigation"],
    ) {
        let page = if streaming { Page::streaming("1") } else { Page::with_rate("1") };
        let root = root(&page, &op);
        let name = name.replace(['\t', '\n'], " ");
        measures(&page, &format!("{kind}\t{name}\t{}", cells.join("\t")), "");
        page.end(root);
        page.sdk.flush_spans();
        let envelope = page.only_envelope();
        let (spans, end) = if streaming {
            (envelope.items().to_vec(), "end_timestamp")
        } else {
            let mut spans = envelope.event["spans"].as_array().unwrap().clone();
            spans.push(envelope.event.clone());
            (spans, "timestamp")
        };
        prop_assert!(!spans.is_empty());
        for span in spans {
            let time = |name: &str| span[name].as_f64().unwrap();
            prop_assert!(time("start_timestamp") <= time(end), "{span}");
        }
    }

    /// After the fields of a mark or a measure stand names that its page has chosen, and values which it has as
    /// JSON. We pass those on as they are: what is no JSON there would spoil the envelope.
    #[test]
    fn whatever_a_page_notes_with_a_measure_the_envelope_can_be_read(
        kind in prop_oneof!["mark", "measure"],
        details in proptest::collection::vec(("\\PC{0,9}", any_json()), 0..4),
        without_value in proptest::option::of("\\PC{0,9}"),
        streaming in any::<bool>(),
    ) {
        let page = if streaming { Page::streaming("1") } else { Page::with_rate("1") };
        let root = root(&page, "pageload");
        let mut line = format!("{kind}\tnoted\t1000{}", "\t".repeat(FIELDS.len() - 1));
        for (name, value) in &details {
            line += &format!("\t{name}\t{value}");
        }
        line.extend(without_value.map(|name| format!("\t{name}")));
        measures(&page, &line, "");
        page.end(root);
        page.sdk.flush_spans();
        let envelope = page.only_envelope();
        let (spans, name, attributes) = if streaming {
            (envelope.items(), "name", "attributes")
        } else {
            (envelope.event["spans"].as_array().unwrap().as_slice(), "description", "data")
        };
        let span = spans.iter().find(|span| span[name] == "noted").unwrap();
        for (name, _) in &details {
            prop_assert!(span[attributes].get(name).is_some(), "{span}");
        }
    }
}
