//! The way of a rewrite through a function: every operation once, those inside of it first.

use super::offsets::Scope;
use crate::ir::{Function, Op, OpKind, visit};

/// Where an operation stands.
#[derive(Clone, Copy)]
pub(super) struct At<'s> {
    pub(super) scope: &'s Scope,
    /// In the reverse sweep.
    pub(super) reverse: bool,
    pub(super) in_loop: bool,
}

/// Hands each operation to `rewrite`, which puts out what takes its place.
pub(super) fn each(
    function: &mut Function,
    rewrite: &mut impl FnMut(&mut Function, Op, At<'_>, &mut Vec<Op>),
) {
    let (cut, mut scope) = (function.cut, Scope::default());
    at_top(function, |function, i, op, out| {
        scope.note(&op);
        let at = At { scope: &scope, reverse: i >= cut, in_loop: false };
        operation(function, op, at, rewrite, out);
    });
}

/// Hands each operation that stands in no other to `rewrite`, with its place; where the reverse sweep begins is kept.
pub(super) fn at_top(
    function: &mut Function,
    mut rewrite: impl FnMut(&mut Function, usize, Op, &mut Vec<Op>),
) {
    let ops = std::mem::take(&mut function.body.ops);
    let cut = function.cut;
    let (mut new_cut, mut done) = (None, Vec::new());
    for (i, op) in ops.into_iter().enumerate() {
        if i == cut {
            new_cut = Some(done.len());
        }
        rewrite(function, i, op, &mut done);
    }
    function.cut = new_cut.unwrap_or(done.len());
    function.body.ops = done;
}

fn operation(
    function: &mut Function,
    mut op: Op,
    at: At<'_>,
    rewrite: &mut impl FnMut(&mut Function, Op, At<'_>, &mut Vec<Op>),
    out: &mut Vec<Op>,
) {
    let in_loop = at.in_loop || matches!(op.kind, OpKind::For(_) | OpKind::While(_));
    for n in 0..visit::regions(&op).len() {
        let mut scope = at.scope.within(&op, n);
        let region = &mut visit::regions_mut(&mut op)[n];
        for op in std::mem::take(&mut region.ops) {
            scope.note(&op);
            let at = At { scope: &scope, in_loop, ..at };
            operation(function, op, at, rewrite, &mut region.ops);
        }
    }
    rewrite(function, op, at, out);
}
