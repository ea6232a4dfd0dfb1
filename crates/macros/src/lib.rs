//! The attribute `#[throughline::span]`: functions as spans. It is documented where it is used, in the crate `throughline`.
#![deny(missing_docs)]

mod expand;
mod function;
mod options;
mod returns;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Runs a function inside of a span, see the crate `throughline`.
#[proc_macro_attribute]
pub fn span(options: TokenStream, item: TokenStream) -> TokenStream {
    let item = proc_macro2::TokenStream::from(item);
    match expand::expand(options.into(), item.clone()) {
        Ok(function) => function.into(),
        Err(error) => {
            // The function stays: its callers have no errors of their own.
            let mut both = error.into_compile_error();
            both.extend(item);
            both.into()
        }
    }
}
