//! What a variable of unknown type is, found by how the rest of its block uses it.

use syn::visit::{self, Visit};

use super::user_method::{Receiver, is_users};

/// Later kinds are surer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Usage {
    Nothing,
    /// Passed by reference: most likely memory.
    Borrowed,
    Number,
    Index,
    Memory,
}

struct Search<'s> {
    name: &'s str,
    found: Usage,
    fields: usize,
}

/// How `name` is used in these statements, and the number of tuple fields that they name.
pub fn of(name: &str, stmts: &[syn::Stmt]) -> (Usage, usize) {
    let mut search = Search { name, found: Usage::Nothing, fields: 0 };
    stmts.iter().for_each(|stmt| search.visit_stmt(stmt));
    (search.found, search.fields)
}

/// The number of fields of the tuples that are assigned as `name = Some((a, b))`; 0 if none are.
pub fn fields_assigned(name: &str, stmts: &[syn::Stmt]) -> usize {
    struct Assigned<'s>(&'s str, usize);
    impl<'ast> Visit<'ast> for Assigned<'_> {
        fn visit_expr_assign(&mut self, e: &'ast syn::ExprAssign) {
            if let syn::Expr::Path(path) = &*e.left
                && path.path.get_ident().is_some_and(|ident| super::key(ident) == self.0)
                && let syn::Expr::Call(call) = &*e.right
                && let Some(syn::Expr::Tuple(tuple)) = call.args.first()
            {
                self.1 = self.1.max(tuple.elems.len());
            }
            visit::visit_expr_assign(self, e);
        }
    }
    let mut assigned = Assigned(name, 0);
    stmts.iter().for_each(|stmt| assigned.visit_stmt(stmt));
    assigned.1
}

const MEMORY: &[&str] = &[
    "len",
    "iter",
    "iter_mut",
    "into_iter",
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
    "first",
    "last",
    "chunks",
    "chunks_exact",
    "windows",
    "get",
    "push",
    "pop",
    "extend",
    "extend_from_slice",
    "truncate",
    "resize",
    "reverse",
];

impl Search<'_> {
    fn is(&self, e: &syn::Expr) -> bool {
        match e {
            syn::Expr::Path(path) => {
                path.path.get_ident().is_some_and(|ident| super::key(ident) == self.name)
            }
            syn::Expr::Paren(e) => self.is(&e.expr),
            syn::Expr::Group(e) => self.is(&e.expr),
            syn::Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr, .. }) => self.is(expr),
            _ => false,
        }
    }

    fn found(&mut self, usage: Usage) {
        self.found = self.found.max(usage);
    }
}

impl<'ast> Visit<'ast> for Search<'_> {
    fn visit_expr_index(&mut self, e: &'ast syn::ExprIndex) {
        if self.is(&e.expr) {
            self.found(Usage::Memory);
        }
        if self.is(&e.index) {
            self.found(Usage::Index);
        }
        visit::visit_expr_index(self, e);
    }

    fn visit_expr_method_call(&mut self, e: &'ast syn::ExprMethodCall) {
        if self.is(&e.receiver) {
            let name = e.method.to_string();
            if MEMORY.contains(&name.as_str()) {
                self.found(Usage::Memory);
            } else if is_users(&name, e.args.len(), Receiver::Unknown) {
                self.found(Usage::Borrowed);
            } else if super::method::rule_named(&name).is_some() {
                self.found(Usage::Number);
            }
        }
        if e.args.iter().any(|arg| self.is(arg))
            && super::method::rule_named(&e.method.to_string()).is_some()
        {
            self.found(Usage::Number);
        }
        visit::visit_expr_method_call(self, e);
    }

    fn visit_expr_for_loop(&mut self, e: &'ast syn::ExprForLoop) {
        let over = match &*e.expr {
            syn::Expr::Reference(r) => &r.expr,
            other => other,
        };
        if self.is(over) {
            self.found(Usage::Memory);
        }
        visit::visit_expr_for_loop(self, e);
    }

    fn visit_expr_range(&mut self, e: &'ast syn::ExprRange) {
        if e.start.iter().chain(&e.end).any(|e| self.is(e)) {
            self.found(Usage::Index);
        }
        visit::visit_expr_range(self, e);
    }

    fn visit_expr_binary(&mut self, e: &'ast syn::ExprBinary) {
        let integer = |e: &syn::Expr| match e {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(lit), .. }) => {
                super::types::float_named(lit.suffix()).is_none()
            }
            _ => false,
        };
        if self.is(&e.left) {
            self.found(if integer(&e.right) { Usage::Index } else { Usage::Number });
        }
        if self.is(&e.right) {
            self.found(if integer(&e.left) { Usage::Index } else { Usage::Number });
        }
        visit::visit_expr_binary(self, e);
    }

    fn visit_expr_unary(&mut self, e: &'ast syn::ExprUnary) {
        if matches!(e.op, syn::UnOp::Neg(_)) && self.is(&e.expr) {
            self.found(Usage::Number);
        }
        visit::visit_expr_unary(self, e);
    }

    fn visit_expr_cast(&mut self, e: &'ast syn::ExprCast) {
        if self.is(&e.expr) {
            self.found(Usage::Number);
        }
        visit::visit_expr_cast(self, e);
    }

    fn visit_expr_reference(&mut self, e: &'ast syn::ExprReference) {
        if self.is(&e.expr) {
            self.found(Usage::Borrowed);
        }
        visit::visit_expr_reference(self, e);
    }

    fn visit_expr_field(&mut self, e: &'ast syn::ExprField) {
        if self.is(&e.base) {
            match &e.member {
                syn::Member::Unnamed(i) => self.fields = self.fields.max(i.index as usize + 1),
                syn::Member::Named(_) => self.found(Usage::Memory),
            }
        }
        if matches!(e.member, syn::Member::Named(_)) && self.is(&e.base) {
            self.found(Usage::Memory);
        }
        visit::visit_expr_field(self, e);
    }

    fn visit_expr_assign(&mut self, e: &'ast syn::ExprAssign) {
        if self.is(&e.right) && matches!(&*e.left, syn::Expr::Index(_)) {
            self.found(Usage::Number);
        }
        visit::visit_expr_assign(self, e);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
