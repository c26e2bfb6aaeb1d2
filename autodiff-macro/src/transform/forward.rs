//! Forward mode: each operation followed by its tangent.
//!
//! The result starts as a clone of the primal's arenas, so the ids of the primal stay valid in it. Beside every active
//! value there may be its tangent, another value of the same type; no tangent means zero. Zeros become constants only
//! where a tangent must exist: in what is stored, carried, yielded or returned. Beside every active memory there is
//! its tangent memory of the same shape; a view of the one has the same view of the other beside it. Integers that
//! are parts of a differentiated tuple or array have a meaningless tangent beside them, so that shapes agree.

mod calls;
mod control;
mod memory;
mod sweeps;
#[cfg(test)]
mod tests;

use proc_macro2::Span;

use crate::ir::build::Cursor;
use crate::ir::{
    Comparison, Constant, Function, MemoryId, MemoryInfo, Op, OpKind, Origin, Output, Param,
    Passing, Place, Region, Role, Shape, TapeId, Type, ValueId, Var,
};
use crate::options::Settings;
use crate::rules::{self, Known, Operand, Rule};
use crate::{analysis::activity::Activity, maps::HashMap};

/// The function that computes the primal's results and, for one direction a differentiable parameter, their tangents.
/// Parameters: all of the primal's, then one `Role::Tangent(i)` for each differentiable parameter `i`, of the same
/// shape and passed the same way (in and out if mutable). Outputs: the primal's, then `Role::ResultTangent`.
///
/// Applied to a derivative in reverse mode, this is forward over reverse: seeds and buffers of adjoints are parameters
/// like others, records and what callees keep carry tangents too, and the adjoints have tangents
/// (`Role::AdjointTangent`), which are the products of the second derivative with the direction. The cut stays where
/// it is, so that both sweeps can be taken apart again.
pub fn forward(primal: &Function, activity: &Activity, _settings: &Settings) -> Function {
    forward_with(primal, activity, true)
}

/// As [`forward`], to be differentiated again. `gates`: what is multiplied with a tangent of zero is not evaluated where it may
/// be no number; but the derivative of that is none.
pub fn forward_with(primal: &Function, activity: &Activity, gates: bool) -> Function {
    let mut function = primal.clone();
    let body = std::mem::take(&mut function.body);
    sweeps::keep_tangents(&mut function);
    let mut forward = Forward {
        activity,
        known: Known::new(primal),
        tangents: vec![None; primal.values.len()],
        memories: vec![None; primal.memories.len()],
        recorded: sweeps::recorded(primal, activity),
        gates,
        function,
    };
    forward.record_tangents();
    let mut ops = Vec::new();
    forward.params(&mut ops);
    let (sweep, reverse) = body.ops.split_at(primal.cut.min(body.ops.len()));
    forward.ops(sweep, &mut ops);
    forward.outputs(&mut ops);
    let cut = ops.len();
    forward.ops(reverse, &mut ops);
    forward.adjoint_outputs(&mut ops);
    let Forward { mut function, .. } = forward;
    function.cut = cut;
    function.body = Region { ops, ..body };
    function
}

struct Forward<'a> {
    activity: &'a Activity,
    known: Known,
    /// By the primal's ids; `None`: zero.
    tangents: Vec<Option<ValueId>>,
    memories: Vec<Option<MemoryId>>,
    /// The fields of each tape's records that have tangents beside them.
    recorded: HashMap<TapeId, Vec<usize>>,
    gates: bool,
    /// What is being built.
    function: Function,
}

impl Forward<'_> {
    fn cursor<'c>(&'c mut self, ops: &'c mut Vec<Op>, span: Span) -> Cursor<'c> {
        Cursor { function: &mut self.function, ops, span }
    }

    fn tangent(&self, value: ValueId) -> Option<ValueId> {
        self.tangents[value.index()]
    }

    fn tangent_memory(&self, memory: MemoryId) -> Option<MemoryId> {
        self.memories[memory.index()]
    }

    /// The same place in the tangent memory.
    fn tangent_place(&self, place: &Place) -> Option<Place> {
        let memory = self.tangent_memory(place.memory)?;
        Some(Place {
            memory,
            path: place.path.iter().cloned().map(crate::ir::Step::into_tangent).collect(),
        })
    }

    /// A value to become the tangent of `value`, which may be inactive: see [`Forward::set`].
    fn fresh(&mut self, value: ValueId) -> ValueId {
        let info = self.function.value(value).clone();
        self.function.new_value(info.ty, tangent_name(&info.name), info.span)
    }

    /// Says that `tangent` is that of `value`. What is inactive keeps its zero, so that nothing is computed from it.
    fn set(&mut self, value: ValueId, tangent: Option<ValueId>) {
        if self.activity.value(value) {
            self.tangents[value.index()] = tangent;
        }
    }

    fn fresh_memory(&mut self, memory: MemoryId, ty: Type, origin: Origin) -> MemoryId {
        let info = self.function.memory(memory).clone();
        let ty = ty.tangent();
        self.function.new_memory(MemoryInfo { ty, name: tangent_name(&info.name), origin, ..info })
    }

    fn set_memory(&mut self, memory: MemoryId, tangent: MemoryId) {
        if self.activity.memory(memory) {
            self.memories[memory.index()] = Some(tangent);
        }
    }

    /// The tangent as a value, where one must exist.
    fn materialise(&mut self, value: ValueId, ops: &mut Vec<Op>, span: Span) -> ValueId {
        match self.tangent(value) {
            Some(tangent) => tangent,
            None => {
                let ty = self.function.value(value).ty.clone();
                self.zero(&ty, ops, span).unwrap_or(value)
            }
        }
    }

    /// A zero of a scalar type; `None` for what has no zero (and no derivative).
    fn zero(&mut self, ty: &Type, ops: &mut Vec<Op>, span: Span) -> Option<ValueId> {
        let value = match ty {
            Type::Float(_) | Type::Named(_) | Type::Unknown => Constant::Float(0.0, None),
            Type::Int(_) => Constant::Int(0),
            Type::Bool => Constant::Bool(false),
            Type::Option(_) => {
                let out = self.function.new_value(ty.clone(), None, span);
                ops.push(Op { kind: OpKind::None { out }, span });
                return Some(out);
            }
            _ => return None,
        };
        let mut cursor = self.cursor(ops, span);
        let out = cursor.function.new_value(ty.clone(), None, span);
        cursor.push(OpKind::Const { out, value });
        Some(out)
    }

    fn params(&mut self, ops: &mut Vec<Op>) {
        for (i, param) in self.function.params.clone().into_iter().enumerate() {
            if param.differentiable {
                let at = self.function.params.len();
                let shape = self.param_shape(&param.shape, at);
                let name = format!("t_{}", plain(&param.name));
                self.function.params.push(Param {
                    name,
                    role: Role::Tangent(i),
                    shape,
                    differentiable: false,
                    ..param
                });
            } else {
                self.constant_param(&param, ops);
            }
        }
    }

    /// The variables of a tangent parameter that will be at position `at`.
    fn param_shape(&mut self, shape: &Shape, at: usize) -> Shape {
        match shape {
            Shape::Unit => Shape::Unit,
            Shape::Var(Var::Value(value)) => {
                let tangent = self.fresh(*value);
                self.set(*value, Some(tangent));
                Shape::Var(Var::Value(tangent))
            }
            Shape::Var(Var::Memory(memory)) => {
                let ty = self.function.memory(*memory).ty.clone();
                let tangent = self.fresh_memory(*memory, ty, Origin::Param(at));
                self.set_memory(*memory, tangent);
                Shape::Var(Var::Memory(tangent))
            }
            Shape::Tuple(of) => {
                Shape::Tuple(of.iter().map(|of| self.param_shape(of, at)).collect())
            }
        }
    }

    /// A parameter that is not differentiated but may be written to starts with a tangent of zeros.
    fn constant_param(&mut self, param: &Param, ops: &mut Vec<Op>) {
        for var in crate::ir::visit::shape_vars(&param.shape) {
            let Var::Memory(memory) = var else { continue };
            let written = self.function.memory(memory).mutable
                || matches!(param.passing, Passing::Mutable | Passing::ByValue);
            if written && self.activity.memory(memory) {
                let tangent = self.zeros(memory, ops, param.span);
                self.set_memory(memory, tangent);
            }
        }
    }

    fn outputs(&mut self, ops: &mut Vec<Op>) {
        for output in self.function.outputs.clone() {
            if output.role == Role::Primal {
                let shape = self.output_shape(&output.shape, ops);
                self.function.outputs.push(Output { role: Role::ResultTangent, shape });
            }
        }
    }

    /// The tangents of what a reverse sweep returns.
    fn adjoint_outputs(&mut self, ops: &mut Vec<Op>) {
        for output in self.function.outputs.clone() {
            if let Role::Adjoint(i) = output.role {
                let shape = self.output_shape(&output.shape, ops);
                self.function.outputs.push(Output { role: Role::AdjointTangent(i), shape });
            }
        }
    }

    fn output_shape(&mut self, shape: &Shape, ops: &mut Vec<Op>) -> Shape {
        match shape {
            Shape::Unit => Shape::Unit,
            Shape::Var(Var::Value(value)) => {
                let span = self.function.value(*value).span;
                Shape::Var(Var::Value(self.materialise(*value, ops, span)))
            }
            Shape::Var(Var::Memory(memory)) => {
                let span = self.function.memory(*memory).span;
                Shape::Var(Var::Memory(self.materialise_memory(*memory, ops, span)))
            }
            Shape::Tuple(of) => {
                Shape::Tuple(of.iter().map(|of| self.output_shape(of, ops)).collect())
            }
        }
    }

    fn ops(&mut self, of: &[Op], ops: &mut Vec<Op>) {
        for op in of {
            self.op(op, ops);
        }
    }

    fn op(&mut self, op: &Op, ops: &mut Vec<Op>) {
        match &op.kind {
            OpKind::If { .. } => self.branch(op, ops),
            OpKind::For(f) => self.for_loop(f, op.span, ops),
            OpKind::While(w) => self.while_loop(w, op.span, ops),
            OpKind::Call { callee, args, result } => {
                self.call(op, callee, args, result, ops);
            }
            OpKind::CallForward { .. } | OpKind::CallReverse { .. } | OpKind::CallSweep { .. } => {
                self.sweep(op, ops)
            }
            OpKind::Push { tape, fields } => self.push(*tape, fields, op.span, ops),
            // The one tangent that is made before its operation, which takes the content away.
            OpKind::Assign { to, from } => {
                self.assign(*to, *from, op.span, ops);
                ops.push(op.clone());
            }
            _ => {
                ops.push(op.clone());
                self.tangent_op(op, ops);
            }
        }
    }

    /// The tangent of an operation that stands before it already.
    fn tangent_op(&mut self, op: &Op, ops: &mut Vec<Op>) {
        let span = op.span;
        match &op.kind {
            OpKind::Rule { out, rule, args } => {
                let tangent = self.rule(*out, *rule, args, span, ops);
                self.set(*out, tangent);
            }
            OpKind::Cast { out, arg, ty } => {
                if let (true, Some(arg)) = (self.active(*out), self.tangent(*arg)) {
                    let tangent = self.fresh(*out);
                    let ty = ty.clone();
                    ops.push(Op { kind: OpKind::Cast { out: tangent, arg, ty }, span });
                    self.set(*out, Some(tangent));
                }
            }
            OpKind::Select { out, cond, args: [a, b] } => {
                let moves = self.tangent(*a).is_some() || self.tangent(*b).is_some();
                if self.active(*out) && moves {
                    let args = [self.materialise(*a, ops, span), self.materialise(*b, ops, span)];
                    let tangent = self.fresh(*out);
                    ops.push(Op { kind: OpKind::Select { out: tangent, cond: *cond, args }, span });
                    self.set(*out, Some(tangent));
                }
            }
            OpKind::Given { out, slopes, .. } => {
                let tangent = self.given(*out, slopes, span, ops);
                self.set(*out, tangent);
            }
            OpKind::Load { .. }
            | OpKind::Store { .. }
            | OpKind::Accumulate { .. }
            | OpKind::Alloc { .. }
            | OpKind::View { .. }
            | OpKind::Split { .. }
            | OpKind::Fill { .. }
            | OpKind::Copy { .. }
            | OpKind::AddAll { .. }
            | OpKind::Swap { .. }
            | OpKind::Vector { .. }
            | OpKind::Permute { .. } => self.memory_op(op, ops),
            // Constants, and what no derivative passes through.
            OpKind::Const { .. }
            | OpKind::Compare { .. }
            | OpKind::Not { .. }
            | OpKind::Opaque { .. }
            | OpKind::Len { .. }
            | OpKind::Matches { .. }
            | OpKind::None { .. }
            | OpKind::Sort(_)
            | OpKind::Effect { .. } => {}
            OpKind::Some { .. } | OpKind::Unwrap { .. } => self.option(op, ops),
            OpKind::If { .. }
            | OpKind::For(_)
            | OpKind::While(_)
            | OpKind::Call { .. }
            | OpKind::CallForward { .. }
            | OpKind::CallReverse { .. }
            | OpKind::CallSweep { .. }
            | OpKind::Push { .. }
            | OpKind::Assign { .. } => unreachable!("handled before"),
            OpKind::CallSlopes { .. } => {
                unreachable!("there are none where second derivatives are asked for")
            }
            // Differentiating these once more needs a callee's derivative of the next order.
            OpKind::CallTangent { .. } => {
                unreachable!("forward mode is applied to a function or to its sweeps")
            }
        }
    }

    fn active(&self, value: ValueId) -> bool {
        self.activity.value(value)
    }

    /// The sum of the user's slopes times the tangents of their arguments.
    fn given(
        &mut self,
        out: ValueId,
        slopes: &[[ValueId; 2]],
        span: Span,
        ops: &mut Vec<Op>,
    ) -> Option<ValueId> {
        if !self.active(out) {
            return None;
        }
        let mut sum = None;
        for [arg, slope] in slopes {
            let Some(d) = self.tangent(*arg) else { continue };
            let mut cursor = self.cursor(ops, span);
            let mut part = cursor.rule(Rule::Mul, &[d, *slope]);
            if slopes.len() > 1 {
                part = self.gated(part, d, span, ops);
            }
            let mut cursor = self.cursor(ops, span);
            sum = Some(match sum {
                Some(sum) => cursor.rule(Rule::Add, &[sum, part]),
                None => part,
            });
        }
        sum
    }

    /// `part`, which is a multiple of the tangent `d`; zero where that is zero, whatever it is multiplied with.
    fn gated(&mut self, part: ValueId, d: ValueId, span: Span, ops: &mut Vec<Op>) -> ValueId {
        let ty = self.function.value(d).ty.clone();
        if !self.gates || !matches!(ty, Type::Float(_)) {
            return part;
        }
        let Some(zero) = self.zero(&ty, ops, span) else { return part };
        let cond = self.function.new_value(Type::Bool, None, span);
        let out = self.function.new_value(ty, None, span);
        let compare = OpKind::Compare { out: cond, op: Comparison::Eq, args: [d, zero] };
        ops.push(Op { kind: compare, span });
        ops.push(Op { kind: OpKind::Select { out, cond, args: [zero, part] }, span });
        out
    }

    /// The sum of what the arguments contribute.
    fn rule(
        &mut self,
        out: ValueId,
        rule: rules::Rule,
        args: &[ValueId],
        span: Span,
        ops: &mut Vec<Op>,
    ) -> Option<ValueId> {
        if !self.active(out) {
            return None;
        }
        let known = self.known.args(args);
        let name = tangent_name(&self.function.value(out).name);
        let given = self.function.values.len();
        let tangents: Vec<_> = args.iter().map(|arg| self.tangent(*arg)).collect();
        let gated = self.gates && rule == Rule::Powf;
        let mut sum = None;
        for (i, (term, d)) in rules::row(rule).contributions.iter().zip(tangents).enumerate() {
            let (Some(term), Some(d)) = (term, d) else { continue };
            let mut cursor = self.cursor(ops, span);
            let mut operand = |_: &mut Cursor<'_>, operand| match operand {
                Operand::In(i) => args[i],
                Operand::Out => out,
            };
            let contribution = rules::instantiate(&mut cursor, term, d, &known, &mut operand);
            // The logarithm of the base.
            if gated && i == 1 {
                let Some(part) = contribution.value(&mut cursor) else { continue };
                let part = self.gated(part, d, span, ops);
                let mut cursor = self.cursor(ops, span);
                sum = Some(sum.map_or(part, |sum| cursor.rule(Rule::Add, &[sum, part])));
                continue;
            }
            sum = contribution.add_to(&mut cursor, sum);
        }
        // A sum that is a tangent of an argument has that one's name.
        if let Some(made) = sum.filter(|sum| sum.index() >= given) {
            self.function.values[made.index()].name = name;
        }
        sum
    }
}

fn tangent_name(name: &Option<String>) -> Option<String> {
    name.as_ref().map(|name| format!("t_{}", plain(name)))
}

/// The name without the mark of a raw identifier, to be part of another.
fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}
