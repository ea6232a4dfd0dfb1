//! Sentences for the developer, on the page's console.

use wasm_bindgen::JsValue;

use crate::app::host::Logger;
use crate::codec::text;

/// Every sentence begins with the package's name, so that the developer knows whom to ask.
const PREFIX: &str = "[throughline] ";

/// The console of a page.
#[derive(Clone, Copy, Debug, Default)]
pub struct Console;

impl Logger for Console {
    fn log(&self, message: &str) {
        web_sys::console::log_1(&text(message));
    }
}

/// Says that something is wrong that the developer can put right.
pub fn warn(message: &str) {
    web_sys::console::warn_1(&text(message));
}

fn text(message: &str) -> JsValue {
    JsValue::from_str(&text::concat(&[PREFIX, message]))
}
