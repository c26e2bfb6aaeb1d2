//! The signature: what may stand in it, and the parameters as variables.

use proc_macro2::Span;
use syn::{spanned::Spanned, visit::Visit};

use super::{
    Reader, SourceParam,
    choice::{Choice, held_type},
    env::{Bind, Target},
    generics::Kind,
    types::{is_memory, scalar_named},
    usage::{self, Usage},
};
use crate::{
    emit::tangent,
    ir::{
        Foreign, Form, Int, MemoryInfo, Origin, Param, Passing, Role, Shape, Step, Type, Var,
        held_by_option,
    },
    options::Options,
};

/// `#[cfg]` on a part of the function is decided after this macro has run.
struct Conditions<'a, 'r>(&'a mut Reader<'r>);

impl<'ast> Visit<'ast> for Conditions<'_, '_> {
    fn visit_attribute(&mut self, attr: &'ast syn::Attribute) {
        if attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr") {
            self.0.errors.at(
                attr,
                "`#[cfg]` inside of the function is not decided yet when the derivative is made; write \
                 `if cfg!(..)`, or put `#[cfg]` on two whole functions",
            );
        }
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

impl Reader<'_> {
    fn refuse_attributes(&mut self, item: &syn::ItemFn) {
        let mut conditions = Conditions(self);
        conditions.visit_signature(&item.sig);
        conditions.visit_block(&item.block);
    }

    /// What can be said of the function without its body.
    pub fn check_signature(&mut self, item: &syn::ItemFn, options: &Options) {
        let sig = &item.sig;
        self.refuse_attributes(item);
        if let Some(token) = sig.unsafety {
            self.errors.at(
                token,
                "an `unsafe` function cannot be differentiated, because what it may read and write is not known; \
                 write a safe function, and check in it what the caller would have to promise",
            );
        }
        if let Some(token) = sig.asyncness {
            self.errors.at(
                token,
                "an `async` function cannot be differentiated, because it runs in pieces at times that the macro \
                 cannot see; compute the values first, and differentiate a plain function of them",
            );
        }
        if let Some(abi) = &sig.abi {
            self.errors.at(
                abi,
                "an `extern` function cannot be differentiated, because its companions would have to be `extern` \
                 too; call a plain `#[grad]` function from it",
            );
        }
        if let Some(variadic) = &sig.variadic {
            self.errors.at(variadic, "variadic functions cannot be differentiated; take a slice");
        }
        for input in &sig.inputs {
            if let syn::FnArg::Typed(param) = input
                && Foreign::of_type(&param.ty).is_some()
                && Foreign::is_view(&param.ty)
            {
                self.errors.at(
                    &param.ty,
                    "a view passed by value cannot be kept for the reverse sweep, because what it borrows has another owner; \
                     take it by reference: `&ArrayView1<f64>`",
                );
            }
        }
        let outer = options.around.iter().flat_map(|around| around.generics.const_params());
        for param in outer {
            let ty = self.ty(&param.ty);
            self.const_params.push((param.ident.to_string(), ty));
        }
        for param in &sig.generics.params {
            match param {
                syn::GenericParam::Type(param) => {
                    let kind = self.type_param(&param.ident.to_string()).map(|param| param.kind);
                    if kind == Some(Kind::Function) {
                        self.errors.at(
                            param,
                            "a function passed as an argument cannot be differentiated yet, because the function \
                             called is known only where it is passed; call a `#[grad]` function by its name",
                        );
                    }
                }
                syn::GenericParam::Const(param) => {
                    let ty = self.ty(&param.ty);
                    self.const_params.push((param.ident.to_string(), ty));
                }
                syn::GenericParam::Lifetime(_) => {}
            }
        }
        if let Some(receiver) = sig.receiver()
            && !is_plain_receiver(receiver)
        {
            self.errors.at(
                &receiver.ty,
                "only `self`, `&self` and `&mut self` are followed: take one of these, and let the caller \
                 dereference",
            );
        }
    }

    pub fn params(&mut self, item: &syn::ItemFn, options: &Options) -> Vec<SourceParam> {
        let mut sources = Vec::new();
        let typed: Vec<(syn::PatType, bool)> = item
            .sig
            .inputs
            .iter()
            .map(|input| match input {
                syn::FnArg::Typed(param) => (param.clone(), false),
                syn::FnArg::Receiver(receiver) => (as_typed(receiver), true),
            })
            .collect();
        let mut bound: Vec<(syn::Pat, Bind)> = Vec::new();
        for (i, (param, receiver)) in typed.iter().enumerate() {
            let ident = match &*param.pat {
                syn::Pat::Ident(pat) if pat.subpat.is_none() && pat.by_ref.is_none() => {
                    pat.ident.clone()
                }
                pat => syn::Ident::new(&format!("arg{i}"), pat.span()),
            };
            let bind = self.param(i, &ident, param, item, options);
            bound.push(((*param.pat).clone(), bind));
            sources.push(SourceParam { ident, ty: (*param.ty).clone(), receiver: *receiver });
        }
        self.check_wrt(item, options);
        for (pat, bind) in bound {
            // A parameter is the variable itself: it is neither copied nor renamed.
            match &pat {
                syn::Pat::Ident(p) if p.subpat.is_none() && p.by_ref.is_none() => {
                    self.declare(&p.ident, bind);
                }
                pat => {
                    self.expect(pat, &item.block.stmts);
                    self.bind(pat, bind, pat.span());
                }
            }
        }
        sources
    }

    /// Parameters of a type that the file declares without tangents: one error each, where the compiler would have many.
    pub fn refuse_without_tangents(&mut self, written: &[SourceParam]) {
        let Some(declared) = self.declared.clone() else { return };
        if !self.errors.is_empty() {
            return;
        }
        let found: Vec<(Span, String, bool)> = written
            .iter()
            .zip(&self.function.params)
            .filter(|(_, param)| param.role == Role::Primal && param.differentiable)
            .filter_map(|(written, _)| {
                let ty = self.not_self(referred(&written.ty));
                let syn::Type::Path(path) = &ty else { return None };
                let name = path.path.get_ident()?.to_string();
                let lacks = declared.lacks_tangents(&name, &self.module);
                lacks.then(|| (written.ident.span(), name, written.receiver))
            })
            .collect();
        for (span, name, receiver) in found {
            let what = if receiver { "`self`" } else { "this parameter" };
            self.errors.at_span(
                span,
                format!(
                    "`{name}` has no tangents, so that {what} has no derivative: put `#[derive(Differentiable)]` on \
                     `{name}`, or leave the parameter out by naming those to differentiate, `#[grad(wrt(..))]`"
                ),
            );
        }
    }

    /// Structs that borrow, passed by value: what a free function keeps for its reverse sweep has no lifetimes.
    pub fn refuse_borrowing(&mut self, written: &[SourceParam]) {
        let found: Vec<(Span, String)> = written
            .iter()
            .zip(&self.function.params)
            .filter(|(_, param)| param.role == Role::Primal && param.differentiable)
            .filter_map(|(written, _)| {
                let syn::Type::Path(path) = &written.ty else { return None };
                let last = path.path.segments.last()?;
                let syn::PathArguments::AngleBracketed(of) = &last.arguments else { return None };
                let borrows = of.args.iter().any(
                    |of| matches!(of, syn::GenericArgument::Lifetime(of) if of.ident != "static"),
                );
                let foreign = crate::ir::Foreign::of_name(&last.ident.to_string()).is_some();
                (borrows && !foreign).then(|| (path.span(), last.ident.to_string()))
            })
            .collect();
        for (span, name) in found {
            self.errors.at_span(
                span,
                format!(
                    "`{name}` borrows, and what is kept of it for the reverse sweep cannot: take a reference to it, `&{name}`, or \
                     make this a method of `{name}`"
                ),
            );
        }
    }

    fn param(
        &mut self,
        i: usize,
        ident: &syn::Ident,
        param: &syn::PatType,
        item: &syn::ItemFn,
        options: &Options,
    ) -> Bind {
        let name = super::name_of(ident);
        let span = ident.span();
        let mutable_binding = matches!(&*param.pat, syn::Pat::Ident(p) if p.mutability.is_some());
        let (inner, passing) = match strip(&param.ty) {
            syn::Type::Reference(r) if r.mutability.is_some() => (&*r.elem, Passing::Mutable),
            // A `&str` is a value that is only passed on.
            syn::Type::Reference(r) if is_text(&r.elem) => (strip(&param.ty), Passing::ByValue),
            syn::Type::Reference(r) => (&*r.elem, Passing::Shared),
            // What it holds is behind a reference.
            ty if tangent::is_optional_reference(ty) => (ty, Passing::Shared),
            ty => (ty, Passing::ByValue),
        };
        if let syn::Type::Reference(r) = strip(inner)
            && !is_text(&r.elem)
        {
            self.errors.at(
                inner,
                "a reference to a reference cannot be differentiated; take one reference",
            );
        }
        if let (syn::Type::Slice(slice), Passing::ByValue) = (strip(inner), passing) {
            self.errors.at(slice, "a slice is passed by reference: write `&[..]`");
        }
        if let Some(bind) = self.option_param(ident, inner, passing) {
            return bind;
        }
        let mut ty = match self.held_param(inner) {
            Some(ty) => ty,
            None => {
                self.refuse_box(inner);
                self.ty(inner)
            }
        };
        // An alias: the body shows what it stands for.
        let mut whole = is_memory(&ty);
        if ty == Type::Unknown {
            let (usage, _) = usage::of(&super::key(ident), &item.block.stmts);
            match usage {
                Usage::Memory => whole = true,
                Usage::Borrowed => whole = true,
                Usage::Index => ty = Type::Int(Int::Literal),
                Usage::Number | Usage::Nothing => {}
            }
        }
        let wanted = options.wrt.as_ref().is_none_or(|wrt| wrt.contains(ident));
        let differentiable = wanted && ty.differentiable();
        let (shape, bind) = if passing == Passing::ByValue {
            self.by_value(i, &ty, whole, &name, mutable_binding, span)
        } else {
            let memory = self.function.new_memory(MemoryInfo {
                ty,
                name: Some(name.clone()),
                mutable: passing == Passing::Mutable,
                origin: Origin::Param(i),
                span,
            });
            let target = Target::Place(memory.into());
            let bind = Bind::Reference { target, mutable: passing == Passing::Mutable };
            (Shape::Var(Var::Memory(memory)), bind)
        };
        self.function.params.push(Param {
            name,
            role: Role::Primal,
            passing,
            shape,
            differentiable,
            span,
        });
        bind
    }

    /// An `Option` of a number: it has no derivative, and is taken apart as the function begins.
    fn option_param(
        &mut self,
        ident: &syn::Ident,
        ty: &syn::Type,
        passing: Passing,
    ) -> Option<Bind> {
        let is_option = matches!(strip(ty), syn::Type::Path(path)
            if path.path.segments.last().is_some_and(|last| last.ident == "Option"));
        let held = held_type(strip(ty)).filter(|_| is_option && passing != Passing::Mutable)?;
        let held = match strip(&held) {
            syn::Type::Path(path) => scalar_named(&path.path.get_ident()?.to_string())?,
            _ => return None,
        };
        if !matches!(held, Type::Int(_) | Type::Bool) {
            return None;
        }
        let (name, span) = (super::name_of(ident), ident.span());
        let whole = self.function.new_value(Type::Opaque, Some(name.clone()), span);
        self.function.params.push(Param {
            name,
            role: Role::Primal,
            passing: Passing::ByValue,
            shape: Shape::Var(Var::Value(whole)),
            differentiable: false,
            span,
        });
        let mut ask = |method: &str, ty: Type| {
            let form = Form::Method(syn::Ident::new(method, span), Default::default());
            Bind::Scalar(self.opaque(form, vec![whole], ty, span))
        };
        let there = ask("is_some", Type::Bool);
        let value = ask("unwrap_or_default", held);
        Some(Choice { there, value, error: None }.into())
    }

    /// An `Option` or a `Box`: memory, of which what it holds is a part.
    pub fn held_param(&mut self, ty: &syn::Type) -> Option<Type> {
        let (held, step) = match (tangent::held(ty, "Option"), tangent::held(ty, "Box")) {
            (Some(held), _) => (held, held_by_option()),
            (None, Some(held)) => (held, Step::Deref),
            (None, None) => return None,
        };
        if let (syn::Type::Slice(of), Step::Deref) = (strip(held), &step) {
            return Some(Type::Vec(Box::new(self.ty(&of.elem))));
        }
        let held = match strip(held) {
            syn::Type::Reference(of) if tangent::is_optional_reference(ty) => match &*of.elem {
                syn::Type::Reference(_) | syn::Type::TraitObject(_) => return None,
                elem if is_text(elem) => return None,
                elem => self.ty(elem),
            },
            syn::Type::Reference(_) | syn::Type::TraitObject(_) => return None,
            held => match self.held_param(held) {
                Some(inner) => inner,
                None => self.ty(held),
            },
        };
        let mut named = Type::named(ty.clone());
        if let Type::Named(of) = &mut named {
            of.fields = step.member().map(|member| (member, held)).into_iter().collect();
        }
        Some(named)
    }

    /// What is made inside of a function may be in a box; what goes in and out has the types that gradients have.
    fn refuse_box(&mut self, ty: &syn::Type) {
        struct Search(Option<syn::Ident>);
        impl<'ast> syn::visit::Visit<'ast> for Search {
            fn visit_path_segment(&mut self, segment: &'ast syn::PathSegment) {
                if segment.ident == "Box" {
                    self.0 = Some(segment.ident.clone());
                }
                syn::visit::visit_path_segment(self, segment);
            }
        }
        let mut search = Search(None);
        syn::visit::Visit::visit_type(&mut search, ty);
        if let Some(at) = search.0 {
            self.errors.at(
                at,
                "a smart pointer in a signature cannot be differentiated, because there is no gradient of its shape; take \
                 or return the value itself, or a slice or reference",
            );
        }
    }

    fn by_value(
        &mut self,
        i: usize,
        ty: &Type,
        whole: bool,
        name: &str,
        mutable: bool,
        span: Span,
    ) -> (Shape, Bind) {
        match ty {
            Type::Tuple(of) if of.is_empty() => (Shape::Unit, Bind::Unit),
            Type::Tuple(of) => {
                let parts = of.iter().enumerate().map(|(field, ty)| {
                    let name = format!("{name}_{field}");
                    self.by_value(i, ty, is_memory(ty), &name, mutable, span)
                });
                let (shapes, binds): (Vec<Shape>, Vec<Bind>) = parts.unzip();
                (Shape::Tuple(shapes), Bind::Tuple(binds))
            }
            ty if whole => {
                let memory = self.function.new_memory(MemoryInfo {
                    ty: ty.clone(),
                    name: Some(name.to_owned()),
                    mutable,
                    origin: Origin::Param(i),
                    span,
                });
                (Shape::Var(Var::Memory(memory)), Bind::Owned(memory))
            }
            ty => {
                let value = self.function.new_value(ty.clone(), Some(name.to_owned()), span);
                (Shape::Var(Var::Value(value)), Bind::Scalar(value))
            }
        }
    }

    fn check_wrt(&mut self, item: &syn::ItemFn, options: &Options) {
        let names: Vec<String> = item
            .sig
            .inputs
            .iter()
            .filter_map(|input| match input {
                syn::FnArg::Typed(p) => match &*p.pat {
                    syn::Pat::Ident(p) => Some(super::key(&p.ident)),
                    _ => None,
                },
                syn::FnArg::Receiver(_) => Some("self".to_owned()),
            })
            .collect();
        for (i, ident) in options.wrt.iter().flatten().enumerate() {
            if !names.contains(&super::key(ident)) {
                self.errors.at(
                    ident,
                    format!(
                        "`{ident}` is not a parameter of this function; `wrt` names parameters: {}",
                        names.join(", ")
                    ),
                );
                continue;
            }
            if options.wrt.iter().flatten().take(i).any(|before| before == ident) {
                self.errors.at(ident, format!("`{ident}` is named twice"));
            }
            let param = self.function.params.iter().find(|p| p.name == super::name_of(ident));
            if let Some(param) = param
                && !param.differentiable
            {
                self.errors.at(
                    ident,
                    format!(
                        "`{ident}` has no derivative: it is no float, and no array, slice, vector or tuple of \
                         floats; leave it out of `wrt`"
                    ),
                );
            }
        }
    }

    pub fn check_differentiable(&mut self, item: &syn::ItemFn) {
        let some = self.function.params.iter().any(|p| p.differentiable);
        if !some && self.errors.is_empty() {
            self.errors.at(
                &item.sig.ident,
                "this function has no differentiable parameter: none is a float, or an array, slice, vector or \
                 tuple of floats; without one there is nothing to differentiate, and `#[grad]` can be left out",
            );
        }
        let output = match &self.output {
            Type::Tuple(of) if of.is_empty() => false,
            ty => ty.differentiable(),
        };
        let written: Vec<_> = self
            .function
            .params
            .iter()
            .filter(|p| {
                p.passing == Passing::Mutable
                    && matches!(&p.shape, Shape::Var(var) if self.var_type(*var).differentiable())
            })
            .collect();
        if let ([first, ..], false) = (&written[..], output)
            && written.iter().all(|p| !p.differentiable)
            && self.errors.is_empty()
        {
            let (name, span) = (first.name.clone(), first.span);
            self.errors.at_span(
                span,
                format!(
                    "`wrt` leaves out `{name}`, which takes what this function computes, so that every derivative would be \
                     zero; name it too: `wrt(.., {name})`"
                ),
            );
            return;
        }
        let written = !written.is_empty();
        if !output && !written && self.errors.is_empty() {
            let message = "this function has no differentiable output: it returns no float (or tuple, array or vector \
                           of floats), and has no `&mut` parameter that holds any; without one there is nothing to \
                           differentiate, and `#[grad]` can be left out";
            match &item.sig.output {
                syn::ReturnType::Type(_, ty) => self.errors.at(ty, message),
                syn::ReturnType::Default => self.errors.at(&item.sig.ident, message),
            }
        }
    }

    fn var_type(&self, var: Var) -> Type {
        match var {
            Var::Value(value) => self.function.value(value).ty.clone(),
            Var::Memory(memory) => self.function.memory(memory).ty.clone(),
        }
    }

    pub fn output_type(&mut self, item: &syn::ItemFn) -> Type {
        match &item.sig.output {
            syn::ReturnType::Default => Type::Tuple(Vec::new()),
            syn::ReturnType::Type(_, ty) => {
                if let syn::Type::Reference(r) = strip(ty) {
                    self.errors.at(
                        r,
                        "a function that returns a reference cannot be differentiated, because the adjoint of what \
                         it names belongs to the parameter; return the value (`Vec<f64>`, `[f64; N]`), or write \
                         to a `&mut` parameter",
                    );
                    return Type::Unknown;
                }
                self.refuse_box(ty);
                self.ty(ty)
            }
        }
    }

    pub fn shape_of(&mut self, bind: Bind, ty: &Type, span: Span) -> Shape {
        match (bind, ty) {
            (Bind::Tuple(of), ty) => Shape::Tuple(
                of.into_iter()
                    .enumerate()
                    .map(|(i, of)| {
                        let ty = match ty {
                            Type::Tuple(types) => types.get(i).cloned().unwrap_or(Type::Unknown),
                            _ => Type::Unknown,
                        };
                        self.shape_of(of, &ty, span)
                    })
                    .collect(),
            ),
            (_, Type::Tuple(of)) if of.is_empty() => Shape::Unit,
            (Bind::Unit, _) => Shape::Unit,
            (Bind::Owned(memory), _) => Shape::Var(Var::Memory(memory)),
            // Nothing is ever returned: the function always panics.
            (Bind::Uninit | Bind::Poison, ty) => self.dummy_shape(ty, span),
            (bind, ty) => {
                let value = self.scalar_of(bind, span);
                // The signature settles the type of a literal, and of what is read from a field.
                let of = &mut self.function.values[value.index()].ty;
                if matches!(
                    of,
                    Type::Unknown
                        | Type::Int(crate::ir::Int::Literal)
                        | Type::Float(crate::ir::Float::Literal)
                ) && matches!(ty, Type::Int(_) | Type::Float(_))
                {
                    *of = ty.clone();
                }
                Shape::Var(Var::Value(value))
            }
        }
    }

    fn dummy_shape(&mut self, ty: &Type, span: Span) -> Shape {
        match ty {
            Type::Tuple(of) => {
                Shape::Tuple(of.iter().map(|ty| self.dummy_shape(ty, span)).collect())
            }
            ty if is_memory(ty) => {
                let init = crate::ir::Init::Empty;
                Shape::Var(Var::Memory(self.alloc(ty.clone(), init, None, span)))
            }
            ty => Shape::Var(Var::Value(self.dummy(ty, span))),
        }
    }
}

/// `self` as a parameter like the others.
fn as_typed(receiver: &syn::Receiver) -> syn::PatType {
    let ident = syn::Ident::new("self", receiver.self_token.span);
    // The `mut` of `&mut self` is that of the type.
    let mutability = match receiver.reference {
        Some(_) => None,
        None => receiver.mutability,
    };
    syn::PatType {
        attrs: Vec::new(),
        pat: Box::new(syn::Pat::Ident(syn::PatIdent {
            attrs: Vec::new(),
            by_ref: None,
            mutability,
            ident,
            subpat: None,
        })),
        colon_token: syn::Token![:](receiver.self_token.span),
        ty: receiver.ty.clone(),
    }
}

/// `Self`, `&Self` or `&mut Self`, however it is written.
fn is_plain_receiver(receiver: &syn::Receiver) -> bool {
    let behind = match strip(&receiver.ty) {
        syn::Type::Reference(reference) => strip(&reference.elem),
        ty => ty,
    };
    matches!(behind, syn::Type::Path(path) if ["Self", "f32", "f64"].iter().any(|name| path.path.is_ident(name)))
}

/// What is behind a reference.
fn referred(ty: &syn::Type) -> &syn::Type {
    match strip(ty) {
        syn::Type::Reference(of) => referred(&of.elem),
        ty => ty,
    }
}

fn strip(ty: &syn::Type) -> &syn::Type {
    match ty {
        syn::Type::Paren(ty) => strip(&ty.elem),
        syn::Type::Group(ty) => strip(&ty.elem),
        ty => ty,
    }
}

fn is_text(ty: &syn::Type) -> bool {
    match strip(ty) {
        syn::Type::Path(path) => path.path.is_ident("str") || path.path.is_ident("String"),
        _ => false,
    }
}
