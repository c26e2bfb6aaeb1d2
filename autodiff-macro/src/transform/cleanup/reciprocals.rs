//! Divisions of a derivative by what a loop does not change become products with its reciprocal, made in front of the loop.
//!
//! The reverse of `y[i] / total` divides by `total` again, two or three times an iteration; a division takes as long as five products,
//! and the compiler may not make products of divisions, for they round differently.
//!
//! **Condition.** The quotient was made for the derivative, the divisor is there before the loop, and no decision is made by what comes of
//! the quotient: no comparison, integer, call, or memory of the user's.
//!
//! **Proof.** Derivatives may be rounded otherwise; each product differs from the quotient by at most two roundings, where the
//! reciprocal does not overflow (only of numbers below `1e-308`, to which a derivative that divides by them is about to overflow, too).
//! Zeros, infinities and NaN come out as they did.

use super::Primal;
use super::each::at_top;
use crate::ir::build::Cursor;
use crate::ir::{Float, Function, Op, OpKind, Region, Type, ValueId, Var, visit};
use crate::maps::{HashMap, HashSet};
use crate::rules::Rule;

pub fn reciprocals(function: &mut Function, primal: &Function) {
    let primal = Primal::of(function, primal);
    let decides = decisions(function, &primal);
    at_top(function, |function, _, op, out| {
        Pass { function, primal: &primal, decides: &decides }.operation(op, out);
    });
}

/// Values by which something is decided, or which the user would see.
fn decisions(function: &Function, primal: &Primal) -> HashSet<ValueId> {
    let mut found: HashSet<ValueId> = HashSet::default();
    for output in &function.outputs {
        if output.role == crate::ir::Role::Primal {
            found.extend(visit::shape_vars(&output.shape).into_iter().filter_map(Var::value));
        }
    }
    let adjoint = |memory| !primal.has_memory(function.root(memory)) || function.is_adjoint(memory);
    loop {
        let before = found.len();
        visit::walk(&function.body, &mut |op| {
            let operands = visit::operands(op);
            let decides = match &op.kind {
                OpKind::Const { .. } => false,
                OpKind::Rule { out, .. } => !function.value(*out).ty.is_float(),
                OpKind::Cast { ty, .. } => !ty.is_float(),
                OpKind::Load { .. } | OpKind::Select { .. } => false,
                OpKind::Accumulate { place, .. } => !adjoint(place.memory),
                OpKind::Store { place, .. } => !adjoint(place.memory),
                OpKind::If { .. } | OpKind::For(_) | OpKind::While(_) => false,
                OpKind::Push { .. } => false,
                _ => true,
            };
            let is_one = |of: &Var| matches!(of, Var::Value(value) if found.contains(value));
            if decides || (visit::regions(op).is_empty() && operands.defines.iter().any(is_one)) {
                found.extend(operands.uses);
            }
            // What a loop or a branch results in comes of what is yielded in the same place.
            let mut feed =
                |i: usize, into: &[ValueId], init: Option<ValueId>, regions: &[&Region]| {
                    if into.iter().any(|of| found.contains(of)) {
                        found.extend(init);
                        found.extend(regions.iter().filter_map(|region| region.yields[i].value()));
                    }
                };
            match &op.kind {
                OpKind::For(f) => {
                    for i in 0..f.outs.len() {
                        feed(i, &[f.outs[i], f.body.params[i]], Some(f.inits[i]), &[&f.body]);
                    }
                    found.extend([f.range.start, f.range.end]);
                }
                OpKind::While(w) => {
                    for i in 0..w.outs.len() {
                        let into = [w.outs[i], w.body.params[i], w.cond.params[i]];
                        feed(i, &into, Some(w.inits[i]), &[&w.body]);
                    }
                    found.extend(w.cond.yields.iter().copied().filter_map(Var::value));
                }
                OpKind::If { then, otherwise, outs, .. } => {
                    for (i, out) in outs.iter().enumerate() {
                        if let Var::Value(out) = out {
                            feed(i, &[*out], None, &[then, otherwise]);
                        }
                    }
                }
                OpKind::Sort(sort) => {
                    found.extend(sort.body.yields.iter().copied().filter_map(Var::value));
                }
                _ => {}
            }
            match &op.kind {
                OpKind::Select { cond, .. } | OpKind::If { cond, .. } => {
                    found.insert(*cond);
                }
                // What is recorded may be asked for anything.
                OpKind::Push { fields, .. } => {
                    found.extend(fields.iter().copied().filter_map(Var::value));
                }
                _ => {}
            }
            found.extend(visit::exit(op));
        });
        if found.len() == before {
            return found;
        }
    }
}

struct Pass<'a> {
    function: &'a mut Function,
    primal: &'a Primal,
    decides: &'a HashSet<ValueId>,
}

impl Pass<'_> {
    fn operation(&mut self, mut op: Op, out: &mut Vec<Op>) {
        let span = op.span;
        if let OpKind::For(f) = &mut op.kind {
            let inside = defined_in(&f.body, f.index, &f.records);
            let mut there = HashMap::default();
            self.region(&mut f.body, &inside, &mut there, span, out);
        }
        for region in visit::regions_mut(&mut op) {
            for op in std::mem::take(&mut region.ops) {
                self.operation(op, &mut region.ops);
            }
        }
        out.push(op);
    }

    /// Takes divisors that are not from inside out of the region.
    fn region(
        &mut self,
        region: &mut Region,
        inside: &HashSet<ValueId>,
        there: &mut HashMap<ValueId, ValueId>,
        span: proc_macro2::Span,
        before: &mut Vec<Op>,
    ) {
        for op in &mut region.ops {
            for nested in visit::regions_mut(op) {
                self.region(nested, inside, there, span, before);
            }
            let OpKind::Rule { out, rule: rule @ Rule::Div, args } = &mut op.kind else { continue };
            let [of, by] = args[..] else { continue };
            let ty = &self.function.value(*out).ty;
            let plain = matches!(ty, Type::Float(Float::F32 | Float::F64))
                && self.function.value(by).ty == *ty;
            if !plain
                || self.primal.has(*out)
                || self.decides.contains(out)
                || inside.contains(&by)
                || !inside.contains(&of)
            {
                continue;
            }
            let ty = ty.clone();
            let reciprocal = *there.entry(by).or_insert_with(|| {
                let mut cursor = Cursor { function: &mut *self.function, ops: &mut *before, span };
                let one = cursor.float(1.0, ty);
                cursor.rule(Rule::Div, &[one, by])
            });
            *rule = Rule::Mul;
            *args = vec![of, reciprocal];
        }
    }
}

fn defined_in(
    region: &Region,
    index: ValueId,
    records: &Option<crate::ir::Records>,
) -> HashSet<ValueId> {
    let mut inside: HashSet<ValueId> = region.params.iter().copied().collect();
    inside.insert(index);
    inside.extend(records.iter().flat_map(|of| of.fields.iter().copied().filter_map(Var::value)));
    visit::walk(region, &mut |op| {
        inside.extend(visit::operands(op).defines.into_iter().filter_map(Var::value));
        inside.extend(visit::region_entries(op).into_iter().filter_map(Var::value));
        for region in visit::regions(op) {
            inside.extend(&region.params);
        }
    });
    inside
}
