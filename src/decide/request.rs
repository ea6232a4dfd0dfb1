//! The span of an outgoing request: what it is called, and what is known before the request is sent.
//!
//! <https://opentelemetry.io/docs/specs/semconv/http/http-spans/>, as far as the reference follows it.

use super::redaction::{write_data, write_full, write_path, write_query};
use crate::codec::text::{self, push, push_line};
use crate::codec::url::{Url, has_scheme, without_query, write_host_and_port};

/// The URL of a request.
#[derive(Clone, Copy, Debug)]
pub struct Address<'a> {
    /// As the page wrote it.
    pub given: &'a str,
    /// As the browser resolved it.
    pub url: Url<'a>,
    /// Whether an `XMLHttpRequest` goes there, and not `fetch`.
    pub is_xhr: bool,
    /// Further names of parameters that are not recorded, see [`write_full`].
    pub sensitive: &'a str,
}

/// The attributes of which [`write_attributes`] writes the values.
pub const ATTRIBUTES: [&str; 6] =
    ["url.full", "server.address", "url.domain", "server.port", "url.query", "url.fragment"];

/// Writes what is known of an address, in the order of [`ATTRIBUTES`], a line each; an empty one for what is no attribute.
/// The port is a number.
pub fn write_attributes(out: &mut String, address: &Address<'_>) {
    let url = &address.url;
    write_full(out, url, address.sensitive);
    push(out, "\n");
    if !url.host.is_empty() {
        url.write_host_and_port(out);
    }
    push(out, "\n");
    push_line(out, url.host);
    // The reference knows the port only where the page wrote it, for `fetch`.
    push_line(out, if address.is_xhr || !has_scheme(address.given) { "" } else { url.port });
    write_query(out, url.query, address.sensitive);
    push(out, "\n");
    write_query(out, url.fragment, address.sensitive);
}

/// Writes what the span is called after the method, on one line. The reference takes what an `XMLHttpRequest` was given as
/// it stands; but credentials stay out of ours.
#[inline(never)]
pub fn write_place(out: &mut String, address: &Address<'_>) {
    let Address { given, url, is_xhr, sensitive } = address;
    let as_given = *is_xhr && url.user_info.is_empty();
    if text::is(url.scheme, "data") {
        write_data(out, url.path);
    } else if as_given || url.host.is_empty() && has_scheme(given) {
        // A browser leaves line breaks in a URL out (WHATWG URL, section 4.4).
        for line in text::items(without_query(given), b'\n') {
            write_path(out, line, sensitive);
        }
    } else if text::starts(given, "//") {
        // The reference keeps this one as given, query included; what is secret stays out of ours.
        let mut full = String::new();
        write_full(&mut full, url, sensitive);
        push(out, text::behind(&full, b':'));
    } else if has_scheme(given) {
        write_absolute(out, url, sensitive);
    } else {
        write_path(out, url.path, sensitive);
    }
}

/// No query, no fragment; user and password shown as filtered; explicit ports 80 and 443 left out.
fn write_absolute(out: &mut String, url: &Url<'_>, sensitive: &str) {
    push(out, url.scheme);
    push(out, "://");
    if !url.user_info.is_empty() {
        let has_user = !text::before(url.user_info, b':').is_empty();
        let has_password = !text::behind(url.user_info, b':').is_empty();
        push(out, if has_user { "%filtered%" } else { "" });
        push(out, if has_password { ":%filtered%@" } else { "@" });
    }
    let port = if text::is_one_of(url.port, "80 443") { "" } else { url.port };
    write_host_and_port(out, url.host, port);
    write_path(out, url.path, sensitive);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address<'a>(given: &'a str, href: &'a str, is_xhr: bool) -> Address<'a> {
        Address { given, url: Url::split(href).unwrap(), is_xhr, sensitive: "" }
    }

    fn place(address: &Address<'_>) -> String {
        let mut out = String::new();
        write_place(&mut out, address);
        out
    }

    fn attributes(address: &Address<'_>) -> Vec<String> {
        let mut out = String::new();
        write_attributes(&mut out, address);
        out.split('\n').map(str::to_owned).collect()
    }

    #[test]
    fn names_requests_as_the_reference_does() {
        let name = |given, href| place(&address(given, href, false));
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
    fn an_xhr_is_called_after_what_it_was_given() {
        let name = |given, href| place(&address(given, href, true));
        assert_eq!(name("HTTP://A.b/x?q=1#f", "http://a.b/x?q=1#f"), "HTTP://A.b/x");
        assert_eq!(name("a/\nb", "http://a.b/a/b"), "a/b");
        assert_eq!(name("http://u:p@a.b/x", "http://u:p@a.b/x"), "http://%filtered%:%filtered%@a.b/x");
    }

    #[test]
    fn says_what_is_known_of_an_address() {
        let href = "https://u@a.b:8443/x?key=1#f";
        let known = attributes(&address(href, href, false));
        let full = "https://a.b:8443/x?key=[Filtered]#f";
        assert_eq!(known, [full, "a.b:8443", "a.b", "8443", "key=[Filtered]", "f"]);
        for written_otherwise in [address(href, href, true), address("//a.b:8443/x", href, false)] {
            assert_eq!(attributes(&written_otherwise)[3], "");
        }
        let href = "data:,hi";
        assert_eq!(attributes(&address(href, href, false)), ["data:text/plain,hi", "", "", "", "", ""]);
    }
}
