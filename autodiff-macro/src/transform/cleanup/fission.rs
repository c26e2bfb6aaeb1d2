//! Loops of the reverse sweep taken apart, so that each part runs in lanes.
//!
//! The reverse of `y[i] = f(x[i - 1], x[i], x[i + 1], a)` adds to three elements of one memory, and to one scalar. In one loop each
//! iteration waits for what the one before has just added to the same elements, and for the sum. Taken apart, there is a loop for
//! each distance and one for the sums, and each of the first has iterations that do not meet.
//!
//! **Condition.** The loop is an innermost one of a derivative, without records and early end, and computes nothing dear; what it
//! carries are sums; no memory that it adds to is read or overwritten in it; what it overwrites it does with a constant, after all it
//! reads of that memory, and both at one place that differs from iteration to iteration. It adds to one memory at several places,
//! or has a sum beside other additions.
//!
//! **Proof.** What is computed depends on memory that the loop does not write, or reads before it is written, and each iteration
//! finds there what was there before the loop, for no other writes its place. So each part computes the same as in the whole if the
//! overwriting comes last. Additions commute: sums of adjoints may be reassociated.

use super::each::each;
use super::offsets::{Analysis, Scope};
use super::{Primal, is_single};
use crate::rules;
use crate::transform::reverse::is_sum;
use crate::{
    ir::{For, Function, MemoryId, Op, OpKind, Place, Region, Step, Type, ValueId, Var, visit},
    maps::{HashMap, HashSet},
};

/// The most that the parts may cost over the whole, in additions.
const AGAIN: u32 = 20;

/// What costs more is not computed twice.
const DEAR: u32 = 4;

/// Loops of so few iterations are not worth it.
const SHORT: i128 = 32;

pub fn fission(function: &mut Function, primal: &Function) {
    let primal = Primal::of(function, primal);
    each(function, &mut |function, op, at, out| {
        let parts = match &op.kind {
            OpKind::For(f) if at.reverse || primal.lacks(&op) => {
                parts(function, f, at.scope).map(|parts| (f, parts))
            }
            _ => None,
        };
        let Some((f, parts)) = parts else { return out.push(op) };
        for part in parts {
            let part = copy(function, f, &part);
            out.push(Op { kind: OpKind::For(Box::new(part)), span: op.span });
        }
    });
}

/// What one loop does: the sums that it carries, and the operations that write.
#[derive(Default)]
struct Part {
    sums: Vec<usize>,
    writes: Vec<usize>,
    /// The memories that it adds to.
    roots: HashSet<MemoryId>,
}

fn parts(function: &Function, f: &For, scope: &Scope) -> Option<Vec<Part>> {
    let fits = f.exit.is_none() && f.records.is_none() && f.range.adaptors.is_empty();
    let bound = |value: &ValueId| scope.constants.get(value);
    let short = match (bound(&f.range.start), bound(&f.range.end)) {
        (Some(start), Some(end)) => end - start < SHORT,
        _ => false,
    };
    if !fits || short {
        return None;
    }
    let mut inside = HashMap::default();
    for op in &f.body.ops {
        if !is_single(op) {
            return None;
        }
        if let [Var::Value(value)] = visit::operands(op).defines[..] {
            inside.insert(value, op);
        }
    }
    for (param, next) in f.body.params.iter().zip(&f.body.yields) {
        let Var::Value(next) = next else { return None };
        let float = matches!(function.value(*param).ty, Type::Float(_));
        if !float || !is_sum(&f.body, *param, *next) {
            return None;
        }
    }
    let analysis = Analysis { f, scope, function, inside };
    let mut loads: Vec<(usize, &Place)> = Vec::new();
    let mut stores: Vec<(usize, &Place)> = Vec::new();
    let mut additions: Vec<(usize, &Place)> = Vec::new();
    for (at, op) in f.body.ops.iter().enumerate() {
        match &op.kind {
            OpKind::Load { place, .. } => loads.push((at, place)),
            OpKind::Store { place, value } => {
                let constant = analysis.is_outside(*value)
                    || matches!(analysis.inside[value].kind, OpKind::Const { .. });
                if !constant {
                    return None;
                }
                stores.push((at, place));
            }
            OpKind::Accumulate { place, .. } => additions.push((at, place)),
            _ => {}
        }
    }
    let root = |place: &Place| function.root(place.memory);
    for (_, place) in &additions {
        let others = loads.iter().chain(&stores);
        if others.into_iter().any(|(_, other)| root(other) == root(place)) {
            return None;
        }
    }
    for (at, place) in &stores {
        let moves = matches!(
            place.path.last(),
            Some(Step::Index(index)) if analysis.offset(*index).is_some()
        );
        let before = loads
            .iter()
            .filter(|(_, load)| root(load) == root(place))
            .all(|(load_at, load)| load_at < at && load == place);
        let alone = stores.iter().filter(|(_, other)| root(other) == root(place)).count() == 1;
        if !moves || !before || !alone {
            return None;
        }
    }

    let mut parts: Vec<Part> = Vec::new();
    for (at, place) in &additions {
        let root = root(place);
        match parts.iter_mut().find(|part| !part.roots.contains(&root)) {
            Some(part) => {
                part.writes.push(*at);
                part.roots.insert(root);
            }
            None => parts.push(Part {
                sums: Vec::new(),
                writes: vec![*at],
                roots: HashSet::from_iter([root]),
            }),
        }
    }
    if parts.is_empty() {
        return None;
    }
    // What the loop reads it overwrites in the last part.
    let last = parts.last_mut()?;
    last.writes.extend(stores.iter().map(|(at, _)| *at));
    if !f.outs.is_empty() {
        let sums = Part { sums: (0..f.outs.len()).collect(), ..Part::default() };
        parts.insert(0, sums);
    }
    if parts.len() < 2 {
        return None;
    }
    let whole: HashSet<usize> = (0..f.body.ops.len()).collect();
    let mut total = 0;
    let mut counts: HashMap<usize, u32> = HashMap::default();
    for part in &parts {
        let needed = needed(f, part);
        total += cost(function, f, &needed);
        for at in needed {
            *counts.entry(at).or_default() += 1;
        }
    }
    let dear = |at: &usize| match &f.body.ops[*at].kind {
        OpKind::Rule { rule, .. } => rules::row(*rule).cost >= DEAR,
        _ => false,
    };
    let twice = counts.iter().any(|(at, count)| *count > 1 && dear(at));
    (!twice && total <= cost(function, f, &whole) + AGAIN).then_some(parts)
}

fn cost(function: &Function, f: &For, ops: &HashSet<usize>) -> u32 {
    let cost = |at: &usize| match &f.body.ops[*at].kind {
        OpKind::Rule { out, rule, .. } if function.value(*out).ty.is_float() => {
            rules::row(*rule).cost
        }
        OpKind::Compare { .. } | OpKind::Cast { .. } | OpKind::Select { .. } => 1,
        OpKind::Load { .. } => 1,
        _ => 0,
    };
    ops.iter().map(cost).sum()
}

/// The operations that a part needs.
fn needed(f: &For, part: &Part) -> HashSet<usize> {
    let mut wanted: HashSet<ValueId> = HashSet::default();
    for i in &part.sums {
        if let Var::Value(next) = f.body.yields[*i] {
            wanted.insert(next);
        }
    }
    let mut needed = HashSet::default();
    for (at, op) in f.body.ops.iter().enumerate().rev() {
        let operands = visit::operands(op);
        let defines = operands.defines.iter().any(|var| match var {
            Var::Value(value) => wanted.contains(value),
            Var::Memory(_) => false,
        });
        if defines || part.writes.contains(&at) {
            needed.insert(at);
            wanted.extend(operands.uses);
        }
    }
    needed
}

/// The loop with one part of its operations, under names of their own.
fn copy(function: &mut Function, f: &For, part: &Part) -> For {
    let needed = needed(f, part);
    let mut names: HashMap<ValueId, ValueId> = HashMap::default();
    let mut fresh = |value: ValueId, names: &mut HashMap<ValueId, ValueId>| {
        let info = function.value(value).clone();
        let new = function.new_value(info.ty, info.name, info.span);
        names.insert(value, new);
        new
    };
    let index = fresh(f.index, &mut names);
    let params = part.sums.iter().map(|i| fresh(f.body.params[*i], &mut names)).collect();
    let mut ops = Vec::new();
    for (_, op) in f.body.ops.iter().enumerate().filter(|(at, _)| needed.contains(at)) {
        let mut op = op.clone();
        visit::map_op_uses(&mut op, &mut |value| names.get(&value).copied().unwrap_or(value));
        if let [Var::Value(value)] = visit::operands(&op).defines[..] {
            let new = fresh(value, &mut names);
            visit::set_scalar_result(&mut op, new);
        }
        ops.push(op);
    }
    let yields = part.sums.iter().map(|i| match f.body.yields[*i] {
        Var::Value(next) => Var::Value(names.get(&next).copied().unwrap_or(next)),
        memory => memory,
    });
    For {
        index,
        range: f.range.clone(),
        inits: part.sums.iter().map(|i| f.inits[*i]).collect(),
        body: Region { params, ops, yields: yields.collect() },
        outs: part.sums.iter().map(|i| f.outs[*i]).collect(),
        exit: None,
        records: None,
    }
}
