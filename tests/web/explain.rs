//! Why a request carries headers, as a Rust application shows it to its developer.

use js_sys::{Function, Reflect};
use throughline::app::browser::destination::Destination;
use throughline::app::browser::explain::explain;
use throughline::app::explanation::Explanation;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::sdk;

fn asked(targets: Option<&[&str]>, url: &str, patched: bool) -> Explanation {
    explain(&sdk(targets), &Destination::default(), url, patched)
}

fn code(targets: Option<&[&str]>, url: &str) -> (bool, &'static str, Option<usize>) {
    let Explanation { attaches, code, target, .. } = asked(targets, url, true);
    (attaches, code, target)
}

#[wasm_bindgen_test]
fn it_says_whether_and_why() {
    assert_eq!(code(None, "/api"), (true, "same-origin", None));
    let targets: &[&str] = &["other.test", "api.test"];
    assert_eq!(code(Some(targets), "https://api.test/"), (true, "target", Some(1)));
    assert_eq!(code(Some(targets), "https://any.test/"), (false, "no-match", None));
    assert_eq!(code(None, "http://"), (false, "invalid", None));
    assert_eq!(code(None, "https://o1.ingest.test/api/1/envelope/"), (false, "envelope", None));
    assert_eq!(asked(None, "/api", false).code, "not-instrumented");
    let sentence = asked(Some(targets), "https://api.test/", true).sentence;
    assert!(sentence.contains("is matched by the target \"api.test\""), "{sentence}");
}

#[wasm_bindgen_test]
fn nothing_is_on_the_origin_of_a_sandboxed_frame() {
    // What the browser says in one.
    let own = js_sys::eval("Object.getOwnPropertyDescriptor(globalThis, 'origin')").unwrap();
    js_sys::eval("Object.defineProperty(globalThis, 'origin', { value: 'null', configurable: true })")
        .unwrap();
    let (verdict, sentence) = (code(None, "/api"), asked(None, "/api", true).sentence);
    let named = code(Some(&["127.0.0.1", "localhost", "/api"]), "/api");
    js_sys::eval("own => Object.defineProperty(globalThis, 'origin', own)")
        .unwrap()
        .unchecked_into::<Function>()
        .call1(&JsValue::UNDEFINED, &own)
        .unwrap();
    assert_eq!(verdict, (false, "cross-origin", None));
    assert!(sentence.contains("that of this document is opaque"), "{sentence}");
    assert_eq!((named.0, named.1), (true, "target"));
    assert_eq!(code(None, "/api"), (true, "same-origin", None));
}

#[wasm_bindgen_test]
fn who_is_off_says_so() {
    let page = sdk(None);
    page.sdk.close();
    let explanation = explain(&page, &Destination::default(), "/api", true);
    assert_eq!((explanation.attaches, explanation.code), (false, "disabled"));
}

#[wasm_bindgen_test]
fn the_console_gets_an_object() {
    let shown = JsValue::from(&asked(Some(&["api.test"]), "https://api.test/", true));
    let member = |name: &str| Reflect::get(&shown, &JsValue::from_str(name)).unwrap();
    assert!(member("attach").is_truthy());
    assert_eq!(member("code").as_string().as_deref(), Some("target"));
    assert_eq!(member("target").as_f64(), Some(0.0));
    assert!(
        member("sentence").as_string().is_some_and(|text| text.starts_with("https://api.test/ is matched"))
    );
}
