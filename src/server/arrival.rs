//! Whose trace the headers of a request describe.
//!
//! A header may be there more than once, as lines of its own or joined by commas, may be as large as the server allows, and may
//! hold any bytes. The part that is valid counts.

use http::HeaderMap;

use super::options::Settings;
use crate::codec::baggage::MAX_BYTES;
use crate::codec::context::PropagationContext;
use crate::codec::dsc::PREFIX;
use crate::codec::text::{push, set, starts, trim};
use crate::codec::{sentry_trace, traceparent};
use crate::decide::continuation;

/// Where the trace of a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// `sentry-trace` named it.
    SentryTrace,
    /// `traceparent` named it, and there was no valid `sentry-trace`.
    Traceparent,
    /// It began here, because no header named one.
    Absent,
    /// It began here, because no header that should name one is valid.
    Invalid,
    /// It began here, because the one that was named is another organization's, or with
    /// [`strict_trace_continuation`](crate::server::ServerOptions::strict_trace_continuation) not known to be ours.
    OtherOrganization,
    /// It is the one that the application named, see [`Incoming::with_span`](crate::server::Incoming::with_span).
    Given,
}

impl Origin {
    /// Whether the trace began before this request.
    ///
    /// ```
    /// use throughline::server::Origin;
    /// assert!(Origin::SentryTrace.is_continued());
    /// assert!(!Origin::Absent.is_continued());
    /// ```
    #[must_use]
    pub fn is_continued(self) -> bool {
        matches!(self, Origin::SentryTrace | Origin::Traceparent)
    }
}

/// The trace that headers describe and that may be continued; else why there is none.
pub fn read(
    headers: &HeaderMap,
    settings: &Settings,
    dice: f64,
) -> Result<(PropagationContext, Origin), Origin> {
    let (sentry_trace, origin) = named(headers, settings.read_traceparent)?;
    let received = continuation::receive(&sentry_trace, &baggage(headers), dice).ok_or(Origin::Invalid)?;
    if continuation::may_continue(&received, &settings.org_id, settings.strict) {
        Ok((received, origin))
    } else {
        Err(Origin::OtherOrganization)
    }
}

/// The trace that is named, in the form of `sentry-trace`, and by which header.
fn named(headers: &HeaderMap, read_traceparent: bool) -> Result<(String, Origin), Origin> {
    let is_valid = |item: &str| sentry_trace::parse(item).is_ok();
    if let Some(item) = items(headers, "sentry-trace").find(|item| is_valid(item)) {
        return Ok((item.to_owned(), Origin::SentryTrace));
    }
    let of_another_form = |item: &str| {
        let header = traceparent::parse(item)?;
        Some(sentry_trace::print(header.trace_id, header.parent_span_id?, header.sampled))
    };
    let mut lines = items(headers, "traceparent").filter(|_| read_traceparent);
    if let Some(header) = lines.find_map(of_another_form) {
        return Ok((header, Origin::Traceparent));
    }
    let is_there = |name| headers.contains_key(name);
    let any = is_there("sentry-trace") || read_traceparent && is_there("traceparent");
    Err(if any { Origin::Invalid } else { Origin::Absent })
}

/// Our members of baggage, as many as may be sent on: a larger header costs its length, and no more.
fn baggage(headers: &HeaderMap) -> String {
    let mut ours = String::new();
    for member in items(headers, "baggage") {
        let member = trim(member, set::WHITE_SPACE);
        if starts(member, PREFIX) && ours.len() + member.len() <= MAX_BYTES {
            push(&mut ours, member);
            push(&mut ours, ",");
        }
    }
    ours
}

/// What is between the commas of all headers of a name, as far as it is text.
fn items<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).into_iter();
    lines
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
        .filter_map(|item| str::from_utf8(item).ok())
}
