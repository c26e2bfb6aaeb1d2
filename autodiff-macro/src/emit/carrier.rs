//! The name of the type beside a function in which callers look for its sweeps.

use proc_macro2::Ident;
use quote::format_ident;
use syn::ext::IdentExt;

use crate::surroundings;

/// The function's own, so that one `use` brings both; another where that would meet a module or a type of this name.
pub fn name(item: &syn::ItemFn) -> Ident {
    let name = &item.sig.ident;
    match surroundings::has_taken(name.span(), &name.unraw().to_string()) {
        true => apart(name),
        false => name.clone(),
    }
}

/// The runtime's `callees` looks for this one too.
pub fn apart(name: &Ident) -> Ident {
    format_ident!("__{}_sweeps", name.unraw(), span = name.span())
}
