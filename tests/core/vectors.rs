//! Reads the examples of `tests/vectors/`; their notation is in the README there.

use std::fmt;
use std::fs;
use std::path::Path;

use throughline::codec::dsc::Dsc;
use throughline::codec::percent;

pub const TRACE: &str = "771a43a4192642f0b136d5159a501700";
pub const SPAN: &str = "b0e6f15b45c36b12";

/// One line of a file.
#[derive(Debug)]
pub struct Example {
    file: String,
    line: usize,
    /// The columns before the arrow.
    pub input: Vec<String>,
    /// The columns after it.
    pub expected: Vec<String>,
}

/// Where an example stands, for the message of a failure.
impl fmt::Display for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tests/vectors/{}:{}", self.file, self.line)
    }
}

impl Example {
    /// The only column before the arrow.
    pub fn only_input(&self) -> &str {
        let [input] = self.inputs();
        input
    }

    /// The columns before the arrow, of which there must be so many.
    pub fn inputs<const N: usize>(&self) -> [&str; N] {
        let columns: Vec<&str> = self.input.iter().map(String::as_str).collect();
        columns.try_into().unwrap_or_else(|found| panic!("{self}: {N} columns expected, found {found:?}"))
    }

    /// What stands after the arrow, columns joined as they were written.
    pub fn expected(&self) -> String {
        self.expected.join(" | ")
    }
}

/// Asserts that two texts are the same, and says which example they belong to.
pub fn same(example: &Example, answer: impl AsRef<str>) {
    let (answer, expected) = (answer.as_ref(), example.expected());
    assert!(
        answer == expected,
        "{example}\n     input: {}\n  expected: {}\n    answer: {}",
        shown(&example.input.join(" | ")),
        shown(&expected),
        shown(answer)
    );
}

/// Runs `check` on each example of a file, of which there must be some.
pub fn each(file: &str, mut check: impl FnMut(&Example)) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut count = 0;
    for (index, line) in text.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        check(&example(file, index + 1, line));
        count += 1;
    }
    assert!(count > 0, "{}: no example", path.display());
}

/// Whether `value` is what an example expects: the same text, or a number within `<from..to>`.
pub fn fits(expected: &str, value: &str) -> bool {
    let range = expected.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    match range.and_then(|range| range.split_once("..")) {
        Some((from, to)) => {
            let number = |text: &str| text.parse::<f64>().unwrap();
            (number(from)..number(to)).contains(&number(value))
        }
        None => expected == value,
    }
}

/// `yes`, `no`, `open`.
pub fn decision(text: &str) -> Option<bool> {
    match text {
        "yes" => Some(true),
        "no" => Some(false),
        "open" => None,
        other => panic!("{other} is no decision"),
    }
}

/// The other way round.
pub fn decision_text(decision: Option<bool>) -> &'static str {
    match decision {
        Some(true) => "yes",
        Some(false) => "no",
        None => "open",
    }
}

/// Keys and values of a context, in order.
pub fn entries_of(dsc: &Dsc) -> Vec<(String, String)> {
    let text = |text: &str| percent::decode(text).unwrap();
    let members =
        dsc.members().map(|member| member.strip_prefix("sentry-").unwrap().split_once('=').unwrap());
    members.map(|(key, value)| (text(key), text(value))).collect()
}

/// The context that holds these.
pub fn dsc_of<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Dsc {
    let mut dsc = Dsc::default();
    entries.into_iter().for_each(|(key, value)| dsc.set(key, value));
    dsc
}

/// `none` means that there is no value.
pub fn optional(text: &str) -> Option<&str> {
    (text != "none").then_some(text)
}

fn example(file: &str, line: usize, text: &str) -> Example {
    let text = expand(text);
    let (input, expected) = text.split_once(" => ").unwrap_or_else(|| panic!("{file}:{line}: no arrow"));
    let columns = |text: &str| text.split(" | ").map(|column| unescape(column.trim_matches(' '))).collect();
    Example { file: file.to_owned(), line, input: columns(input), expected: columns(expected) }
}

/// `{T}`, `{S}`, `{}` and `{text*count}`.
fn expand(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (inner, after) = after.split_once('}').expect("a brace is not closed");
        out.push_str(before);
        match inner {
            "T" => out.push_str(TRACE),
            "S" => out.push_str(SPAN),
            "" => {}
            _ => {
                let (text, count) = inner.rsplit_once('*').expect("braces hold T, S or text*count");
                out.push_str(&text.repeat(count.parse().expect("a count")));
            }
        }
        rest = after;
    }
    out + rest
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        out.push(match (character, character == '\\') {
            (other, false) => other,
            (_, true) => match characters.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some('0') => '\0',
                Some('s') => ' ',
                Some('\\') => '\\',
                other => panic!("unknown escape {other:?} in {text}"),
            },
        });
    }
    out
}

/// A text with its ends only, if it is long.
fn shown(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() <= 300 {
        return format!("{text:?}");
    }
    let part = |part: &[char]| part.iter().collect::<String>();
    let (begin, end) = (part(&characters[..100]), part(&characters[characters.len() - 100..]));
    format!("{begin:?} … {end:?} ({} characters)", characters.len())
}

#[test]
fn the_notation_is_read_as_the_readme_says() {
    let read = example("file", 7, r"{a,*2}b |  \sx\n\\{} => {S} | {}");
    assert_eq!(read.input, ["a,a,b", " x\n\\"]);
    assert_eq!(read.expected, [SPAN, ""]);
    assert_eq!(read.to_string(), "tests/vectors/file:7");
    assert!(fits("<0.2..1>", "0.2") && !fits("<0.2..1>", "1") && fits("1", "1") && !fits("1", "2"));
}
