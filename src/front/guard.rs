//! What keeps tracing on.

use crate::decide::idle::FinishReason;
use crate::front::runtime;

/// Tracing lasts as long as this is held, see [`init`](crate::init).
///
/// ```
/// # fn options() -> throughline::Options { throughline::Options::new("") }
/// if let Ok(guard) = throughline::init(options()) {
///     guard.forget();
/// }
/// ```
#[derive(Debug)]
#[must_use = "tracing ends when the guard is dropped: keep it, or call `forget`"]
pub struct Guard {
    generation: u32,
}

impl Guard {
    pub(crate) fn new(generation: u32) -> Guard {
        Guard { generation }
    }

    /// Lets tracing last as long as the page.
    pub fn forget(self) {
        std::mem::forget(self);
    }

    /// As [`flush`].
    ///
    /// ```
    /// async fn leave(guard: throughline::Guard) {
    ///     guard.flush().await;
    /// }
    /// ```
    pub async fn flush(&self) {
        flush().await;
    }
}

/// Sends what waits, and is done when it was delivered or has failed, after two seconds at the latest. For a worker that is
/// about to close, say; a page that is left sends by itself.
///
/// ```
/// async fn close() {
///     throughline::flush().await;
/// }
/// ```
pub async fn flush() {
    let Some(runtime) = runtime::current() else { return };
    runtime.sdk.flush_spans();
    runtime.sdk.report_losses();
    #[cfg(target_arch = "wasm32")]
    {
        let settled = runtime.page.try_borrow().ok().and_then(|page| Some(page.as_ref()?.settled(PATIENCE)));
        if let Some(settled) = settled {
            let _ = wasm_bindgen_futures::JsFuture::from(settled).await;
        }
    }
}

/// How long [`flush`] waits, in milliseconds.
#[cfg(target_arch = "wasm32")]
const PATIENCE: i32 = 2000;

impl Drop for Guard {
    /// Sends what waits, takes back what was changed on the page, and records nothing any more. The guard of an earlier
    /// `init` than the latest does nothing.
    fn drop(&mut self) {
        let Some(runtime) = runtime::current() else { return };
        if runtime.generation.get() != self.generation {
            return;
        }
        // Of the load or the navigation that is under way is told what is known by now.
        runtime.sdk.cut_idle_root(FinishReason::ExternalFinish);
        #[cfg(target_arch = "wasm32")]
        let _taken_back = runtime.page.try_borrow_mut().map(|mut page| page.take());
        runtime.sdk.report_losses();
        runtime.sdk.close();
        runtime::install(None);
    }
}
