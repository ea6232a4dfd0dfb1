//! What servers are told and tell, beside the crates that they are made of. Only tests.
//!
//! | file | asks |
//! |---|---|
//! | `headers` | whose trace is continued, whatever headers come |
//! | `sampling` | who decides whether it is recorded, and with which lot |
//! | `page`, `outgoing` | what the page and other services are told |
//! | `complaint` | what is said of a DSN that is wrong |
//! | `spans` | what changes with a span that another SDK has begun |
//! | `properties` | whatever comes in: no panic, and nothing invalid goes out |
//! | `layer`, `extractor` | services of `tower`, handlers of `axum` |
//! | `shell` | a server that renders its page and answers its functions: one trace |
//! | `documented` | what `docs/rust-servers.md` says |
//! | `beside_sentry` | the real crate `sentry` records the server's half of the trace |
#![cfg(all(test, not(target_arch = "wasm32")))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod beside_sentry;
mod complaint;
mod documented;
mod extractor;
mod fixtures;
mod headers;
mod layer;
mod outgoing;
mod page;
mod properties;
mod sampling;
mod shell;
mod spans;
