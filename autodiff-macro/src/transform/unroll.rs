//! Loops of few iterations, whose number the macro knows, are written out.
//!
//! An innermost loop `for k in 0..3` is how one writes over the parts of a point. Its iterations are reversed one by one: what they
//! compute is computed again there, their indices are checked each by itself, and sums into elements at `3 * i + k` are made in
//! memory, since `k` is no number. Written out, they are straight-line code, where values are there and indices are known.
//!
//! **Condition.** Both ends of the range are literals, no more than [`ITERATIONS`] apart; the loop has no early end, and its body,
//! which holds only operations on scalars, comes to no more than [`OPERATIONS`] in all. An index that is out of the bounds of an
//! array, or below zero, stays in its loop: the compiler would refuse to see it written out.
//!
//! **Proof.** The same operations are executed on the same operands in the same order.

use crate::maps::{HashMap, HashSet};

use crate::ir::{
    Adaptor, Constant, For, Function, Int, Op, OpKind, Place, Region, Step, Type, ValueId, Var,
    visit,
};
use crate::rules::Rule;

/// Of a loop that is written out.
const ITERATIONS: i128 = 4;

/// Of all its iterations together.
const OPERATIONS: usize = 96;

/// The function with such loops written out; `None` if there is none.
pub fn unroll(primal: &Function) -> Option<Function> {
    let mut function = primal.clone();
    let mut body = std::mem::take(&mut function.body);
    let marked = function.checkpoints.iter().map(|mark| mark.of).collect();
    let mut constants = HashMap::default();
    visit::walk(&body, &mut |op| {
        if let OpKind::Const { out, value: Constant::Int(value) } = op.kind {
            constants.insert(out, value);
        }
    });
    let mut pass = Pass { function, constants, marked, same: HashMap::default(), found: false };
    let ops = pass.region(std::mem::take(&mut body.ops));
    let Pass { mut function, same, found, .. } = pass;
    if !found {
        return None;
    }
    function.body = Region { ops, ..body };
    function.cut = function.body.ops.len();
    visit::map_function(&mut function, &mut |value| followed(&same, value));
    Some(function)
}

/// What a value is known as in the end.
fn followed(same: &HashMap<ValueId, ValueId>, mut value: ValueId) -> ValueId {
    while let Some(next) = same.get(&value) {
        value = *next;
    }
    value
}

struct Pass {
    function: Function,
    constants: HashMap<ValueId, i128>,
    /// The indices of loops that the user has marked.
    marked: HashSet<ValueId>,
    /// What is known under another name now.
    same: HashMap<ValueId, ValueId>,
    found: bool,
}

impl Pass {
    fn region(&mut self, ops: Vec<Op>) -> Vec<Op> {
        let mut done = Vec::new();
        for mut op in ops {
            for nested in visit::regions_mut(&mut op) {
                nested.ops = self.region(std::mem::take(&mut nested.ops));
            }
            match &op.kind {
                OpKind::For(f) => {
                    match self.iterations(f).and_then(|all| self.written_out(f, &all, op.span)) {
                        Some(written) => {
                            self.found = true;
                            done.extend(written);
                        }
                        None => done.push(op),
                    }
                }
                _ => done.push(op),
            }
        }
        done
    }

    fn resolve(&self, value: ValueId) -> ValueId {
        followed(&self.same, value)
    }

    fn constant(&self, value: ValueId) -> Option<i128> {
        self.constants.get(&self.resolve(value)).copied()
    }

    /// The indices, in their order, if the loop fits.
    fn iterations(&self, f: &For) -> Option<Vec<i128>> {
        if f.exit.is_some() || f.records.is_some() || self.marked.contains(&f.index) {
            return None;
        }
        // An integer whose type the macro does not know may be the receiver of a method, which a literal cannot be.
        let known = matches!(self.function.value(f.index).ty, Type::Int(ty) if ty != Int::Literal);
        let (start, end) = (self.constant(f.range.start)?, self.constant(f.range.end)?);
        let end = end + i128::from(f.range.inclusive);
        let count = end - start;
        let few = start >= 0 && count <= ITERATIONS;
        let operations = f.body.ops.iter().filter(|op| !matches!(op.kind, OpKind::Const { .. }));
        let short = operations.count() * usize::try_from(count).ok()? <= OPERATIONS;
        if !known
            || !few
            || count < 1
            || !short
            || !f.body.ops.iter().all(|op| is_plain(op, f.index))
        {
            return None;
        }
        match f.range.adaptors[..] {
            [] => Some((start..end).collect()),
            [Adaptor::Rev] => Some((start..end).rev().collect()),
            _ => None,
        }
    }

    fn written_out(
        &mut self,
        f: &For,
        indices: &[i128],
        span: proc_macro2::Span,
    ) -> Option<Vec<Op>> {
        let mut done = Vec::new();
        let mut carried = f.inits.clone();
        let mut same = HashMap::default();
        let mut constants = HashMap::default();
        for (iteration, index) in indices.iter().enumerate() {
            let mut names: HashMap<ValueId, ValueId> =
                f.body.params.iter().copied().zip(carried).collect();
            // The first keeps the names: something else may know them.
            let define = |function: &mut Function, value: ValueId, names: &mut HashMap<_, _>| {
                if iteration == 0 {
                    return value;
                }
                let info = function.value(value).clone();
                let fresh = function.new_value(info.ty, info.name, info.span);
                names.insert(value, fresh);
                fresh
            };
            let out = define(&mut self.function, f.index, &mut names);
            constants.insert(out, *index);
            done.push(Op { kind: OpKind::Const { out, value: Constant::Int(*index) }, span });
            for op in &f.body.ops {
                let mut op = op.clone();
                let resolve = |value: ValueId| {
                    // What a loop inside came to first: that has a name of its own in each iteration.
                    let mut value = self.resolve(value);
                    value = names.get(&value).copied().unwrap_or(value);
                    while let Some(next) = same.get(&value).or_else(|| self.same.get(&value)) {
                        value = *next;
                    }
                    value
                };
                visit::map_op_uses(&mut op, &mut { resolve });
                let known =
                    |value: ValueId| constants.get(&value).or(self.constants.get(&value)).copied();
                if !self.is_within(&op, known) {
                    return None;
                }
                let [Var::Value(value)] = visit::operands(&op).defines[..] else {
                    done.push(op);
                    continue;
                };
                let folded = self.folded(&op, known)?;
                let out = define(&mut self.function, value, &mut names);
                match folded {
                    Folded::Not => {
                        visit::set_scalar_result(&mut op, out);
                        if let OpKind::Const { value: Constant::Int(value), .. } = op.kind {
                            constants.insert(out, value);
                        }
                    }
                    Folded::To(value) => {
                        constants.insert(out, value);
                        op.kind = OpKind::Const { out, value: Constant::Int(value) };
                    }
                    Folded::Same(value) => {
                        same.insert(out, value);
                        continue;
                    }
                }
                done.push(op);
            }
            let next = f.body.yields.iter().map(|next| match next {
                Var::Value(next) => {
                    let next = self.resolve(*next);
                    names.get(&next).copied().unwrap_or(next)
                }
                Var::Memory(_) => unreachable!("loops carry values"),
            });
            carried = next.collect();
        }
        same.extend(f.outs.iter().copied().zip(carried));
        self.same.extend(same);
        self.constants.extend(constants);
        Some(done)
    }

    /// Whether no index is known to be out of bounds.
    fn is_within(&self, op: &Op, known: impl Fn(ValueId) -> Option<i128>) -> bool {
        visit::operands(op).places.iter().all(|(place, _)| {
            let mut at = Place { memory: place.memory, path: Vec::new() };
            place.path.iter().all(|step| {
                let within = match (step, self.function.place_type(&at)) {
                    (Step::Index(index), Type::Array(_, length)) => {
                        let length = length.known.map(i128::from);
                        !matches!((known(*index), length), (Some(i), Some(n)) if i >= n)
                    }
                    _ => true,
                };
                at.path.push(step.clone());
                within
            })
        })
    }

    /// What an operation on integers comes to; `None` if it is not to be written out.
    fn folded(&self, op: &Op, known: impl Fn(ValueId) -> Option<i128>) -> Option<Folded> {
        let OpKind::Rule { out, rule, args } = &op.kind else { return Some(Folded::Not) };
        if !self.function.value(*out).ty.is_int() {
            return Some(Folded::Not);
        }
        let [a, b] = args[..] else { return Some(Folded::Not) };
        let value = match (rule, known(a), known(b)) {
            (Rule::Add, Some(a), Some(b)) => a + b,
            (Rule::Mul, Some(a), Some(b)) => a * b,
            (Rule::Sub, Some(a), Some(b)) => a - b,
            (Rule::Add | Rule::Sub, _, Some(0)) => return Some(Folded::Same(a)),
            (Rule::Add, Some(0), _) => return Some(Folded::Same(b)),
            _ => return Some(Folded::Not),
        };
        // What every type of integers but the smallest holds.
        (0..128).contains(&value).then_some(Folded::To(value))
    }
}

enum Folded {
    Not,
    /// It is this number.
    To(i128),
    /// It is this value.
    Same(ValueId),
}

/// Whether it is an operation on scalars, in which a literal can take the place of the index.
fn is_plain(op: &Op, index: ValueId) -> bool {
    let uses = |values: &[ValueId]| values.contains(&index);
    match &op.kind {
        OpKind::Rule { rule, args, .. } => {
            matches!(rule, Rule::Add | Rule::Sub | Rule::Mul) || !uses(args)
        }
        OpKind::Opaque { args, .. } => !uses(args),
        OpKind::Compare { args, .. } => !uses(args),
        OpKind::Select { args, .. } => !uses(args),
        OpKind::Const { .. }
        | OpKind::Not { .. }
        | OpKind::Cast { .. }
        | OpKind::Load { .. }
        | OpKind::Store { .. }
        | OpKind::Accumulate { .. } => true,
        _ => false,
    }
}
