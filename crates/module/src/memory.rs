//! The memory of the core, and the only `unsafe` blocks of the crate.
//!
//! ```text
//! stack | constants | room: texts and numbers of a call | arena: what the call makes, its answer too
//! ```
//!
//! JavaScript writes into the room between two calls only. The arena is empty again when the next call begins, so that
//! nothing is ever freed. No length that comes from outside reaches past the room, and what is no UTF-8 is an empty text.
#![allow(unsafe_code, reason = "JavaScript writes into our memory, and an allocator hands it out")]

use std::alloc::{GlobalAlloc, Layout};
use std::arch::wasm32::{memory_grow, memory_size, unreachable};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use throughline::codec::text;

/// The room has at least so many bytes.
const LEAST: usize = 16 * 1024;

const PAGE: usize = 64 * 1024;

/// What the memory never grows past: a call that needs more fails. Texts that cross are cut far below (js/core/abi.ts).
const LIMIT: usize = 32 * 1024 * 1024;

/// Where everything is aligned, which is enough for any number.
const ALIGNMENT: usize = 8;

/// How many bytes the room has.
static ROOM: AtomicUsize = AtomicUsize::new(0);

/// How many bytes of the room are texts that a call has taken.
static TAKEN: AtomicUsize = AtomicUsize::new(0);

/// Where the arena goes on.
static NEXT: AtomicUsize = AtomicUsize::new(0);

unsafe extern "C" {
    /// Where the linker's part of the memory ends.
    static __heap_base: u8;
}

#[global_allocator]
static ARENA: Arena = Arena;

/// Hands out what follows the room.
struct Arena;

// SAFETY: each block lies behind those that were handed out before, since the call began; a call that begins has nothing of
// the one before (`begin`).
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() > LIMIT {
            unreachable();
        }
        // Eight bytes before it are free, see `answer`.
        let block = NEXT.load(Relaxed) + ALIGNMENT;
        let next = aligned(block + layout.size());
        reach(next);
        NEXT.store(next, Relaxed);
        block as *mut u8
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // What grows is mostly what was made last: then it stays where it is.
        if aligned(block as usize + layout.size()) == NEXT.load(Relaxed) {
            NEXT.store(block as usize - ALIGNMENT, Relaxed);
        }
        // SAFETY: the new block begins where the old one did, if that was made last, or behind it.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(size, 1));
            new.copy_from(block, layout.size().min(size));
            new
        }
    }
}

/// Makes the memory reach so far, or ends the call.
#[inline(never)]
fn reach(end: usize) {
    let missing = end.div_ceil(PAGE).saturating_sub(memory_size(0));
    if end > LIMIT || missing > 0 && memory_grow(0, missing) == usize::MAX {
        unreachable();
    }
}

const fn aligned(address: usize) -> usize {
    (address + ALIGNMENT - 1) & !(ALIGNMENT - 1)
}

/// Where the room begins.
fn start() -> usize {
    aligned(&raw const __heap_base as usize)
}

/// Where texts and numbers of a call are written, for at least so many bytes.
#[unsafe(no_mangle)]
extern "C" fn room(bytes: usize) -> usize {
    let size = aligned(bytes.clamp(LEAST, LIMIT));
    reach(start() + size);
    ROOM.store(size, Relaxed);
    start()
}

/// Begins a call: the arena is empty, and no text is taken.
pub fn begin() {
    NEXT.store(start() + ROOM.load(Relaxed), Relaxed);
    TAKEN.store(0, Relaxed);
}

/// The next text of a call, of so many bytes.
#[inline(never)]
pub fn take(length: usize) -> &'static str {
    let at = TAKEN.load(Relaxed);
    let end = at.saturating_add(length);
    if end > ROOM.load(Relaxed) {
        return "";
    }
    TAKEN.store(end, Relaxed);
    // SAFETY: this lies in the room, which nobody writes to during a call but `numbers`, for calls without texts.
    let bytes = unsafe { std::slice::from_raw_parts((start() + at) as *const u8, length) };
    if !text::is_text(bytes) {
        return "";
    }
    // SAFETY: it is a text.
    unsafe { std::str::from_utf8_unchecked(bytes) }
}

/// The numbers of a call that has no texts: as many as are wanted, or as have room.
pub fn numbers(count: usize) -> &'static mut [f64] {
    let count = count.min(ROOM.load(Relaxed) / size_of::<f64>());
    // SAFETY: this lies in the room and is aligned, any bits are a float, and such a call reaches the room only here.
    unsafe { std::slice::from_raw_parts_mut(start() as *mut f64, count) }
}

/// The address of a text whose length lies before it; 0 if it is no answer.
#[inline(never)]
pub fn answer(mut text: String, is_answer: bool) -> usize {
    if !is_answer {
        return 0;
    }
    // So that even an empty one is a block.
    text.reserve(1);
    let length = text.len() as u32;
    let block = text.leak().as_mut_ptr();
    // SAFETY: before each block so many bytes are free, and nobody else knows of them.
    unsafe { block.cast::<u32>().sub(1).write(length) };
    block as usize
}
