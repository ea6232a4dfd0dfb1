//! Who uses the application.

use crate::app::event_data;
use crate::codec::json::Json;
use crate::front::value::Value;

/// Who uses the application, as far as it wants to say so. See [`set_user`](crate::set_user).
///
/// ```
/// use throughline::User;
///
/// let user = User::new().id("7").username("maria").data("plan", "free");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct User {
    id: Option<String>,
    email: Option<String>,
    username: Option<String>,
    ip_address: Option<String>,
    data: Vec<(String, Json)>,
}

impl User {
    /// Somebody of whom nothing is said.
    pub fn new() -> User {
        User::default()
    }

    /// What the application knows them by.
    pub fn id(mut self, id: impl Into<String>) -> User {
        self.id = Some(id.into());
        self
    }

    /// Their address for mail.
    pub fn email(mut self, email: impl Into<String>) -> User {
        self.email = Some(email.into());
        self
    }

    /// What they call themselves.
    pub fn username(mut self, username: impl Into<String>) -> User {
        self.username = Some(username.into());
        self
    }

    /// The address of their connection; `{{auto}}` lets the server take it from there.
    pub fn ip_address(mut self, address: impl Into<String>) -> User {
        self.ip_address = Some(address.into());
        self
    }

    /// Whatever else is known.
    pub fn data(mut self, name: impl Into<String>, value: impl Into<Value>) -> User {
        self.data.push((name.into(), value.into().0));
        self
    }

    pub(crate) fn into_data(self) -> event_data::User {
        let User { id, email, username, ip_address, data } = self;
        event_data::User { id, email, username, ip_address, data }
    }
}
