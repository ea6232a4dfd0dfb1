//! The DSN: where envelopes go, and in whose name.
//!
//! ```text
//! dsn = scheme "://" public-key [ ":" secret ] "@" host [ ":" port ] "/" [ path "/" ] project-id
//! ```

use std::fmt;

use crate::json::Object;
use crate::text;
use crate::trace::url::split_port;

/// The version of the ingest protocol that we speak.
const INGEST_VERSION: &str = "7";

/// A valid DSN. The secret some old ones have is read over and never kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dsn {
    scheme: String,
    public_key: String,
    host: String,
    port: String,
    path: String,
    project_id: String,
}

/// What is wrong with a DSN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

impl Dsn {
    /// Reads a DSN.
    pub fn parse(text: &str) -> Result<Dsn, DsnError> {
        let (scheme, rest) = text::cut(text.trim_ascii(), b':').ok_or(DsnError::Scheme)?;
        let rest = rest.strip_prefix("//").ok_or(DsnError::Scheme)?;
        if !matches!(scheme, "http" | "https") {
            return Err(DsnError::Scheme);
        }
        let (keys, rest) = text::cut(rest, b'@').ok_or(DsnError::PublicKey)?;
        let (public_key, secret) = text::cut(keys, b':').unwrap_or((keys, ""));
        if !is_word(public_key) || !(secret.is_empty() || is_word(secret)) {
            return Err(DsnError::PublicKey);
        }
        let (authority, path) = text::cut(rest, b'/').ok_or(DsnError::Project)?;
        let (host, port) = split_port(authority);
        if !is_host(host) || !port.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(DsnError::Host);
        }
        let (path, project) = text::cut_last(path, b'/').unwrap_or(("", path));
        let digits = project.bytes().take_while(u8::is_ascii_digit).count();
        let (project_id, _) = project.split_at_checked(digits).ok_or(DsnError::Project)?;
        if project_id.is_empty() {
            return Err(DsnError::Project);
        }
        Ok(Dsn {
            scheme: scheme.to_owned(),
            public_key: public_key.to_owned(),
            host: host.to_owned(),
            port: port.to_owned(),
            path: path.to_owned(),
            project_id: project_id.to_owned(),
        })
    }

    /// The key that names the sender.
    pub fn public_key(&self) -> &str {
        &self.public_key
    }

    /// The organization's number, if the host names it (`o123.ingest…`).
    pub fn org_id(&self) -> Option<&str> {
        let (first, _) = text::cut(&self.host, b'.')?;
        let digits = first.strip_prefix("o")?;
        (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
    }

    /// The parts as a JSON object in the reference's shape, without secret.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        let mut object = Object::open(&mut out);
        for (name, part) in [
            ("protocol", &self.scheme),
            ("publicKey", &self.public_key),
            ("pass", &String::new()),
            ("host", &self.host),
            ("port", &self.port),
            ("path", &self.path),
            ("projectId", &self.project_id),
        ] {
            object.string(name, part);
        }
        object.close();
        out
    }

    /// The text form, without secret.
    pub fn print(&self) -> String {
        let mut out = self.scheme.clone();
        out.push_str("://");
        out.push_str(&self.public_key);
        out.push('@');
        self.write_place(&mut out);
        out.push_str(&self.project_id);
        out
    }

    /// The address that envelopes are posted to. The key stands in the query, because a header would
    /// cost a CORS preflight.
    pub fn envelope_url(&self, client_name: &str, client_version: &str) -> String {
        let mut out = self.scheme.clone();
        out.push_str("://");
        self.write_place(&mut out);
        for part in ["api/", &self.project_id, "/envelope/?sentry_version=", INGEST_VERSION] {
            out.push_str(part);
        }
        for part in ["&sentry_key=", &self.public_key, "&sentry_client=", client_name, "%2F", client_version]
        {
            out.push_str(part);
        }
        out
    }

    /// Host, port and path, with a slash at the end.
    fn write_place(&self, out: &mut String) {
        out.push_str(&self.host);
        if !self.port.is_empty() {
            out.push(':');
            out.push_str(&self.port);
        }
        out.push('/');
        if !self.path.is_empty() {
            out.push_str(&self.path);
            out.push('/');
        }
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_host(text: &str) -> bool {
    let inner = text.strip_prefix("[").and_then(|rest| rest.strip_suffix("]"));
    match inner {
        Some(v6) => {
            !v6.is_empty() && v6.bytes().all(|byte| byte.is_ascii_hexdigit() || b":.".contains(&byte))
        }
        None => {
            !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_endpoint() {
        let dsn = Dsn::parse("https://k:s@h:9000/a/b/42x").unwrap();
        assert_eq!(
            dsn.envelope_url("throughline.browser", "1"),
            "https://h:9000/a/b/api/42/envelope/?sentry_version=7&sentry_key=k&sentry_client=throughline.browser%2F1"
        );
        assert_eq!(dsn.print(), "https://k@h:9000/a/b/42");
        assert_eq!(Dsn::parse("http://k@[::1]:8969/1").unwrap().print(), "http://k@[::1]:8969/1");
    }

    #[test]
    fn shows_its_parts_but_no_secret() {
        assert_eq!(
            Dsn::parse("https://k:s@h:9000/a/b/42x").unwrap().to_json(),
            r#"{"protocol":"https","publicKey":"k","pass":"","host":"h","port":"9000","path":"a/b","projectId":"42"}"#
        );
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
        let org = |text: &str| Dsn::parse(text).ok().and_then(|dsn| dsn.org_id().map(str::to_owned));
        assert_eq!(org("https://k@o123.ingest.test/1").as_deref(), Some("123"));
        assert_eq!(org("https://k@o.ingest.test/1"), None);
        assert_eq!(org("https://k@ingest.test/1"), None);
        assert_eq!(org("https://k@o12x.ingest.test/1"), None);
    }
}
