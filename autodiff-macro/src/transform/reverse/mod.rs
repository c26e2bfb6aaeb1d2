//! Reverse mode: the forward sweep with what it saves, then the adjoint of each operation in reverse order.
//!
//! The result is one function: its operations before `cut` are the primal's, augmented with saves; those
//! after it are the reverse sweep. It is built from the end: the reverse sweep first, which asks for
//! primal values and memory as it needs them ([`available`]); each answer is a value that is *still
//! there*, a *recomputation*, or a *save* that is noted and later woven into the forward sweep ([`weave`]).
//!
//! **The invariant of memory.** While the reverse sweep undoes the operation at a point, every local memory whose content it
//! reads there has the content it had just after that point in the forward sweep; while it goes on to what stands before, the content
//! just before. So an operation that overwrites saves the old content if something
//! before it in execution order reads that storage in the reverse sweep ("to be recorded"), and is
//! undone first of all. Memory behind `&mut` parameters is not there in the reverse sweep: what is needed
//! of it is saved by value.
//!
//! Which storages are read where is known only when the sweep has been built, so it is built until the set
//! of reads no longer grows; it can only grow, so this ends (after two or three rounds).

mod adjoint;
mod available;
mod branch;
mod calls;
mod counters;
mod ends;
mod fuse;
mod integers;
mod loops;
mod memory;
mod scalar;
mod scopes;
mod slopes;
mod spread;
mod vector;
mod weave;
mod whole;

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::Span;

use crate::ir::build::Cursor;
use crate::ir::{Function, MemoryId, Op, OpKind, Records, TapeId, Type, ValueId, Var, visit};
use crate::options::Settings;
use crate::rules::Known;
use crate::transform::checkpoint::key;
use crate::transform::prepare::prepare;
use crate::{
    analysis::{activity::Activity, bounds::Bounds, storage::Storage},
    maps::{HashMap, HashSet},
};
use scopes::{Point, RegionId, Scopes, Site, TOP, Touch};
use spread::Row;

pub(in crate::transform) use fuse::is_sum;

/// What a round of building finds out for the next one.
#[derive(Default)]
struct Findings {
    /// Reads of local memory by the reverse sweep, with the point just after which the content is as it is read.
    reads: BTreeSet<Touch>,
    /// Values that were saved in the record of a loop or the result of a branch.
    saved: BTreeSet<ValueId>,
    /// Bodies of loops that need a record in any case.
    taped: BTreeSet<RegionId>,
}

pub fn reverse(primal: &Function, activity: &Activity, settings: &Settings) -> Function {
    build(primal, activity, settings, false).0
}

/// Both sweeps for whoever knows the seed beforehand: iterations that only add to sums do both at once (see [`fuse`]).
/// `None` if there is no such loop. The result cannot be cut in two.
pub fn fused(primal: &Function, activity: &Activity, settings: &Settings) -> Option<Function> {
    if !settings.fuse {
        return None;
    }
    let (function, found) = build(primal, activity, settings, true);
    (!found.is_empty()).then_some(function)
}

/// The loops of which [`fused`] makes both sweeps at once, named as [`Function::checkpoints`] does.
pub fn fused_loops(primal: &Function, activity: &Activity, settings: &Settings) -> Vec<ValueId> {
    if !settings.fuse {
        return Vec::new();
    }
    build(primal, activity, settings, true).1
}

fn build(
    primal: &Function,
    activity: &Activity,
    settings: &Settings,
    fuse: bool,
) -> (Function, Vec<ValueId>) {
    let (primal, activity) = prepare(primal, activity, settings);
    let (primal, activity) = (&*primal, &*activity);
    let none = HashMap::default();
    let built = Built::of(primal, activity, settings, fuse, &none);
    if settings.spread
        && let Some((spread, rows)) =
            spread::spread(primal, &built.reads, |body| built.fused.contains(&body))
    {
        let activity = crate::analysis::activity::analyse(&spread, settings);
        let again = Built::of(&spread, &activity, settings, fuse, &rows);
        return (again.function, again.fused_loops);
    }
    (built.function, built.fused_loops)
}

/// A finished sweep, and what became known on the way.
struct Built {
    function: Function,
    reads: BTreeSet<Touch>,
    fused: HashSet<RegionId>,
    fused_loops: Vec<ValueId>,
}

impl Built {
    fn of(
        primal: &Function,
        activity: &Activity,
        settings: &Settings,
        fuse: bool,
        rows: &HashMap<MemoryId, Row>,
    ) -> Built {
        let mut before = Findings::default();
        loop {
            let mut sweep = Sweep::new(primal, activity, settings, &before);
            sweep.fuse = fuse;
            sweep.rows = rows.clone();
            for (view, row) in rows {
                sweep.storage.set_row(*view, row.index);
            }
            let function = sweep.build();
            let fused: HashSet<RegionId> = sweep.fused.keys().copied().collect();
            let fused_loops = sweep.loops_of(&fused);
            let found = std::mem::take(&mut sweep.found);
            let done = found.reads.is_subset(&before.reads)
                && found.saved.is_subset(&before.saved)
                && found.taped.is_subset(&before.taped);
            before.taped.extend(found.taped);
            before.reads.extend(found.reads);
            before.saved.extend(found.saved);
            if done {
                return Built { function, reads: before.reads, fused, fused_loops };
            }
        }
    }
}

/// Whether no vector of the function's own has an adjoint.
pub(in crate::transform) fn heapless(primal: &Function, activity: &Activity) -> bool {
    let mut heapless = primal.block.is_none_or(|block| block.heapless);
    visit::walk(&primal.body, &mut |op| {
        for var in visit::operands(op).defines {
            if let Var::Memory(memory) = var
                && !matches!(op.kind, OpKind::View { .. } | OpKind::Split { .. })
            {
                let array = matches!(primal.memory(memory).ty, Type::Array(..));
                heapless &= array || !activity.memory(memory);
            }
        }
    });
    heapless
}

/// A region being reversed: the reverse region built so far and what is known in it.
struct Frame {
    region: RegionId,
    /// The operation of `region` being reversed (or about to be).
    pos: usize,
    ops: Vec<Op>,
    /// Primal variables that the reverse region has, under another name.
    values: HashMap<ValueId, ValueId>,
    memories: HashMap<MemoryId, MemoryId>,
    adjoints: BTreeMap<ValueId, ValueId>,
    adjoint_memories: HashMap<MemoryId, MemoryId>,
}

impl Frame {
    fn new(region: RegionId, pos: usize) -> Frame {
        Frame {
            region,
            pos,
            ops: Vec::new(),
            values: HashMap::default(),
            memories: HashMap::default(),
            adjoints: BTreeMap::new(),
            adjoint_memories: HashMap::default(),
        }
    }
}

/// A variable of one arm of an `If` that the reverse sweep needs, made a result of the `If`.
struct ArmResult {
    arm: usize,
    yielded: Var,
    out: Var,
    /// There is no value to stand in for it on the other path: it becomes an `Option`.
    optional: bool,
}

struct Sweep<'a> {
    primal: &'a Function,
    activity: &'a Activity,
    settings: &'a Settings,
    scopes: Scopes<'a>,
    storage: Storage,
    /// The function being built; ids of the primal stay valid.
    function: Function,
    frames: Vec<Frame>,
    span: Span,
    /// What the rounds before found, and what this one finds.
    before: &'a Findings,
    found: Findings,
    /// Every access to active memory.
    touches: Vec<Touch>,

    // What the forward sweep must do for the reverse sweep; see `weave`.
    /// Operations to insert before a point.
    inserted: BTreeMap<Point, Vec<Op>>,
    /// Operations at the end of the forward sweep.
    at_end: Vec<Op>,
    /// Where variables that the forward sweep gains are defined.
    gained: HashMap<Var, Site>,
    kept: HashMap<Point, ValueId>,
    /// Calls that the forward sweep replaces by calls that yield slopes.
    slopes: HashMap<Point, OpKind>,
    /// Calls of methods whose receiver is needed once more.
    receivers: BTreeSet<Point>,
    trips: HashMap<Point, ValueId>,
    /// Per loop body: the variable of the forward sweep, and its name in the reverse sweep.
    records: BTreeMap<RegionId, Vec<(Var, Var)>>,
    tapes: HashMap<RegionId, TapeId>,
    arm_results: BTreeMap<Point, Vec<ArmResult>>,
    /// Copies of memory that the forward sweep gives away.
    copies: HashMap<MemoryId, MemoryId>,
    lengths: HashMap<MemoryId, ValueId>,
    /// What an arm yields: the result of the `If` that it becomes.
    yielded: HashMap<(RegionId, MemoryId), MemoryId>,
    pending: Vec<Op>,
    known: Known,
    bounds: Bounds<'a>,

    /// Whether the sweeps need no heap but for tapes. Then even what is dear is computed again, if that saves the only tape.
    heapless: bool,
    /// Scratch vectors that have a row for each iteration.
    rows: HashMap<MemoryId, Row>,
    /// Whether loops may be fused, and those that are.
    fuse: bool,
    fused: HashMap<RegionId, fuse::Fused>,
    /// Values of adjoints that stand in front of the loop being fused, or that it carries.
    early: HashSet<ValueId>,
}

impl<'a> Sweep<'a> {
    fn new(
        primal: &'a Function,
        activity: &'a Activity,
        settings: &'a Settings,
        before: &'a Findings,
    ) -> Sweep<'a> {
        Sweep {
            primal,
            activity,
            settings,
            scopes: Scopes::new(primal),
            storage: Storage::analyse(primal),
            function: primal.clone(),
            frames: Vec::new(),
            span: Span::call_site(),
            before,
            found: Findings::default(),
            touches: Vec::new(),
            inserted: BTreeMap::new(),
            at_end: Vec::new(),
            gained: HashMap::default(),
            kept: HashMap::default(),
            slopes: HashMap::default(),
            receivers: BTreeSet::new(),
            trips: HashMap::default(),
            records: BTreeMap::new(),
            tapes: HashMap::default(),
            arm_results: BTreeMap::new(),
            copies: HashMap::default(),
            lengths: HashMap::default(),
            yielded: HashMap::default(),
            pending: Vec::new(),
            known: Known::new(primal),
            bounds: Bounds::new(primal),
            heapless: heapless(primal, activity),
            rows: HashMap::default(),
            fuse: false,
            fused: HashMap::default(),
            early: HashSet::default(),
        }
    }

    /// The loops with these bodies, as [`Function::checkpoints`] names them.
    fn loops_of(&self, bodies: &HashSet<RegionId>) -> Vec<ValueId> {
        let of = |body: &RegionId| key(self.scopes.op(self.scopes.parent(*body)?));
        bodies.iter().filter_map(of).collect()
    }

    fn build(&mut self) -> Function {
        let end = self.primal.body.ops.len();
        self.frames.push(Frame::new(TOP, end));
        self.touches = self.active_touches(TOP);
        self.seeds();
        self.adjoint_params();
        self.region(TOP);
        let outputs = self.adjoint_outputs();
        let reverse = self.frames.pop().map(|frame| frame.ops).unwrap_or_default();

        let mut body = self.weave(TOP);
        body.ops.append(&mut self.at_end);
        let mut function = self.function.clone();
        function.cut = body.ops.len();
        body.ops.extend(reverse);
        function.body = body;
        function.outputs.extend(outputs);
        function
    }

    /// Reverses the operations of the innermost frame's region, last first.
    fn region(&mut self, region: RegionId) {
        let ops = &self.scopes.region(region).ops;
        for (pos, op) in ops.iter().enumerate().rev() {
            self.frame().pos = pos;
            self.span = op.span;
            self.operation(op, Point { region, pos });
        }
    }

    fn operation(&mut self, op: &'a Op, point: Point) {
        match &op.kind {
            OpKind::If { cond, then, otherwise, outs } => {
                if self.needs_reverse(op, point) {
                    self.branch(point, *cond, [then, otherwise], outs);
                }
            }
            OpKind::For(f) => {
                if self.needs_reverse(op, point) {
                    self.reverse_for(point, f);
                }
            }
            OpKind::While(w) => {
                if self.needs_reverse(op, point) {
                    self.reverse_while(point, w);
                }
            }
            OpKind::Call { callee, args, result } => self.call(point, op, callee, args, result),
            OpKind::CallForward { .. }
            | OpKind::CallReverse { .. }
            | OpKind::CallSweep { .. }
            | OpKind::CallSlopes { .. }
            | OpKind::CallTangent { .. }
            | OpKind::Push { .. }
            | OpKind::Some { .. }
            | OpKind::None { .. }
            | OpKind::Unwrap { .. } => {
                unreachable!("only primal functions are reversed in this version")
            }
            OpKind::Vector { .. } => self.vector(op, point),
            _ => {
                self.take_stored(op, point);
                self.restore(op, point);
                self.scalar(op);
                self.memory(op, point);
            }
        }
    }

    /// Whether the reverse sweep has anything to do in the operation's regions.
    fn needs_reverse(&self, op: &Op, point: Point) -> bool {
        if self.activity.op(op) {
            return true;
        }
        visit::regions(op).into_iter().enumerate().any(|(n, region)| {
            let id = self.scopes.nested(point, n);
            region.ops.iter().enumerate().any(|(pos, op)| {
                let point = Point { region: id, pos };
                self.needs_reverse(op, point) || self.must_restore(op, point)
            })
        })
    }

    fn frame(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("a region is being reversed")
    }

    fn top(&mut self) -> &mut Frame {
        &mut self.frames[0]
    }

    fn cursor(&mut self) -> Cursor<'_> {
        let ops = &mut self.frames.last_mut().expect("a region is being reversed").ops;
        Cursor { function: &mut self.function, ops, span: self.span }
    }

    fn emit(&mut self, kind: OpKind) {
        self.cursor().push(kind);
    }

    fn zero(&mut self, ty: Type) -> ValueId {
        self.cursor().float(0.0, ty)
    }
}
