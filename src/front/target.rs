//! Whose requests carry headers, as an application names it.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// Who gets trace headers: a path of the page's own origin (`/api`), an origin with or without the beginning of a path
/// (`https://api.example.com/v1`), or a host with its subdomains (`example.com`).
///
/// It is never compared with query, fragment or credentials, so that `https://evil.test/?api.example.com` is none of
/// `api.example.com`'s.
///
/// ```
/// use throughline::Target;
///
/// let target: Target = "https://api.example.com".into();
/// assert_eq!(target.to_string(), "https://api.example.com");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target(pub(crate) String);

impl From<&str> for Target {
    fn from(text: &str) -> Target {
        Target(text.to_owned())
    }
}

impl From<String> for Target {
    fn from(text: String) -> Target {
        Target(text)
    }
}

impl FromStr for Target {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Target, Infallible> {
        Ok(Target(text.to_owned()))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
