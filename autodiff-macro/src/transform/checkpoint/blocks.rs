//! A loop as a loop over blocks of its iterations, each a call of its own.

use super::{Outline, interval, key, param};
use crate::{
    ir::{
        Adaptor, Arg, Block, Callee, Checkpoint, Comparison, For, Form, Int, Op, OpKind, Origin,
        Output, Passing, Place, Range, Region, Replay, Role, Shape, Type, ValueId, Var, While,
        build::Cursor, visit,
    },
    rules::Rule,
};
use proc_macro2::{Ident, Span};

impl Outline<'_> {
    pub(super) fn blocks(&mut self, op: Op, mark: &Checkpoint) -> Vec<Op> {
        let span = op.span;
        match op.kind {
            OpKind::For(f) => self.blocks_of_range(*f, mark, span),
            OpKind::While(w) => self.blocks_of_while(*w, mark, span),
            kind => vec![Op { kind, span }],
        }
    }

    fn fresh_like(&mut self, of: &[ValueId], span: Span) -> Vec<ValueId> {
        of.iter()
            .map(|value| {
                let info = self.function.value(*value).clone();
                self.function.new_value(info.ty, info.name, span)
            })
            .collect()
    }

    pub(super) fn method(
        &mut self,
        name: &str,
        args: &[ValueId],
        ops: &mut Vec<Op>,
        span: Span,
    ) -> ValueId {
        let ty = self.function.value(args[0]).ty.clone();
        let out = self.function.new_value(ty, None, span);
        let form = Form::Method(Ident::new(name, Span::call_site()), Default::default());
        ops.push(Op { kind: OpKind::Opaque { out, form, args: args.to_vec() }, span });
        out
    }

    fn blocks_of_range(&mut self, mut f: For, mark: &Checkpoint, span: Span) -> Vec<Op> {
        let mut before = Vec::new();
        let mut ty = self.function.value(f.index).ty.clone();
        if ty == Type::Int(Int::Literal) {
            // What nothing else settles is an `i32`, as it would be without methods.
            ty = Type::Int(Int::I32);
            for value in [f.index, f.range.start, f.range.end] {
                self.function.values[value.index()].ty = ty.clone();
            }
        }
        if let Some(snapshots) = mark.snapshots {
            return self.blocks_of_snapshots(f, (mark, snapshots), span);
        }
        let start = f.range.start;
        let mut end = f.range.end;
        let mut cursor = Cursor { function: self.function, ops: &mut before, span };
        let [zero, one] = [0, 1].map(|n| cursor.int(n, ty.clone()));
        if f.range.inclusive {
            end = cursor.rule(Rule::Add, &[end, one]);
        }
        let end = self.method("max", &[end, start], &mut before, span);
        let mut cursor = Cursor { function: self.function, ops: &mut before, span };
        let length = cursor.rule(Rule::Sub, &[end, start]);
        let size = match mark.every.first() {
            Some(every) => cursor.int(i128::from(*every), ty.clone()),
            None => {
                let length = self.method("max", &[length, one], &mut before, span);
                match mark.levels {
                    0 | 1 => self.method("isqrt", &[length], &mut before, span),
                    levels => self.root_of(length, levels, &mut before, span),
                }
            }
        };
        let mut cursor = Cursor { function: self.function, ops: &mut before, span };
        // One block more than are full, which may be empty.
        let full = cursor.rule(Rule::Div, &[length, size]);
        let count = cursor.rule(Rule::Add, &[full, one]);
        let block = self.function.new_value(ty.clone(), Some("block".to_string()), span);

        // The block: its part of the range.
        let mut ops = Vec::new();
        let mut cursor = Cursor { function: self.function, ops: &mut ops, span };
        let offset = cursor.rule(Rule::Mul, &[block, size]);
        let rest = cursor.rule(Rule::Sub, &[length, offset]);
        let here = self.method("min", &[size, rest], &mut ops, span);
        let mut cursor = Cursor { function: self.function, ops: &mut ops, span };
        let range = if f.range.adaptors.is_empty() {
            let low = cursor.rule(Rule::Add, &[start, offset]);
            let high = cursor.rule(Rule::Add, &[low, here]);
            Range { start: low, end: high, inclusive: false, adaptors: Vec::new() }
        } else {
            let high = cursor.rule(Rule::Sub, &[end, offset]);
            let low = cursor.rule(Rule::Sub, &[high, here]);
            Range { start: low, end: high, inclusive: false, adaptors: vec![Adaptor::Rev] }
        };
        let (inits, outs) = (std::mem::take(&mut f.inits), std::mem::take(&mut f.outs));
        let active = self.carries_active(&f.body, &outs);
        let (mut inner, entering, mut leaving) = self.part_of(For { range, ..f }, &inits, &outs);
        if let Some(exit) = inner.exit {
            let (init, param, out) = self.flag(&mut ops, span);
            inner.inits.push(init);
            inner.body.params.push(param);
            inner.body.yields.push(Var::Value(exit));
            inner.outs.push(out);
            leaving.push(out);
        }
        let exits = inner.exit.is_some();
        ops.push(Op { kind: OpKind::For(Box::new(inner)), span });

        let (params, mut yields, body) = self.call(ops, (&entering, &active), leaving, mark, None);
        let exit = if exits { yields.pop() } else { None };
        let yields = yields.into_iter().map(Var::Value).collect();
        let outer = For {
            index: block,
            range: Range { start: zero, end: count, inclusive: false, adaptors: Vec::new() },
            inits,
            body: Region { params, ops: body, yields },
            outs,
            exit,
            records: None,
        };
        before.push(Op { kind: OpKind::For(Box::new(outer)), span });
        before
    }

    /// The loop over a part of its range: what it begins with, and what it leaves.
    pub(super) fn part_of(
        &mut self,
        f: For,
        inits: &[ValueId],
        outs: &[ValueId],
    ) -> (For, Vec<ValueId>, Vec<ValueId>) {
        let span = f.body.ops.first().map_or_else(Span::call_site, |op| op.span);
        let entering = self.fresh_like(inits, span);
        let mut leaving = self.fresh_like(outs, span);
        let mut inner = For { inits: entering.clone(), outs: leaving.clone(), ..f };
        for i in (0..leaving.len()).rev() {
            let param = inner.body.params[i];
            if inner.body.yields[i] != Var::Value(param) {
                continue;
            }
            // What goes through every iteration as it is goes by the loop, so that nothing is saved of it.
            visit::map_uses(&mut inner.body, &mut |of| if of == param { entering[i] } else { of });
            inner.inits.remove(i);
            inner.body.params.remove(i);
            inner.body.yields.remove(i);
            inner.outs.remove(i);
            leaving[i] = entering[i];
        }
        (inner, entering, leaving)
    }

    /// Which of the carried values have adjoints. What this pass has made has.
    pub(super) fn carries_active(&self, body: &Region, outs: &[ValueId]) -> Vec<bool> {
        let active = |value: ValueId| {
            let ty = &self.function.value(value).ty;
            matches!(ty, Type::Float(_) | Type::Unknown)
                && (!self.activity.knows(value) || self.activity.value(value))
        };
        body.params.iter().zip(outs).map(|(param, out)| active(*param) || active(*out)).collect()
    }

    /// A `bool` that is carried: initially false.
    fn flag(&mut self, ops: &mut Vec<Op>, span: Span) -> (ValueId, ValueId, ValueId) {
        let mut cursor = Cursor { function: self.function, ops, span };
        let init = cursor.bool(false);
        let [param, out] = [(); 2].map(|()| self.function.new_value(Type::Bool, None, span));
        (init, param, out)
    }

    fn blocks_of_while(&mut self, w: While, mark: &Checkpoint, span: Span) -> Vec<Op> {
        let usize = Type::Int(Int::Usize);
        let While { inits, cond, body, outs, exit } = w;
        let active = self.carries_active(&body, &outs);
        let entering = self.fresh_like(&inits, span);
        let mut leaving = self.fresh_like(&outs, span);
        let mut ops = Vec::new();
        let mut cursor = Cursor { function: self.function, ops: &mut ops, span };
        let none = cursor.int(0, usize.clone());
        let [in_cond, in_body, out] =
            [(); 3].map(|()| self.function.new_value(usize.clone(), None, span));

        let mut inner = While {
            inits: entering.clone(),
            cond: cond.clone(),
            body,
            outs: leaving.clone(),
            exit,
        };
        for i in (0..leaving.len()).rev() {
            let (param, tested) = (inner.body.params[i], inner.cond.params[i]);
            if inner.body.yields[i] != Var::Value(param) {
                continue;
            }
            visit::map_uses(&mut inner.body, &mut |of| if of == param { entering[i] } else { of });
            visit::map_uses(&mut inner.cond, &mut |of| if of == tested { entering[i] } else { of });
            inner.inits.remove(i);
            inner.cond.params.remove(i);
            inner.body.params.remove(i);
            inner.body.yields.remove(i);
            inner.outs.remove(i);
            leaving[i] = entering[i];
        }
        inner.inits.push(none);
        inner.outs.push(out);
        // Goes on, and is not at the end of the block.
        inner.cond.params.push(in_cond);
        let mut cursor = Cursor { function: self.function, ops: &mut inner.cond.ops, span };
        let every = mark.every.first().copied();
        let every = every.unwrap_or_else(|| interval(mark.levels));
        let size = cursor.int(i128::from(every), usize.clone());
        let [below, both] = [(); 2].map(|()| cursor.function.new_value(Type::Bool, None, span));
        cursor.push(OpKind::Compare { out: below, op: Comparison::Lt, args: [in_cond, size] });
        if let Some(Var::Value(goes_on)) = inner.cond.yields.first().copied() {
            cursor.push(OpKind::Select { out: both, cond: below, args: [goes_on, below] });
        }
        inner.cond.yields = vec![Var::Value(both)];
        inner.body.params.push(in_body);
        let mut cursor = Cursor { function: self.function, ops: &mut inner.body.ops, span };
        let one = cursor.int(1, usize);
        let next = cursor.rule(Rule::Add, &[in_body, one]);
        inner.body.yields.push(Var::Value(next));
        if let Some(exit) = exit {
            let (init, param, out) = self.flag(&mut ops, span);
            let in_cond = self.function.new_value(Type::Bool, None, span);
            inner.inits.push(init);
            inner.cond.params.push(in_cond);
            inner.body.params.push(param);
            inner.body.yields.push(Var::Value(exit));
            inner.outs.push(out);
            leaving.push(out);
        }
        ops.push(Op { kind: OpKind::While(Box::new(inner)), span });

        let (params, mut yields, body) = self.call(ops, (&entering, &active), leaving, mark, None);
        let exit = exit.and_then(|_| yields.pop());
        let yields = yields.into_iter().map(Var::Value).collect();
        let outer = While { inits, cond, body: Region { params, ops: body, yields }, outs, exit };
        vec![Op { kind: OpKind::While(Box::new(outer)), span }]
    }

    /// A body that calls `ops` as a function from `entering` to `leaving`, and what it carries.
    pub(super) fn call(
        &mut self,
        mut ops: Vec<Op>,
        (entering, carries_active): (&[ValueId], &[bool]),
        leaving: Vec<ValueId>,
        mark: &Checkpoint,
        replay: Option<Replay>,
    ) -> (Vec<ValueId>, Vec<ValueId>, Vec<Op>) {
        let span = ops.last().map_or(mark.span, |op| op.span);
        let inner = ops.last().and_then(|op| self.inner_mark(mark, op));
        let params = self.fresh_like(entering, span);
        let results = self.fresh_like(&leaving, span);
        // A condition that is known inside, so that it is no capture.
        let inside = leaving.first().copied().or_else(|| ops.last().and_then(key));
        let whole = Op {
            kind: OpKind::If {
                cond: inside.unwrap_or(ValueId(0)),
                then: Region { ops: ops.clone(), ..Region::default() },
                otherwise: Region::default(),
                outs: Vec::new(),
            },
            span,
        };
        let captures = self.captures(&whole);
        let mut local = self.function.clone();
        local.name = format!("block_{}", self.locals.len());
        (local.params, local.outputs, local.presumed) = Default::default();
        let mut args = Vec::new();
        let mut constants = Vec::new();
        let snapshots = replay.as_ref().map(|replay| replay.snapshots);
        for value in captures.values.into_iter().chain(snapshots) {
            if entering.contains(&value) || leaving.contains(&value) {
                continue;
            }
            if let Some(constant) = self.constants.get(&value) {
                constants.push(constant.clone());
                continue;
            }
            let active = self.is_active(value);
            local.params.push(param(&local, Var::Value(value), Passing::ByValue, active, span));
            args.push(Arg::Value(value));
        }
        for ((value, param_of), active) in entering.iter().zip(&params).zip(carries_active) {
            let active = *active;
            local.params.push(param(&local, Var::Value(*value), Passing::ByValue, active, span));
            args.push(Arg::Value(*param_of));
        }
        for (memory, mutable) in captures.memories {
            let passing = if mutable { Passing::Mutable } else { Passing::Shared };
            let active = self.activity.memory(memory);
            let at = local.params.len();
            local.params.push(param(&local, Var::Memory(memory), passing, active, span));
            let info = &mut local.memories[memory.index()];
            info.origin = Origin::Param(at);
            info.mutable = mutable;
            args.push(Arg::Memory { place: Place::from(memory), passing });
        }
        constants.append(&mut ops);
        local.body = Region { ops: constants, ..Region::default() };
        local.cut = local.body.ops.len();
        let tuple = |values: &[ValueId]| match values {
            [] => Shape::Unit,
            of => Shape::Tuple(of.iter().map(|of| Shape::Var(Var::Value(*of))).collect()),
        };
        if !leaving.is_empty() {
            local.outputs.push(Output { role: Role::Primal, shape: tuple(&leaving) });
        }
        local.checkpoints = self.marks.iter().cloned().chain(inner).collect();
        let of = local.body.ops.last().and_then(key);
        local.block = Some(Block { of, heapless: self.heapless });
        let callee = Callee::Local(self.locals.len());
        if let Some(local) = self.derived(local, replay) {
            self.locals.push(local);
        }
        let call = OpKind::Call { callee, args, result: tuple(&results) };
        (params, results, vec![Op { kind: call, span }])
    }
}
