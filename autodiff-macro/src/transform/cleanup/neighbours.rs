//! Elements side by side: where straight-line code touches `x[3 * i]`, `x[3 * i + 1]` and `x[3 * i + 2]`, it takes the slice of
//! these first. One check of bounds stands for all.
//!
//! **Condition.** The accesses stand in one run of operations on scalars, without a branch or a call between them, and their indices
//! differ by constants. All that the run does with the storage is read; or it is an adjoint, and the run only adds to it,
//! under one name. An index that steps with a loop is left to [`super::windows`].
//!
//! **Proof.** All of a run is executed if any of it is, so that the slice is out of bounds where one of the accesses is. What is
//! read does not change within the run. Additions commute (sums of adjoints may be reassociated), and nothing in the run looks at
//! what they change: they may stand at its end.

use super::{Primal, is_single};
use crate::ir::build::Cursor;
use crate::ir::{
    Constant, Function, Int, MemoryId, Op, OpKind, Origin, Place, Role, Step, Type, ValueId, Var,
    visit::{self, Access},
};
use crate::maps::{HashMap, HashSet};
use crate::rules::Rule;

/// The most elements of one slice.
const MOST: i128 = 16;

/// Takes slices wherever that can be; `spare`: memories that are not to be given other names. Whether there was one.
pub fn neighbours(function: &mut Function, primal: &Function, spare: &HashSet<MemoryId>) -> bool {
    let primal = Primal::of(function, primal);
    let (mut definitions, mut stepping) = (HashMap::default(), HashSet::default());
    visit::walk(&function.body, &mut |op| {
        if let OpKind::Const { out, .. } | OpKind::Rule { out, .. } = &op.kind
            && function.value(*out).ty.is_int()
        {
            definitions.insert(*out, op.clone());
        }
        stepping.extend(visit::region_entries(op));
        for region in visit::regions(op) {
            stepping.extend(region.params.iter().copied().map(Var::Value));
        }
    });
    let ops = std::mem::take(&mut function.body.ops);
    let mut pass = Pass { function, primal, spare, definitions, stepping, found: false };
    let cut = pass.function.cut.min(ops.len());
    let mut ops = ops.into_iter();
    let forward = ops.by_ref().take(cut).collect();
    let mut done = pass.region(forward);
    let new_cut = done.len();
    done.extend(pass.region(ops.collect()));
    let found = pass.found;
    function.cut = new_cut;
    function.body.ops = done;
    found
}

struct Pass<'a> {
    function: &'a mut Function,
    primal: Primal,
    spare: &'a HashSet<MemoryId>,
    /// Of integers.
    definitions: HashMap<ValueId, Op>,
    /// What changes from iteration to iteration.
    stepping: HashSet<Var>,
    found: bool,
}

/// What an index is made of.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Form {
    Value(ValueId),
    Int(i128),
    Rule(Rule, Vec<Form>),
}

/// A form and a constant; the value that has the form, or nothing where the constant is all.
struct Offset {
    base: Option<ValueId>,
    constant: i128,
}

struct Group {
    memory: MemoryId,
    prefix: Vec<Step>,
    base: Option<ValueId>,
    form: Option<Form>,
    /// The operations, and the constants in their indices.
    accesses: Vec<(usize, i128)>,
}

impl Group {
    fn bounds(&self) -> (i128, i128) {
        let constants = || self.accesses.iter().map(|(_, constant)| *constant);
        (constants().min().unwrap_or(0), constants().max().unwrap_or(0))
    }
}

impl Pass<'_> {
    fn region(&mut self, ops: Vec<Op>) -> Vec<Op> {
        let (mut done, mut run) = (Vec::new(), Vec::new());
        for mut op in ops {
            if is_single(&op) {
                run.push(op);
                continue;
            }
            self.run(std::mem::take(&mut run), &mut done);
            for region in visit::regions_mut(&mut op) {
                region.ops = self.region(std::mem::take(&mut region.ops));
            }
            done.push(op);
        }
        self.run(run, &mut done);
        done
    }

    fn run(&mut self, ops: Vec<Op>, done: &mut Vec<Op>) {
        let groups = self.groups(&ops);
        if groups.is_empty() {
            done.extend(ops);
            return;
        }
        self.found = true;
        // The group of an access, what takes its place, and where the additions of a group go.
        let mut at: HashMap<usize, usize> = HashMap::default();
        for (i, group) in groups.iter().enumerate() {
            at.extend(group.accesses.iter().map(|(op, _)| (*op, i)));
        }
        let mut windows: Vec<Option<MemoryId>> = vec![None; groups.len()];
        let mut last: Vec<Vec<Op>> = vec![Vec::new(); groups.len()];
        for (i, mut op) in ops.into_iter().enumerate() {
            let Some(of) = at.get(&i) else {
                done.push(op);
                continue;
            };
            let group = &groups[*of];
            let adds = matches!(op.kind, OpKind::Accumulate { .. });
            let out = if adds { &mut last[*of] } else { &mut *done };
            let window = match windows[*of] {
                Some(window) => window,
                None => window_of(self.function, group, out, op.span),
            };
            windows[*of] = Some(window);
            let mut cursor = Cursor { function: self.function, ops: out, span: op.span };
            let constant = group.accesses.iter().find(|(op, _)| *op == i).map_or(0, |of| of.1);
            let index = cursor.int(constant - group.bounds().0, Type::Int(Int::Usize));
            if let OpKind::Load { place, .. } | OpKind::Accumulate { place, .. } = &mut op.kind {
                *place = Place { memory: window, path: vec![Step::Index(index)] };
            }
            out.push(op);
        }
        done.extend(last.into_iter().flatten());
    }

    fn groups(&self, ops: &[Op]) -> Vec<Group> {
        let mut reads: HashMap<MemoryId, bool> = HashMap::default();
        let mut adds: HashMap<MemoryId, Option<MemoryId>> = HashMap::default();
        for op in ops {
            for (place, access) in visit::operands(op).places {
                let root = self.function.root(place.memory);
                *reads.entry(root).or_insert(true) &= access == Access::Read;
                let only = adds.entry(root).or_insert(Some(place.memory));
                if access != Access::Add || *only != Some(place.memory) {
                    *only = None;
                }
            }
        }
        let mut groups: Vec<Group> = Vec::new();
        for (i, op) in ops.iter().enumerate() {
            let place = match &op.kind {
                OpKind::Load { place, .. } if reads[&self.function.root(place.memory)] => place,
                OpKind::Accumulate { place, .. }
                    if adds[&self.function.root(place.memory)].is_some()
                        && self.is_adjoint(place.memory) =>
                {
                    place
                }
                _ => continue,
            };
            let Some((prefix, offset)) = self.split(place) else { continue };
            let form = offset.base.map(|base| self.form(base, 8));
            let same = groups.iter_mut().find(|group| {
                group.memory == place.memory && group.prefix == prefix && group.form == form
            });
            match same {
                Some(group) => group.accesses.push((i, offset.constant)),
                None => groups.push(Group {
                    memory: place.memory,
                    prefix: prefix.to_vec(),
                    base: offset.base,
                    form,
                    accesses: vec![(i, offset.constant)],
                }),
            }
        }
        groups.retain(|group| {
            let (low, high) = group.bounds();
            let different: HashSet<i128> = group.accesses.iter().map(|of| of.1).collect();
            let count = different.len() as i128;
            let short = high - low < MOST.min(2 * count);
            count > 1 && short && (group.base.is_some() || low >= 0)
        });
        groups
    }

    /// Whether the order of additions is of no consequence, and the memory may have another name.
    fn is_adjoint(&self, memory: MemoryId) -> bool {
        let root = self.function.root(memory);
        let made = root.index() >= self.primal.memories;
        let given = matches!(self.function.memory(root).origin, Origin::Param(i)
            if matches!(self.function.params[i].role, Role::Adjoint(_)));
        (made || given) && !self.spare.contains(&root)
    }

    /// The path without its last index, and that.
    fn split<'p>(&self, place: &'p Place) -> Option<(&'p [Step], Offset)> {
        let (Step::Index(index), prefix) = place.path.split_last()? else { return None };
        let plain = prefix.iter().all(|step| match step {
            // Of a place in memory that is named once: other indices may not be there yet where the slice is taken.
            Step::Index(_) | Step::Range { .. } => false,
            Step::Field(_) | Step::Member(_) => true,
            Step::Payload { .. } | Step::Deref => false,
        });
        let sequence = Place { memory: place.memory, path: prefix.to_vec() };
        let offset = self.offset(*index);
        let fits = match self.function.place_type(&sequence) {
            Type::Slice(_) | Type::Vec(_) => true,
            // An index that is a number is checked when the program is compiled.
            Type::Array(..) => offset.base.is_some(),
            _ => false,
        };
        let recorded = matches!(self.function.memory(place.memory).origin, Origin::Record(_));
        let steps = offset.base.is_some_and(|base| self.steps(base, 8));
        (plain && fits && !recorded && !steps).then_some((prefix, offset))
    }

    fn offset(&self, index: ValueId) -> Offset {
        let constant = |value: ValueId| match self.definitions.get(&value).map(|op| &op.kind) {
            Some(OpKind::Const { value: Constant::Int(value), .. }) => Some(*value),
            _ => None,
        };
        let (mut base, mut sum) = (index, 0);
        loop {
            if let Some(value) = constant(base) {
                return Offset { base: None, constant: sum + value };
            }
            let Some(OpKind::Rule { rule, args, .. }) =
                self.definitions.get(&base).map(|op| &op.kind)
            else {
                break;
            };
            match (rule, &args[..]) {
                (Rule::Add, [a, b]) if constant(*b).is_some() => {
                    sum += constant(*b).unwrap_or(0);
                    base = *a;
                }
                (Rule::Add, [a, b]) if constant(*a).is_some() => {
                    sum += constant(*a).unwrap_or(0);
                    base = *b;
                }
                (Rule::Sub, [a, b]) if constant(*b).is_some() => {
                    sum -= constant(*b).unwrap_or(0);
                    base = *a;
                }
                _ => break,
            }
        }
        Offset { base: Some(base), constant: sum }
    }

    fn form(&self, value: ValueId, depth: u32) -> Form {
        match self.definitions.get(&value).map(|op| &op.kind) {
            Some(OpKind::Const { value: Constant::Int(value), .. }) => Form::Int(*value),
            Some(OpKind::Rule { rule, args, .. }) if depth > 0 => {
                Form::Rule(*rule, args.iter().map(|arg| self.form(*arg, depth - 1)).collect())
            }
            _ => Form::Value(value),
        }
    }

    /// Whether the sum has an index of a loop, or what it carries, in it.
    fn steps(&self, value: ValueId, depth: u32) -> bool {
        if self.stepping.contains(&Var::Value(value)) || depth == 0 {
            return true;
        }
        match self.definitions.get(&value).map(|op| &op.kind) {
            Some(OpKind::Rule { rule: Rule::Add | Rule::Sub, args, .. }) => {
                args.iter().any(|arg| self.steps(*arg, depth - 1))
            }
            _ => false,
        }
    }
}

/// Takes the slice of all that the group touches.
fn window_of(
    function: &mut Function,
    group: &Group,
    out: &mut Vec<Op>,
    span: proc_macro2::Span,
) -> MemoryId {
    let (low, high) = group.bounds();
    let mut cursor = Cursor { function, ops: out, span };
    let [start, end] = [low, high + 1].map(|constant| {
        let usize = || Type::Int(Int::Usize);
        let Some(base) = group.base else { return cursor.int(constant, usize()) };
        if constant == 0 {
            return base;
        }
        let by = cursor.int(constant.abs(), usize());
        let rule = if constant > 0 { Rule::Add } else { Rule::Sub };
        cursor.rule(rule, &[base, by])
    });
    let mut path = group.prefix.clone();
    path.push(Step::Range { start: Some(start), end: Some(end), inclusive: false });
    let of = Place { memory: group.memory, path };
    let info = cursor.function.memory(group.memory).clone();
    cursor.view(of, info.mutable, info.name)
}
