//! What a Jacobian asks of a type that only the caller knows.

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit::Visit;

use super::sweeps::Site;
use crate::parse::Home;

impl Site<'_> {
    /// The function with the bound that the results have rows: what has a tangent has, but a type parameter or `Self` of a
    /// trait does not say so.
    pub fn with_rows(&self, item: TokenStream, results: &[&syn::Type]) -> TokenStream {
        let mut found = Open { site: self, of: Vec::new() };
        results.iter().for_each(|ty| found.visit_type(ty));
        let of = found.of;
        let Ok(mut function) = syn::parse2::<syn::ItemFn>(item.clone()) else { return item };
        if of.is_empty() {
            return item;
        }
        let runtime = &self.runtime;
        let predicates = &mut function.sig.generics.make_where_clause().predicates;
        for ty in of {
            predicates.push(syn::parse_quote! {
                <#ty as #runtime::Differentiable>::Tangent: #runtime::Rows + ::core::clone::Clone
            });
        }
        quote!(#function)
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
