//! The page load and the navigations of a real page: what it brought, where it moves, what it is left with.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::eval;
use throughline::app::browser::navigation::{PageOptions, RouteWatch, trace};
use throughline::app::browser::page::Page;
use throughline::app::browser::server_trace;
use throughline::app::envelope::Extra;
use throughline::app::host::Scopes;
use throughline::app::listeners::Listening;
use throughline::app::scopes::StackScopes;
use throughline::app::sdk::{Events, Sdk};
use throughline::app::span_key::SpanKey;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{PARENT, sdk, sdk_with_scopes};

/// The roots that ended, each as the event that would have been sent.
#[derive(Default)]
struct Witness(RefCell<Vec<String>>);

impl Events for Witness {
    fn finished(&self, sdk: &Sdk, root: SpanKey, _: u32) -> Option<Extra> {
        self.0.borrow_mut().extend(sdk.transaction(root).map(|transaction| transaction.event));
        None
    }
}

struct Visit {
    page: Page,
    scopes: StackScopes,
    watch: Option<RouteWatch>,
    events: Rc<Witness>,
    _listening: Listening,
}

impl Visit {
    fn new(options: PageOptions) -> Visit {
        let (page, scopes) = sdk_with_scopes(None);
        let events = Rc::new(Witness::default());
        let listening = page.listeners.add(Rc::<Witness>::clone(&events));
        let watch = Some(trace(&page, &scopes, options));
        Visit { page, scopes, watch, events, _listening: listening }
    }

    /// A visitor clicks, and the page moves.
    fn go(&self, code: &str) {
        run("window.dispatchEvent(new Event('click'))");
        run(code);
    }

    fn names(&self) -> Vec<String> {
        let member = |event: &String, name: &str| {
            let event = js_sys::JSON::parse(event).expect("valid JSON");
            js_sys::Reflect::get(&event, &name.into()).expect("a member").as_string().expect("a text")
        };
        self.events.0.borrow().iter().map(|event| member(event, "transaction")).collect()
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.watch.take();
        run("history.replaceState(null, '', '/')");
    }
}

fn run(code: &str) -> JsValue {
    eval(code).expect(code)
}

/// Puts tags into the head, and answers with what takes them out.
fn tags(tags: &[(&str, &str)]) -> Tags {
    for (name, content) in tags {
        run(&format!(
            "document.head.insertAdjacentHTML('beforeend', `<meta class=\"tag\" name=\"{name}\" content=\"{content}\">`)"
        ));
    }
    Tags
}

struct Tags;

impl Drop for Tags {
    fn drop(&mut self) {
        run("document.querySelectorAll('meta.tag').forEach((tag) => tag.remove())");
        run("localStorage.clear()");
    }
}

#[wasm_bindgen_test]
fn the_trace_of_the_meta_tags_is_continued() {
    let page = sdk(None);
    let id = "11a43a4192642f0b136d5159a501700a";
    let (header, baggage) =
        (format!("{id}-{PARENT}-1"), format!("sentry-trace_id={id},sentry-sample_rand=0.25"));
    let _tags = tags(&[("sentry-trace", ""), ("sentry-trace", &header), ("baggage", &baggage)]);
    for _ in 0..2 {
        // Who asks again, as an application that is initialized twice, goes on in it too.
        let trace = server_trace::read(&page, false);
        assert!(trace.continued && trace.stale.is_none());
        assert_eq!((trace.context.trace_id.hex().as_str(), trace.context.sampled), (id, Some(true)));
    }
    assert!(
        run("localStorage.getItem('throughline_continued_traces')")
            .as_string()
            .is_some_and(|kept| kept.starts_with(id))
    );
}

#[wasm_bindgen_test]
fn a_pair_that_agrees_counts_before_one_that_does_not() {
    let page = sdk(None);
    let (one, other) = ("22a43a4192642f0b136d5159a501700a", "33a43a4192642f0b136d5159a501700a");
    let _tags = tags(&[
        ("sentry-trace", &format!("{one}-{PARENT}-1")),
        ("baggage", &format!("sentry-trace_id={other}")),
        ("sentry-trace", &format!("{other}-{PARENT}-0")),
    ]);
    assert_eq!(server_trace::read(&page, false).context.trace_id.hex(), other);
}

#[wasm_bindgen_test]
fn stale_tags_are_linked() {
    let page = sdk(None);
    for (digit, time, continues, stale) in [
        ("4", "1700000000", false, true),
        ("5", "2023-11-14T22:13:20Z", false, true),
        ("6", "yesterday", false, false),
        ("7", "1700000000", true, false),
        ("8", "9999999999", false, false),
    ] {
        let id = digit.repeat(32);
        let tags = tags(&[("sentry-trace", &format!("{id}-{PARENT}-1")), ("sentry-trace-time", time)]);
        let trace = server_trace::read(&page, continues);
        assert_eq!((trace.continued, trace.stale.is_some()), (!stale, stale), "{time}");
        assert_eq!(trace.context.trace_id.hex() == id, !stale, "{time}");
        drop(tags);
    }
    let again = "9".repeat(32);
    run(&format!("localStorage.setItem('throughline_continued_traces', 'x'.repeat(3000) + '{again}')"));
    let _tags = tags(&[("sentry-trace", &format!("{again}-{PARENT}-1"))]);
    assert!(server_trace::read(&page, false).stale.is_some(), "this browser went on with it before");
}

#[wasm_bindgen_test]
fn each_move_is_a_navigation_and_back_is_one() {
    let visit = Visit::new(PageOptions::default());
    let load = visit.page.sdk.idle_root().expect("a page load");
    assert!(visit.page.sdk.span_json(load).is_some_and(|json| json.contains("pageload")));
    visit.go("history.pushState(null, '', '/users/7?token=1')");
    visit.watch.as_ref().expect("a watch").name("/users/:id");
    visit.go("history.pushState(null, '', '?page=2')");
    visit.go("history.replaceState(null, '', '#x')");
    // These go nowhere.
    for code in [
        "history.pushState(null, '', location.href)",
        "history.pushState(1, '')",
        "history.replaceState(1, '', undefined)",
        "try { history.pushState(null, '', 'https://other.test/') } catch {}",
    ] {
        visit.go(code);
    }
    let names = visit.names();
    assert_eq!(names.get(1..), Some(&["/users/:id", "/users/7"].map(str::to_owned)[..]), "{names:?}");
    assert_eq!(visit.page.sdk.idle_root(), visit.scopes.active());
    let last = visit.page.sdk.idle_root().and_then(|root| visit.page.sdk.name(root));
    assert_eq!(last.map(|(name, _)| name).as_deref(), Some("/users/7"));
    let urls: Vec<bool> = visit.events.0.borrow().iter().map(|event| event.contains("token=1")).collect();
    assert_eq!(urls, [false; 3], "no secret of an address is recorded");
}

#[wasm_bindgen_test]
fn the_page_has_its_methods_back_and_wrappers_pass_through() {
    let push = run("history.pushState");
    let mut visit = Visit::new(PageOptions::default());
    assert!(!js_sys::Object::is(&run("history.pushState"), &push));
    assert_eq!(
        run("history.pushState.name + history.pushState.length").as_string().as_deref(),
        Some("pushState2")
    );
    assert_eq!(
        run("String(history.pushState)"),
        run("String(Object.getPrototypeOf(history).go).replace('go', 'pushState')")
    );
    // Somebody wraps ours, and calls it after it has gone.
    run(
        "(() => { const ours = history.replaceState; history.replaceState = function (...args) { return ours.apply(this, args); }; })()",
    );
    visit.watch.take();
    assert!(js_sys::Object::is(&run("history.pushState"), &push));
    let before = visit.names();
    run("history.replaceState(null, '', '/after')");
    assert_eq!(run("location.pathname").as_string().as_deref(), Some("/after"));
    assert_eq!(visit.names(), before, "nobody hears of it");
    run("delete history.replaceState");
}

#[wasm_bindgen_test]
fn what_is_not_wanted_is_not_timed() {
    let visit = Visit::new(PageOptions { load: false, navigation: false, ..PageOptions::default() });
    assert_eq!(visit.page.sdk.idle_root(), None);
    visit.go("history.pushState(null, '', '/elsewhere')");
    assert_eq!(visit.page.sdk.idle_root(), None);
}

#[wasm_bindgen_test]
fn a_page_that_returns_from_the_cache_begins_a_navigation() {
    let visit = Visit::new(PageOptions::default());
    run("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
    let root = visit.page.sdk.idle_root().expect("a root");
    let json = visit.page.sdk.span_json(root).expect("a span");
    assert!(json.contains("back-forward-cache"), "{json}");
}

#[wasm_bindgen_test]
fn a_page_that_nobody_sees_yet_is_timed_once_it_is_shown() {
    let id = "a".repeat(32);
    let _tags = tags(&[("sentry-trace", &format!("{id}-{PARENT}-1"))]);
    run("Object.defineProperty(document, 'prerendering', { value: true, configurable: true })");
    let visit = Visit::new(PageOptions::default());
    visit.go("history.pushState(null, '', '/prepared')");
    assert_eq!(visit.page.sdk.idle_root(), None);
    // What it requests meanwhile belongs to the trace of its load already.
    assert_eq!(visit.scopes.context().trace_id.hex(), id);
    run("delete document.prerendering");
    run("document.dispatchEvent(new Event('prerenderingchange'))");
    let root = visit.page.sdk.idle_root().expect("a page load");
    assert_eq!(visit.page.sdk.name(root), Some(("/prepared".to_owned(), "url".to_owned())));
    assert!(visit.page.sdk.span_json(root).is_some_and(|json| json.contains(&id)));
    run("document.dispatchEvent(new Event('prerenderingchange'))");
    assert_eq!(visit.page.sdk.idle_root(), Some(root), "once");
}
