//! Type parameters: which stand for floats, and what the generated functions ask of those.

use proc_macro2::{Ident, Span};
use quote::{ToTokens, format_ident};
use syn::{
    parse_quote,
    visit::{self, Visit},
};

use super::usage::{self, Usage};
use crate::{
    declared,
    ir::{Float, Type, TypeName},
    options::{Around, Options},
};

/// What a type parameter stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Float,
    /// `F: Fn(..)`.
    Function,
    /// `S: Differentiable`: a value with parts, whose methods may have derivatives.
    Differentiable,
    /// Anything else: has no derivative.
    Other,
}

#[derive(Clone, Debug)]
pub struct TypeParam {
    pub name: String,
    pub kind: Kind,
}

impl TypeParam {
    pub fn ty(&self) -> Type {
        match self.kind {
            Kind::Float => Type::Float(Float::Generic(TypeName::new(Ident::new(
                &self.name,
                Span::call_site(),
            )))),
            Kind::Differentiable => {
                let name = Ident::new(&self.name, Span::call_site());
                Type::named(parse_quote!(#name))
            }
            Kind::Function | Kind::Other => Type::Opaque,
        }
    }
}

/// The function as generated code declares its kin: `impl Trait` has a name, and what stands for floats the runtime's bound.
pub fn prepare(item: &syn::ItemFn, options: &Options) -> syn::ItemFn {
    let (mut item, runtime) = (item.clone(), &options.runtime());
    name_impl_traits(&mut item.sig);
    name_lifetimes(&mut item.sig);
    let around = options.around.as_ref();
    let mut params = type_params(&item, around);
    // Those of the block around it, of which no more can be asked than is.
    params.retain(|param| {
        around.is_none_or(|around| {
            let own = item.sig.generics.type_params().any(|of| of.ident == param.name);
            own || around.open.iter().any(|name| *name == param.name)
        })
    });
    let of_kind = |kind: Kind| {
        let named = params.iter().filter(move |param| param.kind == kind);
        named.map(|param| Ident::new(&param.name, Span::call_site()))
    };
    let mut floats: Vec<syn::Type> = of_kind(Kind::Float).map(|name| parse_quote!(#name)).collect();
    let parts: Vec<Ident> = of_kind(Kind::Differentiable).collect();
    for name in parts {
        // Its gradient is written as it is, not as the slice of its elements.
        let clause = item.sig.generics.make_where_clause();
        clause.predicates.push(parse_quote!(
            #name: #runtime::Differentiable<Buffer = <#name as #runtime::Differentiable>::Tangent>
        ));
    }
    floats.extend(associated(&item.sig).into_iter().map(syn::Type::Path));
    if !floats.is_empty() {
        let clause = item.sig.generics.make_where_clause();
        for ty in floats {
            clause.predicates.push(parse_quote!(#ty: #runtime::Real));
        }
    }
    item
}

/// `x: ArrayView1<f64>` becomes `x: ArrayView1<'of_x, f64>`: what is generated says the type where no lifetime can be left out.
fn name_lifetimes(sig: &mut syn::Signature) {
    let mut named: Vec<syn::Lifetime> = Vec::new();
    for input in &mut sig.inputs {
        let syn::FnArg::Typed(param) = input else { continue };
        let by_value = matches!(&*param.ty, syn::Type::Path(_));
        let mut ty = &mut *param.ty;
        while let syn::Type::Reference(reference) = ty {
            ty = &mut reference.elem;
        }
        let syn::Type::Path(path) = ty else { continue };
        let Some(last) = path.path.segments.last_mut() else { continue };
        let name = last.ident.to_string();
        if crate::ir::Foreign::of_name(&name).is_none() || !name.contains("View") {
            // A struct of the user's that borrows, and is kept as it is.
            if let (true, syn::PathArguments::AngleBracketed(of)) = (by_value, &mut last.arguments)
            {
                for argument in &mut of.args {
                    if let syn::GenericArgument::Lifetime(of) = argument
                        && of.ident == "_"
                    {
                        *of = syn::Lifetime::new(&format!("'part{}", named.len()), of.span());
                        named.push(of.clone());
                    }
                }
            }
            continue;
        }
        let syn::PathArguments::AngleBracketed(arguments) = &mut last.arguments else { continue };
        let lifetime = syn::Lifetime::new(&format!("'view{}", named.len()), Span::call_site());
        let first = arguments.args.first_mut();
        match first {
            Some(syn::GenericArgument::Lifetime(of)) if of.ident == "_" => *of = lifetime.clone(),
            Some(syn::GenericArgument::Lifetime(_)) => continue,
            _ => arguments.args.insert(0, syn::GenericArgument::Lifetime(lifetime.clone())),
        }
        named.push(lifetime);
    }
    for (i, lifetime) in named.into_iter().enumerate() {
        let param = syn::LifetimeParam::new(lifetime);
        sig.generics.params.insert(i, syn::GenericParam::Lifetime(param));
    }
}

/// `x: impl Float` becomes `x: X` with `X: Float`.
fn name_impl_traits(sig: &mut syn::Signature) {
    let mut named = Vec::new();
    for (i, input) in sig.inputs.iter_mut().enumerate() {
        let syn::FnArg::Typed(param) = input else { continue };
        let mut ty = &mut *param.ty;
        while let syn::Type::Reference(syn::TypeReference { elem, .. })
        | syn::Type::Paren(syn::TypeParen { elem, .. })
        | syn::Type::Group(syn::TypeGroup { elem, .. })
        | syn::Type::Slice(syn::TypeSlice { elem, .. })
        | syn::Type::Array(syn::TypeArray { elem, .. }) = ty
        {
            ty = elem;
        }
        let syn::Type::ImplTrait(of) = ty else { continue };
        if of.bounds.iter().any(is_function) {
            continue;
        }
        let name = format_ident!("Impl{i}");
        named.push((name.clone(), of.bounds.clone()));
        *ty = parse_quote!(#name);
    }
    for (name, bounds) in named {
        sig.generics.params.push(parse_quote!(#name: #bounds));
    }
}

/// The type parameters of a function and of what stands around it, each with what it stands for.
pub fn type_params(item: &syn::ItemFn, around: Option<&Around>) -> Vec<TypeParam> {
    let around = around.map(|around| &around.generics);
    let outer = around.into_iter().flat_map(|generics| generics.type_params());
    item.sig
        .generics
        .type_params()
        .chain(outer)
        .map(|param| TypeParam { name: param.ident.to_string(), kind: kind(param, item, around) })
        .collect()
}

/// What floats are of, where only one parameter stands for such.
pub fn only_float(params: &[TypeParam]) -> Option<Type> {
    let mut floats = params.iter().filter(|param| param.kind == Kind::Float);
    match (floats.next(), floats.next()) {
        (Some(only), None) => Some(only.ty()),
        _ => None,
    }
}

fn kind(param: &syn::TypeParam, item: &syn::ItemFn, around: Option<&syn::Generics>) -> Kind {
    let clauses = [item.sig.generics.where_clause.as_ref()]
        .into_iter()
        .chain(around.map(|generics| generics.where_clause.as_ref()));
    let clause = clauses.flatten().flat_map(|clause| &clause.predicates);
    let more = clause.filter_map(|predicate| match predicate {
        syn::WherePredicate::Type(of) if is_named(&of.bounded_ty, &param.ident) => Some(&of.bounds),
        _ => None,
    });
    let bounds: Vec<_> = param.bounds.iter().chain(more.flatten()).collect();
    if bounds.iter().any(|bound| is_function(bound)) {
        return Kind::Function;
    }
    let declared = declared::at(item.sig.ident.span());
    let has_tangents = |name: String| {
        let extends = |of: &declared::Declared| of.extends(&name, "Differentiable");
        name == "Differentiable" || declared.as_deref().is_some_and(extends)
    };
    if bounds.iter().any(|bound| last(bound).is_some_and(has_tangents)) {
        return Kind::Differentiable;
    }
    if bounds.iter().any(|bound| is_arithmetic(bound))
        || (bounds.iter().any(|bound| !is_marker(bound)) && computes(&param.ident, item))
    {
        return Kind::Float;
    }
    Kind::Other
}

fn last(bound: &syn::TypeParamBound) -> Option<String> {
    match bound {
        syn::TypeParamBound::Trait(of) => Some(of.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

fn is_function(bound: &syn::TypeParamBound) -> bool {
    last(bound).is_some_and(|name| matches!(name.as_str(), "Fn" | "FnMut" | "FnOnce"))
}

/// Traits that no number is computed with by.
fn is_marker(bound: &syn::TypeParamBound) -> bool {
    match last(bound) {
        Some(name) => [
            "Copy",
            "Clone",
            "Debug",
            "Display",
            "Default",
            "PartialEq",
            "PartialOrd",
            "Send",
            "Sync",
            "Sized",
        ]
        .contains(&name.as_str()),
        None => true,
    }
}

/// Traits of numbers, and the operators of `core`.
fn is_arithmetic(bound: &syn::TypeParamBound) -> bool {
    const TRAITS: &[&str] = &[
        "Float",
        "FloatCore",
        "FloatConst",
        "Real",
        "RealField",
        "ComplexField",
        "Num",
        "NumOps",
        "NumRef",
        "NumAssign",
        "Signed",
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Neg",
        "AddAssign",
        "SubAssign",
        "MulAssign",
        "DivAssign",
        "Sum",
        "Product",
    ];
    last(bound).is_some_and(|name| TRAITS.contains(&name.as_str()))
}

/// Whether the function computes with values of the parameter: its bound is a trait that the macro cannot see.
fn computes(name: &Ident, item: &syn::ItemFn) -> bool {
    let output = match &item.sig.output {
        syn::ReturnType::Type(_, ty) => leaves(ty).iter().any(|ty| is_named(ty, name)),
        syn::ReturnType::Default => false,
    };
    let outside = !item.sig.generics.type_params().any(|param| param.ident == *name);
    output
        || (outside && item.sig.receiver().is_some() && !names_float(item))
        || item.sig.inputs.iter().any(|input| {
            let syn::FnArg::Typed(param) = input else { return false };
            if !leaves(&param.ty).iter().any(|ty| is_named(ty, name)) {
                return false;
            }
            match &*param.pat {
                syn::Pat::Ident(pat) if is_named(behind(&param.ty), name) => {
                    usage::of(&super::key(&pat.ident), &item.block.stmts).0 == Usage::Number
                }
                _ => !is_named(behind(&param.ty), name),
            }
        })
}

/// Whether `f32` or `f64` is named somewhere: then what it computes with is that.
fn names_float(item: &syn::ItemFn) -> bool {
    let text = item.to_token_stream().to_string();
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .any(|word| matches!(word, "f32" | "f64"))
}

/// What a type refers to, without parentheses.
pub fn behind(ty: &syn::Type) -> &syn::Type {
    match ty {
        syn::Type::Reference(of) => behind(&of.elem),
        syn::Type::Paren(of) => behind(&of.elem),
        syn::Type::Group(of) => behind(&of.elem),
        ty => ty,
    }
}

/// What arrays, slices, vectors and tuples are made of.
pub fn leaves(ty: &syn::Type) -> Vec<&syn::Type> {
    match ty {
        syn::Type::Reference(of) => leaves(&of.elem),
        syn::Type::Paren(of) => leaves(&of.elem),
        syn::Type::Group(of) => leaves(&of.elem),
        syn::Type::Slice(of) => leaves(&of.elem),
        syn::Type::Array(of) => leaves(&of.elem),
        syn::Type::Tuple(of) => of.elems.iter().flat_map(leaves).collect(),
        syn::Type::Path(path) => match path.path.segments.last() {
            Some(last) if last.ident == "Vec" => match &last.arguments {
                syn::PathArguments::AngleBracketed(of) => of
                    .args
                    .iter()
                    .filter_map(|arg| match arg {
                        syn::GenericArgument::Type(ty) => Some(ty),
                        _ => None,
                    })
                    .flat_map(leaves)
                    .collect(),
                _ => vec![ty],
            },
            _ => vec![ty],
        },
        ty => vec![ty],
    }
}

fn is_named(ty: &syn::Type, name: &Ident) -> bool {
    matches!(ty, syn::Type::Path(path) if path.qself.is_none() && path.path.is_ident(name))
}

/// `S::Scalar` and `<S as Space>::Scalar` in the signature, where `S` is a type parameter.
fn associated(sig: &syn::Signature) -> Vec<syn::TypePath> {
    struct Search<'a> {
        sig: &'a syn::Signature,
        found: Vec<syn::TypePath>,
    }
    impl<'ast> Visit<'ast> for Search<'_> {
        fn visit_type_path(&mut self, path: &'ast syn::TypePath) {
            if is_associated(path, |name| {
                self.sig.generics.type_params().any(|of| name == &of.ident)
            }) && !self.found.contains(path)
            {
                self.found.push(path.clone());
            }
            visit::visit_type_path(self, path);
        }
    }
    let mut search = Search { sig, found: Vec::new() };
    sig.inputs.iter().for_each(|input| search.visit_fn_arg(input));
    search.visit_return_type(&sig.output);
    search.found
}

/// Whether a type is associated with a type parameter.
pub fn is_associated(path: &syn::TypePath, is_param: impl Fn(&Ident) -> bool) -> bool {
    match (&path.qself, path.path.segments.first()) {
        (Some(of), _) => {
            matches!(&*of.ty, syn::Type::Path(of) if of.path.get_ident().is_some_and(is_param))
        }
        (None, Some(first)) => path.path.segments.len() == 2 && is_param(&first.ident),
        (None, None) => false,
    }
}

impl super::Reader<'_> {
    pub fn type_param(&self, name: &str) -> Option<&TypeParam> {
        self.type_params.iter().find(|param| param.name == name)
    }

    /// The float that a path starts with: `T::one`, `<T as Zero>::zero`, `S::Scalar::from`; and what follows its name.
    pub fn generic_float<'p>(&self, path: &'p syn::ExprPath) -> Option<(Type, &'p Ident)> {
        let last = path.path.segments.last()?;
        let of: syn::TypePath = match &path.qself {
            Some(qself) => match &*qself.ty {
                syn::Type::Path(of) => of.clone(),
                _ => return None,
            },
            None => {
                let mut before = path.path.clone();
                before.segments.pop();
                before.segments.pop_punct();
                if before.segments.is_empty() {
                    return None;
                }
                syn::TypePath { qself: None, path: before }
            }
        };
        Some((self.generic_type(&of)?, &last.ident))
    }

    /// A type parameter that stands for a float, or an associated type of a parameter.
    pub fn generic_type(&self, path: &syn::TypePath) -> Option<Type> {
        if path.qself.is_none()
            && let Some(ident) = path.path.get_ident()
        {
            let param = self.type_param(&ident.to_string())?;
            return (param.kind == Kind::Float).then(|| param.ty());
        }
        is_associated(path, |name| self.type_param(&name.to_string()).is_some())
            .then(|| Type::Float(Float::Generic(TypeName::new(path.to_token_stream()))))
    }
}
