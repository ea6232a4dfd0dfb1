//! What the browser measured of the page load.

use web_sys::Window;

use crate::app::browser::clock::{performance_of, time_origin};
use crate::app::browser::wrappers::load_times;
use crate::app::entry::FIELD_NAMES;
use crate::app::scopes::StackScopes;
use crate::app::sdk::{Events, Sdk};
use crate::app::span_key::SpanKey;
use crate::codec::time::Timestamp;

/// The listener of an application that shares these scopes with the SDK: the first page load takes its phases with it.
#[derive(Debug)]
pub struct TimedScopes {
    /// What listens beside.
    pub scopes: StackScopes,
    /// The page's window.
    pub window: Window,
}

impl Events for TimedScopes {
    fn ending(&self, sdk: &Sdk, root: SpanKey) {
        if !sdk.claim_page_load(root) {
            return;
        }
        let origin = performance_of(&self.window).map(|performance| time_origin(&performance));
        // A worker was not navigated to.
        if let (Some(origin), Some(line)) = (origin, load_times(FIELD_NAMES)) {
            sdk.add_entries(root, &line, "", Timestamp::from_millis(origin), "");
        }
    }

    fn ended(&self, sdk: &Sdk, key: SpanKey) {
        self.scopes.ended(sdk, key);
    }
}
