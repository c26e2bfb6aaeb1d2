//! What is computed or read twice is so once.
//!
//! A user writes `u[i]` wherever the number is meant, and `i + 1` whenever the index is; the compiler of the machine's code
//! sees that these are the same. Their adjoints are not the same to it, though: `u[i]` read four times would be added to four times
//! in the reverse sweep, each time to the same element, and floats may not be added in another order behind the user's back. So
//! the second reading takes the value of the first: then it has one adjoint, and that is added once.
//!
//! **Condition.** An operation is dropped for an earlier one that is the same (a rule on the same operands, a cast, a length, a
//! load of the same place) and dominates it: it stands before it in its region or in one around. Between two loads, or anywhere
//! in a loop around the second that the first is not in, nothing writes to the storage.
//!
//! **Proof.** Operations other than loads depend on their operands alone. The storage holds at the second load what it held at
//! the first, by induction over what is executed in between. Where the second would panic, the first has done so.

use crate::ir::{
    Constant, Function, MemoryId, Op, OpKind, Origin, Passing, Place, Region, Step, ValueId,
    visit::{self, Access},
};
use crate::rules::Rule;
use crate::{
    analysis::storage::Storage,
    maps::{HashMap, HashSet},
};

/// The function without what is there twice; `None` if nothing is.
pub(super) fn numbering(primal: &Function) -> Option<Function> {
    let storage = Storage::analyse(primal);
    let mut function = primal.clone();
    let mut body = std::mem::take(&mut function.body);
    let mut pass =
        Pass { function: primal, storage, constants: HashMap::default(), same: HashMap::default() };
    pass.region(&mut body, Seen::default());
    let Pass { same, .. } = pass;
    if same.is_empty() {
        return None;
    }
    for (dropped, kept) in &same {
        if function.value(*kept).name.is_none() {
            function.values[kept.index()].name = function.value(*dropped).name.clone();
        }
    }
    let mut resolve = |value: ValueId| same.get(&value).copied().unwrap_or(value);
    function.cut = body.ops.len();
    function.body = body;
    visit::map_function(&mut function, &mut resolve);
    Some(function)
}

/// An operand: two constants of one value and type are the same.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Operand {
    Value(ValueId),
    Int(i128),
    /// The bits.
    Float(u64),
}

/// A part of a place.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Part {
    Index(Operand),
    Field(u32),
    Member(proc_macro2::Ident),
    Deref,
}

/// What makes two operations the same, but for the type of their result.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Rule(Rule, Vec<Operand>),
    Cast(Operand),
    Len(MemoryId),
    Load(MemoryId, Vec<Part>),
}

/// What has been computed so far in this region and those around.
#[derive(Clone, Default)]
struct Seen {
    values: HashMap<Key, Vec<ValueId>>,
    /// The keys of loads, by their storage.
    loads: HashMap<MemoryId, Vec<Key>>,
}

impl Seen {
    fn forget(&mut self, written: &HashSet<MemoryId>) {
        for storage in written {
            for key in self.loads.remove(storage).unwrap_or_default() {
                self.values.remove(&key);
            }
        }
    }
}

struct Pass<'a> {
    function: &'a Function,
    storage: Storage,
    constants: HashMap<ValueId, Operand>,
    /// What is dropped, and what takes its place.
    same: HashMap<ValueId, ValueId>,
}

impl Pass<'_> {
    fn region(&mut self, region: &mut Region, mut seen: Seen) {
        region.ops.retain_mut(|op| {
            let nested = visit::regions_mut(op);
            if nested.is_empty() {
                let keep = self.operation(op, &mut seen);
                seen.forget(&self.written(op));
                return keep;
            }
            // In a loop, what a later iteration reads may have been written by the one before.
            let written = self.written(op);
            let is_loop = !matches!(op.kind, OpKind::If { .. });
            if is_loop {
                seen.forget(&written);
            }
            for nested in visit::regions_mut(op) {
                self.region(nested, seen.clone());
            }
            seen.forget(&written);
            true
        });
    }

    /// Whether the operation stays.
    fn operation(&mut self, op: &Op, seen: &mut Seen) -> bool {
        match &op.kind {
            OpKind::Const { out, value: Constant::Int(value) } => {
                self.constants.insert(*out, Operand::Int(*value));
            }
            OpKind::Const { out, value: Constant::Float(value, _) } => {
                self.constants.insert(*out, Operand::Float(value.to_bits()));
            }
            _ => {}
        }
        let Some((key, out)) = self.key(op) else { return true };
        let ty = &self.function.value(out).ty;
        // What is compared as a whole can perhaps not be copied: it is named where it is compared.
        if *ty == crate::ir::Type::Opaque {
            return true;
        }
        let there = seen.values.get(&key).into_iter().flatten();
        if let Some(same) = there.copied().find(|there| self.function.value(*there).ty == *ty) {
            self.same.insert(out, same);
            return false;
        }
        if let Key::Load(memory, _) = &key {
            seen.loads.entry(self.storage.of(*memory)).or_default().push(key.clone());
        }
        seen.values.entry(key).or_default().push(out);
        true
    }

    fn key(&self, op: &Op) -> Option<(Key, ValueId)> {
        match &op.kind {
            OpKind::Rule { out, rule, args } => {
                Some((Key::Rule(*rule, args.iter().map(|arg| self.operand(*arg)).collect()), *out))
            }
            OpKind::Cast { out, arg, .. } => Some((Key::Cast(self.operand(*arg)), *out)),
            OpKind::Len { out, place } if place.path.is_empty() && self.is_shared(place.memory) => {
                Some((Key::Len(place.memory), *out))
            }
            OpKind::Load { out, place: Place { memory, path } } => {
                let mut parts = Vec::new();
                for step in path {
                    parts.push(match step {
                        Step::Index(index) => Part::Index(self.operand(*index)),
                        Step::Field(field) => Part::Field(*field),
                        Step::Member(member) => Part::Member(member.clone()),
                        Step::Deref => Part::Deref,
                        Step::Range { .. } | Step::Payload { .. } => return None,
                    });
                }
                Some((Key::Load(*memory, parts), *out))
            }
            _ => None,
        }
    }

    fn operand(&self, value: ValueId) -> Operand {
        let value = self.same.get(&value).copied().unwrap_or(value);
        self.constants.get(&value).cloned().unwrap_or(Operand::Value(value))
    }

    fn is_shared(&self, memory: MemoryId) -> bool {
        match self.function.memory(memory).origin {
            Origin::Param(i) => self.function.params[i].passing == Passing::Shared,
            _ => false,
        }
    }

    /// The storages that the operation, or what is nested in it, changes or gives away.
    fn written(&self, op: &Op) -> HashSet<MemoryId> {
        let mut written = HashSet::default();
        let mut note = |op: &Op| {
            for (place, access) in visit::operands(op).places {
                if !matches!(access, Access::Read | Access::Shape) {
                    written.insert(self.storage.of(place.memory));
                }
            }
        };
        note(op);
        for region in visit::regions(op) {
            visit::walk(region, &mut note);
        }
        written
    }
}
