//! Puts tables in front of the loops, and takes from them what was computed inside.

use super::Table;
use super::expression::{Expr, Part};
use crate::ir::build::Cursor;
use crate::ir::{
    Comparison, Constant, For, Function, Init, Int, MemoryId, MemoryInfo, Op, OpKind, Origin,
    Place, Region, Step, Type, ValueId, Var, visit,
};
use crate::maps::HashMap;
use crate::rules::Rule;

/// Where a value is taken from: the table, the lengths of its ranges but the first, and the counters.
pub struct Read {
    table: MemoryId,
    lens: Vec<ValueId>,
    counters: Vec<ValueId>,
}

pub struct Rewrite<'a> {
    pub function: &'a mut Function,
    pub constants: &'a [(String, Op)],
    pub reads: &'a mut HashMap<ValueId, Read>,
}

impl Rewrite<'_> {
    pub fn make(
        &mut self,
        table: Table,
        reads: Vec<(ValueId, Vec<ValueId>)>,
        span: proc_macro2::Span,
        out: &mut Vec<Op>,
    ) {
        let usize = Type::Int(Int::Usize);
        let name = self.function.value(reads[0].0).name.clone();
        let memory = self.function.new_memory(MemoryInfo {
            ty: Type::Vec(Box::new(table.ty.clone())),
            name: Some(name.map_or("table".to_string(), |name| format!("{name}_table"))),
            mutable: true,
            origin: Origin::Local,
            span,
        });
        let mut ranges: Vec<[ValueId; 2]> = Vec::new();
        for [start, end] in &table.ranges {
            ranges.push([self.emit(start, &[], span, out), self.emit(end, &[], span, out)]);
        }
        if !self.runs(&table.outer) {
            let [start, end] = [0, 1].map(|i| self.emit(&table.outer[i], &[], span, out));
            let cond = self.function.new_value(Type::Bool, None, span);
            let compare = OpKind::Compare { out: cond, op: Comparison::Lt, args: [start, end] };
            out.push(Op { kind: compare, span });
            let mut cursor = Cursor { function: self.function, ops: out, span };
            let none = cursor.int(0, usize.clone());
            let first = cursor.function.new_value(usize.clone(), None, span);
            cursor.push(OpKind::Select { out: first, cond, args: [ranges[0][1], none] });
            ranges[0][1] = first;
        }
        let lens: Vec<ValueId> = ranges[1..].iter().map(|[_, end]| *end).collect();
        let mut cursor = Cursor { function: self.function, ops: out, span };
        let mut total = ranges[0][1];
        for len in &lens {
            total = cursor.rule(Rule::Mul, &[total, *len]);
        }
        let zero = cursor.float(0.0, table.ty.clone());
        cursor
            .push(OpKind::Alloc { memory, init: Init::Repeat { value: zero, lens: vec![total] } });
        let counters: Vec<ValueId> =
            ranges.iter().map(|_| self.function.new_value(usize.clone(), None, span)).collect();
        let mut ops = Vec::new();
        let value = self.emit(&table.of, &counters, span, &mut ops);
        let at = self.index(&lens, &counters, span, &mut ops);
        let place = Place { memory, path: vec![Step::Index(at)] };
        ops.push(Op { kind: OpKind::Store { place, value }, span });
        for ([start, end], index) in ranges.iter().zip(&counters).rev() {
            let range = crate::ir::Range {
                start: *start,
                end: *end,
                inclusive: false,
                adaptors: Vec::new(),
            };
            let inner = For {
                index: *index,
                range,
                inits: Vec::new(),
                body: Region { params: Vec::new(), ops, yields: Vec::new() },
                outs: Vec::new(),
                exit: None,
                records: None,
            };
            ops = vec![Op { kind: OpKind::For(Box::new(inner)), span }];
        }
        out.append(&mut ops);
        for (value, counters) in reads {
            self.reads.insert(value, Read { table: memory, lens: lens.clone(), counters });
        }
    }

    /// Whether the loop is known to run.
    fn runs(&self, range: &[Expr; 2]) -> bool {
        let number = |of: &Expr| match of {
            Expr::Constant(i) => match &self.constants[*i].1.kind {
                OpKind::Const { value: Constant::Int(n), .. } => Some(*n),
                _ => None,
            },
            _ => None,
        };
        matches!((number(&range[0]), number(&range[1])), (Some(start), Some(end)) if start < end)
    }

    /// The place in the table: the counters as the digits of a number.
    fn index(
        &mut self,
        lens: &[ValueId],
        counters: &[ValueId],
        span: proc_macro2::Span,
        out: &mut Vec<Op>,
    ) -> ValueId {
        let mut cursor = Cursor { function: self.function, ops: out, span };
        let mut at = counters[0];
        for (len, counter) in lens.iter().zip(&counters[1..]) {
            let row = cursor.rule(Rule::Mul, &[at, *len]);
            at = cursor.rule(Rule::Add, &[row, *counter]);
        }
        at
    }

    fn emit(
        &mut self,
        expr: &Expr,
        counters: &[ValueId],
        span: proc_macro2::Span,
        out: &mut Vec<Op>,
    ) -> ValueId {
        let computed = |pass: &mut Self, ty: &Type| pass.function.new_value(ty.clone(), None, span);
        let kind = match expr {
            Expr::Value(value) => return *value,
            Expr::Counter(place) => return counters[*place as usize],
            Expr::Constant(i) => {
                let mut op = self.constants[*i].1.clone();
                let of = visit::operands(&op).defines;
                let Some(Var::Value(of)) = of.into_iter().next() else {
                    unreachable!("a constant defines a value")
                };
                let value = computed(self, &self.function.value(of).ty.clone());
                visit::set_scalar_result(&mut op, value);
                out.push(op);
                return value;
            }
            Expr::Rule(rule, ty, args) => {
                let args = args.iter().map(|arg| self.emit(arg, counters, span, out)).collect();
                OpKind::Rule { out: computed(self, ty), rule: *rule, args }
            }
            Expr::Cast(ty, arg) => {
                let arg = self.emit(arg, counters, span, out);
                OpKind::Cast { out: computed(self, ty), arg, ty: ty.clone() }
            }
            Expr::Len(memory) => {
                let value = computed(self, &Type::Int(Int::Usize));
                OpKind::Len { out: value, place: (*memory).into() }
            }
            Expr::Load(memory, path, ty) => {
                let mut steps = Vec::new();
                for part in path {
                    steps.push(match part {
                        Part::Index(index) => Step::Index(self.emit(index, counters, span, out)),
                        Part::Field(field) => Step::Field(*field),
                        Part::Member(member) => Step::Member(member.clone()),
                    });
                }
                OpKind::Load {
                    out: computed(self, ty),
                    place: Place { memory: *memory, path: steps },
                }
            }
        };
        let value = kind.computed().expect("made above as something that computes");
        out.push(Op { kind, span });
        value
    }

    pub fn region(&mut self, region: &mut Region) {
        for mut op in std::mem::take(&mut region.ops) {
            for nested in visit::regions_mut(&mut op) {
                self.region(nested);
            }
            if let OpKind::Rule { out, .. } = &op.kind
                && let Some(Read { table, lens, counters }) = self.reads.remove(out)
            {
                let at = self.index(&lens, &counters, op.span, &mut region.ops);
                let place = Place { memory: table, path: vec![Step::Index(at)] };
                op.kind = OpKind::Load { out: *out, place };
            }
            region.ops.push(op);
        }
    }
}
