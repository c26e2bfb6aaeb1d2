//! Methods of arrays, slices and vectors.

use proc_macro2::Span;
use syn::spanned::Spanned;

use super::{
    Reader,
    choice::Choice,
    env::{Bind, Target, Want},
    types::{USIZE, is_scalar},
};
use crate::{
    ir::{Comparison, Constant, Init, MemoryInfo, OpKind, Origin, Place, Step, Type, ValueId},
    rules::Rule,
};

impl Reader<'_> {
    pub fn memory_method(&mut self, e: &syn::ExprMethodCall, name: &str, place: Place) -> Bind {
        let span = e.span();
        let args: Vec<&syn::Expr> = e.args.iter().collect();
        if let Some(bind) = self.growing_method(e, name, &place) {
            return bind;
        }
        if let Some(bind) = self.sort_method(e, name, &place) {
            return bind;
        }
        match (name, args.as_slice()) {
            ("len", []) => Bind::Scalar(self.len(place, span)),
            ("is_empty", []) => {
                let len = self.len(place, span);
                let zero = self.constant(Constant::Int(0), USIZE, span);
                Bind::Scalar(self.compare(Comparison::Eq, [len, zero], span))
            }
            ("is_sorted", []) => {
                let of = &e.receiver;
                let all = syn::parse_quote_spanned! { span=>
                    #of.windows(2).all(|pair| pair[0] <= pair[1])
                };
                self.method(&all, &Want::Type(Type::Bool))
            }
            ("clone", []) => Bind::Owned(self.alloc_copy(place, false, span)),
            // A `Box<[T]>` is a vector here.
            ("into_boxed_slice", []) => Bind::Content(place),
            ("to_vec" | "to_owned" | "into_vec", []) => {
                Bind::Owned(self.alloc_copy(place, true, span))
            }
            ("as_slice" | "as_ref" | "borrow" | "by_ref" | "each_ref", []) => {
                Bind::Reference { target: Target::Place(place), mutable: false }
            }
            ("as_mut_slice" | "as_mut", []) => {
                Bind::Reference { target: Target::Place(place), mutable: true }
            }
            (
                "get" | "get_mut" | "first" | "first_mut" | "last" | "last_mut" | "split_first"
                | "split_last" | "split_first_mut" | "split_last_mut" | "pop",
                _,
            ) => self.element_option(e, name, place),
            ("swap", [i, j]) => {
                let i = self.scalar(i, &Want::Type(USIZE));
                let j = self.scalar(j, &Want::Type(USIZE));
                self.push(OpKind::Swap { place, at: [i, j] }, span);
                Bind::Unit
            }
            ("fill", [value]) => {
                let want = match self.function.place_type(&place).element() {
                    Some(ty) if is_scalar(ty) => Want::Type(ty.clone()),
                    _ => Want::Scalar,
                };
                let value = self.value(value, &want);
                if self.is_memory(&value) {
                    self.errors.at(
                        &e.method,
                        "rows are not filled in as a whole; write a loop that copies each",
                    );
                    return Bind::Poison;
                }
                let value = self.scalar_of(value, span);
                self.push(OpKind::Fill { place, value }, span);
                Bind::Unit
            }
            ("copy_from_slice" | "clone_from_slice", [from]) => {
                let located = self.locate(from, &Want::Memory);
                if let Some(from) = self.memory_of(located, from.span()) {
                    self.push(OpKind::Copy { to: place, from }, span);
                }
                Bind::Unit
            }
            ("copy_within", [syn::Expr::Range(range), to]) => {
                self.copy_within(place, range, to, span)
            }
            ("map", [_]) => self.array_map(e, place),
            ("split_at" | "split_at_mut", [at]) => {
                let at = self.scalar(at, &Want::Type(USIZE));
                self.split(place, at, name == "split_at_mut", span)
            }
            _ => {
                self.errors.at(
                    &e.method,
                    match name {
                        "iter" | "iter_mut" | "into_iter" | "chunks" | "windows" | "chunks_exact" => {
                            "this iterator is not followed, so that derivatives through it would be lost; write \
                             a loop over indices: `for i in 0..x.len()`"
                                .to_owned()
                        }
                        _ => format!(
                            "the macro does not know what `{name}` does to the elements; write a loop over \
                             indices"
                        ),
                    },
                );
                Bind::Poison
            }
        }
    }

    /// `get(i)`, `first()`, `split_last()`, `pop()`.
    fn element_option(&mut self, e: &syn::ExprMethodCall, name: &str, place: Place) -> Bind {
        let span = e.span();
        let mutable = name.ends_with("_mut");
        if name == "pop" {
            if !self.may_grow(e, name, &place) {
                return Bind::Poison;
            }
            let there = self.has_elements(&place, span);
            let value =
                self.branch(there, span, |reader| reader.pop_last(place, span), |_| Bind::Uninit);
            return Choice { there: Bind::Scalar(there), value, error: None }.into();
        }
        if let ("get" | "get_mut", Some(index)) = (name, e.args.first()) {
            if let syn::Expr::Range(_) = index {
                return self.range_option(place, index, mutable, span);
            }
            let index = self.scalar(index, &Want::Type(USIZE));
            let len = self.len(place.clone(), span);
            let there = self.compare(Comparison::Lt, [index, len], span);
            let mut element = place;
            element.path.push(Step::Index(index));
            return self.element_if(there, element, mutable);
        }
        let there = self.has_elements(&place, span);
        let first = name.contains("first");
        let index = |reader: &mut Self| match first {
            true => reader.constant(Constant::Int(0), USIZE, span),
            false => {
                // Nobody reads it where there is no element.
                let len = reader.len(place.clone(), span);
                let one = reader.constant(Constant::Int(1), USIZE, span);
                let method = proc_macro2::Ident::new("wrapping_sub", span);
                let form = crate::ir::Form::Method(method, proc_macro2::TokenStream::new());
                reader.opaque(form, vec![len, one], USIZE, span)
            }
        };
        let at = index(self);
        let mut element = place.clone();
        element.path.push(Step::Index(at));
        if !name.starts_with("split_") {
            return self.element_if(there, element, mutable);
        }
        let (start, end) = match first {
            true => (Some(self.constant(Constant::Int(1), USIZE, span)), None),
            false => (None, Some(at)),
        };
        let mut rest = place.clone();
        rest.path.push(Step::Range { start, end, inclusive: false });
        let part = |place: Place| Bind::Reference { target: Target::Place(place), mutable };
        let value = Bind::Tuple(vec![part(element), part(rest)]);
        Choice { there: Bind::Scalar(there), value, error: None }.into()
    }

    /// `get(a..b)`.
    fn range_option(
        &mut self,
        mut place: Place,
        range: &syn::Expr,
        mutable: bool,
        span: Span,
    ) -> Bind {
        let Step::Range { start, end, inclusive } = self.step(range) else { return Bind::Poison };
        let len = self.len(place.clone(), span);
        let order = if inclusive { Comparison::Lt } else { Comparison::Le };
        let mut there = match end {
            Some(end) => self.compare(order, [end, len], span),
            None => self.compare(Comparison::Le, [start.unwrap_or(len), len], span),
        };
        if let (Some(start), Some(end)) = (start, end) {
            let mut after = end;
            if inclusive {
                // `3..=2` is empty.
                let one = self.constant(Constant::Int(1), USIZE, span);
                after = self.integer_method("saturating_add", vec![end, one], span);
            }
            let ordered = self.compare(Comparison::Le, [start, after], span);
            there = self.logic(true, true, span, |_| there, |_| ordered);
        }
        place.path.push(Step::Range { start, end, inclusive });
        self.element_if(there, place, mutable)
    }

    /// Through a copy, because source and destination may overlap.
    fn copy_within(
        &mut self,
        place: Place,
        range: &syn::ExprRange,
        to: &syn::Expr,
        span: Span,
    ) -> Bind {
        let mut from = place.clone();
        from.path.push(self.step(&syn::Expr::Range(range.clone())));
        let start = self.scalar(to, &Want::Type(USIZE));
        let copy: Place = self.alloc_copy(from, true, span).into();
        let len = self.len(copy.clone(), span);
        let end = self.rule(Rule::Add, vec![start, len], span);
        let mut to = place;
        to.path.push(Step::Range { start: Some(start), end: Some(end), inclusive: false });
        self.push(OpKind::Copy { to, from: copy }, span);
        Bind::Unit
    }

    pub fn alloc_copy(&mut self, place: Place, vector: bool, span: Span) -> crate::ir::MemoryId {
        let ty = match (self.function.place_type(&place), vector) {
            (Type::Array(of, _) | Type::Slice(of), true) | (Type::Slice(of), false) => {
                Type::Vec(of)
            }
            (ty, _) => ty,
        };
        self.alloc(ty, Init::Copy(place), None, span)
    }

    fn split(&mut self, place: Place, at: ValueId, mutable: bool, span: Span) -> Bind {
        let ty = match self.function.place_type(&place) {
            Type::Array(of, _) | Type::Vec(of) | Type::Slice(of) => Type::Slice(of),
            ty => ty,
        };
        let view = |reader: &mut Self, start, end| {
            let mut of = place.clone();
            of.path.push(Step::Range { start, end, inclusive: false });
            reader.function.new_memory(MemoryInfo {
                ty: ty.clone(),
                name: None,
                mutable,
                origin: Origin::View(of),
                span,
            })
        };
        let memories = [view(self, None, Some(at)), view(self, Some(at), None)];
        self.push(OpKind::Split { memories, of: place, at }, span);
        Bind::Tuple(
            memories
                .iter()
                .map(|memory| Bind::Reference { target: Target::Place((*memory).into()), mutable })
                .collect(),
        )
    }
}
