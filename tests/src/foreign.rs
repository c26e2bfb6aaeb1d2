//! Vectors and matrices of other crates, as numbers one after the other.

use autodiff_runtime::{Differentiable, Point, VectorSpace};
use nalgebra::{DMatrix, DVector, SMatrix};
use ndarray::{Array1, Array2};

use crate::Flat;

macro_rules! flat {
    ($([$($generics:tt)*] $of:ty;)+) => {$(
        impl<$($generics)*> Flat for $of {
            const EPSILON: f64 = <$of as VectorSpace>::PRECISION;
            type Tangent = $of;

            fn write(&self, into: &mut Vec<f64>) {
                self.coordinates(&mut |x| into.push(x));
            }

            fn read(&self, from: &mut std::slice::Iter<'_, f64>) -> Self {
                let mut of = self.clone();
                of.replace_coordinates(&mut |_| *from.next().expect("fewer numbers than the shape holds"));
                of
            }

            fn read_tangent(&self, from: &mut std::slice::Iter<'_, f64>) -> $of {
                let mut of = self.zero_tangent();
                of.map_each(&mut |_| *from.next().expect("fewer numbers than the shape holds"));
                of
            }
        }
    )+};
}
flat! {
    [] DVector<f32>;
    [] DVector<f64>;
    [] DMatrix<f32>;
    [] DMatrix<f64>;
    [const R: usize, const C: usize] SMatrix<f32, R, C>;
    [const R: usize, const C: usize] SMatrix<f64, R, C>;
    [] Array1<f32>;
    [] Array1<f64>;
    [] Array2<f32>;
    [] Array2<f64>;
}
