//! `m[(i, j)]` where `m` is of a type with an `Index` of the user's. What the method names is a part of `m`, and so is its
//! adjoint a part of that of `m`: the method is read where it is called, as a closure is, down to the place that it names.
//!
//! Where it chooses between places (`match i { 0 => &self.x, .. }`), what is read is the value of the one chosen, and an
//! assignment is made in each arm.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;

use super::{
    Reader,
    closure::Returns,
    env::{Bind, Target, Want},
    own_method::{Outside, parameter},
    place::Located,
    types::USIZE,
};
use crate::{
    declared::{self, Inlined},
    ir::{Place, Type},
};

/// What stands in the brackets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Scalar,
    Tuple(usize),
    Array,
    Range,
}

impl Reader<'_> {
    /// The element, if the file declares how the type is indexed.
    pub fn own_element(&mut self, base: &Located, e: &syn::ExprIndex) -> Option<Located> {
        let (place, ty, own) = self.own_index(base, &e.index)?;
        let (tail, outside) = self.enter(place, ty, &own, e)?;
        let element = match chooses(&tail) {
            true => {
                let want = match self.own_output(&own) {
                    Some(ty) => Want::Type(ty),
                    None => Want::Scalar,
                };
                Located::Value(self.value(&each_tail(tail, &dereferenced), &want))
            }
            false => self.locate(&dereferenced(tail), &Want::Any),
        };
        self.leave_method(outside);
        Some(element)
    }

    /// Assigns an element in each arm of a method that chooses; `false` for any other.
    pub fn assigned_element(
        &mut self,
        e: &syn::ExprIndex,
        op: Option<&syn::BinOp>,
        value: &Bind,
    ) -> bool {
        if !is_path(&e.expr) {
            return false;
        }
        let errors = self.errors.count();
        let base = self.locate(&e.expr, &Want::Memory);
        let Some((place, ty, own)) = self.own_index(&base, &e.index) else {
            // It is located again.
            self.errors.truncate(errors);
            return false;
        };
        let Some((tail, outside)) = self.enter(place, ty, &own, e) else { return true };
        let does = chooses(&tail);
        if does {
            let name = Ident::new("value_of_element", Span::call_site());
            let index = self.env.add(value.clone(), None);
            self.scopes.declare(super::key(&name), index);
            let assigned = each_tail(tail, &|e| {
                let place = dereferenced(e);
                match op {
                    None => syn::parse_quote!(#place = #name),
                    Some(op) => syn::parse_quote!(#place #op #name),
                }
            });
            self.value(&assigned, &Want::Unit);
        }
        self.leave_method(outside);
        does
    }

    /// What is indexed, its type, and the method.
    fn own_index(
        &mut self,
        base: &Located,
        index: &syn::Expr,
    ) -> Option<(Place, syn::Type, Inlined)> {
        let Located::Memory(place) = self.auto(base.clone()) else { return None };
        let place = self.unboxed(place);
        let Type::Named(of) = self.function.place_type(&place) else { return None };
        let ty = self.not_self(of.ty.as_ref()?);
        let (name, _) = declared::head(&ty)?;
        let declared = self.declared.clone()?;
        let all = declared.indexed(&name);
        let kind = self.kind_of(index);
        let fits = |own: &&Inlined| match syn::parse_str::<syn::Type>(&own.by) {
            Ok(syn::Type::Tuple(of)) => kind == Kind::Tuple(of.elems.len()),
            Ok(syn::Type::Array(_)) => kind == Kind::Array,
            Ok(ty) => {
                let is_range = declared::head(&ty).is_some_and(|(name, _)| name.contains("Range"));
                kind == if is_range { Kind::Range } else { Kind::Scalar }
            }
            Err(_) => false,
        };
        let of = |mutable: bool| {
            let mut found = all.iter().filter(|own| own.mutable == mutable).filter(fits);
            let own = found.next()?;
            // A variable does not tell which of several it means.
            found.next().is_none().then(|| own.clone())
        };
        let own = of(false)?;
        if let Some(other) = of(true)
            && without_mut(&own.text) != without_mut(&other.text)
        {
            self.errors.at_span(
                index.span(),
                format!(
                    "`index` and `index_mut` of `{name}` are not written alike, so that it is not seen that they name the same \
                     part; write them alike but for `mut`, or call a `#[grad]` method"
                ),
            );
        }
        if !self.module.starts_with(&own.module) {
            self.errors.at_span(
                index.span(),
                format!(
                    "the `Index` of `{name}` stands in another module, with names that may mean something else here; write a \
                     `#[grad]` method that returns the element, and call that"
                ),
            );
        }
        Some((place, ty, own))
    }

    fn kind_of(&self, index: &syn::Expr) -> Kind {
        match index {
            syn::Expr::Paren(e) => self.kind_of(&e.expr),
            syn::Expr::Tuple(e) => Kind::Tuple(e.elems.len()),
            syn::Expr::Array(_) => Kind::Array,
            syn::Expr::Range(_) => Kind::Range,
            syn::Expr::Path(path) => {
                let variable =
                    path.path.get_ident().and_then(|name| self.scopes.find(&super::key(name)));
                match variable.map(|index| &self.env.variables[index].bind) {
                    Some(Bind::Tuple(of)) => Kind::Tuple(of.len()),
                    Some(bind) if self.is_memory(bind) => Kind::Array,
                    _ => Kind::Scalar,
                }
            }
            _ => Kind::Scalar,
        }
    }

    /// Reads all of the method but its end.
    fn enter(
        &mut self,
        place: Place,
        ty: syn::Type,
        own: &Inlined,
        e: &syn::ExprIndex,
    ) -> Option<(syn::Expr, Outside)> {
        let want = match syn::parse_str(&own.by) {
            Ok(syn::Type::Tuple(of)) => {
                Want::Tuple(of.elems.iter().map(|_| Want::Type(USIZE)).collect())
            }
            Ok(syn::Type::Path(_)) => Want::Type(USIZE),
            _ => Want::Any,
        };
        let index = self.value(&e.index, &want);
        if self.gone {
            return None;
        }
        let mut method = self.method_of(own, &ty, e.index.span())?;
        let mut returns = Returns(false);
        syn::visit::Visit::visit_block(&mut returns, &method.block);
        let pat = parameter(&method)?;
        let (Some((syn::Stmt::Expr(_, None), _)), false) =
            (method.block.stmts.split_last(), returns.0)
        else {
            self.errors.at_span(
                e.index.span(),
                "this `Index` is not followed to the part that it names, because it returns early; write a `#[grad]` method \
                 that returns the element, and call that",
            );
            return None;
        };
        let outside = self.enter_method(ty, e.index.span())?;
        let mutable = self.function.memory(self.function.root(place.memory)).mutable;
        let itself = Bind::Reference { target: Target::Place(place), mutable };
        let variable = self.env.add(itself, None);
        self.scopes.declare(super::key(&Ident::new("self", e.index.span())), variable);
        let literal = match (&index, &pat) {
            (Bind::Scalar(value), syn::Pat::Ident(name)) => {
                self.literals.get(value).map(|n| (name.ident.clone(), *n))
            }
            _ => None,
        };
        self.bind(&pat, index, e.index.span());
        let tail = match method.block.stmts.pop() {
            Some(syn::Stmt::Expr(tail, None)) => tail,
            _ => return None,
        };
        let tail = match literal {
            Some((name, n)) => arm_of(tail, &name, n),
            None => tail,
        };
        self.statements(&method.block.stmts);
        Some((tail, outside))
    }

    /// The type of the elements, if the method says it.
    fn own_output(&mut self, own: &Inlined) -> Option<Type> {
        let method: syn::ImplItemFn = syn::parse_str(&own.text).ok()?;
        let syn::ReturnType::Type(_, ty) = &method.sig.output else { return None };
        match self.quiet_type(ty) {
            Type::Unknown => None,
            // `Self::Output`.
            Type::Named(_) => None,
            ty => Some(ty),
        }
    }
}

/// A name, a field, and what is behind a reference: where they lead may be looked up twice.
fn is_path(e: &syn::Expr) -> bool {
    match e {
        syn::Expr::Path(_) => true,
        syn::Expr::Field(e) => is_path(&e.base),
        syn::Expr::Paren(e) => is_path(&e.expr),
        syn::Expr::Unary(e) => matches!(e.op, syn::UnOp::Deref(_)) && is_path(&e.expr),
        _ => false,
    }
}

/// Whether there are several ends.
fn chooses(e: &syn::Expr) -> bool {
    match e {
        syn::Expr::Match(_) | syn::Expr::If(_) => true,
        syn::Expr::Paren(e) => chooses(&e.expr),
        syn::Expr::Reference(e) => chooses(&e.expr),
        syn::Expr::Block(e) => match e.block.stmts.last() {
            Some(syn::Stmt::Expr(last, None)) => chooses(last),
            _ => false,
        },
        _ => false,
    }
}

/// The arm of a `match` on this number.
fn arm_of(e: syn::Expr, name: &Ident, n: i128) -> syn::Expr {
    let syn::Expr::Match(of) = &e else { return e };
    if !matches!(&*of.expr, syn::Expr::Path(path) if path.path.is_ident(name)) {
        return e;
    }
    for arm in &of.arms {
        match (matches_number(&arm.pat, n), &arm.guard) {
            (Some(true), None) => return (*arm.body).clone(),
            (Some(false), _) => {}
            _ => return e,
        }
    }
    e
}

fn matches_number(pat: &syn::Pat, n: i128) -> Option<bool> {
    match pat {
        syn::Pat::Wild(_) => Some(true),
        syn::Pat::Lit(syn::PatLit { lit: syn::Lit::Int(lit), .. }) => {
            lit.base10_parse::<i128>().ok().map(|of| of == n)
        }
        syn::Pat::Or(of) => {
            of.cases.iter().try_fold(false, |any, pat| Some(any || matches_number(pat, n)?))
        }
        _ => None,
    }
}

/// What a reference names.
fn dereferenced(e: syn::Expr) -> syn::Expr {
    match e {
        syn::Expr::Reference(e) => *e.expr,
        syn::Expr::Paren(e) => dereferenced(*e.expr),
        syn::Expr::Group(e) => dereferenced(*e.expr),
        // It panics.
        e @ syn::Expr::Macro(_) => e,
        e => syn::parse_quote!(*#e),
    }
}

/// The expression with another one at each of its ends.
fn each_tail(e: syn::Expr, f: &dyn Fn(syn::Expr) -> syn::Expr) -> syn::Expr {
    match e {
        syn::Expr::Paren(e) => each_tail(*e.expr, f),
        syn::Expr::Reference(e) if chooses(&e.expr) => each_tail(*e.expr, &|e| {
            let e: syn::Expr = syn::parse_quote!(&#e);
            f(e)
        }),
        syn::Expr::Match(mut of) => {
            for arm in &mut of.arms {
                let body = std::mem::replace(&mut *arm.body, syn::parse_quote!(()));
                *arm.body = each_tail(body, f);
            }
            syn::Expr::Match(of)
        }
        syn::Expr::If(mut of) => {
            tail_of_block(&mut of.then_branch, f);
            if let Some((_, otherwise)) = &mut of.else_branch {
                let body = std::mem::replace(&mut **otherwise, syn::parse_quote!(()));
                **otherwise = each_tail(body, f);
            }
            syn::Expr::If(of)
        }
        syn::Expr::Block(mut of) => {
            tail_of_block(&mut of.block, f);
            syn::Expr::Block(of)
        }
        e @ syn::Expr::Macro(_) => e,
        e => f(e),
    }
}

fn tail_of_block(block: &mut syn::Block, f: &dyn Fn(syn::Expr) -> syn::Expr) {
    if let Some(syn::Stmt::Expr(last, None)) = block.stmts.last_mut() {
        let e = std::mem::replace(last, syn::parse_quote!(()));
        *last = each_tail(e, f);
    }
}

/// The body of a method, without what `mut` makes of it.
fn without_mut(text: &str) -> String {
    let body = text.find('{').map_or("", |at| &text[at..]);
    body.replace("& mut ", "&")
        .replace("&mut ", "&")
        .replace("_mut", "")
        .split_whitespace()
        .collect()
}
