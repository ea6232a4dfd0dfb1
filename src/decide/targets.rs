//! Does an entry of `tracePropagationTargets` that is a text match a request? Safe by construction: it is never compared
//! with query, fragment or user info, so that neither `https://api.example.com.evil.io` nor
//! `https://third.party/?from=app.example.com` gets a header that was meant for `api.example.com` or `app.example.com`.
//!
//! ```text
//! target = "/" path                         same-origin requests whose path contains this text
//!        / scheme "://" host [ ":" port ] [ path ]   this origin, and paths that begin with this path
//!        / host [ ":" port ]                this host and its subdomains, at any port if none is given
//!        / text                             a part of host, port and path
//! host   = "localhost" / an IP address / a name with a dot
//! ```
//!
//! Only paths of the first two forms differ by the case of their letters.

use crate::codec::text::{self, is_word, push};
use crate::codec::url::{Url, split_port, without_query};

/// Whether a text target matches a request. An empty text, which would match everything, matches nothing.
pub fn matches(target: &str, request: &Url<'_>, same_origin: bool) -> bool {
    if text::starts(target, "/") {
        return same_origin && text::contains(request.path, target, false);
    }
    if text::contains(target, "://", false) {
        let (scheme, rest) = text::cut(target, b':');
        // Where that colon is not the one of `://`, what stands before that is no scheme: `via:https://api.test`.
        return text::after(rest, "//").is_some_and(|rest| is_origin_and_path(request, scheme, rest));
    }
    let (host, port) = split_port(target);
    if is_host(host) && text::is_digits(port) {
        return (port.is_empty() || text::is(port, effective_port(request.port, request)))
            && is_host_or_subdomain(request.host, host);
    }
    let mut place = String::new();
    request.write_host_and_port(&mut place);
    push(&mut place, request.path);
    !target.is_empty() && text::contains(&place, target, true)
}

/// Whether a request is of this scheme, of this host and port, and of a path that begins so.
fn is_origin_and_path(request: &Url<'_>, scheme: &str, rest: &str) -> bool {
    let authority = text::before(without_query(rest), b'/');
    let (host, port) = split_port(authority);
    is_folded(request.scheme, scheme)
        && is_folded(request.host, host)
        && text::is(effective_port(request.port, request), effective_port(port, request))
        && text::starts(request.path, text::from(rest, authority.len()))
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

fn is_host_or_subdomain(host: &str, of: &str) -> bool {
    let front = text::start(host, host.len().saturating_sub(of.len()));
    // An address has no subdomains: `1.127.0.0.1` is no name below `127.0.0.1`.
    let is_below = || front.ends_with('.') && !text::is_digits(text::behind_last(of, b'.'));
    is_folded(text::from(host, front.len()), of) && (front.is_empty() || is_below())
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
    fn other_text_is_a_part_of_host_and_path() {
        assert!(attaches(&["Api.test/V1"], "https://api.test/v1"));
        assert!(attaches(&["intranet"], "http://intranet/x"));
        assert!(!attaches(&["intranet"], "http://other.test/x?intranet"));
    }

    #[test]
    fn an_empty_text_matches_nothing() {
        assert!(!attaches(&[""], "https://shop.test/"));
    }
}
