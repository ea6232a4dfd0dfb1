//! How an operation ended. Two shapes of a span tell it: the static one by a name of a closed list, the
//! streamed one by `ok` or `error`, with whatever message was given beside it.

use std::borrow::Cow;

use crate::decide::status;

/// How an operation ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Nobody has said anything.
    #[default]
    Unset,
    /// It succeeded.
    Ok,
    /// It failed, with a message: one that transactions know, or any text of the page.
    Error(Cow<'static, str>),
}

impl Status {
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
        match status::of_http(code.into()) {
            "ok" => Status::Ok,
            message => Status::error(message),
        }
    }

    /// As transactions and their spans name it. An unset status counts as success.
    pub fn text(&self) -> &'static str {
        match self {
            Status::Unset | Status::Ok => "ok",
            Status::Error(message) => status::of_message(message),
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
