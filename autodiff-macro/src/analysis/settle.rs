//! Arguments that the parser took for anything: those that have turned out to be numbers are loaded and passed as such.

use crate::ir::{Arg, Function, Op, OpKind, Passing, Region, Type, ValueInfo, visit};

pub fn settle(function: &mut Function) {
    let mut body = std::mem::take(&mut function.body);
    region(&mut body, function);
    function.body = body;
    function.cut = function.body.ops.len();
}

fn region(of: &mut Region, function: &mut Function) {
    let ops = std::mem::take(&mut of.ops);
    for mut op in ops {
        for nested in visit::regions_mut(&mut op) {
            region(nested, function);
        }
        let span = op.span;
        if let OpKind::Call { args, .. } = &mut op.kind {
            for arg in args {
                argument(arg, &mut of.ops, function, span);
            }
        }
        of.ops.push(op);
    }
}

fn argument(arg: &mut Arg, ops: &mut Vec<Op>, function: &mut Function, span: proc_macro2::Span) {
    match arg {
        Arg::Memory { place, passing: Passing::ByValue } if !place.path.is_empty() => {
            let ty = function.place_type(place);
            if !matches!(ty, Type::Int(_) | Type::Bool | Type::Float(_)) {
                return;
            }
            let out = crate::ir::ValueId(function.values.len() as u32);
            function.values.push(ValueInfo { ty, name: None, span });
            ops.push(Op { kind: OpKind::Load { out, place: place.clone() }, span });
            *arg = Arg::Value(out);
        }
        Arg::Tuple(args) => {
            args.iter_mut().for_each(|arg| argument(arg, ops, function, span));
        }
        _ => {}
    }
}
