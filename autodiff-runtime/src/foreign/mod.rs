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

/// The extension traits of every feature that is on.
pub mod methods {
    #[cfg(feature = "nalgebra")]
    pub use super::nalgebra::methods::{
        Abs as _, AddScalar as _, CloneOwned as _, ComponentDiv as _, ComponentMul as _, Cross as _, Dot as _,
        Magnitude as _, MagnitudeSquared as _, Max as _, Mean as _, Min as _, Norm as _, NormSquared as _,
        Normalize as _, Scale as _, Sum as _, TrMul as _, Transpose as _, Unscale as _,
    };
    #[cfg(feature = "ndarray")]
    pub use super::ndarray::methods::*;
}
