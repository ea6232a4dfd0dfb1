//! Attributes with their types, as version 2 of the item type `span` wants them.
//!
//! Types are told from the JSON text itself, so that nothing has to be parsed that came from
//! `JSON.stringify` anyway. The texts hold no blanks between their tokens.

use crate::json::Object;
use crate::text;

/// The name of the member that holds attributes, of a span and of a link.
const ATTRIBUTES: &str = "\"attributes\"";
/// The name of the member that holds links.
const LINKS: &str = "\"links\"";

/// A span in the streamed shape with typed attributes, and its links likewise. `None` for what is no object,
/// or holds a line break, which would end an envelope item early.
pub fn span(json: &str) -> Option<String> {
    if !json.starts_with("{") || !json.ends_with("}") || json.bytes().any(|byte| byte < 0x20) {
        return None;
    }
    // Each attribute grows by its type.
    let mut out = String::with_capacity(json.len() * 2);
    write_object(&mut out, json, |out, links| {
        // Links have none of their own: how deep an object is, is the page's to choose, and the stack is small.
        let plain = |out: &mut String, value: &str| out.push_str(value);
        crate::json::write_list(out, elements(links), |out, link| write_object(out, link, plain));
    });
    Some(out)
}

/// An attribute with a string, as [`span`] writes it.
pub fn string_attribute(name: &str, value: &str) -> String {
    let mut out = String::new();
    crate::json::write_string(&mut out, name);
    out.push(':');
    let mut object = Object::open(&mut out);
    object.string("value", value);
    object.string("type", "string");
    object.close();
    out
}

/// An object with typed attributes, and with its links as `write_links` writes them. Its other members go as they are.
fn write_object(out: &mut String, json: &str, write_links: impl Fn(&mut String, &str)) {
    out.push('{');
    for (index, (name, value)) in members(json).enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str(name);
        out.push(':');
        match name {
            ATTRIBUTES => write_attributes(out, value),
            LINKS => write_links(out, value),
            _ => out.push_str(value),
        }
    }
    out.push('}');
}

/// Values with their types. What has no type (`null`, objects) is left out.
fn write_attributes(out: &mut String, json: &str) {
    let typed = members(json).filter_map(|(name, value)| {
        let (value, unit) = unwrapped(value);
        Some((name, value, type_of(value)?, unit))
    });
    out.push('{');
    for (index, (name, value, kind, unit)) in typed.enumerate() {
        if index > 0 {
            out.push(',');
        }
        // It is a JSON string already.
        out.push_str(name);
        out.push(':');
        let mut object = Object::open(out);
        object.raw("value", value);
        object.string("type", kind);
        if let Some(unit) = unit {
            object.raw("unit", unit);
        }
        object.close();
    }
    out.push('}');
}

/// Value and unit of an object that holds them; anything else is a value.
fn unwrapped(value: &str) -> (&str, Option<&str>) {
    let member = |wanted: &str| members(value).find(|(name, _)| *name == wanted).map(|(_, value)| value);
    let unit = || member("\"unit\"").filter(|unit| unit.starts_with("\"") && *unit != "\"\"");
    member("\"value\"").map_or((value, None), |inner| (inner, unit()))
}

/// The type of a JSON value, as the reference tells it of the JavaScript value.
fn type_of(value: &str) -> Option<&'static str> {
    Some(match value.bytes().next()? {
        b'"' => "string",
        b't' | b'f' => "boolean",
        b'[' => "array",
        b'-' | b'0'..=b'9' => {
            match (text::has(value, b'.'), value.bytes().position(|byte| matches!(byte, b'e' | b'E'))) {
                (false, None) => "integer",
                // JavaScript prints an exponent from 1e21 on, where every number is whole, and below 1e-6.
                (_, Some(at)) if value.get(at + 1..).is_some_and(|rest| !rest.starts_with("-")) => "integer",
                _ => "double",
            }
        }
        _ => return None,
    })
}

/// Names (with their quotes) and values of an object without blanks, as `JSON.stringify` writes it.
fn members(object: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = object.strip_prefix("{").and_then(|rest| rest.strip_suffix("}")).unwrap_or_default();
    std::iter::from_fn(move || {
        let (member, after) = split_at_top_level(rest, b',');
        rest = after;
        let (name, value) = split_at_top_level(member, b':');
        (!value.is_empty()).then_some((name, value))
    })
}

/// The elements of a list without blanks.
fn elements(list: &str) -> impl Iterator<Item = &str> {
    let mut rest = list.strip_prefix("[").and_then(|rest| rest.strip_suffix("]")).unwrap_or_default();
    std::iter::from_fn(move || {
        let (element, after) = split_at_top_level(rest, b',');
        rest = after;
        (!element.is_empty()).then_some(element)
    })
}

/// Splits at the first delimiter that stands in no string, array or object.
fn split_at_top_level(text: &str, delimiter: u8) -> (&str, &str) {
    let (mut depth, mut quoted, mut escaped) = (0i32, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ if byte == delimiter && depth == 0 => {
                return (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
            }
            _ => {}
        }
    }
    (text, "")
}

// Natively only: `serde_json` is no dependency of the other target.
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn tells_the_type_of_a_value_as_javascript_would() {
        for (value, kind) in [
            ("\"a\"", Some("string")),
            ("true", Some("boolean")),
            ("false", Some("boolean")),
            ("[1,2]", Some("array")),
            ("0", Some("integer")),
            ("-7", Some("integer")),
            ("1.5", Some("double")),
            ("-0.25", Some("double")),
            ("1e-7", Some("double")),
            ("1.5e-7", Some("double")),
            ("1e+21", Some("integer")),
            ("1.7976931348623157e+308", Some("integer")),
            ("null", None),
            ("{\"a\":1}", None),
            ("", None),
        ] {
            assert_eq!(type_of(value), kind, "{value}");
        }
    }

    #[test]
    fn the_attributes_of_a_link_are_typed_and_the_rest_stays() {
        let link = r#"{"span_id":"s","trace_id":"t","sampled":true,"attributes":{"a,\"b":"x:{,\\","n":1.5,"o":{"p":1},"l":["]"]}}"#;
        let json = ["{\"links\":[", link, ",{}],\"name\":\"n\"}"].concat();
        let read: serde_json::Value = serde_json::from_str(&span(&json).unwrap()).unwrap();
        assert_eq!(read["name"], "n");
        assert_eq!(read["links"][1], serde_json::json!({}));
        assert_eq!(
            read["links"][0],
            serde_json::json!({ "span_id": "s", "trace_id": "t", "sampled": true, "attributes": {
                "a,\"b": { "value": "x:{,\\", "type": "string" },
                "n": { "value": 1.5, "type": "double" },
                "l": { "value": ["]"], "type": "array" },
            } })
        );
    }

    #[test]
    fn the_links_of_a_link_stay_however_deep_they_are() {
        let deep = (0..10_000)
            .fold(r#"{"attributes":{"a":1}}"#.to_owned(), |inner, _| ["{\"links\":[", &inner, "]}"].concat());
        let json = ["{\"links\":[", &deep, "]}"].concat();
        assert_eq!(span(&json).as_deref(), Some(json.as_str()));
    }

    #[test]
    fn a_value_with_a_unit_is_unwrapped() {
        let json =
            r#"{"attributes":{"a":{"value":1.5,"unit":"ms"},"b":{"unit":7,"value":"x"},"c":{"value":null}}}"#;
        let read: serde_json::Value = serde_json::from_str(&span(json).unwrap()).unwrap();
        assert_eq!(
            read["attributes"],
            serde_json::json!({
                "a": { "value": 1.5, "type": "double", "unit": "ms" },
                "b": { "value": "x", "type": "string" },
            })
        );
    }

    #[test]
    fn what_would_break_an_envelope_is_refused() {
        for json in ["", "[]", "null", "{\n}", "{", "\"{}\""] {
            assert_eq!(span(json), None, "{json}");
        }
        assert_eq!(span("{}").as_deref(), Some("{}"));
    }

    #[test]
    fn what_is_no_object_has_no_members() {
        for text in ["", "{}", "[1]", "{", "}", "{\"a\"}", "\"{\"", "{\"a\":}"] {
            assert_eq!(members(text).count(), 0, "{text}");
        }
    }
}
