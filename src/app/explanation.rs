//! Why a request carries headers, in words: those of `js/integrations/explain.ts`, with the names that options have here.

use crate::codec::text::{self, push};
use crate::codec::url::Url;
use crate::decide::verdict::Verdict;

/// How much of an address a sentence shows.
const SHOWN: usize = 200;

/// Why a request would carry headers, or would not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Whether it would.
    pub attaches: bool,
    /// The name that does not change.
    pub code: &'static str,
    /// Which of the targets matches, counted from zero.
    pub target: Option<usize>,
    /// One sentence on this very request, and one on what to do if that is not what is wanted.
    pub sentence: String,
}

/// What decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// What is decided about the address.
    Verdict(Verdict),
    /// Requests are not traced here.
    NotTraced,
    /// What is asked about is no URL.
    NoUrl,
}

/// What an explanation is about.
#[derive(Clone, Copy, Debug, Default)]
pub struct About<'a> {
    /// The address, as the browser resolved it.
    pub href: &'a str,
    /// The target that matches, as the application wrote it.
    pub target: &'a str,
    /// The names of our headers.
    pub names: &'a str,
    /// What switched tracing off, if something did.
    pub off: &'a str,
    /// Whether the page's own origin is opaque.
    pub opaque: bool,
}

/// Explains what was decided.
pub fn explain(reason: Reason, about: &About<'_>) -> Explanation {
    let (code, attaches, target) = match reason {
        Reason::Verdict(verdict) => (verdict.code(), verdict.attaches(), verdict.target()),
        Reason::NotTraced => ("not-instrumented", false, None),
        Reason::NoUrl => ("invalid", false, None),
    };
    let (detail, fix) = words(reason);
    let mut sentence = String::new();
    about.fill(&mut sentence, detail);
    push(&mut sentence, " ");
    about.fill(&mut sentence, fix);
    Explanation { attaches, code, target, sentence }
}

/// What `&` stands for.
pub const ALLOW: &str = "and let that server answer with \"Access-Control-Allow-Headers: #\"";

/// What is said of a page whose origin is `null`.
pub const OPAQUE: &str = " (that of this document is opaque)";

/// What a reason means, and what to do. `%` stands for the address, `@` for its origin, `$` for the target, `#` for our
/// headers, `^` for what switched tracing off, `~` for [`OPAQUE`] where it is so, `&` for [`ALLOW`].
pub fn words(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::NotTraced => (
            "fetch is not traced on this page.",
            "Do not set trace_requests(false); where the npm package traces requests, its own options count.",
        ),
        Reason::NoUrl => ("This is no request that fetch would send.", "Check its URL and options."),
        Reason::Verdict(verdict) => match verdict {
            Verdict::SameOrigin => (
                "% is on the origin of the page, which gets headers unless propagate_to says otherwise.",
                "Set propagate_to to leave it out.",
            ),
            Verdict::Localhost => (
                "% is on localhost, which gets headers unless propagate_to says otherwise.",
                "Set propagate_to to leave it out.",
            ),
            Verdict::Target(_) => ("% is matched by $.", "Narrow that target to leave it out."),
            Verdict::Disabled => ("Tracing is not on: ^.", "Put that right first."),
            Verdict::Envelope => (
                "% is where this SDK, or another one, sends its own data, which is never traced.",
                "Nothing: this is right.",
            ),
            Verdict::NotHttp => (
                "% is not sent over HTTP, so that it has no headers.",
                "Nothing: there is no server to trace.",
            ),
            Verdict::NoCors => (
                "The request to % has mode \"no-cors\" or is of a document itself: it takes no headers.",
                "Leave the mode out, &.",
            ),
            Verdict::CrossOrigin => {
                ("% is on another origin~, and propagate_to is not set.", "Add \"@\" to propagate_to, &.")
            }
            Verdict::NoTargets => {
                ("propagate_to is empty, so that no request gets headers.", "Add \"@\" to propagate_to.")
            }
            Verdict::NoMatch => ("% is matched by none of propagate_to.", "Add \"@\" to propagate_to, &."),
            Verdict::Signed => (
                "% is on another origin and carries a signature; storage services refuse headers that they do not \
                 expect.",
                "Set the headers of this request yourself, &.",
            ),
            Verdict::Broken => (
                "An earlier request with headers to the same place failed, or was redirected to another origin, so that \
                 none get them for now.",
                "Let every server on the way answer with \"Access-Control-Allow-Headers: #\", and load the page again.",
            ),
        },
    }
}

impl About<'_> {
    fn fill(&self, out: &mut String, words: &str) {
        let mut rest = words;
        while let Some(at) = rest.find(['%', '@', '$', '#', '^', '~', '&']) {
            push(out, text::start(rest, at));
            match rest.as_bytes().get(at) {
                Some(b'%') => {
                    push(out, text::start(self.href, SHOWN));
                    push(out, if self.href.len() > SHOWN { "…" } else { "" });
                }
                Some(b'@') => {
                    if let Some(url) = Url::split(self.href) {
                        url.write_origin(out);
                    }
                }
                Some(b'$') => text::push_all(out, &["the target \"", self.target, "\""]),
                Some(b'^') => push(out, self.off),
                Some(b'~') => push(out, if self.opaque { OPAQUE } else { "" }),
                Some(b'&') => self.fill(out, ALLOW),
                _ => push(out, self.names),
            }
            rest = text::from(rest, at + 1);
        }
        push(out, rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(verdict: Verdict, href: &str) -> String {
        let names = "sentry-trace, baggage";
        let about = About { href, target: "api.test", off: "init was not called", names, ..About::default() };
        explain(Reason::Verdict(verdict), &about).sentence
    }

    #[test]
    fn names_what_it_is_about() {
        assert_eq!(
            explained(Verdict::CrossOrigin, "https://api.test/x?y=1"),
            "https://api.test/x?y=1 is on another origin, and propagate_to is not set. Add \"https://api.test\" to \
             propagate_to, and let that server answer with \"Access-Control-Allow-Headers: sentry-trace, baggage\"."
        );
        let sentence = explained(Verdict::Target(1), "https://api.test/");
        assert!(
            sentence.starts_with("https://api.test/ is matched by the target \"api.test\"."),
            "{sentence}"
        );
        let sentence = explained(Verdict::Disabled, "https://api.test/");
        assert_eq!(sentence, "Tracing is not on: init was not called. Put that right first.");
    }

    #[test]
    fn an_opaque_origin_is_named() {
        let about = About { href: "https://shop.test/api", opaque: true, ..About::default() };
        let sentence = explain(Reason::Verdict(Verdict::CrossOrigin), &about).sentence;
        let named = "https://shop.test/api is on another origin (that of this document is opaque), and ";
        assert!(sentence.starts_with(named), "{sentence}");
    }

    #[test]
    fn a_long_address_is_cut() {
        let href = ["https://api.test/", &"x".repeat(300)].concat();
        let shown = ["https://api.test/", &"x".repeat(183), "… is matched by none"].concat();
        assert!(explained(Verdict::NoMatch, &href).starts_with(&shown));
    }
}
