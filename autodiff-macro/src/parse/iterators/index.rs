//! Indexed iterators: their length, and item `i` of them.

use proc_macro2::Span;

use super::{By, Chunks, Iter};
use crate::{
    ir::{Adaptor, Comparison, Constant, Int, OpKind, Place, Range, Step, Type, ValueId},
    parse::{
        Reader,
        closure::Callable,
        env::{Bind, Target, Want},
        place::Located,
        types::{USIZE, is_scalar, join},
    },
    rules::Rule,
};

impl Reader<'_> {
    /// Whether its items can be had one by one, each evaluated once, in any order.
    pub fn is_indexed(&self, iter: &Iter) -> bool {
        match iter {
            Iter::Range { .. }
            | Iter::Elements { .. }
            | Iter::Chunks { .. }
            | Iter::Windows { .. }
            | Iter::Grid { .. }
            | Iter::Repeat(_)
            | Iter::Once(_)
            | Iter::Empty => true,
            Iter::Copied(of) | Iter::Enumerate(of) | Iter::Take(of, _) => self.is_indexed(of),
            Iter::Rev(of) | Iter::Reversed(of, _) => self.is_indexed_from_the_end(of),
            Iter::Map(of, _) | Iter::Keyed(of, _) | Iter::Inspect(of, _) => self.is_indexed(of),
            Iter::Part { of, .. } => self.is_indexed(of),
            // What is skipped is evaluated by `std`.
            Iter::Skip(of, _) | Iter::StepBy(of, _) => {
                self.is_indexed(of) && of.callables().is_empty()
            }
            // The first evaluates one more item if it is longer.
            Iter::Zip(a, b) => self.is_indexed(a) && self.is_indexed(b) && !self.has_effects(a),
            Iter::Cycle(of) => self.is_indexed(of) && !self.has_effects(of),
            _ => false,
        }
    }

    /// From the end, what is skipped is not evaluated.
    fn is_indexed_from_the_end(&self, iter: &Iter) -> bool {
        match iter {
            Iter::Skip(of, _) | Iter::StepBy(of, _) => {
                self.is_indexed_from_the_end(of) && !self.has_effects(of)
            }
            Iter::Copied(of)
            | Iter::Enumerate(of)
            | Iter::Take(of, _)
            | Iter::Map(of, _)
            | Iter::Inspect(of, _) => self.is_indexed_from_the_end(of),
            Iter::Zip(a, b) => {
                self.is_indexed_from_the_end(a)
                    && self.is_indexed_from_the_end(b)
                    && !self.has_effects(a)
            }
            iter => self.is_indexed(iter),
        }
    }

    /// Whether going over it changes variables, of which one may be an iterator.
    pub fn has_effects(&self, iter: &Iter) -> bool {
        iter.takes() || iter.callables().into_iter().any(|f| !self.assigned_by(f).is_empty())
    }

    /// Two indexed ones in a row can be had by index too, though not as fast.
    pub fn is_indexed_by_parts(&self, iter: &Iter) -> bool {
        match iter {
            Iter::Chain(a, b) => self.is_indexed_by_parts(a) && self.is_indexed_by_parts(b),
            Iter::Copied(of)
            | Iter::Enumerate(of)
            | Iter::Rev(of)
            | Iter::Take(of, _)
            | Iter::Map(of, _) => self.is_indexed_by_parts(of),
            iter => self.is_indexed(iter),
        }
    }

    /// The same items, the lengths that single ones of them depend on being found before the loop.
    pub fn hoisted(&mut self, iter: &Iter, top: bool, span: Span) -> Iter {
        let mut inner = |of: &Iter, top: bool| Box::new(self.hoisted(of, top, span));
        match iter {
            Iter::Rev(of) if top => Iter::Rev(inner(of, top)),
            Iter::Rev(of) => {
                let of = inner(of, false);
                match self.length_of(&of, span) {
                    Some(len) => Iter::Reversed(of, len),
                    None => Iter::Rev(of),
                }
            }
            Iter::Map(of, f) => Iter::Map(inner(of, top), f.clone()),
            Iter::Copied(of) => Iter::Copied(inner(of, top)),
            Iter::Zip(a, b) => Iter::Zip(inner(a, false), inner(b, false)),
            Iter::Enumerate(of) => Iter::Enumerate(inner(of, false)),
            Iter::Skip(of, n) => Iter::Skip(inner(of, false), *n),
            Iter::Take(of, n) if !is_range(of) => Iter::Take(inner(of, false), *n),
            Iter::StepBy(of, n) if !is_range(of) => Iter::StepBy(inner(of, false), *n),
            of => of.clone(),
        }
    }

    /// The range that a loop over an indexed iterator runs over.
    pub fn loop_range(&mut self, iter: &Iter, span: Span) -> Range {
        match iter {
            Iter::Range { start, end, inclusive } => {
                let ty = self.function.value(*start).ty.clone();
                let end = match end {
                    Some(end) => *end,
                    None => self.endless(&ty, span),
                };
                Range { start: *start, end, inclusive: *inclusive, adaptors: Vec::new() }
            }
            Iter::Map(of, _) | Iter::Inspect(of, _) | Iter::Copied(of) => self.loop_range(of, span),
            Iter::Rev(of) => {
                let mut range = self.loop_range(of, span);
                range.adaptors.push(Adaptor::Rev);
                range
            }
            // The index runs over what is left of the items.
            Iter::Skip(of, n) => {
                let end = match self.length_of(of, span) {
                    Some(end) => end,
                    None => self.endless(&USIZE, span),
                };
                Range { start: *n, end, inclusive: false, adaptors: Vec::new() }
            }
            Iter::Part { front, back, .. } => {
                Range { start: *front, end: *back, inclusive: false, adaptors: Vec::new() }
            }
            Iter::StepBy(of, k) if is_range(of) => {
                let mut range = self.loop_range(of, span);
                range.adaptors.push(Adaptor::StepBy(*k));
                range
            }
            Iter::Take(of, n) if is_range(of) => {
                let mut range = self.loop_range(of, span);
                range.adaptors.push(Adaptor::Take(*n));
                range
            }
            of => {
                let start = self.usize(0, span);
                let end = match self.length_of(of, span) {
                    Some(end) => end,
                    None => self.endless(&USIZE, span),
                };
                Range { start, end, inclusive: false, adaptors: Vec::new() }
            }
        }
    }

    /// The largest number of a type: where a range without an end would overflow.
    fn endless(&mut self, ty: &Type, span: Span) -> ValueId {
        // Of a literal, it is that of the type that is found later (`analysis::types`).
        let (ty, int) = match ty {
            Type::Int(Int::Literal) | Type::Unknown => (Type::Int(Int::Literal), Int::I32),
            Type::Int(int) => (ty.clone(), *int),
            ty => (ty.clone(), Int::Usize),
        };
        self.constant(Constant::Tokens(int.largest()), ty, span)
    }

    /// The variable that runs over a range.
    pub fn loop_index(&mut self, range: &Range, span: Span) -> ValueId {
        let ty = join(&self.function.value(range.start).ty, &self.function.value(range.end).ty);
        self.function.new_value(ty, None, span)
    }

    /// The item of a loop over [`Reader::loop_range`], as far as the pattern wants it.
    pub fn loop_item(
        &mut self,
        iter: &Iter,
        index: ValueId,
        pat: Option<&syn::Pat>,
        span: Span,
    ) -> Bind {
        match iter {
            // The index itself runs over the range: adaptors are the loop's.
            Iter::Range { .. } => Bind::Scalar(index),
            Iter::Rev(of) => self.loop_item(of, index, pat, span),
            Iter::StepBy(of, _) | Iter::Take(of, _) if is_range(of) => {
                self.loop_item(of, index, pat, span)
            }
            Iter::Skip(of, _) | Iter::Part { of, .. } => self.item_at(of, index, pat, span),
            Iter::Map(of, f) => {
                let item = self.loop_item(of, index, self.pattern_of(f).as_ref(), span);
                self.mapped(f, item, span)
            }
            Iter::Inspect(of, f) => {
                let item = self.loop_item(of, index, None, span);
                self.inspected(f, item, span)
            }
            Iter::Copied(of) => {
                let item = self.loop_item(of, index, pat, span);
                self.copied(item, span)
            }
            of => self.item_at(of, index, pat, span),
        }
    }

    /// Item `index`, as far as the pattern wants it.
    pub fn item_at(
        &mut self,
        iter: &Iter,
        index: ValueId,
        pat: Option<&syn::Pat>,
        span: Span,
    ) -> Bind {
        let unused = matches!(pat, Some(syn::Pat::Wild(_)));
        match iter {
            Iter::Elements { .. } | Iter::Chunks { .. } | Iter::Windows { .. } if unused => {
                Bind::Unit
            }
            Iter::Elements { place, by } => {
                let mut place = place.clone();
                place.path.push(Step::Index(index));
                let unseen = self.function.place_type(&place) == Type::Unknown;
                match by {
                    By::Value if unseen && takes_apart(pat) => Bind::Content(place),
                    By::Value => self.element(place, span),
                    By::Shared => self.reference(Located::Memory(place), false, span),
                    By::Mutable => self.reference(Located::Memory(place), true, span),
                }
            }
            Iter::Grid { place, by, columns } => {
                let place = self.cell(place, *columns, index, span);
                match by {
                    By::Value => self.element(place, span),
                    by => self.reference(Located::Memory(place), *by == By::Mutable, span),
                }
            }
            Iter::Zip(a, b) => {
                let (left, right) = parts(pat);
                let a = self.item_at(a, index, left, span);
                let b = self.item_at(b, index, right, span);
                Bind::Tuple(vec![a, b])
            }
            Iter::Enumerate(of) => {
                let (_, right) = parts(pat);
                Bind::Tuple(vec![Bind::Scalar(index), self.item_at(of, index, right, span)])
            }
            Iter::Rev(of) => {
                let Some(len) = self.length_of(of, span) else { return Bind::Poison };
                let one = self.usize(1, span);
                let last = self.rule(Rule::Sub, vec![len, one], span);
                let index = self.rule(Rule::Sub, vec![last, index], span);
                self.item_at(of, index, pat, span)
            }
            Iter::Reversed(of, len) => {
                let one = self.usize(1, span);
                let last = self.rule(Rule::Sub, vec![*len, one], span);
                let index = self.rule(Rule::Sub, vec![last, index], span);
                self.item_at(of, index, pat, span)
            }
            Iter::Skip(of, n) => {
                let index = self.rule(Rule::Add, vec![index, *n], span);
                self.item_at(of, index, pat, span)
            }
            Iter::Part { of, front, .. } => {
                let index = self.rule(Rule::Add, vec![index, *front], span);
                self.item_at(of, index, pat, span)
            }
            Iter::Take(of, _) => self.item_at(of, index, pat, span),
            Iter::StepBy(of, k) => {
                let index = self.rule(Rule::Mul, vec![index, *k], span);
                self.item_at(of, index, pat, span)
            }
            Iter::Cycle(of) => {
                let Some(len) = self.length_of(of, span) else { return Bind::Poison };
                let index = self.rule(Rule::Rem, vec![index, len], span);
                self.item_at(of, index, pat, span)
            }
            Iter::Chunks { place, size, kind, mutable } => {
                let (start, end) = self.chunk(place, *size, *kind, index, span);
                self.part(place, start, end, *mutable, span)
            }
            Iter::Windows { place, size } => {
                let end = self.rule(Rule::Add, vec![index, *size], span);
                self.part(place, index, end, false, span)
            }
            Iter::Range { start, .. } => {
                let ty = self.function.value(*start).ty.clone();
                let index = match ty {
                    Type::Int(Int::Usize) | Type::Unknown => index,
                    ty => {
                        let out = self.function.new_value(ty.clone(), None, span);
                        self.push(OpKind::Cast { out, arg: index, ty }, span);
                        out
                    }
                };
                if self.is_zero(*start) {
                    return Bind::Scalar(index);
                }
                Bind::Scalar(self.rule(Rule::Add, vec![*start, index], span))
            }
            Iter::Repeat(bind) | Iter::Once(bind) => bind.read(),
            Iter::Copied(of) => {
                let item = self.item_at(of, index, pat, span);
                self.copied(item, span)
            }
            Iter::Map(of, f) => {
                let item = self.item_at(of, index, self.pattern_of(f).as_ref(), span);
                self.mapped(f, item, span)
            }
            Iter::Inspect(of, f) => {
                let item = self.item_at(of, index, None, span);
                self.inspected(f, item, span)
            }
            Iter::Keyed(of, f) => {
                let item = self.item_at(of, index, None, span);
                self.keyed(f, item, span)
            }
            Iter::Chain(a, b) => {
                let Some(len) = self.length_of(a, span) else {
                    return self.item_at(a, index, pat, span);
                };
                let first = self.compare(Comparison::Lt, [index, len], span);
                self.branch(
                    first,
                    span,
                    |reader| {
                        let item = reader.item_at(a, index, pat, span);
                        reader.copied(item, span)
                    },
                    |reader| {
                        let index = reader.rule(Rule::Sub, vec![index, len], span);
                        let item = reader.item_at(b, index, pat, span);
                        reader.copied(item, span)
                    },
                )
            }
            _ => Bind::Poison,
        }
    }

    /// An element read as a value.
    fn element(&mut self, place: Place, span: Span) -> Bind {
        let ty = self.function.place_type(&place);
        let want = if is_scalar(&ty) || ty == Type::Unknown { Want::Scalar } else { Want::Any };
        self.read(Located::Memory(place), &want, span)
    }

    /// An item by value, that was one by reference.
    pub fn copied(&mut self, item: Bind, span: Span) -> Bind {
        if self.loses_reference(&item, span) {
            return Bind::Poison;
        }
        match item {
            Bind::Reference { target: Target::Place(place), .. } => self.element(place, span),
            Bind::Reference { target, .. } => self.read(Self::target(target), &Want::Scalar, span),
            item => item,
        }
    }

    pub fn mapped(&mut self, f: &Callable, item: Bind, span: Span) -> Bind {
        let args = match item {
            Bind::Uninit => Vec::new(),
            item => vec![item],
        };
        self.call_with(f, args, &Want::Scalar, span)
    }

    /// The item, behind what the function makes of it.
    pub fn keyed(&mut self, f: &Callable, item: Bind, span: Span) -> Bind {
        let item = self.carryable(item, span);
        let lent = self.lent(&item, span);
        let key = self.call_with(f, vec![lent], &Want::Scalar, span);
        Bind::Tuple(vec![key, item])
    }

    pub fn inspected(&mut self, f: &Callable, item: Bind, span: Span) -> Bind {
        let lent = self.lent(&item, span);
        self.call_with(f, vec![lent], &Want::Unit, span);
        item
    }

    /// The bounds of chunk `index`.
    fn chunk(
        &mut self,
        place: &Place,
        size: ValueId,
        kind: Chunks,
        index: ValueId,
        span: Span,
    ) -> (ValueId, ValueId) {
        let offset = self.rule(Rule::Mul, vec![index, size], span);
        match kind {
            Chunks::Exact => (offset, self.rule(Rule::Add, vec![offset, size], span)),
            Chunks::Short => {
                let end = self.rule(Rule::Add, vec![offset, size], span);
                let len = self.len(place.clone(), span);
                (offset, self.rule(Rule::Min, vec![end, len], span))
            }
            Chunks::FromEnd => {
                let len = self.len(place.clone(), span);
                let end = self.rule(Rule::Sub, vec![len, offset], span);
                (self.integer_method("saturating_sub", vec![end, size], span), end)
            }
        }
    }

    fn part(
        &mut self,
        place: &Place,
        start: ValueId,
        end: ValueId,
        mutable: bool,
        span: Span,
    ) -> Bind {
        let mut place = place.clone();
        place.path.push(Step::Range { start: Some(start), end: Some(end), inclusive: false });
        let view = self.view(place, mutable, span);
        Bind::Reference { target: Target::Place(view.into()), mutable }
    }
}

/// Whether a loop can run over a range of the user's, with adaptors.
fn is_range(iter: &Iter) -> bool {
    match iter {
        Iter::Range { .. } => true,
        Iter::Rev(of) | Iter::StepBy(of, _) | Iter::Take(of, _) => is_range(of),
        _ => false,
    }
}

/// Whether a pattern shows that an item has fields.
fn takes_apart(pat: Option<&syn::Pat>) -> bool {
    match pat {
        Some(syn::Pat::Tuple(_) | syn::Pat::Struct(_) | syn::Pat::TupleStruct(_)) => true,
        Some(syn::Pat::Paren(p)) => takes_apart(Some(&p.pat)),
        Some(syn::Pat::Type(p)) => takes_apart(Some(&p.pat)),
        _ => false,
    }
}

/// The patterns of a pair's parts.
fn parts(pat: Option<&syn::Pat>) -> (Option<&syn::Pat>, Option<&syn::Pat>) {
    match pat {
        Some(syn::Pat::Tuple(p)) if p.elems.len() == 2 => (Some(&p.elems[0]), Some(&p.elems[1])),
        Some(syn::Pat::Paren(p)) => parts(Some(&p.pat)),
        Some(syn::Pat::Type(p)) => parts(Some(&p.pat)),
        Some(syn::Pat::Reference(p)) => parts(Some(&p.pat)),
        _ => (None, None),
    }
}
