//! Functions made by hand.

use proc_macro2::Span;

use crate::ir::build::Cursor;
use crate::ir::{
    Comparison, Float, For, Function, Int, MemoryId, MemoryInfo, Op, OpKind, Origin, Output, Param,
    Passing, Place, Range, Region, Role, Shape, Step, Type, ValueId, Var,
};
use crate::rules::Rule;

pub const FLOAT: Type = Type::Float(Float::F64);
pub const USIZE: Type = Type::Int(Int::Usize);

pub fn slice() -> Type {
    Type::Slice(Box::new(FLOAT))
}

/// A function in the making: operations go to the innermost open region.
pub struct Make {
    pub function: Function,
    open: Vec<Vec<Op>>,
}

impl Make {
    pub fn new(name: &str) -> Make {
        Make { function: Function::new(name), open: vec![Vec::new()] }
    }

    pub fn at(&mut self) -> Cursor<'_> {
        let ops = self.open.last_mut().expect("a region is open");
        Cursor { function: &mut self.function, ops, span: Span::call_site() }
    }

    pub fn push(&mut self, kind: OpKind) {
        self.at().push(kind);
    }

    pub fn new_value(&mut self, ty: Type, name: &str) -> ValueId {
        self.function.new_value(ty, Some(name.to_owned()), Span::call_site())
    }

    pub fn new_memory(&mut self, ty: Type, name: &str, origin: Origin) -> MemoryId {
        let (name, span) = (Some(name.to_owned()), Span::call_site());
        self.function.new_memory(MemoryInfo { ty, name, mutable: true, origin, span })
    }

    pub fn param(&mut self, name: &str, passing: Passing, var: Var, differentiable: bool) {
        self.function.params.push(Param {
            name: name.to_owned(),
            role: Role::Primal,
            passing,
            shape: Shape::Var(var),
            differentiable,
            span: Span::call_site(),
        });
    }

    pub fn scalar(&mut self, name: &str) -> ValueId {
        let value = self.new_value(FLOAT, name);
        self.param(name, Passing::ByValue, Var::Value(value), true);
        value
    }

    pub fn memory(&mut self, name: &str, ty: Type, passing: Passing, wrt: bool) -> MemoryId {
        let memory = self.new_memory(ty, name, Origin::Param(self.function.params.len()));
        self.param(name, passing, Var::Memory(memory), wrt);
        self.function.memories[memory.index()].mutable = passing != Passing::Shared;
        memory
    }

    pub fn rule(&mut self, rule: Rule, args: &[ValueId]) -> ValueId {
        self.at().rule(rule, args)
    }

    pub fn float(&mut self, value: f64) -> ValueId {
        self.at().float(value, FLOAT)
    }

    pub fn int(&mut self, value: i128) -> ValueId {
        self.at().int(value, USIZE)
    }

    pub fn load(&mut self, memory: MemoryId, i: ValueId) -> ValueId {
        self.at().load(element(memory, i), None)
    }

    pub fn store(&mut self, memory: MemoryId, i: ValueId, value: ValueId) {
        self.push(OpKind::Store { place: element(memory, i), value });
    }

    pub fn less(&mut self, a: ValueId, b: ValueId) -> ValueId {
        let out = self.function.new_value(Type::Bool, None, Span::call_site());
        self.push(OpKind::Compare { out, op: Comparison::Lt, args: [a, b] });
        out
    }

    pub fn region(
        &mut self,
        params: Vec<ValueId>,
        f: impl FnOnce(&mut Make) -> Vec<Var>,
    ) -> Region {
        self.open.push(Vec::new());
        let yields = f(self);
        Region { params, ops: self.open.pop().expect("a region is open"), yields }
    }

    pub fn branch(
        &mut self,
        cond: ValueId,
        then: impl FnOnce(&mut Make) -> ValueId,
        otherwise: impl FnOnce(&mut Make) -> ValueId,
    ) -> ValueId {
        let then = self.region(Vec::new(), |m| vec![Var::Value(then(m))]);
        let otherwise = self.region(Vec::new(), |m| vec![Var::Value(otherwise(m))]);
        let out = self.new_value(FLOAT, "r");
        self.push(OpKind::If { cond, then, otherwise, outs: vec![Var::Value(out)] });
        out
    }

    pub fn repeat(
        &mut self,
        times: ValueId,
        init: ValueId,
        body: impl FnOnce(&mut Make, ValueId, ValueId) -> ValueId,
    ) -> ValueId {
        let (index, start) = (self.new_value(USIZE, "i"), self.int(0));
        let (carried, out) = (self.new_value(FLOAT, "s"), self.new_value(FLOAT, "s"));
        let body = self.region(vec![carried], |m| vec![Var::Value(body(m, index, carried))]);
        self.push(OpKind::For(Box::new(For {
            index,
            range: Range { start, end: times, inclusive: false, adaptors: Vec::new() },
            inits: vec![init],
            body,
            outs: vec![out],
            exit: None,
            records: None,
        })));
        out
    }

    pub fn len(&mut self, memory: MemoryId) -> ValueId {
        let out = self.new_value(USIZE, "n");
        self.push(OpKind::Len { out, place: memory.into() });
        out
    }

    pub fn finish(mut self, result: Shape) -> Function {
        self.function.body.ops = self.open.pop().expect("the body is open");
        self.function.cut = self.function.body.ops.len();
        self.function.outputs.push(Output { role: Role::Primal, shape: result });
        self.function
    }
}

pub fn element(memory: MemoryId, i: ValueId) -> Place {
    Place { memory, path: vec![Step::Index(i)] }
}

pub fn value(value: ValueId) -> Shape {
    Shape::Var(Var::Value(value))
}
