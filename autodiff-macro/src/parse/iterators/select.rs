//! One of the items, if there is one: what yields an `Option`.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;

use super::{Iter, Maybe, consume::OPTIONS};
use crate::{
    ir::{Comparison, Form, Type, ValueId},
    parse::{
        Reader,
        choice::Choice,
        closure::Callable,
        env::{Bind, Slot, Want},
        types::USIZE,
    },
    rules::Rule,
};

/// What stands where there is no item.
#[derive(Clone)]
pub enum Otherwise<'e> {
    None,
    Panic(syn::Expr),
    Value(&'e syn::Expr),
    Call(&'e syn::Expr),
    Default,
}

/// Which of two items stays.
#[derive(Clone, Copy)]
enum Chosen<'c> {
    Reduce(&'c Callable),
    /// The larger, of equal ones the last; or the smaller, of equal ones the first.
    By {
        compare: Option<&'c Callable>,
        largest: bool,
    },
}

impl<'a> Reader<'a> {
    /// `iter.max_by(..).unwrap()` and the like: the `Option` is never made.
    pub fn unwrapped(&mut self, e: &syn::ExprMethodCall, name: &str) -> Option<Bind> {
        let otherwise = match (name, e.args.first()) {
            ("unwrap", None) => {
                Otherwise::Panic(syn::parse_quote!("called `Option::unwrap()` on a `None` value"))
            }
            ("expect", Some(message)) => Otherwise::Panic(message.clone()),
            ("unwrap_or", Some(value)) => Otherwise::Value(value),
            ("unwrap_or_else", Some(f)) => Otherwise::Call(f),
            ("unwrap_or_default", None) => Otherwise::Default,
            _ => return None,
        };
        let mut receiver = &*e.receiver;
        let mut copied = false;
        while let syn::Expr::MethodCall(inner) = receiver
            && matches!(inner.method.to_string().as_str(), "copied" | "cloned")
            && !self.is_iterator(receiver)
        {
            receiver = &inner.receiver;
            copied = true;
        }
        let syn::Expr::MethodCall(inner) = receiver else { return None };
        let consumer = inner.method.to_string();
        if !OPTIONS.contains(&consumer.as_str()) || !self.is_iterator(&inner.receiver) {
            return None;
        }
        let bind = match self.optional(inner, &consumer, otherwise) {
            Maybe::Always(bind) | Maybe::If(_, bind) => bind,
            Maybe::Never => {
                if self.gone {
                    Bind::Uninit
                } else {
                    Bind::Poison
                }
            }
        };
        Some(if copied { self.copied(bind, e.span()) } else { bind })
    }

    pub fn option_bind(&mut self, made: Maybe) -> Bind {
        match made {
            Maybe::Never if self.gone => Bind::Uninit,
            Maybe::Never => Bind::Poison,
            Maybe::Always(bind) => Choice::some(bind).into(),
            Maybe::If(there, value) => {
                Choice { there: Bind::Scalar(there), value, error: None }.into()
            }
        }
    }

    /// An item, or what stands where there is none.
    pub fn optional(
        &mut self,
        e: &syn::ExprMethodCall,
        name: &str,
        otherwise: Otherwise<'_>,
    ) -> Maybe {
        let span = e.method.span();
        // An item of an iterator that has others after it.
        if matches!(name, "next" | "next_back" | "nth" | "peek")
            && let Some(index) = self.iterator_slot(&e.receiver)
        {
            return self.advanced(index, e, name, &otherwise);
        }
        // These take no more items of a variable than they need.
        let taken = match name {
            "find" | "find_map" | "position" | "rfind" | "rposition" => {
                self.iterator_slot(&e.receiver)
            }
            _ => None,
        };
        let iter = match taken {
            Some(variable) => self.by_reference(variable, span),
            None => self.iterator(&e.receiver),
        };
        let Some(iter) = iter else { return Maybe::Never };
        if self.gone {
            return Maybe::Never;
        }
        let function = || e.args.first().cloned();
        let f = match name {
            "nth" => None,
            _ => match function() {
                Some(f) => match self.callable(&f) {
                    Some(f) => Some(f),
                    None => return Maybe::Never,
                },
                None => None,
            },
        };
        match (name, &f) {
            ("next", None) => self.first(&iter, &otherwise, span),
            ("next_back", None) => {
                let rev = Iter::Rev(Box::new(iter));
                self.first(&rev, &otherwise, span)
            }
            ("nth", None) => {
                let Some(n) = e.args.first() else { return Maybe::Never };
                let n = self.scalar(n, &Want::Type(USIZE));
                let skip = Iter::Skip(Box::new(iter), n);
                self.first(&skip, &otherwise, span)
            }
            ("last", None) => self.last(&iter, &otherwise, span),
            ("find", Some(f)) if self.must_be_named(&iter, span) => {
                self.found_row(&iter, f, &otherwise, span)
            }
            ("find", Some(f)) => {
                let of = Iter::Filter(Box::new(iter), f.clone());
                self.first(&of, &otherwise, span)
            }
            ("rfind", Some(f)) if self.must_be_named(&iter, span) => {
                let iter = Iter::Rev(Box::new(iter));
                self.found_row(&iter, f, &otherwise, span)
            }
            ("rfind", Some(f)) => {
                let of = Iter::Filter(Box::new(Iter::Rev(Box::new(iter))), f.clone());
                self.first(&of, &otherwise, span)
            }
            ("find_map", Some(f)) => {
                let of = Iter::FilterMap(Box::new(iter), f.clone());
                self.first(&of, &otherwise, span)
            }
            ("position", Some(f)) => {
                let numbered = Iter::Enumerate(Box::new(iter));
                self.position(&numbered, f, &otherwise, span)
            }
            ("rposition", Some(f)) => {
                let numbered = Iter::Rev(Box::new(Iter::Enumerate(Box::new(iter))));
                self.position(&numbered, f, &otherwise, span)
            }
            ("reduce", Some(f)) => self.chosen(&iter, Chosen::Reduce(f), &otherwise, span),
            ("max" | "min", None) => {
                let choice = Chosen::By { compare: None, largest: name == "max" };
                self.chosen(&iter, choice, &otherwise, span)
            }
            ("max_by" | "min_by", Some(f)) if self.are_rows(&iter, span) => {
                self.chosen_row(&iter, f, name == "max_by", &otherwise, span)
            }
            ("max_by" | "min_by", Some(f)) => {
                let choice = Chosen::By { compare: Some(f), largest: name == "max_by" };
                self.chosen(&iter, choice, &otherwise, span)
            }
            ("max_by_key" | "min_by_key", Some(f)) => {
                self.chosen_by_key(&iter, f, name == "max_by_key", &otherwise, span)
            }
            _ => Maybe::Never,
        }
    }

    /// The item if it is there, and else what is to stand for it.
    pub fn when(
        &mut self,
        there: ValueId,
        otherwise: &Otherwise<'_>,
        span: Span,
        item: impl FnOnce(&mut Reader<'a>) -> Bind,
    ) -> Maybe {
        match otherwise {
            Otherwise::None => {
                let bind = self.branch(
                    there,
                    span,
                    |reader| {
                        let item = item(reader);
                        reader.carryable(item, span)
                    },
                    |_| Bind::Uninit,
                );
                Maybe::If(there, bind)
            }
            Otherwise::Panic(message) => {
                let bind = self.branch(there, span, item, |reader| {
                    reader.panic_with(message, span);
                    Bind::Uninit
                });
                Maybe::Always(bind)
            }
            Otherwise::Value(value) => {
                // It is evaluated in any case.
                let value_span = value.span();
                let value = self.value(value, &Want::Scalar);
                let value = self.carryable(value, value_span);
                let bind = self.branch(
                    there,
                    span,
                    |reader| {
                        let item = item(reader);
                        reader.carryable(item, span)
                    },
                    |_| value,
                );
                Maybe::Always(bind)
            }
            Otherwise::Call(f) => {
                let Some(f) = self.callable(f) else { return Maybe::Never };
                let bind = self.branch(
                    there,
                    span,
                    |reader| {
                        let item = item(reader);
                        reader.carryable(item, span)
                    },
                    |reader| {
                        let value = reader.call_with(&f, Vec::new(), &Want::Scalar, span);
                        reader.carryable(value, span)
                    },
                );
                Maybe::Always(bind)
            }
            Otherwise::Default => {
                let mut ty = Type::Unknown;
                let bind = self.branch(
                    there,
                    span,
                    |reader| {
                        let item = item(reader);
                        let item = reader.carryable(item, span);
                        ty = reader.bind_type(&item);
                        item
                    },
                    |_| Bind::Uninit,
                );
                // What stands where nothing is read is zero.
                if ty.is_float() || ty.is_int() || ty == Type::Unknown {
                    return Maybe::Always(bind);
                }
                self.errors.at_span(
                    span,
                    "the default of this type is not known to the macro; write `unwrap_or(..)`",
                );
                Maybe::Never
            }
        }
    }

    pub(super) fn first(&mut self, iter: &Iter, otherwise: &Otherwise<'_>, span: Span) -> Maybe {
        if self.is_indexed(iter) {
            let zero = self.usize(0, span);
            let Some(len) = self.length_of(iter, span) else {
                let item = self.item_at(iter, zero, None, span);
                return Maybe::Always(item);
            };
            let there = self.compare(Comparison::Gt, [len, zero], span);
            return self.named_when(there, iter, zero, otherwise, span);
        }
        let no = self.bool_literal(false);
        let found = self.env.add(no, None);
        let item = self.env.add(Bind::Uninit, None);
        self.walk(iter, vec![found, item], None, span, &mut |reader, value, stop| {
            let value = reader.carryable(value, span);
            reader.guard();
            reader.env.set(&Slot::whole(item), value);
            let yes = reader.bool_literal(true);
            reader.env.set(&Slot::whole(found), yes);
            reader.leave_named(Some(stop.to_owned()), Bind::Unit, true, span);
        });
        self.found(found, item, otherwise, span)
    }

    /// What a walk has put into these variables.
    fn found(&mut self, found: usize, item: usize, otherwise: &Otherwise<'_>, span: Span) -> Maybe {
        let there = self.state_value(found, span);
        let item = self.env.get(&Slot::whole(item)).clone();
        if matches!(item, Bind::Uninit) {
            // Nothing ever sets it.
            return self.when(there, otherwise, span, |_| Bind::Uninit);
        }
        self.when(there, otherwise, span, |_| item.read())
    }

    fn last(&mut self, iter: &Iter, otherwise: &Otherwise<'_>, span: Span) -> Maybe {
        if self.is_indexed(iter) && iter.callables().is_empty() {
            let Some(len) = self.length_of(iter, span) else { return Maybe::Never };
            let zero = self.usize(0, span);
            let there = self.compare(Comparison::Gt, [len, zero], span);
            if matches!(otherwise, Otherwise::None) && self.must_be_named(iter, span) {
                let one = self.usize(1, span);
                let last = self.integer_method("saturating_sub", vec![len, one], span);
                return self.named_when(there, iter, last, otherwise, span);
            }
            return self.when(there, otherwise, span, |reader| {
                let one = reader.usize(1, span);
                let last = reader.rule(Rule::Sub, vec![len, one], span);
                reader.item_at(iter, last, None, span)
            });
        }
        // An iteration may leave it as it is, so that the loop carries it from the start.
        let Some(shape) = self.rehearsed_item(iter, span) else { return Maybe::Never };
        let no = self.bool_literal(false);
        let found = self.env.add(no, None);
        let blank = self.blank(&shape, span);
        let item = self.env.add(blank, None);
        self.walk(iter, vec![found, item], None, span, &mut |reader, value, _| {
            let value = reader.carryable(value, span);
            reader.put_back(item, value, span);
            let yes = reader.bool_literal(true);
            reader.env.set(&Slot::whole(found), yes);
        });
        self.found(found, item, otherwise, span)
    }

    /// The number of the first item for which it holds.
    fn position(
        &mut self,
        numbered: &Iter,
        f: &Callable,
        otherwise: &Otherwise<'_>,
        span: Span,
    ) -> Maybe {
        let no = self.bool_literal(false);
        let found = self.env.add(no, None);
        let at = self.env.add(Bind::Uninit, None);
        let mut slots = self.assigned_by(f);
        slots.extend([found, at]);
        self.walk(numbered, slots, None, span, &mut |reader, pair, stop| {
            let Bind::Tuple(of) = pair else { return };
            let [i, item] = <[Bind; 2]>::try_from(of).unwrap_or([Bind::Poison, Bind::Poison]);
            let bind = reader.call_with(f, vec![item], &Want::Type(Type::Bool), span);
            let holds = reader.scalar_of(bind, span);
            reader.stop_if_found(holds, (found, at), i, stop, span);
        });
        self.found(found, at, otherwise, span)
    }

    /// Notes that something holds, and for which item, and leaves the loop over the items.
    pub fn stop_if_found(
        &mut self,
        holds: ValueId,
        (found, at): (usize, usize),
        i: Bind,
        stop: &str,
        span: Span,
    ) {
        self.branch(
            holds,
            span,
            |reader| {
                let yes = reader.bool_literal(true);
                reader.env.set(&Slot::whole(found), yes);
                reader.env.set(&Slot::whole(at), i);
                reader.leave_named(Some(stop.to_owned()), Bind::Unit, true, span);
                Bind::Uninit
            },
            |_| Bind::Unit,
        );
    }

    /// The item that is left after each has been held against the one chosen so far.
    fn chosen(
        &mut self,
        iter: &Iter,
        choice: Chosen<'_>,
        otherwise: &Otherwise<'_>,
        span: Span,
    ) -> Maybe {
        let mut slots = match choice {
            Chosen::Reduce(f) | Chosen::By { compare: Some(f), .. } => self.assigned_by(f),
            Chosen::By { compare: None, .. } => Vec::new(),
        };
        if self.is_indexed(iter)
            && let Some(len) = self.length_of(iter, span)
        {
            let zero = self.usize(0, span);
            let there = self.compare(Comparison::Gt, [len, zero], span);
            return self.when(there, otherwise, span, |reader| {
                let first = reader.item_at(iter, zero, None, span);
                let first = reader.carryable(first, span);
                let best = reader.env.add(first, None);
                slots.push(best);
                let front = reader.usize(1, span);
                let rest = Iter::Part { of: Box::new(iter.clone()), front, back: len };
                reader.walk(&rest, slots, None, span, &mut |reader, item, _| {
                    let before = reader.env.get(&Slot::whole(best)).clone();
                    let after = reader.better(choice, before, item, span);
                    reader.put_back(best, after, span);
                });
                reader.env.get(&Slot::whole(best)).read()
            });
        }
        let Some(shape) = self.rehearsed_item(iter, span) else { return Maybe::Never };
        let no = self.bool_literal(false);
        let found = self.env.add(no, None);
        let blank = self.blank(&shape, span);
        let best = self.env.add(blank, None);
        slots.extend([found, best]);
        self.walk(iter, slots, None, span, &mut |reader, item, _| {
            let item = reader.carryable(item, span);
            let before = reader.env.get(&Slot::whole(best)).clone();
            let another = reader.state_value(found, span);
            let after = reader.branch(
                another,
                span,
                |reader| reader.better(choice, before, item.clone(), span),
                |_| item.clone(),
            );
            reader.put_back(best, after, span);
            let yes = reader.bool_literal(true);
            reader.env.set(&Slot::whole(found), yes);
        });
        self.found(found, best, otherwise, span)
    }

    fn better(&mut self, choice: Chosen<'_>, before: Bind, item: Bind, span: Span) -> Bind {
        let item = match &choice {
            Chosen::Reduce(_) => item,
            Chosen::By { .. } => self.carryable(item, span),
        };
        match choice {
            Chosen::Reduce(f) => self.call_with(f, vec![before, item], &Want::Scalar, span),
            Chosen::By { compare, largest } => {
                let greater = match compare {
                    Some(f) => {
                        let args = vec![self.lent(&before, span), self.lent(&item, span)];
                        let order = self.call_with(f, args, &Want::Scalar, span);
                        let order = self.scalar_of(order, span);
                        self.ordering_is_gt(order, span)
                    }
                    None => self.greater(&before, &item, span),
                };
                // `before` is the larger one.
                let (first, second) = if largest { (before, item) } else { (item, before) };
                self.branch(greater, span, |_| first.read(), |_| second.read())
            }
        }
    }

    pub fn ordering_is_gt(&mut self, order: ValueId, span: Span) -> ValueId {
        let method = Ident::new("is_gt", span);
        let form = Form::Method(method, proc_macro2::TokenStream::new());
        self.opaque(form, vec![order], Type::Bool, span)
    }

    /// Of integers, or tuples that begin with an integer that serves as a key.
    fn greater(&mut self, a: &Bind, b: &Bind, span: Span) -> ValueId {
        let (a, b) = match (a, b) {
            (Bind::Tuple(a), Bind::Tuple(b)) => (a[0].clone(), b[0].clone()),
            (a, b) => (a.clone(), b.clone()),
        };
        if matches!((&a, &b), (Bind::Tuple(_), _) | (_, Bind::Tuple(_))) {
            self.errors.at_span(
                span,
                "tuples are not compared as a whole here; write `max_by` or `min_by` with a comparison of fields",
            );
        }
        let (a, b) = (self.scalar_of(a, span), self.scalar_of(b, span));
        self.compare(Comparison::Gt, [a, b], span)
    }

    fn chosen_by_key(
        &mut self,
        iter: &Iter,
        f: &Callable,
        largest: bool,
        otherwise: &Otherwise<'_>,
        span: Span,
    ) -> Maybe {
        let keyed = Iter::Keyed(Box::new(iter.clone()), f.clone());
        let choice = Chosen::By { compare: None, largest };
        match self.chosen(&keyed, choice, otherwise, span) {
            Maybe::Always(Bind::Tuple(of)) if of.len() == 2 => Maybe::Always(of[1].clone()),
            Maybe::If(there, Bind::Tuple(of)) if of.len() == 2 => Maybe::If(there, of[1].clone()),
            made => made,
        }
    }

    /// A number of the same type for each in it, that nobody reads.
    fn blank(&mut self, shape: &Shape, span: Span) -> Bind {
        match shape {
            Shape::Scalar(ty) => Bind::Scalar(self.dummy(ty, span)),
            Shape::Tuple(of) => Bind::Tuple(of.iter().map(|of| self.blank(of, span)).collect()),
        }
    }

    /// What an item is made of, found by reading the walk once, and forgetting it.
    fn rehearsed_item(&mut self, iter: &Iter, span: Span) -> Option<Shape> {
        let before = self.errors.count();
        let mut shape = None;
        self.rehearse(|reader| {
            reader.walk(iter, Vec::new(), None, span, &mut |reader, item, _| {
                let item = reader.carryable(item, span);
                shape = reader.shape_of_item(&item);
            });
        });
        if shape.is_none() && self.errors.count() == before {
            self.errors.at_span(
                span,
                "items of this type are not compared or combined here; write a loop over indices",
            );
        }
        shape
    }

    /// Reads something, and forgets all of it but the errors.
    pub fn rehearse(&mut self, read: impl FnOnce(&mut Reader<'a>)) {
        let ops = std::mem::take(&mut self.ops);
        let open = std::mem::take(&mut self.open);
        let env = self.env.clone();
        let values = self.function.values.clone();
        let memories = self.function.memories.clone();
        let (gone, maybe) = (self.gone, self.maybe);
        let sizes = (self.closures.len(), self.prelude.len(), self.globals.len());
        let late = self.late_constants.len();
        let before = self.errors.count();
        read(self);
        self.ops = ops;
        self.open = open;
        self.env = env;
        self.gone = gone;
        self.maybe = maybe;
        if self.errors.count() > before {
            return;
        }
        self.literals.retain(|value, _| value.index() < values.len());
        self.function.values = values;
        self.function.memories = memories;
        self.closures.truncate(sizes.0);
        self.prelude.truncate(sizes.1);
        self.globals.truncate(sizes.2);
        self.late_constants.truncate(late);
    }

    fn shape_of_item(&self, item: &Bind) -> Option<Shape> {
        match item {
            Bind::Scalar(value) => Some(Shape::Scalar(self.function.value(*value).ty.clone())),
            Bind::Tuple(of) => {
                let of: Option<Vec<Shape>> = of.iter().map(|of| self.shape_of_item(of)).collect();
                of.map(Shape::Tuple)
            }
            _ => None,
        }
    }
}

/// What an item is made of.
#[derive(Clone, Debug)]
enum Shape {
    Scalar(Type),
    Tuple(Vec<Shape>),
}
