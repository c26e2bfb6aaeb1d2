//! Loops with checkpoints: the reverse sweep saves the state once a block of iterations, and makes the iterations of a block
//! once more when it comes to it.
//!
//! A loop becomes a loop over blocks, whose body calls a [`Local`] function that makes the iterations of one block. From
//! there on it is reversed as any call of a function whose sweeps come together: its arguments before the call are the
//! state, and they are what is saved.
//!
//! A `for` knows the number `n` of its iterations: a block has the root of it, so that at most about `2 √n` records exist at
//! any time. Other loops save once in [`INTERVAL`] iterations. `every` overrides both. With several levels the loop in a block is
//! marked in its turn, so that a block is cut into blocks: `levels` times as many runs for about `levels * n^(1 / (levels + 1))`
//! states.

use std::{collections::HashMap, rc::Rc};

use proc_macro2::{Ident, Span};

use crate::{
    analysis::activity::{self, Activity},
    error::Errors,
    ir::{
        Adaptor, Arg, Block, Callee, Checkpoint, Comparison, For, Form, Function, Int, Local,
        MemoryId, Op, OpKind, Origin, Output, Param, Passing, Place, Range, Region, Role, Shape,
        Type, ValueId, Var, While, build::Cursor, visit,
    },
    options::Options,
    rules::Rule,
    transform::{self, cleanup},
};

/// Iterations from one saved state to the next where their number is not known beforehand.
const INTERVAL: u64 = 512;

/// Cuts the blocks out of the loops that are marked, as the reverse sweep needs them. Where that differs from what both sweeps
/// together need, returns the function for these.
pub fn outline_both(
    function: &mut Function,
    activity: &Activity,
    options: &Options,
    errors: &mut Errors,
) -> Option<Function> {
    let settings = &options.settings;
    let plain = transform::reverse::reverse(function, activity, settings);
    let together = transform::reverse::fused_loops(function, activity, settings);
    keep_what_saves(function, &plain, &[]);
    let mut in_one = function.clone();
    keep_what_saves(&mut in_one, &plain, &together);
    let differs = in_one.checkpoints.len() != function.checkpoints.len();
    outline(function, activity, options, errors);
    differs.then(|| {
        outline(&mut in_one, activity, options, errors);
        in_one
    })
}

/// Drops the marks of loops of which the plain reverse sweep saves nothing: they need no checkpoints, and their adjoints
/// are added in an order of their own. `plain` is the reverse sweep without checkpoints, `together` the loops of which both
/// sweeps go together there.
pub fn keep_what_saves(function: &mut Function, plain: &Function, together: &[ValueId]) {
    let memories = function.memories.len();
    let mut nothing = together.to_vec();
    visit::walk(&plain.body, &mut |op| {
        if let Some(key) = key(op)
            && !saves(op, memories)
        {
            nothing.push(key);
        }
    });
    function.checkpoints.retain(|mark| !nothing.contains(&mark.of));
}

/// Whether the forward sweep of a loop keeps something of each iteration: in a record, or in memory that the primal lacks.
fn saves(op: &Op, memories: usize) -> bool {
    let mut found = false;
    let mut look = |op: &Op| {
        found |= matches!(op.kind, OpKind::Push { .. });
        found |= visit::operands(op)
            .defines
            .iter()
            .any(|var| matches!(var, Var::Memory(memory) if memory.index() >= memories));
    };
    for region in visit::regions(op) {
        visit::walk(region, &mut look);
    }
    found
}

/// Cuts the blocks out of all loops that are marked. `activity` is that of `function`.
pub fn outline(
    function: &mut Function,
    activity: &Activity,
    options: &Options,
    errors: &mut Errors,
) {
    if function.checkpoints.is_empty() {
        return;
    }
    let constants = constants(function);
    let heapless = transform::reverse::heapless(function, activity);
    let mut body = std::mem::take(&mut function.body);
    let marks = std::mem::take(&mut function.checkpoints);
    let mut outline = Outline {
        function,
        activity,
        options,
        errors,
        marks,
        constants,
        heapless,
        locals: Vec::new(),
    };
    outline.region(&mut body, true);
    let locals = outline.locals;
    function.body = body;
    function.cut = function.body.ops.len();
    function.locals = Rc::new(locals);
}

fn constants(function: &Function) -> HashMap<ValueId, Op> {
    let mut constants = HashMap::new();
    visit::walk(&function.body, &mut |op| {
        if let OpKind::Const { out, .. } = op.kind {
            constants.insert(out, op.clone());
        }
    });
    constants
}

struct Outline<'a> {
    function: &'a mut Function,
    activity: &'a Activity,
    options: &'a Options,
    errors: &'a mut Errors,
    marks: Vec<Checkpoint>,
    constants: HashMap<ValueId, Op>,
    /// Of the whole function: see [`Block`].
    heapless: bool,
    locals: Vec<Local>,
}

/// What a block uses from outside.
#[derive(Default)]
struct Captures {
    values: Vec<ValueId>,
    memories: Vec<(MemoryId, bool)>,
}

impl Outline<'_> {
    /// `top`: what is renamed here is what the function returns.
    fn region(&mut self, region: &mut Region, top: bool) {
        let mut i = 0;
        while i < region.ops.len() {
            let key = key(&region.ops[i]);
            let mark = self.marks.iter().position(|mark| Some(mark.of) == key);
            let Some(mark) = mark.map(|i| self.marks.remove(i)) else {
                for nested in visit::regions_mut(&mut region.ops[i]) {
                    self.region(nested, false);
                }
                i += 1;
                continue;
            };
            if self.refuses(&region.ops[i], mark.span) {
                i += 1;
                continue;
            }
            let mut op = region.ops.remove(i);
            let renamed = self.carry_what_is_active(&mut op);
            let mut rest = Region { ops: region.ops.split_off(i), ..Region::default() };
            rest.yields = std::mem::take(&mut region.yields);
            let mut map = |value| renamed.get(&value).copied().unwrap_or(value);
            visit::map_uses(&mut rest, &mut map);
            if top {
                let outputs = &mut self.function.outputs;
                outputs
                    .iter_mut()
                    .for_each(|output| cleanup::map_shape(&mut output.shape, &mut map));
            }
            let made = self.blocks(op, &mark);
            i += made.len();
            region.ops.extend(made);
            region.ops.append(&mut rest.ops);
            region.yields = rest.yields;
        }
    }

    fn refuses(&mut self, op: &Op, span: Span) -> bool {
        let captures = self.captures(op);
        let captured = |memory: &MemoryId| captures.memories.iter().any(|(of, _)| of == memory);
        let mut reason = None;
        let mut look = |op: &Op| match &op.kind {
            OpKind::Vector { place, .. } if captured(&place.memory) => {
                reason = Some(
                    "changes the length of a vector of its surroundings: give it its length beforehand",
                );
            }
            OpKind::Assign { to, from } if captured(to) || captured(from) => {
                reason = Some("replaces a vector of its surroundings: overwrite its elements");
            }
            _ => {}
        };
        look(op);
        for region in visit::regions(op) {
            visit::walk(region, &mut look);
        }
        if let OpKind::For(f) = &op.kind
            && !matches!(f.range.adaptors[..], [] | [Adaptor::Rev])
        {
            reason = Some("goes in steps, or ends by a count: let it go over a plain range");
        }
        if let Some(reason) = reason {
            self.errors.at_span(
                span,
                format!("a loop with checkpoints saves its state, and this one {reason}"),
            );
        }
        reason.is_some()
    }

    fn captures(&self, op: &Op) -> Captures {
        let mut used = Captures::default();
        let mut defined: Vec<Var> = Vec::new();
        let mut touched: Vec<Var> = Vec::new();
        let mut written: Vec<MemoryId> = Vec::new();
        let mut look = |op: &Op| {
            let operands = visit::operands(op);
            touched.extend(operands.uses.into_iter().map(Var::Value));
            touched.extend(operands.places.iter().map(|(place, _)| Var::Memory(place.memory)));
            defined.extend(operands.defines);
            defined.extend(visit::region_entries(op));
            written.extend(visit::writes(op));
            for region in visit::regions(op) {
                defined.extend(region.params.iter().copied().map(Var::Value));
                touched.extend(region.yields.iter().copied());
            }
            touched.extend(visit::exit(op).map(Var::Value));
        };
        look(op);
        for region in visit::regions(op) {
            visit::walk(region, &mut look);
        }
        if let OpKind::For(f) = &op.kind {
            defined.push(Var::Value(f.index));
        }
        let mut seen = Vec::new();
        for var in touched {
            if defined.contains(&var) || seen.contains(&var) {
                continue;
            }
            seen.push(var);
            match var {
                Var::Value(value) => used.values.push(value),
                Var::Memory(memory) => used.memories.push((memory, false)),
            }
        }
        for mut memory in written {
            loop {
                if let Some((_, mutable)) = used.memories.iter_mut().find(|(of, _)| *of == memory) {
                    *mutable = true;
                    break;
                }
                match &self.function.memory(memory).origin {
                    Origin::View(of) => memory = of.memory,
                    _ => break,
                }
            }
        }
        used
    }

    /// Numbers from outside that have adjoints go along from iteration to iteration, so that their adjoints are summed in
    /// the order of the iterations, whatever the blocks. Returns what each is called after the loop.
    fn carry_what_is_active(&mut self, op: &mut Op) -> HashMap<ValueId, ValueId> {
        let span = op.span;
        let values = self.captures(op).values;
        let inits: Vec<ValueId> = match &op.kind {
            OpKind::For(f) => f.inits.clone(),
            OpKind::While(w) => w.inits.clone(),
            _ => Vec::new(),
        };
        let mut renamed = HashMap::new();
        for value in values {
            let active = self.is_active(value);
            if !active || inits.contains(&value) || self.constants.contains_key(&value) {
                continue;
            }
            let mut fresh = || {
                let info = self.function.value(value).clone();
                self.function.new_value(info.ty, info.name, span)
            };
            let (param, in_cond, out) = (fresh(), fresh(), fresh());
            match &mut op.kind {
                OpKind::For(f) => {
                    visit::map_uses(&mut f.body, &mut |of| if of == value { param } else { of });
                    f.inits.push(value);
                    f.body.params.push(param);
                    f.body.yields.push(Var::Value(param));
                    f.outs.push(out);
                }
                OpKind::While(w) => {
                    visit::map_uses(&mut w.body, &mut |of| if of == value { param } else { of });
                    visit::map_uses(&mut w.cond, &mut |of| if of == value { in_cond } else { of });
                    w.inits.push(value);
                    w.cond.params.push(in_cond);
                    w.body.params.push(param);
                    w.body.yields.push(Var::Value(param));
                    w.outs.push(out);
                }
                _ => {}
            }
            renamed.insert(value, out);
        }
        renamed
    }

    /// What stands before the transform is in the activity; what this one adds is a name for what stands there.
    fn is_active(&self, value: ValueId) -> bool {
        self.activity.knows(value)
            && self.activity.value(value)
            && matches!(self.function.value(value).ty, Type::Float(_))
    }

    fn blocks(&mut self, op: Op, mark: &Checkpoint) -> Vec<Op> {
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

    fn method(&mut self, name: &str, args: &[ValueId], ops: &mut Vec<Op>, span: Span) -> ValueId {
        let ty = self.function.value(args[0]).ty.clone();
        let out = self.function.new_value(ty, None, span);
        let form = Form::Method(Ident::new(name, Span::call_site()), Default::default());
        ops.push(Op { kind: OpKind::Opaque { out, form, args: args.to_vec() }, span });
        out
    }

    /// The size of a block if it is cut into blocks, so that there are as many of them at each level: about `n^(1/(levels + 1))`,
    /// as a power of two.
    fn root_of(&mut self, length: ValueId, levels: u32, ops: &mut Vec<Op>, span: Span) -> ValueId {
        let u32 = Type::Int(Int::U32);
        let bits = self.function.new_value(u32.clone(), None, span);
        let form = Form::Method(Ident::new("ilog2", Span::call_site()), Default::default());
        ops.push(Op { kind: OpKind::Opaque { out: bits, form, args: vec![length] }, span });
        let mut cursor = Cursor { function: self.function, ops, span };
        let parts = cursor.int(i128::from(levels) + 1, u32.clone());
        let bits = cursor.rule(Rule::Div, &[bits, parts]);
        let ty = cursor.function.value(length).ty.clone();
        let size = cursor.function.new_value(ty, None, span);
        let form = Form::Binary(syn::parse_quote!(>>));
        cursor.push(OpKind::Opaque { out: size, form, args: vec![length, bits] });
        size
    }

    /// The mark of the loop in a block, if that is cut into blocks again.
    fn inner_mark(&self, mark: &Checkpoint, of: &Op) -> Option<Checkpoint> {
        let every: Vec<u64> = mark.every.iter().skip(1).copied().collect();
        if every.is_empty() && (!mark.every.is_empty() || mark.levels < 2) {
            return None;
        }
        let levels = mark.levels.saturating_sub(1).max(1);
        Some(Checkpoint { of: key(of)?, every, levels, span: mark.span })
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
        let entering = self.fresh_like(&inits, span);
        let mut leaving = self.fresh_like(&outs, span);
        let mut inner = For { range, inits: entering.clone(), outs: leaving.clone(), ..f };
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

        let (params, mut yields, body) = self.call(ops, (&entering, &active), leaving, mark);
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

    /// Which of the carried values have adjoints. What this pass has made has.
    fn carries_active(&self, body: &Region, outs: &[ValueId]) -> Vec<bool> {
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
        let every = every.unwrap_or_else(|| INTERVAL.saturating_pow(mark.levels));
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

        let (params, mut yields, body) = self.call(ops, (&entering, &active), leaving, mark);
        let exit = exit.and_then(|_| yields.pop());
        let yields = yields.into_iter().map(Var::Value).collect();
        let outer = While { inits, cond, body: Region { params, ops: body, yields }, outs, exit };
        vec![Op { kind: OpKind::While(Box::new(outer)), span }]
    }

    /// A body that calls `ops` as a function from `entering` to `leaving`, and what it carries.
    fn call(
        &mut self,
        mut ops: Vec<Op>,
        (entering, carries_active): (&[ValueId], &[bool]),
        leaving: Vec<ValueId>,
        mark: &Checkpoint,
    ) -> (Vec<ValueId>, Vec<ValueId>, Vec<Op>) {
        let span = ops.last().map_or(mark.span, |op| op.span);
        let inner = ops.last().and_then(|op| self.inner_mark(mark, op));
        let params = self.fresh_like(entering, span);
        let results = self.fresh_like(&leaving, span);
        let whole = Op {
            kind: OpKind::If {
                cond: leaving.first().copied().unwrap_or(ValueId(0)),
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
        for value in captures.values {
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
        local.block =
            Some(Block { of: local.body.ops.last().and_then(key), heapless: self.heapless });
        let callee = Callee::Local(self.locals.len());
        if let Some(local) = self.derived(local) {
            self.locals.push(local);
        }
        let call = OpKind::Call { callee, args, result: tuple(&results) };
        (params, results, vec![Op { kind: call, span }])
    }

    /// The block and what is made of it.
    fn derived(&mut self, mut primal: Function) -> Option<Local> {
        let settings = &self.options.settings;
        let mut inside = Vec::new();
        visit::walk(&primal.body, &mut |op| inside.extend(key(op)));
        self.marks.retain(|mark| !inside.contains(&mark.of));
        let active = activity::analyse(&primal, settings);
        if !primal.checkpoints.is_empty() {
            let plain = transform::reverse::reverse(&primal, &active, settings);
            keep_what_saves(&mut primal, &plain, &[]);
        }
        outline(&mut primal, &active, self.options, self.errors);
        let mut quiet = primal.clone();
        without_effects(&mut quiet.body);
        let active = activity::analyse(&quiet, settings);
        let mut reverse = transform::reverse::reverse(&quiet, &active, settings);
        let second_order = self.options.hessian.is_some();
        let needs_forward = self.options.forward_mode() || second_order;
        let active = activity::analyse(&primal, settings);
        let mut forward =
            needs_forward.then(|| transform::forward::forward(&primal, &active, settings));
        transform::finish::finish(&mut reverse, &mut None, &quiet, settings);
        let second = match second_order.then(|| transform::second(&reverse, settings)) {
            None => None,
            Some(Ok(mut second)) => {
                transform::cleanup::cleanup(&mut second);
                Some(second)
            }
            Some(Err(span)) => {
                self.errors.at_span(
                    span,
                    "second derivatives do not pass through an operator that assigns to a type of your own",
                );
                None
            }
        };
        forward.iter_mut().for_each(transform::cleanup::cleanup);
        Some(Local { primal, reverse, forward, second })
    }
}

fn param(function: &Function, var: Var, passing: Passing, active: bool, span: Span) -> Param {
    let (name, differentiable) = match var {
        Var::Value(value) => {
            let info = function.value(value);
            (info.name.clone(), info.ty.differentiable())
        }
        Var::Memory(memory) => {
            let info = function.memory(memory);
            (info.name.clone(), info.ty.differentiable())
        }
    };
    Param {
        name: name.unwrap_or_else(|| "part".to_string()),
        role: Role::Primal,
        passing,
        shape: Shape::Var(var),
        differentiable: active && differentiable,
        span,
    }
}

/// By what a mark names a loop.
pub fn key(op: &Op) -> Option<ValueId> {
    match &op.kind {
        OpKind::For(f) => Some(f.index),
        OpKind::While(w) => match w.cond.yields.first() {
            Some(Var::Value(value)) => Some(*value),
            _ => None,
        },
        _ => None,
    }
}

/// What is printed is printed once.
fn without_effects(region: &mut Region) {
    region.ops.retain(|op| !matches!(op.kind, OpKind::Effect { .. }));
    for op in &mut region.ops {
        visit::regions_mut(op).into_iter().for_each(without_effects);
    }
}
