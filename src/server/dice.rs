//! Random bytes and the time, of the operating system.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::codec::time::Timestamp;

/// Bytes that nobody can guess.
pub fn draw<const COUNT: usize>() -> [u8; COUNT] {
    let mut bytes = [0; COUNT];
    if getrandom::fill(&mut bytes).is_err() {
        // A system without a source of them: ids must still differ from each other.
        bytes.iter_mut().zip(unlike().iter().cycle()).for_each(|(byte, other)| *byte = *other);
    }
    bytes
}

/// The time, by the clock of this server.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
}

/// Bytes that differ from those before.
fn unlike() -> [u8; 8] {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    // An odd factor maps no two numbers to one.
    (now().as_micros() ^ count << 48).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_draws_are_alike() {
        let draws: std::collections::HashSet<[u8; 16]> = (0..1000).map(|_| draw()).collect();
        assert_eq!(draws.len(), 1000);
        let others: std::collections::HashSet<[u8; 8]> = (0..1000).map(|_| unlike()).collect();
        assert_eq!(others.len(), 1000);
    }
}
