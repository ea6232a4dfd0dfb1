//! Does a request carry trace headers, and why?
//!
//! Headers that a server does not expect break requests to other origins (Fetch, section 4.8, CORS-preflight
//! fetch). So they go only where the page wants them, never to an address that somebody signed, and not again to
//! where they broke something.

use std::borrow::Cow;

use super::{broken, targets};
use crate::codec::text;
use crate::codec::url::Url;

/// What is decided about the headers of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Attach: the page's own origin, and no targets are set.
    SameOrigin,
    /// Attach: `localhost`, and no targets are set.
    Localhost,
    /// Attach: this target matches, counted from zero.
    Target(usize),
    /// Tracing is not on.
    Disabled,
    /// It is an envelope, ours or another SDK's, or what a collector gets.
    Envelope,
    /// A scheme that has no headers, such as `data:`.
    NotHttp,
    /// The browser would drop them (`mode: "no-cors"`).
    NoCors,
    /// Another origin, and no targets are set.
    CrossOrigin,
    /// `tracePropagationTargets: []`.
    NoTargets,
    /// No target matches.
    NoMatch,
    /// Another origin, and the URL carries a signature.
    Signed,
    /// Headers broke a request to there.
    Broken,
}

impl Verdict {
    /// Whether the request carries headers.
    pub fn attaches(self) -> bool {
        matches!(self, Verdict::SameOrigin | Verdict::Localhost | Verdict::Target(_))
    }

    /// Whether it follows from the address alone: then it is the same for every request to there, until the settings
    /// change.
    pub fn declines_address(self) -> bool {
        use Verdict::{CrossOrigin, NoMatch, NoTargets, NotHttp, Signed};
        matches!(self, NotHttp | CrossOrigin | NoTargets | NoMatch | Signed)
    }

    /// Which target matches, counted from zero.
    pub fn target(self) -> Option<usize> {
        if let Verdict::Target(index) = self { Some(index) } else { None }
    }

    /// The name that does not change.
    pub fn code(self) -> &'static str {
        match self {
            Verdict::SameOrigin => "same-origin",
            Verdict::Localhost => "localhost",
            Verdict::Target(_) => "target",
            Verdict::Disabled => "disabled",
            Verdict::Envelope => "envelope",
            Verdict::NotHttp => "not-http",
            Verdict::NoCors => "no-cors",
            Verdict::CrossOrigin => "cross-origin",
            Verdict::NoTargets => "no-targets",
            Verdict::NoMatch => "no-match",
            Verdict::Signed => "signed",
            Verdict::Broken => "broken",
        }
    }
}

/// What a request is judged by, beside the targets.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Where it goes.
    pub request: Url<'a>,
    /// The page, or its origin, see [`own_origin`].
    pub page: Url<'a>,
    /// Whether it goes where our envelopes go.
    pub is_envelope: bool,
    /// Whether the browser would drop our headers anyway (`mode: "no-cors"`).
    pub headers_forbidden: bool,
    /// Where headers broke requests, see [`broken`].
    pub broken: &'a str,
    /// The time, in milliseconds since the epoch.
    pub now: u64,
}

/// The origin of a page, a frame or a worker as the browser prints it. An opaque one (`null`, as in a sandboxed frame, on a `file:`
/// page and in a worker of a `data:` URL) is no URL: nothing is of the same, whatever the address says.
#[inline(never)]
pub fn own_origin(printed: &str) -> Url<'_> {
    Url::split(printed).unwrap_or_default()
}

/// An entry of `tracePropagationTargets`.
#[derive(Clone, Debug)]
pub enum Target<'a> {
    /// A text, see [`targets`].
    Text(Cow<'a, str>),
    /// A pattern of the surroundings (in the browser a `RegExp`), and whether it matches.
    Pattern(bool),
}

/// Whether a request must carry our headers, and why. Without targets the page's own origin gets them.
pub fn judge<'a>(question: &Question<'_>, targets: Option<impl Iterator<Item = Target<'a>>>) -> Verdict {
    let Question { request, page, .. } = question;
    if question.is_envelope || is_ingest(request) {
        return Verdict::Envelope;
    }
    if !request.is_http() {
        return Verdict::NotHttp;
    }
    let same_origin = request.same_origin(page);
    // A pattern was written with care; a text such as a host name was not written for signed URLs.
    let mut careful = false;
    let verdict = match targets {
        None if same_origin => Verdict::SameOrigin,
        None if text::is(request.host, "localhost") => Verdict::Localhost,
        None => Verdict::CrossOrigin,
        Some(targets) => {
            let mut verdict = Verdict::NoTargets;
            for (index, target) in targets.enumerate() {
                let matches = match target {
                    Target::Text(text) => targets::matches(&text, request, same_origin),
                    Target::Pattern(matches) => {
                        careful |= matches;
                        matches
                    }
                };
                match verdict {
                    Verdict::Target(_) => {}
                    _ if matches => verdict = Verdict::Target(index),
                    _ => verdict = Verdict::NoMatch,
                }
            }
            verdict
        }
    };
    if !verdict.attaches() {
        verdict
    } else if !same_origin && !careful && is_signed(request.query) {
        Verdict::Signed
    } else if question.headers_forbidden {
        Verdict::NoCors
    } else if broken::holds(question.broken, request, page, question.now) {
        Verdict::Broken
    } else {
        verdict
    }
}

/// Whether it is where SDKs of this protocol (`/api/42/envelope/`, `/api/42/store/`), or of OpenTelemetry, send what they have
/// recorded, whoever sends it. Headers there would cost a preflight that is refused.
fn is_ingest(url: &Url<'_>) -> bool {
    let ends = |end: &str| text::is(text::from(url.path, url.path.len().saturating_sub(end.len())), end);
    let (_, project) = text::cut_last(text::start(url.path, url.path.len().saturating_sub(7)), b'/');
    ends("/envelope/")
        || ends("/v1/traces")
        || ends("/store/") && !project.is_empty() && text::is_digits(project)
        || has_parameter(url.query, "sentry_key")
}

/// Query parameters that together are a signature: of Amazon, Google, Azure and CloudFront.
const SIGNATURES: &str = "x-amz-signature,x-goog-signature,sig se,signature key-pair-id";

/// Whether a query carries the signature of a storage service. Such URLs are served by servers whose answer to a
/// preflight nobody can change easily.
fn is_signed(query: &str) -> bool {
    for names in text::items(SIGNATURES, b',') {
        let mut has_all = true;
        for name in text::items(names, b' ') {
            has_all &= has_parameter(query, name);
        }
        if has_all {
            return true;
        }
    }
    false
}

fn has_parameter(query: &str, name: &str) -> bool {
    for pair in text::items(query, b'&') {
        if text::before(pair, b'=').eq_ignore_ascii_case(name) {
            return true;
        }
    }
    false
}
