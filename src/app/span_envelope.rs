//! Envelopes of spans that are not part of a transaction (version 2 of the item type `span`), and what every
//! such span says.

use crate::app::attributes::{Attributes, attribute};
use crate::app::envelope::{SDK_NAME, SDK_VERSION, Sender, open_header};
use crate::app::settings::Settings;
use crate::app::span::{Kind, Span};
use crate::app::typed;
use crate::codec::dsc::Dsc;
use crate::codec::json::{Json, Object, write_list, write_string};
use crate::codec::time::Timestamp;
use crate::codec::url::Url;

/// A span as an item: in the streamed shape, with what every span says. `segment` is its root, or itself. The attributes of
/// the span itself win, and then `defaults`.
pub fn item(
    span: &Span,
    segment: &Span,
    defaults: &Attributes,
    settings: &Settings,
    sender: &Sender,
) -> String {
    let mut attributes = span.streamed_attributes();
    attributes.remove(attribute::CUSTOM_NAME);
    attributes.set_defaults(defaults);
    for (name, value) in [
        ("sentry.trace_lifecycle", "stream"),
        (attribute::SEGMENT_NAME, &segment.name),
        ("sentry.segment.id", &segment.span_id.hex()),
        ("sentry.sdk.name", SDK_NAME),
        ("sentry.sdk.version", SDK_VERSION),
        ("sentry.release", &settings.release),
        ("sentry.environment", &settings.environment),
        ("user_agent.original", &sender.page.user_agent),
    ] {
        // A segment without a name may get one while it waits.
        if !value.is_empty() || name == attribute::SEGMENT_NAME {
            attributes.set_default(name, Json::string(value));
        }
    }
    if let Some(page) = Url::split(&sender.page.url) {
        attributes.set_default("sentry.is_localhost", Json::boolean(is_localhost(&page)));
    }
    if span.kind == Kind::Root {
        let mut set_list = |name: &str, list: Option<Json>| {
            if let Some(list) = list {
                attributes.set_default(name, list);
            }
        };
        set_list("sentry.sdk.integrations", list(&sender.integrations));
        set_list("http.request.header.referer", list(std::slice::from_ref(&sender.page.referrer)));
        // The span of a request names the URL of the request.
        if attributes.text(attribute::OP) != Some("http.client") && !sender.page.url.is_empty() {
            attributes.set_default("url.full", Json::string(&sender.page.url));
        }
    }
    span.to_streamed_json(&attributes, typed::write_attributes)
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
    write_items(&mut out, items);
    out
}

/// The item of an envelope that holds many of its kind.
fn write_items(out: &mut String, items: &[String]) {
    out.push('\n');
    let mut item = Object::open(out);
    item.string("type", "span");
    item.raw("item_count", Json::integer(items.len() as i64).as_str());
    item.string("content_type", "application/vnd.sentry.items.span.v2+json");
    item.close();
    out.push('\n');
    let mut payload = Object::open(out);
    payload.raw("version", "2");
    payload.raw("ingest_settings", r#"{"infer_ip":"auto","infer_user_agent":"auto"}"#);
    write_list(payload.member("items"), items, |out, item| out.push_str(item));
    payload.close();
}

/// Whether a page is on the developer's own machine, by the rule with which servers filter such pages out.
fn is_localhost(page: &Url<'_>) -> bool {
    page.scheme == "file"
        || matches!(page.host, "localhost" | "127.0.0.1" | "[::1]")
        || page.host.ends_with(".localhost")
}

/// A list of the texts that are not empty, if there is one.
fn list(texts: &[String]) -> Option<Json> {
    let texts = texts.iter().filter(|text| !text.is_empty());
    let mut out = String::new();
    write_list(&mut out, texts, |out, text| write_string(out, text));
    Json::raw(out).filter(|list| list.as_str() != "[]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_pages_of_a_developer() {
        for (href, expected) in [
            ("http://localhost:8080/", true),
            ("http://app.localhost/", true),
            ("http://127.0.0.1/", true),
            ("http://[::1]:3000/", true),
            ("file:/index.html", true),
            ("https://localhost.test/", false),
            ("https://notlocalhost/", false),
            ("https://shop.test/?localhost", false),
        ] {
            assert_eq!(Url::split(href).map(|url| is_localhost(&url)), Some(expected), "{href}");
        }
    }
}
