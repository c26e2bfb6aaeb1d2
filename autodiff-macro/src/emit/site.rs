//! What the companions of a function have in common: parameters, names, seeds, buffers, attributes.

use super::{frame::Argument, sweeps::Site, tangent};
use crate::{
    ir::{Passing, Shape, Var},
    parse::Home,
};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::visit_mut::VisitMut;

impl Site<'_> {
    /// The arguments as parameters, in the user's order and types.
    pub fn parameters(&self) -> Vec<TokenStream> {
        self.arguments.iter().map(|of| of.declared(of.name.to_token_stream())).collect()
    }

    pub fn names(&self) -> Vec<TokenStream> {
        self.arguments.iter().map(|of| of.name.to_token_stream()).collect()
    }

    /// The hidden function with this part.
    pub(super) fn sweep_path(&self, part: &str) -> TokenStream {
        let (name, turbofish) = (self.sweep_name(part), self.turbofish());
        match self.source.home {
            Home::Module => {
                let carrier = &self.carrier;
                quote!(#carrier::#name #turbofish)
            }
            _ => quote!(Self::#name #turbofish),
        }
    }

    /// The function itself.
    pub fn primal_path(&self) -> TokenStream {
        let (name, turbofish) = (self.name, self.written_turbofish());
        match self.source.home {
            Home::Module => quote!(#name #turbofish),
            _ => quote!(Self::#name #turbofish),
        }
    }

    /// `::<T, N>` for calls of the function itself, whose `impl Trait` parameters have no name.
    pub fn written_turbofish(&self) -> TokenStream {
        let written =
            self.source.item.sig.generics.params.iter().take(self.source.written_generics);
        turbofish(written)
    }

    /// A public companion, as another calls it.
    pub fn companion_path(&self, suffix: &str) -> TokenStream {
        let (name, turbofish) = (self.companion_name(suffix), self.turbofish());
        match self.source.home {
            Home::Module => quote!(#name #turbofish),
            _ => quote!(Self::#name #turbofish),
        }
    }

    /// Forward mode with directions that may be zero.
    pub fn directional_path(&self) -> TokenStream {
        let (name, turbofish) = (&self.carrier, self.turbofish());
        match self.source.home {
            Home::Module => quote!(#name::jvp #turbofish),
            _ if self.arguments.iter().any(|of| of.receiver) => self.companion_path("tangent"),
            _ => self.companion_path(&super::associated::Call::Path.part("tangent")),
        }
    }

    pub(super) fn gradient_arguments(&self) -> impl Iterator<Item = &Argument<'_>> {
        self.arguments.iter().filter(|of| of.in_gradient())
    }

    /// Adjoints of what is passed by `&mut`: buffers of the caller's.
    pub(super) fn in_out_parameters(&self) -> Vec<TokenStream> {
        self.arguments
            .iter()
            .filter(|of| of.is_in_out())
            .map(|of| {
                let (name, ty) = (&of.adjoint, tangent::buffer(of.ty, &self.runtime));
                quote!(#name: &mut #ty)
            })
            .collect()
    }

    pub(super) fn seed_parameter(&self) -> Option<TokenStream> {
        let output = self.source.output.as_ref()?;
        let (seed, ty) = (&self.own.seed, tangent::gradient(output, &self.runtime));
        self.takes_seed().then(|| quote!(#seed: #ty))
    }

    pub fn takes_seed(&self) -> bool {
        self.reverse.params.iter().any(|param| param.role == crate::ir::Role::Seed)
    }

    /// `G`.
    pub fn gradient_type(&self) -> TokenStream {
        let types: Vec<_> =
            self.gradient_arguments().map(|of| tangent::gradient(of.ty, &self.runtime)).collect();
        bare_or_tuple(types)
    }

    pub fn gradient_value(&self) -> TokenStream {
        bare_or_tuple(self.gradient_arguments().map(|of| of.adjoint.to_token_stream()).collect())
    }

    /// `let mut d_w = zeros like w;` for each adjoint that the reverse sweep adds to.
    pub fn zero_buffers(&self, of: impl Fn(&Argument) -> TokenStream) -> TokenStream {
        let runtime = &self.runtime;
        self.arguments
            .iter()
            .filter(|argument| argument.is_added_to())
            .map(|argument| {
                let (adjoint, of) = (&argument.adjoint, of(argument));
                let borrow = tangent::is_optional_reference(argument.ty).then(|| quote!(&));
                quote!(let mut #adjoint = #runtime::zero_like(#borrow #of);)
            })
            .collect()
    }

    /// The arguments as the reverse sweep is given them again: out of what the residuals keep.
    pub(super) fn arguments_again(&self, residuals: &Ident) -> Vec<TokenStream> {
        let again = self.arguments.iter().map(|of| {
            let field = &of.name;
            match of.is_passed_again() {
                true => quote!(#residuals.#field),
                false => quote!(()),
            }
        });
        again.collect()
    }

    /// The adjoints passed to the fused sweep: own buffers, and the caller's.
    pub(super) fn adjoints(&self, own: bool) -> Vec<TokenStream> {
        self.by_reference()
            .filter(|(_, of)| of.differentiable)
            .map(|(_, of)| {
                let name = &of.adjoint;
                if own && of.passing() == Passing::Shared {
                    quote!(&mut #name)
                } else {
                    name.to_token_stream()
                }
            })
            .collect()
    }

    /// The seed of a gradient.
    pub(super) fn one(&self) -> TokenStream {
        self.constant(1.0)
    }

    /// A number of the result's type.
    pub(super) fn constant(&self, number: f64) -> TokenStream {
        let ty = match super::sweeps::shape_of(&self.reverse.outputs, crate::ir::Role::Primal) {
            Some(Shape::Var(Var::Value(value))) => self.reverse.value(*value).ty.clone(),
            _ => crate::ir::Type::Unknown,
        };
        super::types::float(number, &ty, &self.runtime, Span::call_site()).tokens()
    }

    /// The parameter for a direction, shaped like the gradient; `names` has one for each argument.
    pub fn direction_parameter(&self, names: &[Ident]) -> Option<TokenStream> {
        let runtime = &self.runtime;
        let mut directions = Vec::new();
        for (of, name) in self.arguments.iter().zip(names).filter(|(of, _)| of.in_gradient()) {
            let ty = if of.passing() == Passing::Shared && tangent::is_sequence(of.ty) {
                // Shaped like the gradient, or borrowed.
                let buffer = tangent::buffer(of.ty, runtime);
                quote!(impl ::core::convert::AsRef<#buffer>)
            } else {
                tangent::gradient(of.ty, runtime)
            };
            directions.push((name, ty));
        }
        match &directions[..] {
            [] => None,
            [(name, ty)] => Some(quote!(#name: #ty)),
            several => {
                let (names, types): (Vec<_>, Vec<_>) = several.iter().cloned().unzip();
                Some(quote!((#(#names),*): (#(#types),*)))
            }
        }
    }

    pub fn needs_heap(&self) -> bool {
        self.gradient_arguments().any(|of| tangent::needs_heap(of.ty))
    }

    /// A function with the user's visibility, generics and where-clause.
    pub fn item(
        &self,
        suffix: &str,
        docs: TokenStream,
        params: Vec<TokenStream>,
        output: TokenStream,
        body: TokenStream,
        heap: bool,
    ) -> TokenStream {
        let generics = &self.source.item.sig.generics;
        self.item_of(generics, suffix, docs, params, output, body, heap)
    }

    /// The same with generics of its own.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn item_of(
        &self,
        generics: &syn::Generics,
        suffix: &str,
        docs: TokenStream,
        params: Vec<TokenStream>,
        output: TokenStream,
        body: TokenStream,
        heap: bool,
    ) -> TokenStream {
        let name = self.companion_name(suffix);
        let where_clause = &generics.where_clause;
        let (vis, attributes) = (&self.source.item.vis, self.attributes());
        let item = quote! {
            #docs
            #attributes
            #[inline]
            #vis fn #name #generics (#(#params),*) -> #output #where_clause { #body }
        };
        self.on_heap(item, heap)
    }

    /// Left out where the runtime has no heap.
    pub(super) fn on_heap(&self, item: TokenStream, heap: bool) -> TokenStream {
        if heap {
            let runtime = &self.runtime;
            quote!(#runtime::if_alloc! { #item })
        } else {
            item
        }
    }

    pub fn companion_name(&self, suffix: &str) -> Ident {
        use syn::ext::IdentExt;
        Ident::new(&format!("{}_{suffix}", self.name.unraw()), self.name.span())
    }

    /// The user's `cfg`s, and no warnings about what he did not write.
    pub fn attributes(&self) -> TokenStream {
        let cfgs =
            self.source.item.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
        // What the compiler warns of at the function itself, it need not say again here.
        let public = matches!(self.source.item.vis, syn::Visibility::Public(_));
        let types = self.arguments.iter().map(|of| of.ty).chain(&self.source.output);
        let private = public && types.into_iter().any(crate::declared::is_private);
        let private = private.then(|| quote!(, private_interfaces, private_bounds));
        quote! {
            #(#cfgs)*
            #[allow(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
            #[allow(unused, unused_lifetimes, nonstandard_style, deprecated #private)]
        }
    }

    pub(super) fn residuals_name(&self) -> Ident {
        use syn::ext::IdentExt;
        let mut name = String::new();
        for part in self.name.unraw().to_string().split('_') {
            let mut letters = part.chars();
            if let Some(first) = letters.next() {
                name.extend(first.to_uppercase());
                name.push_str(letters.as_str());
            }
        }
        Ident::new(&format!("{name}Residuals"), self.name.span())
    }

    /// Whether the residuals borrow from arguments.
    pub(super) fn residuals_borrow(&self) -> bool {
        self.passed_again().any(|of| borrows(of.ty))
    }
}

/// `::<T, N>`, or nothing.
pub(super) fn turbofish<'g>(params: impl Iterator<Item = &'g syn::GenericParam>) -> TokenStream {
    let names: Vec<_> = params
        .filter_map(|param| match param {
            syn::GenericParam::Type(of) => Some(&of.ident),
            syn::GenericParam::Const(of) => Some(&of.ident),
            syn::GenericParam::Lifetime(_) => None,
        })
        .collect();
    if names.is_empty() { TokenStream::new() } else { quote!(::<#(#names),*>) }
}

pub fn bare_or_tuple(mut of: Vec<TokenStream>) -> TokenStream {
    match of.len() {
        1 => of.remove(0),
        _ => quote!((#(#of),*)),
    }
}

/// Elided lifetimes become `'residuals`, and so do the user's.
pub(super) fn with_lifetime(ty: &syn::Type) -> syn::Type {
    struct Named;
    impl VisitMut for Named {
        fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
            if reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident != "static") {
                reference.lifetime = Some(syn::Lifetime::new("'residuals", Span::call_site()));
            }
            syn::visit_mut::visit_type_reference_mut(self, reference);
        }

        fn visit_lifetime_mut(&mut self, lifetime: &mut syn::Lifetime) {
            if lifetime.ident != "static" {
                *lifetime = syn::Lifetime::new("'residuals", Span::call_site());
            }
        }
    }
    let mut ty = ty.clone();
    Named.visit_type_mut(&mut ty);
    ty
}

pub(super) fn borrows(ty: &syn::Type) -> bool {
    struct Found(bool);
    impl<'ast> syn::visit::Visit<'ast> for Found {
        fn visit_type_reference(&mut self, reference: &'ast syn::TypeReference) {
            self.0 |= reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident != "static");
            syn::visit::visit_type_reference(self, reference);
        }

        fn visit_lifetime(&mut self, lifetime: &'ast syn::Lifetime) {
            self.0 |= lifetime.ident != "static";
        }
    }
    let mut found = Found(false);
    syn::visit::Visit::visit_type(&mut found, ty);
    found.0
}
