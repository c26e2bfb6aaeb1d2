//! Structs: their fields, their literals.

use proc_macro2::Span;
use syn::spanned::Spanned;

use super::{
    Reader,
    env::{Bind, Want},
    place::Located,
};
use crate::ir::{Init, Place, Step, Type};

impl Reader<'_> {
    /// The field of a struct.
    pub fn locate_member(&mut self, base: Located, member: &syn::Member, span: Span) -> Located {
        let step = Step::of_member(member);
        match base {
            Located::Memory(mut place) => {
                place.path.push(step);
                Located::Memory(place)
            }
            Located::Global(path) => {
                let memory = self.global(&path);
                Located::Memory(Place { memory, path: vec![step] })
            }
            base => {
                let poison = self.is_poison(&base) || self.gone;
                let bind = match &base {
                    Located::Slot(slot) => self.env.get(slot).clone(),
                    Located::Value(bind) => bind.clone(),
                    _ => Bind::Poison,
                };
                if !poison && !matches!(bind, Bind::Poison | Bind::Uninit) {
                    self.errors.at_span(
                        span,
                        "the macro cannot see that this is a struct; give it a type where it is declared: \
                         `let p: Point = ..`",
                    );
                }
                Located::Value(Bind::Poison)
            }
        }
    }

    /// `Point { x, y: 1.0 }`, `Point { x, ..base }`.
    pub fn record(&mut self, e: &syn::ExprStruct) -> Bind {
        let span = e.span();
        let ty = Type::named(type_of(&e.path));
        let mut fields = Vec::new();
        for field in &e.fields {
            let (init, _) = self.init(&field.expr, &Want::Any);
            fields.push((field.member.clone(), init));
        }
        if self.gone {
            return Bind::Uninit;
        }
        let Some(base) = &e.rest else {
            return Bind::Owned(self.alloc(
                ty,
                Init::Record { path: e.path.clone(), fields },
                None,
                span,
            ));
        };
        // The other fields are those of the base: a copy of it, in which the ones named here are replaced.
        let located = self.locate(base, &Want::Memory);
        let Some(from) = self.memory_of(located, base.span()) else { return Bind::Poison };
        let memory = self.alloc(ty, Init::Copy(from), None, span);
        self.function.memories[memory.index()].mutable = true;
        for (member, init) in fields {
            let place = Place { memory, path: vec![Step::of_member(&member)] };
            self.assign_init(place, init, span);
        }
        Bind::Owned(memory)
    }

    fn assign_init(&mut self, place: Place, init: Init, span: Span) {
        match init {
            Init::Value(value) => self.push(crate::ir::OpKind::Store { place, value }, span),
            Init::Copy(from) => self.overwrite(place, Bind::Content(from), span),
            init => {
                let of = self.alloc(Type::Unknown, init, None, span);
                self.overwrite(place, Bind::Owned(of), span);
            }
        }
    }
}

/// `Shape::Circle { .. }` is a `Shape`.
pub fn type_of(path: &syn::Path) -> syn::Type {
    let mut path = path.clone();
    let upper = |segment: &syn::PathSegment| {
        segment.ident.to_string().starts_with(|c: char| c.is_ascii_uppercase())
    };
    let n = path.segments.len();
    if n >= 2 && upper(&path.segments[n - 2]) {
        path.segments.pop();
        path.segments.pop_punct();
    }
    syn::Type::Path(syn::TypePath { qself: None, path })
}
