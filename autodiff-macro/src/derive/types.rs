//! The tangent type itself, its standard traits, and what generated code asks of it.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::{
    Input,
    fields::{Style, Variant},
    generics, space,
};

pub fn declaration(input: &Input) -> TokenStream {
    let (tangent, vis, runtime) = (&input.tangent, &input.item.vis, &input.runtime);
    let generics = generics::of_tangent(input);
    let declared = &generics.declared;
    let predicates = generics.and([]);
    let doc = format!(
        "The tangent of a [`{0}`]: the shape of its gradients and directions.\n\nIt has the fields of `{0}` that have a \
         derivative. Tangents can be added, subtracted and scaled; see `autodiff_runtime::VectorSpace`.",
        input.item.ident
    );
    let body = |variant: &Variant| {
        let fields = variant.fields.iter().filter_map(|field| {
            let vis = if input.is_enum { &syn::Visibility::Inherited } else { &field.vis };
            match (&field.tangent, variant.style) {
                (Some(ty), Style::Named) => {
                    let member = &field.member;
                    let doc = format!("The part of `{}`.", member.to_token_stream());
                    Some(quote!(#[doc = #doc] #vis #member: #ty))
                }
                (Some(ty), _) => Some(quote!(#vis #ty)),
                (None, Style::Tuple) => Some(quote!(#vis #runtime::Ignored)),
                (None, _) => None,
            }
        });
        match variant.style {
            Style::Named => quote!({ #(#fields),* }),
            Style::Tuple => quote!((#(#fields),*)),
            Style::Unit => TokenStream::new(),
        }
    };
    let (kind, body) = if input.is_enum {
        let variants = input.variants.iter().map(|variant| {
            let (ident, body) = (&variant.ident, body(variant));
            let doc = format!("The tangent of a `{}`.", ident.to_token_stream());
            quote!(#[doc = #doc] #ident #body)
        });
        (quote!(enum), quote!(#predicates { #(#variants),* }))
    } else {
        let body = body(&input.variants[0]);
        match input.variants[0].style {
            Style::Named => (quote!(struct), quote!(#predicates #body)),
            _ => (quote!(struct), quote!(#body #predicates;)),
        }
    };
    let standard = standard(input);
    quote! {
        #[doc = #doc]
        #[allow(clippy::all)]
        #vis #kind #tangent #declared #body

        #standard
    }
}

/// `Debug`, `Clone`, `PartialEq`, `Default`: with bounds on the types of the fields, not on the parameters.
fn standard(input: &Input) -> TokenStream {
    let tangent = &input.tangent;
    let generics = generics::of_tangent(input);
    let (declared, arguments) = (&generics.declared, &generics.arguments);
    let bounded = |bound: TokenStream| {
        generics.and(input.active().filter_map(|field| {
            let ty = field.tangent.as_ref()?;
            // What a type that holds itself is, its other fields say.
            let says = generics::is_generic(input, ty) && !generics::is_recursive(input, &field.ty);
            says.then(|| quote!(#ty: #bound))
        }))
    };
    let patterns = |prefix: &str| -> Vec<TokenStream> {
        let all = input.variants.iter().map(|variant| {
            let path = space::path(tangent, variant);
            let fields = space::active(variant).map(|field| {
                let (member, local) = (&field.member, field.local(prefix));
                quote!(#member: #local)
            });
            quote!(#path { #(#fields,)* .. })
        });
        all.collect()
    };
    let (a, b) = (patterns("a"), patterns("b"));
    let clones = input.variants.iter().map(|variant| {
        space::literal(input, variant, |field| {
            let local = field.local("a");
            quote!(::core::clone::Clone::clone(#local))
        })
    });
    let equal = input.variants.iter().map(|variant| {
        let all = space::active(variant).map(|field| {
            let (a, b) = (field.local("a"), field.local("b"));
            quote!(#a == #b)
        });
        quote!(true #(&& #all)*)
    });
    let unequal = (input.variants.len() > 1).then(|| quote!(_ => false,));
    let debug = input.variants.iter().map(|variant| {
        let name = match &variant.ident {
            Some(ident) => ident.to_string(),
            None => tangent.to_string(),
        };
        let all = space::active(variant).map(|field| {
            let local = field.local("a");
            match &field.member {
                syn::Member::Named(name) => {
                    let name = name.to_string();
                    quote!(.field(#name, #local))
                }
                syn::Member::Unnamed(_) => quote!(.field(#local)),
            }
        });
        let method = match variant.style {
            Style::Named => quote!(debug_struct),
            _ => quote!(debug_tuple),
        };
        quote!(f.#method(#name) #(#all)* .finish())
    });
    let simplest = input.variants.iter().find(|variant| {
        space::active(variant).all(|field| !generics::is_recursive(input, &field.ty))
    });
    let zero = space::literal(input, simplest.unwrap_or(&input.variants[0]), |field| {
        default(field.tangent.as_ref(), &field.ty)
    });
    let (debugs, cloned) =
        (bounded(quote!(::core::fmt::Debug)), bounded(quote!(::core::clone::Clone)));
    let compared = bounded(quote!(::core::cmp::PartialEq));
    let defaults = bounded(quote!(::core::default::Default));
    let heap = |field: &&super::fields::Field| crate::emit::tangent::needs_heap(&field.ty);
    let copy = (input.active().filter(heap).count() == 0).then(|| {
        // Whether tangents of other types are, is for the compiler to find out.
        let copies = input.active().filter_map(|field| {
            let ty = field.tangent.as_ref()?;
            (!is_copy(&field.ty)).then(|| quote!(for<'never> #ty: ::core::marker::Copy))
        });
        let predicates = generics.and(copies);
        quote! {
            #[automatically_derived]
            impl #declared ::core::marker::Copy for #tangent #arguments #predicates {}
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(clippy::all)]
        impl #declared ::core::clone::Clone for #tangent #arguments #cloned {
            #[inline]
            fn clone(&self) -> Self {
                match self { #(#a => #clones,)* }
            }
        }

        #copy

        #[automatically_derived]
        impl #declared ::core::fmt::Debug for #tangent #arguments #debugs {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self { #(#a => #debug,)* }
            }
        }

        #[automatically_derived]
        #[allow(clippy::all)]
        impl #declared ::core::cmp::PartialEq for #tangent #arguments #compared {
            fn eq(&self, other: &Self) -> bool {
                match (self, other) { #((#a, #b) => #equal,)* #unequal }
            }
        }

        /// Zero.
        #[automatically_derived]
        #[allow(clippy::all)]
        impl #declared ::core::default::Default for #tangent #arguments #defaults {
            #[inline]
            fn default() -> Self {
                #zero
            }
        }
    }
}

/// Zero of a field. Arrays have a `Default` only up to a length.
fn default(tangent: Option<&TokenStream>, ty: &syn::Type) -> TokenStream {
    use crate::emit::tangent::{bare, is_float};
    match bare(ty) {
        ty if is_float(ty) => quote!(0.0),
        syn::Type::Array(array) => {
            let of = default(None, &array.elem);
            quote!(::core::array::from_fn(|_| #of))
        }
        syn::Type::Tuple(tuple) => {
            let of = tuple.elems.iter().map(|ty| default(None, ty));
            quote!((#(#of,)*))
        }
        _ => match tangent {
            Some(ty) => quote!(<#ty as ::core::default::Default>::default()),
            None => quote!(::core::default::Default::default()),
        },
    }
}

/// Floats and arrays of them; of other types it is not known here.
fn is_copy(ty: &syn::Type) -> bool {
    use crate::emit::tangent::{bare, is_float};
    match bare(ty) {
        syn::Type::Array(array) => is_copy(&array.elem),
        syn::Type::Tuple(tuple) => tuple.elems.iter().all(is_copy),
        ty => is_float(ty),
    }
}

/// `+`, `-`, `*` and their assigning forms.
pub fn operators(input: &Input) -> TokenStream {
    let (tangent, runtime) = (&input.tangent, &input.runtime);
    let generics = generics::of_tangent(input);
    let declared: TokenStream = inner(&generics.declared);
    // The tangent of a type parameter is cloned with the rest.
    let clones = input.active().filter_map(|field| {
        let ty = field.tangent.as_ref()?;
        let says = generics::is_generic(input, ty) && !generics::is_recursive(input, &field.ty);
        says.then(|| quote!(#ty: ::core::clone::Clone))
    });
    let (arguments, predicates) = (&generics.arguments, generics.and(clones));
    quote!(#runtime::tangent_operators! { [#declared] [#tangent #arguments] [#predicates] })
}

/// Without the angle brackets.
fn inner(generics: &TokenStream) -> TokenStream {
    let all: Vec<_> = generics.clone().into_iter().collect();
    match all.as_slice() {
        [] => TokenStream::new(),
        all => all[1..all.len() - 1].iter().cloned().collect(),
    }
}

/// What generated code asks of a type by value, and of its tangent.
pub fn for_generated_code(input: &Input) -> TokenStream {
    let (tangent, runtime, item) = (&input.tangent, &input.runtime, &input.item.ident);
    let (of_item, of_tangent) = (generics::of_item(input), generics::of_tangent(input));
    let (item_declared, item_arguments, item_predicates) =
        (&of_item.declared, &of_item.arguments, of_item.and([]));
    let (declared, arguments, predicates) =
        (&of_tangent.declared, &of_tangent.arguments, of_tangent.and([]));
    let accessors = space::accessors(input);
    // Of the user's type and of its tangent, if their fields have any; `for<'never>` makes the compiler find out where that
    // is asked for.
    let blank = |name: &syn::Ident, generics: &generics::Generics, active: bool| {
        let variant = &input.variants[0];
        let path = space::path(name, variant);
        let fields = variant.fields.iter().filter_map(|field| {
            let ty = match (&field.tangent, active) {
                (Some(tangent), true) => tangent.clone(),
                (None, true) if variant.style == Style::Tuple => quote!(#runtime::Ignored),
                (None, true) => return None,
                (_, false) => field.ty.to_token_stream(),
            };
            Some((&field.member, ty))
        });
        let fields: Vec<_> = fields.collect();
        let predicates = fields.iter().map(|(_, ty)| quote!(for<'never> #ty: #runtime::Blank));
        let predicates = generics.and(predicates);
        let fields = fields.iter().map(|(name, ty)| quote!(#name: <#ty as #runtime::Blank>::BLANK));
        let (declared, arguments) = (&generics.declared, &generics.arguments);
        quote! {
            #[automatically_derived]
            impl #declared #runtime::Blank for #name #arguments #predicates {
                const BLANK: Self = #path { #(#fields),* };
            }
        }
    };
    let (blank, blank_tangent) = (blank(item, &of_item, false), blank(tangent, &of_tangent, true));
    let blank = quote!(#blank #blank_tangent);
    let ignored = ignored(input);
    quote! {
        #accessors
        #ignored

        #[automatically_derived]
        impl #declared #runtime::TangentRecord for #tangent #arguments #predicates {}

        #blank

        #[diagnostic::do_not_recommend]
        impl #declared #runtime::Contribution for #tangent #arguments #predicates {
            type Adjoint = Self;

            #[inline(always)]
            fn to_adjoint(self) -> Self {
                self
            }
        }

        #[automatically_derived]
        impl #item_declared #runtime::Again for #item #item_arguments #item_predicates {
            type Arg = ();

            #[inline(always)]
            fn again(&self) {}
        }
    }
}

/// The fields without a derivative: a function that reads them does not see that they have none, and adds to their adjoints,
/// which are nowhere.
fn ignored(input: &Input) -> Option<TokenStream> {
    let variant = input.variants.first()?;
    let names: Vec<_> = variant
        .fields
        .iter()
        .filter(|field| field.tangent.is_none())
        .map(|field| (&field.vis, &field.member))
        .collect();
    if input.is_enum || variant.style != Style::Named || names.is_empty() {
        return None;
    }
    let (tangent, runtime) = (&input.tangent, &input.runtime);
    let generics = generics::of_tangent(input);
    let (declared, arguments, predicates) =
        (&generics.declared, &generics.arguments, generics.and([]));
    let fields = names.iter().map(|(vis, name)| quote!(#vis #name: #runtime::Ignored));
    let values: Vec<_> = names.iter().map(|(_, name)| quote!(#name: #runtime::Ignored)).collect();
    Some(quote! {
        const _: () = {
            #[doc(hidden)]
            #[allow(dead_code)]
            pub struct NoDiff {
                #(#fields),*
            }

            #[automatically_derived]
            impl #declared ::core::ops::Deref for #tangent #arguments #predicates {
                type Target = NoDiff;

                #[inline(always)]
                fn deref(&self) -> &NoDiff {
                    &NoDiff { #(#values),* }
                }
            }

            #runtime::if_alloc! {
                #[automatically_derived]
                impl #declared ::core::ops::DerefMut for #tangent #arguments #predicates {
                    #[inline(always)]
                    fn deref_mut(&mut self) -> &mut NoDiff {
                        // Of no size: nothing is allocated.
                        #runtime::alloc::boxed::Box::leak(#runtime::alloc::boxed::Box::new(NoDiff { #(#values),* }))
                    }
                }
            }
        };
    })
}
