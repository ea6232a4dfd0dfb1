//! Why a request carries headers, and how it loses them where they broke something.

use throughline::app::explanation::{ALLOW, Reason, words};
use throughline::app::request::Request;
use throughline::app::sdk::Init;
use throughline::app::settings::{Settings, Target};
use throughline::decide::verdict::Verdict;

use crate::fake_host::{Page, get, init};

const PAGE: &str = "https://shop.test/app";
const API: &str = "https://api.test/v1";

/// A page whose targets are its own origin and `api.test` with all below.
fn page() -> Page {
    let page = Page::new();
    let init = init("1");
    let targets = ["/", "api.test"].iter().filter_map(|text| Target::from_text(text)).collect();
    page.sdk.init(Init { settings: Settings { targets: Some(targets), ..init.settings }, ..init });
    page
}

fn judge(page: &Page, href: &str) -> Verdict {
    page.sdk.judge_request(&get(href), &[])
}

#[test]
fn each_verdict_has_its_reason() {
    assert_eq!(judge(&Page::new(), API), Verdict::Disabled);
    let unset = Page::with_rate("1");
    assert_eq!(judge(&unset, "https://shop.test/x"), Verdict::SameOrigin);
    assert_eq!(judge(&unset, "http://localhost:3000/x"), Verdict::Localhost);
    assert_eq!(judge(&unset, API), Verdict::CrossOrigin);
    assert_eq!(judge(&unset, "data:,x"), Verdict::NotHttp);
    let forbidden = Request { headers_forbidden: true, ..get("https://shop.test/x") };
    assert_eq!(unset.sdk.judge_request(&forbidden, &[]), Verdict::NoCors);
    let page = page();
    assert_eq!(judge(&page, API), Verdict::Target(1));
    assert_eq!(judge(&page, "https://other.test/"), Verdict::NoMatch);
    assert_eq!(judge(&page, "https://api.test/v1?sig=1&se=2"), Verdict::Signed);
    let init = init("1");
    page.sdk.init(Init { settings: Settings { targets: Some(Vec::new()), ..init.settings }, ..init });
    assert_eq!(judge(&page, API), Verdict::NoTargets);
}

/// The ingest of any SDK, and a collector's: whoever sends there, a page that traces itself included.
#[test]
fn what_is_sent_to_an_ingest_is_no_request_of_the_page() {
    let page = page();
    for href in [
        "https://o1.ingest.sentry.test/api/42/envelope/?sentry_version=7&sentry_key=k",
        "https://api.test/sentry/api/42/envelope/",
        "https://api.test/api/42/store/?sentry_version=7",
        "https://shop.test/report?sentry_key=k",
        "https://api.test/v1/traces",
        "http://api.test:4318/otlp/v1/traces",
    ] {
        assert_eq!(judge(&page, href), Verdict::Envelope, "{href}");
        assert_eq!(page.sdk.start_request(&get(href), &[]), Default::default(), "{href}");
    }
    for href in [
        "https://api.test/envelope",
        "https://api.test/envelopes/",
        "https://api.test/store/",
        "https://api.test/api/v1/store/",
        "https://api.test/v1/traces/7",
        "https://api.test/x?not_sentry_key=k",
        "https://api.test/x?q=sentry_key",
    ] {
        assert_eq!(judge(&page, href), Verdict::Target(1), "{href}");
    }
}

#[test]
fn codes_are_unlike_each_other() {
    let all = [
        Verdict::SameOrigin,
        Verdict::Localhost,
        Verdict::Target(0),
        Verdict::Disabled,
        Verdict::Envelope,
        Verdict::NotHttp,
        Verdict::NoCors,
        Verdict::CrossOrigin,
        Verdict::NoTargets,
        Verdict::NoMatch,
        Verdict::Signed,
        Verdict::Broken,
    ];
    let codes: std::collections::BTreeSet<&str> = all.iter().map(|verdict| verdict.code()).collect();
    assert_eq!(codes.len(), all.len());
    assert_eq!(all.iter().filter(|verdict| verdict.attaches()).count(), 3);
}

#[test]
fn an_origin_that_failed_gets_no_headers_any_more() {
    let page = page();
    let said = page.sdk.request_failed(API, PAGE, None).unwrap();
    assert_eq!(
        said,
        "requests to https://api.test get no trace headers any more, because one with them failed: let \
         https://api.test answer with \"Access-Control-Allow-Headers: sentry-trace, baggage\", or change \
         propagate_to"
    );
    assert_eq!(judge(&page, "https://api.test/v2"), Verdict::Broken);
    assert_eq!(page.sdk.request_failed(API, PAGE, None), None, "said once");
    assert_eq!(judge(&page, "https://eu.api.test/"), Verdict::Target(1));
    assert_eq!(judge(&page, "https://shop.test/x"), Verdict::Target(0));
    page.advance(86_400_000);
    assert_eq!(judge(&page, API), Verdict::Broken);
    assert!(page.sdk.start_request(&get(API), &[]).headers.is_none());
}

#[test]
fn the_sentence_names_traceparent_where_it_is_sent() {
    let page = page();
    let init = init("1");
    page.sdk
        .init(Init { settings: Settings { propagate_traceparent: true.into(), ..init.settings }, ..init });
    let said = page.sdk.request_failed("http://localhost:1/x", PAGE, None).unwrap();
    assert!(said.contains("sentry-trace, baggage, traceparent\""), "{said}");
}

#[test]
fn an_origin_that_redirects_elsewhere_gets_no_headers_any_more() {
    let page = page();
    let said = page.sdk.request_failed(API, PAGE, Some("https://cdn.test/f")).unwrap();
    assert!(said.contains("was redirected: let https://cdn.test answer"), "{said}");
    assert_eq!(judge(&page, API), Verdict::Broken);
}

#[test]
fn an_address_of_the_own_origin_pauses_for_a_minute_at_first() {
    let page = page();
    let download = "https://shop.test/download?file=1";
    assert_eq!(page.sdk.request_failed(download, PAGE, None), None);
    assert_eq!(judge(&page, "https://shop.test/download?file=2"), Verdict::Broken);
    assert_eq!(judge(&page, "https://shop.test/other"), Verdict::Target(0));
    page.advance(59_999);
    assert_eq!(judge(&page, download), Verdict::Broken);
    page.advance(1);
    assert_eq!(judge(&page, download), Verdict::Target(0));
    let said = page.sdk.request_failed(download, PAGE, None).unwrap();
    assert!(said.contains("requests to https://shop.test/download get no trace headers"), "{said}");
    page.advance(86_400_000);
    assert_eq!(judge(&page, download), Verdict::Broken);
}

#[test]
fn requests_that_fail_together_fail_once() {
    let page = page();
    let api = "https://shop.test/graphql";
    for _ in 0..3 {
        assert_eq!(page.sdk.request_failed(api, PAGE, None), None);
        page.advance(1);
    }
    page.advance(60_000);
    assert_eq!(judge(&page, api), Verdict::Target(0));
}

#[test]
fn addresses_of_the_own_origin_take_no_room_from_other_origins() {
    let page = page();
    for index in 0..150 {
        page.sdk.request_failed(&format!("https://shop.test/items/{index}"), PAGE, None);
    }
    assert_eq!(judge(&page, API), Verdict::Target(1));
    assert_eq!(judge(&page, "https://shop.test/items/149"), Verdict::Broken);
    assert!(page.sdk.request_failed(API, PAGE, None).is_some());
    assert_eq!(judge(&page, API), Verdict::Broken);
}

#[test]
fn an_address_of_the_own_origin_that_fails_now_and_then_is_not_given_up() {
    let page = page();
    let polled = "https://shop.test/poll";
    for _ in 0..5 {
        assert_eq!(page.sdk.request_failed(polled, PAGE, None), None);
        assert_eq!(judge(&page, polled), Verdict::Broken);
        page.advance(60_000 + 600_000);
        assert_eq!(judge(&page, polled), Verdict::Target(0));
    }
}

#[test]
fn a_redirect_of_the_own_origin_that_was_answered_did_no_harm() {
    let page = page();
    assert_eq!(page.sdk.request_failed("https://shop.test/x", PAGE, Some("https://cdn.test/f")), None);
    assert_eq!(judge(&page, "https://shop.test/x"), Verdict::Target(0));
}

#[test]
fn a_page_that_breaks_everywhere_is_remembered_in_bounds() {
    let page = page();
    for index in 0..100 {
        page.sdk.request_failed(&format!("https://a{index}.api.test/"), PAGE, None);
    }
    assert_eq!(judge(&page, "https://new.api.test/"), Verdict::Broken);
    assert_eq!(judge(&page, "https://shop.test/x"), Verdict::Target(0));
}

#[test]
fn they_are_explained_in_the_words_of_the_package_for_javascript() {
    let package = concat!(env!("CARGO_MANIFEST_DIR"), "/js/integrations/explain.ts");
    let package = std::fs::read_to_string(package).unwrap();
    let verdicts = [
        Verdict::SameOrigin,
        Verdict::Localhost,
        Verdict::Target(1),
        Verdict::Disabled,
        Verdict::Envelope,
        Verdict::NotHttp,
        Verdict::NoCors,
        Verdict::CrossOrigin,
        Verdict::NoTargets,
        Verdict::NoMatch,
        Verdict::Signed,
        Verdict::Broken,
    ];
    // What is to be done about these two is done otherwise here.
    let own = [Reason::NotTraced, Reason::Verdict(Verdict::Signed)];
    for reason in verdicts.into_iter().map(Reason::Verdict).chain([Reason::NotTraced, Reason::NoUrl]) {
        let (detail, fix) = words(reason);
        for text in [Some(detail), Some(fix).filter(|_| !own.contains(&reason))].into_iter().flatten() {
            let text = text.replace("propagate_to", "tracePropagationTargets");
            assert!(package.contains(&text), "{text}");
        }
    }
    assert!(package.contains(ALLOW));
}
