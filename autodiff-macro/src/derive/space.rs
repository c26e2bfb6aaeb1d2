//! The impls that walk over the fields: `Differentiable` and `Point` of the user's type, `VectorSpace` of its tangent.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;

use super::{
    Input,
    fields::{Field, Style, Variant},
    generics,
};

/// `Shape::Circle { r: a_r, .. }`: the fields with a derivative, under local names.
fn pattern(name: &syn::Ident, variant: &Variant, prefix: &str) -> TokenStream {
    let path = path(name, variant);
    let fields = active(variant).map(|field| {
        let (member, local) = (&field.member, field.local(prefix));
        quote!(#member: #local)
    });
    quote!(#path { #(#fields,)* .. })
}

pub fn path(name: &syn::Ident, variant: &Variant) -> TokenStream {
    match &variant.ident {
        Some(ident) => quote!(#name::#ident),
        None => quote!(#name),
    }
}

pub fn active(variant: &Variant) -> impl Iterator<Item = &Field> {
    variant.fields.iter().filter(|field| field.tangent.is_some())
}

/// A tangent of this variant, each field by `of`.
pub fn literal(
    input: &Input,
    variant: &Variant,
    mut of: impl FnMut(&Field) -> TokenStream,
) -> TokenStream {
    let (path, runtime) = (path(&input.tangent, variant), &input.runtime);
    let fields = variant.fields.iter().filter_map(|field| {
        let member = &field.member;
        if field.tangent.is_some() {
            let value = of(field);
            return Some(quote!(#member: #value));
        }
        // The fields of a tuple keep their numbers.
        (variant.style == Style::Tuple).then(|| quote!(#member: #runtime::Ignored))
    });
    quote!(#path { #(#fields),* })
}

/// A `match` of one value.
fn each(
    input: &Input,
    name: &syn::Ident,
    mut arm: impl FnMut(&Variant) -> TokenStream,
) -> TokenStream {
    let arms = input.variants.iter().map(|variant| {
        let (pattern, body) = (pattern(name, variant, "a"), arm(variant));
        quote!(#pattern => #body,)
    });
    quote!(match self { #(#arms)* })
}

/// A `match` of two values of the same variant.
fn both(
    input: &Input,
    name: &syn::Ident,
    other: &TokenStream,
    mut arm: impl FnMut(&Field, &syn::Ident, &syn::Ident) -> TokenStream,
    join: impl Fn(Vec<TokenStream>) -> TokenStream,
) -> TokenStream {
    let arms = input.variants.iter().map(|variant| {
        let (a, b) = (pattern(name, variant, "a"), pattern(&input.tangent, variant, "b"));
        let fields =
            active(variant).map(|field| arm(field, &field.local("a"), &field.local("b"))).collect();
        let body = join(fields);
        quote!((#a, #b) => #body,)
    });
    let rest = (input.variants.len() > 1)
        .then(|| quote!(_ => ::core::panic!("the tangent is one of another variant"),));
    quote!(match (self, #other) { #(#arms)* #rest })
}

fn statements(all: Vec<TokenStream>) -> TokenStream {
    quote!({ #(#all;)* })
}

pub fn differentiable(input: &Input) -> TokenStream {
    let (item, tangent, runtime) = (&input.item.ident, &input.tangent, &input.runtime);
    let (of_item, of_tangent) = (generics::of_item(input), generics::of_tangent(input));
    let (declared, arguments) = (&of_item.declared, &of_item.arguments);
    let tangent_arguments = &of_tangent.arguments;
    let predicates = of_item.and([]);
    let zero = each(input, item, |variant| {
        literal(input, variant, |field| {
            let local = field.local("a");
            quote!(#runtime::Differentiable::zero_tangent(#local))
        })
    });
    let step = both(
        input,
        item,
        &quote!(along),
        |_, a, b| quote!(#runtime::Point::step(#a, by, #b)),
        statements,
    );
    let coordinates = each(input, item, |variant| {
        let all = active(variant).map(|field| {
            let local = field.local("a");
            quote!(#runtime::Point::coordinates(#local, each))
        });
        statements(all.collect())
    });
    let replace = each(input, item, |variant| {
        let all = active(variant).map(|field| {
            let local = field.local("a");
            quote!(#runtime::Point::replace_coordinates(#local, map))
        });
        statements(all.collect())
    });
    // A field behind a shared reference cannot be moved; with generics, that is for the compiler to see.
    let points = input.active().flat_map(|field| generics::leaves(&field.ty));
    let points = points
        .filter(|ty| has_generics(input, ty) && !generics::is_itself(input, ty))
        .map(|ty| quote!(#ty: #runtime::Point));
    let is_point = !input.active().any(|field| {
        matches!(crate::emit::tangent::bare(&field.ty), syn::Type::Reference(r) if r.mutability.is_none())
    });
    let point = is_point.then(|| {
        let predicates = of_item.and(points);
        quote! {
            #[automatically_derived]
            #[allow(unused_variables, clippy::all)]
            impl #declared #runtime::Point for #item #arguments #predicates {
                #[inline]
                fn step(&mut self, by: f64, along: &Self::Tangent) {
                    #step
                }

                fn coordinates(&self, each: &mut dyn ::core::ops::FnMut(f64)) {
                    #coordinates
                }

                fn replace_coordinates(&mut self, map: &mut dyn ::core::ops::FnMut(f64) -> f64) {
                    #replace
                }
            }
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(unused_variables, clippy::all)]
        impl #declared #runtime::Differentiable for #item #arguments #predicates {
            type Tangent = #tangent #tangent_arguments;
            type Buffer = #tangent #tangent_arguments;

            #[inline]
            fn zero_tangent(&self) -> Self::Tangent {
                #zero
            }
        }

        #point
    }
}

fn has_generics(input: &Input, ty: &syn::Type) -> bool {
    let has_lifetime = |tokens: TokenStream| tokens.to_string().contains('\'');
    let ty = ty.to_token_stream();
    generics::is_generic(input, &ty) || has_lifetime(ty)
}

pub fn vector_space(input: &Input) -> TokenStream {
    let (tangent, runtime) = (&input.tangent, &input.runtime);
    let generics = generics::of_tangent(input);
    let (declared, arguments) = (&generics.declared, &generics.arguments);
    let predicates = generics.and([]);
    let space = quote!(#runtime::VectorSpace);
    let precisions = input.active().filter(|field| !generics::is_recursive(input, &field.ty));
    let precisions = precisions.map(|field| {
        let ty = field.tangent.as_ref().expect("active fields have tangents");
        quote!(<#ty as #space>::PRECISION)
    });
    let per_field = |call: &dyn Fn(&syn::Ident) -> TokenStream| {
        each(input, tangent, |variant| {
            statements(active(variant).map(|field| call(&field.local("a"))).collect())
        })
    };
    let dimension = each(input, tangent, |variant| {
        let all = active(variant).map(|field| {
            let local = field.local("a");
            quote!(#space::dimension(#local))
        });
        quote!(0 #(+ #all)*)
    });
    let set_zero = per_field(&|a| quote!(#space::set_zero(#a)));
    let scale = per_field(&|a| quote!(#space::scale(#a, by)));
    let for_each = per_field(&|a| quote!(#space::for_each(#a, each)));
    let map_each = per_field(&|a| quote!(#space::map_each(#a, map)));
    let other = quote!(other);
    let two = |call: TokenStream, by: TokenStream| {
        both(input, tangent, &other, |_, a, b| quote!(#call(#a, #by #b)), statements)
    };
    let add_assign = two(quote!(#space::add_assign), TokenStream::new());
    let add_scaled = two(quote!(#space::add_scaled), quote!(by,));
    let dot = both(
        input,
        tangent,
        &other,
        |_, a, b| quote!(#space::dot(#a, #b)),
        |all| quote!(0.0 #(+ #all)*),
    );
    let write_path = each(input, tangent, |variant| {
        let all = active(variant).map(|field| {
            let local = field.local("a");
            let name = match &field.member {
                syn::Member::Named(name) => name.unraw().to_string(),
                syn::Member::Unnamed(i) => i.index.to_string(),
            };
            let name = match &variant.ident {
                Some(variant) => format!(".{variant}.{name}"),
                None => format!(".{name}"),
            };
            quote! {
                let dimension = #space::dimension(#local);
                if index < dimension {
                    to.write_str(#name)?;
                    return #space::write_path(#local, index, to);
                }
                let index = index - dimension;
            }
        });
        quote!({ #(#all)* ::core::write!(to, ".{index} past the end") })
    });
    quote! {
        #[automatically_derived]
        #[allow(unused_variables, clippy::all)]
        impl #declared #space for #tangent #arguments #predicates {
            const PRECISION: f64 = #runtime::largest(&[#(#precisions),*]);

            fn dimension(&self) -> usize {
                #dimension
            }

            #[inline]
            fn set_zero(&mut self) {
                #set_zero
            }

            #[inline]
            fn add_assign(&mut self, other: &Self) {
                #add_assign
            }

            #[inline]
            fn scale(&mut self, by: f64) {
                #scale
            }

            #[inline]
            fn add_scaled(&mut self, by: f64, other: &Self) {
                #add_scaled
            }

            #[inline]
            fn dot(&self, other: &Self) -> f64 {
                #dot
            }

            fn for_each(&self, each: &mut dyn ::core::ops::FnMut(f64)) {
                #for_each
            }

            fn map_each(&mut self, map: &mut dyn ::core::ops::FnMut(f64) -> f64) {
                #map_each
            }

            fn write_path(&self, index: usize, to: &mut dyn ::core::fmt::Write) -> ::core::fmt::Result {
                #write_path
            }
        }
    }
}

/// `circle_r` and `circle_r_mut`: how generated code reaches the parts of an enum's tangent.
pub fn accessors(input: &Input) -> Option<TokenStream> {
    if !input.is_enum {
        return None;
    }
    let (tangent, vis) = (&input.tangent, &input.item.vis);
    let generics = generics::of_tangent(input);
    let (declared, arguments, predicates) =
        (&generics.declared, &generics.arguments, generics.and([]));
    let runtime = &input.runtime;
    let (mut here, mut nowhere) = (Vec::new(), Vec::new());
    for variant in &input.variants {
        let path = path(tangent, variant);
        let ident = variant.ident.as_ref().expect("a variant of an enum has a name").unraw();
        for field in &variant.fields {
            let (ty, member) = (&field.tangent, &field.member);
            let name = accessor(&ident, member);
            let mutable = format_ident!("{}_mut", name);
            if ty.is_none() {
                nowhere.push(quote! {
                    #[doc(hidden)]
                    #[inline(always)]
                    #vis fn #name(&self) -> &#runtime::Ignored {
                        &#runtime::Ignored
                    }

                    #[doc(hidden)]
                    #[inline(always)]
                    #vis fn #mutable(&mut self) -> &mut #runtime::Ignored {
                        // Of no size: nothing is allocated.
                        #runtime::alloc::boxed::Box::leak(#runtime::alloc::boxed::Box::new(#runtime::Ignored))
                    }
                });
                continue;
            }
            here.push(quote! {
                #[doc(hidden)]
                #[inline]
                #vis fn #name(&self) -> &#ty {
                    match self {
                        #path { #member: field, .. } => field,
                        #[allow(unreachable_patterns)]
                        _ => ::core::panic!("the tangent is one of another variant"),
                    }
                }

                #[doc(hidden)]
                #[inline]
                #vis fn #mutable(&mut self) -> &mut #ty {
                    match self {
                        #path { #member: field, .. } => field,
                        #[allow(unreachable_patterns)]
                        _ => ::core::panic!("the tangent is one of another variant"),
                    }
                }
            });
        }
    }
    Some(quote! {
        #[allow(dead_code, clippy::all)]
        impl #declared #tangent #arguments #predicates {
            #(#here)*
        }

        #runtime::if_alloc! {
            #[allow(dead_code, clippy::all)]
            impl #declared #tangent #arguments #predicates {
                #(#nowhere)*
            }
        }
    })
}

/// The name of the accessor of a part of an enum: `circle_r`, `rect_0`.
pub fn accessor(variant: &syn::Ident, member: &syn::Member) -> syn::Ident {
    let mut snake = String::new();
    for c in variant.to_string().chars() {
        if c.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    match member {
        syn::Member::Named(name) => format_ident!("{snake}_{}", name.unraw()),
        syn::Member::Unnamed(i) => format_ident!("{snake}_{}", i.index),
    }
}
