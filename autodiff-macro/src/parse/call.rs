//! Calls by path.

mod arguments;
mod wrong;

pub use self::wrong::is_no;

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{
    Reader,
    checkpoint::Recompute,
    choice::{Choice, held_type},
    env::{Bind, Slot, Want},
    parameters,
    place::Located,
    user_method::{Receiver, is_associated, is_users},
};
use crate::emit::tangent;
use crate::ir::{Arg, Callee, MemoryInfo, OpKind, Origin, Shape, Type, Var};

impl Reader<'_> {
    pub fn call(&mut self, e: &syn::ExprCall, want: &Want) -> Bind {
        let path = match &*e.func {
            syn::Expr::Path(path) => path,
            func => {
                return match self.callable(func) {
                    Some(callable) => self.call_value(&callable, e, want),
                    None => Bind::Poison,
                };
            }
        };
        let names: Vec<String> =
            path.path.segments.iter().map(|s| s.ident.unraw().to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if let Some(ident) = path.path.get_ident()
            && let Some(index) = self.scopes.find(&super::key(ident))
        {
            let bind = self.env.variables[index].bind.clone();
            return match self.callable_of(bind, path.span()) {
                Some(callable) => self.call_value(&callable, e, want),
                None => Bind::Poison,
            };
        }
        if let ([.., "Default", "default"], true, Some(ty)) =
            (&names[..], e.args.is_empty(), want.ty())
            && let Some(of) = default_of(ty, path.span())
        {
            return self.call(&of, want);
        }
        if let Some(of_slice) = method_of_slices(e, path, &names) {
            return self.method(&of_slice, want);
        }
        if let Some(made) = self.own_from(e, path) {
            return made;
        }
        let is_misspelt = match names.as_slice() {
            ["f64" | "f32", name] => {
                let arity = e.args.len().saturating_sub(1);
                is_users(name, arity, Receiver::Scalar)
                    && !["from", "try_from", "default"].iter().any(|of| name.starts_with(of))
                    && self.lacks_traits()
            }
            _ => false,
        };
        if is_misspelt || self.is_wrong(e, path) {
            self.errors.leave_to_compiler();
        }
        if let Some(local) = self.local_function(path, e) {
            return self.call_value(&local, e, want);
        }
        if e.args.iter().any(|arg| self.is_function(arg)) && known_module(&names).is_none() {
            return self.call_with_functions(e, path, want);
        }
        if let Some(bind) = self.generic_function(e, path) {
            return bind;
        }
        if let Some(bind) = self.known_call(e, path, &names, want) {
            return bind;
        }
        self.user_call(e, path, want)
    }

    fn user_call(&mut self, e: &syn::ExprCall, path: &syn::ExprPath, want: &Want) -> Bind {
        if is_associated(path) {
            return self.associated_call(e, path, want);
        }
        let span = e.span();
        let mut outputs: Vec<(Slot, crate::ir::ValueId)> = Vec::new();
        let signature = self.signature_of(path);
        let told = self.parameters_told(path);
        let takes = parameters::indirections(&told);
        let args: Vec<Arg> = e
            .args
            .iter()
            .enumerate()
            .map(|(i, arg)| {
                let ty = signature.as_ref().and_then(|s| s.0.get(i).cloned());
                let passed = self.argument(arg, ty, &mut outputs);
                if let Some(ty) = told.get(i) {
                    self.integers_are(&passed, ty);
                }
                match takes.get(i).cloned().flatten() {
                    Some(ty) if tangent::is_optional_reference(&ty) => self.lent_as(passed, &ty),
                    Some(ty) => self.boxed_argument(passed, ty, arg.span()),
                    None => passed,
                }
            })
            .collect();
        let held = self.held_by_result(path);
        let want = match (held, signature) {
            (Some(held), _) => Want::Choice(Box::new(Want::Type(held))),
            (None, Some((_, output))) => Want::Type(output),
            (None, None) => {
                let callee = Callee::Free(path.path.clone());
                self.better_want(want, self.declared_result(&callee, None))
            }
        };
        let (result, bind) = self.result_of(&want, span);
        if let (Want::Choice(_), Bind::Choice(choice)) = (&want, &bind)
            && let Bind::Scalar(there) = choice.there
        {
            let numbers = args.iter().map(|arg| match arg {
                Arg::Value(value) => Some(*value),
                _ => None,
            });
            if let Some(numbers) = numbers.collect::<Option<Vec<_>>>() {
                self.may_fail.insert(there, (path.path.clone(), numbers));
            }
        }
        let callee = match want {
            Want::Choice(_) => Callee::Maybe(path.path.clone()),
            _ if self.recompute == Recompute::Asked || self.recompute == Recompute::Done => {
                self.recompute = Recompute::Done;
                match self.second {
                    // Second derivatives keep what they need.
                    true => Callee::Free(path.path.clone()),
                    false => Callee::Recomputed(path.path.clone()),
                }
            }
            _ => Callee::Free(path.path.clone()),
        };
        self.push(OpKind::Call { callee, args, result }, span);
        self.set_outputs(outputs);
        bind
    }

    /// What `&mut` arguments hold after a call.
    pub fn set_outputs(&mut self, outputs: Vec<(Slot, crate::ir::ValueId)>) {
        for (slot, value) in outputs {
            if let Some(name) = self.env.variables.get(slot.index).and_then(|v| v.name.clone()) {
                self.name(Var::Value(value), &name);
            }
            self.env.set(&slot, Bind::Scalar(value));
        }
    }

    /// The parameters and the result, for a function that is in sight: this one, and those inside of it.
    fn signature_of(&mut self, path: &syn::ExprPath) -> Option<(Vec<Type>, Type)> {
        let ident = path.path.get_ident()?;
        let local = self.items.iter().find_map(|item| match item {
            syn::Item::Fn(f) if f.sig.ident == *ident => Some(f.sig.clone()),
            _ => None,
        });
        let sig = match local {
            Some(sig) => sig,
            None if self.name == *ident => self.own_signature.clone()?,
            None => return None,
        };
        if !sig.generics.params.is_empty() && sig.generics.type_params().next().is_some() {
            return None;
        }
        // What is wrong with a signature is reported where it is declared.
        let mut quiet = crate::error::Errors::default();
        std::mem::swap(self.errors, &mut quiet);
        let params = sig
            .inputs
            .iter()
            .map(|input| match input {
                syn::FnArg::Typed(p) => self.ty(&p.ty),
                syn::FnArg::Receiver(_) => Type::Unknown,
            })
            .collect();
        let output = match &sig.output {
            syn::ReturnType::Default => Type::Tuple(Vec::new()),
            syn::ReturnType::Type(_, ty) => self.ty(ty),
        };
        std::mem::swap(self.errors, &mut quiet);
        Some((params, output))
    }

    /// What the `Option` or `Result` holds that this function, or one inside of it, returns.
    fn held_by_result(&mut self, path: &syn::ExprPath) -> Option<Type> {
        let ident = path.path.get_ident()?;
        let local = self.items.iter().find_map(|item| match item {
            syn::Item::Fn(f) if f.sig.ident == *ident => Some(f.sig.clone()),
            _ => None,
        });
        let own = (self.name == *ident).then(|| self.own_signature.clone()).flatten();
        match &local.or(own)?.output {
            syn::ReturnType::Type(_, ty) => held_type(ty).map(|held| self.quiet_type(&held)),
            syn::ReturnType::Default => None,
        }
    }

    pub fn result_of(&mut self, want: &Want, span: Span) -> (Shape, Bind) {
        let fields = |wants: Vec<Want>, reader: &mut Self| {
            let parts: Vec<(Shape, Bind)> =
                wants.iter().map(|want| reader.result_of(want, span)).collect();
            let (shapes, binds) = parts.into_iter().unzip();
            (Shape::Tuple(shapes), Bind::Tuple(binds))
        };
        let memory = |ty: Type, reader: &mut Self| {
            let memory = reader.function.new_memory(MemoryInfo {
                ty,
                name: None,
                mutable: false,
                origin: Origin::Local,
                span,
            });
            (Shape::Var(Var::Memory(memory)), Bind::Owned(memory))
        };
        match want {
            Want::Unit => (Shape::Unit, Bind::Unit),
            Want::Tuple(of) => fields(of.clone(), self),
            Want::Type(Type::Tuple(of)) if of.is_empty() => (Shape::Unit, Bind::Unit),
            Want::Type(Type::Tuple(of)) => {
                fields(of.iter().cloned().map(Want::Type).collect(), self)
            }
            Want::Memory => memory(Type::Unknown, self),
            Want::Type(ty) if super::types::is_memory(ty) => memory(ty.clone(), self),
            Want::Type(ty) => {
                // A number's type that comes from its surroundings settles nothing if it is a literal's.
                let value = self.function.new_value(known(ty), None, span);
                (Shape::Var(Var::Value(value)), Bind::Scalar(value))
            }
            Want::Any | Want::Scalar => {
                let value = self.function.new_value(Type::Unknown, None, span);
                (Shape::Var(Var::Value(value)), Bind::Scalar(value))
            }
            Want::Choice(of) => {
                let there = self.function.new_value(Type::Bool, None, span);
                let (shape, value) = self.result_of(of, span);
                let there_shape = Shape::Var(Var::Value(there));
                let error = Some(Bind::Unit);
                let choice = Choice { there: Bind::Scalar(there), value, error };
                (Shape::Tuple(vec![there_shape, shape]), choice.into())
            }
        }
    }

    fn locate_global(&mut self, path: &syn::ExprPath) -> Located {
        match path.path.get_ident() {
            Some(ident) if self.scopes.find(&super::key(ident)).is_some() => {
                Located::Value(Bind::Unit)
            }
            _ => Located::Global(path.clone()),
        }
    }

    /// A path to a function, where a value stands.
    pub fn names_function(&self, path: &syn::ExprPath) -> bool {
        let variable = path.path.get_ident().and_then(|name| self.scopes.find(&super::key(name)));
        variable.is_none() && self.is_function_name(path)
    }

    fn is_function_name(&self, path: &syn::ExprPath) -> bool {
        path.path
            .segments
            .last()
            .is_some_and(|s| s.ident.to_string().starts_with(|c: char| c.is_ascii_lowercase()))
            && !self
                .items
                .iter()
                .any(|item| matches!(item, syn::Item::Const(c) if path.path.is_ident(&c.ident)))
            && !self.const_params.iter().any(|(name, _)| path.path.is_ident(name))
    }
}

/// `<[f64]>::to_vec(x)`, `Vec::len(&x)`: a method that slices, arrays or vectors have of `std`, by its path.
fn method_of_slices(
    e: &syn::ExprCall,
    path: &syn::ExprPath,
    names: &[&str],
) -> Option<syn::ExprMethodCall> {
    let of_std = match (&path.qself, names) {
        (Some(of), [_]) => {
            of.as_token.is_none() && matches!(&*of.ty, syn::Type::Slice(_) | syn::Type::Array(_))
        }
        (None, ["Vec", _]) => true,
        _ => false,
    };
    let name = path.path.segments.last().filter(|_| of_std)?;
    let known = ["to_vec", "len", "is_empty", "clone", "as_slice", "first", "last", "iter"];
    let mut args = e.args.iter().cloned();
    let receiver = args.next().filter(|_| names.last().is_some_and(|name| known.contains(name)))?;
    Some(syn::ExprMethodCall {
        attrs: Vec::new(),
        receiver: Box::new(receiver),
        dot_token: syn::token::Dot(name.ident.span()),
        method: name.ident.clone(),
        turbofish: None,
        paren_token: e.paren_token,
        args: args.collect(),
    })
}

fn known(ty: &Type) -> Type {
    match ty {
        Type::Float(crate::ir::Float::Literal) | Type::Int(crate::ir::Int::Literal) => {
            Type::Unknown
        }
        ty => ty.clone(),
    }
}

/// `Point::default()`, for a type that is known by its name.
pub fn default_of(ty: &Type, span: Span) -> Option<syn::ExprCall> {
    let Type::Named(of) = ty else { return None };
    let Some(syn::Type::Path(of)) = &of.ty else { return None };
    let mut path = of.path.clone();
    if let Some(last) = path.segments.last_mut()
        && let syn::PathArguments::AngleBracketed(arguments) = &mut last.arguments
    {
        arguments.colon2_token = Some(syn::token::PathSep(span));
    }
    path.segments.push(syn::Ident::new("default", span).into());
    of.qself.is_none().then(|| syn::parse_quote!(#path()))
}

/// A function of `std`, which has no source to ask for.
fn known_module<'n>(names: &[&'n str]) -> Option<&'n str> {
    match names {
        [first @ ("std" | "core" | "alloc"), ..] => Some(first),
        [.., module @ ("iter" | "array" | "mem" | "hint"), _] => Some(module),
        [.., "from_fn" | "no_diff" | "black_box" | "drop"] | [.., "Box", "new"] => Some("std"),
        _ => None,
    }
}
