//! IR to IR.
pub mod cleanup;
pub mod forward;
pub mod reverse;
