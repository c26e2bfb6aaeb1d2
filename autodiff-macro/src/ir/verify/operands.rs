//! Operands have types that fit.

use super::{
    Check, Verifier,
    fits::{fits, leaf, vec_depth},
};
use crate::{
    ir::{
        Arg, Callee, Constant, Direction, Growth, Init, MemoryId, Op, OpKind, Origin, Passing,
        Permutation, Place, Shape, Slot, Step, Type, ValueId, Var, visit,
    },
    rules::{Rule, row},
};

impl Verifier<'_> {
    pub(super) fn ty(&self, value: ValueId) -> &Type {
        &self.function.value(value).ty
    }

    pub(super) fn expect(
        &self,
        value: ValueId,
        what: &str,
        holds: impl Fn(&Type) -> bool,
    ) -> Check {
        let ty = self.ty(value);
        if holds(ty) || ty.is_open() {
            return Ok(());
        }
        Err(format!("{} is {ty}, not {what}", self.name(Var::Value(value))))
    }

    pub(super) fn expect_bool(&self, value: ValueId) -> Check {
        self.expect(value, "bool", |ty| *ty == Type::Bool)
    }

    pub(super) fn expect_int(&self, value: ValueId) -> Check {
        self.expect(value, "an integer", Type::is_int)
    }

    pub(super) fn same(&self, a: ValueId, b: ValueId) -> Check {
        let (x, y) = (self.ty(a), self.ty(b));
        if fits(x, y) {
            return Ok(());
        }
        let (a, b) = (self.name(Var::Value(a)), self.name(Var::Value(b)));
        Err(format!("{a} is {x}, {b} is {y}"))
    }

    pub(super) fn has_type(&self, value: ValueId, ty: &Type) -> Check {
        if fits(self.ty(value), ty) {
            return Ok(());
        }
        Err(format!("{} is {}, not {ty}", self.name(Var::Value(value)), self.ty(value)))
    }

    pub(super) fn place(&self, place: &Place) -> Check {
        let mut ty = self.function.memory(place.memory).ty.clone();
        for step in &place.path {
            let known = !ty.is_open();
            ty = match step {
                Step::Index(index) => {
                    // That of a matrix is a pair.
                    if self.function.value(*index).ty != Type::Opaque {
                        self.expect_int(*index)?;
                    }
                    match ty.element() {
                        Some(of) => of.clone(),
                        None if known => return Err(format!("{ty} has no elements")),
                        None => Type::Unknown,
                    }
                }
                Step::Range { start, end, .. } => {
                    for bound in [start, end].into_iter().flatten() {
                        self.expect_int(*bound)?;
                    }
                    match ty.element() {
                        Some(of) => Type::Slice(Box::new(of.clone())),
                        None if known => return Err(format!("{ty} has no elements")),
                        None => Type::Unknown,
                    }
                }
                Step::Field(i) => match &ty {
                    Type::Tuple(of) => match of.get(*i as usize) {
                        Some(of) => of.clone(),
                        None => return Err(format!("{ty} has no field {i}")),
                    },
                    _ if known => return Err(format!("{ty} has no fields")),
                    ty => ty.field(&syn::Member::Unnamed((*i as usize).into())),
                },
                step @ (Step::Payload { .. } | Step::Deref) => {
                    step.member().map_or(Type::Unknown, |member| ty.field(&member))
                }
                Step::Member(name) if known => return Err(format!("{ty} has no field {name}")),
                Step::Member(name) => ty.field(&syn::Member::Named(name.clone())),
            };
        }
        Ok(())
    }

    pub(super) fn scalar(&self, place: &Place, value: ValueId) -> Check {
        let ty = self.function.place_type(place);
        if matches!(ty, Type::Array(..) | Type::Slice(_) | Type::Vec(_) | Type::Tuple(_)) {
            return Err(format!("{ty} is no scalar"));
        }
        self.has_type(value, &ty)
    }

    pub(super) fn view(&self, memory: MemoryId, of: &Place) -> Check {
        let info = self.function.memory(memory);
        match &info.origin {
            Origin::View(place) if place.memory == of.memory => {}
            origin => {
                return Err(format!(
                    "{} is made as a view of {}, but its origin is {origin:?}",
                    self.name(Var::Memory(memory)),
                    self.name(Var::Memory(of.memory))
                ));
            }
        }
        if info.mutable && !self.function.memory(of.memory).mutable {
            return Err("a mutable view of immutable memory".to_owned());
        }
        Ok(())
    }

    pub(super) fn types(&self, op: &Op) -> Check {
        let f = self.function;
        match &op.kind {
            OpKind::Const { out, value } => match value {
                Constant::Float(..) => self.expect(*out, "a float", Type::is_float),
                Constant::Int(_) => self.expect_int(*out),
                Constant::Bool(_) => self.expect_bool(*out),
                Constant::None | Constant::Tokens(_) => Ok(()),
            },
            OpKind::Rule { out, rule, args } => self.rule(*out, *rule, args),
            OpKind::Compare { out, args: [a, b], .. } => {
                self.expect_bool(*out)?;
                self.same(*a, *b)
            }
            OpKind::Not { out, arg } => {
                self.expect_bool(*out)?;
                self.expect_bool(*arg)
            }
            OpKind::Cast { out, ty, .. } => self.has_type(*out, ty),
            OpKind::Opaque { .. } => Ok(()),
            OpKind::Select { out, cond, args: [a, b] } => {
                self.expect_bool(*cond)?;
                self.same(*a, *b)?;
                self.same(*out, *a)
            }
            OpKind::Given { out, value, slopes } => {
                self.same(*out, *value)?;
                slopes.iter().try_for_each(|[arg, slope]| {
                    self.same(*arg, *value)?;
                    self.same(*slope, *value)
                })
            }
            OpKind::Len { out, .. } => self.expect_int(*out),
            OpKind::Matches { out, .. } => self.expect_bool(*out),
            OpKind::Load { out, place } => self.scalar(place, *out),
            OpKind::Store { place, value } => self.scalar(place, *value),
            OpKind::Accumulate { place, value } => {
                self.scalar(place, *value)?;
                self.expect(*value, "a float", |ty| ty.is_float() || ty.is_int())
            }
            OpKind::Alloc { memory, init } => {
                let info = f.memory(*memory);
                if info.origin != Origin::Local {
                    return Err(format!("allocated, but its origin is {:?}", info.origin));
                }
                self.init(init, &info.ty)
            }
            OpKind::View { memory, of } => {
                self.view(*memory, of)?;
                let (ty, of) = (&f.memory(*memory).ty, f.place_type(of));
                if fits(ty, &of) { Ok(()) } else { Err(format!("a view {ty} of {of}")) }
            }
            OpKind::Split { memories, of, at } => {
                self.expect_int(*at)?;
                for memory in memories {
                    self.view(*memory, of)?;
                    let ty = &f.memory(*memory).ty;
                    if !matches!(ty, Type::Slice(_) | Type::Named(_) | Type::Unknown) {
                        return Err(format!("a part of a split is {ty}"));
                    }
                }
                Ok(())
            }
            OpKind::Fill { place, value } => self.has_type(*value, &leaf(&f.place_type(place))),
            OpKind::Copy { to, from } | OpKind::AddAll { to, from } => {
                let (to, from) = (f.place_type(to), f.place_type(from));
                let elements = match (to.element(), from.element()) {
                    (Some(to), Some(from)) => fits(to, from),
                    _ => false,
                };
                if elements || fits(&to, &from) { Ok(()) } else { Err(format!("{from} into {to}")) }
            }
            OpKind::Swap { place, at } => {
                at.iter().try_for_each(|value| self.expect_int(*value))?;
                match f.place_type(place) {
                    Type::Named(_) | Type::Unknown => Ok(()),
                    ty if ty.element().is_some() => Ok(()),
                    ty => Err(format!("{ty} has no elements to swap")),
                }
            }
            OpKind::Assign { to, from } => {
                let (to, from) = (&f.memory(*to).ty, &f.memory(*from).ty);
                if fits(to, from) { Ok(()) } else { Err(format!("{from} into {to}")) }
            }
            OpKind::Vector { place, growth } => self.growth(place, growth),
            OpKind::Permute { place, by } => {
                if let Permutation::RotateLeft(by) | Permutation::RotateRight(by) = by {
                    self.expect_int(*by)?;
                }
                match f.place_type(place) {
                    Type::Unknown => Ok(()),
                    ty if ty.element().is_some() => Ok(()),
                    ty => Err(format!("{ty} has no elements to permute")),
                }
            }
            OpKind::Call { args, result, .. } => {
                self.args(args)?;
                self.local(result)
            }
            OpKind::CallForward { callee, args, result, kept, tangents } => {
                self.args(args)?;
                self.local(result)?;
                if let Some(tangents) = tangents {
                    self.local(&tangents.result)?;
                    if tangents.directions.len() != args.len() {
                        return Err("as many directions as arguments".to_owned());
                    }
                }
                self.kept(callee, *kept, tangents.is_some())
            }
            OpKind::CallReverse { callee, args, kept, seed, slots, tangents } => {
                self.args(args)?;
                self.kept(callee, *kept, tangents.is_some())?;
                if let Some(tangents) = tangents
                    && (tangents.slots.len() != args.len()
                        || tangents.directions.len() != args.len())
                {
                    return Err("as many tangents as arguments".to_owned());
                }
                visit::shape_vars(seed).into_iter().try_for_each(|var| self.visible(var))?;
                if slots.len() != args.len() {
                    return Err(format!("{} slots for {} arguments", slots.len(), args.len()));
                }
                args.iter().zip(slots).try_for_each(|(arg, slot)| slot_fits(arg, slot))
            }
            OpKind::CallSweep { args, seed, slots, tangents, .. } => {
                self.args(args)?;
                if let Some(tangents) = tangents
                    && (tangents.slots.len() != args.len()
                        || tangents.directions.len() != args.len())
                {
                    return Err("as many tangents as arguments".to_owned());
                }
                visit::shape_vars(seed).into_iter().try_for_each(|var| self.visible(var))?;
                if slots.len() != args.len() {
                    return Err(format!("{} slots for {} arguments", slots.len(), args.len()));
                }
                args.iter().zip(slots).try_for_each(|(arg, slot)| slot_fits(arg, slot))
            }
            OpKind::CallSlopes { args, slopes, .. } => {
                self.args(args)?;
                if slopes.len() != args.len() {
                    return Err(format!("{} slots for {} arguments", slopes.len(), args.len()));
                }
                args.iter().zip(slopes).try_for_each(|(arg, slot)| slot_fits(arg, slot))
            }
            OpKind::CallTangent { args, directions, result, tangent, .. } => {
                self.args(args)?;
                self.local(result)?;
                self.local(tangent)?;
                if directions.len() != args.len() {
                    return Err(format!(
                        "{} directions for {} arguments",
                        directions.len(),
                        args.len()
                    ));
                }
                args.iter().zip(directions).try_for_each(|(arg, d)| self.direction_fits(arg, d))
            }
            OpKind::Sort(sort) => self.expect_int(sort.len),
            OpKind::If { .. } | OpKind::For(_) | OpKind::While(_) | OpKind::Effect { .. } => Ok(()),
            OpKind::Push { tape, fields } => self.record(*tape, fields),
            OpKind::Some { out, arg } => self.expect(
                *out,
                "an option",
                |ty| matches!(ty, Type::Option(of) if fits(of, self.ty(*arg))),
            ),
            OpKind::None { out } => {
                self.expect(*out, "an option", |ty| matches!(ty, Type::Option(_)))
            }
            OpKind::Unwrap { out, arg } => self.expect(
                *arg,
                "an option of it",
                |ty| matches!(ty, Type::Option(of) if fits(of, self.ty(*out))),
            ),
        }
    }

    fn growth(&self, place: &Place, growth: &Growth) -> Check {
        let ty = self.function.place_type(place);
        let element = match &ty {
            Type::Vec(of) => (**of).clone(),
            Type::Unknown => Type::Unknown,
            ty => return Err(format!("{ty} cannot grow")),
        };
        match growth {
            Growth::Push(item) => self.init(item, &element),
            Growth::Pop { out: None } => Ok(()),
            Growth::Pop { out: Some(Var::Value(out)) } => self.has_type(*out, &element),
            Growth::Pop { out: Some(out @ Var::Memory(memory)) } => {
                self.local(&Shape::Var(*out))?;
                let ty = &self.function.memory(*memory).ty;
                if fits(ty, &element) { Ok(()) } else { Err(format!("{element} into {ty}")) }
            }
            Growth::Extend(from) => match self.function.place_type(from) {
                Type::Unknown => Ok(()),
                ty if ty.element().is_some_and(|of| fits(of, &element)) => Ok(()),
                ty => Err(format!("{ty} cannot extend a vector of {element}")),
            },
            Growth::Truncate(len) => self.expect_int(*len),
            Growth::Resize { len, value } => {
                self.expect_int(*len)?;
                if vec_depth(&element) > 0 {
                    return Err(format!("a vector of {element} is not resized by a value"));
                }
                self.has_type(*value, &leaf(&element))
            }
        }
    }

    pub(super) fn rule(&self, out: ValueId, rule: Rule, args: &[ValueId]) -> Check {
        let arity = row(rule).arity;
        if args.len() != arity {
            return Err(format!("{} arguments of {arity}", args.len()));
        }
        for (i, arg) in args.iter().enumerate() {
            if rule.takes_integer(i) {
                self.expect_int(*arg)?;
                continue;
            }
            self.expect(*arg, "a number", |ty| ty.is_float() || ty.is_int())?;
            self.same(out, *arg)?;
        }
        Ok(())
    }

    pub(super) fn args(&self, args: &[Arg]) -> Check {
        for arg in args {
            match arg {
                Arg::InOut { input, output } => self.same(*input, *output)?,
                Arg::Tuple(args) => self.args(args)?,
                Arg::Value(_) | Arg::Reference(_) | Arg::Memory { .. } | Arg::Tokens(_) => {}
            }
        }
        Ok(())
    }

    /// Memory that a call returns is owned here.
    pub(super) fn local(&self, shape: &Shape) -> Check {
        for var in visit::shape_vars(shape) {
            self.in_arena(var)?;
            if let Var::Memory(id) = var
                && self.function.memory(id).origin != Origin::Local
            {
                return Err(format!("{} is returned, but not local", self.name(var)));
            }
        }
        Ok(())
    }

    pub(super) fn kept(&self, callee: &Callee, kept: ValueId, tangents: bool) -> Check {
        self.expect(kept, "kept by the callee", |ty| match ty {
            Type::Kept(of) => of == callee && !tangents,
            Type::KeptTangent(of) => of == callee && tangents,
            _ => false,
        })
    }

    pub(super) fn direction_fits(&self, arg: &Arg, direction: &Direction) -> Check {
        match (arg, direction) {
            (_, Direction::Zero)
            | (Arg::Value(_) | Arg::Reference(_), Direction::Value(_))
            | (Arg::InOut { .. }, Direction::InOut { .. }) => Ok(()),
            (Arg::Memory { passing, .. }, Direction::Memory(place)) => {
                if matches!(passing, Passing::Mutable | Passing::Reborrowed)
                    && !self.function.memory(place.memory).mutable
                {
                    return Err("the direction of a mutable argument is not mutable".to_owned());
                }
                Ok(())
            }
            (Arg::Tuple(args), Direction::Tuple(of)) if args.len() == of.len() => {
                args.iter().zip(of).try_for_each(|(arg, d)| self.direction_fits(arg, d))
            }
            _ => Err("a direction of another shape than its argument".to_owned()),
        }
    }

    pub(super) fn init(&self, init: &Init, ty: &Type) -> Check {
        match init {
            Init::Repeat { value, lens } => {
                lens.iter().try_for_each(|len| self.expect_int(*len))?;
                let vecs = vec_depth(ty);
                if !ty.is_open() && lens.len() != vecs {
                    return Err(format!("{} lengths for {vecs} vectors", lens.len()));
                }
                self.has_type(*value, &leaf(ty))
            }
            Init::RepeatPlace { place, lens } => {
                lens.iter().try_for_each(|len| self.expect_int(*len))?;
                let of = leaf(&self.function.place_type(place));
                if fits(&of, &leaf(ty)) { Ok(()) } else { Err(format!("{of} into {ty}")) }
            }
            Init::List(items) => {
                let element = ty.element().cloned().unwrap_or(Type::Unknown);
                match ty {
                    Type::Array(_, length)
                        if length.known.is_some_and(|n| n != items.len() as u64) =>
                    {
                        Err(format!("{} elements in {ty}", items.len()))
                    }
                    Type::Array(..) | Type::Vec(_) | Type::Named(_) | Type::Unknown => {
                        items.iter().try_for_each(|item| self.init(item, &element))
                    }
                    Type::Tuple(of) if of.len() == items.len() => {
                        items.iter().zip(of).try_for_each(|(item, ty)| self.init(item, ty))
                    }
                    _ => Err(format!("a list for {ty}")),
                }
            }
            Init::Record { fields, .. } if ty.is_open() => {
                fields.iter().try_for_each(|(_, init)| self.init(init, &Type::Unknown))
            }
            Init::Record { .. } => Err(format!("a record for {ty}")),
            Init::Value(value) => self.has_type(*value, ty),
            Init::Capacity(len) => self.expect_int(*len),
            Init::Copy(place) | Init::ZeroLike(place) => {
                let of = self.function.place_type(place);
                // `to_vec` makes a vector of anything.
                let elements = match (ty, of.element()) {
                    (Type::Vec(to), Some(from)) => fits(from, to),
                    _ => false,
                };
                if elements || fits(&of, ty) { Ok(()) } else { Err(format!("{of} into {ty}")) }
            }
            Init::Global(_) | Init::Empty => Ok(()),
        }
    }
}

fn slot_fits(arg: &Arg, slot: &Slot) -> Check {
    match (arg, slot) {
        (_, Slot::Inactive)
        | (Arg::Value(_) | Arg::Reference(_), Slot::Value(_))
        // What has moved into the callee is not passed again.
        | (Arg::Memory { .. } | Arg::Tokens(_), Slot::Memory(_))
        | (Arg::InOut { .. }, Slot::InOut { .. }) => Ok(()),
        (Arg::Tuple(args), Slot::Tuple(slots)) if args.len() == slots.len() => {
            args.iter().zip(slots).try_for_each(|(arg, slot)| slot_fits(arg, slot))
        }
        _ => Err(format!("slot {slot:?} for argument {arg:?}")),
    }
}
