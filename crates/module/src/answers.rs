//! What each export answers: texts and numbers in, a text or a number out. A text is written into an empty one, which is no
//! answer where `None` comes back.

use std::borrow::Cow;

use throughline::codec::baggage::{write_merged, write_sentry};
use throughline::codec::context::PropagationContext;
use throughline::codec::digits::write_integer;
use throughline::codec::dsc::Dsc;
use throughline::codec::dsn::Dsn;
use throughline::codec::fraction::Fraction;
use throughline::codec::id::TraceId;
use throughline::codec::percent;
use throughline::codec::text::{self, Items, owned, push, push_line};
use throughline::codec::time::Timestamp;
use throughline::codec::url::Url;
use throughline::decide::broken::{self, Failure};
use throughline::decide::continuation;
use throughline::decide::redaction;
use throughline::decide::request::{self, Address};
use throughline::decide::sampling::{self, SampleRate, Sampler};
use throughline::decide::sampling_context::{self, Known, Root};
use throughline::decide::stale::{self, Arrival};
use throughline::decide::status;
use throughline::decide::targets;
use throughline::decide::verdict::{self, Question, Target};

/// What `decide` answers.
mod decision {
    /// The root is recorded.
    pub const SAMPLED: u32 = 1;
    /// The rate was applied: later services must know it.
    pub const RATE_APPLIED: u32 = 2;
    /// It is not recorded because the sampler threw.
    pub const FAILED: u32 = 4;
}

/// The flags of `sampling_context`.
mod context_flag {
    pub const FROZEN: u32 = 1;
    pub const ROOT: u32 = 2;
    pub const SAMPLED: u32 = 4;
    pub const IGNORED: u32 = 8;
}

/// How a trace came with the page, as `page_load` is told.
mod came {
    /// It is judged whether it is stale.
    pub const JUDGED: u32 = 1;
    /// Out of a cache of the browser.
    pub const CACHED: u32 = 2;
    /// An earlier page view has continued it.
    pub const AGAIN: u32 = 4;
}

/// The flags of `judge`.
mod request_flag {
    pub const XHR: u32 = 1;
    pub const NO_CORS: u32 = 2;
    pub const HAS_TARGETS: u32 = 4;
}

/// The trace of two headers as JSON; nothing if it is not ours to continue.
pub fn receive(
    out: &mut String,
    [sentry_trace, baggage, org_id]: [&str; 3],
    strict: u32,
    dice: f64,
) -> Option<()> {
    let context = continuation::receive(sentry_trace, baggage, dice)?;
    context.write_json(out);
    continuation::may_continue(&context, org_id, strict != 0).then_some(())
}

/// The trace that came with the page, whoever's it is, or the given fresh one, a line each: its context; if another one is
/// stale, and only to be linked to, `{"reason":…,"context":…}`; what `decide` answers for a root in it, the two lines that
/// `sampling_context` answers, and the lines that `recorded` answers.
pub fn page_load(
    out: &mut String,
    [
        sentry_trace,
        baggage,
        trace_id,
        environment,
        release,
        public_key,
        org_id,
        transaction,
        source,
        urls,
        sensitive,
    ]: [&str; 11],
    dice: f64,
    begun: f64,
    asked: f64,
    how: u32,
    rate: f64,
) -> Option<()> {
    let received = continuation::receive(sentry_trace, baggage, dice);
    let arrival = Arrival {
        begun: Timestamp::from_input(begun),
        // `as` saturates: an unknown time is long ago, and no trace is old then.
        asked: Timestamp::from_millis(asked),
        cached: how & came::CACHED != 0,
        continued_before: how & came::AGAIN != 0,
    };
    let reason = if how & came::JUDGED != 0 { stale::judge(arrival) } else { None };
    let fresh = PropagationContext::begin(TraceId::parse(trace_id)?, dice);
    let context = received.as_ref().filter(|_| reason.is_none()).unwrap_or(&fresh);
    let decision = decided(0, rate, context.sampled, context.sample_rand);
    context.write_json(out);
    push(out, "\n");
    if let (Some(reason), Some(received)) = (reason, &received) {
        push(out, "{\"reason\":\"");
        push(out, reason.text());
        push(out, "\",\"context\":");
        received.write_json(out);
        push(out, "}");
    }
    push(out, "\n");
    write_integer(out, bits_of(&decision).into());
    push(out, "\n");
    let known = Known {
        frozen: context.dsc.as_ref(),
        trace_id: &context.trace_id.hex(),
        environment,
        release,
        public_key,
        org_id,
        root: Some(Root {
            transaction,
            source,
            sampled: decision.sampled,
            sample_rand: &context.sample_rand.print(),
            sample_rate: &decision.applied_rate.map(Fraction::print).unwrap_or_default(),
        }),
        ignored: false,
    };
    write_context(out, &known);
    push(out, "\n");
    recorded(out, [urls, sensitive])
}

/// Whether a root is recorded, as bits.
pub fn decide(sampler: u32, rate: f64, parent: i32, sample_rand: f64) -> u32 {
    let parent = (parent >= 0).then_some(parent != 0);
    bits_of(&decided(sampler, rate, parent, Fraction::from_f64(sample_rand).unwrap_or_default()))
}

fn decided(sampler: u32, rate: f64, parent: Option<bool>, sample_rand: Fraction) -> sampling::Decision {
    let given = Fraction::from_f64(rate);
    let sampler = match sampler {
        0 => Sampler::NotAsked,
        1 => Sampler::Answered(given),
        _ => Sampler::Failed,
    };
    let rate = match given {
        Some(rate) => SampleRate::Rate(rate),
        None if rate == -1.0 => SampleRate::Unset,
        None => SampleRate::Invalid,
    };
    sampling::decide(sampler, rate, parent, sample_rand)
}

fn bits_of(decision: &sampling::Decision) -> u32 {
    let when = |is: bool, bit: u32| if is { bit } else { 0 };
    when(decision.sampled, decision::SAMPLED)
        | when(decision.applied_rate.is_some(), decision::RATE_APPLIED)
        | when(decision.failed, decision::FAILED)
}

/// The dynamic sampling context as JSON, and the `baggage` that carries it, a line each.
pub fn sampling_context(
    out: &mut String,
    [
        frozen,
        trace_id,
        environment,
        release,
        public_key,
        org_id,
        transaction,
        source,
        sample_rand,
        sample_rate,
    ]: [&str; 10],
    flags: u32,
) -> Option<()> {
    let has = |flag| flags & flag != 0;
    let frozen = has(context_flag::FROZEN).then(|| Dsc::from_baggage(frozen));
    let root = Root {
        transaction,
        source,
        sampled: has(context_flag::SAMPLED),
        sample_rand: &plain_number(sample_rand),
        sample_rate: &plain_number(sample_rate),
    };
    let known = Known {
        frozen: frozen.as_ref(),
        trace_id,
        environment,
        release,
        public_key,
        org_id,
        root: has(context_flag::ROOT).then_some(root),
        ignored: has(context_flag::IGNORED),
    };
    write_context(out, &known);
    Some(())
}

/// A number from 0 to 1 as JavaScript prints it, as a plain decimal; any other text stays.
#[inline(never)]
fn plain_number(text: &str) -> String {
    match Fraction::parse(text) {
        // As JavaScript prints it: nothing follows the number.
        Some(number) if !text.bytes().any(|byte| !byte.is_ascii_digit() && !text::has(".-e", byte)) => {
            number.print()
        }
        _ => owned(text),
    }
}

#[inline(never)]
fn write_context(out: &mut String, known: &Known<'_>) {
    let dsc = sampling_context::of(known);
    dsc.write_json(out);
    push(out, "\n");
    write_sentry(out, &dsc);
}

/// The `baggage` of these entries, within the limits; nothing if none is left.
pub fn baggage(out: &mut String, [entries]: [&str; 1]) -> Option<()> {
    write_sentry(out, &Dsc::from_baggage(entries));
    (!out.is_empty()).then_some(())
}

/// The baggage of a request that has some of its own; nothing to leave it alone.
pub fn merge_baggage(out: &mut String, [theirs, ours]: [&str; 2]) -> Option<()> {
    // Asked only where there is baggage: an empty one could not be read, and stays as it is.
    if theirs.is_empty() {
        return None;
    }
    write_merged(out, theirs, ours)
}

/// The parts of a DSN, a line each: protocol, public key, pass, host, port, path, project, organization, where a client
/// posts envelopes, and its text without secret. Of a malformed one `!` and the reason.
pub fn dsn(out: &mut String, [dsn, client]: [&str; 2]) -> Option<()> {
    match Dsn::parse(dsn) {
        Ok(dsn) => {
            push_line(out, dsn.scheme);
            push_line(out, dsn.public_key);
            push_line(out, "");
            push_line(out, dsn.host);
            push_line(out, dsn.port);
            push_line(out, dsn.path);
            push_line(out, dsn.project_id);
            push_line(out, dsn.org_id().unwrap_or_default());
            dsn.write_envelope_url(out, client);
            push(out, "\n");
            dsn.write(out);
        }
        Err(error) => {
            push(out, "!");
            push(out, error.reason());
        }
    }
    Some(())
}

/// Whether a request carries headers, and what its span says of it, a line each: verdict, `1` for headers, `1` if it follows
/// from the address alone, index of the target, what the span is called after, host, and [`request::ATTRIBUTES`]. Nothing for
/// what is no URL.
pub fn judge(
    out: &mut String,
    [href, given, page, targets, patterns, destination, broken, sensitive]: [&str; 8],
    flags: u32,
    now: f64,
) -> Option<()> {
    let has = |flag| flags & flag != 0;
    let url = Url::split(href)?;
    let question = Question {
        request: url,
        page: verdict::own_origin(page),
        is_envelope: text::is(href, destination),
        headers_forbidden: has(request_flag::NO_CORS),
        broken,
        now: now as u64,
    };
    let targets = Targets { lines: text::items(targets, b'\n'), patterns: patterns.as_bytes() };
    let verdict = verdict::judge(&question, has(request_flag::HAS_TARGETS).then_some(targets));
    let address = Address { given, url, is_xhr: has(request_flag::XHR), sensitive };
    push_line(out, verdict.code());
    push_line(out, if verdict.attaches() { "1" } else { "" });
    push_line(out, if verdict.declines_address() { "1" } else { "" });
    if let Some(index) = verdict.target() {
        write_integer(out, index as u64);
    }
    push(out, "\n");
    request::write_place(out, &address);
    push(out, "\n");
    push_line(out, url.host);
    request::write_attributes(out, &address);
    Some(())
}

/// Targets as they cross: a line each, a text percent-encoded, a pattern as what cannot be decoded; and for each pattern
/// whether it matches.
struct Targets<'a> {
    lines: Items<'a>,
    patterns: &'a [u8],
}

impl<'a> Iterator for Targets<'a> {
    type Item = Target<'a>;

    fn next(&mut self) -> Option<Target<'a>> {
        let line = self.lines.find(|line| !line.is_empty())?;
        match percent::decode(line) {
            Some(text) => Some(Target::Text(Cow::Owned(text))),
            None => {
                let first = self.patterns.split_off_first();
                Some(Target::Pattern(first == Some(&b'1')))
            }
        }
    }
}

/// Those of the targets that can never match, a line each.
pub fn useless_targets(out: &mut String, [lines]: [&str; 1]) -> Option<()> {
    for target in (Targets { lines: text::items(lines, b'\n'), patterns: &[] }) {
        if let Target::Text(text) = target
            && !targets::can_match(&text)
        {
            push_line(out, &text);
        }
    }
    Some(())
}

/// A request with our headers failed, or was redirected: a sentence for the developer on the first line, empty if there is
/// none, and after it the new table of `broken` places. Nothing if it stays as it is.
pub fn request_failed(
    out: &mut String,
    [broken, href, page, redirected_to, names]: [&str; 5],
    now: f64,
) -> Option<()> {
    let failure = Failure {
        request: Url::split(href)?,
        page: verdict::own_origin(page),
        redirected_to: Url::split(redirected_to),
        names,
    };
    broken::write(out, broken, &failure, now as u64)
}

/// Of each URL, a line each, what may be recorded: the URL, scheme, host, host and port, between tabs. An empty line for what
/// is no URL. `sensitive` are further parameters that are not, see [`redaction::write_full`].
pub fn recorded(out: &mut String, [urls, sensitive]: [&str; 2]) -> Option<()> {
    for line in text::items(urls, b'\n') {
        if let Some(url) = Url::split(line) {
            redaction::write_full(out, &url, sensitive);
            push(out, "\t");
            push(out, url.scheme);
            push(out, "\t");
            push(out, url.host);
            push(out, "\t");
            url.write_host_and_port(out);
        }
        push(out, "\n");
    }
    Some(())
}

/// How a request ended by its code; for -1 a message as transactions know it.
pub fn status(out: &mut String, [message]: [&str; 1], code: i32) -> Option<()> {
    push(out, if code < 0 { status::of_message(message) } else { status::of_http(code) });
    Some(())
}
