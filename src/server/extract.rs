//! The extractor for handlers of `axum`.

use std::convert::Infallible;

use axum_core::extract::FromRequestParts;
use http::request::Parts;

use super::incoming::Incoming;
use super::options::ServerOptions;

/// The [`Incoming`] of the [`IncomingLayer`](crate::server::IncomingLayer). Without that layer it is read from the request here,
/// with the [`ServerOptions`] among its extensions (`axum::Extension(options)` as a layer), else with the default ones. It
/// never rejects a request, and all handlers and middleware of one request get the same.
///
/// ```
/// use throughline::server::Incoming;
///
/// async fn page(incoming: Incoming) -> String {
///     format!("<!doctype html><html><head>{}</head></html>", incoming.meta_tags())
/// }
/// ```
impl<S: Sync> FromRequestParts<S> for Incoming {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Incoming, Infallible> {
        if let Some(incoming) = parts.extensions.get::<Incoming>() {
            return Ok(incoming.clone());
        }
        let options = parts.extensions.get::<ServerOptions>().cloned().unwrap_or_default();
        let incoming = Incoming::from_parts(parts, &options);
        parts.extensions.insert(incoming.clone());
        Ok(incoming)
    }
}
