//! Calls: who is called, with what, and where the derivatives of what is passed go.

use super::{Passing, Place, Shape, ValueId};
use proc_macro2::TokenStream;

/// What is called, as the user wrote it.
#[derive(Clone, Debug, PartialEq)]
pub enum Callee {
    /// `f(..)`, `module::f(..)`: its sweeps are associated functions of the carrier of the same name.
    Free(syn::Path),
    /// As `Free`, marked with `#[checkpoint]`: the forward sweep calls the function itself, and the reverse sweep begins with
    /// the callee's forward sweep, so that nothing is kept of the call but its arguments.
    Recomputed(syn::Path),
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
            Callee::Free(path) | Callee::Maybe(path) | Callee::Recomputed(path) => {
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
