//! IR to IR.
pub mod checkpoint;
pub mod cleanup;
pub mod finish;
pub mod forward;
pub mod lanes;
pub mod moves;
mod prepare;
pub mod reverse;
pub mod slope;
pub mod unroll;

use crate::{analysis::activity, ir::Function, options::Settings};

/// Forward over reverse: `reverse` is what [`reverse::reverse`] made.
pub fn second(reverse: &Function, settings: &Settings) -> Function {
    let activity = activity::analyse(reverse, settings);
    forward::forward(reverse, &activity, settings)
}
