//! An application whose parts the tests of tests/rust/mishaps.test.mjs call one by one, from a page.

use gloo_net::http::Request;
use throughline::{Instrument, Options, Span};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What the page hears of a panic, as of any other hook of the application's own.
    #[wasm_bindgen(js_namespace = globalThis)]
    fn heard(message: &str);
}

/// Hears of panics, as applications do before they call `init`.
#[wasm_bindgen]
pub fn hear_of_panics() {
    std::panic::set_hook(Box::new(|info| heard(&info.to_string())));
}

/// Traces for as long as the page lives; answers with what was wrong.
#[wasm_bindgen]
pub fn start(dsn: &str, tunnel: &str, target: Option<String>) -> Option<String> {
    let mut options = Options::new(dsn).tunnel(tunnel).traces_sample_rate(1.0);
    if let Some(target) = target {
        options = options.propagate_to([target]);
    }
    match throughline::init(options) {
        Ok(guard) => {
            guard.forget();
            None
        }
        Err(error) => Some(error.to_string()),
    }
}

/// A click that is over at once.
#[wasm_bindgen]
pub fn click() {
    Span::builder("click").op("ui.action").start().in_scope(|| ());
}

/// A click with a request; answers with what the server said.
#[wasm_bindgen]
pub async fn ask(url: String) -> Result<String, JsError> {
    let answered = async { Ok(Request::get(&url).send().await?.text().await?) };
    answered.in_span(Span::builder("ask").op("ui.action").start()).await
}

/// A click whose second part panics.
#[wasm_bindgen]
pub fn panic_in_a_span() {
    Span::builder("click")
        .op("ui.action")
        .start()
        .in_scope(|| Span::builder("count").op("function").start().in_scope(|| panic!("the shelf is empty")))
}

/// The same in a future that has waited before.
#[wasm_bindgen]
pub async fn panic_in_a_future(url: String) {
    let counted = async {
        let _ = Request::get(&url).send().await;
        panic!("the shelf is empty")
    };
    let click = Span::builder("click").op("ui.action").start();
    counted.in_span(Span::builder("count").op("function").parent(&click).start()).in_span(click).await
}

/// The same by the crate `tracing`.
#[wasm_bindgen]
pub fn panic_in_tracing() {
    use tracing_subscriber::prelude::*;
    tracing_subscriber::registry().with(throughline::layer()).init();
    tracing::info_span!("click", op = "ui.action")
        .in_scope(|| tracing::info_span!("count", op = "function").in_scope(|| panic!("the shelf is empty")))
}
