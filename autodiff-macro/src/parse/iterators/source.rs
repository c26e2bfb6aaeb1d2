//! Chains as they are written.

use std::rc::Rc;

use proc_macro2::Span;
use syn::{ext::IdentExt, spanned::Spanned};

use super::{By, Chunks, Iter, nested::ends};
use crate::{
    analysis::contradiction,
    ir::{Constant, OpKind, Place, Presumed, PresumedOf, Presumption, Shape, Type, ValueId, Var},
    parse::{
        Reader,
        env::{Bind, Scopes, Slot, Target, Want},
        place::Located,
        types::{USIZE, is_memory},
    },
};

const SOURCES: &[&str] = &[
    "iter",
    "iter_mut",
    "into_iter",
    "chunks",
    "chunks_mut",
    "chunks_exact",
    "chunks_exact_mut",
    "rchunks",
    "rchunks_mut",
    "windows",
    "array_windows",
    "drain",
];

/// What a text is made of: iterators that end.
const TEXTS: [&str; 5] =
    ["chars", "char_indices", "bytes", "split_whitespace", "split_ascii_whitespace"];

const ADAPTORS: &[&str] = &[
    "copied",
    "cloned",
    "by_ref",
    "fuse",
    "peekable",
    "rev",
    "enumerate",
    "zip",
    "skip",
    "take",
    "step_by",
    "cycle",
    "chain",
    "map",
    "inspect",
    "filter",
    "filter_map",
    "take_while",
    "skip_while",
    "map_while",
    "scan",
    "flat_map",
    "flatten",
    "into_iter",
];

impl Reader<'_> {
    /// Whether an expression is an iterator, as far as its words say.
    pub fn is_iterator(&self, e: &syn::Expr) -> bool {
        self.is_iterator_in(e, &self.scopes)
    }

    fn is_iterator_in(&self, e: &syn::Expr, scopes: &Scopes) -> bool {
        match e {
            syn::Expr::Paren(e) => self.is_iterator_in(&e.expr, scopes),
            syn::Expr::Group(e) => self.is_iterator_in(&e.expr, scopes),
            syn::Expr::Reference(e) => {
                e.mutability.is_some() && self.is_iterator_in(&e.expr, scopes)
            }
            syn::Expr::Range(_) => true,
            syn::Expr::Path(_) => self.iterator_slot_in(e, scopes).is_some(),
            syn::Expr::MethodCall(e) => {
                let name = e.method.to_string();
                let is_text = TEXTS.contains(&name.as_str()) && e.args.is_empty();
                is_text
                    || SOURCES.contains(&name.as_str()) && self.is_source(e, &name)
                    || ADAPTORS.contains(&name.as_str()) && self.is_iterator_in(&e.receiver, scopes)
            }
            syn::Expr::Call(e) => match &*e.func {
                syn::Expr::Path(path) => {
                    source_function(path).is_some() || self.makes_iterator(path, scopes)
                }
                _ => false,
            },
            syn::Expr::Block(e) => match e.block.stmts.last() {
                Some(syn::Stmt::Expr(last, None)) => self.is_iterator_in(last, scopes),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a closure or local function makes an iterator.
    fn makes_iterator(&self, path: &syn::ExprPath, scopes: &Scopes) -> bool {
        let Some(ident) = path.path.get_ident() else { return false };
        match scopes.find(&crate::parse::key(ident)) {
            Some(index) => match self.env.variables.get(self.behind(index)).map(|v| &v.bind) {
                Some(Bind::Closure(id)) => {
                    let (body, scopes) = self.closures[*id].body_and_scopes();
                    // A range is what a closure makes as seldom as a number is an iterator.
                    !matches!(body, syn::Expr::Path(_)) && self.is_iterator_in(body, scopes)
                }
                _ => false,
            },
            None => self.items.iter().any(|item| match item {
                syn::Item::Fn(f) if f.sig.ident == *ident => {
                    matches!(&f.sig.output, syn::ReturnType::Type(_, ty) if matches!(**ty, syn::Type::ImplTrait(_)))
                        && matches!(f.block.stmts.last(), Some(syn::Stmt::Expr(last, None))
                            if self.is_iterator_in(last, &Scopes::default()))
                }
                _ => false,
            }),
        }
    }

    fn is_source(&self, e: &syn::ExprMethodCall, name: &str) -> bool {
        let one = name.contains("chunks") || name == "windows" || name == "drain";
        let arguments = if one { 1 } else { 0 };
        e.args.len() == arguments
    }

    /// The variable that holds an iterator.
    pub fn iterator_slot(&self, e: &syn::Expr) -> Option<usize> {
        self.iterator_slot_in(e, &self.scopes)
    }

    fn iterator_slot_in(&self, e: &syn::Expr, scopes: &Scopes) -> Option<usize> {
        match e {
            syn::Expr::Paren(e) => self.iterator_slot_in(&e.expr, scopes),
            syn::Expr::Group(e) => self.iterator_slot_in(&e.expr, scopes),
            syn::Expr::Reference(e) => self.iterator_slot_in(&e.expr, scopes),
            syn::Expr::Path(path) if path.qself.is_none() => {
                let index = scopes.find(&crate::parse::key(path.path.get_ident()?))?;
                let index = self.behind(index);
                let bind = self.env.variables.get(index).map(|v| &v.bind);
                matches!(bind, Some(Bind::Iterator { .. })).then_some(index)
            }
            _ => None,
        }
    }

    /// What a `for`, `zip`, `chain` or `extend` goes over. `None`: an error has been reported.
    pub fn iterated(&mut self, e: &syn::Expr) -> Option<Iter> {
        match e {
            syn::Expr::Paren(e) => self.iterated(&e.expr),
            syn::Expr::Group(e) => self.iterated(&e.expr),
            syn::Expr::Reference(r) if !self.is_iterator(&r.expr) => {
                let by = if r.mutability.is_some() { By::Mutable } else { By::Shared };
                self.elements(&r.expr, Some(by))
            }
            syn::Expr::Reference(r) if self.iterator_slot(&r.expr).is_some() => {
                self.iterator_variable(e)
            }
            syn::Expr::Reference(r) if !matches!(*r.expr, syn::Expr::Range(_)) => {
                self.iterated(&r.expr)
            }
            e if self.is_iterator(e) => self.iterator(e),
            syn::Expr::Array(array) if array.elems.iter().any(is_lent) => {
                Some(self.lent_ones(array))
            }
            syn::Expr::If(_) | syn::Expr::Match(_) | syn::Expr::Block(_) | syn::Expr::Call(_) => {
                let bind = self.value(e, &Want::Memory);
                self.iterated_bind(bind, e.span())
            }
            e => self.elements(e, None),
        }
    }

    /// `[&mut a, &mut b]`, which is gone over where it is written: one after the other.
    fn lent_ones(&mut self, array: &syn::ExprArray) -> Iter {
        let items: Vec<Bind> = array.elems.iter().map(|e| self.value(e, &Want::Any)).collect();
        let ones = items.into_iter().map(Iter::Once);
        ones.reduce(|a, b| Iter::Chain(Box::new(a), Box::new(b))).unwrap_or(Iter::Empty)
    }

    /// What going over a value goes over.
    pub fn iterated_bind(&mut self, bind: Bind, span: Span) -> Option<Iter> {
        match bind {
            Bind::Iterator { iter, state } => Some(self.rest_of(&iter, &state)),
            Bind::Poison | Bind::Uninit => None,
            bind => {
                let by = match &bind {
                    Bind::Reference { mutable: true, .. } => By::Mutable,
                    Bind::Reference { .. } => By::Shared,
                    _ => By::Value,
                };
                let place = self.memory_or_unknown(Located::Value(bind), span)?;
                Some(Iter::Elements { place, by })
            }
        }
    }

    fn memory_or_unknown(&mut self, located: Located, span: Span) -> Option<crate::ir::Place> {
        if contradiction::is_plain(&self.receiver_type(&located)) {
            self.errors.leave_to_compiler();
            return None;
        }
        let before = self.errors.count();
        let place = self.memory_of(located, span);
        if let Some(place) = &place
            && let Some(name) = self.collection(place)
        {
            self.errors.at_span(
                span,
                format!(
                    "the macro goes over arrays, slices and vectors, not over a `{name}`; collect what is needed of it into a \
                     `Vec` before, `let items: Vec<_> = ..;`, and pass that"
                ),
            );
            return None;
        }
        if let Some(place) = &place {
            self.presume_sequence(place, span);
        }
        if place.is_none() && self.errors.count() == before && self.errors.is_empty() {
            self.errors.at_span(span, UNKNOWN);
        }
        place
    }

    /// The name of a type of `std` that has no indices.
    fn collection(&self, place: &Place) -> Option<String> {
        let Type::Named(of) = self.function.place_type(place) else { return None };
        let syn::Type::Path(path) = of.ty.as_ref()? else { return None };
        let name = path.path.segments.last()?.ident.to_string();
        let known = ["HashMap", "BTreeMap", "HashSet", "BTreeSet", "LinkedList", "BinaryHeap"];
        let is_own = self.is_declared(&self.function.place_type(place));
        (known.contains(&name.as_str()) && !is_own).then_some(name)
    }

    /// What is gone over is gone over by its indices; whether that is the same only the compiler knows of some.
    fn presume_sequence(&mut self, place: &Place, span: Span) {
        if matches!(self.function.place_type(place), Type::Unknown | Type::Named(_)) {
            let of = PresumedOf::Place(place.clone());
            let to_be = match self.to_its_end && self.has_just_been_called(place) {
                true => Presumption::Items,
                false => Presumption::Sequence,
            };
            self.function.presumed.push(Presumed { of, to_be, span });
        }
    }

    /// Whether a place is the result of the call that was made last.
    fn has_just_been_called(&self, place: &Place) -> bool {
        let Some(OpKind::Call { result, .. }) = self.ops.last().map(|op| &op.kind) else {
            return false;
        };
        place.path.is_empty() && *result == Shape::Var(Var::Memory(place.memory))
    }

    fn elements(&mut self, e: &syn::Expr, by: Option<By>) -> Option<Iter> {
        let located = self.locate(e, &Want::Memory);
        if self.gone {
            return None;
        }
        let bind = match &located {
            Located::Slot(slot) => Some(self.env.get(slot).clone()),
            Located::Value(bind) => Some(bind.clone()),
            _ => None,
        };
        let by = by.unwrap_or(match &bind {
            Some(Bind::Reference { mutable: true, .. }) => By::Mutable,
            Some(Bind::Reference { .. }) => By::Shared,
            _ => By::Value,
        });
        match bind {
            Some(Bind::Poison | Bind::Uninit) => None,
            Some(Bind::Iterator { iter, state }) => Some(self.rest_of(&iter, &state)),
            _ => {
                let mut place = self.memory_or_unknown(located, e.span())?;
                // `array` in `for x in array` is a copy, which is seen where the loop writes to the array.
                if by == By::Value
                    && matches!(self.function.place_type(&place), Type::Array(..))
                    && self.function.memory(place.memory).mutable
                {
                    place = self.copy_of(Bind::Content(place), e.span()).into();
                }
                Some(Iter::Elements { place, by })
            }
        }
    }

    /// What is left of an iterator held in a variable.
    pub fn rest_of(&mut self, iter: &Rc<Iter>, state: &Bind) -> Iter {
        let of = (**iter).clone();
        match state.leaves().as_slice() {
            [(_, front), (_, back)] => self.restarted(&of, &|of| Iter::Part {
                of: Box::new(of.clone()),
                front: *front,
                back: *back,
            }),
            _ => of,
        }
    }

    /// A chain, as a value that nothing has gone over yet.
    pub fn iterator_value(&mut self, e: &syn::Expr) -> Bind {
        match self.iterator(e) {
            Some(iter) => Bind::Iterator { iter: Rc::new(iter), state: Box::new(Bind::Unit) },
            None => Bind::Poison,
        }
    }

    /// Reads a chain; `e` is one ([`Reader::is_iterator`]).
    pub fn iterator(&mut self, e: &syn::Expr) -> Option<Iter> {
        match e {
            syn::Expr::Paren(e) => self.iterator(&e.expr),
            syn::Expr::Group(e) => self.iterator(&e.expr),
            syn::Expr::Range(range) => self.range(range),
            syn::Expr::Path(_) | syn::Expr::Reference(_) => self.iterator_variable(e),
            syn::Expr::MethodCall(e) => self.chain(e),
            syn::Expr::Call(call) => match &*call.func {
                syn::Expr::Path(path) if source_function(path).is_some() => self.source_call(call),
                _ => {
                    let bind = self.call(call, &Want::Any);
                    self.iterated_bind(bind, e.span())
                }
            },
            syn::Expr::Block(_) => {
                let bind = self.value(e, &Want::Any);
                self.iterated_bind(bind, e.span())
            }
            _ => None,
        }
    }

    fn iterator_variable(&mut self, e: &syn::Expr) -> Option<Iter> {
        if let syn::Expr::Reference(r) = e
            && self.iterator_slot(e).is_none()
        {
            return self.iterator(&r.expr);
        }
        let index = self.iterator_slot(e)?;
        let Bind::Iterator { iter, state } = self.env.get(&Slot::whole(index)).clone() else {
            return None;
        };
        if matches!(e, syn::Expr::Reference(_)) {
            return self.by_reference(index, e.span());
        }
        Some(self.rest_of(&iter, &state))
    }

    fn range(&mut self, range: &syn::ExprRange) -> Option<Iter> {
        let Some(start) = &range.start else {
            self.errors.at(range, "a range without a start is no iterator; write `0..n`");
            return None;
        };
        let start = self.scalar(start, &Want::Scalar);
        let end = range.end.as_ref().map(|end| self.scalar(end, &Want::Scalar));
        let inclusive = matches!(range.limits, syn::RangeLimits::Closed(_));
        Some(Iter::Range { start, end, inclusive })
    }

    fn chain(&mut self, e: &syn::ExprMethodCall) -> Option<Iter> {
        let name = e.method.to_string();
        let is_source = SOURCES.contains(&name.as_str()) || TEXTS.contains(&name.as_str());
        if is_source && !self.is_iterator(&e.receiver) {
            return self.source(e, &name);
        }
        // To look at an item is no more than to have its number.
        if matches!(name.as_str(), "into_iter" | "fuse" | "peekable") {
            return self.iterator(&e.receiver);
        }
        if name == "by_ref" {
            return match self.iterator_slot(&e.receiver) {
                Some(index) => self.by_reference(index, e.method.span()),
                None => self.iterator(&e.receiver),
            };
        }
        let of = Box::new(self.iterator(&e.receiver)?);
        let arg = e.args.first();
        let iter = match (name.as_str(), arg) {
            ("copied" | "cloned", None) => Iter::Copied(of),
            ("rev", None) => Iter::Rev(of),
            ("enumerate", None) => Iter::Enumerate(of),
            ("cycle", None) => Iter::Cycle(of),
            ("flatten", None) => Iter::Flatten(of),
            ("skip", Some(n)) => Iter::Skip(of, self.scalar(n, &Want::Type(USIZE))),
            ("take", Some(n)) => Iter::Take(of, self.scalar(n, &Want::Type(USIZE))),
            ("step_by", Some(n)) => {
                let step = self.nonzero(n, "assertion failed: step != 0")?;
                Iter::StepBy(of, step)
            }
            ("zip", Some(other)) => {
                let other = self.iterated(other)?;
                self.side_by_side(*of, other, e.method.span())?
            }
            ("chain", Some(other)) => Iter::Chain(of, Box::new(self.iterated(other)?)),
            ("map", Some(f)) => Iter::Map(of, self.callable(f)?),
            ("inspect", Some(f)) => Iter::Inspect(of, self.callable(f)?),
            ("filter", Some(f)) => Iter::Filter(of, self.callable(f)?),
            ("filter_map", Some(f)) => Iter::FilterMap(of, self.callable(f)?),
            ("take_while", Some(f)) => Iter::TakeWhile(of, self.callable(f)?),
            ("skip_while", Some(f)) => Iter::SkipWhile(of, self.callable(f)?),
            ("map_while", Some(f)) => Iter::MapWhile(of, self.callable(f)?),
            ("flat_map", Some(f)) => Iter::FlatMap(of, self.callable(f)?),
            ("scan", Some(init)) if e.args.len() == 2 => {
                let init = self.value(init, &Want::Scalar);
                let init = self.keep(init, true, e.span());
                Iter::Scan(of, init, self.callable(&e.args[1])?)
            }
            _ => {
                self.errors.at(
                    &e.method,
                    format!(
                        "`{name}` of an iterator is not followed, so that derivatives through it would be lost; write \
                         a loop over indices: `for i in 0..x.len()`"
                    ),
                );
                return None;
            }
        };
        Some(iter)
    }

    fn side_by_side(&mut self, a: Iter, b: Iter, span: Span) -> Option<Iter> {
        if a.takes() && ends(&b) {
            self.errors.at_span(
                span,
                "`std` leaves it open whether `zip` takes one item more of its first iterator when the second one ends, and here what is \
                 left is used; put the one that ends first in front, `a.zip(&mut it)`, or collect `it` into a `Vec`",
            );
            return None;
        }
        Some(Iter::Zip(Box::new(a), Box::new(b)))
    }

    fn source(&mut self, e: &syn::ExprMethodCall, name: &str) -> Option<Iter> {
        match name {
            "iter" => return self.elements(&e.receiver, Some(By::Shared)),
            "iter_mut" => return self.elements(&e.receiver, Some(By::Mutable)),
            "into_iter" => return self.iterated(&e.receiver),
            "drain" => return self.drain(e),
            _ if TEXTS.contains(&name) => {
                let located = self.locate(&e.receiver, &Want::Any);
                let bind = self.user_method(e, located, &Want::Memory);
                self.to_its_end = true;
                let iter = self.iterated_bind(bind, e.span());
                self.to_its_end = false;
                return iter;
            }
            _ => {}
        }
        let located = self.locate(&e.receiver, &Want::Memory);
        let place = self.memory_or_unknown(located, e.receiver.span())?;
        if name == "array_windows" {
            let Some(size) = size_of_arrays(e) else {
                self.errors.at(
                    &e.method,
                    "the macro cannot see how long these arrays are; write it here: `array_windows::<3>()`",
                );
                return None;
            };
            let size = self.nonzero(&size, "window size must be non-zero")?;
            return Some(Iter::Windows { place, size });
        }
        let size = e.args.first()?;
        if name == "windows" {
            let size = self.nonzero(size, "window size must be non-zero")?;
            return Some(Iter::Windows { place, size });
        }
        let size = self.nonzero(size, "chunk size must be non-zero")?;
        let kind = match name {
            "chunks_exact" | "chunks_exact_mut" => Chunks::Exact,
            "chunks" | "chunks_mut" => Chunks::Short,
            _ => Chunks::FromEnd,
        };
        Some(Iter::Chunks { place, size, kind, mutable: name.ends_with("_mut") })
    }

    /// A number that must not be zero, where `std` panics at once if it is.
    fn nonzero(&mut self, e: &syn::Expr, message: &str) -> Option<ValueId> {
        let value = self.scalar(e, &Want::Type(USIZE));
        if self.gone {
            return None;
        }
        let literal = crate::parse::types::literal_integer(e);
        if literal.is_none_or(|n| n == 0) {
            let size = proc_macro2::Ident::new("size", e.span());
            let tokens = quote::quote_spanned!(e.span()=> assert!(#size != 0, #message));
            let bindings = vec![(size, crate::ir::Var::Value(value))];
            self.push(crate::ir::OpKind::Effect { tokens, bindings }, e.span());
        }
        Some(value)
    }

    fn source_call(&mut self, e: &syn::ExprCall) -> Option<Iter> {
        let syn::Expr::Path(path) = &*e.func else { return None };
        let name = source_function(path)?;
        let args: Vec<&syn::Expr> = e.args.iter().collect();
        match (name, args.as_slice()) {
            ("empty", []) => Some(Iter::Empty),
            ("once", [value]) => {
                let value = self.value(value, &Want::Scalar);
                Some(Iter::Once(self.keep(value, false, e.span())))
            }
            ("repeat", [value]) => {
                let value = self.value(value, &Want::Scalar);
                Some(Iter::Repeat(self.keep(value, false, e.span())))
            }
            ("repeat_n", [value, n]) => {
                let value = self.value(value, &Want::Scalar);
                let value = self.keep(value, false, e.span());
                let n = self.scalar(n, &Want::Type(USIZE));
                Some(Iter::Take(Box::new(Iter::Repeat(value)), n))
            }
            ("zip", [a, b]) => {
                let a = self.iterated(a)?;
                let b = self.iterated(b)?;
                self.side_by_side(a, b, path.span())
            }
            ("successors", [first, f]) => {
                let first = self.value(first, &Want::Any);
                Some(Iter::Successors(first, self.callable(f)?))
            }
            ("from_fn", [f]) => Some(Iter::FromFn(self.callable(f)?)),
            ("repeat_with", [f]) => {
                let f = self.callable(f)?;
                Some(Iter::Map(Box::new(Iter::Repeat(Bind::Uninit)), f))
            }
            _ => None,
        }
    }

    /// An item by reference, for a closure that only looks at it. References to numbers are numbers here.
    pub fn lent(&mut self, item: &Bind, span: Span) -> Bind {
        match item {
            Bind::Content(place) if is_memory(&self.function.place_type(place)) => {
                Bind::Reference { target: Target::Place(place.clone()), mutable: false }
            }
            Bind::Content(place) => Bind::Scalar(self.load(place.clone(), span)),
            Bind::Owned(memory) => {
                Bind::Reference { target: Target::Place((*memory).into()), mutable: false }
            }
            Bind::Tuple(of) => Bind::Tuple(of.iter().map(|of| self.lent(of, span)).collect()),
            item => item.clone(),
        }
    }

    pub fn count_from_zero(&mut self, span: Span) -> usize {
        let zero = self.constant(Constant::Int(0), USIZE, span);
        self.env.add(Bind::Scalar(zero), None)
    }

    pub fn usize(&mut self, value: i128, span: Span) -> ValueId {
        self.constant(Constant::Int(value), USIZE, span)
    }

    /// As `usize`, whatever integer it is.
    pub fn as_usize(&mut self, value: ValueId, span: Span) -> ValueId {
        match self.function.value(value).ty {
            Type::Int(crate::ir::Int::Usize) | Type::Unknown => value,
            _ => {
                let out = self.function.new_value(USIZE, None, span);
                self.push(crate::ir::OpKind::Cast { out, arg: value, ty: USIZE }, span);
                out
            }
        }
    }
}

/// `&mut a`, also as a part of a tuple.
/// The constant in `array_windows::<3>()`.
fn size_of_arrays(e: &syn::ExprMethodCall) -> Option<syn::Expr> {
    match e.turbofish.as_ref()?.args.first()? {
        syn::GenericArgument::Const(size) => Some(size.clone()),
        syn::GenericArgument::Type(syn::Type::Path(path)) => {
            Some(syn::Expr::Path(syn::parse_quote!(#path)))
        }
        _ => None,
    }
}

fn is_lent(e: &syn::Expr) -> bool {
    match e {
        syn::Expr::Paren(e) => is_lent(&e.expr),
        syn::Expr::Reference(e) => e.mutability.is_some(),
        syn::Expr::Tuple(e) => e.elems.iter().any(is_lent),
        _ => false,
    }
}

/// `std::iter::once`, or `iter::once` after a `use`.
fn source_function(path: &syn::ExprPath) -> Option<&'static str> {
    let names: Vec<String> =
        path.path.segments.iter().map(|s| s.ident.unraw().to_string()).collect();
    let [.., module, name] = names.as_slice() else { return None };
    if module != "iter" {
        return None;
    }
    ["empty", "once", "repeat", "repeat_n", "repeat_with", "zip", "successors", "from_fn"]
        .into_iter()
        .find(|known| known == name)
}

const UNKNOWN: &str = "this iterator is not followed, so that derivatives through it would be lost; write a loop over \
                       indices: `for i in 0..x.len()`";
