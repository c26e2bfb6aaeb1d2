//! Facts about a function, in tables beside it.
pub mod activity;
pub mod types;
