//! The edge: reads the page, and implements what the core asks of its host. WebAssembly only.
//!
//! Modules take the [`crate::sdk::Sdk`] they serve as a parameter and answer with a handle; dropping the
//! handle undoes what was done to the page.

pub mod clock;
pub mod entropy;
pub mod fetch;
pub mod lifecycle;
pub mod listener;
pub mod logger;
pub mod meta;
pub mod page;
pub mod pageload;
pub mod sender;
pub mod targets;
pub mod timer;
pub mod timing;
pub mod url;
