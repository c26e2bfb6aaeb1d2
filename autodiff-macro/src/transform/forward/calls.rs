//! Calls on active arguments become calls of the callee's forward-mode companion.

use proc_macro2::Span;

use super::Forward;
use crate::ir::{Arg, Callee, Direction, Op, OpKind, Origin, Shape, Var, visit};

impl Forward<'_> {
    pub(super) fn call(
        &mut self,
        op: &Op,
        callee: &Callee,
        args: &[Arg],
        result: &Shape,
        ops: &mut Vec<Op>,
    ) {
        let span = op.span;
        // Of a call that no derivative passes through, the callee need not have one.
        let directions: Vec<_> = match self.activity.op(op) {
            true => args.iter().map(|arg| self.direction(arg, span, ops)).collect(),
            false => Vec::new(),
        };
        let (callee, args, result) = (callee.clone(), args.to_vec(), result.clone());
        if directions.iter().all(|direction| matches!(direction, Direction::Zero)) {
            let owned = visit::shape_vars(&result);
            ops.push(Op { kind: OpKind::Call { callee, args, result }, span });
            // What is returned may become active later, when something active is stored in it.
            for var in owned {
                if let Var::Memory(memory) = var
                    && self.activity.memory(memory)
                {
                    let tangent = self.zeros(memory, ops, span);
                    self.set_memory(memory, tangent);
                }
            }
            return;
        }
        let tangent = self.result_tangent(&result);
        ops.push(Op {
            kind: OpKind::CallTangent { callee, args, directions, result, tangent },
            span,
        });
    }

    pub(super) fn direction(&mut self, arg: &Arg, span: Span, ops: &mut Vec<Op>) -> Direction {
        match arg {
            Arg::Value(value) | Arg::Reference(value) => {
                self.tangent(*value).map_or(Direction::Zero, Direction::Value)
            }
            Arg::InOut { input, output } => {
                // The callee may write something active to it.
                if self.tangent(*input).is_none() && !self.active(*output) {
                    return Direction::Zero;
                }
                let input = self.materialise(*input, ops, span);
                let tangent = self.fresh(*output);
                self.set(*output, Some(tangent));
                Direction::InOut { input, output: tangent }
            }
            Arg::Memory { place, .. } => {
                self.tangent_place(place).map_or(Direction::Zero, Direction::Memory)
            }
            Arg::Tokens(_) => Direction::Zero,
            Arg::Tuple(args) => {
                let of: Vec<_> = args.iter().map(|arg| self.direction(arg, span, ops)).collect();
                if of.iter().all(|direction| matches!(direction, Direction::Zero)) {
                    Direction::Zero
                } else {
                    // Of a tuple, all floats are there if one is.
                    let of =
                        of.into_iter().zip(args).map(|(direction, arg)| match (direction, arg) {
                            (Direction::Zero, Arg::Value(value))
                                if self.function.value(*value).ty.is_float() =>
                            {
                                Direction::Value(self.materialise(*value, ops, span))
                            }
                            (direction, _) => direction,
                        });
                    Direction::Tuple(of.collect())
                }
            }
        }
    }

    /// Variables for the tangent of the result, which has the result's type, whatever of it is differentiable.
    pub(super) fn result_tangent(&mut self, result: &Shape) -> Shape {
        match result {
            Shape::Unit => Shape::Unit,
            Shape::Var(Var::Value(value)) => {
                let tangent = self.fresh(*value);
                self.set(*value, Some(tangent));
                Shape::Var(Var::Value(tangent))
            }
            Shape::Var(Var::Memory(memory)) => {
                let ty = self.function.memory(*memory).ty.clone();
                let tangent = self.fresh_memory(*memory, ty, Origin::Local);
                self.set_memory(*memory, tangent);
                Shape::Var(Var::Memory(tangent))
            }
            Shape::Tuple(of) => Shape::Tuple(of.iter().map(|of| self.result_tangent(of)).collect()),
        }
    }
}
