//! Whatever comes in: no parser panics, what is printed is read back, and only valid headers go out.

use proptest::prelude::*;
use throughline::app::attributes::Attributes;
use throughline::app::moment::Moment;
use throughline::codec::baggage::{self, MAX_BYTES, MAX_MEMBERS};
use throughline::codec::context::PropagationContext;
use throughline::codec::dsc::Dsc;
use throughline::codec::dsn::Dsn;
use throughline::codec::fraction::Fraction;
use throughline::codec::id::{SpanId, TraceId};
use throughline::codec::json::Json;
use throughline::codec::sentry_trace::{self, SentryTrace};
use throughline::codec::time::Timestamp;
use throughline::codec::url::{Url, has_scheme};
use throughline::codec::{percent, text, traceparent};
use throughline::decide::rate_limit::{LimitHeaders, is_closed, observe};
use throughline::decide::redaction::{recordable, write_query};
use throughline::decide::request::{Address, write_attributes, write_place};
use throughline::decide::verdict::{Question, Target, judge};

use crate::vectors::{dsc_of, entries_of};

/// Any text: characters of all planes, controls, and bytes that were no UTF-8.
pub fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<Vec<char>>().prop_map(|characters| characters.into_iter().collect()),
        any::<Vec<u8>>().prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        // Mostly what the parsers look for.
        proptest::collection::vec(
            prop_oneof![
                Just("sentry-"),
                Just("="),
                Just(","),
                Just(";"),
                Just("%"),
                Just("%4"),
                Just("%41"),
                Just("%ff"),
                Just("-"),
                Just(" "),
                Just("\t"),
                Just("\n"),
                Just("\0"),
                Just("é"),
                Just("0"),
                Just("1"),
                Just("."),
                Just("e"),
                Just(":"),
                Just("/"),
                Just("//"),
                Just("@"),
                Just("?"),
                Just("#"),
                Just("&"),
                Just("["),
                Just("]"),
                Just("https"),
                Just("blob:"),
                Just("data:"),
                Just("base64"),
                Just("localhost"),
                Just("token"),
                Just("771a43a4192642f0b136d5159a501700"),
                Just("b0e6f15b45c36b12"),
                Just("99999999999999999999"),
            ],
            0..60,
        )
        .prop_map(|parts| parts.concat()),
    ]
}

/// A header value that an application may have set: what `fetch` accepts.
fn any_header() -> impl Strategy<Value = String> {
    let bytes = prop_oneof![4 => 0x20..=0x7eu8, 1 => Just(b','), 1 => Just(b'='), 1 => Just(b'\t')];
    proptest::collection::vec(bytes, 0..400).prop_map(|bytes| String::from_utf8(bytes).unwrap())
}

pub fn any_trace_id() -> impl Strategy<Value = TraceId> {
    any::<[u8; 16]>().prop_map(TraceId::from_random)
}

pub fn any_span_id() -> impl Strategy<Value = SpanId> {
    any::<[u8; 8]>().prop_map(SpanId::from_random)
}

/// Keys and values that a Sentry entry may have; keys are not repeated.
pub fn entries(most: usize) -> impl Strategy<Value = Vec<(String, String)>> {
    let text = |least| {
        let characters = proptest::collection::vec(any::<char>(), least..12);
        characters.prop_map(|characters| characters.into_iter().collect::<String>())
    };
    proptest::collection::btree_map(text(0), text(1), 0..most).prop_map(|map| map.into_iter().collect())
}

pub fn is_valid_header(value: &str) -> bool {
    value.bytes().all(|byte| (0x20..=0x7e).contains(&byte) || byte == b'\t')
}

pub fn members(value: &str) -> usize {
    value.split(',').filter(|piece| !piece.trim().is_empty()).count()
}

pub fn borrowed(entries: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    entries.iter().map(|(key, value)| (key.as_str(), value.as_str()))
}

const MOMENT: Moment = Moment { now: Timestamp::EPOCH, ticks: 0, random: [7; 32] };

proptest! {
    // A failure prints its smallest input; that belongs into `tests/vectors/` or a test of its own.
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sentry_trace_is_read_back(
        trace_id in any_trace_id(),
        span_id in any_span_id(),
        sampled in any::<Option<bool>>(),
    ) {
        let printed = sentry_trace::print(trace_id, span_id, sampled);
        prop_assert!(is_valid_header(&printed));
        let read = SentryTrace { trace_id, parent_span_id: Some(span_id), sampled };
        prop_assert_eq!(sentry_trace::parse(&printed), Ok(read));
        let parent = traceparent::print(trace_id, span_id, sampled);
        prop_assert_eq!(parent.len(), 55);
        prop_assert!(sentry_trace::parse(&parent).is_err());
    }

    #[test]
    fn baggage_is_read_back(entries in entries(20)) {
        match dsc_of(borrowed(&entries)).to_baggage() {
            Some(printed) => {
                // Entries that would cross the limit are left out: what is read is what fitted.
                let read = entries_of(&baggage::parse_sentry(&printed));
                if printed.len() < MAX_BYTES / 2 {
                    prop_assert_eq!(read, entries);
                } else {
                    prop_assert!(read.iter().all(|entry| entries.contains(entry)));
                }
            }
            None => prop_assert!(entries.is_empty()),
        }
    }

    #[test]
    fn a_context_is_read_back(entries in entries(20)) {
        let dsc = dsc_of(borrowed(&entries));
        let printed = dsc.to_baggage().unwrap_or_default();
        prop_assume!(printed.len() < MAX_BYTES / 2);
        prop_assert_eq!(&Dsc::from_baggage(&printed), &dsc);
        let mut json = String::new();
        dsc.write_json(&mut json);
        let read: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(read.len(), entries.len());
        prop_assert!(entries.iter().all(|(key, value)| read[key] == value.as_str()));
    }

    #[test]
    fn a_printed_baggage_is_a_valid_header(entries in entries(200), long in 0..9000usize) {
        let long = "é ".repeat(long / 2);
        let all = [("long", long.as_str())].into_iter().chain(borrowed(&entries));
        if let Some(printed) = dsc_of(all).to_baggage() {
            prop_assert!(printed.bytes().all(|byte| (0x21..=0x7e).contains(&byte)), "{printed}");
            prop_assert!(!printed.starts_with(',') && !printed.ends_with(',') && !printed.contains(",,"));
            prop_assert!(printed.len() <= MAX_BYTES && members(&printed) <= MAX_MEMBERS);
            prop_assert!(printed.split(',').all(|member| member.starts_with("sentry-") && member.contains('=')));
        }
    }

    #[test]
    fn a_merged_baggage_is_a_valid_header_and_begins_with_theirs(
        theirs in any_header(),
        repeat in 1..40usize,
        entries in entries(70),
    ) {
        let theirs = theirs.repeat(repeat);
        let Some(ours) = dsc_of(borrowed(&entries)).to_baggage() else { return Ok(()) };
        if let Some(merged) = baggage::merge_into_request(&theirs, &ours) {
            prop_assert!(is_valid_header(&merged));
            prop_assert!(merged.len() <= MAX_BYTES && members(&merged) <= MAX_MEMBERS);
            prop_assert!(merged.starts_with(theirs.trim_matches([' ', '\t', ','])));
        }
    }

    #[test]
    fn received_headers_lead_to_valid_headers(header in any_text(), text in any_text(), entries in entries(90)) {
        let baggage = format!("{text},{}", dsc_of(borrowed(&entries)).to_baggage().unwrap_or_default());
        for sentry_trace in [header.as_str(), "771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-0"] {
            let context = MOMENT.receive_trace([sentry_trace, &baggage, "", ""]);
            if let Some(sent) = context.dsc.and_then(|dsc| dsc.to_baggage()) {
                prop_assert!(is_valid_header(&sent));
                prop_assert!(sent.len() <= MAX_BYTES && members(&sent) <= MAX_MEMBERS);
            }
        }
    }

    #[test]
    fn a_context_is_shown_with_all_that_is_known(
        trace_id in any_trace_id(),
        parent_span_id in proptest::option::of(any_span_id()),
        propagation_span_id in proptest::option::of(any_span_id()),
        sampled in any::<Option<bool>>(),
        dice in 0.0..1.0f64,
        entries in proptest::option::of(entries(20)),
    ) {
        let id = |id: Option<SpanId>| id.map(SpanId::hex).unwrap_or_default();
        let dsc = entries.as_ref().map(|entries| dsc_of(borrowed(entries)));
        let begun = PropagationContext::begin(trace_id, dice);
        let context = PropagationContext { parent_span_id, propagation_span_id, sampled, dsc, ..begun };
        let mut text = String::new();
        context.write_json(&mut text);
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&json["traceId"], &trace_id.hex());
        prop_assert_eq!(json["sampled"].as_bool(), sampled);
        prop_assert_eq!(json["parentSpanId"].as_str().unwrap_or_default(), id(parent_span_id));
        prop_assert_eq!(json["propagationSpanId"].as_str().unwrap_or_default(), id(propagation_span_id));
        prop_assert_eq!(json["dsc"].as_object().map(|dsc| dsc.len()), entries.map(|entries| entries.len()));
    }

    #[test]
    fn a_fraction_is_read_back(number in 0.0..=1.0f64, dice in 0.0..1.0f64) {
        for fraction in [Fraction::from_f64(number).unwrap(), Fraction::draw(dice)] {
            prop_assert_eq!(Fraction::parse(&fraction.print()), Some(fraction));
            let float: f64 = fraction.print().parse().unwrap();
            prop_assert!((float - fraction.as_f64()).abs() < 1e-15);
        }
        prop_assert!((Fraction::from_f64(number).unwrap().as_f64() - number).abs() < 1e-15);
    }

    #[test]
    fn a_float_that_somebody_printed_is_read(number in 0.0..=1.0f64, exponent in -30..30i32) {
        let read = Fraction::parse(&number.to_string()).unwrap();
        prop_assert!((read.as_f64() - number).abs() < 1e-15);
        let scaled = number * 10f64.powi(exponent);
        let read = Fraction::parse(&format!("{scaled:e}"));
        prop_assert_eq!(read.is_some(), scaled <= 1.0);
        prop_assert!(read.is_none_or(|read| (read.as_f64() - scaled).abs() < 1e-15));
    }

    #[test]
    fn no_parser_panics(text in any_text(), other in any_text(), number in any::<f64>()) {
        let _ = sentry_trace::parse(&text);
        let _ = baggage::parse_sentry(&text);
        let _ = baggage::merge_into_request(&text, &other);
        let _ = percent::decode(&text);
        let _ = Fraction::parse(&text).map(Fraction::print);
        let _ = Fraction::from_f64(number);
        let _ = TraceId::parse(&text).or(TraceId::parse(&other));
        write_query(&mut String::new(), &text, &other);
        let _ = has_scheme(&text);
        if let Ok(dsn) = Dsn::parse(&text) {
            prop_assert_eq!(Dsn::parse(&dsn.print()).map(|dsn| dsn.print()), Ok(dsn.print()));
            let _ = dsn.org_id();
            prop_assert!(is_valid_header(&dsn.envelope_url("n/v")));
        }
    }

    #[test]
    fn no_url_panics(href in any_text(), given in any_text(), target in any_text()) {
        let page = Url::split("https://shop.test/app").unwrap();
        for href in [href.as_str(), &format!("https://{href}"), &format!("blob:{href}"), &format!("data:{href}")] {
            let Some(url) = Url::split(href) else { continue };
            let _ = recordable(href, &given);
            for given in [given.as_str(), href] {
                for is_xhr in [false, true] {
                    let address = Address { given, url, is_xhr, sensitive: &target };
                    let (mut place, mut attributes) = (String::new(), String::new());
                    write_place(&mut place, &address);
                    write_attributes(&mut attributes, &address);
                }
            }
            let question =
                Question { request: url, page, is_envelope: false, headers_forbidden: false, broken: "", now: 0 };
            for target in [target.clone(), format!("https://{target}"), format!("/{target}")] {
                let _ = judge(&question, Some([Target::Text(target.into())].into_iter()));
            }
            let _ = judge(&question, None::<std::iter::Empty<Target<'_>>>);
        }
    }

    #[test]
    fn no_answer_of_a_server_panics_or_closes_for_ever(
        text in any_text(),
        status in any::<u32>(),
        retry_after in any::<Option<Option<u64>>>(),
    ) {
        let answered = LimitHeaders { status, rate_limits: &text, retry_after };
        let table = observe("", &answered, 0);
        let table = observe(&table, &LimitHeaders { rate_limits: "", ..answered }, 0);
        prop_assert!(!is_closed(&table, "transaction", 3 * u64::from(u32::MAX)));
        let table = observe(&table, &LimitHeaders { status: 429, ..LimitHeaders::default() }, 0);
        prop_assert!(is_closed(&table, "transaction", 1000));
    }

    #[test]
    fn every_time_is_printable(number in any::<f64>(), micros in 0..300_000_000_000_000_000u64) {
        let given = Timestamp::from_input(number);
        prop_assert_eq!(given.is_some(), number.is_finite() && number > 0.0);
        for time in [given.unwrap_or_default(), Timestamp::from_millis(number), Timestamp::from_micros(micros)] {
            let seconds: f64 = serde_json::from_str(&time.seconds()).unwrap();
            prop_assert!((seconds - time.as_micros() as f64 / 1e6).abs() < 1e-3);
            let text = time.seconds();
            let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
            let micros: u64 = format!("{whole}{decimals:0<6}").parse().unwrap();
            prop_assert_eq!(micros, time.as_micros());
            prop_assert_eq!(time.iso8601().len(), 24);
            prop_assert!(time.plus_millis(u32::MAX) >= time);
            prop_assert_eq!(time.millis_since(time), 0);
        }
    }

    #[test]
    fn every_json_is_one_line_and_read_back(name in any_text(), value in any_text(), number in any::<i64>()) {
        let mut attributes = Attributes::default();
        attributes.set("number", Json::integer(number));
        attributes.set_string(&name, &value);
        let mut out = String::new();
        attributes.write_json(&mut out);
        prop_assert!(!out.contains(['\n', '\r']));
        let read: serde_json::Value = serde_json::from_str(&out).unwrap();
        prop_assert_eq!(&read[&name], value.as_str());
        prop_assert!(attributes.text(&name).is_none_or(|text| text == value));
        attributes.remove(&name);
        prop_assert_eq!(attributes.get(&name), None);
        if let Some(raw) = Json::raw(value) {
            prop_assert!(!raw.as_str().contains(['\n', '\r']));
        }
    }

    #[test]
    fn attributes_are_a_list_of_pairs(
        changes in proptest::collection::vec((0..4usize, proptest::option::of(any_text())), 0..12),
        odd in any_text(),
    ) {
        let names = ["a", "sentry.op", "a\"\\\n\u{e9}", odd.as_str()];
        let (mut attributes, mut pairs) = (Attributes::default(), Vec::<(&str, String)>::new());
        for (name, value) in &changes {
            let name = names[*name];
            let known = pairs.iter_mut().find(|(known, _)| *known == name);
            match (value, known) {
                (Some(value), Some((_, known))) => known.clone_from(value),
                (Some(value), None) => pairs.push((name, value.clone())),
                (None, _) => pairs.retain(|(known, _)| *known != name),
            }
            match value {
                Some(value) => attributes.set_string(name, value),
                None => attributes.remove(name),
            }
            let members = pairs.iter().map(|(name, value)| {
                [Json::string(name).as_str(), ":", Json::string(value).as_str()].concat()
            });
            prop_assert_eq!(attributes.members(), members.collect::<Vec<_>>().join(","));
            for (name, value) in &pairs {
                let value = Json::string(value);
                prop_assert_eq!(attributes.get(name), Some(value.as_str()));
            }
            prop_assert_eq!(attributes.len(), pairs.len());
        }
    }

    #[test]
    fn texts_are_cut_as_str_cuts_them(text in "[a:é☃]{0,12}", part in "[a:é]{0,3}") {
        prop_assert_eq!(text::find(&text, b':'), text.find(':'));
        prop_assert_eq!(text::has(&text, b':'), text.contains(':'));
        prop_assert_eq!(text::contains(&text, &part, false), text.contains(&part));
        prop_assert_eq!(text::cut_once(&text, b':'), text.split_once(':'));
        let (first, last) = (text.split_once(':'), text.rsplit_once(':'));
        prop_assert_eq!(text::cut(&text, b':'), first.unwrap_or((&text, "")));
        prop_assert_eq!(text::cut_last(&text, b':'), last.unwrap_or(("", &text)));
        let all: Vec<&str> = text::items(&text, b':').collect();
        prop_assert_eq!(&all, &text.split_terminator(':').collect::<Vec<_>>());
        prop_assert_eq!(text::concat(&all), all.concat());
    }
}
