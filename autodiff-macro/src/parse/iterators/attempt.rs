//! What ends at the first item that fails: `try_fold`, and `collect` into an `Option` or a `Result`.

use proc_macro2::Span;

use super::Iter;
use crate::{
    ir::{Growth, Init, OpKind, Place, Type},
    parse::{
        Reader,
        choice::{Choice, choice_want, held_type},
        env::{Bind, Slot, Want},
    },
};

impl<'a> Reader<'a> {
    /// `try_fold(init, |all, item| ..)`.
    pub fn try_fold(&mut self, iter: &Iter, init: &syn::Expr, f: &syn::Expr, span: Span) -> Bind {
        let init = self.value(init, &Want::Scalar);
        let Some(f) = self.callable(f) else { return Bind::Poison };
        if self.gone {
            return Bind::Uninit;
        }
        let init = self.keep(init, true, span);
        let init = self.carryable(init, span);
        let all = self.env.add(init, Some(self.folded_name(&f)));
        let yes = self.bool_literal(true);
        let there = self.env.add(yes, None);
        let mut slots = self.assigned_by(&f);
        slots.extend([all, there]);
        let mut fails = None;
        self.walk(iter, slots, None, span, &mut |reader, item, stop| {
            let before = reader.env.get(&Slot::whole(all)).clone();
            let made = reader.call_with(&f, vec![before, item], &choice_want(), span);
            let Some(made) = reader.attempted(made, span) else { return };
            fails = Some(made.error.is_some());
            let stop = stop.to_owned();
            reader.where_there(
                &made.there,
                span,
                |reader| {
                    reader.put_back(all, made.value.read(), span);
                    Bind::Unit
                },
                |reader| reader.fail(there, &stop, span),
            );
        });
        let value = self.env.get(&Slot::whole(all)).clone().read();
        self.attempt(there, value, fails == Some(true), span)
    }

    /// `collect` into an `Option` or a `Result` of a vector.
    pub fn try_collect(&mut self, iter: &Iter, of: Type, is_result: bool, span: Span) -> Bind {
        let of = match of {
            Type::Vec(of) => *of,
            Type::Unknown => Type::Unknown,
            _ => {
                self.errors.at_span(span, "only vectors are collected into here: `Option<Vec<_>>`");
                return Bind::Poison;
            }
        };
        let memory = self.alloc(Type::Vec(Box::new(of)), Init::Empty, None, span);
        self.function.memories[memory.index()].mutable = true;
        let place = Place::from(memory);
        let yes = self.bool_literal(true);
        let there = self.env.add(yes, None);
        self.walk(iter, vec![there], None, span, &mut |reader, item, stop| {
            let Some(made) = reader.attempted(item, span) else { return };
            let place = place.clone();
            let stop = stop.to_owned();
            reader.where_there(
                &made.there,
                span,
                |reader| {
                    let item = reader.carryable(made.value.read(), span);
                    let (init, ty) = reader.item(item, span);
                    let init = reader.made_first(init, span);
                    reader.refine(&place, ty);
                    reader.push(OpKind::Vector { place, growth: Growth::Push(init) }, span);
                    Bind::Unit
                },
                |reader| reader.fail(there, &stop, span),
            );
        });
        self.attempt(there, Bind::Owned(memory), is_result, span)
    }

    fn attempted(&mut self, made: Bind, span: Span) -> Option<Choice> {
        if self.gone {
            return None;
        }
        let choice = self.choice_of(&made);
        if choice.is_none() && !matches!(made, Bind::Poison | Bind::Uninit) {
            self.errors.at_span(span, crate::parse::choice::UNSEEN);
        }
        choice
    }

    fn fail(&mut self, there: usize, stop: &str, span: Span) -> Bind {
        let no = self.bool_literal(false);
        self.guard();
        self.env.set(&Slot::whole(there), no);
        self.leave_named(Some(stop.to_owned()), Bind::Unit, true, span);
        Bind::Uninit
    }

    fn attempt(&mut self, there: usize, value: Bind, is_result: bool, span: Span) -> Bind {
        let there = Bind::Scalar(self.state_value(there, span));
        Choice { there, value, error: is_result.then_some(Bind::Unit) }.into()
    }

    /// What `collect::<Result<Vec<_>, _>>()` says, or what is expected of it: the type held, and whether it is a `Result`.
    pub fn collects_choice(
        &mut self,
        e: &syn::ExprMethodCall,
        want: &Want,
    ) -> Option<(Type, bool)> {
        let written = e.turbofish.as_ref().and_then(|of| match of.args.first() {
            Some(syn::GenericArgument::Type(ty)) => Some(ty),
            _ => None,
        });
        if let Some(ty) = written {
            let held = held_type(ty)?;
            let is_result = matches!(ty, syn::Type::Path(path)
                if path.path.segments.last().is_some_and(|last| last.ident == "Result"));
            return Some((self.quiet_type(&held), is_result));
        }
        match want {
            Want::Choice(of) => {
                let of = of.ty().cloned().unwrap_or(Type::Unknown);
                let of = if matches!(of, Type::Vec(_)) { of } else { Type::Unknown };
                Some((of, false))
            }
            _ => None,
        }
    }
}
