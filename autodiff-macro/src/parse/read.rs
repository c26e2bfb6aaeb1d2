//! Places and bindings read as values: loaded, copied, or moved.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;

use super::{
    Reader,
    env::{Bind, Slot, Target, Want},
    flow::owned_type,
    place::Located,
    types::{is_memory, is_scalar, join},
};
use crate::ir::{Constant, Init, MemoryId, Step, Type, ValueId};

impl Reader<'_> {
    pub fn read(&mut self, located: Located, want: &Want, span: Span) -> Bind {
        match located {
            Located::Slot(slot) => match self.env.get(&slot).read() {
                // A part of unknown type that is used as a number here.
                Bind::Content(place)
                    if self.function.place_type(&place) == Type::Unknown
                        && want.ty().is_some_and(is_scalar) =>
                {
                    Bind::Scalar(self.load(place, span))
                }
                bind => bind,
            },
            Located::Value(bind) => bind,
            Located::Global(path) => self.global_value(&path, want),
            Located::Memory(place) => match self.function.place_type(&place) {
                Type::Tuple(of) => {
                    let fields = (0..of.len() as u32).map(|i| {
                        let mut place = place.clone();
                        place.path.push(Step::Field(i));
                        self.read(Located::Memory(place), &want.field(i as usize), span)
                    });
                    Bind::Tuple(fields.collect())
                }
                ty if is_scalar(&ty) => Bind::Scalar(self.load(place, span)),
                Type::Unknown if *want == Want::Scalar || want.ty().is_some_and(is_scalar) => {
                    Bind::Scalar(self.load(place, span))
                }
                _ => Bind::Content(place),
            },
        }
    }

    pub fn global_value(&mut self, path: &syn::ExprPath, want: &Want) -> Bind {
        let ty = self.global_type(path);
        let span = path.span();
        let memory = match &ty {
            Type::Unknown => *want == Want::Memory || want.ty().is_some_and(is_memory),
            ty => is_memory(ty) || matches!(ty, Type::Tuple(_)),
        };
        if memory {
            let place = self.global(path).into();
            return self.read(Located::Memory(place), want, span);
        }
        let ty = match want.ty() {
            Some(wanted) if is_scalar(wanted) => join(&ty, wanted),
            _ => ty,
        };
        let value = self.constant(Constant::Tokens(path.to_token_stream()), ty, span);
        if self.names_variant(&path.path) {
            self.variants.insert(value, path.path.clone());
        }
        Bind::Scalar(value)
    }

    /// A reference to what is located. An element that cannot change while it is borrowed is read at once.
    pub fn reference(&mut self, located: Located, mutable: bool, span: Span) -> Bind {
        let target = match located {
            Located::Slot(slot) => match self.env.get(&slot) {
                Bind::Tokens(tokens) => return Bind::Tokens(tokens.clone()),
                Bind::Poison => return Bind::Poison,
                Bind::Content(place) => {
                    let place = place.clone();
                    return self.reference(Located::Memory(place), mutable, span);
                }
                _ => Target::Variable(slot),
            },
            Located::Memory(place) => {
                let ty = self.function.place_type(&place);
                if is_scalar(&ty) && !mutable && !place.path.is_empty() {
                    Target::Value(self.load(place, span))
                } else if is_memory(&ty) && !place.path.is_empty() {
                    Target::Place(self.view(place, mutable, span).into())
                } else {
                    Target::Place(place)
                }
            }
            Located::Global(path) => match self.global_type(&path) {
                ty if is_scalar(&ty) => {
                    let bind = self.global_value(&path, &Want::Scalar);
                    Target::Value(self.scalar_of(bind, span))
                }
                _ => Target::Place(self.global(&path).into()),
            },
            Located::Value(bind) => match bind {
                Bind::Owned(memory) => {
                    if mutable {
                        self.function.memories[memory.index()].mutable = true;
                    }
                    Target::Place(memory.into())
                }
                Bind::Content(place) => Target::Place(place),
                Bind::Scalar(value) => Target::Value(value),
                Bind::Tuple(_) => {
                    let index = self.env.add(bind, None);
                    Target::Variable(Slot::whole(index))
                }
                other => return other,
            },
        };
        Bind::Reference { target, mutable }
    }

    /// The scalar that a binding is, or refers to.
    pub fn scalar_of(&mut self, bind: Bind, span: Span) -> ValueId {
        match bind {
            Bind::Scalar(value) => value,
            Bind::Known(known) => self.constant(Constant::Bool(known), Type::Bool, span),
            Bind::Reference { target, .. } => {
                let bind = self.read(Self::target(target), &Want::Scalar, span);
                self.scalar_of(bind, span)
            }
            Bind::Content(place) if !is_memory(&self.function.place_type(&place)) => {
                self.load(place, span)
            }
            Bind::Tokens(tokens) => self.constant(Constant::Tokens(tokens), Type::Opaque, span),
            Bind::Function(path) => {
                let bind = self.global_value(&path, &Want::Scalar);
                self.scalar_of(bind, span)
            }
            Bind::Closure(_) => {
                self.errors.at_span(
                    span,
                    "this closure goes where it is not followed, to a function of another crate, or to where one of several \
                     is chosen as the program runs; call it here, and pass on or choose between its results",
                );
                self.dummy(&Type::Unknown, span)
            }
            Bind::Either(_) => {
                self.refuse_chosen(&bind, span);
                self.dummy(&Type::Unknown, span)
            }
            Bind::Iterator { .. } => {
                self.errors.at_span(
                    span,
                    "an iterator stands where a number is needed, or where one of several is chosen as the program \
                     runs; choose between what is made of them instead",
                );
                self.dummy(&Type::Unknown, span)
            }
            Bind::Content(_) | Bind::Owned(_) => {
                self.errors.at_span(
                    span,
                    "a whole array stands where a number is needed; write a loop over its elements",
                );
                self.dummy(&Type::Unknown, span)
            }
            Bind::Choice(_) if self.options_refused => self.dummy(&Type::Unknown, span),
            Bind::Choice(_) => {
                self.errors.at_span(
                    span,
                    "an `Option` or a `Result` stands where a number is needed; take the number out of it, with \
                     `match`, `if let` or `unwrap_or(..)`",
                );
                self.dummy(&Type::Unknown, span)
            }
            // Errors that the compiler reports, or that have been reported.
            Bind::Unit | Bind::Tuple(_) | Bind::Uninit | Bind::Poison => {
                self.dummy(&Type::Unknown, span)
            }
        }
    }

    pub fn scalar(&mut self, expr: &syn::Expr, want: &Want) -> ValueId {
        let want = if *want == Want::Any { &Want::Scalar } else { want };
        let bind = self.value(expr, want);
        self.scalar_of(bind, expr.span())
    }

    /// A fresh copy of an array, slice or vector.
    pub fn copy_of(&mut self, bind: Bind, span: Span) -> MemoryId {
        match bind {
            Bind::Owned(memory) => memory,
            Bind::Content(place) | Bind::Reference { target: Target::Place(place), .. } => {
                let ty = owned_type(self.function.place_type(&place));
                self.alloc(ty, Init::Copy(place), None, span)
            }
            Bind::Reference { target: Target::Variable(slot), .. } => {
                let bind = self.env.get(&slot).read();
                match bind {
                    Bind::Content(_) => self.copy_of(bind, span),
                    _ => self.alloc(Type::Unknown, Init::Empty, None, span),
                }
            }
            Bind::Scalar(value) if self.variants.contains_key(&value) => {
                let path = self.variants[&value].clone();
                let ty = self.named_here(super::record::type_of(&path));
                self.alloc(ty, Init::Record { path, fields: Vec::new() }, None, span)
            }
            Bind::Scalar(_) if self.errors.is_empty() => {
                self.errors.at_span(
                    span,
                    "the macro took this for a number, but it stands for something with parts; give the variable that \
                     it comes from a type: `let p: Point = ..`",
                );
                self.alloc(Type::Unknown, Init::Empty, None, span)
            }
            _ => self.alloc(Type::Unknown, Init::Empty, None, span),
        }
    }

    /// Memory of its own for a value that moves or is copied.
    pub fn own(&mut self, bind: Bind, span: Span) -> MemoryId {
        match bind {
            Bind::Content(place)
                if place.path.is_empty()
                    && self.owns(place.memory)
                    && matches!(self.function.memory(place.memory).ty, Type::Vec(_))
                    && self.exits.iter().all(|exit| !exit.is_loop) =>
            {
                place.memory
            }
            bind => self.copy_of(bind, span),
        }
    }

    /// What a variable of its own, or a result, holds: contents are owned, references stay.
    pub fn settle(&mut self, bind: Bind, span: Span) -> Bind {
        match bind {
            Bind::Content(place) => {
                if is_memory(&self.function.place_type(&place)) || place.path.is_empty() {
                    Bind::Owned(self.own(Bind::Content(place), span))
                } else {
                    Bind::Scalar(self.load(place, span))
                }
            }
            Bind::Tuple(of) => {
                Bind::Tuple(of.into_iter().map(|of| self.settle(of, span)).collect())
            }
            Bind::Choice(choice) => {
                let value = self.settle(choice.value.clone(), span);
                super::choice::Choice { value, ..*choice }.into()
            }
            other => other,
        }
    }
}
