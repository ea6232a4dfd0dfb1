//! `tracePropagationTargets`: texts go to the core, the page's own `RegExp`s stay with the browser. The JavaScript face
//! splits the option itself (`js/options-text.ts`); [`read`] is for applications in Rust.

use js_sys::{Array, RegExp};
use wasm_bindgen::{JsCast, JsValue};

use super::logger::warn;
use crate::trace::targets::Target;

/// The patterns among the targets, made stateless and case-insensitive.
#[derive(Debug, Default)]
pub struct Patterns(Vec<RegExp>);

/// Splits the option. `None` as first value means that it is not set.
pub fn read(option: &JsValue) -> (Option<Vec<Target>>, Patterns) {
    let mut patterns = Patterns::default();
    if option.is_undefined() || option.is_null() {
        return (None, patterns);
    }
    let Some(list) = option.dyn_ref::<Array>() else {
        warn("tracePropagationTargets was ignored: it must be an array of strings and regular expressions");
        return (None, patterns);
    };
    let mut targets = Vec::new();
    for entry in list.iter() {
        let target = match (entry.as_string(), entry.dyn_ref::<RegExp>()) {
            (Some(text), _) => Target::from_text(&text),
            (None, Some(pattern)) => {
                let flags: String =
                    String::from(pattern.flags()).chars().filter(|flag| !"giy".contains(*flag)).collect();
                // `g` and `y` patterns remember where they stopped, and would skip every other request.
                patterns.0.push(RegExp::new(&String::from(pattern.source()), &(flags + "i")));
                Some(Target::Pattern(patterns.0.len() - 1))
            }
            (None, None) => None,
        };
        match target {
            Some(target) => targets.push(target),
            None => warn(
                "an entry of tracePropagationTargets was ignored: it must be a non-empty string or a regular expression",
            ),
        }
    }
    (Some(targets), patterns)
}

impl Patterns {
    /// Patterns that are stateless and ignore case already.
    pub fn new(patterns: Vec<RegExp>) -> Patterns {
        Patterns(patterns)
    }

    /// Tests each pattern against the URL without its fragment, and against the path if the request is
    /// for the page's own origin.
    pub fn test(&self, url: &str, own_path: Option<&str>) -> Vec<bool> {
        let url = url.split('#').next().unwrap_or(url);
        self.0
            .iter()
            .map(|pattern| pattern.test(url) || own_path.is_some_and(|path| pattern.test(path)))
            .collect()
    }
}
