//! Closures, local functions, and functions as values. A closure has no value of its own: where it is called, its body is
//! read again, in the scope in which it was written.

use std::rc::Rc;

use proc_macro2::{Ident, Span};
use syn::{ext::IdentExt, spanned::Spanned, visit::Visit};

use super::{
    Reader,
    assigned::Assigned,
    env::{Bind, Scopes, Target, Want},
};
use crate::ir::{Float, Type};

/// What can be called.
#[derive(Clone, Debug)]
pub enum Callable {
    /// Index into `Reader::closures`.
    Closure(usize),
    /// `f64::sin`, `my_function`.
    Path(syn::ExprPath),
}

/// A closure or a local function.
#[derive(Debug)]
pub struct Closure {
    params: Vec<syn::Pat>,
    types: Vec<Option<syn::Type>>,
    output: Option<syn::Type>,
    body: syn::Expr,
    /// The names where it was written.
    scopes: Scopes,
    /// What it assigns of what is outside of it.
    assigned: Assigned,
    returns: bool,
    /// A local function, which sees no variables of the function around it.
    item: Option<Ident>,
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
const DEPTH: usize = 24;
/// Values of one function: what is more than this, a compiler would not thank for either.
const GROWTH: usize = 120_000;
/// Values of one function, beyond which calls of its neighbours stay calls.
const NEIGHBOURS: usize = 2_000;

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
        if e.capture.is_some() {
            self.capture(&mut scopes, &assigned, e.span());
        }
        let body = (*e.body).clone();
        let closure =
            Closure { params, types, output, body, scopes, assigned, returns, item: None };
        self.add_closure(closure)
    }

    fn add_closure(&mut self, closure: Closure) -> Bind {
        self.closures.push(Rc::new(closure));
        Bind::Closure(self.closures.len() - 1)
    }

    /// `move`: variables of its own, with the values that those of outside have now.
    fn capture(&mut self, scopes: &mut Scopes, assigned: &Assigned, span: Span) {
        scopes.enter();
        for name in &assigned.mentions {
            let Some(index) = self.scopes.find(name) else { continue };
            let variable = self.env.variables[index].clone();
            let bind = match &variable.bind {
                // What is behind a reference is not copied.
                bind @ (Bind::Reference { .. } | Bind::Closure(_)) => bind.clone(),
                bind => self.keep(bind.read(), assigned.names.contains(name), span),
            };
            let own = self.env.add(bind, variable.name);
            scopes.declare(name.clone(), own);
        }
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

    /// A body with `return` is a block that `return` leaves.
    fn with_returns(&mut self, body: &syn::Expr, want: &Want, span: Span) -> Bind {
        let label = self.hidden_label("return");
        if let Want::Type(ty) = want {
            self.output = ty.clone();
        }
        let outer = self.returns_to.replace(label.clone());
        let result = self.labeled(label, span, |reader| reader.value(body, want));
        self.returns_to = outer;
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

    /// A function declared inside of this one, if its body is to be read where it is called: one that takes or returns
    /// floats, and has no derivative of its own.
    pub fn local_function(
        &mut self,
        path: &syn::ExprPath,
        call: &syn::ExprCall,
    ) -> Option<Callable> {
        let ident = path.path.get_ident()?;
        let known = self.closures.iter().position(|c| c.item.as_ref() == Some(ident));
        let local = self.items.iter().find_map(|item| match item {
            syn::Item::Fn(f) if f.sig.ident == *ident => Some(f.clone()),
            _ => None,
        });
        if let Some(id) = known {
            // One that calls itself by way of others stays a call.
            let again = local.is_none() && self.inlining.contains(&id);
            return (!again).then_some(Callable::Closure(id));
        }
        let Some(item) = local else {
            let item = self.neighbour(ident)?;
            return self.function_closure(item, Some(ident.clone()), call);
        };
        if !item.attrs.is_empty() && item.attrs.iter().any(|a| a.path().is_ident("grad")) {
            return None;
        }
        let floats = item.sig.inputs.iter().any(|input| match input {
            syn::FnArg::Typed(input) => mentions_float(&input.ty, &type_params(&item.sig)),
            syn::FnArg::Receiver(_) => true,
        });
        let result = match &item.sig.output {
            syn::ReturnType::Default => false,
            syn::ReturnType::Type(_, ty) => mentions_float(ty, &type_params(&item.sig)),
        };
        if !floats || !result && !writes(&item.sig) || calls_itself(&item) {
            return None;
        }
        let ident = ident.clone();
        self.function_closure(item, Some(ident), call)
    }

    /// A function beside this one, if its body is to be read where it is called.
    fn neighbour(&self, ident: &Ident) -> Option<syn::ItemFn> {
        let options = self.neighbours.as_ref()?;
        if *ident == self.name || self.function.values.len() > NEIGHBOURS {
            return None;
        }
        let text = self.declared.as_ref()?.body(&self.module, &ident.unraw().to_string())?;
        let item = crate::beside::readable(text, options, &self.usual_float)?;
        (!calls_itself(&item)).then_some(item)
    }

    /// A function whose body is read where it is called.
    fn function_closure(
        &mut self,
        item: syn::ItemFn,
        name: Option<Ident>,
        call: &syn::ExprCall,
    ) -> Option<Callable> {
        let item = match item.sig.generics.params.is_empty() {
            true => item,
            false => self.with_parameters(item, call),
        };
        let mut params = Vec::new();
        let mut types = Vec::new();
        for input in &item.sig.inputs {
            let syn::FnArg::Typed(input) = input else { return None };
            params.push((*input.pat).clone());
            types.push(Some((*input.ty).clone()));
        }
        let output = match &item.sig.output {
            syn::ReturnType::Default => syn::parse_quote!(()),
            syn::ReturnType::Type(_, ty) => (**ty).clone(),
        };
        let mut search = Returns(false);
        search.visit_block(&item.block);
        // What it reads of constants is in sight of it, not of what is around the call.
        let name = name.filter(|_| item.sig.generics.params.is_empty());
        let body = syn::Expr::Block(syn::ExprBlock {
            attrs: Vec::new(),
            label: None,
            block: (*item.block).clone(),
        });
        let closure = Closure {
            params,
            types,
            output: Some(output),
            body,
            scopes: Scopes::default(),
            assigned: Assigned::default(),
            returns: search.0,
            item: name,
        };
        match self.add_closure(closure) {
            Bind::Closure(id) => Some(Callable::Closure(id)),
            _ => None,
        }
    }

    /// Whether an argument is a closure, or a function by its name.
    pub fn is_function(&self, e: &syn::Expr) -> bool {
        match e {
            syn::Expr::Paren(e) => self.is_function(&e.expr),
            syn::Expr::Group(e) => self.is_function(&e.expr),
            syn::Expr::Reference(e) => self.is_function(&e.expr),
            syn::Expr::Closure(_) => true,
            syn::Expr::Path(path) => {
                let variable =
                    path.path.get_ident().and_then(|ident| self.scopes.find(&super::key(ident)));
                match variable {
                    Some(index) => matches!(
                        self.env.variables.get(self.behind(index)).map(|v| &v.bind),
                        Some(Bind::Closure(_) | Bind::Function(_))
                    ),
                    None => self.names_function(path),
                }
            }
            _ => false,
        }
    }

    /// A call of a function that takes functions: its body is read here, as soon as its source is there.
    pub fn call_with_functions(
        &mut self,
        e: &syn::ExprCall,
        path: &syn::ExprPath,
        want: &Want,
    ) -> Bind {
        let key = crate::higher_order::key(&path.path);
        let Some(source) = self.sources.iter().find(|source| source.path == key) else {
            self.needs.push(path.path.clone());
            return Bind::Poison;
        };
        let item = source.item.clone();
        if calls_itself(&item) {
            self.errors.at(
                path,
                "a function that takes a function and calls itself cannot be read where it is called, because there \
                 would be no end of it; write it with a loop",
            );
            return Bind::Poison;
        }
        match self.function_closure(item, None, e) {
            Some(callable) => self.call_value(&callable, e, want),
            None => Bind::Poison,
        }
    }

    /// A function with its `const N: usize` and its types written out, as far as the arguments tell: `[T; N]` is
    /// `[f64; 3]` of an array of three.
    fn with_parameters(&mut self, mut item: syn::ItemFn, call: &syn::ExprCall) -> syn::ItemFn {
        let constants = item.sig.generics.const_params().map(|p| p.ident.clone()).collect();
        let types = item.sig.generics.type_params().map(|p| p.ident.clone()).collect();
        let mut given = Given { constants, types, found: Exchange::default() };
        let inputs: Vec<syn::FnArg> = item.sig.inputs.iter().cloned().collect();
        for (input, arg) in inputs.iter().zip(&call.args) {
            let syn::FnArg::Typed(input) = input else { continue };
            let mut ty = Type::Unknown;
            if !self.is_function(arg) {
                self.rehearse(|reader| {
                    let bind = reader.value(arg, &Want::Any);
                    ty = reader.bind_type(&bind);
                });
            }
            given.compare(&input.ty, &ty);
        }
        let mut exchange = given.found;
        for name in given.types {
            if !exchange.types.iter().any(|(found, _)| *found == name) {
                exchange.types.push((name, syn::parse_quote!(_)));
            }
        }
        syn::visit_mut::VisitMut::visit_signature_mut(&mut exchange, &mut item.sig);
        syn::visit_mut::VisitMut::visit_block_mut(&mut exchange, &mut item.block);
        item
    }
}

/// What the arguments tell of a function's generic parameters.
struct Given {
    constants: Vec<Ident>,
    types: Vec<Ident>,
    found: Exchange,
}

impl Given {
    fn compare(&mut self, ty: &syn::Type, given: &Type) {
        match (ty, given) {
            (syn::Type::Reference(ty), given) => self.compare(&ty.elem, given),
            (syn::Type::Paren(ty), given) => self.compare(&ty.elem, given),
            (syn::Type::Group(ty), given) => self.compare(&ty.elem, given),
            (syn::Type::Array(array), Type::Array(of, length)) => {
                if let syn::Expr::Path(path) = &array.len
                    && let Some(name) = self.constants.iter().find(|name| path.path.is_ident(*name))
                    && let Ok(length) = syn::parse2(length.tokens.clone())
                {
                    self.found.constants.push((name.clone(), length));
                }
                self.compare(&array.elem, of);
            }
            (syn::Type::Slice(slice), given) => {
                if let Some(of) = given.element() {
                    self.compare(&slice.elem, of);
                }
            }
            (syn::Type::Tuple(tuple), Type::Tuple(of)) => {
                for (ty, of) in tuple.elems.iter().zip(of) {
                    self.compare(ty, of);
                }
            }
            (syn::Type::Path(path), Type::Float(Float::F32 | Float::F64)) => {
                if let Some(name) = self.types.iter().find(|name| path.path.is_ident(*name)) {
                    let ty = match given {
                        Type::Float(Float::F32) => syn::parse_quote!(f32),
                        _ => syn::parse_quote!(f64),
                    };
                    self.found.types.push((name.clone(), ty));
                }
            }
            _ => {}
        }
    }
}

/// Puts expressions and types where generic parameters are named.
#[derive(Default)]
struct Exchange {
    constants: Vec<(Ident, syn::Expr)>,
    types: Vec<(Ident, syn::Type)>,
}

impl syn::visit_mut::VisitMut for Exchange {
    fn visit_expr_mut(&mut self, e: &mut syn::Expr) {
        if let syn::Expr::Path(path) = e
            && let Some((_, with)) =
                self.constants.iter().find(|(name, _)| path.path.is_ident(name))
        {
            *e = with.clone();
            return;
        }
        syn::visit_mut::visit_expr_mut(self, e);
    }

    fn visit_type_mut(&mut self, ty: &mut syn::Type) {
        if let syn::Type::Path(path) = ty
            && let Some((_, with)) = self.types.iter().find(|(name, _)| path.path.is_ident(name))
        {
            *ty = with.clone();
            return;
        }
        syn::visit_mut::visit_type_mut(self, ty);
    }

    /// `T::sin(x)`.
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        if path.segments.len() > 1
            && let Some(first) = path.segments.first_mut()
            && let Some((_, syn::Type::Path(with))) =
                self.types.iter().find(|(name, _)| first.ident == *name)
            && let Some(ident) = with.path.get_ident()
        {
            first.ident = ident.clone();
        }
        syn::visit_mut::visit_path_mut(self, path);
    }

    // What declares them stays.
    fn visit_generics_mut(&mut self, _: &mut syn::Generics) {}
}

fn type_params(sig: &syn::Signature) -> Vec<String> {
    sig.generics.type_params().map(|param| param.ident.to_string()).collect()
}

fn split_type(pat: &syn::Pat) -> (syn::Pat, Option<syn::Type>) {
    match pat {
        syn::Pat::Type(typed) => ((*typed.pat).clone(), Some((*typed.ty).clone())),
        pat => (pat.clone(), None),
    }
}

struct Returns(bool);

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

/// Whether a type can hold floats, judged by its words.
fn mentions_float(ty: &syn::Type, generic: &[String]) -> bool {
    struct Search<'s> {
        generic: &'s [String],
        found: bool,
    }
    impl<'ast> Visit<'ast> for Search<'_> {
        fn visit_ident(&mut self, ident: &'ast Ident) {
            let name = ident.to_string();
            let other = ["bool", "char", "str", "String", "Vec", "Option", "Result", "std", "core"];
            let plain = super::types::int_named(&name).is_some() || other.contains(&name.as_str());
            self.found |= !plain || self.generic.contains(&name);
        }
        fn visit_lifetime(&mut self, _: &'ast syn::Lifetime) {}
        fn visit_expr(&mut self, _: &'ast syn::Expr) {}
    }
    let mut search = Search { generic, found: false };
    search.visit_type(ty);
    search.found
}

fn writes(sig: &syn::Signature) -> bool {
    sig.inputs.iter().any(|input| match input {
        syn::FnArg::Typed(input) => {
            matches!(&*input.ty, syn::Type::Reference(r) if r.mutability.is_some())
        }
        syn::FnArg::Receiver(_) => false,
    })
}

fn calls_itself(item: &syn::ItemFn) -> bool {
    struct Search<'s> {
        name: &'s Ident,
        found: bool,
    }
    impl<'ast> Visit<'ast> for Search<'_> {
        fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
            self.found |= path.path.is_ident(self.name);
        }
    }
    let mut search = Search { name: &item.sig.ident, found: false };
    search.visit_block(&item.block);
    search.found
}
