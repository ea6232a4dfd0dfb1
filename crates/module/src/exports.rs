//! The functions that JavaScript calls: lengths of texts first, then numbers. See `answers.rs` and `delivery.rs` for what they do.
#![allow(unsafe_code, reason = "names that JavaScript finds")]

use super::memory::{answer, begin, numbers, take};
use super::{answers, delivery, idle};
use throughline::decide::retry;

/// Defines an export that takes texts, then numbers, and answers with a text.
macro_rules! export {
    ($home:ident::$name:ident($($text:ident),*; $($number:ident: $kind:ty),*)) => {
        #[unsafe(no_mangle)]
        extern "C" fn $name($($text: usize,)* $($number: $kind,)*) -> usize {
            begin();
            let mut out = String::new();
            let answered = $home::$name(&mut out, [$(take($text)),*], $($number),*);
            answer(out, answered.is_some())
        }
    };
}

export!(answers::receive(sentry_trace, baggage, org_id; strict: u32, dice: f64));
export!(answers::page_load(
    sentry_trace, baggage, trace_id, environment, release, public_key, org_id, transaction, source,
    urls, sensitive; dice: f64, begun: f64, asked: f64, how: u32, rate: f64
));
export!(answers::sampling_context(
    frozen, trace_id, environment, release, public_key, org_id, transaction, source, sample_rand, sample_rate;
    flags: u32
));
export!(answers::baggage(entries;));
export!(answers::merge_baggage(theirs, ours;));
export!(answers::dsn(dsn, client;));
export!(answers::judge(href, given, page, targets, patterns, destination, broken, sensitive; flags: u32, now: f64));
export!(answers::useless_targets(lines;));
export!(answers::request_failed(broken, href, page, redirected_to, names; now: f64));
export!(answers::recorded(urls, sensitive;));
export!(delivery::limits(table, rate_limits; status: u32, retry_after: f64, now: f64));
export!(answers::status(message; code: i32));

#[unsafe(no_mangle)]
extern "C" fn decide(sampler: u32, rate: f64, parent: i32, sample_rand: f64) -> u32 {
    answers::decide(sampler, rate, parent, sample_rand)
}

#[unsafe(no_mangle)]
extern "C" fn limited(table: usize, category: usize, now: f64) -> u32 {
    begin();
    delivery::limited([take(table), take(category)], now).into()
}

#[unsafe(no_mangle)]
extern "C" fn retry(status: u32, is_limited: u32, retry_after: f64) -> f64 {
    delivery::retry(status, is_limited > 0, retry_after)
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
