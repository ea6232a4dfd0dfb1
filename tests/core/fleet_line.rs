//! A page of the fleet: it makes an envelope now and then (Poisson) and does with it what `js/send/line.ts` does, by the rules of
//! `src/decide/retry.rs` and `rate_limit.rs` themselves.
//!
//! Not in it: pages that are left, browsers that say that they are online again, and the bound on what waits, which nobody
//! comes near.

use std::ops::Range;

use throughline::decide::rate_limit::{LimitHeaders, is_closed, observe};
use throughline::decide::retry::{Verdict, backoff, judge, spacing};

pub const CLIENTS: usize = 100_000;

/// How often a page makes an envelope, on average, in seconds.
const EVERY: f64 = 30.0;

/// Envelopes that all pages together make in a second.
pub const STEADY: f64 = CLIENTS as f64 / EVERY;

/// When the outage begins, when it is over, and when nobody looks any more; in seconds.
pub const FAILS_AT: usize = 60;
pub const WELL_AT: usize = FAILS_AT + 300;
pub const END: usize = WELL_AT + 1500;

/// How long an answer takes, in milliseconds: the least, and how much more at most.
const LATENCY: f64 = 50.0;
const JITTER: f64 = 150.0;

/// As in js/send/under-way.ts: requests of a page at the same time, and how long an answer is awaited, in milliseconds.
const MAX_REQUESTS: usize = 40;
const PATIENCE: f64 = 30_000.0;

/// As in js/send/line.ts: so often an envelope may fail while others do not.
const MAX_FAILURES: u32 = 5;

/// How many envelopes are spans that go alone; the others are transactions.
const SPANS: f64 = 0.25;

pub const fn answer(
    status: u32,
    rate_limits: &'static str,
    retry_after: Option<Option<u64>>,
) -> LimitHeaders<'static> {
    LimitHeaders { status, rate_limits, retry_after }
}

const WELL: &LimitHeaders<'_> = &answer(200, "", None);

/// What the ingest does while it is not well.
#[derive(Clone, Copy)]
pub enum Fault {
    Answers(&'static LimitHeaders<'static>),
    /// The same for transactions; spans are taken.
    Limits(&'static LimitHeaders<'static>),
    /// The connection fails.
    Fails,
    /// No answer comes until the page gives up.
    Hangs,
}

/// What happened: requests by the second, and what became of what was recorded before the ingest was well again.
#[derive(Default)]
pub struct Course {
    pub requests: Vec<u32>,
    /// Those with what the fault is about: all, or transactions.
    faulty: Vec<u32>,
    recorded: u64,
    arrived: u64,
    /// Dropped because limits say so.
    limited: u64,
    /// Envelopes that were given up, whenever they were recorded.
    pub lost: u64,
}

impl Course {
    pub fn new() -> Self {
        Self { requests: vec![0; END], faulty: vec![0; END], ..Self::default() }
    }

    /// The most requests in any second of some, as a multiple of the steady rate.
    pub fn peak(&self, seconds: Range<usize>) -> f64 {
        f64::from(self.requests[seconds].iter().copied().max().unwrap()) / STEADY
    }

    /// Requests of some seconds, as a multiple of what there would be without a fault.
    pub fn mean(&self, seconds: Range<usize>) -> f64 {
        let sum = |requests: &[u32]| requests.iter().map(|&count| f64::from(count)).sum::<f64>();
        let before = sum(&self.faulty[..FAILS_AT]) / FAILS_AT as f64;
        sum(&self.faulty[seconds.clone()]) / seconds.len() as f64 / before
    }

    /// The share that arrived of what the limits leave.
    pub fn arrived(&self) -> f64 {
        self.arrived as f64 / (self.recorded - self.limited) as f64
    }
}

/// SplitMix64: enough for dice, and the same on every machine.
struct Dice(u64);

impl Dice {
    /// A number in [0, 1).
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[derive(Clone, Copy)]
struct Parcel {
    born: f64,
    is_span: bool,
    failures: u32,
}

struct Request {
    parcel: Parcel,
    failures_before: u32,
    /// When its answer is there, and which; `None` for nobody's.
    at: f64,
    answer: Option<&'static LimitHeaders<'static>>,
}

/// A page: the fields and functions of `Line` in js/send/line.ts, by their names. Times are milliseconds.
pub struct Line<'a> {
    fault: Fault,
    course: &'a mut Course,
    dice: Dice,
    parcels: Vec<Parcel>,
    under_way: Vec<Request>,
    failures: u32,
    recovers: bool,
    next_at: f64,
    closed_until: f64,
    /// `f64::MAX` for none.
    timer: f64,
    limits: String,
}

impl<'a> Line<'a> {
    pub fn new(fault: Fault, course: &'a mut Course, seed: u64) -> Self {
        Self {
            fault,
            course,
            // Far from each other.
            dice: Dice(seed << 32),
            parcels: Vec::new(),
            under_way: Vec::new(),
            failures: 0,
            recovers: false,
            next_at: 0.0,
            closed_until: 0.0,
            timer: f64::MAX,
            limits: String::new(),
        }
    }

    /// Lives until the end.
    pub fn live(&mut self) {
        let mut made_at = self.until_next();
        loop {
            let mut answer_at = f64::MAX;
            let mut answered = 0;
            for index in 0..self.under_way.len() {
                if self.under_way[index].at < answer_at {
                    answer_at = self.under_way[index].at;
                    answered = index;
                }
            }
            let now = made_at.min(answer_at).min(self.timer);
            if now >= END as f64 * 1000.0 {
                return;
            }
            if now == made_at {
                let is_span = self.dice.roll() < SPANS;
                self.made(Parcel { born: now, is_span, failures: 0 }, now);
                made_at = now + self.until_next();
            } else if now == answer_at {
                let request = self.under_way.swap_remove(answered);
                self.answered(request, now);
                // A place is given back.
                self.drain(now);
            } else {
                self.timer = f64::MAX;
                self.drain(now);
            }
        }
    }

    /// Exponential, which makes it Poisson.
    fn until_next(&mut self) -> f64 {
        -(1.0 - self.dice.roll()).ln() * EVERY * 1000.0
    }

    /// What `Outgoing.send` in js/send/transport.ts does.
    fn made(&mut self, parcel: Parcel, now: f64) {
        if is_early(parcel.born) {
            self.course.recorded += 1;
        }
        if self.is_limited(parcel, now) {
            return self.drop_limited(parcel);
        }
        self.take(parcel, now);
    }

    fn is_limited(&self, parcel: Parcel, now: f64) -> bool {
        !self.limits.is_empty() && is_closed(&self.limits, category(parcel), now as u64)
    }

    fn drop_limited(&mut self, parcel: Parcel) {
        self.course.limited += u64::from(is_early(parcel.born));
    }

    fn has_place(&self) -> bool {
        self.under_way.len() < MAX_REQUESTS
    }

    fn take(&mut self, parcel: Parcel, now: f64) {
        if self.failures == 0 && now >= self.closed_until && self.has_place() {
            self.start(parcel, now);
        } else {
            self.wait(parcel);
            self.drain(now);
        }
    }

    fn wait(&mut self, parcel: Parcel) {
        let place = self.parcels.partition_point(|other| other.born <= parcel.born);
        self.parcels.insert(place, parcel);
    }

    fn start(&mut self, parcel: Parcel, now: f64) {
        let second = (now / 1000.0) as usize;
        self.course.requests[second] += 1;
        let is_faulty = !parcel.is_span || !matches!(self.fault, Fault::Limits(_));
        self.course.faulty[second] += u32::from(is_faulty);
        let (answer, takes) = self.ask(parcel, second);
        self.under_way.push(Request { parcel, failures_before: self.failures, at: now + takes, answer });
    }

    /// What the ingest answers, and how long that takes.
    fn ask(&mut self, parcel: Parcel, second: usize) -> (Option<&'static LimitHeaders<'static>>, f64) {
        let takes = LATENCY + self.dice.roll() * JITTER;
        match self.fault {
            _ if !(FAILS_AT..WELL_AT).contains(&second) => (Some(WELL), takes),
            Fault::Answers(headers) => (Some(headers), takes),
            Fault::Limits(headers) => (Some(if parcel.is_span { WELL } else { headers }), takes),
            Fault::Fails => (None, takes),
            Fault::Hangs => (None, PATIENCE),
        }
    }

    fn answered(&mut self, request: Request, now: f64) {
        let Request { mut parcel, failures_before, answer, .. } = request;
        let is_plain = matches!(answer, Some(LimitHeaders { status: 200, .. }));
        if is_plain && self.failures == 0 {
            self.over(parcel, answer);
            return;
        }
        if let Some(headers) = answer.filter(|headers| !headers.rate_limits.is_empty()) {
            self.limits = observe(&self.limits, headers, now as u64);
        }
        let (again, pause) = match judge(answer) {
            Verdict::Over(pause) => (false, pause),
            Verdict::Again(pause) => (true, pause),
        };
        self.closed_until = self.closed_until.max(now + pause as f64 * 1000.0);
        if !again {
            if self.failures > 0 {
                self.failures = 0;
                self.next_at = now;
                self.recovers = true;
                self.space(parcel, now);
            }
            self.over(parcel, answer);
            return;
        }
        // Those that began before the first failure say nothing new.
        if self.failures == failures_before {
            self.failures += 1;
            self.next_at = now.max(self.closed_until) + backoff(self.failures, self.dice.roll());
        }
        if failures_before == 0 {
            parcel.failures += 1;
        }
        if parcel.failures >= MAX_FAILURES {
            self.over(parcel, answer);
            return;
        }
        self.wait(parcel);
        self.wake_at(self.next_at);
    }

    fn over(&mut self, parcel: Parcel, answer: Option<&LimitHeaders<'_>>) {
        match answer {
            Some(LimitHeaders { status: 200, .. }) => self.course.arrived += u64::from(is_early(parcel.born)),
            Some(LimitHeaders { rate_limits, .. }) if !rate_limits.is_empty() => self.drop_limited(parcel),
            _ => self.course.lost += 1,
        }
    }

    fn space(&mut self, parcel: Parcel, now: f64) {
        match self.parcels.first() {
            Some(next) => self.next_at = now + spacing((next.born - parcel.born).abs(), self.dice.roll()),
            None => self.recovers = false,
        }
    }

    fn drain(&mut self, now: f64) {
        while !self.parcels.is_empty() && self.has_place() {
            let at = self.closed_until.max(self.next_at);
            if now < at {
                return self.wake_at(at);
            }
            // Whether the server is back is found out by one, and not always by the same.
            if self.failures > 0 && !self.under_way.is_empty() {
                return;
            }
            let dice = if self.failures > 0 { self.dice.roll() } else { 0.0 };
            let parcel = self.parcels.remove((dice * self.parcels.len() as f64) as usize);
            if self.is_limited(parcel, now) {
                self.drop_limited(parcel);
                continue;
            }
            if self.recovers {
                self.space(parcel, now);
            }
            self.start(parcel, now);
            if self.failures > 0 {
                return;
            }
        }
    }

    /// Timers of browsers count whole milliseconds.
    fn wake_at(&mut self, at: f64) {
        self.timer = at.max(self.closed_until).ceil();
    }
}

fn is_early(born: f64) -> bool {
    born < WELL_AT as f64 * 1000.0
}

fn category(parcel: Parcel) -> &'static str {
    if parcel.is_span { "span" } else { "transaction" }
}
