//! Scratch memory: what each iteration of a loop writes afresh before it reads it.
//!
//! A storage is *private* to a loop if no iteration can see what another one left in it. The condition checked is
//! syntactic: among the operations of the body that touch it, taken in order, each is a loop to which it is private
//! itself, until one *covers* it; what comes after that may do with it what it likes. An operation covers a storage if
//! it writes every scalar of it whatever happens: it fills it, copies all of it, or is a loop (or several, nested) over
//! all its indices that stores at its own index before anything else looks at it. So do stores to each of its elements by
//! their numbers, which is what an unrolled loop becomes; between these, elements that have been stored may be read.

use crate::ir::{
    Adaptor, Constant, For, Form, Function, Init, MemoryId, Op, OpKind, Origin, Place, Region,
    Step, Type, ValueId, Var,
    visit::{self, Access},
};
use crate::{
    analysis::{extent::Extents, storage::Storage},
    maps::{HashMap, HashSet},
};

pub struct Private<'a> {
    function: &'a Function,
    storage: &'a Storage,
    extents: Extents<'a>,
    allocations: HashMap<MemoryId, &'a Init>,
}

impl<'a> Private<'a> {
    pub fn new(function: &'a Function, storage: &'a Storage) -> Private<'a> {
        let mut allocations = HashMap::default();
        visit::walk(&function.body, &mut |op| {
            if let OpKind::Alloc { memory, init } = &op.kind {
                allocations.insert(*memory, init);
            }
        });
        Private { function, storage, extents: Extents::new(function, storage), allocations }
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
            Step::Index(index) => match self.extents.definitions.get(index).map(|op| &op.kind)? {
                OpKind::Const { value: Constant::Int(n), .. } => Some(*n),
                _ => None,
            },
            _ => None,
        };
        place.path.iter().map(index).collect()
    }

    /// Whether no iteration can see what another one left in the storage, though not all of it need be written: the first
    /// operation of the body that touches it is a loop that stores at its own index, from 0 to the same number in every
    /// iteration, and nothing else in the body writes beyond that. What lies there is only read.
    pub fn is_separate(&self, body: &Region, of: MemoryId) -> bool {
        let yielded = |var: &Var| matches!(var, Var::Memory(m) if self.storage.of(*m) == of);
        if self.is_private(body, of) {
            return true;
        }
        let mut touching = body.ops.iter().filter(|op| self.touches(op, of));
        let Some(OpKind::For(first)) = touching.next().map(|op| &op.kind) else { return false };
        let mut inside = HashSet::default();
        visit::walk(body, &mut |op| inside.extend(visit::operands(op).defines));
        !body.yields.iter().any(yielded)
            && self.stores_at_its_index(first, of, &mut Vec::new())
            && self.is_fixed(first.range.end, &inside)
            && touching.all(|op| self.writes_within(op, of, first.range.end))
    }

    /// Whether the value is the same in every iteration of the body in which these variables are defined.
    fn is_fixed(&self, value: ValueId, inside: &HashSet<Var>) -> bool {
        let Some(op) = self.extents.definitions.get(&value) else {
            let is_it = |var| var == Var::Value(value);
            return self
                .function
                .params
                .iter()
                .any(|of| visit::shape_vars(&of.shape).into_iter().any(is_it));
        };
        if !inside.contains(&Var::Value(value)) {
            return true;
        }
        match &op.kind {
            OpKind::Const { .. } => true,
            OpKind::Rule { args, .. } => args.iter().all(|arg| self.is_fixed(*arg, inside)),
            OpKind::Opaque { form: Form::Method(name, _), args, .. } if name == "min" => {
                args.iter().all(|arg| self.is_fixed(*arg, inside))
            }
            OpKind::Len { place, .. } => {
                place.path.is_empty()
                    && self.extents.keeps_its_length(place.memory)
                    && !inside.contains(&Var::Memory(place.memory))
            }
            _ => false,
        }
    }

    /// Whether all that the operation writes to the storage lies below this index.
    fn writes_within(&self, op: &Op, of: MemoryId, end: ValueId) -> bool {
        if !self.writes(op, of) {
            return true;
        }
        match &op.kind {
            OpKind::For(f) => {
                let forwards = f.range.adaptors.iter().all(|adaptor| *adaptor == Adaptor::Rev);
                forwards
                    && !f.range.inclusive
                    && self.extents.same(f.range.end, end)
                    && f.body.ops.iter().all(|op| self.writes_at(op, of, f.index))
            }
            _ => false,
        }
    }

    fn writes(&self, op: &Op, of: MemoryId) -> bool {
        self.written(op, of).next().is_some()
            || visit::regions(op)
                .iter()
                .any(|region| region.ops.iter().any(|op| self.writes(op, of)))
    }

    /// What the operation itself writes to the storage.
    fn written(&self, op: &Op, of: MemoryId) -> impl Iterator<Item = Place> {
        let places = visit::operands(op).places;
        let places: Vec<Place> = places
            .into_iter()
            .filter(|(place, access)| {
                !matches!(access, Access::Read | Access::Shape)
                    && self.storage.of(place.memory) == of
            })
            .map(|(place, _)| place.clone())
            .collect();
        places.into_iter()
    }

    fn writes_at(&self, op: &Op, of: MemoryId, index: ValueId) -> bool {
        self.written(op, of)
            .all(|place| place.memory == of && place.path.first() == Some(&Step::Index(index)))
            && visit::regions(op)
                .iter()
                .all(|region| region.ops.iter().all(|op| self.writes_at(op, of, index)))
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
        self.stores_at_its_index(f, of, indices) && self.is_length(of, indices.len(), f.range.end)
    }

    /// Whether the loop writes all that lies under each of its indices, from 0 on, before anything else of it is touched.
    fn stores_at_its_index(&self, f: &For, of: MemoryId, indices: &mut Vec<ValueId>) -> bool {
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
        indices.pop();
        covered && fine
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
            self.extents.definitions.get(&value).map(|op| &op.kind),
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
        let definition = self.extents.definitions.get(&value).map(|op| &op.kind);
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
                        lens.get(depth).is_some_and(|len| self.extents.same(*len, value))
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
}
