//! `map` and its kin on vectors and matrices of other crates: a copy, whose elements a loop overwrites by what the closure makes
//! of them. The copy of an array with several axes is one with a single axis, which gets its shape back.

use syn::spanned::Spanned;

use super::{By, Iter, collect::pair_of};
use crate::{
    ir::{Arg, Callee, Foreign, MemoryId, Method, OpKind, Passing, Place, Shape, Step, Type, Var},
    parse::{
        Reader,
        env::{Bind, Want},
        foreign::{foreign, owned},
    },
};

impl Reader<'_> {
    /// `a.map(f)`, `a.mapv(f)`, `a.zip_map(&b, f)`, `a.mapv_inplace(f)`.
    pub fn foreign_map(&mut self, e: &syn::ExprMethodCall, place: &Place) -> Option<Bind> {
        let of = self.function.place_type(place).foreign()?;
        let name = e.method.to_string();
        let by = match (of, name.as_str()) {
            (Foreign::Ndarray(_), "map") => By::Shared,
            (Foreign::Nalgebra, "map" | "zip_map")
            | (Foreign::Ndarray(_), "mapv" | "mapv_inplace") => By::Value,
            _ => return None,
        };
        let span = e.span();
        let Some(f) = e.args.last().and_then(|f| self.callable(f)) else {
            return Some(Bind::Poison);
        };
        let other = match (name.as_str(), e.args.first()) {
            ("zip_map", Some(other)) => {
                let located = self.locate(other, &Want::Memory);
                let Some(other) = self.memory_of(located, other.span()) else {
                    return Some(Bind::Poison);
                };
                Some(other)
            }
            _ => None,
        };
        self.import_foreign();
        let ty = self.function.place_type(place);
        let flat = !matches!(of, Foreign::Nalgebra | Foreign::Ndarray(Some(1)));
        let source: Place = match flat {
            true => {
                self.made_of(place, "flat", None, foreign(Foreign::Ndarray(Some(1))), span).into()
            }
            false => place.clone(),
        };
        let copy = match of {
            Foreign::Nalgebra => "clone_owned",
            _ => "to_owned",
        };
        let in_place = name == "mapv_inplace";
        let to: Place = match in_place && !flat {
            true => source.clone(),
            false => {
                let ty = self.function.place_type(&source);
                let copy = self.made_of(&source, copy, None, owned(&ty), span);
                self.function.memories[copy.index()].mutable = true;
                copy.into()
            }
        };
        let elements = Iter::Elements { place: source, by };
        let pairs = other.is_some();
        let elements = match other {
            Some(place) => {
                let other = Iter::Elements { place, by };
                Iter::Zip(Box::new(elements), Box::new(other))
            }
            None => elements,
        };
        let assigned = if pairs { self.assigned_by(&f) } else { Vec::new() };
        let items = if pairs { elements } else { Iter::Map(Box::new(elements), f.clone()) };
        let numbered = Iter::Enumerate(Box::new(items));
        let written = to.clone();
        self.walk(&numbered, assigned, None, span, &mut |reader, pair, _| {
            let Some([i, item]) = pair_of(pair) else { return };
            let item = match (pairs, item) {
                (true, Bind::Tuple(both)) => reader.call_with(&f, both, &Want::Scalar, span),
                (_, item) => item,
            };
            if matches!(item, Bind::Poison | Bind::Uninit) {
                if reader.errors.is_empty() && !reader.gone {
                    reader.errors.at_span(
                        span,
                        "what this does to each element is not followed; write a loop over the indices",
                    );
                }
                return;
            }
            let i = reader.scalar_of(i, span);
            let value = reader.scalar_of(item, span);
            let mut place = written.clone();
            place.path.push(Step::Index(i));
            reader.push(OpKind::Store { place, value }, span);
        });
        if flat {
            let shaped = self.made_of(&to, "shaped_like", Some(place), owned(&ty), span);
            if !in_place {
                return Some(Bind::Owned(shaped));
            }
            self.overwrite(place.clone(), Bind::Owned(shaped), span);
        }
        Some(if in_place { Bind::Unit } else { Bind::Owned(to.memory) })
    }

    /// The result of a method that has a matrix, and perhaps one argument that is borrowed.
    fn made_of(
        &mut self,
        receiver: &Place,
        name: &str,
        argument: Option<&Place>,
        ty: Type,
        span: proc_macro2::Span,
    ) -> MemoryId {
        let memory = self.function.new_memory(crate::ir::MemoryInfo {
            ty,
            name: None,
            mutable: false,
            origin: crate::ir::Origin::Local,
            span,
        });
        let borrowed =
            |place: &Place| Arg::Memory { place: place.clone(), passing: Passing::Shared };
        let callee = Callee::Method(Method {
            name: proc_macro2::Ident::new(name, span),
            turbofish: None,
            leaves_receiver: false,
            borrows: true,
            choice: false,
            maybe: false,
            copied_by: None,
        });
        let args = std::iter::once(receiver).chain(argument).map(borrowed).collect();
        let result = Shape::Var(Var::Memory(memory));
        self.push(OpKind::Call { callee, args, result }, span);
        memory
    }
}
