//! Saved states side by side: a vector that each iteration of a loop saves becomes a row of one long vector.
//!
//! A loop that overwrites a state saves a copy of it in each iteration, a vector of its own on the heap. Where the number of
//! iterations and the vector's length are known before the loop, room for all of them is made once.
//!
//! **Condition.** Both the loop and the one that reads its records stand at the top level and go over `0..n`, the second
//! backwards; what is saved is a copy of a whole vector of floats, whose length nothing in the function changes. **Proof.** The
//! records pair the iterations of both loops by their index, so row `i` is what iteration `i` saved.

use super::offsets::Scope;
use crate::ir::build::Cursor;
use crate::ir::{
    Adaptor, For, Function, Init, Int, MemoryId, MemoryInfo, Op, OpKind, Origin, Place, Step,
    TapeId, Type, ValueId, Var, visit,
};
use crate::rules::Rule;

pub fn rows(function: &mut Function) {
    let mut scope = Scope::default();
    function.body.ops.iter().for_each(|op| scope.note(op));
    for tape in (0..function.tapes.len() as u32).map(TapeId) {
        while let Some(found) = find(function, &scope, tape) {
            rewrite(function, tape, found);
        }
    }
}

/// A field of a tape that can be made a row.
struct Found {
    /// Where the loops stand in the body of the function.
    forward: usize,
    reverse: usize,
    field: usize,
    /// Where the copy is made in the body of the loop, and of what.
    copy: usize,
    of: MemoryId,
}

fn find(function: &Function, scope: &Scope, tape: TapeId) -> Option<Found> {
    let ops = &function.body.ops;
    let mut pushes = 0;
    let mut taken = 0;
    visit::walk(&function.body, &mut |op| match &op.kind {
        OpKind::Push { tape: of, .. } => pushes += usize::from(*of == tape),
        OpKind::For(f) => {
            taken += usize::from(f.records.as_ref().is_some_and(|records| records.tape == tape));
        }
        _ => {}
    });
    if (pushes, taken) != (1, 1) {
        return None;
    }
    let (forward, f) = ops.iter().enumerate().find_map(|(at, op)| match &op.kind {
        OpKind::For(f) => Some((at, pushed(f, tape)?)),
        _ => None,
    })?;
    let OpKind::For(loop_forward) = &ops[forward].kind else { return None };
    let (reverse, loop_reverse) = ops.iter().enumerate().find_map(|(at, op)| match &op.kind {
        OpKind::For(f) if f.records.as_ref()?.tape == tape => Some((at, f)),
        _ => None,
    })?;
    let counts = |f: &For, adaptors: &[Adaptor]| {
        f.range.adaptors == adaptors
            && !f.range.inclusive
            && f.exit.is_none()
            && scope.constants.get(&f.range.start) == Some(&0)
            && function.value(f.index).ty == Type::Int(Int::Usize)
    };
    if !counts(loop_forward, &[])
        || !counts(loop_reverse, &[Adaptor::Rev])
        || loop_forward.range.end != loop_reverse.range.end
    {
        return None;
    }
    let fields = f;
    fields.iter().enumerate().find_map(|(field, var)| {
        let Var::Memory(kept) = var else { return None };
        let (copy, of) =
            loop_forward.body.ops.iter().enumerate().find_map(|(at, op)| match &op.kind {
                OpKind::Alloc { memory, init: Init::Copy(place) }
                    if memory == kept && place.path.is_empty() =>
                {
                    Some((at, place.memory))
                }
                _ => None,
            })?;
        let floats = matches!(&function.memory(*kept).ty, Type::Vec(of) if of.is_float())
            && matches!(&function.memory(of).ty, Type::Vec(_))
            && function.memory(of).origin == Origin::Local;
        // It was made before the loop, and keeps its length.
        let made = ops[..forward]
            .iter()
            .any(|op| matches!(&op.kind, OpKind::Alloc { memory, .. } if *memory == of));
        let mut uses = 0;
        let mut resized = false;
        visit::walk(&function.body, &mut |op| {
            for (place, _) in visit::operands(op).places {
                uses += usize::from(place.memory == *kept);
            }
            resized |= match &op.kind {
                OpKind::Assign { to, from } => *to == of || *from == of,
                OpKind::Vector { place, .. } => place.memory == of,
                _ => false,
            };
        });
        (floats && made && uses == 1 && !resized).then_some(Found {
            forward,
            reverse,
            field,
            copy,
            of,
        })
    })
}

/// What the loop pushes on the tape at the end of its body.
fn pushed(f: &For, tape: TapeId) -> Option<&Vec<Var>> {
    f.body.ops.iter().find_map(|op| match &op.kind {
        OpKind::Push { tape: of, fields } if *of == tape => Some(fields),
        _ => None,
    })
}

fn rewrite(function: &mut Function, tape: TapeId, found: Found) {
    let Found { forward, reverse, field, copy, of } = found;
    let mut ops = std::mem::take(&mut function.body.ops);
    let usize = Type::Int(Int::Usize);
    function.tapes[tape.index()].fields.remove(field);

    let span = ops[forward].span;
    let info = function.memory(of).clone();
    let name = info.name.as_deref().unwrap_or("state");
    let whole = function.new_memory(MemoryInfo {
        ty: info.ty.clone(),
        name: Some(format!("{name}_rows")),
        mutable: true,
        origin: Origin::Local,
        span,
    });
    let leaf = info.ty.element().cloned().unwrap_or(Type::Unknown);
    let row = |function: &mut Function, ops: &mut Vec<Op>, index: ValueId, len: ValueId| {
        let mut cursor = Cursor { function, ops, span };
        let start = cursor.rule(Rule::Mul, &[index, len]);
        let end = cursor.rule(Rule::Add, &[start, len]);
        let step = Step::Range { start: Some(start), end: Some(end), inclusive: false };
        Place { memory: whole, path: vec![step] }
    };

    // Room for all rows, in front of the loop.
    let mut before = Vec::new();
    let len = function.new_value(usize, None, span);
    let mut cursor = Cursor { function, ops: &mut before, span };
    cursor.push(OpKind::Len { out: len, place: of.into() });
    let OpKind::For(f) = &mut ops[forward].kind else { unreachable!("found as a loop") };
    let total = cursor.rule(Rule::Mul, &[f.range.end, len]);
    let zero = cursor.float(0.0, leaf.clone());
    cursor.push(OpKind::Alloc {
        memory: whole,
        init: Init::Repeat { value: zero, lens: vec![total] },
    });

    // The copy goes there.
    let mut into = Vec::new();
    let to = row(function, &mut into, f.index, len);
    into.push(Op { kind: OpKind::Copy { to, from: of.into() }, span });
    f.body.ops.splice(copy..=copy, into);
    f.body.ops.retain_mut(|op| match &mut op.kind {
        OpKind::Push { tape: of, fields } if *of == tape => {
            fields.remove(field);
            !fields.is_empty()
        }
        _ => true,
    });

    // And is taken from there.
    let OpKind::For(f) = &mut ops[reverse].kind else { unreachable!("found as a loop") };
    let mut from = Vec::new();
    let place = row(function, &mut from, f.index, len);
    if let Some(records) = &mut f.records {
        if let Var::Memory(view) = records.fields.remove(field) {
            let info = &mut function.memories[view.index()];
            info.origin = Origin::View(place.clone());
            info.ty = Type::Slice(Box::new(leaf));
            info.mutable = false;
            from.push(Op { kind: OpKind::View { memory: view, of: place }, span });
        }
        if records.fields.is_empty() {
            f.records = None;
        }
    }
    from.append(&mut f.body.ops);
    f.body.ops = from;
    let added = before.len();
    ops.splice(forward..forward, before);
    function.body.ops = ops;
    if forward < function.cut {
        function.cut += added;
    }
}
