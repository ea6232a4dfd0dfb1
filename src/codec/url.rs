//! The parts of a URL that the browser has already parsed and printed.
//!
//! ```text
//! scheme ":" [ "//" [ user [ ":" password ] "@" ] host [ ":" port ] ] path [ "?" query ] [ "#" fragment ]
//! ```
//!
//! Not a URL parser: the input is the `href` of the browser's own `URL` (WHATWG URL, section 4.5), which
//! is normalized, so that splitting at the first delimiters is exact.

use super::text::{self, push};

/// A normalized URL in parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Url<'a> {
    /// Without the colon, lowercase.
    pub scheme: &'a str,
    /// `user:password`, without the `@`; empty if there is none.
    pub user_info: &'a str,
    /// Without port; lowercase; IPv6 in brackets. Empty for URLs without authority.
    pub host: &'a str,
    /// Empty if it is the scheme's default.
    pub port: &'a str,
    /// Begins with a slash where there is an authority.
    pub path: &'a str,
    /// Without the question mark; empty if there is none.
    pub query: &'a str,
    /// Without the number sign; empty if there is none.
    pub fragment: &'a str,
}

impl<'a> Url<'a> {
    /// Splits a normalized `href`. `None` if it has no scheme.
    #[inline(never)]
    pub fn split(href: &'a str) -> Option<Url<'a>> {
        let scheme = text::before(href, b':');
        let rest = text::after(text::from(href, scheme.len()), ":")?;
        let fragment = text::behind(rest, b'#');
        let rest = text::before(rest, b'#');
        let query = text::behind(rest, b'?');
        let rest = text::before(rest, b'?');
        let (mut authority, mut path) = ("", rest);
        if let Some(rest) = text::after(rest, "//") {
            authority = text::before(rest, b'/');
            path = text::from(rest, authority.len());
        }
        let (user_info, place) = text::cut_last(authority, b'@');
        let (host, port) = split_port(place);
        Some(Url { scheme, user_info, host, port, path, query, fragment })
    }

    /// Whether this is `http:` or `https:`.
    pub fn is_http(&self) -> bool {
        text::is_one_of(self.scheme, "http https")
    }

    /// Whether scheme, host and port are the same. A `blob:` URL has the origin of the URL inside it;
    /// any other URL without a host has an origin of its own, which is nobody else's.
    pub fn same_origin(&self, other: &Url<'_>) -> bool {
        // Only one level deep: a blob in a blob has an origin of its own (WHATWG URL, section 4.7).
        let inner = if text::is(self.scheme, "blob") { Url::split(self.path) } else { None };
        let own = inner.as_ref().unwrap_or(self);
        !own.host.is_empty()
            && text::is(own.scheme, other.scheme)
            && text::is(own.host, other.host)
            && text::is(own.port, other.port)
    }

    /// `scheme://host` or `scheme://host:port`.
    pub fn origin(&self) -> String {
        let mut out = String::new();
        self.write_origin(&mut out);
        out
    }

    /// Writes `scheme://host` or `scheme://host:port`.
    #[inline(never)]
    pub fn write_origin(&self, out: &mut String) {
        push(out, self.scheme);
        push(out, "://");
        self.write_host_and_port(out);
    }

    /// Writes `host` or `host:port`.
    pub fn write_host_and_port(&self, out: &mut String) {
        write_host_and_port(out, self.host, self.port);
    }
}

/// Writes `host` or `host:port`.
#[inline(never)]
pub fn write_host_and_port(out: &mut String, host: &str, port: &str) {
    push(out, host);
    push(out, if port.is_empty() { "" } else { ":" });
    push(out, port);
}

/// Whether the page wrote an absolute URL.
#[inline(never)]
pub fn has_scheme(given: &str) -> bool {
    let scheme = text::before(given, b':');
    // Control characters and blanks before it are ignored (WHATWG URL, section 4.4).
    let mut written = scheme.as_bytes();
    while let [0..=b' ', rest @ ..] = written {
        written = rest;
    }
    scheme.len() < given.len()
        && written.first().is_some_and(u8::is_ascii_alphabetic)
        && text::is_word(text::from(scheme, scheme.len() - written.len()), "+.-")
}

/// A URL without query and fragment.
pub fn without_query(text: &str) -> &str {
    text::before(text::before(text, b'#'), b'?')
}

/// Host and port of `host:port`, where an IPv6 host stands in brackets.
pub fn split_port(text: &str) -> (&str, &str) {
    let host = text::start(text, place_of_port(text));
    (host, text::from(text, host.len() + 1))
}

/// Where the last colon is that is not inside of brackets; the length of the text if there is none.
#[inline(never)]
fn place_of_port(text: &str) -> usize {
    let mut place = text.len();
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b':' => place = index,
            b']' => place = text.len(),
            _ => {}
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_what_the_browser_printed() {
        let url = Url::split("https://u:p@a.b:8443/x/y?q=1?2#f#g").unwrap();
        assert_eq!(url.scheme, "https");
        assert_eq!(url.user_info, "u:p");
        assert_eq!((url.host, url.port), ("a.b", "8443"));
        assert_eq!((url.path, url.query, url.fragment), ("/x/y", "q=1?2", "f#g"));
        let v6 = Url::split("http://[::1]/").unwrap();
        assert_eq!((v6.host, v6.port), ("[::1]", ""));
        let v6 = Url::split("http://[::1]:3000/").unwrap();
        assert_eq!((v6.host, v6.port), ("[::1]", "3000"));
        assert_eq!(Url::split("data:text/plain,hi").unwrap().path, "text/plain,hi");
        assert_eq!(Url::split("no scheme"), None);
    }

    #[test]
    fn a_blob_has_the_origin_of_the_url_inside() {
        let page = Url::split("https://shop.test/app").unwrap();
        assert!(Url::split("blob:https://shop.test/1").unwrap().same_origin(&page));
        assert!(!Url::split("blob:null/1").unwrap().same_origin(&page));
        assert!(!Url::split("data:text/plain,hi").unwrap().same_origin(&page));
    }
}
