//! The ends of the reverse sweep: seeds and adjoint buffers that it takes, and adjoints that it gives.

use proc_macro2::Span;

use super::{Point, Sweep, TOP};
use crate::ir::{
    MemoryId, MemoryInfo, OpKind, Origin, Output, Param, Passing, Place, Role, Shape, Type, Var,
    visit,
};

impl<'a> Sweep<'a> {
    /// One seed for each primal output, in its shape.
    pub(super) fn seeds(&mut self) {
        for output in &self.primal.outputs {
            let shape = self.seed(&output.shape);
            if shape == Shape::Unit {
                continue;
            }
            self.function.params.push(Param {
                name: "seed".to_string(),
                role: Role::Seed,
                passing: Passing::ByValue,
                shape,
                differentiable: true,
                span: self.span,
            });
        }
    }

    pub(super) fn seed(&mut self, shape: &Shape) -> Shape {
        match shape {
            Shape::Unit => Shape::Unit,
            Shape::Tuple(of) => Shape::Tuple(of.iter().map(|shape| self.seed(shape)).collect()),
            Shape::Var(Var::Value(value)) => {
                if !self.primal.value(*value).ty.differentiable() {
                    return Shape::Unit;
                }
                let ty = self.primal.value(*value).ty.clone();
                let seed = self.function.new_value(ty, Some("seed".to_string()), self.span);
                self.add_adjoint(*value, seed);
                Shape::Var(Var::Value(seed))
            }
            Shape::Var(Var::Memory(memory)) => {
                if !self.primal.memory(*memory).ty.differentiable() {
                    return Shape::Unit;
                }
                let info = MemoryInfo {
                    ty: self.primal.memory(*memory).ty.tangent(),
                    name: Some("seed".to_string()),
                    mutable: true,
                    origin: Origin::Param(self.function.params.len()),
                    span: self.span,
                };
                let seed = self.function.new_memory(info);
                if self.activity.memory(*memory) {
                    self.top().adjoint_memories.insert(*memory, seed);
                }
                Shape::Var(Var::Memory(seed))
            }
        }
    }

    /// A buffer for each differentiable parameter that is a reference.
    pub(super) fn adjoint_params(&mut self) {
        for (i, param) in self.primal.params.iter().enumerate() {
            if !param.differentiable || param.passing == Passing::ByValue {
                continue;
            }
            let shape = self.adjoint_param(&param.shape);
            self.function.params.push(Param {
                name: format!("d_{}", param.name),
                role: Role::Adjoint(i),
                passing: Passing::Mutable,
                shape,
                differentiable: true,
                span: param.span,
            });
        }
    }

    pub(super) fn adjoint_param(&mut self, shape: &Shape) -> Shape {
        match shape {
            Shape::Unit => Shape::Unit,
            Shape::Tuple(of) => {
                Shape::Tuple(of.iter().map(|shape| self.adjoint_param(shape)).collect())
            }
            // A scalar behind a reference that parse read at once: its adjoint is a scalar behind a reference.
            Shape::Var(Var::Value(value)) => {
                let primal = self.primal.value(*value).clone();
                let name = primal.name.map(|name| format!("d_{name}"));
                let memory = self.adjoint_param_memory(primal.ty, name, primal.span);
                Shape::Var(Var::Memory(memory))
            }
            Shape::Var(Var::Memory(memory)) => {
                let primal = self.primal.memory(*memory).clone();
                let name = primal.name.map(|name| format!("d_{name}"));
                let adjoint = self.adjoint_param_memory(primal.ty, name, primal.span);
                self.top().adjoint_memories.insert(*memory, adjoint);
                Shape::Var(Var::Memory(adjoint))
            }
        }
    }

    pub(super) fn adjoint_param_memory(
        &mut self,
        ty: Type,
        name: Option<String>,
        span: Span,
    ) -> MemoryId {
        let origin = Origin::Param(self.function.params.len());
        let ty = match ty {
            Type::Vec(of) => Type::Slice(of),
            ty => ty,
        };
        let ty = ty.tangent();
        self.function.new_memory(MemoryInfo { ty, name, mutable: true, origin, span })
    }

    /// The adjoints of parameters passed by value are returned; those of scalars behind a reference are added.
    pub(super) fn adjoint_outputs(&mut self) -> Vec<Output> {
        let mut outputs = Vec::new();
        for (i, param) in self.primal.params.iter().enumerate() {
            if !param.differentiable {
                continue;
            }
            if param.passing == Passing::ByValue {
                let shape = self.adjoint_output(&param.shape);
                outputs.push(Output { role: Role::Adjoint(i), shape });
                continue;
            }
            let adjoints = self
                .function
                .params
                .iter()
                .find(|p| p.role == Role::Adjoint(i))
                .map(|p| visit::shape_vars(&p.shape))
                .unwrap_or_default();
            for (var, adjoint) in visit::shape_vars(&param.shape).into_iter().zip(adjoints) {
                if let (Var::Value(value), Var::Memory(to)) = (var, adjoint)
                    && let Some(value) = self.adjoint(value)
                {
                    self.emit(OpKind::Accumulate { place: Place::from(to), value });
                }
            }
        }
        outputs
    }

    pub(super) fn adjoint_output(&mut self, shape: &Shape) -> Shape {
        match shape {
            Shape::Unit => Shape::Unit,
            Shape::Tuple(of) => {
                Shape::Tuple(of.iter().map(|shape| self.adjoint_output(shape)).collect())
            }
            Shape::Var(Var::Value(value)) => {
                let ty = self.primal.value(*value).ty.clone();
                if !ty.differentiable() {
                    return Shape::Unit;
                }
                let adjoint = match self.adjoint(*value) {
                    Some(adjoint) => adjoint,
                    None => self.zero(ty),
                };
                Shape::Var(Var::Value(adjoint))
            }
            Shape::Var(Var::Memory(memory)) => {
                if !self.primal.memory(*memory).ty.differentiable() {
                    return Shape::Unit;
                }
                let adjoint = if self.inactive_and_grows(*memory) {
                    self.zeros_at(*memory, Point { region: TOP, pos: 0 })
                } else {
                    self.adjoint_memory(*memory)
                };
                Shape::Var(Var::Memory(adjoint))
            }
        }
    }
}
