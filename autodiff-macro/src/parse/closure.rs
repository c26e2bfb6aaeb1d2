//! Closures, local functions, and functions as values. A closure has no value of its own: where it is called, its body is
//! read again, in the scope in which it was written.

use std::rc::Rc;

use proc_macro2::{Ident, Span};
use syn::{spanned::Spanned, visit::Visit};

use super::{
    Reader,
    assigned::Assigned,
    env::{Bind, Scopes, Target, Variable, Want},
};
use crate::ir::Type;

/// What can be called.
#[derive(Clone, Debug)]
pub enum Callable {
    /// Index into `Reader::closures`.
    Closure(usize),
    /// `f64::sin`, `my_function`.
    Path(syn::ExprPath),
}

/// A closure or a local function.
#[derive(Clone, Debug)]
pub struct Closure {
    pub params: Vec<syn::Pat>,
    pub types: Vec<Option<syn::Type>>,
    pub output: Option<syn::Type>,
    pub body: syn::Expr,
    /// The names where it was written.
    pub scopes: Scopes,
    /// What it has of its own and does not change, by `move`.
    pub captured: Vec<(String, Variable)>,
    /// What it assigns of what is outside of it.
    pub assigned: Assigned,
    pub returns: bool,
    /// A local function, which sees no variables of the function around it.
    pub item: Option<Ident>,
}

impl Closure {
    pub fn only_pattern(&self) -> Option<&syn::Pat> {
        match self.params.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    pub fn body_and_scopes(&self) -> (&syn::Expr, &Scopes) {
        (&self.body, &self.scopes)
    }

    /// The name of the first parameter.
    pub fn first_name(&self) -> Option<String> {
        match self.params.first()? {
            syn::Pat::Ident(p) => Some(super::name_of(&p.ident)),
            _ => None,
        }
    }
}

/// Bodies read inside of each other.
pub const DEPTH: usize = 24;
/// Values of one function: what is more than this, a compiler would not thank for either.
pub const GROWTH: usize = 120_000;
/// Values of one function, beyond which calls of its neighbours stay calls.
pub(super) const NEIGHBOURS: usize = 2_000;

impl Reader<'_> {
    /// A closure where it is written.
    pub fn closure(&mut self, e: &syn::ExprClosure) -> Bind {
        if let Some(token) = &e.asyncness {
            self.errors.at(
                token,
                "`async` code cannot be differentiated, because it runs in pieces at times that the macro \
                 cannot see; compute the values first, and differentiate a plain function of them",
            );
            return Bind::Poison;
        }
        let (params, types) = e.inputs.iter().map(split_type).unzip();
        let output = match &e.output {
            syn::ReturnType::Default => None,
            syn::ReturnType::Type(_, ty) => Some((**ty).clone()),
        };
        let (assigned, returns) = Assigned::of_closure(e);
        let mut scopes = self.scopes.clone();
        let captured = match e.capture {
            Some(_) => self.capture(&mut scopes, &assigned, e.span()),
            None => Vec::new(),
        };
        let body = (*e.body).clone();
        let closure = Closure {
            params,
            types,
            output,
            body,
            scopes,
            captured,
            assigned,
            returns,
            item: None,
        };
        self.add_closure(closure)
    }

    pub(super) fn add_closure(&mut self, closure: Closure) -> Bind {
        self.closures.push(Rc::new(closure));
        Bind::Closure(self.closures.len() - 1)
    }

    /// `move`: variables of its own, with the values that those of outside have now.
    fn capture(
        &mut self,
        scopes: &mut Scopes,
        assigned: &Assigned,
        span: Span,
    ) -> Vec<(String, Variable)> {
        let mut captured = Vec::new();
        scopes.enter();
        for name in &assigned.mentions {
            let Some(index) = self.scopes.find(name) else { continue };
            let variable = self.env.variables[index].clone();
            let bind = match &variable.bind {
                // What is behind a reference is not copied.
                bind @ (Bind::Reference { .. } | Bind::Closure(_)) => bind.clone(),
                bind => self.keep(bind.read(), assigned.names.contains(name), span),
            };
            if assigned.names.contains(name) {
                let own = self.env.add(bind, variable.name);
                scopes.declare(name.clone(), own);
            } else {
                captured.push((name.clone(), Variable { bind, ..variable }));
            }
        }
        captured
    }

    /// What stands where a function is wanted: a closure, the name of one, or of a function.
    pub fn callable(&mut self, e: &syn::Expr) -> Option<Callable> {
        match e {
            syn::Expr::Paren(e) => self.callable(&e.expr),
            syn::Expr::Group(e) => self.callable(&e.expr),
            syn::Expr::Reference(e) => self.callable(&e.expr),
            syn::Expr::Path(path) => {
                let variable =
                    path.path.get_ident().and_then(|ident| self.scopes.find(&super::key(ident)));
                match variable {
                    None => Some(Callable::Path(path.clone())),
                    Some(index) => {
                        let bind = self.env.variables[index].bind.clone();
                        self.callable_of(bind, e.span())
                    }
                }
            }
            e => {
                let bind = self.value(e, &Want::Any);
                self.callable_of(bind, e.span())
            }
        }
    }

    pub fn callable_of(&mut self, bind: Bind, span: Span) -> Option<Callable> {
        match bind {
            Bind::Closure(id) => Some(Callable::Closure(id)),
            Bind::Function(path) => Some(Callable::Path(*path)),
            Bind::Reference { target: Target::Variable(slot), .. } => {
                let bind = self.env.get(&slot).clone();
                self.callable_of(bind, span)
            }
            Bind::Poison | Bind::Uninit => None,
            // What it is has most likely been reported.
            _ if !self.errors.is_empty() => None,
            bind if self.leaves_plain(&bind) => None,
            _ => {
                self.errors.at_span(
                    span,
                    "the macro cannot see which function this is, so that its derivative is not known either; write \
                     a closure here, or the name of a `#[grad]` function",
                );
                None
            }
        }
    }

    /// The variables of outside that a call may assign.
    pub fn assigned_by(&self, callable: &Callable) -> Vec<usize> {
        let mut slots = Vec::new();
        if let Callable::Closure(id) = callable {
            self.collect_assigned(*id, &mut Vec::new(), &mut slots);
        }
        slots
    }

    fn collect_assigned(&self, id: usize, seen: &mut Vec<usize>, slots: &mut Vec<usize>) {
        if seen.contains(&id) {
            return;
        }
        seen.push(id);
        let closure = self.closures[id].clone();
        for name in &closure.assigned.names {
            slots.extend(closure.scopes.find(name).map(|index| self.behind(index)));
        }
        for name in &closure.assigned.mentions {
            if let Some(index) = closure.scopes.find(name) {
                for id in self.closures_in(index) {
                    self.collect_assigned(id, seen, slots);
                }
            }
        }
    }

    /// The closures that a variable stands for, or whose calls it makes.
    pub fn closures_in(&self, index: usize) -> Vec<usize> {
        match self.env.variables.get(self.behind(index)).map(|v| &v.bind) {
            Some(Bind::Closure(id)) => vec![*id],
            Some(Bind::Iterator { iter, .. }) => iter
                .callables()
                .into_iter()
                .filter_map(|callable| match callable {
                    Callable::Closure(id) => Some(*id),
                    Callable::Path(_) => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The variable that a variable refers to.
    pub fn behind(&self, mut index: usize) -> usize {
        while let Some(Bind::Reference { target: Target::Variable(slot), .. }) =
            self.env.variables.get(index).map(|v| &v.bind)
        {
            index = slot.index;
        }
        index
    }

    /// The variables that what is named in an expression or block may assign by being called.
    pub fn assigned_by_mentions(&self, assigned: &Assigned) -> Vec<usize> {
        let mut slots = Vec::new();
        for name in &assigned.mentions {
            if let Some(index) = self.scopes.find(name) {
                for id in self.closures_in(index) {
                    self.collect_assigned(id, &mut Vec::new(), &mut slots);
                }
            }
        }
        slots
    }

    /// What the parameters of a closure say of its arguments.
    fn wants_of(&mut self, id: usize) -> Vec<Want> {
        let closure = self.closures[id].clone();
        closure
            .types
            .iter()
            .map(|ty| match ty {
                Some(ty) => match self.quiet_type(ty) {
                    Type::Unknown => Want::Any,
                    ty => Want::Type(ty),
                },
                None => Want::Any,
            })
            .collect()
    }

    /// `f(a, b)` where `f` is a variable or a closure written there.
    pub fn call_value(&mut self, callable: &Callable, e: &syn::ExprCall, want: &Want) -> Bind {
        match callable {
            Callable::Path(path) => {
                let call =
                    syn::ExprCall { func: Box::new(syn::Expr::Path(path.clone())), ..e.clone() };
                self.call(&call, want)
            }
            Callable::Closure(id) => {
                let wants = self.wants_of(*id);
                if wants.len() != e.args.len() {
                    // The compiler reports it in the function itself.
                    return Bind::Poison;
                }
                let mut args = Vec::new();
                for (arg, want) in e.args.iter().zip(&wants) {
                    let arg = self.value(arg, want);
                    args.push(arg);
                }
                if self.gone {
                    return Bind::Uninit;
                }
                self.call_with(callable, args, want, e.span())
            }
        }
    }

    /// A call with arguments that have been read.
    pub fn call_with(
        &mut self,
        callable: &Callable,
        args: Vec<Bind>,
        want: &Want,
        span: Span,
    ) -> Bind {
        match callable {
            Callable::Path(path) => self.call_path_with(path, args, want),
            Callable::Closure(id) => self.inline(*id, args, want, span),
        }
    }

    /// Calls a function by its path, its arguments being variables without a name of the user's.
    fn call_path_with(&mut self, path: &syn::ExprPath, args: Vec<Bind>, want: &Want) -> Bind {
        let span = path.span();
        self.scopes.enter();
        let mut call = syn::ExprCall {
            attrs: Vec::new(),
            func: Box::new(syn::Expr::Path(path.clone())),
            paren_token: syn::token::Paren(span),
            args: syn::punctuated::Punctuated::new(),
        };
        for (i, arg) in args.into_iter().enumerate() {
            let ident = Ident::new(&format!("argument_{i}_of_a_function_as_value"), span);
            let index = self.env.add(arg, None);
            self.scopes.declare(super::key(&ident), index);
            call.args.push(syn::Expr::Path(syn::ExprPath {
                attrs: Vec::new(),
                qself: None,
                path: ident.into(),
            }));
        }
        let result = self.call(&call, want);
        self.scopes.leave();
        result
    }

    /// Reads the body, with the parameters bound to these arguments.
    fn inline(&mut self, id: usize, args: Vec<Bind>, want: &Want, span: Span) -> Bind {
        let closure = self.closures[id].clone();
        if self.inlining.contains(&id) || closure.params.len() != args.len() {
            // No closure can name itself, and wrong numbers are the compiler's to report.
            return Bind::Poison;
        }
        if self.inlining.len() >= DEPTH || self.function.values.len() > GROWTH {
            if !self.too_large {
                self.errors.at_span(
                    span,
                    "closures are read where they are called, and here they call each other so often that the \
                     generated code would explode; move what they compute into a `#[grad]` function of its own",
                );
            }
            self.too_large = true;
            return Bind::Poison;
        }
        self.inlining.push(id);
        let outer = std::mem::replace(&mut self.scopes, closure.scopes.clone());
        let output = std::mem::replace(&mut self.output, Type::Unknown);
        self.scopes.enter();
        for (name, Variable { bind, name: called, .. }) in &closure.captured {
            let own = self.env.add(bind.clone(), called.clone());
            self.scopes.declare(name.clone(), own);
        }
        self.scopes.enter();
        for ((pat, ty), arg) in closure.params.iter().zip(&closure.types).zip(args) {
            let arg = match ty {
                Some(ty) => self.annotated(arg, ty),
                None => arg,
            };
            self.bind(pat, arg, pat.span());
        }
        let want = match &closure.output {
            Some(ty) => match self.quiet_type(ty) {
                Type::Unknown => want.clone(),
                Type::Tuple(of) if of.is_empty() => Want::Unit,
                ty => Want::Type(ty),
            },
            None => want.clone(),
        };
        let result = if closure.returns {
            self.with_returns(&closure.body, &want, span)
        } else {
            let outer_returns = self.returns_to.take();
            let result = self.value(&closure.body, &want);
            self.returns_to = outer_returns;
            result
        };
        self.output = output;
        self.scopes = outer;
        self.inlining.pop();
        result
    }

    /// A label that the user cannot have written.
    pub fn hidden_label(&mut self, name: &str) -> String {
        self.labels += 1;
        format!("{name} {}", self.labels)
    }

    /// An argument of a parameter with a type.
    fn annotated(&mut self, arg: Bind, ty: &syn::Type) -> Bind {
        let ty = self.quiet_type(ty);
        if let Bind::Scalar(value) = &arg
            && super::types::is_scalar(&ty)
        {
            let slot = &mut self.function.values[value.index()].ty;
            *slot = super::types::join(slot, &ty);
        }
        arg
    }

    /// A type whose errors are reported elsewhere.
    pub fn quiet_type(&mut self, ty: &syn::Type) -> Type {
        let mut quiet = crate::error::Errors::default();
        std::mem::swap(self.errors, &mut quiet);
        let ty = self.ty(ty);
        std::mem::swap(self.errors, &mut quiet);
        ty
    }
}

fn split_type(pat: &syn::Pat) -> (syn::Pat, Option<syn::Type>) {
    match pat {
        syn::Pat::Type(typed) => ((*typed.pat).clone(), Some((*typed.ty).clone())),
        pat => (pat.clone(), None),
    }
}

pub(super) struct Returns(pub(super) bool);

impl<'ast> Visit<'ast> for Returns {
    fn visit_expr_return(&mut self, _: &'ast syn::ExprReturn) {
        self.0 = true;
    }
    fn visit_expr_try(&mut self, _: &'ast syn::ExprTry) {
        self.0 = true;
    }
    fn visit_item(&mut self, _: &'ast syn::Item) {}
    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
}
