//! Random bytes, where page code stands in for web crypto.

use std::cell::RefCell;
use std::rc::Rc;

use throughline::app::browser::entropy::CryptoEntropy;
use throughline::app::host::Entropy;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stand_ins::replace_crypto;

#[wasm_bindgen_test]
fn code_that_calls_back_while_bytes_are_drawn_is_served() {
    let entropy = Rc::new(CryptoEntropy::new());
    let drawn = Rc::new(RefCell::new(Vec::new()));
    let (inner, seen) = (Rc::clone(&entropy), Rc::clone(&drawn));
    let once = RefCell::new(true);
    let callback = Closure::<dyn Fn()>::new(move || {
        if once.replace(false) {
            seen.borrow_mut().push(inner.draw());
        }
    });
    let undo = replace_crypto(callback.as_ref());
    let first = entropy.draw();
    undo.call0(&JsValue::UNDEFINED).expect("it is undone");
    drawn.borrow_mut().extend([first, entropy.draw()]);
    let mut drawn = drawn.take();
    drawn.sort_unstable();
    drawn.dedup();
    assert_eq!(drawn.len(), 3, "no bytes are used twice");
}
