//! What the core asks of its host, asked of the JavaScript face: which span is active, in which trace, the time, dice, an
//! alarm, hands; and what became of spans, told to it.
//!
//! The page's scopes live in JavaScript, because only it knows which callback runs. No hook is called while
//! the state is borrowed, and one that throws has said nothing.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use super::init::with;
use super::{border, ticket};
use crate::browser::entropy::Pool;
use crate::host::{Clock, Entropy, Events, Extra, Host, Logger, Scopes, Sender, Timer};
use crate::sdk::Sdk;
use crate::text;
use crate::trace::propagation::PropagationContext;
use crate::trace::span::Attributes;
use crate::trace::store::SpanKey;
use crate::trace::time::{Moment, Timestamp};
use crate::trace::tracer::Started;
use crate::transport::queue::Outgoing;

/// The surroundings of a page whose scopes are in JavaScript.
pub fn host() -> Host {
    Host {
        clock: Box::new(FaceClock),
        entropy: Box::new(FaceDice),
        sender: Box::new(FaceSender),
        timer: Box::new(FaceTimer),
        logger: Box::new(FaceConsole),
        scopes: Box::new(FaceScopes::default()),
        events: Box::new(FaceEvents),
    }
}

thread_local! {
    /// What to add to the time of the timeline, in milliseconds since the epoch.
    static ORIGIN: Cell<f64> = const { Cell::new(0.0) };
    /// The time that a call brought along, until it is asked for.
    static BROUGHT: Cell<f64> = const { Cell::new(f64::NAN) };
    static DICE: Pool = const { Pool::filled_by(border::face_random) };
}

/// When the page began, as `js/clock.ts` has corrected it.
pub fn set_origin(millis: f64) {
    ORIGIN.set(millis);
}

/// Does something at the time that the face has read: the clock need not be asked.
pub fn at<R>(now: f64, act: impl FnOnce() -> R) -> R {
    BROUGHT.set(now);
    let answer = act();
    BROUGHT.set(f64::NAN);
    answer
}

struct FaceClock;

impl Clock for FaceClock {
    fn now(&self) -> Timestamp {
        self.read().0
    }

    fn ticks(&self) -> u64 {
        self.read().1
    }

    fn read(&self) -> (Timestamp, u64) {
        let brought = BROUGHT.replace(f64::NAN);
        // It may set another origin.
        let since_origin = if brought.is_nan() { border::face_now() } else { brought };
        (Timestamp::from_millis(ORIGIN.get() + since_origin), micros(since_origin))
    }
}

/// A time of the timeline in the unit of the core.
pub fn micros(millis: f64) -> u64 {
    // `as` saturates.
    (millis * 1000.0) as u64
}

struct FaceDice;

impl Entropy for FaceDice {
    fn draw(&self) -> [u8; 32] {
        DICE.with(Pool::take)
    }

    fn draw_span(&self) -> [u8; 8] {
        DICE.with(Pool::take)
    }
}

struct FaceConsole;

impl Logger for FaceConsole {
    fn log(&self, message: &str) {
        border::face_say(message, false);
    }
}

/// Says that something is wrong that the developer can put right.
pub fn warn(message: &str) {
    border::face_say(message, true);
}

struct FaceTimer;

impl Timer for FaceTimer {
    fn wake_in(&self, millis: Option<u32>) {
        border::face_wake(millis.map_or(-1, |millis| i32::try_from(millis).unwrap_or(i32::MAX)));
    }
}

/// Sends by the hands of JavaScript, which need not be led: each member of a request that Rust makes is a call of its own.
struct FaceSender;

impl Sender for FaceSender {
    fn send(&self, request: Outgoing) {
        let Outgoing { id, url, body, keepalive } = request;
        // What nobody took has failed.
        if !border::face_send(id, &url, &body, keepalive) {
            with(|instance| instance.sdk.settled(id, None));
        }
    }
}

#[derive(Default)]
struct FaceScopes {
    /// The trace until somebody knows a better one.
    fallback: OnceCell<Rc<PropagationContext>>,
}

impl Scopes for FaceScopes {
    fn active(&self) -> Option<SpanKey> {
        SpanKey::from_u32(border::face_active())
    }

    fn exact(&self) -> bool {
        border::face_exact() != 0
    }

    fn context(&self) -> Rc<PropagationContext> {
        match border::said(border::face_context(), PropagationContext::from_text).flatten() {
            Some(context) => Rc::new(context),
            None => Rc::clone(
                self.fallback
                    .get_or_init(|| Rc::new(PropagationContext::begin(&Moment::of_dice(FaceDice.draw())))),
            ),
        }
    }

    fn suppressed(&self) -> bool {
        border::face_suppressed() != 0
    }
}

struct FaceEvents;

impl Events for FaceEvents {
    fn unsampled(&self) -> (u32, u32) {
        ticket::take_unsampled()
    }

    fn began(&self, _sdk: &Sdk, started: &Started, parent: Option<SpanKey>) {
        ticket::write(started);
        border::face_began(parent.map_or(0, SpanKey::to_u32));
    }

    fn begin_request(&self, _sdk: &Sdk, name: &str, attributes: &Attributes) -> Option<SpanKey> {
        SpanKey::from_u32(border::face_request(name, &attributes.to_lines()))
    }

    fn ending(&self, _sdk: &Sdk, root: SpanKey) {
        border::face_ending(root.to_u32());
    }

    fn ended(&self, _sdk: &Sdk, key: SpanKey) {
        border::face_ended(key.to_u32());
    }

    fn captured(&self, _sdk: &Sdk, key: SpanKey) -> Option<String> {
        // As below: what throws may have been about to filter something out.
        border::said(border::face_captured(key.to_u32()), str::to_owned)
    }

    fn finished(&self, _sdk: &Sdk, root: SpanKey, children: u32) -> Option<Extra> {
        // What throws may have been about to filter something out: then nothing is sent.
        border::said(border::face_finished(root.to_u32(), children), |answer| {
            let (event, contexts) = text::cut(answer, b'\n').unwrap_or((answer, ""));
            Extra { event: event.to_owned(), contexts: contexts.to_owned() }
        })
    }
}

/// The normalized `href` of a URL that the page wrote; `None` if `fetch` would refuse it too.
pub fn resolve(url: &str) -> Option<String> {
    border::said(border::face_resolve(url), str::to_owned).filter(|href| !href.is_empty())
}

/// Tests each pattern among the targets; none matches where the face cannot say.
pub fn test_patterns(url: &str, own_path: Option<&str>) -> Vec<bool> {
    let answer = border::face_matches(url, own_path.unwrap_or_default());
    border::said(answer, |digits| digits.bytes().map(|digit| digit == b'1').collect()).unwrap_or_default()
}
