//! Which variables of outside a loop its body may assign, and how it may leave. Found on the syntax before the body
//! is read, because the carried values must be there when it is.

use crate::maps::HashSet;

use syn::visit::{self, Visit};

#[derive(Clone, Debug, Default)]
pub struct Assigned {
    /// Names in order of first assignment: `x = ..`, `x += ..`, `x.0 = ..`, `*x = ..`, `&mut x`.
    pub names: Vec<String>,
    /// Of these, the ones assigned as a whole (`x = ..`).
    pub whole: HashSet<String>,
    pub returns: bool,
    /// Labels named by `break` and `continue`.
    pub labels: HashSet<String>,
    /// Names that are read or called: closures among them assign what they capture.
    pub mentions: Vec<String>,
    /// Variables that are carried besides, by their index.
    pub slots: Vec<usize>,
    declared: Vec<HashSet<String>>,
}

impl Assigned {
    pub fn of_block(block: &syn::Block) -> Assigned {
        let mut assigned = Assigned::default();
        assigned.visit_block(block);
        assigned
    }

    /// What a closure assigns of what is outside of it, and whether it has a `return` of its own.
    pub fn of_closure(closure: &syn::ExprClosure) -> (Assigned, bool) {
        let mut assigned = Assigned::default();
        assigned.scope(|this| {
            closure.inputs.iter().for_each(|pat| this.visit_pat(pat));
            this.visit_expr(&closure.body);
        });
        let returns = std::mem::take(&mut assigned.returns);
        (assigned, returns)
    }

    pub fn expr(mut self, expr: &syn::Expr) -> Assigned {
        self.visit_expr(expr);
        self
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && self.slots.is_empty() && !self.returns && self.labels.is_empty()
    }

    fn add(&mut self, target: &syn::Expr, whole: bool) {
        match target {
            syn::Expr::Path(path) => {
                if let Some(ident) = path.path.get_ident() {
                    let name = super::key(ident);
                    if self.declared.iter().any(|scope| scope.contains(&name)) {
                        return;
                    }
                    if whole {
                        self.whole.insert(name.clone());
                    }
                    if !self.names.contains(&name) {
                        self.names.push(name);
                    }
                }
            }
            syn::Expr::Field(e) => self.add(&e.base, false),
            syn::Expr::Index(e) => self.add(&e.expr, false),
            syn::Expr::Unary(e) => self.add(&e.expr, false),
            syn::Expr::Paren(e) => self.add(&e.expr, whole),
            syn::Expr::Group(e) => self.add(&e.expr, whole),
            syn::Expr::Reference(e) => self.add(&e.expr, false),
            syn::Expr::MethodCall(e) => self.add(&e.receiver, false),
            syn::Expr::Tuple(e) => e.elems.iter().for_each(|e| self.add(e, whole)),
            syn::Expr::Array(e) => e.elems.iter().for_each(|e| self.add(e, whole)),
            _ => {}
        }
    }

    fn scope(&mut self, f: impl FnOnce(&mut Self)) {
        self.declared.push(HashSet::default());
        f(self);
        self.declared.pop();
    }
}

impl<'ast> Visit<'ast> for Assigned {
    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.scope(|this| visit::visit_block(this, block));
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let Some(init) = &local.init {
            self.visit_local_init(init);
        }
        self.visit_pat(&local.pat);
    }

    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        if let Some(scope) = self.declared.last_mut() {
            scope.insert(super::key(&pat.ident));
        }
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.scope(|this| visit::visit_arm(this, arm));
    }

    fn visit_expr_for_loop(&mut self, e: &'ast syn::ExprForLoop) {
        self.visit_expr(&e.expr);
        self.scope(|this| {
            this.visit_pat(&e.pat);
            this.visit_block(&e.body);
        });
    }

    fn visit_expr_if(&mut self, e: &'ast syn::ExprIf) {
        self.scope(|this| visit::visit_expr_if(this, e));
    }

    fn visit_expr_while(&mut self, e: &'ast syn::ExprWhile) {
        self.scope(|this| visit::visit_expr_while(this, e));
    }

    fn visit_expr_assign(&mut self, e: &'ast syn::ExprAssign) {
        visit::visit_expr_assign(self, e);
        self.add(&e.left, true);
    }

    fn visit_expr_binary(&mut self, e: &'ast syn::ExprBinary) {
        visit::visit_expr_binary(self, e);
        if super::operator::compound(&e.op).is_some() {
            self.add(&e.left, false);
        }
    }

    fn visit_expr_reference(&mut self, e: &'ast syn::ExprReference) {
        visit::visit_expr_reference(self, e);
        if e.mutability.is_some() {
            self.add(&e.expr, false);
        }
    }

    fn visit_expr_return(&mut self, e: &'ast syn::ExprReturn) {
        self.returns = true;
        visit::visit_expr_return(self, e);
    }

    fn visit_expr_break(&mut self, e: &'ast syn::ExprBreak) {
        if let Some(label) = &e.label {
            self.labels.insert(label.ident.to_string());
        }
        visit::visit_expr_break(self, e);
    }

    fn visit_expr_continue(&mut self, e: &'ast syn::ExprContinue) {
        if let Some(label) = &e.label {
            self.labels.insert(label.ident.to_string());
        }
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}

    /// It may be called here; its `return` is its own.
    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        let returns = self.returns;
        self.scope(|this| {
            closure.inputs.iter().for_each(|pat| this.visit_pat(pat));
            this.visit_expr(&closure.body);
        });
        self.returns = returns;
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if let Some(ident) = path.path.get_ident() {
            let name = super::key(ident);
            let declared = self.declared.iter().any(|scope| scope.contains(&name));
            if !declared && !self.mentions.contains(&name) {
                self.mentions.push(name);
            }
        }
    }

    fn visit_expr_method_call(&mut self, e: &'ast syn::ExprMethodCall) {
        visit::visit_expr_method_call(self, e);
        let advances = [
            "next",
            "next_back",
            "nth",
            "nth_back",
            "by_ref",
            "take",
            "replace",
            "insert",
            "get_or_insert",
            "get_or_insert_with",
        ];
        if advances.iter().any(|name| e.method == name) {
            self.add(&e.receiver, false);
        }
    }
}
