//! A shop that axum renders and Leptos wakes up in the browser: the page load goes on with the trace of the request that
//! rendered it, and a click's call of a server function is a span on both sides. `npm run example leptos-axum` in the
//! project's folder starts it, and so do `npm start` there, for a place to report to, and here
//! `SENTRY_DSN=http://public@localhost:3000/1 cargo leptos serve`.

use leptos::prelude::*;
use tracing::Instrument;

/// The page; its head says in three meta tags what the browser needs to know of the request's trace.
#[cfg(feature = "ssr")]
pub fn page(options: LeptosOptions) -> impl IntoView {
    let parts = use_context::<axum::http::request::Parts>();
    let trace = parts.and_then(|parts| Some(parts.extensions.get::<throughline::server::Incoming>()?.meta()));
    let tags =
        trace.into_iter().flatten().map(|(name, content)| view! { <meta name=name content=content /> });
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <title>"Tea, by Leptos and axum"</title>
                <link rel="icon" href="data:," />
                <link rel="stylesheet" href="/pkg/shop.css" />
                {tags.collect_view()}
                <HydrationScripts options />
            </head>
            <body><App /></body>
        </html>
    }
}

#[component]
pub fn App() -> impl IntoView {
    // The click's span: the request of the server function is its child, and carries the trace.
    let order =
        Action::new(|bags| place_order(*bags).instrument(tracing::info_span!("buy", op = "ui.action")));
    view! {
        <h1>"Tea, by Leptos and axum"</h1>
        <button on:click=move |_| { order.dispatch(2); }>"Buy two bags"</button>
        <p role="status">{move || order.value().get().map(|said| said.unwrap_or_else(|error| error.to_string()))}</p>
    }
}

#[server]
async fn place_order(bags: u32) -> Result<String, ServerFnError> {
    Ok(format!("{bags} bags of Sencha are on their way."))
}

#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    use tracing_subscriber::prelude::*;
    let options = throughline::Options::new("http://public@localhost:3000/1").traces_sample_rate(1.0);
    if let Ok(guard) = throughline::init(options) {
        guard.forget(); // for as long as the page lives
    }
    tracing_subscriber::registry().with(throughline::layer()).init();
    leptos::mount::hydrate_body(App);
}
