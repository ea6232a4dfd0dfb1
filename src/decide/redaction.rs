//! What of a URL may be recorded: without credentials, without the values of parameters that sound secret, and without
//! the content of a `data:` URL. This is the one list of such parameters; an application adds to it by `sensitiveParams`.

use crate::codec::digits::hex_value;
use crate::codec::text::{self, push, push_byte};
use crate::codec::url::Url;

/// What stands in for a value that must not leave the page.
const FILTERED: &str = "=[Filtered]";

/// A parameter whose name contains one of these, in either case, is not recorded: the reference's list and what signs URLs.
/// Between dashes stand those that are words (`x-sig`, `smsOtp`) or, between two, whole names: other words contain them.
const SENSITIVE: &str = "auth token secret session password passwd pwd key jwt bearer sso saml csrf xsrf credential \
                         sid identity cookie signature hmac verifier passcode \
                         -sig- -otp- -totp- -pin- --code--";

/// How often a URL in a URL may be encoded.
const ENCODED: usize = 4;

/// A `data:` URL is recorded up to this many characters of its content.
const DATA_CHARACTERS: usize = 10;

/// Writes the URL for attribute `url.full`: without user and password, values of sensitive parameters filtered, and the
/// content of a `data:` URL cut. `further` are names, or parts of names, that are sensitive too: between spaces, percent-encoded.
#[inline(never)]
pub fn write_full(out: &mut String, url: &Url<'_>, further: &str) {
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
    write_path(out, url.path, further);
    push(out, if url.query.is_empty() { "" } else { "?" });
    write_query(out, url.query, further);
    push(out, if url.fragment.is_empty() { "" } else { "#" });
    write_query(out, url.fragment, further);
}

/// A URL without what must not leave the page; empty for what is no URL.
pub fn recordable(href: &str, further: &str) -> String {
    let mut out = String::new();
    if let Some(url) = Url::split(href) {
        write_full(&mut out, &url, further);
    }
    out
}

/// Writes a query string, or a fragment, with the values of sensitive parameters replaced; names and order stay.
pub fn write_query(out: &mut String, query: &str, further: &str) {
    write_pairs(out, query, b'&', further);
}

/// Writes a path, whose parts may have parameters as well (`/cart;jsessionid=1`).
pub fn write_path(out: &mut String, path: &str, further: &str) {
    write_pairs(out, path, b'/', further);
}

#[inline(never)]
fn write_pairs(out: &mut String, pairs: &str, between: u8, further: &str) {
    let mut rest = pairs;
    while !rest.is_empty() {
        let pair = text::before(rest, between);
        if tells_secret(pair, further) {
            let name = text::before(pair, b'=');
            // It may be a URL that tells.
            push(out, if tells_secret(name, further) { "" } else { name });
            push(out, FILTERED);
        } else {
            push(out, pair);
        }
        rest = text::from(rest, pair.len());
        push(out, text::start(rest, 1));
        rest = text::from(rest, 1);
    }
}

/// Whether a parameter has a value that must not leave the page: by its name, or by one in a URL that is its value.
#[inline(never)]
fn tells_secret(pair: &str, further: &str) -> bool {
    let mut all = text::owned(pair);
    for _ in 0..ENCODED {
        all = decoded(&all);
        let mut rest = all.as_str();
        while text::has(rest, b'=') {
            let name = text::before(rest, b'=');
            rest = text::behind(rest, b'=');
            // Base64 ends so.
            if rest.bytes().any(|byte| byte != b'=') && is_sensitive(name, further) {
                return true;
            }
        }
    }
    false
}

/// A text without its escapes of characters of ASCII; other escapes stay, and other characters become one of them.
#[inline(never)]
fn decoded(encoded: &str) -> String {
    let mut out = String::new();
    let mut rest = encoded.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        let mut byte = (*byte).min(0x7f);
        if let [high, low, after @ ..] = rest
            && byte == b'%'
            && let (Some(high @ 0..8), Some(low)) = (hex_value(*high), hex_value(*low))
        {
            byte = high << 4 | low;
            rest = after;
        }
        push_byte(&mut out, byte);
    }
    out
}

/// Whether a name is sensitive, without what it stands behind in a URL.
#[inline(never)]
fn is_sensitive(name: &str, further: &str) -> bool {
    let name = text::behind_last(text::behind_last(text::behind_last(name, b'/'), b'?'), b'&');
    // As it stands, and as words.
    let mut both = text::concat(&[name, "--"]);
    let mut before = 0;
    for byte in name.bytes() {
        if before >= b'a' && byte.is_ascii_uppercase() {
            push(&mut both, "-");
        }
        before = byte;
        push_byte(&mut both, if byte.is_ascii_alphabetic() { byte } else { b'-' });
    }
    push(&mut both, "--");
    for list in [SENSITIVE, further] {
        for part in text::items(list, b' ') {
            if !part.is_empty() && text::contains(&both, &decoded(part), true) {
                return true;
            }
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
    let start = text::first(content, DATA_CHARACTERS);
    push(out, start);
    if start.len() < content.len() {
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
            assert_eq!(recordable(href, ""), recorded);
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
            assert_eq!(recordable(href, ""), recorded);
        }
    }
}
