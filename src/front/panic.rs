//! A panic inside of spans: they have failed, and are sent, before the application is gone.
//!
//! WebAssembly has no unwinding: a panic runs its hook and is a trap. So the hook ends what is entered, innermost first, and
//! the panic goes on as it would have.

#[cfg(panic = "abort")]
use std::panic;

#[cfg(panic = "abort")]
use crate::front::runtime;

/// Watches for panics, from the first `init` on.
#[cfg(panic = "abort")]
pub(crate) fn watch() {
    thread_local! {
        static WATCHES: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
    }
    if WATCHES.replace(true) {
        return;
    }
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let payload = info.payload();
        let message = payload.downcast_ref::<&str>().copied();
        let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        if let Some(runtime) = runtime::current() {
            runtime.fail_entered(message.unwrap_or("panic"));
        }
        before(info);
    }));
}

/// Where panics unwind, what is entered is left, and knows (`Entered`).
#[cfg(not(panic = "abort"))]
pub(crate) fn watch() {}
