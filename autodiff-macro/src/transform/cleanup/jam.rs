//! Four sums side by side, where each iteration of a loop makes one that waits for itself.
//!
//! A dot product makes one addition after the other, for floats are added in the order that the user wrote; most of its time it
//! waits. Where a loop makes one dot product an iteration, those of four iterations do not wait for each other. Made side by
//! side, they take the time of one, and what they share is read once.
//!
//! **Condition.** The outer loop counts from zero to its end; the inner one carries a sum of the user's, does little else, and
//! is as long in each iteration. What it computes, and what that is made of in the outer loop's body, reads nothing that the outer loop writes
//! or carries, and writes nothing.
//!
//! **Proof.** So the inner loops of four iterations may be run before the rest of the first of them, in any order. Each makes the same
//! additions in the same order: the bits are the same. The rest of the four iterations follows in the user's order.
//! Where an inner loop panics, the function would have come to it. What is left over, fewer than four iterations, is made as before.

mod copies;

use self::copies::Names;
use super::each::at_top;
use super::{Primal, is_single};
use crate::analysis::storage::Storage;
use crate::ir::build::Cursor;
use crate::ir::{
    Adaptor, Constant, Float, For, Function, Int, MemoryId, Op, OpKind, Place, Range, Region, Step,
    Type, ValueId, Var, visit,
};
use crate::maps::{HashMap, HashSet};
use crate::rules::{self, Rule};
use crate::transform::reverse::is_sum;

/// How many iterations are made side by side.
const WIDTH: usize = 4;

/// A loop that is known to make fewer iterations is not worth it.
const SHORT: i128 = 8;

/// The most that an iteration of the inner sum may cost, in additions: a dearer one has enough to do while it waits.
const CHEAP: u32 = 12;

/// Longer bodies are not written twice.
const OPERATIONS: usize = 100;

pub fn jam(function: &mut Function, primal: &Function) {
    let mut primal = Primal::of(function, primal);
    let storage = Storage::analyse(function);
    let mut constants = HashMap::default();
    at_top(function, |function, _, op, out| {
        let (primal, constants) = (&mut primal, &mut constants);
        Jam { function, primal, storage: &storage, constants }.operation(op, out);
    });
}

struct Jam<'a> {
    function: &'a mut Function,
    primal: &'a mut Primal,
    storage: &'a Storage,
    constants: &'a mut HashMap<ValueId, i128>,
}

impl Jam<'_> {
    /// Whether a loop in it has been rewritten.
    fn operation(&mut self, mut op: Op, out: &mut Vec<Op>) -> bool {
        if let OpKind::Const { out, value: Constant::Int(n) } = &op.kind {
            self.constants.insert(*out, *n);
        }
        let mut inside = false;
        for region in visit::regions_mut(&mut op) {
            for op in std::mem::take(&mut region.ops) {
                inside |= self.operation(op, &mut region.ops);
            }
        }
        if let OpKind::For(f) = &op.kind
            && !inside
            && let Some(sums) = self.sums(f)
            && let Some(ops) = self.side_by_side(f, &sums, op.span)
        {
            out.extend(ops);
            return true;
        }
        out.push(op);
        inside
    }

    /// The operations of the body that make the sums, if the loop fits: by their places.
    fn sums(&self, f: &For) -> Option<HashSet<usize>> {
        let end = self.constants.get(&f.range.end);
        let counts = f.exit.is_none()
            && f.records.is_none()
            && f.range.adaptors.is_empty()
            && !f.range.inclusive
            && self.constants.get(&f.range.start) == Some(&0)
            && end.is_none_or(|end| *end >= SHORT)
            && self.function.value(f.index).ty == Type::Int(Int::Usize);
        let (mut operations, mut plain) = (0, true);
        visit::walk(&f.body, &mut |op| {
            operations += 1;
            plain &= is_plain(op);
        });
        if !counts || !plain || operations > OPERATIONS {
            return None;
        }
        let mut written: HashSet<MemoryId> = HashSet::default();
        for op in &f.body.ops {
            written.extend(visit::writes(op).into_iter().map(|memory| self.storage.of(memory)));
        }
        let mut made: HashMap<Var, usize> = HashMap::default();
        for (at, op) in f.body.ops.iter().enumerate() {
            made.extend(visit::operands(op).defines.into_iter().map(|var| (var, at)));
        }
        let mut slice = HashSet::default();
        for (at, op) in f.body.ops.iter().enumerate() {
            let mut needed = HashSet::default();
            if matches!(&op.kind, OpKind::For(inner) if self.waits(inner))
                && self.needs(f, at, &made, &written, &mut needed)
            {
                slice.extend(needed);
            }
        }
        (!slice.is_empty()).then_some(slice)
    }

    /// Whether it is an innermost loop that does little else than wait for a sum of the user's.
    fn waits(&self, f: &For) -> bool {
        let costs = f.body.ops.iter().map(|op| match &op.kind {
            OpKind::Rule { out, rule, .. } if self.function.value(*out).ty.is_float() => {
                rules::row(*rule).cost
            }
            _ => 0,
        });
        f.body.ops.iter().all(is_single)
            && costs.sum::<u32>() <= CHEAP
            && f.body.params.iter().zip(&f.body.yields).any(|(param, next)| {
                matches!(next, Var::Value(next) if self.primal.has(*next)
                    && matches!(self.function.value(*param).ty, Type::Float(Float::F32 | Float::F64))
                    && is_sum(&f.body, *param, *next))
            })
    }

    /// Adds what the operation is made of in the body to what is needed; whether all of that can be computed beforehand.
    fn needs(
        &self,
        f: &For,
        at: usize,
        made: &HashMap<Var, usize>,
        written: &HashSet<MemoryId>,
        needed: &mut HashSet<usize>,
    ) -> bool {
        if !needed.insert(at) {
            return true;
        }
        let (mut values, mut memories) = (Vec::new(), Vec::new());
        let mut pure = true;
        let mut note = |op: &Op| {
            let operands = visit::operands(op);
            values.extend(operands.uses);
            for region in visit::regions(op) {
                values.extend(region.yields.iter().filter_map(|var| var.value()));
            }
            pure &= match &op.kind {
                OpKind::For(f) => f.exit.is_none() && f.records.is_none(),
                OpKind::If { .. } => false,
                OpKind::Store { .. } | OpKind::Accumulate { .. } | OpKind::Push { .. } => false,
                _ => true,
            };
            for (place, _) in operands.places {
                pure &= !written.contains(&self.storage.of(place.memory));
                memories.push(place.memory);
            }
        };
        let op = &f.body.ops[at];
        note(op);
        for region in visit::regions(op) {
            visit::walk(region, &mut note);
        }
        let vars = values.into_iter().map(Var::Value).chain(memories.into_iter().map(Var::Memory));
        pure && vars.into_iter().all(|var| match made.get(&var) {
            Some(at) => self.needs(f, *at, made, written, needed),
            None => !matches!(var, Var::Value(value) if f.body.params.contains(&value)),
        })
    }

    fn side_by_side(
        &mut self,
        f: &For,
        sums: &HashSet<usize>,
        span: proc_macro2::Span,
    ) -> Option<Vec<Op>> {
        let usize = Type::Int(Int::Usize);
        let mut done = Vec::new();
        let mut cursor = Cursor { function: self.function, ops: &mut done, span };
        let width = cursor.int(WIDTH as i128, usize.clone());
        let rest = cursor.rule(Rule::Rem, &[f.range.end, width]);
        let middle = cursor.rule(Rule::Sub, &[f.range.end, rest]);

        // The sums of all copies.
        let mut ops = Vec::new();
        let first = self.fresh(f.index);
        let mut copies: Vec<Names> = Vec::new();
        for u in 0..WIDTH {
            let mut names = Names::default();
            let mut index = first;
            if u != 0 {
                let mut cursor = Cursor { function: self.function, ops: &mut ops, span };
                let by = cursor.int(u as i128, usize.clone());
                index = cursor.rule(Rule::Add, &[first, by]);
                let name = cursor.function.value(f.index).name.clone();
                cursor.function.values[index.index()].name = name;
            }
            names.values.insert(f.index, index);
            copies.push(names);
        }
        let made = |(at, op)| sums.contains(&at).then_some(op);
        let slice: Vec<&Op> = f.body.ops.iter().enumerate().filter_map(made).collect();
        self.all_copies(&slice, &mut copies, &mut ops)?;

        // The rest, copy by copy.
        let mut names = Names::default();
        let (place, index) = (self.fresh(f.index), self.fresh(f.index));
        self.function.values[place.index()].name = None;
        let inits: Vec<ValueId> = f.body.params.iter().map(|param| self.fresh(*param)).collect();
        let params: Vec<ValueId> = f.body.params.iter().map(|param| self.fresh(*param)).collect();
        names.values.extend(f.body.params.iter().copied().zip(params.iter().copied()));
        names.values.insert(f.index, index);
        let add = OpKind::Rule { out: index, rule: Rule::Add, args: vec![first, place] };
        let mut body = vec![Op { kind: add, span }];
        let after = rest_of(f, sums);
        for (at, op) in f.body.ops.iter().enumerate() {
            match &op.kind {
                OpKind::For(inner) if sums.contains(&at) => {
                    for out in inner.outs.iter().filter(|out| after.uses.contains(out)) {
                        let array = self.array(*out, &copies, span, &mut ops)?;
                        let taken = self.fresh(*out);
                        names.values.insert(*out, taken);
                        let place = Place { memory: array, path: vec![Step::Index(place)] };
                        body.push(Op { kind: OpKind::Load { out: taken, place }, span });
                    }
                }
                _ if after.dropped.contains(&at) => {}
                _ => {
                    let op = self.operation_copied(op, &mut names);
                    body.push(op);
                }
            }
        }
        let yields = f.body.yields.iter().map(|var| names.var(*var)).collect();
        let mut cursor = Cursor { function: self.function, ops: &mut ops, span };
        let [zero, end] = [0, WIDTH as i128].map(|n| cursor.int(n, usize.clone()));
        let outs: Vec<ValueId> = f.outs.iter().map(|out| self.fresh(*out)).collect();
        let copy_by_copy = For {
            index: place,
            range: Range { start: zero, end, inclusive: false, adaptors: Vec::new() },
            inits: inits.clone(),
            body: Region { params, ops: body, yields },
            outs: outs.clone(),
            exit: None,
            records: None,
        };
        ops.push(Op { kind: OpKind::For(Box::new(copy_by_copy)), span });

        let between: Vec<ValueId> = f.outs.iter().map(|out| self.fresh(*out)).collect();
        let blocks = For {
            index: first,
            range: Range {
                start: f.range.start,
                end: middle,
                inclusive: false,
                adaptors: vec![Adaptor::StepBy(width)],
            },
            inits: f.inits.clone(),
            body: Region { params: inits, ops, yields: outs.into_iter().map(Var::Value).collect() },
            outs: between.clone(),
            exit: None,
            records: None,
        };
        done.push(Op { kind: OpKind::For(Box::new(blocks)), span });
        let mut left = f.clone();
        left.range.start = middle;
        left.inits = between;
        done.push(Op { kind: OpKind::For(Box::new(left)), span });
        Some(done)
    }
}

/// What remains of a body without its sums.
struct Rest {
    uses: HashSet<ValueId>,
    /// What only the sums were made of.
    dropped: HashSet<usize>,
}

fn rest_of(f: &For, sums: &HashSet<usize>) -> Rest {
    let mut dropped: HashSet<usize> = HashSet::default();
    loop {
        let (mut uses, mut memories) = (HashSet::default(), HashSet::default());
        let yields = |region: &Region, uses: &mut HashSet<ValueId>| {
            uses.extend(region.yields.iter().filter_map(|var| var.value()));
        };
        yields(&f.body, &mut uses);
        for (at, op) in f.body.ops.iter().enumerate() {
            if dropped.contains(&at) || (sums.contains(&at) && matches!(op.kind, OpKind::For(_))) {
                continue;
            }
            let mut note = |op: &Op| {
                let operands = visit::operands(op);
                uses.extend(operands.uses);
                memories.extend(operands.places.into_iter().map(|(place, _)| place.memory));
                visit::regions(op).into_iter().for_each(|region| yields(region, &mut uses));
            };
            note(op);
            for region in visit::regions(op) {
                visit::walk(region, &mut note);
            }
        }
        let before = dropped.len();
        for at in sums {
            let op = &f.body.ops[*at];
            let unused = visit::operands(op).defines.iter().all(|var| match var {
                Var::Value(value) => !uses.contains(value),
                Var::Memory(memory) => !memories.contains(memory),
            });
            if unused && !matches!(op.kind, OpKind::For(_)) {
                dropped.insert(*at);
            }
        }
        if dropped.len() == before {
            return Rest { uses, dropped };
        }
    }
}

/// Whether an operation of the body, or of what is nested there, can be copied.
fn is_plain(op: &Op) -> bool {
    let values = |vars: &[Var]| vars.iter().all(|var| matches!(var, Var::Value(_)));
    match &op.kind {
        OpKind::View { .. } | OpKind::Len { .. } => true,
        OpKind::Push { fields, .. } => values(fields),
        OpKind::If { outs, .. } => values(outs),
        OpKind::For(f) => {
            f.exit.is_none()
                && f.records.is_none()
                && f.range.adaptors.iter().all(|of| *of == Adaptor::Rev)
        }
        _ => is_single(op),
    }
}
