//! Branches, and leaving early.
//!
//! `return`, `break` and `continue` set a flag (a variable of the environment like the user's own), and the rest of
//! the path is not read. Where one arm of a branch has left and the other stays, the arm that stays is kept *open*:
//! what follows is read into it, and the `If` is made when the enclosing loop body, function or joining arm ends.
//! Where arms join of which some may have left, the rest is read into the arm of a further `If` on the flags.
//! Flags stay constants of the reader ([`Bind::Known`]) as long as they can.

use proc_macro2::Span;

use super::{
    Reader,
    env::{Bind, Env, Slot, Want},
};
use crate::ir::{Constant, Op, OpKind, Type, ValueId};

/// Flag: the function has returned.
pub const RETURNED: usize = 0;
/// The value it returned.
pub const RESULT: usize = 1;

/// What `break` and `continue` can name.
#[derive(Debug)]
pub struct Exit {
    pub label: Option<String>,
    /// `false`: a block with a label, which only `break 'label` leaves.
    pub is_loop: bool,
    /// Flags, and the value of `break value`.
    pub broken: usize,
    pub continued: usize,
    pub value: usize,
    /// What the value is, as far as its surroundings tell.
    pub want: Want,
}

/// An `If` one of whose arms has left, and into whose other arm the rest is read.
#[derive(Debug)]
pub struct Open {
    cond: ValueId,
    left_is_then: bool,
    left: Arm,
    pub outer: Vec<Op>,
    span: Span,
}

#[derive(Debug)]
pub struct Arm {
    pub ops: Vec<Op>,
    pub env: Env,
}

/// An arm that has been read, its open ones not closed yet.
struct Pending {
    open: Vec<Open>,
    ops: Vec<Op>,
    env: Env,
    gone: bool,
    maybe: bool,
}

/// The variables that live on after a join.
#[derive(Clone, Copy)]
pub enum Keep<'k> {
    All,
    Only(&'k [usize]),
}

impl Keep<'_> {
    pub fn keeps(&self, index: usize) -> bool {
        match self {
            Keep::All => true,
            Keep::Only(list) => list.contains(&index),
        }
    }
}

impl Reader<'_> {
    /// Reads `if cond { then } else { otherwise }`; the result is what the arms yield.
    pub fn branch(
        &mut self,
        cond: ValueId,
        span: Span,
        then: impl FnOnce(&mut Self) -> Bind,
        otherwise: impl FnOnce(&mut Self) -> Bind,
    ) -> Bind {
        let (value, base) = self.before_branch(cond);
        let first = self.arm(value, then);
        self.env = base;
        let second = self.arm(value, otherwise);
        self.branched(cond, span, value, first, second)
    }

    // What does not depend on the arms is in functions of its own: there are a hundred kinds of arms, each compiled by itself.

    fn before_branch(&mut self, cond: ValueId) -> (usize, Env) {
        self.guard();
        // What a method of anything yields is a `bool` here.
        let ty = &mut self.function.values[cond.index()].ty;
        if *ty == Type::Opaque {
            *ty = Type::Bool;
        }
        (self.env.add(Bind::Uninit, None), self.env.clone())
    }

    fn branched(
        &mut self,
        cond: ValueId,
        span: Span,
        value: usize,
        first: Pending,
        second: Pending,
    ) -> Bind {
        let at = Slot::whole(value);
        match (first.gone, second.gone) {
            (true, false) | (false, true) => {
                let left_is_then = first.gone;
                let (left, stays) = if left_is_then { (first, second) } else { (second, first) };
                let left = self.close_arm(left, base_len(value));
                let outer = std::mem::take(&mut self.ops);
                self.open.push(Open { cond, left_is_then, left, outer, span });
                self.resume(stays);
                self.gone = false;
                let bind = self.env.get(&at).clone();
                self.env.set(&at, Bind::Unit);
                bind
            }
            (gone, _) => {
                let first = self.close_arm(first, base_len(value));
                let second = self.close_arm(second, base_len(value));
                self.env = self.join(cond, first, second, Keep::All, span);
                self.gone = gone;
                self.maybe = !gone && self.may_have_left();
                let bind = self.env.get(&at).clone();
                self.env.set(&at, Bind::Unit);
                if gone { Bind::Uninit } else { bind }
            }
        }
    }

    fn arm(&mut self, value: usize, read: impl FnOnce(&mut Self) -> Bind) -> Pending {
        let ops = std::mem::take(&mut self.ops);
        let height = self.open.len();
        let bind = read(self);
        self.after_arm(value, bind, ops, height)
    }

    fn after_arm(&mut self, value: usize, bind: Bind, ops: Vec<Op>, height: usize) -> Pending {
        if !self.gone {
            self.env.set(&Slot::whole(value), bind);
        }
        let pending = Pending {
            open: self.open.split_off(height),
            ops: std::mem::replace(&mut self.ops, ops),
            env: std::mem::take(&mut self.env),
            gone: self.gone,
            maybe: self.maybe,
        };
        self.gone = false;
        self.maybe = false;
        pending
    }

    fn resume(&mut self, arm: Pending) {
        self.open.extend(arm.open);
        self.ops = arm.ops;
        self.env = arm.env;
        self.maybe = arm.maybe;
    }

    fn close_arm(&mut self, arm: Pending, len: usize) -> Arm {
        let ops = std::mem::take(&mut self.ops);
        let height = self.open.len();
        self.resume(arm);
        self.close(height, Keep::All);
        self.env.variables.truncate(len);
        Arm { ops: std::mem::replace(&mut self.ops, ops), env: std::mem::take(&mut self.env) }
    }

    /// Makes the `If`s opened since there were `height` of them.
    pub fn close(&mut self, height: usize, keep: Keep<'_>) {
        self.maybe = false;
        while self.open.len() > height {
            let Some(open) = self.open.pop() else { break };
            let stays = Arm {
                ops: std::mem::replace(&mut self.ops, open.outer),
                env: std::mem::take(&mut self.env),
            };
            let (then, otherwise) =
                if open.left_is_then { (open.left, stays) } else { (stays, open.left) };
            self.env = self.join(open.cond, then, otherwise, keep, open.span);
        }
    }

    /// A value that nobody reads.
    pub fn dummy(&mut self, ty: &Type, span: Span) -> ValueId {
        let value = match ty {
            Type::Int(_) => Constant::Int(0),
            Type::Bool => Constant::Bool(false),
            _ => Constant::Float(0.0, None),
        };
        self.constant(value, ty.clone(), span)
    }

    /// The flags that can be set here, and are not known to be unset.
    fn raised(&self) -> Vec<ValueId> {
        let flags = self.exits.iter().flat_map(|exit| [exit.broken, exit.continued]);
        let mut raised = Vec::new();
        for index in std::iter::once(RETURNED).chain(flags) {
            if let Some(Bind::Scalar(flag)) = self.env.variables.get(index).map(|v| &v.bind)
                && !raised.contains(flag)
            {
                raised.push(*flag);
            }
        }
        raised
    }

    pub fn may_have_left(&self) -> bool {
        !self.raised().is_empty()
    }

    /// Whether every path to this point has left.
    pub fn has_left(&self) -> bool {
        let flags = self.exits.iter().flat_map(|exit| [exit.broken, exit.continued]);
        self.env.panics
            || std::iter::once(RETURNED)
                .chain(flags)
                .any(|index| matches!(self.env.get(&Slot::whole(index)), Bind::Known(true)))
    }

    /// If some path to this point has left, what is read next goes under the condition that it has not.
    pub fn guard(&mut self) {
        if !self.maybe || self.gone {
            return;
        }
        self.maybe = false;
        let span = self.span;
        let raised = self.raised();
        let Some(cond) = self.any(&raised, span) else { return };
        let left = Arm { ops: Vec::new(), env: self.env.clone() };
        let outer = std::mem::take(&mut self.ops);
        self.open.push(Open { cond, left_is_then: true, left, outer, span });
        let flags: Vec<usize> =
            self.exits.iter().flat_map(|exit| [exit.broken, exit.continued]).collect();
        for index in std::iter::once(RETURNED).chain(flags) {
            self.env.set(&Slot::whole(index), Bind::Known(false));
        }
    }

    /// Whether one of the flags is true.
    pub fn any(&mut self, flags: &[ValueId], span: Span) -> Option<ValueId> {
        let (first, rest) = flags.split_first()?;
        Some(rest.iter().fold(*first, |all, next| {
            let out = self.function.new_value(Type::Bool, None, span);
            self.ops.push(Op { kind: OpKind::Select { out, cond: all, args: [all, *next] }, span });
            out
        }))
    }

    /// The path ends here in a panic.
    pub fn diverge(&mut self) {
        self.gone = true;
        self.env.panics = true;
    }

    /// `return`, of this function or of the closure that is read.
    pub fn leave_by_return(&mut self, value: Bind, span: Span) {
        match self.returns_to.clone() {
            Some(label) => self.leave_named(Some(label), value, true, span),
            None => self.leave_function(value, false, span),
        }
    }

    pub fn leave_function(&mut self, value: Bind, moves: bool, span: Span) {
        if self.gone {
            return;
        }
        self.guard();
        let value = match self.returns_choice {
            true => self.parts_returned(value, span),
            false => value,
        };
        let value = self.result(value, moves, span);
        self.env.set(&Slot::whole(RESULT), value);
        self.env.set(&Slot::whole(RETURNED), Bind::Known(true));
        self.gone = true;
    }

    /// What is returned: owned memory, loaded scalars. `moves`: nothing is read after this.
    fn result(&mut self, value: Bind, moves: bool, span: Span) -> Bind {
        let kept = self.env.get(&Slot::whole(RESULT)).clone();
        self.result_into(&kept, value, moves, span)
    }

    pub fn result_into(&mut self, kept: &Bind, value: Bind, moves: bool, span: Span) -> Bind {
        match (kept, value) {
            (Bind::Tuple(kept), Bind::Tuple(of)) if kept.len() == of.len() => Bind::Tuple(
                kept.iter()
                    .zip(of)
                    .map(|(kept, of)| self.result_into(kept, of, moves, span))
                    .collect(),
            ),
            (_, Bind::Tuple(of)) => Bind::Tuple(
                of.into_iter().map(|of| self.result_into(&Bind::Uninit, of, moves, span)).collect(),
            ),
            // Inside a loop the memory for the result was made before the loop.
            (Bind::Owned(to), value) if self.is_memory(&value) => {
                let to = *to;
                let from = match value {
                    Bind::Owned(from) => Bind::Owned(from),
                    value => Bind::Owned(self.copy_of(value, span)),
                };
                self.overwrite(to.into(), from, span);
                Bind::Owned(to)
            }
            // Nothing is there that anybody reads.
            (Bind::Owned(to), Bind::Uninit) => Bind::Owned(*to),
            (_, Bind::Content(place))
                if moves && place.path.is_empty() && self.owns(place.memory) =>
            {
                Bind::Owned(place.memory)
            }
            (_, value) if self.is_memory(&value) => Bind::Owned(self.own(value, span)),
            (_, value @ (Bind::Unit | Bind::Uninit | Bind::Poison)) => value,
            (_, Bind::Scalar(variant))
                if self.variants.contains_key(&variant)
                    && super::types::is_memory(&self.output) =>
            {
                Bind::Owned(self.copy_of(Bind::Scalar(variant), span))
            }
            (_, value) => Bind::Scalar(self.scalar_of(value, span)),
        }
    }
}

/// Variables declared in an arm do not outlive it; `value`, the arm's own, is the last that does.
fn base_len(value: usize) -> usize {
    value + 1
}

/// A slice copied is a vector.
pub fn owned_type(ty: Type) -> Type {
    match ty {
        Type::Slice(of) => Type::Vec(of),
        ty => ty,
    }
}
