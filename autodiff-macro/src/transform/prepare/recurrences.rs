//! Recurrences of one scalar, or of few: their slopes are carried along by the forward sweep.
//!
//! A loop that carries `x` to `f(x, c)` would have `x` saved in each iteration, to be read by as many iterations backwards. Its
//! result is a function of few numbers, though: of what `x` is at first and of `c`. Its slopes by these obey a recurrence of
//! their own, which runs forwards: with the slopes `f_x` and `f_c` of one iteration, `s_x` becomes `f_x * s_x` and `s_c` becomes
//! `f_x * s_c + f_c`. So the loop carries them too, and what follows sees the result as a value with these slopes
//! ([`OpKind::Given`]). Nothing is saved, and nothing runs backwards.
//!
//! **Condition.** All that is active in the body are operations on scalars that stand at its top level, so an iteration maps the
//! active scalars that the loop carries, and those from outside that it uses, to the next ones, and nothing else passes a
//! derivative; one of the carried is more than a sum (of those the reverse needs nothing saved); and the products are few
//! ([`BUDGET`]): what is saved would be cheaper otherwise.
//!
//! **Proof.** The chain rule, by induction over the iterations: before the first, the slope of a carried value is one by its own
//! initial value and zero by all else; an iteration multiplies by its Jacobian and adds its own slopes by what comes from
//! outside. A loop that runs zero times leaves the slopes as they are. The operations that compute the primal values are not
//! touched.

use proc_macro2::Span;

use crate::ir::build::Cursor;
use crate::ir::{Function, Op, OpKind, Region, ValueId, Var, visit};
use crate::rules::{self, Contribution, Known, Operand, Rule};
use crate::transform::checkpoint::key;
use crate::transform::reverse::is_sum;
use crate::{
    analysis::activity::Activity,
    maps::{HashMap, HashSet},
};

/// The most products that an iteration may cost beside its own slopes: about what a save, its reload and the loop
/// backwards cost.
const BUDGET: usize = 12;

/// The most active operations whose slopes are computed, over all that the loop carries.
const OPERATIONS: usize = 96;

/// The function with its recurrences rewritten; `None` if there is none.
pub(super) fn recurrences(primal: &Function, activity: &Activity) -> Option<Function> {
    let mut function = primal.clone();
    let mut body = std::mem::take(&mut function.body);
    let mut pass = Pass { known: Known::new(primal), function, activity, rewritten: Vec::new() };
    pass.region(&mut body);
    let Pass { mut function, rewritten, .. } = pass;
    function.body = body;
    function.cut = function.body.ops.len();
    (!rewritten.is_empty()).then_some(function)
}

struct Pass<'a> {
    function: Function,
    activity: &'a Activity,
    known: Known,
    /// Results of loops that are rewritten: nothing inside of these is active any more.
    rewritten: Vec<ValueId>,
}

/// A loop in what matters here.
struct Loop<'a> {
    inits: &'a mut Vec<ValueId>,
    body: &'a mut Region,
    outs: &'a mut Vec<ValueId>,
    /// The condition's parameters, of a `while` loop.
    tested: Option<&'a mut Vec<ValueId>>,
}

/// One slope that the loop carries.
struct Slope {
    /// Of which of the active carried values.
    row: usize,
    /// By which value: one that something carried begins with, or that is used from outside.
    by: ValueId,
    init: ValueId,
    param: ValueId,
    out: ValueId,
}

/// The slopes that one iteration has of its own: by the parameters of the body and the values from outside.
type Local = HashMap<ValueId, ValueId>;

impl Pass<'_> {
    fn region(&mut self, region: &mut Region) {
        for mut op in std::mem::take(&mut region.ops) {
            for nested in visit::regions_mut(&mut op) {
                self.region(nested);
            }
            let span = op.span;
            // The slopes of a block would have to be saved as well.
            let block = self.function.block.is_some_and(|block| block.of == key(&op));
            let around = match &mut op.kind {
                _ if block => None,
                OpKind::For(f) => {
                    let (inits, body, outs) = (&mut f.inits, &mut f.body, &mut f.outs);
                    self.carry(Loop { inits, body, outs, tested: None }, span)
                }
                OpKind::While(w) => {
                    let tested = Some(&mut w.cond.params);
                    let (inits, body, outs) = (&mut w.inits, &mut w.body, &mut w.outs);
                    self.carry(Loop { inits, body, outs, tested }, span)
                }
                _ => None,
            };
            let (before, after) = around.unwrap_or_default();
            region.ops.extend(before);
            region.ops.push(op);
            region.ops.extend(after);
        }
    }

    /// Whether the value has a derivative. What this pass has made has none.
    fn active(&self, value: ValueId) -> bool {
        self.activity.knows(value) && self.activity.value(value)
    }

    /// Rewrites the loop if it is a recurrence: what then stands before and behind it.
    fn carry(&mut self, of: Loop<'_>, span: Span) -> Option<(Vec<Op>, Vec<Op>)> {
        let Loop { inits, body, outs, tested } = of;
        let carried: Vec<usize> = (0..outs.len())
            .filter(|i| self.active(outs[*i]) || self.active(body.params[*i]))
            .collect();
        let params: Vec<ValueId> = carried.iter().map(|i| body.params[*i]).collect();
        let nexts = carried.iter().map(|i| body.yields[*i].value());
        let nexts: Vec<ValueId> = nexts.collect::<Option<_>>()?;
        let all_sums = params.iter().zip(&nexts).all(|(param, next)| is_sum(body, *param, *next));
        if all_sums || self.operations(body)? * carried.len() > OPERATIONS {
            return None;
        }
        let captures = self.captures(body);
        let ty = self.function.value(*params.first()?).ty.clone();
        let same = |value: &ValueId| self.function.value(*value).ty == ty;
        if !ty.is_float() || !params.iter().chain(&captures).all(same) {
            return None;
        }
        let mut by: Vec<ValueId> = Vec::new();
        for value in carried.iter().map(|i| inits[*i]).chain(captures) {
            if self.active(value) && !by.contains(&value) {
                by.push(value);
            }
        }

        let mut ops = Vec::new();
        let local: Vec<Local> =
            nexts.iter().map(|next| self.local(body, *next, &mut ops, span)).collect();
        let entries: usize = local
            .iter()
            .map(|slopes| params.iter().filter(|param| slopes.contains_key(*param)).count())
            .sum();
        if by.is_empty() || entries * by.len() > BUDGET {
            return None;
        }

        let mut before = Vec::new();
        let mut slopes = Vec::new();
        for row in 0..carried.len() {
            for by in &by {
                let name = self.name(params[row], *by);
                let [param, out] =
                    [0; 2].map(|_| self.function.new_value(ty.clone(), name.clone(), span));
                let at_first = if *by == inits[carried[row]] { 1.0 } else { 0.0 };
                let mut cursor = Cursor { function: &mut self.function, ops: &mut before, span };
                let init = cursor.float(at_first, ty.clone());
                slopes.push(Slope { row, by: *by, init, param, out });
            }
        }
        for slope in &slopes {
            let next = self.next(slope, &slopes, &params, &local, &mut ops, span);
            body.yields.push(Var::Value(next));
        }
        body.ops.append(&mut ops);
        inits.extend(slopes.iter().map(|slope| slope.init));
        body.params.extend(slopes.iter().map(|slope| slope.param));
        if let Some(tested) = tested {
            for _ in &slopes {
                tested.push(self.function.new_value(ty.clone(), None, span));
            }
        }

        let mut after = Vec::new();
        for (row, i) in carried.iter().enumerate() {
            let info = self.function.value(outs[*i]).clone();
            let value = self.function.new_value(info.ty, info.name, info.span);
            let of_row = slopes.iter().filter(|slope| slope.row == row);
            let of_row = of_row.map(|slope| [slope.by, slope.out]);
            let kind = OpKind::Given { out: outs[*i], value, slopes: of_row.collect() };
            after.push(Op { kind, span });
            outs[*i] = value;
            self.rewritten.push(value);
        }
        outs.extend(slopes.iter().map(|slope| slope.out));
        Some((before, after))
    }

    /// What a slope is after the iteration: a row of the product of the iteration's Jacobian and the slopes before it, and
    /// what the iteration adds.
    fn next(
        &mut self,
        slope: &Slope,
        slopes: &[Slope],
        params: &[ValueId],
        local: &[Local],
        ops: &mut Vec<Op>,
        span: Span,
    ) -> ValueId {
        let ty = self.function.value(slope.param).ty.clone();
        let mut cursor = Cursor { function: &mut self.function, ops, span };
        let mut sum = None;
        for before in slopes.iter().filter(|before| before.by == slope.by) {
            let Some(own) = local[slope.row].get(&params[before.row]) else { continue };
            let product = cursor.rule(Rule::Mul, &[*own, before.param]);
            sum = Contribution::Plus(product).add_to(&mut cursor, sum);
        }
        if let Some(own) = local[slope.row].get(&slope.by) {
            sum = Contribution::Plus(*own).add_to(&mut cursor, sum);
        }
        sum.unwrap_or_else(|| cursor.float(0.0, ty))
    }

    fn name(&self, of: ValueId, by: ValueId) -> Option<String> {
        let name = |value| self.function.value(value).name.as_deref();
        Some(format!("{}_by_{}", name(of)?, name(by)?))
    }

    /// How many operations pass a derivative, if all of them are on scalars and stand at the top level of the body.
    fn operations(&self, body: &Region) -> Option<usize> {
        let mut count = 0;
        for op in &body.ops {
            let operands = visit::operands(op);
            let done = operands
                .defines
                .iter()
                .any(|var| matches!(var, Var::Value(value) if self.rewritten.contains(value)));
            if done {
                continue;
            }
            let nested = visit::regions(op).into_iter().any(|region| {
                let mut found = false;
                visit::walk(region, &mut |op| found |= self.passes(op));
                found
            });
            if nested {
                return None;
            }
            if self.passes(op) {
                count += 1;
                match &op.kind {
                    OpKind::Rule { .. }
                    | OpKind::Cast { .. }
                    | OpKind::Select { .. }
                    | OpKind::Given { .. } => {}
                    _ => return None,
                }
            }
        }
        Some(count)
    }

    /// Whether the operation itself passes a derivative.
    fn passes(&self, op: &Op) -> bool {
        let operands = visit::operands(op);
        operands.defines.iter().any(|var| match var {
            Var::Value(value) => self.active(*value),
            Var::Memory(memory) => self.activity.memory(*memory),
        }) || visit::writes(op).iter().any(|memory| self.activity.memory(*memory))
    }

    /// The active values from outside that active operations of the body read, or that it yields.
    fn captures(&self, body: &Region) -> Vec<ValueId> {
        let mut inside: HashSet<ValueId> = body.params.iter().copied().collect();
        let mut found = Vec::new();
        let mut read = |value: ValueId, inside: &HashSet<ValueId>| {
            if self.active(value) && !inside.contains(&value) && !found.contains(&value) {
                found.push(value);
            }
        };
        for op in &body.ops {
            let operands = visit::operands(op);
            if self.passes(op) {
                operands.uses.iter().for_each(|used| read(*used, &inside));
            }
            for var in operands.defines {
                if let Var::Value(value) = var {
                    inside.insert(value);
                }
            }
        }
        for var in &body.yields {
            if let Var::Value(value) = var {
                read(*value, &inside);
            }
        }
        found
    }

    /// The slopes of what an iteration makes, as operations at its end.
    fn local(&mut self, body: &Region, next: ValueId, ops: &mut Vec<Op>, span: Span) -> Local {
        let mut adjoints = Local::default();
        if !self.active(next) {
            return adjoints;
        }
        let ty = self.function.value(next).ty.clone();
        let mut cursor = Cursor { function: &mut self.function, ops, span };
        adjoints.insert(next, cursor.float(1.0, ty));
        for op in body.ops.iter().rev() {
            let visit::Operands { defines, .. } = visit::operands(op);
            let [Var::Value(out)] = defines[..] else { continue };
            let Some(d) = adjoints.remove(&out) else { continue };
            self.contribute(op, d, &mut adjoints, ops);
        }
        adjoints
    }

    fn contribute(&mut self, op: &Op, d: ValueId, adjoints: &mut Local, ops: &mut Vec<Op>) {
        let (activity, known) = (self.activity, &self.known);
        let active = |value: ValueId| activity.knows(value) && activity.value(value);
        let mut cursor = Cursor { function: &mut self.function, ops, span: op.span };
        let mut add = |cursor: &mut Cursor<'_>, to: ValueId, contribution: Contribution| {
            let sum = contribution.add_to(cursor, adjoints.get(&to).copied());
            adjoints.extend(sum.map(|sum| (to, sum)));
        };
        match &op.kind {
            OpKind::Rule { out, rule, args } => {
                let known = known.args(args);
                for (i, term) in rules::row(*rule).contributions.iter().enumerate() {
                    let Some(term) = term.as_ref().filter(|_| active(args[i])) else { continue };
                    let mut operand = |_: &mut Cursor<'_>, operand| match operand {
                        Operand::In(j) => args[j],
                        Operand::Out => *out,
                    };
                    let part = rules::instantiate(&mut cursor, term, d, &known, &mut operand);
                    add(&mut cursor, args[i], part);
                }
            }
            // Of an integer it is a constant.
            OpKind::Cast { arg, .. } if !active(*arg) => {}
            OpKind::Cast { arg, .. } => {
                let ty = cursor.function.value(*arg).ty.clone();
                let back = cursor.function.new_value(ty.clone(), None, op.span);
                cursor.push(OpKind::Cast { out: back, arg: d, ty });
                add(&mut cursor, *arg, Contribution::Plus(back));
            }
            OpKind::Select { cond, args, .. } => {
                for (i, arg) in args.iter().enumerate().filter(|(_, arg)| active(**arg)) {
                    let ty = cursor.function.value(d).ty.clone();
                    let zero = cursor.float(0.0, ty.clone());
                    let part = cursor.function.new_value(ty, None, op.span);
                    let args = if i == 0 { [d, zero] } else { [zero, d] };
                    cursor.push(OpKind::Select { out: part, cond: *cond, args });
                    add(&mut cursor, *arg, Contribution::Plus(part));
                }
            }
            OpKind::Given { slopes, .. } => {
                for [arg, slope] in slopes.iter().filter(|[arg, _]| active(*arg)) {
                    let part = cursor.rule(Rule::Mul, &[d, *slope]);
                    add(&mut cursor, *arg, Contribution::Plus(part));
                }
            }
            _ => unreachable!("no other operation on scalars passes a derivative"),
        }
    }
}
