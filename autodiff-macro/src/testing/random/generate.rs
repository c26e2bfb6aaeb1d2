//! The frame of a random function: parameters, a body, outputs.

use proc_macro2::Span;

use super::{memory::Mem, prng::Random};
use crate::{
    ir::{
        Constant, Float, Function, Int, Length, MemoryId, MemoryInfo, Op, OpKind, Origin, Output,
        Param, Passing, Role, Shape, Type, ValueId, Var,
    },
    maps::HashMap,
    rules::Rule,
};

pub const F64: Type = Type::Float(Float::F64);
pub const USIZE: Type = Type::Int(Int::Usize);
/// Where an array, slice or vector has no length known here.
pub type Known = Option<usize>;

pub fn array(of: Type, n: usize) -> Type {
    Type::Array(Box::new(of), Length { tokens: quote::quote!(#n), known: Some(n as u64) })
}

pub fn vec(of: Type) -> Type {
    Type::Vec(Box::new(of))
}

/// How many variables of each kind are visible: what a scope goes back to at its end.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    floats: usize,
    ints: usize,
    bools: usize,
    mems: usize,
    indices: usize,
}

/// What can be called from a random function.
#[derive(Clone, Debug)]
pub struct Signature {
    pub name: String,
    pub function: Function,
}

pub struct Generator<'a> {
    pub random: Random,
    pub function: Function,
    pub callees: &'a [Signature],
    pub floats: Vec<ValueId>,
    pub ints: Vec<ValueId>,
    pub bools: Vec<ValueId>,
    pub mems: Vec<Mem>,
    /// A bound of each float's magnitude.
    pub size: HashMap<ValueId, f64>,
    /// A bound of each integer.
    pub most: HashMap<ValueId, usize>,
    pub ops: Vec<Op>,
    pub loops: usize,
    pub depth: usize,
    pub may_share: bool,
    /// Indices in the bounds of a memory.
    pub indices: Vec<(ValueId, MemoryId)>,
    /// The function that nobody calls.
    main: bool,
    /// Statements left.
    pub left: usize,
}

/// A random function. The same seed gives the same function.
pub fn function(seed: u64, name: &str, callees: &[Signature], statements: usize) -> Function {
    let mut g = Generator {
        random: Random::new(seed),
        function: Function::new(name),
        callees,
        floats: Vec::new(),
        ints: Vec::new(),
        bools: Vec::new(),
        mems: Vec::new(),
        size: HashMap::default(),
        most: HashMap::default(),
        ops: Vec::new(),
        loops: 0,
        depth: 0,
        may_share: false,
        indices: Vec::new(),
        main: name == "f",
        left: statements,
    };
    g.params();
    // A float to work with, also for a function of integers alone.
    g.float(0.5);
    let count = 2 + g.random.below(statements.max(3) - 1);
    g.statements(count);
    g.outputs();
    g.function.body.ops = std::mem::take(&mut g.ops);
    g.function.cut = g.function.body.ops.len();
    g.function
}

impl Generator<'_> {
    pub fn push(&mut self, kind: OpKind) {
        self.ops.push(Op { kind, span: Span::call_site() });
    }

    pub fn value(&mut self, ty: Type) -> ValueId {
        self.function.new_value(ty, None, Span::call_site())
    }

    pub fn local(&mut self, ty: Type, mutable: bool, origin: Origin) -> MemoryId {
        let name = Some(format!("m{}", self.function.memories.len()));
        self.function.new_memory(MemoryInfo { ty, name, mutable, origin, span: Span::call_site() })
    }

    /// Makes a float visible.
    pub fn offer(&mut self, value: ValueId, size: f64) -> ValueId {
        self.size.insert(value, size);
        self.floats.push(value);
        value
    }

    pub fn offer_int(&mut self, value: ValueId, most: usize) -> ValueId {
        self.most.insert(value, most);
        self.ints.push(value);
        value
    }

    pub fn float(&mut self, value: f64) -> ValueId {
        let out = self.value(F64);
        self.push(OpKind::Const { out, value: Constant::Float(value, None) });
        self.offer(out, value.abs())
    }

    /// A float that is not offered to others.
    pub fn hidden(&mut self, value: f64) -> ValueId {
        let out = self.float(value);
        self.floats.pop();
        out
    }

    pub fn int(&mut self, value: usize) -> ValueId {
        self.int_as(value as i128, USIZE)
    }

    pub fn int_as(&mut self, value: i128, ty: Type) -> ValueId {
        let out = self.value(ty);
        self.push(OpKind::Const { out, value: Constant::Int(value) });
        out
    }

    pub fn rule(&mut self, rule: Rule, args: &[ValueId]) -> ValueId {
        let ty = self.function.value(args[0]).ty.clone();
        let out = self.value(ty);
        self.push(OpKind::Rule { out, rule, args: args.to_vec() });
        out
    }

    pub fn mark(&self) -> Mark {
        Mark {
            floats: self.floats.len(),
            ints: self.ints.len(),
            bools: self.bools.len(),
            mems: self.mems.len(),
            indices: self.indices.len(),
        }
    }

    pub fn back(&mut self, mark: Mark) {
        self.floats.truncate(mark.floats);
        self.ints.truncate(mark.ints);
        self.bools.truncate(mark.bools);
        self.indices.truncate(mark.indices);
        while self.mems.len() > mark.mems {
            self.end_view(self.mems.len() - 1);
            self.mems.pop();
        }
    }

    /// Any float, the newer the likelier.
    pub fn any_float(&mut self) -> ValueId {
        let n = self.floats.len();
        let i = match self.random.below(3) {
            0 => self.random.below(n),
            _ => n - 1 - self.random.below(n.min(5)),
        };
        self.floats[i]
    }

    pub fn any_int(&mut self) -> ValueId {
        match self.ints.len() {
            n if n > 0 && !self.random.one_in(4) => self.ints[self.random.below(n)],
            _ => {
                let value = self.random.below(6);
                let out = self.int(value);
                self.offer_int(out, value)
            }
        }
    }

    pub fn any_bool(&mut self) -> ValueId {
        match self.bools.len() {
            n if n > 0 && self.random.one_in(3) => self.bools[self.random.below(n)],
            _ => self.compare(),
        }
    }

    /// An index of a memory, likely that of a loop over it, or one that has been used before.
    pub fn index_of(&mut self, memory: MemoryId, len: ValueId, known: Known) -> ValueId {
        let all = self.indices.iter().filter(|(_, of)| *of == memory);
        let all: Vec<ValueId> = all.map(|(index, _)| *index).collect();
        if !all.is_empty() && !self.random.one_in(3) {
            return self.random.pick(&all);
        }
        let index = self.index_below(len, known);
        self.indices.push((index, memory));
        index
    }

    /// An integer in `0..len`; `len` is known to be positive.
    pub fn index_below(&mut self, len: ValueId, known: Known) -> ValueId {
        if let Some(n) = known
            && self.random.one_in(2)
        {
            let value = self.random.below(n);
            return self.int(value);
        }
        let int = self.any_int();
        if known.is_some_and(|n| self.most[&int] < n) {
            return int;
        }
        self.rule(Rule::Rem, &[int, len])
    }

    fn params(&mut self) {
        let count = 1 + self.random.below(4);
        for i in 0..count {
            self.param(i);
        }
    }

    fn param(&mut self, i: usize) {
        let name = format!("p{i}");
        // A callee is given active arguments, so it must not drop their derivatives.
        let mut differentiable = !self.main || !self.random.one_in(6);
        let n = 1 + self.random.below(4);
        let (passing, ty, known): (Passing, Type, Known) = match self.random.below(16) {
            0..=3 => (Passing::ByValue, F64, None),
            4 => (Passing::Shared, F64, None),
            5 => (Passing::ByValue, USIZE, None),
            6 | 7 => (Passing::Shared, Type::Slice(Box::new(F64)), None),
            8 | 9 => (Passing::Mutable, Type::Slice(Box::new(F64)), None),
            10 => (Passing::Mutable, F64, None),
            11 => (self.any_passing(), array(F64, n), Some(n)),
            12 => (Passing::ByValue, vec(F64), None),
            13 => (self.any_passing(), array(array(F64, 2), n), Some(n)),
            14 => (Passing::Shared, vec(vec(F64)), None),
            _ => return self.tuple_param(i, name, differentiable),
        };
        let scalar = matches!(ty, Type::Float(_) | Type::Int(_)) && passing != Passing::Mutable;
        // What `&mut` parameters hold at the end is an output.
        differentiable |= passing == Passing::Mutable;
        let shape = if scalar {
            let value = self.function.new_value(ty.clone(), Some(name.clone()), Span::call_site());
            if ty == USIZE {
                differentiable = false;
                self.offer_int(value, 5);
            } else {
                self.offer(value, 2.0);
            }
            Shape::Var(Var::Value(value))
        } else {
            let mutable = match passing {
                Passing::ByValue => !self.random.one_in(3),
                Passing::Shared => false,
                Passing::Mutable | Passing::Reborrowed => true,
            };
            let memory = self.function.new_memory(MemoryInfo {
                ty: ty.clone(),
                name: Some(name.clone()),
                mutable,
                origin: Origin::Param(i),
                span: Span::call_site(),
            });
            self.mems.push(Mem::new(memory, ty, mutable, known));
            Shape::Var(Var::Memory(memory))
        };
        self.function.params.push(Param {
            name,
            role: Role::Primal,
            passing,
            shape,
            differentiable,
            span: Span::call_site(),
        });
    }

    fn any_passing(&mut self) -> Passing {
        self.random.pick(&[Passing::ByValue, Passing::Shared, Passing::Mutable])
    }

    fn tuple_param(&mut self, _: usize, name: String, differentiable: bool) {
        let mut of = Vec::new();
        for field in 0..2 {
            let name = format!("{name}_{field}");
            let value = self.function.new_value(F64, Some(name), Span::call_site());
            self.offer(value, 2.0);
            of.push(Shape::Var(Var::Value(value)));
        }
        self.function.params.push(Param {
            name,
            role: Role::Primal,
            passing: Passing::ByValue,
            shape: Shape::Tuple(of),
            differentiable,
            span: Span::call_site(),
        });
    }

    /// A weighted sum of floats and elements of memory, so that little of the program is dead.
    fn everything(&mut self) -> ValueId {
        let mut sum = self.any_float();
        for i in 0..self.mems.len() {
            if self.mems[i].readable() {
                let place = self.scalar_place(i);
                let out = self.value(F64);
                self.push(OpKind::Load { out, place });
                sum = self.add(sum, out);
            }
        }
        for value in self.floats.clone().into_iter().rev().take(4) {
            let value = self.bounded(value, 3.0);
            sum = self.add(sum, value);
        }
        self.offer(sum, 20.0)
    }

    /// `sum + c * term`
    pub fn add(&mut self, sum: ValueId, term: ValueId) -> ValueId {
        let weight = self.random.within(-1.0, 1.0);
        let weight = self.hidden(weight);
        match self.random.below(3) {
            0 => self.rule(Rule::MulAdd, &[term, weight, sum]),
            _ => {
                let term = self.rule(Rule::Mul, &[term, weight]);
                self.rule(Rule::Add, &[sum, term])
            }
        }
    }

    fn outputs(&mut self) {
        // All views end, so that what they view can be returned.
        for i in (0..self.mems.len()).rev() {
            self.end_view(i);
        }
        let writes_params = self.function.params.iter().any(|p| p.passing == Passing::Mutable);
        let all = self.everything();
        let shape = match self.random.below(8) {
            0 if writes_params => Shape::Unit,
            0..=4 => Shape::Var(Var::Value(all)),
            5 => Shape::Tuple(vec![
                Shape::Var(Var::Value(all)),
                Shape::Var(Var::Value(self.any_float())),
            ]),
            n => {
                let owned: Vec<MemoryId> = self.mems.iter().filter_map(|m| m.owned(self)).collect();
                match (owned.as_slice(), n) {
                    ([], _) => Shape::Var(Var::Value(self.any_float())),
                    (owned, 6) => Shape::Var(Var::Memory(self.random.pick(owned))),
                    (owned, _) => Shape::Tuple(vec![
                        Shape::Var(Var::Value(self.any_float())),
                        Shape::Var(Var::Memory(self.random.pick(owned))),
                    ]),
                }
            }
        };
        self.function.outputs.push(Output { role: Role::Primal, shape });
    }
}
