//! Questions about numbers that are no operators: `(a..b).contains(&x)`, `relative_eq!(x, y)`.

use syn::{parse::Parser as _, punctuated::Punctuated, spanned::Spanned};

use super::{
    Reader,
    env::{Bind, Want},
};
use crate::ir::{Comparison, Constant, Form, Type, ValueId};

/// Macros of the crate `approx`: they evaluate each argument once, and yield a `bool`.
const COMPARISONS: &[&str] =
    &["abs_diff_eq", "abs_diff_ne", "relative_eq", "relative_ne", "ulps_eq", "ulps_ne"];

impl Reader<'_> {
    /// `(a..b).contains(&x)`: two comparisons.
    pub fn range_contains(&mut self, e: &syn::ExprMethodCall) -> Option<Bind> {
        let (syn::Expr::Range(range), Some(item)) = (bare(&e.receiver), e.args.first()) else {
            return None;
        };
        if e.method != "contains" || e.args.len() != 1 {
            return None;
        }
        let span = e.span();
        let mut ty = Want::Scalar;
        let mut bounds = [&range.start, &range.end].map(|of| of.as_deref()).into_iter();
        let mut bound = |reader: &mut Self, ty: &mut Want| {
            let value = bounds.next().flatten().map(|of| reader.scalar(of, ty));
            if let Some(value) = value
                && let of @ (Type::Float(_) | Type::Int(_)) = &reader.function.value(value).ty
            {
                *ty = Want::Type(of.clone());
            }
            value
        };
        let (start, end) = (bound(self, &mut ty), bound(self, &mut ty));
        let item = match bare(item) {
            syn::Expr::Reference(item) => self.scalar(&item.expr, &ty),
            item => self.scalar(item, &ty),
        };
        let below = match range.limits {
            syn::RangeLimits::HalfOpen(_) => Comparison::Lt,
            syn::RangeLimits::Closed(_) => Comparison::Le,
        };
        let above = start.map(|start| self.compare(Comparison::Le, [start, item], span));
        let below = end.map(|end| self.compare(below, [item, end], span));
        Some(Bind::Scalar(match (above, below) {
            (Some(above), Some(below)) => self.logic(true, true, span, |_| above, |_| below),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => self.constant(Constant::Bool(true), Type::Bool, span),
        }))
    }

    /// A macro that yields a `bool`, which carries no derivative: it is given the values that its arguments have. `None`: it may
    /// do something else too.
    pub fn comparing_macro(&mut self, mac: &syn::Macro, want: &Want) -> Option<Bind> {
        let known = mac
            .path
            .segments
            .last()
            .is_some_and(|last| COMPARISONS.iter().any(|name| last.ident == name));
        if !known && want.ty() != Some(&Type::Bool) {
            return None;
        }
        let parser = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        let arguments = parser.parse2(mac.tokens.clone()).ok()?;
        let arguments: Vec<_> = arguments.iter().map(named).collect();
        // One of which nothing is known may evaluate its arguments or not.
        if !known && !arguments.iter().all(|(_, argument)| is_plain(argument)) {
            return None;
        }
        let mut values: Vec<ValueId> = Vec::new();
        for (_, argument) in &arguments {
            let want = match values.first().map(|first| &self.function.value(*first).ty) {
                Some(ty @ Type::Float(_)) if known => Want::Type(ty.clone()),
                _ => Want::Scalar,
            };
            let bind = self.value(argument, &want);
            if self.is_memory(&bind) || matches!(bind, Bind::Tuple(_) | Bind::Choice(_)) {
                return None;
            }
            values.push(self.scalar_of(bind, argument.span()));
        }
        let names = arguments.into_iter().map(|(name, _)| name).collect();
        let form = Form::Macro { path: mac.path.clone(), names, blocks: !known };
        Some(Bind::Scalar(self.opaque(form, values, Type::Bool, mac.span())))
    }
}

/// `name = value`.
fn named(argument: &syn::Expr) -> (Option<syn::Ident>, &syn::Expr) {
    if let syn::Expr::Assign(of) = argument
        && let syn::Expr::Path(name) = &*of.left
        && let Some(name) = name.path.get_ident()
    {
        return (Some(name.clone()), &of.right);
    }
    (None, argument)
}

/// Whether it cannot panic, nor change anything.
fn is_plain(e: &syn::Expr) -> bool {
    match e {
        syn::Expr::Path(_) | syn::Expr::Lit(_) => true,
        syn::Expr::Paren(e) => is_plain(&e.expr),
        syn::Expr::Group(e) => is_plain(&e.expr),
        syn::Expr::Field(e) => is_plain(&e.base),
        syn::Expr::Unary(e) => is_plain(&e.expr),
        syn::Expr::Reference(e) => e.mutability.is_none() && is_plain(&e.expr),
        _ => false,
    }
}

fn bare(e: &syn::Expr) -> &syn::Expr {
    match e {
        syn::Expr::Paren(e) => bare(&e.expr),
        syn::Expr::Group(e) => bare(&e.expr),
        e => e,
    }
}
