//! Does an entry of `tracePropagationTargets` that is a text match a request? Safe by construction: it is never compared
//! with query, fragment or user info, so that neither `https://api.example.com.evil.io` nor
//! `https://third.party/?from=app.example.com` gets a header that was meant for `api.example.com` or `app.example.com`.
//!
//! ```text
//! target = "/" path                         same-origin requests whose path contains this text
//!        / [ scheme ":" ] "//" place        this origin (of any scheme if none is given), and paths that begin with this path
//!        / place                            this host and its subdomains, at any port if none is given, and such paths
//!        / text                             a part of host, port and path
//! place  = [ "*." ] host [ ":" port ] [ path ]    with "*." only the subdomains
//! host   = "localhost" / an IP address / a name with a dot; behind "//" any name
//! ```
//!
//! Only paths of the first two forms differ by the case of their letters. Whatever has none of these forms matches nothing.

use crate::codec::text::{self, is_word, push};
use crate::codec::url::{Url, split_port};

/// What a URL as the browser writes it may have before its query, beside letters and digits.
const WRITTEN: &str = "-._~:/[]@!$&'()+,;=%|^";

/// Whether there is any request that a text target matches.
pub fn can_match(target: &str) -> bool {
    test(target, None)
}

/// Whether a text target matches a request. An empty text, which would match everything, matches nothing.
pub fn matches(target: &str, request: &Url<'_>, same_origin: bool) -> bool {
    test(target, Some((request, same_origin)))
}

/// Whether a text target matches a request, or any at all.
#[inline(never)]
fn test(target: &str, request: Option<(&Url<'_>, bool)>) -> bool {
    let has_scheme = text::contains(target, "://", false);
    let (scheme, rest) = if has_scheme { text::cut(target, b':') } else { ("", target) };
    let behind_slashes = text::after(rest, "//");
    let is_exact = behind_slashes.is_some();
    let rest = behind_slashes.unwrap_or(rest);
    let below = text::after(rest, "*.");
    let place = below.unwrap_or(rest);
    // Where the colon is not the one of `://`, what stands before that is no scheme: `via:https://api.test`.
    if has_scheme && !is_exact
        || place.is_empty()
        || !is_word(place, WRITTEN)
        // And neither is a part of it one, but that matches nothing either.
        || !text::contains("https", scheme, true)
    {
        return false;
    }
    let authority = text::before(place, b'/');
    let path = text::from(place, authority.len());
    let (host, port) = split_port(authority);
    let names_host =
        text::is_digits(port) && (is_host(host) || is_exact && !host.is_empty() && is_word(host, "-_."));
    if !names_host && (is_exact || below.is_some()) {
        return false;
    }
    let Some((request, same_origin)) = request else { return true };
    if names_host {
        let begins = text::start(request.path, path.len());
        return (scheme.is_empty() || is_folded(request.scheme, scheme))
            && is_host_of(request.host, host, below.is_some(), is_exact)
            && (port.is_empty() && !is_exact
                || text::is(effective_port(request.port, request), effective_port(port, request)))
            && begins.len() == path.len()
            && text::contains(begins, path, !is_exact);
    }
    if authority.is_empty() {
        return same_origin && text::contains(request.path, target, false);
    }
    let mut whole = String::new();
    request.write_host_and_port(&mut whole);
    push(&mut whole, request.path);
    text::contains(&whole, target, true)
}

/// Whether a host is the one of a target, or one of its subdomains where these are meant.
fn is_host_of(host: &str, of: &str, is_below: bool, is_exact: bool) -> bool {
    let front = text::start(host, host.len().saturating_sub(of.len()));
    is_folded(text::from(host, front.len()), of)
        && if front.is_empty() {
            !is_below
        } else {
            // An address has no subdomains: `1.127.0.0.1` is no name below `127.0.0.1`.
            (is_below || !is_exact) && front.ends_with('.') && !text::is_digits(text::behind_last(of, b'.'))
        }
}

/// A port, or the one that stands for none in a request of this scheme.
#[inline(never)]
fn effective_port<'a>(port: &'a str, request: &Url<'_>) -> &'a str {
    if !port.is_empty() {
        port
    } else if text::is(request.scheme, "http") {
        "80"
    } else {
        "443"
    }
}

/// Whether two texts are the same but for the case of letters of ASCII.
fn is_folded(text: &str, other: &str) -> bool {
    text.len() == other.len() && text::contains(text, other, true)
}

/// `localhost`, an IPv4 or bracketed IPv6 address, or a name with a dot.
fn is_host(text: &str) -> bool {
    if text::starts(text, "[") {
        return text.ends_with(']');
    }
    // A dot stands between two labels, which are not empty.
    let mut before = b'.';
    for byte in text.bytes() {
        if byte == b'.' && before == b'.' {
            return false;
        }
        before = byte;
    }
    before != b'.' && is_word(text, "-_.") && (text::has(text, b'.') || is_folded(text, "localhost"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://shop.test/app/cart?x=1";

    fn attaches(targets: &[&str], request: &str) -> bool {
        let (page, request) = (Url::split(PAGE).unwrap(), Url::split(request).unwrap());
        targets.iter().any(|target| matches(target, &request, request.same_origin(&page)))
    }

    #[test]
    fn a_path_is_for_the_own_origin() {
        assert!(attaches(&["/api"], "https://shop.test/v1/api/x"));
        assert!(!attaches(&["/api"], "https://other.test/api"));
        assert!(!attaches(&["/api"], "https://shop.test/x?y=/api"));
    }

    #[test]
    fn an_origin_is_compared_whole() {
        assert!(!attaches(&["via:https://api.test"], "https://api.test/"));
        let target = &["https://API.test:443/V1"];
        assert!(attaches(target, "https://api.test/V1/x"));
        assert!(!attaches(target, "https://api.test/v1/x"));
        assert!(!attaches(target, "http://api.test/V1"));
        assert!(!attaches(target, "https://api.test:8443/V1"));
        assert!(!attaches(&["https://api.test"], "https://api.test.evil.io/"));
        assert!(attaches(&["http://localhost:3001"], "http://localhost:3001/"));
        assert!(!attaches(&["http://localhost:300"], "http://localhost:3001/"));
    }

    #[test]
    fn a_host_is_itself_and_its_subdomains() {
        assert!(attaches(&["API.test"], "https://api.test/v1"));
        assert!(attaches(&["api.test"], "https://eu.api.test/v1"));
        assert!(!attaches(&["api.test"], "https://evilapi.test/v1"));
        assert!(!attaches(&["api.test"], "https://api.test.evil.io/v1"));
        assert!(!attaches(&["shop.test"], "https://third.test/v1?u=shop.test"));
        assert!(!attaches(&["shop.test"], "https://shop.test@third.test/"));
        assert!(attaches(&["api.test:443"], "https://api.test/"));
        assert!(!attaches(&["api.test:8443"], "https://api.test/"));
        assert!(attaches(&["127.0.0.1"], "http://127.0.0.1:3001/"));
        assert!(!attaches(&["127.0.0.1"], "http://1.127.0.0.1.test/"));
        assert!(attaches(&["[::1]:3000"], "http://[::1]:3000/"));
    }

    #[test]
    fn a_host_may_have_a_path() {
        assert!(attaches(&["Api.test/V1"], "https://eu.api.test/v1/x"));
        assert!(!attaches(&["api.test/v1"], "https://evil.io/api.test/v1"));
        assert!(!attaches(&["api.test/v1"], "https://api.test/x/v1"));
        assert!(attaches(&["localhost:3000/api"], "http://localhost:3000/api/x"));
    }

    #[test]
    fn a_star_means_subdomains_and_two_slashes_any_scheme() {
        for target in ["*.api.test", "https://*.api.test", "//*.api.test", "*.api.test/v1"] {
            assert!(attaches(&[target], "https://eu.api.test/v1"), "{target}");
            assert!(!attaches(&[target], "https://api.test/v1"), "{target}");
            assert!(!attaches(&[target], "https://evilapi.test/v1"), "{target}");
        }
        for scheme in ["http", "https"] {
            assert!(attaches(&["//api.test/v1"], &format!("{scheme}://api.test/v1/x")));
            assert!(!attaches(&["//api.test"], &format!("{scheme}://evil.io/api.test")));
            assert!(!attaches(&["//api.test"], &format!("{scheme}://api.test:8443/")));
        }
    }

    #[test]
    fn what_can_never_match_is_known() {
        for target in [
            "",
            "*",
            "*.",
            "**.api.test",
            "api.test/*",
            "https://",
            "//",
            "ftp://api.test",
            "wss://api.test",
            "*://api.test",
            "via:https://api.test",
            "https://u@api.test",
            "https://api.test:port",
            "https://api.test?x",
            "api.test/x?y=1",
            "/api?x",
            "/api#x",
            " api.test",
            "localhost:*",
            "*.local",
            "https://*",
            "m\u{fc}nchen.de",
        ] {
            assert!(!can_match(target), "{target}");
        }
        for target in [
            "/",
            "api",
            "api.test",
            "//intranet",
            "http://intranet:80/x",
            "*.api.test",
            "[::1]:3000",
            "a/b:c@d",
        ] {
            assert!(can_match(target), "{target}");
        }
    }

    #[test]
    fn other_text_is_a_part_of_host_and_path() {
        assert!(attaches(&["intranet"], "http://intranet/x"));
        assert!(!attaches(&["intranet"], "http://other.test/x?intranet"));
    }

    #[test]
    fn an_empty_text_matches_nothing() {
        assert!(!attaches(&[""], "https://shop.test/"));
    }
}
