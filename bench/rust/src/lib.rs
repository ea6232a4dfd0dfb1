//! A button that sends a request, in a span where the application is traced.

use leptos::prelude::*;
use wasm_bindgen::prelude::wasm_bindgen;

#[component]
fn App() -> impl IntoView {
    let (count, set_count) = signal(0);
    let order = move |_| {
        *set_count.write() += 1;
        let work = async move {
            let _ = gloo_net::http::Request::post("/api/orders").send().await;
        };
        #[cfg(feature = "traced")]
        let work = {
            let span = throughline::Span::builder("order").op("ui.action").start();
            throughline::Instrument::in_span(work, span)
        };
        leptos::task::spawn_local(work);
    };
    view! { <button on:click=order>"clicked " {count}</button> }
}

/// Starts the application.
#[wasm_bindgen(start)]
pub fn main() {
    #[cfg(feature = "traced")]
    {
        let options = throughline::Options::new("https://public@o1.ingest.example.com/42");
        if let Ok(guard) =
            throughline::init(options.release("shop@1").traces_sample_rate(0.2).propagate_to(["/api"]))
        {
            guard.forget();
        }
    }
    leptos::mount::mount_to_body(App);
}
