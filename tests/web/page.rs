//! A page to test on: the SDK of this document, initialised.

use std::rc::Rc;

use throughline::app::browser::page::Page;
use throughline::app::moment::Moment;
use throughline::app::scopes::StackScopes;
use throughline::app::sdk::Init;
use throughline::app::settings::{Settings, Target};
use throughline::codec::fraction::Fraction;
use throughline::decide::sampling::SampleRate;

pub const TRACE: &str = "771a43a4192642f0b136d5159a501700";
pub const PARENT: &str = "b0e6f15b45c36b12";

/// An SDK that records every trace and sends nothing, and the scopes it asks.
pub fn sdk_with_scopes(targets: Option<&[&str]>) -> (Page, StackScopes) {
    let scopes = StackScopes::new(Moment::of_dice([7; 32]).begin_trace());
    let page = Page::with_stack(&scopes, &Rc::default()).expect("tests run in a page");
    let targets = targets.map(|texts| texts.iter().filter_map(|text| Target::from_text(text)).collect());
    page.sdk.init(Init {
        settings: Settings {
            enabled: true,
            sample_rate: SampleRate::Rate(Fraction::ONE),
            public_key: "public".to_owned(),
            targets,
            ..Settings::default()
        },
        ..Init::default()
    });
    (page, scopes)
}

/// Records every trace, sends nothing, and knows what runs: spans begin below the active one, and not below its root.
pub fn exact() -> Init {
    Init {
        settings: Settings {
            enabled: true,
            sample_rate: SampleRate::Rate(Fraction::ONE),
            parent_is_root: false,
            ..Settings::default()
        },
        ..Init::default()
    }
}

/// An SDK that records every trace and sends nothing.
pub fn sdk(targets: Option<&[&str]>) -> Page {
    sdk_with_scopes(targets).0
}
