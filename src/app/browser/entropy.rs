//! Random bytes from web crypto, drawn by the kilobyte: one crossing serves a hundred spans.

use std::cell::RefCell;

use crate::app::host::Entropy;

const POOL: usize = 1024;

/// Random bytes, each of which is used once.
#[derive(Debug)]
pub struct Pool {
    bytes: RefCell<Vec<u8>>,
    fill: fn(&mut [u8]),
}

impl Pool {
    /// An empty pool.
    pub const fn filled_by(fill: fn(&mut [u8])) -> Pool {
        Pool { bytes: RefCell::new(Vec::new()), fill }
    }

    /// So many bytes.
    pub fn take<const COUNT: usize>(&self) -> [u8; COUNT] {
        // Page code may stand in for what is called here, and call back in: it must not find the pool borrowed.
        let mut pool = self.bytes.take();
        if pool.len() < COUNT {
            pool.resize(POOL, 0);
            (self.fill)(&mut pool);
        }
        let bytes = pool.last_chunk().copied().unwrap_or([0; COUNT]);
        pool.truncate(pool.len().saturating_sub(COUNT));
        self.bytes.replace(pool);
        bytes
    }
}

/// The dice of a page.
#[derive(Debug)]
pub struct CryptoEntropy(Pool);

impl CryptoEntropy {
    /// An empty pool.
    pub fn new() -> CryptoEntropy {
        CryptoEntropy(Pool::filled_by(|bytes| {
            if getrandom::fill(bytes).is_err() {
                // No web crypto: ids must still differ from each other.
                bytes.iter_mut().for_each(|byte| *byte = (js_sys::Math::random() * 256.0) as u8);
            }
        }))
    }
}

impl Default for CryptoEntropy {
    fn default() -> CryptoEntropy {
        CryptoEntropy::new()
    }
}

impl Entropy for CryptoEntropy {
    fn draw(&self) -> [u8; 32] {
        self.0.take()
    }

    fn draw_span(&self) -> [u8; 8] {
        self.0.take()
    }
}
