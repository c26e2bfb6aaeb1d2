//! Sums in strands: a loop that does nothing but add to sums makes four sums of each, side by side, and adds these up in the end.
//!
//! In one sum each iteration waits for the addition of the one before. In four, three of four do not, and the compiler may make them in
//! lanes.
//!
//! **Condition.** The loop is an innermost one of a derivative, counts from zero, only reads, and all that it carries are sums that were made for
//! the derivative. What it reads are elements at a constant distance from the index, or do not change. It stands in a loop, or nothing is
//! recorded: a loop with checkpoints is left and entered again between two additions, and makes the same bits as without.
//!
//! **Proof.** The sums are adjoints, which may be reassociated. Four iterations are made where four are left, the others one by one, so that
//! the same elements are read.

use super::Primal;
use super::each::each;
use super::offsets::{Analysis, Scope};
use crate::ir::build::Cursor;
use crate::ir::{
    For, Function, Int, MemoryId, Op, OpKind, Place, Region, Step, Type, ValueId, Var, visit,
};
use crate::maps::{HashMap, HashSet};
use crate::rules::{self, Rule};

/// How many sums are made of one.
const STRANDS: usize = 4;

/// The most that an iteration may cost, in additions: dearer ones have enough to do while they wait.
const CHEAP: u32 = 16;

/// Elements that lie farther from the index than that have no slice with the others.
const FAR: i128 = 8;

/// Loops of fewer iterations are not worth it.
const SHORT: i128 = 16;

/// Whether there was such a loop.
pub fn strands(function: &mut Function, primal: &Function) -> bool {
    let primal = Primal::of(function, primal);
    let unrecorded = function.tapes.is_empty();
    let mut found = false;
    each(function, &mut |function, op, at, out| {
        if let OpKind::For(f) = &op.kind
            && (unrecorded || at.in_loop)
            && let Some(reads) = reads(function, f, &primal, at.scope)
        {
            found = true;
            split(function, (**f).clone(), &reads, op.span, out);
            return;
        }
        out.push(op);
    });
    found
}

/// What the iterations read at a constant distance from the index: the memory and the path to its elements, and the distances.
struct Read {
    memory: MemoryId,
    prefix: Vec<Step>,
    low: i128,
    high: i128,
    /// The operations, and their distances.
    loads: Vec<(usize, i128)>,
}

/// What the loop reads, if it is one to be split.
fn reads(function: &Function, f: &For, primal: &Primal, scope: &Scope) -> Option<Vec<Read>> {
    let constant = |value: &ValueId| scope.constants.get(value).copied();
    let fits = f.exit.is_none()
        && f.records.is_none()
        && f.range.adaptors.is_empty()
        && !f.range.inclusive
        && !f.outs.is_empty()
        && f.outs.len() <= 2
        && constant(&f.range.start) == Some(0)
        && constant(&f.range.end).is_none_or(|end| end >= SHORT)
        && function.value(f.index).ty == Type::Int(Int::Usize);
    if !fits {
        return None;
    }
    let (mut inside, mut uses) = (HashMap::default(), HashMap::<ValueId, usize>::default());
    let mut cost = 0;
    for op in &f.body.ops {
        cost += match &op.kind {
            OpKind::Rule { out, rule, .. } if function.value(*out).ty.is_float() => {
                rules::row(*rule).cost
            }
            OpKind::Load { .. } | OpKind::Rule { .. } | OpKind::Const { .. } => 0,
            _ => return None,
        };
        let operands = visit::operands(op);
        if let [Var::Value(value)] = operands.defines[..] {
            inside.insert(value, op);
        }
        operands.uses.into_iter().for_each(|value| *uses.entry(value).or_default() += 1);
    }
    if cost > CHEAP {
        return None;
    }
    for (param, next) in f.body.params.iter().zip(&f.body.yields) {
        let Var::Value(next) = next else { return None };
        let OpKind::Rule { rule: Rule::Add | Rule::Sub, args, .. } = &inside.get(next)?.kind else {
            return None;
        };
        let sum = args[0] == *param && uses[param] == 1 && !uses.contains_key(next);
        if !sum || primal.has(*next) || !function.value(*next).ty.is_float() {
            return None;
        }
    }
    let analysis = Analysis { f, scope, function, inside };
    let mut reads: Vec<Read> = Vec::new();
    for (at, op) in f.body.ops.iter().enumerate() {
        let OpKind::Load { place, .. } = &op.kind else { continue };
        let outside = |step: &Step| match step {
            Step::Index(index) => analysis.is_outside(*index),
            Step::Range { .. } => false,
            _ => true,
        };
        let Some((last, prefix)) = place.path.split_last() else { continue };
        if !prefix.iter().all(outside) {
            return None;
        }
        if outside(last) {
            continue;
        }
        let Step::Index(index) = last else { return None };
        let offset = analysis.offset(*index)?;
        let distance = offset.constant;
        let container = Place { memory: place.memory, path: prefix.to_vec() };
        let slice = matches!(
            function.place_type(&container),
            Type::Slice(_) | Type::Vec(_) | Type::Array(..)
        );
        let plain = offset.plus.is_empty() && offset.minus.is_empty() && offset.counter.is_none();
        if !slice || !plain || !(0..=FAR).contains(&distance) {
            return None;
        }
        match reads.iter_mut().find(|read| read.memory == place.memory && read.prefix == prefix) {
            Some(read) => {
                read.low = read.low.min(distance);
                read.high = read.high.max(distance);
                read.loads.push((at, distance));
            }
            None => reads.push(Read {
                memory: place.memory,
                prefix: prefix.to_vec(),
                low: distance,
                high: distance,
                loads: vec![(at, distance)],
            }),
        }
    }
    (!reads.is_empty()).then_some(reads)
}

/// The loop over groups of iterations, the sums of the strands, and the loop over the rest.
fn split(
    function: &mut Function,
    mut f: For,
    reads: &[Read],
    span: proc_macro2::Span,
    out: &mut Vec<Op>,
) {
    let usize = || Type::Int(Int::Usize);
    let mut cursor = Cursor { function, ops: out, span };
    let width = cursor.int(STRANDS as i128, usize());
    let groups = cursor.rule(Rule::Div, &[f.range.end, width]);
    let whole = cursor.rule(Rule::Mul, &[groups, width]);
    let mut inits = Vec::new();
    for init in &f.inits {
        let ty = cursor.function.value(*init).ty.clone();
        inits.push(*init);
        for _ in 1..STRANDS {
            inits.push(cursor.float(0.0, ty.clone()));
        }
    }
    let carried = |function: &mut Function| -> Vec<ValueId> {
        let mut made = Vec::new();
        for init in &inits {
            let ty = function.value(*init).ty.clone();
            made.push(function.new_value(ty, None, span));
        }
        made
    };
    let (params, outs) = (carried(cursor.function), carried(cursor.function));
    let index = cursor.function.new_value(usize(), None, span);

    let mut ops = Vec::new();
    let mut cursor = Cursor { function, ops: &mut ops, span };
    let first = cursor.rule(Rule::Mul, &[index, width]);
    let mut from: HashMap<usize, (MemoryId, i128)> = HashMap::default();
    for read in reads {
        let mut bound = |constant: i128| match constant {
            0 => first,
            _ => {
                let by = cursor.int(constant, usize());
                cursor.rule(Rule::Add, &[first, by])
            }
        };
        let (start, end) = (bound(read.low), bound(read.high + STRANDS as i128));
        let mut path = read.prefix.clone();
        path.push(Step::Range { start: Some(start), end: Some(end), inclusive: false });
        let name = cursor.function.memory(read.memory).name.clone();
        let slice = cursor.view(Place { memory: read.memory, path }, false, name);
        for (at, distance) in &read.loads {
            from.insert(*at, (slice, distance - read.low));
        }
    }
    // The integers of indices are of no use any more.
    let looked_at = looked_at(&f, &from);
    let mut yields = vec![None; params.len()];
    for strand in 0..STRANDS {
        let mut names: HashMap<ValueId, ValueId> = HashMap::default();
        for (i, param) in f.body.params.iter().enumerate() {
            names.insert(*param, params[i * STRANDS + strand]);
        }
        if looked_at.contains(&f.index) {
            let by = cursor.int(strand as i128, usize());
            let here = cursor.rule(Rule::Add, &[first, by]);
            names.insert(f.index, here);
        }
        for (at, op) in f.body.ops.iter().enumerate() {
            let [Var::Value(value)] = visit::operands(op).defines[..] else { continue };
            let used = looked_at.contains(&value) || f.body.yields.contains(&Var::Value(value));
            if !used {
                continue;
            }
            let mut op = op.clone();
            visit::map_op_uses(&mut op, &mut |value| names.get(&value).copied().unwrap_or(value));
            if let (OpKind::Load { place, .. }, Some((slice, distance))) =
                (&mut op.kind, from.get(&at))
            {
                let index = cursor.int(distance + strand as i128, usize());
                *place = Place { memory: *slice, path: vec![Step::Index(index)] };
            }
            let info = cursor.function.value(value).clone();
            let made = cursor.function.new_value(info.ty, info.name, info.span);
            visit::set_scalar_result(&mut op, made);
            names.insert(value, made);
            cursor.ops.push(op);
        }
        for (i, next) in f.body.yields.iter().enumerate() {
            if let Var::Value(next) = next {
                yields[i * STRANDS + strand] = names.get(next).copied().map(Var::Value);
            }
        }
    }
    let body = Region { params, ops, yields: yields.into_iter().flatten().collect() };
    let range = crate::ir::Range { end: groups, ..f.range.clone() };
    let strands = For { index, range, inits, body, outs: outs.clone(), exit: None, records: None };
    out.push(Op { kind: OpKind::For(Box::new(strands)), span });

    let mut cursor = Cursor { function, ops: out, span };
    for (init, outs) in f.inits.iter_mut().zip(outs.chunks(STRANDS)) {
        *init = outs[0];
        for strand in &outs[1..] {
            *init = cursor.rule(Rule::Add, &[*init, *strand]);
        }
    }
    f.range.start = whole;
    out.push(Op { kind: OpKind::For(Box::new(f)), span });
}

/// The values that something other than the index of one of these loads is made of.
fn looked_at(f: &For, from: &HashMap<usize, (MemoryId, i128)>) -> HashSet<ValueId> {
    let mut wanted: HashSet<ValueId> = HashSet::default();
    for (at, op) in f.body.ops.iter().enumerate().rev() {
        let operands = visit::operands(op);
        let needed = operands.defines.iter().any(|var| {
            f.body.yields.contains(var)
                || matches!(var, Var::Value(value) if wanted.contains(value))
        });
        if needed && !from.contains_key(&at) {
            wanted.extend(operands.uses);
        }
    }
    wanted
}
