//! Why a request carries trace headers, or why it does not.
//!
//! Headers that a server does not expect break requests to other origins (Fetch, section 4.8, CORS-preflight
//! fetch). So they go only where the page wants them, never to an address that somebody signed, and not again to
//! where they broke something.

use super::targets::{self, Target};
use super::time::Timestamp;
use super::url::Url;
use crate::text;

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
    /// It is one of our own envelopes.
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

/// Decides by targets and by the URL itself. `patterns` says for each [`Target::Pattern`] whether it matches.
pub fn judge(targets: Option<&[Target]>, request: &Url<'_>, page: &Url<'_>, patterns: &[bool]) -> Verdict {
    if !request.is_http() {
        return Verdict::NotHttp;
    }
    let same_origin = request.same_origin(page);
    let verdict = match targets {
        None if same_origin => Verdict::SameOrigin,
        None if request.host == "localhost" => Verdict::Localhost,
        None => Verdict::CrossOrigin,
        Some([]) => Verdict::NoTargets,
        Some(targets) => {
            targets::find(targets, request, same_origin, patterns).map_or(Verdict::NoMatch, Verdict::Target)
        }
    };
    // A pattern was written with care; a text such as a host name was not written for signed URLs.
    let careful = targets.is_some() && patterns.contains(&true);
    if verdict.attaches() && !same_origin && !careful && is_signed(request.query) {
        return Verdict::Signed;
    }
    verdict
}

/// Query parameters that together are a signature: of Amazon, Google, Azure and CloudFront, lowercase.
const SIGNATURES: [&[&str]; 4] =
    [&["x-amz-signature"], &["x-goog-signature"], &["sig", "se"], &["signature", "key-pair-id"]];

/// Whether a query carries the signature of a storage service. Such URLs are served by servers whose answer to a
/// preflight nobody can change easily.
fn is_signed(query: &str) -> bool {
    let has = |wanted: &&str| {
        text::pieces(query, b'&').any(|pair| {
            let name = text::pieces(pair, b'=').next().unwrap_or(pair);
            name.eq_ignore_ascii_case(wanted)
        })
    };
    SIGNATURES.iter().any(|names| names.iter().all(has))
}

/// How long an address of the own origin goes without headers after the first failure, in milliseconds. Most
/// failures there are those of the network; but a redirect to another origin looks the same.
const PAUSE: u32 = 60_000;

/// How soon after the pause a second failure is no accident of the network, in milliseconds.
const PROBATION: u64 = 600_000;

/// How many places of either kind are remembered. A page with more other origins breaks everywhere.
const MAX_PLACES: usize = 100;

/// Where requests with our headers failed.
#[derive(Debug, Default)]
pub struct Broken {
    /// Other origins: for as long as the page lives.
    origins: Vec<String>,
    /// Addresses of the own origin, and until when; `None`: for as long as the page lives.
    addresses: Vec<(String, Option<Timestamp>)>,
}

impl Broken {
    /// Whether there is no such place.
    pub fn is_empty(&self) -> bool {
        self.origins.is_empty() && self.addresses.is_empty()
    }

    /// Whether a request must do without headers.
    pub fn holds(&self, request: &Url<'_>, page: &Url<'_>, now: Timestamp) -> bool {
        // The answer for nearly all pages, and it needs no text.
        if self.is_empty() {
            return false;
        }
        if request.same_origin(page) {
            let wanted = address(request);
            let paused = |until: &Option<Timestamp>| until.is_none_or(|until| now < until);
            return self.addresses.iter().any(|(address, until)| *address == wanted && paused(until));
        }
        self.origins.len() >= MAX_PLACES || self.origins.contains(&request.origin())
    }

    /// A request with our headers failed, or ended at another origin. Answers whether its place has none from now
    /// on, for good: then the developer should know.
    pub fn add(&mut self, request: &Url<'_>, page: &Url<'_>, redirected: bool, now: Timestamp) -> bool {
        if !request.same_origin(page) {
            let origin = request.origin();
            let known = self.origins.contains(&origin);
            if !known && self.origins.len() < MAX_PLACES {
                self.origins.push(origin);
            }
            return !known;
        }
        // It was answered: its redirect did no harm.
        if redirected {
            return false;
        }
        let place = address(request);
        if let Some((_, until)) = self.addresses.iter_mut().find(|(address, _)| *address == place) {
            return match *until {
                // One that fails in the pause was sent before it, and says nothing new.
                Some(end) if now < end => false,
                Some(end) if now.millis_since(end) < PROBATION => {
                    *until = None;
                    true
                }
                Some(_) => {
                    *until = Some(now.plus_millis(PAUSE));
                    false
                }
                None => false,
            };
        }
        if self.addresses.len() >= MAX_PLACES {
            self.addresses.remove(0);
        }
        self.addresses.push((place, Some(now.plus_millis(PAUSE))));
        false
    }
}

/// Of the own origin the path counts as well: it is never given up as a whole.
fn address(url: &Url<'_>) -> String {
    url.origin() + url.path
}
