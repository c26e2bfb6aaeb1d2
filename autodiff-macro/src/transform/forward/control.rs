//! Tangents of branches and loops: more results, more carried values.

use proc_macro2::Span;

use super::Forward;
use crate::ir::{For, Op, OpKind, Origin, Region, ValueId, Var, While};

impl Forward<'_> {
    pub(super) fn branch(&mut self, op: &Op, ops: &mut Vec<Op>) {
        let OpKind::If { cond, then, otherwise, outs } = &op.kind else {
            unreachable!("only branches come here")
        };
        let span = op.span;
        let mut arms = [then, otherwise].map(|region| {
            let mut ops = Vec::new();
            self.ops(&region.ops, &mut ops);
            Region { ops, yields: region.yields.clone(), params: region.params.clone() }
        });
        let mut all = outs.clone();
        for (i, out) in outs.iter().enumerate() {
            let yields = [then.yields[i], otherwise.yields[i]];
            if !self.activity.var(*out) || !yields.iter().any(|var| self.moves(*var)) {
                continue;
            }
            for (arm, var) in arms.iter_mut().zip(yields) {
                let tangent = self.materialise_var(var, &mut arm.ops, span);
                arm.yields.push(tangent);
            }
            all.push(match *out {
                Var::Value(out) => {
                    let tangent = self.fresh(out);
                    self.set(out, Some(tangent));
                    Var::Value(tangent)
                }
                Var::Memory(out) => {
                    let ty = self.function.memory(out).ty.clone();
                    let tangent = self.fresh_memory(out, ty, Origin::Local);
                    self.set_memory(out, tangent);
                    Var::Memory(tangent)
                }
            });
        }
        let [then, otherwise] = arms;
        ops.push(Op { kind: OpKind::If { cond: *cond, then, otherwise, outs: all }, span });
    }

    /// Whether it has a tangent that is not known to be zero.
    fn moves(&self, var: Var) -> bool {
        match var {
            Var::Value(value) => self.tangent(value).is_some(),
            Var::Memory(memory) => self.tangent_memory(memory).is_some(),
        }
    }

    pub(super) fn materialise_var(&mut self, var: Var, ops: &mut Vec<Op>, span: Span) -> Var {
        match var {
            Var::Value(value) => Var::Value(self.materialise(value, ops, span)),
            Var::Memory(memory) => Var::Memory(self.materialise_memory(memory, ops, span)),
        }
    }

    pub(super) fn for_loop(&mut self, f: &For, span: Span, ops: &mut Vec<Op>) {
        let carried = self.carried(&f.inits, &f.body.params, &f.outs);
        let mut inits = f.inits.clone();
        self.extend(&mut inits, &f.inits, &carried, span, ops);
        let records = f.records.as_ref().map(|records| self.records(records));
        let body = self.carrying_body(&f.body, &carried, span);
        let outs = self.carried_outs(&f.outs, &carried);
        ops.push(Op {
            kind: OpKind::For(Box::new(For {
                index: f.index,
                range: f.range.clone(),
                inits,
                body,
                outs,
                exit: f.exit,
                records,
            })),
            span,
        });
    }

    pub(super) fn while_loop(&mut self, w: &While, span: Span, ops: &mut Vec<Op>) {
        let carried = self.carried(&w.inits, &w.body.params, &w.outs);
        let mut inits = w.inits.clone();
        self.extend(&mut inits, &w.inits, &carried, span, ops);
        // The condition yields no tangent, but may write to memory.
        let mut cond = Region { params: w.cond.params.clone(), ..Region::default() };
        self.extend_params(&mut cond.params, &carried);
        self.ops(&w.cond.ops, &mut cond.ops);
        cond.yields.clone_from(&w.cond.yields);
        let body = self.carrying_body(&w.body, &carried, span);
        let outs = self.carried_outs(&w.outs, &carried);
        ops.push(Op {
            kind: OpKind::While(Box::new(While { inits, cond, body, outs, exit: w.exit })),
            span,
        });
    }

    /// The positions of the carried values whose tangents are carried too.
    fn carried(&self, inits: &[ValueId], params: &[ValueId], outs: &[ValueId]) -> Vec<usize> {
        (0..inits.len()).filter(|i| self.active(params[*i]) || self.active(outs[*i])).collect()
    }

    /// Adds the tangents of the carried ones among `of` to `values`.
    fn extend(
        &mut self,
        values: &mut Vec<ValueId>,
        of: &[ValueId],
        carried: &[usize],
        span: Span,
        ops: &mut Vec<Op>,
    ) {
        for i in carried {
            values.push(self.materialise(of[*i], ops, span));
        }
    }

    fn extend_params(&mut self, params: &mut Vec<ValueId>, carried: &[usize]) {
        for i in carried {
            let tangent = self.fresh(params[*i]);
            self.set(params[*i], Some(tangent));
            params.push(tangent);
        }
    }

    fn carrying_body(&mut self, body: &Region, carried: &[usize], span: Span) -> Region {
        let mut region = Region { params: body.params.clone(), ..Region::default() };
        self.extend_params(&mut region.params, carried);
        self.ops(&body.ops, &mut region.ops);
        region.yields.clone_from(&body.yields);
        for i in carried {
            let next = self.materialise_var(body.yields[*i], &mut region.ops, span);
            region.yields.push(next);
        }
        region
    }

    fn carried_outs(&mut self, outs: &[ValueId], carried: &[usize]) -> Vec<ValueId> {
        let mut all = outs.to_vec();
        self.extend_params(&mut all, carried);
        all
    }
}
