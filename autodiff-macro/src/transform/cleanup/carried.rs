//! Elements that one iteration leaves to the next: where an iteration touches `d[i]` and `d[i + 1]`, the second is the first of the next
//! iteration, and waits for it in a local instead of being written and read again.
//!
//! **Condition.** The loop is an innermost one of a derivative, over `start..end` or backwards. All that it does with the storage is to read,
//! write and add to elements whose distance from the index is a constant, at least two of them and not far apart, directly or through slices
//! that begin at the index.
//!
//! **Proof.** Going up, an iteration is the first to touch the element that is farthest up, which it reads from memory, and the last to touch the
//! one farthest down, which it writes there; the others have come from the iteration before and go to the next. In front of the first
//! iteration they are read, behind the last they are written: the same operations on the same numbers in the same order. Whatever lies between
//! what is touched is read and written, too, and lies within the slice as both ends do. A loop that does not run touches nothing: it stands
//! in a branch.

use super::Primal;
use super::each::each;
use super::offsets::{Analysis, Scope};
use super::windows::guarded;
use crate::ir::build::Cursor;
use crate::ir::{
    Adaptor, For, Function, Int, MemoryId, Op, OpKind, Origin, Place, Region, Step, Type, ValueId,
    Var, visit,
};
use crate::maps::{HashMap, HashSet};
use crate::rules::Rule;

/// The most elements that wait for the next iteration.
const MOST: i128 = 3;

/// `spare`: memories that are not to be touched where they were not. Whether there was something to carry.
pub fn carried(function: &mut Function, primal: &Function, spare: &HashSet<MemoryId>) -> bool {
    let primal = Primal::of(function, primal);
    let mut found = false;
    each(function, &mut |function, op, at, out| {
        found |= Pass { function, primal: &primal, spare }.operation(op, at.scope, out);
    });
    found
}

struct Pass<'a> {
    function: &'a mut Function,
    primal: &'a Primal,
    spare: &'a HashSet<MemoryId>,
}

/// A storage whose elements are carried, and what touches it: operations of the body, and the distance of the element from the index.
struct Found {
    base: MemoryId,
    low: i128,
    high: i128,
    touches: HashMap<usize, i128>,
}

impl Pass<'_> {
    /// Whether it was a loop that carries something now.
    fn operation(&mut self, mut op: Op, scope: &Scope, out: &mut Vec<Op>) -> bool {
        let span = op.span;
        if let OpKind::For(f) = &mut op.kind
            && let all = self.find(f, scope)
            && !all.is_empty()
        {
            let (mut before, mut after) = (Vec::new(), Vec::new());
            let seen = f.outs.len();
            let ops = std::mem::take(&mut f.body.ops);
            let mut ops: Vec<(Option<usize>, Op)> =
                ops.into_iter().enumerate().map(|(at, op)| (Some(at), op)).collect();
            for found in all {
                self.carry(f, &mut ops, scope, found, &mut before, &mut after, span);
            }
            f.body.ops = ops.into_iter().map(|(_, op)| op).collect();
            drop_slices(self.primal, &mut f.body);
            let added = f.outs.len() - seen;
            let bounds = [f.range.start, f.range.end];
            out.extend(guarded(self.function, f, bounds, before, after, added, span));
            return true;
        }
        out.push(op);
        false
    }

    fn find(&self, f: &For, scope: &Scope) -> Vec<Found> {
        let simple = f.range.adaptors.iter().all(|adaptor| *adaptor == Adaptor::Rev)
            && f.range.adaptors.len() <= 1
            && !f.range.inclusive
            && f.exit.is_none()
            && self.function.value(f.index).ty == Type::Int(Int::Usize);
        let fits = |op: &Op| match &op.kind {
            OpKind::Load { .. }
            | OpKind::Store { .. }
            | OpKind::Accumulate { .. }
            | OpKind::View { .. } => true,
            kind => kind.computed().is_some() || matches!(kind, OpKind::Const { .. }),
        };
        if !simple || !f.body.ops.iter().all(fits) {
            return Vec::new();
        }
        let mut inside = HashMap::default();
        let mut views: HashMap<MemoryId, &Place> = HashMap::default();
        for op in &f.body.ops {
            for var in visit::operands(op).defines {
                if let Var::Value(value) = var {
                    inside.insert(value, op);
                }
            }
            if let OpKind::View { memory, of } = &op.kind {
                views.insert(*memory, of);
            }
        }
        let analysis = Analysis { f, scope, function: self.function, inside };
        let mut all: HashMap<MemoryId, Option<Found>> = HashMap::default();
        let mut order = Vec::new();
        for (at, op) in f.body.ops.iter().enumerate() {
            let writes = matches!(op.kind, OpKind::Store { .. } | OpKind::Accumulate { .. });
            for (place, _) in visit::operands(op).places {
                let root = self.function.root(place.memory);
                if matches!(op.kind, OpKind::View { .. }) {
                    continue;
                }
                let touched = match &op.kind {
                    OpKind::Load { .. } | OpKind::Store { .. } | OpKind::Accumulate { .. } => {
                        element(&analysis, &views, &place)
                    }
                    _ => None,
                };
                let found = all.entry(root).or_insert_with(|| {
                    order.push(root);
                    touched.map(|(base, distance)| Found {
                        base,
                        low: distance,
                        high: distance,
                        touches: HashMap::default(),
                    })
                });
                *found = match (found.take(), touched) {
                    (Some(mut found), Some((base, distance))) if found.base == base => {
                        found.low = found.low.min(distance);
                        found.high = found.high.max(distance);
                        found.touches.insert(at, distance);
                        Some(found)
                    }
                    _ => None,
                };
                if writes
                    && let OpKind::Store { value, .. } | OpKind::Accumulate { value, .. } = &op.kind
                    && !self.function.value(*value).ty.is_float()
                {
                    *found = None;
                }
            }
        }
        let mut carried = Vec::new();
        for root in order {
            let Some(Some(found)) = all.remove(&root) else { continue };
            let derived = root.index() >= self.primal.memories;
            let writes = |at: &usize| {
                matches!(f.body.ops[*at].kind, OpKind::Store { .. } | OpKind::Accumulate { .. })
            };
            let float = matches!(
                &self.function.memory(found.base).ty,
                Type::Slice(of) | Type::Vec(of) if matches!(**of, Type::Float(_))
            );
            let far = found.high - found.low;
            let first = scope.constants.get(&f.range.start).copied().unwrap_or(0);
            if derived
                && float
                && !self.spare.contains(&root)
                && !matches!(self.function.memory(found.base).origin, Origin::Record(_))
                && (1..=MOST).contains(&far)
                && first + found.low >= 0
                && found.touches.keys().any(writes)
            {
                carried.push(found);
            }
        }
        carried
    }

    /// `body`: the operations with their positions in the loop as it was.
    #[allow(clippy::too_many_arguments)]
    fn carry(
        &mut self,
        f: &mut For,
        body: &mut Vec<(Option<usize>, Op)>,
        scope: &Scope,
        found: Found,
        before: &mut Vec<Op>,
        after: &mut Vec<Op>,
        span: proc_macro2::Span,
    ) {
        let up = f.range.adaptors.is_empty();
        let Found { base, low, high, touches } = found;
        let function = &mut *self.function;
        let info = function.memory(base).clone();
        let leaf = info.ty.element().cloned().unwrap_or(Type::Unknown);
        let element = |cursor: &mut Cursor<'_>, index: ValueId, distance: i128| {
            let index = match distance {
                0 => index,
                _ => {
                    let by = cursor.int(distance.abs(), Type::Int(Int::Usize));
                    let rule = if distance > 0 { Rule::Add } else { Rule::Sub };
                    match scope.constants.get(&index).map(|first| first + distance) {
                        Some(sum) => cursor.int(sum, Type::Int(Int::Usize)),
                        None => cursor.rule(rule, &[index, by]),
                    }
                }
            };
            Place { memory: base, path: vec![Step::Index(index)] }
        };
        // The distances, from the index of an iteration, of what comes from the one before; of what it is the first to touch; and
        // of what it is the last to touch.
        let (comes, fresh, last): (Vec<i128>, i128, i128) = match up {
            true => ((low..high).collect(), high, low),
            false => ((low + 1..=high).collect(), low, high),
        };
        let mut current: HashMap<i128, ValueId> = HashMap::default();
        let added = f.body.params.len();
        for distance in &comes {
            // In front of the first iteration, whose index is the first or the last of all.
            let mut cursor = Cursor { function, ops: before, span };
            let place = match up {
                true => element(&mut cursor, f.range.start, *distance),
                false => element(&mut cursor, f.range.end, *distance - 1),
            };
            f.inits.push(cursor.load(place, None));
            let param = function.new_value(leaf.clone(), info.name.clone(), span);
            f.body.params.push(param);
            current.insert(*distance, param);
        }
        let mut done = Vec::new();
        let mut names: HashMap<ValueId, ValueId> = HashMap::default();
        for (at, mut op) in std::mem::take(body) {
            visit::map_op_uses(&mut op, &mut |value| names.get(&value).copied().unwrap_or(value));
            let Some(distance) = at.and_then(|at| touches.get(&at)) else {
                done.push((at, op));
                continue;
            };
            let mut ops = Vec::new();
            let mut cursor = Cursor { function, ops: &mut ops, span: op.span };
            let overwrites = matches!(op.kind, OpKind::Store { .. });
            if *distance == fresh && !overwrites && !current.contains_key(distance) {
                let place = element(&mut cursor, f.index, fresh);
                let value = cursor.load(place, None);
                current.insert(fresh, value);
            }
            match op.kind {
                OpKind::Load { out, .. } => {
                    names.insert(out, current[distance]);
                }
                OpKind::Store { value, .. } => {
                    current.insert(*distance, value);
                }
                OpKind::Accumulate { value, .. } => {
                    let sum = cursor.rule(Rule::Add, &[current[distance], value]);
                    current.insert(*distance, sum);
                }
                _ => unreachable!("only these touch elements"),
            }
            done.extend(ops.into_iter().map(|op| (None, op)));
        }
        let mut ops = Vec::new();
        let mut cursor = Cursor { function, ops: &mut ops, span };
        let place = element(&mut cursor, f.index, last);
        cursor.push(OpKind::Store { place, value: current[&last] });
        done.extend(ops.into_iter().map(|op| (None, op)));
        *body = done;
        for next in &mut f.body.yields[..added] {
            if let Var::Value(value) = next {
                *value = names.get(value).copied().unwrap_or(*value);
            }
        }
        let step = if up { 1 } else { -1 };
        for distance in comes {
            f.body.yields.push(Var::Value(current[&(distance + step)]));
            let out = function.new_value(leaf.clone(), info.name.clone(), span);
            f.outs.push(out);
            // Behind the last iteration.
            let mut cursor = Cursor { function, ops: after, span };
            let place = match up {
                true => element(&mut cursor, f.range.end, distance),
                false => element(&mut cursor, f.range.start, distance - 1),
            };
            cursor.push(OpKind::Store { place, value: out });
        }
    }
}

/// Drops the slices of adjoints that nothing is left to go through.
fn drop_slices(primal: &Primal, body: &mut Region) {
    loop {
        let mut mentioned: HashSet<MemoryId> = HashSet::default();
        for op in &body.ops {
            mentioned.extend(visit::operands(op).places.iter().map(|(place, _)| place.memory));
        }
        let before = body.ops.len();
        body.ops.retain(|op| match &op.kind {
            OpKind::View { memory, .. } => {
                memory.index() < primal.memories || mentioned.contains(memory)
            }
            _ => true,
        });
        if body.ops.len() == before {
            return;
        }
    }
}

/// The memory from outside of the loop and the distance from the index, if the place is an element at a constant distance.
fn element(
    analysis: &Analysis<'_>,
    views: &HashMap<MemoryId, &Place>,
    place: &Place,
) -> Option<(MemoryId, i128)> {
    let [Step::Index(index)] = place.path[..] else { return None };
    let Some(mut of) = views.get(&place.memory) else {
        return Some((place.memory, distance(analysis, index)?));
    };
    let mut sum = analysis.constant(index)?;
    loop {
        let [Step::Range { start, .. }] = &of.path[..] else { return None };
        match views.get(&of.memory) {
            Some(outer) => {
                sum += start.map_or(Some(0), |start| analysis.constant(start))?;
                of = outer;
            }
            None => return Some((of.memory, sum + distance(analysis, (*start)?)?)),
        }
    }
}

fn distance(analysis: &Analysis<'_>, index: ValueId) -> Option<i128> {
    let offset = analysis.offset(index)?;
    let plain = offset.plus.is_empty() && offset.minus.is_empty() && offset.counter.is_none();
    plain.then_some(offset.constant)
}
