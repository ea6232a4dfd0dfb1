//! Envelopes: a header line, then per item a header line and a payload line, all JSON.

use crate::app::settings::Settings;
use crate::app::span::Span;
use crate::app::span_json::Family;
use crate::app::span_key::SpanKey;
use crate::app::store::{MAX_CHILDREN, SpanStore};
use crate::codec::json::{Object, write_list, write_string};
use crate::codec::time::Timestamp;

/// Our name on the wire.
pub const SDK_NAME: &str = "throughline.rust";
/// Our version on the wire.
pub const SDK_VERSION: &str = env!("CARGO_PKG_VERSION");
/// The package that a transaction names as its sender.
const PACKAGE_NAME: &str = "cargo:throughline";
/// What applications in Rust call themselves, as the `sentry` crate does it: `rust` is no platform that servers know.
const PLATFORM: &str = "native";
/// The reference's name for a transaction without one.
pub const UNLABELED: &str = "<unlabeled transaction>";

/// What an event says about the page it comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Its address, without credentials.
    pub url: String,
    /// Where its visitor came from; may be empty.
    pub referrer: String,
    /// The browser's name for itself; may be empty.
    pub user_agent: String,
}

/// What every envelope of a page has in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// The DSN's text form, if the envelope goes through a tunnel: the tunnel reads it from the header.
    pub tunnelled_dsn: Option<String>,
    /// The page.
    pub page: Page,
    /// The integrations in use.
    pub integrations: Vec<String>,
}

/// What a transaction says beside what we know: members of JSON objects, without the braces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extra {
    /// Members of the event.
    pub event: String,
    /// Members of its `contexts`.
    pub contexts: String,
}

/// An event with its dynamic sampling context, both as JSON: what a host makes an envelope of that sends by
/// itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transaction {
    /// The id of the event.
    pub event_id: String,
    /// The dynamic sampling context.
    pub dsc: String,
    /// The event.
    pub event: String,
}

/// Writes a root with its finished children as the event of a transaction, behind what stands there. `None` if the
/// store has let go of the root. `extra` is what only the host knows.
pub fn write_transaction(
    out: &mut String,
    root: SpanKey,
    store: &SpanStore,
    settings: &Settings,
    sender: &Sender,
    event_id: &str,
    extra: &Extra,
) -> Option<()> {
    let (span, record) = (store.get(root)?, store.root(root)?);
    out.reserve(1024 + 512 * record.children.len());
    let mut event = Object::open(out);
    event.string("type", "transaction");
    event.string("event_id", event_id);
    event.string("platform", PLATFORM);
    event.string("transaction", &span.name);
    if let Some(source) = span.name_source().filter(|source| !source.is_empty()) {
        let mut info = Object::open(event.member("transaction_info"));
        info.string("source", source);
        info.close();
    }
    span.start.write_seconds(event.member("start_timestamp"));
    span.end.unwrap_or(span.start).write_seconds(event.member("timestamp"));
    write_contexts(event.member("contexts"), span, &extra.contexts);
    write_spans(event.member("spans"), store, root);
    if !span.measurements.is_empty() {
        span.measurements.write_json(event.member("measurements"));
    }
    for (name, value) in
        [("release", &settings.release), ("environment", &settings.environment), ("dist", &settings.dist)]
    {
        if !value.is_empty() {
            event.string(name, value);
        }
    }
    write_request(event.member("request"), &sender.page);
    write_sdk(event.member("sdk"), Some(sender));
    event.splice(&extra.event);
    event.close();
    Some(())
}

/// Begins an envelope: what stands before the event, which is written right behind, so that it is never copied.
pub fn open_transaction(event_id: &str, dsc: &str, sender: &Sender, sent_at: Timestamp) -> String {
    let mut out = String::new();
    let mut header = open_header(&mut out, sender, sent_at);
    header.string("event_id", event_id);
    header.raw("trace", dsc);
    header.close();
    out.push_str("\n{\"type\":\"transaction\"}\n");
    out
}

/// Opens the header of an envelope with what all of them say.
pub(super) fn open_header<'a>(out: &'a mut String, sender: &Sender, sent_at: Timestamp) -> Object<'a> {
    let mut header = Object::open(out);
    header.string("sent_at", &sent_at.iso8601());
    write_sdk(header.member("sdk"), None);
    if let Some(dsn) = &sender.tunnelled_dsn {
        header.string("dsn", dsn);
    }
    header
}

fn write_contexts(out: &mut String, span: &Span, extra: &str) {
    let mut contexts = Object::open(out);
    let out = contexts.member("trace");
    out.push('{');
    span.write_trace_fields(out, None);
    out.push_str(",\"data\":");
    span.attributes.write_json(out);
    out.push('}');
    contexts.splice(extra);
    contexts.close();
}

/// The finished descendants that began first.
fn write_spans(out: &mut String, store: &SpanStore, root: SpanKey) {
    let family = store.get(root).map(Family::of);
    // What still runs, and what an idle root discarded, is left out.
    let sent = store.children(root).map(|(_, child)| child).filter(|child| child.is_sent_with_root());
    write_list(out, sent.take(MAX_CHILDREN), |out, child| child.write_static_json(out, family.as_ref()));
}

fn write_request(out: &mut String, page: &Page) {
    let mut request = Object::open(out);
    request.string("url", &page.url);
    let mut headers = Object::open(request.member("headers"));
    for (name, value) in [("User-Agent", &page.user_agent), ("Referer", &page.referrer)] {
        if !value.is_empty() {
            headers.string(name, value);
        }
    }
    headers.close();
    request.close();
}

/// Name and version; in a payload also packages and integrations.
fn write_sdk(out: &mut String, payload: Option<&Sender>) {
    let mut sdk = Object::open(out);
    sdk.string("name", SDK_NAME);
    sdk.string("version", SDK_VERSION);
    if let Some(sender) = payload {
        write_integrations(sdk.member("integrations"), sender);
        write_list(sdk.member("packages"), [PACKAGE_NAME], |out, name| {
            let mut package = Object::open(out);
            package.string("name", name);
            package.string("version", SDK_VERSION);
            package.close();
        });
        // The reference's default: the server may take the visitor's address from the connection.
        let mut settings = Object::open(sdk.member("settings"));
        settings.string("infer_ip", "auto");
        settings.close();
    }
    sdk.close();
}

/// The names of the integrations as a JSON array.
fn write_integrations(out: &mut String, sender: &Sender) {
    write_list(out, &sender.integrations, |out, name| write_string(out, name));
}
