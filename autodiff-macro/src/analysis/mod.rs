//! Facts about a function, in tables beside it.

pub mod activity;
pub mod bounds;
pub mod callees;
pub mod contradiction;
pub mod extent;
pub mod fields;
pub mod presumed;
pub mod private;
pub mod refuse;
pub mod settle;
pub mod storage;
pub mod types;
