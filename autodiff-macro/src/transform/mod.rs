//! IR to IR.
pub mod checkpoint;
pub mod cleanup;
pub mod finish;
pub mod forward;
pub mod lanes;
pub mod moves;
mod prepare;
pub mod reverse;
pub mod unroll;

use proc_macro2::Span;

use crate::{
    analysis::activity,
    ir::{Callee, Function, OpKind, visit},
    options::Settings,
};

/// Forward over reverse: `reverse` is what [`reverse::reverse`] made. Fails at an operator that assigns, which has no second derivative.
pub fn second(reverse: &Function, settings: &Settings) -> Result<Function, Span> {
    let mut refused = None;
    visit::walk(&reverse.body, &mut |op| {
        if let OpKind::CallSweep { callee: Callee::Operator(of), .. } = op.kind
            && of.assigns()
        {
            refused.get_or_insert(op.span);
        }
    });
    if let Some(span) = refused {
        return Err(span);
    }
    let activity = activity::analyse(reverse, settings);
    Ok(forward::forward(reverse, &activity, settings))
}
