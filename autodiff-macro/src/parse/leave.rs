//! `break` and `continue`, and blocks with a label.

use proc_macro2::Span;
use syn::{
    spanned::Spanned,
    visit::{self, Visit},
};

use super::{
    Reader,
    env::{Bind, Slot, Want},
    flow::{Exit, Keep},
    key,
    loops::Yielded,
    types::is_memory,
};
use crate::ir::Type;

impl Reader<'_> {
    /// `break` and `continue`.
    pub fn leave_loop(
        &mut self,
        label: Option<&syn::Lifetime>,
        value: Bind,
        breaks: bool,
        span: Span,
    ) {
        self.leave_named(label.map(|label| label.ident.to_string()), value, breaks, span);
    }

    /// As [`Reader::leave_loop`], by a label that may be one of the macro's own.
    pub fn leave_named(&mut self, name: Option<String>, value: Bind, breaks: bool, span: Span) {
        if self.gone {
            return;
        }
        self.guard();
        let exit = self.exits.iter().rev().find(|exit| match &name {
            Some(name) => exit.label.as_ref() == Some(name),
            None => exit.is_loop,
        });
        let Some(exit) = exit else {
            // The compiler reports it in the function itself.
            self.gone = true;
            return;
        };
        let (flag, slot) = (if breaks { exit.broken } else { exit.continued }, exit.value);
        // `continue` has no value, and leaves that of a `break` in another round alone.
        if breaks {
            let kept = self.env.get(&Slot::whole(slot)).clone();
            let value = match kept.memories().is_empty() {
                true => self.settle(value, span),
                false => self.result_into(&kept, value, false, span),
            };
            self.env.set(&Slot::whole(slot), value);
        }
        self.env.set(&Slot::whole(flag), Bind::Known(true));
        self.gone = true;
    }

    /// What `break` is followed by.
    pub fn break_want(&self, label: Option<&syn::Lifetime>) -> Want {
        let exit = self.exits.iter().rev().find(|exit| match label {
            Some(label) => exit.label.as_deref() == Some(&label.ident.to_string()),
            None => exit.is_loop,
        });
        exit.map_or(Want::Scalar, |exit| exit.want.clone())
    }

    /// What a `loop` yields: its surroundings tell, or the variable that is given to the first `break`.
    pub fn yielded(&mut self, e: &syn::ExprLoop, want: &Want, span: Span) -> Yielded {
        let given = first_value(&e.body);
        let ty = match (want, &given) {
            (_, None) => Type::Unknown,
            (Want::Type(ty), _) if *ty != Type::Unknown => ty.clone(),
            (_, Some(given)) => self.type_before(given),
        };
        match self.memory_before(&ty, span) {
            Bind::Uninit => Yielded { want: Want::Scalar, held: Bind::Uninit },
            held => Yielded { want: Want::Type(ty), held },
        }
    }

    fn memory_before(&mut self, ty: &Type, span: Span) -> Bind {
        match ty {
            Type::Tuple(of) => {
                let of: Vec<Bind> = of.iter().map(|ty| self.memory_before(ty, span)).collect();
                match of.iter().any(|of| !matches!(of, Bind::Uninit)) {
                    true => Bind::Tuple(of),
                    false => Bind::Uninit,
                }
            }
            Type::Slice(_) => Bind::Uninit,
            ty if is_memory(ty) => {
                let held = self.shape_held(ty, span);
                for memory in held.memories() {
                    self.function.memories[memory.index()].mutable = true;
                }
                held
            }
            _ => Bind::Uninit,
        }
    }

    /// The type of variables that are there before a loop.
    fn type_before(&self, e: &syn::Expr) -> Type {
        match e {
            syn::Expr::Paren(e) => self.type_before(&e.expr),
            syn::Expr::Group(e) => self.type_before(&e.expr),
            syn::Expr::Tuple(e) => {
                Type::Tuple(e.elems.iter().map(|e| self.type_before(e)).collect())
            }
            syn::Expr::Path(path) => {
                let index = path.path.get_ident().and_then(|ident| self.scopes.find(&key(ident)));
                index.map_or(Type::Unknown, |index| {
                    self.bind_type(self.env.get(&Slot::whole(index)))
                })
            }
            _ => Type::Unknown,
        }
    }

    /// `'a: { .. break 'a value .. }`.
    pub fn labeled_block(&mut self, label: &syn::Label, block: &syn::Block, want: &Want) -> Bind {
        let span = block.span();
        let label = label.name.ident.to_string();
        self.labeled(label, span, |reader| reader.block(block, want))
    }

    /// A block that is left by its label.
    pub fn labeled(
        &mut self,
        label: String,
        span: Span,
        read: impl FnOnce(&mut Self) -> Bind,
    ) -> Bind {
        self.guard();
        let outer = std::mem::take(&mut self.ops);
        let height = self.open.len();
        let len = self.env.variables.len() + 3;
        let broken = self.env.add(Bind::Known(false), None);
        let continued = self.env.add(Bind::Known(false), None);
        let value = self.env.add(Bind::Uninit, None);
        let label = Some(label);
        self.exits.push(Exit {
            label,
            is_loop: false,
            broken,
            continued,
            value,
            want: Want::Scalar,
        });
        let last = read(self);
        if !self.gone {
            self.guard();
            let last = self.settle(last, span);
            self.env.set(&Slot::whole(value), last);
        }
        self.exits.pop();
        // Every way out of the block ends here, but those that leave more than it.
        let mut keep: Vec<usize> = (0..len).collect();
        keep.retain(|index| *index != broken && *index != continued);
        self.close(height, Keep::Only(&keep));
        self.env.variables.truncate(len);
        let inner = std::mem::replace(&mut self.ops, outer);
        self.ops.extend(inner);
        self.gone = self.has_left();
        self.maybe = !self.gone && self.may_have_left();
        self.env.get(&Slot::whole(value)).clone()
    }
}

/// Whether a loop may end before its iterator does: some `break`, `return` or `?` is in its body.
pub fn may_leave(body: &syn::Block) -> bool {
    struct Search(bool);
    impl<'ast> Visit<'ast> for Search {
        fn visit_expr_break(&mut self, _: &'ast syn::ExprBreak) {
            self.0 = true;
        }

        fn visit_expr_return(&mut self, _: &'ast syn::ExprReturn) {
            self.0 = true;
        }

        fn visit_expr_continue(&mut self, e: &'ast syn::ExprContinue) {
            // That of a loop further out.
            self.0 |= e.label.is_some();
        }

        fn visit_expr_try(&mut self, _: &'ast syn::ExprTry) {
            self.0 = true;
        }
    }
    let mut search = Search(false);
    search.visit_block(body);
    search.0
}

/// What the first `break` of a loop is given that can be the loop's own.
fn first_value(body: &syn::Block) -> Option<syn::Expr> {
    struct Search {
        given: Option<syn::Expr>,
        inner: usize,
        declared: Vec<String>,
    }
    impl<'ast> Visit<'ast> for Search {
        fn visit_expr_break(&mut self, e: &'ast syn::ExprBreak) {
            if self.given.is_none() && (self.inner == 0 || e.label.is_some()) {
                self.given = e.expr.as_deref().cloned();
            }
            visit::visit_expr_break(self, e);
        }

        fn visit_expr_loop(&mut self, e: &'ast syn::ExprLoop) {
            self.inner += 1;
            visit::visit_expr_loop(self, e);
            self.inner -= 1;
        }

        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}

        fn visit_item(&mut self, _: &'ast syn::Item) {}

        fn visit_pat_ident(&mut self, p: &'ast syn::PatIdent) {
            self.declared.push(key(&p.ident));
            visit::visit_pat_ident(self, p);
        }
    }
    let mut search = Search { given: None, inner: 0, declared: Vec::new() };
    search.visit_block(body);
    let Search { given, declared, .. } = search;
    // A variable of the loop's own is not that of the same name before it.
    let inside = |e: &syn::Expr| match e {
        syn::Expr::Path(path) => {
            path.path.get_ident().is_some_and(|ident| declared.contains(&key(ident)))
        }
        _ => false,
    };
    given.map(|given| match given {
        given if inside(&given) => syn::parse_quote!(()),
        syn::Expr::Tuple(of) if of.elems.iter().any(inside) => syn::parse_quote!(()),
        given => given,
    })
}
