//! A shop in Yew, traced without the crate `tracing`: each click is a trace, from the button through `gloo-net` to the databases
//! behind the services of the demo. `npm run example yew` in the project's folder starts it, and so do `npm start` there and
//! `trunk serve` here.

use serde::{Deserialize, Serialize};
use throughline::{Instrument, Span};
use yew::prelude::*;

fn main() {
    // First of all: continues the page's trace, times its load, and wraps fetch and XMLHttpRequest.
    let options = throughline::Options::new("http://public@localhost:3000/1")
        .tunnel("/tunnel") // the demo's collector; without this, what is recorded goes to the host of the DSN
        .release("shop@1.2.3")
        .traces_sample_rate(1.0);
    if let Ok(guard) = throughline::init(options) {
        guard.forget(); // for as long as the page lives
    }
    // Yew has a hook for panics of its own; ours says first which spans have failed.
    yew::set_custom_panic_hook(std::panic::take_hook());
    yew::Renderer::<App>::new().render();
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    product_id: &'static str,
    quantity: u32,
    card: &'static str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Receipt {
    order_id: String,
}

#[component]
fn App() -> Html {
    let said = use_state(String::new);
    let buy = |card| {
        let said = said.clone();
        move |_: MouseEvent| {
            let said = said.clone();
            // The click's own span; whatever its future does is in it, however often it waits.
            let click = Span::builder("buy").op("ui.action").attribute("card", card).start();
            let order = Order { product_id: "teapot", quantity: 1, card };
            let answered = async move {
                said.set(match place_order(order).await {
                    Ok(text) => text,
                    Err(error) => format!("The order failed: {error}."),
                });
            };
            wasm_bindgen_futures::spawn_local(answered.in_span(click));
        }
    };
    html! {
        <>
            <h1>{ "Teapots, by Yew" }</h1>
            <p>{ "Cast iron, holds nine cups." }</p>
            <button onclick={buy("4242")}>{ "Buy" }</button>
            <button onclick={buy("0002")}>{ "Buy with a declined card" }</button>
            <p role="status">{ (*said).clone() }</p>
        </>
    }
}

/// A span for each call. Requests inside carry the trace to the server; an error marks the span.
#[throughline::span(op = "function", err)]
async fn place_order(order: Order) -> Result<String, gloo_net::Error> {
    let response = gloo_net::http::Request::post("/api/orders").json(&order)?.send().await?;
    if !response.ok() {
        return Err(gloo_net::Error::GlooError(response.status_text()));
    }
    let receipt: Receipt = response.json().await?;
    Span::current().set("order.id", receipt.order_id.as_str());
    Ok(Span::start("render").in_scope(|| format!("Order {} is paid.", receipt.order_id)))
}
