//! What was taken for a number although its type is not seen: a field of a struct, a constant. If it is something else, with
//! operators of its own, its derivative would be wrong; so the compiler is asked (`emit::presumed`).

use proc_macro2::{Span, TokenStream, TokenTree};

use super::{activity::Activity, fields::full_path};
use crate::{
    ir::{
        Constant, Function, MemoryId, OpKind, Place, Presumed, PresumedOf, Presumption, Step, Type,
        ValueId, Var, visit,
    },
    maps::HashSet,
};

/// `seen`: the types of the values before inference. `numbers`: those that operators and methods of numbers are applied to; what is
/// only compared, converted and handed on may be anything.
pub fn note(function: &mut Function, seen: &[Type], numbers: &HashSet<ValueId>) {
    let mut presumed = Vec::new();
    let mut add = |out: ValueId, of: PresumedOf, span: Span| {
        let to_be = match function.value(out).ty {
            Type::Float(_) => Presumption::Float,
            Type::Int(_) => Presumption::Count,
            _ => return,
        };
        if numbers.contains(&out) {
            presumed.push(Presumed { of, to_be, span });
        }
    };
    visit::walk(&function.body, &mut |op| {
        if let OpKind::Call { callee, result, .. } = &op.kind
            && !callee.cuts_derivative()
        {
            for var in visit::shape_vars(result) {
                if let Var::Value(out) = var {
                    add(out, PresumedOf::Value(out), op.span);
                }
            }
        }
        let (out, of) = match &op.kind {
            OpKind::Load { out, place }
                if seen.get(out.index()) == Some(&Type::Unknown) && !is_entry(function, place) =>
            {
                (*out, PresumedOf::Place(rooted(function, place)))
            }
            OpKind::Const { out, value: Constant::Tokens(tokens) } if !is_of_core(tokens) => {
                (*out, PresumedOf::Global(tokens.clone()))
            }
            _ => return,
        };
        add(out, of, op.span);
    });
    for of in std::mem::take(&mut function.presumed) {
        let of_place = match of.of {
            PresumedOf::Place(place) => PresumedOf::Place(rooted(function, &place)),
            other => other,
        };
        presumed.push(Presumed { of: of_place, ..of });
    }
    let mut keys = Vec::new();
    presumed.retain(|of| {
        let key = (key(&of.of), of.to_be);
        let new = !keys.contains(&key);
        keys.push(key);
        new
    });
    function.presumed = presumed;
}

/// Whether it is a number in a matrix of another crate, whose adjoint has the same type.
fn is_entry(function: &Function, place: &Place) -> bool {
    let (memory, path) = full_path(function, place);
    path.iter().enumerate().any(|(i, step)| {
        let Step::Index(index) = step else { return false };
        let of = Place { memory, path: path[..i].to_vec() };
        function.value(*index).ty == Type::Opaque || function.place_type(&of).foreign().is_some()
    })
}

fn rooted(function: &Function, place: &Place) -> Place {
    let (memory, path) = full_path(function, place);
    Place { memory, path }
}

/// The result of an active call is shaped like the seed of the callee, which says what it is.
pub fn leave_out_active(function: &mut Function, activity: &Activity) {
    function.presumed.retain(|of| match of.of {
        PresumedOf::Value(value) => !activity.value(value),
        _ => true,
    });
}

/// The same for all elements.
fn key(of: &PresumedOf) -> (Option<MemoryId>, String) {
    match of {
        PresumedOf::Value(value) => (None, value.index().to_string()),
        PresumedOf::Global(tokens) => (None, tokens.to_string()),
        PresumedOf::Place(place) => {
            let steps = place.path.iter().map(|step| match step {
                Step::Index(_) => "[]".to_string(),
                Step::Range { .. } => "[..]".to_string(),
                Step::Field(i) => format!(".{i}"),
                Step::Member(name) => format!(".{name}"),
                Step::Deref => ".*".to_string(),
                Step::Payload { variant, member, .. } => {
                    use quote::ToTokens;
                    format!("{}{}", variant.to_token_stream(), member.to_token_stream())
                }
            });
            (Some(place.memory), steps.collect())
        }
    }
}

/// `f64::consts::PI`, `usize::MAX`: a path through the name of a primitive type; or a literal, or the call of a trait of numbers.
fn is_of_core(tokens: &TokenStream) -> bool {
    if tokens.clone().into_iter().any(|token| matches!(token, TokenTree::Group(_))) {
        return true;
    }
    let mut names = tokens.clone().into_iter().filter_map(|token| match token {
        TokenTree::Ident(name) => Some(name.to_string()),
        _ => None,
    });
    let is_path = names.clone().next().is_some();
    !is_path || names.any(|name| crate::parse::is_number(&name))
}
