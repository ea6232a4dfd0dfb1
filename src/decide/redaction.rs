//! What of a URL may be recorded: without credentials, without the values of parameters that sound secret, and without
//! the content of a `data:` URL.

use crate::codec::percent;
use crate::codec::text::{self, push};
use crate::codec::url::Url;

/// What stands in for a value that must not leave the page.
const FILTERED: &str = "=[Filtered]";

/// A query parameter whose name contains one of these, in either case, is not recorded (the reference's list).
const SENSITIVE: &str = "auth token secret session password passwd pwd key jwt bearer sso saml csrf xsrf credentials \
                         sid identity set-cookie cookie";

/// A `data:` URL is recorded up to this many characters of its content.
const DATA_CHARACTERS: usize = 10;

/// Writes the URL for attribute `url.full`: without user and password, sensitive query values filtered, and
/// the content of a `data:` URL cut.
#[inline(never)]
pub fn write_full(out: &mut String, url: &Url<'_>) {
    if text::is(url.scheme, "data") {
        return write_data(out, url.path);
    }
    push(out, url.scheme);
    push(out, ":");
    // A file has an authority, which is mostly empty.
    if !url.host.is_empty() || text::is(url.scheme, "file") {
        push(out, "//");
    }
    url.write_host_and_port(out);
    push(out, url.path);
    push(out, if url.query.is_empty() { "" } else { "?" });
    write_query(out, url.query);
    push(out, if url.fragment.is_empty() { "" } else { "#" });
    write_query(out, url.fragment);
}

/// A URL without what must not leave the page; empty for what is no URL.
pub fn recordable(href: &str) -> String {
    let mut out = String::new();
    if let Some(url) = Url::split(href) {
        write_full(&mut out, &url);
    }
    out
}

/// Writes a query string, or a fragment, with the values of sensitive parameters replaced; names and order stay.
#[inline(never)]
pub fn write_query(out: &mut String, query: &str) {
    let mut rest = query;
    while !rest.is_empty() {
        let pair = text::before(rest, b'&');
        rest = text::from(rest, pair.len());
        let name = text::before(pair, b'=');
        if pair.len() > name.len() + 1 && is_sensitive(name) {
            push(out, name);
            push(out, FILTERED);
        } else {
            push(out, pair);
        }
        push(out, text::start(rest, 1));
        rest = text::from(rest, 1);
    }
}

#[inline(never)]
fn is_sensitive(name: &str) -> bool {
    // What cannot be decoded is judged as it stands.
    let decoded = percent::decode(name);
    let name = decoded.as_deref().unwrap_or(name);
    for word in text::items(SENSITIVE, b' ') {
        if text::contains(name, word, true) {
            return true;
        }
    }
    false
}

/// Writes `data:<mime>[,base64],<first ten characters>... [truncated]` of what follows the scheme.
#[inline(never)]
pub fn write_data(out: &mut String, after_scheme: &str) {
    let head = text::before(after_scheme, b',');
    let mime = text::before(head, b';');
    push(out, "data:");
    push(out, if mime.is_empty() { "text/plain" } else { mime });
    if head.ends_with(";base64") {
        push(out, ",base64");
    }
    push(out, ",");
    let content = text::behind(after_scheme, b',');
    let (mut end, mut characters) = (0, 0);
    for byte in content.as_bytes() {
        // Other bytes go on with a character.
        characters += usize::from(byte & 0xc0 != 0x80);
        if characters > DATA_CHARACTERS {
            break;
        }
        end += 1;
    }
    push(out, text::start(content, end));
    if end < content.len() {
        push(out, "... [truncated]");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_is_in_the_recorded_url() {
        for (href, recorded) in [
            (
                "https://me:secret@a.b/x?access_token=1&q=2&Api%4Bey=3&key&sid=#f",
                "https://a.b/x?access_token=[Filtered]&q=2&Api%4Bey=[Filtered]&key&sid=#f",
            ),
            ("https://a.b/#/login?TOKEN=1&x=2", "https://a.b/#/login?TOKEN=[Filtered]&x=2"),
            ("https://a.b:8443/?%ff_key=1&%zz=2", "https://a.b:8443/?%ff_key=[Filtered]&%zz=2"),
            ("file:///C:/page.html", "file:///C:/page.html"),
            ("blob:https://a.b/1", "blob:https://a.b/1"),
            ("no url", ""),
        ] {
            assert_eq!(recordable(href), recorded);
        }
    }

    #[test]
    fn ten_characters_of_data_are_recorded() {
        for (href, recorded) in [
            ("data:,hi", "data:text/plain,hi"),
            ("data:text/html;charset=utf-8,0123456789", "data:text/html,0123456789"),
            ("data:image/png;base64,01234567890", "data:image/png,base64,0123456789... [truncated]"),
            ("data:,é☃é☃é☃é☃é☃x", "data:text/plain,é☃é☃é☃é☃é☃... [truncated]"),
        ] {
            assert_eq!(recordable(href), recorded);
        }
    }
}
