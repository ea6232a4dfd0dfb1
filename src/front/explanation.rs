//! Why a request carries trace headers, or does not.

use std::fmt;

use crate::app::explanation::{About, Explanation as Explained, Reason, explain as explained};
use crate::decide::verdict::Verdict;
#[cfg(target_arch = "wasm32")]
use crate::front::runtime;

/// Why a request would carry trace headers, or would not; printed, it is two sentences: what is the case, and what to do if
/// that is not wanted. See [`explain`].
///
/// ```
/// let why = throughline::explain("https://api.example.com/orders");
/// assert!(!why.attaches(), "nothing was initialised");
/// println!("{why}");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation(Explained);

/// Tells why a `fetch` of this URL would carry trace headers, or would not. Sends nothing.
///
/// ```
/// let explanation = throughline::explain("https://api.example.com/orders");
/// assert!(!explanation.attaches());
/// assert_eq!(explanation.code(), "disabled");
/// assert_eq!(explanation.to_string(), "Tracing is not on: init was not called. Put that right first.");
/// ```
#[must_use]
pub fn explain(url: &str) -> Explanation {
    let off = || {
        explained(
            Reason::Verdict(Verdict::Disabled),
            &About { off: "init was not called", ..About::default() },
        )
    };
    Explanation(here(url).unwrap_or_else(off))
}

#[cfg(target_arch = "wasm32")]
fn here(url: &str) -> Option<Explained> {
    let runtime = runtime::current()?;
    let explain = runtime.page.try_borrow().ok()?.as_ref()?.explain();
    Some(explain(url))
}

#[cfg(not(target_arch = "wasm32"))]
fn here(_url: &str) -> Option<Explained> {
    None
}

impl Explanation {
    /// Whether the request would carry them.
    #[must_use]
    pub fn attaches(&self) -> bool {
        self.0.attaches
    }

    /// The reason in a word that does not change, for programs: that of the package for JavaScript.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// Which of the targets given to [`Options::propagate_to`](crate::Options::propagate_to) matches, counted from 0.
    #[must_use]
    pub fn target(&self) -> Option<usize> {
        self.0.target
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.sentence)
    }
}

#[cfg(target_arch = "wasm32")]
impl From<&Explanation> for wasm_bindgen::JsValue {
    /// An object `{attach, code, target, sentence}`, for the console.
    fn from(explanation: &Explanation) -> wasm_bindgen::JsValue {
        wasm_bindgen::JsValue::from(&explanation.0)
    }
}
