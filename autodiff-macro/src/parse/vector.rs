//! Vectors that grow and shrink.

use proc_macro2::Span;
use syn::spanned::Spanned;

use super::{
    Reader,
    env::{Bind, Want},
    types::{USIZE, is_memory, is_scalar, join},
};
use crate::{
    ir::OpKind,
    ir::{
        Comparison, Constant, Growth, Init, Origin, Passing, Permutation, Place, Step, Type,
        ValueId, Var,
    },
    rules::Rule,
};

impl Reader<'_> {
    /// What is pushed, in memory of its own if it is an `Option` made there: its derivative has the same parts.
    pub fn made_first(&mut self, item: Init, span: Span) -> Init {
        match item {
            Init::Record { .. } => {
                Init::Copy(self.alloc(Type::Named(Box::default()), item, None, span).into())
            }
            item => item,
        }
    }

    /// `Vec::new()`, `Vec::with_capacity(n)`; the elements are those of what is pushed first, unless something says it.
    pub fn empty_vector(&mut self, e: &syn::ExprCall, path: &syn::Path, want: &Want) -> Bind {
        let span = e.span();
        let generic = path.segments.iter().find_map(|segment| match &segment.arguments {
            syn::PathArguments::AngleBracketed(args) => args.args.first(),
            _ => None,
        });
        let of = match (generic, want.ty()) {
            (Some(syn::GenericArgument::Type(ty)), _) if !matches!(ty, syn::Type::Infer(_)) => {
                self.ty(ty)
            }
            (_, Some(Type::Vec(of))) => (**of).clone(),
            _ => Type::Unknown,
        };
        let init = match e.args.first() {
            Some(n) => Init::Capacity(self.scalar(n, &Want::Type(USIZE))),
            None => Init::Empty,
        };
        let memory = self.alloc(Type::Vec(Box::new(of)), init, None, span);
        self.function.memories[memory.index()].mutable = true;
        Bind::Owned(memory)
    }

    /// The methods that change the length of a vector or the order of its elements; `None` if it is none of them.
    pub fn growing_method(
        &mut self,
        e: &syn::ExprMethodCall,
        name: &str,
        place: &Place,
    ) -> Option<Bind> {
        let span = e.span();
        let args: Vec<&syn::Expr> = e.args.iter().collect();
        let place = place.clone();
        match (name, args.as_slice()) {
            ("reverse", []) => self.push(OpKind::Permute { place, by: Permutation::Reverse }, span),
            ("rotate_left" | "rotate_right", [by]) => {
                let by = self.scalar(by, &Want::Type(USIZE));
                let by = match name {
                    "rotate_left" => Permutation::RotateLeft(by),
                    _ => Permutation::RotateRight(by),
                };
                self.push(OpKind::Permute { place, by }, span);
            }
            ("reserve" | "reserve_exact", [_]) | ("shrink_to_fit", []) => {
                args.iter().for_each(|arg| {
                    self.scalar(arg, &Want::Type(USIZE));
                });
            }
            _ if !GROWING.contains(&name) => return None,
            _ if !self.may_grow(e, name, &place) => return Some(Bind::Poison),
            ("push", [item]) => {
                let item = self.new_item(item, &place);
                let item = self.made_first(item, span);
                self.grow(place, Growth::Push(item), span);
            }
            ("extend", [from]) if self.is_iterator(from) => {
                if let Some(iter) = self.iterator(from) {
                    self.push_items(place, &iter, span);
                }
            }
            ("extend" | "extend_from_slice" | "append", [from]) => {
                let located = self.locate(from, &Want::Memory);
                let Some(from) = self.memory_of(located, from.span()) else {
                    return Some(Bind::Poison);
                };
                if let Some(of) = self.function.place_type(&from).element().cloned() {
                    self.refine(&place, of);
                }
                self.grow(place, Growth::Extend(from.clone()), span);
                if name == "append" {
                    let zero = self.constant(Constant::Int(0), USIZE, span);
                    self.grow(from, Growth::Truncate(zero), span);
                }
            }
            ("truncate", [len]) => {
                let len = self.scalar(len, &Want::Type(USIZE));
                self.grow(place, Growth::Truncate(len), span);
            }
            ("clear", []) => {
                let zero = self.constant(Constant::Int(0), USIZE, span);
                self.grow(place, Growth::Truncate(zero), span);
            }
            ("resize", [len, value]) => self.resize(place, len, value, span),
            ("insert", [index, item]) => {
                let index = self.scalar(index, &Want::Type(USIZE));
                let item = self.new_item(item, &place);
                let item = self.made_first(item, span);
                self.grow(place.clone(), Growth::Push(item), span);
                self.rotate_tail(place, index, true, span);
            }
            ("remove", [index]) => {
                let index = self.scalar(index, &Want::Type(USIZE));
                self.rotate_tail(place.clone(), index, false, span);
                return Some(self.pop_last(place, span));
            }
            ("swap_remove", [index]) => {
                let index = self.scalar(index, &Want::Type(USIZE));
                let last = self.last_index(&place, span);
                self.push(OpKind::Swap { place: place.clone(), at: [index, last] }, span);
                return Some(self.pop_last(place, span));
            }
            ("retain" | "retain_mut", [f]) => return Some(self.retain(e, place, f)),
            ("dedup", []) | ("dedup_by_key" | "dedup_by", [_]) => {
                return Some(self.dedup(e, place));
            }
            ("split_off", [at]) => {
                let at = self.scalar(at, &Want::Type(USIZE));
                let mut tail = place.clone();
                tail.path.push(Step::Range { start: Some(at), end: None, inclusive: false });
                let tail = self.alloc_copy(tail, true, span);
                self.grow(place, Growth::Truncate(at), span);
                return Some(Bind::Owned(tail));
            }
            _ => {
                self.errors.at(
                    &e.method,
                    format!(
                        "the macro does not know what `{name}` does to the elements; write it with `push`, \
                         `pop`, `truncate` and loops over indices"
                    ),
                );
                return Some(Bind::Poison);
            }
        }
        Some(Bind::Unit)
    }

    fn grow(&mut self, place: Place, growth: Growth, span: Span) {
        self.push(OpKind::Vector { place, growth }, span);
    }

    /// Whether the length of what is at the place may change: it is a vector, and not the caller's.
    pub fn may_grow(&mut self, e: &syn::ExprMethodCall, name: &str, place: &Place) -> bool {
        if !self.own_vector(place, name, e.method.span()) {
            return false;
        }
        match self.function.place_type(place) {
            Type::Vec(_) => true,
            Type::Unknown => {
                self.errors.at(
                    &e.receiver,
                    "the macro cannot see that this is a vector; annotate it: `let mut v: Vec<f64> = ..`",
                );
                false
            }
            // The compiler reports it.
            _ => false,
        }
    }

    /// Whether the vector is none of the caller's, whose adjoint has a length of its own.
    pub fn own_vector(&mut self, place: &Place, name: &str, at: Span) -> bool {
        let root = self.function.root(place.memory);
        if let Origin::Param(i) = self.function.memory(root).origin
            && self.function.params.get(i).is_some_and(|p| p.passing == Passing::Mutable)
        {
            self.errors.at_span(
                at,
                format!(
                    "`{name}` changes the length of a vector of the caller's, whose gradient has a length of its \
                     own; take the vector by value and return it"
                ),
            );
            return false;
        }
        true
    }

    /// What is pushed: written where it is needed, if it is a list.
    fn new_item(&mut self, e: &syn::Expr, vector: &Place) -> Init {
        let element = match self.function.place_type(vector).element() {
            Some(Type::Unknown) | None => Want::Scalar,
            Some(ty) => Want::Type(ty.clone()),
        };
        let (init, ty) = self.init(e, &element);
        self.refine(vector, ty);
        init
    }

    /// What has become known of the elements of a vector.
    pub fn refine(&mut self, vector: &Place, of: Type) {
        let root = vector.memory;
        let mut ty = &mut self.function.memories[root.index()].ty;
        for step in &vector.path {
            ty = match (ty, step) {
                (Type::Array(of, _) | Type::Slice(of) | Type::Vec(of), Step::Index(_)) => of,
                _ => return,
            };
        }
        if let Type::Vec(element) = ty {
            **element = match **element {
                Type::Unknown => of,
                _ => join(element, &of),
            };
        }
    }

    fn resize(&mut self, place: Place, len: &syn::Expr, value: &syn::Expr, span: Span) {
        let len = self.scalar(len, &Want::Type(USIZE));
        let init = self.new_item(value, &place);
        let value = match init {
            Init::Value(value) => Some(value),
            Init::Repeat { value, lens } if lens.is_empty() => Some(value),
            init => {
                // Rows: one after the other.
                self.resize_rows(&place, len, init, span);
                None
            }
        };
        if let Some(value) = value {
            self.grow(place, Growth::Resize { len, value }, span);
        }
    }

    fn resize_rows(&mut self, place: &Place, len: ValueId, item: Init, span: Span) {
        let ty = self.function.place_type(place).element().cloned().unwrap_or(Type::Unknown);
        let item = self.alloc(ty.clone(), item, None, span);
        let before = self.len(place.clone(), span);
        let more = {
            let method = proc_macro2::Ident::new("saturating_sub", span);
            let form = crate::ir::Form::Method(method, proc_macro2::TokenStream::new());
            self.opaque(form, vec![len, before], USIZE, span)
        };
        self.grow(place.clone(), Growth::Truncate(len), span);
        let init = Init::RepeatPlace { place: item.into(), lens: vec![more] };
        let rows = self.alloc(Type::Vec(Box::new(ty)), init, None, span);
        self.grow(place.clone(), Growth::Extend(rows.into()), span);
    }

    /// The last element goes to `index`, or, backwards, that at `index` becomes the last.
    fn rotate_tail(&mut self, mut place: Place, index: ValueId, right: bool, span: Span) {
        place.path.push(Step::Range { start: Some(index), end: None, inclusive: false });
        let one = self.constant(Constant::Int(1), USIZE, span);
        let by = if right { Permutation::RotateRight(one) } else { Permutation::RotateLeft(one) };
        self.push(OpKind::Permute { place, by }, span);
    }

    pub fn last_index(&mut self, place: &Place, span: Span) -> ValueId {
        let len = self.len(place.clone(), span);
        let one = self.constant(Constant::Int(1), USIZE, span);
        self.rule(Rule::Sub, vec![len, one], span)
    }

    /// The last element, taken from the vector, which has one.
    pub fn pop_last(&mut self, place: Place, span: Span) -> Bind {
        let element = self.function.place_type(&place).element().cloned().unwrap_or(Type::Unknown);
        if is_scalar(&element) || element == Type::Unknown {
            let out = self.function.new_value(element, None, span);
            self.grow(place, Growth::Pop { out: Some(Var::Value(out)) }, span);
            return Bind::Scalar(out);
        }
        if let Type::Tuple(_) = element {
            let mut last = place.clone();
            last.path.push(Step::Index(self.last_index(&place, span)));
            let bind = self.read(super::place::Located::Memory(last), &Want::Any, span);
            self.grow(place, Growth::Pop { out: None }, span);
            return bind;
        }
        let out = self.function.new_memory(crate::ir::MemoryInfo {
            ty: element,
            name: None,
            mutable: false,
            origin: Origin::Local,
            span,
        });
        self.grow(place, Growth::Pop { out: Some(Var::Memory(out)) }, span);
        Bind::Owned(out)
    }

    /// Whether the vector has elements.
    pub fn has_elements(&mut self, place: &Place, span: Span) -> ValueId {
        let len = self.len(place.clone(), span);
        let zero = self.constant(Constant::Int(0), USIZE, span);
        self.compare(Comparison::Gt, [len, zero], span)
    }

    /// `pop` without a look at what there was.
    pub fn drop_last(&mut self, place: Place, span: Span) {
        let cond = self.has_elements(&place, span);
        self.branch(
            cond,
            span,
            |reader| {
                let element = reader.function.place_type(&place);
                if element.element().is_some_and(is_memory) {
                    reader.pop_last(place, span);
                } else {
                    reader.grow(place, Growth::Pop { out: None }, span);
                }
                Bind::Unit
            },
            |_| Bind::Unit,
        );
    }
}

const GROWING: &[&str] = &[
    "push",
    "extend",
    "extend_from_slice",
    "append",
    "truncate",
    "clear",
    "resize",
    "insert",
    "remove",
    "swap_remove",
    "split_off",
    "drain",
    "retain",
    "retain_mut",
    "dedup",
    "dedup_by",
    "dedup_by_key",
    "splice",
    "extend_from_within",
    "resize_with",
];
