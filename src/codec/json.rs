//! JSON text, written piece by piece.
//!
//! Only a writer: what we send is built from strings, integers, fixed-point numbers and pieces that
//! are JSON already (RFC 8259). Nothing here reads JSON; tests read it back with a real parser.

use std::borrow::Cow;

use super::digits::{hex_value, write_decimal, write_hex, write_integer};
use super::fraction::Fraction;
use super::text::{after, contains, digits, find, from, has, is_one_of, push, push_byte, start};

/// A piece of text that is one JSON value already. It holds no raw line break, because every writer
/// that makes one (this module, `JSON.stringify`) escapes control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json(Cow<'static, str>);

impl Json {
    /// A JSON string.
    pub fn string(text: &str) -> Json {
        let mut out = String::with_capacity(text.len() + 2);
        write_string(&mut out, text);
        Json(Cow::Owned(out))
    }

    /// A JSON integer.
    pub fn integer(number: i64) -> Json {
        let mut out = String::new();
        if number < 0 {
            out.push('-');
        }
        write_integer(&mut out, number.unsigned_abs());
        Json(Cow::Owned(out))
    }

    /// A JSON number of so many thousandths.
    pub fn thousandths(number: i64) -> Json {
        let mut out = String::new();
        if number < 0 {
            out.push('-');
        }
        write_decimal(&mut out, number.unsigned_abs(), 3);
        Json(Cow::Owned(out))
    }

    /// A JSON number from 0 to 1.
    pub fn fraction(number: Fraction) -> Json {
        Json(Cow::Owned(number.print()))
    }

    /// A constant that is one JSON value.
    pub const fn literal(text: &'static str) -> Json {
        Json(Cow::Borrowed(text))
    }

    /// `true` or `false`.
    pub const fn boolean(value: bool) -> Json {
        Json::literal(if value { "true" } else { "false" })
    }

    /// Takes text that the caller knows to be one JSON value, for example from `JSON.stringify`.
    /// A line break would end an envelope item early, so text that holds one is refused. Half of a character, which
    /// `JSON.stringify` escapes, becomes U+FFFD: servers refuse the whole envelope otherwise.
    pub fn raw(text: String) -> Option<Json> {
        if !looks_like_json(&text) || holds_control(&text) {
            return None;
        }
        Some(Json(Cow::Owned(if contains(&text, "\\u", false) { without_halves(&text) } else { text })))
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a text begins and ends as one JSON value does. Numbers are read in whole: `NaN` and `Infinity` are no JSON, though
/// whoever prints numbers may write them.
fn looks_like_json(text: &str) -> bool {
    match text.as_bytes() {
        [b'"', .., b'"'] | [b'{', .., b'}'] | [b'[', .., b']'] => true,
        [b'-' | b'0'..=b'9', ..] => is_number(text),
        _ => is_one_of(text, "true false null"),
    }
}

/// Whether a text is a number of JSON (RFC 8259, 6).
fn is_number(text: &str) -> bool {
    let unsigned = after(text, "-").unwrap_or(text);
    let whole = digits(unsigned);
    let mut complete = whole == "0" || !whole.is_empty() && !whole.starts_with('0');
    let mut rest = from(unsigned, whole.len());
    for (first, sign) in [(b'.', false), (b'e', true)] {
        if let [mark, ..] = rest.as_bytes()
            && mark.to_ascii_lowercase() == first
        {
            rest = from(rest, 1);
            rest = from(rest, usize::from(sign && matches!(rest.as_bytes(), [b'+' | b'-', ..])));
            let part = digits(rest);
            complete &= !part.is_empty();
            rest = from(rest, part.len());
        }
    }
    complete && rest.is_empty()
}

/// The text of a number, if this JSON value is one.
pub fn number_text(json: &str) -> Option<&str> {
    Some(json).filter(|text| text.bytes().next().is_some_and(|first| first == b'-' || first.is_ascii_digit()))
}

/// The text inside the quotes, if this JSON value is a string without any escape.
pub fn plain_text(json: &str) -> Option<&str> {
    let inner = json.strip_prefix("\"")?.strip_suffix("\"")?;
    (!has(inner, b'\\')).then_some(inner)
}

/// JSON in which each escape of half a character, without its other half, is U+FFFD.
fn without_halves(json: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(json.len()), json);
    while let Some(at) = find(rest, b'\\') {
        push(&mut out, start(rest, at));
        rest = from(rest, at);
        let (first, second) = (unit(rest), unit(from(rest, 6)));
        let length = match (first, second) {
            (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => 12,
            (Some(0xd800..0xe000), _) => {
                push(&mut out, "\u{fffd}");
                rest = from(rest, 6);
                continue;
            }
            // What is escaped may be a backslash.
            _ => 2,
        };
        push(&mut out, start(rest, length));
        rest = from(rest, length);
    }
    push(&mut out, rest);
    out
}

/// The unit of UTF-16 that a text begins with as an escape.
fn unit(text: &str) -> Option<u16> {
    let mut unit = 0;
    for digit in after(text, "\\u")?.get(..4)?.bytes() {
        unit = unit << 4 | u16::from(hex_value(digit)?);
    }
    Some(unit)
}

/// An object that is being written into `out`. Members appear in the order they are added.
#[derive(Debug)]
pub struct Object<'a> {
    out: &'a mut String,
    first: bool,
}

impl<'a> Object<'a> {
    /// Opens an object at the end of `out`.
    pub fn open(out: &'a mut String) -> Object<'a> {
        out.push('{');
        Object { out, first: true }
    }

    /// Writes the name of the next member, which needs no escape, and hands out the text its value must be written to.
    pub fn member(&mut self, name: &str) -> &mut String {
        let before = if self.first { "\"" } else { ",\"" };
        self.first = false;
        push(self.out, before);
        push(self.out, name);
        push(self.out, "\":");
        self.out
    }

    /// Adds a string member, whose name needs no escape.
    pub fn string(&mut self, name: &str, text: &str) {
        write_string(self.member(name), text);
    }

    /// Adds a member whose value is JSON already, and whose name needs no escape.
    pub fn raw(&mut self, name: &str, value: &str) {
        self.member(name).push_str(value);
    }

    /// Adds members that are JSON already, as they stand between the braces of an object; none if `members`
    /// is empty. A line break would end an envelope item early, so text that holds one is left out.
    pub fn splice(&mut self, members: &str) {
        if members.is_empty() || holds_control(members) {
            return;
        }
        if !self.first {
            self.out.push(',');
        }
        self.first = false;
        self.out.push_str(&without_halves(members));
    }

    /// Closes the object.
    pub fn close(self) {
        self.out.push('}');
    }
}

/// Writes a JSON array of what `write` makes of each item.
pub fn write_list<T>(out: &mut String, items: impl IntoIterator<Item = T>, write: impl Fn(&mut String, T)) {
    push(out, "[");
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            push(out, ",");
        }
        write(out, item);
    }
    push(out, "]");
}

/// Writes a JSON string: quotes, and the escapes that RFC 8259 section 7 demands.
pub fn write_string(out: &mut String, text: &str) {
    push(out, "\"");
    write_escaped(out, text);
    push(out, "\"");
}

/// Writes a text as it stands between the quotes of a JSON string.
#[inline(never)]
pub fn write_escaped(out: &mut String, text: &str) {
    let mut rest = text;
    loop {
        let mut end = 0;
        for byte in rest.bytes() {
            if is_marked(byte) {
                break;
            }
            end += 1;
        }
        push(out, start(rest, end));
        rest = from(rest, end);
        let [marked, ..] = *rest.as_bytes() else { break };
        push(out, "\\");
        match marked {
            b'\n' => push(out, "n"),
            b'\r' => push(out, "r"),
            b'\t' => push(out, "t"),
            b'"' | b'\\' => push_byte(out, marked),
            control => {
                push(out, "u00");
                write_hex(out, &[control]);
            }
        }
        rest = from(rest, 1);
    }
}

/// A text as it stands between the quotes of a JSON string.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(is_marked) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 2);
    write_escaped(&mut out, text);
    Cow::Owned(out)
}

/// Whether a byte must be escaped.
fn is_marked(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

/// Whether a text holds a control character, a line break for example, which JSON has none of.
pub fn holds_control(text: &str) -> bool {
    text.bytes().any(|byte| byte < b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_the_grammar_demands() {
        let text = "a\"b\\c\nd\re\tf\u{1}g\u{1f}h/é☃";
        assert_eq!(Json::string(text).as_str(), r#""a\"b\\c\nd\re\tf\u0001g\u001fh/é☃""#);
    }

    #[test]
    fn an_escaped_half_of_a_character_is_another_one() {
        for (given, written) in [
            (r#""\ud83d""#, "\"\u{fffd}\""),
            (
                r#"{"\uDE42":["a\ud83db","\ud83d\ud83d\ude42\ude42"]}"#,
                "{\"\u{fffd}\":[\"a\u{fffd}b\",\"\u{fffd}\\ud83d\\ude42\u{fffd}\"]}",
            ),
            (r#""\\ud83d \\\ud83d \u00e9 \ud83""#, "\"\\\\ud83d \\\\\u{fffd} \\u00e9 \\ud83\""),
            (r#""\""#, r#""\""#),
        ] {
            assert_eq!(Json::raw(given.to_owned()).unwrap().as_str(), written, "{given}");
            let mut out = String::new();
            Object::open(&mut out).splice(given);
            assert_eq!(out, format!("{{{written}"), "{given}");
        }
    }

    #[test]
    fn escapes_wherever_it_stands_among_eight_bytes() {
        for at in 0..20 {
            for odd in ['"', '\\', '\n', '\u{1f}'] {
                let mut text: String = "é☃ !#[]\u{7f}abcdefghijkl".chars().take(at).collect();
                text.push(odd);
                let json = Json::string(&text);
                assert_eq!(json.as_str().matches('\\').count(), 1 + usize::from(odd == '\\'), "{text:?}");
                let plain = text.trim_end_matches(odd);
                assert_eq!(Json::string(plain).as_str(), ["\"", plain, "\""].concat());
            }
        }
    }

    #[test]
    fn writes_thousandths() {
        for (number, text) in [
            (0, "0"),
            (8000, "8"),
            (250, "0.25"),
            (111, "0.111"),
            (-1005, "-1.005"),
            (i64::MIN, "-9223372036854775.808"),
        ] {
            assert_eq!(Json::thousandths(number).as_str(), text);
        }
    }

    #[test]
    fn writes_members_in_order() {
        let mut out = String::new();
        let mut object = Object::open(&mut out);
        object.string("b", "1");
        object.raw("a", "[2]");
        object.close();
        assert_eq!(out, r#"{"b":"1","a":[2]}"#);
    }

    #[test]
    fn splices_members_that_are_json_already() {
        let mut out = String::new();
        let mut object = Object::open(&mut out);
        object.splice("");
        object.splice("\"a\":1");
        object.splice("\"b\":\n2");
        object.splice("\"c\":3");
        write_list(object.member("d"), [4, 5], |out, number| out.push_str(Json::integer(number).as_str()));
        object.close();
        assert_eq!(out, r#"{"a":1,"c":3,"d":[4,5]}"#);
    }

    #[test]
    fn refuses_raw_text_that_would_end_an_envelope_item() {
        assert_eq!(Json::raw("{\n}".to_owned()), None);
        assert_eq!(Json::raw(String::new()), None);
        for text in [
            "NaN",
            "Infinity",
            "-Infinity",
            "inf",
            "-inf",
            "undefined",
            "truth",
            "x",
            "-NaN",
            "1abc",
            "[",
            "{x",
            "\"",
            "\"a",
            "{]",
            "-",
            "1.",
            ".5",
            "01",
            "-01",
            "1e",
            "1e+",
            "1 ",
            "+1",
            "1,2",
            "0x1",
            "1.2.3",
        ] {
            assert_eq!(Json::raw(text.to_owned()), None, "{text}");
        }
        for text in [
            "{}", "[1]", "-0.5", "0", "-0", "10", "1e21", "1E+21", "1.25e-7", "\"\"", "true", "false",
            "null", "\"NaN\"",
        ] {
            assert!(Json::raw(text.to_owned()).is_some(), "{text}");
        }
    }

    #[test]
    fn shows_the_plain_text_of_simple_strings_only() {
        assert_eq!(plain_text(Json::string("url").as_str()), Some("url"));
        assert_eq!(plain_text(Json::string("a\"b").as_str()), None);
        assert_eq!(plain_text(Json::integer(-7).as_str()), None);
    }
}
