//! Texts, cut at single characters of ASCII: nearly all that headers, URLs, DSNs and lines need.
//!
//! `str` looks for any character, any text and by any rule. What it brings along for that is two dozen functions, which
//! every page would download, and compile at its start.

/// Where `wanted`, a character of ASCII, is first.
pub fn find(text: &str, wanted: u8) -> Option<usize> {
    text.bytes().position(|byte| byte == wanted)
}

/// Whether `wanted`, a character of ASCII, is anywhere.
pub fn has(text: &str, wanted: u8) -> bool {
    find(text, wanted).is_some()
}

/// Where `part` is first. Takes the product of both lengths at worst: for short parts only.
pub fn find_part(text: &str, part: &str) -> Option<usize> {
    if part.is_empty() {
        return Some(0);
    }
    text.as_bytes().windows(part.len()).position(|window| window == part.as_bytes())
}

/// Whether `part` is anywhere, see [`find_part`].
pub fn contains(text: &str, part: &str) -> bool {
    find_part(text, part).is_some()
}

/// What is before and after the first `at`, a character of ASCII.
pub fn cut(text: &str, at: u8) -> Option<(&str, &str)> {
    find(text, at).map(|index| around(text, index))
}

/// What is before and after the last `at`, a character of ASCII.
pub fn cut_last(text: &str, at: u8) -> Option<(&str, &str)> {
    text.bytes().rposition(|byte| byte == at).map(|index| around(text, index))
}

/// What is between one `at`, a character of ASCII, and the next; the whole text if there is none.
pub fn pieces(text: &str, at: u8) -> Pieces<'_> {
    Pieces { rest: Some(text), at }
}

/// See [`pieces`].
#[derive(Clone, Debug)]
pub struct Pieces<'a> {
    rest: Option<&'a str>,
    at: u8,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    // One copy of this in the module, not one per use.
    #[inline(never)]
    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let (piece, rest) = match cut(rest, self.at) {
            Some((piece, rest)) => (piece, Some(rest)),
            None => (rest, None),
        };
        self.rest = rest;
        Some(piece)
    }
}

/// Without the characters of ASCII in `of` at both ends.
pub fn trim<'a>(text: &'a str, of: &[u8]) -> &'a str {
    let stays = |byte: u8| !of.contains(&byte);
    let start = text.bytes().position(stays).unwrap_or(text.len());
    let end = text.bytes().rposition(stays).map_or(start, |last| last + 1);
    text.get(start..end).unwrap_or_default()
}

/// Texts one after the other.
pub fn concat(parts: &[&str]) -> String {
    let mut out = String::with_capacity(parts.iter().map(|part| part.len()).sum());
    push_all(&mut out, parts);
    out
}

/// Texts one after the other, with a line break between them.
pub fn lines(parts: &[&str]) -> String {
    let mut out = String::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    for (index, part) in parts.iter().enumerate() {
        push_all(&mut out, &[if index > 0 { "\n" } else { "" }, part]);
    }
    out
}

/// Adds texts to a text, one after the other.
pub fn push_all(out: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| out.push_str(part));
}

/// What is before and after the byte at `index`, a character of ASCII.
fn around(text: &str, index: usize) -> (&str, &str) {
    debug_assert!(text.is_char_boundary(index + 1), "texts are cut at characters of ASCII");
    (text.get(..index).unwrap_or_default(), text.get(index + 1..).unwrap_or_default())
}
