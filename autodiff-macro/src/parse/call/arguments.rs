//! What is passed: values, memory that is lent, and copies of what stands in boxes or was chosen.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;

use crate::emit::tangent;
use crate::ir::{Arg, Init, Lent, Origin, Passing, Type};
use crate::parse::{
    Reader,
    choice::Choice,
    env::{Bind, Slot, Target, Want},
    place::Located,
    types::is_scalar,
};

impl Reader<'_> {
    /// An `Option` that was made for the call, for a callee who takes it as this type.
    pub fn lent_as(&mut self, arg: Arg, ty: &syn::Type) -> Arg {
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
    pub fn lent_choice(&mut self, choice: Choice, span: Span) -> Arg {
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
                let held = crate::parse::choice::some_of(Init::Copy(place));
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

    pub fn boxed_argument(&mut self, arg: Arg, ty: syn::Type, span: Span) -> Arg {
        let held = match arg {
            Arg::Value(value) => Init::Value(value),
            Arg::Memory { place, passing: Passing::ByValue }
                if !crate::parse::known::is_box(&self.function.place_type(&place)) =>
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

    pub fn borrowed(
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

fn is_lent(held: &Bind) -> bool {
    matches!(held, Bind::Reference { mutable: false, .. })
}
