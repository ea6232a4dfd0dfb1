//! The route that a page is at, by its pattern.

/// Names the page load or the navigation that is under way after the route that the page is at, such as `/users/:id`; or,
/// where the router calls this before the page moves, the next one. All visits of a route then have one name.
///
/// To be called whenever the route changes, for example from an effect of the router.
///
/// ```
/// throughline::route("/users/:id");
/// ```
pub fn route(pattern: impl AsRef<str>) {
    name(pattern.as_ref());
}

#[cfg(target_arch = "wasm32")]
fn name(pattern: &str) {
    let Some(runtime) = crate::front::runtime::current() else { return };
    let routes = runtime.page.try_borrow().ok().and_then(|page| page.as_ref()?.route_roots());
    if let Some(routes) = routes {
        routes.name(&runtime.sdk, pattern);
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn name(_pattern: &str) {}
