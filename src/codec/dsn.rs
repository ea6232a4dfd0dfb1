//! The DSN: where envelopes go, and in whose name.
//!
//! ```text
//! dsn = scheme "://" public-key [ ":" secret ] "@" host [ ":" port ] "/" [ path "/" ] project-id
//! ```

use std::fmt;

use super::digits::hex_value;
use super::percent;
use super::text::{self, is_word, push, set};
use super::url::{split_port, write_host_and_port};

/// A valid DSN. The secret some old ones have is read over and never kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dsn<'a> {
    /// `http` or `https`.
    pub scheme: &'a str,
    /// The key that names the sender.
    pub public_key: &'a str,
    /// The host, in brackets if it is an IPv6 address.
    pub host: &'a str,
    /// The port; empty if there is none.
    pub port: &'a str,
    /// The path before the project, without slashes at its ends; empty if there is none.
    pub path: &'a str,
    /// The project.
    pub project_id: &'a str,
}

/// What is wrong with a DSN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DsnError {
    /// It does not begin with `http://` or `https://`.
    Scheme,
    /// There is no public key, or it holds other characters than letters, digits and underscores.
    PublicKey,
    /// There is no host, or host or port hold characters that cannot stand there.
    Host,
    /// The last part of the path is no number.
    Project,
}

impl fmt::Display for DsnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

impl DsnError {
    /// What is wrong, in words.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Scheme => "it must begin with http:// or https://",
            Self::PublicKey => "a public key of letters, digits and underscores must stand before the @",
            Self::Host => "a host name must stand after the @",
            Self::Project => "it must end with the number of a project",
        }
    }
}

impl std::error::Error for DsnError {}

impl<'a> Dsn<'a> {
    /// Reads a DSN.
    #[inline(never)]
    pub fn parse(text: &'a str) -> Result<Dsn<'a>, DsnError> {
        let text = text::trim(text, set::WHITE_SPACE);
        let scheme = text::before(text, b':');
        let rest = text::after(text::from(text, scheme.len()), "://").ok_or(DsnError::Scheme)?;
        if !text::is_one_of(scheme, "http https") {
            return Err(DsnError::Scheme);
        }
        let keys = text::before(rest, b'@');
        let rest = text::after(text::from(rest, keys.len()), "@").ok_or(DsnError::PublicKey)?;
        let public_key = text::before(keys, b':');
        if public_key.is_empty() || !is_word(public_key, "_") || !is_word(text::behind(keys, b':'), "_") {
            return Err(DsnError::PublicKey);
        }
        let authority = text::before(rest, b'/');
        let path = text::after(text::from(rest, authority.len()), "/").ok_or(DsnError::Project)?;
        let (host, port) = split_port(authority);
        if !is_host(host) || !text::is_digits(port) {
            return Err(DsnError::Host);
        }
        let (path, project) = text::cut_last(path, b'/');
        let project_id = text::digits(project);
        if project_id.is_empty() {
            return Err(DsnError::Project);
        }
        Ok(Dsn { scheme, public_key, host, port, path, project_id })
    }

    /// The organization's number, if the host names it (`o123.ingest…`).
    pub fn org_id(&self) -> Option<&'a str> {
        let first = text::before(self.host, b'.');
        let digits = text::after(first, "o")?;
        let is_named = first.len() < self.host.len() && !digits.is_empty() && text::is_digits(digits);
        is_named.then_some(digits)
    }

    /// The text form, without secret.
    pub fn print(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    /// Writes the text form, without secret.
    pub fn write(&self, out: &mut String) {
        push(out, self.scheme);
        push(out, "://");
        push(out, self.public_key);
        push(out, "@");
        self.write_place(out);
        push(out, self.project_id);
    }

    /// The address that envelopes are posted to, see [`Dsn::write_envelope_url`].
    pub fn envelope_url(&self, client: &str) -> String {
        let mut out = String::new();
        self.write_envelope_url(&mut out, client);
        out
    }

    /// Writes the address that envelopes are posted to by a client (`name/version`), in version 7 of the protocol. The key
    /// stands in the query, because a header would cost a CORS preflight.
    pub fn write_envelope_url(&self, out: &mut String, client: &str) {
        push(out, self.scheme);
        push(out, "://");
        self.write_place(out);
        push(out, "api/");
        push(out, self.project_id);
        push(out, "/envelope/?sentry_version=7&sentry_key=");
        push(out, self.public_key);
        push(out, "&sentry_client=");
        percent::encode(out, client);
    }

    /// Host, port and path, with a slash at the end.
    #[inline(never)]
    fn write_place(&self, out: &mut String) {
        write_host_and_port(out, self.host, self.port);
        push(out, "/");
        push(out, self.path);
        push(out, if self.path.is_empty() { "" } else { "/" });
    }
}

fn is_host(text: &str) -> bool {
    match text::after(text, "[") {
        Some(rest) => {
            rest.ends_with(']') && rest.len() > 1 && is_address(text::before(rest, b']'), rest.len() - 1)
        }
        None => !text.is_empty() && is_word(text, "_.-"),
    }
}

/// Whether a text of this length may stand between the brackets of an IPv6 address.
fn is_address(text: &str, length: usize) -> bool {
    for byte in text.bytes() {
        if hex_value(byte).is_none() && !text::has(":.", byte) {
            return false;
        }
    }
    text.len() == length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_endpoint() {
        let dsn = Dsn::parse("https://k:s@h:9000/a/b/42x").unwrap();
        assert_eq!(
            dsn.envelope_url("throughline.browser/1"),
            "https://h:9000/a/b/api/42/envelope/?sentry_version=7&sentry_key=k&sentry_client=throughline.browser%2F1"
        );
        assert_eq!(dsn.print(), "https://k@h:9000/a/b/42");
        assert_eq!(Dsn::parse("http://k@[::1]:8969/1").unwrap().print(), "http://k@[::1]:8969/1");
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, error) in [
            ("", DsnError::Scheme),
            ("ftp://k@h/1", DsnError::Scheme),
            ("https://h/1", DsnError::PublicKey),
            ("https://k-1@h/1", DsnError::PublicKey),
            ("https://@h/1", DsnError::PublicKey),
            ("https://k@/1", DsnError::Host),
            ("https://k@h:x/1", DsnError::Host),
            ("https://k@h é/1", DsnError::Host),
            ("https://k@h", DsnError::Project),
            ("https://k@h/", DsnError::Project),
            ("https://k@h/é1", DsnError::Project),
        ] {
            assert_eq!(Dsn::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn knows_the_organization_from_the_host() {
        let org = |text: &'static str| Dsn::parse(text).ok().and_then(|dsn| dsn.org_id());
        assert_eq!(org("https://k@o123.ingest.test/1"), Some("123"));
        assert_eq!(org("https://k@o.ingest.test/1"), None);
        assert_eq!(org("https://k@ingest.test/1"), None);
        assert_eq!(org("https://k@o12x.ingest.test/1"), None);
    }
}
