//! A derivative that the user gives: `with_derivative(value, [(argument, slope), ..])`.

use proc_macro2::Span;

use super::{
    Reader,
    env::{Bind, Want},
};
use crate::ir::OpKind;

impl Reader<'_> {
    pub fn with_derivative(
        &mut self,
        value: &syn::Expr,
        slopes: &syn::Expr,
        want: &Want,
        span: Span,
    ) -> Bind {
        let pairs = match inner(slopes) {
            syn::Expr::Array(array) => array.elems.iter().map(pair).collect::<Option<Vec<_>>>(),
            _ => None,
        };
        let Some(pairs) = pairs else {
            self.errors.at(
                slopes,
                "the derivative is a list of pairs, so that the macro sees which argument each slope belongs to; \
                 write `[(x, slope_of_x), ..]`",
            );
            return Bind::Poison;
        };
        let want = want.ty().cloned().map_or(Want::Scalar, Want::Type);
        let value = self.scalar(value, &want);
        let slopes = pairs
            .into_iter()
            .map(|(argument, slope)| [self.scalar(argument, &want), self.scalar(slope, &want)])
            .collect();
        let ty = self.function.value(value).ty.clone();
        let out = self.function.new_value(ty, None, span);
        self.push(OpKind::Given { out, value, slopes }, span);
        Bind::Scalar(out)
    }
}

fn pair(of: &syn::Expr) -> Option<(&syn::Expr, &syn::Expr)> {
    match inner(of) {
        syn::Expr::Tuple(pair) if pair.elems.len() == 2 => Some((&pair.elems[0], &pair.elems[1])),
        _ => None,
    }
}

fn inner(mut of: &syn::Expr) -> &syn::Expr {
    loop {
        of = match of {
            syn::Expr::Paren(e) => &e.expr,
            syn::Expr::Group(e) => &e.expr,
            syn::Expr::Reference(e) => &e.expr,
            other => return other,
        };
    }
}
