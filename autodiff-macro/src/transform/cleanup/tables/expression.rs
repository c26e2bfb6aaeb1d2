//! What a table holds, as an expression of what is there in front of the loops.

use proc_macro2::Ident;

use super::Search;
use crate::ir::{Constant, Int, MemoryId, Op, OpKind, Origin, Place, Step, Type, ValueId};
use crate::maps::HashSet;
use crate::rules::Rule;

/// What can be computed in front of the outer loop.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    Value(ValueId),
    /// One of [`Search::constants`].
    Constant(usize),
    /// The index of a loop; in a table, its place among the ranges.
    Counter(u32),
    Rule(Rule, Type, Vec<Expr>),
    Cast(Type, Box<Expr>),
    Len(MemoryId),
    Load(MemoryId, Vec<Part>, Type),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    Index(Expr),
    Field(u32),
    Member(Ident),
}

impl Expr {
    pub fn visit<'e>(&'e self, f: &mut impl FnMut(&'e Expr)) {
        f(self);
        match self {
            Expr::Rule(_, _, args) => args.iter().for_each(|arg| arg.visit(f)),
            Expr::Cast(_, arg) => arg.visit(f),
            Expr::Load(_, path, _) => path.iter().for_each(|part| {
                if let Part::Index(index) = part {
                    index.visit(f);
                }
            }),
            Expr::Value(_) | Expr::Constant(_) | Expr::Counter(_) | Expr::Len(_) => {}
        }
    }

    pub fn counters(&self) -> HashSet<u32> {
        let mut found = HashSet::default();
        self.visit(&mut |of| {
            if let Expr::Counter(counter) = of {
                found.insert(*counter);
            }
        });
        found
    }

    pub fn number(&mut self, places: &[ValueId]) {
        match self {
            Expr::Counter(counter) => {
                let place = places.iter().position(|index| index.0 == *counter);
                *counter = place.expect("each counter is that of a loop of the table") as u32;
            }
            Expr::Rule(_, _, args) => args.iter_mut().for_each(|arg| arg.number(places)),
            Expr::Cast(_, arg) => arg.number(places),
            Expr::Load(_, path, _) => path.iter_mut().for_each(|part| {
                if let Part::Index(index) = part {
                    index.number(places);
                }
            }),
            Expr::Value(_) | Expr::Constant(_) | Expr::Len(_) => {}
        }
    }
}

/// Makes an expression of what can be computed in front of a loop.
pub struct Build<'s, 'a> {
    pub search: &'s mut Search<'a>,
    pub written: &'s HashSet<MemoryId>,
}

impl<'a> Build<'_, 'a> {
    pub fn value(&mut self, value: ValueId) -> Option<Expr> {
        let function = self.search.function;
        let Some((depth, op)) = self.search.values.get(&value).copied() else {
            return Some(Expr::Value(value));
        };
        if let Some(op) = op
            && let OpKind::Const { value: constant, .. } = &op.kind
        {
            return self.constant(op, constant, &function.value(value).ty);
        }
        if depth == 0 {
            return Some(Expr::Value(value));
        }
        match &op?.kind {
            // That of the loop around is found among the counters, and refused there.
            OpKind::For(f) if f.index == value => Some(Expr::Counter(value.0)),
            OpKind::Rule { rule, args, .. } => {
                let ty = function.value(value).ty.clone();
                let args: Option<Vec<Expr>> = args.iter().map(|arg| self.value(*arg)).collect();
                Some(simplified(*rule, ty, args?))
            }
            OpKind::Cast { arg, ty, .. } if *ty != Type::Unknown => {
                Some(Expr::Cast(ty.clone(), Box::new(self.value(*arg)?)))
            }
            OpKind::Load { place, .. } => {
                let (memory, path) = self.place(place)?;
                let whole = self.search.storage.of(memory);
                if self.written.contains(&whole) {
                    return None;
                }
                Some(Expr::Load(memory, path, function.value(value).ty.clone()))
            }
            OpKind::Len { place, .. } if place.path.is_empty() => self.len(place.memory),
            _ => None,
        }
    }

    fn constant(&mut self, op: &'a Op, constant: &Constant, ty: &Type) -> Option<Expr> {
        let text = match constant {
            Constant::Float(value, digits) => format!("{:x} {digits:?} {ty:?}", value.to_bits()),
            Constant::Int(value) => format!("{value} {ty:?}"),
            _ => return None,
        };
        let constants = &mut self.search.constants;
        let found = constants.iter().position(|(there, _)| *there == text);
        Some(Expr::Constant(found.unwrap_or_else(|| {
            constants.push((text, op.clone()));
            constants.len() - 1
        })))
    }

    fn is_there(&self, memory: MemoryId) -> bool {
        self.search.memories.get(&memory).is_none_or(|depth| *depth == 0)
    }

    /// The length of a memory that keeps it: of a range, its end less its start.
    fn len(&mut self, memory: MemoryId) -> Option<Expr> {
        let function = self.search.function;
        let usize = Type::Int(Int::Usize);
        if self.is_there(memory) {
            let whole = self.search.storage.of(memory);
            return (!self.written.contains(&whole)).then_some(Expr::Len(memory));
        }
        let Origin::View(place) = &function.memory(memory).origin else { return None };
        match &place.path[..] {
            [] => self.len(place.memory),
            [Step::Range { start, end: Some(end), inclusive: false }] => {
                let end = self.value(*end)?;
                match start {
                    Some(start) => {
                        Some(simplified(Rule::Sub, usize, vec![end, self.value(*start)?]))
                    }
                    None => Some(end),
                }
            }
            _ => None,
        }
    }

    /// The place by memory that is there before the loop.
    fn place(&mut self, place: &Place) -> Option<(MemoryId, Vec<Part>)> {
        let function = self.search.function;
        let mut steps: Vec<&Step> = place.path.iter().collect();
        let mut memory = place.memory;
        while !self.is_there(memory) {
            let Origin::View(of) = &function.memory(memory).origin else { return None };
            steps.splice(0..0, &of.path);
            memory = of.memory;
        }
        let usize = Type::Int(Int::Usize);
        let add = |offset: Option<Expr>, more: Expr| match offset {
            Some(offset) => simplified(Rule::Add, usize.clone(), vec![offset, more]),
            None => more,
        };
        let mut offset = None;
        let mut path = Vec::new();
        for step in steps {
            match step {
                Step::Range { start: None, .. } => {}
                Step::Range { start: Some(start), .. } => {
                    let start = self.value(*start)?;
                    if !self.is_zero(&start) {
                        offset = Some(add(offset, start));
                    }
                }
                Step::Index(index) => {
                    let index = self.value(*index)?;
                    path.push(Part::Index(add(offset.take(), index)));
                }
                Step::Field(field) => path.push(Part::Field(*field)),
                Step::Member(member) => path.push(Part::Member(member.clone())),
                Step::Deref | Step::Payload { .. } => return None,
            }
        }
        offset.is_none().then_some((memory, path))
    }

    fn is_zero(&self, of: &Expr) -> bool {
        matches!(of, Expr::Constant(i)
            if matches!(self.search.constants[*i].1.kind, OpKind::Const { value: Constant::Int(0), .. }))
    }
}

/// `(a + b) - a` is `b`, and of two that are the same either is the smaller.
fn simplified(rule: Rule, ty: Type, args: Vec<Expr>) -> Expr {
    if ty.is_int() {
        match (rule, &args[..]) {
            (Rule::Sub, [Expr::Rule(Rule::Add, _, sum), start]) if sum[0] == *start => {
                return sum[1].clone();
            }
            (Rule::Sub, [Expr::Rule(Rule::Add, _, sum), start]) if sum[1] == *start => {
                return sum[0].clone();
            }
            (Rule::Min | Rule::Max, [a, b]) if a == b => return a.clone(),
            _ => {}
        }
    }
    Expr::Rule(rule, ty, args)
}
