//! A handle to a span: a number, so that a stale one finds nothing and none keeps a span alive.

/// A handle to a span in the store. Zero is never handed out: it stands for "no span".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpanKey(u32);

impl SpanKey {
    /// A number, for those who cannot keep a key.
    pub fn to_u32(self) -> u32 {
        self.0
    }

    /// From a number that somebody kept; `None` for 0, "no span".
    pub fn from_u32(number: u32) -> Option<SpanKey> {
        (number != 0).then_some(SpanKey(number))
    }

    // Index in the high half plus one, so that no key is 0; generation in the low half.
    pub(super) fn new(index: u16, generation: u16) -> SpanKey {
        SpanKey((u32::from(index) + 1) << 16 | u32::from(generation))
    }

    pub(super) fn index(self) -> usize {
        ((self.0 >> 16) as usize).wrapping_sub(1)
    }

    pub(super) fn generation(self) -> u16 {
        self.0 as u16
    }
}
