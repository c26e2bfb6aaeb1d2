//! A loop over blocks of binomial sizes, whose states are the first that are saved; in a block, the reverse sweep goes on in the
//! same way with the places that are left ([`Replay`]). This is Griewank and Walther's schedule: no other makes fewer
//! iterations again with as many states.

use super::Outline;
use crate::{
    ir::{
        Adaptor, Checkpoint, For, Form, Int, Op, OpKind, Range, Region, Replay, Type, ValueId, Var,
        build::Cursor,
    },
    rules::Rule,
};
use proc_macro2::Span;

const USIZE: Type = Type::Int(Int::Usize);

impl Outline<'_> {
    pub(super) fn blocks_of_snapshots(
        &mut self,
        mut f: For,
        (mark, snapshots): (&Checkpoint, u64),
        span: Span,
    ) -> Vec<Op> {
        let mut before = Vec::new();
        let ty = self.function.value(f.index).ty.clone();
        let start = f.range.start;
        let mut end = f.range.end;
        let mut cursor = Cursor { function: self.function, ops: &mut before, span };
        if f.range.inclusive {
            let one = cursor.int(1, ty.clone());
            end = cursor.rule(Rule::Add, &[end, one]);
        }
        let end = self.method("max", &[end, start], &mut before, span);
        let mut cursor = Cursor { function: self.function, ops: &mut before, span };
        let length = cursor.rule(Rule::Sub, &[end, start]);
        let length = cast(&mut cursor, length, USIZE);
        let [zero, none] = [(); 2].map(|()| cursor.int(0, USIZE));
        let most = cursor.int(i128::from(snapshots), USIZE);
        let count = self.schedule("blocks", [length, most], &mut before, span);
        let [block, done, done_after] = ["block", "done", "done"]
            .map(|name| self.function.new_value(USIZE, Some(name.to_string()), span));

        let mut ops = Vec::new();
        let mut cursor = Cursor { function: self.function, ops: &mut ops, span };
        let left = cursor.rule(Rule::Sub, &[length, done]);
        let free = cursor.rule(Rule::Sub, &[most, block]);
        let here = self.schedule("block", [left, free], &mut ops, span);
        let mut cursor = Cursor { function: self.function, ops: &mut ops, span };
        let next = cursor.rule(Rule::Add, &[done, here]);
        let [from, to] = [done, next].map(|at| cast(&mut cursor, at, ty.clone()));
        let reversed = !f.range.adaptors.is_empty();
        let [low, high] = match reversed {
            false => [from, to].map(|at| cursor.rule(Rule::Add, &[start, at])),
            true => [to, from].map(|at| cursor.rule(Rule::Sub, &[end, at])),
        };
        let adaptors = if reversed { vec![Adaptor::Rev] } else { Vec::new() };
        let range = Range { start: low, end: high, inclusive: false, adaptors };
        let (mut inits, mut outs) = (std::mem::take(&mut f.inits), std::mem::take(&mut f.outs));
        let active = self.carries_active(&f.body, &outs);
        let (inner, entering, leaving) = self.part_of(For { range, ..f }, &inits, &outs);
        let replay = Replay {
            low,
            high,
            reversed,
            snapshots: free,
            entering: entering.clone(),
            leaving: leaving.clone(),
            run: crate::ir::Function::new(""),
        };
        let inner = vec![Op { kind: OpKind::For(Box::new(inner)), span }];
        let (mut params, yields, mut call) =
            self.call(inner, (&entering, &active), leaving, mark, Some(replay));
        ops.append(&mut call);
        let mut yields: Vec<Var> = yields.into_iter().map(Var::Value).collect();
        inits.push(none);
        params.push(done);
        yields.push(Var::Value(next));
        outs.push(done_after);
        let outer = For {
            index: block,
            range: Range { start: zero, end: count, inclusive: false, adaptors: Vec::new() },
            inits,
            body: Region { params, ops, yields },
            outs,
            exit: None,
            records: None,
        };
        before.push(Op { kind: OpKind::For(Box::new(outer)), span });
        before
    }

    /// What the runtime's schedule says.
    fn schedule(
        &mut self,
        name: &str,
        args: [ValueId; 2],
        ops: &mut Vec<Op>,
        span: Span,
    ) -> ValueId {
        let out = self.function.new_value(USIZE, None, span);
        let (runtime, name) = (self.options.runtime(), proc_macro2::Ident::new(name, span));
        let form = Form::Path(syn::parse_quote!(#runtime::revolve::#name));
        ops.push(Op { kind: OpKind::Opaque { out, form, args: args.to_vec() }, span });
        out
    }
}

fn cast(cursor: &mut Cursor, arg: ValueId, ty: Type) -> ValueId {
    let out = cursor.function.new_value(ty.clone(), None, cursor.span);
    cursor.push(OpKind::Cast { out, arg, ty });
    out
}
