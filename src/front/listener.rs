//! Hears of what happens to spans: the application's code sees events before they leave.

use crate::app::attributes::Attributes;
use crate::app::envelope::Extra;
use crate::app::scopes::StackScopes;
use crate::app::sdk::{Events, Sdk};
use crate::app::span_key::SpanKey;
use crate::front::options::SharedCallbacks;

/// The listener of an application.
pub(crate) struct Listener {
    /// What keeps the scopes of the page, and knows what was measured of it.
    inner: Box<dyn Events>,
    scopes: StackScopes,
    callbacks: SharedCallbacks,
}

impl Listener {
    #[cfg_attr(not(any(test, target_arch = "wasm32")), allow(dead_code, reason = "there is no page"))]
    pub(crate) fn new(
        inner: impl Events + 'static,
        scopes: &StackScopes,
        callbacks: &SharedCallbacks,
    ) -> Listener {
        Listener { inner: Box::new(inner), scopes: scopes.clone(), callbacks: callbacks.clone() }
    }
}

impl Events for Listener {
    fn ending(&self, sdk: &Sdk, root: SpanKey) {
        self.inner.ending(sdk, root);
    }

    fn ended(&self, sdk: &Sdk, key: SpanKey) {
        self.inner.ended(sdk, key);
    }

    fn captured(&self, sdk: &Sdk, key: SpanKey) -> Option<Attributes> {
        self.inner.captured(sdk, key)
    }

    fn finished(&self, sdk: &Sdk, root: SpanKey, children: u32) -> Option<Extra> {
        let extra = self.inner.finished(sdk, root, children)?;
        let callbacks = self.callbacks.get();
        let Some(before_send) = &callbacks.before_send else { return Some(extra) };
        // Spans that it begins would be seen by it in their turn, without end.
        self.scopes.suppress(|| before_send(sdk, root, children, &extra));
        None
    }
}
