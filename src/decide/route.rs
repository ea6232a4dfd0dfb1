//! What are page loads and navigations called: after their path, or after the route that a router has found for it? And
//! which move of a page is a redirect?
//!
//! ```text
//! route     = *( "/" segment )
//! segment   = text / ":" name / "*" name      one segment, and all that follows
//! also read = ":" name "?" / "{" name "}" / "{*" name "}" / ":.." name
//! ```

use super::redaction::write_path;
use crate::codec::percent;
use crate::codec::text;
use crate::codec::time::Timestamp;
use crate::codec::url::Url;

/// So soon after the start of a root, and so long after the last click, nobody has asked for a move; milliseconds, as in
/// the reference.
const REDIRECT_WINDOW: u64 = 1500;

/// Whether the page moves on by itself: right after a root has begun, and nobody has done anything lately.
pub fn is_redirect(root_began: Timestamp, interacted: Timestamp, now: Timestamp) -> bool {
    now.millis_since(root_began) <= REDIRECT_WINDOW && now.millis_since(interacted) > REDIRECT_WINDOW
}

/// The path of an address as it stands in names: without the secrets that a path may hold.
pub fn path_of(href: &str, sensitive: &str) -> String {
    let path = Url::split(href).map_or("", |url| url.path);
    if path.is_empty() {
        return "/".to_owned();
    }
    let mut out = String::new();
    write_path(&mut out, path, sensitive);
    out
}

/// A part of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part<'a> {
    /// This text.
    Text(&'a str),
    /// One segment, or none.
    Any { name: &'a str, optional: bool },
    /// All segments that follow.
    Rest(&'a str),
}

/// The routes of Leptos, Yew, Dioxus and axum have a form each.
fn part(segment: &str) -> Part<'_> {
    let braced = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let named = segment.strip_prefix(':').or(braced);
    let rest = segment
        .strip_prefix('*')
        .or(named.and_then(|name| name.strip_prefix("..").or(name.strip_prefix('*'))));
    match (rest, named) {
        (Some(name), _) => Part::Rest(name),
        (None, Some(name)) => {
            let bare = name.strip_suffix('?');
            Part::Any { name: bare.unwrap_or(name), optional: bare.is_some() }
        }
        (None, None) => Part::Text(segment),
    }
}

/// Of so many optional parts each may be there or not, in all combinations: twice the time for one more. No router has routes
/// with as many.
const MAX_OPTIONAL: usize = 8;

/// The parts of a route; nothing where too many are optional.
fn parts(route: &str) -> Option<Vec<Part<'_>>> {
    let parts: Vec<Part<'_>> = segments(route).into_iter().map(part).collect();
    let optional = parts.iter().filter(|part| matches!(part, Part::Any { optional: true, .. })).count();
    (optional <= MAX_OPTIONAL).then_some(parts)
}

fn segments(path: &str) -> Vec<&str> {
    text::items(path, b'/').filter(|segment| !segment.is_empty()).collect()
}

/// A route in our form: `/users/:id`, `/files/*path`. What is no route, because it does not begin with a slash, stays.
pub fn normalized(route: &str) -> String {
    if !route.starts_with('/') {
        return route.to_owned();
    }
    let mut out = String::new();
    for segment in segments(route) {
        let (mark, name) = match part(segment) {
            Part::Text(text) => ("", text),
            Part::Any { name, .. } => (":", name),
            Part::Rest(name) => ("*", name),
        };
        text::push_all(&mut out, &["/", mark, name]);
    }
    if out.is_empty() { "/".to_owned() } else { out }
}

/// Whether an address may be one of a route: its path, or the part of it behind the base of an application; or the path that
/// some routers keep in the fragment.
pub fn fits(route: &str, href: &str) -> bool {
    if !route.starts_with('/') {
        return false;
    }
    let (Some(url), Some(parts)) = (Url::split(href), parts(route)) else { return false };
    // Else it would fit whatever ends in as many segments.
    let is_telling = parts.iter().any(|part| matches!(part, Part::Text(_)));
    let hash = url.fragment.strip_prefix('!').unwrap_or(url.fragment);
    [url.path, hash].into_iter().filter(|path| path.starts_with('/')).any(|path| {
        let all = segments(path);
        let bases = if is_telling { all.len() } else { 0 };
        (0..=bases).any(|base| all.get(base..).is_some_and(|segments| takes(&parts, segments)))
    })
}

fn takes(parts: &[Part<'_>], segments: &[&str]) -> bool {
    let Some((part, parts)) = parts.split_first() else { return segments.is_empty() };
    let (first, others) = match segments.split_first() {
        Some((first, others)) => (Some(*first), others),
        None => (None, segments),
    };
    match part {
        Part::Rest(_) => true,
        Part::Any { optional: true, .. } if takes(parts, segments) => true,
        Part::Any { .. } => first.is_some() && takes(parts, others),
        Part::Text(text) => first.is_some_and(|first| is_text(first, text)) && takes(parts, others),
    }
}

/// Whether a segment of an address says a text.
fn is_text(segment: &str, text: &str) -> bool {
    segment == text || percent::decode(segment).is_some_and(|decoded| decoded == text)
}

/// The route among some that a path is of: of several the one that says more, from the left.
pub fn best<'a>(path: &str, routes: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let segments = segments(text::before(text::before(path, b'#'), b'?'));
    let mut found: Option<(Vec<u8>, &str)> = None;
    for route in routes {
        let Some(parts) = parts(route).filter(|parts| takes(parts, &segments)) else { continue };
        let rank = parts.iter().map(|part| match part {
            Part::Text(_) => 0,
            Part::Any { .. } => 1,
            Part::Rest(_) => 2,
        });
        let rank: Vec<u8> = rank.collect();
        if found.as_ref().is_none_or(|(best, _)| rank < *best) {
            found = Some((rank, route));
        }
    }
    found.map(|(_, route)| route)
}

/// The route of a path of which a router tells the parameters, and not the route: `/users/7` with `id` = `7` is of
/// `/users/:id`. The last segment that a value stands in is the parameter's.
pub fn of_params<'a>(path: &str, params: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let path = text::before(text::before(path, b'#'), b'?');
    let mut parts: Vec<String> = segments(path).into_iter().map(str::to_owned).collect();
    let mut params: Vec<(&str, &str)> = params.into_iter().collect();
    params.reverse();
    for (name, value) in params {
        let values = segments(value);
        if values.len() > 1 {
            // All that follows.
            let start = parts.len().saturating_sub(values.len());
            let tail = parts.get(start..).unwrap_or_default();
            if tail.len() == values.len() && tail.iter().zip(&values).all(|(part, value)| says(part, value)) {
                parts.truncate(start);
                parts.push(text::concat(&["*", name]));
            }
        } else if let Some(value) = values.first()
            && let Some(part) = parts.iter_mut().rev().find(|part| says(part, value))
        {
            *part = text::concat(&[":", name]);
        }
    }
    let mut out = String::new();
    for part in &parts {
        text::push_all(&mut out, &["/", part]);
    }
    if out.is_empty() { "/".to_owned() } else { out }
}

/// Whether a segment is still one of the path, and says a value; either may be encoded.
fn says(segment: &str, value: &str) -> bool {
    is_text(segment, value) || is_text(value, segment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_right_after_a_root_that_nobody_asked_for_is_a_redirect() {
        let at = |millis: u64| Timestamp::from_micros(1_700_000_000_000_000 + millis * 1000);
        let never = Timestamp::EPOCH;
        assert!(is_redirect(at(0), never, at(1500)));
        assert!(!is_redirect(at(0), never, at(1501)));
        assert!(!is_redirect(at(1000), at(0), at(1500)));
        assert!(is_redirect(at(1000), at(0), at(1501)));
    }

    #[test]
    fn a_path_is_recorded_without_its_secrets() {
        for (href, path) in [
            ("https://shop.test/cart?x=1#y", "/cart"),
            ("https://shop.test", "/"),
            ("https://shop.test/cart;jsessionid=1/x", "/cart;jsessionid=[Filtered]/x"),
            ("no url", "/"),
        ] {
            assert_eq!(path_of(href, ""), path, "{href}");
        }
        assert_eq!(path_of("https://shop.test/a;mine=1", "mine"), "/a;mine=[Filtered]");
    }

    #[test]
    fn routes_of_all_frameworks_become_ours() {
        for (given, ours) in [
            ("/users/:id", "/users/:id"),
            ("/users/:id?", "/users/:id"),
            ("/*any", "/*any"),
            ("/files/*", "/files/*"),
            ("/users/{id}", "/users/:id"),
            ("/files/{*path}", "/files/*path"),
            ("/files/:..path", "/files/*path"),
            ("/users/", "/users"),
            ("/", "/"),
            ("", ""),
            ("Checkout", "Checkout"),
        ] {
            assert_eq!(normalized(given), ours, "{given}");
        }
    }

    #[test]
    fn an_address_is_known_by_its_route() {
        for (route, path) in [
            ("/", "/"),
            ("/users/:id", "/users/7"),
            ("/users/:id", "/users/7/"),
            ("/users/:id?", "/users"),
            ("/users/:id?/edit", "/users/edit"),
            ("/users/:id?/edit", "/users/7/edit"),
            ("/*any", "/a/b/c"),
            ("/*any", "/"),
            ("/files/*path", "/files"),
            ("/users/:id", "/base/users/7"),
            ("/users/:id", "/#/users/7"),
            ("/users/:id", "/x#!/users/7"),
            ("/caf\u{e9}/:id", "/caf%C3%A9/7"),
        ] {
            assert!(fits(route, &["https://shop.test", path].concat()), "{route} {path}");
        }
    }

    #[test]
    fn another_address_is_not_taken_for_one_of_a_route() {
        for (route, path) in [
            ("/", "/users"),
            ("/users/:id", "/"),
            ("/users/:id", "/users"),
            ("/users/:id", "/users/7/edit"),
            ("/users/:id", "/orders/7"),
            ("/:id", "/users/7"),
            ("/Users", "/users"),
            ("Checkout", "/Checkout"),
            ("", "/"),
        ] {
            assert!(!fits(route, &["https://shop.test", path].concat()), "{route} {path}");
        }
        assert!(!fits("/a", "no url"));
    }

    #[test]
    fn a_route_of_many_parts_that_may_be_missing_fits_nothing() {
        let with = |count: usize| ["/users", &"/:id?".repeat(count)].concat();
        let usual = with(MAX_OPTIONAL);
        assert!(fits(&usual, "https://shop.test/users"));
        assert_eq!(best("/users/7", [usual.as_str()]), Some(usual.as_str()));
        for count in [MAX_OPTIONAL + 1, 40] {
            let route = with(count);
            assert!(!fits(&route, "https://shop.test/users"), "{count}");
            assert!(!fits(
                &[&route, "/edit"].concat(),
                &["https://shop.test/users", &"/x".repeat(30)].concat()
            ));
            assert_eq!(best("/users/7", [route.as_str()]), None, "{count}");
        }
    }

    #[test]
    fn of_several_routes_the_one_counts_that_says_more() {
        let routes = ["/*any", "/users/:id", "/users/me", "/:what/me/*rest", "/"];
        for (path, route) in [
            ("/users/me", "/users/me"),
            ("/users/7?tab=1#x", "/users/:id"),
            ("/orders/me/1/2", "/:what/me/*rest"),
            ("/nowhere", "/*any"),
            ("/", "/"),
        ] {
            assert_eq!(best(path, routes), Some(route), "{path}");
        }
        assert_eq!(best("/a", ["/b"]), None);
    }

    #[test]
    fn a_route_is_made_of_the_parameters_of_a_path() {
        for (path, params, route) in [
            ("/users/7", &[("id", "7")][..], "/users/:id"),
            ("/users/users", &[("id", "users")], "/users/:id"),
            ("/a/b/c/d", &[("id", "b"), ("any", "c/d")], "/a/:id/*any"),
            ("/7/7", &[("a", "7"), ("b", "7")], "/:a/:b"),
            ("/caf%C3%A9", &[("what", "caf\u{e9}")], "/:what"),
            ("/users/7?x=1", &[("id", "7"), ("gone", ""), ("other", "9")], "/users/:id"),
            ("/", &[], "/"),
        ] {
            assert_eq!(of_params(path, params.iter().copied()), route, "{path}");
        }
    }
}
