//! `tracePropagationTargets` against the examples.

use throughline::trace::targets::Target;
use throughline::trace::url::Url;
use throughline::trace::verdict::{Verdict, judge};

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
    let page = Url::split(PAGE).unwrap();
    each("targets.txt", |example| {
        let [_, href, targets] = example.inputs();
        let request = Url::split(href).unwrap();
        let own_path = request.same_origin(&page).then_some(request.path);
        let without_fragment = href.split('#').next().unwrap();
        let mut patterns = Vec::new();
        let list: Option<Vec<Target>> = (targets != "unset").then(|| {
            let texts = targets.split(' ').filter(|text| *text != "[]");
            texts
                .map(|text| match text.strip_prefix("re:") {
                    Some(pattern) => {
                        let own_path_matches = own_path.is_some_and(|path| pattern_matches(pattern, path));
                        patterns.push(own_path_matches || pattern_matches(pattern, without_fragment));
                        Target::Pattern(patterns.len() - 1)
                    }
                    None => Target::from_text(text).unwrap(),
                })
                .collect()
        });
        let answer = judge(list.as_deref(), &request, &page, &patterns);
        same(example, if answer.attaches() { "yes" } else { "no" });
    });
}

#[test]
fn a_pattern_that_nobody_answered_for_does_not_match() {
    let page = Url::split(PAGE).unwrap();
    assert_eq!(judge(Some(&[Target::Pattern(1)]), &page, &page, &[true]), Verdict::NoMatch);
    assert_eq!(judge(Some(&[Target::Pattern(0)]), &page, &page, &[true]), Verdict::Target(0));
}

#[test]
fn an_empty_text_is_no_target() {
    assert_eq!(Target::from_text(""), None);
}
