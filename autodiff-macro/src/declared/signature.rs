//! What the file says of the types of a signature.

use std::sync::Arc;

use syn::ext::IdentExt;

use super::{Declared, at};

/// Whether a type has the name of one that is not public.
pub fn is_private(ty: &syn::Type) -> bool {
    use syn::spanned::Spanned;
    struct Search(Arc<Declared>, bool);
    impl<'ast> syn::visit::Visit<'ast> for Search {
        fn visit_ident(&mut self, ident: &'ast syn::Ident) {
            self.1 |= self.0.parts(&ident.to_string()).is_some_and(|parts| !parts.public);
        }
    }
    let Some(declared) = at(ty.span()) else { return false };
    let mut search = Search(declared, false);
    syn::visit::Visit::visit_type(&mut search, ty);
    search.1
}

/// The types of parameters with the lifetimes that may be left out in a function, but not in what is generated beside it.
pub fn write_lifetimes(sig: &mut syn::Signature) {
    struct Write(Arc<Declared>);
    impl syn::visit_mut::VisitMut for Write {
        fn visit_type_path_mut(&mut self, path: &mut syn::TypePath) {
            syn::visit_mut::visit_type_path_mut(self, path);
            let Some(last) = path.path.segments.last_mut() else { return };
            let Some(parts) = self.0.parts(&last.ident.unraw().to_string()) else { return };
            let given: Vec<syn::GenericArgument> = match &last.arguments {
                syn::PathArguments::None => Vec::new(),
                syn::PathArguments::AngleBracketed(of) => of.args.iter().cloned().collect(),
                syn::PathArguments::Parenthesized(_) => return,
            };
            let is_lifetime =
                |of: &syn::GenericArgument| matches!(of, syn::GenericArgument::Lifetime(_));
            if parts.lifetimes == 0 || given.iter().any(is_lifetime) {
                return;
            }
            let elided = (0..parts.lifetimes).map(|_| {
                let span = last.ident.span();
                syn::GenericArgument::Lifetime(syn::Lifetime::new("'_", span))
            });
            let all = elided.chain(given);
            last.arguments = syn::PathArguments::AngleBracketed(syn::parse_quote!(<#(#all),*>));
        }
    }
    let Some(declared) = at(sig.ident.span()) else { return };
    let mut write = Write(declared);
    for input in &mut sig.inputs {
        if let syn::FnArg::Typed(param) = input {
            syn::visit_mut::VisitMut::visit_type_mut(&mut write, &mut param.ty);
        }
    }
}
