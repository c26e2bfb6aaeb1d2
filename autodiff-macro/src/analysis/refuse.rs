//! Refusals that need to know what is active: what would drop a derivative without saying so.

use crate::analysis::activity::Activity;
use crate::error::Errors;
use crate::ir::{Form, Function, OpKind, visit};

pub fn check(function: &Function, activity: &Activity, errors: &mut Errors) {
    visit::walk(&function.body, &mut |op| match &op.kind {
        OpKind::Opaque { form, args, .. } => {
            let active = args
                .iter()
                .any(|arg| activity.varied(*arg) && function.value(*arg).ty.differentiable());
            if active && !piecewise_constant(form) {
                let what = describe(form);
                errors.at_span(
                    op.span,
                    format!(
                        "{what} has no derivative rule, but its argument depends on a differentiated parameter\n\
                         write it with operations that `#[grad]` knows, put it into a function of its own with \
                         `#[grad]`, or wrap the argument in `autodiff_runtime::no_diff(..)` to say that it is \
                         a constant here"
                    ),
                );
            }
        }
        OpKind::Cast { arg, ty, .. } => {
            if activity.varied(*arg) && function.value(*arg).ty.is_float() && !ty.is_float() {
                errors.at_span(
                    op.span,
                    "this cast drops the derivative: an integer has none, but its argument depends on a \
                     differentiated parameter\n\
                     write `autodiff_runtime::no_diff(..) as _` (or `.floor() as _`) to say that the result is a \
                     constant here",
                );
            }
        }
        _ => {}
    });
}

fn describe(form: &Form) -> String {
    match form {
        Form::Method(name, _) => format!("the method `{name}`"),
        Form::Path(path) => match path.segments.last() {
            Some(last) => format!("the function `{}`", last.ident),
            None => "this function".to_string(),
        },
        Form::Macro { path, .. } => match path.segments.last() {
            Some(last) => format!("the macro `{}`", last.ident),
            None => "this macro".to_string(),
        },
        Form::Binary(_) | Form::Not => "this operator".to_string(),
        Form::Matches(_) => "this pattern".to_string(),
        Form::Tuple | Form::Array => "this index".to_string(),
    }
}

/// Questions about a float whose answer is a constant between jumps: the derivative is that of the path taken.
fn piecewise_constant(form: &Form) -> bool {
    let name = match form {
        Form::Method(name, _) => name,
        // What it yields is a `bool`.
        Form::Macro { .. } => return true,
        _ => return false,
    };
    [
        "is_nan",
        "is_finite",
        "is_infinite",
        "is_normal",
        "is_subnormal",
        "is_sign_positive",
        "is_sign_negative",
        "is_positive",
        "is_negative",
        "is_zero",
        "is_one",
        "classify",
        "total_cmp",
        "partial_cmp",
    ]
    .iter()
    .any(|known| name == known)
}
