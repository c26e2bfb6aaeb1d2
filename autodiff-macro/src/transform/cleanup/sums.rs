//! What a loop adds to a sum that it carries is added up first: `sum + a + b` becomes `sum + (a + b)`, so that an iteration waits for one
//! addition of the one before, and not for all.
//!
//! **Condition.** The additions and subtractions lead from what the loop carries to its next value, nothing else reads what is in
//! between, and all of them were made for a derivative: the user's own sums keep their order.
//!
//! **Proof.** The sums are adjoints, which may be reassociated; every term is there where the last of them was added.

use super::Primal;
use crate::ir::{For, Function, Op, OpKind, Region, Shape, ValueId, Var, visit};
use crate::maps::HashMap;
use crate::rules::Rule;

pub fn sums(function: &mut Function, primal: &Function) {
    let primal = Primal::of(function, primal);
    let mut uses: HashMap<ValueId, usize> = HashMap::default();
    let mut note = |value: ValueId| *uses.entry(value).or_default() += 1;
    let yields = |region: &Region, note: &mut dyn FnMut(ValueId)| {
        for var in &region.yields {
            if let Var::Value(value) = var {
                note(*value);
            }
        }
    };
    visit::walk(&function.body, &mut |op| {
        visit::operands(op).uses.into_iter().for_each(&mut note);
        visit::exit(op).into_iter().for_each(&mut note);
        visit::regions(op).into_iter().for_each(|region| yields(region, &mut note));
    });
    for output in &function.outputs {
        outputs(&output.shape, &mut note);
    }
    let mut body = std::mem::take(&mut function.body);
    region(function, &mut body, &primal, &uses);
    function.body = body;
}

fn outputs(shape: &Shape, note: &mut impl FnMut(ValueId)) {
    for var in visit::shape_vars(shape) {
        if let Var::Value(value) = var {
            note(value);
        }
    }
}

fn region(
    function: &mut Function,
    of: &mut Region,
    primal: &Primal,
    uses: &HashMap<ValueId, usize>,
) {
    for op in &mut of.ops {
        for nested in visit::regions_mut(op) {
            region(function, nested, primal, uses);
        }
        if let OpKind::For(f) = &mut op.kind {
            for i in 0..f.outs.len() {
                one_addition(function, f, i, primal, uses);
            }
        }
    }
}

fn one_addition(
    function: &mut Function,
    f: &mut For,
    i: usize,
    primal: &Primal,
    uses: &HashMap<ValueId, usize>,
) -> Option<()> {
    let (param, Var::Value(last)) = (f.body.params[i], f.body.yields[i]) else { return None };
    if uses.get(&param) != Some(&1) {
        return None;
    }
    // From the last addition to the first: where it stands, what it adds, and whether it subtracts that.
    let mut terms: Vec<(usize, ValueId, bool)> = Vec::new();
    let mut next = last;
    while next != param {
        if primal.has(next) || uses.get(&next) != Some(&1) {
            return None;
        }
        let at = f
            .body
            .ops
            .iter()
            .position(|op| matches!(&op.kind, OpKind::Rule { out, .. } if *out == next))?;
        let OpKind::Rule { rule, args, .. } = &f.body.ops[at].kind else { return None };
        match (rule, &args[..]) {
            (Rule::Add, [_, term]) => terms.push((at, *term, false)),
            (Rule::Sub, [_, term]) => terms.push((at, *term, true)),
            _ => return None,
        }
        next = args[0];
    }
    // One that is added comes first, so that nothing has to change its sign.
    let (end, ..) = *terms.first().filter(|_| terms.len() > 1)?;
    let first = terms.iter().rposition(|(.., minus)| !minus)?;
    let (_, first, _) = terms.remove(first);
    let span = f.body.ops[end].span;
    let mut made = Vec::new();
    let mut sum = first;
    for (_, term, minus) in terms.iter().rev() {
        let info = function.value(last).clone();
        let out = function.new_value(info.ty, info.name, info.span);
        let rule = if *minus { Rule::Sub } else { Rule::Add };
        made.push(Op { kind: OpKind::Rule { out, rule, args: vec![sum, *term] }, span });
        sum = out;
    }
    let kind = OpKind::Rule { out: last, rule: Rule::Add, args: vec![param, sum] };
    made.push(Op { kind, span });
    let chain: Vec<ValueId> = std::iter::successors(Some(last), |value| {
        f.body.ops.iter().find_map(|op| match &op.kind {
            OpKind::Rule { out, args, .. } if out == value && *value != param => Some(args[0]),
            _ => None,
        })
    })
    .take(terms.len() + 1)
    .collect();
    f.body.ops.splice(end + 1..end + 1, made);
    let mut at = 0;
    f.body.ops.retain(|op| {
        at += 1;
        at > end + 1 || !matches!(&op.kind, OpKind::Rule { out, .. } if chain.contains(out))
    });
    Some(())
}
