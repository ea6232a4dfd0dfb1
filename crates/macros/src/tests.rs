//! What the compiler says of a wrong use.

use proc_macro2::{LineColumn, TokenStream, TokenTree};
use quote::quote;

use crate::expand::expand;

#[test]
fn wrong_options_are_named_beside_those_that_there_are() {
    let function = quote!(
        fn load() -> u32 {
            1
        }
    );
    let all = "there are `name = \"…\"`, `op = \"…\"`, `err`, `err(Debug)`, `root` and `fields(…)`";
    let err = "`err` stands alone, or is `err(Debug)` or `err(Display)`";
    for (options, says) in [
        (quote!(opp = "function"), format!("unknown option `opp`: {all}")),
        (quote!(skip_all), format!("unknown option `skip_all`: {all}")),
        (quote!("load"), format!("this is no option: {all}")),
        (quote!(name), "`name` needs a text: `name = \"…\"`".to_owned()),
        (quote!(op = 7), "`op` needs a text: `op = \"…\"`".to_owned()),
        (quote!(err = true), err.to_owned()),
        (quote!(err(Show)), err.to_owned()),
        (quote!(err()), err.to_owned()),
        (quote!(err(Debug, Display)), err.to_owned()),
        (quote!(root(no)), "`root` stands alone, without a value".to_owned()),
        (quote!(op = "a", op = "b"), "`op` is said twice".to_owned()),
        (quote!(err, err), "`err` is said twice".to_owned()),
        (quote!(fields = 1), "`fields` needs a list: `fields(order.id = id, …)`".to_owned()),
        (quote!(fields(order.id)), "the field `order.id` has no value: `order.id = …`".to_owned()),
        (quote!(fields("order id")), "the field `order id` has no value: `order id = …`".to_owned()),
        (quote!(fields(7 = id)), "a field has a name: `order.id = id`, or `id` for a variable".to_owned()),
        (quote!(op = "a" err), "expected `,`".to_owned()),
    ] {
        let shown = options.to_string();
        let error = expand(options, function.clone()).expect_err(&shown);
        assert_eq!(error.to_string(), says, "{shown}");
    }
}

#[test]
fn what_cannot_be_a_span_says_so() {
    for (options, item, says) in [
        (
            quote!(),
            quote!(
                struct Order;
            ),
            "only a function can be a span: this is none",
        ),
        (
            quote!(),
            quote!(
                fn load();
            ),
            "`load` has no body: the attribute belongs to where it is written",
        ),
        (
            quote!(),
            quote!(
                const fn load() {}
            ),
            "a `const` function cannot be a span",
        ),
        (
            quote!(err),
            quote!(
                fn load() {}
            ),
            "`err` needs a function that answers with a `Result`: `load` does not",
        ),
    ] {
        let shown = item.to_string();
        assert_eq!(expand(options, item).expect_err(&shown).to_string(), says, "{shown}");
    }
}

#[test]
fn all_that_is_right_is_understood() {
    let function = quote!(
        /// Documented.
        #[must_use]
        pub(crate) unsafe extern "C" fn load<'a, T: Clone>(id: u32) -> u32
        where
            T: 'a,
        {
            #![allow(unused)]
            id
        }
    );
    let options = quote!(
        name = "load order", op = ops::LOAD, root,
        fields(order.id = id, "a b" = 1 + 2, id, r#type = "x", shown = %id, debug = ?id,),
    );
    let expanded = expand(options, function).expect("a function").to_string();
    let head = quote!(
        /// Documented.
        #[must_use]
        pub(crate) unsafe extern "C" fn load<'a, T: Clone>(id: u32) -> u32 where T: 'a
    );
    assert!(expanded.starts_with(&head.to_string()), "{expanded}");
    for part in [
        quote!(Span::builder("load order").op(ops::LOAD)),
        quote!(.attribute("order.id", ::core::clone::Clone::clone(&(id)))),
        quote!(.attribute("type", ::core::clone::Clone::clone(&("x")))),
        quote!(.attribute("shown", ::std::string::ToString::to_string(&(id)))),
        quote!(.root().start()),
    ] {
        assert!(expanded.contains(&part.to_string()), "{part} in {expanded}");
    }
}

#[test]
fn an_error_is_recorded_as_it_is_displayed_or_as_debug_shows_it() {
    for (options, shown) in [
        (quote!(err), quote!(fail(&span, error))),
        (quote!(err(Display)), quote!(fail(&span, error))),
        (quote!(err(Debug)), quote!(fail(&span, &::core::format_args!("{:?}", error)))),
    ] {
        let function = quote!(
            fn load() -> Result<(), Wrong> {
                Ok(())
            }
        );
        let expanded = expand(options, function).expect("a function").to_string();
        assert!(expanded.contains(&shown.to_string()), "{shown} in {expanded}");
    }
}

/// Where each method of the builder stands that sets an attribute.
fn places(tokens: TokenStream, found: &mut Vec<LineColumn>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => places(group.stream(), found),
            TokenTree::Ident(ident) if ident == "attribute" => found.push(ident.span().start()),
            _ => {}
        }
    }
}

#[test]
fn what_is_wrong_with_a_field_is_said_of_its_value() {
    let options = "fields(id, order.id = cart, shown = %cart, debug = ?cart)";
    let function = quote!(
        fn load() {}
    );
    let mut found = Vec::new();
    places(expand(options.parse().expect("tokens"), function).expect("a function"), &mut found);
    let columns: Vec<usize> = found.iter().map(|place| place.column).collect();
    let expected = [options.find("id"), options.find("cart"), options.find("%cart"), options.find("?cart")];
    let expected: Vec<usize> = expected.into_iter().flatten().collect();
    assert_eq!(columns, [expected[0], expected[1], expected[2] + 1, expected[3] + 1]);
}
