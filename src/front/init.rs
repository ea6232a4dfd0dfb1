//! `init`: from options to a page that is traced.

use std::fmt;
use std::mem::take;
use std::rc::Rc;

use crate::app::envelope::{SDK_NAME, SDK_VERSION, Sender};
#[cfg(target_arch = "wasm32")]
use crate::app::event_data::EventData;
use crate::app::sdk::Init;
use crate::app::settings;
use crate::codec::dsn::Dsn;
use crate::codec::text;
use crate::decide::targets::can_match;
use crate::front::dsn::ParseDsnError;
use crate::front::guard::Guard;
#[cfg(target_arch = "wasm32")]
use crate::front::options::SharedCallbacks;
use crate::front::options::{Options, Said, Wishes};
#[cfg(target_arch = "wasm32")]
use crate::front::page::Wired;
use crate::front::runtime::{self, Runtime};

/// Why [`init`] did not do all that it was asked for.
///
/// ```
/// use throughline::{InitError, Options, init};
///
/// match init(Options::new("https://example.com/42")) {
///     Ok(guard) => guard.forget(),
///     // Requests carry headers, and the console has heard of it.
///     Err(InitError::Dsn(_)) => {}
///     // On a server.
///     Err(_) => {}
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InitError {
    /// The DSN is none. Requests carry headers all the same; nothing is sent.
    Dsn(ParseDsnError),
    /// This is no browser, but a server, say. Nothing is done.
    NotABrowser,
}

impl fmt::Display for InitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InitError::Dsn(error) => error.fmt(f),
            InitError::NotABrowser => f.write_str("there is no browser here, and nothing is traced"),
        }
    }
}

// It prints what is wrong with the DSN itself.
impl std::error::Error for InitError {}

/// Begins to trace this page, or this worker: continues the trace that came with the page, times the page load, gives
/// requests spans and headers, and sends what was recorded. To be called once, as early as can be; a later call replaces the
/// options, but for tags, user and contexts, which stay until something else is said. The load of a page is timed once, however
/// often tracing begins.
///
/// Tracing ends when the guard is dropped; [`Guard::forget`] lets it last as long as the page.
///
/// # Errors
///
/// [`InitError::Dsn`] for a DSN that is none: the console hears of it too, and requests carry headers all the same.
/// [`InitError::NotABrowser`] on other targets, where nothing is done.
///
/// ```
/// use throughline::Options;
///
/// let guard = throughline::init(Options::new("https://public@o1.ingest.example.com/42").traces_sample_rate(0.2));
/// if let Ok(guard) = guard {
///     guard.forget();
/// }
/// ```
pub fn init(options: Options) -> Result<Guard, InitError> {
    begin(*options.0)
}

fn begin(mut options: Said) -> Result<Guard, InitError> {
    let existing = runtime::current();
    let is_new = existing.is_none();
    let Some(runtime) = existing.or_else(build) else { return Err(InitError::NotABrowser) };
    let wrong = match Dsn::parse(&options.dsn) {
        Err(reason) if !options.dsn.is_empty() => Some(ParseDsnError { given: options.dsn.clone(), reason }),
        _ => None,
    };
    complain(&options, wrong.as_ref());
    let Said { page_load, navigation, requests, .. } = options;
    let wishes = Wishes { enabled: options.settings.enabled, page_load, navigation, requests };
    runtime.callbacks.set(take(&mut options.callbacks));
    options.says.iter().for_each(|say| say(&runtime.data));
    let init = prepare(options);
    let destination = init.destination.clone().unwrap_or_default();
    runtime.sdk.init(init);
    if is_new {
        runtime::install(Some(runtime.clone()));
        crate::front::panic::watch();
    }
    wire(&runtime, wishes, destination);
    match wrong {
        None => Ok(Guard::new(runtime.next_generation())),
        // Whoever has a guard from before still ends tracing with it.
        Some(error) => Err(InitError::Dsn(error)),
    }
}

/// The state of this page, which is not changed yet.
#[cfg(target_arch = "wasm32")]
fn build() -> Option<Rc<Runtime>> {
    let (callbacks, data) = (SharedCallbacks::default(), Rc::new(EventData::default()));
    let (wired, scopes) = Wired::new(&callbacks, &data)?;
    let runtime = Runtime::new(Rc::clone(wired.sdk()), scopes, callbacks, data);
    runtime.page.replace(Some(wired));
    Some(Rc::new(runtime))
}

#[cfg(target_arch = "wasm32")]
fn wire(runtime: &Runtime, wishes: Wishes, destination: String) {
    // Taken out meanwhile: the application's sampler is asked about the page load.
    if let Some(mut wired) = runtime.page.take() {
        wired.wire(wishes, destination);
        runtime.page.replace(Some(wired));
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn build() -> Option<Rc<Runtime>> {
    None
}

#[cfg(not(target_arch = "wasm32"))]
fn wire(_runtime: &Runtime, _wishes: Wishes, _destination: String) {}

/// What the options come to.
fn prepare(options: Said) -> Init {
    let Said { dsn, tunnel, mut settings, targets, client_reports, debug, .. } = options;
    settings.targets = targets
        .map(|targets| targets.iter().filter_map(|target| settings::Target::from_text(&target.0)).collect());
    let (mut destination, mut sender) = (None, Sender::default());
    if let Ok(dsn) = Dsn::parse(&dsn) {
        settings.public_key = text::owned(dsn.public_key);
        if settings.org_id.is_empty() {
            settings.org_id = text::owned(dsn.org_id().unwrap_or_default());
        }
        if tunnel.is_empty() {
            destination = Some(dsn.envelope_url(&text::concat(&[SDK_NAME, "/", SDK_VERSION])));
        } else {
            destination = Some(tunnel);
            sender.tunnelled_dsn = Some(dsn.print());
        }
    }
    if !settings.enabled {
        destination = None;
    }
    Init { settings, destination, sender, client_reports, debug }
}

/// Says on the console what is wrong with the options, in the words that the package for JavaScript has for it.
fn complain(options: &Said, wrong: Option<&ParseDsnError>) {
    if let Some(ParseDsnError { given, reason }) = wrong {
        let words = ["the dsn \"", given, "\" is invalid and nothing will be sent: ", reason.reason()];
        warn(&text::concat(&words));
    }
    if options.settings.sample_rate == crate::decide::sampling::SampleRate::Invalid {
        warn("traces_sample_rate is invalid and no trace will be sampled: it must be a number from 0 to 1");
    } else if options.debug && options.rate.is_none() && !options.settings.has_sampler {
        warn("no span is recorded: traces_sample_rate is not set");
    }
    #[cfg(feature = "stream")]
    if options.settings.streaming && options.callbacks.before_send.is_some() {
        warn("before_send is ignored: with stream_spans there are no transactions");
    }
    for target in options.targets.iter().flatten() {
        if target.0.is_empty() {
            warn("an entry of propagate_to was ignored: it must be a non-empty string");
        } else if !can_match(&target.0) {
            warn(&text::concat(&["\"", &target.0, "\" among propagate_to matches no request"]));
        }
    }
}

#[cfg(target_arch = "wasm32")]
use crate::app::browser::logger::warn;

#[cfg(not(target_arch = "wasm32"))]
fn warn(_sentence: &str) {}
