//! Method calls.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;

use super::{
    Reader,
    env::{Bind, Want},
    generic_call::own_method,
    generics::Kind,
    known::is_box,
    of_std::{OF_ITERATORS, OTHERS_OF_SEQUENCES},
    overloaded::is_call,
    place::Located,
    types::{USIZE, is_memory},
    user_method::{Receiver, is_of_sequences_alone, is_users},
};
use crate::{
    declared,
    ir::{Constant, Float, Form, Int, OpKind, Step, Type, ValueId},
    rules::{Rule, row},
};

/// The rule of a method, and the number of its arguments.
pub fn rule_named(name: &str) -> Option<(Rule, usize)> {
    Rule::method(name).map(|rule| (rule, row(rule).arity))
}

/// Rules that integers have under the same name.
fn on_integers(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::Add
            | Rule::Sub
            | Rule::Mul
            | Rule::Div
            | Rule::Rem
            | Rule::Neg
            | Rule::Min
            | Rule::Max
            | Rule::Clamp
            | Rule::Abs
            | Rule::Signum
            | Rule::RemEuclid
            | Rule::DivEuclid
    )
}

impl Reader<'_> {
    /// What a static shares with everybody has no adjoint.
    fn locks_static(&mut self, e: &syn::ExprMethodCall, name: &str) -> bool {
        let syn::Expr::Path(path) = &*e.receiver else { return false };
        let is_local = path
            .path
            .get_ident()
            .is_some_and(|ident| self.scopes.find(&super::key(ident)).is_some());
        let locks = ["lock", "try_lock", "write", "try_write", "borrow_mut", "try_borrow_mut"];
        if is_local || !locks.contains(&name) {
            return false;
        }
        self.errors.at(
            &e.method,
            format!(
                "`{name}` opens a static that others may read and write at any time, so that no derivative can be kept of what \
                 is written there; pass it as a parameter (`&mut f64`), or do this in a function that is called with \
                 `autodiff_runtime::no_diff(..)`"
            ),
        );
        true
    }

    pub fn method(&mut self, e: &syn::ExprMethodCall, want: &Want) -> Bind {
        let name = e.method.to_string();
        if let Some(bind) = self.unwrapped_generic(e, want) {
            return bind;
        }
        if let Some(made) = self.own_into(e, want) {
            return made;
        }
        if self.locks_static(e, &name) {
            return Bind::Poison;
        }
        if let Some(bind) = self.range_contains(e) {
            return bind;
        }
        if let Some(bind) = self.iterator_method(e, want) {
            return bind;
        }
        if let Some(bind) = self.element_method(e, &name) {
            return bind;
        }
        if let Some(bind) = self.search(e, &name, want) {
            return bind;
        }
        if let Some(bind) = self.array_of_slice(e, &name, want) {
            return bind;
        }
        if name == "concat"
            && e.args.is_empty()
            && let Some(bind) = self.concat(e)
        {
            return bind;
        }
        let before = self.want_before(e, &name, want);
        let receiver_want = match rule_named(&name) {
            _ if before.is_some() => before.unwrap_or(Want::Any),
            Some(_) => match want.ty() {
                Some(ty) if ty.is_float() && name != "signum" => want.clone(),
                _ => Want::Scalar,
            },
            None if MEMORY_METHODS.contains(&name.as_str()) => Want::Memory,
            // The result of a call that has a method of the user's is no number, as far as anybody knows.
            None if is_users(&name, e.args.len(), Receiver::Unknown) && is_call(&e.receiver) => {
                Want::Memory
            }
            None => Want::Any,
        };
        let located = self.locate(&e.receiver, &receiver_want);
        if self.gone {
            return Bind::Uninit;
        }
        if let Some(choice) = self.choice_at(&located) {
            return self.choice_method(e, &name, located, choice, want);
        }
        let located = match self.auto(located.clone()) {
            Located::Memory(place)
                if name != "clone" && is_box(&self.function.place_type(&place)) =>
            {
                let held = Located::Memory(self.unboxed(place));
                if let ("as_ref" | "as_mut", true) = (name.as_str(), e.args.is_empty()) {
                    return self.reference(held, name == "as_mut", e.span());
                }
                held
            }
            _ => located,
        };
        if let Some(old) = self.exchanged_option(e, &located) {
            return old;
        }
        if let Some(choice) = self.choice_with_method(&located, &e.method, e.span()) {
            return self.choice_method(e, &name, located, choice, want);
        }
        let located = self.auto(located);
        let of_traits = self.type_params.iter().any(|param| param.kind == Kind::Float)
            && own_method(&name, e.args.len() + 1).is_some();
        if let Located::Memory(place) = &located
            && let Some(bind) = self.foreign_map(e, &place.clone())
        {
            return bind;
        }
        let of_foreign = name == "to_owned" && self.is_foreign(&located);
        if matches!(located, Located::Value(Bind::Iterator { .. }))
            && !OF_ITERATORS.contains(&name.as_str())
            && self.lacks_traits()
        {
            self.errors.leave_to_compiler();
            return Bind::Poison;
        }
        if is_of_sequences_alone(&name) && self.is_misspelt(&located) {
            self.errors.leave_to_compiler();
            return Bind::Poison;
        }
        if !of_traits
            && !self.is_poison(&located)
            && (of_foreign
                || is_users(&name, e.args.len(), self.receiver_kind(&located))
                || self.has_own_length(&name, &located))
        {
            let of_nobody = self.receiver_kind(&located) == Receiver::Sequence
                && !OTHERS_OF_SEQUENCES.contains(&name.as_str())
                && self.lacks_traits();
            if of_nobody || self.is_misspelt(&located) {
                self.errors.leave_to_compiler();
            }
            if name == "into" && e.args.is_empty() && !self.is_foreign(&located) {
                if let (Some(Type::Vec(_)), Located::Memory(place)) =
                    (want.ty().map(|ty| self.meant(ty.clone())), &located)
                    && self.function.place_type(place).element().is_some()
                {
                    return Bind::Owned(self.alloc_copy(place.clone(), true, e.span()));
                }
                self.errors.at(
                    &e.method,
                    "what this is converted into is not seen: write `Target::from(..)`, with a `From` that this module declares, \
                     or a `#[grad]` function",
                );
                return Bind::Poison;
            }
            return self.user_method(e, located, want);
        }
        let place = match &located {
            Located::Memory(place) => {
                let ty = self.function.place_type(place);
                (is_memory(&ty) || (ty == Type::Unknown && MEMORY_METHODS.contains(&name.as_str())))
                    .then(|| place.clone())
            }
            Located::Global(path) => {
                let ty = self.global_type(path);
                let memory = is_memory(&ty)
                    || (ty == Type::Unknown
                        && MEMORY_METHODS.contains(&name.as_str())
                        && name != "clone");
                memory.then(|| self.global(path).into())
            }
            _ => None,
        };
        let maps = name == "map" && e.args.first().is_some_and(|f| self.is_function(f));
        if let (true, Located::Memory(part)) = (maps, &located)
            && self.function.place_type(part) == Type::Unknown
        {
            let part = part.clone();
            return self.array_map(e, part);
        }
        // A copy of a part of unknown type, which is no number as far as anybody knows: nobody clones those.
        if let ("clone", Located::Memory(part)) = (name.as_str(), &located)
            && !part.path.is_empty()
            && self.function.place_type(part) == Type::Unknown
            && !want.ty().is_some_and(super::types::is_scalar)
        {
            let content = Bind::Content(part.clone());
            return Bind::Owned(self.copy_of(content, e.span()));
        }
        match place {
            Some(place)
                if name == "pop" && *want == Want::Unit && self.may_grow(e, &name, &place) =>
            {
                self.drop_last(place, e.span());
                Bind::Unit
            }
            Some(place) => self.memory_method(e, &name, place),
            None => self.scalar_method(e, &name, located, want),
        }
    }

    /// Whether what is no method of the standard library is no method at all: of a float, where nothing is in scope that
    /// could give it one.
    fn is_misspelt(&self, located: &Located) -> bool {
        matches!(self.receiver_type(located), Type::Float(Float::F32 | Float::F64))
            && self.lacks_traits()
    }

    /// Whether certainly no trait is in scope but those of the prelude.
    pub fn lacks_traits(&self) -> bool {
        let (Some(module), Some(declared)) = (&self.module_alone, &self.declared) else {
            return false;
        };
        self.read_again && self.items.is_empty() && !declared.names().may_have_traits(module)
    }

    /// Whether the file declares a `len` for this type that is no count.
    fn has_own_length(&self, name: &str, located: &Located) -> bool {
        let Located::Memory(place) = located else { return false };
        let Type::Named(of) = self.function.place_type(place) else { return false };
        let (true, Some(ty), Some(declared)) = (name == "len", &of.ty, &self.declared) else {
            return false;
        };
        declared::head(&self.not_self(ty))
            .and_then(|(of, _)| declared.method(&of, name))
            .is_some_and(|written| written.text != "usize")
    }

    fn scalar_method(
        &mut self,
        e: &syn::ExprMethodCall,
        name: &str,
        located: Located,
        want: &Want,
    ) -> Bind {
        let span = e.span();
        let bind = self.read(located, &Want::Scalar, e.receiver.span());
        if matches!(bind, Bind::Poison | Bind::Uninit) {
            for arg in e.args.iter().filter(|arg| !matches!(arg, syn::Expr::Closure(_))) {
                self.value(arg, &Want::Any);
            }
            return Bind::Poison;
        }
        if matches!(name, "clone" | "to_owned") && e.args.is_empty() {
            return bind;
        }
        if let Bind::Tuple(_) | Bind::Unit = bind {
            self.errors.at(
                &e.method,
                format!(
                    "`{name}` of a tuple is not followed; write it for its fields, or use operators"
                ),
            );
            return Bind::Poison;
        }
        let receiver = self.scalar_of(bind, e.receiver.span());
        let ty = self.function.value(receiver).ty.clone();
        if let ("then_some" | "then", Some(arg)) = (name, e.args.first())
            && matches!(ty, Type::Bool | Type::Unknown)
        {
            return self.value_if(receiver, name == "then", arg, want, span);
        }
        if matches!(name, "into" | "as_") && e.args.is_empty() {
            return match want.ty() {
                Some(ty @ (Type::Float(_) | Type::Int(_))) => {
                    let out = self.function.new_value(ty.clone(), None, span);
                    self.push(OpKind::Cast { out, arg: receiver, ty: ty.clone() }, span);
                    Bind::Scalar(out)
                }
                _ => {
                    self.errors.at(
                        &e.method,
                        "the macro cannot see what this is made into; write `f64::from(x)`",
                    );
                    Bind::Poison
                }
            };
        }
        let mut args = vec![receiver];
        for (i, arg) in e.args.iter().enumerate() {
            let want = match (name, i) {
                ("powi", 0) => Want::Type(Type::Int(Int::I32)),
                ("pow", 0) => Want::Type(Type::Int(Int::U32)),
                _ if ty.is_float() || ty.is_int() => Want::Type(ty.clone()),
                _ => Want::Scalar,
            };
            args.push(self.scalar(arg, &want));
        }
        if matches!(ty, Type::Float(Float::Generic(_)))
            && let Some(method) = own_method(name, args.len())
        {
            return self.generic_method(method, &args, span);
        }
        let turbofish = e.turbofish.as_ref().map(ToTokens::to_token_stream).unwrap_or_default();
        let form = Form::Method(e.method.clone(), turbofish);
        if let ("partial_cmp", Want::Choice(_)) = (name, want) {
            let order = self.opaque(form, args, Type::Opaque, span);
            return self.order_there(order, span);
        }
        self.primitive(name, &ty, args, form, e.method.span(), span)
    }

    /// An `Option` of an `Ordering`, for patterns.
    fn order_there(&mut self, order: ValueId, span: Span) -> Bind {
        let form = |name: &str| {
            Form::Method(proc_macro2::Ident::new(name, span), proc_macro2::TokenStream::new())
        };
        let there = self.opaque(form("is_some"), vec![order], Type::Bool, span);
        // What it is where it is not there, nobody asks.
        let equal: syn::ExprPath = syn::parse_quote!(::core::cmp::Ordering::Equal);
        let equal = self.read(Located::Global(equal), &Want::Type(Type::Opaque), span);
        let equal = self.scalar_of(equal, span);
        let value = self.opaque(form("unwrap_or"), vec![order, equal], Type::Opaque, span);
        let (there, value) = (Bind::Scalar(there), Bind::Scalar(value));
        super::choice::Choice { there, value, error: None }.into()
    }

    /// A method or associated function of a number, `bool` or `char`.
    pub fn primitive(
        &mut self,
        name: &str,
        ty: &Type,
        args: Vec<ValueId>,
        form: Form,
        method: Span,
        span: Span,
    ) -> Bind {
        if name == "sin_cos" && !ty.is_int() && args.len() == 1 {
            let sin = self.rule(Rule::Sin, args.clone(), span);
            let cos = self.rule(Rule::Cos, args, span);
            return Bind::Tuple(vec![Bind::Scalar(sin), Bind::Scalar(cos)]);
        }
        if let Some((rule, arity)) = rule_named(name)
            && arity == args.len()
            && (!ty.is_int() || on_integers(rule))
            && !matches!(ty, Type::Bool | Type::Opaque)
        {
            return Bind::Scalar(self.rule(rule, args, span));
        }
        // A number's own methods come before those of traits, so that this is one with too few arguments, or too many.
        if rule_named(name).is_some_and(|(_, arity)| arity != args.len())
            && matches!(ty, Type::Float(Float::F32 | Float::F64))
        {
            self.errors.leave_to_compiler();
            return Bind::Poison;
        }
        if name.starts_with("checked_") && ty.is_int() {
            return self.checked(args, ty, form, span);
        }
        if ["checked_", "overflowing_", "carrying_", "borrowing_"]
            .iter()
            .any(|p| name.starts_with(p))
        {
            self.errors.at_span(
                method,
                "pairs of results are not followed here; use a `wrapping_`, `saturating_` or `checked_` method, or \
                 compare before",
            );
            return Bind::Poison;
        }
        let result = match name {
            "to_bits" => match ty {
                Type::Float(Float::F32) => Type::Int(Int::U32),
                _ => Type::Int(Int::U64),
            },
            "count_ones" | "count_zeros" | "leading_zeros" | "trailing_zeros" | "ilog"
            | "ilog2" | "ilog10" | "leading_ones" | "trailing_ones" => Type::Int(Int::U32),
            "classify" | "total_cmp" | "partial_cmp" | "cmp" | "to_string" => Type::Opaque,
            "try_into" if ty.is_float() => Type::Opaque,
            "unsigned_abs" | "abs_diff" => Type::Int(match ty {
                Type::Int(Int::I8 | Int::U8) => Int::U8,
                Type::Int(Int::I16 | Int::U16) => Int::U16,
                Type::Int(Int::I32 | Int::U32) => Int::U32,
                Type::Int(Int::I64 | Int::U64) => Int::U64,
                Type::Int(Int::I128 | Int::U128) => Int::U128,
                Type::Int(Int::Isize | Int::Usize) => Int::Usize,
                _ => Int::Literal,
            }),
            "eq" | "ne" | "lt" | "le" | "gt" | "ge" => Type::Bool,
            _ if name.starts_with("is_") => Type::Bool,
            _ => ty.clone(),
        };
        // `f64::total_cmp` is given references; the method borrows by itself.
        let form = match form {
            Form::Path(path) if matches!(name, "total_cmp" | "partial_cmp" | "cmp") => {
                let ident = path.segments.last().map(|last| last.ident.clone());
                ident.map_or(Form::Path(path), |name| Form::Method(name, Default::default()))
            }
            form => form,
        };
        Bind::Scalar(self.opaque(form, args, result, method))
    }

    /// `x.first().unwrap()`, `x.last().unwrap()`, `x.get(i).unwrap()`: elements.
    fn element_method(&mut self, e: &syn::ExprMethodCall, name: &str) -> Option<Bind> {
        if !matches!(name, "unwrap" | "expect") {
            return None;
        }
        let mut receiver = &*e.receiver;
        while let syn::Expr::MethodCall(inner) = receiver
            && matches!(inner.method.to_string().as_str(), "copied" | "cloned")
        {
            receiver = &inner.receiver;
        }
        let syn::Expr::MethodCall(inner) = receiver else { return None };
        let which = inner.method.to_string();
        if !matches!(
            which.as_str(),
            "first" | "last" | "get" | "get_mut" | "first_mut" | "last_mut" | "pop"
        ) {
            return None;
        }
        let span = e.span();
        let located = self.locate(&inner.receiver, &Want::Memory);
        let mut place = self.memory_of(located, inner.receiver.span())?;
        if which == "pop" {
            return Some(self.pop_last(place, span));
        }
        let index = match (which.as_str(), inner.args.first()) {
            ("get" | "get_mut", Some(index)) => self.scalar(index, &Want::Type(USIZE)),
            ("first" | "first_mut", _) => self.constant(Constant::Int(0), USIZE, span),
            _ => {
                let len = self.len(place.clone(), span);
                let one = self.constant(Constant::Int(1), USIZE, span);
                self.rule(Rule::Sub, vec![len, one], span)
            }
        };
        place.path.push(Step::Index(index));
        Some(self.reference(Located::Memory(place), which.ends_with("_mut"), span))
    }
}

const MEMORY_METHODS: &[&str] = &[
    "len",
    "is_empty",
    "to_vec",
    "as_slice",
    "as_mut_slice",
    "swap",
    "fill",
    "copy_from_slice",
    "clone_from_slice",
    "split_at",
    "split_at_mut",
    "iter",
    "iter_mut",
    "into_iter",
    "push",
    "pop",
    "extend",
    "first",
    "last",
    "get",
    "chunks",
    "chunks_exact",
    "windows",
    "sort",
    "sort_by",
    "sort_by_key",
    "sort_by_cached_key",
    "sort_unstable",
    "sort_unstable_by",
    "sort_unstable_by_key",
    "reverse",
    "resize",
    "truncate",
    "clear",
    "extend_from_slice",
    "append",
    "insert",
    "remove",
    "swap_remove",
    "split_off",
    "into_boxed_slice",
    "retain",
    "retain_mut",
    "dedup",
    "dedup_by",
    "dedup_by_key",
    "rotate_left",
    "rotate_right",
];
