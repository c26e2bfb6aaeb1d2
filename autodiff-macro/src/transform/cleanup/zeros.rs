//! What is added to fresh zeros is copied there, and numbers that iterations record without anyone reading them, such as the lengths of
//! these zeros, are not recorded.
//!
//! **Condition.** What is added is a whole vector, and that is the next thing that happens to the zeros. **Proof.** They have one length, or the
//! addition panics, which it does not where the lengths are those of a value and its adjoint; zero plus a number is that number (a
//! zero may keep its sign).

use super::is_float_zero;
use crate::ir::{
    Function, Init, MemoryId, OpKind, Origin, Region, TapeId, Type, ValueId, Var, visit,
};
use crate::maps::HashSet;

pub fn zeros(function: &mut Function) {
    let mut zeros = HashSet::default();
    visit::walk(&function.body, &mut |op| zeros.extend(is_float_zero(op)));
    let mut body = std::mem::take(&mut function.body);
    let cut = function.cut;
    function.cut -= sums_of_zeros(function, &mut body, &zeros, cut);
    function.body = body;
    unread(function);
}

/// How many operations have gone that stood in front of `cut`.
fn sums_of_zeros(
    function: &Function,
    of: &mut Region,
    zeros: &HashSet<ValueId>,
    cut: usize,
) -> usize {
    let mut gone = 0;
    for at in (0..of.ops.len()).rev() {
        for nested in visit::regions_mut(&mut of.ops[at]) {
            sums_of_zeros(function, nested, zeros, 0);
        }
        let [alloc, sum, ..] = &of.ops[at..] else { continue };
        let OpKind::Alloc { memory, init: Init::Repeat { value, lens } } = &alloc.kind else {
            continue;
        };
        let OpKind::AddAll { to, from } = &sum.kind else { continue };
        let vector = |memory: MemoryId| {
            matches!(&function.memory(memory).ty, Type::Vec(of) if of.is_float())
                && function.memory(memory).origin == Origin::Local
        };
        let whole = to.path.is_empty() && from.path.is_empty() && to.memory == *memory;
        if zeros.contains(value)
            && lens.len() == 1
            && whole
            && vector(*memory)
            && vector(from.memory)
        {
            of.ops[at + 1].kind = OpKind::Alloc { memory: *memory, init: Init::Copy(from.clone()) };
            of.ops.remove(at);
            gone += usize::from(at < cut);
        }
    }
    gone
}

/// Drops numbers that iterations record and nobody reads.
fn unread(function: &mut Function) {
    for tape in 0..function.tapes.len() {
        let tape = TapeId(tape as u32);
        for field in (0..function.tapes[tape.index()].fields.len()).rev() {
            let mut read = false;
            visit::walk(&function.body, &mut |op| {
                if let OpKind::For(f) = &op.kind
                    && let Some(records) = f.records.as_ref().filter(|of| of.tape == tape)
                {
                    read |= match records.fields[field] {
                        Var::Value(value) => reads(&f.body, value),
                        Var::Memory(_) => true,
                    };
                }
            });
            if !read {
                function.tapes[tape.index()].fields.remove(field);
                let mut body = std::mem::take(&mut function.body);
                let cut = function.cut;
                function.cut -= drop_field(&mut body, tape, field, cut);
                function.body = body;
            }
        }
    }
}

fn reads(region: &Region, value: ValueId) -> bool {
    region.yields.contains(&Var::Value(value))
        || region.ops.iter().any(|op| {
            visit::operands(op).uses.contains(&value)
                || visit::exit(op).into_iter().any(|exit| exit == value)
                || visit::regions(op).into_iter().any(|region| reads(region, value))
        })
}

/// How many operations have gone that stood in front of `cut`.
fn drop_field(of: &mut Region, tape: TapeId, field: usize, cut: usize) -> usize {
    let mut gone = 0;
    for at in (0..of.ops.len()).rev() {
        for nested in visit::regions_mut(&mut of.ops[at]) {
            drop_field(nested, tape, field, 0);
        }
        match &mut of.ops[at].kind {
            OpKind::Push { tape: to, fields } if *to == tape => {
                fields.remove(field);
                if fields.is_empty() {
                    of.ops.remove(at);
                    gone += usize::from(at < cut);
                }
            }
            OpKind::For(f) => {
                if let Some(records) = f.records.as_mut().filter(|of| of.tape == tape) {
                    records.fields.remove(field);
                    if records.fields.is_empty() {
                        f.records = None;
                    }
                }
            }
            _ => {}
        }
    }
    gone
}
