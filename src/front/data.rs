//! What an application says with every event, from now on.

use crate::front::runtime;
use crate::front::user::User;
use crate::front::value::Value;

/// Sets a tag of all events from now on: something that people search for.
///
/// ```
/// throughline::set_tag("tenant", "acme");
/// ```
pub fn set_tag(name: impl AsRef<str>, value: impl AsRef<str>) {
    if let Some(runtime) = runtime::current() {
        runtime.data.set_tag(name.as_ref(), value.as_ref());
    }
}

/// Says who uses the application from now on; `None` for nobody.
///
/// ```
/// use throughline::{User, set_user};
///
/// set_user(User::new().id("7"));
/// set_user(None);
/// ```
pub fn set_user(user: impl Into<Option<User>>) {
    if let Some(runtime) = runtime::current() {
        runtime.data.set_user(user.into().map(User::into_data));
    }
}

/// Says what is known of some matter from now on, such as the device or the shop; an empty one is taken back.
///
/// ```
/// throughline::set_context("shop", [("country", "PT"), ("currency", "EUR")]);
/// ```
pub fn set_context<K: Into<String>, V: Into<Value>>(
    name: impl AsRef<str>,
    values: impl IntoIterator<Item = (K, V)>,
) {
    let Some(runtime) = runtime::current() else { return };
    let values: Vec<_> = values.into_iter().map(|(key, value)| (key.into(), value.into().0)).collect();
    runtime.data.set_context(name.as_ref(), Some(values).filter(|values| !values.is_empty()));
}
