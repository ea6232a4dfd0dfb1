//! A DSN that an application holds.

use std::fmt;
use std::str::FromStr;

use crate::codec::dsn::{self, DsnError};

/// Where what was recorded goes, and in whose name: `https://<public key>@<host>/<project>`.
///
/// ```
/// use throughline::Dsn;
///
/// let dsn: Dsn = "https://public@o1.ingest.example.com/42".parse()?;
/// assert_eq!(dsn.to_string(), "https://public@o1.ingest.example.com/42");
/// assert!("https://example.com/42".parse::<Dsn>().is_err());
/// # Ok::<(), throughline::ParseDsnError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Dsn(String);

impl FromStr for Dsn {
    type Err = ParseDsnError;

    fn from_str(text: &str) -> Result<Dsn, ParseDsnError> {
        let parsed =
            dsn::Dsn::parse(text).map_err(|reason| ParseDsnError { given: text.to_owned(), reason })?;
        Ok(Dsn(parsed.print()))
    }
}

impl fmt::Display for Dsn {
    /// Without the secret that old ones have.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<Dsn> for String {
    fn from(dsn: Dsn) -> String {
        dsn.0
    }
}

/// A text is no DSN.
///
/// ```
/// let error = "https://example.com/42".parse::<throughline::Dsn>().unwrap_err();
/// assert!(error.to_string().starts_with("invalid dsn \"https://example.com/42\": "));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseDsnError {
    pub(crate) given: String,
    pub(crate) reason: DsnError,
}

impl fmt::Display for ParseDsnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid dsn {:?}: {}", self.given, self.reason.reason())
    }
}

impl std::error::Error for ParseDsnError {}
