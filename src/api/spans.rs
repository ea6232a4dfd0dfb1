//! Spans begin, end and are looked at, on integer keys. A key that is stale or 0 does nothing.

use wasm_bindgen::prelude::*;

use super::border::{answer, given};
use super::changes::link_lines;
use super::contexts::read_context;
use super::hooks::at;
use super::init::with;
use super::ticket;
use crate::browser::page::recordable;
use crate::digits::write_hex;
use crate::sdk::Sdk;
use crate::trace::fraction::Fraction;
use crate::trace::idle::Waiting;
use crate::trace::sampling::Sampler;
use crate::trace::span::{Attributes, Status};
use crate::trace::store::SpanKey;
use crate::trace::time::Timestamp;
use crate::trace::tracer::{Parent, StartSpan};

/// What `span_start` is told beside values.
mod flag {
    /// Without a parent, do not record.
    pub const ONLY_IF_PARENT: u32 = 1;
    /// The parent is the active span: its root may stand in for it.
    pub const PARENT_IS_ACTIVE: u32 = 2;
    /// Tracing is suppressed here.
    pub const SUPPRESSED: u32 = 4;
    /// A root of its own below the parent.
    pub const NEW_ROOT: u32 = 8;
    /// `rate` is what `tracesSampler` answered, NaN for what is no rate.
    pub const RATE_GIVEN: u32 = 16;
    /// A root that ends by itself.
    pub const IDLE: u32 = 32;
    /// Sent alone.
    pub const STANDALONE: u32 = 64;
    /// The parent is not ours: the context describes it.
    pub const FOREIGN: u32 = 128;
    /// `tracesSampler` threw.
    pub const SAMPLER_FAILED: u32 = 256;
    /// The page does not want it (`ignoreSpans` in stream mode).
    pub const IGNORED: u32 = 512;
    /// A root that does not end by itself before it is told that it may.
    pub const WAITS: u32 = 1024;
    /// A root that ends by itself lasts until then, and not only until its last child ends.
    pub const UNTRIMMED: u32 = 2048;
    /// In a trace that is not recorded: it began some time ago, and its loss is counted.
    pub const COUNTED: u32 = 4096;
}

/// Begins a span below `parent`, or a root (0), and writes its ticket: of a name, attribute lines, link lines and a
/// context. `start` is a time as the page gave it, NaN for now. False if the parent is not there any more.
#[wasm_bindgen]
#[expect(clippy::too_many_arguments, reason = "one crossing per span, and only numbers cross")]
pub fn span_start(
    name: usize,
    attributes: usize,
    links: usize,
    context: usize,
    parent: u32,
    flags: u32,
    start: f64,
    rate: f64,
    now: f64,
) -> bool {
    given([name, attributes, links, context], |texts| {
        at(now, || begin(texts, parent, flags, Timestamp::from_input(start), rate))
    })
}

fn begin(
    [name, attributes, links, context]: [&str; 4],
    parent: u32,
    flags: u32,
    start: Option<Timestamp>,
    rate: f64,
) -> bool {
    let is = |flag: u32| flags & flag != 0;
    let key = SpanKey::from_u32(parent);
    with(|instance| {
        let sdk = &instance.sdk;
        let told = key.is_none() || is(flag::FOREIGN) || is(flag::NEW_ROOT);
        let context = told.then(|| read_context(sdk, context));
        let foreign = context.as_ref().filter(|_| is(flag::FOREIGN));
        let parent = match (key, foreign) {
            // A root of its own in the trace of the foreign parent, which the context describes.
            (_, Some(_)) if is(flag::NEW_ROOT) => Parent::None,
            (_, Some(parent)) => Parent::Foreign {
                trace_id: parent.trace_id,
                span_id: parent.parent_span_id,
                sampled: parent.sampled == Some(true),
            },
            (Some(key), None) if is(flag::PARENT_IS_ACTIVE) => Parent::Active(key),
            (Some(key), None) => Parent::Span(key),
            (None, None) => Parent::None,
        };
        let mut initial = Attributes::default();
        initial.set_lines(attributes);
        let sampler = if is(flag::SAMPLER_FAILED) {
            Sampler::Failed
        } else if is(flag::RATE_GIVEN) {
            Sampler::Answered(Fraction::from_f64(rate))
        } else {
            Sampler::NotAsked
        };
        sdk.start_span(StartSpan {
            name,
            attributes: initial,
            links: link_lines(links).collect(),
            parent,
            start,
            only_if_parent: is(flag::ONLY_IF_PARENT) && foreign.is_none(),
            new_root: is(flag::NEW_ROOT),
            standalone: is(flag::STANDALONE),
            ignored: is(flag::IGNORED),
            counted: is(flag::COUNTED),
            idle: is(flag::IDLE).then(|| Waiting {
                timeouts: instance.timeouts.get(),
                allowed: !is(flag::WAITS),
                untrimmed: is(flag::UNTRIMMED),
            }),
            sampler,
            suppressed: Some(is(flag::SUPPRESSED)),
            context: context.as_ref(),
        })
    })
    .inspect(ticket::write)
    .is_some()
}

/// Ends a span, at a time as the page gave it, NaN for now.
#[wasm_bindgen]
pub fn span_end(key: u32, end: f64, now: f64) {
    at(now, || on_span(key, |sdk, key| sdk.end_span(key, Timestamp::from_input(end))));
}

/// Adds to a root, or to the span of a request, what the browser measured: a line per entry, see `trace/entry.rs`;
/// and the operations of resources that are left out, between tabs. Of the page at this address, which began at that
/// time (milliseconds).
#[wasm_bindgen]
pub fn span_entries(key: u32, lines: usize, ignored: usize, page: usize, origin: f64) {
    given([lines, ignored, page], |[lines, ignored, page]| {
        on_span(key, |sdk, key| sdk.add_entries(key, lines, page, Timestamp::from_millis(origin), ignored));
    });
}

/// A URL as it may be recorded: without credentials and secret values. Empty for what is no absolute URL.
#[wasm_bindgen]
pub fn recorded_url(href: usize) {
    answer(given([href], |[href]| recordable(href)));
}

/// Whether a span is under way and will be sent.
#[wasm_bindgen]
pub fn span_is_recording(key: u32) -> bool {
    on_span(key, Sdk::is_recording)
}

/// A span as JSON text in the streamed shape; empty if the key is stale.
#[wasm_bindgen]
pub fn span_json(key: u32) {
    answer(on_span(key, Sdk::span_json).unwrap_or_default());
}

/// A span as JSON text in the static shape; empty if the key is stale.
#[wasm_bindgen]
pub fn span_static_json(key: u32) {
    answer(on_span(key, Sdk::span_static_json).unwrap_or_default());
}

/// Writes the ticket of a span that is still there; false if the key is stale.
#[wasm_bindgen]
pub fn span_ticket(key: u32) -> bool {
    on_span(key, Sdk::started).inspect(ticket::write).is_some()
}

/// The keys of a recorded span and of its recorded descendants, eight hexadecimal digits each.
#[wasm_bindgen]
pub fn span_family(key: u32) {
    let mut out = String::new();
    on_span(key, Sdk::family).into_iter().for_each(|key| write_hex(&mut out, key.to_u32()));
    answer(out);
}

/// The status text of an HTTP status.
#[wasm_bindgen]
pub fn http_status(code: i32) {
    answer(Status::from_http(u16::try_from(code).unwrap_or_default()).text().to_owned());
}

pub fn on_span<R: Default>(key: u32, act: impl FnOnce(&Sdk, SpanKey) -> R) -> R {
    let Some(key) = SpanKey::from_u32(key) else { return R::default() };
    with(|instance| act(&instance.sdk, key))
}
