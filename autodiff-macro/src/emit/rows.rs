//! What a Jacobian asks of a type that only the caller knows.

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit::Visit;

use super::{associated, sweeps::Site};
use crate::parse::Home;

impl Site<'_> {
    /// The function of a trait with the bound that its receiver can be copied, where it is changed or taken: there is a sweep
    /// for each row or column.
    pub fn copying(&self, item: TokenStream) -> TokenStream {
        if !matches!(self.source.home, Home::Trait { .. })
            || !associated::copies_the_receiver(self, associated::Call::Method)
        {
            return item;
        }
        with_bounds(item, vec![syn::parse_quote!(for<'any> Self: ::core::clone::Clone)])
    }

    /// The function with the bound that the results have rows: what has a tangent has, but a type parameter or `Self` of a
    /// trait does not say so.
    pub fn with_rows(&self, item: TokenStream, results: &[&syn::Type]) -> TokenStream {
        let mut found = Open { site: self, of: Vec::new() };
        results.iter().for_each(|ty| found.visit_type(ty));
        let runtime = &self.runtime;
        let bounds = found.of.iter().map(|ty| -> syn::WherePredicate {
            syn::parse_quote! {
                <#ty as #runtime::Differentiable>::Tangent: #runtime::Rows + ::core::clone::Clone
            }
        });
        with_bounds(item, bounds.collect())
    }
}

/// The function, which may stand in `if_alloc!`, with more in its where-clause.
fn with_bounds(item: TokenStream, bounds: Vec<syn::WherePredicate>) -> TokenStream {
    if bounds.is_empty() {
        return item;
    }
    match syn::parse2::<syn::Item>(item.clone()) {
        Ok(syn::Item::Fn(mut function)) => {
            function.sig.generics.make_where_clause().predicates.extend(bounds);
            quote!(#function)
        }
        Ok(syn::Item::Macro(mut of)) => {
            of.mac.tokens = with_bounds(of.mac.tokens, bounds);
            quote!(#of)
        }
        _ => item,
    }
}

/// Collects type parameters that are no floats, and `Self` of a trait.
struct Open<'a> {
    site: &'a Site<'a>,
    of: Vec<syn::Path>,
}

impl<'ast> Visit<'ast> for Open<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let generics = &self.site.source.item.sig.generics;
        let in_trait = matches!(self.site.source.home, Home::Trait { .. });
        let is_param = generics.type_params().any(|of| path.is_ident(&of.ident));
        if (is_param || in_trait && path.is_ident("Self")) && !self.of.contains(path) {
            self.of.push(path.clone());
        }
        syn::visit::visit_path(self, path);
    }
}
