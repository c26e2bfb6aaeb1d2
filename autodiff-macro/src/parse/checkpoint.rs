//! `#[checkpoint]` on a loop.

use proc_macro2::{Group, TokenStream, TokenTree};
use syn::{punctuated::Punctuated, spanned::Spanned, visit::Visit};

use super::{Reader, env::Bind};
use crate::{error::Errors, ir::Checkpoint, transform::checkpoint::key};

impl Reader<'_> {
    /// Reads a loop, and marks it if it bears the attribute.
    pub fn with_checkpoints(
        &mut self,
        attributes: &[syn::Attribute],
        read: impl FnOnce(&mut Self) -> Bind,
    ) -> Bind {
        let Some(attribute) = attributes.iter().find(|of| of.path().is_ident("checkpoint")) else {
            return read(self);
        };
        let Sizes { every, levels, snapshots } = sizes(attribute, self.errors);
        let before = self.ops.len();
        let bind = read(self);
        let loops: Vec<_> = self.ops.iter().skip(before).filter_map(key).collect();
        match loops[..] {
            [of] => {
                let span = attribute.path().span();
                self.function.checkpoints.push(Checkpoint { of, every, levels, snapshots, span });
            }
            _ => self.errors.at(
                attribute,
                "this loop has become several, or is left by `return`, so that its state cannot be saved; write it over a \
                 range of indices, and leave it by `break`",
            ),
        }
        bind
    }
}

/// Whether calls that are read bear the attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Recompute {
    No,
    Asked,
    /// There has been one.
    Done,
}

impl Reader<'_> {
    /// Reads a call, or a `let` of one, of which nothing is kept if it bears the attribute.
    pub fn with_recomputing<T>(
        &mut self,
        attributes: &[syn::Attribute],
        read: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let Some(attribute) = attributes.iter().find(|of| of.path().is_ident("checkpoint")) else {
            return read(self);
        };
        if !matches!(attribute.meta, syn::Meta::Path(_)) {
            self.errors.at(attribute, "on a call, `#[checkpoint]` takes no sizes");
        }
        let before = std::mem::replace(&mut self.recompute, Recompute::Asked);
        let errors = self.errors.count();
        let read = read(self);
        if self.recompute == Recompute::Asked && self.errors.count() == errors {
            self.errors.at(
                attribute,
                "there is no call here whose residuals are kept: `#[checkpoint]` stands on the call of a free function with \
                 `#[grad]` that returns the value itself; of a method nothing is kept anyway",
            );
        }
        self.recompute = before;
        read
    }
}

/// The most levels: the loop stands in what is generated once more for each.
const LEVELS: u32 = 20;

struct Sizes {
    every: Vec<u64>,
    levels: u32,
    snapshots: Option<u64>,
}

/// `snapshots = 20`, `every = 1000`, `every = [10000, 100]` or `levels = 3`.
fn sizes(attribute: &syn::Attribute, errors: &mut Errors) -> Sizes {
    let (mut every, mut levels, mut snapshots) = (Vec::new(), 1, None);
    if let syn::Meta::Path(_) = attribute.meta {
        return Sizes { every, levels, snapshots };
    }
    let mut given = false;
    let parsed = attribute.parse_nested_meta(|meta| {
        if std::mem::replace(&mut given, true) {
            return Err(meta.error("the sizes of the blocks are said twice: leave one of them out"));
        }
        if meta.path.is_ident("levels") {
            let number: syn::LitInt = meta.value()?.parse()?;
            levels = number.base10_parse()?;
            if levels == 0 || levels > LEVELS {
                let message = format!("blocks are cut into blocks 1 to {LEVELS} times");
                return Err(syn::Error::new(number.span(), message));
            }
            return Ok(());
        }
        if meta.path.is_ident("snapshots") {
            let number: syn::LitInt = meta.value()?.parse()?;
            let most = number.base10_parse()?;
            if most == 0 {
                return Err(syn::Error::new(number.span(), "one state is saved at least"));
            }
            snapshots = Some(most);
            return Ok(());
        }
        if !meta.path.is_ident("every") {
            return Err(meta.error(
                "`checkpoint` takes `snapshots = 20`: the most states that are saved at any time; or `every = 1000`: iterations \
                 from one saved state to the next (`every = [10000, 100]`: in these again), or `levels = 3`: how often blocks \
                 are cut into blocks",
            ));
        }
        let value = meta.value()?;
        let numbers = if value.peek(syn::token::Bracket) {
            let inside;
            syn::bracketed!(inside in value);
            let of = Punctuated::<syn::LitInt, syn::Token![,]>::parse_terminated(&inside)?;
            if of.is_empty() || of.len() > LEVELS as usize {
                let message = format!("there are 1 to {LEVELS} sizes of blocks");
                return Err(syn::Error::new(meta.path.span(), message));
            }
            of.into_iter().collect()
        } else {
            vec![value.parse::<syn::LitInt>()?]
        };
        for number in numbers {
            match number.base10_parse::<u64>()? {
                0 => return Err(syn::Error::new(number.span(), "a block has one iteration at least")),
                size if every.last().is_some_and(|outer| *outer <= size) => {
                    let message = "this block is cut out of the one before, and is smaller";
                    return Err(syn::Error::new(number.span(), message));
                }
                size => every.push(size),
            }
        }
        Ok(())
    });
    if let Err(error) = parsed {
        errors.push(error);
    }
    Sizes { every, levels, snapshots }
}

/// Reports the attribute where it says nothing.
pub fn check(item: &syn::ItemFn, errors: &mut Errors) {
    struct Misplaced<'e>(&'e mut Errors);
    impl Misplaced<'_> {
        fn attribute(&mut self, attribute: &syn::Attribute) {
            if attribute.path().is_ident("checkpoint") {
                self.0.at(
                    attribute,
                    "`#[checkpoint]` stands on a `for`, `while` or `loop` of a function with `#[grad]`, whose reverse sweep then \
                     saves its state from time to time instead of every iteration; or on a call, or a `let` of one, which the \
                     reverse sweep then makes again instead of keeping its residuals",
                );
            }
        }
    }
    impl<'ast> Visit<'ast> for Misplaced<'_> {
        fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
            self.attribute(attribute);
        }
        fn visit_expr_call(&mut self, e: &'ast syn::ExprCall) {
            self.visit_expr(&e.func);
            e.args.iter().for_each(|arg| self.visit_expr(arg));
        }
        fn visit_local(&mut self, local: &'ast syn::Local) {
            if let Some(init) = &local.init {
                self.visit_expr(&init.expr);
            }
        }
        fn visit_expr_for_loop(&mut self, e: &'ast syn::ExprForLoop) {
            self.visit_block(&e.body);
        }
        fn visit_expr_while(&mut self, e: &'ast syn::ExprWhile) {
            self.visit_block(&e.body);
        }
        fn visit_expr_loop(&mut self, e: &'ast syn::ExprLoop) {
            self.visit_block(&e.body);
        }
    }
    Misplaced(errors).visit_item_fn(item);
}

/// The tokens without the attribute, which rustc would refuse on a statement.
pub fn without_attributes(tokens: TokenStream) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let follows =
                    matches!(out.last(), Some(TokenTree::Punct(of)) if of.as_char() == '#');
                if follows && is_checkpoint(&group) {
                    out.pop();
                    continue;
                }
                let span = group.span();
                let mut inner = Group::new(group.delimiter(), without_attributes(group.stream()));
                inner.set_span(span);
                out.push(inner.into());
            }
            token => out.push(token),
        }
    }
    out.into_iter().collect()
}

fn is_checkpoint(group: &Group) -> bool {
    let mut tokens = group.stream().into_iter();
    // What another macro has been given as `$meta` comes in a group of its own.
    if let (Some(TokenTree::Group(inner)), None) = (tokens.next(), tokens.next())
        && inner.delimiter() == proc_macro2::Delimiter::None
    {
        return is_checkpoint(&inner);
    }
    let mut tokens = group.stream().into_iter();
    let named = matches!(tokens.next(), Some(TokenTree::Ident(name)) if name == "checkpoint");
    named && matches!(tokens.next(), None | Some(TokenTree::Group(_))) && tokens.next().is_none()
}

/// Whether the tokens hold the word at all.
pub fn mentions(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(name) => name == "checkpoint",
        TokenTree::Group(group) => mentions(&group.stream()),
        _ => false,
    })
}
