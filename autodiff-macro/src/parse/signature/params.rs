//! The parameters as variables.

use proc_macro2::Span;
use syn::spanned::Spanned;

use super::super::{
    Reader, SourceParam,
    choice::{Choice, held_type},
    env::{Bind, Target},
    types::{is_memory, scalar_named},
    usage::{self, Usage},
};
use super::is_text;
use crate::{
    emit::tangent,
    ir::{
        Form, Int, MemoryInfo, Origin, Param, Passing, Role, Shape, Step, Type, Var, held_by_option,
    },
    options::Options,
};

impl Reader<'_> {
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

    fn param(
        &mut self,
        i: usize,
        ident: &syn::Ident,
        param: &syn::PatType,
        item: &syn::ItemFn,
        options: &Options,
    ) -> Bind {
        let name = super::super::name_of(ident);
        let span = ident.span();
        let mutable_binding = matches!(&*param.pat, syn::Pat::Ident(p) if p.mutability.is_some());
        let (inner, passing) = match tangent::bare(&param.ty) {
            syn::Type::Reference(r) if r.mutability.is_some() => (&*r.elem, Passing::Mutable),
            // A `&str` is a value that is only passed on.
            syn::Type::Reference(r) if is_text(&r.elem) => {
                (tangent::bare(&param.ty), Passing::ByValue)
            }
            syn::Type::Reference(r) => (&*r.elem, Passing::Shared),
            // What it holds is behind a reference.
            ty if tangent::is_optional_reference(ty) => (ty, Passing::Shared),
            ty => (ty, Passing::ByValue),
        };
        if let syn::Type::Reference(r) = tangent::bare(inner)
            && !is_text(&r.elem)
        {
            self.errors.at(
                inner,
                "a reference to a reference cannot be differentiated; take one reference",
            );
        }
        if let (syn::Type::Slice(slice), Passing::ByValue) = (tangent::bare(inner), passing) {
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
            let (usage, _) = usage::of(&super::super::key(ident), &item.block.stmts);
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
        let is_option = matches!(tangent::bare(ty), syn::Type::Path(path)
            if path.path.segments.last().is_some_and(|last| last.ident == "Option"));
        let held =
            held_type(tangent::bare(ty)).filter(|_| is_option && passing != Passing::Mutable)?;
        let held = match tangent::bare(&held) {
            syn::Type::Path(path) => scalar_named(&path.path.get_ident()?.to_string())?,
            _ => return None,
        };
        if !matches!(held, Type::Int(_) | Type::Bool) {
            return None;
        }
        let (name, span) = (super::super::name_of(ident), ident.span());
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
        if let (syn::Type::Slice(of), Step::Deref) = (tangent::bare(held), &step) {
            return Some(Type::Vec(Box::new(self.ty(&of.elem))));
        }
        let held = match tangent::bare(held) {
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
    pub fn refuse_box(&mut self, ty: &syn::Type) {
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
