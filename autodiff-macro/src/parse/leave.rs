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
            self.rehearsed = Some(self.bind_type(&value));
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
        let ty = match (want, first_value(&e.body)) {
            (_, None) => Type::Unknown,
            (Want::Type(ty), _) if *ty != Type::Unknown => ty.clone(),
            (_, Some(given)) => match self.type_before(&given) {
                ty if is_complete(&ty) => ty,
                _ => self.type_rehearsed(|reader| {
                    reader.endless_with(e, Yielded { want: want.clone(), held: Bind::Uninit });
                }),
            },
        };
        match self.memory_before(&ty, span) {
            Bind::Uninit => Yielded { want: Want::Scalar, held: Bind::Uninit },
            held => Yielded { want: Want::Type(ty), held },
        }
    }

    /// The type of what is given to a `break`, found by reading it once, and forgetting it.
    fn type_rehearsed(&mut self, read: impl FnOnce(&mut Self)) -> Type {
        let errors = self.errors.count();
        let outer = self.rehearsed.take();
        self.rehearse(|reader| {
            read(reader);
            reader.errors.truncate(errors);
        });
        std::mem::replace(&mut self.rehearsed, outer).unwrap_or(Type::Unknown)
    }

    /// Memory for what leaves a block from within a loop.
    fn held_by_block(&mut self, want: &Want, span: Span, read: impl FnOnce(&mut Self)) -> Bind {
        let ty = match want {
            Want::Type(ty) if *ty != Type::Unknown => ty.clone(),
            _ => self.type_rehearsed(read),
        };
        self.memory_before(&ty, span)
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
            // Nothing is known of what the loop declares.
            syn::Expr::Tuple(e) if e.elems.is_empty() => Type::Unknown,
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
        let held = match leaves_from_loop(Some(&label), |search| search.visit_block(block)) {
            true => self.held_by_block(want, span, |reader| {
                reader.labeled(label.clone(), span, |reader| reader.block(block, want));
            }),
            false => Bind::Uninit,
        };
        self.labeled_with(label, span, held, |reader| reader.block(block, want))
    }

    /// A body with `return` is a block that `return` leaves.
    pub fn with_returns(&mut self, body: &syn::Expr, want: &Want, span: Span) -> Bind {
        let held = match leaves_from_loop(None, |search| search.visit_expr(body)) {
            true => self.held_by_block(want, span, |reader| {
                reader.returning(body, want, span, Bind::Uninit);
            }),
            false => Bind::Uninit,
        };
        self.returning(body, want, span, held)
    }

    fn returning(&mut self, body: &syn::Expr, want: &Want, span: Span, held: Bind) -> Bind {
        let label = self.hidden_label("return");
        if let Want::Type(ty) = want {
            self.output = ty.clone();
        }
        let outer = self.returns_to.replace(label.clone());
        let result = self.labeled_with(label, span, held, |reader| reader.value(body, want));
        self.returns_to = outer;
        result
    }

    /// A block that is left by its label.
    pub fn labeled(
        &mut self,
        label: String,
        span: Span,
        read: impl FnOnce(&mut Self) -> Bind,
    ) -> Bind {
        self.labeled_with(label, span, Bind::Uninit, read)
    }

    fn labeled_with(
        &mut self,
        label: String,
        span: Span,
        held: Bind,
        read: impl FnOnce(&mut Self) -> Bind,
    ) -> Bind {
        self.guard();
        let outer = std::mem::take(&mut self.ops);
        let height = self.open.len();
        let len = self.env.variables.len() + 3;
        let broken = self.env.add(Bind::Known(false), None);
        let continued = self.env.add(Bind::Known(false), None);
        let value = self.env.add(held.clone(), None);
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
            let last = match held.memories().is_empty() {
                true => self.settle(last, span),
                false => self.result_into(&held, last, false, span),
            };
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

fn is_complete(ty: &Type) -> bool {
    match ty {
        Type::Unknown => false,
        Type::Array(of, _) | Type::Vec(of) | Type::Slice(of) => is_complete(of),
        Type::Tuple(of) => of.iter().all(is_complete),
        _ => true,
    }
}

/// Whether a value leaves the block with this label, or by `return`, out of a loop in it.
fn leaves_from_loop(label: Option<&str>, visit: impl FnOnce(&mut Leaves)) -> bool {
    let mut search = Leaves { label, loops: 0, found: false };
    visit(&mut search);
    search.found
}

struct Leaves<'l> {
    label: Option<&'l str>,
    loops: usize,
    found: bool,
}

impl<'ast> Visit<'ast> for Leaves<'_> {
    fn visit_expr_break(&mut self, e: &'ast syn::ExprBreak) {
        let named = e.label.as_ref().map(|label| label.ident.to_string());
        self.found |= self.loops > 0
            && e.expr.is_some()
            && self.label.is_some_and(|label| named.as_deref() == Some(label));
        visit::visit_expr_break(self, e);
    }

    fn visit_expr_return(&mut self, e: &'ast syn::ExprReturn) {
        self.found |= self.loops > 0 && e.expr.is_some() && self.label.is_none();
        visit::visit_expr_return(self, e);
    }

    fn visit_expr_for_loop(&mut self, e: &'ast syn::ExprForLoop) {
        self.loops += 1;
        visit::visit_expr_for_loop(self, e);
        self.loops -= 1;
    }

    fn visit_expr_while(&mut self, e: &'ast syn::ExprWhile) {
        self.loops += 1;
        visit::visit_expr_while(self, e);
        self.loops -= 1;
    }

    fn visit_expr_loop(&mut self, e: &'ast syn::ExprLoop) {
        self.loops += 1;
        visit::visit_expr_loop(self, e);
        self.loops -= 1;
    }

    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}

    fn visit_item(&mut self, _: &'ast syn::Item) {}
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
