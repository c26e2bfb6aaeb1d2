//! `points.iter().sum::<Vec3>()` where the file declares how such are added up: `Sum` for the type, which is read here, with its
//! iterator in the place of the parameter.

use super::{
    Reader,
    env::{Bind, Want},
    iterators::{By, Iter},
};
use crate::{declared, ir::Type};

impl Reader<'_> {
    pub fn own_total(&mut self, e: &syn::ExprMethodCall, ty: &Type, product: bool) -> Option<Bind> {
        let Type::Named(of) = ty else { return None };
        let written = self.not_self(of.ty.as_ref()?);
        let (name, _) = declared::head(&written)?;
        let declared = self.declared.clone()?;
        let all = declared.totals(&name, product);
        if all.is_empty() || all.iter().any(|own| !self.module.starts_with(&own.module)) {
            return None;
        }
        let iterator = self.iterator_value(&e.receiver);
        let Bind::Iterator { iter, .. } = &iterator else { return Some(Bind::Poison) };
        let lends = yields_references(iter);
        let own = all.iter().find(|own| own.mutable == lends).or_else(|| all.first())?.clone();
        let span = e.method.span();
        let method = self.method_of(&own, &written, span)?;
        let total = self.read_method(&method, written, iterator, &Want::Type(ty.clone()), span)?;
        Some(self.settle(total, span))
    }
}

/// Whether the items are references to elements, as far as the adaptors tell.
fn yields_references(iter: &Iter) -> bool {
    match iter {
        Iter::Elements { by, .. } => *by != By::Value,
        Iter::Rev(of)
        | Iter::Reversed(of, _)
        | Iter::Skip(of, _)
        | Iter::Take(of, _)
        | Iter::StepBy(of, _)
        | Iter::Cycle(of)
        | Iter::Chain(of, _)
        | Iter::Inspect(of, _)
        | Iter::Filter(of, _)
        | Iter::TakeWhile(of, _)
        | Iter::SkipWhile(of, _) => yields_references(of),
        Iter::Part { of, .. } => yields_references(of),
        _ => false,
    }
}
