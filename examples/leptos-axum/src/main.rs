//! The server. Its spans are recorded by the crate `sentry`, which SENTRY_DSN tells where to send them.

use example_leptos_axum::{App, page};
use leptos::prelude::get_configuration;
use leptos_axum::{LeptosRoutes, file_and_error_handler, generate_route_list};
use sentry::integrations::tower::{NewSentryLayer, SentryHttpLayer};
use throughline::server::{Incoming, IncomingLayer, ServerOptions};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let _sentry = sentry::init(sentry::ClientOptions::new().traces_sample_rate(1.0));
    let incoming = IncomingLayer::new(ServerOptions::default().traces_sample_rate(1.0)).adjust(beside_sentry);
    let options = get_configuration(Some("Cargo.toml"))?.leptos_options;
    let listener = tokio::net::TcpListener::bind(options.site_addr).await?;
    println!("http://{}", listener.local_addr()?);
    let (shell, routes) = (options.clone(), generate_route_list(App));
    let router = axum::Router::new()
        .leptos_routes(&options, routes, move || page(shell.clone()))
        .layer(incoming) // below those that begin sentry's span
        .layer(SentryHttpLayer::new().enable_transaction())
        .layer(NewSentryLayer::new_from_top())
        .fallback(file_and_error_handler(page))
        .with_state(options);
    Ok(axum::serve(listener, router).await?)
}

/// The page goes on below the span that sentry has begun for its request.
fn beside_sentry(incoming: Incoming) -> Incoming {
    let span = sentry::configure_scope(|scope| scope.get_span());
    let headers = span.iter().flat_map(|span| span.iter_headers());
    headers.fold(incoming, |incoming, (_, value)| incoming.with_sentry_trace(&value))
}
