//! Where arms meet: one `If`, with a result for each variable that differs.

use proc_macro2::Span;

use super::{
    Reader,
    choice::Choice,
    env::{Bind, Env, Target, Variable},
    flow::{Arm, Keep, owned_type},
    types::join as join_types,
    window::Difference,
};
use crate::ir::{Init, MemoryInfo, Op, OpKind, Origin, Region, Step, Type, ValueId, Var};

impl Reader<'_> {
    /// Emits the `If`, with a result for each variable that differs.
    pub fn join(
        &mut self,
        cond: ValueId,
        then: Arm,
        otherwise: Arm,
        keep: Keep<'_>,
        span: Span,
    ) -> Env {
        let mut join = Join {
            cond,
            arms: [then.ops, otherwise.ops],
            yields: [Vec::new(), Vec::new()],
            outs: Vec::new(),
            negate: Vec::new(),
            panics: [then.env.panics, otherwise.env.panics],
            variables: then.env.variables.len().min(otherwise.env.variables.len()),
            span,
        };
        let mut env = Env { variables: Vec::new(), panics: join.panics == [true, true] };
        let sides = then.env.variables.into_iter().zip(otherwise.env.variables);
        for (index, (a, b)) in sides.enumerate() {
            let bind = if keep.keeps(index) {
                self.merge(&mut join, &a.bind, &b.bind, a.name.as_deref())
            } else if a.bind.same(&b.bind) {
                a.bind
            } else {
                Bind::Uninit
            };
            env.variables.push(Variable { bind, ..a });
        }
        let [then_ops, else_ops] = join.arms;
        let [then_yields, else_yields] = join.yields;
        if !then_ops.is_empty() || !else_ops.is_empty() || !join.outs.is_empty() {
            let then = Region { params: Vec::new(), ops: then_ops, yields: then_yields };
            let otherwise = Region { params: Vec::new(), ops: else_ops, yields: else_yields };
            self.ops.push(Op { kind: OpKind::If { cond, then, otherwise, outs: join.outs }, span });
        }
        for out in join.negate {
            self.ops.push(Op { kind: OpKind::Not { out, arg: cond }, span });
        }
        env
    }

    fn merge(&mut self, join: &mut Join, a: &Bind, b: &Bind, name: Option<&str>) -> Bind {
        if a.same(b) {
            return a.clone();
        }
        match (a, b) {
            (Bind::Poison, _) | (_, Bind::Poison) => Bind::Poison,
            (Bind::Known(_), other @ Bind::Known(_)) if join.panics[0] => other.clone(),
            (other @ Bind::Known(_), Bind::Known(_)) if join.panics[1] => other.clone(),
            // Defined in the arm that stays.
            (Bind::Known(_), other) if join.panics[0] => {
                self.merge_leaves(join, &Bind::Uninit, other, name)
            }
            (other, Bind::Known(_)) if join.panics[1] => {
                self.merge_leaves(join, other, &Bind::Uninit, name)
            }
            (Bind::Known(true), Bind::Known(false)) => Bind::Scalar(join.cond),
            (Bind::Known(false), Bind::Known(true)) => {
                let out = self.function.new_value(Type::Bool, None, join.span);
                join.negate.push(out);
                Bind::Scalar(out)
            }
            // The flag that the guard tests is true in the first arm by being tested.
            (Bind::Scalar(flag), Bind::Known(known)) if *flag == join.cond => match known {
                true => Bind::Known(true),
                false => Bind::Scalar(*flag),
            },
            (Bind::Tuple(x), Bind::Tuple(y)) if x.len() == y.len() => {
                Bind::Tuple(x.iter().zip(y).map(|(x, y)| self.merge(join, x, y, name)).collect())
            }
            (Bind::Tuple(x), Bind::Uninit) => {
                Bind::Tuple(x.iter().map(|x| self.merge(join, x, &Bind::Uninit, name)).collect())
            }
            (Bind::Uninit, Bind::Tuple(y)) => {
                Bind::Tuple(y.iter().map(|y| self.merge(join, &Bind::Uninit, y, name)).collect())
            }
            (Bind::Choice(x), Bind::Choice(y)) => {
                let (x, y) = (self.forced_in(join, 0, x), self.forced_in(join, 1, y));
                self.merge_choices(join, &x, &y, name)
            }
            (Bind::Choice(x), Bind::Uninit) => {
                let x = self.forced_in(join, 0, x);
                self.merge_choices(join, &x, &Choice::none(), name)
            }
            (Bind::Uninit, Bind::Choice(y)) => {
                let y = self.forced_in(join, 1, y);
                self.merge_choices(join, &Choice::none(), &y, name)
            }
            (Bind::Iterator { iter, state: x }, Bind::Iterator { iter: other, state: y })
                if std::rc::Rc::ptr_eq(iter, other) =>
            {
                let state = Box::new(self.merge(join, x, y, name));
                Bind::Iterator { iter: iter.clone(), state }
            }
            (Bind::Unit, _) | (_, Bind::Unit) => Bind::Unit,
            // Nobody reads what the other arm does not set.
            (Bind::Tokens(text), Bind::Uninit) | (Bind::Uninit, Bind::Tokens(text)) => {
                Bind::Tokens(text.clone())
            }
            _ => self.merge_leaves(join, a, b, name),
        }
    }

    fn merge_choices(
        &mut self,
        join: &mut Join,
        x: &Choice,
        y: &Choice,
        name: Option<&str>,
    ) -> Bind {
        let there = self.merge(join, &x.there, &y.there, None);
        let value = self.merge(join, &x.value, &y.value, name);
        let error = match (&x.error, &y.error) {
            (Some(x), Some(y)) => Some(self.merge(join, x, y, None)),
            (x, y) => x.clone().or_else(|| y.clone()),
        };
        Choice { there, value, error }.into()
    }

    /// What an arm names only where it is there is read there.
    fn forced_in(&mut self, join: &mut Join, side: usize, choice: &Choice) -> Choice {
        let outer = std::mem::replace(&mut self.ops, std::mem::take(&mut join.arms[side]));
        let choice = self.forced(choice, join.span);
        join.arms[side] = std::mem::replace(&mut self.ops, outer);
        choice
    }

    /// References to parts of one memory: which part is what the arms yield.
    fn merge_references(&mut self, join: &mut Join, a: &Bind, b: &Bind) -> Option<Bind> {
        let (
            Bind::Reference { target: Target::Place(a), mutable },
            Bind::Reference { target: Target::Place(b), .. },
        ) = (a, b)
        else {
            return None;
        };
        let sides = [self.expand(a), self.expand(b)];
        let values: [Vec<ValueId>; 2];
        let mut place = sides[0].clone();
        match self.difference(&sides[0], &sides[1])? {
            Difference::Indices(at) => {
                values = [0, 1].map(|side: usize| {
                    let index = |i: &usize| match sides[side].path[*i] {
                        Step::Index(value) => Some(value),
                        _ => None,
                    };
                    at.iter().filter_map(index).collect()
                });
                let outs = self.yield_each(join, &values);
                for (i, out) in at.iter().zip(outs) {
                    place.path[*i] = Step::Index(out);
                }
            }
            Difference::Ranges(from) => {
                values = [0, 1].map(|side| {
                    let arm = std::mem::take(&mut join.arms[side]);
                    let outer = std::mem::replace(&mut self.ops, arm);
                    let bounds = self.bounds(&sides[side], from, join.span).to_vec();
                    join.arms[side] = std::mem::replace(&mut self.ops, outer);
                    bounds
                });
                let outs = self.yield_each(join, &values);
                place.path.truncate(from);
                let [start, end] = outs[..] else { return None };
                let (start, end) = (Some(start), Some(end));
                place.path.push(Step::Range { start, end, inclusive: false });
            }
        }
        Some(Bind::Reference { target: Target::Place(place), mutable: *mutable })
    }

    /// A result for each pair of values of the arms.
    fn yield_each(&mut self, join: &mut Join, values: &[Vec<ValueId>; 2]) -> Vec<ValueId> {
        let pairs = values[0].iter().zip(&values[1]);
        pairs
            .map(|(a, b)| {
                if a == b {
                    return *a;
                }
                let ty = join_types(&self.function.value(*a).ty, &self.function.value(*b).ty);
                let out = self.function.new_value(ty, None, join.span);
                join.yields[0].push(Var::Value(*a));
                join.yields[1].push(Var::Value(*b));
                join.outs.push(Var::Value(out));
                out
            })
            .collect()
    }

    fn merge_leaves(&mut self, join: &mut Join, a: &Bind, b: &Bind, name: Option<&str>) -> Bind {
        if let Some(bind) = self.merge_references(join, a, b) {
            return bind;
        }
        if let Some(bind) = self.merge_chosen(join, a, b) {
            return bind;
        }
        if matches!(a, Bind::Reference { mutable: true, .. })
            || matches!(b, Bind::Reference { mutable: true, .. })
        {
            self.errors.at_span(
                join.span,
                "the arms of this branch yield different mutable references, so that it depends on \
                 the data which memory is written; write what is done to it in each arm",
            );
            return Bind::Poison;
        }
        let memory = self.is_memory(a) || self.is_memory(b);
        if memory {
            let ty = match (self.bind_type(a), self.bind_type(b)) {
                // A slice and an array, by reference.
                (Type::Array(of, _), Type::Slice(_) | Type::Vec(_))
                | (Type::Slice(of) | Type::Vec(of), Type::Array(..)) => Type::Vec(of),
                (Type::Array(of, n), Type::Array(_, m)) if n != m => Type::Vec(of),
                (Type::Unknown, ty) | (ty, _) => owned_type(ty),
            };
            let mut sides = [None, None];
            for (side, bind) in [a, b].into_iter().enumerate() {
                let outer = std::mem::replace(&mut self.ops, std::mem::take(&mut join.arms[side]));
                sides[side] = Some(match bind {
                    Bind::Uninit => {
                        self.alloc(ty.clone(), Init::Empty, name.map(str::to_owned), join.span)
                    }
                    bind if matches!(bind, Bind::Reference { .. }) => {
                        let memory = self.copy_of(bind.clone(), join.span);
                        self.function.memories[memory.index()].ty = ty.clone();
                        memory
                    }
                    bind => self.own(bind.clone(), join.span),
                });
                join.arms[side] = std::mem::replace(&mut self.ops, outer);
            }
            let [Some(x), Some(y)] = sides else { return Bind::Poison };
            let out = self.function.new_memory(MemoryInfo {
                ty,
                name: name.map(str::to_owned),
                mutable: [x, y].iter().any(|side| self.function.memory(*side).mutable),
                origin: Origin::Local,
                span: join.span,
            });
            join.yields[0].push(Var::Memory(x));
            join.yields[1].push(Var::Memory(y));
            join.outs.push(Var::Memory(out));
            return Bind::Owned(out);
        }
        let mut values = [None, None];
        let ty = match (a, b) {
            (Bind::Uninit, bind) | (bind, Bind::Uninit) => self.bind_type(bind),
            _ => join_types(&self.bind_type(a), &self.bind_type(b)),
        };
        for (side, bind) in [a, b].into_iter().enumerate() {
            let outer = std::mem::replace(&mut self.ops, std::mem::take(&mut join.arms[side]));
            values[side] = Some(match bind {
                Bind::Uninit => self.dummy(&ty, join.span),
                bind => self.scalar_of(bind.clone(), join.span),
            });
            join.arms[side] = std::mem::replace(&mut self.ops, outer);
        }
        let [Some(x), Some(y)] = values else { return Bind::Poison };
        let out = self.function.new_value(ty, name.map(str::to_owned), join.span);
        join.yields[0].push(Var::Value(x));
        join.yields[1].push(Var::Value(y));
        join.outs.push(Var::Value(out));
        Bind::Scalar(out)
    }
}

pub struct Join {
    pub(super) cond: ValueId,
    pub(super) arms: [Vec<Op>; 2],
    pub(super) yields: [Vec<Var>; 2],
    pub(super) outs: Vec<Var>,
    /// Flags that are the negated condition.
    negate: Vec<ValueId>,
    panics: [bool; 2],
    /// So many variables are there after the arms.
    pub(super) variables: usize,
    pub(super) span: Span,
}
