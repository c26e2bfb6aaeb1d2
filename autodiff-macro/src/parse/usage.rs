//! What a variable of unknown type is, found by how the rest of its block uses it.

use std::cell::OnceCell;

use syn::visit::{self, Visit};

use super::user_method::{Receiver, is_users};
use crate::maps::HashMap;

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

/// How a block uses variables: found once, and only if somebody asks, since a long block has many.
#[derive(Default)]
pub struct Uses(OnceCell<HashMap<String, Vec<Use>>>);

struct Use {
    /// Which statement.
    at: usize,
    usage: Usage,
    /// So many fields of a tuple are named.
    fields: usize,
}

/// The statements of a block from one on.
#[derive(Clone, Copy)]
pub struct Rest<'b> {
    block: &'b [syn::Stmt],
    first: usize,
    uses: &'b Uses,
}

impl<'b> Rest<'b> {
    pub fn new(block: &'b [syn::Stmt], first: usize, uses: &'b Uses) -> Rest<'b> {
        Rest { block, first, uses }
    }

    pub fn stmts(self) -> &'b [syn::Stmt] {
        &self.block[self.first..]
    }

    /// How `name` is used, and the number of tuple fields that are named of it.
    pub fn of(self, name: &str) -> (Usage, usize) {
        let uses = self.uses.0.get_or_init(|| {
            let mut search = Search { at: 0, found: HashMap::default() };
            for (at, stmt) in self.block.iter().enumerate() {
                search.at = at;
                search.visit_stmt(stmt);
            }
            search.found
        });
        let uses = uses.get(name).map_or(&[][..], Vec::as_slice);
        uses[uses.partition_point(|of| of.at < self.first)..]
            .iter()
            .fold((Usage::Nothing, 0), |(usage, fields), of| {
                (usage.max(of.usage), fields.max(of.fields))
            })
    }
}

/// How `name` is used in these statements, and the number of tuple fields that they name.
pub fn of(name: &str, stmts: &[syn::Stmt]) -> (Usage, usize) {
    Rest::new(stmts, 0, &Uses::default()).of(name)
}

struct Search {
    at: usize,
    found: HashMap<String, Vec<Use>>,
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

fn named(e: &syn::Expr) -> Option<String> {
    match e {
        syn::Expr::Path(path) => path.path.get_ident().map(super::key),
        syn::Expr::Paren(e) => named(&e.expr),
        syn::Expr::Group(e) => named(&e.expr),
        syn::Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr, .. }) => named(expr),
        _ => None,
    }
}

impl Search {
    /// The variable that `e` is, if it is one, is used so.
    fn found(&mut self, e: &syn::Expr, usage: Usage) {
        if let Some(name) = named(e) {
            let of = self.this(name);
            of.usage = of.usage.max(usage);
        }
    }

    /// Of this statement.
    fn this(&mut self, name: String) -> &mut Use {
        let at = self.at;
        let uses = self.found.entry(name).or_default();
        if uses.last().is_none_or(|last| last.at != at) {
            uses.push(Use { at, usage: Usage::Nothing, fields: 0 });
        }
        uses.last_mut().expect("one has been pushed")
    }
}

impl<'ast> Visit<'ast> for Search {
    fn visit_expr_index(&mut self, e: &'ast syn::ExprIndex) {
        self.found(&e.expr, Usage::Memory);
        self.found(&e.index, Usage::Index);
        visit::visit_expr_index(self, e);
    }

    fn visit_expr_method_call(&mut self, e: &'ast syn::ExprMethodCall) {
        let name = e.method.to_string();
        let is_rule = super::method::rule_named(&name).is_some();
        if MEMORY.contains(&name.as_str()) {
            self.found(&e.receiver, Usage::Memory);
        } else if is_users(&name, e.args.len(), Receiver::Unknown) {
            self.found(&e.receiver, Usage::Borrowed);
        } else if is_rule {
            self.found(&e.receiver, Usage::Number);
        }
        if is_rule {
            e.args.iter().for_each(|arg| self.found(arg, Usage::Number));
        }
        visit::visit_expr_method_call(self, e);
    }

    fn visit_expr_for_loop(&mut self, e: &'ast syn::ExprForLoop) {
        let over = match &*e.expr {
            syn::Expr::Reference(r) => &r.expr,
            other => other,
        };
        self.found(over, Usage::Memory);
        visit::visit_expr_for_loop(self, e);
    }

    fn visit_expr_range(&mut self, e: &'ast syn::ExprRange) {
        e.start.iter().chain(&e.end).for_each(|e| self.found(e, Usage::Index));
        visit::visit_expr_range(self, e);
    }

    fn visit_expr_binary(&mut self, e: &'ast syn::ExprBinary) {
        let integer = |e: &syn::Expr| match e {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(lit), .. }) => {
                super::types::float_named(lit.suffix()).is_none()
            }
            _ => false,
        };
        let beside = |e| if integer(e) { Usage::Index } else { Usage::Number };
        self.found(&e.left, beside(&e.right));
        self.found(&e.right, beside(&e.left));
        visit::visit_expr_binary(self, e);
    }

    fn visit_expr_unary(&mut self, e: &'ast syn::ExprUnary) {
        if matches!(e.op, syn::UnOp::Neg(_)) {
            self.found(&e.expr, Usage::Number);
        }
        visit::visit_expr_unary(self, e);
    }

    fn visit_expr_cast(&mut self, e: &'ast syn::ExprCast) {
        self.found(&e.expr, Usage::Number);
        visit::visit_expr_cast(self, e);
    }

    fn visit_expr_reference(&mut self, e: &'ast syn::ExprReference) {
        self.found(&e.expr, Usage::Borrowed);
        visit::visit_expr_reference(self, e);
    }

    fn visit_expr_field(&mut self, e: &'ast syn::ExprField) {
        match (&e.member, named(&e.base)) {
            (syn::Member::Unnamed(i), Some(name)) => {
                let of = self.this(name);
                of.fields = of.fields.max(i.index as usize + 1);
            }
            (syn::Member::Named(_), _) => self.found(&e.base, Usage::Memory),
            _ => {}
        }
        visit::visit_expr_field(self, e);
    }

    fn visit_expr_assign(&mut self, e: &'ast syn::ExprAssign) {
        if matches!(&*e.left, syn::Expr::Index(_)) {
            self.found(&e.right, Usage::Number);
        }
        visit::visit_expr_assign(self, e);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
