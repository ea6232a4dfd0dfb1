//! Random bytes from web crypto, drawn by the kilobyte: one crossing serves a hundred spans.

use std::cell::RefCell;

use crate::host::Entropy;

const POOL: usize = 1024;

/// A pool of random bytes, each of which is used once.
#[derive(Debug)]
pub struct CryptoEntropy(RefCell<Vec<u8>>);

impl CryptoEntropy {
    /// An empty pool.
    pub fn new() -> CryptoEntropy {
        CryptoEntropy(RefCell::new(Vec::with_capacity(POOL)))
    }
}

impl Default for CryptoEntropy {
    fn default() -> CryptoEntropy {
        CryptoEntropy::new()
    }
}

impl CryptoEntropy {
    fn take<const COUNT: usize>(&self) -> [u8; COUNT] {
        // Page code may stand in for what is called here, and call back in: it must not find the pool borrowed.
        let mut pool = self.0.take();
        if pool.len() < COUNT {
            pool.resize(POOL, 0);
            if getrandom::fill(&mut pool).is_err() {
                // No web crypto: ids must still differ from each other.
                pool.iter_mut().for_each(|byte| *byte = (js_sys::Math::random() * 256.0) as u8);
            }
        }
        let bytes = pool.last_chunk().copied().unwrap_or([0; COUNT]);
        pool.truncate(pool.len().saturating_sub(COUNT));
        self.0.replace(pool);
        bytes
    }
}

impl Entropy for CryptoEntropy {
    fn draw(&self) -> [u8; 32] {
        self.take()
    }

    fn draw_span(&self) -> [u8; 8] {
        self.take()
    }
}
