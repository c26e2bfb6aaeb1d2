//! The reverse of a call: the callee's reverse sweep, on what its forward sweep kept.

use super::{Frame, Point, Sweep, TOP};
use crate::ir::{
    Arg, Callee, Float, Function, Init, MemoryId, MemoryInfo, Op, OpKind, Origin, Passing, Place,
    Shape, Slot, Type, ValueId, ValueInfo, Var, visit,
};
use crate::transform::reverse::scopes::{RegionKind, Site};

impl<'a> Sweep<'a> {
    pub(super) fn call(
        &mut self,
        point: Point,
        op: &Op,
        callee: &Callee,
        args: &'a [Arg],
        result: &Shape,
    ) {
        if callee.is_fused() && self.activity.op(op) {
            return self.call_sweep(point, callee, args, result);
        }
        if let Some(result) = self.has_slopes(callee, args, result) {
            return self.call_slopes(point, op, callee, args, result);
        }
        self.restore(op, point);
        if !self.activity.op(op) {
            return;
        }
        let ty = Type::Kept(callee.clone());
        let kept = self.function.new_value(ty, Some("kept".to_string()), self.span);
        self.kept.insert(point, kept);
        let site = Site { region: point.region, pos: Some(point.pos) };
        self.gained.insert(Var::Value(kept), site);

        let again = args.iter().map(|arg| self.argument_again(arg, point)).collect();
        let kept = self.primal_value(kept);
        let seed = self.call_seed(result);
        let mut contributions = Vec::new();
        let slots = args.iter().map(|arg| self.slot(arg, &mut contributions)).collect();
        self.emit(OpKind::CallReverse {
            callee: callee.clone(),
            args: again,
            kept,
            seed,
            slots,
            tangents: None,
        });
        self.add_contributions(contributions);
    }

    /// The forward sweep has called the function itself, so both of its sweeps are called here, on the arguments as
    /// they were before the call.
    fn call_sweep(&mut self, point: Point, callee: &Callee, args: &'a [Arg], result: &Shape) {
        let receives = callee.receives();
        if matches!(callee, Callee::Method(method) if !method.borrows)
            && !args.first().is_some_and(|arg| self.receiver_stays(arg, point))
        {
            self.receivers.insert(point);
        }
        let again: Vec<Arg> = args
            .iter()
            .enumerate()
            .map(|(i, arg)| self.argument_before(arg, receives && i == 0, point))
            .collect();
        let seed = self.call_seed(result);
        let mut contributions = Vec::new();
        let slots = args.iter().map(|arg| self.slot(arg, &mut contributions)).collect();
        let (callee, tangents) = (callee.clone(), None);
        self.emit(OpKind::CallSweep { callee, args: again, seed, slots, tangents });
        self.add_contributions(contributions);
    }

    /// Whether a method cannot have taken its receiver away: it is no variable of this function's, or is used again.
    fn receiver_stays(&self, arg: &Arg, point: Point) -> bool {
        let Arg::Memory { place, .. } = arg else { return true };
        let memory = place.memory;
        let info = self.primal.memory(memory);
        let owned = match info.origin {
            Origin::Local => true,
            Origin::Param(i) => self.primal.params[i].passing == Passing::ByValue,
            Origin::View(_) | Origin::Record(_) => false,
        };
        if !owned || !place.path.is_empty() {
            return true;
        }
        let home = self.scopes.site(Var::Memory(memory)).map_or(TOP, |site| site.region);
        let mut at = point;
        loop {
            let after = &self.scopes.region(at.region).ops[at.pos + 1..];
            if after.iter().any(|op| uses(op, self.primal, memory)) {
                return true;
            }
            if at.region == home {
                return false;
            }
            match self.scopes.parent(at.region) {
                // Another iteration uses it again.
                Some(_)
                    if self.scopes.kind(at.region) != RegionKind::Arm(0)
                        && self.scopes.kind(at.region) != RegionKind::Arm(1) =>
                {
                    return true;
                }
                Some(parent) => at = parent,
                None => return false,
            }
        }
    }

    /// An argument with the content that it had before the call; what the callee may change or take is a copy.
    fn argument_before(&mut self, arg: &Arg, receiver: bool, point: Point) -> Arg {
        match arg {
            Arg::InOut { input, .. } => {
                let input = self.primal_value(*input);
                let info = self.function.value(input).clone();
                let output = self.function.new_value(info.ty, info.name, self.span);
                Arg::InOut { input, output }
            }
            Arg::Memory { place, passing: Passing::Mutable | Passing::Reborrowed } => {
                let old = self.old_argument(place, point);
                if receiver {
                    return Arg::Memory { place: old.into(), passing: Passing::Shared };
                }
                let copy = self.copy_for_call(&old.into());
                Arg::Memory { place: copy.into(), passing: Passing::Mutable }
            }
            Arg::Memory { place, passing: Passing::ByValue } => {
                let part = !place.path.is_empty();
                let place = match part.then(|| self.argument_again(arg, point)) {
                    Some(Arg::Memory { place, .. }) => place,
                    _ => {
                        self.note_read(place, point);
                        self.primal_place(place)
                    }
                };
                let copy = self.copy_for_call(&place);
                Arg::Memory { place: copy.into(), passing: Passing::ByValue }
            }
            Arg::Tuple(args) => {
                Arg::Tuple(args.iter().map(|arg| self.argument_before(arg, false, point)).collect())
            }
            Arg::Value(value) => Arg::Value(self.primal_value(*value)),
            arg => self.argument_again(arg, point),
        }
    }

    fn copy_for_call(&mut self, place: &Place) -> MemoryId {
        let info = self.function.memory(place.memory).clone();
        let copy = self.function.new_memory(MemoryInfo {
            ty: self.function.place_type(place),
            origin: Origin::Local,
            mutable: true,
            ..info
        });
        self.emit(OpKind::Alloc { memory: copy, init: Init::Copy(place.clone()) });
        copy
    }

    fn add_contributions(&mut self, contributions: Vec<Contribution>) {
        for contribution in contributions {
            match contribution {
                Contribution::Add { to, value } => self.add_adjoint(to, value),
                Contribution::Replace { of, value } => {
                    if self.activity.value(of) {
                        self.add_adjoint(of, value);
                    }
                }
            }
        }
    }

    /// Scalars and what is shared are passed again; the callee keeps the rest.
    fn argument_again(&mut self, arg: &Arg, point: Point) -> Arg {
        match arg {
            Arg::Value(value) if self.primal.value(*value).ty == Type::Unknown => {
                let again = self.before_it_moves(*value, point);
                Arg::Value(self.primal_value(again))
            }
            Arg::Value(value) => Arg::Value(self.primal_value(*value)),
            Arg::Reference(value) => Arg::Reference(self.primal_value(*value)),
            Arg::Memory { place, passing: passing @ (Passing::Shared | Passing::Reborrowed) } => {
                let root = self.primal.root(place.memory);
                let gone = match self.primal.memory(root).origin {
                    Origin::Param(i) => {
                        self.primal.params[i].passing == Passing::Mutable && !self.is_own(i)
                    }
                    _ => false,
                };
                let place = if gone {
                    Place::from(self.argument_copy(place))
                } else {
                    self.note_read(place, point);
                    self.primal_place(place)
                };
                Arg::Memory { place, passing: *passing }
            }
            // A part of unknown type may be a number, which the callee asks for again.
            Arg::Memory { place, passing: Passing::ByValue } if !place.path.is_empty() => {
                let arg = Arg::Memory { place: place.clone(), passing: Passing::Shared };
                match self.argument_again(&arg, point) {
                    Arg::Memory { place, .. } => Arg::Memory { place, passing: Passing::ByValue },
                    arg => arg,
                }
            }
            // The callee keeps what it needs of it.
            Arg::Memory { passing: Passing::ByValue, .. } => Arg::Tokens(quote::quote!(())),
            Arg::Tuple(args) => {
                Arg::Tuple(args.iter().map(|arg| self.argument_again(arg, point)).collect())
            }
            other => other.clone(),
        }
    }

    /// What a callee asks for again of a result of another call, which may be a number as well as a vector that it takes away.
    fn before_it_moves(&mut self, value: ValueId, point: Point) -> ValueId {
        let ValueInfo { name, .. } = self.primal.value(value).clone();
        let out = self.function.new_value(Type::Unknown, name, self.span);
        let site = Site { region: point.region, pos: Some(point.pos) };
        self.gained.insert(Var::Value(out), site);
        let kind = OpKind::Cast { out, arg: value, ty: Type::Unknown };
        self.inserted.entry(point).or_default().push(Op { kind, span: self.span });
        out
    }

    fn call_seed(&mut self, result: &Shape) -> Shape {
        match result {
            Shape::Unit => Shape::Unit,
            Shape::Tuple(of) => Shape::Tuple(of.iter().map(|s| self.call_seed(s)).collect()),
            Shape::Var(Var::Value(value)) => {
                let ty = self.primal.value(*value).ty.clone();
                if !ty.differentiable() {
                    return Shape::Unit;
                }
                let seed = match self.adjoint(*value) {
                    Some(adjoint) => adjoint,
                    None => {
                        let ty = if ty == Type::Unknown { Type::Float(Float::F64) } else { ty };
                        self.zero(ty)
                    }
                };
                Shape::Var(Var::Value(seed))
            }
            Shape::Var(Var::Memory(memory)) => {
                if !self.primal.memory(*memory).ty.differentiable() {
                    return Shape::Unit;
                }
                if self.inactive_and_grows(*memory) {
                    let Frame { region, pos, .. } = *self.frame();
                    let after = Point { region, pos: pos + 1 };
                    return Shape::Var(Var::Memory(self.zeros_at(*memory, after)));
                }
                Shape::Var(Var::Memory(self.adjoint_memory(*memory)))
            }
        }
    }

    fn slot(&mut self, arg: &Arg, contributions: &mut Vec<Contribution>) -> Slot {
        match arg {
            Arg::Value(value) | Arg::Reference(value) => {
                if !self.activity.value(*value) {
                    return Slot::Inactive;
                }
                let ty = self.primal.value(*value).ty.clone();
                let out = self.function.new_value(ty, None, self.span);
                self.name_adjoint(out, *value);
                contributions.push(Contribution::Add { to: *value, value: out });
                Slot::Value(out)
            }
            Arg::InOut { input, output } => {
                if !self.activity.value(*output) && !self.activity.value(*input) {
                    return Slot::Inactive;
                }
                let ty = self.primal.value(*input).ty.clone();
                let seed = match self.adjoint(*output) {
                    Some(adjoint) => adjoint,
                    None => self.zero(ty.clone()),
                };
                let out = self.function.new_value(ty, None, self.span);
                self.name_adjoint(out, *input);
                contributions.push(Contribution::Replace { of: *input, value: out });
                Slot::InOut { input: seed, output: out }
            }
            Arg::Memory { place, .. } => {
                let ty = self.primal.place_type(place);
                if !self.activity.memory(place.memory) || !ty.differentiable() {
                    return Slot::Inactive;
                }
                Slot::Memory(self.adjoint_place(place))
            }
            Arg::Tokens(_) => Slot::Inactive,
            Arg::Tuple(args) => {
                Slot::Tuple(args.iter().map(|arg| self.slot(arg, contributions)).collect())
            }
        }
    }
}

/// Whether the operation or anything in it names the memory.
fn uses(op: &Op, function: &Function, memory: MemoryId) -> bool {
    let of = |place: &Place| function.root(place.memory) == memory;
    visit::operands(op).places.iter().any(|(place, _)| of(place))
        || visit::regions(op).into_iter().any(|region| {
            region.ops.iter().any(|op| uses(op, function, memory))
                || region.yields.contains(&Var::Memory(memory))
        })
}

enum Contribution {
    Add {
        to: crate::ir::ValueId,
        value: crate::ir::ValueId,
    },
    /// The adjoint of a `&mut` scalar before the call takes the place of that after it.
    Replace {
        of: crate::ir::ValueId,
        value: crate::ir::ValueId,
    },
}
