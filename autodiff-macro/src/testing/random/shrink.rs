//! Makes a program that fails smaller, as long as it fails in the same way.

use super::check::{Case, Failure, check};
use crate::{
    ir::{
        Constant, Function, Growth, Init, Op, OpKind, Passing, Region, Shape, Type, ValueId, Var,
        visit,
    },
    options::Settings,
};

/// Candidates tried before giving up.
const TRIES: usize = 6000;

pub fn shrink(case: &Case, settings: &Settings, failure: Failure) -> (Case, Failure) {
    let mut best = case.clone();
    let mut failure = failure;
    let mut tries = 0;
    loop {
        let mut smaller = false;
        let mut n = 0;
        // Each candidate is the `n`-th change of the best so far; a change that helped leaves `n` where it is.
        while let Some(candidate) = change(&best, n) {
            tries += 1;
            if tries > TRIES {
                return (best, failure);
            }
            match candidate.map(|candidate| (check(&candidate, settings, true), candidate)) {
                Some((Err(found), candidate)) if found.kind == failure.kind => {
                    best = candidate;
                    failure = found;
                    smaller = true;
                }
                _ => n += 1,
            }
        }
        if !smaller {
            return (best, failure);
        }
    }
}

/// The `n`-th change of a case. `None`: there are no more; `Some(None)`: it does not apply.
fn change(case: &Case, n: usize) -> Option<Option<Case>> {
    let mut candidate = case.clone();
    let mut n = n;
    let all = case.callees.len() + 1;
    if n < case.callees.len() {
        candidate.callees.remove(n);
        return Some(Some(candidate));
    }
    n -= case.callees.len();
    for i in (0..all).rev() {
        let function = match candidate.callees.get_mut(i) {
            Some(function) => function,
            None => &mut candidate.function,
        };
        let count = changes(function);
        if n < count {
            let changed = apply(function, n);
            return Some(changed.then_some(candidate));
        }
        n -= count;
    }
    None
}

const PER_OP: usize = 8;

fn changes(function: &Function) -> usize {
    let mut ops = 0;
    visit::walk(&function.body, &mut |_| ops += 1);
    ops * PER_OP + function.params.len() + 4
}

fn apply(function: &mut Function, n: usize) -> bool {
    let mut ops = 0;
    visit::walk(&function.body, &mut |_| ops += 1);
    if n < ops * PER_OP {
        // Large regions first: operations are numbered from the outside.
        let (op, how) = (n % ops, n / ops);
        let mut at = op;
        let mut substitutions = Vec::new();
        let mut body = std::mem::take(&mut function.body);
        let changed = change_op(function, &mut body, &mut at, how, &mut substitutions);
        for (from, to) in substitutions {
            substitute(&mut body, from, to);
            for output in &mut function.outputs {
                substitute_shape(&mut output.shape, from, to);
            }
        }
        function.body = body;
        function.cut = function.body.ops.len();
        return changed.unwrap_or(false);
    }
    let n = n - ops * PER_OP;
    if n < function.params.len() {
        // A parameter that is not differentiated needs no adjoint.
        let changed =
            function.params[n].differentiable && function.params[n].passing != Passing::Mutable;
        function.params[n].differentiable = false;
        return changed;
    }
    let n = n - function.params.len();
    let Some(output) = function.outputs.first_mut() else { return false };
    match (&output.shape, n) {
        (Shape::Tuple(of), 0 | 1) if n < of.len() => {
            let shape = of[n].clone();
            output.shape = shape;
            true
        }
        _ => false,
    }
}

type Substitutions = Vec<(Var, Var)>;

/// Applies change `how` to the operation number `at` in the region.
fn change_op(
    function: &mut Function,
    region: &mut Region,
    at: &mut usize,
    how: usize,
    substitutions: &mut Substitutions,
) -> Option<bool> {
    for i in 0..region.ops.len() {
        if *at == 0 {
            return Some(change_here(function, region, i, how, substitutions));
        }
        *at -= 1;
        for nested in visit::regions_mut(&mut region.ops[i]) {
            if let Some(changed) = change_op(function, nested, at, how, substitutions) {
                return Some(changed);
            }
        }
    }
    None
}

fn constants(function: &Function, values: &[ValueId], like: &Op) -> Option<Vec<Op>> {
    let constant = |out: &ValueId| {
        let value = match function.value(*out).ty {
            Type::Float(_) => Constant::Float(0.5, None),
            Type::Int(_) => Constant::Int(1),
            Type::Bool => Constant::Bool(true),
            _ => return None,
        };
        Some(Op { kind: OpKind::Const { out: *out, value }, span: like.span })
    };
    values.iter().map(constant).collect()
}

fn change_here(
    function: &mut Function,
    region: &mut Region,
    i: usize,
    how: usize,
    substitutions: &mut Substitutions,
) -> bool {
    let op = region.ops[i].clone();
    let defines = visit::operands(&op).defines;
    let values: Option<Vec<ValueId>> = defines.iter().map(|var| var.value()).collect();
    match (how, &op.kind) {
        // Away with it; constants stand for what it defines.
        (0, OpKind::Const { .. }) => {
            region.ops.remove(i);
            true
        }
        (0, _) => match values.and_then(|values| constants(function, &values, &op)) {
            Some(ops) => {
                region.ops.splice(i..=i, ops);
                true
            }
            None => {
                region.ops.remove(i);
                true
            }
        },
        // One branch alone, or the body of a loop once.
        (1 | 2, OpKind::If { then, otherwise, outs, .. }) => {
            let branch = if how == 1 { then } else { otherwise };
            for (out, yielded) in outs.iter().zip(&branch.yields) {
                substitutions.push((*out, *yielded));
            }
            region.ops.splice(i..=i, branch.ops.clone());
            true
        }
        (1, OpKind::For(f)) if f.exit.is_none() => {
            for (param, init) in f.body.params.iter().zip(&f.inits) {
                substitutions.push((Var::Value(*param), Var::Value(*init)));
            }
            for (out, yielded) in f.outs.iter().zip(&f.body.yields) {
                substitutions.push((Var::Value(*out), *yielded));
            }
            substitutions.push((Var::Value(f.index), Var::Value(f.range.start)));
            region.ops.splice(i..=i, f.body.ops.clone());
            true
        }
        (1, OpKind::Rule { out, args, .. }) => {
            substitutions.push((Var::Value(*out), Var::Value(args[0])));
            region.ops.remove(i);
            true
        }
        (2, OpKind::Rule { out, args, .. }) if args.len() > 1 => {
            substitutions.push((Var::Value(*out), Var::Value(args[1])));
            region.ops.remove(i);
            true
        }
        (1 | 2, OpKind::Select { out, args, .. }) => {
            substitutions.push((Var::Value(*out), Var::Value(args[how - 1])));
            region.ops.remove(i);
            true
        }
        (1, OpKind::View { memory, of }) if of.path.is_empty() => {
            substitutions.push((Var::Memory(*memory), Var::Memory(of.memory)));
            region.ops.remove(i);
            true
        }
        (1, OpKind::Split { memories, of, .. }) => {
            for memory in memories {
                substitutions.push((Var::Memory(*memory), Var::Memory(of.memory)));
            }
            region.ops.remove(i);
            true
        }
        (2, OpKind::View { memory, of }) => {
            substitutions.push((Var::Memory(*memory), Var::Memory(of.memory)));
            region.ops.remove(i);
            true
        }
        (1, OpKind::Alloc { memory, init: Init::Copy(of) }) if of.path.is_empty() => {
            substitutions.push((Var::Memory(*memory), Var::Memory(of.memory)));
            region.ops.remove(i);
            true
        }
        (2, OpKind::For(f)) => {
            let OpKind::For(changed) = &mut region.ops[i].kind else { return false };
            changed.exit = None;
            f.exit.is_some()
        }
        (2, OpKind::While(w)) => {
            let OpKind::While(changed) = &mut region.ops[i].kind else { return false };
            changed.exit = None;
            w.exit.is_some()
        }
        (3, OpKind::For(f)) => {
            let OpKind::For(changed) = &mut region.ops[i].kind else { return false };
            changed.range.adaptors.pop();
            changed.range.inclusive = false;
            !f.range.adaptors.is_empty() || f.range.inclusive
        }
        // A carried value less, or an output of a branch.
        (4..=7, OpKind::For(f)) if how - 4 < f.outs.len() => {
            let k = how - 4;
            let OpKind::For(changed) = &mut region.ops[i].kind else { return false };
            changed.inits.remove(k);
            changed.body.params.remove(k);
            changed.body.yields.remove(k);
            changed.outs.remove(k);
            substitutions.push((Var::Value(f.body.params[k]), Var::Value(f.inits[k])));
            substitutions.push((Var::Value(f.outs[k]), Var::Value(f.inits[k])));
            true
        }
        (4..=7, OpKind::While(w)) if how - 4 < w.outs.len() => {
            let k = how - 4;
            let OpKind::While(changed) = &mut region.ops[i].kind else { return false };
            changed.inits.remove(k);
            changed.cond.params.remove(k);
            changed.body.params.remove(k);
            changed.body.yields.remove(k);
            changed.outs.remove(k);
            for from in [w.cond.params[k], w.body.params[k], w.outs[k]] {
                substitutions.push((Var::Value(from), Var::Value(w.inits[k])));
            }
            true
        }
        (4..=7, OpKind::If { outs, .. }) if how - 4 < outs.len() => {
            let k = how - 4;
            let out = outs[k];
            let OpKind::If { then, otherwise, outs, .. } = &mut region.ops[i].kind else {
                return false;
            };
            then.yields.remove(k);
            otherwise.yields.remove(k);
            outs.remove(k);
            if let Var::Value(value) = out
                && let Some(ops) = constants(function, &[value], &op)
            {
                region.ops.splice(i..i, ops);
            }
            true
        }
        (3, OpKind::Const { out, value: Constant::Int(n) }) if *n > 1 => {
            let kind = OpKind::Const { out: *out, value: Constant::Int(n - 1) };
            region.ops[i].kind = kind;
            true
        }
        _ => false,
    }
}

fn substitute(region: &mut Region, from: Var, to: Var) {
    match (from, to) {
        (Var::Value(from), Var::Value(to)) => {
            visit::map_uses(region, &mut |value| if value == from { to } else { value });
        }
        (Var::Memory(from), Var::Memory(to)) => substitute_memory(region, from, to),
        _ => {}
    }
}

fn substitute_shape(shape: &mut Shape, from: Var, to: Var) {
    match shape {
        Shape::Unit => {}
        Shape::Var(var) if *var == from => *var = to,
        Shape::Var(_) => {}
        Shape::Tuple(of) => of.iter_mut().for_each(|shape| substitute_shape(shape, from, to)),
    }
}

fn substitute_memory(region: &mut Region, from: crate::ir::MemoryId, to: crate::ir::MemoryId) {
    use crate::ir::{Arg, Place};
    let swap = |place: &mut Place| {
        if place.memory == from {
            place.memory = to;
        }
    };
    fn arg(a: &mut Arg, swap: &dyn Fn(&mut Place)) {
        match a {
            Arg::Memory { place, .. } => swap(place),
            Arg::Tuple(args) => args.iter_mut().for_each(|a| arg(a, swap)),
            _ => {}
        }
    }
    for op in &mut region.ops {
        match &mut op.kind {
            OpKind::Len { place, .. }
            | OpKind::Load { place, .. }
            | OpKind::Store { place, .. }
            | OpKind::Accumulate { place, .. }
            | OpKind::Fill { place, .. }
            | OpKind::Swap { place, .. }
            | OpKind::Permute { place, .. }
            | OpKind::View { of: place, .. }
            | OpKind::Split { of: place, .. } => swap(place),
            OpKind::Copy { to, from } | OpKind::AddAll { to, from } => {
                swap(to);
                swap(from);
            }
            OpKind::Vector { place, growth } => {
                swap(place);
                if let Growth::Extend(from) | Growth::Push(Init::Copy(from)) = growth {
                    swap(from);
                }
            }
            OpKind::Alloc { init, .. } => match init {
                Init::RepeatPlace { place, .. } | Init::Copy(place) | Init::ZeroLike(place) => {
                    swap(place);
                }
                _ => {}
            },
            OpKind::Assign { to: a, from: b } => {
                for memory in [a, b] {
                    if *memory == from {
                        *memory = to;
                    }
                }
            }
            OpKind::Call { args, .. } => args.iter_mut().for_each(|a| arg(a, &swap)),
            _ => {}
        }
        for nested in visit::regions_mut(op) {
            substitute_memory(nested, from, to);
        }
    }
    for var in &mut region.yields {
        if *var == Var::Memory(from) {
            *var = Var::Memory(to);
        }
    }
}
