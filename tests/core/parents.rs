//! Whose child a span becomes, in which trace, and who decides whether it is recorded.

use throughline::app::span_key::SpanKey;
use throughline::app::start_span::{Parent, StartSpan};
use throughline::codec::context::PropagationContext;
use throughline::codec::fraction::Fraction;
use throughline::codec::id::{SpanId, TraceId};
use throughline::decide::sampling::Sampler;

use crate::fake_host::{Page, init, named};
use crate::vectors::{SPAN, TRACE};

fn sampler(rate: &str) -> Sampler {
    Sampler::Answered(Fraction::parse(rate))
}

fn baggage(page: &Page, key: Option<SpanKey>) -> String {
    page.headers(key).baggage.unwrap_or_default()
}

#[test]
fn a_new_root_below_a_parent_stays_in_its_trace_with_its_decision_and_its_context() {
    for (rate, sampled) in [("1", true), ("0", false)] {
        let page = Page::with_rate(rate);
        let parent = page.root("parent");
        // What is decided where it begins does not matter.
        let mut elsewhere = page.sdk.begin_context();
        elsewhere.sampled = Some(!sampled);
        page.scopes.enter_trace(elsewhere);
        let start = StartSpan { parent: Parent::Span(parent), new_root: true, ..named("forced") };
        let forced = page.start(start);
        let (parent_json, json) = (page.json(parent), page.json(forced.key.unwrap()));
        assert_eq!(json["trace_id"], parent_json["trace_id"]);
        assert_eq!(json["parent_span_id"], parent_json["span_id"]);
        assert_eq!((json["is_segment"].clone(), forced.sampled), (true.into(), sampled));
        assert_eq!(json["attributes"].get("sentry.sample_rate"), None, "the decision was not ours");
        page.sdk.set_name(parent, "renamed");
        assert!(baggage(&page, forced.key).contains("sentry-transaction=parent"), "frozen as it was");
        page.end(parent);
        page.end(forced.key.unwrap());
        assert_eq!(page.sent(), if sampled { 2 } else { 0 });
    }
}

#[test]
fn a_new_root_whose_context_knows_better_follows_it() {
    let page = Page::with_rate("1");
    let parent = page.root("parent");
    let told = PropagationContext { sampled: Some(false), ..page.sdk.begin_context() };
    let start =
        StartSpan { parent: Parent::Span(parent), new_root: true, context: Some(&told), ..named("forced") };
    assert!(!page.start(start).sampled);
}

#[test]
fn below_a_span_that_we_do_not_hold_only_ids_are_known() {
    let (trace_id, span_id) = (TraceId::parse(TRACE).unwrap(), SpanId::parse(SPAN));
    for sampled in [false, true] {
        let page = Page::with_rate("1");
        let parent = Parent::Foreign { trace_id, span_id, sampled };
        let span = page.start(StartSpan { parent, only_if_parent: true, ..named("below") });
        assert_eq!((span.trace_id.hex().as_str(), span.kept, span.sampled), (TRACE, false, sampled));
        let flag = if sampled { "-1" } else { "-0" };
        let headers = page.headers(span.key);
        assert!(headers.sentry_trace().starts_with(TRACE) && headers.sentry_trace().ends_with(flag));
        assert_eq!(headers.baggage, None, "nothing is known of that trace");
        page.end(span.key.unwrap());
        assert_eq!(page.sent(), 0);
        let lost = page.losses();
        assert_eq!(lost.len(), usize::from(!sampled), "{lost:?}");
    }
}

#[test]
fn a_sampler_beats_the_decision_of_the_parent() {
    let page = Page::with_rate("1");
    page.enter_received(&format!("{TRACE}-{SPAN}-0"), "sentry-sample_rand=0.4,sentry-sample_rate=0.1");
    let recorded = page.start(StartSpan { sampler: sampler("0.5"), ..named("root") });
    assert!(recorded.sampled);
    assert!(baggage(&page, recorded.key).ends_with("sentry-sample_rate=0.5"), "the rate that was applied");
    let json = page.json(recorded.key.unwrap());
    assert_eq!(json["attributes"]["sentry.sample_rate"], 0.5);
    assert!(!page.start(StartSpan { sampler: sampler("0.4"), ..named("root") }).sampled);
    assert!(!page.start(StartSpan { sampler: sampler("nonsense"), ..named("root") }).sampled);
    assert!(!page.start(StartSpan { sampler: Sampler::Failed, ..named("root") }).sampled);
}

#[test]
fn with_a_sampler_only_tracing_is_on() {
    let page = Page::new();
    let mut options = init("off");
    options.settings.has_sampler = true;
    page.sdk.init(options);
    assert!(page.sdk.records_spans());
    let root = page.start(StartSpan { sampler: sampler("1"), ..named("root") });
    assert!(page.records(root));
    page.end(root.key.unwrap());
    assert_eq!(page.only_envelope().header["trace"]["sample_rate"], "1");
}

#[test]
fn a_rate_of_the_previous_trace_is_told_where_no_other_was_applied() {
    let page = Page::with_rate("1");
    let mut context = page.sdk.begin_context();
    context.sampled = Some(true);
    let mut attributes = throughline::app::attributes::Attributes::default();
    attributes.set(
        "sentry.previous_trace_sample_rate",
        throughline::codec::json::Json::raw("0.25".into()).unwrap(),
    );
    let root = page.start(StartSpan { attributes, context: Some(&context), ..named("root") });
    assert!(baggage(&page, root.key).ends_with("sentry-sample_rate=0.25"));
}

#[test]
fn the_trace_that_a_caller_names_wins_over_the_one_in_force() {
    let page = Page::with_rate("1");
    let context = page.sdk.receive([&format!("{TRACE}-{SPAN}-1"), "sentry-release=theirs", "", ""]);
    let root = page.start(StartSpan { context: Some(&context), ..named("root") });
    assert_eq!(root.trace_id.hex(), TRACE);
    assert!(page.sdk.headers(None, Some(&context)).unwrap().sentry_trace().starts_with(TRACE));
    let dsc = page.sdk.sampling_context(None, Some(&context)).unwrap();
    assert_eq!(dsc.get("release").as_deref(), Some("theirs"));
    let bare = StartSpan { only_if_parent: true, context: Some(&context), ..named("bare") };
    let bare = page.start(bare).key;
    assert_eq!(page.sdk.sampling_context(bare, Some(&context)), Some(dsc));
}

#[test]
fn a_page_without_tracing_has_one_span_id_for_all_its_headers() {
    let page = Page::with_rate("off");
    assert_ne!(page.headers(None).sentry_trace(), page.headers(None).sentry_trace());
    page.receive_page("", "");
    let headers = page.headers(None);
    assert_eq!(headers, page.headers(None));
    assert_eq!(headers.sentry_trace().split('-').nth(1), headers.traceparent().split('-').nth(2));
    page.receive_page(&format!("{TRACE}-{SPAN}-1"), "");
    let headers = page.headers(None);
    assert_eq!(headers, page.headers(None));
    assert!(headers.sentry_trace().starts_with(TRACE) && !headers.sentry_trace().contains(SPAN));
    let traced = Page::with_rate("1");
    assert_eq!(traced.sdk.receive_page([""; 4]).propagation_span_id, None);
}

#[test]
fn a_family_is_a_span_and_what_is_recorded_below_it() {
    let page = Page::with_rate("1");
    let root = page.root("root");
    let child = page.child(root, "child");
    let other = page.child(root, "other");
    let grandchild = page.child(child, "grandchild");
    page.start(StartSpan { parent: Parent::Span(child), suppressed: Some(true), ..named("suppressed") });
    assert_eq!(page.sdk.family(root), [root, child, other, grandchild]);
    assert_eq!(page.sdk.family(child), [child, grandchild]);
    assert_eq!(page.sdk.family(grandchild), [grandchild]);
    page.end(root);
    assert_eq!(page.sdk.family(root).len(), 4, "also after its end");
    let unsampled = Page::with_rate("0");
    assert!(unsampled.sdk.family(unsampled.root("root")).is_empty());
}
