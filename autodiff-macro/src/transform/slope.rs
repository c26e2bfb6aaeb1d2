//! The directional derivative as a function of its own, which is differentiated like any other: derivatives of any order.

use proc_macro2::Span;

use crate::{
    analysis::activity,
    ir::{Function, OpKind, Role, visit},
    options::Settings,
};

/// The function that takes a direction for each differentiable parameter besides, and returns the tangent of the result. Its
/// differentiable parameters are those of `primal`: directions are constants. Fails where another function is called, whose
/// derivative would have to be differentiated in its turn.
pub fn slope(primal: &Function, settings: &Settings) -> Result<Function, Span> {
    let activity = activity::analyse(primal, settings);
    let mut slope = super::forward::forward_with(primal, &activity, false);
    let mut called = None;
    visit::walk(&slope.body, &mut |op| {
        if let OpKind::CallTangent { .. } = op.kind {
            called.get_or_insert(op.span);
        }
    });
    if let Some(span) = called {
        return Err(span);
    }
    slope.name = format!("{}_slope", slope.name);
    for param in &mut slope.params {
        if let Role::Tangent(_) = param.role {
            param.role = Role::Primal;
        }
    }
    slope.outputs.retain(|output| output.role == Role::ResultTangent);
    for output in &mut slope.outputs {
        output.role = Role::Primal;
    }
    // They are asked where the function itself is printed.
    slope.presumed.clear();
    super::cleanup::cleanup(&mut slope);
    slope.cut = slope.body.ops.len();
    Ok(slope)
}
