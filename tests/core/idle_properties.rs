//! Whatever happens on a page, in whatever order: a root that ends by itself ends once, and in time.

use proptest::prelude::*;
use throughline::app::idle::Waiting;
use throughline::app::span_key::SpanKey;
use throughline::decide::idle::Timeouts;

use crate::fake_host::{Page, named, since_noon};

/// What may happen on a page.
#[derive(Clone, Copy, Debug)]
enum Step {
    Start,
    End(usize),
    Pass(u64),
    Allow,
    Hide,
    Leave,
    EndRoot,
    /// The next root takes its place; with what it begins.
    Navigate(Waiting),
}

fn any_waiting() -> impl Strategy<Value = Waiting> {
    let timeouts = (0..2000u32, 0..20_000u32, 0..40_000u32);
    (timeouts, any::<bool>(), any::<bool>()).prop_map(|((idle, child, last), allowed, untrimmed)| Waiting {
        timeouts: Timeouts { idle, child, last },
        allowed,
        untrimmed,
    })
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => Just(Step::Start),
        6 => (0..8usize).prop_map(Step::End),
        8 => prop_oneof![0..50u64, 900..1100u64, 0..20_000u64].prop_map(Step::Pass),
        1 => Just(Step::Allow),
        1 => Just(Step::Hide),
        1 => Just(Step::Leave),
        1 => Just(Step::EndRoot),
        2 => any_waiting().prop_map(Step::Navigate),
    ]
}

/// All roots that began: how long each lasts at most, in seconds.
#[derive(Default)]
struct Begun(Vec<f64>);

impl Begun {
    fn navigate(&mut self, page: &Page, waiting: Waiting) {
        page.idle(named(&self.0.len().to_string()), waiting);
        self.0.push(f64::from(waiting.timeouts.last) / 1000.0);
        // A timer for now rings now.
        page.advance(0);
    }
}

fn do_it(page: &Page, begun: &mut Begun, open: &mut Vec<SpanKey>, step: Step) {
    match step {
        Step::Start => open.extend(page.start_active(named("child")).key),
        Step::End(at) if at < open.len() => page.end(open.remove(at)),
        Step::End(_) => {}
        Step::Pass(millis) => page.advance(millis),
        Step::Allow => page.sdk.allow_idle_finish(),
        Step::Hide => page.sdk.hide(),
        Step::Leave => page.sdk.leave_page(),
        Step::EndRoot => page.sdk.idle_root().into_iter().for_each(|root| page.end(root)),
        Step::Navigate(waiting) => begun.navigate(page, waiting),
    }
    page.advance(0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_root_that_ends_by_itself_ends_once_and_in_time(
        first in any_waiting(),
        steps in proptest::collection::vec(any_step(), 0..60),
    ) {
        let page = Page::with_rate("1");
        let (mut begun, mut open) = (Begun::default(), Vec::new());
        begun.navigate(&page, first);
        for step in steps {
            do_it(&page, &mut begun, &mut open, step);
            if let Some(root) = page.sdk.idle_root() {
                prop_assert!(page.sdk.is_recording(root), "the root that is under way has not ended");
                let alarm = page.world.alarm.get();
                prop_assert!(alarm.is_some_and(|alarm| alarm > page.world.now.get()), "{alarm:?}");
            } else {
                prop_assert_eq!(page.active(), None);
            }
        }
        // Nothing but time has to pass.
        page.advance(60_000);
        prop_assert_eq!(page.sdk.idle_root(), None);
        let sent: Vec<_> = (0..page.sent()).map(|at| page.envelope(at)).collect();
        for (at, longest) in begun.0.iter().enumerate() {
            let name = at.to_string();
            let times = sent.iter().filter(|envelope| envelope.event["transaction"] == name.as_str());
            let [envelope] = times.collect::<Vec<_>>()[..] else {
                return Err(TestCaseError::fail(format!("root {at} was not sent once")));
            };
            let start = since_noon(&envelope.event["start_timestamp"]);
            let end = envelope.end();
            prop_assert!(start <= end && end <= start + longest + 1e-6, "{start} to {end}, {longest}");
            for child in envelope.event["spans"].as_array().into_iter().flatten() {
                let (from, to) = (since_noon(&child["start_timestamp"]), since_noon(&child["timestamp"]));
                prop_assert!(start <= from && from <= to && to <= end, "{child} in {start} to {end}");
            }
        }
    }

    #[test]
    fn a_clock_that_is_set_moves_no_deadline(
        steps in proptest::collection::vec((any_step(), -7_200_000_000..7_200_000_000i64), 0..40),
        waiting in any_waiting(),
    ) {
        let (set, unset) = (Page::with_rate("1"), Page::with_rate("1"));
        let mut told = Vec::new();
        for page in [&set, &unset] {
            let (mut begun, mut open, mut gone) = (Begun::default(), Vec::new(), Vec::new());
            begun.navigate(page, waiting);
            for (step, by) in &steps {
                if std::ptr::eq(page, &set) {
                    page.world.set_by.set(*by);
                }
                do_it(page, &mut begun, &mut open, *step);
                gone.push((page.sdk.idle_root().is_some(), page.world.alarm.get()));
            }
            told.push(gone);
        }
        prop_assert_eq!(&told[0], &told[1]);
    }
}
