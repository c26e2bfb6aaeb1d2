//! Arrays of `ndarray`.

/// The extension traits.
pub mod methods {}
