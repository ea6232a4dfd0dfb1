//! Envelopes of spans that are not part of a transaction (version 2 of the item type `span`).
//!
//! Values carry their types here. They are told from the JSON text itself, so that nothing has to be parsed
//! that came from `JSON.stringify` anyway.

use super::envelope::{SDK_NAME, SDK_VERSION, Sender, open_header, write_integrations};
use crate::json::{Json, Object, write_list};
use crate::trace::dsc::Dsc;
use crate::trace::settings::Settings;
use crate::trace::span::{Attributes, Kind, Span, attribute};
use crate::trace::time::Timestamp;

/// A span as an item. `segment` is its root, or itself.
pub fn item(span: &Span, segment: &Span, settings: &Settings, sender: &Sender) -> String {
    let mut attributes = span.streamed_attributes();
    attributes.remove(attribute::CUSTOM_NAME);
    add_common(&mut attributes, span, segment, settings, sender);
    let mut out = String::new();
    let mut object = Object::open(&mut out);
    object.string("name", &span.name);
    span.write_ids(&mut object);
    span.start.write_seconds(object.member("start_timestamp"));
    span.end.unwrap_or(span.start).write_seconds(object.member("end_timestamp"));
    object.raw("is_segment", Json::boolean(span.is_segment()).as_str());
    object.string("status", span.two_valued_status());
    let members = attributes.entries().map(|(name, value)| (name, value.as_str()));
    write_typed(object.member("attributes"), members, crate::json::write_string);
    if !span.links.is_empty() {
        write_list(object.member("links"), &span.links, |out, link| write_link(out, link.as_str()));
    }
    object.close();
    out
}

/// Writes an envelope of items that belong to one trace.
pub fn write(items: &[String], dsc: &Dsc, sender: &Sender, sent_at: Timestamp) -> String {
    let mut out = String::new();
    let mut header = open_header(&mut out, sender, sent_at);
    // The server cannot sample by less.
    if dsc.get("trace_id").is_some() && dsc.get("public_key").is_some() {
        dsc.write_json(header.member("trace"));
    }
    header.close();
    out.push('\n');
    let mut item = Object::open(&mut out);
    item.string("type", "span");
    item.raw("item_count", Json::integer(items.len() as i64).as_str());
    item.string("content_type", "application/vnd.sentry.items.span.v2+json");
    item.close();
    out.push('\n');
    let mut payload = Object::open(&mut out);
    payload.raw("version", "2");
    payload.raw("ingest_settings", r#"{"infer_ip":"auto","infer_user_agent":"auto"}"#);
    write_list(payload.member("items"), items, |out, item| out.push_str(item));
    payload.close();
    out
}

/// What every span says, unless the page has said it already.
fn add_common(
    attributes: &mut Attributes,
    span: &Span,
    segment: &Span,
    settings: &Settings,
    sender: &Sender,
) {
    for (name, value) in [
        ("sentry.trace_lifecycle", "stream"),
        ("sentry.segment.name", &segment.name),
        ("sentry.segment.id", &segment.span_id.hex()),
        ("sentry.sdk.name", SDK_NAME),
        ("sentry.sdk.version", SDK_VERSION),
        ("sentry.release", &settings.release),
        ("sentry.environment", &settings.environment),
    ] {
        if !value.is_empty() {
            attributes.set_default(name, Json::string(value));
        }
    }
    if span.kind == Kind::Root && !sender.integrations.is_empty() {
        let mut names = String::new();
        write_integrations(&mut names, sender);
        attributes.set_default("sentry.sdk.integrations", Json::raw(names).unwrap_or(Json::boolean(false)));
    }
}

/// Writes an object of values with their types. What has no type (`null`, objects) is left out.
fn write_typed<'a>(
    out: &mut String,
    members: impl Iterator<Item = (&'a str, &'a str)>,
    write_name: impl Fn(&mut String, &str),
) {
    let typed = members.filter_map(|(name, value)| Some((name, value, type_of(value)?)));
    out.push('{');
    for (index, (name, value, kind)) in typed.enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_name(out, name);
        out.push(':');
        let mut object = Object::open(out);
        object.raw("value", value);
        object.string("type", kind);
        object.close();
    }
    out.push('}');
}

/// A link with typed attributes. Its other members go as they are.
fn write_link(out: &mut String, link: &str) {
    out.push('{');
    for (index, (name, value)) in members(link).enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str(name);
        out.push(':');
        if name == "\"attributes\"" {
            // These names are JSON strings already.
            write_typed(out, members(value), |out, name| out.push_str(name));
        } else {
            out.push_str(value);
        }
    }
    out.push('}');
}

/// The type of a JSON value, as the reference tells it of the JavaScript value.
fn type_of(value: &str) -> Option<&'static str> {
    Some(match value.bytes().next()? {
        b'"' => "string",
        b't' | b'f' => "boolean",
        b'[' => "array",
        b'-' | b'0'..=b'9' => match (value.contains('.'), value.find(['e', 'E'])) {
            (false, None) => "integer",
            // JavaScript prints an exponent from 1e21 on, where every number is whole, and below 1e-6.
            (_, Some(at)) if value.get(at + 1..).is_some_and(|rest| !rest.starts_with('-')) => "integer",
            _ => "double",
        },
        _ => return None,
    })
}

/// Names (with their quotes) and values of an object without blanks, as `JSON.stringify` writes it.
fn members(object: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = object.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
    std::iter::from_fn(move || {
        let (member, after) = split_at_top_level(rest, b',');
        rest = after;
        let (name, value) = split_at_top_level(member, b':');
        (!value.is_empty()).then_some((name, value))
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
        let mut out = String::new();
        write_link(&mut out, link);
        let read: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(
            read,
            serde_json::json!({ "span_id": "s", "trace_id": "t", "sampled": true, "attributes": {
                "a,\"b": { "value": "x:{,\\", "type": "string" },
                "n": { "value": 1.5, "type": "double" },
                "l": { "value": ["]"], "type": "array" },
            } })
        );
    }

    #[test]
    fn what_is_no_object_has_no_members() {
        for text in ["", "{}", "[1]", "{", "}", "{\"a\"}", "\"{\"", "{\"a\":}"] {
            assert_eq!(members(text).count(), 0, "{text}");
        }
    }
}
