//! IR to IR.
pub mod cleanup;
pub mod forward;
pub mod reverse;

use crate::{analysis::activity, ir::Function, options::Settings};

/// Forward over reverse: `reverse` is what [`reverse::reverse`] made.
pub fn second(reverse: &Function, settings: &Settings) -> Function {
    let activity = activity::analyse(reverse, settings);
    forward::forward(reverse, &activity, settings)
}
