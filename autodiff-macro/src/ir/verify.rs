//! Checks the invariants of [`super`] on a function that a stage has built (in tests, after every stage).

use std::collections::HashSet;

use super::{
    Adaptor, Arg, Callee, Constant, Direction, Float, For, Function, Init, Int, MemoryId, Op,
    OpKind, Origin, Passing, Place, Records, Region, Shape, Slot, Step, TapeId, Type, ValueId, Var,
    While, print,
    visit::{self, Access},
};
use crate::rules::Rule;

/// The first invariant that does not hold, with the operation where it does not.
pub fn check(function: &Function) -> Result<(), String> {
    let mut verifier = Verifier {
        function,
        defined: HashSet::new(),
        visible: HashSet::new(),
        moved: HashSet::new(),
        outer: HashSet::new(),
    };
    verifier
        .function()
        .map_err(|error| format!("`{}`: {error}\nin\n{}", function.name, print::function(function)))
}

type Check = Result<(), String>;

struct Verifier<'a> {
    function: &'a Function,
    /// Everything defined so far, anywhere: an id is defined once.
    defined: HashSet<Var>,
    /// What can be used here.
    visible: HashSet<Var>,
    /// Vectors that have been moved away.
    moved: HashSet<MemoryId>,
    /// What was visible where the innermost loop starts: must not be moved in it.
    outer: HashSet<MemoryId>,
}

impl Verifier<'_> {
    fn function(&mut self) -> Check {
        let f = self.function;
        if f.cut > f.body.ops.len() {
            return Err(format!("cut {} is beyond {} operations", f.cut, f.body.ops.len()));
        }
        for (i, param) in f.params.iter().enumerate() {
            for var in visit::shape_vars(&param.shape) {
                self.in_arena(var)?;
                self.define(var).map_err(|e| format!("parameter `{}`: {e}", param.name))?;
                if let Var::Memory(id) = var
                    && f.memory(id).origin != Origin::Param(i)
                {
                    return Err(format!(
                        "parameter `{}`: its memory has origin {:?}",
                        param.name,
                        f.memory(id).origin
                    ));
                }
                if let Var::Memory(id) = var
                    && param.passing == Passing::Shared
                    && f.memory(id).mutable
                {
                    return Err(format!("shared parameter `{}` is mutable", param.name));
                }
            }
        }
        if !f.body.params.is_empty() || !f.body.yields.is_empty() {
            return Err("the body has parameters or yields".to_owned());
        }
        self.ops(&f.body)?;
        for output in &f.outputs {
            for var in visit::shape_vars(&output.shape) {
                self.visible(var).map_err(|e| format!("output: {e}"))?;
                self.movable(var).map_err(|e| format!("output: {e}"))?;
            }
        }
        Ok(())
    }

    fn in_arena(&self, var: Var) -> Check {
        let known = match var {
            Var::Value(id) => id.index() < self.function.values.len(),
            Var::Memory(id) => id.index() < self.function.memories.len(),
        };
        if known { Ok(()) } else { Err(format!("{var:?} is not in the arena")) }
    }

    fn name(&self, var: Var) -> String {
        print::Names::of(self.function).var(var)
    }

    fn define(&mut self, var: Var) -> Check {
        self.in_arena(var)?;
        if !self.defined.insert(var) {
            return Err(format!("{} ({var:?}) is defined twice", self.name(var)));
        }
        self.visible.insert(var);
        Ok(())
    }

    fn visible(&self, var: Var) -> Check {
        self.in_arena(var)?;
        if self.visible.contains(&var) {
            return self.alive(var);
        }
        let why = if self.defined.contains(&var) { "out of scope" } else { "not defined before" };
        Err(format!("{} ({var:?}) is {why}", self.name(var)))
    }

    fn alive(&self, var: Var) -> Check {
        if let Var::Memory(id) = var
            && self.moved.contains(&self.function.root(id))
        {
            return Err(format!("{} has moved away", self.name(var)));
        }
        Ok(())
    }

    /// Whether a variable can be given away: a view or borrowed memory cannot.
    fn movable(&self, var: Var) -> Check {
        let Var::Memory(id) = var else { return Ok(()) };
        match &self.function.memory(id).origin {
            Origin::View(_) => Err(format!("{} is a view, and cannot move", self.name(var))),
            Origin::Param(i)
                if self.function.params.get(*i).map(|p| p.passing) != Some(Passing::ByValue) =>
            {
                Err(format!("{} is borrowed, and cannot move", self.name(var)))
            }
            _ => Ok(()),
        }
    }

    /// Vectors move; arrays are copied.
    fn move_away(&mut self, id: MemoryId) -> Check {
        if !holds_vec(&self.function.memory(id).ty) {
            return Ok(());
        }
        self.movable(Var::Memory(id))?;
        if self.outer.contains(&id) {
            return Err(format!("{} moves in a loop it is not from", self.name(Var::Memory(id))));
        }
        self.moved.insert(id);
        Ok(())
    }

    fn ops(&mut self, region: &Region) -> Check {
        for op in &region.ops {
            self.op(op).map_err(|error| {
                if error.starts_with("at `") {
                    return error;
                }
                let text = print::op(self.function, op);
                let line = text.lines().next().unwrap_or_default();
                format!("at `{line}`: {error}")
            })?;
        }
        Ok(())
    }

    /// What is defined in a region is not visible after it.
    fn scope(&mut self, f: impl FnOnce(&mut Self) -> Check) -> Check {
        let before = self.visible.clone();
        f(self)?;
        self.visible = before;
        Ok(())
    }

    /// As [`Self::scope`], and nothing from outside may move.
    fn loop_scope(&mut self, f: impl FnOnce(&mut Self) -> Check) -> Check {
        let outer = self.outer.clone();
        self.outer.extend(self.visible.iter().filter_map(|var| match var {
            Var::Memory(id) => Some(*id),
            Var::Value(_) => None,
        }));
        self.scope(f)?;
        self.outer = outer;
        Ok(())
    }

    fn op(&mut self, op: &Op) -> Check {
        let operands = visit::operands(op);
        for value in &operands.uses {
            self.visible(Var::Value(*value))?;
        }
        for (place, access) in &operands.places {
            let reinitialised =
                matches!(&op.kind, OpKind::Assign { to, .. } if place.memory == *to);
            if reinitialised {
                self.moved.remove(&place.memory);
            }
            self.visible(Var::Memory(place.memory))?;
            self.place(place)?;
            if matches!(access, Access::Write | Access::Add | Access::ReadWrite) {
                let may_be_shared = matches!(op.kind, OpKind::CallTangent { .. });
                if !self.function.memory(place.memory).mutable && !may_be_shared {
                    return Err(format!("{} is not mutable", self.name(Var::Memory(place.memory))));
                }
            }
        }
        self.types(op)?;
        self.nested(op)?;
        self.moves(op)?;
        for var in operands.defines {
            self.define(var)?;
        }
        Ok(())
    }

    fn moves(&mut self, op: &Op) -> Check {
        match &op.kind {
            OpKind::Assign { from, .. } => self.move_away(*from),
            OpKind::Call { args, .. }
            | OpKind::CallForward { args, .. }
            | OpKind::CallTangent { args, .. } => {
                for arg in args {
                    self.arg_moves(arg)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn arg_moves(&mut self, arg: &Arg) -> Check {
        match arg {
            Arg::Memory { place, passing: Passing::ByValue } if place.path.is_empty() => {
                self.move_away(place.memory)
            }
            Arg::Tuple(args) => {
                for arg in args {
                    self.arg_moves(arg)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn yields(&mut self, region: &Region, to: &[Var]) -> Check {
        if region.yields.len() != to.len() {
            return Err(format!("yields {} of {} variables", region.yields.len(), to.len()));
        }
        for (from, to) in region.yields.iter().zip(to) {
            self.visible(*from)?;
            self.in_arena(*to)?;
            match (from, to) {
                (Var::Value(a), Var::Value(b)) => self.same(*a, *b)?,
                (Var::Memory(a), Var::Memory(b)) => {
                    self.movable(*from)?;
                    let (a_ty, b_ty) = (&self.function.memory(*a).ty, &self.function.memory(*b).ty);
                    if !fits(a_ty, b_ty) {
                        return Err(format!("yields {a_ty} for {b_ty}"));
                    }
                    self.move_away(*a)?;
                }
                _ => return Err("yields a value for a memory, or a memory for a value".to_owned()),
            }
        }
        Ok(())
    }

    fn nested(&mut self, op: &Op) -> Check {
        match &op.kind {
            OpKind::If { cond, then, otherwise, outs } => {
                self.expect_bool(*cond)?;
                let before = self.moved.clone();
                let mut after = before.clone();
                for region in [then, otherwise] {
                    if !region.params.is_empty() {
                        return Err("a branch has parameters".to_owned());
                    }
                    self.moved = before.clone();
                    self.scope(|v| {
                        v.ops(region)?;
                        v.yields(region, outs)
                    })?;
                    after.extend(self.moved.iter().copied());
                }
                self.moved = after;
                Ok(())
            }
            OpKind::For(f) => self.for_loop(f),
            OpKind::While(w) => self.while_loop(w),
            _ => Ok(()),
        }
    }

    fn carried(&mut self, params: &[ValueId], inits: &[ValueId]) -> Check {
        if params.len() != inits.len() {
            return Err(format!("carries {} of {} values", inits.len(), params.len()));
        }
        for (param, init) in params.iter().zip(inits) {
            self.define(Var::Value(*param))?;
            self.same(*param, *init)?;
        }
        Ok(())
    }

    fn loop_end(&mut self, body: &Region, outs: &[ValueId], exit: Option<ValueId>) -> Check {
        let params: Vec<Var> = body.params.iter().map(|value| Var::Value(*value)).collect();
        let outs: Vec<Var> = outs.iter().map(|value| Var::Value(*value)).collect();
        self.yields(body, &params)?;
        self.yields(body, &outs)?;
        if let Some(exit) = exit {
            self.visible(Var::Value(exit))?;
            self.expect_bool(exit)?;
        }
        Ok(())
    }

    fn for_loop(&mut self, f: &For) -> Check {
        self.same(f.range.start, f.range.end)?;
        self.expect_int(f.range.start)?;
        self.expect_int(f.range.end)?;
        for adaptor in &f.range.adaptors {
            match adaptor {
                Adaptor::Rev => {}
                Adaptor::StepBy(value) | Adaptor::Take(value) => self.expect_int(*value)?,
            }
        }
        self.loop_scope(|v| {
            v.define(Var::Value(f.index))?;
            v.same(f.index, f.range.start)?;
            if let Some(Records { tape, fields }) = &f.records {
                for field in fields {
                    v.define(*field)?;
                }
                v.record(*tape, fields)?;
            }
            v.carried(&f.body.params, &f.inits)?;
            v.ops(&f.body)?;
            v.loop_end(&f.body, &f.outs, f.exit)
        })
    }

    fn while_loop(&mut self, w: &While) -> Check {
        self.loop_scope(|v| {
            v.carried(&w.cond.params, &w.inits)?;
            v.ops(&w.cond)?;
            match w.cond.yields.as_slice() {
                [Var::Value(cond)] => {
                    v.visible(Var::Value(*cond))?;
                    v.expect_bool(*cond)
                }
                _ => Err("the condition yields something else than one value".to_owned()),
            }
        })?;
        self.loop_scope(|v| {
            v.carried(&w.body.params, &w.inits)?;
            v.ops(&w.body)?;
            v.loop_end(&w.body, &w.outs, w.exit)
        })
    }

    fn record(&self, tape: TapeId, fields: &[Var]) -> Check {
        let Some(info) = self.function.tapes.get(tape.index()) else {
            return Err(format!("{tape:?} is not in the arena"));
        };
        if info.fields.len() != fields.len() {
            return Err(format!("{} fields in a record of {}", fields.len(), info.fields.len()));
        }
        for (field, ty) in fields.iter().zip(&info.fields) {
            let of = match field {
                Var::Value(id) => &self.function.value(*id).ty,
                Var::Memory(id) => &self.function.memory(*id).ty,
            };
            if !fits(of, ty) {
                return Err(format!("{} is {of}, its field {ty}", self.name(*field)));
            }
        }
        Ok(())
    }

    fn ty(&self, value: ValueId) -> &Type {
        &self.function.value(value).ty
    }

    fn expect(&self, value: ValueId, what: &str, holds: impl Fn(&Type) -> bool) -> Check {
        let ty = self.ty(value);
        if holds(ty) || *ty == Type::Unknown {
            return Ok(());
        }
        Err(format!("{} is {ty}, not {what}", self.name(Var::Value(value))))
    }

    fn expect_bool(&self, value: ValueId) -> Check {
        self.expect(value, "bool", |ty| *ty == Type::Bool)
    }

    fn expect_int(&self, value: ValueId) -> Check {
        self.expect(value, "an integer", Type::is_int)
    }

    fn same(&self, a: ValueId, b: ValueId) -> Check {
        let (x, y) = (self.ty(a), self.ty(b));
        if fits(x, y) {
            return Ok(());
        }
        let (a, b) = (self.name(Var::Value(a)), self.name(Var::Value(b)));
        Err(format!("{a} is {x}, {b} is {y}"))
    }

    fn has_type(&self, value: ValueId, ty: &Type) -> Check {
        if fits(self.ty(value), ty) {
            return Ok(());
        }
        Err(format!("{} is {}, not {ty}", self.name(Var::Value(value)), self.ty(value)))
    }

    fn place(&self, place: &Place) -> Check {
        let mut ty = self.function.memory(place.memory).ty.clone();
        for step in &place.path {
            let known = ty != Type::Unknown;
            ty = match step {
                Step::Index(index) => {
                    self.expect_int(*index)?;
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
                    _ => Type::Unknown,
                },
            };
        }
        Ok(())
    }

    fn scalar(&self, place: &Place, value: ValueId) -> Check {
        let ty = self.function.place_type(place);
        if matches!(ty, Type::Array(..) | Type::Slice(_) | Type::Vec(_) | Type::Tuple(_)) {
            return Err(format!("{ty} is no scalar"));
        }
        self.has_type(value, &ty)
    }

    fn view(&self, memory: MemoryId, of: &Place) -> Check {
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

    fn types(&self, op: &Op) -> Check {
        let f = self.function;
        match &op.kind {
            OpKind::Const { out, value } => match value {
                Constant::Float(..) => self.expect(*out, "a float", Type::is_float),
                Constant::Int(_) => self.expect_int(*out),
                Constant::Bool(_) => self.expect_bool(*out),
                Constant::Tokens(_) => Ok(()),
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
            OpKind::Len { out, .. } => self.expect_int(*out),
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
                memories.iter().try_for_each(|memory| self.view(*memory, of))
            }
            OpKind::Fill { place, value } => self.has_type(*value, &leaf(&f.place_type(place))),
            OpKind::Copy { to, from } | OpKind::AddAll { to, from } => {
                let (to, from) = (f.place_type(to), f.place_type(from));
                if fits(&to, &from) { Ok(()) } else { Err(format!("{from} into {to}")) }
            }
            OpKind::Swap { place, at } => {
                at.iter().try_for_each(|value| self.expect_int(*value))?;
                match f.place_type(place) {
                    Type::Unknown => Ok(()),
                    ty if ty.element().is_some() => Ok(()),
                    ty => Err(format!("{ty} has no elements to swap")),
                }
            }
            OpKind::Assign { to, from } => {
                let (to, from) = (&f.memory(*to).ty, &f.memory(*from).ty);
                if fits(to, from) { Ok(()) } else { Err(format!("{from} into {to}")) }
            }
            OpKind::Call { args, result, .. } => {
                self.args(args)?;
                self.local(result)
            }
            OpKind::CallForward { callee, args, result, kept } => {
                self.args(args)?;
                self.local(result)?;
                self.kept(callee, *kept)
            }
            OpKind::CallReverse { callee, args, kept, seed, slots } => {
                self.args(args)?;
                self.kept(callee, *kept)?;
                visit::shape_vars(seed).into_iter().try_for_each(|var| self.visible(var))?;
                if slots.len() != args.len() {
                    return Err(format!("{} slots for {} arguments", slots.len(), args.len()));
                }
                args.iter().zip(slots).try_for_each(|(arg, slot)| slot_fits(arg, slot))
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

    fn rule(&self, out: ValueId, rule: Rule, args: &[ValueId]) -> Check {
        let arity = arity(rule);
        if args.len() != arity {
            return Err(format!("{} arguments of {arity}", args.len()));
        }
        if rule == Rule::Powi {
            self.expect_int(args[1])?;
            return self.same(out, args[0]);
        }
        for arg in args {
            self.expect(*arg, "a number", |ty| ty.is_float() || ty.is_int())?;
            self.same(out, *arg)?;
        }
        Ok(())
    }

    fn args(&self, args: &[Arg]) -> Check {
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
    fn local(&self, shape: &Shape) -> Check {
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

    fn kept(&self, callee: &Callee, kept: ValueId) -> Check {
        self.expect(kept, "kept by the callee", |ty| matches!(ty, Type::Kept(of) if of == callee))
    }

    fn direction_fits(&self, arg: &Arg, direction: &Direction) -> Check {
        match (arg, direction) {
            (_, Direction::Zero)
            | (Arg::Value(_) | Arg::Reference(_), Direction::Value(_))
            | (Arg::InOut { .. }, Direction::InOut { .. }) => Ok(()),
            (Arg::Memory { passing, .. }, Direction::Memory(place)) => {
                if *passing == Passing::Mutable && !self.function.memory(place.memory).mutable {
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

    fn init(&self, init: &Init, ty: &Type) -> Check {
        match init {
            Init::Repeat { value, lens } => {
                lens.iter().try_for_each(|len| self.expect_int(*len))?;
                let vecs = vec_depth(ty);
                if *ty != Type::Unknown && lens.len() != vecs {
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
                    Type::Array(..) | Type::Vec(_) | Type::Unknown => {
                        items.iter().try_for_each(|item| self.init(item, &element))
                    }
                    Type::Tuple(of) if of.len() == items.len() => {
                        items.iter().zip(of).try_for_each(|(item, ty)| self.init(item, ty))
                    }
                    _ => Err(format!("a list for {ty}")),
                }
            }
            Init::Value(value) => self.has_type(*value, ty),
            Init::Copy(place) | Init::ZeroLike(place) => {
                let of = self.function.place_type(place);
                if fits(&of, ty) { Ok(()) } else { Err(format!("{of} into {ty}")) }
            }
            Init::Empty => Ok(()),
        }
    }
}

fn slot_fits(arg: &Arg, slot: &Slot) -> Check {
    match (arg, slot) {
        (_, Slot::Inactive)
        | (Arg::Value(_) | Arg::Reference(_), Slot::Value(_))
        | (Arg::Memory { .. }, Slot::Memory(_))
        | (Arg::InOut { .. }, Slot::InOut { .. }) => Ok(()),
        (Arg::Tuple(args), Slot::Tuple(slots)) if args.len() == slots.len() => {
            args.iter().zip(slots).try_for_each(|(arg, slot)| slot_fits(arg, slot))
        }
        _ => Err(format!("slot {slot:?} for argument {arg:?}")),
    }
}

fn arity(rule: Rule) -> usize {
    match rule {
        Rule::Add
        | Rule::Sub
        | Rule::Mul
        | Rule::Div
        | Rule::Rem
        | Rule::Powi
        | Rule::Powf
        | Rule::Log
        | Rule::Atan2
        | Rule::Hypot
        | Rule::Copysign
        | Rule::Min
        | Rule::Max
        | Rule::RemEuclid
        | Rule::DivEuclid => 2,
        Rule::MulAdd | Rule::Clamp => 3,
        _ => 1,
    }
}

/// Whether a type can stand for another, as far as both are known.
fn fits(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Unknown, _) | (_, Type::Unknown) => true,
        (Type::Float(x), Type::Float(y)) => x == y || *x == Float::Literal || *y == Float::Literal,
        (Type::Int(x), Type::Int(y)) => x == y || *x == Int::Literal || *y == Int::Literal,
        (Type::Array(x, n), Type::Array(y, m)) => {
            // Lengths that are written differently may be equal; the compiler knows.
            fits(x, y) && (n.known.is_none() || m.known.is_none() || n == m)
        }
        // A slice can be of either; a copy of a slice is a vector.
        (Type::Array(x, _) | Type::Slice(x) | Type::Vec(x), Type::Slice(y))
        | (Type::Slice(x), Type::Array(y, _) | Type::Vec(y))
        | (Type::Vec(x), Type::Vec(y)) => fits(x, y),
        (Type::Tuple(x), Type::Tuple(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| fits(x, y))
        }
        (Type::Option(x), Type::Option(y)) => fits(x, y),
        (a, b) => a == b,
    }
}

/// The type of the scalars in a type.
fn leaf(ty: &Type) -> Type {
    match ty {
        Type::Tuple(_) => Type::Unknown,
        ty => ty.element().map_or_else(|| ty.clone(), leaf),
    }
}

fn vec_depth(ty: &Type) -> usize {
    match ty {
        Type::Vec(of) => 1 + vec_depth(of),
        Type::Array(of, _) => vec_depth(of),
        _ => 0,
    }
}

fn holds_vec(ty: &Type) -> bool {
    match ty {
        Type::Vec(_) => true,
        Type::Array(of, _) => holds_vec(of),
        Type::Tuple(of) => of.iter().any(holds_vec),
        _ => false,
    }
}
