//! What a function answers with, as far as its type is written: whether it is a future, and what cannot be written elsewhere.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{GenericArgument, PathArguments, PathSegment, ReturnType, Type, TypeParamBound};

/// Futures that are no `async fn`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Future {
    /// `impl Future`.
    Plain,
    /// `Pin<Box<dyn Future>>`, also by the names that the crate `futures` has for it.
    Boxed,
}

/// Whether a function answers with a future.
pub fn future(output: &ReturnType) -> Option<Future> {
    match output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => match ungrouped(ty) {
            Type::ImplTrait(bounds) => bounds.bounds.iter().any(is_future).then_some(Future::Plain),
            Type::Path(path) => {
                let last = path.path.segments.last()?;
                let boxed = match last.ident.to_string().as_str() {
                    "BoxFuture" | "LocalBoxFuture" => true,
                    "Pin" => argument(last).is_some_and(is_box_of_future),
                    _ => false,
                };
                boxed.then_some(Future::Boxed)
            }
            _ => None,
        },
    }
}

fn is_box_of_future(ty: &Type) -> bool {
    let Type::Path(path) = ungrouped(ty) else { return false };
    let Some(last) = path.path.segments.last().filter(|last| last.ident == "Box") else { return false };
    match argument(last).map(ungrouped) {
        Some(Type::TraitObject(object)) => object.bounds.iter().any(is_future),
        _ => false,
    }
}

fn is_future(bound: &TypeParamBound) -> bool {
    let TypeParamBound::Trait(bound) = bound else { return false };
    bound.path.segments.last().is_some_and(|last| last.ident == "Future")
}

/// The first type among the arguments of a path.
fn argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// What a macro has put into invisible parentheses.
fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        Type::Paren(paren) => ungrouped(&paren.elem),
        other => other,
    }
}

/// The type as it can be written inside of the function, where there is no `impl Trait`: then the compiler finds it out.
pub fn inside(output: &ReturnType) -> TokenStream {
    match output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => erased(ty.to_token_stream()),
    }
}

/// Writes `_` for each type that is `impl Trait` or has one in it.
fn erased(tokens: TokenStream) -> TokenStream {
    let Ok(ty) = syn::parse2::<Type>(tokens.clone()) else { return tokens };
    let mut ty = ty;
    erase(&mut ty);
    ty.to_token_stream()
}

fn erase(ty: &mut Type) {
    match ty {
        Type::ImplTrait(_) => *ty = Type::Verbatim(quote!(_)),
        Type::Group(group) => erase(&mut group.elem),
        Type::Paren(paren) => erase(&mut paren.elem),
        Type::Reference(reference) => erase(&mut reference.elem),
        Type::Array(array) => erase(&mut array.elem),
        Type::Slice(slice) => erase(&mut slice.elem),
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(erase),
        Type::Path(path) => {
            for segment in &mut path.path.segments {
                let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else { continue };
                for argument in &mut arguments.args {
                    if let GenericArgument::Type(ty) = argument {
                        erase(ty);
                    }
                }
            }
        }
        _ => {}
    }
}
