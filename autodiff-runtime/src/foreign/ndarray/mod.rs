//! Arrays of `ndarray`: owned, shared and views, of any number of axes.

mod elements;
mod operators;
mod parts;
mod products;
mod space;
mod sums;

use ndarray::{Array, ArrayRef, ArrayView, Axis, Dimension, IxDyn, LinalgScalar, ScalarOperand};

use crate::{Float, Real, Slot};

/// What arrays are made of here: `f32` or `f64`.
pub trait Entry: Real + LinalgScalar + ScalarOperand + Float + count::Number {}

impl Entry for f32 {}
impl Entry for f64 {}

mod count {
    /// A number that a count can be made into.
    pub trait Number {
        /// The count.
        fn of_count(of: usize) -> Self;
    }

    impl Number for f32 {
        fn of_count(of: usize) -> f32 {
            of as f32
        }
    }

    impl Number for f64 {
        fn of_count(of: usize) -> f64 {
            of as f64
        }
    }
}

/// The extension traits.
pub mod methods {
    pub use super::{elements::*, parts::*, products::*, sums::*};
}

/// Adds to the adjoint of an argument, if anybody wants it.
#[inline]
fn add<T: Entry, D: Dimension>(
    slot: &mut impl Slot<Array<T, D>>,
    contribution: impl FnOnce() -> Array<T, D>,
) {
    if let Some(adjoint) = slot.get() {
        *adjoint += &contribution();
    }
}

/// What the adjoint of a broadcast array contributes to that of the array itself: sums over the axes along which it was
/// repeated.
fn shrunk<T: Entry, F: Dimension, D: Dimension>(
    seed: Array<T, F>,
    like: &ArrayRef<T, D>,
) -> Array<T, D> {
    let mut seed = seed.into_dyn();
    while seed.ndim() > like.ndim() {
        seed = seed.sum_axis(Axis(0));
    }
    for axis in 0..like.ndim() {
        if like.shape()[axis] == 1 && seed.shape()[axis] != 1 {
            seed = seed.sum_axis(Axis(axis)).insert_axis(Axis(axis));
        }
    }
    of_dimension(seed)
}

/// The array with the number of axes in its type.
#[allow(clippy::expect_used)]
fn of_dimension<T, F: Dimension, D: Dimension>(array: Array<T, F>) -> Array<T, D> {
    array.into_dimensionality().expect("the number of axes is that of the type")
}

/// The array with any number of axes, to be broadcast.
fn any<T: Entry, D: Dimension>(array: &ArrayRef<T, D>) -> ArrayView<'_, T, IxDyn> {
    array.view().into_dyn()
}

/// The sum of the products of the elements.
fn inner<T: Entry, D: Dimension>(a: &ArrayRef<T, D>, b: &ArrayRef<T, D>) -> T {
    ndarray::Zip::from(a).and(b).fold(T::default(), |sum, a, b| sum + *a * *b)
}

/// `-a`.
fn negative<T: Entry, D: Dimension>(a: &ArrayRef<T, D>) -> Array<T, D> {
    a.mapv(|a| -a)
}
