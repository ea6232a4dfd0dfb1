//! The options of `init`, read once per page. A wrong option is named on the console and left out; it
//! never makes `init` fail.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use crate::browser::logger::warn;
use crate::browser::targets::{self, Patterns};
use crate::trace::fraction::Fraction;
use crate::trace::sampling::SampleRate;
use crate::trace::settings::{DEFAULT_ENVIRONMENT, Settings};
use crate::transport::dsn::Dsn;
use crate::transport::envelope::{SDK_NAME, SDK_VERSION};

/// The options as the page wrote them. The face hands over a plain copy, so that reading one runs no code of the
/// page.
pub struct Given(pub JsValue);

impl Given {
    /// An option; undefined if it is not there, or if these are no options.
    pub fn get(&self, name: &str) -> JsValue {
        Reflect::get(&self.0, &JsValue::from_str(name)).unwrap_or_default()
    }

    /// A boolean option.
    pub fn flag(&self, name: &str, default: bool) -> bool {
        let value = self.get(name);
        if !is_unset(&value) && value.as_bool().is_none() {
            warn(&[name, " was ignored: it must be true or false"].concat());
        }
        value.as_bool().unwrap_or(default)
    }

    /// A text; empty if it is not set.
    fn text(&self, name: &str) -> String {
        let value = self.get(name);
        if !is_unset(&value) && !value.is_string() {
            warn(&[name, " was ignored: it must be a string"].concat());
        }
        value.as_string().unwrap_or_default()
    }
}

/// The options as we understand them.
pub struct Options {
    /// Those about traces.
    pub settings: Settings,
    /// The patterns among the targets.
    pub patterns: Patterns,
    /// Where envelopes go.
    pub destination: Option<String>,
    /// The DSN, if a tunnel must be told.
    pub tunnelled_dsn: Option<String>,
    /// Whether to tell the server what was not sent.
    pub client_reports: bool,
    /// Whether to tell the developer what we do.
    pub debug: bool,
}

/// Reads the options object; anything else counts as no options.
pub fn read(options: JsValue) -> Options {
    let given = Given(options);
    let dsn = dsn(given.text("dsn"));
    let tunnel = given.text("tunnel");
    let (targets, patterns) = targets::read(&given.get("tracePropagationTargets"));
    let settings = Settings {
        enabled: given.flag("enabled", true),
        release: given.text("release"),
        environment: Some(given.text("environment"))
            .filter(|environment| !environment.is_empty())
            .unwrap_or_else(|| DEFAULT_ENVIRONMENT.to_owned()),
        public_key: dsn.as_ref().map(|dsn| dsn.public_key().to_owned()).unwrap_or_default(),
        org_id: org_id(&given.get("orgId"), dsn.as_ref()),
        dist: given.text("dist"),
        sample_rate: sample_rate(&given.get("tracesSampleRate")),
        has_sampler: given.get("tracesSampler").is_truthy(),
        targets,
        propagate_traceparent: given.flag("propagateTraceparent", false),
        strict_continuation: given.flag("strictTraceContinuation", false),
        parent_is_root: given.flag("parentSpanIsAlwaysRootSpan", true),
        streaming: streaming(&given.get("traceLifecycle")),
    };
    let tunnelled = dsn.is_some() && !tunnel.is_empty();
    Options {
        // Nothing is sent without a DSN, and nothing while disabled.
        destination: dsn
            .as_ref()
            .filter(|_| settings.enabled)
            .map(|dsn| if tunnelled { tunnel } else { dsn.envelope_url(SDK_NAME, SDK_VERSION) }),
        tunnelled_dsn: dsn.filter(|_| tunnelled).map(|dsn| dsn.print()),
        settings,
        patterns,
        client_reports: given.flag("sendClientReports", true),
        debug: given.flag("debug", false),
    }
}

pub fn is_unset(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}

fn dsn(text: String) -> Option<Dsn> {
    if text.is_empty() {
        return None;
    }
    match Dsn::parse(&text) {
        Ok(dsn) => Some(dsn),
        Err(error) => {
            let reason = error.to_string();
            warn(&["the dsn \"", &text, "\" is invalid and nothing will be sent: ", &reason].concat());
            None
        }
    }
}

fn streaming(value: &JsValue) -> bool {
    let stream = *value == "stream";
    if !stream && !is_unset(value) && *value != "static" {
        warn("traceLifecycle was ignored: it must be \"static\" or \"stream\"");
    }
    stream
}

/// `orgId` is a number or its text; without it the DSN's host may tell.
fn org_id(value: &JsValue, dsn: Option<&Dsn>) -> String {
    let number = value.as_f64().filter(|number| *number >= 0.0).map(|number| (number as u64).to_string());
    let given = value.as_string().or(number);
    if given.is_none() && !is_unset(value) {
        warn("orgId was ignored: it must be a number or its text");
    }
    // An empty text or 0 is nobody's organization.
    let given = given.filter(|id| !id.is_empty() && id != "0");
    given.or_else(|| dsn.and_then(Dsn::org_id).map(str::to_owned)).unwrap_or_default()
}

/// Booleans are 1 and 0, and a text is read like `parseFloat` does, as in the reference.
fn sample_rate(value: &JsValue) -> SampleRate {
    if is_unset(value) {
        return SampleRate::Unset;
    }
    let rate = match (value.as_f64(), value.as_bool(), value.as_string()) {
        (Some(number), _, _) => Fraction::from_f64(number),
        (_, Some(always), _) => Some(if always { Fraction::ONE } else { Fraction::ZERO }),
        (_, _, Some(text)) => Fraction::parse(&text),
        _ => None,
    };
    match rate {
        Some(rate) => SampleRate::Rate(rate),
        None => {
            warn("tracesSampleRate is invalid and no trace will be sampled: it must be a number from 0 to 1");
            SampleRate::Invalid
        }
    }
}
