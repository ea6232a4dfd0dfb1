//! The border to the JavaScript face, and the only `unsafe` code of the crate: nothing crosses but numbers.
//!
//! *Texts to us* the face writes one after the other into a room in our memory, and tells their lengths ([`given`]).
//! A call has that room to itself until it is done: page code that runs in a hook and calls in again finds none, and
//! the face asks for another one ([`make_room`]). *Texts from us* stay where they are until the next one ([`answer`]);
//! those that a hook is told lie where the core has them. What wasm-bindgen has for texts costs a call to allocate and
//! one to free for each of them, and 12 kB of JavaScript.
//!
//! A hook that throws has said nothing, which is 0 for all of them: `js/border.ts` catches.
#![allow(unsafe_code, reason = "JavaScript reads and writes our memory")]

use std::cell::Cell;

use wasm_bindgen::prelude::*;

// What the face answers and hears; `js/border.ts` has each of them.
#[link(wasm_import_module = "face")]
unsafe extern "C" {
    /// The time of the page's timeline, in milliseconds.
    pub safe fn face_now() -> f64;

    /// The key of the active span.
    pub safe fn face_active() -> u32;

    /// Whether the active span is known to be the one that runs.
    pub safe fn face_exact() -> u32;

    /// Whether tracing is suppressed here.
    pub safe fn face_suppressed() -> u32;

    /// The propagation context in force, as text.
    pub safe fn face_context() -> usize;

    /// The core began a span by itself: its ticket is written, and this is its parent's key, 0 if it is a root.
    pub safe fn face_began(parent: u32);

    /// The idle root is about to end: the time to add what was measured.
    pub safe fn face_ending(key: u32);

    /// A span ended.
    pub safe fn face_ended(key: u32);

    /// A request is about to be sent, in stream mode: the name and the attribute lines of its span. The face may
    /// begin the span and answers with its key; nothing, and the core does.
    #[link_name = "face_request"]
    safe fn raw_request(name: *const u8, length: usize, attributes: *const u8, theirs: usize) -> u32;

    /// A span that is sent by itself has ended: attribute lines to add as defaults; nothing if the face has
    /// taken it over.
    pub safe fn face_captured(key: u32) -> usize;

    /// A root is about to be sent with so many children: members of the event and of its contexts, a line
    /// each; nothing if the face has taken it over.
    pub safe fn face_finished(key: u32, children: u32) -> usize;

    /// An envelope leaves, by the hands of the face: a number that `delivered` is told, where to, the text, and whether
    /// the request may outlive the page. Answers whether it was taken.
    #[link_name = "face_send"]
    safe fn raw_send(
        id: u32,
        url: *const u8,
        length: usize,
        body: *const u8,
        bytes: usize,
        keepalive: u32,
    ) -> u32;

    /// What the browser makes of a URL; empty if it is none.
    #[link_name = "face_resolve"]
    safe fn raw_resolve(url: *const u8, length: usize) -> usize;

    /// Which patterns among the targets match a URL, or a path of the own origin if it is not empty: `1` or `0` for each.
    #[link_name = "face_matches"]
    safe fn raw_matches(url: *const u8, length: usize, own_path: *const u8, theirs: usize) -> usize;

    /// `tick` is to be called once after so many milliseconds, in place of the last time; negative for not any more.
    pub safe fn face_wake(millis: i32);

    /// A sentence for the developer: something that can be put right, or what we do.
    #[link_name = "face_say"]
    safe fn raw_say(sentence: *const u8, length: usize, warns: u32);

    /// Fills a place with random bytes.
    #[link_name = "face_random"]
    fn raw_random(bytes: *mut u8, length: usize);
}

pub fn face_request(name: &str, attributes: &str) -> u32 {
    raw_request(name.as_ptr(), name.len(), attributes.as_ptr(), attributes.len())
}

pub fn face_send(id: u32, url: &str, body: &str, keepalive: bool) -> bool {
    raw_send(id, url.as_ptr(), url.len(), body.as_ptr(), body.len(), keepalive.into()) != 0
}

pub fn face_resolve(url: &str) -> usize {
    raw_resolve(url.as_ptr(), url.len())
}

pub fn face_matches(url: &str, own_path: &str) -> usize {
    raw_matches(url.as_ptr(), url.len(), own_path.as_ptr(), own_path.len())
}

pub fn face_say(sentence: &str, warns: bool) {
    raw_say(sentence.as_ptr(), sentence.len(), warns.into());
}

pub fn face_random(bytes: &mut [u8]) {
    // SAFETY: the face writes within these bytes, and any value is one of theirs.
    unsafe { raw_random(bytes.as_mut_ptr(), bytes.len()) }
}

/// What lies at `word_address`: the ticket (`ticket.rs`), and where texts lie.
pub const WORDS: usize = 14;

// The address of the room and how many bytes it has; the address of an answer, and its length and one more, 0 for none.
const ROOM: usize = 10;
const ANSWER: usize = 12;

/// The room has at least so many bytes, and stays if it has no more than that.
const LEAST: usize = 1024;
const MOST: usize = 16 * 1024;

thread_local! {
    static WORD: [Cell<u32>; WORDS] = const { [const { Cell::new(0) }; WORDS] };
    static ROOM_BYTES: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static ANSWER_TEXT: Cell<String> = const { Cell::new(String::new()) };
}

/// Uses the numbers that both sides read and write.
pub fn words<R>(act: impl FnOnce(&[Cell<u32>; WORDS]) -> R) -> R {
    WORD.with(act)
}

/// Where the numbers lie that both sides read and write, for good.
#[wasm_bindgen]
pub fn word_address() -> usize {
    words(|words| words.as_ptr().expose_provenance())
}

/// Makes the room larger: for so many bytes. What was written stays.
#[wasm_bindgen]
pub fn make_room(bytes: usize) {
    let mut room = ROOM_BYTES.take();
    room.resize(bytes.max(LEAST), 0);
    put_room(room);
}

/// Lets go of the last answer.
#[wasm_bindgen]
pub fn forget_answer() {
    ANSWER_TEXT.take();
}

/// Answers with a text. A function that does not call this has answered with none.
pub fn answer(text: String) {
    put_words(ANSWER, text.as_ptr(), text.len() + 1);
    ANSWER_TEXT.set(text);
}

/// Hands over what the face has written: so many texts, of these lengths in bytes.
pub fn given<const COUNT: usize, R>(lengths: [usize; COUNT], act: impl FnOnce([&str; COUNT]) -> R) -> R {
    let room = take_room();
    let mut rest = room.as_slice();
    let answer = act(lengths.map(|length| cut(&mut rest, length)));
    if room.len() <= MOST {
        put_room(room);
    }
    answer
}

/// Reads what a hook has answered with: one more than the length of a text, or nothing.
pub fn said<R>(answer: usize, read: impl FnOnce(&str) -> R) -> Option<R> {
    let length = answer.checked_sub(1)?;
    Some(given([length], |[text]| read(text)))
}

// One copy of these in the module, not one per export.
#[inline(never)]
fn take_room() -> Vec<u8> {
    words(|[.., room, _, _]| room.set(0));
    ROOM_BYTES.take()
}

#[inline(never)]
fn put_room(room: Vec<u8>) {
    put_words(ROOM, room.as_ptr(), room.len());
    ROOM_BYTES.set(room);
}

#[inline(never)]
fn cut<'a>(rest: &mut &'a [u8], length: usize) -> &'a str {
    let (text, others) = rest.split_at_checked(length).unwrap_or_default();
    *rest = others;
    // SAFETY: the face writes whole texts, as `TextEncoder` encodes them, or as characters of ASCII.
    unsafe { std::str::from_utf8_unchecked(text) }
}

fn put_words(at: usize, address: *const u8, length: usize) {
    words(|words| {
        for (word, value) in words.iter().skip(at).zip([address.expose_provenance(), length]) {
            word.set(value as u32);
        }
    });
}
