//! Why a request carries trace headers, or does not.

use std::fmt;

/// Why a request would carry trace headers, or would not; printed, it is a sentence. See [`explain`](crate::explain).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub(crate) attaches: bool,
    pub(crate) code: &'static str,
    pub(crate) target: Option<usize>,
    pub(crate) sentence: String,
}

impl Explanation {
    /// Whether the request would carry them.
    #[must_use]
    pub fn attaches(&self) -> bool {
        self.attaches
    }

    /// The reason in a word, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Which of the targets given to [`Options::propagate_to`](crate::Options::propagate_to) matches, counted from 0.
    #[must_use]
    pub fn target(&self) -> Option<usize> {
        self.target
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.sentence)
    }
}
