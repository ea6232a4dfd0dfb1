//! The edge: reads the page, and is the host of an `Sdk`. WebAssembly only.
//!
//! A [`page::Page`] holds the SDK with the browser as its host. What changes the page takes it as a parameter
//! and answers with a handle; dropping the handle undoes the change.

pub mod claim;
pub mod clock;
pub mod destination;
pub mod entropy;
pub mod explain;
pub mod history;
pub mod lifecycle;
pub mod listener;
pub mod logger;
pub mod navigation;
pub mod page;
pub mod page_state;
pub mod requests;
pub mod sender;
pub mod server_trace;
pub mod timer;
pub mod timing;
#[cfg(feature = "no-modules")]
mod unwrapped;
#[cfg(feature = "vitals")]
pub mod vitals;
pub mod wrappers;
