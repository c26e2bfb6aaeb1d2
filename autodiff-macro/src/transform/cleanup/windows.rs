//! Windows: in an innermost loop, the elements at `index + offset` become those of a slice taken in front
//! of the loop, whose length is the number of iterations. One check of bounds stands for all of them, and the loop
//! may run in lanes.
//!
//! **Condition.** Each access is made in every iteration, at the loop's index (or an integer that steps by one) plus what does not
//! change in the loop; so the slice spans what the loop touches, and if the loop runs at all, it lies within bounds: the forward
//! sweep made the same accesses. Where the loop writes, all that it touches of that storage lies in one window: no two names for
//! the same element. (Halves of a split are apart: what lies in one does not lie in the other.) A loop that does not run takes no
//! slice: it stands in a branch.
//!
//! In a loop of the user's no forward sweep has made the accesses before; the slice panics when one of them would, and before
//! the loop does anything. It does nothing but compute and write (no call, no effect, no early end), so that makes no difference
//! but in what the message says. Where an offset is made of sums *and* differences, it may overflow in the one order only: these
//! stay as they are.

use super::each::each;
use super::offsets::{Analysis, Offset, Scope, Touched};
use super::promote::{hoist, promote};
use super::{Primal, is_single};
use crate::ir::{
    Adaptor, Comparison, For, Function, Int, MemoryId, Op, OpKind, Origin, Place, Region, Step,
    Type, ValueId, Var,
    visit::{self, Access},
};
use crate::rules::Rule;
use crate::{
    ir::build::Cursor,
    maps::{HashMap, HashSet},
};

/// Takes windows wherever that can be; `spare`: memories that are not to be given other names. Whether there was one.
pub fn windows(function: &mut Function, primal: &Function, spare: &HashSet<MemoryId>) -> bool {
    let primal = Primal::of(function, primal);
    let halves = halves(function);
    let mut found = false;
    each(function, &mut |function, mut op, at, out| {
        let (span, derived) = (op.span, at.reverse || primal.lacks(&op));
        if let OpKind::For(f) = &mut op.kind
            && let Some(ops) = window_loop(function, f, derived, at.scope, spare, &halves, span)
        {
            found = true;
            out.extend(ops);
            return;
        }
        out.push(op);
    });
    found
}

/// Of each half of a split, the other one.
type Halves = HashMap<MemoryId, MemoryId>;

fn halves(function: &Function) -> Halves {
    let mut halves = Halves::default();
    visit::walk(&function.body, &mut |op| {
        if let OpKind::Split { memories: [left, right], .. } = op.kind {
            halves.extend([(left, right), (right, left)]);
        }
    });
    halves
}

/// Accesses that share a window: one memory, one prefix of the path, offsets that differ by constants.
struct Group {
    memory: MemoryId,
    prefix: Vec<Step>,
    offset: Offset,
    low: i128,
    high: i128,
    accesses: Vec<(usize, i128)>,
}

fn window_loop(
    function: &mut Function,
    f: &mut For,
    derived: bool,
    scope: &Scope,
    spare: &HashSet<MemoryId>,
    halves: &Halves,
    span: proc_macro2::Span,
) -> Option<Vec<Op>> {
    let simple = f.range.adaptors.iter().all(|adaptor| *adaptor == Adaptor::Rev)
        && f.range.adaptors.len() <= 1
        && !f.range.inclusive
        && f.exit.is_none()
        && function.value(f.index).ty == Type::Int(Int::Usize);
    if !simple || !f.body.ops.iter().all(is_single) {
        return None;
    }
    let (hoisted, promoted) = promote(function, f, derived, scope, spare, span);
    let mut groups = groups(function, f, scope, halves);
    groups.retain(|group| !spare.contains(&function.root(group.memory)));
    if !derived {
        groups.retain(|Group { offset, low, .. }| {
            offset.minus.is_empty() && (offset.plus.is_empty() || *low >= 0)
        });
    }
    if groups.is_empty() && promoted.is_empty() {
        return None;
    }
    Some(rewrite(function, f, scope, groups, hoisted, promoted, span))
}

fn groups(function: &Function, f: &For, scope: &Scope, halves: &Halves) -> Vec<Group> {
    let mut inside = HashMap::default();
    for op in &f.body.ops {
        for var in visit::operands(op).defines {
            if let Var::Value(value) = var {
                inside.insert(value, op);
            }
        }
    }
    let analysis = Analysis { f, scope, function, inside };
    let mut accesses = Vec::new();
    for (at, op) in f.body.ops.iter().enumerate() {
        for (place, access) in visit::operands(op).places {
            let writes = !matches!(access, Access::Read | Access::Shape);
            let offset = match place.path.last() {
                Some(Step::Index(index)) => analysis.offset(*index),
                _ => None,
            };
            let (prefix, recorded) = (
                &place.path[..place.path.len().saturating_sub(1)],
                matches!(function.memory(place.memory).origin, Origin::Record(_)),
            );
            let still = prefix.iter().all(|step| match step {
                Step::Index(index) => analysis.is_outside(*index),
                Step::Field(_) => true,
                _ => false,
            });
            let container = Place { memory: place.memory, path: prefix.to_vec() };
            // The compiler knows the bounds of arrays.
            let slice = matches!(function.place_type(&container), Type::Slice(_) | Type::Vec(_));
            let offset = offset.filter(|_| still && slice && !recorded);
            accesses.push(Touched { op: at, place, writes, offset });
        }
    }
    let overlaps = |a: MemoryId, b: MemoryId| may_overlap(function, halves, a, b);
    let written: HashSet<MemoryId> =
        accesses.iter().filter(|access| access.writes).map(|access| access.place.memory).collect();
    let is_written = |memory: MemoryId| written.iter().any(|other| overlaps(*other, memory));
    let mut groups: Vec<Group> = Vec::new();
    let mut direct: HashSet<MemoryId> = HashSet::default();
    for access in &accesses {
        let Some(offset) = &access.offset else {
            direct.insert(access.place.memory);
            continue;
        };
        let prefix = &access.place.path[..access.place.path.len() - 1];
        let constant = offset.constant;
        let base = Offset { constant: 0, ..offset.clone() };
        let found = groups.iter_mut().find(|group| {
            // What is only read may have several names: one for each distance.
            let together = group.low == constant || is_written(access.place.memory);
            together
                && group.memory == access.place.memory
                && group.prefix == prefix
                && group.offset == base
        });
        match found {
            Some(group) => {
                group.low = group.low.min(constant);
                group.high = group.high.max(constant);
                group.accesses.push((access.op, constant));
            }
            None => groups.push(Group {
                memory: access.place.memory,
                prefix: prefix.to_vec(),
                offset: base,
                low: constant,
                high: constant,
                accesses: vec![(access.op, constant)],
            }),
        }
    }
    let memories: Vec<MemoryId> = groups.iter().map(|group| group.memory).collect();
    groups.retain(|group| {
        let with = |other: &&MemoryId| overlaps(**other, group.memory);
        let alone = memories.iter().filter(with).count() == 1;
        !is_written(group.memory) || (alone && !direct.iter().any(|other| with(&other)))
    });
    groups
}

/// Whether two memories may have an element in common. They have none if their roots are two, or if one lies in the one half of
/// a split, and the other in the other.
fn may_overlap(function: &Function, halves: &Halves, a: MemoryId, b: MemoryId) -> bool {
    let chain = |mut memory: MemoryId| {
        let mut chain = vec![memory];
        while let Origin::View(of) = &function.memory(memory).origin {
            memory = of.memory;
            chain.push(memory);
        }
        chain
    };
    let (a, b) = (chain(a), chain(b));
    if a.last() != b.last() {
        return false;
    }
    !a.iter().any(|half| halves.get(half).is_some_and(|other| b.contains(other)))
}

fn rewrite(
    function: &mut Function,
    f: &mut For,
    scope: &Scope,
    groups: Vec<Group>,
    mut before: Vec<Op>,
    after: Vec<Op>,
    span: proc_macro2::Span,
) -> Vec<Op> {
    let usize = Type::Int(Int::Usize);
    let definitions: HashMap<ValueId, Op> = f
        .body
        .ops
        .iter()
        .filter_map(|op| match visit::operands(op).defines[..] {
            [Var::Value(value)] => Some((value, op.clone())),
            _ => None,
        })
        .collect();
    let indices = indices(f, &groups);
    let mut there: HashMap<ValueId, ValueId> = HashMap::default();
    let (start, end) = (f.range.start, f.range.end);
    let from_zero = scope.constants.get(&start) == Some(&0);
    // `[0..n]` is a slice for every `n` that the loop counts to, also for none.
    let always = from_zero
        && after.is_empty()
        && groups
            .iter()
            .all(|group| group.offset == Offset::default() && (group.low, group.high) == (0, 0));
    let mut inner = Vec::new();
    // The position in a window.
    let position = if from_zero {
        f.index
    } else {
        let mut cursor = Cursor { function, ops: &mut inner, span };
        cursor.rule(Rule::Sub, &[f.index, start])
    };
    let mut positions: HashMap<i128, ValueId> = HashMap::from_iter([(0, position)]);
    for group in &groups {
        let Offset { plus, minus, counter, .. } = &group.offset;
        let mut outside = |function: &mut Function, value: &ValueId| {
            hoist(function, *value, &definitions, &mut there, &mut before)
        };
        let plus: Vec<ValueId> = plus.iter().map(|value| outside(function, value)).collect();
        let minus: Vec<ValueId> = minus.iter().map(|value| outside(function, value)).collect();
        let mut cursor = Cursor { function, ops: &mut before, span };
        let at = |cursor: &mut Cursor<'_>, first: Option<ValueId>, constant: i128| {
            let known = match first {
                Some(first) => scope.constants.get(&first).copied(),
                None => Some(0),
            };
            if let (Some(first), [], []) = (known, &plus[..], &minus[..])
                && first + constant >= 0
            {
                return cursor.int(first + constant, Type::Int(Int::Usize));
            }
            // Additions first: what is subtracted is part of what was added.
            let mut sum = first;
            for value in &plus {
                sum = Some(match sum {
                    Some(sum) => cursor.rule(Rule::Add, &[sum, *value]),
                    None => *value,
                });
            }
            let mut sum = match sum {
                Some(sum) => sum,
                None => cursor.int(0, Type::Int(Int::Usize)),
            };
            if constant > 0 {
                let by = cursor.int(constant, Type::Int(Int::Usize));
                sum = cursor.rule(Rule::Add, &[sum, by]);
            }
            for value in &minus {
                sum = cursor.rule(Rule::Sub, &[sum, *value]);
            }
            if constant < 0 {
                let by = cursor.int(-constant, Type::Int(Int::Usize));
                sum = cursor.rule(Rule::Sub, &[sum, by]);
            }
            sum
        };
        let (low, high) = match counter {
            Some(first) => {
                let trips = if from_zero { end } else { cursor.rule(Rule::Sub, &[end, start]) };
                let low = at(&mut cursor, Some(*first), group.low);
                let past = at(&mut cursor, Some(*first), group.high);
                (low, cursor.rule(Rule::Add, &[past, trips]))
            }
            None => {
                let first = (!from_zero).then_some(start);
                (at(&mut cursor, first, group.low), at(&mut cursor, Some(end), group.high))
            }
        };
        let mut path = group.prefix.clone();
        path.push(Step::Range { start: Some(low), end: Some(high), inclusive: false });
        let of = Place { memory: group.memory, path };
        let info = cursor.function.memory(group.memory).clone();
        let window = cursor.view(of, info.mutable, info.name);
        for (op, constant) in &group.accesses {
            let shift = constant - group.low;
            let at = *positions.entry(shift).or_insert_with(|| {
                let mut cursor = Cursor { function: &mut *function, ops: &mut inner, span };
                let by = cursor.int(shift, usize.clone());
                cursor.rule(Rule::Add, &[position, by])
            });
            match &mut f.body.ops[*op].kind {
                OpKind::Load { place, .. }
                | OpKind::Store { place, .. }
                | OpKind::Accumulate { place, .. } => {
                    *place = Place { memory: window, path: vec![Step::Index(at)] };
                }
                _ => unreachable!("only these have places in such a loop"),
            }
        }
    }
    inner.append(&mut f.body.ops);
    f.body.ops = inner;
    drop_indices(function, &mut f.body, indices);
    count_from_zero(function, f, position, &mut before, span);
    let runs = match (scope.constants.get(&start), scope.constants.get(&end)) {
        (Some(start), Some(end)) => start < end,
        _ => always || scope.is_less(start, end),
    };
    if runs {
        return unguarded(f, before, after, span);
    }
    let added = after.len();
    guarded(function, f, [start, end], before, after, added, span)
}

/// The indices of the accesses that get a window.
fn indices(f: &For, groups: &[Group]) -> Vec<ValueId> {
    let accesses = groups.iter().flat_map(|group| &group.accesses);
    let uses = accesses.flat_map(|(op, _)| visit::operands(&f.body.ops[*op]).uses);
    uses.collect()
}

/// Drops what computed an index and is of no use any more: the window's bounds have been computed in its place.
fn drop_indices(function: &Function, body: &mut Region, mut unused: Vec<ValueId>) {
    while let Some(value) = unused.pop() {
        if !function.value(value).ty.is_int() || body.yields.contains(&Var::Value(value)) {
            continue;
        }
        if body.ops.iter().any(|op| visit::operands(op).uses.contains(&value)) {
            continue;
        }
        let found = body
            .ops
            .iter()
            .position(|op| matches!(&op.kind, OpKind::Rule { out, .. } if *out == value));
        if let Some(at) = found {
            unused.extend(visit::operands(&body.ops.remove(at)).uses);
        }
    }
}

/// Counts the positions themselves where nothing else is made of the index.
fn count_from_zero(
    function: &mut Function,
    f: &mut For,
    position: ValueId,
    before: &mut Vec<Op>,
    span: proc_macro2::Span,
) {
    let index = f.index;
    let uses = f.body.ops.iter().filter(|op| visit::operands(op).uses.contains(&index)).count();
    if position == index || uses != 1 || f.body.yields.contains(&Var::Value(index)) {
        return;
    }
    f.body.ops.retain(|op| !visit::operands(op).defines.contains(&Var::Value(position)));
    f.index = position;
    let mut cursor = Cursor { function, ops: before, span };
    let trips = cursor.rule(Rule::Sub, &[f.range.end, f.range.start]);
    f.range.start = cursor.int(0, Type::Int(Int::Usize));
    f.range.end = trips;
}

/// `before; the loop; after`.
fn unguarded(f: &mut For, mut before: Vec<Op>, after: Vec<Op>, span: proc_macro2::Span) -> Vec<Op> {
    let inner = take(f);
    before.push(Op { kind: OpKind::For(Box::new(inner)), span });
    before.extend(after);
    before
}

fn take(f: &mut For) -> For {
    let empty = For {
        index: f.index,
        range: f.range.clone(),
        inits: Vec::new(),
        body: Region::default(),
        outs: Vec::new(),
        exit: None,
        records: None,
    };
    std::mem::replace(f, empty)
}

/// The same in `if start < end { .. }`. The last `added` results of the loop are stored behind it, and not seen outside.
pub(super) fn guarded(
    function: &mut Function,
    f: &mut For,
    [start, end]: [ValueId; 2],
    mut before: Vec<Op>,
    after: Vec<Op>,
    added: usize,
    span: proc_macro2::Span,
) -> Vec<Op> {
    let mut inner = take(f);
    let seen = inner.outs.len() - added;
    let outs = inner.outs[..seen].iter().map(|out| Var::Value(*out)).collect();
    for out in &mut inner.outs[..seen] {
        let info = function.value(*out).clone();
        *out = function.new_value(info.ty, info.name, span);
    }
    let then = inner.outs[..seen].iter().map(|out| Var::Value(*out)).collect();
    let otherwise = inner.inits[..seen].iter().map(|init| Var::Value(*init)).collect();
    before.push(Op { kind: OpKind::For(Box::new(inner)), span });
    before.extend(after);
    let cond = function.new_value(Type::Bool, None, span);
    let compare = OpKind::Compare { out: cond, op: Comparison::Lt, args: [start, end] };
    let branch = OpKind::If {
        cond,
        then: Region { params: Vec::new(), ops: before, yields: then },
        otherwise: Region { params: Vec::new(), ops: Vec::new(), yields: otherwise },
        outs,
    };
    vec![Op { kind: compare, span }, Op { kind: branch, span }]
}
