//! Sums into one element: a loop that only adds to an adjoint at a place that stays where it is carries the sum instead.

use super::offsets::Scope;
use crate::ir::{
    Constant, For, Function, MemoryId, Op, OpKind, Origin, Place, Region, Role, Step, ValueId, Var,
    visit::{self, Access},
};
use crate::maps::{HashMap, HashSet};
use crate::rules::Rule;

/// Sums into one element, of a storage that the loop only adds to, are made in a local: returns what computes the places and first
/// values, to stand in front of the loop, and what writes the sums, to stand behind it. The loop carries them.
///
/// The local starts as the element, where no other addition of the loop can go there: these are the same additions in the same
/// order, so that a loop with checkpoints, which is left and entered again between two of them, makes the same bits. Otherwise it
/// starts as zero and is added in the end; a loop with checkpoints keeps records, and nothing that does is changed like that.
pub(super) fn promote(
    function: &mut Function,
    f: &mut For,
    derived: bool,
    scope: &Scope,
    spare: &HashSet<MemoryId>,
    span: proc_macro2::Span,
) -> (Vec<Op>, Vec<Op>) {
    let inside: HashSet<ValueId> = f
        .body
        .ops
        .iter()
        .flat_map(|op| visit::operands(op).defines)
        .filter_map(|var| var.value())
        .chain([f.index])
        .chain(f.body.params.iter().copied())
        .collect();
    let mut looked_at: HashSet<MemoryId> = HashSet::default();
    let mut definitions: HashMap<ValueId, Op> = HashMap::default();
    for op in &f.body.ops {
        let operands = visit::operands(op);
        if let [Var::Value(value)] = operands.defines[..] {
            definitions.insert(value, op.clone());
        }
        for (place, access) in operands.places {
            if access != Access::Add {
                looked_at.insert(function.root(place.memory));
            }
        }
    }
    let recorded: HashSet<ValueId> = f
        .records
        .iter()
        .flat_map(|records| &records.fields)
        .filter_map(|var| var.value())
        .collect();
    let places = summed(function, &f.body);
    let (mut before, mut there) = (Vec::new(), HashMap::default());
    let mut after = Vec::new();
    // The sum of a place that the loop adds to more than once.
    let mut carried: Vec<(Place, usize)> = Vec::new();
    for op in &mut f.body.ops {
        let OpKind::Accumulate { place, value } = &op.kind else { continue };
        let root = function.root(place.memory);
        let still = place.path.iter().all(|step| match step {
            Step::Index(index) => {
                !recorded.contains(index) && is_still(function, *index, &inside, &definitions)
            }
            Step::Range { .. } => false,
            _ => true,
        });
        let ty = function.value(*value).ty.clone();
        // What the user adds up keeps its order.
        let adjoint = derived
            || matches!(function.memory(root).origin, Origin::Param(i)
                if matches!(function.params[i].role, Role::Adjoint(_)));
        if !still
            || !adjoint
            || looked_at.contains(&root)
            || spare.contains(&root)
            || !ty.is_float()
        {
            continue;
        }
        let constant = |value: ValueId| match definitions.get(&value).map(|op| &op.kind) {
            Some(OpKind::Const { value: Constant::Int(n), .. }) => Some(*n),
            _ => scope.constants.get(&value).copied(),
        };
        let alone = alone(place, &places[&root], constant);
        if !alone && !function.tapes.is_empty() {
            continue;
        }
        let written = place.clone();
        if alone && let Some((_, at)) = carried.iter().find(|(place, _)| *place == written) {
            let next = function.new_value(ty, None, span);
            let Var::Value(before) = f.body.yields[*at] else { continue };
            op.kind = OpKind::Rule { out: next, rule: Rule::Add, args: vec![before, *value] };
            f.body.yields[*at] = Var::Value(next);
            continue;
        }
        let mut place = place.clone();
        for step in &mut place.path {
            if let Step::Index(index) = step {
                *index = hoist(function, *index, &definitions, &mut there, &mut before);
            }
        }
        let [init, param, next, out] = [0; 4].map(|_| function.new_value(ty.clone(), None, span));
        if alone {
            before.push(Op { kind: OpKind::Load { out: init, place: place.clone() }, span });
            after.push(Op { kind: OpKind::Store { place, value: out }, span });
            carried.push((written, f.body.yields.len()));
        } else {
            let zero = OpKind::Const { out: init, value: Constant::Float(0.0, None) };
            before.push(Op { kind: zero, span });
            after.push(Op { kind: OpKind::Accumulate { place, value: out }, span });
        }
        op.kind = OpKind::Rule { out: next, rule: Rule::Add, args: vec![param, *value] };
        f.inits.push(init);
        f.body.params.push(param);
        f.body.yields.push(Var::Value(next));
        f.outs.push(out);
    }
    (before, after)
}

/// The places that a loop adds to, by their roots.
fn summed(function: &Function, body: &Region) -> HashMap<MemoryId, Vec<Place>> {
    let mut places: HashMap<MemoryId, Vec<Place>> = HashMap::default();
    for op in &body.ops {
        if let OpKind::Accumulate { place, .. } = &op.kind {
            places.entry(function.root(place.memory)).or_default().push(place.clone());
        }
    }
    places
}

/// Whether all other additions to the storage go to this place, or to one that a field or a constant index tells from it.
fn alone(place: &Place, others: &[Place], constant: impl Fn(ValueId) -> Option<i128>) -> bool {
    others.iter().all(|other| {
        other == place
            || (other.memory == place.memory
                && other.path.iter().zip(&place.path).any(|(a, b)| match (a, b) {
                    (Step::Field(a), Step::Field(b)) => a != b,
                    (Step::Member(a), Step::Member(b)) => a != b,
                    (Step::Index(a), Step::Index(b)) => match (constant(*a), constant(*b)) {
                        (Some(a), Some(b)) => a != b,
                        _ => false,
                    },
                    _ => false,
                }))
    })
}

/// Whether an index is the same in every iteration: made of integers from outside of the loop.
fn is_still(
    function: &Function,
    index: ValueId,
    inside: &HashSet<ValueId>,
    definitions: &HashMap<ValueId, Op>,
) -> bool {
    if !inside.contains(&index) {
        return true;
    }
    definitions.get(&index).is_some_and(|op| match &op.kind {
        OpKind::Const { .. } => true,
        OpKind::Rule { out, args, .. } => {
            function.value(*out).ty.is_int()
                && args.iter().all(|arg| is_still(function, *arg, inside, definitions))
        }
        _ => false,
    })
}

/// Computes an integer in front of a loop, which the loop computes from what does not change in it.
pub(super) fn hoist(
    function: &mut Function,
    value: ValueId,
    definitions: &HashMap<ValueId, Op>,
    there: &mut HashMap<ValueId, ValueId>,
    before: &mut Vec<Op>,
) -> ValueId {
    if let Some(found) = there.get(&value) {
        return *found;
    }
    let Some(op) = definitions.get(&value) else { return value };
    let mut op = op.clone();
    for operand in visit::operands(&op).uses {
        hoist(function, operand, definitions, there, before);
    }
    let info = function.value(value).clone();
    let out = function.new_value(info.ty, info.name, info.span);
    visit::map_op_uses(&mut op, &mut |operand| there.get(&operand).copied().unwrap_or(operand));
    visit::set_scalar_result(&mut op, out);
    before.push(op);
    there.insert(value, out);
    out
}
