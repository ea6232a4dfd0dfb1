//! What the browser measured by itself, the entries of its performance timeline, as finished spans of a root.
//!
//! <https://www.w3.org/TR/navigation-timing-2/>, <https://www.w3.org/TR/resource-timing/>,
//! <https://www.w3.org/TR/paint-timing/>, <https://www.w3.org/TR/user-timing/>.
//!
//! How an entry reads is in `entry.rs`.

use crate::app::attributes::{Attributes, attribute};
use crate::app::entry::{Entry, FIELDS, field};
use crate::codec::json::Json;
use crate::codec::text;
use crate::codec::time::Timestamp;
use crate::codec::url::Url;
use crate::decide::redaction::recordable;

/// Operation of a phase of the page load, its name in stream mode, and the fields between which it ran.
const PHASES: [(&str, &str, usize, usize); 10] = [
    ("unload_event", "Unload event", field::UNLOAD_START, field::UNLOAD_END),
    ("redirect", "Redirect", field::REDIRECT_START, field::REDIRECT_END),
    (
        "dom_content_loaded_event",
        "DOMContentLoaded event",
        field::CONTENT_LOADED_START,
        field::CONTENT_LOADED_END,
    ),
    ("load_event", "Load event", field::LOAD_START, field::LOAD_END),
    ("connect", "Connect", field::CONNECT_START, field::CONNECT_END),
    ("tls_ssl", "TLS handshake", field::TLS_START, field::CONNECT_END),
    ("cache", "Cache lookup", field::FETCH_START, field::DNS_START),
    ("dns", "DNS lookup", field::DNS_START, field::DNS_END),
    ("request", "Request", field::REQUEST_START, field::RESPONSE_END),
    ("response", "Response", field::RESPONSE_START, field::RESPONSE_END),
];

/// The attributes `http.request.…` of the fields from [`field::REDIRECT_START`] on.
const TIMINGS: [&str; 12] = [
    "redirect_start",
    "redirect_end",
    "worker_start",
    "fetch_start",
    "domain_lookup_start",
    "domain_lookup_end",
    "connect_start",
    "secure_connection_start",
    "connection_end",
    "request_start",
    "response_start",
    "response_end",
];

/// The attributes of the fields from [`field::STATUS`] on.
const RESPONSE: [&str; 6] = [
    "http.response.status_code",
    "http.response.size",
    "http.response.body.size",
    "http.response.body.decoded_size",
    "resource.render_blocking_status",
    "http.response_delivery_type",
];

/// No number of this size or above is recorded: the server keeps 32 bits.
const TOO_LARGE: i64 = 2_147_483_647;

/// Whether anything but the phases of a page load is ever asked about: what else is read is else left out of the module.
const READS_ALL: bool = cfg!(any(feature = "vitals", feature = "__internals", not(target_arch = "wasm32")));

const UI: &str = "auto.ui.browser.metrics";
const RESOURCE: &str = "auto.resource.browser.metrics";

/// A span that was measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// What it is called.
    pub name: String,
    /// What is known about it.
    pub attributes: Attributes,
    /// When it began.
    pub start: Timestamp,
    /// When it ended, not before it began.
    pub end: Timestamp,
}

/// What is known of the root that takes the entries, and of its page.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The time origin of the page.
    pub origin: Timestamp,
    /// The page's address, or its origin.
    pub page: &'a str,
    /// Operations of resources that get no span, between tabs.
    pub ignored: &'a str,
    /// Further parameters that are recorded of no URL, see [`recordable`].
    pub sensitive: &'a str,
    /// Whether spans are sent by themselves: their names then group them.
    pub streams: bool,
    /// When the root began, if what began before does not belong to it.
    pub not_before: Option<Timestamp>,
}

impl Reading<'_> {
    /// The spans of an entry: many for the load of the page, none for what is not recorded.
    pub fn spans(&self, line: &str) -> Vec<Measured> {
        let entry = Entry(line);
        let Some(from) = entry.number(field::START) else { return Vec::new() };
        let start = self.at(from);
        if self.not_before.is_some_and(|earliest| start < earliest) {
            return Vec::new();
        }
        // Browsers have been seen to tell negative durations.
        let end = self.at(from.saturating_add(entry.number(field::DURATION).unwrap_or_default().max(0)));
        match entry.kind() {
            "navigation" => self.phases(entry),
            _ if !READS_ALL => Vec::new(),
            "resource" => self.resource(entry, start, end).into_iter().collect(),
            "mark" | "measure" => self.user_timing(entry, start, end).into_iter().collect(),
            "paint" => {
                let mut attributes = described("browser.paint", RESOURCE);
                attributes.set_string("browser.paint.type", entry.name());
                vec![Measured { name: entry.name().to_owned(), attributes, start, end }]
            }
            _ => Vec::new(),
        }
    }

    /// What a line says about the span itself: that of type `device` about the device and its connection, with the
    /// round-trip time where that is a measurement; that of type `request` about the timings of the span's request.
    pub fn attributes(&self, line: &str) -> Option<(Attributes, Option<Json>)> {
        let entry = Entry(line);
        let mut attributes = Attributes::default();
        match entry.kind() {
            _ if !READS_ALL => return None,
            "device" => {}
            "request" => {
                self.timings(entry, &mut attributes);
                return Some((attributes, None));
            }
            _ => return None,
        }
        let names = if self.streams {
            ["network.connection.effective_type", "network.connection.type"]
        } else {
            ["effectiveConnectionType", "connectionType"]
        };
        for (name, field) in names.into_iter().zip(field::EFFECTIVE_TYPE..=field::CONNECTION_TYPE) {
            if let Some(text) = entry.text(field).filter(|text| !text.is_empty()) {
                attributes.set_string(name, text);
            }
        }
        let number = |field: usize| entry.number(field).map(Json::thousandths);
        let (memory, processors) = (number(field::MEMORY), number(field::PROCESSORS));
        let mut round_trip = number(field::ROUND_TRIP);
        if self.streams {
            let numbers = [
                ("device.memory.estimated_capacity", memory),
                ("device.processor_count", processors),
                ("network.connection.rtt", round_trip.take()),
            ];
            for (name, number) in numbers {
                if let Some(number) = number {
                    attributes.set(name, number);
                }
            }
        } else {
            if let Some(memory) = memory {
                attributes.set_string("deviceMemory", &text::concat(&[memory.as_str(), " GB"]));
            }
            if let Some(processors) = processors {
                attributes.set_string("hardwareConcurrency", processors.as_str());
            }
        }
        Some((attributes, round_trip))
    }

    /// So many microseconds after the page began.
    fn at(&self, micros: i64) -> Timestamp {
        Timestamp::from_micros(self.origin.as_micros().saturating_add_signed(micros))
    }

    #[inline(never)]
    fn phases(&self, entry: Entry<'_>) -> Vec<Measured> {
        let url = recorded(entry.name(), self.sensitive);
        let mut phases = Vec::new();
        for (op, streamed_name, from, to) in &PHASES {
            let (from, to) = (*from, *to);
            let (start, end) = (entry.number(from).unwrap_or_default(), entry.number(to).unwrap_or_default());
            // Zero stands for "did not happen, or not yet". A request may have begun with the page.
            if end <= 0 || start <= 0 && to != field::RESPONSE_END {
                continue;
            }
            let mut attributes = described(&text::concat(&["browser.", op]), UI);
            attributes.set_string("url.full", &url);
            if from == field::REDIRECT_START
                && let Some(count) = entry.number(field::REDIRECT_COUNT)
            {
                attributes.set("http.redirect_count", Json::thousandths(count));
            }
            let name = text::owned(if self.streams { streamed_name } else { &url });
            let start = self.at(start);
            phases.push(Measured { name, attributes, start, end: self.at(end).max(start) });
        }
        phases
    }

    fn resource(&self, entry: Entry<'_>, start: Timestamp, end: Timestamp) -> Option<Measured> {
        let initiator = match entry.text(field::INITIATOR) {
            // These have spans of their own.
            Some("fetch" | "xmlhttprequest") => return None,
            None | Some("") => "other",
            Some(initiator) => initiator,
        };
        let op = text::concat(&["resource.", initiator]);
        if text::items(self.ignored, b'\t').any(|ignored| ignored == op) {
            return None;
        }
        let mut attributes = described(&op, RESOURCE);
        let mut name = entry.name().to_owned();
        let mut same_origin = false;
        if let Some(url) = Url::split(entry.name()) {
            attributes.set_string("url.scheme", url.scheme);
            name = recorded(entry.name(), self.sensitive);
            if !url.host.is_empty() {
                let mut address = String::new();
                url.write_host_and_port(&mut address);
                attributes.set_string("server.address", &address);
                attributes.set_string("url.domain", url.host);
            }
            attributes.set_string("url.full", &name);
            same_origin = Url::split(self.page).is_some_and(|page| url.same_origin(&page));
            if self.streams {
                name = if url.host.is_empty() { "Resource" } else { url.host }.to_owned();
            } else if same_origin {
                let after_scheme = text::after(text::behind(&name, b'/'), "/").unwrap_or_default();
                let path = text::find(after_scheme, b'/').and_then(|path| after_scheme.get(path..));
                name = path.unwrap_or(&name).to_owned();
            }
        }
        attributes.set("http.request.same_origin", Json::boolean(same_origin));
        for (name, field) in RESPONSE.into_iter().zip(field::STATUS..) {
            if let Some(number) = entry.number(field).filter(|number| number / 1000 < TOO_LARGE) {
                attributes.set(name, Json::thousandths(number));
            } else if let Some(text) = entry.text(field) {
                attributes.set_string(name, text);
            }
        }
        self.timings(entry, &mut attributes);
        Some(Measured { name, attributes, start, end })
    }

    /// When each step of a request happened, in seconds; a step that the browser does not tell keeps its zero.
    fn timings(&self, entry: Entry<'_>, attributes: &mut Attributes) {
        let mut set = |name: &str, seconds: String| {
            if let Some(seconds) = Json::raw(seconds) {
                attributes.set(&text::concat(&["http.request.", name]), seconds);
            }
        };
        for (name, field) in TIMINGS.into_iter().zip(field::REDIRECT_START..) {
            if let Some(micros) = entry.number(field) {
                let at = if micros == 0 { Timestamp::EPOCH } else { self.at(micros) };
                set(name, at.seconds());
            }
        }
        // From the beginning of the page, so that it says how its visitor waited.
        if let Some(micros) = entry.number(field::RESPONSE_START) {
            set("time_to_first_byte", Timestamp::EPOCH.plus_micros(micros.unsigned_abs()).seconds());
        }
        if let Some((name, version)) = entry.text(field::PROTOCOL).map(protocol) {
            attributes.set_string("network.protocol.name", name);
            attributes.set_string("network.protocol.version", version);
        }
    }

    fn user_timing(&self, entry: Entry<'_>, start: Timestamp, end: Timestamp) -> Option<Measured> {
        let kind = entry.kind();
        let mut attributes = described(kind, &text::concat(&["auto.browser.user_timing.", kind]));
        let request = self.at(entry.number(field::REQUEST_START).unwrap_or_default());
        let begins = start.max(request);
        if begins > start {
            attributes.set("sentry.browser.measure_happened_before_request", Json::boolean(true));
            if let Some(seconds) = Json::raw(begins.seconds()) {
                attributes.set("sentry.browser.measure_start_time", seconds);
            }
        }
        let mut details = entry.cells().skip(2 + FIELDS.len());
        while let (Some(name), Some(value)) = (details.next(), details.next()) {
            if let Some(value) = Json::raw(value.to_owned()) {
                attributes.set(name, value);
            }
        }
        (begins <= end).then(|| Measured { name: entry.name().to_owned(), attributes, start: begins, end })
    }
}

/// A URL without what must not leave the page; what is no URL as it is.
fn recorded(href: &str, sensitive: &str) -> String {
    Some(recordable(href, sensitive)).filter(|url| !url.is_empty()).unwrap_or_else(|| href.to_owned())
}

#[inline(never)]
fn described(op: &str, origin: &str) -> Attributes {
    let mut attributes = Attributes::default();
    attributes.set_string(attribute::OP, op);
    attributes.set_string(attribute::ORIGIN, origin);
    attributes
}

/// Name and version of a protocol by its ALPN id (RFC 7301): `http/1.1`, `h2`, `h3`.
fn protocol(alpn: &str) -> (&str, &str) {
    const UNKNOWN: &str = "unknown";
    if let Some((name, version)) = text::cut_once(alpn, b'/') {
        return (name, version);
    }
    match alpn.bytes().position(|byte| byte.is_ascii_digit()).map(|digit| text::split(alpn, digit)) {
        Some(("h", version)) => ("http", version),
        Some((name, version)) => (name, version),
        None if alpn.is_empty() => (UNKNOWN, UNKNOWN),
        None => (alpn, UNKNOWN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_protocols() {
        for (alpn, expected) in [
            ("http/1.1", ("http", "1.1")),
            ("h2", ("http", "2")),
            ("h3", ("http", "3")),
            ("hq-29", ("hq-", "29")),
            ("spdy", ("spdy", "unknown")),
            ("", ("unknown", "unknown")),
        ] {
            assert_eq!(protocol(alpn), expected);
        }
    }
}
