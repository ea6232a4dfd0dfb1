//! Envelopes: a header line, then per item a header line and a payload line, all JSON.

use crate::json::Object;
use crate::trace::id::TraceId;
use crate::trace::settings::Settings;
use crate::trace::span::{Kind, Span};
use crate::trace::store::{MAX_CHILDREN, SpanKey, SpanStore};
use crate::trace::time::Timestamp;
use crate::trace::tracer::FinishedTrace;

/// Our name on the wire.
pub const SDK_NAME: &str = "throughline.browser";
/// Our version on the wire.
pub const SDK_VERSION: &str = env!("CARGO_PKG_VERSION");
/// The npm package that a transaction names as its sender.
const PACKAGE_NAME: &str = "npm:throughline";
/// The reference's name for a transaction without one.
const UNLABELED: &str = "<unlabeled transaction>";

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

/// Writes a root with its finished children as a transaction envelope. `None` if the store has let go of
/// the root.
pub fn transaction(
    finished: &FinishedTrace,
    store: &SpanStore,
    settings: &Settings,
    sender: &Sender,
    event_id: TraceId,
    sent_at: Timestamp,
) -> Option<String> {
    let (span, root) = (store.get(finished.root)?, store.root(finished.root)?);
    let event_id = event_id.hex();
    let mut out = String::with_capacity(1024 + 512 * root.children.len());

    let mut header = Object::open(&mut out);
    header.string("event_id", &event_id);
    header.string("sent_at", &sent_at.iso8601());
    write_sdk(header.member("sdk"), None);
    if let Some(dsn) = &sender.tunnelled_dsn {
        header.string("dsn", dsn);
    }
    finished.dsc.write_json(header.member("trace"));
    header.close();

    out.push_str("\n{\"type\":\"transaction\"}\n");

    let mut event = Object::open(&mut out);
    event.string("type", "transaction");
    event.string("event_id", &event_id);
    event.string("platform", "javascript");
    event.string("transaction", if span.name.is_empty() { UNLABELED } else { &span.name });
    if let Some(source) = span.name_source() {
        let mut info = Object::open(event.member("transaction_info"));
        info.string("source", source);
        info.close();
    }
    span.start.write_seconds(event.member("start_timestamp"));
    span.end.unwrap_or(span.start).write_seconds(event.member("timestamp"));
    write_contexts(event.member("contexts"), span);
    write_spans(event.member("spans"), store, finished.root);
    if !settings.release.is_empty() {
        event.string("release", &settings.release);
    }
    event.string("environment", &settings.environment);
    write_request(event.member("request"), &sender.page);
    write_sdk(event.member("sdk"), Some(sender));
    event.close();
    Some(out)
}

fn write_contexts(out: &mut String, span: &Span) {
    let mut contexts = Object::open(out);
    let mut trace = Object::open(contexts.member("trace"));
    span.write_trace_fields(&mut trace);
    span.attributes.write_json(trace.member("data"));
    trace.close();
    contexts.close();
}

/// The finished descendants that began first; what still runs, and what an idle root discarded, is left out.
fn write_spans(out: &mut String, store: &SpanStore, root: SpanKey) {
    let sent = |child: &&Span| child.end.is_some() && child.kind == Kind::Child;
    let children = store.children(root).map(|(_, child)| child).filter(sent);
    out.push('[');
    for (index, child) in children.take(MAX_CHILDREN).enumerate() {
        if index > 0 {
            out.push(',');
        }
        child.write_static_json(out);
    }
    out.push(']');
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
        let integrations = sdk.member("integrations");
        integrations.push('[');
        for (index, name) in sender.integrations.iter().enumerate() {
            if index > 0 {
                integrations.push(',');
            }
            crate::json::write_string(integrations, name);
        }
        integrations.push(']');
        let packages = sdk.member("packages");
        packages.push('[');
        let mut package = Object::open(packages);
        package.string("name", PACKAGE_NAME);
        package.string("version", SDK_VERSION);
        package.close();
        packages.push(']');
        // The reference's default: the server may take the visitor's address from the connection.
        let mut settings = Object::open(sdk.member("settings"));
        settings.string("infer_ip", "auto");
        settings.close();
    }
    sdk.close();
}
