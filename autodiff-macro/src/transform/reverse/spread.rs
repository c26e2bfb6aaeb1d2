//! Scratch memory spread over the iterations of a loop.
//!
//! A vector that each iteration of a loop writes afresh, and whose content the reverse sweep asks for, would have its elements
//! saved one by one as they are overwritten. Instead each iteration gets a row of its own of one long vector, so nothing is
//! overwritten: `let xc = &mut xcs[k * d..(k + 1) * d]`.
//!
//! **Condition.** The vector is private to the loop ([`crate::analysis::private`]) and touched nowhere else; the number of iterations is
//! known where it is made. **Proof.** No iteration sees what another left, so it does not matter that it looks at another row; the
//! row has the vector's length, so the same accesses are in bounds; and whoever looks at the vector, looks from inside of an iteration.
//!
//! The adjoint needs one row only: the first thing that an iteration does is overwrite the vector, so its adjoint is zero when the
//! iteration has been reversed, as it is before.

use super::{Point, RegionId, TOP, Touch, scopes::Scopes};
use crate::ir::build::Cursor;
use crate::ir::{
    Constant, For, Function, Init, Int, MemoryId, MemoryInfo, Op, OpKind, Origin, Passing, Place,
    Region, Step, Type, ValueId, Var, visit,
};
use crate::rules::Rule;
use crate::{
    analysis::{private::Private, storage::Storage},
    maps::HashMap,
};

/// A view that stands for a row.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The index of the loop.
    pub index: ValueId,
    pub len: ValueId,
    /// The vector of all rows.
    pub whole: MemoryId,
}

struct Candidate {
    memory: MemoryId,
    index: ValueId,
    trips: ValueId,
    len: ValueId,
}

/// The function with its scratch vectors spread; `None` if there is none to spread. `reads`: what the reverse sweep reads;
/// `fused`: the bodies of loops that need no rows.
pub(super) fn spread(
    primal: &Function,
    reads: &std::collections::BTreeSet<Touch>,
    fused: impl Fn(RegionId) -> bool,
) -> Option<(Function, HashMap<MemoryId, Row>)> {
    let storage = Storage::analyse(primal);
    let scopes = Scopes::new(primal);
    let search = Search {
        primal,
        private: Private::new(primal, &storage),
        storage: &storage,
        scopes: &scopes,
        fused: &fused,
    };
    let mut candidates = Vec::new();
    search.allocations(TOP, &mut |point, memory, len| {
        let read = reads.iter().any(|read| read.storage == memory);
        if read && let Some((index, trips)) = search.loop_of(point, memory) {
            candidates.push(Candidate { memory, index, trips, len });
        }
    });
    if candidates.is_empty() {
        return None;
    }
    let mut function = primal.clone();
    let mut rows = HashMap::default();
    for candidate in candidates {
        let row = rewrite(&mut function, &candidate);
        rows.insert(candidate.memory, row);
    }
    Some((function, rows))
}

struct Search<'a> {
    primal: &'a Function,
    storage: &'a Storage,
    private: Private<'a>,
    scopes: &'a Scopes<'a>,
    fused: &'a dyn Fn(RegionId) -> bool,
}

impl Search<'_> {
    /// All vectors of floats of one dimension made with a length.
    fn allocations(&self, region: RegionId, found: &mut dyn FnMut(Point, MemoryId, ValueId)) {
        for (pos, op) in self.scopes.region(region).ops.iter().enumerate() {
            let point = Point { region, pos };
            if let OpKind::Alloc { memory, init: Init::Repeat { lens, .. } } = &op.kind
                && let [len] = lens[..]
                && matches!(&self.primal.memory(*memory).ty, Type::Vec(of) if of.is_float())
            {
                found(point, *memory, len);
            }
            for n in 0..visit::regions(op).len() {
                self.allocations(self.scopes.nested(point, n), found);
            }
        }
    }

    /// The innermost loop that the memory is private to, and that alone touches it: its index and the number of its iterations.
    fn loop_of(&self, made: Point, memory: MemoryId) -> Option<(ValueId, ValueId)> {
        let alone = (0..self.primal.memories.len() as u32).map(MemoryId).all(|other| {
            other == memory
                || self.storage.of(other) != self.storage.of(memory)
                || matches!(self.primal.memory(other).origin, Origin::View(_))
        });
        let output = self
            .primal
            .outputs
            .iter()
            .flat_map(|output| visit::shape_vars(&output.shape))
            .any(|var| var == Var::Memory(memory));
        if !alone || output || self.storage.of(memory) != memory {
            return None;
        }
        let mut region = made.region;
        let mut found = None;
        loop {
            let yielded = self.scopes.region(region).yields.contains(&Var::Memory(memory));
            let mut touching =
                self.scopes.region(region).ops.iter().enumerate().filter(|(pos, op)| {
                    Point { region, pos: *pos } != made && self.mentions(op, memory)
                });
            let (Some((pos, op)), None, false) = (touching.next(), touching.next(), yielded) else {
                return found;
            };
            let OpKind::For(f) = &op.kind else { return found };
            let body = self.scopes.nested(Point { region, pos }, 0);
            if self.private.is_private(&f.body, memory)
                && !(self.fused)(body)
                && self.counts(f)
                && self.is_there(f.range.end, made)
            {
                found = Some((f.index, f.range.end));
            }
            region = body;
        }
    }

    fn mentions(&self, op: &Op, memory: MemoryId) -> bool {
        visit::operands(op).places.iter().any(|(place, _)| self.storage.of(place.memory) == memory)
            || visit::regions(op)
                .into_iter()
                .any(|region| region.ops.iter().any(|op| self.mentions(op, memory)))
    }

    /// `0..n` over `usize`.
    fn counts(&self, f: &For) -> bool {
        let zero = matches!(
            self.definition(f.range.start),
            Some(OpKind::Const { value: Constant::Int(0), .. })
        );
        zero && !f.range.inclusive
            && f.range.adaptors.is_empty()
            && self.primal.value(f.index).ty == Type::Int(Int::Usize)
    }

    fn definition(&self, value: ValueId) -> Option<&OpKind> {
        let site = self.scopes.value_site(value)?;
        Some(&self.scopes.op(Point { region: site.region, pos: site.pos? }).kind)
    }

    /// Whether the value is there, or can be computed, where the memory is made.
    fn is_there(&self, value: ValueId, made: Point) -> bool {
        if let Some(OpKind::Len { place, .. }) = self.definition(value)
            && let Origin::Param(i) = self.primal.memory(place.memory).origin
            && self.primal.params[i].passing == Passing::Shared
            && place.path.is_empty()
        {
            return true;
        }
        let Some(site) = self.scopes.value_site(value) else { return false };
        if site.region == made.region {
            site.pos.is_none_or(|pos| pos < made.pos)
        } else {
            self.scopes.within(made.region, site.region)
        }
    }
}

fn rewrite(function: &mut Function, candidate: &Candidate) -> Row {
    let Candidate { memory, index, trips, len } = *candidate;
    let info = function.memory(memory).clone();
    let leaf = info.ty.element().cloned().unwrap_or(Type::Unknown);
    let whole = function.new_memory(MemoryInfo {
        ty: info.ty,
        name: info.name.map(|name| format!("{name}_rows")),
        mutable: true,
        origin: Origin::Local,
        span: info.span,
    });
    // A length of a parameter may be taken anew.
    let mut trips_op = None;
    visit::walk(&function.body, &mut |op| {
        if let OpKind::Len { out, .. } = &op.kind
            && *out == trips
        {
            trips_op = Some(op.clone());
        }
    });
    let mut body = std::mem::take(&mut function.body);
    let mut edit = Edit { function, memory, index, trips, trips_op, len, whole };
    edit.region(&mut body);
    function.body = body;
    function.memories[memory.index()].ty = Type::Slice(Box::new(leaf));
    Row { index, len, whole }
}

struct Edit<'a> {
    function: &'a mut Function,
    memory: MemoryId,
    index: ValueId,
    trips: ValueId,
    trips_op: Option<Op>,
    len: ValueId,
    whole: MemoryId,
}

impl Edit<'_> {
    fn region(&mut self, region: &mut Region) {
        let mut done = Vec::new();
        for mut op in std::mem::take(&mut region.ops) {
            for nested in visit::regions_mut(&mut op) {
                self.region(nested);
            }
            let span = op.span;
            match &mut op.kind {
                OpKind::Alloc { memory, init: Init::Repeat { lens, .. } }
                    if *memory == self.memory =>
                {
                    let mut trips = self.trips;
                    if let Some(mut again) = self.trips_op.take() {
                        let usize = Type::Int(Int::Usize);
                        trips = self.function.new_value(usize, None, span);
                        visit::set_scalar_result(&mut again, trips);
                        done.push(again);
                    }
                    let mut cursor = Cursor { function: self.function, ops: &mut done, span };
                    let total = cursor.rule(Rule::Mul, &[trips, self.len]);
                    *lens = vec![total];
                    *memory = self.whole;
                }
                OpKind::For(f) if f.index == self.index => {
                    let mut first = Vec::new();
                    let mut cursor = Cursor { function: self.function, ops: &mut first, span };
                    let start = cursor.rule(Rule::Mul, &[self.index, self.len]);
                    let end = cursor.rule(Rule::Add, &[start, self.len]);
                    let step = Step::Range { start: Some(start), end: Some(end), inclusive: false };
                    let of = Place { memory: self.whole, path: vec![step] };
                    cursor.push(OpKind::View { memory: self.memory, of: of.clone() });
                    self.function.memories[self.memory.index()].origin = Origin::View(of);
                    first.append(&mut f.body.ops);
                    f.body.ops = first;
                }
                _ => {}
            }
            done.push(op);
        }
        region.ops = done;
    }
}
