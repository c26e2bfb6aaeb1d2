//! Forward over reverse: the tangents of what crosses from the forward to the reverse sweep.

use proc_macro2::Span;

use super::Forward;
use crate::ir::{
    Arg, Direction, ForwardTangents, Function, Op, OpKind, Origin, Passing, Records,
    ReverseTangents, Shape, Slot, Storage, TapeId, Type, Var, visit,
};
use crate::{analysis::activity::Activity, maps::HashMap};

/// The most fields of a record on the stack: the runtime knows no longer tuples.
const INLINE_FIELDS: usize = 12;

/// What callees keep holds its tangents itself.
pub(super) fn keep_tangents(function: &mut Function) {
    fn kept(ty: &mut Type) {
        match ty {
            Type::Kept(callee) => *ty = Type::KeptTangent(callee.clone()),
            Type::Option(of) => kept(of),
            _ => {}
        }
    }
    function.values.iter_mut().for_each(|value| kept(&mut value.ty));
    for tape in &mut function.tapes {
        tape.fields.iter_mut().for_each(kept);
    }
}

fn is_kept(ty: &Type) -> bool {
    match ty {
        Type::Kept(_) | Type::KeptTangent(_) => true,
        Type::Option(of) => is_kept(of),
        _ => false,
    }
}

/// The fields whose tangents are read.
pub(super) fn recorded(function: &Function, activity: &Activity) -> HashMap<TapeId, Vec<usize>> {
    let mut recorded: HashMap<TapeId, Vec<usize>> = HashMap::default();
    visit::walk(&function.body, &mut |op| {
        let OpKind::For(f) = &op.kind else { return };
        let Some(records) = &f.records else { return };
        let fields = recorded.entry(records.tape).or_default();
        for (i, field) in records.fields.iter().enumerate() {
            let kept = matches!(field, Var::Value(value) if is_kept(&function.value(*value).ty));
            if activity.var(*field) && !kept && !fields.contains(&i) {
                fields.push(i);
            }
        }
        fields.sort_unstable();
    });
    recorded
}

impl Forward<'_> {
    /// The records become longer by the tangents.
    pub(super) fn record_tangents(&mut self) {
        for (tape, fields) in &self.recorded {
            let info = &mut self.function.tapes[tape.index()];
            for i in fields {
                info.fields.push(info.fields[*i].tangent());
            }
            if info.fields.len() > INLINE_FIELDS {
                info.storage = Storage::Heap;
            }
        }
    }

    fn recorded_of(&self, tape: TapeId) -> Vec<usize> {
        self.recorded.get(&tape).cloned().unwrap_or_default()
    }

    pub(super) fn push(&mut self, tape: TapeId, fields: &[Var], span: Span, ops: &mut Vec<Op>) {
        let mut all = fields.to_vec();
        for i in self.recorded_of(tape) {
            all.push(self.materialise_var(fields[i], ops, span));
        }
        ops.push(Op { kind: OpKind::Push { tape, fields: all }, span });
    }

    pub(super) fn records(&mut self, records: &Records) -> Records {
        let mut fields = records.fields.clone();
        for i in self.recorded_of(records.tape) {
            fields.push(match records.fields[i] {
                Var::Value(value) => {
                    let tangent = self.fresh(value);
                    self.set(value, Some(tangent));
                    Var::Value(tangent)
                }
                Var::Memory(memory) => {
                    let ty = self.function.memory(memory).ty.clone();
                    let tangent = self.fresh_memory(memory, ty, Origin::Record(records.tape));
                    self.set_memory(memory, tangent);
                    Var::Memory(tangent)
                }
            });
        }
        Records { tape: records.tape, fields }
    }

    /// `Some` and `Unwrap`, which stand before this already. What a callee keeps has its tangents inside.
    pub(super) fn option(&mut self, op: &Op, ops: &mut Vec<Op>) {
        let (OpKind::Some { out, arg } | OpKind::Unwrap { out, arg }) = op.kind else { return };
        if is_kept(&self.function.value(arg).ty) || !self.active(out) {
            return;
        }
        let Some(arg) = self.tangent(arg) else { return };
        let tangent = self.fresh(out);
        let kind = match op.kind {
            OpKind::Some { .. } => OpKind::Some { out: tangent, arg },
            _ => OpKind::Unwrap { out: tangent, arg },
        };
        ops.push(Op { kind, span: op.span });
        self.set(out, Some(tangent));
    }

    /// A callee's sweep becomes that of its own forward over reverse mode.
    pub(super) fn sweep(&mut self, op: &Op, ops: &mut Vec<Op>) {
        let span = op.span;
        let mut op = op.clone();
        match &mut op.kind {
            OpKind::CallForward { args, result, tangents, .. } => {
                let directions = args.iter().map(|arg| self.direction(arg, span, ops)).collect();
                let result = self.result_tangent(result);
                *tangents = Some(Box::new(ForwardTangents { directions, result }));
            }
            OpKind::CallReverse { args, seed, slots, tangents, .. } => {
                let directions =
                    args.iter().map(|arg| self.direction_again(arg, span, ops)).collect();
                let seed = self.seed_tangent(seed, span, ops);
                let slots = slots.iter().map(|slot| self.slot_tangent(slot, span, ops)).collect();
                *tangents = Some(Box::new(ReverseTangents { directions, seed, slots }));
            }
            OpKind::CallSweep { args, seed, slots, tangents, .. } => {
                let directions = args.iter().map(|arg| self.direction(arg, span, ops)).collect();
                let seed = self.seed_tangent(seed, span, ops);
                let slots = slots.iter().map(|slot| self.slot_tangent(slot, span, ops)).collect();
                *tangents = Some(Box::new(ReverseTangents { directions, seed, slots }));
            }
            _ => unreachable!("only sweeps come here"),
        }
        ops.push(op);
    }

    /// The directions of what the reverse sweep is given again.
    fn direction_again(&mut self, arg: &Arg, span: Span, ops: &mut Vec<Op>) -> Direction {
        match arg {
            Arg::InOut { .. } => Direction::Zero,
            Arg::Memory { passing: Passing::ByValue | Passing::Mutable, .. } => Direction::Zero,
            arg => self.direction(arg, span, ops),
        }
    }

    fn seed_tangent(&mut self, seed: &Shape, span: Span, ops: &mut Vec<Op>) -> Shape {
        match seed {
            Shape::Unit => Shape::Unit,
            Shape::Var(var) => Shape::Var(self.materialise_var(*var, ops, span)),
            Shape::Tuple(of) => {
                Shape::Tuple(of.iter().map(|of| self.seed_tangent(of, span, ops)).collect())
            }
        }
    }

    fn slot_tangent(&mut self, slot: &Slot, span: Span, ops: &mut Vec<Op>) -> Slot {
        match slot {
            Slot::Inactive => Slot::Inactive,
            Slot::Value(value) => {
                let tangent = self.fresh(*value);
                self.set(*value, Some(tangent));
                Slot::Value(tangent)
            }
            Slot::InOut { input, output } => {
                let input = self.materialise(*input, ops, span);
                let tangent = self.fresh(*output);
                self.set(*output, Some(tangent));
                Slot::InOut { input, output: tangent }
            }
            Slot::Memory(place) => self.tangent_place(place).map_or(Slot::Inactive, Slot::Memory),
            Slot::Tuple(slots) => {
                Slot::Tuple(slots.iter().map(|slot| self.slot_tangent(slot, span, ops)).collect())
            }
        }
    }
}
