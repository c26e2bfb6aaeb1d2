//! Patterns that test a value, and bind parts of it.

use proc_macro2::Span;
use syn::spanned::Spanned;

use super::{
    Reader,
    env::{Bind, Want},
    place::Located,
};
use crate::ir::{Comparison, Int, Type, ValueId};

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
        match pat {
            syn::Pat::Wild(_) | syn::Pat::Rest(_) => Test::Always,
            syn::Pat::Struct(_)
            | syn::Pat::TupleStruct(_)
            | syn::Pat::Path(_)
            | syn::Pat::Ident(_)
                if super::variant::is_variant(pat) && !self.is_number(value) =>
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
            other => {
                if !matches!(value, Bind::Poison) {
                    self.refuse_pattern(other);
                }
                Test::Always
            }
        }
    }

    fn is_number(&self, value: &Bind) -> bool {
        super::types::is_scalar(&self.bind_type(value))
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
        match pat {
            syn::Pat::Ident(_) | syn::Pat::Path(_) if super::variant::is_variant(pat) => {}
            syn::Pat::Struct(_) | syn::Pat::TupleStruct(_) => {
                self.bind_variant(pat, &value, span);
            }
            syn::Pat::Ident(p) => {
                if let Some((_, sub)) = &p.subpat {
                    self.bind_tested(sub, value.clone(), span);
                } else if self.is_constant(&p.ident) {
                    return;
                }
                let value = self.as_used(p, value, span);
                let value = self.keep(value, p.mutability.is_some(), span);
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
            other => self.bind_poison(other),
        }
    }
}

fn binds(pat: &syn::Pat) -> bool {
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
