//! What stands in the parentheses: `name = "…", op = "…", err, root, fields(order.id = id, …)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Expr, ExprLit, Ident, Lit, LitStr, Result, Token, parenthesized};

const OPTIONS: &str = "there are `name = \"…\"`, `op = \"…\"`, `err`, `root` and `fields(…)`";

/// What was said about a span.
#[derive(Default)]
pub struct Options {
    /// A text, or a constant that is one.
    pub name: Option<Expr>,
    /// Likewise.
    pub op: Option<Expr>,
    pub err: Option<Ident>,
    pub root: Option<Ident>,
    pub fields: Option<Vec<Field>>,
}

/// An attribute of the span.
pub struct Field {
    pub name: LitStr,
    /// What is recorded, computed where the function begins.
    pub value: TokenStream,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Options> {
        let mut options = Options::default();
        while !input.is_empty() {
            options.parse_one(input)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(options)
    }
}

impl Options {
    fn parse_one(&mut self, input: ParseStream<'_>) -> Result<()> {
        let option = input
            .call(Ident::parse_any)
            .map_err(|error| Error::new(error.span(), format!("this is no option: {OPTIONS}")))?;
        let is_new = match option.to_string().as_str() {
            "name" => self.name.replace(text(&option, input)?).is_none(),
            "op" => self.op.replace(text(&option, input)?).is_none(),
            "err" => self.err.replace(alone(&option, input)?).is_none(),
            "root" => self.root.replace(alone(&option, input)?).is_none(),
            "fields" => self.fields.replace(fields(&option, input)?).is_none(),
            _ => return Err(Error::new(option.span(), format!("unknown option `{option}`: {OPTIONS}"))),
        };
        if is_new { Ok(()) } else { Err(Error::new(option.span(), format!("`{option}` is said twice"))) }
    }
}

/// The text of an option.
fn text(option: &Ident, input: ParseStream<'_>) -> Result<Expr> {
    let wrong = || format!("`{option}` needs a text: `{option} = \"…\"`");
    if !input.peek(Token![=]) {
        return Err(Error::new(option.span(), wrong()));
    }
    input.parse::<Token![=]>()?;
    let value: Expr = input.parse()?;
    match &value {
        Expr::Lit(ExprLit { lit: Lit::Str(_), .. }) | Expr::Path(_) | Expr::Macro(_) => Ok(value),
        other => Err(Error::new_spanned(other, wrong())),
    }
}

/// An option that has no value.
fn alone(option: &Ident, input: ParseStream<'_>) -> Result<Ident> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(option.clone());
    }
    Err(Error::new(option.span(), format!("`{option}` stands alone, without a value")))
}

fn fields(option: &Ident, input: ParseStream<'_>) -> Result<Vec<Field>> {
    if !input.peek(syn::token::Paren) {
        let words = "`fields` needs a list: `fields(order.id = id, …)`";
        return Err(Error::new(option.span(), words));
    }
    let list;
    parenthesized!(list in input);
    Ok(Punctuated::<Field, Token![,]>::parse_terminated(&list)?.into_iter().collect())
}

impl Parse for Field {
    /// `order.id = id`, `"order id" = id`, or `id` for both; with `%` as it is displayed, with `?` as `Debug` shows it.
    fn parse(input: ParseStream<'_>) -> Result<Field> {
        let (name, short) = if input.peek(LitStr) {
            (input.parse::<LitStr>()?, None)
        } else {
            let first = input.call(Ident::parse_any).map_err(|error| {
                Error::new(error.span(), "a field has a name: `order.id = id`, or `id` for a variable")
            })?;
            let mut name = first.unraw().to_string();
            let mut is_short = true;
            while input.peek(Token![.]) {
                input.parse::<Token![.]>()?;
                name.push('.');
                name.push_str(&input.call(Ident::parse_any)?.unraw().to_string());
                is_short = false;
            }
            (LitStr::new(&name, first.span()), is_short.then_some(first))
        };
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            return Ok(Field { name, value: value(input)? });
        }
        match short {
            Some(variable) => Ok(Field { name, value: copied(&variable) }),
            None => {
                let words = format!("the field `{}` has no value: `{0} = …`", name.value());
                Err(Error::new(name.span(), words))
            }
        }
    }
}

fn value(input: ParseStream<'_>) -> Result<TokenStream> {
    if input.peek(Token![%]) {
        input.parse::<Token![%]>()?;
        let value: Expr = input.parse()?;
        return Ok(quote!(::std::string::ToString::to_string(&(#value))));
    }
    if input.peek(Token![?]) {
        input.parse::<Token![?]>()?;
        let value: Expr = input.parse()?;
        return Ok(quote!(::std::format!("{:?}", #value)));
    }
    Ok(copied(&input.parse::<Expr>()?))
}

/// The function goes on to use what it was given.
fn copied(value: &impl quote::ToTokens) -> TokenStream {
    quote!(::core::clone::Clone::clone(&(#value)))
}
