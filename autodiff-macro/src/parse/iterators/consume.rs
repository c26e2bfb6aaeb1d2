//! What is done with the items of an iterator: one number, or effects.

use proc_macro2::Span;
use syn::spanned::Spanned;

use super::{Chunks, Iter, select::Otherwise, walk::Walk};
use crate::{
    ir::{Comparison, Constant, Float, OpKind, Step, Type, ValueId},
    parse::{
        Reader,
        assigned::Assigned,
        closure::Callable,
        env::{Bind, Slot, Want},
        flow::Exit,
        place::Located,
        types::{is_scalar, join},
    },
    rules::Rule,
};

/// Methods that go over an iterator. Those after `OPTIONS` yield an `Option`.
const CONSUMERS: &[&str] = &[
    "sum",
    "product",
    "fold",
    "rfold",
    "for_each",
    "count",
    "any",
    "all",
    "collect",
    "unzip",
    "eq",
    "ne",
    "try_fold",
    "partition",
];

pub const OPTIONS: &[&str] = &[
    "next",
    "next_back",
    "nth",
    "last",
    "position",
    "rposition",
    "rfind",
    "find",
    "find_map",
    "reduce",
    "max",
    "min",
    "max_by",
    "min_by",
    "max_by_key",
    "min_by_key",
    "peek",
];

impl<'a> Reader<'a> {
    /// A method of an iterator. `None`: it is none.
    pub fn iterator_method(&mut self, e: &syn::ExprMethodCall, want: &Want) -> Option<Bind> {
        let name = e.method.to_string();
        if let Some(bind) = self.unwrapped(e, &name) {
            return Some(bind);
        }
        if CONSUMERS.contains(&name.as_str()) && self.is_iterator(&e.receiver) {
            return Some(self.consume(e, &name, want));
        }
        if OPTIONS.contains(&name.as_str()) && self.is_iterator(&e.receiver) {
            let made = self.optional(e, &name, Otherwise::None);
            return Some(self.option_bind(made));
        }
        if name == "len" && self.is_iterator(&e.receiver) {
            return Some(self.counted(e));
        }
        if (name == "remainder" || name == "into_remainder") && self.is_iterator(&e.receiver) {
            return self.remainder(e);
        }
        let whole = syn::Expr::MethodCall(e.clone());
        self.is_iterator(&whole).then(|| self.iterator_value(&whole))
    }

    fn consume(&mut self, e: &syn::ExprMethodCall, name: &str, want: &Want) -> Bind {
        let span = e.method.span();
        if let ("sum" | "product", true) = (name, e.args.is_empty()) {
            let ty = self.turbofish(e).or_else(|| want.ty().cloned());
            if let Some(ty) = ty.filter(
                |ty| matches!(ty, Type::Named(of) if of.foreign.is_none() && of.ty.is_some()),
            ) {
                return self.own_total(e, &ty, name == "product").unwrap_or_else(|| {
                    if let Type::Named(of) = &ty
                        && of.ty.as_ref().is_some_and(|ty| self.is_of_nowhere(ty))
                    {
                        return Bind::Poison;
                    }
                    self.errors.at(
                        &e.method,
                        "how values of this type are added up is not seen, because their `Sum` is not declared in this module; \
                         write what it does: `fold(zero, |a, b| a + b)`",
                    );
                    Bind::Poison
                });
            }
        }
        // These take no more items of a variable than they need.
        let taken = match name {
            "any" | "all" | "try_fold" => self.iterator_slot(&e.receiver),
            _ => None,
        };
        let iter = match taken {
            Some(variable) => self.by_reference(variable, span),
            None => self.iterator(&e.receiver),
        };
        let Some(iter) = iter else {
            // What is wrong with the arguments is still reported.
            for arg in e.args.iter().filter(|arg| !matches!(arg, syn::Expr::Closure(_))) {
                self.value(arg, &Want::Any);
            }
            return Bind::Poison;
        };
        if self.gone {
            return Bind::Uninit;
        }
        let args: Vec<&syn::Expr> = e.args.iter().collect();
        let result = match (name, args.as_slice()) {
            ("sum" | "product", []) => {
                let ty = self.turbofish(e).or_else(|| want.ty().cloned());
                self.total(&iter, name == "product", ty, span)
            }
            ("try_fold", [init, f]) => self.try_fold(&iter, init, f, span),
            ("partition", [f]) => self.partition(&iter, f, want, span),
            ("fold", [init, f]) => self.fold(&iter, init, f, want, span),
            ("rfold", [init, f]) => {
                let iter = Iter::Rev(Box::new(iter));
                self.fold(&iter, init, f, want, span)
            }
            ("for_each", [f]) => {
                let Some(f) = self.callable(f) else { return Bind::Poison };
                let slots = self.assigned_by(&f);
                let pat = self.pattern_of(&f);
                self.walk(&iter, slots, pat.as_ref(), span, &mut |reader, item, _| {
                    reader.call_with(&f, vec![item], &Want::Unit, span);
                });
                Bind::Unit
            }
            ("count", []) => Bind::Scalar(self.count(&iter, span)),
            ("any" | "all", [f]) => {
                let Some(f) = self.callable(f) else { return Bind::Poison };
                self.quantified(&iter, &f, name == "all", span)
            }
            ("collect", []) => match self.collects_choice(e, want) {
                Some((of, is_result)) => self.try_collect(&iter, of, is_result, span),
                None => {
                    let ty = self.turbofish(e).or_else(|| want.ty().cloned());
                    self.collect(&iter, ty, span)
                }
            },
            ("unzip", []) => self.unzip(&iter, want, span),
            ("eq" | "ne", [other]) => {
                let Some(other) = self.iterated(other) else { return Bind::Poison };
                self.compared(iter, other, name == "ne", span)
            }
            _ => Bind::Poison,
        };
        if taken.is_none() {
            self.exhaust(&e.receiver);
        }
        if self.gone { Bind::Uninit } else { result }
    }

    /// What `chunks_exact` leaves out.
    fn remainder(&mut self, e: &syn::ExprMethodCall) -> Option<Bind> {
        let span = e.method.span();
        let mut iter = self.iterator(&e.receiver)?;
        while let Iter::Part { of, .. } = iter {
            iter = *of;
        }
        let Iter::Chunks { mut place, size, kind: Chunks::Exact, mutable } = iter else {
            return None;
        };
        let len = self.len(place.clone(), span);
        let rest = self.rule(Rule::Rem, vec![len, size], span);
        let start = Some(self.rule(Rule::Sub, vec![len, rest], span));
        place.path.push(Step::Range { start, end: None, inclusive: false });
        Some(self.reference(Located::Memory(place), mutable, span))
    }

    fn counted(&mut self, e: &syn::ExprMethodCall) -> Bind {
        let span = e.method.span();
        let iter = self.iterator(&e.receiver);
        match iter.and_then(|iter| self.length_of(&iter, span)) {
            Some(len) => Bind::Scalar(len),
            None => Bind::Poison,
        }
    }

    /// The type in `sum::<f64>()`.
    pub fn turbofish(&mut self, e: &syn::ExprMethodCall) -> Option<Type> {
        let arg = e.turbofish.as_ref()?.args.first()?;
        match arg {
            syn::GenericArgument::Type(ty) => Some(self.ty(ty)),
            _ => None,
        }
    }

    /// The pattern of the only parameter, if it is written there: what it leaves out is not read.
    pub fn pattern_of(&self, f: &Callable) -> Option<syn::Pat> {
        match f {
            Callable::Closure(id) => self.closures[*id].only_pattern().cloned(),
            Callable::Path(_) => None,
        }
    }

    /// `for pat in iter { body }`.
    pub fn for_each(&mut self, iter: &Iter, e: &syn::ExprForLoop) {
        let span = e.for_token.span;
        let label = Self::labels_of(e.label.as_ref());
        let assigned = Assigned::of_block(&e.body);
        let one_loop = iter.is_one_loop();
        if one_loop {
            let stop = label.unwrap_or_else(|| self.hidden_label("for"));
            let mut walk = Walk { slots: Vec::new(), assigned, stop, one_loop, span };
            self.walk_with(iter, &mut walk, Some(&e.pat), &mut |reader, item| {
                reader.for_body(e, item);
            });
            return;
        }
        // `break` leaves a block around all of the loops, and `continue` one around the body.
        let stop = self.hidden_label("for");
        let mut walk = Walk { slots: Vec::new(), assigned, stop: stop.clone(), one_loop, span };
        self.walk_with(iter, &mut walk, Some(&e.pat), &mut |reader, item| {
            let body = reader.hidden_label("body");
            let label = label.clone();
            reader.labeled(body.clone(), span, |reader| {
                let find = |reader: &Reader<'a>, label: &str| {
                    reader
                        .exits
                        .iter()
                        .rev()
                        .find(|exit| exit.label.as_deref() == Some(label))
                        .map(|exit| (exit.broken, exit.value))
                };
                let (Some((broken, value)), Some((continued, _))) =
                    (find(reader, &stop), find(reader, &body))
                else {
                    return Bind::Unit;
                };
                reader.exits.push(Exit {
                    label,
                    is_loop: true,
                    broken,
                    continued,
                    value,
                    want: Want::Scalar,
                });
                reader.for_body(e, item);
                reader.exits.pop();
                Bind::Unit
            });
        });
    }

    fn for_body(&mut self, e: &syn::ExprForLoop, item: Bind) {
        self.scopes.enter();
        self.bind(&e.pat, item, e.pat.span());
        self.block(&e.body, &Want::Unit);
        self.scopes.leave();
    }

    fn total(&mut self, iter: &Iter, product: bool, ty: Option<Type>, span: Span) -> Bind {
        let ty = ty.filter(is_scalar).unwrap_or(Type::Float(Float::Literal));
        let start = match &ty {
            Type::Int(_) => Constant::Int(product.into()),
            // What `std` starts from.
            _ if product => Constant::Float(1.0, None),
            _ => Constant::Float(-0.0, None),
        };
        let first = self.constant(start, ty, span);
        let name = if product { "product" } else { "sum" };
        let total = self.env.add(Bind::Scalar(first), Some(name.to_owned()));
        let rule = if product { Rule::Mul } else { Rule::Add };
        let mut integer = None;
        self.walk(iter, vec![total], None, span, &mut |reader, item, _| {
            let item = reader.scalar_of(item, span);
            let ty = reader.function.value(item).ty.clone();
            if ty.is_int() {
                integer = Some(ty);
            }
            let before = reader.state_value(total, span);
            let out = reader.rule(rule, vec![before, item], span);
            reader.set_state(total, out);
        });
        if let Some(ty) = integer {
            self.replace_constant(first, Constant::Int(product.into()), ty.clone());
            let result = self.state_value(total, span);
            self.function.values[result.index()].ty = ty;
            return Bind::Scalar(result);
        }
        Bind::Scalar(self.state_value(total, span))
    }

    fn fold(
        &mut self,
        iter: &Iter,
        init: &syn::Expr,
        f: &syn::Expr,
        want: &Want,
        span: Span,
    ) -> Bind {
        let init = self.value(init, &if *want == Want::Any { Want::Scalar } else { want.clone() });
        let Some(f) = self.callable(f) else { return Bind::Poison };
        if self.gone {
            return Bind::Uninit;
        }
        let init = self.keep(init, true, span);
        let init = self.carryable(init, span);
        self.settle_literals(&init, want);
        let all = self.env.add(init, Some(self.folded_name(&f)));
        let mut slots = self.assigned_by(&f);
        slots.push(all);
        self.walk(iter, slots, None, span, &mut |reader, item, _| {
            // It moves into the function, and comes back.
            let before = reader.env.get(&Slot::whole(all)).clone();
            let want = match reader.bind_type(&before) {
                ty @ Type::Array(..) => Want::Type(ty),
                _ => Want::Scalar,
            };
            let after = reader.call_with(&f, vec![before, item], &want, span);
            if reader.gone {
                return;
            }
            reader.put_back(all, after, span);
        });
        let all = self.env.get(&Slot::whole(all)).clone();
        all.read()
    }

    /// What the function calls its first parameter.
    pub fn folded_name(&self, f: &Callable) -> String {
        match f {
            Callable::Closure(id) => self.closures[*id].first_name(),
            Callable::Path(_) => None,
        }
        .unwrap_or_else(|| "folded".to_owned())
    }

    /// The variable that a loop carries gets its next value; an array stays where it is.
    pub fn put_back(&mut self, index: usize, value: Bind, span: Span) {
        self.guard();
        let before = self.env.get(&Slot::whole(index)).clone();
        let value = self.put_back_part(&before, value, span);
        self.env.set(&Slot::whole(index), value);
    }

    pub fn put_back_part(&mut self, before: &Bind, value: Bind, span: Span) -> Bind {
        match (before, value) {
            (Bind::Owned(to), Bind::Owned(from)) if *to == from => Bind::Owned(from),
            (Bind::Owned(to), Bind::Content(from)) if from == (*to).into() => Bind::Owned(*to),
            (Bind::Owned(to), value) if self.is_memory(&value) => {
                self.function.memories[to.index()].mutable = true;
                self.overwrite((*to).into(), value, span);
                Bind::Owned(*to)
            }
            (Bind::Tuple(before), Bind::Tuple(of)) if before.len() == of.len() => Bind::Tuple(
                before
                    .iter()
                    .zip(of)
                    .map(|(before, of)| self.put_back_part(before, of, span))
                    .collect(),
            ),
            (_, value) => self.carryable(value, span),
        }
    }

    /// Literals that a loop starts from have the type of what comes out of it.
    fn settle_literals(&mut self, bind: &Bind, want: &Want) {
        for (path, value) in bind.leaves() {
            let want = path.iter().fold(want.clone(), |want, i| want.field(*i));
            if let Want::Type(ty) = want
                && is_scalar(&ty)
            {
                let slot = &mut self.function.values[value.index()].ty;
                *slot = join(slot, &ty);
            }
        }
    }

    fn count(&mut self, iter: &Iter, span: Span) -> ValueId {
        if self.is_indexed(iter)
            && iter.callables().is_empty()
            && let Some(len) = self.length_of(iter, span)
        {
            return len;
        }
        let count = self.count_from_zero(span);
        self.walk(iter, vec![count], None, span, &mut |reader, _, _| {
            let before = reader.state_value(count, span);
            let one = reader.usize(1, span);
            let after = reader.rule(Rule::Add, vec![before, one], span);
            reader.set_state(count, after);
        });
        self.state_value(count, span)
    }

    fn quantified(&mut self, iter: &Iter, f: &Callable, all: bool, span: Span) -> Bind {
        let start = self.bool_literal(all);
        let result = self.env.add(start, None);
        let mut slots = self.assigned_by(f);
        slots.push(result);
        let pat = self.pattern_of(f);
        self.walk(iter, slots, pat.as_ref(), span, &mut |reader, item, stop| {
            let bind = reader.call_with(f, vec![item], &Want::Type(Type::Bool), span);
            let holds = reader.scalar_of(bind, span);
            let found = |reader: &mut Reader<'a>| {
                let found = reader.bool_literal(!all);
                reader.env.set(&Slot::whole(result), found);
                reader.leave_named(Some(stop.to_owned()), Bind::Unit, true, span);
                Bind::Uninit
            };
            if all {
                reader.branch(holds, span, |_| Bind::Unit, found);
            } else {
                reader.branch(holds, span, found, |_| Bind::Unit);
            }
        });
        Bind::Scalar(self.state_value(result, span))
    }

    /// `a.eq(b)`, for numbers.
    pub fn compared(&mut self, a: Iter, b: Iter, negated: bool, span: Span) -> Bind {
        let (Some(x), Some(y)) = (self.length_of(&a, span), self.length_of(&b, span)) else {
            self.errors.at_span(
                span,
                "iterators whose lengths are not known are not compared here; collect them first",
            );
            return Bind::Poison;
        };
        let same = self.compare(Comparison::Eq, [x, y], span);
        let result = self.env.add(Bind::Scalar(same), None);
        let both = Iter::Zip(Box::new(a), Box::new(b));
        let both = Iter::Take(Box::new(both), {
            // None, if the lengths differ already.
            let zero = self.usize(0, span);
            self.select(same, [x, zero], span)
        });
        self.walk(&both, vec![result], None, span, &mut |reader, item, stop| {
            let Bind::Tuple(of) = item else { return };
            let args: Vec<ValueId> = of.into_iter().map(|of| reader.scalar_of(of, span)).collect();
            let [a, b] = args[..] else { return };
            let equal = reader.compare(Comparison::Eq, [a, b], span);
            reader.branch(
                equal,
                span,
                |_| Bind::Unit,
                |reader| {
                    let no = reader.bool_literal(false);
                    reader.env.set(&Slot::whole(result), no);
                    reader.leave_named(Some(stop.to_owned()), Bind::Unit, true, span);
                    Bind::Uninit
                },
            );
        });
        let equal = self.state_value(result, span);
        Bind::Scalar(if negated { self.not(equal, span) } else { equal })
    }

    /// After it has been gone over, a variable that held an iterator has none left.
    fn exhaust(&mut self, receiver: &syn::Expr) {
        let Some(index) = self.iterator_slot(receiver) else { return };
        if let Bind::Iterator { state, .. } = self.env.get(&Slot::whole(index)).clone()
            && let [(_, _), (_, back)] = state.leaves()[..]
        {
            self.env.set(&Slot { index, path: vec![0] }, Bind::Scalar(back));
        }
    }

    pub fn panic_with(&mut self, message: &syn::Expr, span: Span) {
        let tokens = quote::quote_spanned!(span=> panic!("{}", #message));
        self.push(OpKind::Effect { tokens, bindings: Vec::new() }, span);
        self.diverge();
    }
}
