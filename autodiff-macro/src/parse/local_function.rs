//! Functions of the user's that are read where they are called: local ones, small neighbours, and those that take functions.

use super::closure::{Callable, Closure, NEIGHBOURS, Returns};
use super::{
    Reader,
    assigned::Assigned,
    env::{Bind, Scopes, Want},
};
use crate::ir::{Float, Type};
use proc_macro2::Ident;
use syn::{ext::IdentExt, visit::Visit};

impl Reader<'_> {
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
        if self.recompute != super::checkpoint::Recompute::No {
            return None;
        }
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
            captured: Vec::new(),
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
