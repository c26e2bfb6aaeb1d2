//! Vectors that grow and shrink, and permutations, in random functions.
//!
//! Every vector may grow. Those that are *elastic* may shrink again, but never below the length they are made with, which
//! is all that indices rely on.

use super::generate::{F64, Generator, USIZE};
use crate::{
    ir::{
        Comparison, Growth, Init, MemoryId, OpKind, Origin, Permutation, Place, Region, Step, Type,
        Var,
    },
    rules::Rule,
};

impl Generator<'_> {
    /// Something that changes the length of a vector or the order of elements.
    pub fn grow_or_permute(&mut self) {
        if self.random.one_in(4) {
            return self.permute();
        }
        let suits = |m: &super::memory::Mem| {
            m.writable() && m.view_of.is_none() && matches!(m.ty, Type::Vec(_))
        };
        let Some(i) = self.any_mem(suits) else { return };
        let mem = self.mems[i].clone();
        let owned = match &self.function.memory(mem.id).origin {
            Origin::Local => true,
            Origin::Param(i) => self.function.params[*i].passing == crate::ir::Passing::ByValue,
            _ => false,
        };
        if !owned {
            return;
        }
        match (mem.ty.element() == Some(&F64), mem.elastic) {
            (true, true) => self.elastic(mem.id, mem.known.unwrap_or(1)),
            (true, false) => self.push_float(mem.id.into()),
            (false, elastic) => {
                self.grow_rows(mem.id, mem.known.filter(|_| elastic));
            }
        }
    }

    fn grow(&mut self, place: Place, growth: Growth) {
        self.push(OpKind::Vector { place, growth });
    }

    fn push_float(&mut self, place: Place) {
        let value = self.element();
        self.grow(place, Growth::Push(Init::Value(value)));
    }

    fn elastic(&mut self, memory: MemoryId, least: usize) {
        let place = Place::from(memory);
        match self.random.below(8) {
            0..=2 => self.push_float(place),
            3 | 4 => self.pop_float(memory, least),
            5 => {
                let len = self.length_from(least);
                self.grow(place, Growth::Truncate(len));
            }
            6 => {
                let len = self.length_from(least);
                let value = self.element();
                self.grow(place, Growth::Resize { len, value });
            }
            _ => {
                let others: Vec<MemoryId> = self
                    .mems
                    .iter()
                    .filter(|m| m.readable() && m.ty.element() == Some(&F64))
                    .map(|m| m.id)
                    .filter(|other| self.function.root(*other) != memory)
                    .collect();
                if others.is_empty() {
                    return;
                }
                let other = self.random.pick(&others);
                let len = self.value(USIZE);
                self.push(OpKind::Len { out: len, place: other.into() });
                let two = self.int(2);
                let end = Some(self.rule(Rule::Min, &[len, two]));
                let step = Step::Range { start: None, end, inclusive: false };
                self.grow(place, Growth::Extend(Place { memory: other, path: vec![step] }));
            }
        }
    }

    /// A length of at least `least`.
    fn length_from(&mut self, least: usize) -> crate::ir::ValueId {
        let (int, limit) = (self.any_int(), self.int(3));
        let extra = self.rule(Rule::Rem, &[int, limit]);
        let least = self.int(least);
        self.rule(Rule::Add, &[least, extra])
    }

    fn longer_than(&mut self, memory: MemoryId, least: usize) -> crate::ir::ValueId {
        let len = self.value(USIZE);
        self.push(OpKind::Len { out: len, place: memory.into() });
        let least = self.int(least);
        let cond = self.value(Type::Bool);
        self.push(OpKind::Compare { out: cond, op: Comparison::Gt, args: [len, least] });
        cond
    }

    /// `if v.len() > least { v.pop().unwrap() } else { other }`
    fn pop_float(&mut self, memory: MemoryId, least: usize) {
        let other = self.element();
        let cond = self.longer_than(memory, least);
        let outer = std::mem::take(&mut self.ops);
        let popped = self.value(F64);
        let used = !self.random.one_in(4);
        let out = used.then_some(Var::Value(popped));
        self.grow(memory.into(), Growth::Pop { out });
        let mut result = other;
        if used {
            let sine = self.random.one_in(2);
            result = if sine { self.rule(Rule::Sin, &[popped]) } else { popped };
        }
        let ops = std::mem::replace(&mut self.ops, outer);
        let then = Region { params: Vec::new(), ops, yields: vec![Var::Value(result)] };
        let otherwise = Region { yields: vec![Var::Value(other)], ..Region::default() };
        let out = self.value(F64);
        self.push(OpKind::If { cond, then, otherwise, outs: vec![Var::Value(out)] });
        self.offer(out, 3.0);
    }

    /// A vector of rows gets one more, a row one more element, or, where `least` is given, a row may go.
    fn grow_rows(&mut self, memory: MemoryId, least: Option<usize>) {
        let ty = self.function.memory(memory).ty.clone();
        let Some(element) = ty.element().cloned() else { return };
        let len = self.value(USIZE);
        self.push(OpKind::Len { out: len, place: memory.into() });
        let int = self.any_int();
        let index = self.rule(Rule::Rem, &[int, len]);
        let row = Place { memory, path: vec![Step::Index(index)] };
        let rows = element == Type::Vec(Box::new(F64));
        match (self.random.below(4), least) {
            (0, _) if rows => self.push_float(row),
            (1, Some(least)) => {
                let cond = self.longer_than(memory, least);
                let outer = std::mem::take(&mut self.ops);
                let out = self.local(element.clone(), true, Origin::Local);
                let used = rows && !self.random.one_in(3);
                let popped = Var::Memory(out);
                self.grow(memory.into(), Growth::Pop { out: Some(popped) });
                if used {
                    let value = self.element();
                    self.grow(out.into(), Growth::Push(Init::Value(value)));
                    if self.random.one_in(2) {
                        self.grow(memory.into(), Growth::Push(Init::Copy(out.into())));
                    }
                }
                let ops = std::mem::replace(&mut self.ops, outer);
                let then = Region { ops, ..Region::default() };
                let otherwise = Region::default();
                self.push(OpKind::If { cond, then, otherwise, outs: Vec::new() });
            }
            _ => {
                let copy = self.local(element, false, Origin::Local);
                self.push(OpKind::Alloc { memory: copy, init: Init::Copy(row) });
                self.grow(memory.into(), Growth::Push(Init::Copy(copy.into())));
            }
        }
    }

    fn permute(&mut self) {
        let Some(i) = self.any_mem(|m| m.writable()) else { return };
        let Some((place, known)) = self.row_place(i) else { return };
        let by = match self.random.below(3) {
            0 => Permutation::Reverse,
            n => {
                let len = self.len(place.clone(), known);
                let by = self.index_below(len, known);
                if n == 1 { Permutation::RotateLeft(by) } else { Permutation::RotateRight(by) }
            }
        };
        self.push(OpKind::Permute { place, by });
    }
}
