//! Folds and drops what a transform emitted in vain. What the user wrote stays: the forward sweep must panic when the
//! function does, and must give the same bits.
//!
//! Until nothing changes: carried values that no iteration changes become what they started as; results of branches on
//! which both arms agree become that; sums with a zero and products with a one in the reverse sweep fold; and what is
//! never used is dropped.

mod carried;
mod each;
mod fission;
mod jam;
mod neighbours;
mod offsets;
mod promote;
mod reciprocals;
mod rows;
mod strands;
mod sums;
mod tables;
mod windows;
mod zeros;

pub use carried::carried;
pub use fission::fission;
pub use jam::jam;
pub use neighbours::neighbours;
pub use reciprocals::reciprocals;
pub use rows::rows;
pub use strands::strands;
pub use sums::sums;
pub use tables::tables;
pub use windows::windows;
pub use zeros::zeros;

use std::rc::Rc;

use crate::rules::Rule;
use crate::{
    ir::{
        Constant, Function, Growth, MemoryId, Op, OpKind, Origin, Region, ValueId, Var,
        visit::{self, Access},
    },
    maps::{HashMap, HashSet},
};

pub fn cleanup(function: &mut Function) {
    let all = Primal::of(function, function);
    clean(function, &all);
}

/// As [`cleanup`], where operations of both sweeps stand side by side: what `primal` does not have is not its.
pub fn cleanup_fused(function: &mut Function, primal: &Function) {
    let primal = Primal::of(function, primal);
    clean(function, &primal);
}

fn clean(function: &mut Function, primal: &Primal) {
    for _ in 0..32 {
        let mut replace = Replacements::default();
        let known = Known::new(function);
        let cut = function.cut;
        for (i, op) in function.body.ops.iter_mut().enumerate() {
            simplify(op, i >= cut, primal, &known, &mut replace);
        }
        let folded = !replace.map.is_empty();
        replace.apply(function);
        let dropped = drop_unused(function, primal);
        if !folded && !dropped {
            return;
        }
    }
}

/// The ids that the primal has: those from these on were made for a derivative, but for copies of the primal's.
struct Primal {
    values: usize,
    memories: usize,
    copies: Rc<HashSet<Var>>,
}

impl Primal {
    /// What `function` has of the primal.
    fn of(function: &Function, primal: &Function) -> Primal {
        let (values, memories) = (primal.values.len(), primal.memories.len());
        Primal { values, memories, copies: function.copies.clone() }
    }

    fn has(&self, value: ValueId) -> bool {
        value.index() < self.values || self.copies.contains(&Var::Value(value))
    }

    fn has_memory(&self, memory: MemoryId) -> bool {
        memory.index() < self.memories || self.copies.contains(&Var::Memory(memory))
    }

    /// Whether the operation belongs to a derivative, and may change or go if nothing comes of it.
    fn lacks(&self, op: &Op) -> bool {
        let operands = visit::operands(op);
        let made = |var: &Var| match var {
            Var::Value(value) => !self.has(*value),
            Var::Memory(memory) => !self.has_memory(*memory),
        };
        match &op.kind {
            OpKind::Store { place, .. }
            | OpKind::Accumulate { place, .. }
            | OpKind::Fill { place, .. }
            | OpKind::Copy { to: place, .. }
            | OpKind::AddAll { to: place, .. } => !self.has_memory(place.memory),
            OpKind::If { .. } | OpKind::For(_) | OpKind::While(_) => {
                operands.defines.iter().all(made)
                    && visit::regions(op)
                        .into_iter()
                        .all(|region| region.ops.iter().all(|op| self.lacks(op)))
            }
            _ => !operands.defines.is_empty() && operands.defines.iter().all(made),
        }
    }
}

/// Whether the operation does one thing to scalars or to one place: no region, no call, no effect.
fn is_single(op: &Op) -> bool {
    matches!(
        op.kind,
        OpKind::Const { .. }
            | OpKind::Rule { .. }
            | OpKind::Compare { .. }
            | OpKind::Not { .. }
            | OpKind::Cast { .. }
            | OpKind::Select { .. }
            | OpKind::Load { .. }
            | OpKind::Store { .. }
            | OpKind::Accumulate { .. }
    )
}

#[derive(Default)]
struct Replacements {
    map: HashMap<ValueId, ValueId>,
}

impl Replacements {
    fn resolve(&self, mut value: ValueId) -> ValueId {
        while let Some(next) = self.map.get(&value) {
            value = *next;
        }
        value
    }

    fn apply(&self, function: &mut Function) {
        if self.map.is_empty() {
            return;
        }
        visit::map_function(function, &mut |value| self.resolve(value));
    }
}

/// What folding looks at.
struct Known {
    constants: HashMap<ValueId, f64>,
    /// The arguments of unary minus.
    negated: HashMap<ValueId, ValueId>,
}

impl Known {
    fn new(function: &Function) -> Known {
        let mut known = Known { constants: HashMap::default(), negated: HashMap::default() };
        visit::walk(&function.body, &mut |op| match &op.kind {
            OpKind::Const { out, value: Constant::Float(value, _) } => {
                known.constants.insert(*out, *value);
            }
            OpKind::Rule { out, rule: Rule::Neg, args } => {
                known.negated.insert(*out, args[0]);
            }
            _ => {}
        });
        known
    }
}

/// The value, if the operation makes it the constant zero.
fn is_float_zero(op: &Op) -> Option<ValueId> {
    match &op.kind {
        OpKind::Const { out, value: Constant::Float(value, _) } if value.to_bits() == 0 => {
            Some(*out)
        }
        _ => None,
    }
}

fn simplify(
    op: &mut Op,
    reverse: bool,
    primal: &Primal,
    known: &Known,
    replace: &mut Replacements,
) {
    for region in visit::regions_mut(op) {
        for op in &mut region.ops {
            simplify(op, reverse, primal, known, replace);
        }
    }
    let reverse = reverse || primal.lacks(op);
    match &mut op.kind {
        OpKind::Rule { out, rule, args } if reverse => {
            let constant = |i: usize| args.get(i).and_then(|arg| known.constants.get(arg)).copied();
            let is = |i: usize, number: f64| constant(i) == Some(number);
            let same = match rule {
                Rule::Add if is(0, 0.0) => Some(args[1]),
                Rule::Add | Rule::Sub if is(1, 0.0) => Some(args[0]),
                Rule::Mul if is(0, 1.0) => Some(args[1]),
                Rule::Mul | Rule::Div if is(1, 1.0) => Some(args[0]),
                Rule::Neg => known.negated.get(&args[0]).copied(),
                _ => None,
            };
            if let Some(same) = same {
                replace.map.insert(*out, same);
            } else if *rule == Rule::Neg
                && let Some(value) = constant(0)
            {
                op.kind = OpKind::Const { out: *out, value: Constant::Float(-value, None) };
            }
        }
        OpKind::If { then, otherwise, outs, .. } if reverse => {
            let mut i = 0;
            while i < outs.len() {
                let agree = match (outs[i], then.yields[i], otherwise.yields[i]) {
                    (Var::Value(out), Var::Value(a), Var::Value(b))
                        if a == b && !defined_in(then, a) =>
                    {
                        replace.map.insert(out, a);
                        true
                    }
                    _ => false,
                };
                if agree {
                    outs.remove(i);
                    then.yields.remove(i);
                    otherwise.yields.remove(i);
                } else {
                    i += 1;
                }
            }
        }
        OpKind::For(f) => {
            let mut i = 0;
            while i < f.outs.len() {
                let next = f.body.yields[i];
                if next == Var::Value(f.body.params[i]) || next == Var::Value(f.inits[i]) {
                    replace.map.insert(f.outs[i], f.inits[i]);
                    replace.map.insert(f.body.params[i], f.inits[i]);
                    f.inits.remove(i);
                    f.outs.remove(i);
                    f.body.params.remove(i);
                    f.body.yields.remove(i);
                } else {
                    i += 1;
                }
            }
        }
        _ => {}
    }
}

fn defined_in(region: &Region, value: ValueId) -> bool {
    let mut found = region.params.contains(&value);
    visit::walk(region, &mut |op| {
        found |= visit::operands(op).defines.contains(&Var::Value(value));
    });
    found
}

/// What something reads.
#[derive(Default)]
struct Uses {
    values: HashSet<ValueId>,
    memories: HashSet<MemoryId>,
}

fn drop_unused(function: &mut Function, primal: &Primal) -> bool {
    let mut uses = Uses::default();
    for output in &function.outputs {
        for var in visit::shape_vars(&output.shape) {
            uses.var(var);
        }
    }
    uses.region(&function.body);
    // A view is used if anything but its definition names it; its root is read if a view of it is.
    for i in (0..function.memories.len()).rev() {
        let memory = MemoryId(i as u32);
        if uses.memories.contains(&memory)
            && let Origin::View(place) = &function.memories[i].origin
        {
            uses.memories.insert(place.memory);
        }
    }
    // What is reached from outside is read there.
    for param in &function.params {
        for var in visit::shape_vars(&param.shape) {
            uses.var(var);
        }
    }
    let roots: Vec<MemoryId> =
        (0..function.memories.len() as u32).map(|i| function.root(MemoryId(i))).collect();
    let mut read: HashSet<MemoryId> = HashSet::default();
    for memory in &uses.memories {
        read.insert(roots[memory.index()]);
    }
    let mut dropped = false;
    let cut = function.cut;
    let mut kept_before_cut = 0;
    let ops = std::mem::take(&mut function.body.ops);
    for (i, mut op) in ops.into_iter().enumerate() {
        let reverse = i >= cut;
        if keep(&mut op, reverse, primal, &uses, &read, &roots, &mut dropped) {
            kept_before_cut += usize::from(!reverse);
            function.body.ops.push(op);
        } else {
            dropped = true;
        }
    }
    function.cut = kept_before_cut;
    dropped
}

impl Uses {
    fn var(&mut self, var: Var) {
        match var {
            Var::Value(value) => {
                self.values.insert(value);
            }
            Var::Memory(memory) => {
                self.memories.insert(memory);
            }
        }
    }

    fn region(&mut self, region: &Region) {
        for var in &region.yields {
            self.var(*var);
        }
        visit::walk(region, &mut |op| {
            let operands = visit::operands(op);
            self.values.extend(operands.uses);
            self.values.extend(visit::exit(op));
            for (place, access) in operands.places {
                if !matches!(op.kind, OpKind::View { .. } | OpKind::Split { .. })
                    && !matches!(access, Access::Write | Access::Add)
                {
                    self.memories.insert(place.memory);
                }
            }
            for nested in visit::regions(op) {
                nested.yields.iter().for_each(|var| self.var(*var));
            }
        });
    }
}

/// Whether the operation has to stay; drops what is unused inside of it.
fn keep(
    op: &mut Op,
    reverse: bool,
    primal: &Primal,
    uses: &Uses,
    read: &HashSet<MemoryId>,
    roots: &[MemoryId],
    dropped: &mut bool,
) -> bool {
    for region in visit::regions_mut(op) {
        region.ops.retain_mut(|op| {
            let keep = keep(op, reverse, primal, uses, read, roots, dropped);
            *dropped |= !keep;
            keep
        });
    }
    let reverse = reverse || primal.lacks(op);
    let used = |value: &ValueId| uses.values.contains(value);
    let is_read = |memory: &MemoryId| read.contains(&roots[memory.index()]);
    match &mut op.kind {
        OpKind::Const { out, .. } | OpKind::None { out } | OpKind::Some { out, .. } => used(out),
        OpKind::Rule { out, .. }
        | OpKind::Compare { out, .. }
        | OpKind::Not { out, .. }
        | OpKind::Cast { out, .. }
        | OpKind::Opaque { out, .. }
        | OpKind::Select { out, .. }
        | OpKind::Len { out, .. }
        | OpKind::Matches { out, .. }
        | OpKind::Load { out, .. }
        | OpKind::Given { out, .. }
        | OpKind::Unwrap { out, .. } => !reverse || used(out),
        OpKind::Alloc { memory, .. } | OpKind::View { memory, .. } => !reverse || is_read(memory),
        OpKind::Split { memories, .. } => !reverse || is_read(&memories[0]),
        OpKind::Store { place, .. }
        | OpKind::Accumulate { place, .. }
        | OpKind::Fill { place, .. }
        | OpKind::Copy { to: place, .. }
        | OpKind::AddAll { to: place, .. } => !reverse || is_read(&place.memory),
        OpKind::Vector { place, growth } => {
            !reverse || is_read(&place.memory) || matches!(growth, Growth::Pop { out: Some(_) })
        }
        OpKind::Permute { place, .. } => !reverse || is_read(&place.memory),
        OpKind::Assign { to, .. } => !reverse || is_read(to),
        OpKind::If { then, otherwise, outs, .. } => {
            if !reverse {
                return true;
            }
            let mut i = 0;
            while i < outs.len() {
                let unused = matches!(&outs[i], Var::Value(out) if !used(out));
                if unused {
                    outs.remove(i);
                    then.yields.remove(i);
                    otherwise.yields.remove(i);
                    *dropped = true;
                } else {
                    i += 1;
                }
            }
            !(outs.is_empty() && then.ops.is_empty() && otherwise.ops.is_empty())
        }
        OpKind::For(f) => {
            !(reverse && f.outs.is_empty() && f.body.ops.is_empty() && f.records.is_none())
        }
        _ => true,
    }
}
