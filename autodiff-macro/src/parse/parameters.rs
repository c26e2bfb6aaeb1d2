//! What the text of the file tells about the parameters of a callee.

use super::{Reader, types::int_named};
use crate::{
    emit::tangent,
    ir::{Arg, Int, Type},
};

impl Reader<'_> {
    /// The types of the parameters, as far as the text of the file tells.
    pub fn parameters_told(&self, path: &syn::ExprPath) -> Vec<String> {
        let (Some(module), Some(declared)) = (&self.module_alone, &self.declared) else {
            return Vec::new();
        };
        let Some((module, name)) = declared.names().target(module, &path.path) else {
            return Vec::new();
        };
        declared.names().signature(&module, &name).unwrap_or_default().to_vec()
    }

    /// Integers written without a type, in an array for a callee who takes such of this type.
    pub fn integers_are(&mut self, arg: &Arg, ty: &str) {
        let Arg::Memory { place, .. } = arg else { return };
        let Some(int) = syn::parse_str(ty).ok().and_then(integers_in) else { return };
        for memory in [place.memory, self.function.root(place.memory)] {
            let mut of = &mut self.function.memories[memory.index()].ty;
            while let Type::Array(inner, _) | Type::Vec(inner) | Type::Slice(inner) = of {
                of = inner;
            }
            if *of == Type::Int(Int::Literal) {
                *of = int.clone();
            }
        }
    }
}

/// Those of the types that are boxes, or an `Option` of a reference: what is in a box is followed without it, and what an
/// `Option` holds without the reference.
pub fn indirections(types: &[String]) -> Vec<Option<syn::Type>> {
    let found = types.iter().map(|ty| match ty.starts_with("Box") || ty.starts_with("Option") {
        true => syn::parse_str(ty)
            .ok()
            .filter(|ty| tangent::held(ty, "Box").is_some() || tangent::is_optional_reference(ty)),
        false => None,
    });
    found.collect()
}

/// The integers that an array, a slice or a vector of this type holds.
fn integers_in(ty: syn::Type) -> Option<Type> {
    match ty {
        syn::Type::Reference(of) => integers_in(*of.elem),
        syn::Type::Slice(of) => integers_in(*of.elem),
        syn::Type::Array(of) => integers_in(*of.elem),
        syn::Type::Path(of) => match of.path.get_ident() {
            Some(name) => int_named(&name.to_string()),
            None => integers_in(tangent::held(&syn::Type::Path(of), "Vec")?.clone()),
        },
        _ => None,
    }
}
