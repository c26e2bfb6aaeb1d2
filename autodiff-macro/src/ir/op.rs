//! Operations.

use super::{
    Arg, Callee, Direction, ForwardTangents, Growth, MemoryId, Permutation, Place, Region,
    ReverseTangents, Shape, Slot, TapeId, Type, ValueId, Var,
};
use crate::rules::Rule;
use proc_macro2::{Span, TokenStream};

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
    /// A call of both of its sweeps by the forward sweep, with a seed that is one: of a function that takes numbers, and
    /// whose result is one. What the reverse sweep needs of the call is its slopes.
    CallSlopes {
        callee: Callee,
        args: Vec<Arg>,
        result: ValueId,
        one: ValueId,
        slopes: Vec<Slot>,
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

impl OpKind {
    /// The scalar that the operation computes, without regions and for nothing but that.
    pub fn computed(&self) -> Option<ValueId> {
        match self {
            OpKind::Rule { out, .. }
            | OpKind::Compare { out, .. }
            | OpKind::Not { out, .. }
            | OpKind::Cast { out, .. }
            | OpKind::Opaque { out, .. }
            | OpKind::Select { out, .. }
            | OpKind::Given { out, .. }
            | OpKind::Len { out, .. }
            | OpKind::Matches { out, .. }
            | OpKind::Load { out, .. } => Some(*out),
            _ => None,
        }
    }
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
