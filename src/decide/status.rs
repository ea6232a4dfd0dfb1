//! How an operation ended, in the words that transactions know.

use crate::codec::digits::parse_integer;
use crate::codec::text;

/// The messages that transactions know of an operation that failed.
pub const MESSAGES: &str = "deadline_exceeded unauthenticated permission_denied not_found resource_exhausted \
                            invalid_argument unimplemented unavailable internal_error unknown_error cancelled \
                            already_exists failed_precondition aborted out_of_range data_loss";

/// What stands for all other messages.
const OTHER: &str = "internal_error";

/// The codes of HTTP that have a message of their own, as the reference has them.
const HTTP: &str = "401 unauthenticated,403 permission_denied,404 not_found,409 already_exists,413 failed_precondition,\
                    429 resource_exhausted,499 cancelled,501 unimplemented,503 unavailable,504 deadline_exceeded";

/// How a request ended by the code of its answer: `ok`, or a message.
pub fn of_http(code: i32) -> &'static str {
    for known in text::items(HTTP, b',') {
        if parse_integer(text::before(known, b' ')) == u64::try_from(code).ok() {
            return text::behind(known, b' ');
        }
    }
    match code {
        100..=399 => "ok",
        400..=499 => "invalid_argument",
        _ => OTHER,
    }
}

/// A message as transactions know it.
pub fn of_message(message: &str) -> &'static str {
    for known in text::items(MESSAGES, b' ') {
        if text::is(known, message) {
            return known;
        }
    }
    OTHER
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
            (-1, "internal_error"),
            (0, "internal_error"),
            (600, "internal_error"),
        ] {
            assert_eq!(of_http(code), text, "{code}");
        }
    }

    #[test]
    fn a_transaction_knows_a_closed_list() {
        for (message, text) in [
            ("boom", "internal_error"),
            ("ok", "internal_error"),
            ("", "internal_error"),
            ("not_found cancelled", "internal_error"),
            ("not_found", "not_found"),
            ("deadline_exceeded", "deadline_exceeded"),
            ("data_loss", "data_loss"),
        ] {
            assert_eq!(of_message(message), text, "{message}");
        }
    }
}
