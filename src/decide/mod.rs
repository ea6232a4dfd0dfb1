//! Decisions: a file per question. Pure functions and small tables, which take all they depend on: the time, dice, and
//! what only the surroundings know, such as which patterns match.

pub mod bots;
pub mod broken;
pub mod continuation;
pub mod header_pairs;
pub mod idle;
pub mod rate_limit;
pub mod redaction;
pub mod request;
pub mod retry;
pub mod route;
pub mod sampling;
pub mod sampling_context;
pub mod stale;
pub mod status;
pub mod targets;
pub mod timed;
pub mod verdict;
