//! A shop in Leptos, traced by the crate `tracing`: each click is a trace, from the button through `gloo-net` to the databases
//! behind the services of the demo. `npm run example leptos` in the project's folder starts it, and so do `npm start` there and
//! `trunk serve` here.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use tracing::Instrument;
use tracing_subscriber::prelude::*;

fn main() {
    // First of all: continues the page's trace, times its load, and wraps fetch and XMLHttpRequest.
    let options = throughline::Options::new("http://public@localhost:3000/1")
        .tunnel("/tunnel") // the demo's collector; without this, what is recorded goes to the host of the DSN
        .release("shop@1.2.3")
        .traces_sample_rate(1.0);
    if let Ok(guard) = throughline::init(options) {
        guard.forget(); // for as long as the page lives
    }
    tracing_subscriber::registry().with(throughline::layer()).init();
    mount_to_body(App);
}

#[derive(Serialize)]
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
    quantity: u32,
}

#[component]
fn App() -> impl IntoView {
    let (said, say) = signal(String::new());
    let buy = move |card| {
        spawn_local(async move {
            say.set(match place_order(Order { product_id: "sencha", quantity: 2, card }).await {
                Ok(receipt) => format!("Order {} of {} bags is paid.", receipt.order_id, receipt.quantity),
                Err(error) => format!("The order failed: {error}."),
            });
        });
    };
    view! {
        <h1>"Tea, by Leptos"</h1>
        <p>"Sencha, two bags of 100 g."</p>
        <button on:click=move |_| buy("4242")>"Buy"</button>
        <button on:click=move |_| buy("0002")>"Buy with a declined card"</button>
        <p role="status">{said}</p>
    }
}

/// A span for each call, and inside it the request, which carries the trace to the server. An error marks the span.
#[tracing::instrument(skip_all, fields(op = "ui.action", card = order.card), err)]
async fn place_order(order: Order) -> Result<Receipt, gloo_net::Error> {
    let response = gloo_net::http::Request::post("/api/orders").json(&order)?.send().await?;
    if !response.ok() {
        return Err(gloo_net::Error::GlooError(response.status_text()));
    }
    response.json().instrument(tracing::info_span!("read the receipt")).await
}
