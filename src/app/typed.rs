//! Attributes with their types, as version 2 of the item type `span` wants them.
//!
//! ```text
//! { "name": { "value": 1.5, "type": "double" }, … }
//! ```

use crate::app::attributes::Attributes;
use crate::codec::json::{Object, write_string};
use crate::codec::text::{from, has};

/// Writes values with their types. What has no type (`null`, objects) is left out.
pub fn write_attributes(out: &mut String, attributes: &Attributes) {
    let mut members = Object::open(out);
    for (name, value) in attributes.pairs() {
        if let Some(kind) = type_of(value) {
            // The name is escaped already.
            write_value(members.member(name), value, kind);
        }
    }
    members.close();
}

/// An attribute with a string, as [`write_attributes`] writes it.
pub fn string_attribute(name: &str, value: &str) -> String {
    let (mut out, mut text) = (String::new(), String::new());
    write_string(&mut text, value);
    write_string(&mut out, name);
    out.push(':');
    write_value(&mut out, &text, "string");
    out
}

fn write_value(out: &mut String, value: &str, kind: &str) {
    let mut object = Object::open(out);
    object.raw("value", value);
    object.string("type", kind);
    object.close();
}

/// The type of a JSON value, as the reference tells it of the JavaScript value.
fn type_of(value: &str) -> Option<&'static str> {
    Some(match value.bytes().next()? {
        b'"' => "string",
        b't' | b'f' => "boolean",
        b'[' => "array",
        b'-' | b'0'..=b'9' => {
            match (has(value, b'.'), value.bytes().position(|byte| matches!(byte, b'e' | b'E'))) {
                (false, None) => "integer",
                // JavaScript prints an exponent from 1e21 on, where every number is whole, and below 1e-6.
                (_, Some(at)) if !from(value, at + 1).starts_with('-') => "integer",
                _ => "double",
            }
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::json::Json;

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
    fn what_has_no_type_is_left_out() {
        let mut attributes = Attributes::default();
        attributes.set("gone", Json::literal("null"));
        attributes.set_string("a\"", "1");
        attributes.set("b", Json::literal("{\"c\":1}"));
        attributes.set("d", Json::integer(2));
        let mut out = String::new();
        write_attributes(&mut out, &attributes);
        assert_eq!(out, r#"{"a\"":{"value":"1","type":"string"},"d":{"value":2,"type":"integer"}}"#);
        assert!(out.contains(&string_attribute("a\"", "1")));
    }
}
