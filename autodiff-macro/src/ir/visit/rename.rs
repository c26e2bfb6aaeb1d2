//! Other values in the place of those that are used.

use super::super::{
    Adaptor, Arg, Direction, For, Function, Growth, Init, Op, OpKind, Origin, Permutation, Place,
    Region, Shape, Slot, Step, ValueId, Var,
};
use super::regions_mut;

/// Replaces every used value in a function: in its body, in what it returns and in what its views name.
pub fn map_function(function: &mut Function, map: &mut impl FnMut(ValueId) -> ValueId) {
    map_uses(&mut function.body, map);
    for output in &mut function.outputs {
        map_shape(&mut output.shape, map);
    }
    for memory in &mut function.memories {
        if let Origin::View(place) = &mut memory.origin {
            place_mut(place, &mut |value| *value = map(*value));
        }
    }
}

/// Replaces every used value (not the defined ones) in the region, nested regions included.
pub fn map_uses(region: &mut Region, map: &mut impl FnMut(ValueId) -> ValueId) {
    for op in &mut region.ops {
        map_op_uses(op, map);
    }
    for var in &mut region.yields {
        if let Var::Value(value) = var {
            *value = map(*value);
        }
    }
}

/// Replaces every used value in one operation and in what is nested in it.
pub fn map_op_uses(op: &mut Op, map: &mut impl FnMut(ValueId) -> ValueId) {
    for_each_use(op, &mut |value| *value = map(*value));
    for region in regions_mut(op) {
        map_uses(region, map);
    }
    match &mut op.kind {
        OpKind::For(f) => {
            if let Some(exit) = &mut f.exit {
                *exit = map(*exit);
            }
        }
        OpKind::While(w) => {
            if let Some(exit) = &mut w.exit {
                *exit = map(*exit);
            }
        }
        _ => {}
    }
}

fn for_each_use(op: &mut Op, f: &mut impl FnMut(&mut ValueId)) {
    match &mut op.kind {
        OpKind::Const { .. } | OpKind::None { .. } => {}
        OpKind::Rule { args, .. } | OpKind::Opaque { args, .. } => args.iter_mut().for_each(f),
        OpKind::Compare { args, .. } => args.iter_mut().for_each(f),
        OpKind::Select { cond, args, .. } => {
            f(cond);
            args.iter_mut().for_each(f);
        }
        OpKind::Given { value, slopes, .. } => {
            f(value);
            slopes.iter_mut().flatten().for_each(f);
        }
        OpKind::Not { arg, .. }
        | OpKind::Cast { arg, .. }
        | OpKind::Some { arg, .. }
        | OpKind::Unwrap { arg, .. } => f(arg),
        OpKind::Len { place, .. } | OpKind::Matches { place, .. } | OpKind::Load { place, .. } => {
            place_mut(place, f)
        }
        OpKind::Store { place, value }
        | OpKind::Accumulate { place, value }
        | OpKind::Fill { place, value } => {
            place_mut(place, f);
            f(value);
        }
        OpKind::Alloc { init, .. } => init_mut(init, f),
        OpKind::View { of, .. } => place_mut(of, f),
        OpKind::Split { of, at, .. } => {
            place_mut(of, f);
            f(at);
        }
        OpKind::Copy { to, from } | OpKind::AddAll { to, from } => {
            place_mut(to, f);
            place_mut(from, f);
        }
        OpKind::Swap { place, at } => {
            place_mut(place, f);
            at.iter_mut().for_each(f);
        }
        OpKind::Assign { .. } => {}
        OpKind::Vector { place, growth } => {
            place_mut(place, f);
            match growth {
                Growth::Push(item) => init_mut(item, f),
                Growth::Pop { .. } => {}
                Growth::Extend(from) => place_mut(from, f),
                Growth::Truncate(len) => f(len),
                Growth::Resize { len, value } => {
                    f(len);
                    f(value);
                }
            }
        }
        OpKind::Permute { place, by } => {
            place_mut(place, f);
            if let Permutation::RotateLeft(by) | Permutation::RotateRight(by) = by {
                f(by);
            }
        }
        OpKind::Call { args, .. } => args.iter_mut().for_each(|arg| arg_mut(arg, f)),
        OpKind::CallForward { args, tangents, .. } => {
            args.iter_mut().for_each(|arg| arg_mut(arg, f));
            if let Some(tangents) = tangents {
                tangents.directions.iter_mut().for_each(|direction| direction_mut(direction, f));
            }
        }
        OpKind::CallReverse { args, kept, seed, slots, tangents, .. } => {
            args.iter_mut().for_each(|arg| arg_mut(arg, f));
            f(kept);
            shape_mut(seed, f);
            slots.iter_mut().for_each(|slot| slot_mut(slot, f));
            if let Some(tangents) = tangents {
                tangents.directions.iter_mut().for_each(|direction| direction_mut(direction, f));
                shape_mut(&mut tangents.seed, f);
                tangents.slots.iter_mut().for_each(|slot| slot_mut(slot, f));
            }
        }
        OpKind::CallSweep { args, seed, slots, tangents, .. } => {
            args.iter_mut().for_each(|arg| arg_mut(arg, f));
            shape_mut(seed, f);
            slots.iter_mut().for_each(|slot| slot_mut(slot, f));
            if let Some(tangents) = tangents {
                tangents.directions.iter_mut().for_each(|direction| direction_mut(direction, f));
                shape_mut(&mut tangents.seed, f);
                tangents.slots.iter_mut().for_each(|slot| slot_mut(slot, f));
            }
        }
        OpKind::CallSlopes { args, one, slopes, .. } => {
            args.iter_mut().for_each(|arg| arg_mut(arg, f));
            f(one);
            slopes.iter_mut().for_each(|slot| slot_mut(slot, f));
        }
        OpKind::CallTangent { args, directions, .. } => {
            args.iter_mut().for_each(|arg| arg_mut(arg, f));
            directions.iter_mut().for_each(|direction| direction_mut(direction, f));
        }
        OpKind::If { cond, .. } => f(cond),
        OpKind::For(l) => {
            let For { range, inits, .. } = &mut **l;
            f(&mut range.start);
            f(&mut range.end);
            for adaptor in &mut range.adaptors {
                match adaptor {
                    Adaptor::StepBy(value) | Adaptor::Take(value) => f(value),
                    Adaptor::Rev => {}
                }
            }
            inits.iter_mut().for_each(f);
        }
        OpKind::While(w) => w.inits.iter_mut().for_each(f),
        OpKind::Sort(sort) => f(&mut sort.len),
        OpKind::Push { fields, .. } => fields.iter_mut().for_each(|var| var_mut(var, f)),
        OpKind::Effect { bindings, .. } => {
            bindings.iter_mut().for_each(|(_, var)| var_mut(var, f));
        }
    }
}

fn var_mut(var: &mut Var, f: &mut impl FnMut(&mut ValueId)) {
    if let Var::Value(value) = var {
        f(value);
    }
}

/// Replaces the values of a shape.
pub fn map_shape(shape: &mut Shape, map: &mut impl FnMut(ValueId) -> ValueId) {
    shape_mut(shape, &mut |value| *value = map(*value));
}

fn shape_mut(shape: &mut Shape, f: &mut impl FnMut(&mut ValueId)) {
    match shape {
        Shape::Unit => {}
        Shape::Var(var) => var_mut(var, f),
        Shape::Tuple(of) => of.iter_mut().for_each(|shape| shape_mut(shape, f)),
    }
}

fn place_mut(place: &mut Place, f: &mut impl FnMut(&mut ValueId)) {
    for step in &mut place.path {
        match step {
            Step::Index(index) => f(index),
            Step::Range { start, end, .. } => {
                start.iter_mut().for_each(&mut *f);
                end.iter_mut().for_each(&mut *f);
            }
            Step::Field(_) | Step::Member(_) | Step::Deref | Step::Payload { .. } => {}
        }
    }
}

fn init_mut(init: &mut Init, f: &mut impl FnMut(&mut ValueId)) {
    match init {
        Init::Repeat { value, lens } => {
            f(value);
            lens.iter_mut().for_each(f);
        }
        Init::RepeatPlace { place, lens } => {
            place_mut(place, f);
            lens.iter_mut().for_each(f);
        }
        Init::List(items) => items.iter_mut().for_each(|item| init_mut(item, f)),
        Init::Record { fields, .. } => fields.iter_mut().for_each(|(_, item)| init_mut(item, f)),
        Init::Value(value) | Init::Capacity(value) => f(value),
        Init::Copy(place) | Init::ZeroLike(place) => place_mut(place, f),
        Init::Global(_) | Init::Empty => {}
    }
}

fn arg_mut(arg: &mut Arg, f: &mut impl FnMut(&mut ValueId)) {
    match arg {
        Arg::Value(value) | Arg::Reference(value) | Arg::InOut { input: value, .. } => f(value),
        Arg::Memory { place, .. } => place_mut(place, f),
        Arg::Tokens(_) => {}
        Arg::Tuple(args) => args.iter_mut().for_each(|arg| arg_mut(arg, f)),
    }
}

fn slot_mut(slot: &mut Slot, f: &mut impl FnMut(&mut ValueId)) {
    match slot {
        Slot::Inactive | Slot::Value(_) => {}
        Slot::Memory(place) => place_mut(place, f),
        Slot::InOut { input, .. } => f(input),
        Slot::Tuple(slots) => slots.iter_mut().for_each(|slot| slot_mut(slot, f)),
    }
}

fn direction_mut(direction: &mut Direction, f: &mut impl FnMut(&mut ValueId)) {
    match direction {
        Direction::Zero => {}
        Direction::Value(value) | Direction::InOut { input: value, .. } => f(value),
        Direction::Memory(place) => place_mut(place, f),
        Direction::Tuple(of) => of.iter_mut().for_each(|direction| direction_mut(direction, f)),
    }
}

/// Renames the one scalar that an operation without regions defines.
pub fn set_scalar_result(op: &mut Op, value: ValueId) {
    match &mut op.kind {
        OpKind::Const { out, .. }
        | OpKind::Rule { out, .. }
        | OpKind::Compare { out, .. }
        | OpKind::Not { out, .. }
        | OpKind::Cast { out, .. }
        | OpKind::Opaque { out, .. }
        | OpKind::Select { out, .. }
        | OpKind::Len { out, .. }
        | OpKind::Matches { out, .. }
        | OpKind::Load { out, .. }
        | OpKind::Some { out, .. }
        | OpKind::None { out }
        | OpKind::Given { out, .. }
        | OpKind::Unwrap { out, .. } => *out = value,
        _ => {}
    }
}
