//! Loops with checkpoints: the reverse sweep saves the state once a block of iterations, and makes the iterations of a block
//! once more when it comes to it.
//!
//! A loop becomes a loop over blocks, whose body calls a [`Local`] function that makes the iterations of one block. From
//! there on it is reversed as any call of a function whose sweeps come together: its arguments before the call are the
//! state, and they are what is saved.
//!
//! A `for` knows the number `n` of its iterations: a block has the root of it, so that at most about `2 √n` records exist at
//! any time. Other loops save once in 512 iterations ([`interval`]). `every` overrides both. With several levels the loop in a block is
//! marked in its turn, so that a block is cut into blocks: `levels` times as many runs for about `levels * n^(1 / (levels + 1))`
//! states. With as many levels as halvings that is recursive bisection, in `O(log n)` states. What a block only runs is the loop
//! as it was.

mod blocks;
mod snapshots;

use std::rc::Rc;

use proc_macro2::{Ident, Span};

use crate::{
    analysis::activity::{self, Activity},
    error::Errors,
    ir::{
        Adaptor, Checkpoint, Form, Function, Int, Local, MemoryId, Op, OpKind, Origin, Param,
        Passing, Region, Replay, Role, Shape, Type, ValueId, Var, build::Cursor, visit,
    },
    maps::HashMap,
    options::Options,
    rules::Rule,
    transform,
};

/// Iterations from one saved state to the next where their number is not known beforehand: 512 to the power of the levels, as
/// long as that is not more than any loop makes.
fn interval(levels: u32) -> u64 {
    let bits = if levels <= 3 { 9 } else { (30 / levels).max(1) };
    1 << (bits * levels)
}

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
    let mut constants = HashMap::default();
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
            if self.refuses(&region.ops[i], &mark) {
                i += 1;
                continue;
            }
            let mut op = region.ops.remove(i);
            let renamed = self.carry_what_is_active(&mut op, mark.snapshots.is_some());
            let mut rest = Region { ops: region.ops.split_off(i), ..Region::default() };
            rest.yields = std::mem::take(&mut region.yields);
            let mut map = |value| renamed.get(&value).copied().unwrap_or(value);
            visit::map_uses(&mut rest, &mut map);
            if top {
                let outputs = &mut self.function.outputs;
                outputs.iter_mut().for_each(|output| visit::map_shape(&mut output.shape, &mut map));
            }
            let made = self.blocks(op, &mark);
            i += made.len();
            region.ops.extend(made);
            region.ops.append(&mut rest.ops);
            region.yields = rest.yields;
        }
    }

    fn refuses(&mut self, op: &Op, mark: &Checkpoint) -> bool {
        if let Some(reason) = mark.snapshots.and_then(|_| self.refuses_snapshots(op)) {
            self.errors.at_span(mark.span, reason);
            return true;
        }
        let span = mark.span;
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

    fn refuses_snapshots(&self, op: &Op) -> Option<&'static str> {
        let known = matches!(&op.kind, OpKind::For(f) if f.exit.is_none());
        if !known {
            return Some(
                "`snapshots` is for loops that know beforehand how often they run, and this is a `while`, or left by `break` or \
                 `return`: write `#[checkpoint(every = 1000)]` or `#[checkpoint(levels = 3)]`",
            );
        }
        self.options.hessian.map(|_| {
            "`snapshots` has no second derivatives yet: write `#[checkpoint(levels = 3)]`, or leave `hessian` out"
        })
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
    /// the order of the iterations, whatever the blocks. Returns what each is called after the loop. `all`: those also that the
    /// loop begins with in another place.
    fn carry_what_is_active(&mut self, op: &mut Op, all: bool) -> HashMap<ValueId, ValueId> {
        let span = op.span;
        let values = self.captures(op).values;
        let inits: Vec<ValueId> = match &op.kind {
            OpKind::For(f) => f.inits.clone(),
            OpKind::While(w) => w.inits.clone(),
            _ => Vec::new(),
        };
        let mut renamed = HashMap::default();
        for value in values {
            let active = self.is_active(value);
            if !active || (!all && inits.contains(&value)) || self.constants.contains_key(&value) {
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
        // Where there are more levels than a halving each, they halve.
        let one = cursor.int(1, u32);
        let bits = self.method("max", &[bits, one], ops, span);
        let mut cursor = Cursor { function: self.function, ops, span };
        let ty = cursor.function.value(length).ty.clone();
        let size = cursor.function.new_value(ty.clone(), None, span);
        let form = Form::Binary(syn::parse_quote!(>>));
        cursor.push(OpKind::Opaque { out: size, form, args: vec![length, bits] });
        let one = cursor.int(1, ty);
        self.method("max", &[size, one], ops, span)
    }

    /// The mark of the loop in a block, if that is cut into blocks again.
    fn inner_mark(&self, mark: &Checkpoint, of: &Op) -> Option<Checkpoint> {
        let every: Vec<u64> = mark.every.iter().skip(1).copied().collect();
        if every.is_empty() && (!mark.every.is_empty() || mark.levels < 2) {
            return None;
        }
        let levels = mark.levels.saturating_sub(1).max(1);
        Some(Checkpoint { of: key(of)?, every, levels, snapshots: None, span: mark.span })
    }

    /// The block and what is made of it.
    fn derived(&mut self, mut primal: Function, replay: Option<Replay>) -> Option<Local> {
        let settings = &self.options.settings;
        let mut inside = Vec::new();
        visit::walk(&primal.body, &mut |op| inside.extend(key(op)));
        self.marks.retain(|mark| !inside.contains(&mark.of));
        let active = activity::analyse(&primal, settings);
        // Nothing of what is only run is saved: there it is the loop as it was.
        let mut whole = primal.clone();
        whole.checkpoints.clear();
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
        let active = activity::analyse(&whole, settings);
        let mut forward =
            needs_forward.then(|| transform::forward::forward(&whole, &active, settings));
        transform::finish::finish(&mut reverse, &mut None, &quiet, settings);
        let second = second_order.then(|| {
            let mut second = transform::second(&reverse, settings);
            transform::cleanup::cleanup(&mut second);
            second
        });
        forward.iter_mut().for_each(transform::cleanup::cleanup);
        let replay = replay.map(|replay| {
            let mut run = whole.clone();
            without_effects(&mut run.body);
            Replay { run, ..replay }
        });
        Some(Local { primal: whole, reverse, forward, second, replay })
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
