//! The methods of a block as functions outside of it: `Self` and `self` by names that mean the same there.

use proc_macro2::{Ident, Span, TokenStream};
use syn::visit_mut::{self, VisitMut};

/// The method as a function of its own: `self` is a parameter like the others.
pub fn as_function(
    method: &syn::ImplItemFn,
    block: &syn::ItemImpl,
    output: Option<&syn::Type>,
) -> syn::ItemFn {
    let mut function = syn::ItemFn {
        attrs: method.attrs.clone(),
        vis: syn::Visibility::Inherited,
        sig: method.sig.clone(),
        block: Box::new(method.block.clone()),
    };
    let mut outside =
        Outside { ty: &block.self_ty, output, left: Ident::new("left", Span::mixed_site()) };
    outside.visit_signature_mut(&mut function.sig);
    outside.visit_block_mut(&mut function.block);
    function.sig.generics.params.extend(block.generics.params.iter().cloned());
    if let Some(clause) = &block.generics.where_clause {
        function
            .sig
            .generics
            .make_where_clause()
            .predicates
            .extend(clause.predicates.iter().cloned());
    }
    function
}

/// Makes what stands in an `impl` mean the same outside of it.
struct Outside<'a> {
    ty: &'a syn::Type,
    output: Option<&'a syn::Type>,
    left: Ident,
}

impl VisitMut for Outside<'_> {
    fn visit_fn_arg_mut(&mut self, arg: &mut syn::FnArg) {
        if let syn::FnArg::Receiver(receiver) = arg {
            let (name, mut ty) = (self.left.clone(), receiver.ty.clone());
            self.visit_type_mut(&mut ty);
            let mutability = receiver.mutability.filter(|_| receiver.reference.is_none());
            *arg = syn::parse_quote!(#mutability #name: #ty);
            return;
        }
        visit_mut::visit_fn_arg_mut(self, arg);
    }

    fn visit_type_mut(&mut self, ty: &mut syn::Type) {
        if let syn::Type::Path(path) = ty {
            let segments = &path.path.segments;
            if path.path.is_ident("Self") {
                *ty = self.ty.clone();
                return;
            }
            let is_output = segments.last().is_some_and(|last| last.ident == "Output")
                && (path.qself.is_some()
                    || segments.first().is_some_and(|first| first.ident == "Self"));
            if let (true, Some(output)) = (is_output, self.output) {
                *ty = output.clone();
                self.visit_type_mut(ty);
                return;
            }
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        if let (Some(first), syn::Type::Path(ty)) = (path.segments.first(), self.ty)
            && first.ident == "Self"
        {
            let mut segments = ty.path.segments.clone();
            if let Some(last) = segments.last_mut()
                && let syn::PathArguments::AngleBracketed(arguments) = &mut last.arguments
            {
                arguments.colon2_token = Some(Default::default());
            }
            segments.extend(path.segments.iter().skip(1).cloned());
            path.segments = segments;
        }
        visit_mut::visit_path_mut(self, path);
    }

    fn visit_ident_mut(&mut self, ident: &mut Ident) {
        if ident == "self" {
            *ident =
                Ident::new(&self.left.to_string(), Span::mixed_site().located_at(ident.span()));
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        let left = &self.left;
        mac.tokens = replace(std::mem::take(&mut mac.tokens), left);
    }
}

fn replace(tokens: TokenStream, left: &Ident) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            proc_macro2::TokenTree::Ident(ident) if ident == "self" => {
                Ident::new(&left.to_string(), left.span().located_at(ident.span())).into()
            }
            proc_macro2::TokenTree::Group(group) => {
                let mut inner =
                    proc_macro2::Group::new(group.delimiter(), replace(group.stream(), left));
                inner.set_span(group.span());
                inner.into()
            }
            token => token,
        })
        .collect()
}
