//! What the macro's own mistakes come to: an error at the function's name, never a panic of the compiler.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Brackets within brackets, of which every one costs stack that cannot be had back by catching a panic.
const DEEPEST: usize = 128;

/// What `run` makes, or an error instead.
pub fn or_report(item: &TokenStream, run: impl FnOnce() -> TokenStream) -> TokenStream {
    if let Some(span) = too_deep(item) {
        let message = format!(
            "`#[grad]` follows brackets only {DEEPEST} deep; bind a part of this to a variable with `let`"
        );
        return syn::Error::new(span, message).into_compile_error();
    }
    // Nothing of what was in the making is looked at afterwards.
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let message = format!(
            "this is a bug in `#[grad]`; the function itself is not affected, but has no derivatives. Please report it \
             with the function (the macro panicked: {})",
            said(&*panic)
        );
        syn::Error::new(name(item), message).into_compile_error()
    })
}

fn said(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
}

/// Where the function is named, or all that the attribute is on.
pub fn name(item: &TokenStream) -> Span {
    let mut tokens = item.clone().into_iter();
    while let Some(token) = tokens.next() {
        if matches!(&token, TokenTree::Ident(ident) if ident == "fn") {
            return tokens.next().map_or_else(|| token.span(), |name| name.span());
        }
    }
    Span::call_site()
}

/// The first bracket that is too deep. Not by recursion, which is what is to be avoided.
fn too_deep(item: &TokenStream) -> Option<Span> {
    let mut open = vec![item.clone().into_iter()];
    while let Some(innermost) = open.last_mut() {
        match innermost.next() {
            Some(TokenTree::Group(group)) => {
                // What a `macro_rules` fragment is wrapped in is nobody's bracket, but nests all the same.
                if open.len() > DEEPEST {
                    let visible = group.delimiter() != Delimiter::None;
                    return Some(if visible { group.span_open() } else { group.span() });
                }
                open.push(group.stream().into_iter());
            }
            Some(_) => {}
            None => {
                open.pop();
            }
        }
    }
    None
}
