//! Functions that stand beside their caller, in the same module of the same file: a call of one is read where it is made,
//! as a call of a closure is, so that both sweeps of caller and callee are one function each.
//!
//! **Why.** What a callee keeps for its reverse sweep is a record of its own for each call, and copies of what it was given
//! and the caller changes afterwards; in a loop these are allocations in every iteration. Read in its place, the callee saves on
//! the caller's tapes, sees what is there anyway, and its loops are made fast with those around them.
//!
//! **Condition.** The caller stands in a module, directly, and the file's text has it there, token for token. The callee is named by
//! a plain name that is no variable, and the same module declares it, once, with `#[grad]` and the options that the caller
//! has; neither has generics or items inside of its body; the callee takes and returns numbers and memory of numbers, is not called
//! from within itself, and is small. **Proof.** An item that a module declares itself goes before whatever a `use` brings in, a
//! second one of the name is an error, and nothing inside of the caller declares another. So the name means
//! that function. Its names mean the same in the caller, which stands in the same module and declares no items; its variables are looked up in a
//! scope of their own. What a body read in its place means, parameters bound to arguments in order, is what the call means.
//!
//! Whatever goes wrong with it, the function is read again with calls as calls (`expand::function`).

use quote::{ToTokens, quote};
use syn::visit::{self, Visit};

use crate::{
    declared,
    options::Options,
    parse::{self, Home},
    surroundings,
};

/// Tokens of a function that is read where it is called, counted in characters.
const LENGTH: usize = 4_000;

/// Whether calls of the function's neighbours may be read where they are made.
pub fn is_known(item: &syn::ItemFn, options: &Options) -> bool {
    let span = item.sig.fn_token.span;
    if !options.settings.inline
        || options.home != Home::Module
        || has_type_parameters(&item.sig)
        || has_items(&item.block)
        || !calls_functions(&item.block)
        || !surroundings::in_modules_only(span)
    {
        return false;
    }
    let Some(declared) = declared::at(span) else { return false };
    let name = item.sig.ident.to_string();
    let Some(text) = declared.body(&surroundings::modules(span), &name) else { return false };
    syn::parse_str::<syn::ItemFn>(text).is_ok_and(|of| words(&of) == words(item))
}

/// Without spaces, which depend on where tokens come from.
fn words(item: &syn::ItemFn) -> String {
    let (sig, block) = (&item.sig, &item.block);
    quote!(#sig #block).to_string().split_whitespace().collect()
}

/// The function of this text, if a call of it may be read where it is made.
pub fn readable(text: &str, caller: &Options, float: &syn::Type) -> Option<syn::ItemFn> {
    if text.len() > LENGTH {
        return None;
    }
    let item: syn::ItemFn = syn::parse_str(text).ok()?;
    let sig = &item.sig;
    let plain = sig.asyncness.is_none()
        && sig.unsafety.is_none()
        && sig.abi.is_none()
        && sig.variadic.is_none()
        && sig.generics.where_clause.is_none()
        && !has_type_parameters(sig)
        && !has_items(&item.block)
        && options_fit(&item.attrs, caller);
    let params = sig.inputs.iter().all(|input| match input {
        syn::FnArg::Typed(input) => {
            matches!(&*input.pat, syn::Pat::Ident(of) if of.by_ref.is_none() && of.subpat.is_none())
                && input.attrs.is_empty()
                && is_numeric(&input.ty, float, true)
        }
        syn::FnArg::Receiver(_) => false,
    });
    let output = match &sig.output {
        syn::ReturnType::Default => true,
        syn::ReturnType::Type(_, ty) => is_numeric(ty, float, false),
    };
    (plain && params && output && !mentions_other_float(&item, float)).then_some(item)
}

/// `#[grad]` with all that the caller asks for, and no attribute that changes what the function is.
fn options_fit(attrs: &[syn::Attribute], caller: &Options) -> bool {
    let mut found = false;
    for attr in attrs {
        let path = attr.path();
        let is = |names: &[&str]| names.iter().any(|name| path.is_ident(name));
        if is(&["doc", "inline", "allow", "expect", "must_use"]) {
            continue;
        }
        let grad = path.segments.last().is_some_and(|last| last.ident == "grad");
        if !grad || found {
            return false;
        }
        found = true;
        let tokens = match &attr.meta {
            syn::Meta::Path(_) => quote!(),
            syn::Meta::List(of) => of.tokens.clone(),
            syn::Meta::NameValue(_) => return false,
        };
        let mut errors = crate::error::Errors::default();
        let of = Options::parse(tokens, caller.settings, &mut errors);
        let fits = errors.is_empty()
            && of.wrt.is_none()
            && of.runtime.is_none()
            && (of.jvp || !caller.jvp)
            && (of.forward_mode() || caller.jacobian.is_none())
            && (of.hessian.is_some() || caller.hessian.is_none());
        if !fits {
            return false;
        }
    }
    found
}

fn has_type_parameters(sig: &syn::Signature) -> bool {
    sig.generics.params.iter().any(|param| !matches!(param, syn::GenericParam::Lifetime(_)))
}

/// Numbers, and behind references slices, arrays and vectors of them.
fn is_numeric(ty: &syn::Type, float: &syn::Type, param: bool) -> bool {
    match ty {
        syn::Type::Paren(of) => is_numeric(&of.elem, float, param),
        syn::Type::Group(of) => is_numeric(&of.elem, float, param),
        syn::Type::Array(of) => {
            let counted = !matches!(&of.len, syn::Expr::Block(_) | syn::Expr::Macro(_));
            counted && is_numeric(&of.elem, float, false)
        }
        syn::Type::Tuple(of) => {
            !param && of.elems.iter().all(|elem| is_numeric(elem, float, false))
        }
        syn::Type::Reference(of) if param => match &*of.elem {
            syn::Type::Slice(of) => is_numeric(&of.elem, float, false),
            elem => is_numeric(elem, float, false),
        },
        syn::Type::Path(path) => {
            let Some(ident) = path.path.get_ident() else { return false };
            let name = ident.to_string();
            ty == float || name == "bool" || parse::is_integer(&name)
        }
        _ => false,
    }
}

/// A number without a type is of the caller's float.
fn mentions_other_float(item: &syn::ItemFn, float: &syn::Type) -> bool {
    let float = float.to_token_stream().to_string();
    let text = item.to_token_stream().to_string();
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.any(|word| ["f32", "f64"].iter().any(|name| *name != float && word.ends_with(name)))
}

/// Items or attributes inside of a body.
fn has_items(block: &syn::Block) -> bool {
    struct Found(bool);
    impl<'ast> Visit<'ast> for Found {
        fn visit_item(&mut self, _: &'ast syn::Item) {
            self.0 = true;
        }
        fn visit_attribute(&mut self, _: &'ast syn::Attribute) {
            self.0 = true;
        }
        fn visit_expr_unsafe(&mut self, _: &'ast syn::ExprUnsafe) {
            self.0 = true;
        }
    }
    let mut found = Found(false);
    found.visit_block(block);
    found.0
}

fn calls_functions(block: &syn::Block) -> bool {
    struct Found(bool);
    impl<'ast> Visit<'ast> for Found {
        fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
            self.0 |=
                matches!(&*call.func, syn::Expr::Path(path) if path.path.get_ident().is_some());
            visit::visit_expr_call(self, call);
        }
        // What stands in a macro is not looked into.
        fn visit_macro(&mut self, _: &'ast syn::Macro) {
            self.0 = true;
        }
    }
    let mut found = Found(false);
    found.visit_block(block);
    found.0
}
