//! Which of several pairs of trace headers counts?
//!
//! A page that its server streams may name its trace more than once, and a layer in between may replace one header of a
//! pair. The two belong together by the id of the trace, so the first pair of which both say one trace counts. The core of
//! the npm package is given one pair: js/page/server-trace.ts chooses it by the same rule.

use crate::codec::{sentry_trace, text, traceparent};

/// How many digits an id of a trace has.
const DIGITS: usize = 32;

/// The headers that count, see [`choose`]; empty where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen<'a> {
    /// `sentry-trace`
    pub sentry_trace: &'a str,
    /// `traceparent`, which counts where that is none.
    pub traceparent: &'a str,
    /// `baggage`
    pub baggage: &'a str,
}

/// The `sentry-trace` and the `baggage` of the first pair that agrees; else the first of each. A valid `traceparent` is chosen
/// likewise; what agrees with it counts where there is no valid `sentry-trace`.
pub fn choose<'a>(traces: &'a [String], parents: &'a [String], bags: &'a [String]) -> Chosen<'a> {
    let valid = |traces: &'a [String], is_valid: fn(&str) -> bool| {
        traces.iter().map(String::as_str).filter(|trace| is_valid(trace)).collect::<Vec<_>>()
    };
    let parents = valid(parents, |parent| traceparent::parse(parent).is_some());
    let (traceparent, of_parent) = pair(&parents, bags);
    let (sentry_trace, of_trace) = pair(&valid(traces, |_| true), bags);
    let of_parent = of_parent.filter(|_| sentry_trace::parse(sentry_trace).is_err());
    let first = bags.first().map(String::as_str);
    Chosen { sentry_trace, traceparent, baggage: of_parent.or(of_trace).or(first).unwrap_or_default() }
}

/// The first trace with which any baggage agrees, and that; else the first trace.
fn pair<'a>(traces: &[&'a str], bags: &'a [String]) -> (&'a str, Option<&'a str>) {
    for trace in traces {
        if let Some(bag) = matching(trace, bags) {
            return (trace, Some(bag));
        }
    }
    (traces.first().copied().unwrap_or_default(), None)
}

fn matching<'a>(trace: &str, bags: &'a [String]) -> Option<&'a String> {
    let member = text::concat(&["sentry-trace_id=", &trace_id(trace)?]);
    bags.iter().find(|bag| text::contains(bag, &member, false))
}

/// The id of the trace in a `sentry-trace`, in lower case, wherever it stands.
fn trace_id(header: &str) -> Option<String> {
    let found = header.as_bytes().windows(DIGITS).position(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    found.and_then(|start| header.get(start..start + DIGITS)).map(str::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    const ONE: &str = "771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1";
    const OTHER: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-b0e6f15b45c36b12-0";
    const OF_ONE: &str = "a=1,sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-sample_rand=0.5";
    const OF_OTHER: &str = "sentry-trace_id=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    fn choose(traces: &[&str], bags: &[&str]) -> (String, String) {
        let [trace, _, bag] = choose_of(traces, &[], bags);
        (trace, bag)
    }

    fn choose_of(traces: &[&str], parents: &[&str], bags: &[&str]) -> [String; 3] {
        let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
        let (traces, parents, bags) = (owned(traces), owned(parents), owned(bags));
        let chosen = super::choose(&traces, &parents, &bags);
        [chosen.sentry_trace, chosen.traceparent, chosen.baggage].map(str::to_owned)
    }

    fn pair(trace: &str, bag: &str) -> (String, String) {
        (trace.to_owned(), bag.to_owned())
    }

    #[test]
    fn the_first_pair_that_agrees_counts() {
        for (traces, bags, chosen) in [
            (&[ONE][..], &[OF_ONE][..], (ONE, OF_ONE)),
            (&[ONE], &[OF_OTHER, OF_ONE], (ONE, OF_ONE)),
            (&[ONE, OTHER], &[OF_OTHER], (OTHER, OF_OTHER)),
            (&[OTHER, ONE], &[OF_ONE, OF_OTHER], (OTHER, OF_OTHER)),
            (&["nonsense", ONE], &[OF_ONE], (ONE, OF_ONE)),
        ] {
            assert_eq!(choose(traces, bags), pair(chosen.0, chosen.1), "{traces:?} {bags:?}");
        }
    }

    #[test]
    fn without_a_pair_that_agrees_the_first_of_each_counts() {
        for (traces, bags, chosen) in [
            (&[ONE, OTHER][..], &["a=1", "b=2"][..], (ONE, "a=1")),
            (&[ONE], &[], (ONE, "")),
            (&[], &[OF_ONE], ("", OF_ONE)),
            (&["nonsense"], &["sentry-trace_id=nonsense"], ("nonsense", "sentry-trace_id=nonsense")),
            (&[], &[], ("", "")),
        ] {
            assert_eq!(choose(traces, bags), pair(chosen.0, chosen.1), "{traces:?} {bags:?}");
        }
    }

    #[test]
    fn an_id_is_read_in_either_case_and_whatever_stands_around_it() {
        let loud = ONE.to_ascii_uppercase();
        assert_eq!(choose(&[OTHER, &loud], &[OF_ONE]), pair(&loud, OF_ONE));
        let quoted = ["\u{201c}", ONE].concat();
        assert_eq!(choose(&[&quoted], &["", OF_ONE]), pair(&quoted, OF_ONE));
    }

    #[test]
    fn a_traceparent_is_chosen_likewise_and_its_baggage_counts_without_a_sentry_trace() {
        const PARENT: &str = "00-771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-01";
        const OF_ANOTHER: &str = "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-b0e6f15b45c36b12-01";
        for (traces, parents, bags, chosen) in [
            (&[][..], &[PARENT][..], &[OF_OTHER, OF_ONE][..], ["", PARENT, OF_ONE]),
            (&[], &[PARENT, OF_ANOTHER], &[OF_OTHER], ["", OF_ANOTHER, OF_OTHER]),
            (&[], &["nonsense", PARENT], &["a=1"], ["", PARENT, "a=1"]),
            (&["nonsense"], &[PARENT], &["a=1", OF_ONE], ["nonsense", PARENT, OF_ONE]),
            (&[OTHER], &[PARENT], &["a=1", OF_ONE], [OTHER, PARENT, "a=1"]),
            (&[ONE], &[OF_ANOTHER], &[OF_OTHER, OF_ONE], [ONE, OF_ANOTHER, OF_ONE]),
        ] {
            assert_eq!(choose_of(traces, parents, bags), chosen, "{traces:?} {parents:?} {bags:?}");
        }
    }
}
