//! What an application says once, in `init`.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use crate::app::attributes::{Attributes, attribute};
use crate::app::envelope::Extra;
use crate::app::event_data::EventData;
use crate::app::host::Scopes;
use crate::app::scopes::StackScopes;
use crate::app::sdk::Sdk;
use crate::app::settings::Settings;
use crate::app::span_key::SpanKey;
use crate::app::start_span::Parent;
use crate::codec::context::PropagationContext;
use crate::codec::fraction::Fraction;
use crate::codec::trace_headers::PropagateTraceparent;
use crate::decide::sampling::{SampleRate, Sampler as Sampled};
use crate::front::sampling::SamplingContext;
use crate::front::target::Target;
use crate::front::user::User;
use crate::front::value::Value;

/// Says for a root that is about to begin by which rate it is recorded.
type Sampler = dyn Fn(&Beginning<'_>) -> Sampled;
/// Sends an ended root with so many children, and with what is said beside, if the application wants it sent.
type BeforeSend = dyn Fn(&Sdk, SpanKey, u32, &Extra);
/// Says something that holds for all events.
type Says = dyn Fn(&EventData);

/// A root that is about to begin.
pub(crate) struct Beginning<'a> {
    pub(crate) name: &'a str,
    pub(crate) attributes: &'a Attributes,
    /// The span here that it begins below.
    pub(crate) parent: Parent,
    /// Its trace, if that is not the one in force.
    pub(crate) context: Option<&'a PropagationContext>,
    pub(crate) sdk: &'a Sdk,
}

impl Beginning<'_> {
    fn sampling_context(&self) -> SamplingContext {
        let above = match self.parent {
            Parent::Span(key) | Parent::Active(key) => self.sdk.started(key).map(|above| above.sampled),
            _ => None,
        };
        let op = self.attributes.text(attribute::OP).unwrap_or_default();
        let in_force = self.sdk.scopes().context();
        SamplingContext::new(self.name, op, above, self.context.unwrap_or(&in_force))
    }
}

/// The application's own code that is asked. What stands around it comes with it: where it is not set, none of that is in the
/// module.
#[derive(Clone, Default)]
pub(crate) struct Callbacks {
    pub(crate) sampler: Option<Rc<Sampler>>,
    pub(crate) before_send: Option<Rc<BeforeSend>>,
}

impl fmt::Debug for Callbacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Callbacks { sampler, before_send } = self;
        f.debug_tuple("Callbacks").field(&sampler.is_some()).field(&before_send.is_some()).finish()
    }
}

/// The callbacks in force. Behind two counters, because the application's code must not run while a cell is borrowed.
#[derive(Clone, Debug, Default)]
pub(crate) struct SharedCallbacks(Rc<RefCell<Rc<Callbacks>>>);

impl SharedCallbacks {
    pub(crate) fn get(&self) -> Rc<Callbacks> {
        self.0.try_borrow().map(|callbacks| Rc::clone(&callbacks)).unwrap_or_default()
    }

    /// What the application's sampler says about a root that is about to begin. Not asked about what is not recorded anyway,
    /// such as a root that it begins itself.
    pub(crate) fn sample(&self, scopes: &StackScopes, root: &Beginning<'_>) -> Sampled {
        match &self.get().sampler {
            Some(sampler) if !scopes.suppressed() => scopes.suppress(|| sampler(root)),
            _ => Sampled::NotAsked,
        }
    }

    pub(crate) fn set(&self, callbacks: Callbacks) {
        let callbacks = Rc::new(callbacks);
        // Those before are dropped when nothing is borrowed any more: they may hold spans.
        let _before = self.0.try_borrow_mut().map(|mut place| std::mem::replace(&mut *place, callbacks));
    }
}

/// What an application says once, in [`init`](crate::init).
///
/// ```
/// use throughline::Options;
///
/// let options = Options::new("https://public@o1.ingest.example.com/42")
///     .release("shop@1.2.3")
///     .traces_sample_rate(0.2)
///     .propagate_to(["/api", "https://api.example.com"]);
/// ```
// In one box: each setter takes and gives it.
#[derive(Clone)]
#[must_use = "options do nothing before they are given to init"]
pub struct Options(pub(crate) Box<Said>);

/// What they say.
#[derive(Clone)]
pub(crate) struct Said {
    pub(crate) dsn: String,
    pub(crate) tunnel: String,
    pub(crate) settings: Settings,
    pub(crate) rate: Option<f64>,
    pub(crate) targets: Option<Vec<Target>>,
    pub(crate) callbacks: Callbacks,
    /// What is said with all events, in this order.
    pub(crate) says: Vec<Rc<Says>>,
    pub(crate) debug: bool,
    pub(crate) client_reports: bool,
    pub(crate) page_load: bool,
    pub(crate) navigation: bool,
    pub(crate) requests: bool,
}

/// What is to be done to the page.
#[derive(Clone, Copy)]
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "there is no page"))]
pub(crate) struct Wishes {
    pub(crate) enabled: bool,
    pub(crate) page_load: bool,
    pub(crate) navigation: bool,
    pub(crate) requests: bool,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Said { dsn, tunnel, settings, rate, targets, callbacks, .. } = &*self.0;
        let mut shown = f.debug_struct("Options");
        shown.field("dsn", dsn).field("tunnel", tunnel).field("settings", settings).field("rate", rate);
        shown.field("targets", targets).field("callbacks", callbacks).finish_non_exhaustive()
    }
}

impl Options {
    /// Options with a DSN. Without one (an empty text) requests carry headers and nothing is sent.
    pub fn new(dsn: impl Into<String>) -> Options {
        Options::of(dsn.into())
    }

    fn of(dsn: String) -> Options {
        Options(Box::new(Said {
            dsn,
            tunnel: String::new(),
            settings: Settings { enabled: true, ..Settings::default() },
            rate: None,
            targets: None,
            callbacks: Callbacks::default(),
            says: Vec::new(),
            debug: false,
            client_reports: true,
            page_load: true,
            navigation: true,
            requests: true,
        }))
    }

    /// The version of the application, such as `shop@1.2.3`.
    pub fn release(mut self, release: impl Into<String>) -> Options {
        self.0.settings.release = release.into();
        self
    }

    /// Where the application runs, such as `staging`; `production` unless something else is said.
    pub fn environment(mut self, environment: impl Into<String>) -> Options {
        self.0.settings.environment = environment.into();
        self
    }

    /// Which build of the release it is.
    pub fn dist(mut self, dist: impl Into<String>) -> Options {
        self.0.settings.dist = dist.into();
        self
    }

    /// The share of traces that are recorded, from 0 to 1. Without it, and without a sampler, requests carry headers and
    /// no span is recorded. A trace that came with the page keeps the decision of its server.
    pub fn traces_sample_rate(mut self, rate: f64) -> Options {
        self.0.rate = Some(rate);
        let valid = Fraction::from_f64(rate);
        self.0.settings.sample_rate = valid.map_or(SampleRate::Invalid, SampleRate::Rate);
        self
    }

    /// Says for each root by which rate it is recorded, from 0 to 1, whatever was decided where its trace came from.
    /// `None` leaves it to that decision, and then to [`Options::traces_sample_rate`].
    ///
    /// ```
    /// use throughline::Options;
    ///
    /// let options = Options::new("").traces_sampler(|root| match root.name() {
    ///     "/health" => Some(0.0),
    ///     _ => Some(root.inherit_or(0.1)),
    /// });
    /// ```
    pub fn traces_sampler(mut self, sampler: impl Fn(&SamplingContext) -> Option<f64> + 'static) -> Options {
        let sampler = move |root: &Beginning<'_>| {
            match sampler(&root.sampling_context()) {
                Some(rate) => Sampled::Answered(Fraction::from_f64(rate)),
                // No opinion: rate and parent decide.
                None => Sampled::NotAsked,
            }
        };
        self.0.callbacks.sampler = Some(Rc::new(sampler));
        self.0.settings.has_sampler = true;
        self
    }

    /// Whose requests carry trace headers, in place of those of the page's own origin; nobody's with
    /// `propagate_to::<&str>([])`. See [`Target`].
    pub fn propagate_to<T: Into<Target>>(mut self, targets: impl IntoIterator<Item = T>) -> Options {
        self.0.targets = Some(targets.into_iter().map(Into::into).collect());
        self
    }

    /// Whether requests carry `traceparent` (W3C Trace Context) too; [`PropagateTraceparent::Sampled`]: those of recorded traces.
    /// False unless said otherwise: other origins must allow each header.
    pub fn propagate_traceparent(mut self, when: impl Into<PropagateTraceparent>) -> Options {
        self.0.settings.propagate_traceparent = when.into();
        self
    }

    /// Sends what was recorded to this address, which passes it on, in place of the DSN's own.
    pub fn tunnel(mut self, url: impl Into<String>) -> Options {
        self.0.tunnel = url.into();
        self
    }

    /// Whether only traces of the own organization are continued, and not those that name none.
    pub fn strict_trace_continuation(mut self, on: bool) -> Options {
        self.0.settings.strict_continuation = on;
        self
    }

    /// The number of the own organization where the DSN's host does not name it.
    pub fn org_id(mut self, id: impl Into<String>) -> Options {
        self.0.settings.org_id = id.into();
        self
    }

    /// A tag of all events. See [`set_tag`](crate::set_tag).
    pub fn tag(self, name: impl Into<String>, value: impl Into<String>) -> Options {
        let (name, value) = (name.into(), value.into());
        self.says(move |data| data.set_tag(&name, &value))
    }

    /// Who uses the application. See [`set_user`](crate::set_user).
    pub fn user(self, user: User) -> Options {
        self.says(move |data| data.set_user(Some(user.clone().into_data())))
    }

    /// A context of all events: what is known of some matter, such as the device or the shop. See
    /// [`set_context`](crate::set_context).
    ///
    /// ```
    /// use throughline::Options;
    ///
    /// let options = Options::new("").context("shop", [("country", "PT"), ("currency", "EUR")]);
    /// ```
    pub fn context<K: Into<String>, V: Into<Value>>(
        self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = (K, V)>,
    ) -> Options {
        let values: Vec<_> = values.into_iter().map(|(key, value)| (key.into(), value.into().0)).collect();
        let name = name.into();
        self.says(move |data| data.set_context(&name, Some(values.clone())))
    }

    fn says(mut self, what: impl Fn(&EventData) + 'static) -> Options {
        self.0.says.push(Rc::new(what));
        self
    }

    /// Sees each transaction, as JSON, before it is sent, and answers with what is sent in its place; with `None` it is
    /// dropped, and counted as dropped, and so is what is no JSON object. Spans that it begins are not recorded. Spans that
    /// are sent by themselves do not pass it: those of the feature `stream`, and the INP of `vitals`.
    ///
    /// ```
    /// use throughline::Options;
    ///
    /// let options = Options::new("").before_send(|event| (!event.contains("/health")).then_some(event));
    /// ```
    pub fn before_send(mut self, change: impl Fn(String) -> Option<String> + 'static) -> Options {
        let send = move |sdk: &Sdk, root: SpanKey, children: u32, extra: &Extra| {
            sdk.send_seen(root, children, extra, &change);
        };
        self.0.callbacks.before_send = Some(Rc::new(send));
        self
    }

    /// Further parameters of URLs whose values are not recorded, beside those that are known as secret.
    pub fn sensitive_params<S: AsRef<str>>(mut self, names: impl IntoIterator<Item = S>) -> Options {
        for name in names {
            if !self.0.settings.sensitive_params.is_empty() {
                self.0.settings.sensitive_params.push(' ');
            }
            self.0.settings.sensitive_params.push_str(name.as_ref());
        }
        self
    }

    /// Whether each span is sent when it has ended, and there are no transactions. False unless said otherwise.
    #[cfg(feature = "stream")]
    pub fn stream_spans(mut self, on: bool) -> Options {
        self.0.settings.streaming = on;
        self
    }

    /// Whether the console hears of what is not sent.
    pub fn debug(mut self, on: bool) -> Options {
        self.0.debug = on;
        self
    }

    /// Whether anything is done at all: true unless said otherwise.
    pub fn enabled(mut self, on: bool) -> Options {
        self.0.settings.enabled = on;
        self
    }

    /// Whether the server is told what was not sent, and why: true unless said otherwise.
    pub fn client_reports(mut self, on: bool) -> Options {
        self.0.client_reports = on;
        self
    }

    /// Whether the page load is a root span: true unless said otherwise.
    pub fn trace_page_load(mut self, on: bool) -> Options {
        self.0.page_load = on;
        self
    }

    /// Whether navigations within the page are root spans: true unless said otherwise.
    pub fn trace_navigation(mut self, on: bool) -> Options {
        self.0.navigation = on;
        self
    }

    /// Whether requests by `fetch` and `XMLHttpRequest` carry headers and are spans: true unless said otherwise.
    pub fn trace_requests(mut self, on: bool) -> Options {
        self.0.requests = on;
        self
    }
}
