//! Where the wrappers of `patch/` come from: they are files beside the module of the application, or, where that is not
//! possible (`no-modules`), a text inside of it that is evaluated.

#[cfg(not(feature = "no-modules"))]
pub use self::beside::{
    brought_with_page, claim, describe_page, keep_text, load_times, page_address, page_state, patch_fetch,
    patch_move, patch_xhr, post_envelope, quiet, read_time, resolve_address, settle, shown_at,
    trace_in_force,
};
#[cfg(feature = "no-modules")]
pub use self::inside::{
    brought_with_page, claim, keep_text, load_times, patch_fetch, patch_move, patch_xhr, post_envelope,
    quiet, read_time, resolve_address, settle, shown_at, trace_in_force,
};

#[cfg(all(feature = "vitals", not(feature = "no-modules")))]
pub use self::beside::measure_vitals;
#[cfg(all(feature = "vitals", feature = "no-modules"))]
pub use self::inside::measure_vitals;

#[cfg(not(feature = "no-modules"))]
mod beside {
    use js_sys::Function;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen(module = "/src/app/browser/patch/fetch.js")]
    extern "C" {
        /// Wraps `fetch`, see the file; answers with the function that takes it back.
        #[wasm_bindgen(js_name = patchFetchForCore)]
        pub fn patch_fetch(
            owner: &JsValue,
            start: &JsValue,
            merge: &JsValue,
            end: &JsValue,
            broke: &JsValue,
        ) -> Option<Function>;
    }

    #[wasm_bindgen(module = "/src/app/browser/patch/xhr.js")]
    extern "C" {
        /// Wraps `XMLHttpRequest`, as the other one.
        #[wasm_bindgen(js_name = patchXhrForCore)]
        pub fn patch_xhr(
            owner: &JsValue,
            start: &JsValue,
            merge: &JsValue,
            end: &JsValue,
            broke: &JsValue,
        ) -> Option<Function>;

        /// Hears of requests that have ended, before the next one is judged.
        pub fn settle();
    }

    #[wasm_bindgen(module = "/src/app/browser/patch/history.js")]
    extern "C" {
        /// Wraps a method of the History API, see the file; answers with the function that takes it back.
        #[wasm_bindgen(js_name = patchMove)]
        pub fn patch_move(name: &str, moved: &JsValue) -> Option<Function>;
    }

    #[wasm_bindgen(module = "/src/app/browser/patch/page.js")]
    extern "C" {
        /// A function as the page may call it, see the file.
        pub fn quiet(hears: &JsValue, counts: bool) -> JsValue;

        /// Where the page is.
        #[wasm_bindgen(js_name = pageAddress)]
        pub fn page_address() -> String;

        /// Address, referrer and browser, a line each.
        #[wasm_bindgen(js_name = describePage)]
        pub fn describe_page() -> String;

        /// Whether the page is loading (1), is prepared (2), is hidden (4).
        #[wasm_bindgen(js_name = pageState)]
        pub fn page_state() -> u32;

        /// When a page that was prepared was shown, in milliseconds after it began.
        #[wasm_bindgen(js_name = shownAt)]
        pub fn shown_at() -> f64;

        /// What was measured of the page's load, as `entry.rs` has it.
        #[wasm_bindgen(js_name = loadTimes)]
        pub fn load_times(fields: &str) -> Option<String>;

        /// What the server has told the page of its trace, see the file.
        #[wasm_bindgen(js_name = broughtWithPage)]
        pub fn brought_with_page() -> String;

        /// What was kept in this browser under a name; with a text, that is kept from now on.
        #[wasm_bindgen(js_name = keepText)]
        pub fn keep_text(name: &str, text: &str) -> String;

        /// A number, or a date in milliseconds since the epoch.
        #[wasm_bindgen(js_name = readTime)]
        pub fn read_time(said: &str) -> f64;

        /// The normalized address of what the page wrote.
        #[wasm_bindgen(js_name = resolveAddress)]
        pub fn resolve_address(given: &str) -> Option<String>;

        /// Takes the page, see the file: answers with the function that gives it back, or with the name of who has it.
        pub fn claim(name: &str, trace: &JsValue) -> JsValue;

        /// The trace in force for whoever has the page.
        #[wasm_bindgen(js_name = traceInForce)]
        pub fn trace_in_force() -> Option<String>;

        /// Sends an envelope, see the file.
        #[wasm_bindgen(js_name = postEnvelope)]
        pub fn post_envelope(
            send: &JsValue,
            id: u32,
            url: &str,
            body: &str,
            keepalive: bool,
            options: &JsValue,
            settled: &JsValue,
        );
    }

    #[cfg(feature = "vitals")]
    #[wasm_bindgen(module = "/src/app/browser/patch/vitals.js")]
    extern "C" {
        /// What measures, see the file.
        #[wasm_bindgen(js_name = measureVitals)]
        pub fn measure_vitals() -> JsValue;
    }
}

#[cfg(feature = "no-modules")]
pub use crate::app::browser::unwrapped::{address as page_address, description as describe_page, page_state};

#[cfg(feature = "no-modules")]
mod inside {
    use std::cell::OnceCell;

    use js_sys::Function;
    use wasm_bindgen::prelude::*;

    use crate::app::browser::logger::warn;
    use crate::app::browser::unwrapped;
    use crate::app::embedded;
    use crate::codec::text;

    #[wasm_bindgen]
    extern "C" {
        #[derive(Clone)]
        type Wrappers;
        #[wasm_bindgen(method, structural, js_name = patchFetchForCore)]
        fn patch_fetch(
            this: &Wrappers,
            owner: &JsValue,
            start: &JsValue,
            merge: &JsValue,
            end: &JsValue,
            broke: &JsValue,
        ) -> Function;
        #[wasm_bindgen(method, structural, js_name = patchXhrForCore)]
        fn patch_xhr(
            this: &Wrappers,
            owner: &JsValue,
            start: &JsValue,
            merge: &JsValue,
            end: &JsValue,
            broke: &JsValue,
        ) -> Function;
        #[wasm_bindgen(method, structural)]
        fn settle(this: &Wrappers);
        #[wasm_bindgen(method, structural)]
        fn quiet(this: &Wrappers, hears: &JsValue, counts: bool) -> JsValue;
        #[wasm_bindgen(method, structural, js_name = patchMove)]
        fn patch_move(this: &Wrappers, name: &str, moved: &JsValue) -> Function;
        #[cfg(feature = "vitals")]
        #[wasm_bindgen(method, structural, js_name = measureVitals)]
        fn measure_vitals(this: &Wrappers) -> JsValue;
        #[wasm_bindgen(method, structural)]
        fn claim(this: &Wrappers, name: &str, trace: &JsValue) -> JsValue;
        #[wasm_bindgen(method, structural, js_name = traceInForce)]
        fn trace_in_force(this: &Wrappers) -> Option<String>;
        #[wasm_bindgen(method, structural, js_name = postEnvelope)]
        #[allow(clippy::too_many_arguments, reason = "a request, and who hears of its end")]
        fn post_envelope(
            this: &Wrappers,
            send: &JsValue,
            id: u32,
            url: &str,
            body: &str,
            keepalive: bool,
            options: &JsValue,
            settled: &JsValue,
        );
        #[wasm_bindgen(method, structural, js_name = shownAt)]
        fn shown_at(this: &Wrappers) -> f64;
        #[wasm_bindgen(method, structural, js_name = loadTimes)]
        fn load_times(this: &Wrappers, fields: &str) -> Option<String>;
        #[wasm_bindgen(method, structural, js_name = broughtWithPage)]
        fn brought_with_page(this: &Wrappers) -> String;
        #[wasm_bindgen(method, structural, js_name = keepText)]
        fn keep_text(this: &Wrappers, name: &str, text: &str) -> String;
        #[wasm_bindgen(method, structural, js_name = readTime)]
        fn read_time(this: &Wrappers, said: &str) -> f64;
        #[wasm_bindgen(method, structural, js_name = resolveAddress)]
        fn resolve_address(this: &Wrappers, given: &str) -> Option<String>;

        /// Not the evaluation that sees the variables of whoever asks for it.
        #[wasm_bindgen(catch, js_namespace = globalThis, js_name = eval)]
        fn evaluate(code: &str) -> Result<JsValue, JsValue>;

        /// What is asked of documents and their elements; by their names, as wherever the two may be anything.
        #[derive(Clone)]
        type Node;
        #[wasm_bindgen(thread_local_v2, js_name = document)]
        static DOCUMENT: Option<Node>;
        #[wasm_bindgen(method, structural, getter, js_name = documentElement)]
        fn document_element(this: &Node) -> Option<Node>;
        #[wasm_bindgen(method, structural, catch, js_name = createElement)]
        fn create_element(this: &Node, name: &str) -> Result<Node, JsValue>;
        #[wasm_bindgen(method, structural, catch, js_name = querySelector)]
        fn query_selector(this: &Node, selector: &str) -> Result<Option<Node>, JsValue>;
        #[wasm_bindgen(method, structural, getter)]
        fn nonce(this: &Node) -> Option<String>;
        #[wasm_bindgen(method, structural, setter)]
        fn set_nonce(this: &Node, nonce: &str);
        #[wasm_bindgen(method, structural, catch, setter)]
        fn set_text(this: &Node, code: &str) -> Result<(), JsValue>;
        #[wasm_bindgen(method, structural, catch)]
        fn append(this: &Node, child: &Node) -> Result<(), JsValue>;
        #[wasm_bindgen(method, structural)]
        fn remove(this: &Node);
        #[wasm_bindgen(method, structural, getter)]
        fn wrappers(this: &Node) -> Option<Wrappers>;
    }

    thread_local! {
        static FOUND: OnceCell<Option<Wrappers>> = const { OnceCell::new() };
    }

    /// Wraps `fetch`; answers with the function that takes it back.
    pub fn patch_fetch(
        owner: &JsValue,
        start: &JsValue,
        merge: &JsValue,
        end: &JsValue,
        broke: &JsValue,
    ) -> Option<Function> {
        found().map(|wrappers| wrappers.patch_fetch(owner, start, merge, end, broke))
    }

    /// Wraps `XMLHttpRequest`, as the other one.
    pub fn patch_xhr(
        owner: &JsValue,
        start: &JsValue,
        merge: &JsValue,
        end: &JsValue,
        broke: &JsValue,
    ) -> Option<Function> {
        found().map(|wrappers| wrappers.patch_xhr(owner, start, merge, end, broke))
    }

    /// Hears of requests that have ended, before the next one is judged.
    pub fn settle() {
        if let Some(wrappers) = found() {
            wrappers.settle();
        }
    }

    /// A function as the page may call it; as it is where the wrappers were not evaluated by now.
    pub fn quiet(hears: &JsValue, counts: bool) -> JsValue {
        let found = FOUND.with(|found| found.get().cloned().flatten());
        found.map_or_else(|| hears.clone(), |wrappers| wrappers.quiet(hears, counts))
    }

    /// Wraps a method of the History API; answers with the function that takes it back.
    pub fn patch_move(name: &str, moved: &JsValue) -> Option<Function> {
        found().map(|wrappers| wrappers.patch_move(name, moved))
    }

    /// What measures; `undefined` where it may not run.
    #[cfg(feature = "vitals")]
    pub fn measure_vitals() -> JsValue {
        found().map_or(JsValue::UNDEFINED, |wrappers| wrappers.measure_vitals())
    }

    /// Takes the page: answers with the function that gives it back, or with the name of who has it; with neither where
    /// nobody can tell.
    pub fn claim(name: &str, trace: &JsValue) -> JsValue {
        found().map_or(JsValue::UNDEFINED, |wrappers| wrappers.claim(name, trace))
    }

    /// The trace in force for whoever has the page.
    pub fn trace_in_force() -> Option<String> {
        found()?.trace_in_force()
    }

    /// Sends an envelope.
    pub fn post_envelope(
        send: &JsValue,
        id: u32,
        url: &str,
        body: &str,
        keepalive: bool,
        options: &JsValue,
        settled: &JsValue,
    ) {
        match found() {
            Some(wrappers) => wrappers.post_envelope(send, id, url, body, keepalive, options, settled),
            None => unwrapped::post(send, id, url, body, keepalive, settled),
        }
    }

    /// When a page that was prepared was shown, in milliseconds after it began.
    pub fn shown_at() -> f64 {
        found().map_or(0.0, |wrappers| wrappers.shown_at())
    }

    /// What was measured of the page's load, as `entry.rs` has it.
    pub fn load_times(fields: &str) -> Option<String> {
        found()?.load_times(fields)
    }

    /// What the server has told the page of its trace.
    pub fn brought_with_page() -> String {
        found().map(|wrappers| wrappers.brought_with_page()).unwrap_or_default()
    }

    /// What was kept in this browser under a name; with a text, that is kept from now on.
    pub fn keep_text(name: &str, text: &str) -> String {
        found().map(|wrappers| wrappers.keep_text(name, text)).unwrap_or_default()
    }

    /// A number, or a date in milliseconds since the epoch.
    pub fn read_time(said: &str) -> f64 {
        found().map_or(0.0, |wrappers| wrappers.read_time(said))
    }

    /// The normalized address of what the page wrote.
    pub fn resolve_address(given: &str) -> Option<String> {
        found()?.resolve_address(given)
    }

    /// The wrappers, evaluated once.
    fn found() -> Option<Wrappers> {
        let find = || {
            let code = embedded::expression();
            let found = run_script(&code).or_else(|| Some(evaluate(&code).ok()?.unchecked_into()));
            if found.is_none() {
                warn(
                    "requests are not traced: the Content-Security-Policy refuses both an inline script and \
                     \"unsafe-eval\"; give a script of the page a nonce, or build for modules",
                );
            }
            found
        };
        FOUND.with(|found| found.get_or_init(find).clone())
    }

    /// As an inline script of the page, with the nonce of another one: what a policy allows most often.
    fn run_script(code: &str) -> Option<Wrappers> {
        let document = DOCUMENT.with(Option::clone)?;
        let script = document.create_element("script").ok()?;
        let nonced = document.query_selector("script[nonce]").ok().flatten();
        if let Some(nonce) = nonced.and_then(|script| script.nonce()) {
            script.set_nonce(&nonce);
        }
        script.set_text(&text::concat(&["document.currentScript.wrappers=", code])).ok()?;
        document.document_element()?.append(&script).ok()?;
        let found = script.wrappers();
        script.remove();
        found
    }
}
