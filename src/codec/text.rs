//! Texts, cut at single characters of ASCII: nearly all that headers, URLs, DSNs and lines need, and how an answer is
//! written.
//!
//! `str` looks for any character, any text and by any rule. What it brings along for that is two dozen functions, which
//! every page would download, and compile at its start. For the same reason each function here is once in a module, and what
//! is written goes through [`push`].

/// Sets of characters below `@`, a bit for each, for [`trim`].
pub mod set {
    /// Blank and tab.
    pub const BLANKS: u64 = 1 << b' ' | 1 << b'\t';
    /// The white space of ASCII.
    pub const WHITE_SPACE: u64 = BLANKS | 1 << b'\n' | 1 << b'\r' | 1 << b'\x0c';
    /// Blanks, and commas.
    pub const BLANKS_AND_COMMAS: u64 = BLANKS | 1 << b',';
}

/// Where `wanted`, a character of ASCII, is first; the length of the text if it is nowhere.
#[inline(never)]
fn place(text: &str, wanted: u8) -> usize {
    let mut at = 0;
    for byte in text.as_bytes() {
        if *byte == wanted {
            break;
        }
        at += 1;
    }
    at
}

/// Where `wanted`, a character of ASCII, is first.
pub fn find(text: &str, wanted: u8) -> Option<usize> {
    Some(place(text, wanted)).filter(|at| *at < text.len())
}

/// Whether `wanted`, a character of ASCII, is anywhere.
pub fn has(text: &str, wanted: u8) -> bool {
    place(text, wanted) < text.len()
}

/// Whether two texts are the same.
#[inline(never)]
pub fn is(text: &str, other: &str) -> bool {
    text == other
}

/// Whether `part` is anywhere, also in the other case of letters of ASCII if `folded`. Takes the product of both lengths
/// at worst: for short parts only.
#[inline(never)]
pub fn contains(text: &str, part: &str, folded: bool) -> bool {
    let (mut rest, part) = (text.as_bytes(), part.as_bytes());
    while let Some(start) = rest.get(..part.len()) {
        if start == part || folded && start.eq_ignore_ascii_case(part) {
            return true;
        }
        rest = rest.get(1..).unwrap_or_default();
        if rest.is_empty() {
            break;
        }
    }
    false
}

/// What is before a place between two characters; all where there is no such place.
#[inline(never)]
pub fn start(text: &str, end: usize) -> &str {
    text.get(..end).unwrap_or(text)
}

/// So many characters of the beginning.
#[inline(never)]
pub fn first(text: &str, count: usize) -> &str {
    let (mut end, mut characters) = (0, 0);
    for byte in text.bytes() {
        // Other bytes go on with a character.
        characters += usize::from(byte & 0xc0 != 0x80);
        if characters > count {
            break;
        }
        end += 1;
    }
    start(text, end)
}

/// What is behind a place between two characters; nothing where there is no such place.
#[inline(never)]
pub fn from(text: &str, start: usize) -> &str {
    text.get(start..).unwrap_or_default()
}

/// What is before and after a place between two characters; all is before it where there is no such place.
pub fn split(text: &str, at: usize) -> (&str, &str) {
    (start(text, at), from(text, at))
}

/// What is before the first `at`, a character of ASCII; all if there is none.
#[inline(never)]
pub fn before(text: &str, at: u8) -> &str {
    start(text, place(text, at))
}

/// What is behind the first `at`, a character of ASCII; nothing if there is none.
#[inline(never)]
pub fn behind(text: &str, at: u8) -> &str {
    from(text, place(text, at) + 1)
}

/// What is behind the last `at`, a character of ASCII; all if there is none.
#[inline(never)]
pub fn behind_last(text: &str, at: u8) -> &str {
    let mut start = 0;
    for (index, byte) in text.bytes().enumerate() {
        if byte == at {
            start = index + 1;
        }
    }
    from(text, start)
}

/// What is before and after the first `at`, a character of ASCII; all is before it if there is none.
pub fn cut(text: &str, at: u8) -> (&str, &str) {
    (before(text, at), behind(text, at))
}

/// What is before and after the first `at`, a character of ASCII, if there is one.
pub fn cut_once(text: &str, at: u8) -> Option<(&str, &str)> {
    has(text, at).then(|| cut(text, at))
}

/// What is before and after the last `at`, a character of ASCII; all is after it if there is none.
pub fn cut_last(text: &str, at: u8) -> (&str, &str) {
    let after = behind_last(text, at);
    (start(text, (text.len() - after.len()).saturating_sub(1)), after)
}

/// The items of a list: what is before each `at`, a character of ASCII, and behind the last one, unless that is nothing.
pub fn items(text: &str, at: u8) -> Items<'_> {
    Items { rest: text, at }
}

/// See [`items`].
#[derive(Clone, Debug)]
pub struct Items<'a> {
    rest: &'a str,
    at: u8,
}

impl<'a> Iterator for Items<'a> {
    type Item = &'a str;

    // What is called here is there once; this is less than what a call of it would need.
    #[inline]
    fn next(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let item = before(self.rest, self.at);
        self.rest = from(self.rest, item.len() + 1);
        Some(item)
    }
}

/// How often `wanted`, a character of ASCII, is in a text.
#[inline(never)]
pub fn count(text: &str, wanted: u8) -> usize {
    let mut count = 0;
    for byte in text.bytes() {
        count += usize::from(byte == wanted);
    }
    count
}

/// Whether a text is one of the words of a list, which blanks separate.
#[inline(never)]
pub fn is_one_of(text: &str, words: &str) -> bool {
    for word in items(words, b' ') {
        if is(word, text) {
            return true;
        }
    }
    false
}

/// Without the characters of a [`set`] at both ends.
#[inline(never)]
pub fn trim(text: &str, of: u64) -> &str {
    let goes = |byte: &u8| *byte < 64 && of >> byte & 1 != 0;
    let mut bytes = text.as_bytes();
    while let [rest @ .., last] = bytes
        && goes(last)
    {
        bytes = rest;
    }
    let end = bytes.len();
    while let [first, rest @ ..] = bytes
        && goes(first)
    {
        bytes = rest;
    }
    from(start(text, end), end - bytes.len())
}

/// Whether a text has only letters and digits of ASCII, and the characters in `also`.
#[inline(never)]
pub fn is_word(text: &str, also: &str) -> bool {
    for byte in text.bytes() {
        if !byte.is_ascii_alphanumeric() && !has(also, byte) {
            return false;
        }
    }
    true
}

/// Whether a text consists of decimal digits, or of nothing.
pub fn is_digits(text: &str) -> bool {
    digits(text).len() == text.len()
}

/// The decimal digits a text begins with.
#[inline(never)]
pub fn digits(text: &str) -> &str {
    let mut count = 0;
    for byte in text.as_bytes() {
        if !byte.is_ascii_digit() {
            break;
        }
        count += 1;
    }
    start(text, count)
}

/// What follows a beginning, if the text has it.
#[inline(never)]
pub fn after<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    text.starts_with(start).then(|| from(text, start.len()))
}

/// Whether a text begins so.
pub fn starts(text: &str, start: &str) -> bool {
    after(text, start).is_some()
}

/// The character that bytes begin with in UTF-8; nothing if it is none. A fourth of the code of `str::from_utf8`, which is
/// made for speed.
#[inline(never)]
pub fn first_character(bytes: &[u8]) -> Option<char> {
    let [first, rest @ ..] = bytes else { return None };
    // As many ones as the character has bytes, but none if it has one.
    let ones = first.leading_ones() as usize;
    let mut code = u32::from(*first) & 0x7f >> ones;
    for at in 1..ones {
        let byte = *rest.get(at - 1)?;
        // So does a byte begin that goes on with a character.
        if byte >> 6 != 0b10 {
            return None;
        }
        code = code << 6 | u32::from(byte & 0x3f);
    }
    // Written longer than it must be, it is none.
    char::from_u32(code).filter(|character| character.len_utf8() == ones.max(1) && ones != 1)
}

/// Whether bytes are a text in UTF-8.
pub fn is_text(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        rest = after;
        if !first.is_ascii() {
            let at = bytes.len() - after.len() - 1;
            let Some(character) = bytes.get(at..).and_then(first_character) else { return false };
            rest = bytes.get(at + character.len_utf8()..).unwrap_or_default();
        }
    }
    true
}

/// A number without its sign.
#[inline(never)]
pub fn unsigned(number: &str) -> &str {
    match number.as_bytes() {
        [b'-' | b'+', ..] => from(number, 1),
        _ => number,
    }
}

/// Adds a text to a text.
#[inline(never)]
pub fn push(out: &mut String, text: &str) {
    out.push_str(text);
}

/// Adds a text to a text, and a line break.
#[inline(never)]
pub fn push_line(out: &mut String, text: &str) {
    push(out, text);
    push(out, "\n");
}

/// Adds a character of ASCII to a text.
#[inline(never)]
pub fn push_byte(out: &mut String, byte: u8) {
    out.push(char::from(byte & 0x7f));
}

/// A text as one that can grow.
#[inline(never)]
pub fn owned(text: &str) -> String {
    let mut out = String::new();
    push(&mut out, text);
    out
}

/// Adds texts to a text.
pub fn push_all(out: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| push(out, part));
}

/// Texts one after the other.
pub fn concat(parts: &[&str]) -> String {
    let mut out = String::new();
    parts.iter().for_each(|part| push(&mut out, part));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_is_no_text() {
        let parts: [&[u8]; 18] = [
            b"a",
            b"\x7f",
            b"\x80",
            b"\xbf",
            b"\xc0",
            b"\xc1\x80",
            b"\xc2\x80",
            b"\xc3",
            b"\xdf\xbf",
            b"\xe0\x9f\xbf",
            b"\xe0\xa0\x80",
            b"\xed\x9f\xbf",
            b"\xed\xa0\x80",
            b"\xf0\x8f\xbf\xbf",
            b"\xf0\x9f\x98\x80",
            b"\xf4\x8f\xbf\xbf",
            b"\xf4\x90\x80\x80",
            b"\xf8\x88\x80\x80\x80",
        ];
        for bytes in parts.iter().flat_map(|one| parts.iter().map(|other| [*one, *other].concat())) {
            assert_eq!(is_text(&bytes), std::str::from_utf8(&bytes).is_ok(), "{bytes:x?}");
            let first = String::from_utf8_lossy(&bytes).chars().next().filter(|first| *first != '\u{fffd}');
            assert_eq!(first_character(&bytes), first, "{bytes:x?}");
        }
    }

    #[test]
    fn cuts_at_the_first_and_at_the_last() {
        for (text, first, last) in [
            ("a:b:c", ("a", "b:c"), ("a:b", "c")),
            ("é:", ("é", ""), ("é", "")),
            (":☃", ("", "☃"), ("", "☃")),
            ("abc", ("abc", ""), ("", "abc")),
            ("", ("", ""), ("", "")),
        ] {
            assert_eq!((cut(text, b':'), cut_last(text, b':')), (first, last), "{text}");
            assert_eq!(items(text, b':').collect::<Vec<_>>(), text.split_terminator(':').collect::<Vec<_>>());
        }
    }

    #[test]
    fn trims_both_ends() {
        for (text, trimmed) in
            [(" \ta b\t", "a b"), ("", ""), (" ", ""), ("\u{a0}é ", "\u{a0}é"), ("\na", "\na")]
        {
            assert_eq!(trim(text, set::BLANKS), trimmed);
        }
        assert_eq!(trim("\r\n é\x0c", set::WHITE_SPACE), "é");
        assert_eq!(trim(", ,a,b ,", set::BLANKS_AND_COMMAS), "a,b");
    }

    #[test]
    fn finds_a_part_in_either_case() {
        for (text, part, folded, exact) in [
            ("xSeCretx", "secret", true, false),
            ("secret", "secret", true, true),
            ("secre", "secret", false, false),
            ("éx", "x", true, true),
            ("", "x", false, false),
            ("x", "", true, true),
        ] {
            assert_eq!((contains(text, part, true), contains(text, part, false)), (folded, exact), "{text}");
        }
    }
}
