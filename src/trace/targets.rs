//! May this request carry trace headers? The `tracePropagationTargets` option, safe by construction:
//! a text target is never compared with query, fragment or user info, so that neither
//! `https://api.example.com.evil.io` nor `https://third.party/?from=app.example.com` gets a header that
//! was meant for `api.example.com` or `app.example.com`.

use super::url::{Url, split_port};
use crate::text;

/// One entry of `tracePropagationTargets`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `/path…`: same-origin requests whose path contains this text.
    Path(String),
    /// `scheme://host[:port][/path]`: this origin, and paths that begin with this path.
    Origin {
        /// Lowercase, without the colon.
        scheme: String,
        /// Lowercase.
        host: String,
        /// Empty for the scheme's default.
        port: String,
        /// Empty or with a leading slash.
        path: String,
    },
    /// `localhost`, an IP address or a name with a dot: this host and its subdomains.
    Host {
        /// Lowercase.
        host: String,
        /// Empty for any port.
        port: String,
    },
    /// Any other text, lowercase: a part of `host + path`.
    Text(String),
    /// A pattern of the surroundings (in the browser a `RegExp`), by its index.
    Pattern(usize),
}

impl Target {
    /// Reads a text target. `None` for an empty text, which would match everything.
    pub fn from_text(text: &str) -> Option<Target> {
        if text.is_empty() {
            return None;
        }
        if text.starts_with("/") {
            return Some(Target::Path(text.to_owned()));
        }
        let lowercase = text.to_ascii_lowercase();
        if let Some((scheme, rest)) = text::find_part(&lowercase, "://").map(|at| lowercase.split_at(at)) {
            let rest = rest.strip_prefix("://").unwrap_or_default();
            let at = rest.bytes().position(|byte| b"/?#".contains(&byte)).unwrap_or(rest.len());
            let (authority, _) = rest.split_at(at);
            // The path keeps its case; ASCII lowercasing does not move byte positions.
            let path = text.get(scheme.len() + 3 + at..).unwrap_or_default();
            let (host, port) = split_port(authority);
            let default_port = matches!((scheme, port), ("http", "80") | ("https", "443"));
            return Some(Target::Origin {
                scheme: scheme.to_owned(),
                host: host.to_owned(),
                port: if default_port { String::new() } else { port.to_owned() },
                path: path.to_owned(),
            });
        }
        let (host, port) = split_port(&lowercase);
        if is_host(host) && port.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Target::Host { host: host.to_owned(), port: port.to_owned() });
        }
        Some(Target::Text(lowercase))
    }

    fn matches(&self, request: &Url<'_>, same_origin: bool, patterns: &[bool]) -> bool {
        match self {
            Target::Path(path) => same_origin && text::contains(request.path, path),
            Target::Origin { scheme, host, port, path } => {
                request.scheme == scheme
                    && request.host == host
                    && request.port == port
                    && request.path.starts_with(path.as_str())
            }
            Target::Host { host, port } => {
                (port.is_empty() || port == effective_port(request))
                    && is_host_or_subdomain(request.host, host)
            }
            Target::Text(text) => {
                let mut place = request.host_and_port();
                place.push_str(request.path);
                text::contains(&place.to_ascii_lowercase(), text)
            }
            Target::Pattern(index) => patterns.get(*index).copied().unwrap_or(false),
        }
    }
}

/// The first target that matches a request. `patterns` says for each [`Target::Pattern`] whether it matches.
pub fn find(targets: &[Target], request: &Url<'_>, same_origin: bool, patterns: &[bool]) -> Option<usize> {
    targets.iter().position(|target| target.matches(request, same_origin, patterns))
}

fn effective_port<'a>(url: &Url<'a>) -> &'a str {
    match (url.port, url.scheme) {
        ("", "http") => "80",
        ("", "https") => "443",
        (port, _) => port,
    }
}

/// `localhost`, an IPv4 or bracketed IPv6 address, or a name with a dot.
fn is_host(text: &str) -> bool {
    if text.starts_with("[") {
        return text.ends_with("]");
    }
    let labels_are_words = text::pieces(text, b'.').all(|label| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    });
    labels_are_words && (text == "localhost" || text::has(text, b'.'))
}

fn is_host_or_subdomain(host: &str, of: &str) -> bool {
    match host.strip_suffix(of) {
        Some("") => true,
        // An address has no subdomains: `1.127.0.0.1` is no name below `127.0.0.1`.
        Some(front) => front.ends_with(".") && !of.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://shop.test/app/cart?x=1";

    fn attaches(targets: &[&str], request: &str) -> bool {
        let targets: Vec<Target> = targets.iter().filter_map(|text| Target::from_text(text)).collect();
        let (page, request) = (Url::split(PAGE).unwrap(), Url::split(request).unwrap());
        find(&targets, &request, request.same_origin(&page), &[]).is_some()
    }

    #[test]
    fn a_path_is_for_the_own_origin() {
        assert!(attaches(&["/api"], "https://shop.test/v1/api/x"));
        assert!(!attaches(&["/api"], "https://other.test/api"));
        assert!(!attaches(&["/api"], "https://shop.test/x?y=/api"));
    }

    #[test]
    fn an_origin_is_compared_whole() {
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
}
