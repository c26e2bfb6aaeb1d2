//! The reverse of an `If`: the same branch, with each arm reversed; the adjoints that an arm changes are its results.

use std::collections::{BTreeMap, BTreeSet};

use super::{Frame, Point, Sweep};
use crate::ir::{Op, OpKind, Region, ValueId, Var};

impl<'a> Sweep<'a> {
    pub(super) fn branch(
        &mut self,
        point: Point,
        cond: ValueId,
        arms: [&'a Region; 2],
        outs: &[Var],
    ) {
        let reversed: Vec<(Vec<Op>, BTreeMap<ValueId, ValueId>)> =
            (0..2).map(|n| self.arm(point, n, arms[n], outs)).collect();
        let changed: BTreeSet<ValueId> =
            reversed.iter().flat_map(|(_, adjoints)| adjoints.keys().copied()).collect();
        if changed.is_empty() && reversed.iter().all(|(ops, _)| ops.is_empty()) {
            return;
        }
        let cond = self.primal_value(cond);
        let mut regions: Vec<Region> = Vec::new();
        for (ops, _) in &reversed {
            regions.push(Region { ops: ops.clone(), ..Region::default() });
        }
        let mut results = Vec::new();
        for value in changed {
            let ty = self.primal.value(value).ty.clone();
            for (region, (_, adjoints)) in regions.iter_mut().zip(&reversed) {
                let known = adjoints.get(&value).copied().or_else(|| self.adjoint(value));
                let yielded = match known {
                    Some(adjoint) => adjoint,
                    // Zero on the path that does not use it.
                    None => {
                        let mut cursor = crate::ir::build::Cursor {
                            function: &mut self.function,
                            ops: &mut region.ops,
                            span: self.span,
                        };
                        cursor.float(0.0, ty.clone())
                    }
                };
                region.yields.push(Var::Value(yielded));
            }
            let result = self.function.new_value(ty, None, self.span);
            self.name_adjoint(result, value);
            results.push((value, result));
        }
        let otherwise = regions.pop().unwrap_or_default();
        let then = regions.pop().unwrap_or_default();
        let outs = results.iter().map(|(_, result)| Var::Value(*result)).collect();
        self.emit(OpKind::If { cond, then, otherwise, outs });
        self.frame().adjoints.extend(results);
    }

    /// Reverses one arm; returns its operations and the adjoints of outer values that it changed.
    fn arm(
        &mut self,
        point: Point,
        n: usize,
        region: &'a Region,
        outs: &[Var],
    ) -> (Vec<Op>, BTreeMap<ValueId, ValueId>) {
        let id = self.scopes.nested(point, n);
        let span = self.span;
        let mut yielded = Vec::new();
        for (out, var) in outs.iter().zip(&region.yields) {
            match (out, var) {
                (Var::Value(out), Var::Value(value)) => {
                    if let Some(d) = self.adjoint(*out) {
                        yielded.push((*value, d));
                    }
                }
                (Var::Memory(out), Var::Memory(memory)) if self.is_local(id, *memory) => {
                    self.yielded.insert((id, *memory), *out);
                }
                _ => {}
            }
        }
        self.frames.push(Frame::new(id, region.ops.len()));
        for (out, var) in outs.iter().zip(&region.yields) {
            if let (Var::Memory(out), Var::Memory(memory)) = (out, var)
                && self.activity.memory(*out)
            {
                let adjoint = self.adjoint_memory(*out);
                if self.is_local(id, *memory) {
                    self.frame().adjoint_memories.insert(*memory, adjoint);
                } else {
                    let to = self.adjoint_memory(*memory);
                    self.emit(OpKind::AddAll { to: to.into(), from: adjoint.into() });
                }
            }
        }
        for (value, d) in yielded {
            self.add_adjoint(value, d);
        }
        self.region(id);
        self.span = span;
        let frame = self.frames.pop().expect("pushed above");
        let outer = |value: &ValueId| {
            self.site(Var::Value(*value)).is_some_and(|site| !self.scopes.within(site.region, id))
        };
        let adjoints = frame.adjoints.into_iter().filter(|(value, _)| outer(value)).collect();
        (frame.ops, adjoints)
    }

    fn is_local(&self, region: super::RegionId, memory: crate::ir::MemoryId) -> bool {
        self.site(Var::Memory(memory)).is_some_and(|site| self.scopes.within(site.region, region))
    }
}
