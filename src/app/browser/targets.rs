//! `tracePropagationTargets`: texts go to the settings, the page's own `RegExp`s stay with the browser.

use js_sys::{Array, RegExp};
use wasm_bindgen::{JsCast, JsValue};

use crate::app::browser::logger::warn;
use crate::app::settings::Target;
use crate::codec::text;
use crate::decide::targets::can_match;

type Tester = dyn Fn(&str, Option<&str>) -> Vec<bool>;

/// The patterns among the targets, behind whoever has them.
#[derive(Default)]
pub struct Patterns(Option<Box<Tester>>);

impl std::fmt::Debug for Patterns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Patterns").field(&self.0.is_some()).finish()
    }
}

/// Splits the option. `None` as first value means that it is not set.
pub fn read(option: &JsValue) -> (Option<Vec<Target>>, Patterns) {
    if option.is_undefined() || option.is_null() {
        return (None, Patterns::default());
    }
    let Some(list) = option.dyn_ref::<Array>() else {
        warn("tracePropagationTargets was ignored: it must be an array of strings and regular expressions");
        return (None, Patterns::default());
    };
    let mut patterns = Vec::new();
    let mut targets = Vec::new();
    for entry in list.iter() {
        let target = match (entry.as_string(), entry.dyn_ref::<RegExp>()) {
            (Some(text), _) => Target::from_text(&text),
            (None, Some(pattern)) => {
                let flags: String =
                    String::from(pattern.flags()).chars().filter(|flag| !"giy".contains(*flag)).collect();
                // `g` and `y` patterns remember where they stopped, and would skip every other request.
                patterns.push(RegExp::new(&String::from(pattern.source()), &(flags + "i")));
                Some(Target::Pattern(patterns.len() - 1))
            }
            (None, None) => None,
        };
        match target {
            Some(target) => {
                if let Target::Text(text) = &target
                    && !can_match(text)
                {
                    warn(&format!("{text:?} among tracePropagationTargets matches no request"));
                }
                targets.push(target);
            }
            None => warn(
                "an entry of tracePropagationTargets was ignored: it must be a non-empty string or a regular expression",
            ),
        }
    }
    let matches = |pattern: &RegExp, url: &str, own_path: Option<&str>| {
        pattern.test(url) || own_path.is_some_and(|path| pattern.test(path))
    };
    let test = move |url: &str, own_path: Option<&str>| {
        patterns.iter().map(|pattern| matches(pattern, url, own_path)).collect()
    };
    (Some(targets), Patterns::new(test))
}

impl Patterns {
    /// Patterns that are stateless and ignore case. `test` says for each whether it matches a URL, or the path of a
    /// request for the page's own origin.
    pub fn new(test: impl Fn(&str, Option<&str>) -> Vec<bool> + 'static) -> Patterns {
        Patterns(Some(Box::new(test)))
    }

    /// Tests each pattern against the URL without its fragment, and against the path if the request is
    /// for the page's own origin.
    pub fn test(&self, url: &str, own_path: Option<&str>) -> Vec<bool> {
        let url = text::before(url, b'#');
        self.0.as_ref().map(|test| test(url, own_path)).unwrap_or_default()
    }
}
