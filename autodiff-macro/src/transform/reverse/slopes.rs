//! Calls of the function itself, where it takes numbers and gives one: the forward sweep calls both sweeps, with one as the
//! seed, and the reverse sweep multiplies.
//!
//! *Condition.* The callee is the function itself; its result is one float; what it is passed and is differentiated is passed by
//! value. *Why it may be done.* A reverse sweep is linear in its seed: what it contributes to an argument is the seed times
//! what it would contribute for a seed of one, the slope. *Why it is better.* What a function that calls itself keeps is a tree
//! of what its calls keep, each in a box. Slopes are as many numbers as there are arguments, and stay on the stack.

use super::{Point, Site, Sweep};
use crate::ir::{Arg, Callee, Constant, Op, OpKind, Passing, Shape, Slot, ValueId, Var};
use crate::options::Slopes;
use crate::rules::Rule;

impl Sweep<'_> {
    /// The result of a call of the function itself, if it can be called so.
    pub(super) fn has_slopes(
        &self,
        callee: &Callee,
        args: &[Arg],
        result: &Shape,
    ) -> Option<ValueId> {
        let Callee::Free(path) = callee else { return None };
        let Shape::Var(Var::Value(result)) = *result else { return None };
        let params = &self.primal.params;
        let is_own = path.segments.len() == 1
            && path.segments[0].arguments.is_none()
            && path.segments[0].ident == self.primal.name;
        let of = match self.settings.slopes {
            Slopes::Never => false,
            Slopes::OfItself => is_own && args.len() == params.len(),
            #[cfg(test)]
            Slopes::OfAll => true,
        };
        let fits = of
            && self.primal.block.is_none()
            && self.primal.value(result).ty.is_float()
            && self.activity.value(result)
            && args.iter().enumerate().all(|(i, arg)| match arg {
                Arg::Value(value) => {
                    !is_own || params[i].differentiable || !self.activity.value(*value)
                }
                Arg::Tokens(_) => true,
                Arg::Memory { place, passing: Passing::Shared } => {
                    is_own && !params[i].differentiable && !self.activity.memory(place.memory)
                }
                _ => false,
            });
        fits.then_some(result)
    }

    pub(super) fn call_slopes(
        &mut self,
        point: Point,
        op: &Op,
        callee: &Callee,
        args: &[Arg],
        result: ValueId,
    ) {
        self.restore(op, point);
        let Some(seed) = self.adjoint(result) else { return };
        let ty = self.primal.value(result).ty.clone();
        let one = self.function.new_value(ty, None, self.span);
        let kind = OpKind::Const { out: one, value: Constant::Float(1.0, None) };
        self.inserted.entry(point).or_default().push(Op { kind, span: self.span });
        let site = Site { region: point.region, pos: Some(point.pos) };
        let mut slopes = Vec::new();
        let mut contributions = Vec::new();
        for arg in args {
            slopes.push(match arg {
                Arg::Value(value) if self.activity.value(*value) => {
                    let ty = self.primal.value(*value).ty.clone();
                    let slope = self.function.new_value(ty, Some("slope".to_owned()), self.span);
                    self.gained.insert(Var::Value(slope), site);
                    contributions.push((*value, slope));
                    Slot::Value(slope)
                }
                _ => Slot::Inactive,
            });
        }
        let (callee, args) = (callee.clone(), args.to_vec());
        self.slopes.insert(point, OpKind::CallSlopes { callee, args, result, one, slopes });
        for (of, slope) in contributions {
            let slope = self.primal_value(slope);
            let product = self.cursor().rule(Rule::Mul, &[seed, slope]);
            self.add_adjoint(of, product);
        }
    }
}
