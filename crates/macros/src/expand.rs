//! What becomes of a function. Its head stays; its body runs inside of a span, which begins as the body does.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Error, Result, ReturnType, Type};

use crate::function::Function;
use crate::options::{self, Options};
use crate::returns::{self, Future};

/// The function that takes the place of this one.
pub fn expand(options: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let options: Options = syn::parse2(options)?;
    let function: Function = syn::parse2(item)?;
    check(&options, &function)?;
    let Function { attributes, visibility, signature, inner, .. } = &function;
    let body = body(&options, &function);
    Ok(quote! {
        #(#attributes)*
        #visibility #signature {
            #(#inner)*
            #body
        }
    })
}

fn check(options: &Options, function: &Function) -> Result<()> {
    let signature = &function.signature;
    if let Some(word) = &signature.constness {
        return Err(Error::new_spanned(word, "a `const` function cannot be a span"));
    }
    if let (Some(err), ReturnType::Default) = (&options.err, &signature.output) {
        let words =
            format!("`err` needs a function that answers with a `Result`: `{}` does not", signature.ident);
        return Err(Error::new(err.word.span(), words));
    }
    Ok(())
}

/// Names that no code of the user can see.
fn hidden(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

fn body(options: &Options, function: &Function) -> TokenStream {
    let Function { signature, body, .. } = function;
    let (builder, begun) = (builder(options, function), hidden("builder"));
    let inside = returns::inside(&signature.output);
    if signature.asyncness.is_some() {
        let edge = edge(&signature.output, &inside);
        let future = quote!(async move { #edge #body });
        let run = run(options, &future, &begun);
        return quote!(let #begun = #builder; #run);
    }
    if let Some(kind) = returns::future(&signature.output) {
        // What the function does by itself is done when it is called; the span begins with its future.
        let future = hidden("future");
        let run = run(options, &quote!(#future), &begun);
        let run = quote!(async move { #run });
        let run = if kind == Future::Boxed { quote!(::std::boxed::Box::pin(#run)) } else { run };
        return quote! {
            let #begun = #builder;
            let #future = ::throughline::__private::run(move || -> #inside { #body });
            #run
        };
    }
    let (span, entered) = (hidden("span"), hidden("entered"));
    let enter = quote! {
        let #span = #builder.start();
        let #entered = #span.enter();
    };
    if options.err.is_none() {
        return quote!(#enter { #body });
    }
    let result = hidden("result");
    let failed = failed(options, &span, &result);
    quote! {
        #enter
        let #result = ::throughline::__private::run(move || -> #inside { #body });
        #failed
        #result
    }
}

/// What is said about the span before it begins.
fn builder(options: &Options, function: &Function) -> TokenStream {
    let default = function.signature.ident.to_string();
    let default = default.strip_prefix("r#").unwrap_or(&default);
    let name = options.name.as_ref().map_or_else(|| quote!(#default), |name| quote!(#name));
    let op = options.op.iter().map(|op| quote!(.op(#op)));
    let root = options.root.iter().map(|_| quote!(.root()));
    let fields = options.fields.iter().flatten().map(|field| {
        let (name, value) = (&field.name, &field.value);
        quote_spanned!(field.place=> .attribute(#name, #value))
    });
    quote!(::throughline::Span::builder(#name) #(#op)* #(#fields)* #(#root)*)
}

/// Runs a future inside of the span.
fn run(options: &Options, future: &TokenStream, builder: &Ident) -> TokenStream {
    let span = hidden("span");
    if options.err.is_none() {
        return quote!(::throughline::Instrument::in_span(#future, #builder.start()).await);
    }
    let result = hidden("result");
    let failed = failed(options, &span, &result);
    quote! {
        let #span = #builder.start();
        let #result = ::throughline::Instrument::in_span(#future, ::core::clone::Clone::clone(&#span)).await;
        #failed
        #result
    }
}

/// An error says why the span has failed.
fn failed(options: &Options, span: &Ident, result: &Ident) -> TokenStream {
    let error = hidden("error");
    let Some(err) = &options.err else { return TokenStream::new() };
    let place = options::at(err.word.span());
    let shown = if err.debug {
        quote_spanned!(place=> &::core::format_args!("{:?}", #error))
    } else {
        quote!(#error)
    };
    quote_spanned! {place=>
        if let ::core::result::Result::Err(#error) = &#result {
            ::throughline::__private::fail(&#span, #shown);
        }
    }
}

/// Tells the compiler what a future answers with, which an `async` block cannot say: `?` needs to know.
fn edge(output: &ReturnType, inside: &TokenStream) -> TokenStream {
    if let ReturnType::Type(_, ty) = output
        && matches!(**ty, Type::Never(_))
    {
        return TokenStream::new();
    }
    let answer = hidden("answer");
    quote! {
        #[allow(unreachable_code, clippy::diverging_sub_expression, clippy::empty_loop, clippy::let_unit_value)]
        if false {
            let #answer: #inside = loop {};
            return #answer;
        }
    }
}
