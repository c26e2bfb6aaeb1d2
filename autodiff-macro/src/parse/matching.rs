//! `if` and `match`.

use proc_macro2::Span;
use syn::spanned::Spanned;

use super::{
    Reader,
    choice::Variant,
    env::{Bind, Target, Want},
    refutable::{Test, binds, variant_pattern},
    stmt::Sink,
};
use crate::ir::{Type, ValueId};

pub fn has_let(e: &syn::Expr) -> bool {
    match e {
        syn::Expr::Let(_) => true,
        syn::Expr::Binary(e) if matches!(e.op, syn::BinOp::And(_)) => {
            has_let(&e.left) || has_let(&e.right)
        }
        syn::Expr::Paren(e) => has_let(&e.expr),
        _ => false,
    }
}

/// The parts of `a && b && c`.
fn links_of<'e>(e: &'e syn::Expr, links: &mut Vec<&'e syn::Expr>) {
    match e {
        syn::Expr::Binary(and) if matches!(and.op, syn::BinOp::And(_)) && has_let(e) => {
            links_of(&and.left, links);
            links_of(&and.right, links);
        }
        syn::Expr::Paren(paren) => links_of(&paren.expr, links),
        e => links.push(e),
    }
}

/// An arm for each of the alternatives that bind variables by patterns of their own, if there are such.
fn alternatives_apart(arms: &[syn::Arm]) -> Option<Vec<syn::Arm>> {
    let apart = |arm: &syn::Arm| match &arm.pat {
        syn::Pat::Or(or) => {
            binds(&arm.pat) && !or.cases.iter().all(|case| matches!(case, syn::Pat::Ident(_)))
        }
        _ => false,
    };
    if !arms.iter().any(apart) {
        return None;
    }
    let mut all = Vec::new();
    for arm in arms {
        match &arm.pat {
            syn::Pat::Or(or) if apart(arm) => all
                .extend(or.cases.iter().map(|case| syn::Arm { pat: case.clone(), ..arm.clone() })),
            _ => all.push(arm.clone()),
        }
    }
    Some(all)
}

impl Reader<'_> {
    pub fn if_expr(&mut self, e: &syn::ExprIf, want: &Want, sink: Sink) -> Bind {
        let span = e.if_token.span;
        if let syn::Expr::Let(cond) = &*e.cond {
            self.expect(&cond.pat, &e.then_branch.stmts);
        }
        self.if_let_else(
            &e.cond,
            span,
            |reader| reader.block_into(&e.then_branch, want, sink),
            |reader| match &e.else_branch {
                Some((_, otherwise)) => reader.value_into(otherwise, want, sink),
                None => reader.finish(Bind::Unit, sink, span),
            },
        )
    }

    /// The end of an arm that yields this.
    pub(super) fn finish(&mut self, value: Bind, sink: Sink, span: Span) -> Bind {
        match sink {
            Sink::Value => value,
            Sink::Return => {
                self.leave_function(value, true, span);
                Bind::Uninit
            }
        }
    }

    /// `if cond {} else {}` where the condition may be one `let`.
    pub fn if_let_else(
        &mut self,
        cond: &syn::Expr,
        span: Span,
        then: impl FnOnce(&mut Self) -> Bind,
        otherwise: impl FnOnce(&mut Self) -> Bind,
    ) -> Bind {
        let syn::Expr::Let(cond) = cond else {
            if has_let(cond) {
                return self.let_chain(cond, span, then, otherwise);
            }
            let cond = self.scalar(cond, &Want::Type(Type::Bool));
            if self.gone {
                return Bind::Uninit;
            }
            return self.branch(cond, span, then, otherwise);
        };
        let value = self.value(&cond.expr, &self.want_of_tested(&cond.pat));
        let body = |reader: &mut Self| {
            reader.scopes.enter();
            reader.bind_tested(&cond.pat, value.clone(), span);
            let bind = then(reader);
            reader.scopes.leave();
            bind
        };
        match self.test(&cond.pat, &value) {
            Test::Always => body(self),
            Test::If(test) => self.branch(test, span, body, otherwise),
        }
    }

    /// `if a && let Some(x) = b && c { .. } else { .. }`: what follows is read after a block that is left where all of it
    /// holds.
    fn let_chain(
        &mut self,
        cond: &syn::Expr,
        span: Span,
        then: impl FnOnce(&mut Self) -> Bind,
        otherwise: impl FnOnce(&mut Self) -> Bind,
    ) -> Bind {
        let mut links = Vec::new();
        links_of(cond, &mut links);
        let label = self.hidden_label("chain");
        self.labeled(label.clone(), span, |reader| {
            reader.scopes.enter();
            reader.links(
                &links,
                span,
                &mut Some(|reader: &mut Self| {
                    let value = then(reader);
                    reader.leave_named(Some(label), value, true, span);
                }),
            );
            reader.scopes.leave();
            if reader.gone { Bind::Uninit } else { otherwise(reader) }
        })
    }

    fn links(
        &mut self,
        links: &[&syn::Expr],
        span: Span,
        then: &mut Option<impl FnOnce(&mut Self)>,
    ) {
        let Some((link, rest)) = links.split_first() else {
            if let Some(then) = then.take() {
                then(self);
            }
            return;
        };
        let mut body = |reader: &mut Self| {
            reader.links(rest, span, then);
            if reader.gone { Bind::Uninit } else { Bind::Unit }
        };
        // None of these has a chain in it.
        match link {
            syn::Expr::Let(link) => {
                let value = self.value(&link.expr, &self.want_of_tested(&link.pat));
                if self.gone {
                    return;
                }
                let mut body = |reader: &mut Self| {
                    reader.bind_tested(&link.pat, value.clone(), span);
                    body(reader)
                };
                match self.test(&link.pat, &value) {
                    Test::Always => {
                        body(self);
                    }
                    Test::If(test) => {
                        self.branch(test, span, body, |_| Bind::Unit);
                    }
                }
            }
            link => {
                let test = self.scalar(link, &Want::Type(Type::Bool));
                if !self.gone {
                    self.branch(test, span, body, |_| Bind::Unit);
                }
            }
        }
    }

    pub fn want_of_tested(&self, pat: &syn::Pat) -> Want {
        match pat {
            pat if variant_pattern(pat).is_some() => super::choice::choice_want(),
            syn::Pat::Tuple(p) => {
                Want::Tuple(p.elems.iter().map(|pat| self.want_of_tested(pat)).collect())
            }
            pat if self.is_variant(pat) => Want::Memory,
            _ => Want::Scalar,
        }
    }

    pub fn match_expr(&mut self, e: &syn::ExprMatch, want: &Want, sink: Sink) -> Bind {
        let held = e.arms.iter().find_map(|arm| match variant_pattern(&arm.pat) {
            Some((Variant::Some | Variant::Ok, Some(held))) => {
                Some(Want::Choice(Box::new(self.want_of_held(held, &arm.body))))
            }
            _ => None,
        });
        let scrutinee_want = match (held, e.arms.first()) {
            (Some(held), _) => held,
            (None, Some(arm)) => self.want_of_tested(&arm.pat),
            (None, None) => Want::Scalar,
        };
        let value = self.value(&e.expr, &scrutinee_want);
        if self.gone {
            return Bind::Uninit;
        }
        // Read once, so that arms and guards see one value.
        let value = match value {
            value @ (Bind::Tuple(_) | Bind::Poison | Bind::Choice(_)) => value,
            value if self.choice_of(&value).is_some() => value,
            value
                if self.may_be_choice(&value)
                    && e.arms.iter().any(|arm| variant_pattern(&arm.pat).is_some()) =>
            {
                value
            }
            value if self.is_memory(&value) => value,
            // What the arms write is what it names.
            value @ Bind::Reference { mutable: true, .. } => value,
            value if self.is_tuple_behind(&value) => value,
            value @ (Bind::Content(_) | Bind::Reference { .. })
                if e.arms.iter().any(|arm| self.is_variant(&arm.pat)) =>
            {
                value
            }
            value => Bind::Scalar(self.scalar_of(value, e.expr.span())),
        };
        match alternatives_apart(&e.arms) {
            Some(arms) => self.arms(&arms, &value, want, sink, e.match_token.span),
            None => self.arms(&e.arms, &value, want, sink, e.match_token.span),
        }
    }

    fn is_tuple_behind(&self, value: &Bind) -> bool {
        match value {
            Bind::Reference { target: Target::Variable(slot), .. } => {
                matches!(self.env.get(slot), Bind::Tuple(_))
            }
            _ => false,
        }
    }

    fn arms(
        &mut self,
        arms: &[syn::Arm],
        value: &Bind,
        want: &Want,
        sink: Sink,
        span: Span,
    ) -> Bind {
        let Some((arm, rest)) = arms.split_first() else {
            // An empty `match` is never reached.
            self.diverge();
            return Bind::Uninit;
        };
        let body = |reader: &mut Self| {
            reader.scopes.enter();
            reader.expect(&arm.pat, &[syn::Stmt::Expr((*arm.body).clone(), None)]);
            reader.bind_tested(&arm.pat, value.clone(), arm.pat.span());
            let bind = reader.value_into(&arm.body, want, sink);
            reader.scopes.leave();
            bind
        };
        // The compiler has checked that one arm matches.
        if rest.is_empty() && arm.guard.is_none() {
            // Still read, for what is wrong with it.
            if self.bad_pattern(&arm.pat) {
                self.refuse_pattern(&arm.pat);
            }
            return body(self);
        }
        let test = self.test(&arm.pat, value);
        let test = match (&arm.guard, test) {
            (None, test) => test,
            (Some((_, guard)), Test::Always) => Test::If(self.guarded(arm, guard, value)),
            (Some((_, guard)), Test::If(test)) => {
                let simple = self.simple(guard).is_some();
                Test::If(self.logic(
                    true,
                    simple,
                    span,
                    |_| test,
                    |reader| reader.guarded(arm, guard, value),
                ))
            }
        };
        match test {
            Test::Always => body(self),
            Test::If(test) => {
                self.branch(test, span, body, |reader| reader.arms(rest, value, want, sink, span))
            }
        }
    }

    fn bad_pattern(&self, pat: &syn::Pat) -> bool {
        match pat {
            syn::Pat::Macro(_) => true,
            syn::Pat::Tuple(p) => p.elems.iter().any(|pat| self.bad_pattern(pat)),
            _ => false,
        }
    }

    fn guarded(&mut self, arm: &syn::Arm, guard: &syn::Expr, value: &Bind) -> ValueId {
        self.scopes.enter();
        self.expect(&arm.pat, &[syn::Stmt::Expr(guard.clone(), None)]);
        self.bind_tested(&arm.pat, value.clone(), arm.pat.span());
        let test = self.scalar(guard, &Want::Type(Type::Bool));
        self.scopes.leave();
        test
    }
}
