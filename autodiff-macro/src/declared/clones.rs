//! `Clone` as it is written out: whether it does what a derived one does.

/// Whether `clone` yields `*self`, or the same fields.
pub fn only_copies(block: &syn::ItemImpl) -> bool {
    let methods = block.items.iter().filter_map(|item| match item {
        syn::ImplItem::Fn(of) if of.sig.ident == "clone" => Some(of),
        _ => None,
    });
    { methods }.all(|method| match &method.block.stmts[..] {
        [syn::Stmt::Expr(e, None)] => is_copy(e),
        _ => false,
    })
}

fn is_copy(e: &syn::Expr) -> bool {
    match e {
        syn::Expr::Paren(e) => is_copy(&e.expr),
        syn::Expr::Unary(e) => matches!(e.op, syn::UnOp::Deref(_)) && is_self(&e.expr),
        syn::Expr::Struct(e) => {
            e.fields.iter().all(|field| is_part(&field.expr, &field.member))
                && e.rest.as_deref().is_none_or(is_copy)
        }
        syn::Expr::Call(e) => {
            let syn::Expr::Path(path) = &*e.func else { return false };
            let name = path.path.segments.last().map(|last| last.ident.to_string());
            // `Self(self.0)`, not `Self::new(self.0)`.
            let makes = name.is_some_and(|name| name.starts_with(char::is_uppercase));
            makes
                && e.args
                    .iter()
                    .enumerate()
                    .all(|(i, arg)| is_part(arg, &syn::Member::Unnamed(i.into())))
        }
        _ => false,
    }
}

/// `self.x`, `self.x.clone()`, where `x` is the field that it is for.
fn is_part(e: &syn::Expr, member: &syn::Member) -> bool {
    match e {
        syn::Expr::Paren(e) => is_part(&e.expr, member),
        syn::Expr::Field(e) => is_self(&e.base) && *member == e.member,
        syn::Expr::MethodCall(e) => {
            (e.method == "clone" || e.method == "to_owned" || e.method == "to_vec")
                && e.args.is_empty()
                && is_part(&e.receiver, member)
        }
        _ => false,
    }
}

fn is_self(e: &syn::Expr) -> bool {
    match e {
        syn::Expr::Path(path) => path.path.is_ident("self"),
        syn::Expr::Paren(e) => is_self(&e.expr),
        syn::Expr::Unary(e) => matches!(e.op, syn::UnOp::Deref(_)) && is_self(&e.expr),
        _ => false,
    }
}
