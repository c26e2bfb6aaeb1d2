//! Blocks and statements.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::spanned::Spanned;

use super::{
    Reader,
    choice::{Choice, held_type},
    env::{Bind, Target, Want},
    refutable::Test,
    usage::{self, Rest, Usage},
};
use crate::ir::Type;

/// What becomes of the value of a block's last expression.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sink {
    Value,
    /// It is returned from the function: each arm returns its own.
    Return,
}

impl Reader<'_> {
    pub fn block(&mut self, block: &syn::Block, want: &Want) -> Bind {
        self.block_into(block, want, Sink::Value)
    }

    /// Statements without an end, in the scope that is open.
    pub fn statements(&mut self, stmts: &[syn::Stmt]) {
        let uses = usage::Uses::default();
        for (i, stmt) in stmts.iter().enumerate() {
            if self.gone {
                break;
            }
            match stmt {
                syn::Stmt::Local(local) => {
                    let rest = Rest::new(stmts, i + 1, &uses);
                    self.with_recomputing(&local.attrs, |reader| reader.local(local, rest));
                }
                syn::Stmt::Item(_) => {}
                syn::Stmt::Expr(e, _) => {
                    self.value_chosen(e, &Want::Unit);
                }
                syn::Stmt::Macro(mac) => self.statement_macro(&mac.mac),
            }
        }
    }

    pub fn block_into(&mut self, block: &syn::Block, want: &Want, sink: Sink) -> Bind {
        self.scopes.enter();
        self.items_of_block(block);
        let mut last = Bind::Unit;
        let uses = usage::Uses::default();
        for (i, stmt) in block.stmts.iter().enumerate() {
            if self.gone {
                break;
            }
            let rest = Rest::new(&block.stmts, i + 1, &uses);
            last = Bind::Unit;
            match stmt {
                syn::Stmt::Local(local) => {
                    self.with_recomputing(&local.attrs, |reader| reader.local(local, rest));
                }
                syn::Stmt::Item(_) => {}
                syn::Stmt::Expr(e, None) if rest.stmts().is_empty() => {
                    last = match self.chosen_in(e) {
                        None => self.value_into(e, want, sink),
                        Some(_) => {
                            let value = self.value_chosen(e, want);
                            self.finish(value, sink, e.span())
                        }
                    };
                }
                syn::Stmt::Expr(e, _) => {
                    self.value_chosen(e, &Want::Unit);
                }
                syn::Stmt::Macro(mac) => {
                    if rest.stmts().is_empty() && mac.semi_token.is_none() {
                        let e = syn::Expr::Macro(syn::ExprMacro {
                            attrs: Vec::new(),
                            mac: mac.mac.clone(),
                        });
                        last = self.value_into(&e, want, sink);
                    } else {
                        self.statement_macro(&mac.mac);
                    }
                }
            }
        }
        self.scopes.leave();
        if self.gone { Bind::Uninit } else { last }
    }

    fn items_of_block(&mut self, block: &syn::Block) {
        for stmt in &block.stmts {
            if let syn::Stmt::Item(item) = stmt {
                if let syn::Item::Static(item) = item
                    && matches!(item.mutability, syn::StaticMutability::Mut(_))
                {
                    self.errors.at(
                        item,
                        "`static mut` cannot be differentiated, because others may write it; pass the value \
                         as a parameter",
                    );
                }
                self.add_item(item);
            }
        }
    }

    /// Items go to the top of each generated function, wherever they stand in this one.
    fn add_item(&mut self, item: &syn::Item) {
        if self.items.contains(item) {
            return;
        }
        if let Some(at) = generating(item) {
            self.errors.at(
                at,
                "a rule, or an `impl` block with derivatives, inside of another function's body is not reached from what \
                 is generated outside of it; move it out of the body",
            );
        }
        let name = item_name(item);
        if let Some(name) = name
            && self.items.iter().any(|other| item_name(other) == Some(name))
        {
            self.errors.at(
                name,
                format!(
                    "`{name}` is declared in two blocks of this function; give them different names"
                ),
            );
        }
        self.items.push(item.clone());
    }

    fn local(&mut self, local: &syn::Local, rest: Rest) {
        let (pat, ty) = match &local.pat {
            // Which function it is, its value says.
            syn::Pat::Type(typed) if local.init.is_some() && is_function(&typed.ty) => {
                (&*typed.pat, None)
            }
            syn::Pat::Type(typed) => (&*typed.pat, Some(&*typed.ty)),
            pat => (pat, None),
        };
        if let (Some(ty), Some(init)) = (ty, &local.init)
            && self.read_again
            && super::call::is_no(&quote::quote!(#ty).to_string(), &init.expr)
        {
            self.errors.leave_to_compiler();
        }
        let before = self.errors.count();
        let held = ty.and_then(held_type);
        let written = match &held {
            Some(of) => Some(self.quiet_type(of)),
            None => ty.map(|ty| self.ty(ty)),
        };
        if self.errors.count() > before {
            // The value of a type that is refused is not looked at.
            return self.bind(pat, Bind::Poison, local.pat.span());
        }
        if held.is_some() && local.init.is_none() {
            return self.bind(pat, Bind::Uninit, local.pat.span());
        }
        // A text that nobody reads.
        if let (syn::Pat::Ident(of), Some(init)) = (pat, &local.init)
            && let syn::Expr::Macro(text) = &*init.expr
            && text.mac.path.is_ident("format")
            && of.ident.to_string().starts_with('_')
        {
            return self.effect(&text.mac);
        }
        let Some(init) = &local.init else {
            return self.declare_later(pat, written);
        };
        if let Some((_, diverge)) = &init.diverge {
            return self.let_else(pat, &init.expr, diverge, rest);
        }
        let want = match written {
            Some(ty) if held.is_some() => Want::Choice(Box::new(match ty {
                Type::Unknown => Want::Any,
                ty => Want::Type(ty),
            })),
            Some(ty) if ty != Type::Unknown => Want::Type(ty),
            _ => self.want_of_pattern(pat, rest),
        };
        // A field that is only passed on may be anything.
        let want = match pat {
            syn::Pat::Ident(pat) if is_field(&init.expr) && want == Want::Scalar => {
                match rest.of(&super::key(&pat.ident)).0 {
                    Usage::Nothing => Want::Any,
                    _ => want,
                }
            }
            syn::Pat::Struct(_) | syn::Pat::TupleStruct(_) => Want::Memory,
            _ => want,
        };
        let value = self.value_chosen(&init.expr, &want);
        if self.gone {
            return;
        }
        if let Bind::Scalar(value) = &value
            && let Want::Type(ty) = &want
        {
            let slot = &mut self.function.values[value.index()].ty;
            *slot = super::types::join(slot, ty);
        }
        let value = self.typed(value, &want);
        let value = match (value, ty) {
            // A part that is made into an array is a reference to one, as `&[f64; 3]` says.
            (Bind::Owned(array), Some(syn::Type::Reference(of))) if of.mutability.is_none() => {
                let target = Target::Place(array.into());
                Bind::Reference { target, mutable: false }
            }
            (value, _) => value,
        };
        let value = self.shaped(value, ty, rest, pat);
        self.expect_after(pat, rest);
        self.bind(pat, value, init.expr.span());
    }

    /// `let x;`, `let (a, b): (f64, f64);`
    fn declare_later(&mut self, pat: &syn::Pat, ty: Option<Type>) {
        match pat {
            syn::Pat::Ident(ident) => {
                let index = self.declare(&ident.ident, Bind::Uninit);
                self.env.variables[index].ty = ty;
            }
            syn::Pat::Wild(_) => {}
            syn::Pat::Paren(of) => self.declare_later(&of.pat, ty),
            syn::Pat::Tuple(of) => {
                let types = match ty {
                    Some(Type::Tuple(types)) if types.len() == of.elems.len() => types,
                    _ => Vec::new(),
                };
                let types = types.into_iter().map(Some).chain(std::iter::repeat(None));
                for (pat, ty) in of.elems.iter().zip(types) {
                    self.declare_later(pat, ty);
                }
            }
            _ => {
                self.errors.at(pat, "give these variables their values where they are declared");
                self.bind_poison(pat);
            }
        }
    }

    /// `let pat = value else { diverge };`: what follows is read into the arm that stays.
    fn let_else(&mut self, pat: &syn::Pat, init: &syn::Expr, diverge: &syn::Expr, rest: Rest) {
        let span = pat.span();
        let want = match super::refutable::variant_pattern(pat) {
            Some((_, Some(held))) => Want::Choice(Box::new(self.want_of_pattern(held, rest))),
            _ => self.want_of_tested(pat),
        };
        let value = self.value_chosen(init, &want);
        if self.gone {
            return;
        }
        self.expect_after(pat, rest);
        match self.test(pat, &value) {
            Test::Always => self.bind_tested(pat, value, span),
            Test::If(test) => {
                // The arm that leaves does not see the pattern's names, which may hide others.
                let outside = self.scopes.clone();
                let mut inside = outside.clone();
                self.branch(
                    test,
                    span,
                    |reader| {
                        reader.bind_tested(pat, value, span);
                        inside = std::mem::replace(&mut reader.scopes, outside);
                        Bind::Unit
                    },
                    |reader| {
                        reader.value(diverge, &Want::Unit);
                        Bind::Uninit
                    },
                );
                self.scopes = inside;
                // Where the second arm does not leave, which the compiler says, the pattern's variables end with the first.
                self.scopes.forget(self.env.variables.len());
            }
        }
    }

    /// A `None` that a variable starts with: what it is to hold has a shape, by its type or by what is assigned later.
    fn shaped(&mut self, value: Bind, ty: Option<&syn::Type>, rest: Rest, pat: &syn::Pat) -> Bind {
        let Bind::Choice(choice) = &value else { return value };
        let (Bind::Uninit, syn::Pat::Ident(ident)) = (&choice.value, pat) else { return value };
        let span = self.span;
        let held = ty.and_then(held_type).map(|ty| self.quiet_type(&ty));
        let value = match held {
            Some(ty) if ty != Type::Unknown => self.shape_held(&ty, span),
            _ => match usage::fields_assigned(&super::key(&ident.ident), rest.stmts()) {
                0 => return value,
                n => {
                    let fields = (0..n).map(|_| Bind::Scalar(self.dummy(&Type::Unknown, span)));
                    Bind::Tuple(fields.collect())
                }
            },
        };
        Choice { value, ..(**choice).clone() }.into()
    }

    /// The result of a read whose type the annotation settles.
    fn typed(&mut self, value: Bind, want: &Want) -> Bind {
        match (&value, want) {
            (Bind::Content(place), want)
                if self.function.place_type(place) == Type::Unknown
                    && (*want == Want::Scalar
                        || want.ty().is_some_and(super::types::is_scalar)) =>
            {
                let span = self.span;
                Bind::Scalar(self.load(place.clone(), span))
            }
            // A row of a type that is not known here, copied.
            (Bind::Content(place), Want::Memory | Want::Tuple(_))
                if self.function.place_type(place) == Type::Unknown =>
            {
                let span = self.span;
                Bind::Owned(self.copy_of(value, span))
            }
            _ => value,
        }
    }

    /// What a variable is, judged by the rest of its block.
    pub fn want_of_pattern(&self, pat: &syn::Pat, rest: Rest) -> Want {
        match pat {
            syn::Pat::Ident(pat) => self.want_of_name(&super::key(&pat.ident), rest),
            syn::Pat::Tuple(pat) => {
                Want::Tuple(pat.elems.iter().map(|pat| self.want_of_pattern(pat, rest)).collect())
            }
            syn::Pat::Paren(pat) => self.want_of_pattern(&pat.pat, rest),
            syn::Pat::Slice(_) => Want::Memory,
            syn::Pat::Reference(pat) => self.want_of_pattern(&pat.pat, rest),
            _ => Want::Scalar,
        }
    }

    pub fn want_of_name(&self, name: &str, rest: Rest) -> Want {
        let (usage, fields) = rest.of(name);
        match usage {
            _ if fields > 0 => Want::Tuple((0..fields.max(2)).map(|_| Want::Scalar).collect()),
            Usage::Memory | Usage::Borrowed => Want::Memory,
            Usage::Index | Usage::Number => Want::Scalar,
            Usage::Nothing if self.returned_name(name, rest.stmts()) => match &self.output {
                Type::Unknown => Want::Scalar,
                ty => Want::Type(ty.clone()),
            },
            Usage::Nothing => Want::Scalar,
        }
    }

    /// Whether the block ends by returning this variable.
    fn returned_name(&self, name: &str, stmts: &[syn::Stmt]) -> bool {
        matches!(stmts.last(), Some(syn::Stmt::Expr(syn::Expr::Path(path), None)) if path.path.is_ident(name))
            && !super::types::is_scalar(&self.output)
    }
}

fn item_name(item: &syn::Item) -> Option<&syn::Ident> {
    match item {
        syn::Item::Const(item) => Some(&item.ident),
        syn::Item::Static(item) => Some(&item.ident),
        syn::Item::Fn(item) => Some(&item.sig.ident),
        syn::Item::Struct(item) => Some(&item.ident),
        syn::Item::Enum(item) => Some(&item.ident),
        syn::Item::Type(item) => Some(&item.ident),
        _ => None,
    }
}

/// `fn(..) -> ..`, `&dyn Fn(..) -> ..`, `Box<dyn Fn(..) -> ..>`.
fn is_function(ty: &syn::Type) -> bool {
    match crate::emit::tangent::bare(ty) {
        syn::Type::BareFn(of) => of.unsafety.is_none() && of.abi.is_none(),
        syn::Type::Reference(of) => is_function(&of.elem),
        syn::Type::TraitObject(of) => of.bounds.iter().any(|bound| match bound {
            syn::TypeParamBound::Trait(of) => of.path.segments.last().is_some_and(|last| {
                ["Fn", "FnMut", "FnOnce"].iter().any(|name| last.ident == name)
            }),
            _ => false,
        }),
        ty => crate::emit::tangent::held(ty, "Box").is_some_and(is_function),
    }
}

/// `p.x`, `p[i].x`.
fn is_field(e: &syn::Expr) -> bool {
    match e {
        syn::Expr::Paren(e) => is_field(&e.expr),
        syn::Expr::Group(e) => is_field(&e.expr),
        syn::Expr::Field(_) => true,
        syn::Expr::MethodCall(e) => e.method == "clone" && is_field(&e.receiver),
        _ => false,
    }
}

/// An item that has something generated beside it.
fn generating(item: &syn::Item) -> Option<TokenStream> {
    let (attrs, at) = match item {
        syn::Item::Fn(local) => (&local.attrs, local.sig.ident.to_token_stream()),
        syn::Item::Impl(local) => (&local.attrs, local.self_ty.to_token_stream()),
        // A rule for a function of elsewhere has no body.
        syn::Item::Verbatim(tokens) => {
            let rule = tokens.clone().into_iter().nth(1)?.to_string().contains("derivative");
            return rule.then(|| tokens.clone());
        }
        _ => return None,
    };
    // A `#[grad]` function is repeated in each generated body with all that is generated beside it.
    let function = matches!(item, syn::Item::Fn(_));
    let found = attrs.iter().filter_map(|of| of.path().segments.last());
    found
        .map(|last| &last.ident)
        .any(|name| name == "derivative" || (name == "grad" && !function))
        .then_some(at)
}
