//! The intermediate representation: typed, structured SSA with explicit memory.
//!
//! # Meaning
//!
//! A [`Function`] is a list of parameters, one [`Region`] of operations, and a list of outputs.
//! Everything that a transform emits is again a [`Function`], so transforms compose.
//!
//! **Values** ([`ValueId`]) are scalars (floats, integers, `bool`, and a few opaque things that are
//! passed on, such as the residuals of a callee). Each is defined exactly once: as a parameter, as a
//! parameter of a region, or as a result of one operation; it is visible in what follows in its
//! region and in the regions nested there.
//!
//! **Memory** ([`MemoryId`]) is everything that has parts or is reached through a reference: arrays,
//! slices, vectors, and a scalar behind `&mut`. A memory is a parameter, or allocated by
//! [`OpKind::Alloc`], or returned by a call, or a *view*: another name for a part of a memory
//! ([`OpKind::View`], [`OpKind::Split`]). Memory changes under operations that write it; its id does
//! not. Two memories overlap only if the same root is reached through both (`Function::root`).
//! A [`Place`] is a memory and a path of steps into it; a place whose type is a scalar can be loaded
//! and stored. Steps check their bounds as Rust does, in the order written. Structs are memory too; the macro sees
//! only which of their fields the function names ([`Type::Named`], [`Step::Member`]). The adjoint of a struct is its
//! tangent type, whose fields have the same names.
//!
//! **Regions** hold operations in execution order and end by *yielding* variables ([`Var`]: a value
//! or an owned memory, which moves). There are no jumps: `break`, `continue` and `return` have become
//! structure. `If` runs one of two regions and its results are what that region yields. `For` runs its
//! body once for each index of its range; the carried values enter as the body's parameters and its
//! yields are the next ones; a loop that runs zero times results in its initial values. If `exit` is
//! set, the loop ends after an iteration in which that value (a `bool` defined in the body) is true;
//! the yields of that iteration are the results. `While` evaluates its condition region on the carried
//! values before each iteration; otherwise it is as `For`.
//!
//! **Tapes** ([`TapeId`]) are stacks of records that carry variables from an iteration of a loop of
//! the forward sweep to the same iteration of the reverse sweep. `Push` appends one record. A `For` with
//! `records` takes the last records of the tape, as many as it makes iterations: its first iteration
//! sees the last record pushed, and the tape ends up shorter by them. Nested loops therefore share one tape a loop
//! statement, with stack discipline.
//!
//! **Effects.** Only stores (and the other operations for which [`visit::writes`] yields something), `Push`,
//! calls with `&mut` arguments and [`OpKind::Effect`] change anything. All other operations are
//! pure functions of their operands and of the memory they read; they may panic where Rust does.
//!
//! # Invariants (checked by [`verify`])
//! - every id is defined once, before use, in an enclosing scope;
//! - operand types fit: arguments of a rule have one float type (or one integer type), conditions are `bool`, indices are
//!   integers;
//! - `yields` agree in number and kind with the results or the carried values they stand for;
//! - a place's path fits its memory's type as far as the type is known, and what is loaded or stored is a scalar;
//! - only mutable memory is written; views do not outlive what they view.

pub mod build;
mod call;
mod foreign;
mod name;
mod op;
mod place;
pub mod print;
mod types;
pub mod vector;
pub mod visit;

#[cfg(test)]
pub mod eval;
#[cfg(test)]
pub mod verify;

use proc_macro2::{Span, TokenStream};

pub use self::call::*;
pub use self::foreign::Foreign;
pub use self::name::TypeName;
pub use self::op::*;
pub use self::place::*;
pub use self::types::*;
pub use self::vector::{Growth, Permutation};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u32);
        impl $name {
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}
id!(
    /// A scalar, defined once.
    ValueId
);
id!(
    /// An array, slice, vector, or a scalar behind a reference; or a view of a part of one.
    MemoryId
);
id!(
    /// A stack of records from the forward to the reverse sweep.
    TapeId
);

/// What a region can yield or a tape can record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Var {
    Value(ValueId),
    Memory(MemoryId),
}

impl Var {
    pub fn value(self) -> Option<ValueId> {
        match self {
            Var::Value(value) => Some(value),
            Var::Memory(_) => None,
        }
    }
}

#[derive(Clone, Debug)]
pub struct ValueInfo {
    pub ty: Type,
    /// The user's name for it, or one derived from it (`d_x`); names need not be unique.
    pub name: Option<String>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct MemoryInfo {
    pub ty: Type,
    pub name: Option<String>,
    pub mutable: bool,
    pub origin: Origin,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// Parameter `i` (index into [`Function::params`]).
    Param(usize),
    /// Allocated here, returned by a call, or the result of an `If`.
    Local,
    /// A view of this place.
    View(Place),
    /// A field of a tape's record.
    Record(TapeId),
}

#[derive(Clone, Debug)]
pub struct TapeInfo {
    pub name: String,
    pub fields: Vec<Type>,
    pub storage: Storage,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Storage {
    /// A growing buffer on the heap.
    Heap,
    /// At most this many records over the whole function, known at compile time: an array and a length.
    Inline(u64),
}

#[derive(Clone, Debug)]
pub struct Function {
    pub name: String,
    pub params: Vec<Param>,
    pub outputs: Vec<Output>,
    pub values: Vec<ValueInfo>,
    pub memories: Vec<MemoryInfo>,
    pub tapes: Vec<TapeInfo>,
    /// Its `yields` are empty: [`Function::outputs`] names what is returned.
    pub body: Region,
    /// What was taken for a number, or for a sequence, without its type being seen: the compiler is asked about it.
    pub presumed: Vec<Presumed>,
    /// Operations of `body` before this index are the forward sweep, those after it the reverse sweep.
    /// `body.ops.len()` in a function that has no reverse sweep.
    pub cut: usize,
    /// The loops that the user has marked with `#[checkpoint]`.
    pub checkpoints: Vec<Checkpoint>,
    /// This is a block of a loop with checkpoints ([`Local`]). Both its sweeps come together, and memory that is passed
    /// mutably is a copy for them alone: what is read there in the reverse sweep is there.
    pub block: Option<Block>,
    /// What [`Callee::Local`] calls.
    pub locals: std::rc::Rc<Vec<Local>>,
    /// What a transform has made as copies of the primal's values and views: the user's as much as these.
    pub copies: std::rc::Rc<crate::maps::HashSet<Var>>,
    /// Constants by their names, where it is known which integers they are.
    pub numbers: std::rc::Rc<crate::maps::HashMap<String, i128>>,
}

/// A loop whose iterations are recomputed in blocks by the reverse sweep.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// The index of a `For`, or the condition of a `While`.
    pub of: ValueId,
    /// So many iterations from one saved state to the next; within these blocks again, if there are several numbers.
    pub every: Vec<u64>,
    /// How often blocks are cut into blocks, where `every` does not say it: once is 1.
    pub levels: u32,
    /// At most so many states are saved at any time, at the binomial positions.
    pub snapshots: Option<u64>,
    pub span: Span,
}

/// What a block knows of where it was cut out.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// The loop in it, named as [`Checkpoint::of`] does.
    pub of: Option<ValueId>,
    /// The sweeps of the whole function need no heap but for tapes.
    pub heapless: bool,
}

/// A part of a function that is called as a function of its own, in its body: its variables are those of the arenas that
/// it was cut out of, and its parameters are those that it uses.
#[derive(Clone, Debug)]
pub struct Local {
    pub primal: Function,
    /// Both sweeps.
    pub reverse: Function,
    pub forward: Option<Function>,
    /// Forward over reverse.
    pub second: Option<Function>,
    pub replay: Option<Replay>,
}

/// The reverse sweep of a block runs the loop from the last saved state to the iterations whose turn it is, and saves states on
/// the way as long as there are places for them.
#[derive(Clone, Debug)]
pub struct Replay {
    /// The parameters that say which iterations they are; [`Local::reverse`] is given a few of them at a time.
    pub low: ValueId,
    pub high: ValueId,
    /// The last iterations come first in the range.
    pub reversed: bool,
    /// The parameter that says how many states may be saved.
    pub snapshots: ValueId,
    /// What an iteration begins with, and what it leaves to the next.
    pub entering: Vec<ValueId>,
    pub leaving: Vec<ValueId>,
    /// The loop as it is run again: what is printed is printed once.
    pub run: Function,
}

/// Something whose type the macro does not see, and what it was taken for.
#[derive(Clone, Debug)]
pub struct Presumed {
    pub of: PresumedOf,
    pub to_be: Presumption,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum PresumedOf {
    /// Whatever the indices: elements have one type. Its root is no view.
    Place(Place),
    /// A constant or static of the user's.
    Global(TokenStream),
    /// The result of a call.
    Value(ValueId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presumption {
    Float,
    /// An integer, `bool` or `char`.
    Count,
    /// An array, slice or vector: going over it is the same as going over its indices.
    Sequence,
    /// What a call yields that is gone over to its end: a sequence, or an iterator whose items are collected first.
    Items,
}

#[derive(Clone, Debug)]
pub struct Param {
    pub name: String,
    pub role: Role,
    pub passing: Passing,
    pub shape: Shape,
    pub differentiable: bool,
    pub span: Span,
}

/// How an argument is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passing {
    ByValue,
    Shared,
    Mutable,
    /// Arguments only: a `&mut` variable handed on as it is, to a callee that takes `&mut` or, by coercion, `&`.
    Reborrowed,
}

/// What a parameter or an output is to the derivative. The index is that of the primal parameter or output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Primal,
    /// The adjoint of the function's result (parameters only).
    Seed,
    /// The adjoint of parameter `i`: an output where the parameter is a scalar passed by value, otherwise a
    /// mutable parameter that is added to (or, for `&mut` primal parameters, in and out).
    Adjoint(usize),
    /// The tangent of parameter `i`.
    Tangent(usize),
    /// The tangent of the function's result (outputs only).
    ResultTangent,
    /// The tangent of [`Role::Adjoint`] (outputs only).
    AdjointTangent(usize),
}

/// How variables make up one Rust value.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Unit,
    Var(Var),
    Tuple(Vec<Shape>),
}

#[derive(Clone, Debug)]
pub struct Output {
    pub role: Role,
    pub shape: Shape,
}

#[derive(Clone, Debug, Default)]
pub struct Region {
    pub params: Vec<ValueId>,
    pub ops: Vec<Op>,
    pub yields: Vec<Var>,
}

impl Function {
    pub fn value(&self, id: ValueId) -> &ValueInfo {
        &self.values[id.index()]
    }

    pub fn memory(&self, id: MemoryId) -> &MemoryInfo {
        &self.memories[id.index()]
    }

    /// Whether it is a parameter for adjoints, or a part of one.
    pub fn is_adjoint(&self, id: MemoryId) -> bool {
        matches!(self.memory(self.root(id)).origin, Origin::Param(i)
            if matches!(self.params[i].role, Role::Adjoint(_)))
    }

    /// The memory that a view is (transitively) a part of; a memory that is no view is its own root.
    pub fn root(&self, mut id: MemoryId) -> MemoryId {
        while let Origin::View(place) = &self.memory(id).origin {
            id = place.memory;
        }
        id
    }
}
