//! Variables that stand for one of several things: mutable references and functions that a branch has chosen. A statement that
//! names one is read once for each, under the condition by which it was chosen; so a loop that uses one is made twice, and
//! nothing is asked again in it.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;

use super::{
    Reader,
    env::{Bind, Target, Want},
    join::Join,
};
use crate::{
    ir::{Op, Place, Step, ValueId, Var, visit},
    maps::HashSet,
};

/// What a branch has chosen.
#[derive(Clone, Debug)]
pub struct Either {
    pub cond: ValueId,
    pub then: Bind,
    pub otherwise: Bind,
}

/// So many choices may stand in one statement, one in the other.
const CHOICES: usize = 5;

impl Reader<'_> {
    /// As [`Reader::value`], of an expression that may name what a branch has chosen.
    pub fn value_chosen(&mut self, e: &syn::Expr, want: &Want) -> Bind {
        let Some(index) = self.chosen_in(e) else { return self.value(e, want) };
        let Bind::Either(of) = self.env.variables[index].bind.clone() else { return Bind::Poison };
        if self.choices >= CHOICES {
            self.errors.at(
                e,
                "this statement uses so many references or functions chosen by branches that writing it out for each would \
                 explode; move what it does into a function that takes them, `impl Fn(..)` or `&mut ..`",
            );
            return Bind::Poison;
        }
        self.choices += 1;
        let Either { cond, then, otherwise } = *of;
        let result = self.branch(
            cond,
            e.span(),
            |reader| reader.value_as(index, then, e, want),
            |reader| reader.value_as(index, otherwise, e, want),
        );
        self.choices -= 1;
        result
    }

    fn value_as(&mut self, index: usize, bind: Bind, e: &syn::Expr, want: &Want) -> Bind {
        self.env.variables[index].bind = bind;
        self.value_chosen(e, want)
    }

    /// A variable of that kind which the expression names.
    pub(super) fn chosen_in(&self, e: &syn::Expr) -> Option<usize> {
        if !self.has_chosen {
            return None;
        }
        self.chosen_named(e.to_token_stream())
    }

    fn chosen_named(&self, tokens: TokenStream) -> Option<usize> {
        tokens.into_iter().find_map(|token| match token {
            TokenTree::Ident(ident) => {
                let index = self.scopes.find(&super::key(&ident))?;
                let bind = &self.env.variables.get(index)?.bind;
                matches!(bind, Bind::Either(_)).then_some(index)
            }
            TokenTree::Group(group) => self.chosen_named(group.stream()),
            _ => None,
        })
    }

    /// What two arms have chosen between, if that can be told later.
    pub(super) fn merge_chosen(&mut self, join: &mut Join, a: &Bind, b: &Bind) -> Option<Bind> {
        if !is_chosen(a) || !is_chosen(b) {
            return None;
        }
        let [first, second] = [0, 1].map(|side| Inside::of(&join.arms[side]));
        if !self.outlives(a, &first, join.variables) || !self.outlives(b, &second, join.variables) {
            return None;
        }
        let then = self.brought_out(join, 0, &first, a.clone());
        let otherwise = self.brought_out(join, 1, &second, b.clone());
        self.has_chosen = true;
        Some(Bind::Either(Box::new(Either { cond: join.cond, then, otherwise })))
    }

    /// Whether what it stands for is there after the arm.
    fn outlives(&self, bind: &Bind, inside: &Inside, variables: usize) -> bool {
        match bind {
            Bind::Function(_) => true,
            Bind::Closure(id) => {
                let closure = &self.closures[*id];
                let own = |name: &String| closure.captured.iter().any(|(of, _)| of == name);
                let names = closure.assigned.mentions.iter().chain(&closure.assigned.names);
                let mut found =
                    names.filter(|name| !own(name)).filter_map(|name| closure.scopes.find(name));
                found.all(|index| index < variables)
                    && closure
                        .captured
                        .iter()
                        .all(|(_, of)| self.stays(&of.bind, inside, variables))
            }
            Bind::Reference { target: Target::Variable(slot), .. } => slot.index < variables,
            Bind::Reference { target: Target::Place(place), .. } => {
                let root = self.expand(place).memory;
                !inside.0.contains(&Var::Memory(root))
            }
            Bind::Either(of) => [&of.then, &of.otherwise]
                .into_iter()
                .all(|bind| self.outlives(bind, inside, variables)),
            _ => false,
        }
    }

    /// Whether what a closure has captured is there after the arm.
    fn stays(&self, bind: &Bind, inside: &Inside, variables: usize) -> bool {
        match bind {
            Bind::Unit | Bind::Known(_) | Bind::Tokens(_) | Bind::Scalar(_) => true,
            Bind::Owned(memory) => self.stays(&Bind::Content((*memory).into()), inside, variables),
            Bind::Content(place) => {
                let inner =
                    place.path.iter().any(|step| !matches!(step, Step::Member(_) | Step::Field(_)));
                let memories = [place.memory, self.function.root(place.memory)];
                !inner && memories.into_iter().all(|of| !inside.0.contains(&Var::Memory(of)))
            }
            Bind::Tuple(of) => of.iter().all(|of| self.stays(of, inside, variables)),
            Bind::Reference { target: Target::Place(place), .. } => {
                self.stays(&Bind::Content(place.clone()), inside, variables)
            }
            bind => self.outlives(bind, inside, variables),
        }
    }

    /// The same, with what the arm has computed for it as results of the arm.
    fn brought_out(&mut self, join: &mut Join, side: usize, inside: &Inside, bind: Bind) -> Bind {
        match bind {
            Bind::Reference { target: Target::Place(place), mutable } => {
                let Place { memory, path } = self.expand(&place);
                let mut out = |value| self.value_brought_out(join, side, inside, value);
                let path = path.into_iter().map(|step| match step {
                    Step::Index(index) => Step::Index(out(index)),
                    Step::Range { start, end, inclusive } => Step::Range {
                        start: start.map(&mut out),
                        end: end.map(&mut out),
                        inclusive,
                    },
                    step => step,
                });
                let place = Place { memory, path: path.collect() };
                Bind::Reference { target: Target::Place(place), mutable }
            }
            Bind::Either(of) => {
                let Either { cond, then, otherwise } = *of;
                Bind::Either(Box::new(Either {
                    cond: self.value_brought_out(join, side, inside, cond),
                    then: self.brought_out(join, side, inside, then),
                    otherwise: self.brought_out(join, side, inside, otherwise),
                }))
            }
            Bind::Closure(id) if self.captures_from(id, inside) => {
                let mut closure = (*self.closures[id]).clone();
                for (_, of) in &mut closure.captured {
                    if let Bind::Scalar(value) = &mut of.bind {
                        *value = self.value_brought_out(join, side, inside, *value);
                    }
                }
                self.add_closure(closure)
            }
            bind => bind,
        }
    }

    fn captures_from(&self, id: usize, inside: &Inside) -> bool {
        let is_inside =
            |of: &Bind| matches!(of, Bind::Scalar(value) if inside.0.contains(&Var::Value(*value)));
        self.closures[id].captured.iter().any(|(_, of)| is_inside(&of.bind))
    }

    fn value_brought_out(
        &mut self,
        join: &mut Join,
        side: usize,
        inside: &Inside,
        value: ValueId,
    ) -> ValueId {
        if !inside.0.contains(&Var::Value(value)) {
            return value;
        }
        let (ty, span) = (self.function.value(value).ty.clone(), join.span);
        let outer = std::mem::replace(&mut self.ops, std::mem::take(&mut join.arms[1 - side]));
        let nobody = self.dummy(&ty, span);
        join.arms[1 - side] = std::mem::replace(&mut self.ops, outer);
        let out = self.function.new_value(ty, None, span);
        join.yields[side].push(Var::Value(value));
        join.yields[1 - side].push(Var::Value(nobody));
        join.outs.push(Var::Value(out));
        out
    }

    /// A variable of that kind where it is not followed.
    pub(super) fn refuse_chosen(&mut self, bind: &Bind, span: Span) -> Bind {
        if let Bind::Either(_) = bind {
            self.errors.at_span(
                span,
                "which reference or function this is was chosen by a branch, and it is used where that is not followed: inside of a \
                 closure, or as part of something else; choose where it is used",
            );
        }
        Bind::Poison
    }
}

fn is_chosen(bind: &Bind) -> bool {
    matches!(
        bind,
        Bind::Closure(_)
            | Bind::Function(_)
            | Bind::Either(_)
            | Bind::Reference { mutable: true, target: Target::Place(_) | Target::Variable(_) }
    )
}

/// What an arm defines.
struct Inside(HashSet<Var>);

impl Inside {
    fn of(ops: &[Op]) -> Inside {
        Inside(ops.iter().flat_map(|op| visit::operands(op).defines).collect())
    }
}
