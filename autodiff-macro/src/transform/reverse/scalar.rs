//! The adjoints of operations on scalars: rules, casts, selections.

use super::Sweep;
use crate::ir::{Op, OpKind, ValueId};
use crate::rules::{self, Contribution, Operand, Rule};

impl Sweep<'_> {
    pub(super) fn scalar(&mut self, op: &Op) {
        match &op.kind {
            OpKind::Rule { out, rule, args } => self.rule(*out, *rule, args),
            OpKind::Cast { out, arg, .. } => {
                if !self.activity.value(*arg) {
                    return;
                }
                let Some(d) = self.adjoint(*out) else { return };
                let ty = self.primal.value(*arg).ty.clone();
                let back = self.function.new_value(ty.clone(), None, self.span);
                self.emit(OpKind::Cast { out: back, arg: d, ty });
                self.add_adjoint(*arg, back);
            }
            OpKind::Given { out, slopes, .. } => {
                let Some(d) = self.adjoint(*out) else { return };
                self.name_adjoint(d, *out);
                for [arg, slope] in slopes {
                    if self.activity.value(*arg) {
                        let slope = self.primal_value(*slope);
                        let part = self.cursor().rule(Rule::Mul, &[d, slope]);
                        self.add_adjoint(*arg, part);
                    }
                }
            }
            OpKind::Select { out, cond, args } => {
                let Some(d) = self.adjoint(*out) else { return };
                let cond = self.primal_value(*cond);
                for (i, arg) in args.iter().enumerate() {
                    if !self.activity.value(*arg) {
                        continue;
                    }
                    let ty = self.function.value(d).ty.clone();
                    let zero = self.zero(ty.clone());
                    let part = self.function.new_value(ty, None, self.span);
                    let sides = if i == 0 { [d, zero] } else { [zero, d] };
                    self.emit(OpKind::Select { out: part, cond, args: sides });
                    self.add_adjoint(*arg, part);
                }
            }
            _ => {}
        }
    }

    fn rule(&mut self, out: ValueId, rule: Rule, args: &[ValueId]) {
        if !self.activity.value(out) {
            return;
        }
        let Some(d) = self.adjoint(out) else { return };
        self.name_adjoint(d, out);
        if let Some(twin) = self.twin(out, rule, args) {
            if self.activity.value(args[0]) {
                let twin = self.primal_value(twin);
                let part = self.cursor().rule(Rule::Mul, &[d, twin]);
                self.contribute(
                    args[0],
                    match rule {
                        Rule::Cos => Contribution::Minus(part),
                        _ => Contribution::Plus(part),
                    },
                );
            }
            return;
        }
        let known = self.known.args(args);
        for (i, term) in rules::row(rule).contributions.iter().enumerate() {
            let Some(term) = term else { continue };
            if !self.activity.value(args[i]) {
                continue;
            }
            let reads = rules::reads(term, &known);
            let mut there: Vec<(Operand, ValueId)> = Vec::new();
            for (j, arg) in args.iter().enumerate() {
                if reads.input(j) {
                    there.push((Operand::In(j), self.primal_value(*arg)));
                }
            }
            if reads.out {
                there.push((Operand::Out, self.primal_value(out)));
            }
            let contribution =
                rules::instantiate(&mut self.cursor(), term, d, &known, &mut |_, operand| {
                    let found = there.iter().find(|(known, _)| *known == operand);
                    found.expect("`reads` and `instantiate` agree").1
                });
            if contribution != Contribution::Zero {
                self.contribute(args[i], contribution);
            }
        }
    }

    /// The cosine beside a sine of the same angle, or the other way round: each is the other's slope, but for the sign. Only in
    /// the same region, where both are computed whenever one is.
    fn twin(&self, out: ValueId, rule: Rule, args: &[ValueId]) -> Option<ValueId> {
        let wanted = match rule {
            Rule::Sin => Rule::Cos,
            Rule::Cos => Rule::Sin,
            _ => return None,
        };
        let region = self.scopes.value_site(out).filter(|_| self.settings.numbering)?.region;
        self.scopes.region(region).ops.iter().find_map(|op| match &op.kind {
            OpKind::Rule { out, rule, args: of } if *rule == wanted && of == args => Some(*out),
            _ => None,
        })
    }
}
