//! The two sweeps as functions of their own: what the reverse sweep reads of the forward sweep.

use crate::{
    ir::{
        Function, Init, MemoryId, Op, OpKind, Origin, Passing, Region, Role, Shape, TapeId,
        ValueId, Var,
        visit::{self, Access},
    },
    maps::HashSet,
};

/// What the reverse sweep needs besides its arguments.
#[derive(Debug, Default)]
pub struct Split {
    /// Made again in front of the reverse sweep: constants, lengths, views.
    pub again: Vec<Op>,
    /// Kept by the forward sweep.
    pub kept: Vec<Var>,
    pub tapes: Vec<TapeId>,
    /// Parameters passed by `&mut` whose shape is asked for: their adjoints have the same.
    pub shapes: Vec<MemoryId>,
}

/// What stands in for each parameter in the reverse sweep.
struct Crossing<'a> {
    function: &'a Function,
    split: Split,
    seen: HashSet<Var>,
    /// Values and memories of parameters that the reverse sweep is given.
    given: HashSet<Var>,
}

pub fn split(function: &Function, tail: &[Var]) -> Split {
    let (forward, reverse) = function.body.ops.split_at(function.cut.min(function.body.ops.len()));
    let mut given = HashSet::default();
    for param in &function.params {
        // So are the directions of arguments; seeds and adjoints, and their tangents, are the reverse sweep's own.
        let of_forward = match param.role {
            Role::Primal => true,
            Role::Tangent(i) => function.params.get(i).is_some_and(|of| of.role == Role::Primal),
            _ => false,
        };
        if !of_forward || is_passed_again(&param.shape, param.passing) {
            given.extend(visit::shape_vars(&param.shape));
        }
    }
    let mut crossing =
        Crossing { function, split: Split::default(), seen: HashSet::default(), given };
    let mut defined = HashSet::default();
    let mut reads = Vec::new();
    for op in reverse {
        collect(function, op, &mut defined, &mut reads);
    }
    reads.extend(tail.iter().map(|var| (*var, Access::Read)));
    for (var, access) in reads {
        if !defined.contains(&var) {
            crossing.need(var, access, forward);
        }
    }
    let mut tapes = Vec::new();
    for op in reverse {
        tapes_read(op, &mut tapes);
    }
    crossing.split.tapes = tapes;
    // In the order of the forward sweep, so that what one needs of another is there.
    crossing.split
}

/// The tapes that loops in the region read.
pub fn tapes_in(region: &Region) -> HashSet<TapeId> {
    let mut tapes = Vec::new();
    region.ops.iter().for_each(|op| tapes_read(op, &mut tapes));
    tapes.into_iter().collect()
}

fn tapes_read(op: &Op, tapes: &mut Vec<TapeId>) {
    if let OpKind::For(f) = &op.kind
        && let Some(records) = &f.records
        && !tapes.contains(&records.tape)
    {
        tapes.push(records.tape);
    }
    for region in visit::regions(op) {
        region.ops.iter().for_each(|op| tapes_read(op, tapes));
    }
}

/// Scalars by value and shared references are passed to the reverse sweep again.
pub fn is_passed_again(shape: &Shape, passing: Passing) -> bool {
    match passing {
        Passing::Shared => true,
        Passing::Mutable | Passing::Reborrowed => false,
        Passing::ByValue => visit::shape_vars(shape).iter().all(|var| matches!(var, Var::Value(_))),
    }
}

fn collect(
    function: &Function,
    op: &Op,
    defined: &mut HashSet<Var>,
    reads: &mut Vec<(Var, Access)>,
) {
    let operands = visit::operands(op);
    reads.extend(operands.uses.iter().map(|value| (Var::Value(*value), Access::Read)));
    reads
        .extend(operands.places.iter().map(|(place, access)| (Var::Memory(place.memory), *access)));
    defined.extend(operands.defines);
    defined.extend(visit::region_entries(op));
    if let Some(exit) = visit::exit(op) {
        reads.push((Var::Value(exit), Access::Read));
    }
    for region in visit::regions(op) {
        region_reads(function, region, defined, reads);
    }
}

fn region_reads(
    function: &Function,
    region: &Region,
    defined: &mut HashSet<Var>,
    reads: &mut Vec<(Var, Access)>,
) {
    defined.extend(region.params.iter().map(|value| Var::Value(*value)));
    for op in &region.ops {
        collect(function, op, defined, reads);
    }
    reads.extend(region.yields.iter().map(|var| (*var, Access::Read)));
}

impl Crossing<'_> {
    fn need(&mut self, var: Var, access: Access, forward: &[Op]) {
        if self.given.contains(&var) {
            return;
        }
        if let Var::Memory(memory) = var
            && access == Access::Shape
            && let Origin::Param(i) = self.function.memory(memory).origin
            && self.function.params[i].passing == Passing::Mutable
            && self.adjoint_of(i).is_some()
        {
            if !self.split.shapes.contains(&memory) && !self.split.kept.contains(&var) {
                self.split.shapes.push(memory);
            }
            return;
        }
        if !self.seen.insert(var) {
            return;
        }
        let definition = forward.iter().find(|op| visit::operands(op).defines.contains(&var));
        let again = definition.filter(|op| self.can_repeat(op));
        match again {
            Some(op) => {
                let operands = visit::operands(op);
                for value in operands.uses {
                    self.need(Var::Value(value), Access::Read, forward);
                }
                for (place, access) in operands.places {
                    // A view must be a view of memory that can be read; its length is not enough.
                    let access =
                        if matches!(op.kind, OpKind::Len { .. }) { access } else { Access::Read };
                    self.need(Var::Memory(place.memory), access, forward);
                }
                for other in visit::operands(op).defines {
                    self.seen.insert(other);
                }
                self.split.again.push(op.clone());
            }
            None => {
                if let Var::Memory(memory) = var {
                    self.split.shapes.retain(|other| *other != memory);
                }
                self.split.kept.push(var);
            }
        }
    }

    /// The adjoint parameter of parameter `i`.
    fn adjoint_of(&self, i: usize) -> Option<usize> {
        self.function.params.iter().position(|param| param.role == Role::Adjoint(i))
    }

    /// Cheap, and the same in the reverse sweep.
    fn can_repeat(&self, op: &Op) -> bool {
        match &op.kind {
            OpKind::Const { .. } | OpKind::View { .. } | OpKind::Split { .. } => true,
            OpKind::Alloc { init: Init::Global(_), .. } => true,
            OpKind::Len { place, .. } => {
                self.given.contains(&Var::Memory(self.function.root(place.memory)))
            }
            _ => false,
        }
    }
}

/// The operation that defines a value, or whose region it is a parameter of.
pub fn definition(function: &Function, value: ValueId) -> Option<&Op> {
    defining(function, Var::Value(value))
}

pub fn defining(function: &Function, var: Var) -> Option<&Op> {
    let mut found = None;
    visit::walk(&function.body, &mut |op| {
        let entries = || {
            let params = visit::regions(op).into_iter().flat_map(|region| region.params.clone());
            visit::region_entries(op).into_iter().chain(params.map(Var::Value))
        };
        if visit::operands(op).defines.contains(&var) || entries().any(|entry| entry == var) {
            found = Some(op);
        }
    });
    found
}
