//! The wrappers of `browser/patch/` as one text, for applications that are built with `--target no-modules`: there
//! wasm-bindgen refuses files beside the module. Put together while the crate is compiled, without what only modules can
//! say, and without comments and indentation, which every visitor would download.

use crate::codec::text;

const FILES: &str = concat!(
    include_str!("browser/patch/fetch.js"),
    include_str!("browser/patch/xhr.js"),
    include_str!("browser/patch/history.js"),
    include_str!("browser/patch/page.js")
);

/// What the edge asks of them.
const NAMES: &str = "{patchFetchForCore,patchXhrForCore,settle,patchMove,claim,traceInForce,shownAt,loadTimes,\
    broughtWithPage,keepText,readTime,resolveAddress,postEnvelope,quiet";

/// One function, which is small already and has its licence in it.
#[cfg(feature = "vitals")]
const VITALS: &str = include_str!("browser/patch/vitals.js");

const LINES: ([u8; FILES.len()], usize) = lines_of_code(FILES);
static BYTES: [u8; LINES.1] = start_of(&LINES.0);

/// The files, without imports and exports.
const CODE: &str = match std::str::from_utf8(&BYTES) {
    Ok(code) => code,
    Err(_) => "",
};

/// An expression: an object with the functions of [`NAMES`].
pub fn expression() -> String {
    #[cfg(feature = "vitals")]
    let (vitals, name) =
        (VITALS.split_once("export ").map_or("", |(_, function)| function), ",measureVitals");
    #[cfg(not(feature = "vitals"))]
    let (vitals, name) = ("", "");
    text::concat(&["(()=>{'use strict';", CODE, vitals, "return", NAMES, name, "}})()"])
}

/// The lines of a file of JavaScript that are code, as the beginning of the answer, and how long that is.
#[expect(clippy::indexing_slicing, reason = "it runs while the crate is compiled, where nothing traps")]
const fn lines_of_code<const ROOM: usize>(file: &str) -> ([u8; ROOM], usize) {
    let (mut out, mut length) = ([0; ROOM], 0);
    let mut rest = file.as_bytes();
    while !rest.is_empty() {
        rest = without_blanks(rest);
        let is_comment = starts(rest, b"/*") || starts(rest, b"*") || starts(rest, b"//");
        let is_code = !is_comment && !starts(rest, b"import ");
        if let (true, Some((_, code))) = (starts(rest, b"export "), rest.split_at_checked(b"export ".len())) {
            rest = code;
        }
        while let Some((byte, behind)) = rest.split_first() {
            rest = behind;
            if is_code {
                out[length] = *byte;
                length += 1;
            }
            if *byte == b'\n' {
                break;
            }
        }
    }
    (out, length)
}

const fn without_blanks(mut line: &[u8]) -> &[u8] {
    while let Some((b' ', rest)) = line.split_first() {
        line = rest;
    }
    line
}

const fn starts(mut line: &[u8], mut with: &[u8]) -> bool {
    while let Some((wanted, wanted_rest)) = with.split_first() {
        match line.split_first() {
            Some((found, rest)) if *found == *wanted => (line, with) = (rest, wanted_rest),
            _ => return false,
        }
    }
    true
}

const fn start_of<const LENGTH: usize>(bytes: &[u8]) -> [u8; LENGTH] {
    match bytes.first_chunk() {
        Some(start) => *start,
        None => [0; LENGTH],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_is_left() {
        let code = expression();
        for word in ["import ", "export ", "/**", "\n *", "\n//", "\n "] {
            assert!(!code.contains(word), "{word}");
        }
        for kept in ["function patchFetchForCore(owner", "function settle()", "return wrap(owner, 'fetch'"] {
            assert!(code.contains(kept), "{kept}");
        }
        assert!(CODE.len() * 4 < FILES.len() * 3, "{} of {} bytes", CODE.len(), FILES.len());
    }
}
