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
mod foreign;
mod name;
pub mod print;
pub mod vector;
pub mod visit;

#[cfg(test)]
pub mod eval;
#[cfg(test)]
pub mod verify;

use proc_macro2::{Span, TokenStream};

pub use self::foreign::Foreign;
pub use self::name::TypeName;
pub use self::vector::{Growth, Permutation};
use crate::rules::Rule;

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

#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    Float(Float),
    Int(Int),
    Bool,
    /// `char`, `&str`, units and whatever else is only passed on; never differentiable.
    Opaque,
    Array(Box<Type>, Length),
    Slice(Box<Type>),
    Vec(Box<Type>),
    Tuple(Vec<Type>),
    /// What the forward sweep of the callee keeps for its reverse sweep.
    Kept(Callee),
    /// The same with tangents: what its forward sweep keeps where that is differentiated in forward mode.
    KeptTangent(Callee),
    Option(Box<Type>),
    /// A type that the macro knows by its name alone: a struct, an enum, an alias of such. Its values are memory.
    Named(Box<Named>),
    /// The type could not be found by local inference (the result of a call, an alias in a
    /// signature). Treated as differentiable; the compiler resolves it through the runtime's traits.
    Unknown,
}

/// A type with parts that the macro cannot see.
#[derive(Clone, Debug)]
pub struct Named {
    /// As the user wrote it; `None` for that of a field, which nobody names.
    pub ty: Option<syn::Type>,
    /// It is not this type itself but its tangent.
    pub tangent: bool,
    /// The fields that the function uses as scalars (or as structs with such fields), as far as it tells their types.
    pub fields: Vec<(syn::Member, Type)>,
    /// It is a vector or a matrix of another crate.
    pub foreign: Option<Foreign>,
}

impl PartialEq for Named {
    fn eq(&self, other: &Named) -> bool {
        self.ty == other.ty && self.tangent == other.tangent && self.foreign == other.foreign
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Float {
    F32,
    F64,
    /// A float literal, or a value made of such, whose width nothing has settled yet.
    Literal,
    /// A type parameter, or an associated type of one: has the rules of the runtime's `generic`, and no literals.
    Generic(TypeName),
    /// A name for `f32` or `f64`; which of them the compiler knows.
    Alias(TypeName),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Int {
    I8,
    I16,
    I32,
    I64,
    I128,
    Isize,
    U8,
    U16,
    U32,
    U64,
    U128,
    Usize,
    Literal,
}

/// The length of an array type: as the user wrote it, and its number if that is known.
#[derive(Clone, Debug)]
pub struct Length {
    pub tokens: TokenStream,
    pub known: Option<u64>,
}

impl PartialEq for Length {
    fn eq(&self, other: &Length) -> bool {
        match (self.known, other.known) {
            (Some(a), Some(b)) => a == b,
            _ => self.tokens.to_string() == other.tokens.to_string(),
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

#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub memory: MemoryId,
    pub path: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    Index(ValueId),
    /// `a..b`, `a..`, `..b`, `..`, and with `=` if inclusive.
    Range {
        start: Option<ValueId>,
        end: Option<ValueId>,
        inclusive: bool,
    },
    /// A field of a tuple, or of a tuple struct.
    Field(u32),
    /// A field of a struct.
    Member(proc_macro2::Ident),
    /// A field of a variant of an enum, whose content is known to be that variant.
    Payload {
        variant: syn::Path,
        member: syn::Member,
        /// It is one of the enum's tangent, which has a method for it.
        of_tangent: bool,
    },
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

#[derive(Clone, Debug)]
pub struct Op {
    pub kind: OpKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum OpKind {
    Const {
        out: ValueId,
        value: Constant,
    },
    /// A row of the table of rules applied to floats; or the operator or method of the same name on integers.
    Rule {
        out: ValueId,
        rule: Rule,
        args: Vec<ValueId>,
    },
    Compare {
        out: ValueId,
        op: Comparison,
        args: [ValueId; 2],
    },
    Not {
        out: ValueId,
        arg: ValueId,
    },
    /// `arg as ty`. Between floats it carries derivatives; to or from integers it does not. To `Unknown`: what the reverse sweep
    /// of a callee that `arg` moves into asks for again, which only the compiler knows: a scalar, or nothing.
    Cast {
        out: ValueId,
        arg: ValueId,
        ty: Type,
    },
    /// A computation that no derivative passes through (integers, `bool`, `is_nan`, ...), with its operands.
    Opaque {
        out: ValueId,
        form: Form,
        args: Vec<ValueId>,
    },
    /// The value `if cond { a } else { b }` where both are already there.
    Select {
        out: ValueId,
        cond: ValueId,
        args: [ValueId; 2],
    },
    /// `value`, with a derivative of the user's own: by definition the sum, over the pairs of an argument and a
    /// slope, of the slope times the derivative of the argument. None passes through `value` or the slopes.
    Given {
        out: ValueId,
        value: ValueId,
        slopes: Vec<[ValueId; 2]>,
    },
    Len {
        out: ValueId,
        place: Place,
    },
    /// `matches!(place, pattern)` of an enum; the pattern binds nothing.
    Matches {
        out: ValueId,
        place: Place,
        pattern: TokenStream,
    },

    Load {
        out: ValueId,
        place: Place,
    },
    Store {
        place: Place,
        value: ValueId,
    },
    /// `place += value`.
    Accumulate {
        place: Place,
        value: ValueId,
    },

    Alloc {
        memory: MemoryId,
        init: Init,
    },
    View {
        memory: MemoryId,
        of: Place,
    },
    /// `split_at(at)` of a slice: two views.
    Split {
        memories: [MemoryId; 2],
        of: Place,
        at: ValueId,
    },
    /// Every scalar in the place becomes `value`.
    Fill {
        place: Place,
        value: ValueId,
    },
    /// `to.copy_from_slice(from)`, or the assignment of an array: the shapes are the same.
    Copy {
        to: Place,
        from: Place,
    },
    /// `to += from`, elementwise over equal shapes.
    AddAll {
        to: Place,
        from: Place,
    },
    /// `a.swap(i, j)` of two elements.
    Swap {
        place: Place,
        at: [ValueId; 2],
    },
    /// `to = from`: an owned vector is replaced, maybe by one of another length. `from` moves.
    Assign {
        to: MemoryId,
        from: MemoryId,
    },

    /// The vector at this place grows or shrinks; a vector of vectors may do so in one of its rows.
    Vector {
        place: Place,
        growth: Growth,
    },
    /// The elements at this place change their order.
    Permute {
        place: Place,
        by: Permutation,
    },

    /// How the indices of a sequence are ordered by its elements: what a sort finds out.
    Sort(Box<Sort>),

    /// A call of the function itself.
    Call {
        callee: Callee,
        args: Vec<Arg>,
        result: Shape,
    },
    /// A call of its forward sweep: besides the result, what the callee keeps.
    CallForward {
        callee: Callee,
        args: Vec<Arg>,
        result: Shape,
        kept: ValueId,
        /// In forward mode over reverse mode.
        tangents: Option<Box<ForwardTangents>>,
    },
    /// A call of its reverse sweep. `args` are the primal arguments again (mutable ones are left out by emit:
    /// the callee does not read them), `seed` the adjoint of the result, one slot an argument.
    CallReverse {
        callee: Callee,
        args: Vec<Arg>,
        kept: ValueId,
        seed: Shape,
        slots: Vec<Slot>,
        /// In forward mode over reverse mode.
        tangents: Option<Box<ReverseTangents>>,
    },
    /// A call of both of its sweeps, one after the other, where the forward sweep has called the function itself: for
    /// methods. `args` are all primal arguments, with the content that they had before the call; what is passed by
    /// value or `&mut` is a copy made for this call. A receiver is passed as shared in any case.
    CallSweep {
        callee: Callee,
        args: Vec<Arg>,
        seed: Shape,
        slots: Vec<Slot>,
        /// In forward mode over reverse mode.
        tangents: Option<Box<ReverseTangents>>,
    },
    /// A call of its forward-mode companion.
    CallTangent {
        callee: Callee,
        args: Vec<Arg>,
        directions: Vec<Direction>,
        result: Shape,
        tangent: Shape,
    },

    If {
        cond: ValueId,
        then: Region,
        otherwise: Region,
        outs: Vec<Var>,
    },
    For(Box<For>),
    While(Box<While>),

    Push {
        tape: TapeId,
        fields: Vec<Var>,
    },

    /// `Some(arg)`.
    Some {
        out: ValueId,
        arg: ValueId,
    },
    None {
        out: ValueId,
    },
    /// The content of an `Option` that is known to be there; borrows it.
    Unwrap {
        out: ValueId,
        arg: ValueId,
    },

    /// A statement that is passed through (`println!`, `assert!`): the user's tokens, and what the user's names
    /// in it stand for.
    Effect {
        tokens: TokenStream,
        bindings: Vec<(proc_macro2::Ident, Var)>,
    },
}

#[derive(Clone, Debug)]
pub struct For {
    pub index: ValueId,
    pub range: Range,
    pub inits: Vec<ValueId>,
    /// `params` are the carried values, `yields` (all values) the next ones.
    pub body: Region,
    pub outs: Vec<ValueId>,
    pub exit: Option<ValueId>,
    pub records: Option<Records>,
}

/// `order` becomes the indices `0..len`, sorted. The body, which changes nothing that is outside of it, compares the
/// elements at two of them: it yields a `core::cmp::Ordering`.
#[derive(Clone, Debug)]
pub struct Sort {
    pub order: MemoryId,
    pub len: ValueId,
    pub stable: bool,
    pub indices: [ValueId; 2],
    pub body: Region,
}

/// `start..end` (or `..=`), then the adaptors in their order.
#[derive(Clone, Debug)]
pub struct Range {
    pub start: ValueId,
    pub end: ValueId,
    pub inclusive: bool,
    pub adaptors: Vec<Adaptor>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Adaptor {
    Rev,
    StepBy(ValueId),
    Take(ValueId),
}

/// The fields of the record of each iteration; memories are owned copies or borrows, as emit finds best.
#[derive(Clone, Debug)]
pub struct Records {
    pub tape: TapeId,
    pub fields: Vec<Var>,
}

#[derive(Clone, Debug)]
pub struct While {
    pub inits: Vec<ValueId>,
    /// Its parameters are the carried values; yields one `bool`.
    pub cond: Region,
    /// Its parameters are the carried values again; yields the next ones.
    pub body: Region,
    pub outs: Vec<ValueId>,
    pub exit: Option<ValueId>,
}

#[derive(Clone, Debug)]
pub enum Constant {
    /// A float known to the macro: made by a transform, or a literal (then with the user's digits).
    Float(f64, Option<String>),
    Int(i128),
    Bool(bool),
    /// The tangent of an integer in a tuple.
    None,
    /// A constant, static, or literal of the user's that is only passed on.
    Tokens(TokenStream),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// How an opaque computation is written.
#[derive(Clone, Debug)]
pub enum Form {
    /// `arg0.method(arg1, ..)`, with its turbofish.
    Method(proc_macro2::Ident, TokenStream),
    /// `path(arg0, ..)`.
    Path(syn::Path),
    /// `arg0 op arg1`: the bit operators and shifts.
    Binary(syn::BinOp),
    /// `!arg0` on integers.
    Not,
    /// `matches!(arg0, pattern)`, of what is no number: `Ordering::Less`.
    Matches(TokenStream),
    /// `(arg0, arg1)` and `[arg0, arg1]`: the index of a matrix.
    Tuple,
    Array,
    /// `path!(arg0, name = arg1, ..)`: a macro of another crate that compares numbers. `blocks`: one of which nothing is
    /// known, to whom arguments are given as `{ arg }`, so that it cannot assign to them.
    Macro {
        path: syn::Path,
        names: Vec<Option<proc_macro2::Ident>>,
        blocks: bool,
    },
}

#[derive(Clone, Debug)]
pub enum Init {
    /// Every scalar is this value; the lengths are those of the type, or `lens` for vectors (outermost first).
    Repeat {
        value: ValueId,
        lens: Vec<ValueId>,
    },
    /// `[a, b, c]`, `vec![a, b, c]`.
    List(Vec<Init>),
    /// `Path { a: .., b: .. }` or `Path(.., ..)`: every field.
    Record {
        path: syn::Path,
        fields: Vec<(syn::Member, Init)>,
    },
    Value(ValueId),
    /// `[row; N]` or `vec![row; n]` of a place.
    RepeatPlace {
        place: Place,
        lens: Vec<ValueId>,
    },
    /// A copy: `clone`, `to_vec`, an array read as a value.
    Copy(Place),
    /// Zeros in the shape of this place: what an adjoint starts as.
    ZeroLike(Place),
    /// A constant or static array of the user's, borrowed: read, never written.
    Global(TokenStream),
    /// `Vec::with_capacity(n)`.
    Capacity(ValueId),
    /// `Vec::new()` or an array of zeros; stands in for a memory on a path that does not define it.
    Empty,
}

/// What is called, as the user wrote it.
#[derive(Clone, Debug, PartialEq)]
pub enum Callee {
    /// `f(..)`, `module::f(..)`: its sweeps are associated functions of the carrier of the same name.
    Free(syn::Path),
    /// As `Free`, of a function that returns an `Option` or a `Result`: the call yields whether a value is there, and the
    /// value.
    Maybe(syn::Path),
    /// `Type::f(..)`, `Self::f(..)`, `<T as Trait>::f(..)`: what was generated stands beside it in the same `impl`.
    Associated(syn::ExprPath),
    /// As `Associated`, of one that returns an `Option` or a `Result`.
    MaybeAssociated(syn::ExprPath),
    /// `receiver.f(..)`; the receiver is the first argument. How it is passed only the compiler knows: where it may be
    /// changed it is an argument that is [`Passing::Reborrowed`].
    Method(Method),
    /// An operator on operands that are no numbers, by a trait of the runtime's beside that of `core::ops`. What is
    /// contributed to the adjoints of its operands is returned, however they are passed; but the left operand of an
    /// assignment is as a `&mut` receiver.
    Operator(Overloaded),
    /// A block of iterations of a loop with checkpoints ([`Function::locals`]): generated code has its body in the place of
    /// the call.
    Local(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overloaded {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    Neg,
    AddAssign,
    SubAssign,
    MulAssign,
    DivAssign,
    RemAssign,
}

impl Overloaded {
    /// The name of the trait.
    pub fn name(self) -> &'static str {
        match self {
            Overloaded::Add => "Add",
            Overloaded::Sub => "Sub",
            Overloaded::Mul => "Mul",
            Overloaded::Div => "Div",
            Overloaded::Rem => "Rem",
            Overloaded::Neg => "Neg",
            Overloaded::AddAssign => "AddAssign",
            Overloaded::SubAssign => "SubAssign",
            Overloaded::MulAssign => "MulAssign",
            Overloaded::DivAssign => "DivAssign",
            Overloaded::RemAssign => "RemAssign",
        }
    }

    pub fn symbol(self) -> &'static str {
        match self {
            Overloaded::Add => "+",
            Overloaded::Sub | Overloaded::Neg => "-",
            Overloaded::Mul => "*",
            Overloaded::Div => "/",
            Overloaded::Rem => "%",
            Overloaded::AddAssign => "+=",
            Overloaded::SubAssign => "-=",
            Overloaded::MulAssign => "*=",
            Overloaded::DivAssign => "/=",
            Overloaded::RemAssign => "%=",
        }
    }

    pub fn assigns(self) -> bool {
        self.symbol().ends_with('=')
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Method {
    pub name: proc_macro2::Ident,
    /// `::<T>`.
    pub turbofish: Option<syn::AngleBracketedGenericArguments>,
    /// The receiver is needed once more, whether or not the method takes it by value.
    pub leaves_receiver: bool,
    /// It is known by its name to borrow its receiver.
    pub borrows: bool,
    /// It yields an `Option` of something of another crate: the call yields whether a value is there, and the value.
    pub maybe: bool,
    /// It yields a view of something that may be changed while the view is kept: the method by which it is copied.
    pub copied_by: Option<&'static str>,
    /// It returns an `Option` or a `Result`, as [`Callee::Maybe`] does.
    pub choice: bool,
}

impl Callee {
    /// `no_diff(x)`: the user's own word that `x` is a constant here.
    pub fn cuts_derivative(&self) -> bool {
        match self {
            Callee::Free(path) => path.segments.last().is_some_and(|last| last.ident == "no_diff"),
            _ => false,
        }
    }

    /// Whether the reverse sweep of a call is one call of both of the callee's sweeps: what a method keeps has no type
    /// that could be named in an `impl` block.
    pub fn is_fused(&self) -> bool {
        !matches!(self, Callee::Free(_) | Callee::Maybe(_))
    }

    /// Whether the first argument is a receiver, which has a slot however it is passed.
    pub fn receives(&self) -> bool {
        match self {
            Callee::Method(_) => true,
            Callee::Operator(of) => of.assigns(),
            _ => false,
        }
    }

    /// The name of the function, without its path.
    pub fn name(&self) -> Option<&proc_macro2::Ident> {
        match self {
            Callee::Free(path) | Callee::Maybe(path) => {
                path.segments.last().map(|last| &last.ident)
            }
            Callee::Associated(path) | Callee::MaybeAssociated(path) => {
                path.path.segments.last().map(|last| &last.ident)
            }
            Callee::Method(method) => Some(&method.name),
            Callee::Operator(_) | Callee::Local(_) => None,
        }
    }
}

#[derive(Clone, Debug)]
pub enum Arg {
    Value(ValueId),
    /// `&value` of a scalar.
    Reference(ValueId),
    /// `&mut` of a local scalar: its value before and after the call.
    InOut {
        input: ValueId,
        output: ValueId,
    },
    Memory {
        place: Place,
        passing: Passing,
    },
    /// A literal or path that is only passed on (a string, a function item).
    Tokens(TokenStream),
    /// A tuple of arguments.
    Tuple(Vec<Arg>),
}

/// Where a callee's reverse sweep leaves the adjoint of one argument.
#[derive(Clone, Debug)]
pub enum Slot {
    /// The argument is not active (or cannot be differentiated).
    Inactive,
    /// The contribution to the adjoint of a scalar argument.
    Value(ValueId),
    /// Added to the adjoint memory of an argument passed by value or shared; in and out for a mutable one.
    Memory(Place),
    /// The adjoint of a scalar passed by `&mut`: of its value after the call, and before it.
    InOut {
        input: ValueId,
        output: ValueId,
    },
    Tuple(Vec<Slot>),
}

/// The tangent of one argument of a callee.
#[derive(Clone, Debug)]
pub enum Direction {
    /// The argument is not active: its tangent is zero.
    Zero,
    Value(ValueId),
    Memory(Place),
    InOut {
        input: ValueId,
        output: ValueId,
    },
    Tuple(Vec<Direction>),
}

/// What a forward sweep takes and gives beside its primal variables when it is differentiated itself.
#[derive(Clone, Debug)]
pub struct ForwardTangents {
    pub directions: Vec<Direction>,
    pub result: Shape,
}

/// What a reverse sweep takes and gives beside its own variables when it is differentiated: the directions again, the
/// tangent of the seed, and where the tangents of the adjoints go.
#[derive(Clone, Debug)]
pub struct ReverseTangents {
    pub directions: Vec<Direction>,
    pub seed: Shape,
    pub slots: Vec<Slot>,
}

impl Function {
    pub fn value(&self, id: ValueId) -> &ValueInfo {
        &self.values[id.index()]
    }

    pub fn memory(&self, id: MemoryId) -> &MemoryInfo {
        &self.memories[id.index()]
    }

    /// The memory that a view is (transitively) a part of; a memory that is no view is its own root.
    pub fn root(&self, mut id: MemoryId) -> MemoryId {
        while let Origin::View(place) = &self.memory(id).origin {
            id = place.memory;
        }
        id
    }
}

/// The enum of a path to a variant: `Shape` of `Shape::Circle`. A module has no capital.
pub fn variant_of(path: &syn::Path) -> Option<&syn::Ident> {
    let of = &path.segments.iter().rev().nth(1)?.ident;
    of.to_string().starts_with(|c: char| c.is_ascii_uppercase()).then_some(of)
}

impl Step {
    /// The step to a field of a struct, or of a tuple struct.
    pub fn of_member(member: &syn::Member) -> Step {
        match member {
            syn::Member::Named(name) => Step::Member(name.clone()),
            syn::Member::Unnamed(index) => Step::Field(index.index),
        }
    }

    /// The step to what a field of a struct literal, or of a variant's, becomes.
    pub fn of_literal(path: &syn::Path, member: &syn::Member) -> Step {
        match variant_of(path) {
            Some(_) => {
                Step::Payload { variant: path.clone(), member: member.clone(), of_tangent: false }
            }
            None => Step::of_member(member),
        }
    }

    /// The field that the step leads to.
    pub fn member(&self) -> Option<syn::Member> {
        match self {
            Step::Member(name) => Some(syn::Member::Named(name.clone())),
            Step::Field(i) => Some(syn::Member::Unnamed((*i as usize).into())),
            Step::Payload { variant, member, .. } => {
                let variant = &variant.segments.last()?.ident;
                Some(syn::Member::Named(crate::derive::accessor(variant, member)))
            }
            Step::Index(_) | Step::Range { .. } => None,
        }
    }

    /// The same step into the tangent of an enum.
    pub fn into_tangent(self) -> Step {
        match self {
            Step::Payload { variant, member, .. } => {
                Step::Payload { variant, member, of_tangent: true }
            }
            step => step,
        }
    }
}

impl Type {
    pub fn named(ty: syn::Type) -> Type {
        let foreign = Foreign::of_type(&ty);
        Type::Named(Box::new(Named { ty: Some(ty), tangent: false, fields: Vec::new(), foreign }))
    }

    /// The type of tangents and adjoints of memory of this type.
    pub fn tangent(&self) -> Type {
        match self {
            Type::Array(of, length) => Type::Array(Box::new(of.tangent_of_part()), length.clone()),
            Type::Slice(of) => Type::Slice(Box::new(of.tangent_of_part())),
            Type::Vec(of) => Type::Vec(Box::new(of.tangent_of_part())),
            Type::Tuple(of) => Type::Tuple(of.iter().map(Type::tangent_of_part).collect()),
            Type::Named(of) => {
                let fields = of.fields.iter().map(|(name, ty)| (name.clone(), ty.tangent()));
                let fields = fields.collect();
                let (ty, foreign) = (of.ty.clone(), of.foreign);
                Type::Named(Box::new(Named { ty, tangent: true, fields, foreign }))
            }
            ty => ty.clone(),
        }
    }

    /// An integer beside floats has a tangent in name only (the runtime's `NoDerivative`), which nothing reads.
    fn tangent_of_part(&self) -> Type {
        match self {
            Type::Int(_) | Type::Bool => Type::Opaque,
            ty => ty.tangent(),
        }
    }

    /// What vector or matrix of another crate it is.
    pub fn foreign(&self) -> Option<Foreign> {
        match self {
            Type::Named(of) => of.foreign,
            _ => None,
        }
    }

    /// Whether it is a name that the user wrote.
    pub fn is_written(&self) -> bool {
        matches!(self, Type::Named(of) if of.ty.is_some())
    }

    /// The type of a field, [`Type::Unknown`] where that is not known.
    pub fn field(&self, member: &syn::Member) -> Type {
        let found = match (self, member) {
            (Type::Tuple(of), syn::Member::Unnamed(i)) => of.get(i.index as usize),
            (Type::Named(of), _) => {
                of.fields.iter().find(|(name, _)| name == member).map(|(_, ty)| ty)
            }
            _ => None,
        };
        found.cloned().unwrap_or(Type::Unknown)
    }

    pub fn is_float(&self) -> bool {
        matches!(self, Type::Float(_))
    }

    pub fn is_int(&self) -> bool {
        matches!(self, Type::Int(_))
    }

    /// Whether only the compiler knows what it is.
    pub fn is_open(&self) -> bool {
        matches!(self, Type::Unknown | Type::Named(_))
    }

    /// Whether a value of this type can have a derivative.
    pub fn differentiable(&self) -> bool {
        match self {
            Type::Float(_) | Type::Named(_) | Type::Unknown => true,
            Type::Array(of, _) | Type::Slice(of) | Type::Vec(of) => of.differentiable(),
            Type::Tuple(of) => of.iter().any(Type::differentiable),
            Type::Int(_)
            | Type::Bool
            | Type::Opaque
            | Type::Kept(_)
            | Type::KeptTangent(_)
            | Type::Option(_) => false,
        }
    }

    /// The type of the elements of an array, slice or vector.
    pub fn element(&self) -> Option<&Type> {
        match self {
            Type::Array(of, _) | Type::Slice(of) | Type::Vec(of) => Some(of),
            _ => None,
        }
    }
}
