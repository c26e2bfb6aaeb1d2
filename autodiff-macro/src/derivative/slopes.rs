//! Rules that are formulas: the derivative by each parameter, or none at all.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{FnArg, Pat, Type, ext::IdentExt};

use super::{Arguments, Function, implicit};
use crate::{emit::tangent, error::Errors, expand, options::Options};

/// A parameter as the rule sees it.
pub struct Param<'a> {
    /// Its name, or one made up for a pattern.
    pub name: Ident,
    pub ty: &'a Type,
}

/// The function that stands for another one: calls that.
pub fn wrapper(function: &Function, arguments: &Arguments) -> Option<TokenStream> {
    let Function { attrs, vis, sig, .. } = function;
    let names = params(function).into_iter().map(|param| param.name);
    let path = arguments.of.as_ref()?;
    let inputs = params(function).into_iter().map(|Param { name, ty }| quote!(#name: #ty));
    let syn::Signature { constness, ident, generics, output, .. } = sig;
    let where_clause = &generics.where_clause;
    Some(quote! {
        #(#attrs)*
        #[inline]
        #vis #constness fn #ident #generics (#(#inputs),*) #output #where_clause {
            #path(#(#names),*)
        }
    })
}

/// All that stands beside the function, or the errors.
pub fn expand(
    function: &Function,
    arguments: &Arguments,
    options: &Options,
    errors: &mut Errors,
) -> TokenStream {
    check(function, arguments, errors);
    let generated = match (errors.is_empty(), &arguments.root_of) {
        (true, Some((_, residual))) => {
            implicit::generate(function, arguments, residual, options, errors)
        }
        (true, None) => generate(function, arguments, options, errors),
        (false, _) => None,
    };
    std::mem::take(errors).finish().or(generated).unwrap_or_default()
}

fn generate(
    function: &Function,
    arguments: &Arguments,
    options: &Options,
    errors: &mut Errors,
) -> Option<TokenStream> {
    let Function { attrs, vis, sig, .. } = function;
    let params = params(function);
    let names: Vec<_> = params.iter().map(|param| &param.name).collect();
    let (name, span) = (&sig.ident, sig.ident.span());
    let mut options = options.clone();
    options.jvp = true;
    let has_value =
        matches!(&sig.output, syn::ReturnType::Type(_, ty) if !tangent::is_constant(ty));
    if arguments.zero.is_some() && !has_value {
        // An integer is a constant in any case.
        return None;
    }
    let body = if arguments.zero.is_some() {
        quote_spanned!(span=> ::autodiff_runtime::no_diff(#name(#(#names),*)))
    } else {
        let given = |param: &Param| {
            arguments.slopes.iter().find(|(name, _)| name.unraw() == param.name.unraw())
        };
        options.wrt = Some(
            params.iter().filter(|of| given(of).is_some()).map(|of| of.name.clone()).collect(),
        );
        let pairs = params.iter().filter_map(|param| {
            let (_, slope) = given(param)?;
            let (name, star) = (&param.name, is_reference(param.ty).then(|| quote!(*)));
            Some(quote!((#star #name, #slope)))
        });
        let value = value_name(&params, arguments, span);
        quote_spanned! {span=>
            let #value = #name(#(#names),*);
            ::autodiff_runtime::with_derivative(#value, [#(#pairs),*])
        }
    };
    let inputs = params.iter().map(|Param { name, ty }| quote!(#name: #ty));
    let syn::Signature { generics, output, .. } = sig;
    let where_clause = &generics.where_clause;
    let item = quote! {
        #(#attrs)*
        #vis fn #name #generics (#(#inputs),*) #output #where_clause { #body }
    };
    match syn::parse2(item) {
        Ok(item) => expand::function(&item, &options, errors),
        Err(error) => {
            errors.push(error);
            None
        }
    }
}

/// `result`, as the slopes call it; another name if a parameter is called so.
fn value_name(params: &[Param], arguments: &Arguments, span: Span) -> Ident {
    if params.iter().any(|param| param.name == "result") {
        return Ident::new("value_of_the_function", span);
    }
    let mention = arguments.slopes.iter().find_map(|(_, slope)| mention(slope));
    Ident::new("result", mention.unwrap_or(span))
}

/// Where `result` is mentioned.
pub fn mention(expr: &syn::Expr) -> Option<Span> {
    find(expr.to_token_stream())
}

fn find(tokens: TokenStream) -> Option<Span> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == "result" => Some(ident.span()),
        TokenTree::Group(group) => find(group.stream()),
        _ => None,
    })
}

fn check(function: &Function, arguments: &Arguments, errors: &mut Errors) {
    let params = params(function);
    let sig = &function.sig;
    if let Some(receiver) = sig.receiver() {
        errors.at(
            receiver,
            "a rule stands on a free function, which can be called by its name; write one that takes `self` as an \
             ordinary parameter, and call it in the method",
        );
    }
    match (&function.body, &arguments.of) {
        (None, None) => errors.at(
            &sig.ident,
            "this function has no body: write one, or name the function that it stands for: \
             `#[derivative(of = path::to::function, ..)]`",
        ),
        (Some(_), Some(of)) => errors.at(
            of,
            "`of` names the function that is called, so that there is no body to write: end the signature with `;`, \
             or leave `of` out and call the function in the body",
        ),
        _ => {}
    }
    if let Some(zero) = &arguments.zero
        && !arguments.slopes.is_empty()
    {
        errors.at(zero, "`zero` says that every derivative is zero: leave it out, or the slopes");
    }
    if let Some((name, _)) = &arguments.root_of
        && (arguments.zero.is_some() || !arguments.slopes.is_empty())
    {
        errors.at(
            name,
            "the derivative of a root is that of its equation: leave out what else is said of it",
        );
    }
    let says_nothing =
        arguments.zero.is_none() && arguments.root_of.is_none() && arguments.slopes.is_empty();
    if says_nothing && errors.is_empty() {
        errors.at(
            &sig.ident,
            "the rule says no derivative: write `#[derivative(x = ..)]` with the derivative by each parameter, \
             or `#[derivative(zero)]` if it is a constant; where there is more to it than a formula, \
             `#[derivative] impl f { fn forward .. fn reverse .. }`",
        );
    }
    for (name, _) in &arguments.slopes {
        let Some(param) = params.iter().find(|param| param.name.unraw() == name.unraw()) else {
            let names: Vec<String> =
                params.iter().map(|param| format!("`{}`", param.name)).collect();
            errors.at(
                name,
                format_args!("`{name}` is no parameter of this function: {}", names.join(", ")),
            );
            continue;
        };
        let behind = tangent::behind(param.ty);
        if tangent::is_constant(behind) {
            errors.at(
                name,
                format_args!("`{name}` has no derivative, because it is no float: leave it out"),
            );
        } else if tangent::is_sequence(behind)
            || matches!(behind, Type::Array(_) | Type::Tuple(_))
            || is_mutable(param.ty)
        {
            errors.at(
                name,
                format_args!(
                    "a slope is one number, and `{name}` holds more than a float: write a pair of sweeps, \
                     `#[derivative] impl {} {{ fn forward .. fn reverse .. }}`",
                    sig.ident
                ),
            );
        }
    }
    if let Some(param) = params.iter().find(|param| is_mutable(param.ty)) {
        errors.at(
            param.ty,
            format_args!(
                "what is written through `&mut` has a derivative too, which a formula cannot say: write a pair of \
                 sweeps, `#[derivative] impl {} {{ fn forward .. fn reverse .. }}`",
                sig.ident
            ),
        );
    }
}

pub fn params(function: &Function) -> Vec<Param<'_>> {
    let typed = function.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(param) => Some(param),
        FnArg::Receiver(_) => None,
    });
    typed
        .enumerate()
        .map(|(i, param)| {
            let name = match &*param.pat {
                Pat::Ident(pat) if pat.subpat.is_none() => pat.ident.clone(),
                _ => format_ident!("arg{i}"),
            };
            Param { name, ty: &param.ty }
        })
        .collect()
}

fn is_reference(ty: &Type) -> bool {
    matches!(tangent::bare(ty), Type::Reference(_))
}

fn is_mutable(ty: &Type) -> bool {
    matches!(tangent::bare(ty), Type::Reference(reference) if reference.mutability.is_some())
}
