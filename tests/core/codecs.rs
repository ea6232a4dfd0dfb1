//! Headers, rates and names against the examples.

use throughline::codec::dsc::Dsc;
use throughline::codec::fraction::Fraction;
use throughline::codec::id::{SpanId, TraceId};
use throughline::codec::url::Url;
use throughline::codec::{baggage, sentry_trace, traceparent, tracestate};
use throughline::decide::continuation::{continued_sample_rand, may_continue, receive, receive_headers};
use throughline::decide::redaction::recordable;
use throughline::decide::request::{Address, write_place};

use crate::vectors::{SPAN, TRACE, decision, decision_text, dsc_of, each, entries_of, fits, optional, same};

#[test]
fn reads_sentry_trace() {
    each("sentry_trace.txt", |example| {
        let answer = sentry_trace::parse(example.only_input()).map(|header| {
            let span_id = header.parent_span_id.map_or("none".to_owned(), SpanId::hex);
            format!("{} | {span_id} | {}", header.trace_id.hex(), decision_text(header.sampled))
        });
        same(example, answer.unwrap_or("none".to_owned()));
    });
}

#[test]
fn an_unreadable_sentry_trace_names_the_offender() {
    let error = |header: &str| sentry_trace::parse(header).unwrap_err().to_string();
    assert!(error("garbage").contains("trace id"));
    assert!(error(&format!("{TRACE}-0000000000000000-1")).contains("span id"));
    assert!(error(&format!("{TRACE}-{SPAN}-2")).contains("unexpected text"));
}

#[test]
fn prints_sentry_trace_and_traceparent() {
    let prints = [sentry_trace::print, traceparent::print];
    for (file, print) in ["sentry_trace_print.txt", "traceparent_print.txt"].into_iter().zip(prints) {
        each(file, |example| {
            let [trace_id, span_id, sampled] = example.inputs();
            let (trace_id, span_id) = (TraceId::parse(trace_id).unwrap(), SpanId::parse(span_id).unwrap());
            same(example, print(trace_id, span_id, decision(sampled)));
        });
    }
}

#[test]
fn reads_traceparent() {
    each("traceparent.txt", |example| {
        let answer = traceparent::parse(example.only_input()).map(|header| {
            let span_id = header.parent_span_id.map_or("none".to_owned(), SpanId::hex);
            format!("{} | {span_id} | {}", header.trace_id.hex(), decision_text(header.sampled))
        });
        same(example, answer.unwrap_or("none".to_owned()));
    });
}

#[test]
fn reads_tracestate() {
    each("tracestate.txt", |example| {
        let answer = tracestate::read(example.only_input());
        same(example, if answer.is_empty() { "none" } else { answer });
    });
}

#[test]
fn a_traceparent_counts_where_there_is_no_valid_sentry_trace() {
    const OTHER: &str = "0123456789abcdef0123456789abcdef";
    let (ours, parent) = (format!("{TRACE}-{SPAN}-1"), format!("00-{TRACE}-{SPAN}-00"));
    let of_another = format!("00-{OTHER}-{SPAN}-01");
    let baggage = format!("sentry-trace_id={TRACE},sentry-sample_rand=0.25");
    let receive = |values| receive_headers(values, 0.5);
    // W3C Trace Context, section 3.3: `tracestate` means nothing without the `traceparent` beside it.
    for (values, trace_id, sampled, tracestate) in [
        ([&ours, "", &parent, "a=1"], TRACE, Some(true), "a=1"),
        ([&ours, "", &of_another, "a=1"], TRACE, Some(true), ""),
        ([&ours, "", "nonsense", "a=1"], TRACE, Some(true), ""),
        (["", "", &parent, "a=1"], TRACE, Some(false), "a=1"),
        (["nonsense", "", &of_another, "a=1"], OTHER, Some(true), "a=1"),
        (["", "", &parent, "A=1"], TRACE, Some(false), ""),
    ] {
        let context = receive(values).unwrap();
        let said = (context.trace_id.hex(), context.sampled, context.tracestate.as_str());
        assert_eq!(said, (trace_id.to_owned(), sampled, tracestate), "{values:?}");
        // Another service heads the trace: nothing is invented about it.
        assert_eq!(context.dsc, Some(Dsc::default()), "{values:?}");
    }
    let context = receive(["", &baggage, &parent, ""]).unwrap();
    assert_eq!(
        (context.sample_rand.print().as_str(), context.dsc.unwrap().to_baggage()),
        ("0.25", Some(baggage.clone()))
    );
    assert_eq!(
        receive(["", &baggage, &of_another, ""]).unwrap().dsc,
        Some(Dsc::default()),
        "of another trace"
    );
    assert_eq!(receive(["", &baggage, "nonsense", "a=1"]), None);
    assert_eq!(receive(["", &baggage, "", "a=1"]), None);
}

#[test]
fn reads_baggage() {
    each("baggage_parse.txt", |example| {
        let dsc = baggage::parse_sentry(example.only_input());
        let entries: Vec<String> =
            entries_of(&dsc).into_iter().map(|(key, value)| format!("{key}={value}")).collect();
        same(example, if entries.is_empty() { "none".to_owned() } else { entries.join(" | ") });
    });
}

#[test]
fn prints_baggage() {
    each("baggage_print.txt", |example| {
        let entries = example.input.iter().filter_map(|entry| entry.split_once('='));
        let members: Vec<String> = entries.filter_map(|entry| dsc_of([entry]).to_baggage()).collect();
        let dsc = if members.is_empty() { Dsc::default() } else { Dsc::of_members(&members.join(",")) };
        same(example, dsc.to_baggage().unwrap_or("none".to_owned()));
    });
}

#[test]
fn merges_baggage_into_a_request() {
    for file in ["baggage_merge.txt", "baggage_w3c.txt"] {
        each(file, |example| {
            let [theirs, ours] = example.inputs();
            same(example, baggage::merge_into_request(theirs, ours).unwrap_or("left alone".to_owned()));
        });
    }
}

#[test]
fn reads_rates() {
    each("rate_texts.txt", |example| {
        let rate = Fraction::parse(example.only_input());
        same(example, rate.map_or("invalid".to_owned(), Fraction::print));
    });
    each("rate_numbers.txt", |example| {
        let number: f64 = example.only_input().parse().unwrap();
        same(example, Fraction::from_f64(number).map_or("invalid".to_owned(), Fraction::print));
    });
}

#[test]
fn draws_the_lot_of_a_continued_trace() {
    each("sample_rand.txt", |example| {
        let [received, rate, sampled] = example.inputs();
        for dice in [0.0, 1e-19, 0.33, 0.5, 0.999_999_999, 1.0 - f64::EPSILON] {
            let drawn = continued_sample_rand(
                Fraction::parse(received),
                Fraction::parse(rate),
                decision(sampled),
                dice,
            );
            let expected = example.expected();
            assert!(fits(&expected, &drawn.print()), "{example}: {} is not {expected}", drawn.print());
        }
    });
}

#[test]
fn checks_the_organization() {
    each("org.txt", |example| {
        let [received, own, strict] = example.inputs();
        let baggage = optional(received).map(|org| format!("sentry-org_id={org}")).unwrap_or_default();
        let context = receive(&format!("{TRACE}-{SPAN}-1"), &baggage, 0.5).unwrap();
        let answer = may_continue(&context, optional(own).unwrap_or_default(), strict == "on");
        same(example, if answer { "continue" } else { "new" });
    });
}

#[test]
fn names_requests() {
    each("request_names.txt", |example| {
        let [given, href] = example.inputs();
        let mut place = String::new();
        write_place(
            &mut place,
            &Address { given, url: Url::split(href).unwrap(), is_xhr: false, sensitive: "" },
        );
        same(example, place);
    });
}

/// What the application has added to the list.
const FURTHER: &str = "patient  gr%C3%B6%C3%9Fe user%5Bmail";

#[test]
fn records_urls_without_what_is_secret() {
    each("recorded_urls.txt", |example| {
        same(example, recordable(example.only_input(), FURTHER));
    });
}
