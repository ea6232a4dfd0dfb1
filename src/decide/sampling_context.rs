//! What does the dynamic sampling context of a trace say?
//!
//! The context that came with a trace is frozen: who continues a trace passes it on as it came. Only the head of a trace
//! builds one, from what it knows now.

use crate::codec::dsc::Dsc;

/// What is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// The context that came with the trace; `None`: we head it.
    pub frozen: Option<&'a Dsc>,
    /// The trace, as hexadecimal digits.
    pub trace_id: &'a str,
    /// `environment`.
    pub environment: &'a str,
    /// `release`; empty if not set.
    pub release: &'a str,
    /// The public key of the DSN; empty without a DSN.
    pub public_key: &'a str,
    /// The organization; empty if not known.
    pub org_id: &'a str,
    /// What is known of the root span, where there is one.
    pub root: Option<Root<'a>>,
    /// Whether the page does not want the span (`ignoreSpans`): what is below it is not recorded, whoever decides.
    pub ignored: bool,
}

/// What is known of a root span.
#[derive(Clone, Copy, Debug, Default)]
pub struct Root<'a> {
    /// Its name; empty if it must not be told.
    pub transaction: &'a str,
    /// Where its name comes from.
    pub source: &'a str,
    /// Whether it is recorded.
    pub sampled: bool,
    /// The lot of its trace, as a decimal.
    pub sample_rand: &'a str,
    /// A rate that was applied here; empty if there is none.
    pub sample_rate: &'a str,
}

/// The context, in the reference's order. A rate that we applied ourselves replaces the one that came, so that later
/// services see it.
#[inline(never)]
pub fn of(known: &Known<'_>) -> Dsc {
    let mut dsc = known.frozen.cloned().unwrap_or_default();
    if known.frozen.is_none() {
        dsc.set("environment", known.environment);
        dsc.set("release", known.release);
        dsc.set("public_key", known.public_key);
        dsc.set("trace_id", known.trace_id);
        dsc.set("org_id", known.org_id);
    }
    if let Some(root) = known.root {
        if known.frozen.is_none() {
            // A URL as name has too many values to sample by.
            if root.source != "url" {
                dsc.set("transaction", root.transaction);
            }
            dsc.set("sampled", if root.sampled { "true" } else { "false" });
        }
        if known.frozen.is_none_or(Dsc::is_empty) {
            dsc.set("sample_rand", root.sample_rand);
        }
        if !root.sample_rate.is_empty() {
            dsc.set_at_all_costs("sample_rate", root.sample_rate);
        }
    }
    if known.ignored {
        dsc.set_at_all_costs("sampled", "false");
    }
    dsc
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: Known<'_> = Known {
        frozen: None,
        trace_id: "771a",
        environment: "test",
        release: "1.0",
        public_key: "key",
        org_id: "7",
        root: None,
        ignored: false,
    };
    const ROOT: Root<'_> = Root {
        transaction: "/cart",
        source: "route",
        sampled: true,
        sample_rand: "0.25",
        sample_rate: "0.5",
    };

    fn text(known: Known<'_>) -> String {
        of(&known).to_baggage().unwrap_or_default().replace("sentry-", "")
    }

    #[test]
    fn the_head_of_a_trace_says_what_it_knows() {
        let head = "environment=test,release=1.0,public_key=key,trace_id=771a,org_id=7";
        assert_eq!(text(HEAD), head);
        let root = "transaction=%2Fcart,sampled=true,sample_rand=0.25,sample_rate=0.5";
        assert_eq!(text(Known { root: Some(ROOT), ..HEAD }), [head, ",", root].concat());
        let url = Root { source: "url", sampled: false, sample_rate: "", ..ROOT };
        let unsampled = [head, ",sampled=false,sample_rand=0.25"].concat();
        assert_eq!(text(Known { root: Some(url), ..HEAD }), unsampled);
        assert_eq!(text(Known { ignored: true, ..HEAD }), [head, ",sampled=false"].concat());
    }

    #[test]
    fn a_frozen_context_stays_but_for_the_rate_that_was_applied() {
        let frozen = Dsc::from_baggage("sentry-release=2.0,sentry-sample_rate=0.1,sentry-sampled=true");
        let known = Known { frozen: Some(&frozen), ..HEAD };
        assert_eq!(text(known), "release=2.0,sample_rate=0.1,sampled=true");
        assert_eq!(text(Known { root: Some(ROOT), ..known }), "release=2.0,sample_rate=0.5,sampled=true");
        assert_eq!(text(Known { ignored: true, ..known }), "release=2.0,sample_rate=0.1,sampled=false");
    }

    #[test]
    fn an_empty_frozen_context_learns_the_lot_of_a_root() {
        let known = Known { frozen: Some(&Dsc::default()), ..HEAD };
        assert_eq!(text(known), "");
        let root = Root { sample_rate: "", ..ROOT };
        assert_eq!(text(Known { root: Some(root), ..known }), "sample_rand=0.25");
    }
}
