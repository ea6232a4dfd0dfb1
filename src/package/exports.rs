//! The functions that JavaScript calls: lengths of texts first, then numbers. See `answers.rs` for what they do.
#![allow(unsafe_code, reason = "names that JavaScript finds")]

use super::memory::{answer, begin, numbers, take};
use super::{answers, idle};
use crate::decide::retry;

/// Defines an export that takes texts, then numbers, and answers with a text.
macro_rules! export {
    ($name:ident($($text:ident),*; $($number:ident: $kind:ty),*)) => {
        #[unsafe(no_mangle)]
        extern "C" fn $name($($text: usize,)* $($number: $kind,)*) -> usize {
            begin();
            let mut out = String::new();
            let answered = answers::$name(&mut out, [$(take($text)),*], $($number),*);
            answer(out, answered.is_some())
        }
    };
}

export!(receive(sentry_trace, baggage, org_id; strict: u32, dice: f64));
export!(page_load(
    sentry_trace, baggage, trace_id, environment, release, public_key, org_id, transaction, source,
    urls, sensitive; dice: f64, begun: f64, asked: f64, how: u32, rate: f64
));
export!(sampling_context(
    frozen, trace_id, environment, release, public_key, org_id, transaction, source, sample_rand, sample_rate;
    flags: u32
));
export!(baggage(entries;));
export!(merge_baggage(theirs, ours;));
export!(dsn(dsn, client;));
export!(judge(href, given, page, targets, patterns, destination, broken, sensitive; flags: u32, now: f64));
export!(useless_targets(lines;));
export!(request_failed(broken, href, page, redirected_to; traceparent: u32, now: f64));
export!(recorded(urls, sensitive;));
export!(limits(table, rate_limits; status: u32, retry_after: f64, now: f64));
export!(status(message; code: i32));

#[unsafe(no_mangle)]
extern "C" fn decide(sampler: u32, rate: f64, parent: i32, sample_rand: f64) -> u32 {
    answers::decide(sampler, rate, parent, sample_rand)
}

#[unsafe(no_mangle)]
extern "C" fn limited(table: usize, category: usize, now: f64) -> u32 {
    begin();
    answers::limited([take(table), take(category)], now).into()
}

#[unsafe(no_mangle)]
extern "C" fn retry(status: u32, is_limited: u32, retry_after: f64) -> f64 {
    answers::retry(status, is_limited > 0, retry_after)
}

#[unsafe(no_mangle)]
extern "C" fn backoff(failures: u32, dice: f64) -> f64 {
    retry::backoff(failures, dice)
}

#[unsafe(no_mangle)]
extern "C" fn spacing(between: f64, dice: f64) -> f64 {
    retry::spacing(between, dice)
}

#[unsafe(no_mangle)]
extern "C" fn idle_end(count: usize) -> f64 {
    idle::end(numbers(count.saturating_mul(3).saturating_add(idle::HEAD)))
}
