//! What the JavaScript face answers and hears: which span is active, in which trace, and what became of spans.
//!
//! The page's scopes live in JavaScript, because only it knows which callback runs. No hook is called while
//! the state is borrowed, and one that throws has said nothing.

use std::cell::OnceCell;
use std::rc::{Rc, Weak};

use wasm_bindgen::prelude::*;

use super::entropy::CryptoEntropy;
use super::ticket;
use crate::host::{Entropy, Events, Extra, Scopes, Sender, Timer};
use crate::sdk::Sdk;
use crate::text;
use crate::trace::propagation::PropagationContext;
use crate::trace::span::Attributes;
use crate::trace::store::SpanKey;
use crate::trace::time::Moment;
use crate::trace::tracer::Started;
use crate::transport::queue::Outgoing;

#[wasm_bindgen]
extern "C" {
    /// The face's object.
    #[derive(Debug)]
    pub type Hooks;

    /// The key of the active span, 0 if there is none.
    #[wasm_bindgen(method, structural, catch)]
    fn active(this: &Hooks) -> Result<JsValue, JsValue>;

    /// Whether the active span is known to be the one that runs.
    #[wasm_bindgen(method, structural, catch)]
    fn exact(this: &Hooks) -> Result<JsValue, JsValue>;

    /// Whether tracing is suppressed here.
    #[wasm_bindgen(method, structural, catch)]
    fn suppressed(this: &Hooks) -> Result<JsValue, JsValue>;

    /// The propagation context in force, as text.
    #[wasm_bindgen(method, structural, catch)]
    fn context(this: &Hooks) -> Result<JsValue, JsValue>;

    /// The core began a span by itself: its ticket is written, and this is its parent's key, 0 if it is a root.
    #[wasm_bindgen(method, structural, catch)]
    fn began(this: &Hooks, parent: u32) -> Result<(), JsValue>;

    /// The idle root is about to end: the time to add what was measured.
    #[wasm_bindgen(method, structural, catch)]
    fn ending(this: &Hooks, key: u32) -> Result<(), JsValue>;

    /// A span ended.
    #[wasm_bindgen(method, structural, catch)]
    fn ended(this: &Hooks, key: u32) -> Result<(), JsValue>;

    /// A request is about to be sent, in stream mode: the name and the attribute lines of its span. The face may
    /// begin the span and answers with its key; nothing, and the core does.
    #[wasm_bindgen(method, structural, catch)]
    fn request(this: &Hooks, name: &str, attributes: &str) -> Result<JsValue, JsValue>;

    /// A span that is sent by itself has ended: attribute lines to add as defaults; nothing if the face has
    /// taken it over.
    #[wasm_bindgen(method, structural, catch)]
    fn captured(this: &Hooks, key: u32) -> Result<JsValue, JsValue>;

    /// A root is about to be sent with so many children: members of the event and of its contexts, a line
    /// each; nothing if the face has taken it over.
    #[wasm_bindgen(method, structural, catch)]
    fn finished(this: &Hooks, key: u32, spans: u32) -> Result<JsValue, JsValue>;

    /// An envelope leaves, by the hands of the face: a number that `delivered` is told, where to, the text, and whether
    /// the request may outlive the page.
    #[wasm_bindgen(method, structural, catch)]
    fn send(this: &Hooks, id: u32, url: &str, body: &str, keepalive: bool) -> Result<(), JsValue>;

    /// What the browser makes of a URL; empty if it is none.
    #[wasm_bindgen(method, structural, catch)]
    fn resolve(this: &Hooks, url: &str) -> Result<JsValue, JsValue>;

    /// Which patterns among the targets match a URL, or a path of the own origin if it is not empty: `1` or `0` for each.
    #[wasm_bindgen(method, structural, catch)]
    fn matches(this: &Hooks, url: &str, own_path: &str) -> Result<JsValue, JsValue>;

    /// `tick` is to be called once after so many milliseconds, in place of the last time; negative for not any more.
    #[wasm_bindgen(method, structural, catch)]
    fn wake(this: &Hooks, millis: i32) -> Result<(), JsValue>;
}

impl Hooks {
    /// Tests each pattern among the targets; none matches where the face cannot say.
    pub fn tested(&self, url: &str, own_path: Option<&str>) -> Vec<bool> {
        let answer =
            self.matches(url, own_path.unwrap_or_default()).ok().and_then(|answer| answer.as_string());
        answer.unwrap_or_default().bytes().map(|digit| digit == b'1').collect()
    }

    /// The normalized `href` of a URL that the page wrote; `None` if `fetch` would refuse it too.
    pub fn resolved(&self, url: &str) -> Option<String> {
        self.resolve(url).ok()?.as_string().filter(|href| !href.is_empty())
    }
}

/// The hooks, once they are connected.
pub type SharedHooks = Rc<OnceCell<Hooks>>;

/// The scopes of JavaScript.
#[derive(Debug)]
pub struct JsScopes {
    hooks: SharedHooks,
    entropy: CryptoEntropy,
    /// The trace until somebody knows a better one.
    fallback: OnceCell<Rc<PropagationContext>>,
}

impl JsScopes {
    /// Scopes behind these hooks.
    pub fn new(hooks: SharedHooks) -> JsScopes {
        JsScopes { hooks, entropy: CryptoEntropy::new(), fallback: OnceCell::new() }
    }

    fn begin(&self) -> Rc<PropagationContext> {
        Rc::new(PropagationContext::begin(&Moment::of_dice(self.entropy.draw())))
    }
}

impl Scopes for JsScopes {
    fn active(&self) -> Option<SpanKey> {
        // `as` saturates; what is no number is no key.
        SpanKey::from_u32(self.hooks.get()?.active().ok()?.as_f64()? as u32)
    }

    fn exact(&self) -> bool {
        let answer = self.hooks.get().and_then(|hooks| hooks.exact().ok());
        answer.is_some_and(|answer| answer.is_truthy())
    }

    fn context(&self) -> Rc<PropagationContext> {
        let text = self.hooks.get().and_then(|hooks| hooks.context().ok()?.as_string());
        match text.and_then(|text| PropagationContext::from_text(&text)) {
            Some(context) => Rc::new(context),
            None => Rc::clone(self.fallback.get_or_init(|| self.begin())),
        }
    }

    fn suppressed(&self) -> bool {
        let answer = self.hooks.get().and_then(|hooks| hooks.suppressed().ok());
        answer.is_some_and(|answer| answer.is_truthy())
    }
}

/// The alarm of JavaScript.
#[derive(Debug)]
pub struct JsTimer(pub SharedHooks);

impl Timer for JsTimer {
    fn wake_in(&self, millis: Option<u32>) {
        if let Some(hooks) = self.0.get() {
            let _ = hooks.wake(millis.map_or(-1, |millis| i32::try_from(millis).unwrap_or(i32::MAX)));
        }
    }
}

/// The listeners of JavaScript.
#[derive(Debug)]
pub struct JsEvents(pub SharedHooks);

impl Events for JsEvents {
    fn unsampled(&self) -> (u32, u32) {
        ticket::take_unsampled()
    }

    fn began(&self, _sdk: &Sdk, started: &Started, parent: Option<SpanKey>) {
        if let Some(hooks) = self.0.get() {
            ticket::write(started);
            let _ = hooks.began(parent.map_or(0, SpanKey::to_u32));
        }
    }

    fn begin_request(&self, _sdk: &Sdk, name: &str, attributes: &Attributes) -> Option<SpanKey> {
        let answer = self.0.get()?.request(name, &attributes.to_lines()).ok()?;
        // `as` saturates; what is no number is no key.
        SpanKey::from_u32(answer.as_f64()? as u32)
    }

    fn ending(&self, _sdk: &Sdk, root: SpanKey) {
        if let Some(hooks) = self.0.get() {
            let _ = hooks.ending(root.to_u32());
        }
    }

    fn ended(&self, _sdk: &Sdk, key: SpanKey) {
        if let Some(hooks) = self.0.get() {
            let _ = hooks.ended(key.to_u32());
        }
    }

    fn captured(&self, _sdk: &Sdk, key: SpanKey) -> Option<String> {
        let Some(hooks) = self.0.get() else { return Some(String::new()) };
        // As below: what throws may have been about to filter something out.
        hooks.captured(key.to_u32()).ok()?.as_string()
    }

    fn finished(&self, _sdk: &Sdk, root: SpanKey, children: u32) -> Option<Extra> {
        let Some(hooks) = self.0.get() else { return Some(Extra::default()) };
        // What throws may have been about to filter something out: then nothing is sent.
        let answer = hooks.finished(root.to_u32(), children).ok()?.as_string()?;
        let (event, contexts) = text::cut(&answer, b'\n').unwrap_or((&answer, ""));
        Some(Extra { event: event.to_owned(), contexts: contexts.to_owned() })
    }
}

/// Sends by the hands of JavaScript, which need not be led: each member of a request that Rust makes is a call of its own.
#[derive(Debug)]
pub struct JsSender {
    hooks: SharedHooks,
    sdk: Weak<Sdk>,
}

impl JsSender {
    /// A sender behind these hooks.
    pub fn new(hooks: SharedHooks, sdk: Weak<Sdk>) -> JsSender {
        JsSender { hooks, sdk }
    }
}

impl Sender for JsSender {
    fn send(&self, request: Outgoing) {
        let Outgoing { id, url, body, keepalive } = request;
        let taken = self.hooks.get().map(|hooks| hooks.send(id, &url, &body, keepalive));
        // What nobody took has failed.
        if !matches!(taken, Some(Ok(())))
            && let Some(sdk) = self.sdk.upgrade()
        {
            sdk.settled(id, None);
        }
    }
}
