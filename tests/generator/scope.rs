//! What can be named at a point of the program, and what is known of it.

use super::Generator;

/// Lengths with the same id are equal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Length {
    pub id: usize,
    pub min: usize,
    pub exact: Option<usize>,
}

impl Length {
    /// Ids below 100 are the lengths themselves.
    pub fn exactly(n: usize) -> Self {
        Self { id: n, min: n, exact: Some(n) }
    }
}

/// How floats in a row are held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Holder {
    Array,
    Vector,
    ArrayReference,
    VectorReference,
    /// `&[f64]` and `&mut [f64]`.
    Slice,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Float,
    /// `&f64` and `&mut f64`.
    FloatReference,
    /// A `usize` that is less than `below` and than these lengths.
    Integer {
        below: usize,
        under: Vec<usize>,
    },
    Bool,
    Floats {
        length: Length,
        holder: Holder,
    },
    /// `[[f64; columns]; rows]`, owned or by reference.
    Matrix {
        rows: usize,
        columns: usize,
        reference: bool,
    },
    Pair,
    /// `&[usize]`, of numbers below 10.
    Indices {
        length: Length,
    },
}

#[derive(Clone, Debug)]
pub struct Variable {
    pub name: String,
    pub id: usize,
    pub kind: Kind,
    /// It, or what it refers to, may be written.
    pub mutable: bool,
    /// Its type is known to the compiler before it is inferred from later uses.
    pub typed: bool,
    /// The text to come still names it: it must not be shadowed.
    pub needed: bool,
}

impl Variable {
    /// Indexing it calls a method.
    pub fn is_vector(&self) -> bool {
        matches!(self.kind, Kind::Floats { holder: Holder::Vector, .. })
    }
}

const FLOATS: &[&str] = &[
    "a", "b", "p", "q", "s", "t", "u", "w", "y", "z", "acc", "sum", "total", "rate", "seed",
    "tangent", "value", "d_x", "kept", "result", "adjoint",
];
const INTEGERS: &[&str] = &["k", "n", "m", "count", "position", "at", "step", "tape"];
const MEMORY: &[&str] = &["row", "state", "out", "work", "buffer", "v", "next", "saved", "stack"];
const BOOLS: &[&str] = &["flag", "odd", "found", "exited"];
const VIEWS: &[&str] = &["part", "left", "right", "head", "rest", "window"];

impl Generator {
    /// A name for something new: fresh, or that of something else that is lost by it.
    pub fn name(&mut self, kind: &Kind) -> String {
        let pool = match kind {
            Kind::Float | Kind::FloatReference | Kind::Pair => FLOATS,
            Kind::Integer { .. } => INTEGERS,
            Kind::Floats { holder: Holder::Slice, .. } => VIEWS,
            Kind::Floats { .. } | Kind::Matrix { .. } | Kind::Indices { .. } => MEMORY,
            Kind::Bool => BOOLS,
        };
        let name = self.pick(pool);
        let taken = self.scope.iter().find(|variable| variable.name == name);
        let keep = taken.map(|variable| variable.needed);
        match keep {
            None => name.to_owned(),
            Some(false) if self.chance(30) => name.to_owned(),
            Some(_) => format!("{name}{}", self.id()),
        }
    }

    /// Declares; what had the name is shadowed.
    pub fn declare(&mut self, name: &str, kind: Kind, mutable: bool) -> &mut Variable {
        self.scope.retain(|variable| variable.name != name);
        let id = self.id();
        self.scope.push(Variable {
            name: name.to_owned(),
            id,
            kind,
            mutable,
            typed: true,
            needed: false,
        });
        let last = self.scope.len() - 1;
        &mut self.scope[last]
    }

    pub fn hide(&mut self, id: usize) {
        self.scope.retain(|variable| variable.id != id);
    }

    pub fn freeze(&mut self, id: usize) {
        for variable in &mut self.scope {
            if variable.id == id {
                variable.mutable = false;
            }
        }
    }

    /// One of the variables of which this holds; later ones more often.
    pub fn find(&mut self, holds: impl Fn(&Variable) -> bool) -> Option<Variable> {
        let all: Vec<&Variable> = self.scope.iter().filter(|variable| holds(variable)).collect();
        if all.is_empty() {
            return None;
        }
        let n = all.len();
        let at = self.random.below(n).max(self.random.below(n));
        Some(all[at].clone())
    }

    pub fn floats(
        &mut self,
        holds: impl Fn(&Variable, Length) -> bool,
    ) -> Option<(Variable, Length)> {
        let found = self.find(
            |variable| matches!(variable.kind, Kind::Floats { length, .. } if holds(variable, length)),
        )?;
        let Kind::Floats { length, .. } = found.kind else { return None };
        Some((found, length))
    }

    /// Runs with a variable out of reach, as it is borrowed.
    pub fn without<T>(&mut self, id: usize, run: impl FnOnce(&mut Self) -> T) -> T {
        let scope = self.scope.clone();
        self.hide(id);
        let result = run(self);
        self.scope = scope;
        result
    }
}
