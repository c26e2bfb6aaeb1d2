//! Memory in random functions. What is borrowed is left alone until the view ends, as Rust demands.

use super::generate::{F64, Generator, Known, USIZE, array, vec};
use crate::ir::{
    Function, Init, MemoryId, OpKind, Origin, Passing, Place, Step, Type, ValueId, Var,
};
use crate::rules::Rule;

/// Memory that a random function sees.
#[derive(Clone, Debug)]
pub struct Mem {
    pub id: MemoryId,
    pub ty: Type,
    pub mutable: bool,
    /// The outer length, where it is a constant.
    pub known: Known,
    /// Views of it that are in use: mutable ones hide it, shared ones freeze it.
    pub hidden: usize,
    pub frozen: usize,
    /// What it is a view of (a position in the generator's list), and whether mutably.
    pub view_of: Option<(usize, bool)>,
    pub gone: bool,
    /// A vector that may become longer and shorter, but never shorter than `known`.
    pub elastic: bool,
}

impl Mem {
    pub fn new(id: MemoryId, ty: Type, mutable: bool, known: Known) -> Mem {
        Mem {
            id,
            ty,
            mutable,
            known,
            hidden: 0,
            frozen: 0,
            view_of: None,
            gone: false,
            elastic: false,
        }
    }

    pub fn readable(&self) -> bool {
        !self.gone && self.hidden == 0
    }

    pub fn writable(&self) -> bool {
        self.readable() && self.mutable && self.frozen == 0
    }

    /// Its id, if the function can return it.
    pub fn owned(&self, g: &Generator) -> Option<MemoryId> {
        let function: &Function = &g.function;
        let owned = match &function.memory(self.id).origin {
            Origin::Local => true,
            Origin::Param(i) => function.params[*i].passing == Passing::ByValue,
            Origin::View(_) | Origin::Record(_) => false,
        };
        (owned && self.readable() && self.frozen == 0).then_some(self.id)
    }
}

impl Generator<'_> {
    /// A position in the list of memories.
    pub fn any_mem(&mut self, suits: impl Fn(&Mem) -> bool) -> Option<usize> {
        let all: Vec<usize> = (0..self.mems.len()).filter(|i| suits(&self.mems[*i])).collect();
        match all.len() {
            0 => None,
            n if self.random.one_in(2) => Some(all[n - 1 - self.random.below(n.min(3))]),
            _ => Some(self.random.pick(&all)),
        }
    }

    pub fn len(&mut self, place: Place, known: Known) -> ValueId {
        let elastic =
            place.path.is_empty() && self.mems.iter().any(|m| m.id == place.memory && m.elastic);
        match known {
            Some(n) if elastic => self.int(n),
            Some(n) if self.random.one_in(2) => self.int(n),
            _ => {
                let out = self.value(USIZE);
                self.push(OpKind::Len { out, place });
                out
            }
        }
    }

    /// A place of a scalar in memory.
    pub fn scalar_place(&mut self, mem: usize) -> Place {
        let mem = self.mems[mem].clone();
        let mut place: Place = mem.id.into();
        let mut ty = mem.ty;
        let mut known = mem.known;
        while let Some(of) = ty.element().cloned() {
            let len = self.len(place.clone(), known);
            let index = match place.path.is_empty() {
                true => self.index_of(mem.id, len, known),
                false => self.index_below(len, known),
            };
            place.path.push(Step::Index(index));
            known = match &of {
                Type::Array(_, length) => length.known.map(|n| n as usize),
                _ => None,
            };
            ty = of;
        }
        place
    }

    /// A place whose elements are scalars: the memory itself or a row.
    pub fn row_place(&mut self, mem: usize) -> Option<(Place, Known)> {
        let mem = self.mems[mem].clone();
        let mut place: Place = mem.id.into();
        let mut ty = mem.ty;
        let mut known = mem.known;
        while let Some(of) = ty.element().cloned() {
            if of == F64 {
                return Some((place, known));
            }
            let len = self.len(place.clone(), known);
            let index = self.index_below(len, known);
            place.path.push(Step::Index(index));
            known = match &of {
                Type::Array(_, length) => length.known.map(|n| n as usize),
                _ => None,
            };
            ty = of;
        }
        None
    }

    pub fn alloc(&mut self) {
        let n = 1 + self.random.below(4);
        let m = 1 + self.random.below(3);
        let (ty, known, init) = match self.random.below(9) {
            0 => (array(F64, n), Some(n), self.repeat(Vec::new())),
            1 => {
                let items = (0..n).map(|_| Init::Value(self.element())).collect();
                (array(F64, n), Some(n), Init::List(items))
            }
            2 => {
                let len = self.int(n);
                (vec(F64), Some(n), self.repeat(vec![len]))
            }
            3 => {
                let extra = self.any_int();
                let one = self.int(1);
                let limit = self.int(4);
                let small = self.rule(Rule::Rem, &[extra, limit]);
                let len = self.rule(Rule::Add, &[small, one]);
                (vec(F64), None, self.repeat(vec![len]))
            }
            4 => (array(array(F64, m), n), Some(n), self.repeat(Vec::new())),
            5 => {
                let lens = vec![self.int(n), self.int(m)];
                (vec(vec(F64)), Some(n), self.repeat(lens))
            }
            6 => {
                let items = (0..n).map(|_| Init::Value(self.element())).collect();
                (vec(F64), Some(n), Init::List(items))
            }
            7 => {
                let Some(i) = self.any_mem(|m| m.readable() && m.ty.element().is_some()) else {
                    return;
                };
                let mem = self.mems[i].clone();
                let ty = match &mem.ty {
                    Type::Slice(of) => vec((**of).clone()),
                    ty => ty.clone(),
                };
                (ty, mem.known, Init::Copy(mem.id.into()))
            }
            _ => {
                let Some(i) = self.any_mem(|m| m.readable() && m.ty.element() == Some(&F64)) else {
                    return;
                };
                let mem = self.mems[i].clone();
                let (row, lens) = match &mem.ty {
                    Type::Slice(_) => return,
                    ty => (ty.clone(), vec![self.int(n)]),
                };
                if self.random.one_in(2) {
                    (
                        array(row, n),
                        Some(n),
                        Init::RepeatPlace { place: mem.id.into(), lens: Vec::new() },
                    )
                } else {
                    (vec(row), Some(n), Init::RepeatPlace { place: mem.id.into(), lens })
                }
            }
        };
        let mutable = !self.random.one_in(5);
        let memory = self.local(ty.clone(), mutable, Origin::Local);
        let made = !matches!(init, Init::Copy(_));
        self.push(OpKind::Alloc { memory, init });
        let mut mem = Mem::new(memory, ty, mutable, known);
        mem.elastic = made && known.is_some() && matches!(mem.ty, Type::Vec(_));
        self.mems.push(mem);
    }

    fn repeat(&mut self, lens: Vec<ValueId>) -> Init {
        Init::Repeat { value: self.element(), lens }
    }

    /// A view of a part of a memory; sometimes a split into two.
    pub fn view(&mut self) {
        let mutable = self.random.one_in(2);
        let suits =
            |m: &Mem| m.ty.element().is_some() && if mutable { m.writable() } else { m.readable() };
        let Some(i) = self.any_mem(suits) else { return };
        let mem = self.mems[i].clone();
        let whole = Place::from(mem.id);
        let len = self.len(whole.clone(), mem.known);
        let element = mem.ty.element().cloned().unwrap_or(F64);
        let slice = Type::Slice(Box::new(element.clone()));
        let start = self.index_below(len, mem.known);
        let origin = |place: &Place| Origin::View(place.clone());
        match self.random.below(5) {
            // A row, or an array behind a reference.
            0 if element.element().is_some() => {
                let of = Place { memory: mem.id, path: vec![Step::Index(start)] };
                let known = match &element {
                    Type::Array(_, length) => length.known.map(|n| n as usize),
                    _ => None,
                };
                let memory = self.local(element.clone(), mutable, origin(&of));
                self.push(OpKind::View { memory, of });
                self.borrow(memory, element, mutable, known, i);
            }
            1 => {
                // Only what is sure to have elements is used.
                let both = mem.known.is_some_and(|n| n > 1);
                let left_only = self.random.one_in(2);
                let at = if both || left_only {
                    let one = self.int(1);
                    let int = match mem.known {
                        Some(n) if both => {
                            let (int, most) = (self.any_int(), self.int(n - 1));
                            self.rule(Rule::Rem, &[int, most])
                        }
                        _ => start,
                    };
                    self.rule(Rule::Add, &[int, one])
                } else {
                    start
                };
                let left = self.local(slice.clone(), mutable, origin(&whole));
                let right = self.local(slice.clone(), mutable, origin(&whole));
                self.push(OpKind::Split { memories: [left, right], of: whole, at });
                if both || left_only {
                    self.borrow(left, slice.clone(), mutable, None, i);
                }
                if both || !left_only {
                    self.borrow(right, slice, mutable, None, i);
                }
            }
            n => {
                let start = (n != 2).then_some(start);
                let inclusive = self.random.one_in(3);
                let end = match self.random.below(2) {
                    0 if !inclusive => None,
                    _ => {
                        let from = match start {
                            Some(start) => start,
                            None => self.int(0),
                        };
                        let rest = self.rule(Rule::Sub, &[len, from]);
                        let extra = self.index_below(rest, None);
                        let last = self.rule(Rule::Add, &[from, extra]);
                        let one = self.int(1);
                        Some(match inclusive {
                            true => last,
                            false => self.rule(Rule::Add, &[last, one]),
                        })
                    }
                };
                let step = Step::Range { start, end, inclusive: inclusive && end.is_some() };
                let of = Place { memory: mem.id, path: vec![step] };
                let memory = self.local(slice.clone(), mutable, origin(&of));
                self.push(OpKind::View { memory, of });
                self.borrow(memory, slice, mutable, None, i);
            }
        }
    }

    fn borrow(&mut self, memory: MemoryId, ty: Type, mutable: bool, known: Known, of: usize) {
        let mut view = Mem::new(memory, ty, mutable, known);
        view.view_of = Some((of, mutable));
        if mutable {
            self.mems[of].hidden += 1;
        } else {
            self.mems[of].frozen += 1;
        }
        self.mems.push(view);
    }

    /// Ends a view, so that what it views can be used again.
    pub fn end_view(&mut self, view: usize) {
        let Some((of, mutable)) = self.mems[view].view_of.take() else { return };
        // Views of the view end with it.
        for i in view + 1..self.mems.len() {
            if self.mems[i].view_of.is_some_and(|(of, _)| of == view) {
                self.end_view(i);
            }
        }
        self.mems[view].gone = true;
        if mutable {
            self.mems[of].hidden -= 1;
        } else {
            self.mems[of].frozen -= 1;
        }
    }

    pub fn end_any_view(&mut self, from: usize) {
        let views: Vec<usize> =
            (from..self.mems.len()).filter(|i| self.mems[*i].view_of.is_some()).collect();
        if !views.is_empty() {
            let view = self.random.pick(&views);
            self.end_view(view);
        }
    }

    pub fn load(&mut self) {
        if let Some(i) = self.any_mem(|m| m.readable()) {
            let place = self.scalar_place(i);
            let out = self.value(F64);
            self.push(OpKind::Load { out, place });
            self.offer(out, 3.0);
        }
    }

    pub fn store(&mut self) {
        let Some(i) = self.any_mem(|m| m.writable()) else { return };
        match self.random.below(10) {
            0..=4 => {
                let value = self.element();
                let place = self.scalar_place(i);
                self.push(OpKind::Store { place, value });
            }
            5 | 6 => {
                let value = self.element();
                let small = self.hidden(0.1);
                let value = self.rule(Rule::Mul, &[value, small]);
                let place = self.scalar_place(i);
                self.push(OpKind::Accumulate { place, value });
            }
            7 => {
                let value = self.element();
                let place = Place::from(self.mems[i].id);
                self.push(OpKind::Fill { place, value });
            }
            8 => {
                if let Some((place, known)) = self.row_place(i) {
                    let len = self.len(place.clone(), known);
                    let at = [self.index_below(len, known), self.index_below(len, known)];
                    self.push(OpKind::Swap { place, at });
                }
            }
            _ => self.copy(i),
        }
    }

    /// Copies as many elements as both have, from another memory.
    fn copy(&mut self, to: usize) {
        let target = self.mems[to].clone();
        let row = |m: &Mem| m.ty.element() == Some(&F64);
        if !row(&target) {
            return;
        }
        let related = |g: &Self, a: MemoryId, b: MemoryId| g.function.root(a) == g.function.root(b);
        let others: Vec<usize> = (0..self.mems.len())
            .filter(|i| {
                let m = &self.mems[*i];
                m.readable() && row(m) && !related(self, m.id, target.id)
            })
            .collect();
        if others.is_empty() {
            return;
        }
        let other = self.random.pick(&others);
        let source = self.mems[other].clone();
        if self.random.one_in(3)
            && !target.elastic
            && matches!(target.ty, Type::Vec(_))
            && target.view_of.is_none()
            && self.function.memory(target.id).origin == Origin::Local
        {
            // `target = source.to_vec()`
            let from = self.local(vec(F64), false, Origin::Local);
            self.push(OpKind::Alloc { memory: from, init: Init::Copy(source.id.into()) });
            self.push(OpKind::Assign { to: target.id, from });
            self.mems[to].known = None;
            // Who sees the vector in an outer scope must not rely on its old length.
            return;
        }
        let (a, b) = (self.len(target.id.into(), None), self.len(source.id.into(), None));
        let least = self.rule(Rule::Min, &[a, b]);
        let part = |memory: MemoryId| Place {
            memory,
            path: vec![Step::Range { start: None, end: Some(least), inclusive: false }],
        };
        self.push(OpKind::Copy { to: part(target.id), from: part(source.id) });
    }

    /// Memory that a branch yields: the same type on both sides.
    pub fn branch_memory(&mut self, ty: &Type, lens: &[ValueId]) -> Var {
        let memory = self.local(ty.clone(), true, Origin::Local);
        let init = Init::Repeat { value: self.element(), lens: lens.to_vec() };
        self.push(OpKind::Alloc { memory, init });
        self.mems.push(Mem::new(memory, ty.clone(), true, None));
        Var::Memory(memory)
    }
}
