//! Why a request carries headers, as a Rust application shows it to its developer.

use js_sys::Reflect;
use throughline::app::browser::explain::explain;
use throughline::app::browser::routes::SharedRoutes;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::sdk;

fn asked(targets: Option<&[&str]>, url: &str, no_cors: bool) -> (bool, String, Option<f64>) {
    let answer = explain(&sdk(targets), &SharedRoutes::default(), url, no_cors);
    let member = |name: &str| Reflect::get(&answer, &JsValue::from_str(name)).unwrap();
    (member("attach").is_truthy(), member("code").as_string().unwrap(), member("target").as_f64())
}

#[wasm_bindgen_test]
fn an_object_says_whether_and_why() {
    assert_eq!(asked(None, "/api", false), (true, "same-origin".to_owned(), None));
    let targets: &[&str] = &["other.test", "api.test"];
    assert_eq!(asked(Some(targets), "https://api.test/", false), (true, "target".to_owned(), Some(1.0)));
    assert_eq!(asked(Some(targets), "https://api.test/", true), (false, "no-cors".to_owned(), None));
}

#[wasm_bindgen_test]
fn what_is_no_url_has_no_explanation() {
    assert!(explain(&sdk(None), &SharedRoutes::default(), "http://", false).is_undefined());
}
