//! Where do requests go without headers, because one with them failed there?
//!
//! The answer is a table, which whoever asks keeps: a [`timed`] list of places, of which 0 is "for good".
//!
//! ```text
//! place = origin / own-origin path
//! ```
//!
//! Other origins fail as a whole, and for as long as the page lives. Of the own origin the path counts as well: it is never
//! given up as a whole, and at first only for a minute.

use super::timed;
use crate::codec::text::{self, push, push_line};
use crate::codec::url::Url;

/// How long an address of the own origin goes without headers after the first failure, in milliseconds. Most
/// failures there are those of the network; but a redirect to another origin looks the same.
const PAUSE: u64 = 60_000;

/// How soon after the pause a second failure is no accident of the network, in milliseconds.
const PROBATION: u64 = 600_000;

/// How many places of either kind are remembered. A page with more other origins breaks everywhere.
const MAX_PLACES: usize = 100;

/// A request with our headers that failed, or that ended at another origin.
#[derive(Clone, Copy, Debug)]
pub struct Failure<'a> {
    /// Where it was sent.
    pub request: Url<'a>,
    /// The page.
    pub page: Url<'a>,
    /// Where it ended, if it was redirected.
    pub redirected_to: Option<Url<'a>>,
    /// The names of the headers that it carried.
    pub names: &'a str,
}

/// What follows from a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consequence {
    /// What the developer should know: the place has no headers any more, for good. Empty if there is nothing to say.
    pub sentence: String,
    /// The table from now on.
    pub table: String,
}

/// Whether a request must do without headers. `now` is in milliseconds since the epoch.
pub fn holds(table: &str, request: &Url<'_>, page: &Url<'_>, now: u64) -> bool {
    let own = request.same_origin(page);
    let wanted = place(request, own);
    let mut others = 0;
    for line in text::items(table, b'\n') {
        let Some(until) = timed::until(line) else { continue };
        let known = timed::name(line);
        if text::is(known, &wanted) && (until == 0 || now < until) {
            return true;
        }
        others += usize::from(!is_own(known));
    }
    !own && others >= MAX_PLACES
}

/// What follows from a failure now, in milliseconds since the epoch, for an application in Rust, whose option has a name of its
/// own; `None` if nothing does.
pub fn add(table: &str, failure: &Failure<'_>, now: u64) -> Option<Consequence> {
    let mut out = String::new();
    write(&mut out, table, failure, now)?;
    let (sentence, table) = text::cut(&out, b'\n');
    let sentence = match sentence.strip_suffix("tracePropagationTargets") {
        Some(start) => text::concat(&[start, "propagate_to"]),
        None => text::owned(sentence),
    };
    Some(Consequence { sentence, table: text::owned(table) })
}

/// Writes what [`add`] answers: the sentence on the first line, and after it the table.
pub fn write(out: &mut String, table: &str, failure: &Failure<'_>, now: u64) -> Option<()> {
    let Failure { request, page, redirected_to, .. } = failure;
    let own = request.same_origin(page);
    // It was answered: its redirect did no harm.
    if own && redirected_to.is_some() {
        return None;
    }
    let place = place(request, own);
    let mut until = if own { now + PAUSE } else { 0 };
    let mut others = 0;
    for line in text::items(table, b'\n') {
        let Some(end) = timed::until(line) else { continue };
        let known = timed::name(line);
        if !text::is(known, &place) {
            others += usize::from(is_own(known) == own);
        } else if end == 0 || now < end {
            // One that fails in the pause was sent before it, and says nothing new.
            return None;
        } else if now - end < PROBATION {
            until = 0;
        }
    }
    let mut is_full = others >= MAX_PLACES;
    if is_full && !own {
        return None;
    }
    if until == 0 {
        write_sentence(out, failure, &place, own);
    }
    push(out, "\n");
    for line in text::items(table, b'\n') {
        let known = timed::name(line);
        if is_full && is_own(known) {
            // Of the own origin the oldest goes.
            is_full = false;
        } else if !text::is(known, &place) {
            push_line(out, line);
        }
    }
    timed::write(out, until, &place);
    Some(())
}

fn write_sentence(out: &mut String, failure: &Failure<'_>, place: &str, own: bool) {
    push(out, "requests to ");
    push(out, place);
    push(out, " get no trace headers any more, because one with them ");
    push(out, if failure.redirected_to.is_some() { "was redirected" } else { "failed" });
    push(out, ": let ");
    if own {
        push(out, "another server that it leads to");
    } else {
        failure.redirected_to.as_ref().unwrap_or(&failure.request).write_origin(out);
    }
    push(out, " answer with \"Access-Control-Allow-Headers: ");
    push(out, failure.names);
    push(out, "\", or change tracePropagationTargets");
}

fn place(url: &Url<'_>, own: bool) -> String {
    let mut out = String::new();
    url.write_origin(&mut out);
    push(&mut out, if own { url.path } else { "" });
    out
}

/// Whether a place is one of the own origin: only these have a path behind `scheme://host`.
fn is_own(place: &str) -> bool {
    text::count(place, b'/') > 2
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://shop.test/";

    fn fails(table: &mut String, href: &str, redirected_to: Option<&str>, now: u64) -> Option<String> {
        let failure = Failure {
            request: Url::split(href).unwrap(),
            page: Url::split(PAGE).unwrap(),
            redirected_to: redirected_to.map(|href| Url::split(href).unwrap()),
            names: "sentry-trace, baggage",
        };
        let Consequence { sentence, table: new } = add(table, &failure, now)?;
        *table = new;
        Some(sentence)
    }

    fn is_broken(table: &str, href: &str, now: u64) -> bool {
        holds(table, &Url::split(href).unwrap(), &Url::split(PAGE).unwrap(), now)
    }

    #[test]
    fn another_origin_breaks_as_a_whole_and_for_good() {
        let table = &mut String::new();
        let sentence = fails(table, "https://api.test/x", None, 5).unwrap();
        assert!(sentence.starts_with("requests to https://api.test get no trace headers"), "{sentence}");
        assert!(sentence.contains("one with them failed: let https://api.test answer"), "{sentence}");
        assert!(sentence.ends_with(", or change propagate_to"), "{sentence}");
        assert_eq!(fails(table, "https://api.test/y", None, 6), None);
        assert!(is_broken(table, "https://api.test/z", u64::MAX));
        assert!(!is_broken(table, "https://api.test:8443/z", 6));
        let sentence = fails(table, "https://a.test/", Some("https://b.test/"), 7).unwrap();
        assert!(sentence.contains("one with them was redirected: let https://b.test answer"), "{sentence}");
    }

    #[test]
    fn an_own_address_pauses_and_breaks_only_if_it_fails_again_soon() {
        let href = "https://shop.test/a?x=1";
        let table = &mut String::new();
        assert_eq!(fails(table, href, Some("https://b.test/"), 1000), None);
        assert_eq!(fails(table, href, None, 1000).as_deref(), Some(""));
        assert!(is_broken(table, "https://shop.test/a?x=2", 60_999));
        assert!(!is_broken(table, "https://shop.test/b", 1001));
        assert_eq!(fails(table, href, None, 60_999), None);
        assert!(!is_broken(table, href, 61_000));
        let mut again = table.clone();
        assert_eq!(fails(&mut again, href, None, 700_000).as_deref(), Some(""));
        assert!(is_broken(&again, href, 759_999) && !is_broken(&again, href, 760_000));
        let sentence = fails(table, href, None, 61_000).unwrap();
        assert!(sentence.starts_with("requests to https://shop.test/a get no"), "{sentence}");
        assert!(sentence.contains("let another server that it leads to answer"), "{sentence}");
        assert!(is_broken(table, href, u64::MAX));
        assert_eq!(fails(table, href, None, 61_001), None);
    }

    #[test]
    fn so_many_places_are_remembered() {
        let table = &mut String::new();
        (0..300).for_each(|number| {
            fails(table, &format!("https://shop.test/{number}"), None, 1);
        });
        assert_eq!(text::count(table, b'\n'), MAX_PLACES);
        assert!(
            !is_broken(table, "https://shop.test/199", 2) && is_broken(table, "https://shop.test/200", 2)
        );
        (0..300).for_each(|number| {
            fails(table, &format!("https://{number}.test/"), None, 1);
        });
        assert_eq!(text::count(table, b'\n'), 2 * MAX_PLACES);
        assert!(is_broken(table, "https://299.test/", 2) && is_broken(table, "https://another.test/", 2));
        assert!(!is_broken(table, "https://shop.test/1", 2));
    }

    #[test]
    fn what_is_no_table_holds_nothing() {
        for table in ["\n", "x", "x y\n", "1", "-1 https://api.test\n"] {
            assert!(!is_broken(table, "https://api.test/", 0), "{table}");
        }
    }
}
