//! Syn to IR.

use crate::{error::Errors, ir::Function, options::Options};

/// A function as the IR has it, and what emit needs of its source.
#[derive(Debug)]
pub struct Parsed {
    pub function: Function,
    pub source: Source,
}

#[derive(Debug)]
pub struct Source {
    pub item: syn::ItemFn,
    /// One for each parameter of the signature, in order; `function.params` has the same order.
    pub params: Vec<SourceParam>,
    /// `None`: returns nothing.
    pub output: Option<syn::Type>,
    /// `use`, `const`, `fn`, .. inside the body: repeated in each generated body.
    pub items: Vec<syn::Item>,
}

#[derive(Debug)]
pub struct SourceParam {
    /// A name for the parameter in generated functions (that of its pattern if that is a plain name).
    pub ident: proc_macro2::Ident,
    /// The type as written.
    pub ty: syn::Type,
}

/// `None` if there were errors.
pub fn function(_item: &syn::ItemFn, _options: &Options, _errors: &mut Errors) -> Option<Parsed> {
    None
}
