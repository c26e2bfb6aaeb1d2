//! Checks the invariants of [`super`] on a function that a stage has built (in tests, after every stage).

mod fits;
mod operands;

use crate::maps::HashSet;

use super::{
    Adaptor, Arg, For, Function, MemoryId, Op, OpKind, Origin, Passing, Records, Region, TapeId,
    ValueId, Var, While, print,
    visit::{self, Access},
};
use fits::{fits, holds_vec};

/// The first invariant that does not hold, with the operation where it does not.
pub fn check(function: &Function) -> Result<(), String> {
    let mut verifier = Verifier {
        function,
        defined: HashSet::default(),
        visible: HashSet::default(),
        moved: HashSet::default(),
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

    /// As [`Self::scope`], and what is from outside is there again at the end of an iteration.
    fn loop_scope(&mut self, f: impl FnOnce(&mut Self) -> Check) -> Check {
        let (outer, before) = (self.visible.clone(), self.moved.clone());
        self.scope(f)?;
        for var in outer {
            if let Var::Memory(id) = var
                && self.moved.contains(&id)
                && !before.contains(&id)
            {
                return Err(format!("{} moves in a loop it is not from", self.name(var)));
            }
        }
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
            if matches!(access, Access::Write | Access::Add | Access::ReadWrite)
                && !self.function.memory(place.memory).mutable
            {
                return Err(format!("{} is not mutable", self.name(Var::Memory(place.memory))));
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
            OpKind::Sort(sort) => self.scope(|v| {
                for index in sort.indices {
                    v.define(Var::Value(index))?;
                    v.expect_int(index)?;
                }
                v.ops(&sort.body)?;
                match sort.body.yields[..] {
                    [Var::Value(_)] => Ok(()),
                    _ => Err("a comparison yields one value".to_owned()),
                }
            }),
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
}
