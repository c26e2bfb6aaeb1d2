//! Choices where paths meet: what is there if the flag is set, and something of its shape if it is not.

use super::super::{
    Reader,
    env::{Bind, Slot, Target, Want},
    types::{is_memory, is_scalar},
};
use super::Choice;
use crate::ir::{Form, Init, Type, ValueId};
use proc_macro2::{Span, TokenStream};

impl<'a> Reader<'a> {
    /// `a.checked_add(b)` of integers.
    pub fn checked(&mut self, args: Vec<ValueId>, ty: &Type, form: Form, span: Span) -> Bind {
        let method = |name| Form::Method(proc_macro2::Ident::new(name, span), TokenStream::new());
        let made = self.opaque(form, args, Type::Opaque, span);
        let there = self.opaque(method("is_some"), vec![made], Type::Bool, span);
        let value = self.opaque(method("unwrap_or_default"), vec![made], ty.clone(), span);
        Choice { there: Bind::Scalar(there), value: Bind::Scalar(value), error: None }.into()
    }

    /// An element that is there if the condition holds.
    pub fn element_if(&mut self, there: ValueId, place: crate::ir::Place, mutable: bool) -> Bind {
        Choice {
            there: Bind::Scalar(there),
            value: Bind::Reference { target: Target::Place(place), mutable },
            error: None,
        }
        .into()
    }

    /// `flag.then_some(x)`, `flag.then(|| x)`.
    pub fn value_if(
        &mut self,
        there: ValueId,
        called: bool,
        e: &syn::Expr,
        want: &Want,
        span: Span,
    ) -> Bind {
        let want = match want {
            Want::Type(_) | Want::Tuple(_) => want.clone(),
            _ => Want::Any,
        };
        let value = if called {
            let Some(f) = self.callable(e) else { return Bind::Poison };
            self.branch(
                there,
                span,
                |reader| {
                    let made = reader.call_with(&f, Vec::new(), &want, span);
                    if reader.gone { Bind::Uninit } else { reader.made(made, span) }
                },
                |_| Bind::Uninit,
            )
        } else {
            let value = self.value(e, &want);
            self.held(value, span)
        };
        Choice { there: Bind::Scalar(there), value, error: None }.into()
    }

    /// Before a loop that may assign it: a flag that can change, and numbers where nothing is held yet.
    pub fn carried_choice(&mut self, slot: &Slot, span: Span) {
        let bind = self.env.get(slot).clone();
        match bind {
            Bind::Tuple(of) => {
                for i in 0..of.len() {
                    let mut slot = slot.clone();
                    slot.path.push(i);
                    self.carried_choice(&slot, span);
                }
            }
            Bind::Choice(choice) => {
                let choice = self.forced(&choice, span);
                let there = Bind::Scalar(self.scalar_of(choice.there, span));
                let value = match choice.value {
                    Bind::Uninit => Bind::Scalar(self.dummy(&Type::Unknown, span)),
                    Bind::Content(_) => self.settle(choice.value, span),
                    value => value,
                };
                for memory in value.memories() {
                    self.function.memories[memory.index()].mutable = true;
                    self.held.insert(memory);
                }
                let error = choice.error.map(|error| match error {
                    Bind::Scalar(_) => error,
                    _ => Bind::Unit,
                });
                self.env.set(slot, Choice { there, value, error }.into());
            }
            _ => {}
        }
    }

    /// Something of the type that nobody reads.
    fn blank_memory(&mut self, ty: &Type, span: Span) -> crate::ir::MemoryId {
        let mut leaf = ty;
        while let Type::Array(of, _) = leaf {
            leaf = of;
        }
        let init = match (ty, leaf) {
            (Type::Array(..), leaf) if is_scalar(leaf) => {
                Init::Repeat { value: self.dummy(leaf, span), lens: Vec::new() }
            }
            _ => Init::Empty,
        };
        self.alloc(ty.clone(), init, None, span)
    }

    /// What an `Option` that a loop carries holds next: its memory stays where it is.
    pub fn next_choice(&mut self, before: &Choice, next: Choice, span: Span) -> Choice {
        let carries = before.value.memories().iter().any(|of| self.held.contains(of));
        if !carries {
            if let (Bind::Scalar(_), true) = (&before.value, self.is_memory(&next.value)) {
                self.errors.at_span(
                    span,
                    "the macro cannot see what this holds where it begins; give it a type there: \
                     `let mut best: Option<Point> = None`",
                );
                return Choice { value: before.value.clone(), ..next };
            }
            return next;
        }
        let next = self.forced(&next, span);
        let value = match next.value {
            Bind::Uninit => before.value.clone(),
            value => self.put_back_part(&before.value, value, span),
        };
        Choice { value, ..next }
    }

    /// What an `Option` of this type holds where nothing is there: something of the right shape, for loops.
    pub fn shape_held(&mut self, ty: &Type, span: Span) -> Bind {
        match ty {
            Type::Tuple(of) => Bind::Tuple(of.iter().map(|ty| self.shape_held(ty, span)).collect()),
            Type::Slice(_) => Bind::Uninit,
            ty if is_memory(ty) => Bind::Owned(self.blank_memory(ty, span)),
            ty if is_scalar(ty) || *ty == Type::Unknown => Bind::Scalar(self.dummy(ty, span)),
            _ => Bind::Uninit,
        }
    }
}
