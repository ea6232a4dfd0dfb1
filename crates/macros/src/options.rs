//! What stands in the parentheses: `name = "…", op = "…", err(Debug), root, fields(order.id = id, …)`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprLit, Ident, Lit, LitStr, Result, Token, parenthesized};

const OPTIONS: &str = "there are `name = \"…\"`, `op = \"…\"`, `err`, `err(Debug)`, `root` and `fields(…)`";

/// What was said about a span.
#[derive(Default)]
pub struct Options {
    /// A text, or a constant that is one.
    pub name: Option<Expr>,
    /// Likewise.
    pub op: Option<Expr>,
    pub err: Option<Failure>,
    pub root: Option<Ident>,
    pub fields: Option<Vec<Field>>,
}

/// An error fails the span.
pub struct Failure {
    pub word: Ident,
    /// Whether as `Debug` shows the error: else as it is displayed.
    pub debug: bool,
}

/// An attribute of the span.
pub struct Field {
    pub name: LitStr,
    /// What is recorded, computed where the function begins.
    pub value: TokenStream,
    /// Where the value stands, for what the compiler says of its type.
    pub place: Span,
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
            "err" => self.err.replace(failure(&option, input)?).is_none(),
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

fn failure(option: &Ident, input: ParseStream<'_>) -> Result<Failure> {
    let wrong = |place| Error::new(place, "`err` stands alone, or is `err(Debug)` or `err(Display)`");
    let mut failure = Failure { word: option.clone(), debug: false };
    if input.peek(syn::token::Paren) {
        let inner;
        parenthesized!(inner in input);
        let form = inner.call(Ident::parse_any).map_err(|error| wrong(error.span()))?;
        failure.debug = form == "Debug";
        if !inner.is_empty() || !failure.debug && form != "Display" {
            return Err(wrong(form.span()));
        }
    } else if !input.is_empty() && !input.peek(Token![,]) {
        return Err(wrong(option.span()));
    }
    Ok(failure)
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
            let (value, place) = value(input)?;
            return Ok(Field { name, value, place });
        }
        match short {
            Some(variable) => Ok(Field { name, value: copied(&variable), place: at(variable.span()) }),
            None => {
                let words = format!("the field `{}` has no value: `{0} = …`", name.value());
                Err(Error::new(name.span(), words))
            }
        }
    }
}

/// Where something stands that the user has written, for code that is not the user's: no lint is about it.
pub fn at(place: Span) -> Span {
    Span::call_site().located_at(place)
}

fn value(input: ParseStream<'_>) -> Result<(TokenStream, Span)> {
    let displayed = input.parse::<Option<Token![%]>>()?.is_some();
    let debug = !displayed && input.parse::<Option<Token![?]>>()?.is_some();
    let value: Expr = input.parse()?;
    let place = at(value.span());
    let recorded = if displayed {
        quote_spanned!(place=> ::std::string::ToString::to_string(&(#value)))
    } else if debug {
        quote_spanned!(place=> ::std::format!("{:?}", #value))
    } else {
        copied(&value)
    };
    Ok((recorded, place))
}

/// The function goes on to use what it was given.
fn copied(value: &(impl ToTokens + Spanned)) -> TokenStream {
    quote_spanned!(at(value.span())=> ::core::clone::Clone::clone(&(#value)))
}
