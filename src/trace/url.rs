//! The parts of a URL that the browser has already parsed and printed, and what of it may be recorded.
//!
//! Not a URL parser: the input is the `href` of the browser's own `URL` (WHATWG URL, section 4.5), which
//! is normalized, so that splitting at the first delimiters is exact.

use super::baggage::percent_decode;
use crate::text;

/// What stands in for a part that must not leave the page.
const FILTERED: &str = "[Filtered]";

/// A query parameter whose lowercased name contains one of these is not recorded (the reference's list).
const SENSITIVE: [&str; 19] = [
    "auth",
    "token",
    "secret",
    "session",
    "password",
    "passwd",
    "pwd",
    "key",
    "jwt",
    "bearer",
    "sso",
    "saml",
    "csrf",
    "xsrf",
    "credentials",
    "sid",
    "identity",
    "set-cookie",
    "cookie",
];

/// A `data:` URL is recorded up to this many characters of its content.
const DATA_CHARACTERS: usize = 10;

/// A normalized URL in parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    pub fn split(href: &'a str) -> Option<Url<'a>> {
        let (scheme, rest) = text::cut(href, b':')?;
        let (rest, fragment) = text::cut(rest, b'#').unwrap_or((rest, ""));
        let (rest, query) = text::cut(rest, b'?').unwrap_or((rest, ""));
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => rest.split_at(text::find(rest, b'/').unwrap_or(rest.len())),
            None => ("", rest),
        };
        let (user_info, host_and_port) = text::cut_last(authority, b'@').unwrap_or(("", authority));
        let (host, port) = split_port(host_and_port);
        Some(Url { scheme, user_info, host, port, path, query, fragment })
    }

    /// Whether this is `http:` or `https:`.
    pub fn is_http(&self) -> bool {
        matches!(self.scheme, "http" | "https")
    }

    /// Whether scheme, host and port are the same. A `blob:` URL has the origin of the URL inside it;
    /// any other URL without a host has an origin of its own, which is nobody else's.
    pub fn same_origin(&self, other: &Url<'_>) -> bool {
        // Only one level deep: a blob in a blob has an origin of its own (WHATWG URL, section 4.7).
        let inner = if self.scheme == "blob" { Url::split(self.path) } else { None };
        let own = inner.as_ref().unwrap_or(self);
        !own.host.is_empty() && own.scheme == other.scheme && own.host == other.host && own.port == other.port
    }

    /// `scheme://host` or `scheme://host:port`.
    pub fn origin(&self) -> String {
        text::concat(&[self.scheme, "://", &self.host_and_port()])
    }

    /// `host` or `host:port`.
    pub fn host_and_port(&self) -> String {
        let mut out = self.host.to_owned();
        if !self.port.is_empty() {
            out.push(':');
            out.push_str(self.port);
        }
        out
    }

    /// The URL for attribute `url.full`: without user and password, sensitive query values filtered, and
    /// the content of a `data:` URL cut.
    pub fn full(&self) -> String {
        self.full_with(&filter_query(self.query))
    }

    /// The same for whoever needs the filtered query as well.
    pub fn full_with(&self, query: &str) -> String {
        if self.scheme == "data" {
            return shorten_data(self.path);
        }
        let mut out = self.scheme.to_owned();
        out.push(':');
        // A file has an authority, which is mostly empty.
        if !self.host.is_empty() || self.scheme == "file" {
            out.push_str("//");
            out.push_str(&self.host_and_port());
        }
        out.push_str(self.path);
        if !self.query.is_empty() {
            out.push('?');
            out.push_str(query);
        }
        if !self.fragment.is_empty() {
            out.push('#');
            out.push_str(&filter_query(self.fragment));
        }
        out
    }

    /// The URL for a span's name: no query, no fragment; user and password shown as filtered; explicit
    /// ports 80 and 443 left out.
    fn for_name(&self) -> String {
        let mut out = self.scheme.to_owned();
        out.push_str("://");
        if !self.user_info.is_empty() {
            let (user, password) = text::cut(self.user_info, b':').unwrap_or((self.user_info, ""));
            out.push_str(if user.is_empty() { "" } else { "%filtered%" });
            out.push_str(if password.is_empty() { "" } else { ":%filtered%" });
            out.push('@');
        }
        out.push_str(self.host);
        if !matches!(self.port, "" | "80" | "443") {
            out.push(':');
            out.push_str(self.port);
        }
        out.push_str(self.path);
        out
    }
}

/// How a request is named: `given` is the URL as the page wrote it, `resolved` what the browser made of it.
pub fn request_name(given: &str, resolved: &Url<'_>) -> String {
    match resolved.scheme {
        "data" => shorten_data(resolved.path),
        // The reference keeps this one as given, query included; what is secret stays out of ours.
        _ if given.starts_with("//") => match text::cut(&resolved.full(), b':') {
            Some((_, after_scheme)) => after_scheme.to_owned(),
            None => String::new(),
        },
        _ if !has_scheme(given) => resolved.path.to_owned(),
        _ if resolved.host.is_empty() => without_query(given).to_owned(),
        _ => resolved.for_name(),
    }
}

/// Whether the page wrote an absolute URL.
pub fn has_scheme(given: &str) -> bool {
    // Control characters and blanks before it are ignored (WHATWG URL, section 4.4).
    let start = given.bytes().position(|byte| byte > b' ').unwrap_or(given.len());
    let given = given.get(start..).unwrap_or_default();
    given.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
        && text::cut(given, b':').is_some_and(|(scheme, _)| {
            scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte))
        })
}

/// A query string with the values of sensitive parameters replaced; names and order stay.
pub fn filter_query(query: &str) -> String {
    let mut out = String::with_capacity(query.len());
    for (index, pair) in text::pieces(query, b'&').enumerate() {
        if index > 0 {
            out.push('&');
        }
        match text::cut(pair, b'=') {
            Some((name, value)) if !value.is_empty() && is_sensitive(name) => {
                out.push_str(name);
                out.push('=');
                out.push_str(FILTERED);
            }
            _ => out.push_str(pair),
        }
    }
    out
}

fn is_sensitive(name: &str) -> bool {
    // What cannot be decoded is judged as it stands.
    let decoded = percent_decode(name).unwrap_or_else(|| name.to_owned()).to_ascii_lowercase();
    SENSITIVE.iter().any(|word| text::contains(&decoded, word))
}

/// A URL without query and fragment.
pub fn without_query(text: &str) -> &str {
    text::pieces(text, b'#').next().and_then(|text| text::pieces(text, b'?').next()).unwrap_or(text)
}

/// `data:<mime>[,base64],<first ten characters>... [truncated]`.
fn shorten_data(after_scheme: &str) -> String {
    let (head, content) = text::cut(after_scheme, b',').unwrap_or((after_scheme, ""));
    let mime = text::pieces(head, b';').next().filter(|mime| !mime.is_empty()).unwrap_or("text/plain");
    let mut out = "data:".to_owned();
    out.push_str(mime);
    if head.ends_with(";base64") {
        out.push_str(",base64");
    }
    out.push(',');
    match content.char_indices().nth(DATA_CHARACTERS) {
        Some((end, _)) => {
            out.push_str(content.get(..end).unwrap_or_default());
            out.push_str("... [truncated]");
        }
        None => out.push_str(content),
    }
    out
}

/// Host and port of `host:port`, where an IPv6 host stands in brackets.
pub fn split_port(text: &str) -> (&str, &str) {
    match text::cut_last(text, b':') {
        Some((host, port)) if !text::has(port, b']') => (host, port),
        _ => (text, ""),
    }
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
    fn names_requests_as_the_reference_does() {
        let name = |given: &str, href: &str| request_name(given, &Url::split(href).unwrap());
        assert_eq!(
            name("https://u:p@a.b:8443/x?q=1#f", "https://u:p@a.b:8443/x?q=1#f"),
            "https://%filtered%:%filtered%@a.b:8443/x"
        );
        assert_eq!(name("/rel/x?q=1#f", "https://shop.test/rel/x?q=1#f"), "/rel/x");
        assert_eq!(name("\u{b}\0 https://a.b/x", "https://a.b/x"), "https://a.b/x");
        assert_eq!(
            name("\u{a0}https://a.b/x", "https://shop.test/%C2%A0https://a.b/x"),
            "/%C2%A0https://a.b/x"
        );
        assert_eq!(name("http://a.b:443/", "http://a.b:443/"), "http://a.b/");
        assert_eq!(name("//a.b/x?q=1", "https://a.b/x?q=1"), "//a.b/x?q=1");
        let data = "data:text/javascript;base64,SGVsbG8gV29ybGQ=";
        assert_eq!(name(data, data), "data:text/javascript,base64,SGVsbG8gV2... [truncated]");
        assert_eq!(name("data:,hi", "data:,hi"), "data:text/plain,hi");
    }

    #[test]
    fn nothing_secret_is_in_the_recorded_url() {
        let url = Url::split("https://me:secret@a.b/x?access_token=1&q=2&Api%4Bey=3&key&sid=#f").unwrap();
        assert_eq!(url.full(), "https://a.b/x?access_token=[Filtered]&q=2&Api%4Bey=[Filtered]&key&sid=#f");
    }

    #[test]
    fn a_blob_has_the_origin_of_the_url_inside() {
        let page = Url::split("https://shop.test/app").unwrap();
        assert!(Url::split("blob:https://shop.test/1").unwrap().same_origin(&page));
        assert!(!Url::split("blob:null/1").unwrap().same_origin(&page));
        assert!(!Url::split("data:text/plain,hi").unwrap().same_origin(&page));
    }
}
