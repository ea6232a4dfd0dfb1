//! The trace that came with the page: in meta tags, or in the header `Server-Timing`. It is judged whether the page goes on
//! in it, or is only linked to it because its HTML is stale (`decide/stale.rs`).

use std::cell::Cell;

use crate::app::browser::page::Page;
use crate::app::browser::wrappers::{brought_with_page, keep_text, read_time};
use crate::app::page_trace::{Brought, PageTrace};
use crate::codec::id::TraceId;
use crate::codec::text;
use crate::codec::time::Timestamp;
use crate::codec::{sentry_trace, traceparent};
use crate::decide::header_pairs;
use crate::decide::stale::Arrival;

/// Under which name this browser remembers the traces of servers that its page views went on with; the npm package does under
/// the same.
const KEY: &str = "throughline_continued_traces";

thread_local! {
    /// The trace that this page view goes on with: it may be asked for again.
    static CONTINUED: Cell<Option<TraceId>> = const { Cell::new(None) };
}

/// Reads the trace that came with the page. `continues_stale`: go on in it however old it is.
pub fn read(page: &Page, continues_stale: bool) -> PageTrace {
    let told = brought_with_page();
    let (cached, told) = text::cut(&told, b'\n');
    let (parents, states) = (values(told, "traceparent"), values(told, "tracestate"));
    let (traces, bags) = (values(told, "sentry-trace"), values(told, "baggage"));
    let named = header_pairs::choose(&traces, &parents, &bags);
    let tracestate = states.first().map_or("", String::as_str);
    let header =
        sentry_trace::parse(named.sentry_trace).ok().or_else(|| traceparent::parse(named.traceparent));
    let id = header.map(|header| header.trace_id);
    let hex = id.map(TraceId::hex).unwrap_or_default();
    let mut brought = Brought {
        sentry_trace: text::owned(named.sentry_trace),
        baggage: text::owned(named.baggage),
        traceparent: text::owned(named.traceparent),
        tracestate: text::owned(tracestate),
        arrival: None,
    };
    let judged = id.filter(|id| !continues_stale && CONTINUED.get() != Some(*id));
    // Asked only where it matters: the first question to a storage waits for another process.
    let kept = judged.map(|_| keep_text(KEY, "")).unwrap_or_default();
    if judged.is_some() {
        let said = values(told, "sentry-trace-time").first().map(|said| read_time(said));
        brought.arrival = Some(Arrival {
            begun: said.and_then(Timestamp::from_input),
            // An unknown time is long ago, and no trace is old then.
            asked: page.began().unwrap_or(Timestamp::EPOCH),
            cached: !cached.is_empty(),
            continued_before: text::contains(&kept, &hex, false),
        });
    }
    let trace = page.sdk.begin_page(&brought);
    if let Some(id) = judged.filter(|_| trace.continued) {
        CONTINUED.set(Some(id));
        keep_text(KEY, &text::concat(&[&hex, " ", &kept]));
    }
    if let Some((reason, _)) = &trace.stale {
        page.sdk.complain(&["the trace ", &hex, " of this page is only linked to: it is ", reason.text()]);
    }
    trace
}

/// The values of a name in what the page brought, a line each.
#[inline(never)]
fn values(told: &str, name: &str) -> Vec<String> {
    let mut values = Vec::new();
    for line in text::items(told, b'\n') {
        let (of, value) = text::cut(line, b'\t');
        if text::is(of, name) {
            values.push(text::owned(value));
        }
    }
    values
}
