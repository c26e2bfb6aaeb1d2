//! Sorts: the order of the indices is found first, and then the elements, and what goes with them, are put into it.

use proc_macro2::{Ident, Span, TokenStream};
use syn::spanned::Spanned;

use super::{
    Reader,
    closure::Callable,
    env::{Bind, Want},
    flow::Keep,
    place::Located,
    types::USIZE,
};
use crate::ir::{
    Form, MemoryId, MemoryInfo, OpKind, Origin, Permutation, Place, Region, Sort, Step, Type, Var,
};

/// By what two elements are compared.
enum By {
    /// By themselves.
    Elements,
    Key(Callable),
    Comparison(Callable),
}

impl Reader<'_> {
    /// `sort` and its kin; `None` if it is none of them.
    pub fn sort_method(
        &mut self,
        e: &syn::ExprMethodCall,
        name: &str,
        place: &Place,
    ) -> Option<Bind> {
        let function = match (name, e.args.first()) {
            ("sort" | "sort_unstable", None) => None,
            (
                "sort_by"
                | "sort_unstable_by"
                | "sort_by_key"
                | "sort_unstable_by_key"
                | "sort_by_cached_key",
                Some(f),
            ) => Some(f),
            _ => return None,
        };
        let by = match function {
            None => By::Elements,
            Some(f) => {
                let Some(f) = self.callable(f) else { return Some(Bind::Poison) };
                if name.ends_with("key") { By::Key(f) } else { By::Comparison(f) }
            }
        };
        let span = e.method.span();
        if name.contains("unstable") && !self.equals_are_alike(place) {
            self.errors.at_span(
                span,
                format!(
                    "`{name}` leaves open in which order elements that compare equal come out, so that the derivative may \
                     take another one than the value did; write `{}`",
                    name.replace("_unstable", "")
                ),
            );
            return Some(Bind::Poison);
        }
        let order = self.order_of(place, &by, !name.contains("unstable"), span);
        let by = Permutation::Order { order, inverted: false };
        self.push(OpKind::Permute { place: place.clone(), by }, e.span());
        Some(Bind::Unit)
    }

    /// Whether elements that compare equal are the same: numbers are, as far as anybody sorts them.
    fn equals_are_alike(&self, place: &Place) -> bool {
        self.function.place_type(place).element().is_some_and(super::types::is_scalar)
    }

    /// The indices of the elements, sorted.
    fn order_of(&mut self, place: &Place, by: &By, stable: bool, span: Span) -> MemoryId {
        let len = self.len(place.clone(), span);
        self.guard();
        let indices =
            ["i", "j"].map(|name| self.function.new_value(USIZE, Some(name.to_owned()), span));
        let before = self.env.clone();
        let outer = std::mem::take(&mut self.ops);
        let height = self.open.len();
        let elements = indices.map(|index| {
            let mut element = place.clone();
            element.path.push(Step::Index(index));
            self.reference(Located::Memory(element), false, span)
        });
        let ordering = self.compared_by(by, elements, span);
        let ordering = match self.gone {
            // It always panics.
            true => self.dummy(&Type::Opaque, span),
            false => self.scalar_of(ordering, span),
        };
        self.close(height, Keep::All);
        self.gone = false;
        let changed = before.variables.iter().zip(&self.env.variables);
        if changed.clone().any(|(before, after)| !before.bind.same(&after.bind)) {
            self.errors.at_span(
                span,
                "the function that this sort calls assigns a variable of the function around it, as often as the sort \
                 compares, which is not followed; find what it counts in a loop of its own",
            );
        }
        self.env = before;
        let body = Region {
            params: Vec::new(),
            ops: std::mem::replace(&mut self.ops, outer),
            yields: vec![Var::Value(ordering)],
        };
        let order = self.function.new_memory(MemoryInfo {
            ty: Type::Vec(Box::new(USIZE)),
            name: Some("order".to_owned()),
            mutable: false,
            origin: Origin::Local,
            span,
        });
        self.push(OpKind::Sort(Box::new(Sort { order, len, stable, indices, body })), span);
        order
    }

    fn compared_by(&mut self, by: &By, elements: [Bind; 2], span: Span) -> Bind {
        match by {
            By::Elements => self.ordering(elements, span),
            By::Key(f) => {
                let keys =
                    elements.map(|element| self.call_with(f, vec![element], &Want::Scalar, span));
                if self.gone { Bind::Uninit } else { self.ordering(keys, span) }
            }
            By::Comparison(f) => self.call_with(f, elements.into(), &Want::Scalar, span),
        }
    }

    /// `a.cmp(&b)` of integers, or of tuples of them.
    fn ordering(&mut self, [a, b]: [Bind; 2], span: Span) -> Bind {
        let parts = [&a, &b].map(|of| match self.auto(Located::Value(of.clone())) {
            Located::Slot(slot) => self.env.get(&slot).read(),
            Located::Memory(place) => self.read(Located::Memory(place), &Want::Any, span),
            Located::Value(bind) => bind,
            Located::Global(_) => of.clone(),
        });
        let method = |name: &str| Form::Method(Ident::new(name, span), TokenStream::new());
        match parts {
            [Bind::Tuple(a), Bind::Tuple(b)] if a.len() == b.len() => {
                let mut all: Option<crate::ir::ValueId> = None;
                for (a, b) in a.into_iter().zip(b) {
                    let next = self.ordering([a, b], span);
                    let next = self.scalar_of(next, span);
                    all = Some(match all {
                        Some(all) => {
                            self.opaque(method("then"), vec![all, next], Type::Opaque, span)
                        }
                        None => next,
                    });
                }
                all.map_or(Bind::Poison, Bind::Scalar)
            }
            [Bind::Poison, _] | [_, Bind::Poison] => Bind::Poison,
            [a, b] => {
                let args = vec![self.scalar_of(a, span), self.scalar_of(b, span)];
                Bind::Scalar(self.opaque(method("cmp"), args, Type::Opaque, span))
            }
        }
    }
}
