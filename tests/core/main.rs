//! Formats, decisions and applications on their public API, native: header examples, properties, and flows with a fake [`Host`].
//!
//! | file | asks |
//! |---|---|
//! | `vectors` | reads `tests/vectors/` |
//! | `codecs`, `targets`, `transport`, `context` | do we answer as the examples say? |
//! | `properties`, `page_properties`, `idle_properties` | whatever comes in: no panic, and nothing invalid goes out |
//! | `fake_host`, `fixtures`, `envelope` | a page without a browser: its clock, dice, network and timer, what it begins with, and what it sends |
//! | `flows`, `idle`, `idle_ends`, `activity`, `requests`, `sending` | what happens from `init` to the envelope |
//! | `routes`, `route_names` | page loads and navigations, their names, traces and links |
//! | `measures`, `measures_properties` | what the browser measured, as spans of a root that is about to end |
//! | `parents`, `alone`, `shapes` | whose child a span is, spans that go alone, what a span shows |
//! | `changes`, `bounds` | what a change does to which span, and what gives way where there is no room |
//! | `event_data` | tags, user and contexts, and who sees events before they leave |
//! | `events`, `listeners`, `reports` | what the host hears, and what the server is told was lost |
//! | `streaming`, `streaming_hosts`, `streaming_losses` | `traceLifecycle: "stream"`: spans that leave when they have ended |
//! | `fleet`, `fleet_line`, `fleet_picture` | what all pages of a site do to a server that fails and is well again |
//! | `flows_vectors` | what spans here and those of the package must do alike |
//! | `verdicts` | why a request carries headers, and how it loses them |
//! | `handles` | what is taken back when its handle is dropped is not dropped without a warning |
//! | `documented` | what `docs/rust.md` and `docs/rust-spans.md` say |
//! | `guards` | re-entrancy, stale keys, limits, clocks that jump |
//!
//! [`Host`]: throughline::app::host::Host
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod activity;
mod alone;
mod bounds;
mod changes;
mod codecs;
mod context;
mod documented;
mod envelope;
mod event_data;
mod events;
mod fake_host;
mod fixtures;
mod fleet;
mod fleet_line;
mod fleet_picture;
mod flows;
mod flows_vectors;
mod guards;
mod handles;
mod idle;
mod idle_ends;
mod idle_properties;
mod listeners;
mod measures;
mod measures_properties;
mod page_properties;
mod parents;
mod properties;
mod reports;
mod requests;
mod route_names;
mod routes;
mod sending;
mod shapes;
mod streaming;
mod streaming_hosts;
mod streaming_losses;
mod targets;
mod transport;
mod vectors;
mod verdicts;
