//! Items kept: vectors and arrays made of them.

use proc_macro2::Span;
use syn::spanned::Spanned;

use super::{By, Iter};
use crate::{
    ir::{
        Constant, Float, Growth, Init, Length, MemoryId, Op, OpKind, Place, PresumedOf,
        Presumption, Step, Type, ValueId, visit,
    },
    parse::{
        Reader,
        closure::Callable,
        env::{Bind, Want},
        place::Located,
        types::{USIZE, is_memory, is_scalar, join},
    },
};

impl<'a> Reader<'a> {
    pub fn collect(&mut self, iter: &Iter, ty: Option<Type>, span: Span) -> Bind {
        let ty = ty.map(|ty| self.meant(ty));
        let element = match &ty {
            Some(Type::Vec(of)) => (**of).clone(),
            Some(Type::Unknown) | None => Type::Unknown,
            Some(_) => {
                self.errors.at_span(
                    span,
                    "only vectors are collected into here; write `collect::<Vec<_>>()`, and go on from there",
                );
                return Bind::Poison;
            }
        };
        // Characters and the like are no numbers.
        let element = match element {
            Type::Unknown if iter.callables().is_empty() && self.are_items_unseen(iter) => {
                Type::Opaque
            }
            element => element,
        };
        let len = match self.is_indexed(iter) {
            true => self.length_of(iter, span),
            false => None,
        };
        let grown = match element {
            Type::Vec(_) | Type::Tuple(_) | Type::Named(_) | Type::Opaque => true,
            Type::Unknown => {
                len.is_some() && !iter.callables().is_empty() && self.rehearsed_as_grown(iter, span)
            }
            _ => false,
        };
        let len = match len {
            Some(len) if !grown => len,
            len => return self.collect_by_push(iter, element, len, span),
        };
        let (memory, zero) = self.zeros(Type::Vec(Box::new(element)), vec![len], span);
        let numbered = Iter::Enumerate(Box::new(iter.clone()));
        self.walk(&numbered, Vec::new(), None, span, &mut |reader, pair, _| {
            let Some([i, item]) = pair_of(pair) else { return };
            reader.put_item(memory, zero, i, item, span);
        });
        Bind::Owned(memory)
    }

    /// Whether the items are those of a text or of another function's iterator, whatever they are.
    fn are_items_unseen(&self, iter: &Iter) -> bool {
        match iter {
            Iter::Elements { place, .. } => self.function.presumed.iter().any(|of| {
                let is_of = matches!(&of.of, PresumedOf::Place(other) if other == place);
                is_of && of.to_be == Presumption::Items
            }),
            Iter::Rev(of)
            | Iter::Reversed(of, _)
            | Iter::Skip(of, _)
            | Iter::Take(of, _)
            | Iter::StepBy(of, _)
            | Iter::Part { of, .. } => self.are_items_unseen(of),
            _ => false,
        }
    }

    /// Whether items turn out to be vectors or tuples, which are pushed.
    fn rehearsed_as_grown(&mut self, iter: &Iter, span: Span) -> bool {
        let mut grown = false;
        self.rehearse(|reader| {
            reader.walk(iter, Vec::new(), None, span, &mut |reader, item, _| {
                let made = reader.bind_type(&item);
                grown = matches!(made, Type::Vec(_) | Type::Tuple(_) | Type::Named(_));
            });
        });
        grown
    }

    /// Where the number of items is not known before, or the items have lengths of their own.
    fn collect_by_push(
        &mut self,
        iter: &Iter,
        element: Type,
        len: Option<ValueId>,
        span: Span,
    ) -> Bind {
        let init = len.map_or(Init::Empty, Init::Capacity);
        let memory = self.alloc(Type::Vec(Box::new(element)), init, None, span);
        self.function.memories[memory.index()].mutable = true;
        self.push_items(memory.into(), iter, span);
        Bind::Owned(memory)
    }

    /// `extend` by an iterator.
    pub fn push_items(&mut self, place: Place, iter: &Iter, span: Span) {
        self.walk(iter, Vec::new(), None, span, &mut |reader, item, _| {
            let item = reader.carryable(item, span);
            if matches!(item, Bind::Poison | Bind::Uninit) {
                return;
            }
            let (init, ty) = reader.item(item, span);
            let init = reader.made_first(init, span);
            reader.refine(&place, ty);
            reader.push(OpKind::Vector { place: place.clone(), growth: Growth::Push(init) }, span);
        });
    }

    /// `partition`: two vectors that grow.
    pub fn partition(&mut self, iter: &Iter, f: &syn::Expr, want: &Want, span: Span) -> Bind {
        let Some(f) = self.callable(f) else { return Bind::Poison };
        let sides = [0, 1].map(|i| {
            let ty = match want.field(i) {
                Want::Type(ty @ Type::Vec(_)) => ty,
                _ => Type::Vec(Box::new(Type::Unknown)),
            };
            let memory = self.alloc(ty, Init::Empty, None, span);
            self.function.memories[memory.index()].mutable = true;
            memory
        });
        let slots = self.assigned_by(&f);
        self.walk(iter, slots, None, span, &mut |reader, item, _| {
            let item = reader.carryable(item, span);
            let lent = reader.lent(&item, span);
            let first = reader.call_with(&f, vec![lent], &Want::Type(Type::Bool), span);
            let first = reader.scalar_of(first, span);
            let push = |memory: MemoryId| {
                let item = item.clone();
                move |reader: &mut Reader<'a>| {
                    let place = Place::from(memory);
                    let (init, ty) = reader.item(item, span);
                    let init = reader.made_first(init, span);
                    reader.refine(&place, ty);
                    reader.push(OpKind::Vector { place, growth: Growth::Push(init) }, span);
                    Bind::Unit
                }
            };
            reader.branch(first, span, push(sides[0]), push(sides[1]));
        });
        Bind::Tuple(sides.into_iter().map(Bind::Owned).collect())
    }

    /// `unzip` of pairs.
    pub fn unzip(&mut self, iter: &Iter, want: &Want, span: Span) -> Bind {
        let element = |want: Want| match want {
            Want::Type(Type::Vec(of)) => *of,
            _ => Type::Unknown,
        };
        let len = match self.is_indexed(iter) {
            true => self.length_of(iter, span),
            false => None,
        };
        let Some(len) = len else {
            let sides = [0, 1].map(|i| {
                let ty = Type::Vec(Box::new(element(want.field(i))));
                let memory = self.alloc(ty, Init::Empty, None, span);
                self.function.memories[memory.index()].mutable = true;
                memory
            });
            self.walk(iter, Vec::new(), None, span, &mut |reader, item, _| {
                let items = reader.fields_of(item, 2, span, quote::quote_spanned!(span=> unzip));
                for (memory, item) in sides.iter().zip(items) {
                    let item = reader.carryable(item, span);
                    let place = Place::from(*memory);
                    let (init, ty) = reader.item(item, span);
                    let init = reader.made_first(init, span);
                    reader.refine(&place, ty);
                    reader.push(OpKind::Vector { place, growth: Growth::Push(init) }, span);
                }
            });
            return Bind::Tuple(sides.into_iter().map(Bind::Owned).collect());
        };
        let sides = [0, 1].map(|i| {
            let ty = Type::Vec(Box::new(element(want.field(i))));
            self.zeros(ty, vec![len], span)
        });
        let numbered = Iter::Enumerate(Box::new(iter.clone()));
        self.walk(&numbered, Vec::new(), None, span, &mut |reader, pair, _| {
            let Some([i, item]) = pair_of(pair) else { return };
            let items = reader.fields_of(item, 2, span, quote::quote_spanned!(span=> unzip));
            for ((memory, zero), item) in sides.iter().zip(items) {
                reader.put_item(*memory, *zero, i.clone(), item, span);
            }
        });
        Bind::Tuple(sides.iter().map(|(memory, _)| Bind::Owned(*memory)).collect())
    }

    /// `array.map(f)`.
    pub fn array_map(&mut self, e: &syn::ExprMethodCall, place: Place) -> Bind {
        let span = e.method.span();
        let Some(f) = e.args.first().and_then(|f| self.callable(f)) else { return Bind::Poison };
        let ty = self.function.place_type(&place);
        if ty == Type::Unknown {
            return self.map_in_place(&f, place, span);
        }
        let Type::Array(_, length) = ty else {
            self.errors.at(
                &e.method,
                "the macro cannot see that this is an array, which `map` is a method of; give it a type, or write \
                 `iter().map(..)`",
            );
            return Bind::Poison;
        };
        // What the function writes is not what is gone over.
        let place = match self.assigned_by(&f).is_empty() {
            true => place,
            false => self.copy_of(Bind::Content(place), span).into(),
        };
        let of = Iter::Elements { place, by: By::Value };
        self.array_of(length, Type::Unknown, Iter::Map(Box::new(of), f), span)
    }

    /// `map` of something whose length is not seen: a copy, each of whose elements is exchanged.
    fn map_in_place(&mut self, f: &Callable, place: Place, span: Span) -> Bind {
        let copy = self.alloc(Type::Unknown, Init::Copy(place), None, span);
        self.function.memories[copy.index()].mutable = true;
        let start = self.usize(0, span);
        let end = self.len(copy.into(), span);
        let indices = Iter::Range { start, end: Some(end), inclusive: false };
        let slots = self.assigned_by(f);
        self.walk(&indices, slots, None, span, &mut |reader, i, _| {
            let i = reader.scalar_of(i, span);
            let place = Place { memory: copy, path: vec![Step::Index(i)] };
            let element = reader.read(Located::Memory(place.clone()), &Want::Scalar, span);
            let made = reader.call_with(f, vec![element], &Want::Scalar, span);
            if !reader.gone {
                let value = reader.scalar_of(made, span);
                reader.push(OpKind::Store { place, value }, span);
            }
        });
        Bind::Owned(copy)
    }

    /// `std::array::from_fn(f)`.
    pub fn array_from_fn(&mut self, e: &syn::ExprCall, want: &Want) -> Bind {
        let span = e.span();
        let Some(f) = e.args.first().and_then(|f| self.callable(f)) else { return Bind::Poison };
        let told = want.ty().map(|ty| self.meant(ty.clone()));
        let Some(Type::Array(of, length)) = &told else {
            self.errors.at(
                &e.func,
                "the macro cannot see how long this array is; give it a type: `let a: [f64; 3] = ..`",
            );
            return Bind::Poison;
        };
        let start = self.usize(0, span);
        let tokens = length.tokens.clone();
        let end = match length.known {
            Some(n) => Constant::Int(n.into()),
            None => Constant::Tokens(tokens),
        };
        let end = self.constant(end, USIZE, span);
        let indices = Iter::Range { start, end: Some(end), inclusive: false };
        let item = match &**of {
            Type::Unknown => Want::Any,
            of => Want::Type(of.clone()),
        };
        let (of, length) = ((**of).clone(), length.clone());
        let make = |reader: &mut Reader<'a>, i| reader.call_with(&f, vec![i], &item, span);
        self.array_made(length, of, &indices, Some(&f), make, span)
    }

    fn array_of(&mut self, length: Length, element: Type, iter: Iter, span: Span) -> Bind {
        self.array_made(length, element, &iter, None, |_, item| item, span)
    }

    /// An array of what `make` makes of the items; `f` is called by it.
    fn array_made(
        &mut self,
        length: Length,
        element: Type,
        iter: &Iter,
        f: Option<&Callable>,
        make: impl Fn(&mut Reader<'a>, Bind) -> Bind,
        span: Span,
    ) -> Bind {
        let slots = f.map(|f| self.assigned_by(f)).unwrap_or_default();
        let numbered = Iter::Enumerate(Box::new(iter.clone()));
        let mut made = element.clone();
        if element == Type::Unknown {
            let slots = slots.clone();
            self.rehearse(|reader| {
                reader.walk(&numbered, slots, None, span, &mut |reader, pair, _| {
                    let Some([_, item]) = pair_of(pair) else { return };
                    let item = make(reader, item);
                    made = reader.bind_type(&item);
                });
            });
        }
        let of_structs = has_parts_unseen(&made);
        let known = of_structs || matches!(made, Type::Tuple(_));
        let ty = Type::Array(Box::new(if known { made } else { element }), length);
        let (memory, zero) = match of_structs {
            true => {
                let memory = self.alloc(ty, Init::Empty, None, span);
                self.function.memories[memory.index()].mutable = true;
                let zero = self.dummy(&Type::Float(Float::Literal), span);
                (memory, zero)
            }
            false => self.zeros(ty, Vec::new(), span),
        };
        self.walk(&numbered, slots, None, span, &mut |reader, pair, _| {
            let Some([i, item]) = pair_of(pair) else { return };
            let item = make(reader, item);
            if !reader.gone {
                reader.put_item(memory, zero, i, item, span);
            }
        });
        Bind::Owned(memory)
    }

    /// `x[a..b].try_into().unwrap()`: an array of what must be as long.
    pub fn array_of_slice(
        &mut self,
        e: &syn::ExprMethodCall,
        name: &str,
        want: &Want,
    ) -> Option<Bind> {
        let syn::Expr::MethodCall(inner) = &*e.receiver else { return None };
        if !matches!(name, "unwrap" | "expect") || inner.method != "try_into" {
            return None;
        }
        let span = e.span();
        let located = self.locate(&inner.receiver, &Want::Memory);
        let from = match self.auto(located) {
            Located::Memory(place) if is_memory(&self.function.place_type(&place)) => place,
            _ => return None,
        };
        let Some(Type::Array(of, length)) = want.ty() else {
            self.errors.at(
                &inner.method,
                "the macro cannot see how long this array is; give it a type: `let a: [f64; 3] = ..`",
            );
            return Some(Bind::Poison);
        };
        let of = match self.function.place_type(&from).element() {
            Some(made) => join(of, made),
            None => (**of).clone(),
        };
        let (memory, _) = self.zeros(Type::Array(Box::new(of), length.clone()), Vec::new(), span);
        // Panics if the lengths differ, as `unwrap` does.
        self.push(OpKind::Copy { to: memory.into(), from }, span);
        Some(Bind::Owned(memory))
    }

    /// New memory of this type, and the constant that it is full of.
    fn zeros(&mut self, ty: Type, lens: Vec<ValueId>, span: Span) -> (MemoryId, ValueId) {
        let mut leaf = &ty;
        while let Some(of) = leaf.element() {
            leaf = of;
        }
        let (constant, scalar) = match leaf {
            Type::Int(_) => (Constant::Int(0), leaf.clone()),
            Type::Bool => (Constant::Bool(false), leaf.clone()),
            Type::Float(_) => (Constant::Float(0.0, None), leaf.clone()),
            _ => (Constant::Float(0.0, None), Type::Float(Float::Literal)),
        };
        let value = self.constant(constant, scalar, span);
        let memory = self.alloc(ty, Init::Repeat { value, lens }, None, span);
        self.function.memories[memory.index()].mutable = true;
        (memory, value)
    }

    fn put_item(&mut self, memory: MemoryId, zero: ValueId, i: Bind, item: Bind, span: Span) {
        let i = self.scalar_of(i, span);
        let item = self.carryable(item, span);
        if matches!(item, Bind::Poison | Bind::Uninit) {
            return;
        }
        let made = self.bind_type(&item);
        if !is_scalar(&made)
            && !matches!(made, Type::Array(..) | Type::Unknown | Type::Tuple(_) | Type::Named(_))
        {
            self.errors.at_span(
                span,
                "items that are tuples or vectors are not collected here; collect each part into a vector of its own, \
                 or numbers into one long vector",
            );
            return;
        }
        self.element_is(memory, zero, &made);
        let place = Place { memory, path: vec![Step::Index(i)] };
        if is_memory(&made) || matches!(item, Bind::Tuple(_)) {
            self.overwrite(place, item, span);
        } else if !self.loses_reference(&item, span) {
            let value = self.scalar_of(item, span);
            self.push(OpKind::Store { place, value }, span);
        }
    }

    /// The elements turn out to be of this type.
    fn element_is(&mut self, memory: MemoryId, zero: ValueId, made: &Type) {
        let of = match &mut self.function.memories[memory.index()].ty {
            Type::Vec(of) | Type::Array(of, _) => of,
            _ => return,
        };
        **of = match &**of {
            Type::Unknown => made.clone(),
            of if is_scalar(of) => join(of, made),
            of => of.clone(),
        };
        let mut leaf = &**of;
        while let Some(of) = leaf.element() {
            leaf = of;
        }
        let leaf = leaf.clone();
        let constant = match &leaf {
            Type::Int(_) => Constant::Int(0),
            Type::Bool => Constant::Bool(false),
            _ => return,
        };
        self.replace_constant(zero, constant, leaf);
    }

    /// A constant that has been made before its type was known.
    pub fn replace_constant(&mut self, made: ValueId, constant: Constant, ty: Type) {
        self.function.values[made.index()].ty = ty;
        self.late_constants.push((made, constant));
    }

    /// Puts in the constants whose type was found late.
    pub fn finish_constants(&self, ops: &mut [Op]) {
        for op in ops {
            if let OpKind::Const { out, value } = &mut op.kind
                && let Some((_, late)) = self.late_constants.iter().rfind(|(made, _)| made == out)
            {
                *value = late.clone();
            }
            for region in visit::regions_mut(op) {
                self.finish_constants(&mut region.ops);
            }
        }
    }
}

pub(super) fn pair_of(bind: Bind) -> Option<[Bind; 2]> {
    match bind {
        Bind::Tuple(of) => of.try_into().ok(),
        _ => None,
    }
}

/// Whether there are structs in it, which no number can stand for.
fn has_parts_unseen(ty: &Type) -> bool {
    match ty {
        Type::Named(_) => true,
        Type::Array(of, _) => has_parts_unseen(of),
        Type::Tuple(of) => of.iter().any(has_parts_unseen),
        _ => false,
    }
}
