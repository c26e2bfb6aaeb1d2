//! (Being written.)
#![no_std]
pub use autodiff_macro::grad;
