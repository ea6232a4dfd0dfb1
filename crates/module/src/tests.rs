//! What the exports answer, without the memory through which they answer it.

use super::{answers, delivery};

const TRACE: &str = "771a43a4192642f0b136d5159a501700";
const HEADER: &str = "771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1";

/// The text of an answer; nothing where there is none.
fn text(answer: impl FnOnce(&mut String) -> Option<()>) -> Option<String> {
    let mut out = String::new();
    answer(&mut out).map(|()| out)
}

#[test]
fn a_trace_that_came_is_received_unless_it_is_not_ours() {
    let receive = |org_id, strict| {
        text(|out| {
            answers::receive(out, [HEADER, "sentry-org_id=7,sentry-sample_rand=0.25", org_id], strict, 0.5)
        })
    };
    let context = receive("7", 1).unwrap();
    assert!(context.contains(TRACE) && context.contains("\"sampleRand\":0.25"), "{context}");
    assert_eq!(receive("8", 0), None);
    assert_eq!(text(|out| answers::receive(out, ["nonsense", "", ""], 0, 0.5)), None);
}

#[test]
fn a_decision_is_bits() {
    // Sampled, the rate was applied, the sampler failed: 1, 2 and 4.
    assert_eq!(answers::decide(0, 0.5, -1, 0.25), 3);
    assert_eq!(answers::decide(0, 0.5, -1, 0.75), 2);
    assert_eq!(answers::decide(0, 0.5, 1, 0.75) & 1, 1);
    assert_eq!(answers::decide(0, 0.5, 0, 0.25) & 1, 0);
    assert_eq!(answers::decide(2, -1.0, -1, 0.25), 4);
    assert_eq!(answers::decide(0, f64::NAN, -1, 0.25) & 1, 0);
    assert_eq!(answers::decide(0, -1.0, -1, 0.25) & 1, 0);
}

/// The lines that a page load answers: context, what is stale, bits, the sampling context twice, then a line for each URL.
fn page_load(sentry_trace: &str, begun: f64, how: u32) -> Option<Vec<String>> {
    let texts = [
        sentry_trace,
        "sentry-release=old,sentry-sample_rand=0.25",
        "0123456789abcdef0123456789abcdef",
        "production",
        "shop@1",
        "public",
        "",
        "/cart",
        "url",
        "https://me:secret@shop.test/cart?token=1&patient=2\n\n",
        "patient",
    ];
    let asked = 1_700_000_000_000.0;
    text(|out| answers::page_load(out, texts, 0.5, begun, asked, how, 1.0))
        .map(|lines| lines.lines().map(str::to_owned).collect())
}

#[test]
fn a_page_load_goes_on_with_the_trace_that_came() {
    let lines = page_load(HEADER, f64::NAN, 0).unwrap();
    let [context, stale, bits, json, baggage, url, referrer] = lines.as_slice() else {
        panic!("{lines:?}");
    };
    assert!(context.contains(TRACE), "{context}");
    assert_eq!((stale.as_str(), bits.as_str()), ("", "1"));
    assert!(json.starts_with('{') && json.contains("\"release\":\"old\""), "{json}");
    assert!(baggage.contains("sentry-release=old"), "{baggage}");
    assert_eq!(
        url,
        "https://shop.test/cart?token=[Filtered]&patient=[Filtered]\thttps\tshop.test\tshop.test"
    );
    assert_eq!(referrer, "");
}

#[test]
fn a_page_load_begins_a_trace_where_none_came_or_it_is_stale() {
    let lines = page_load("", f64::NAN, 0).unwrap();
    assert!(lines[0].contains("0123456789abcdef0123456789abcdef"), "{lines:?}");
    // A name out of an address may say too much for headers.
    assert!(lines[3].contains("\"sampled\":\"true\"") && !lines[3].contains("transaction"), "{lines:?}");
    // An hour old, and judged.
    let lines = page_load(HEADER, 1_700_000_000.0 - 3600.0, 1).unwrap();
    assert!(lines[0].contains("0123456789abcdef0123456789abcdef"), "{lines:?}");
    assert!(lines[1].starts_with("{\"reason\":\"") && lines[1].contains(TRACE), "{lines:?}");
}

#[test]
fn numbers_of_a_sampling_context_are_plain_decimals() {
    let context = |rand, rate| {
        let texts = ["", TRACE, "production", "", "public", "", "/cart", "custom", rand, rate];
        text(|out| answers::sampling_context(out, texts, 2 | 4)).unwrap()
    };
    let answer = context("1e-7", "0.5");
    assert!(
        answer.contains("\"sample_rate\":\"0.5\"") && answer.contains("\"sampled\":\"true\""),
        "{answer}"
    );
    assert!(answer.contains("\"sample_rand\":\"0.0000001\""), "{answer}");
    assert!(context("0.25 or so", "").contains("\"sample_rand\":\"0.25 or so\""));
}

#[test]
fn a_dsn_is_lines_or_a_reason() {
    let lines = text(|out| answers::dsn(out, ["https://public@o7.ingest.test:8443/a/42", "x"])).unwrap();
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines[..8], ["https", "public", "", "o7.ingest.test", "8443", "a", "42", "7"]);
    assert!(lines[8].starts_with("https://o7.ingest.test:8443/a/api/42/envelope/"), "{lines:?}");
    assert_eq!(lines[9], "https://public@o7.ingest.test:8443/a/42");
    assert!(text(|out| answers::dsn(out, ["nonsense", "x"])).unwrap().starts_with('!'));
}

/// Whether a request carries headers; targets cross as lines.
fn attaches(href: &str, targets: Option<&str>, patterns: &str) -> bool {
    let texts = [href, href, "https://shop.test", targets.unwrap_or_default(), patterns, "", "", ""];
    let flags = if targets.is_some() { 4 } else { 0 };
    let answer = text(|out| answers::judge(out, texts, flags, 0.0)).unwrap();
    answer.lines().nth(1) == Some("1")
}

#[test]
fn targets_cross_as_lines() {
    assert!(attaches("https://api.test/", Some("x.test\napi.test"), ""));
    assert!(!attaches("https://api.test/", Some(""), ""));
    // A pattern is what cannot be decoded; each has its answer.
    assert!(attaches("https://api.test/", Some("x.test\n%\n%"), "01"));
    assert!(!attaches("https://api.test/", Some("x.test\n%\n%"), "00"));
    assert!(!attaches("https://api.test/", Some("%"), ""));
    assert!(attaches("https://shop.test/a%b", Some("/a%25b"), ""));
}

#[test]
fn the_examples_hold_as_targets_cross() {
    let mut seen = 0;
    for line in include_str!("../../../tests/vectors/targets.txt").lines() {
        let Some((input, expected)) = line.split_once(" => ").filter(|_| !line.starts_with('#')) else {
            continue;
        };
        let columns: Vec<&str> = input.split(" | ").collect();
        let [_, href, targets] = columns[..] else { panic!("{line}") };
        // What a pattern says is the browser's to tell.
        if targets.contains("re:") || href.contains("\\u") {
            continue;
        }
        let lines =
            (targets != "unset").then(|| targets.replace("[]", "").replace('%', "%25").replace(' ', "\n"));
        assert_eq!(attaches(href.trim(), lines.as_deref(), ""), expected.starts_with("yes"), "{line}");
        seen += 1;
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn a_request_that_failed_is_news_once() {
    let failed = |broken: &str| {
        let texts =
            [broken, "https://api.test/a", "https://shop.test", "", "sentry-trace, baggage, tracestate"];
        text(|out| answers::request_failed(out, texts, 1000.0))
    };
    let answer = failed("").unwrap();
    let (news, table) = answer.split_once('\n').unwrap();
    assert!(
        news.contains("Allow-Headers: sentry-trace, baggage, tracestate\"") && table.contains("api.test"),
        "{answer}"
    );
    assert_eq!(
        failed(table)
            .and_then(|again| again.split_once('\n').map(|(news, _)| news.to_owned()))
            .unwrap_or_default(),
        ""
    );
}

#[test]
fn limits_hold_for_as_long_as_the_server_says() {
    let limits = |status, header, retry_after| {
        text(|out| delivery::limits(out, ["", header], status, retry_after, 1000.0)).unwrap()
    };
    let table = limits(200, "60:transaction:key", -1.0);
    assert!(delivery::limited([&table, "transaction"], 60_999.0));
    assert!(
        !delivery::limited([&table, "transaction"], 61_001.0) && !delivery::limited([&table, "span"], 2000.0)
    );
    // `Retry-After`, a time that cannot be read, and no header at all: 60 seconds where nobody says how long.
    assert!(delivery::limited([&limits(429, "", 5.0), "span"], 5999.0));
    assert!(!delivery::limited([&limits(429, "", 5.0), "span"], 6001.0));
    assert!(delivery::limited([&limits(429, "", f64::NAN), "span"], 60_999.0));
    assert!(delivery::limited([&limits(429, "", -1.0), "span"], 60_999.0));
    assert!(!delivery::limited([&limits(200, "", -1.0), "span"], 1001.0));
}

#[test]
fn a_baggage_that_repeats_itself_is_read_once() {
    let repeated = "sentry-a=1,".repeat(20_000);
    assert_eq!(text(|out| answers::baggage(out, [&repeated])).as_deref(), Some("sentry-a=1"));
    assert_eq!(text(|out| answers::baggage(out, ["other=1"])), None);
    assert_eq!(
        text(|out| answers::merge_baggage(out, ["a=1", "sentry-b=2"])).as_deref(),
        Some("a=1,sentry-b=2")
    );
    assert_eq!(text(|out| answers::merge_baggage(out, ["a=1,sentry-b=1", "sentry-b=2"])), None);
    assert_eq!(text(|out| answers::merge_baggage(out, ["", "sentry-b=2"])), None);
}

#[test]
fn a_status_is_a_word() {
    let status = |message, code| text(|out| answers::status(out, [message], code)).unwrap();
    assert_eq!((status("", 200), status("", 404)), ("ok".to_owned(), "not_found".to_owned()));
    assert_eq!(
        (status("not_found", -1), status("nobody knows", -1)),
        ("not_found".to_owned(), "internal_error".to_owned())
    );
}
