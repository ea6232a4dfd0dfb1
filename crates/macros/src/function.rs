//! A function, of which only the head is read: the body stays as it is written, also while somebody still writes it.

use proc_macro2::{Span, TokenStream};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, Result, Signature, Token, Visibility, braced};

pub struct Function {
    pub attributes: Vec<Attribute>,
    pub visibility: Visibility,
    pub signature: Signature,
    /// Those that stand within the braces.
    pub inner: Vec<Attribute>,
    pub body: TokenStream,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> Result<Function> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let signature: Signature = input
            .parse()
            .map_err(|_| Error::new(Span::call_site(), "only a function can be a span: this is none"))?;
        if input.peek(Token![;]) {
            let words =
                format!("`{}` has no body: the attribute belongs to where it is written", signature.ident);
            return Err(Error::new(signature.ident.span(), words));
        }
        let braces;
        braced!(braces in input);
        let inner = braces.call(Attribute::parse_inner)?;
        Ok(Function { attributes, visibility, signature, inner, body: braces.parse()? })
    }
}
