//! The options of `init`, which the face has read and checked (`js/options-text.ts`): what follows from them.

use super::hooks::warn;
use crate::browser::page::origin_of;
use crate::text::{self, Pieces};
use crate::trace::baggage::percent_decode;
use crate::trace::fraction::Fraction;
use crate::trace::sampling::SampleRate;
use crate::trace::settings::{DEFAULT_ENVIRONMENT, Settings};
use crate::trace::targets::Target;
use crate::transport::dsn::Dsn;
use crate::transport::envelope::{SDK_NAME, SDK_VERSION};

// The flags of `init`.
const ENABLED: u32 = 1;
const TRACEPARENT: u32 = 2;
const STRICT: u32 = 4;
const PARENT_IS_ROOT: u32 = 8;
const CLIENT_REPORTS: u32 = 16;
const DEBUG: u32 = 32;
const HAS_SAMPLER: u32 = 64;
const STREAMS: u32 = 128;
const HAS_RATE: u32 = 256;
const HAS_TARGETS: u32 = 512;

/// The options as we understand them.
pub struct Options {
    /// Those about traces.
    pub settings: Settings,
    /// Whether there are patterns among the targets.
    pub has_patterns: bool,
    /// Where envelopes go.
    pub destination: Option<String>,
    /// The DSN, if a tunnel must be told.
    pub tunnelled_dsn: Option<String>,
    /// The page's origin.
    pub own: String,
    /// The names of the integrations.
    pub integrations: Vec<String>,
    /// Whether to tell the server what was not sent.
    pub client_reports: bool,
    /// Whether to tell the developer what we do.
    pub debug: bool,
}

/// Reads lines in which only line breaks and percent signs are escaped: `window.origin`, DSN, tunnel, release, environment, dist,
/// organization; the targets, of which a pattern is a bad escape; an empty one; the names of the integrations.
pub fn read(flags: u32, rate: f64, lines: &str) -> Options {
    let has = |flag| flags & flag != 0;
    let mut lines = Lines(text::pieces(lines, b'\n'));
    let [own, dsn, tunnel, release, environment, dist, organization] =
        std::array::from_fn(|_| lines.next().flatten().unwrap_or_default());
    let own = origin_of(own);
    let dsn = read_dsn(dsn);
    let mut patterns = 0..;
    let mut targets = Vec::new();
    while let Some(target) = lines.next().and_then(|line| match line {
        Some(text) => Target::from_text(&text),
        None => patterns.next().map(Target::Pattern),
    }) {
        targets.push(target);
    }
    let settings = Settings {
        enabled: has(ENABLED),
        release,
        environment: if environment.is_empty() { DEFAULT_ENVIRONMENT.to_owned() } else { environment },
        public_key: dsn.as_ref().map(|dsn| dsn.public_key().to_owned()).unwrap_or_default(),
        org_id: org_id(organization, dsn.as_ref()),
        dist,
        sample_rate: match Fraction::from_f64(rate) {
            Some(rate) if has(HAS_RATE) => SampleRate::Rate(rate),
            None if has(HAS_RATE) => SampleRate::Invalid,
            _ => SampleRate::Unset,
        },
        has_sampler: has(HAS_SAMPLER),
        targets: has(HAS_TARGETS).then_some(targets),
        propagate_traceparent: has(TRACEPARENT),
        strict_continuation: has(STRICT),
        parent_is_root: has(PARENT_IS_ROOT),
        streaming: has(STREAMS),
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
        has_patterns: patterns.start > 0,
        own,
        integrations: lines.flatten().collect(),
        client_reports: has(CLIENT_REPORTS),
        debug: has(DEBUG),
    }
}

/// Lines as they were before they were escaped; nothing for a bad escape.
struct Lines<'a>(Pieces<'a>);

impl Iterator for Lines<'_> {
    type Item = Option<String>;

    // One copy of this in the module, not one per use.
    #[inline(never)]
    fn next(&mut self) -> Option<Option<String>> {
        self.0.next().map(percent_decode)
    }
}

fn read_dsn(text: String) -> Option<Dsn> {
    if text.is_empty() {
        return None;
    }
    match Dsn::parse(&text) {
        Ok(dsn) => Some(dsn),
        Err(error) => {
            warn(&text::concat(&[
                "the dsn \"",
                &text,
                "\" is invalid and nothing will be sent: ",
                error.reason(),
            ]));
            None
        }
    }
}

/// `orgId`; without it the DSN's host may tell. An empty text or 0 is nobody's organization.
fn org_id(given: String, dsn: Option<&Dsn>) -> String {
    if !given.is_empty() && given != "0" {
        return given;
    }
    dsn.and_then(Dsn::org_id).map(str::to_owned).unwrap_or_default()
}
