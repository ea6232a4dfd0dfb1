//! The front door: what an application in Rust calls. All of it compiles and does nothing on other targets than a browser,
//! and before [`init`], so that code which a server runs as well needs no `cfg`.
//!
//! | what | where |
//! |---|---|
//! | what an application says once | [`options`], [`target`], [`sampling`] |
//! | what it says with every event | [`data`], [`user`] |
//! | from `init` to the end | [`init`], [`guard`], [`runtime`], [`listener`], `page`, `panic` |
//! | spans | [`span`], `handle`, [`builder`], [`entered`], [`instrument`], `attribute`, [`value`], [`status`] |
//! | traces | [`trace`], [`route`], [`explanation`] |
//!
//! The state is [`app::sdk`](crate::app::sdk)'s; here is one of it per thread, behind [`runtime`].

#[cfg(feature = "macros")]
pub mod attribute;
#[cfg(all(test, feature = "macros", not(target_arch = "wasm32")))]
mod attribute_tests;
pub mod builder;
pub mod data;
pub mod dsn;
pub mod entered;
pub mod explanation;
#[cfg(all(test, not(target_arch = "wasm32")))]
pub(crate) mod fake_page;
pub mod guard;
mod handle;
pub mod init;
pub mod instrument;
mod listener;
pub mod options;
#[cfg(target_arch = "wasm32")]
mod page;
mod panic;
pub mod route;
pub(crate) mod runtime;
pub mod sampling;
pub mod span;
pub mod status;
pub mod target;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
pub mod trace;
pub mod user;
pub mod value;
