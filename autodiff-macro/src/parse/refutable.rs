//! Patterns that test a value, and bind parts of it.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;

use super::{
    Reader,
    choice::{Choice, Variant},
    env::{Bind, Want},
    pattern::is_rest,
    place::Located,
    types::USIZE,
};
use crate::ir::{
    Arg, Callee, Comparison, Constant, Form, Int, OpKind, Shape, Step, Type, ValueId, Var,
};

/// What a pattern says of a value.
#[derive(Clone, Copy, Debug)]
pub enum Test {
    Always,
    If(ValueId),
}

impl Reader<'_> {
    /// The condition under which the pattern matches.
    pub fn test(&mut self, pat: &syn::Pat, value: &Bind) -> Test {
        let span = pat.span();
        if let Some((variant, inner)) = variant_pattern(pat)
            && !matches!(value, Bind::Poison)
        {
            let Some(choice) = self.choice_seen(value, span) else {
                if !self.leaves_plain(value) {
                    self.errors.at(pat, super::choice::UNSEEN);
                }
                return Test::Always;
            };
            return self.test_choice(variant, inner, &choice, span);
        }
        if let Some(test) = self.test_of_enum(pat, value) {
            return test;
        }
        match pat {
            syn::Pat::Wild(_) | syn::Pat::Rest(_) => Test::Always,
            syn::Pat::Struct(_)
            | syn::Pat::TupleStruct(_)
            | syn::Pat::Path(_)
            | syn::Pat::Ident(_)
                if self.is_variant(pat) && !self.is_number(value) =>
            {
                self.test_variant(pat, value)
            }
            syn::Pat::Ident(p) => match &p.subpat {
                Some((_, sub)) => self.test(sub, value),
                None if self.is_constant(&p.ident) => {
                    let path: syn::ExprPath = syn::ExprPath {
                        attrs: Vec::new(),
                        qself: None,
                        path: p.ident.clone().into(),
                    };
                    self.test_constant(&path, value)
                }
                None => Test::Always,
            },
            syn::Pat::Paren(p) => self.test(&p.pat, value),
            syn::Pat::Reference(p) => {
                let value = self.dereferenced(value.clone(), span);
                self.test(&p.pat, &value)
            }
            syn::Pat::Lit(p) => {
                let Bind::Scalar(lit) = self.literal(&p.lit, &Want::Any) else {
                    self.refuse_pattern(pat);
                    return Test::Always;
                };
                let value = self.scalar_of(value.clone(), span);
                if self.function.value(lit).ty == Type::Bool {
                    return match &p.lit {
                        syn::Lit::Bool(lit) if lit.value => Test::If(value),
                        _ => {
                            let out = self.function.new_value(Type::Bool, None, span);
                            self.push(crate::ir::OpKind::Not { out, arg: value }, span);
                            Test::If(out)
                        }
                    };
                }
                Test::If(self.compare(Comparison::Eq, [value, lit], span))
            }
            syn::Pat::Path(p) if p.qself.is_none() && is_constant_path(&p.path) => {
                self.test_constant(p, value)
            }
            syn::Pat::Range(p) => self.test_range(p, value),
            syn::Pat::Or(p) => {
                let mut any: Option<ValueId> = None;
                for pat in &p.cases {
                    match (self.test(pat, value), any) {
                        (Test::Always, _) => return Test::Always,
                        (Test::If(test), None) => any = Some(test),
                        (Test::If(test), Some(all)) => {
                            any = Some(self.select(all, [all, test], span));
                        }
                    }
                }
                any.map_or(Test::Always, Test::If)
            }
            syn::Pat::Tuple(p) => {
                let fields = self.fields_of(value.clone(), p.elems.len(), span, p);
                let rest = p.elems.iter().position(|pat| matches!(pat, syn::Pat::Rest(_)));
                let mut all: Option<ValueId> = None;
                for (i, pat) in p.elems.iter().enumerate() {
                    let i = match rest {
                        Some(rest) if i > rest => (i + fields.len()).saturating_sub(p.elems.len()),
                        _ => i,
                    };
                    let field = fields.get(i).cloned().unwrap_or(Bind::Poison);
                    if let Test::If(test) = self.test(pat, &field) {
                        all = Some(match all {
                            None => test,
                            Some(all) => self.select(all, [test, all], span),
                        });
                    }
                }
                all.map_or(Test::Always, Test::If)
            }
            syn::Pat::Slice(p) => self.test_slice(p, value, span),
            other => {
                if !matches!(value, Bind::Poison) {
                    self.refuse_pattern(other);
                }
                Test::Always
            }
        }
    }

    /// A variant without fields, or a text, of a value that is no number and is not in memory: `Ordering::Less`, `"linear"`.
    fn test_of_enum(&mut self, pat: &syn::Pat, value: &Bind) -> Option<Test> {
        let plain = matches!(pat, syn::Pat::Path(_) | syn::Pat::Ident(_));
        let text = matches!(pat, syn::Pat::Lit(syn::PatLit { lit: syn::Lit::Str(_), .. }));
        if !text && (!plain || !self.is_variant(pat)) {
            return None;
        }
        let value = match (value, self.bind_type(value)) {
            (Bind::Scalar(value), Type::Opaque | Type::Unknown) => *value,
            (Bind::Content(_) | Bind::Reference { .. }, Type::Opaque) => {
                self.scalar_of(value.clone(), pat.span())
            }
            (Bind::Content(_) | Bind::Reference { .. }, Type::Unknown) if text => {
                let value = self.scalar_of(value.clone(), pat.span());
                self.function.values[value.index()].ty = Type::Opaque;
                value
            }
            _ => return None,
        };
        let form = Form::Matches(pat.to_token_stream());
        Some(Test::If(self.opaque(form, vec![value], Type::Bool, pat.span())))
    }

    fn is_number(&self, value: &Bind) -> bool {
        super::types::is_scalar(&self.bind_type(value))
    }

    /// `[a, b]`, `[first, .., last]`: the length, then the elements.
    fn test_slice(&mut self, p: &syn::PatSlice, value: &Bind, span: Span) -> Test {
        let Some(place) = self.memory_of(Located::Value(value.clone()), span) else {
            return Test::Always;
        };
        let n = p.elems.len();
        let rest = p.elems.iter().position(is_rest);
        let needed = n - usize::from(rest.is_some());
        let array = matches!(self.function.place_type(&place), Type::Array(..));
        let fits = if array || (rest.is_some() && needed == 0) {
            None
        } else {
            let len = self.len(place.clone(), span);
            let needed = self.constant(Constant::Int(needed as i128), USIZE, span);
            let op = if rest.is_some() { Comparison::Ge } else { Comparison::Eq };
            Some(self.compare(op, [len, needed], span))
        };
        if p.elems.iter().all(|pat| is_rest(pat) || irrefutable(pat)) {
            return fits.map_or(Test::Always, Test::If);
        }
        let elements = |reader: &mut Self| {
            let mut all: Option<ValueId> = None;
            for (i, pat) in p.elems.iter().enumerate() {
                if is_rest(pat) || irrefutable(pat) {
                    continue;
                }
                let index = match rest {
                    Some(rest) if i > rest => reader.index_from_end(&place, n - i, span),
                    _ => reader.constant(Constant::Int(i as i128), USIZE, span),
                };
                let mut element = place.clone();
                element.path.push(Step::Index(index));
                let element = reader.read(Located::Memory(element), &Want::Scalar, span);
                if let Test::If(test) = reader.test(pat, &element) {
                    all = Some(match all {
                        None => test,
                        Some(all) => reader.select(all, [test, all], span),
                    });
                }
            }
            match all {
                Some(all) => all,
                None => reader.constant(Constant::Bool(true), Type::Bool, span),
            }
        };
        Test::If(match fits {
            Some(fits) => self.logic(true, false, span, |_| fits, elements),
            None => elements(self),
        })
    }

    fn test_choice(
        &mut self,
        variant: Variant,
        inner: Option<&syn::Pat>,
        choice: &Choice,
        span: Span,
    ) -> Test {
        let part = match variant {
            Variant::Some | Variant::Ok => &choice.value,
            Variant::None | Variant::Err => choice.error.as_ref().unwrap_or(&Bind::Unit),
        };
        let part = part.read();
        if let (Variant::Err, Some(inner)) = (variant, inner)
            && !irrefutable(inner)
            && matches!(part, Bind::Unit | Bind::Uninit)
            && !matches!(choice.there, Bind::Known(true))
        {
            return self.test_error(inner, choice, span);
        }
        let there = match (variant, &choice.there) {
            (Variant::Some | Variant::Ok, Bind::Known(true))
            | (Variant::None | Variant::Err, Bind::Known(false)) => {
                return inner.map_or(Test::Always, |inner| self.test(inner, &part));
            }
            (_, Bind::Known(_)) => {
                let never = self.bool_literal(false);
                return Test::If(self.scalar_of(never, span));
            }
            (Variant::Some | Variant::Ok, there) => self.scalar_of(there.clone(), span),
            (_, there) => {
                let there = self.scalar_of(there.clone(), span);
                self.not(there, span)
            }
        };
        match inner {
            Some(inner) if !irrefutable(inner) => Test::If(self.logic(
                true,
                false,
                span,
                |_| there,
                |reader| {
                    let part = reader.taken(part, span);
                    match reader.test(inner, &part) {
                        Test::If(test) => test,
                        Test::Always => {
                            let always = reader.bool_literal(true);
                            reader.scalar_of(always, span)
                        }
                    }
                },
            )),
            _ => Test::If(there),
        }
    }

    /// Which error it is: nothing but the function itself knows, so that it is asked again.
    fn test_error(&mut self, inner: &syn::Pat, choice: &Choice, span: Span) -> Test {
        let failed = match &choice.there {
            Bind::Scalar(there) if !binds(inner) => self.may_fail.get(there).cloned(),
            _ => None,
        };
        let Some((path, numbers)) = failed else {
            self.errors.at(
                inner,
                "which error it is, is not followed: only whether there is one. Where a function of numbers is called, patterns \
                 without variables are (`Err(Error::Negative)`); else write `Err(_)`",
            );
            return Test::Always;
        };
        let made = self.asked_again(path, numbers, span);
        let form = Form::Matches(quote::quote!(::core::result::Result::Err(#inner)));
        Test::If(self.opaque(form, vec![made], Type::Bool, span))
    }

    /// A call for the sake of the error, through which no derivative passes.
    fn asked_again(&mut self, path: syn::Path, numbers: Vec<ValueId>, span: Span) -> ValueId {
        let runtime = self.runtime.clone();
        let numbers = numbers
            .into_iter()
            .map(|number| {
                let ty = self.function.value(number).ty.clone();
                let out = self.function.new_value(ty, None, span);
                let callee = Callee::Free(syn::parse_quote!(#runtime::no_diff));
                let (args, result) = (vec![Arg::Value(number)], Shape::Var(Var::Value(out)));
                self.push(OpKind::Call { callee, args, result }, span);
                out
            })
            .collect();
        self.opaque(Form::Path(path), numbers, Type::Opaque, span)
    }

    fn dereferenced(&mut self, value: Bind, span: Span) -> Bind {
        match value {
            Bind::Reference { target, .. } => self.read(Self::target(target), &Want::Scalar, span),
            other => other,
        }
    }

    /// A name in a pattern that is a constant, not a new variable.
    pub fn is_constant(&self, ident: &syn::Ident) -> bool {
        let name = ident.to_string();
        self.items.iter().any(|item| matches!(item, syn::Item::Const(c) if c.ident == *ident))
            || self.const_params.iter().any(|(param, _)| *param == name)
            || (name.len() > 1
                && name.chars().any(|c| c.is_ascii_uppercase())
                && !name.chars().any(|c| c.is_ascii_lowercase()))
    }

    fn test_constant(&mut self, path: &syn::ExprPath, value: &Bind) -> Test {
        let span = path.span();
        let value = self.scalar_of(value.clone(), span);
        let ty = self.function.value(value).ty.clone();
        let bind = self.read(Located::Global(path.clone()), &Want::Type(ty), span);
        let constant = self.scalar_of(bind, span);
        Test::If(self.compare(Comparison::Eq, [value, constant], span))
    }

    fn test_range(&mut self, p: &syn::PatRange, value: &Bind) -> Test {
        let span = p.span();
        let value = self.scalar_of(value.clone(), span);
        let ty = self.function.value(value).ty.clone();
        let want =
            if ty == Type::Unknown { Want::Type(Type::Int(Int::Literal)) } else { Want::Type(ty) };
        let low = p.start.as_ref().map(|e| {
            let bound = self.scalar(e, &want);
            self.compare(Comparison::Ge, [value, bound], span)
        });
        let high = p.end.as_ref().map(|e| {
            let bound = self.scalar(e, &want);
            let op = match p.limits {
                syn::RangeLimits::HalfOpen(_) => Comparison::Lt,
                syn::RangeLimits::Closed(_) => Comparison::Le,
            };
            self.compare(op, [value, bound], span)
        });
        match (low, high) {
            (Some(low), Some(high)) => Test::If(self.select(low, [high, low], span)),
            (Some(test), None) | (None, Some(test)) => Test::If(test),
            (None, None) => Test::Always,
        }
    }

    /// The variables that a tested pattern binds.
    pub fn bind_tested(&mut self, pat: &syn::Pat, value: Bind, span: Span) {
        if let Some((variant, inner)) = variant_pattern(pat) {
            let Some(choice) = self.choice_seen(&value, span) else { return self.bind_poison(pat) };
            let part = match variant {
                Variant::Some | Variant::Ok => choice.value.read(),
                Variant::None | Variant::Err => choice.error.unwrap_or(Bind::Unit).read(),
            };
            let part = match (variant, &choice.there, part) {
                (Variant::Err, Bind::Scalar(there), Bind::Unit) => match self.may_fail.get(there) {
                    Some((path, numbers)) => {
                        let (path, numbers) = (path.clone(), numbers.clone());
                        let made = self.asked_again(path, numbers, span);
                        let method = syn::Ident::new("unwrap_err", span);
                        let form = Form::Method(method, proc_macro2::TokenStream::new());
                        Bind::Scalar(self.opaque(form, vec![made], Type::Opaque, span))
                    }
                    None => Bind::Unit,
                },
                (_, _, part) => part,
            };
            if let Some(inner) = inner.filter(|inner| variant != Variant::Err || irrefutable(inner))
            {
                let part = self.taken(part, span);
                self.bind_tested(inner, part, span);
            }
            return;
        }
        match pat {
            syn::Pat::Ident(_) | syn::Pat::Path(_) if self.is_variant(pat) => {}
            syn::Pat::Struct(_) | syn::Pat::TupleStruct(_) => {
                self.bind_variant(pat, &value, span);
            }
            syn::Pat::Ident(p) => {
                if let Some((_, sub)) = &p.subpat {
                    self.bind_tested(sub, value.clone(), span);
                } else if self.is_constant(&p.ident) {
                    return;
                }
                let value = match &p.by_ref {
                    Some(by_ref) if p.mutability.is_some() => self.refuse_ref_mut(by_ref),
                    _ => {
                        let value = self.as_used(p, value, span);
                        self.keep(value, p.mutability.is_some(), span)
                    }
                };
                self.name_bind(&value, &super::name_of(&p.ident));
                self.declare(&p.ident, value);
            }
            syn::Pat::Paren(p) => self.bind_tested(&p.pat, value, span),
            syn::Pat::Reference(p) => {
                let value = self.dereferenced(value, span);
                self.bind_tested(&p.pat, value, span);
            }
            syn::Pat::Tuple(p) => {
                let fields = self.fields_of(value, p.elems.len(), span, p);
                let rest = p.elems.iter().position(|pat| matches!(pat, syn::Pat::Rest(_)));
                for (i, pat) in p.elems.iter().enumerate() {
                    let i = match rest {
                        Some(rest) if i > rest => (i + fields.len()).saturating_sub(p.elems.len()),
                        _ => i,
                    };
                    let field = fields.get(i).cloned().unwrap_or(Bind::Poison);
                    self.bind_tested(pat, field, span);
                }
            }
            // Alternatives that bind must bind the same names: those of the first that matches.
            syn::Pat::Or(p) => {
                if binds(pat) {
                    if p.cases.iter().all(|case| matches!(case, syn::Pat::Ident(_))) {
                        self.bind_tested(&p.cases[0], value, span);
                    } else {
                        self.errors.at(
                            p,
                            "alternatives that bind variables are not followed; write one arm for each",
                        );
                        self.bind_poison(pat);
                    }
                }
            }
            syn::Pat::Wild(_)
            | syn::Pat::Lit(_)
            | syn::Pat::Range(_)
            | syn::Pat::Path(_)
            | syn::Pat::Rest(_) => {}
            syn::Pat::Slice(p) => self.bind_slice(p, value, true, span),
            other => self.bind_poison(other),
        }
    }
}

/// `Some(p)`, `None`, `Ok(p)`, `Err(p)`, also behind `&`.
pub fn variant_pattern(pat: &syn::Pat) -> Option<(Variant, Option<&syn::Pat>)> {
    match pat {
        syn::Pat::TupleStruct(p) if p.qself.is_none() => {
            Variant::of(&p.path).map(|variant| (variant, p.elems.first()))
        }
        syn::Pat::Path(p) if p.qself.is_none() => {
            Variant::of(&p.path).map(|variant| (variant, None))
        }
        syn::Pat::Ident(p) if p.ident == "None" && p.subpat.is_none() => {
            Some((Variant::None, None))
        }
        syn::Pat::Paren(p) => variant_pattern(&p.pat),
        syn::Pat::Reference(p) => variant_pattern(&p.pat),
        _ => None,
    }
}

/// Whether the pattern matches whatever the value is.
fn irrefutable(pat: &syn::Pat) -> bool {
    match pat {
        syn::Pat::Ident(p) => {
            p.subpat.is_none() && p.ident.to_string().chars().any(|c| c.is_ascii_lowercase())
        }
        syn::Pat::Wild(_) | syn::Pat::Rest(_) => true,
        syn::Pat::Reference(p) => irrefutable(&p.pat),
        syn::Pat::Paren(p) => irrefutable(&p.pat),
        syn::Pat::Tuple(p) => p.elems.iter().all(irrefutable),
        _ => false,
    }
}

pub fn binds(pat: &syn::Pat) -> bool {
    struct Names(bool);
    impl<'ast> syn::visit::Visit<'ast> for Names {
        fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
            let name = pat.ident.to_string();
            self.0 |= name.chars().any(|c| c.is_ascii_lowercase());
        }
    }
    let mut names = Names(false);
    syn::visit::Visit::visit_pat(&mut names, pat);
    names.0
}

/// `i32::MAX`, `limits::MAX`: the last segment is in capitals.
fn is_constant_path(path: &syn::Path) -> bool {
    path.segments
        .last()
        .is_some_and(|s| !s.ident.to_string().chars().any(|c| c.is_ascii_lowercase()))
}
