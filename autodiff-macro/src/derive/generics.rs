//! The generics of the tangent type: those parameters of the user's type that its fields mention.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};

use super::Input;

pub struct Generics {
    /// `<T: Bound, const N: usize>`.
    pub declared: TokenStream,
    /// `<T, N>`.
    pub arguments: TokenStream,
    /// The user's predicates, and that the types of fields are differentiable.
    pub predicates: Vec<TokenStream>,
}

impl Generics {
    /// `where ..`, with more predicates.
    pub fn and(&self, more: impl IntoIterator<Item = TokenStream>) -> TokenStream {
        let all: Vec<TokenStream> = self.predicates.iter().cloned().chain(more).collect();
        if all.is_empty() { TokenStream::new() } else { quote!(where #(#all,)*) }
    }
}

/// Of the tangent type.
pub fn of_tangent(input: &Input) -> Generics {
    let used = |name: &str, lifetime: bool| {
        input.active().any(|field| {
            let tangent = field.tangent.as_ref().expect("active fields have tangents");
            mentions(tangent.clone(), name, lifetime)
        })
    };
    generics(input, &used)
}

/// Of the user's type.
pub fn of_item(input: &Input) -> Generics {
    generics(input, &|_, _| true)
}

/// Whether a type has a type parameter in it: only then is what it implements not known here.
pub fn is_generic(input: &Input, ty: &TokenStream) -> bool {
    let mut params = input.item.generics.type_params();
    params.any(|param| mentions(ty.clone(), &param.ident.to_string(), false))
}

fn generics(input: &Input, used: &dyn Fn(&str, bool) -> bool) -> Generics {
    let (mut declared, mut arguments) = (Vec::new(), Vec::new());
    let mut left_out: Vec<(String, bool)> = Vec::new();
    for param in &input.item.generics.params {
        let (name, lifetime) = match param {
            syn::GenericParam::Lifetime(param) => (param.lifetime.ident.to_string(), true),
            syn::GenericParam::Type(param) => (param.ident.to_string(), false),
            syn::GenericParam::Const(param) => (param.ident.to_string(), false),
        };
        if !used(&name, lifetime) {
            left_out.push((name, lifetime));
            continue;
        }
        match param {
            syn::GenericParam::Lifetime(param) => {
                arguments.push(param.lifetime.to_token_stream());
                declared.push(param.to_token_stream());
            }
            syn::GenericParam::Type(param) => {
                arguments.push(param.ident.to_token_stream());
                let param = syn::TypeParam { default: None, eq_token: None, ..param.clone() };
                declared.push(param.to_token_stream());
            }
            syn::GenericParam::Const(param) => {
                arguments.push(param.ident.to_token_stream());
                let param = syn::ConstParam { default: None, eq_token: None, ..param.clone() };
                declared.push(param.to_token_stream());
            }
        }
    }
    let mut predicates = Vec::new();
    for predicate in input.item.generics.where_clause.iter().flat_map(|w| &w.predicates) {
        let tokens = predicate.to_token_stream();
        if !left_out.iter().any(|(name, lifetime)| mentions(tokens.clone(), name, *lifetime)) {
            predicates.push(tokens);
        }
    }
    let runtime = &input.runtime;
    for field in input.active() {
        for ty in leaves(&field.ty) {
            // The type itself, behind a pointer: that is what is being said.
            if is_itself(input, ty) {
                continue;
            }
            let predicate = quote!(#ty: #runtime::Differentiable);
            let known = predicates.iter().any(|p| p.to_string() == predicate.to_string());
            if !known && is_generic(input, &ty.to_token_stream()) {
                predicates.push(predicate);
            }
        }
    }
    let wrap = |list: Vec<TokenStream>| {
        if list.is_empty() { TokenStream::new() } else { quote!(<#(#list),*>) }
    };
    Generics { declared: wrap(declared), arguments: wrap(arguments), predicates }
}

/// Whether it is the type that the derive is on.
pub fn is_itself(input: &Input, ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == input.item.ident || last.ident == "Self"),
        _ => false,
    }
}

/// Whether a value of the type may hold one of the type that the derive is on.
pub fn is_recursive(input: &Input, ty: &syn::Type) -> bool {
    leaves(ty).into_iter().any(|ty| is_itself(input, ty))
}

/// The types inside of references, arrays, slices, vectors and tuples.
pub fn leaves(ty: &syn::Type) -> Vec<&syn::Type> {
    use crate::emit::tangent::{bare, held};
    match bare(ty) {
        syn::Type::Reference(of) => leaves(&of.elem),
        syn::Type::Array(of) => leaves(&of.elem),
        syn::Type::Slice(of) => leaves(&of.elem),
        syn::Type::Tuple(of) => of.elems.iter().flat_map(leaves).collect(),
        ty => ["Vec", "Box", "Option"]
            .into_iter()
            .find_map(|by| held(ty, by))
            .map_or_else(|| vec![ty], leaves),
    }
}

fn mentions(tokens: TokenStream, name: &str, lifetime: bool) -> bool {
    let mut after_quote = false;
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(group.stream(), name, lifetime),
        TokenTree::Ident(ident) => {
            let found = after_quote == lifetime && ident == name;
            after_quote = false;
            found
        }
        TokenTree::Punct(punct) => {
            after_quote = punct.as_char() == '\'';
            false
        }
        TokenTree::Literal(_) => false,
    })
}
