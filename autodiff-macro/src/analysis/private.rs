//! Scratch memory: what each iteration of a loop writes afresh before it reads it.
//!
//! A storage is *private* to a loop if no iteration can see what another one left in it. The condition checked is
//! syntactic: among the operations of the body that touch it, taken in order, each is a loop to which it is private
//! itself, until one *covers* it; what comes after that may do with it what it likes. An operation covers a storage if
//! it writes every scalar of it whatever happens: it fills it, copies all of it, or is a loop (or several, nested) over
//! all its indices that stores at its own index before anything else looks at it. So do stores to each of its elements by
//! their numbers, which is what an unrolled loop becomes; between these, elements that have been stored may be read.

use crate::ir::{
    Adaptor, Constant, For, Function, Init, MemoryId, Op, OpKind, Origin, Passing, Place, Region,
    Step, Type, ValueId, Var,
    visit::{self, Access},
};
use crate::{
    analysis::storage::Storage,
    maps::{HashMap, HashSet},
};

pub struct Private<'a> {
    function: &'a Function,
    storage: &'a Storage,
    definitions: HashMap<ValueId, &'a Op>,
    allocations: HashMap<MemoryId, &'a Init>,
}

impl<'a> Private<'a> {
    pub fn new(function: &'a Function, storage: &'a Storage) -> Private<'a> {
        let mut definitions = HashMap::default();
        let mut allocations = HashMap::default();
        visit::walk(&function.body, &mut |op| {
            for var in visit::operands(op).defines {
                if let Var::Value(value) = var {
                    definitions.insert(value, op);
                }
            }
            if let OpKind::Alloc { memory, init } = &op.kind {
                allocations.insert(*memory, init);
            }
        });
        Private { function, storage, definitions, allocations }
    }

    /// Whether the storage (a representative memory) is private to the loop with this body.
    pub fn is_private(&self, body: &Region, of: MemoryId) -> bool {
        let yielded = |var: &Var| matches!(var, Var::Memory(m) if self.storage.of(*m) == of);
        if body.yields.iter().any(yielded) {
            return false;
        }
        let elements = self.elements(of);
        let mut stored = HashSet::default();
        for op in &body.ops {
            if !self.touches(op, of) {
                continue;
            }
            if self.covers(op, of) {
                return true;
            }
            if self.is_by_number(op, of, &mut stored) {
                if Some(stored.len()) == elements {
                    return true;
                }
                continue;
            }
            let inner = match &op.kind {
                OpKind::For(f) => self.storage.in_rows(of, f.index) || self.is_private(&f.body, of),
                OpKind::While(w) => !self.touched_in(&w.cond, of) && self.is_private(&w.body, of),
                _ => false,
            };
            if !inner {
                return false;
            }
        }
        true
    }

    /// How many scalars there are in the storage, if it is an array of known lengths.
    fn elements(&self, of: MemoryId) -> Option<usize> {
        let mut ty = &self.function.memory(of).ty;
        let mut count = 1_usize;
        while let Type::Array(element, length) = ty {
            count = count.checked_mul(usize::try_from(length.known?).ok()?)?;
            ty = element;
        }
        matches!(ty, Type::Float(_) | Type::Int(_) | Type::Bool).then_some(count)
    }

    /// Whether the operation stores a scalar of the storage by its number, which is noted, or reads one that has been stored.
    fn is_by_number(&self, op: &Op, of: MemoryId, stored: &mut HashSet<Vec<i128>>) -> bool {
        if !visit::regions(op).is_empty() {
            return false;
        }
        let touched = visit::operands(op).places;
        touched.iter().filter(|(place, _)| self.storage.of(place.memory) == of).all(
            |(place, access)| {
                let Some(number) = self.number(place, of) else { return *access == Access::Shape };
                match access {
                    Access::Write if matches!(op.kind, OpKind::Store { .. }) => {
                        stored.insert(number);
                        true
                    }
                    Access::Shape => true,
                    Access::Read | Access::Add => stored.contains(&number),
                    Access::Write | Access::ReadWrite | Access::Move => false,
                }
            },
        )
    }

    /// The constant indices of a scalar in the storage's own memory.
    fn number(&self, place: &Place, of: MemoryId) -> Option<Vec<i128>> {
        let is_scalar =
            matches!(self.function.place_type(place), Type::Float(_) | Type::Int(_) | Type::Bool);
        if place.memory != of
            || !is_scalar
            || matches!(self.function.memory(of).origin, Origin::View(_))
        {
            return None;
        }
        let index = |step: &Step| match step {
            Step::Index(index) => match self.definitions.get(index).map(|op| &op.kind)? {
                OpKind::Const { value: Constant::Int(n), .. } => Some(*n),
                _ => None,
            },
            _ => None,
        };
        place.path.iter().map(index).collect()
    }

    /// Whether the operation, or one nested in it, reads or writes the storage.
    pub fn touches(&self, op: &Op, of: MemoryId) -> bool {
        let own = visit::operands(op)
            .places
            .iter()
            .any(|(place, access)| *access != Access::Shape && self.storage.of(place.memory) == of);
        own || visit::regions(op).into_iter().any(|region| {
            self.touched_in(region, of)
                || region
                    .yields
                    .iter()
                    .any(|var| matches!(var, Var::Memory(m) if self.storage.of(*m) == of))
        })
    }

    fn touched_in(&self, region: &Region, of: MemoryId) -> bool {
        region.ops.iter().any(|op| self.touches(op, of))
    }

    fn covers(&self, op: &Op, of: MemoryId) -> bool {
        self.covers_part(op, of, &mut Vec::new())
    }

    /// Whether the operation writes all that lies under the path of indices.
    fn covers_part(&self, op: &Op, of: MemoryId, indices: &mut Vec<ValueId>) -> bool {
        match &op.kind {
            OpKind::Fill { place, .. } | OpKind::Copy { to: place, .. } => {
                let reads = visit::operands(op).places.iter().any(|(place, access)| {
                    *access == Access::Read && self.storage.of(place.memory) == of
                });
                !reads && self.is_part(place, of, indices)
            }
            OpKind::Store { place, .. } => {
                let ty = self.function.place_type(place);
                let scalar = matches!(ty, Type::Float(_) | Type::Int(_) | Type::Bool);
                scalar && self.is_part(place, of, indices)
            }
            OpKind::For(f) => self.loop_covers(f, of, indices),
            _ => false,
        }
    }

    fn loop_covers(&self, f: &For, of: MemoryId, indices: &mut Vec<ValueId>) -> bool {
        let forwards = f.range.adaptors.iter().all(|adaptor| *adaptor == Adaptor::Rev);
        if f.exit.is_some() || f.range.inclusive || !forwards || !self.is_zero(f.range.start) {
            return false;
        }
        // Which memory: the one that is stored to at these indices; its length must be the loop's.
        indices.push(f.index);
        let mut covered = false;
        let mut fine = true;
        for op in &f.body.ops {
            if !self.touches(op, of) {
                continue;
            }
            if covered {
                fine &= self.only_within(op, of, indices);
            } else if self.covers_part(op, of, indices) {
                covered = true;
            } else {
                fine = false;
            }
        }
        let depth = indices.len() - 1;
        indices.pop();
        covered && fine && self.is_length(of, depth, f.range.end)
    }

    /// Whether the place is what lies under these indices, in the storage's own memory.
    fn is_part(&self, place: &Place, of: MemoryId, indices: &[ValueId]) -> bool {
        place.memory == of
            && !matches!(self.function.memory(of).origin, Origin::View(_))
            && place.path.len() == indices.len()
            && place.path.iter().zip(indices).all(|(step, index)| *step == Step::Index(*index))
    }

    /// Whether all that the operation does with the storage lies under these indices.
    fn only_within(&self, op: &Op, of: MemoryId, indices: &[ValueId]) -> bool {
        let own = visit::operands(op).places.iter().all(|(place, _)| {
            self.storage.of(place.memory) != of
                || (place.memory == of
                    && place.path.len() >= indices.len()
                    && place
                        .path
                        .iter()
                        .zip(indices)
                        .all(|(step, index)| *step == Step::Index(*index)))
        });
        own && visit::regions(op)
            .into_iter()
            .all(|region| region.ops.iter().all(|op| self.only_within(op, of, indices)))
    }

    fn is_zero(&self, value: ValueId) -> bool {
        matches!(
            self.definitions.get(&value).map(|op| &op.kind),
            Some(OpKind::Const { value: Constant::Int(0), .. })
        )
    }

    /// Whether the value is the length of the storage at this depth.
    fn is_length(&self, of: MemoryId, depth: usize, value: ValueId) -> bool {
        let mut ty = &self.function.memory(of).ty;
        for _ in 0..depth {
            match ty.element() {
                Some(element) => ty = element,
                None => return false,
            }
        }
        let definition = self.definitions.get(&value).map(|op| &op.kind);
        match ty {
            Type::Array(_, length) => match definition {
                Some(OpKind::Const { value: Constant::Int(n), .. }) => {
                    length.known.map(i128::from) == Some(*n)
                }
                Some(OpKind::Const { value: Constant::Tokens(tokens), .. }) => {
                    tokens.to_string() == length.tokens.to_string()
                }
                Some(OpKind::Len { place, .. }) => self.measures(place, of, depth),
                _ => false,
            },
            Type::Vec(_) => {
                if let Some(OpKind::Len { place, .. }) = definition
                    && self.measures(place, of, depth)
                {
                    return true;
                }
                match self.allocations.get(&of) {
                    Some(Init::Repeat { lens, .. }) => {
                        lens.get(depth).is_some_and(|len| self.same(*len, value))
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }

    fn measures(&self, place: &Place, of: MemoryId, depth: usize) -> bool {
        place.memory == of && depth == 0 && place.path.is_empty()
    }

    /// Whether two integers are the same number: one value, equal constants, or lengths of one unchanging slice.
    pub fn same(&self, a: ValueId, b: ValueId) -> bool {
        if a == b {
            return true;
        }
        let (Some(a), Some(b)) = (self.definitions.get(&a), self.definitions.get(&b)) else {
            return false;
        };
        match (&a.kind, &b.kind) {
            (
                OpKind::Const { value: Constant::Int(a), .. },
                OpKind::Const { value: Constant::Int(b), .. },
            ) => a == b,
            (
                OpKind::Const { value: Constant::Tokens(a), .. },
                OpKind::Const { value: Constant::Tokens(b), .. },
            ) => a.to_string() == b.to_string(),
            (OpKind::Len { place: a, .. }, OpKind::Len { place: b, .. }) => {
                let shared = match self.function.memory(a.memory).origin {
                    Origin::Param(i) => self.function.params[i].passing == Passing::Shared,
                    _ => false,
                };
                shared && a.memory == b.memory && a.path.is_empty() && b.path.is_empty()
            }
            (OpKind::Rule { rule: r, args: a, .. }, OpKind::Rule { rule: s, args: b, out }) => {
                r == s
                    && self.function.value(*out).ty.is_int()
                    && a.len() == b.len()
                    && a.iter().zip(b).all(|(a, b)| self.same(*a, *b))
            }
            _ => false,
        }
    }
}
