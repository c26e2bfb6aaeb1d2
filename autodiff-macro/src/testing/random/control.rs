//! Branches and loops of random functions.

use super::{
    generate::{F64, Generator, USIZE, array, vec},
    memory::Mem,
};
use crate::{
    ir::{
        Adaptor, Comparison, For, Form, MemoryId, Op, OpKind, Origin, Range, Region, Type, ValueId,
        Var, While,
    },
    rules::Rule,
};

/// A bound of what loops carry.
const CARRIED: f64 = 2.0;

/// What a loop carries.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Int,
    Float,
    Sum(f64),
}

impl Generator<'_> {
    /// What a region yields: one of the newest floats, or a sum of two.
    fn recent(&mut self) -> ValueId {
        let n = self.floats.len();
        let a = self.floats[n - 1 - self.random.below(n.min(3))];
        if self.random.one_in(2) {
            return a;
        }
        let b = self.any_float();
        let (a, b) = (self.bounded(a, 3.0), self.bounded(b, 3.0));
        let out = self.add(a, b);
        self.offer(out, 6.0)
    }

    /// Runs `f` on an empty list of operations, and returns these.
    fn nested<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> (Vec<Op>, T) {
        let outer = std::mem::take(&mut self.ops);
        self.depth += 1;
        let result = f(self);
        self.depth -= 1;
        (std::mem::replace(&mut self.ops, outer), result)
    }

    pub fn branch(&mut self) {
        let cond = self.any_bool();
        let floats = self.random.below(3);
        let int = self.random.one_in(4);
        let n = 1 + self.random.below(3);
        // Memory that both branches make; its lengths are chosen before.
        let memory = match self.random.below(6) {
            0 => Some((array(F64, n), Vec::new(), Some(n))),
            1 => Some((vec(F64), vec![self.int(n)], Some(n))),
            _ => None,
        };
        let mut regions = Vec::new();
        let mut most: usize = 0;
        for _ in 0..2 {
            let mark = self.mark();
            let (ops, yields) = self.nested(|g| {
                let yielded = memory.as_ref().map(|(ty, lens, _)| g.branch_memory(ty, lens));
                let position = g.mems.len();
                let count = g.random.below(5);
                g.statements(count);
                for i in (0..g.mems.len()).rev().take_while(|i| *i >= position.saturating_sub(1)) {
                    g.end_view(i);
                }
                let mut yields = Vec::new();
                for _ in 0..floats {
                    yields.push(Var::Value(g.recent()));
                }
                if int {
                    let value = g.any_int();
                    most = most.max(g.most[&value]);
                    yields.push(Var::Value(value));
                }
                yields.extend(yielded);
                yields
            });
            self.back(mark);
            regions.push(Region { params: Vec::new(), ops, yields });
        }
        let size = |g: &Self, i: usize| {
            regions
                .iter()
                .map(|region| match region.yields[i] {
                    Var::Value(value) => g.size[&value],
                    Var::Memory(_) => 0.0,
                })
                .fold(0.0, f64::max)
        };
        let mut outs = Vec::new();
        for i in 0..floats {
            let size = size(self, i);
            let out = self.value(F64);
            outs.push((Var::Value(out), size));
        }
        let mut all: Vec<Var> = outs.iter().map(|(var, _)| *var).collect();
        for (var, size) in outs {
            if let Var::Value(value) = var {
                self.offer(value, size);
            }
        }
        if int {
            let out = self.value(USIZE);
            all.push(Var::Value(out));
            self.offer_int(out, most);
        }
        if let Some((ty, _, known)) = memory {
            let out = self.local(ty.clone(), true, Origin::Local);
            all.push(Var::Memory(out));
            self.mems.push(Mem::new(out, ty, true, known));
        }
        let mut regions = regions.into_iter();
        if let (Some(then), Some(otherwise)) = (regions.next(), regions.next()) {
            self.push(OpKind::If { cond, then, otherwise, outs: all });
        }
    }

    /// A range of at most a few indices, and a bound of them.
    fn range(&mut self) -> (Range, usize, Option<MemoryId>) {
        let most = [6, 4, 3][self.loops.min(2)];
        if let Some(i) = self.any_mem(|m| m.readable() && m.ty.element().is_some())
            && self.random.one_in(2)
        {
            let mem = self.mems[i].clone();
            let start = self.int(0);
            let end = self.len(mem.id.into(), mem.known);
            let adaptors = self.adaptors();
            return (Range { start, end, inclusive: false, adaptors }, 8, Some(mem.id));
        }
        let start = match self.random.below(3) {
            0 => self.any_int(),
            _ => self.int(0),
        };
        let from = self.most.get(&start).copied().unwrap_or(0);
        let inclusive = self.random.one_in(4);
        let end = match self.random.below(3) {
            0 => self.any_int(),
            1 => {
                let n = self.random.below(most);
                self.int(n)
            }
            _ => {
                let (int, n) = (self.any_int(), self.int(most));
                let extra = self.rule(Rule::Rem, &[int, n]);
                self.rule(Rule::Add, &[start, extra])
            }
        };
        let adaptors = self.adaptors();
        (Range { start, end, inclusive, adaptors }, from + 8, None)
    }

    fn adaptors(&mut self) -> Vec<Adaptor> {
        let mut adaptors = Vec::new();
        for _ in 0..self.random.below(6).saturating_sub(3) {
            adaptors.push(match self.random.below(4) {
                0 | 1 => Adaptor::Rev,
                2 => {
                    let n = 1 + self.random.below(3);
                    Adaptor::StepBy(self.int(n))
                }
                _ => Adaptor::Take(self.any_int()),
            });
        }
        adaptors
    }

    /// What a loop carries: initial values, and what kind of next value each has.
    fn carried(&mut self) -> (Vec<ValueId>, Vec<Kind>) {
        let mut inits = Vec::new();
        let mut kinds = Vec::new();
        for _ in 0..self.random.below(4) {
            match self.random.below(6) {
                0 => {
                    let init = self.any_int();
                    kinds.push(Kind::Int);
                    inits.push(init);
                }
                1 | 2 => {
                    // Only added to.
                    let init = self.any_float();
                    let size = self.size[&init] + 8.0;
                    kinds.push(Kind::Sum(size));
                    inits.push(init);
                }
                _ => {
                    let init = self.any_float();
                    inits.push(self.bounded(init, CARRIED));
                    kinds.push(Kind::Float);
                }
            }
        }
        (inits, kinds)
    }

    fn enter(&mut self, kinds: &[Kind]) -> Vec<ValueId> {
        let mut params = Vec::new();
        for kind in kinds {
            params.push(match kind {
                Kind::Int => {
                    let param = self.value(USIZE);
                    self.offer_int(param, 7)
                }
                Kind::Float => {
                    let param = self.value(F64);
                    self.offer(param, CARRIED)
                }
                Kind::Sum(size) => {
                    let param = self.value(F64);
                    self.offer(param, *size)
                }
            });
        }
        params
    }

    fn next(&mut self, kinds: &[Kind], params: &[ValueId]) -> Vec<Var> {
        let mut yields = Vec::new();
        for (kind, param) in kinds.iter().zip(params) {
            yields.push(Var::Value(match kind {
                Kind::Int => self.any_int(),
                Kind::Float => {
                    let value = self.recent();
                    self.bounded(value, CARRIED)
                }
                Kind::Sum(_) => {
                    let value = self.recent();
                    let term = self.bounded(value, 1.0);
                    self.rule(Rule::Add, &[*param, term])
                }
            }));
        }
        yields
    }

    fn leave(&mut self, kinds: &[Kind]) -> Vec<ValueId> {
        self.enter(kinds)
    }

    fn exit(&mut self) -> Option<ValueId> {
        self.random.one_in(3).then(|| self.compare())
    }

    pub fn for_loop(&mut self) {
        let (range, most, over) = self.range();
        let (inits, kinds) = self.carried();
        let mark = self.mark();
        self.loops += 1;
        let index = self.value(USIZE);
        let (ops, (params, yields, exit)) = self.nested(|g| {
            let params = g.enter(&kinds);
            g.offer_int(index, most);
            g.indices.extend(over.map(|memory| (index, memory)));
            let count = 1 + g.random.below(6);
            g.statements(count);
            let exit = g.exit();
            (params.clone(), g.next(&kinds, &params), exit)
        });
        self.loops -= 1;
        self.back(mark);
        let outs = self.leave(&kinds);
        self.push(OpKind::For(Box::new(For {
            index,
            range,
            inits,
            body: Region { params, ops, yields },
            outs,
            exit,
            records: None,
        })));
    }

    /// `while counter < limit && ..`, with a counter so that it ends.
    pub fn while_loop(&mut self) {
        let (mut inits, kinds) = self.carried();
        inits.push(self.int(0));
        let most = 1 + self.random.below([5, 3, 2][self.loops.min(2)]);
        let mark = self.mark();
        self.loops += 1;
        let (cond_ops, (cond_params, cond)) = self.nested(|g| {
            let mut params = g.enter(&kinds);
            let counter = g.value(USIZE);
            params.push(counter);
            g.offer_int(counter, most);
            let limit = g.int(most);
            let below = g.value(Type::Bool);
            g.push(OpKind::Compare { out: below, op: Comparison::Lt, args: [counter, limit] });
            let cond = match g.random.below(3) {
                0 => below,
                _ => {
                    if g.random.one_in(2) {
                        g.load();
                    }
                    let other = g.compare();
                    let and = Form::Binary(syn::BinOp::BitAnd(Default::default()));
                    g.opaque(and, &[below, other], Type::Bool)
                }
            };
            (params, cond)
        });
        self.back(mark);
        let mark = self.mark();
        let (ops, (params, yields, exit)) = self.nested(|g| {
            let mut params = g.enter(&kinds);
            let counter = g.value(USIZE);
            g.offer_int(counter, most);
            let count = 1 + g.random.below(6);
            g.statements(count);
            let exit = g.exit();
            let mut yields = g.next(&kinds, &params);
            let one = g.int(1);
            let next = g.rule(Rule::Add, &[counter, one]);
            params.push(counter);
            yields.push(Var::Value(next));
            (params, yields, exit)
        });
        self.loops -= 1;
        self.back(mark);
        let mut outs = self.leave(&kinds);
        let count = self.value(USIZE);
        self.offer_int(count, most);
        outs.push(count);
        self.push(OpKind::While(Box::new(While {
            inits,
            cond: Region { params: cond_params, ops: cond_ops, yields: vec![Var::Value(cond)] },
            body: Region { params, ops, yields },
            outs,
            exit,
        })));
    }
}
