//! Rules that are a pair of sweeps: `#[derivative] impl f { fn forward(..) -> (value, kept)  fn reverse(..) -> gradient }`.
//!
//! The sweeps say by the names of their parameters what they are given: an argument, `seed`, the adjoint `d_x` of a
//! parameter behind a reference, and under any other name what `forward` kept.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{
    FnArg, ImplItem, ImplItemFn, ItemImpl, Pat, ReturnType, Type, ext::IdentExt, visit::Visit,
};

use super::{Arguments, pair_emit};
use crate::{emit::tangent, error::Errors, expand, ir::Passing, options::Options};

/// One parameter of the function.
pub struct Param<'a> {
    pub name: Ident,
    pub adjoint: Ident,
    pub ty: &'a Type,
    pub passing: Passing,
    pub differentiable: bool,
}

impl Param<'_> {
    /// Part of the gradient that `reverse` returns, unless it is given the memory to add to.
    pub fn in_gradient(&self) -> bool {
        self.differentiable && self.passing != Passing::Mutable
    }

    /// A number or a shared reference, which the reverse sweep is given again.
    pub fn is_passed_again(&self) -> bool {
        match self.passing {
            Passing::Shared => true,
            Passing::ByValue => is_scalar(self.ty),
            Passing::Mutable | Passing::Reborrowed => false,
        }
    }
}

/// What a parameter of a sweep asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Asked {
    Argument(usize),
    Adjoint(usize),
    Seed,
    /// What `forward` kept: by reference, or a copy.
    Kept {
        by_reference: bool,
    },
}

/// A rule that has been read.
pub struct Rule<'a> {
    pub name: Ident,
    pub block: &'a ItemImpl,
    pub forward: &'a ImplItemFn,
    pub params: Vec<Param<'a>>,
    pub value: &'a Type,
    pub kept: &'a Type,
    pub reverse: Vec<Asked>,
    pub jvp: Option<Vec<Asked>>,
    /// Whether the value has a derivative.
    pub takes_seed: bool,
    pub runtime: TokenStream,
}

/// The function, if it is somewhere else, and all that stands beside it.
pub fn expand(
    block: &ItemImpl,
    arguments: &Arguments,
    options: &Options,
    mut errors: Errors,
) -> TokenStream {
    let rule = read(block, arguments, options, &mut errors);
    let name = &rule.as_ref().map(|rule| rule.name.clone());
    let wrapper = name.as_ref().and_then(|name| wrapper(block, name, arguments));
    let generated = match (rule, errors.is_empty()) {
        (Some(rule), true) => generate(&rule, options, &mut errors),
        _ => None,
    };
    match (errors.finish(), generated) {
        (None, Some(generated)) => quote!(#wrapper #generated),
        // The sweeps are still looked at, for what else is wrong with them.
        (errors, _) => {
            let ty = &block.self_ty;
            quote! {
                #errors
                #wrapper
                #[doc(hidden)]
                #[allow(dead_code, nonstandard_style, missing_debug_implementations)]
                struct #ty {}
                #[allow(dead_code)]
                #block
            }
        }
    }
}

fn generate(rule: &Rule, options: &Options, errors: &mut Errors) -> Option<TokenStream> {
    let mut options = options.clone();
    options.jvp = rule.jvp.is_some();
    let name = &rule.name;
    let hidden = format_ident!("{}_rule", name.unraw(), span = name.span());
    let names = rule.params.iter().map(|param| &param.name);
    let inputs = rule.params.iter().map(|Param { name, ty, .. }| quote!(#name: #ty));
    let (vis, generics, value) = (&rule.forward.vis, &rule.forward.sig.generics, rule.value);
    let cfgs = rule.block.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    let item = quote! {
        #(#cfgs)*
        #vis fn #name #generics (#(#inputs),*) -> #value { #hidden(#(#names),*) }
    };
    let item = match syn::parse2(item) {
        Ok(item) => item,
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    let companions = expand::function(&item, &options, errors)?;
    let carrier = pair_emit::carrier(rule, &hidden);
    Some(quote!(#carrier #companions))
}

/// `fn name` that calls the function of another path.
fn wrapper(block: &ItemImpl, name: &Ident, arguments: &Arguments) -> Option<TokenStream> {
    let path = arguments.of.as_ref()?;
    if path.path.get_ident().is_some_and(|ident| ident == name) {
        return None;
    }
    let forward = find(block, "forward")?;
    let params = parameters(forward, &Options::default());
    let inputs = params.iter().map(|Param { name, ty, .. }| quote!(#name: #ty));
    let names = params.iter().map(|param| &param.name);
    let (value, _) = value_and_kept(forward)?;
    let (vis, generics, attrs) = (&forward.vis, &forward.sig.generics, &block.attrs);
    Some(quote! {
        #(#attrs)*
        #[inline]
        #vis fn #name #generics (#(#inputs),*) -> #value { #path(#(#names),*) }
    })
}

fn read<'a>(
    block: &'a ItemImpl,
    arguments: &Arguments,
    options: &Options,
    errors: &mut Errors,
) -> Option<Rule<'a>> {
    for (name, _) in &arguments.slopes {
        errors.at(name, "slopes stand on a function; this rule says its derivative by `reverse`");
    }
    if let Some(zero) = &arguments.zero {
        errors.at(zero, "`zero` stands on a function; this rule says its derivative by `reverse`");
    }
    let name = match &*block.self_ty {
        Type::Path(path) if block.trait_.is_none() => path.path.get_ident().cloned(),
        _ => None,
    };
    let Some(name) = name else {
        errors.at(
            &block.self_ty,
            "the rule of a function `f` in this module is `#[derivative] impl f { .. }`; that of a function of \
             another path `#[derivative(of = path::to::f)] impl f { .. }`, which makes a function `f` here",
        );
        return None;
    };
    let forward = find(block, "forward");
    let reverse = find(block, "reverse");
    if forward.is_none() {
        errors.at(
            &name,
            "the rule has no forward sweep: `fn forward(x: ..) -> (value, kept)`, which returns what the function \
             returns, and whatever the reverse sweep must know of it",
        );
    }
    if reverse.is_none() {
        errors.at(
            &name,
            "the rule has no reverse sweep: `fn reverse(x: .., kept: &.., seed: ..) -> gradient`, which is given \
             the arguments by their names, what the forward sweep kept, and the derivative `seed` with respect to \
             the value",
        );
    }
    let (forward, reverse) = (forward?, reverse?);
    if let Some(param) = forward.sig.generics.params.iter().find(|param| !is_lifetime(param)) {
        errors.at(
            param,
            "a pair of sweeps is for concrete types, because callers must name what is kept: write one for each type",
        );
    }
    let Some((value, kept)) = value_and_kept(forward) else {
        let message = "the forward sweep returns a pair: what the function returns, and what the reverse sweep must \
                       know (`()` if that is nothing but the arguments)";
        match &forward.sig.output {
            ReturnType::Type(_, ty) => errors.at(ty, message),
            ReturnType::Default => errors.at(&forward.sig.ident, message),
        }
        return None;
    };
    if borrows(kept) {
        errors.at(
            kept,
            "what is kept outlives the arguments, so that it cannot borrow from them: the reverse sweep is given \
             numbers and shared references again; keep a copy of anything else",
        );
    }
    let params = parameters(forward, options);
    for input in forward.sig.inputs.iter().filter(|input| !has_plain_name(input)) {
        errors
            .at(input, "the parameters of a sweep have plain names, by which the others are found");
    }
    let takes_seed = !tangent::is_constant(value) && !is_unit(value);
    let asked_reverse = asked(reverse, &params, Sweep::Reverse { takes_seed }, errors);
    let jvp = find(block, "jvp");
    let asked_jvp = jvp.map(|jvp| asked(jvp, &params, Sweep::Forward, errors));
    if let (Some(jvp), Some(asked)) = (jvp, &asked_jvp) {
        let missing = params
            .iter()
            .enumerate()
            .find(|(i, param)| param.differentiable && !asked.contains(&Asked::Adjoint(*i)));
        if let Some((_, param)) = missing {
            errors.at(
                &jvp.sig.ident,
                format_args!(
                    "`jvp` is not given `{}`, the tangent of `{}`, so that its part of the derivative would be lost; \
                     add the parameter, or leave `{}` out of the rule: `#[derivative(wrt(..))]`",
                    param.adjoint, param.name, param.name
                ),
            );
        }
    }
    for (i, param) in params.iter().enumerate() {
        if param.differentiable
            && param.passing == Passing::Mutable
            && !asked_reverse.contains(&Asked::Adjoint(i))
        {
            errors.at(
                &reverse.sig.ident,
                format_args!(
                    "`reverse` is not given `{0}`, the adjoint of what `{1}` points to: `{0}: &mut ..`, on entry that of \
                     its content after the call, on exit of its content before",
                    param.adjoint, param.name
                ),
            );
        }
    }
    check_gradient(reverse, &params, &asked_reverse, errors);
    let runtime = match &arguments.runtime {
        Some(path) => quote!(#path),
        None => quote!(::autodiff_runtime),
    };
    Some(Rule {
        name,
        block,
        forward,
        params,
        value,
        kept,
        reverse: asked_reverse,
        jvp: asked_jvp,
        takes_seed,
        runtime,
    })
}

/// `reverse` returns a part for each parameter that is differentiated, unless it is given memory to add it to.
fn check_gradient(reverse: &ImplItemFn, params: &[Param], asked: &[Asked], errors: &mut Errors) {
    let parts: Vec<String> = params
        .iter()
        .enumerate()
        .filter(|(i, param)| param.in_gradient() && !asked.contains(&Asked::Adjoint(*i)))
        .map(|(_, param)| format!("`{}`", param.name))
        .collect();
    let returned = match &reverse.sig.output {
        ReturnType::Default => Some(0),
        ReturnType::Type(_, ty) => tangent::parts(ty).map(syn::punctuated::Punctuated::len),
    };
    let fits = match (parts.len(), returned) {
        (1, returned) => returned != Some(0),
        (count, returned) => returned == Some(count),
    };
    if fits || !errors.is_empty() {
        return;
    }
    let what = match &parts[..] {
        [] => "nothing, because no parameter needs it to".to_owned(),
        [one] => format!("the gradient with respect to {one}"),
        [first @ .., last] => {
            format!("a tuple, with the gradients with respect to {} and {last}", first.join(", "))
        }
    };
    let message = format!("`reverse` returns {what}, in the order of the parameters");
    match &reverse.sig.output {
        ReturnType::Type(_, ty) => errors.at(ty, message),
        ReturnType::Default => errors.at(&reverse.sig.ident, message),
    }
}

enum Sweep {
    Forward,
    Reverse { takes_seed: bool },
}

/// What the parameters of a sweep ask for.
fn asked(sweep: &ImplItemFn, params: &[Param], kind: Sweep, errors: &mut Errors) -> Vec<Asked> {
    let mut all: Vec<Asked> = Vec::new();
    for input in &sweep.sig.inputs {
        let FnArg::Typed(input) = input else {
            errors.at(input, "a sweep has no `self`: it is given the arguments by their names");
            continue;
        };
        let kept_before = all.iter().any(|of| matches!(of, Asked::Kept { .. }));
        let Some(name) = pattern_name(&input.pat) else {
            // What is taken apart on the spot is what was kept.
            if kept_before || matches!(kind, Sweep::Forward) {
                errors.at(
                    &input.pat,
                    "the parameters of a sweep have plain names, which say what they are given: an argument, `seed`, \
                     `d_x`; only what `forward` kept may be taken apart here",
                );
                continue;
            }
            all.push(Asked::Kept { by_reference: is_reference(&input.ty) });
            continue;
        };
        let text = name.unraw().to_string();
        let plain = text.strip_prefix('_').unwrap_or(&text);
        let is = |ident: &Ident| ident.unraw() == plain;
        let found = if let Some(i) = params.iter().position(|param| is(&param.name)) {
            let param = &params[i];
            if param.passing == Passing::Mutable && matches!(kind, Sweep::Reverse { .. }) {
                errors.at(
                    name,
                    format_args!(
                        "what `{plain}` points to has been overwritten when the reverse sweep runs: keep what it needs of \
                         it in the forward sweep"
                    ),
                );
            }
            Asked::Argument(i)
        } else if let Some(i) = params.iter().position(|param| is(&param.adjoint)) {
            let param = &params[i];
            if !param.differentiable {
                errors.at(name, format_args!("`{}` has no derivative", param.name));
            } else if matches!(kind, Sweep::Reverse { .. }) && param.passing == Passing::ByValue {
                errors.at(
                    name,
                    format_args!(
                        "`{}` is passed by value, so that its adjoint is returned: part of the gradient",
                        param.name
                    ),
                );
            }
            Asked::Adjoint(i)
        } else {
            match kind {
                Sweep::Reverse { takes_seed: true } if plain == "seed" => Asked::Seed,
                Sweep::Reverse { .. } if !kept_before => {
                    Asked::Kept { by_reference: is_reference(&input.ty) }
                }
                Sweep::Reverse { .. } => {
                    errors.at(
                        name,
                        format_args!(
                            "`{name}` is no parameter of `forward`, nor `seed`, nor the adjoint of a parameter; what \
                             `forward` kept goes to the parameter before it that is none of these"
                        ),
                    );
                    continue;
                }
                Sweep::Forward => {
                    errors.at(
                        name,
                        format_args!(
                            "`{name}` is no parameter of `forward`, nor the tangent of one (`d_x` for `x`)"
                        ),
                    );
                    continue;
                }
            }
        };
        if all.contains(&found) {
            errors.at(name, format_args!("`{name}` is asked for twice"));
        }
        all.push(found);
    }
    if let Sweep::Reverse { takes_seed: true } = kind
        && !all.contains(&Asked::Seed)
        && errors.is_empty()
    {
        errors.at(
            &sweep.sig.ident,
            "`reverse` is not given `seed`, the derivative with respect to the value, which every part of the \
             gradient is multiplied with",
        );
    }
    all
}

fn parameters<'a>(forward: &'a ImplItemFn, options: &Options) -> Vec<Param<'a>> {
    let typed = forward.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(param) => Some(param),
        FnArg::Receiver(_) => None,
    });
    typed
        .enumerate()
        .map(|(i, param)| {
            let name = pattern_name(&param.pat).cloned().unwrap_or_else(|| format_ident!("arg{i}"));
            let passing = match tangent::bare(&param.ty) {
                Type::Reference(of) if is_text(&of.elem) => Passing::ByValue,
                Type::Reference(of) if of.mutability.is_some() => Passing::Mutable,
                Type::Reference(_) => Passing::Shared,
                _ => Passing::ByValue,
            };
            let wanted = options.wrt.as_ref().is_none_or(|wrt| wrt.contains(&name));
            let constant = tangent::is_constant(tangent::behind(&param.ty)) || is_text(&param.ty);
            Param {
                adjoint: format_ident!("d_{}", name.unraw(), span = name.span()),
                differentiable: wanted && !constant,
                ty: &param.ty,
                name,
                passing,
            }
        })
        .collect()
}

fn find<'a>(block: &'a ItemImpl, name: &str) -> Option<&'a ImplItemFn> {
    block.items.iter().find_map(|item| match item {
        ImplItem::Fn(function) if function.sig.ident == name => Some(function),
        _ => None,
    })
}

fn value_and_kept(forward: &ImplItemFn) -> Option<(&Type, &Type)> {
    let ReturnType::Type(_, ty) = &forward.sig.output else { return None };
    let parts = tangent::parts(ty)?;
    (parts.len() == 2).then(|| (&parts[0], &parts[1]))
}

fn pattern_name(pattern: &Pat) -> Option<&Ident> {
    match pattern {
        Pat::Ident(pat) if pat.subpat.is_none() => Some(&pat.ident),
        Pat::Reference(pat) => pattern_name(&pat.pat),
        Pat::Paren(pat) => pattern_name(&pat.pat),
        _ => None,
    }
}

fn has_plain_name(input: &FnArg) -> bool {
    matches!(input, FnArg::Typed(param) if matches!(&*param.pat, Pat::Ident(pat) if pat.subpat.is_none()))
}

fn is_lifetime(param: &syn::GenericParam) -> bool {
    matches!(param, syn::GenericParam::Lifetime(_))
}

fn is_reference(ty: &Type) -> bool {
    matches!(tangent::bare(ty), Type::Reference(_))
}

fn is_unit(ty: &Type) -> bool {
    matches!(tangent::bare(ty), Type::Tuple(of) if of.elems.is_empty())
}

fn is_text(ty: &Type) -> bool {
    matches!(tangent::behind(ty), Type::Path(path) if path.path.is_ident("str"))
}

/// A number, or a tuple of such.
fn is_scalar(ty: &Type) -> bool {
    match tangent::bare(ty) {
        Type::Tuple(of) => of.elems.iter().all(is_scalar),
        Type::Reference(of) => is_text(&of.elem),
        ty => tangent::is_float(ty) || tangent::is_constant(ty),
    }
}

fn borrows(ty: &Type) -> bool {
    struct Found(bool);
    impl<'ast> Visit<'ast> for Found {
        fn visit_lifetime(&mut self, lifetime: &'ast syn::Lifetime) {
            self.0 |= lifetime.ident != "static";
        }

        fn visit_type_reference(&mut self, reference: &'ast syn::TypeReference) {
            self.0 |= reference.lifetime.as_ref().is_none_or(|of| of.ident != "static");
        }
    }
    let mut found = Found(false);
    found.visit_type(ty);
    found.0
}
