//! The route that a page is at, by its pattern.

use std::borrow::Borrow;

use crate::decide::route;

/// Names the page load or the navigation that is under way after the route that the page is at, such as `/users/:id`; or,
/// where the router calls this before the page moves, the next one. All visits of a route then have one name.
///
/// To be called whenever the route changes, for example from an effect of the router. The forms of Leptos, Yew, Dioxus and axum
/// are understood: `/users/:id`, `/users/{id}`, `/files/*path`. A name that the application has given with
/// [`Span::set_name`](crate::Span::set_name) stays.
///
/// Routers that do not tell the route itself: see [`route_of`] (Leptos) and [`route_among`] (Yew).
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

/// The route of a path, for routers that tell the parameters of a path: `/users/7` with `id` = `7` is of `/users/:id`. A value
/// that stands in the path more than once is taken for the parameter where it stands last.
///
/// Only for the views of a route that has matched: where none has, such as in a fallback, there are no parameters, and the
/// answer is the path itself, so that each address would be a route of its own.
///
/// In Leptos, in a view of the router:
///
/// ```ignore
/// let (location, params) = (use_location(), use_params_map());
/// Effect::new(move |_| throughline::route(throughline::route_of(location.pathname.get(), params.get())));
/// ```
///
/// ```
/// use throughline::route_of;
///
/// assert_eq!(route_of("/users/7/edit", [("id", "7")]), "/users/:id/edit");
/// assert_eq!(route_of("/files/a/b.txt", [("path", "a/b.txt")]), "/files/*path");
/// let params = vec![("id".to_owned(), "7".to_owned())];
/// assert_eq!(route_of("/users/7", &params), "/users/:id");
/// ```
#[must_use]
pub fn route_of<K: AsRef<str>, V: AsRef<str>>(
    path: impl AsRef<str>,
    params: impl IntoIterator<Item = impl Borrow<(K, V)>>,
) -> String {
    let params: Vec<_> = params.into_iter().collect();
    let texts = params.iter().map(|param| {
        let (name, value) = param.borrow();
        (name.as_ref(), value.as_ref())
    });
    route::of_params(path.as_ref(), texts)
}

/// The one of some routes that a path is of, the one that says more if there are several; for routers that tell all their
/// routes.
///
/// In Yew, where `Route` is what `Routable` is derived for:
///
/// ```ignore
/// fn switch(route: Route) -> Html {
///     if let Some(pattern) = throughline::route_among(route.to_path(), Route::routes()) {
///         throughline::route(pattern);
///     }
///     match route { /* … */ }
/// }
/// ```
///
/// ```
/// use throughline::route_among;
///
/// let routes = ["/", "/users/:id", "/users/me"];
/// assert_eq!(route_among("/users/me", routes), Some("/users/me"));
/// assert_eq!(route_among("/users/7?tab=1", routes), Some("/users/:id"));
/// assert_eq!(route_among("/orders", routes), None);
/// ```
#[must_use]
pub fn route_among<'a>(path: impl AsRef<str>, routes: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    route::best(path.as_ref(), routes)
}
