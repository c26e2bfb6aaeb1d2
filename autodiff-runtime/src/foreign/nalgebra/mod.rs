//! Vectors and matrices of `nalgebra`, of static and of dynamic size.

mod decompositions;
mod make;
mod methods_of_one;
mod methods_of_two;
mod operators;
mod parts;
mod space;
mod square;

use nalgebra::{OMatrix, RealField};

use crate::{DirectionRef, Real, Slot};

/// What matrices are made of here: `f32` or `f64`.
pub trait Entry: RealField + Real {}

impl<T: RealField + Real> Entry for T {}

/// The extension traits.
pub mod methods {
    pub use super::{
        decompositions::*, make::*, methods_of_one::*, methods_of_two::*, parts::*, square::*,
    };
}

/// Adds to the adjoint of an argument, if anybody wants it.
#[inline]
fn add<T, R, C>(
    slot: &mut impl Slot<OMatrix<T, R, C>>,
    contribution: impl FnOnce() -> OMatrix<T, R, C>,
) where
    T: Entry,
    R: nalgebra::Dim,
    C: nalgebra::Dim,
    nalgebra::DefaultAllocator: nalgebra::allocator::Allocator<R, C>,
{
    if let Some(adjoint) = slot.get() {
        *adjoint += contribution();
    }
}

/// The tangent of a result from those of two arguments; zeros like the result if there are none.
#[inline]
fn both<A: ?Sized, B: ?Sized, T>(
    a: &impl DirectionRef<A>,
    b: &impl DirectionRef<B>,
    from_a: impl FnOnce(&A) -> T,
    from_b: impl FnOnce(&B) -> T,
    plus: impl FnOnce(T, T) -> T,
    zero: impl FnOnce() -> T,
) -> T {
    match (a.get(), b.get()) {
        (Some(a), Some(b)) => plus(from_a(a), from_b(b)),
        (Some(a), None) => from_a(a),
        (None, Some(b)) => from_b(b),
        (None, None) => zero(),
    }
}
