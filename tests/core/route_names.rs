//! What the roots of page loads and navigations are called, where a router says its routes.

use crate::routes::{Visit, row};

#[test]
fn a_route_names_the_root_that_is_under_way() {
    let visit = Visit::new("/users/7");
    visit.name("/users/:id?");
    visit.go("/users/8");
    visit.name("/users/:id");
    visit.settle();
    assert_eq!(
        visit.all(),
        [
            row("/users/:id", "route", "pageload", "/users/7"),
            row("/users/:id", "route", "navigation", "/users/8")
        ]
    );
    // A route is a name to sample by.
    assert_eq!(visit.page.envelope(1).header["trace"]["transaction"], "/users/:id");
}

#[test]
fn a_router_may_say_the_route_before_the_page_moves() {
    // While the root before is under way, and when it has ended.
    for waits in [0, 5000] {
        let visit = Visit::new("/");
        visit.name("/");
        visit.page.advance(waits);
        visit.name("/users/:id");
        visit.go("/users/8");
        visit.settle();
        let all = visit.all();
        assert_eq!(
            all,
            [row("/", "route", "pageload", "/"), row("/users/:id", "route", "navigation", "/users/8")],
            "{waits}"
        );
    }
}

#[test]
fn a_route_that_came_too_late_names_no_other_page() {
    let visit = Visit::new("/users/7");
    visit.settle();
    visit.name("/users/:id");
    visit.go("/cart");
    visit.settle();
    assert_eq!(visit.all()[1], row("/cart", "url", "navigation", "/cart"));
    // Nor the one after that.
    visit.go("/users/9");
    visit.settle();
    assert_eq!(visit.all()[2], row("/users/9", "url", "navigation", "/users/9"));
}

#[test]
fn the_name_of_a_route_tells_no_secrets() {
    let visit = Visit::new("/page/x");
    visit.name("/page/y;jsessionid=SECRET");
    visit.settle();
    // Nor that of the next one.
    visit.name("/page/:id;token=SECRET");
    visit.go("/page/7;token=SECRET");
    visit.name("/page/:id;token=SECRET");
    let baggage = visit.page.headers(Some(visit.under())).baggage.expect("baggage");
    assert!(baggage.contains("sentry-transaction=%2Fpage%2F") && !baggage.contains("SECRET"), "{baggage}");
    visit.settle();
    for (index, name) in ["/page/y;jsessionid=[Filtered]", "/page/:id;token=[Filtered]"].iter().enumerate() {
        let envelope = visit.page.envelope(index);
        assert_eq!(envelope.event["transaction"], *name);
        assert_eq!(envelope.header["trace"]["transaction"], *name);
    }
}

#[test]
fn a_parameter_that_may_be_missing_takes_no_name() {
    // Before the page moves to where it is missing.
    let visit = Visit::new("/");
    visit.settle();
    visit.name("/users/:id?");
    visit.go("/users");
    visit.settle();
    assert_eq!(visit.all()[1], row("/users/:id", "route", "navigation", "/users"));

    // Where it is missing, and then is not.
    let visit = Visit::new("/users");
    visit.name("/users/:id?");
    visit.go("/users/7");
    visit.settle();
    let all = visit.all();
    assert_eq!(all[0], row("/users/:id", "route", "pageload", "/users"));
    assert_eq!(all[1], row("/users/7", "url", "navigation", "/users/7"));
}

#[test]
fn a_route_that_the_page_was_redirected_to_stays_its_name() {
    let visit = Visit::new("/users/7");
    visit.name("/orders/:id");
    visit.slip("/orders/1");
    visit.go("/orders/9");
    visit.settle();
    let all = visit.all();
    assert_eq!(all[0], row("/orders/:id", "route", "pageload", "/users/7"));
    assert_eq!(all[1], row("/orders/9", "url", "navigation", "/orders/9"));

    // Another redirect before it does not change that the name came before its page.
    let visit = Visit::new("/users/7");
    visit.name("/orders/:id");
    visit.slip("/login");
    visit.go("/orders/9");
    visit.settle();
    let all = visit.all();
    assert_eq!(all[0], row("/users/7", "url", "pageload", "/users/7"));
    assert_eq!(all[1], row("/orders/:id", "route", "navigation", "/orders/9"));
}

#[test]
fn any_name_will_do_and_the_name_that_the_page_chose_stays() {
    let visit = Visit::new("/c/1");
    visit.name("");
    visit.name("Checkout");
    visit.go("/cart");
    visit.page.sdk.set_name(visit.under(), "mine");
    visit.name("/cart");
    visit.settle();
    assert_eq!(
        visit.all(),
        [row("Checkout", "route", "pageload", "/c/1"), row("mine", "custom", "navigation", "/cart")]
    );
}
