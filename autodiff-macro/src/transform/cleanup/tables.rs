//! Tables: what an inner loop computes again for each iteration of a loop around it is computed once, in front of that.
//!
//! `for row in rows { for i in 0..n { .. (-log_sd[i]).exp() .. } }` takes as many exponentials as there are rows, of the same `n`
//! numbers. Nobody who writes the gradient by hand would: there is a vector of these `n`, made before the loop over the rows.
//!
//! **Condition.** A rule that costs much is computed from floats that are read where the outer loop does not write, at indices made of
//! the inner loops' counters and of what is there before the outer loop. It is computed in each iteration of these inner loops
//! (no branch, no early end), whose ranges are there before the outer loop. Some element that it reads has its place by all the
//! counters, so that the table is no longer than what it is made of. The outer loop stands at the top level: a table costs one
//! vector a call. The function has other vectors, or tapes on the heap: one that needs no heap goes without tables, because who
//! calls it relies on that.
//!
//! **Proof.** Memory that the outer loop does not write holds in each of its iterations what it held before it; rules are functions of
//! their operands, so the bits are the same. The table is made if the outer loop runs at all, and then its first iteration
//! reads the same elements: where that panics, so does the function.

mod expression;
mod rewrite;

use self::expression::{Build, Expr};
use self::rewrite::Rewrite;
use super::each::at_top;
use crate::analysis::storage::Storage;
use crate::ir::{
    Adaptor, Float, For, Function, Int, MemoryId, Op, OpKind, Type, ValueId, Var, visit,
};
use crate::maps::{HashMap, HashSet};
use crate::rules;

/// What costs no more, in additions, is computed again.
const CHEAP: u32 = 8;

/// Makes tables wherever that can be. Whether there was one.
pub fn tables(function: &mut Function) -> bool {
    if !allocates(function) {
        return false;
    }
    let storage = Storage::analyse(function);
    let mut search = Search {
        function,
        storage,
        constants: Vec::new(),
        values: HashMap::default(),
        memories: HashMap::default(),
        found: Vec::new(),
    };
    for (top, op) in function.body.ops.iter().enumerate() {
        search.define(op, 0);
        search.operation(op, top, &mut Vec::new());
    }
    let Search { constants, found, .. } = search;
    if found.is_empty() {
        return false;
    }
    let (mut found, mut reads) = (found, HashMap::default());
    at_top(function, |function, top, mut op, out| {
        let mut pass = Rewrite { function, constants: &constants, reads: &mut reads };
        for Found { table, reads } in found.extract_if(.., |found| found.table.top == top) {
            pass.make(table, reads, op.span, out);
        }
        for region in visit::regions_mut(&mut op) {
            pass.region(region);
        }
        out.push(op);
    });
    true
}

/// Whether the function has memory on the heap without tables.
fn allocates(function: &Function) -> bool {
    let mut allocates = function.tapes.iter().any(|tape| tape.storage == crate::ir::Storage::Heap);
    visit::walk(&function.body, &mut |op| {
        if let OpKind::Alloc { memory, .. } = &op.kind {
            allocates |= holds_vector(&function.memory(*memory).ty);
        }
    });
    allocates
}

fn holds_vector(ty: &Type) -> bool {
    match ty {
        Type::Vec(_) => true,
        Type::Array(of, _) | Type::Option(of) => holds_vector(of),
        Type::Tuple(of) => of.iter().any(holds_vector),
        _ => false,
    }
}

/// A table: the counters' ranges (outermost first), and what is computed of the counters.
#[derive(PartialEq)]
struct Table {
    /// In front of this operation of the body.
    top: usize,
    /// The range of the loop that the table is in front of: it is made if there is an iteration.
    outer: [Expr; 2],
    ranges: Vec<[Expr; 2]>,
    of: Expr,
    ty: Type,
}

/// A table, and the values that are taken from it at the counters of the loops around them.
struct Found {
    table: Table,
    reads: Vec<(ValueId, Vec<ValueId>)>,
}

/// Where something is defined: how many operations with regions are around it.
type Depth = usize;

struct Search<'a> {
    function: &'a Function,
    storage: Storage,
    /// Different ones.
    constants: Vec<(String, Op)>,
    values: HashMap<ValueId, (Depth, Option<&'a Op>)>,
    memories: HashMap<MemoryId, Depth>,
    found: Vec<Found>,
}

/// Around an operation.
#[derive(Clone, Copy)]
enum Around<'a> {
    /// Its index counts, and it comes to its end.
    Counted(&'a For, &'a Op),
    Other,
}

impl<'a> Search<'a> {
    fn define(&mut self, op: &'a Op, depth: Depth) {
        for var in visit::operands(op).defines {
            match var {
                Var::Value(value) => {
                    self.values.insert(value, (depth, Some(op)));
                }
                Var::Memory(memory) => {
                    self.memories.insert(memory, depth);
                }
            }
        }
        for entry in visit::region_entries(op) {
            match entry {
                Var::Value(value) => {
                    let of = matches!(&op.kind, OpKind::For(f) if f.index == value).then_some(op);
                    self.values.insert(value, (depth + 1, of));
                }
                Var::Memory(memory) => {
                    self.memories.insert(memory, depth + 1);
                }
            }
        }
        for region in visit::regions(op) {
            for param in &region.params {
                self.values.insert(*param, (depth + 1, None));
            }
        }
    }

    fn operation(&mut self, op: &'a Op, top: usize, around: &mut Vec<Around<'a>>) {
        if let OpKind::Rule { out, rule, .. } = &op.kind
            && rules::row(*rule).cost > CHEAP
            && around.len() > 1
        {
            self.computed(*out, top, around);
        }
        let frame = match &op.kind {
            OpKind::For(f) if self.is_counted(f) => Around::Counted(f, op),
            _ => Around::Other,
        };
        for region in visit::regions(op) {
            around.push(frame);
            for op in &region.ops {
                self.define(op, around.len());
                self.operation(op, top, around);
            }
            around.pop();
        }
    }

    fn is_counted(&self, f: &For) -> bool {
        let rev: &[Adaptor] = &[Adaptor::Rev];
        (f.range.adaptors.is_empty() || f.range.adaptors == rev)
            && !f.range.inclusive
            && self.function.value(f.index).ty == Type::Int(Int::Usize)
    }

    /// Takes the value out of the loop at the top level that it stands in, if that can be.
    fn computed(&mut self, value: ValueId, top: usize, around: &[Around<'a>]) {
        let ty = &self.function.value(value).ty;
        if !matches!(ty, Type::Float(Float::F32 | Float::F64)) {
            return;
        }
        let Some((table, counters)) = self.table(value, top, around) else { return };
        match self.found.iter_mut().find(|found| found.table == table) {
            Some(found) => found.reads.push((value, counters)),
            None => self.found.push(Found { table, reads: vec![(value, counters)] }),
        }
    }

    fn table(
        &mut self,
        value: ValueId,
        top: usize,
        around: &[Around<'a>],
    ) -> Option<(Table, Vec<ValueId>)> {
        let Around::Counted(outer, op) = *around.first()? else { return None };
        let inner = around[1..].iter().map(|of| match of {
            Around::Counted(f, _) if f.exit.is_none() => Some(*f),
            _ => None,
        });
        let inner = inner.collect::<Option<Vec<&For>>>()?;
        let written: HashSet<MemoryId> =
            visit::writes(op).into_iter().map(|memory| self.storage.of(memory)).collect();
        let mut build = Build { search: self, written: &written };
        let mut of = build.value(value)?;
        let mut ranges = Vec::new();
        for f in inner.iter().chain([&outer]) {
            ranges.push([build.value(f.range.start)?, build.value(f.range.end)?]);
        }
        let used = of.counters();
        let mut whole = false;
        of.visit(&mut |part| {
            whole |= matches!(part, Expr::Load(..)) && part.counters() == used;
        });
        // The ranges are those of a rectangle.
        let straight = ranges.iter().flatten().all(|end| end.counters().is_empty());
        let all = !inner.is_empty() && inner.iter().all(|f| used.contains(&f.index.0));
        if !(whole && straight && all) || used.contains(&outer.index.0) {
            return None;
        }
        let counters: Vec<ValueId> = inner.iter().map(|f| f.index).collect();
        of.number(&counters);
        let ty = self.function.value(value).ty.clone();
        let outer = ranges.pop()?;
        Some((Table { top, outer, ranges, of, ty }, counters))
    }
}
