//! Calls by path.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{
    Reader,
    checkpoint::Recompute,
    choice::{Choice, held_type},
    env::{Bind, Slot, Target, Want},
    parameters,
    place::Located,
    types::is_scalar,
    user_method::{Receiver, is_associated, is_users},
};
use crate::emit::tangent;
use crate::ir::{Arg, Callee, Init, Lent, MemoryInfo, OpKind, Origin, Passing, Shape, Type, Var};

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

    /// An `Option` that was made for the call, for a callee who takes it as this type.
    fn lent_as(&mut self, arg: Arg, ty: &syn::Type) -> Arg {
        let Arg::Memory { place, .. } = &arg else { return arg };
        let is_own = place.path.is_empty()
            && matches!(self.function.memory(place.memory).origin, Origin::Local);
        let Some(syn::Type::Reference(held)) = tangent::held(ty, "Option") else { return arg };
        let Type::Named(of) = &mut self.function.memories[place.memory.index()].ty else {
            return arg;
        };
        if !is_own {
            return arg;
        }
        of.lent = Some(match *held.elem {
            syn::Type::Slice(_) => Lent::Slice,
            _ => Lent::Itself,
        });
        Arg::Memory { place: place.clone(), passing: Passing::Shared }
    }

    /// `Some(&x)`: what it refers to is copied, and lent from there.
    fn lent_choice(&mut self, choice: Choice, span: Span) -> Arg {
        let (held, lent) = match self.bind_type(&choice.value.read()) {
            Type::Vec(of) | Type::Slice(of) => (Type::Vec(of), Lent::Slice),
            held => (held, Lent::Itself),
        };
        let value = match choice.value {
            Bind::Reference { target: Target::Place(place), .. } => Bind::Content(place),
            Bind::Reference { target: Target::Value(value), .. } => Bind::Scalar(value),
            Bind::Reference { target: Target::Variable(slot), .. } => self.env.get(&slot).read(),
            value => value,
        };
        let memory = match (&choice.there, value) {
            (Bind::Known(true), Bind::Content(place)) => {
                let held = super::choice::some_of(Init::Copy(place));
                Some(self.alloc(Type::Named(Box::default()), held, None, span))
            }
            (_, value) => self.choice_made(Choice { value, ..choice }, span),
        };
        let Some(memory) = memory else { return Arg::Tokens(TokenStream::new()) };
        if let Type::Named(of) = &mut self.function.memories[memory.index()].ty {
            if crate::emit::types::is_known(&held) {
                let held = crate::emit::types::tokens(&held, &self.runtime);
                of.ty = Some(syn::parse_quote!(::core::option::Option<#held>));
            }
            of.lent = Some(lent);
        }
        Arg::Memory { place: memory.into(), passing: Passing::Shared }
    }

    fn boxed_argument(&mut self, arg: Arg, ty: syn::Type, span: Span) -> Arg {
        let held = match arg {
            Arg::Value(value) => Init::Value(value),
            Arg::Memory { place, passing: Passing::ByValue }
                if !super::known::is_box(&self.function.place_type(&place)) =>
            {
                Init::Copy(place)
            }
            arg => return arg,
        };
        let of_slice = matches!(tangent::held(&ty, "Box"), Some(syn::Type::Slice(_)));
        let path = match of_slice {
            true => syn::parse_quote_spanned!(span=> ::std::boxed::Box::from),
            false => syn::parse_quote_spanned!(span=> ::std::boxed::Box::new),
        };
        let fields = vec![(syn::Member::Unnamed(0.into()), held)];
        let place = self.alloc(Type::named(ty), Init::Record { path, fields }, None, span).into();
        Arg::Memory { place, passing: Passing::ByValue }
    }

    /// Whether the compiler is bound to refuse the call, as far as the text of the file tells: a function that is not there,
    /// the wrong number of arguments, or a number of another kind.
    fn is_wrong(&self, e: &syn::ExprCall, path: &syn::ExprPath) -> bool {
        let (Some(module), Some(declared)) = (&self.module_alone, &self.declared) else {
            return false;
        };
        let is_inner = self.items.iter().any(|item| !matches!(item, syn::Item::Const(_)));
        if is_inner || path.qself.is_some() || path.path.is_ident(&self.name) || !self.read_again {
            return false;
        }
        let Some((module, name)) = declared.names().target(module, &path.path) else {
            return false;
        };
        let Some(types) = declared.names().signature(&module, &name) else {
            return declared.names().is_undeclared(&module, &name);
        };
        types.len() != e.args.len()
            || types.iter().zip(&e.args).any(|(ty, arg)| is_no(ty, arg) || self.is_other(ty, arg))
    }

    /// Whether an argument is a reference, an array or a parameter, and not of the type.
    fn is_other(&self, ty: &str, arg: &syn::Expr) -> bool {
        let found = match arg {
            syn::Expr::Reference(_) => "&".to_owned(),
            syn::Expr::Array(_) => "[".to_owned(),
            syn::Expr::Path(of) => {
                let Some(name) = of.path.get_ident() else { return false };
                let Some(sig) = &self.own_signature else { return false };
                // A parameter, not what hides it: these are declared first, after what is returned.
                let index = self.scopes.find(&super::key(name));
                let input = index.and_then(|index| sig.inputs.get(index.checked_sub(2)?));
                let Some(syn::FnArg::Typed(of)) = input else { return false };
                match &*of.pat {
                    syn::Pat::Ident(of) if of.ident == *name => {}
                    _ => return false,
                }
                of.ty.to_token_stream().to_string()
            }
            _ => return false,
        };
        let kind = |ty: &str| match ty.chars().next() {
            Some('&') => Some(Kind::Reference),
            Some('[') => Some(Kind::Array),
            _ if is_number(ty) => Some(Kind::Number),
            _ => None,
        };
        match (kind(ty), kind(&found)) {
            (Some(Kind::Number), Some(Kind::Number)) => ty != found,
            (Some(wanted), Some(found)) => wanted != found,
            _ => false,
        }
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

    pub fn argument(
        &mut self,
        e: &syn::Expr,
        ty: Option<Type>,
        outputs: &mut Vec<(Slot, crate::ir::ValueId)>,
    ) -> Arg {
        let span = e.span();
        match e {
            syn::Expr::Paren(e) => return self.argument(&e.expr, ty, outputs),
            syn::Expr::Group(e) => return self.argument(&e.expr, ty, outputs),
            syn::Expr::Reference(r) => {
                let located = match &ty {
                    Some(ty) => self.locate(&r.expr, &Want::Type(ty.clone())),
                    None => self.locate(&r.expr, &Want::Memory),
                };
                return self.borrowed(located, r.mutability.is_some(), outputs, span);
            }
            syn::Expr::Path(path) => {
                if let Located::Global(path) = self.locate_global(path)
                    && ty.is_none()
                    && (self.is_function_name(&path) || self.global_type(&path) == Type::Unknown)
                {
                    return Arg::Tokens(path.to_token_stream());
                }
            }
            _ => {}
        }
        let want = match ty {
            Some(Type::Unknown) | None => Want::Any,
            Some(ty) => Want::Type(ty),
        };
        let bind = self.value(e, &want);
        self.passed(bind, outputs, span)
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

    fn borrowed(
        &mut self,
        located: Located,
        mutable: bool,
        outputs: &mut Vec<(Slot, crate::ir::ValueId)>,
        span: Span,
    ) -> Arg {
        let passing = if mutable { Passing::Mutable } else { Passing::Shared };
        match self.auto(located) {
            // A box lends what it holds.
            Located::Memory(place) => Arg::Memory { place: self.unboxed(place), passing },
            Located::Slot(slot) => {
                let bind = self.env.get(&slot).clone();
                match bind {
                    Bind::Tuple(_) => {
                        self.errors.at_span(
                            span,
                            "a reference to a tuple is not passed on, because its fields are followed one by \
                             one; pass the tuple by value, or its fields",
                        );
                        Arg::Tokens(TokenStream::new())
                    }
                    Bind::Tokens(tokens) => Arg::Tokens(tokens),
                    bind => {
                        let input = self.scalar_of(bind, span);
                        if !mutable {
                            return Arg::Reference(input);
                        }
                        let ty = self.function.value(input).ty.clone();
                        let output = self.function.new_value(ty, None, span);
                        outputs.push((slot, output));
                        Arg::InOut { input, output }
                    }
                }
            }
            Located::Global(path) => match self.global_type(&path) {
                ty if is_scalar(&ty) => {
                    let bind = self.read(Located::Global(path), &Want::Scalar, span);
                    Arg::Reference(self.scalar_of(bind, span))
                }
                _ => Arg::Memory { place: self.global(&path).into(), passing },
            },
            Located::Value(Bind::Tokens(tokens)) => Arg::Tokens(quote::quote!(&#tokens)),
            Located::Value(bind) => {
                let input = self.scalar_of(bind, span);
                if mutable {
                    let ty = self.function.value(input).ty.clone();
                    let output = self.function.new_value(ty, None, span);
                    return Arg::InOut { input, output };
                }
                Arg::Reference(input)
            }
        }
    }

    pub fn passed(
        &mut self,
        bind: Bind,
        outputs: &mut Vec<(Slot, crate::ir::ValueId)>,
        span: Span,
    ) -> Arg {
        match bind {
            Bind::Reference { target, mutable } => {
                match self.borrowed(Self::target(target), mutable, outputs, span) {
                    // The callee may take it as `&`.
                    Arg::Memory { place, passing: Passing::Mutable } => {
                        Arg::Memory { place, passing: Passing::Reborrowed }
                    }
                    arg => arg,
                }
            }
            Bind::Owned(memory) => Arg::Memory { place: memory.into(), passing: Passing::ByValue },
            // Of unknown type: copied in the call itself, whatever it is.
            Bind::Content(place)
                if !place.path.is_empty() && self.function.place_type(&place) == Type::Unknown =>
            {
                Arg::Memory { place, passing: Passing::ByValue }
            }
            Bind::Content(place) => {
                let ty = self.function.place_type(&place);
                let memory = match ty {
                    Type::Vec(_) if place.path.is_empty() && self.owns(place.memory) => {
                        place.memory
                    }
                    _ => self.copy_of(Bind::Content(place), span),
                };
                Arg::Memory { place: memory.into(), passing: Passing::ByValue }
            }
            Bind::Tuple(of) => {
                Arg::Tuple(of.into_iter().map(|of| self.passed(of, outputs, span)).collect())
            }
            Bind::Unit => Arg::Tokens(quote::quote!(())),
            Bind::Tokens(tokens) => Arg::Tokens(tokens),
            Bind::Choice(of) if matches!((&of.there, &of.error), (Bind::Known(false), None)) => {
                Arg::Tokens(quote::quote_spanned!(span=> ::core::option::Option::None))
            }
            Bind::Choice(of) if of.error.is_none() && is_lent(&of.value) => {
                self.lent_choice(*of, span)
            }
            Bind::Choice(of) if of.error.is_none() => match self.bind_type(&of.value.read()) {
                Type::Int(_) | Type::Bool | Type::Opaque => {
                    Arg::Value(self.option_value(*of, span))
                }
                _ => match self.choice_made(*of, span) {
                    Some(memory) => Arg::Memory { place: memory.into(), passing: Passing::ByValue },
                    None => Arg::Tokens(TokenStream::new()),
                },
            },
            Bind::Function(path) => Arg::Tokens(path.to_token_stream()),
            Bind::Closure(_) => {
                self.errors.at_span(
                    span,
                    "a closure is not passed on to a function, because what it captures may have a derivative; call it \
                     here, and pass its results",
                );
                Arg::Tokens(TokenStream::new())
            }
            Bind::Poison | Bind::Uninit => Arg::Tokens(TokenStream::new()),
            bind => Arg::Value(self.scalar_of(bind, span)),
        }
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

fn is_lent(held: &Bind) -> bool {
    matches!(held, Bind::Reference { mutable: false, .. })
}

fn known(ty: &Type) -> Type {
    match ty {
        Type::Float(crate::ir::Float::Literal) | Type::Int(crate::ir::Int::Literal) => {
            Type::Unknown
        }
        ty => ty.clone(),
    }
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

/// Types that are never taken for another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Reference,
    Array,
}

fn is_number(ty: &str) -> bool {
    matches!(ty, "f32" | "f64") || is_integer(ty)
}

fn is_integer(ty: &str) -> bool {
    let integers =
        ["i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize"];
    integers.contains(&ty)
}

/// Whether an argument is a literal that is not of the type.
pub fn is_no(ty: &str, arg: &syn::Expr) -> bool {
    let arg = match arg {
        syn::Expr::Unary(of) if matches!(of.op, syn::UnOp::Neg(_)) => &*of.expr,
        arg => arg,
    };
    let syn::Expr::Lit(of) = arg else { return false };
    let is_float = matches!(ty, "f32" | "f64");
    let is_int = is_integer(ty);
    match &of.lit {
        syn::Lit::Float(of) => is_int || (is_float && !["", ty].contains(&of.suffix())),
        syn::Lit::Int(of) => {
            is_float && of.suffix() != ty || is_int && !["", ty].contains(&of.suffix())
        }
        syn::Lit::Bool(_) | syn::Lit::Str(_) => is_float || is_int,
        _ => false,
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
