//! Rules for what a solver finds: `#[derivative(root_of = residual of result)]`.
//!
//! Where the residual `g(x, p)` is zero, `dx = -(dg/dx)⁻¹ (dg/dp) dp`, however `x` was found. The residual becomes a
//! hidden function that `#[grad]` is applied to, and the rule a pair of sweeps that solves with its derivative.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Expr, ReturnType, Type, ext::IdentExt};

use super::{
    Arguments, Function, pair,
    slopes::{self, Param},
};
use crate::{
    emit::{bare_or_tuple, tangent},
    error::Errors,
    expand,
    options::Options,
};

/// All that stands beside the function.
pub fn generate(
    function: &Function,
    arguments: &Arguments,
    residual: &Expr,
    options: &Options,
    errors: &mut Errors,
) -> Option<TokenStream> {
    let sig = &function.sig;
    let params = slopes::params(function);
    let ReturnType::Type(_, root) = &sig.output else {
        errors.at(&sig.ident, "this function returns nothing, where `root_of` asks for the root");
        return None;
    };
    if let Some(param) = params.iter().find(|param| param.name == "result") {
        errors.at(
            &param.name,
            "`result` is the root in the equation: give the parameter another name",
        );
        return None;
    }
    let mut rule = Implicit::new(function, residual, root, params, options);
    if let Some(path) = &arguments.runtime {
        rule.runtime = quote!(#path);
    }
    let item = rule.residual(residual);
    let mut of_residual = options.clone();
    of_residual.wrt = Some(
        std::iter::once(rule.result.clone())
            .chain(rule.differentiable().map(|param| param.name.clone()))
            .collect(),
    );
    let parsed = syn::parse2(item.clone()).map_err(|error| errors.push(error)).ok()?;
    let companions = expand::function(&parsed, &of_residual, errors)?;
    let block = syn::parse2(rule.pair(function)).map_err(|error| errors.push(error)).ok()?;
    let pair = pair::expand(&block, &arguments.for_pair(), options, Errors::default());
    Some(quote! {
        #[allow(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
            #[allow(unused, unused_lifetimes, nonstandard_style, deprecated)]
        #item
        #companions
        #pair
    })
}

struct Implicit<'a> {
    solver: &'a Ident,
    params: Vec<Param<'a>>,
    root: &'a Type,
    /// The root, as the equation calls it.
    result: Ident,
    /// The function of the equation, and its companions.
    equation: Ident,
    vjp: Ident,
    jvp: Ident,
    generics: &'a syn::Generics,
    options: &'a Options,
    runtime: TokenStream,
}

impl<'a> Implicit<'a> {
    fn new(
        function: &'a Function,
        residual: &Expr,
        root: &'a Type,
        params: Vec<Param<'a>>,
        options: &'a Options,
    ) -> Implicit<'a> {
        let span = function.sig.ident.span();
        let name = function.sig.ident.unraw();
        Implicit {
            solver: &function.sig.ident,
            params,
            root,
            result: Ident::new("result", slopes::mention(residual).unwrap_or(span)),
            equation: format_ident!("{name}_equation", span = span),
            vjp: format_ident!("{name}_equation_vjp", span = span),
            jvp: format_ident!("{name}_equation_jvp", span = span),
            generics: &function.sig.generics,
            options,
            runtime: quote!(::autodiff_runtime),
        }
    }

    fn differentiable(&self) -> impl Iterator<Item = &Param<'a>> {
        self.params.iter().filter(|param| {
            let wanted = self.options.wrt.as_ref().is_none_or(|wrt| wrt.contains(&param.name));
            wanted && !tangent::is_constant(tangent::behind(param.ty))
        })
    }

    /// The equation as a function of the root and of the parameters.
    fn residual(&self, residual: &Expr) -> TokenStream {
        let Implicit { equation, generics, result, root, .. } = self;
        let inputs = self.params.iter().map(|Param { name, ty }| quote!(#name: #ty));
        let where_clause = &generics.where_clause;
        quote! {
            fn #equation #generics (#result: #root, #(#inputs),*) -> #root #where_clause {
                #residual
            }
        }
    }

    /// The arguments, for one of several calls.
    fn arguments(&self) -> TokenStream {
        self.params
            .iter()
            .map(|Param { name, ty }| match tangent::bare(ty) {
                Type::Reference(_) => quote!(#name,),
                ty if tangent::is_float(ty) || tangent::is_constant(ty) => quote!(#name,),
                _ => quote!(#name.clone(),),
            })
            .collect()
    }

    /// The rule as it would be written by hand.
    fn pair(&self, function: &Function) -> TokenStream {
        let Implicit { root, runtime, vjp, generics, .. } = self;
        let (name, vis) = (&function.sig.ident, &function.vis);
        let inputs: Vec<_> =
            self.params.iter().map(|Param { name, ty }| quote!(#name: #ty)).collect();
        let names: Vec<_> = self.params.iter().map(|param| &param.name).collect();
        let where_clause = &generics.where_clause;
        let local = |name: &str| Ident::new(name, Span::mixed_site());
        let (found, slope) = (local("found"), local("slope"));
        let kept = Ident::new("what_is_found", Span::call_site());
        let arguments = self.arguments();
        let seed_type = tangent::gradient(root, runtime);
        let gradient_types = bare_or_tuple(
            self.differentiable().map(|param| tangent::gradient(param.ty, runtime)).collect(),
        );
        let parts: Vec<_> = self
            .differentiable()
            .map(|param| format_ident!("part_of_{}", param.name.unraw(), span = Span::mixed_site()))
            .collect();
        let gradient = bare_or_tuple(parts.iter().map(ToTokens::to_token_stream).collect());
        let row = quote!(|unit| #vjp(#kept.clone(), #arguments unit).1.0);
        let seed = match tangent::is_float(root) {
            true => quote! {
                let (_, (#slope, ..)) = #vjp(*#kept, #arguments 1.0);
                let seed = -seed / #slope;
            },
            false => quote!(let seed = #runtime::implicit_adjoint(#kept, &seed, #row);),
        };
        let jvp = self.options.jvp.then(|| self.forward_mode(&kept, &row));
        let cfgs = function.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
        quote! {
            #(#cfgs)*
            impl #name {
                #vis fn forward #generics (#(#inputs),*) -> (#root, #root) #where_clause {
                    let #found = #name(#(#names),*);
                    (#found.clone(), #found)
                }

                #vis fn reverse #generics (
                    #(#inputs,)* #kept: &#root, seed: #seed_type
                ) -> #gradient_types #where_clause {
                    #seed
                    let (_, (_, #(#parts),*)) = #vjp(#kept.clone(), #arguments seed);
                    #gradient
                }

                #jvp
            }
        }
    }

    fn forward_mode(&self, kept: &Ident, row: &TokenStream) -> TokenStream {
        let Implicit { solver, root, runtime, vjp, jvp, generics, .. } = self;
        let inputs = self.params.iter().map(|Param { name, ty }| quote!(#name: #ty));
        let directions: Vec<_> = self
            .differentiable()
            .map(|param| format_ident!("d_{}", param.name.unraw(), span = param.name.span()))
            .collect();
        let types = self.differentiable().map(|param| match tangent::bare(param.ty) {
            Type::Reference(_) => {
                let buffer = tangent::buffer(param.ty, runtime);
                quote!(&#buffer)
            }
            ty => tangent::gradient(ty, runtime),
        });
        let passed = self.differentiable().zip(&directions).map(|(param, direction)| {
            match tangent::bare(param.ty) {
                Type::Reference(_) if !tangent::is_sequence(param.ty) => quote!(#direction.clone()),
                _ => direction.to_token_stream(),
            }
        });
        let arguments = self.arguments();
        let tangent_type = tangent::gradient(root, runtime);
        let solved = match tangent::is_float(root) {
            true => quote!(-along / #vjp(#kept, #arguments 1.0).1.0),
            false => quote!(#runtime::implicit_tangent(&#kept, &along, #row)),
        };
        let zero = quote!(#runtime::zero_like(&#kept));
        quote! {
            fn jvp #generics (#(#inputs,)* #(#directions: #types),*) -> (#root, #tangent_type) {
                let #kept = #solver(#arguments);
                let along = #jvp(#kept.clone(), #arguments (#zero, #(#passed),*)).1;
                let along = #solved;
                (#kept, along)
            }
        }
    }
}
