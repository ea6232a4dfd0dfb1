//! What was not recorded or not sent, and why, in the words of client reports.
//!
//! Only counters, added up until the transport fetches them: a decision never makes more than a few.

/// Why something was lost.
pub mod reason {
    /// The trace was not chosen.
    pub const SAMPLE_RATE: &str = "sample_rate";
    /// Code of the page threw where it was asked for a decision.
    pub const CALLBACK_ERROR: &str = "callback_error";
    /// A span that is wanted below a parent only had none.
    pub const NO_PARENT_SPAN: &str = "no_parent_span";
    /// A transaction had more children than are sent.
    pub const BUFFER_OVERFLOW: &str = "buffer_overflow";
    /// A child had not ended when its root did.
    pub const INVALID: &str = "invalid";
    /// The application's own code dropped it (`before_send`).
    pub const BEFORE_SEND: &str = "before_send";
    /// The page does not want spans like this one (`ignoreSpans`).
    pub const IGNORED: &str = "ignored";
    /// Too many requests were under way.
    pub const QUEUE_OVERFLOW: &str = "queue_overflow";
    /// The server had asked for a pause.
    pub const RATE_LIMIT: &str = "ratelimit_backoff";
    /// A request failed.
    pub const NETWORK_ERROR: &str = "network_error";
    /// A root was given up between its end and its sending.
    pub const INTERNAL_ERROR: &str = "internal_sdk_error";
    /// The server refused a request.
    pub const SEND_ERROR: &str = "send_error";
}

/// What kind of thing was lost.
pub mod category {
    /// A root with its children.
    pub const TRANSACTION: &str = "transaction";
    /// One span.
    pub const SPAN: &str = "span";
}

/// So many things of a category, lost for a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// One of [`reason`].
    pub reason: &'static str,
    /// One of [`category`].
    pub category: &'static str,
    /// How many.
    pub quantity: u32,
}

/// Losses that nobody has fetched yet.
#[derive(Debug, Default)]
pub struct Losses(Vec<Loss>);

impl Losses {
    /// Counts.
    pub fn add(&mut self, reason: &'static str, category: &'static str, quantity: u32) {
        if quantity == 0 {
            return;
        }
        match self.0.iter_mut().find(|known| known.reason == reason && known.category == category) {
            Some(known) => known.quantity = known.quantity.saturating_add(quantity),
            None => self.0.push(Loss { reason, category, quantity }),
        }
    }

    /// Hands the losses over and begins anew.
    pub fn take(&mut self) -> Vec<Loss> {
        std::mem::take(&mut self.0)
    }
}
