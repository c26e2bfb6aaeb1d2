//! What the generics of the user's function become in what is generated.

use crate::maps::HashSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};

use super::{
    sweeps::{Site, static_output},
    tangent,
};

impl Site<'_> {
    fn generics(&self) -> &syn::Generics {
        &self.source.item.sig.generics
    }

    /// Parameters of the generated structs: a lifetime, if asked for, and the function's types and constants.
    pub fn struct_params(&self, lifetime: Option<TokenStream>) -> TokenStream {
        let of = self.generics().params.iter().filter_map(|param| match param {
            syn::GenericParam::Lifetime(_) => None,
            syn::GenericParam::Type(of) => {
                let (name, bounds) = (&of.ident, without_lifetimes(&of.bounds));
                Some(quote!(#name: #(#bounds)+*))
            }
            syn::GenericParam::Const(of) => {
                let (name, ty) = (&of.ident, &of.ty);
                Some(quote!(const #name: #ty))
            }
        });
        in_angles(lifetime.into_iter().chain(of))
    }

    /// The arguments for [`Self::struct_params`].
    pub fn struct_args(&self, lifetime: Option<TokenStream>) -> TokenStream {
        in_angles(lifetime.into_iter().chain(self.param_names()))
    }

    pub fn param_names(&self) -> impl Iterator<Item = TokenStream> {
        self.generics().params.iter().filter_map(|param| match param {
            syn::GenericParam::Lifetime(_) => None,
            syn::GenericParam::Type(of) => Some(of.ident.to_token_stream()),
            syn::GenericParam::Const(of) => Some(of.ident.to_token_stream()),
        })
    }

    /// What the where-clause says of [`Self::struct_params`].
    pub fn struct_where(&self) -> TokenStream {
        let predicates = self.predicates();
        if predicates.is_empty() { TokenStream::new() } else { quote!(where #(#predicates,)*) }
    }

    fn predicates(&self) -> Vec<TokenStream> {
        let all = self.generics().where_clause.iter().flat_map(|clause| &clause.predicates);
        all.map(ToTokens::to_token_stream).filter(|tokens| !has_lifetime(tokens)).collect()
    }

    /// `::<T, N>` for calls of the sweeps: not every parameter can be inferred from the arguments.
    pub fn turbofish(&self) -> TokenStream {
        let names: Vec<_> = self.param_names().collect();
        if names.is_empty() { TokenStream::new() } else { quote!(::<#(#names),*>) }
    }

    /// A field that mentions every type parameter, used by what is kept or not.
    pub fn phantom(&self) -> Option<TokenStream> {
        let names: Vec<_> = self.generics().type_params().map(|of| &of.ident).collect();
        (!names.is_empty()).then(|| quote!(::core::marker::PhantomData<(#(fn(&#names),)*)>))
    }

    /// Where callers find the types of the sweeps.
    pub fn companion(&self) -> Option<TokenStream> {
        let output = static_output(self);
        self.companion_as("Companion", quote!(type Output = #output;))
    }

    /// Whether names for what it calls are brought in, around its sweeps.
    pub fn stands_in_a_block(&self) -> bool {
        !self.callees.is_empty() || !self.stand_ins.is_empty()
    }

    /// What the forward sweep keeps, as it is named where the name of its type is not seen: beside the block that holds
    /// the sweeps of a function that calls others.
    pub fn kept_from_outside(&self) -> TokenStream {
        let (name, runtime) = (&self.carrier, &self.runtime);
        match (self.stands_in_a_block(), self.generics_type()) {
            (false, _) => self.kept_type(),
            (true, None) => quote!(<#name as #runtime::Companion>::Kept),
            (true, Some(generics)) => quote!(<#name as #runtime::CompanionOf<#generics>>::Kept),
        }
    }

    /// What leads there for a generic function.
    pub fn kept_for_outside(&self) -> Option<TokenStream> {
        if !self.stands_in_a_block() {
            return None;
        }
        let (name, runtime, kept) = (&self.carrier, &self.runtime, self.kept_type());
        let (generics, attributes) = (self.generics_type()?, self.attributes());
        let (params, bounds) = (self.struct_params(None), self.struct_where());
        Some(quote! {
            #attributes
            impl #params #runtime::CompanionOf<#generics> for #name #bounds {
                type Kept = #kept;
                type Output = ();
            }
        })
    }

    /// A type that tells all type parameters and constants; none if there are none.
    fn generics_type(&self) -> Option<TokenStream> {
        let runtime = &self.runtime;
        let types: Vec<_> = self.generics().type_params().map(|of| &of.ident).collect();
        let numbers = self.generics().const_params().map(|of| {
            let name = &of.ident;
            quote!([(); #name])
        });
        let all = types.iter().map(|name| quote!(fn(&#name))).chain(numbers);
        let all: Vec<_> = all.collect();
        (!all.is_empty()).then(|| quote!(#runtime::Generics<(#(#all,)*)>))
    }

    /// An impl of the trait with this name, or of that with `Of` after it for a generic function.
    pub fn companion_as(&self, which: &str, output: TokenStream) -> Option<TokenStream> {
        let (name, runtime, kept) = (&self.carrier, &self.runtime, &self.kept.name);
        let attributes = self.attributes();
        let [plain, generic] = ["", "Of"]
            .map(|suffix| Ident::new(&format!("{which}{suffix}"), proc_macro2::Span::call_site()));
        if self.param_names().next().is_none() {
            return Some(quote! {
                #attributes
                impl #runtime::#plain for #name {
                    type Kept = #kept;
                    #output
                }
            });
        }
        let mut of = Arguments {
            open: self.param_names().map(|name| name.to_string()).collect(),
            ..Arguments::default()
        };
        let types: Vec<_> =
            self.arguments.iter().map(|argument| of.pattern(argument.ty, runtime)).collect();
        if !of.open.is_empty() {
            return None;
        }
        let (free, bounds, predicates) = (of.free, of.bounds, self.predicates());
        let params = self.generics().params.iter().filter_map(|param| match param {
            syn::GenericParam::Lifetime(_) => None,
            syn::GenericParam::Type(of) => {
                let (name, bounds) = (&of.ident, without_lifetimes(&of.bounds));
                Some(quote!(#name: #(#bounds)+*))
            }
            syn::GenericParam::Const(of) => {
                let (name, ty) = (&of.ident, &of.ty);
                Some(quote!(const #name: #ty))
            }
        });
        let args = self.struct_args(None);
        Some(quote! {
            #attributes
            impl<#(#params,)* #(#free),*> #runtime::#generic<(#(#types,)*)> for #name
            where #(#predicates,)* #(#bounds,)*
            {
                type Kept = #kept #args;
                #output
            }
        })
    }
}

/// The types of arguments as an impl matches them: of each, only what tells a parameter that no other has told yet.
#[derive(Default)]
struct Arguments {
    /// Parameters that no argument has told yet.
    open: HashSet<String>,
    free: Vec<Ident>,
    bounds: Vec<TokenStream>,
}

impl Arguments {
    fn pattern(&mut self, ty: &syn::Type, runtime: &TokenStream) -> TokenStream {
        match tangent::bare(ty) {
            syn::Type::Reference(reference) => self.pattern(&reference.elem, runtime),
            _ if !mentions(&ty.to_token_stream(), &self.open) => self.free(None),
            syn::Type::Tuple(tuple) => {
                let of: Vec<_> = tuple.elems.iter().map(|ty| self.pattern(ty, runtime)).collect();
                quote!((#(#of,)*))
            }
            syn::Type::Array(array) => {
                let of = self.pattern(&array.elem, runtime);
                match &array.len {
                    syn::Expr::Path(path) if path.path.get_ident().is_some() => {
                        self.told(path);
                        let len = &array.len;
                        quote!([#of; #len])
                    }
                    // The length cannot be taken apart.
                    _ => self.free(Some(quote!(#runtime::Elements<Of = #of>))),
                }
            }
            syn::Type::Slice(slice) => {
                let of = self.pattern(&slice.elem, runtime);
                self.free(Some(quote!(#runtime::Elements<Of = #of>)))
            }
            ty => match tangent::vector_element(ty) {
                Some(of) => {
                    let of = self.pattern(of, runtime);
                    self.free(Some(quote!(#runtime::Elements<Of = #of>)))
                }
                None if has_lifetime(&ty.to_token_stream()) => self.free(None),
                None => {
                    self.told(ty);
                    ty.to_token_stream()
                }
            },
        }
    }

    fn told(&mut self, tokens: impl ToTokens) {
        let tokens = tokens.into_token_stream();
        self.open.retain(|name| !mentions(&tokens, &HashSet::from_iter([name.clone()])));
    }

    fn free(&mut self, bound: Option<TokenStream>) -> TokenStream {
        let name = format_ident!("Arg{}", self.free.len(), span = Span::mixed_site());
        if let Some(bound) = bound {
            self.bounds.push(quote!(#name: #bound));
        }
        self.free.push(name.clone());
        name.into_token_stream()
    }
}

fn in_angles(of: impl Iterator<Item = TokenStream>) -> TokenStream {
    let all: Vec<_> = of.collect();
    if all.is_empty() { TokenStream::new() } else { quote!(<#(#all),*>) }
}

fn without_lifetimes<'a>(
    bounds: impl IntoIterator<Item = &'a syn::TypeParamBound>,
) -> Vec<&'a syn::TypeParamBound> {
    bounds.into_iter().filter(|bound| !has_lifetime(&bound.to_token_stream())).collect()
}

/// Whether a lifetime other than `'static` and those of `for<'a>` is named.
fn has_lifetime(tokens: &TokenStream) -> bool {
    let text = tokens.to_string();
    text.contains('\'') && !text.starts_with("for") && text.replace("'static", "").contains('\'')
}

pub fn mentions(tokens: &TokenStream, names: &HashSet<String>) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => names.contains(&ident.to_string()),
        TokenTree::Group(group) => mentions(&group.stream(), names),
        _ => false,
    })
}
