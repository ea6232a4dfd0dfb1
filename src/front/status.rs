//! How an operation ended, for those who say so.

use std::fmt;
use std::str::FromStr;

use crate::app::status::Status;

/// How an operation ended, in the words that transactions know.
///
/// ```
/// use throughline::{Span, SpanStatus};
///
/// let span = Span::start("load profile");
/// span.set_status(SpanStatus::NotFound);
/// assert_eq!(SpanStatus::NotFound.as_str(), "not_found");
/// assert_eq!("not_found".parse(), Ok(SpanStatus::NotFound));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SpanStatus {
    /// It succeeded.
    Ok,
    /// It failed, and nobody knows more.
    InternalError,
    /// It was given up before it was done.
    Cancelled,
    /// It failed in a way that nobody knows.
    UnknownError,
    /// What it was given is wrong.
    InvalidArgument,
    /// It took too long.
    DeadlineExceeded,
    /// What it was to work on is not there.
    NotFound,
    /// What it was to make is there already.
    AlreadyExists,
    /// Whoever asked may not.
    PermissionDenied,
    /// Nobody knows who asked.
    Unauthenticated,
    /// Some quota is used up.
    ResourceExhausted,
    /// What it works on is not in the state that it needs.
    FailedPrecondition,
    /// Somebody else was faster.
    Aborted,
    /// It went past what is there.
    OutOfRange,
    /// Nobody can do it.
    Unimplemented,
    /// Whoever does it is not there for now.
    Unavailable,
    /// Data are lost or broken.
    DataLoss,
}

use SpanStatus::{
    Aborted, AlreadyExists, Cancelled, DataLoss, DeadlineExceeded, FailedPrecondition, InternalError,
    InvalidArgument, NotFound, OutOfRange, PermissionDenied, ResourceExhausted, Unauthenticated, Unavailable,
    Unimplemented, UnknownError,
};

const ALL: [(SpanStatus, &str); 17] = [
    (SpanStatus::Ok, "ok"),
    (InternalError, "internal_error"),
    (Cancelled, "cancelled"),
    (UnknownError, "unknown_error"),
    (InvalidArgument, "invalid_argument"),
    (DeadlineExceeded, "deadline_exceeded"),
    (NotFound, "not_found"),
    (AlreadyExists, "already_exists"),
    (PermissionDenied, "permission_denied"),
    (Unauthenticated, "unauthenticated"),
    (ResourceExhausted, "resource_exhausted"),
    (FailedPrecondition, "failed_precondition"),
    (Aborted, "aborted"),
    (OutOfRange, "out_of_range"),
    (Unimplemented, "unimplemented"),
    (Unavailable, "unavailable"),
    (DataLoss, "data_loss"),
];

impl SpanStatus {
    /// The word that stands for it in a transaction.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let known = ALL.iter().find(|(status, _)| *status == self);
        known.map_or("internal_error", |(_, word)| word)
    }

    pub(crate) fn to_status(self) -> Status {
        match self {
            SpanStatus::Ok => Status::Ok,
            failed => Status::error(failed.as_str()),
        }
    }
}

impl fmt::Display for SpanStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word is none of a [`SpanStatus`].
///
/// ```
/// let error = "fine".parse::<throughline::SpanStatus>().unwrap_err();
/// assert!(error.to_string().starts_with("invalid status \"fine\": "));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseStatusError(String);

impl fmt::Display for ParseStatusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid status {:?}: it must be a word such as ok, not_found or internal_error", self.0)
    }
}

impl std::error::Error for ParseStatusError {}

impl FromStr for SpanStatus {
    type Err = ParseStatusError;

    fn from_str(word: &str) -> Result<SpanStatus, ParseStatusError> {
        let known = ALL.iter().find(|(_, known)| *known == word);
        known.map(|(status, _)| *status).ok_or_else(|| ParseStatusError(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::status::MESSAGES;

    #[test]
    fn the_words_are_those_that_transactions_know() {
        assert_eq!(ALL.len(), 1 + MESSAGES.split_ascii_whitespace().count());
        for (status, word) in ALL {
            assert_eq!(status.to_status().text(), word);
            assert_eq!(word.parse(), Ok(status));
        }
    }
}
