//! What keeps tracing on.

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

    /// Sends what waits, and is done when it was delivered or has failed, after two seconds at the latest.
    pub async fn flush(&self) {
        let Some(runtime) = runtime::current() else { return };
        runtime.sdk.flush_spans();
        runtime.sdk.report_losses();
        #[cfg(target_arch = "wasm32")]
        if let Some(settled) = settled(&runtime) {
            let _ = wasm_bindgen_futures::JsFuture::from(settled).await;
        }
    }
}

/// Fulfilled once no request of ours is under way.
#[cfg(target_arch = "wasm32")]
fn settled(runtime: &runtime::Runtime) -> Option<js_sys::Promise> {
    Some(runtime.page.try_borrow().ok()?.as_ref()?.settled())
}

impl Drop for Guard {
    /// Sends what waits, takes back what was changed on the page, and records nothing any more. The guard of an earlier
    /// `init` than the latest does nothing.
    fn drop(&mut self) {
        let Some(runtime) = runtime::current() else { return };
        if runtime.generation.get() != self.generation {
            return;
        }
        #[cfg(target_arch = "wasm32")]
        let _taken_back = runtime.page.try_borrow_mut().map(|mut page| page.take());
        runtime.sdk.report_losses();
        runtime.sdk.close();
        runtime::install(None);
    }
}
