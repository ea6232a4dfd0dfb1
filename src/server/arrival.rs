//! Whose trace the headers of a request describe.
//!
//! A header may be there more than once, as lines of its own or joined by commas, may be as large as the server allows, and may
//! hold any bytes. The part that is valid counts.

use std::fmt;

use http::HeaderMap;

use super::options::Settings;
use crate::codec::baggage::MAX_BYTES;
use crate::codec::context::PropagationContext;
use crate::codec::dsc::PREFIX;
use crate::codec::text::{push, set, starts, trim};
use crate::codec::{sentry_trace, traceparent};
use crate::decide::continuation;

/// Whose trace a request is in, and why no other.
///
/// ```
/// use http::HeaderMap;
/// use throughline::server::{Continuation, Incoming, ServerOptions};
///
/// let incoming = Incoming::from_headers(&HeaderMap::new(), &ServerOptions::new(""));
/// assert_eq!(incoming.continuation(), Continuation::Absent);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Continuation {
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

impl Continuation {
    /// Whether the trace began before this request.
    ///
    /// ```
    /// use throughline::server::Continuation;
    /// assert!(Continuation::SentryTrace.is_continued());
    /// assert!(!Continuation::Absent.is_continued());
    /// ```
    #[must_use]
    pub fn is_continued(self) -> bool {
        matches!(self, Continuation::SentryTrace | Continuation::Traceparent)
    }
}

/// In words, for a log.
impl fmt::Display for Continuation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Continuation::SentryTrace => "continued from sentry-trace",
            Continuation::Traceparent => "continued from traceparent",
            Continuation::Absent => "new: no trace came",
            Continuation::Invalid => "new: what came is no trace",
            Continuation::OtherOrganization => "new: what came is of another organization",
            Continuation::Given => "given by the application",
        })
    }
}

/// The trace that headers describe and that may be continued; else why there is none.
pub fn read(
    headers: &HeaderMap,
    settings: &Settings,
    dice: f64,
) -> Result<(PropagationContext, Continuation), Continuation> {
    let parent =
        items(headers, "traceparent").filter(|_| settings.read_traceparent).find(|item| is_parent(item));
    let (sentry_trace, continuation) = named(headers, parent, settings.read_traceparent)?;
    let values = [sentry_trace, &baggage(headers), parent.unwrap_or_default(), &tracestate(headers)];
    let received = continuation::receive_headers(values, dice).ok_or(Continuation::Invalid)?;
    if continuation::may_continue(&received, &settings.org_id, settings.strict) {
        Ok((received, continuation))
    } else {
        Err(Continuation::OtherOrganization)
    }
}

/// The `sentry-trace` that is valid, if there is one, and by which header the trace is named.
fn named<'a>(
    headers: &'a HeaderMap,
    parent: Option<&str>,
    read_traceparent: bool,
) -> Result<(&'a str, Continuation), Continuation> {
    let is_valid = |item: &str| sentry_trace::parse(item).is_ok();
    if let Some(item) = items(headers, "sentry-trace").find(|item| is_valid(item)) {
        return Ok((item, Continuation::SentryTrace));
    }
    if parent.is_some() {
        return Ok(("", Continuation::Traceparent));
    }
    let is_there = |name| headers.contains_key(name);
    let any = is_there("sentry-trace") || read_traceparent && is_there("traceparent");
    Err(if any { Continuation::Invalid } else { Continuation::Absent })
}

fn is_parent(item: &str) -> bool {
    traceparent::parse(item).is_some()
}

/// What other vendors say of the trace: the members of all headers, in their order.
fn tracestate(headers: &HeaderMap) -> String {
    let lines = headers.get_all("tracestate").iter();
    lines.filter_map(|line| str::from_utf8(line.as_bytes()).ok()).collect::<Vec<_>>().join(",")
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
