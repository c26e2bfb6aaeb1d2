//! Operations that change the length of a vector or the order of its elements.
//!
//! The adjoint (or tangent) of a vector has the length of the vector at every point of the program: where the forward
//! sweep pushes, the reverse sweep pops.

use super::{Init, MemoryId, Place, ValueId, Var};

/// What happens to the vector at the place of an [`super::OpKind::Vector`].
#[derive(Clone, Debug)]
pub enum Growth {
    /// `push(item)`.
    Push(Init),
    /// Removes the last element. Panics if there is none. What it was is a new value or an owned memory, or nobody asks.
    Pop { out: Option<Var> },
    /// `extend_from_slice(&from)`.
    Extend(Place),
    /// `truncate(len)`: nothing happens to a vector that is no longer than that.
    Truncate(ValueId),
    /// `resize(len, ..)`: every scalar of what is new is `value`. The elements are scalars or arrays of them.
    Resize { len: ValueId, value: ValueId },
}

/// What happens to the elements at the place of an [`super::OpKind::Permute`]: they are the same ones after it.
#[derive(Clone, Debug)]
pub enum Permutation {
    Reverse,
    /// By so many places, at most the length.
    RotateLeft(ValueId),
    RotateRight(ValueId),
    /// Element `i` becomes the one that was at `order[i]`, or, inverted, goes there. `order` is a vector of `usize` that
    /// names each index once.
    Order {
        order: MemoryId,
        inverted: bool,
    },
}

impl Permutation {
    /// What undoes it.
    pub fn inverse(&self) -> Permutation {
        match self {
            Permutation::Reverse => Permutation::Reverse,
            Permutation::RotateLeft(by) => Permutation::RotateRight(*by),
            Permutation::RotateRight(by) => Permutation::RotateLeft(*by),
            Permutation::Order { order, inverted } => {
                Permutation::Order { order: *order, inverted: !inverted }
            }
        }
    }
}
