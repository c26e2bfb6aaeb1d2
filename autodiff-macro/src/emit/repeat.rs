//! Calling a function more than once with the same arguments.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::{names::Unique, sweeps::Site, tangent};
use crate::ir::Passing;

/// For each argument passed by `&mut`, a name for its initial content.
#[derive(Debug)]
pub struct Initial(Vec<(usize, Ident)>);

impl Initial {
    pub fn new(site: &Site, unique: &mut Unique) -> Initial {
        let mutable =
            site.arguments.iter().enumerate().filter(|(_, of)| of.passing() == Passing::Mutable);
        let name = |(i, of): (usize, &super::frame::Argument)| {
            (i, unique.name(&format!("initial_{}", of.label), Span::call_site()))
        };
        Initial(mutable.map(name).collect())
    }

    pub fn needs_heap(&self, site: &Site) -> bool {
        self.0.iter().any(|(i, _)| tangent::needs_heap(site.arguments[*i].ty))
    }

    /// Copies of what the function overwrites.
    pub fn keep(&self, site: &Site) -> TokenStream {
        let each = self.0.iter().map(|(i, initial)| {
            let of = &site.arguments[*i];
            let name = &of.name;
            match tangent::is_slice(of.ty) {
                true => quote!(let #initial = #name.to_vec();),
                false => quote!(let #initial = (*#name).clone();),
            }
        });
        each.collect()
    }

    pub fn restore(&self, site: &Site) -> TokenStream {
        let each = self.0.iter().map(|(i, initial)| {
            let of = &site.arguments[*i];
            let name = &of.name;
            match tangent::is_slice(of.ty) {
                true => quote!(#name.clone_from_slice(&#initial);),
                false => quote!(#name.clone_from(&#initial);),
            }
        });
        each.collect()
    }
}

/// Arguments for a call after which all of them are needed again.
pub fn copied_arguments(site: &Site) -> Vec<TokenStream> {
    let passed = site.arguments.iter().map(|of| {
        let name = &of.name;
        match of.passing() {
            Passing::ByValue if is_copy(of.ty) => quote!(#name),
            Passing::ByValue => quote!(#name.clone()),
            Passing::Shared => quote!(#name),
            Passing::Mutable | Passing::Reborrowed => quote!(&mut *#name),
        }
    });
    passed.collect()
}

/// Whether passing a value on leaves it where it is.
fn is_copy(ty: &syn::Type) -> bool {
    let is_shared =
        matches!(tangent::bare(ty), syn::Type::Reference(of) if of.mutability.is_none());
    is_shared || tangent::is_float(ty) || tangent::is_constant(ty)
}
