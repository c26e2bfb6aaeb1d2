//! Numbers of items as polynomials: whether two of them are the same, whatever they are.
//!
//! `(n + 1) * k - n * k` is `k`. Sums, differences and products of `usize` are computed modulo a power of two where they do not
//! panic, and equal polynomials are equal there, too.

use std::collections::BTreeMap;

use crate::ir::{
    Constant, Form, Function, Init, Int, MemoryId, Op, OpKind, Origin, Passing, Place, Step, Type,
    ValueId, visit,
};
use crate::rules::Rule;
use crate::{
    analysis::storage::Storage,
    maps::{HashMap, HashSet},
};

/// What nothing more is known of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Unknown {
    Value(usize),
    Length(usize),
    Named(String),
}

/// The coefficients of products of unknowns, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extent(BTreeMap<Vec<Unknown>, i128>);

/// More than that is not compared.
const TERMS: usize = 16;
const DEPTH: usize = 12;

impl Extent {
    fn number(n: i128) -> Extent {
        Extent(std::iter::once((Vec::new(), n)).filter(|(_, n)| *n != 0).collect())
    }

    fn unknown(of: Unknown) -> Extent {
        Extent(std::iter::once((vec![of], 1)).collect())
    }

    fn add(&mut self, terms: impl IntoIterator<Item = (Vec<Unknown>, i128)>) -> Option<()> {
        for (term, n) in terms {
            let of = self.0.entry(term).or_default();
            *of = of.checked_add(n)?;
        }
        self.0.retain(|_, n| *n != 0);
        (self.0.len() <= TERMS).then_some(())
    }

    fn plus(mut self, other: Extent, sign: i128) -> Option<Extent> {
        self.add(other.0.into_iter().map(|(term, n)| (term, n * sign)))?;
        Some(self)
    }

    fn times(&self, other: &Extent) -> Option<Extent> {
        let mut product = Extent::default();
        for (a, n) in &self.0 {
            for (b, m) in &other.0 {
                let mut term = [&a[..], b].concat();
                term.sort_unstable();
                product.add([(term, n.checked_mul(*m)?)])?;
            }
        }
        Some(product)
    }
}

pub struct Extents<'a> {
    function: &'a Function,
    storage: &'a Storage,
    pub definitions: HashMap<ValueId, &'a Op>,
    allocations: HashMap<MemoryId, &'a Init>,
    /// The places of which ranges are views.
    views: HashMap<MemoryId, &'a Place>,
    /// Storages that may change their length.
    changing: HashSet<MemoryId>,
}

impl<'a> Extents<'a> {
    pub fn new(function: &'a Function, storage: &'a Storage) -> Extents<'a> {
        let mut extents = Extents {
            function,
            storage,
            definitions: HashMap::default(),
            allocations: HashMap::default(),
            views: HashMap::default(),
            changing: HashSet::default(),
        };
        visit::walk(&function.body, &mut |op| extents.note(op));
        extents
    }

    fn note(&mut self, op: &'a Op) {
        for var in visit::operands(op).defines {
            if let crate::ir::Var::Value(value) = var {
                self.definitions.insert(value, op);
            }
        }
        match &op.kind {
            OpKind::Alloc { memory, init } => drop(self.allocations.insert(*memory, init)),
            OpKind::View { memory, of } => drop(self.views.insert(*memory, of)),
            OpKind::Assign { to, .. } => drop(self.changing.insert(self.storage.of(*to))),
            OpKind::Vector { place, .. } => {
                self.changing.insert(self.storage.of(place.memory));
            }
            _ => {}
        }
    }

    /// Whether the memory has one length as long as it is there.
    pub fn keeps_its_length(&self, memory: MemoryId) -> bool {
        let root = self.function.root(memory);
        !self.changing.contains(&self.storage.of(memory))
            && !self.changing.contains(&self.storage.of(root))
            && match self.function.memory(root).origin {
                Origin::Param(i) => {
                    self.function.params[i].passing == Passing::Shared
                        || !matches!(self.function.memory(root).ty, Type::Vec(_))
                }
                _ => true,
            }
    }

    /// Whether two integers are the same number.
    pub fn same(&self, a: ValueId, b: ValueId) -> bool {
        a == b
            || self.value(a, 0).is_some_and(|of| Some(of) == self.value(b, 0))
            || self.computed_alike(a, b)
    }

    fn computed_alike(&self, a: ValueId, b: ValueId) -> bool {
        let (Some(a), Some(b)) = (self.definitions.get(&a), self.definitions.get(&b)) else {
            return false;
        };
        match (&a.kind, &b.kind) {
            (OpKind::Rule { rule: r, args: a, .. }, OpKind::Rule { rule: s, args: b, out }) => {
                r == s
                    && self.function.value(*out).ty.is_int()
                    && a.len() == b.len()
                    && a.iter().zip(b).all(|(a, b)| self.same(*a, *b))
            }
            _ => false,
        }
    }

    fn value(&self, value: ValueId, depth: usize) -> Option<Extent> {
        if depth > DEPTH {
            return None;
        }
        let unknown = || Some(Extent::unknown(Unknown::Value(value.index())));
        let Some(op) = self.definitions.get(&value) else { return unknown() };
        let of = |value: ValueId| self.value(value, depth + 1);
        let counts = self.function.value(value).ty == Type::Int(Int::Usize);
        match &op.kind {
            OpKind::Const { value: Constant::Int(n), .. } => Some(Extent::number(*n)),
            OpKind::Const { value: Constant::Tokens(name), .. } => {
                let name = name.to_string();
                Some(match self.function.numbers.get(&name) {
                    Some(n) => Extent::number(*n),
                    None => Extent::unknown(Unknown::Named(name)),
                })
            }
            OpKind::Rule { rule: Rule::Add, args, .. } if counts => {
                of(args[0])?.plus(of(args[1])?, 1)
            }
            OpKind::Rule { rule: Rule::Sub, args, .. } if counts => {
                of(args[0])?.plus(of(args[1])?, -1)
            }
            OpKind::Rule { rule: Rule::Mul, args, .. } if counts => {
                of(args[0])?.times(&of(args[1])?)
            }
            OpKind::Rule { rule: Rule::Min, args, .. } if counts => self.least(value, args, depth),
            OpKind::Opaque { form: Form::Method(name, _), args, .. }
                if counts && name == "min" && args.len() == 2 =>
            {
                self.least(value, args, depth)
            }
            OpKind::Len { place, .. } => match self.length(place, depth + 1) {
                Some(length) => Some(length),
                None => unknown(),
            },
            _ => unknown(),
        }
    }

    /// Of two that are the same, either.
    fn least(&self, value: ValueId, args: &[ValueId], depth: usize) -> Option<Extent> {
        let all = [args[0], args[1]].map(|arg| self.value(arg, depth + 1));
        match all {
            [Some(a), Some(b)] if a == b => Some(a),
            _ => Some(Extent::unknown(Unknown::Value(value.index()))),
        }
    }

    fn length(&self, place: &Place, depth: usize) -> Option<Extent> {
        if depth > DEPTH {
            return None;
        }
        if let Type::Array(_, length) = self.function.place_type(place)
            && let Some(n) = length.known
        {
            return Some(Extent::number(n.into()));
        }
        let Some((last, before)) = place.path.split_last() else {
            return self.length_of(place.memory, depth);
        };
        let Step::Range { start, end, inclusive } = last else { return None };
        let before = Place { memory: place.memory, path: before.to_vec() };
        let end = match end {
            Some(end) => self.value(*end, depth + 1)?,
            None => self.length(&before, depth + 1)?,
        };
        let start = match start {
            Some(start) => self.value(*start, depth + 1)?,
            None => Extent::default(),
        };
        let one = Extent::number(i128::from(*inclusive));
        end.plus(start, -1)?.plus(one, 1)
    }

    fn length_of(&self, memory: MemoryId, depth: usize) -> Option<Extent> {
        if !self.keeps_its_length(memory) {
            return None;
        }
        if let Some(of) = self.views.get(&memory) {
            return self.length(of, depth + 1);
        }
        match self.allocations.get(&memory) {
            Some(Init::Repeat { lens, .. }) if !lens.is_empty() => self.value(lens[0], depth + 1),
            _ => Some(Extent::unknown(Unknown::Length(memory.index()))),
        }
    }
}
