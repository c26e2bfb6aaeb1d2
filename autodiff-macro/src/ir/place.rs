//! Places: a memory, and the path to a part of it.

use super::{MemoryId, ValueId};

#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub memory: MemoryId,
    pub path: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    Index(ValueId),
    /// `a..b`, `a..`, `..b`, `..`, and with `=` if inclusive.
    Range {
        start: Option<ValueId>,
        end: Option<ValueId>,
        inclusive: bool,
    },
    /// A field of a tuple, or of a tuple struct.
    Field(u32),
    /// A field of a struct.
    Member(proc_macro2::Ident),
    /// What a `Box` holds.
    Deref,
    /// A field of a variant of an enum, whose content is known to be that variant.
    Payload {
        variant: syn::Path,
        member: syn::Member,
        /// It is one of the enum's tangent, which has a method for it.
        of_tangent: bool,
    },
}

/// The enum of a path to a variant: `Shape` of `Shape::Circle`. A module has no capital.
pub fn variant_of(path: &syn::Path) -> Option<&syn::Ident> {
    let of = &path.segments.iter().rev().nth(1)?.ident;
    of.to_string().starts_with(|c: char| c.is_ascii_uppercase()).then_some(of)
}

/// `Box::new`, and `Box::from` of a vector: they are written like a record of one field.
pub fn makes_box(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|last| last.ident == "new" || last.ident == "from")
        && variant_of(path).is_some_and(|of| of == "Box")
}

/// The name of what a `Box` holds, among the fields of [`super::Named`].
pub fn held_by_box() -> proc_macro2::Ident {
    proc_macro2::Ident::new("deref", proc_macro2::Span::call_site())
}

/// What an `Option` holds, where it holds something.
pub fn held_by_option() -> Step {
    Step::Payload {
        variant: syn::parse_quote!(::core::option::Option::Some),
        member: syn::Member::Unnamed(0.into()),
        of_tangent: false,
    }
}

impl Step {
    /// The step to a field of a struct, or of a tuple struct.
    pub fn of_member(member: &syn::Member) -> Step {
        match member {
            syn::Member::Named(name) => Step::Member(name.clone()),
            syn::Member::Unnamed(index) => Step::Field(index.index),
        }
    }

    /// The step to what a field of a struct literal, or of a variant's, becomes.
    pub fn of_literal(path: &syn::Path, member: &syn::Member) -> Step {
        if makes_box(path) {
            return Step::Deref;
        }
        match variant_of(path) {
            Some(_) => {
                Step::Payload { variant: path.clone(), member: member.clone(), of_tangent: false }
            }
            None => Step::of_member(member),
        }
    }

    /// The field that the step leads to.
    pub fn member(&self) -> Option<syn::Member> {
        match self {
            Step::Member(name) => Some(syn::Member::Named(name.clone())),
            Step::Field(i) => Some(syn::Member::Unnamed((*i as usize).into())),
            Step::Payload { variant, member, .. } => {
                let variant = &variant.segments.last()?.ident;
                Some(syn::Member::Named(crate::derive::accessor(variant, member)))
            }
            // As if that were a field of its.
            Step::Deref => Some(syn::Member::Named(held_by_box())),
            Step::Index(_) | Step::Range { .. } => None,
        }
    }

    /// The same step into the tangent of an enum.
    pub fn into_tangent(self) -> Step {
        match self {
            Step::Payload { variant, member, .. } => {
                Step::Payload { variant, member, of_tangent: true }
            }
            step => step,
        }
    }
}
