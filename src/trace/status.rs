//! How an operation ended. Two shapes of a span tell it: the static one by a name of a closed list, the
//! streamed one by `ok` or `error`, with whatever message was given beside it.

use std::borrow::Cow;

/// How an operation ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Nobody has said anything.
    #[default]
    Unset,
    /// It succeeded.
    Ok,
    /// It failed, with a message: one of [`Status::MESSAGES`], or any text of the page.
    Error(Cow<'static, str>),
}

impl Status {
    /// The messages that transactions know. Any other becomes `internal_error` there.
    pub const MESSAGES: [&'static str; 16] = [
        "deadline_exceeded",
        "unauthenticated",
        "permission_denied",
        "not_found",
        "resource_exhausted",
        "invalid_argument",
        "unimplemented",
        "unavailable",
        "internal_error",
        "unknown_error",
        "cancelled",
        "already_exists",
        "failed_precondition",
        "aborted",
        "out_of_range",
        "data_loss",
    ];

    /// An error with a message.
    pub fn error(message: impl Into<Cow<'static, str>>) -> Status {
        Status::Error(message.into())
    }

    /// From the code numbers of OpenTelemetry: 0 unset, 1 ok, 2 error.
    pub fn from_code(code: u32, message: &str) -> Status {
        match code {
            1 => Status::Ok,
            2 => Status::error(message.to_owned()),
            _ => Status::Unset,
        }
    }

    /// From an HTTP status code.
    pub fn from_http(code: u16) -> Status {
        Status::error(match code {
            100..=399 => return Status::Ok,
            401 => "unauthenticated",
            403 => "permission_denied",
            404 => "not_found",
            409 => "already_exists",
            413 => "failed_precondition",
            429 => "resource_exhausted",
            499 => "cancelled",
            400..=498 => "invalid_argument",
            501 => "unimplemented",
            503 => "unavailable",
            504 => "deadline_exceeded",
            _ => "internal_error",
        })
    }

    /// As transactions and their spans name it. An unset status counts as success.
    pub fn text(&self) -> &'static str {
        match self {
            Status::Unset | Status::Ok => "ok",
            Status::Error(message) => {
                let known = Status::MESSAGES.into_iter().find(|known| known == message);
                known.unwrap_or("internal_error")
            }
        }
    }

    /// Whether it counts as a failure in the two-valued shape.
    pub fn is_error(&self) -> bool {
        matches!(self, Status::Error(message) if message != "cancelled")
    }

    /// What goes beside a failure in the two-valued shape.
    pub fn message(&self) -> Option<&str> {
        match self {
            Status::Error(message) if self.is_error() && !message.is_empty() => Some(message),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_http_codes_as_the_reference_does() {
        for (code, text) in [
            (100, "ok"),
            (200, "ok"),
            (399, "ok"),
            (400, "invalid_argument"),
            (401, "unauthenticated"),
            (403, "permission_denied"),
            (404, "not_found"),
            (409, "already_exists"),
            (413, "failed_precondition"),
            (418, "invalid_argument"),
            (429, "resource_exhausted"),
            (499, "cancelled"),
            (500, "internal_error"),
            (501, "unimplemented"),
            (503, "unavailable"),
            (504, "deadline_exceeded"),
            (599, "internal_error"),
            (0, "internal_error"),
            (600, "internal_error"),
        ] {
            assert_eq!(Status::from_http(code).text(), text, "{code}");
        }
    }

    #[test]
    fn a_transaction_knows_a_closed_list_and_the_streamed_shape_any_text() {
        for (code, message, text, shown) in [
            (2, "boom", "internal_error", Some("boom")),
            (2, "ok", "internal_error", Some("ok")),
            (2, "", "internal_error", None),
            (2, "not_found", "not_found", Some("not_found")),
            (2, "cancelled", "cancelled", None),
            (1, "boom", "ok", None),
            (0, "boom", "ok", None),
            (7, "boom", "ok", None),
        ] {
            let status = Status::from_code(code, message);
            assert_eq!((status.text(), status.message()), (text, shown), "{code} {message}");
        }
    }
}
