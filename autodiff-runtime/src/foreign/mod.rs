//! Vectors and matrices of other crates: each under a feature of its name.
//!
//! Their types are vector spaces and have tangents of the crates' own types; operators have their derivatives through
//! [`operator`](crate::operator); methods, through extension traits that carry the companions that generated code calls
//! (`a.dot(b)` has `a.dot_sweep(b, ..)`). Generated code imports [`methods`], which is there without features, too, because
//! a macro cannot know them.

#[cfg(feature = "nalgebra")]
pub mod nalgebra;
#[cfg(feature = "ndarray")]
pub mod ndarray;

/// Stands for a value that is not there: nobody reads it.
pub trait Absent {
    /// Any value.
    fn absent() -> Self;
}

macro_rules! absent {
    ($($float:ident)+) => {
        $(impl Absent for $float {
            fn absent() -> $float {
                0.0
            }
        })+
    };
}
absent!(f32 f64);

/// What a method of another crate's type found, if it found anything.
#[inline]
pub fn parts<T: Absent>(found: Option<T>) -> (bool, T) {
    match found {
        Some(found) => (true, found),
        None => (false, T::absent()),
    }
}

/// The extension traits of every feature that is on.
pub mod methods {
    #[cfg(feature = "nalgebra")]
    pub use super::nalgebra::methods::{
        Abs as _, AddScalar as _, Choleskied as _, CholeskyDeterminant as _, CholeskyInverse as _,
        CholeskyL as _, CholeskyLnDeterminant as _, CloneOwned as _, Column as _, Columns as _,
        ComponentDiv as _, ComponentMul as _, CopyFrom as _, Cross as _, Determinant as _,
        Diagonal as _, Dot as _, Fill as _, FixedColumns as _, FixedRows as _, FixedView as _,
        FromDiagonal as _, LuDeterminant as _, Lued as _, Magnitude as _, MagnitudeSquared as _,
        MatrixFromColumns as _, MatrixFromElement as _, MatrixFromRows as _, MatrixFromVec as _,
        Max as _, Mean as _, Min as _, New2 as _, New3 as _, New4 as _, New5 as _, New6 as _,
        New8 as _, New9 as _, New12 as _, New16 as _, NewCholesky as _, NewLu as _, Norm as _,
        NormSquared as _, Normalize as _, Row as _, Rows as _, Scale as _, SetColumn as _,
        SetRow as _, SolveCholesky as _, SolveLu as _, StaticFromColumns as _,
        StaticFromElement as _, StaticFromRows as _, StaticFromVec as _, Sum as _, TrMul as _,
        Trace as _, Transpose as _, TryInverse as _, Unscale as _, VectorFromColumns as _,
        VectorFromElement as _, VectorFromRows as _, VectorFromVec as _, View as _,
    };
    #[cfg(feature = "ndarray")]
    pub use super::ndarray::methods::{
        ArrayAssign as _, ArrayColumn as _, ArrayCos as _, ArrayDiag as _, ArrayDot as _,
        ArrayExp as _, ArrayFill as _, ArrayFromVec as _, ArrayLn as _, ArrayMean as _,
        ArrayPow2 as _, ArrayProduct as _, ArrayRecip as _, ArrayRow as _, ArraySin as _,
        ArraySqrt as _, ArraySum as _, ArrayT as _, ArrayTanh as _, ArrayToOwned as _,
        ArrayView as _, Flat as _, IndexAxis as _, ShapedLike as _, SumAxis as _,
    };
}
