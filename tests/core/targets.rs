//! `tracePropagationTargets` against the examples.

use throughline::app::sdk::Init;
use throughline::app::settings::{self, Settings};
use throughline::codec::url::Url;
use throughline::decide::verdict::{Question, Target, Verdict, judge, own_origin};

use crate::fake_host::{Page, get, init};
use crate::vectors::{each, same};

const PAGE: &str = "https://shop.test/app/cart?x=1";

/// What the browser's own RegExp would say, for the patterns in the examples: letters, `^` and `$`.
fn pattern_matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let (from_start, pattern) = pattern.strip_prefix('^').map_or((false, &pattern[..]), |rest| (true, rest));
    let (to_end, pattern) = pattern.strip_suffix('$').map_or((false, pattern), |rest| (true, rest));
    match (from_start, to_end) {
        (true, true) => text == pattern,
        (true, false) => text.starts_with(pattern),
        (false, true) => text.ends_with(pattern),
        (false, false) => text.contains(pattern),
    }
}

#[test]
fn attaches_as_the_examples_say() {
    check("targets.txt", PAGE);
}

#[test]
fn nothing_is_on_the_origin_of_a_page_whose_origin_is_opaque() {
    check("targets_opaque.txt", "null");
}

/// What the examples of a file say of requests from a page.
fn check(file: &str, page: &str) {
    let page = own_origin(page);
    each(file, |example| {
        let [_, href, targets] = example.inputs();
        let request = Url::split(href).unwrap();
        let own_path = request.same_origin(&page).then_some(request.path);
        let without_fragment = href.split('#').next().unwrap();
        let list: Option<Vec<Target<'_>>> = (targets != "unset").then(|| {
            let texts = targets.split(' ').filter(|text| *text != "[]");
            texts
                .map(|text| match text.strip_prefix("re:") {
                    Some(pattern) => {
                        let own_path_matches = own_path.is_some_and(|path| pattern_matches(pattern, path));
                        Target::Pattern(own_path_matches || pattern_matches(pattern, without_fragment))
                    }
                    None => Target::Text(text.into()),
                })
                .collect()
        });
        let question =
            Question { request, page, is_envelope: false, headers_forbidden: false, broken: "", now: 0 };
        let answer = judge(&question, list.map(Vec::into_iter));
        same(example, if answer.attaches() { "yes" } else { "no" });
    });
}

#[test]
fn a_pattern_that_nobody_answered_for_does_not_match() {
    for (index, verdict) in [(1, Verdict::NoMatch), (0, Verdict::Target(0))] {
        let page = Page::new();
        let init = init("1");
        let targets = Some(vec![settings::Target::Pattern(index)]);
        page.sdk.init(Init { settings: Settings { targets, ..init.settings }, ..init });
        assert_eq!(page.sdk.judge_request(&get("https://api.test/"), &[true]), verdict);
    }
}

#[test]
fn an_empty_text_is_no_target() {
    assert_eq!(settings::Target::from_text(""), None);
}
