//! The options of `init`, read once per page. A wrong option is named on the console and left out; it
//! never makes `init` fail.

use serde::Deserialize;
use serde_wasm_bindgen::preserve;
use wasm_bindgen::JsValue;

use crate::browser::logger::warn;
use crate::browser::targets::{self, Patterns};
use crate::trace::fraction::Fraction;
use crate::trace::sampling::SampleRate;
use crate::trace::settings::{DEFAULT_ENVIRONMENT, Settings};
use crate::transport::dsn::Dsn;
use crate::transport::envelope::{SDK_NAME, SDK_VERSION};

/// The options as the page wrote them. Each stays a JavaScript value at first, so that a wrong one does
/// not take the others with it.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Given {
    #[serde(with = "preserve")]
    dsn: JsValue,
    #[serde(with = "preserve")]
    enabled: JsValue,
    #[serde(with = "preserve")]
    release: JsValue,
    #[serde(with = "preserve")]
    environment: JsValue,
    #[serde(with = "preserve")]
    dist: JsValue,
    #[serde(with = "preserve")]
    traces_sample_rate: JsValue,
    #[serde(with = "preserve")]
    traces_sampler: JsValue,
    #[serde(with = "preserve")]
    trace_propagation_targets: JsValue,
    #[serde(with = "preserve")]
    propagate_traceparent: JsValue,
    #[serde(with = "preserve")]
    strict_trace_continuation: JsValue,
    #[serde(with = "preserve")]
    parent_span_is_always_root_span: JsValue,
    #[serde(with = "preserve")]
    trace_lifecycle: JsValue,
    #[serde(with = "preserve")]
    org_id: JsValue,
    #[serde(with = "preserve")]
    tunnel: JsValue,
    #[serde(with = "preserve")]
    transport_options: JsValue,
    #[serde(with = "preserve")]
    send_client_reports: JsValue,
    #[serde(with = "preserve")]
    debug: JsValue,
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
    /// What our requests carry beside the envelope; the browser reads it.
    pub transport: JsValue,
    /// Whether to tell the server what was not sent.
    pub client_reports: bool,
    /// Whether to tell the developer what we do.
    pub debug: bool,
}

/// Reads the options object; anything else counts as no options.
pub fn read(options: JsValue) -> Options {
    let given: Given = serde_wasm_bindgen::from_value(options).unwrap_or_default();
    let dsn = dsn(&given.dsn);
    let tunnel = text("tunnel", &given.tunnel);
    let (targets, patterns) = targets::read(&given.trace_propagation_targets);
    let settings = Settings {
        enabled: flag("enabled", &given.enabled, true),
        release: text("release", &given.release),
        environment: Some(text("environment", &given.environment))
            .filter(|environment| !environment.is_empty())
            .unwrap_or_else(|| DEFAULT_ENVIRONMENT.to_owned()),
        public_key: dsn.as_ref().map(|dsn| dsn.public_key().to_owned()).unwrap_or_default(),
        org_id: org_id(&given.org_id, dsn.as_ref()),
        dist: text("dist", &given.dist),
        sample_rate: sample_rate(&given.traces_sample_rate),
        has_sampler: given.traces_sampler.is_truthy(),
        targets,
        propagate_traceparent: flag("propagateTraceparent", &given.propagate_traceparent, false),
        strict_continuation: flag("strictTraceContinuation", &given.strict_trace_continuation, false),
        parent_is_root: flag("parentSpanIsAlwaysRootSpan", &given.parent_span_is_always_root_span, true),
        streaming: streaming(&given.trace_lifecycle),
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
        transport: given.transport_options,
        client_reports: flag("sendClientReports", &given.send_client_reports, true),
        debug: flag("debug", &given.debug, false),
    }
}

pub fn is_unset(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}

fn text(name: &str, value: &JsValue) -> String {
    if !is_unset(value) && !value.is_string() {
        warn(&[name, " was ignored: it must be a string"].concat());
    }
    value.as_string().unwrap_or_default()
}

pub fn flag(name: &str, value: &JsValue, default: bool) -> bool {
    if !is_unset(value) && value.as_bool().is_none() {
        warn(&[name, " was ignored: it must be true or false"].concat());
    }
    value.as_bool().unwrap_or(default)
}

fn dsn(value: &JsValue) -> Option<Dsn> {
    let text = text("dsn", value);
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
