//! What functions given to `filter_map`, `scan` and their kin make: an item, or none.

use proc_macro2::Span;

use super::{Iter, Maybe};
use crate::parse::{
    Reader,
    closure::Callable,
    env::{Bind, Target},
};

impl<'a> Reader<'a> {
    /// A call of a function that makes an item or none.
    pub fn maybe(&mut self, f: &Callable, args: Vec<Bind>, span: Span) -> Maybe {
        let bind = self.call_with(f, args, &crate::parse::choice::choice_want(), span);
        if self.gone {
            return Maybe::Never;
        }
        self.maybe_of(bind, span)
    }

    pub fn maybe_of(&mut self, bind: Bind, span: Span) -> Maybe {
        if let Some(choice) = self.choice_seen(&bind, span) {
            return match choice.there {
                Bind::Known(true) => Maybe::Always(choice.value.read()),
                Bind::Known(false) => Maybe::Never,
                there => Maybe::If(self.scalar_of(there, span), choice.value.read()),
            };
        }
        match bind {
            Bind::Poison | Bind::Uninit => Maybe::Never,
            _ => {
                self.errors.at_span(
                    span,
                    "what this function makes is not followed, because it is not seen to be an `Option`; write \
                     `filter` and `map`, or `take_while`",
                );
                Maybe::Never
            }
        }
    }

    /// Does one thing with the item, if there is one, or else another.
    pub fn if_made(
        &mut self,
        made: Maybe,
        span: Span,
        mut then: impl FnMut(&mut Reader<'a>, Bind),
        otherwise: impl FnOnce(&mut Reader<'a>) -> Bind,
    ) {
        match made {
            Maybe::Never => {
                if !self.gone {
                    otherwise(self);
                }
            }
            Maybe::Always(item) => then(self, item),
            Maybe::If(there, item) => {
                self.branch(
                    there,
                    span,
                    |reader| {
                        let item = reader.taken(item, span);
                        then(reader, item);
                        Bind::Unit
                    },
                    otherwise,
                );
            }
        }
    }

    /// What `flat_map` goes over.
    pub fn iterated_made(&mut self, made: Bind, span: Span) -> Option<Iter> {
        self.iterated_bind(made, span)
    }

    /// A value as loops carry it: references to numbers are numbers, memory is owned.
    pub fn carryable(&mut self, bind: Bind, span: Span) -> Bind {
        match bind {
            Bind::Reference { target: Target::Value(value), .. } => Bind::Scalar(value),
            bind @ Bind::Reference { .. } => {
                if self.loses_reference(&bind, span) {
                    return Bind::Poison;
                }
                if self.is_memory(&bind) {
                    self.errors.at_span(
                        span,
                        "which row or part this names depends on the data, which is not followed here; find its index \
                         (`position`, or `enumerate` and `map(|(i, _)| i)`), and index with it",
                    );
                    return Bind::Poison;
                }
                Bind::Scalar(self.scalar_of(bind, span))
            }
            Bind::Tuple(of) => {
                Bind::Tuple(of.into_iter().map(|of| self.carryable(of, span)).collect())
            }
            bind => self.settle(bind, span),
        }
    }
    /// Whether a reference that can be written through would become a copy of what it names.
    pub fn loses_reference(&mut self, bind: &Bind, span: Span) -> bool {
        let kept = matches!(
            bind,
            Bind::Reference { target: Target::Place(_) | Target::Variable(_), mutable: true }
        );
        if kept && !self.is_memory(bind) {
            self.errors.at_span(
                span,
                "a mutable reference that is kept (in an array, a vector or an `Option`, or from one iteration to the next) is \
                 not followed, because what is written through it depends on which one it is; write through it at once, \
                 or keep the index of what it names",
            );
        }
        kept && !self.is_memory(bind)
    }
}
