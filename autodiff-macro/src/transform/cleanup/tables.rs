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

use crate::analysis::storage::Storage;
use crate::ir::build::Cursor;
use crate::ir::{
    Adaptor, Comparison, Constant, Float, For, Function, Init, Int, MemoryId, MemoryInfo, Op,
    OpKind, Origin, Place, Region, Step, Type, ValueId, Var, visit,
};
use crate::maps::{HashMap, HashSet};
use crate::rules::{self, Rule};

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
    let mut pass = Rewrite { function, constants, reads: HashMap::default() };
    pass.all(found);
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

/// What can be computed in front of the outer loop.
#[derive(Clone, Debug, PartialEq)]
enum Expr {
    Value(ValueId),
    /// One of [`Search::constants`].
    Constant(usize),
    /// The index of a loop; in a table, its place among the ranges.
    Counter(u32),
    Rule(Rule, Type, Vec<Expr>),
    Cast(Type, Box<Expr>),
    Len(MemoryId),
    Load(MemoryId, Vec<Part>, Type),
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Index(Expr),
    Field(u32),
    Member(proc_macro2::Ident),
}

impl Expr {
    fn visit<'e>(&'e self, f: &mut impl FnMut(&'e Expr)) {
        f(self);
        match self {
            Expr::Rule(_, _, args) => args.iter().for_each(|arg| arg.visit(f)),
            Expr::Cast(_, arg) => arg.visit(f),
            Expr::Load(_, path, _) => path.iter().for_each(|part| {
                if let Part::Index(index) = part {
                    index.visit(f);
                }
            }),
            Expr::Value(_) | Expr::Constant(_) | Expr::Counter(_) | Expr::Len(_) => {}
        }
    }

    fn counters(&self) -> HashSet<u32> {
        let mut found = HashSet::default();
        self.visit(&mut |of| {
            if let Expr::Counter(counter) = of {
                found.insert(*counter);
            }
        });
        found
    }

    fn number(&mut self, places: &[ValueId]) {
        match self {
            Expr::Counter(counter) => {
                let place = places.iter().position(|index| index.0 == *counter);
                *counter = place.expect("each counter is that of a loop of the table") as u32;
            }
            Expr::Rule(_, _, args) => args.iter_mut().for_each(|arg| arg.number(places)),
            Expr::Cast(_, arg) => arg.number(places),
            Expr::Load(_, path, _) => path.iter_mut().for_each(|part| {
                if let Part::Index(index) = part {
                    index.number(places);
                }
            }),
            Expr::Value(_) | Expr::Constant(_) | Expr::Len(_) => {}
        }
    }
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

/// Makes an expression of what can be computed in front of a loop.
struct Build<'s, 'a> {
    search: &'s mut Search<'a>,
    written: &'s HashSet<MemoryId>,
}

impl<'a> Build<'_, 'a> {
    fn value(&mut self, value: ValueId) -> Option<Expr> {
        let function = self.search.function;
        let Some((depth, op)) = self.search.values.get(&value).copied() else {
            return Some(Expr::Value(value));
        };
        if let Some(op) = op
            && let OpKind::Const { value: constant, .. } = &op.kind
        {
            return self.constant(op, constant, &function.value(value).ty);
        }
        if depth == 0 {
            return Some(Expr::Value(value));
        }
        match &op?.kind {
            // That of the loop around is found among the counters, and refused there.
            OpKind::For(f) if f.index == value => Some(Expr::Counter(value.0)),
            OpKind::Rule { rule, args, .. } => {
                let ty = function.value(value).ty.clone();
                let args: Option<Vec<Expr>> = args.iter().map(|arg| self.value(*arg)).collect();
                Some(simplified(*rule, ty, args?))
            }
            OpKind::Cast { arg, ty, .. } if *ty != Type::Unknown => {
                Some(Expr::Cast(ty.clone(), Box::new(self.value(*arg)?)))
            }
            OpKind::Load { place, .. } => {
                let (memory, path) = self.place(place)?;
                let whole = self.search.storage.of(memory);
                if self.written.contains(&whole) {
                    return None;
                }
                Some(Expr::Load(memory, path, function.value(value).ty.clone()))
            }
            OpKind::Len { place, .. } if place.path.is_empty() => self.len(place.memory),
            _ => None,
        }
    }

    fn constant(&mut self, op: &'a Op, constant: &Constant, ty: &Type) -> Option<Expr> {
        let text = match constant {
            Constant::Float(value, digits) => format!("{:x} {digits:?} {ty:?}", value.to_bits()),
            Constant::Int(value) => format!("{value} {ty:?}"),
            _ => return None,
        };
        let constants = &mut self.search.constants;
        let found = constants.iter().position(|(there, _)| *there == text);
        Some(Expr::Constant(found.unwrap_or_else(|| {
            constants.push((text, op.clone()));
            constants.len() - 1
        })))
    }

    fn is_there(&self, memory: MemoryId) -> bool {
        self.search.memories.get(&memory).is_none_or(|depth| *depth == 0)
    }

    /// The length of a memory that keeps it: of a range, its end less its start.
    fn len(&mut self, memory: MemoryId) -> Option<Expr> {
        let function = self.search.function;
        let usize = Type::Int(Int::Usize);
        if self.is_there(memory) {
            let whole = self.search.storage.of(memory);
            return (!self.written.contains(&whole)).then_some(Expr::Len(memory));
        }
        let Origin::View(place) = &function.memory(memory).origin else { return None };
        match &place.path[..] {
            [] => self.len(place.memory),
            [Step::Range { start, end: Some(end), inclusive: false }] => {
                let end = self.value(*end)?;
                match start {
                    Some(start) => {
                        Some(simplified(Rule::Sub, usize, vec![end, self.value(*start)?]))
                    }
                    None => Some(end),
                }
            }
            _ => None,
        }
    }

    /// The place by memory that is there before the loop.
    fn place(&mut self, place: &Place) -> Option<(MemoryId, Vec<Part>)> {
        let function = self.search.function;
        let mut steps: Vec<&Step> = place.path.iter().collect();
        let mut memory = place.memory;
        while !self.is_there(memory) {
            let Origin::View(of) = &function.memory(memory).origin else { return None };
            steps.splice(0..0, &of.path);
            memory = of.memory;
        }
        let usize = Type::Int(Int::Usize);
        let add = |offset: Option<Expr>, more: Expr| match offset {
            Some(offset) => simplified(Rule::Add, usize.clone(), vec![offset, more]),
            None => more,
        };
        let mut offset = None;
        let mut path = Vec::new();
        for step in steps {
            match step {
                Step::Range { start: None, .. } => {}
                Step::Range { start: Some(start), .. } => {
                    let start = self.value(*start)?;
                    if !self.is_zero(&start) {
                        offset = Some(add(offset, start));
                    }
                }
                Step::Index(index) => {
                    let index = self.value(*index)?;
                    path.push(Part::Index(add(offset.take(), index)));
                }
                Step::Field(field) => path.push(Part::Field(*field)),
                Step::Member(member) => path.push(Part::Member(member.clone())),
                Step::Deref | Step::Payload { .. } => return None,
            }
        }
        offset.is_none().then_some((memory, path))
    }

    fn is_zero(&self, of: &Expr) -> bool {
        matches!(of, Expr::Constant(i)
            if matches!(self.search.constants[*i].1.kind, OpKind::Const { value: Constant::Int(0), .. }))
    }
}

/// `(a + b) - a` is `b`, and of two that are the same either is the smaller.
fn simplified(rule: Rule, ty: Type, args: Vec<Expr>) -> Expr {
    if ty.is_int() {
        match (rule, &args[..]) {
            (Rule::Sub, [Expr::Rule(Rule::Add, _, sum), start]) if sum[0] == *start => {
                return sum[1].clone();
            }
            (Rule::Sub, [Expr::Rule(Rule::Add, _, sum), start]) if sum[1] == *start => {
                return sum[0].clone();
            }
            (Rule::Min | Rule::Max, [a, b]) if a == b => return a.clone(),
            _ => {}
        }
    }
    Expr::Rule(rule, ty, args)
}

/// Where a value is taken from: the table, the lengths of its ranges but the first, and the counters.
struct Read {
    table: MemoryId,
    lens: Vec<ValueId>,
    counters: Vec<ValueId>,
}

struct Rewrite<'a> {
    function: &'a mut Function,
    constants: Vec<(String, Op)>,
    reads: HashMap<ValueId, Read>,
}

impl Rewrite<'_> {
    fn all(&mut self, mut found: Vec<Found>) {
        let ops = std::mem::take(&mut self.function.body.ops);
        let cut = self.function.cut;
        let mut new_cut = None;
        let mut done = Vec::new();
        for (top, mut op) in ops.into_iter().enumerate() {
            if top == cut {
                new_cut = Some(done.len());
            }
            for Found { table, reads } in found.extract_if(.., |found| found.table.top == top) {
                self.make(table, reads, op.span, &mut done);
            }
            for region in visit::regions_mut(&mut op) {
                self.region(region);
            }
            done.push(op);
        }
        self.function.cut = new_cut.unwrap_or(done.len());
        self.function.body.ops = done;
    }

    fn make(
        &mut self,
        table: Table,
        reads: Vec<(ValueId, Vec<ValueId>)>,
        span: proc_macro2::Span,
        out: &mut Vec<Op>,
    ) {
        let usize = Type::Int(Int::Usize);
        let name = self.function.value(reads[0].0).name.clone();
        let memory = self.function.new_memory(MemoryInfo {
            ty: Type::Vec(Box::new(table.ty.clone())),
            name: Some(name.map_or("table".to_string(), |name| format!("{name}_table"))),
            mutable: true,
            origin: Origin::Local,
            span,
        });
        let mut ranges: Vec<[ValueId; 2]> = Vec::new();
        for [start, end] in &table.ranges {
            ranges.push([self.emit(start, &[], span, out), self.emit(end, &[], span, out)]);
        }
        if !self.runs(&table.outer) {
            let [start, end] = [0, 1].map(|i| self.emit(&table.outer[i], &[], span, out));
            let cond = self.function.new_value(Type::Bool, None, span);
            let compare = OpKind::Compare { out: cond, op: Comparison::Lt, args: [start, end] };
            out.push(Op { kind: compare, span });
            let mut cursor = Cursor { function: self.function, ops: out, span };
            let none = cursor.int(0, usize.clone());
            let first = cursor.function.new_value(usize.clone(), None, span);
            cursor.push(OpKind::Select { out: first, cond, args: [ranges[0][1], none] });
            ranges[0][1] = first;
        }
        let lens: Vec<ValueId> = ranges[1..].iter().map(|[_, end]| *end).collect();
        let mut cursor = Cursor { function: self.function, ops: out, span };
        let mut total = ranges[0][1];
        for len in &lens {
            total = cursor.rule(Rule::Mul, &[total, *len]);
        }
        let zero = cursor.float(0.0, table.ty.clone());
        cursor
            .push(OpKind::Alloc { memory, init: Init::Repeat { value: zero, lens: vec![total] } });
        let counters: Vec<ValueId> =
            ranges.iter().map(|_| self.function.new_value(usize.clone(), None, span)).collect();
        let mut ops = Vec::new();
        let value = self.emit(&table.of, &counters, span, &mut ops);
        let at = self.index(&lens, &counters, span, &mut ops);
        let place = Place { memory, path: vec![Step::Index(at)] };
        ops.push(Op { kind: OpKind::Store { place, value }, span });
        for ([start, end], index) in ranges.iter().zip(&counters).rev() {
            let range = crate::ir::Range {
                start: *start,
                end: *end,
                inclusive: false,
                adaptors: Vec::new(),
            };
            let inner = For {
                index: *index,
                range,
                inits: Vec::new(),
                body: Region { params: Vec::new(), ops, yields: Vec::new() },
                outs: Vec::new(),
                exit: None,
                records: None,
            };
            ops = vec![Op { kind: OpKind::For(Box::new(inner)), span }];
        }
        out.append(&mut ops);
        for (value, counters) in reads {
            self.reads.insert(value, Read { table: memory, lens: lens.clone(), counters });
        }
    }

    /// Whether the loop is known to run.
    fn runs(&self, range: &[Expr; 2]) -> bool {
        let number = |of: &Expr| match of {
            Expr::Constant(i) => match &self.constants[*i].1.kind {
                OpKind::Const { value: Constant::Int(n), .. } => Some(*n),
                _ => None,
            },
            _ => None,
        };
        matches!((number(&range[0]), number(&range[1])), (Some(start), Some(end)) if start < end)
    }

    /// The place in the table: the counters as the digits of a number.
    fn index(
        &mut self,
        lens: &[ValueId],
        counters: &[ValueId],
        span: proc_macro2::Span,
        out: &mut Vec<Op>,
    ) -> ValueId {
        let mut cursor = Cursor { function: self.function, ops: out, span };
        let mut at = counters[0];
        for (len, counter) in lens.iter().zip(&counters[1..]) {
            let row = cursor.rule(Rule::Mul, &[at, *len]);
            at = cursor.rule(Rule::Add, &[row, *counter]);
        }
        at
    }

    fn emit(
        &mut self,
        expr: &Expr,
        counters: &[ValueId],
        span: proc_macro2::Span,
        out: &mut Vec<Op>,
    ) -> ValueId {
        let computed = |pass: &mut Self, ty: &Type| pass.function.new_value(ty.clone(), None, span);
        let kind = match expr {
            Expr::Value(value) => return *value,
            Expr::Counter(place) => return counters[*place as usize],
            Expr::Constant(i) => {
                let mut op = self.constants[*i].1.clone();
                let of = visit::operands(&op).defines;
                let Some(Var::Value(of)) = of.into_iter().next() else {
                    unreachable!("a constant defines a value")
                };
                let value = computed(self, &self.function.value(of).ty.clone());
                visit::set_scalar_result(&mut op, value);
                out.push(op);
                return value;
            }
            Expr::Rule(rule, ty, args) => {
                let args = args.iter().map(|arg| self.emit(arg, counters, span, out)).collect();
                OpKind::Rule { out: computed(self, ty), rule: *rule, args }
            }
            Expr::Cast(ty, arg) => {
                let arg = self.emit(arg, counters, span, out);
                OpKind::Cast { out: computed(self, ty), arg, ty: ty.clone() }
            }
            Expr::Len(memory) => {
                let value = computed(self, &Type::Int(Int::Usize));
                OpKind::Len { out: value, place: (*memory).into() }
            }
            Expr::Load(memory, path, ty) => {
                let mut steps = Vec::new();
                for part in path {
                    steps.push(match part {
                        Part::Index(index) => Step::Index(self.emit(index, counters, span, out)),
                        Part::Field(field) => Step::Field(*field),
                        Part::Member(member) => Step::Member(member.clone()),
                    });
                }
                OpKind::Load {
                    out: computed(self, ty),
                    place: Place { memory: *memory, path: steps },
                }
            }
        };
        let value = kind.computed().expect("made above as something that computes");
        out.push(Op { kind, span });
        value
    }

    fn region(&mut self, region: &mut Region) {
        for mut op in std::mem::take(&mut region.ops) {
            for nested in visit::regions_mut(&mut op) {
                self.region(nested);
            }
            if let OpKind::Rule { out, .. } = &op.kind
                && let Some(Read { table, lens, counters }) = self.reads.remove(out)
            {
                let at = self.index(&lens, &counters, op.span, &mut region.ops);
                let place = Place { memory: table, path: vec![Step::Index(at)] };
                op.kind = OpKind::Load { out: *out, place };
            }
            region.ops.push(op);
        }
    }
}
