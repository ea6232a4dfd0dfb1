//! Requests, and what is read back of answers.

use std::future::Future;

use http::{HeaderMap, HeaderValue};
use throughline::server::{Incoming, ServerOptions};

pub const TRACE: &str = "771a43a4192642f0b136d5159a501700";
pub const SPAN: &str = "b0e6f15b45c36b12";

/// Headers, with a line for each.
pub fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(*name, HeaderValue::from_bytes(value.as_bytes()).expect("a header may have it"));
    }
    headers
}

/// What headers bring.
pub fn incoming(lines: &[(&'static str, &str)], options: &ServerOptions) -> Incoming {
    Incoming::from_headers(&headers(lines), options)
}

/// The members of baggage that are ours, without the prefix, in order.
pub fn members(incoming: &Incoming) -> Vec<(String, String)> {
    let baggage = incoming.baggage().unwrap_or_default();
    let entries = baggage.split(',').filter_map(|member| member.split_once('='));
    entries.map(|(key, value)| (key.trim_start_matches("sentry-").to_owned(), value.to_owned())).collect()
}

/// One of them.
pub fn member(incoming: &Incoming, key: &str) -> Option<String> {
    members(incoming).into_iter().find(|(name, _)| name == key).map(|(_, value)| value)
}

/// The content of a meta tag, as a browser reads it.
pub fn meta(html: &str, name: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!("<meta name=\"{name}\" content=\""))?;
    let (content, _) = rest.split_once('"')?;
    let read = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    Some(read.iter().fold(content.to_owned(), |content, (written, read)| content.replace(written, read)))
}

/// The description of a metric in `Server-Timing`, as a browser reads it.
pub fn metric(server_timing: &str, name: &str) -> Option<String> {
    let all = format!(", {server_timing}");
    let (_, rest) = all.split_once(&format!(", {name};desc=\""))?;
    rest.split_once('"').map(|(description, _)| description.to_owned())
}

/// Runs a future on this thread.
pub fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("there are threads").block_on(future)
}
