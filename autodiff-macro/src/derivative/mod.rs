//! `#[derivative(..)]`: rules of the user's own.
//!
//! A rule is a function for the rest of the pipeline: what is written by hand becomes the body of a function that
//! `#[grad]` is applied to, so that there is one way to generate the companions. Slopes become
//! `with_derivative(f(x), [(x, slope)])`; a pair of sweeps becomes the carrier of a hidden function that is called.

mod arguments;
mod implicit;
mod pair;
mod pair_emit;
mod slopes;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Attribute, Block, Signature, Token, Visibility,
    parse::{Parse, ParseStream},
};

use crate::{
    error::Errors,
    ir::TypeName,
    last_resort,
    options::{Options, Settings},
};
use arguments::Arguments;

/// `#[derivative(arguments)] item`: the function, and beside it what is generated; on errors, these and the function.
pub fn derivative(arguments: TokenStream, item: TokenStream) -> TokenStream {
    TypeName::forget_all();
    let generated = expand(arguments, item);
    TypeName::forget_all();
    generated
}

fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Function(function)) => {
            // What stands without a body gets the call as its body, whatever is wrong with the rule.
            let mut whole = item.clone();
            if function.sig.receiver().is_none()
                && crate::surroundings::of(function.sig.fn_token.span)
                    .is_some_and(|around| around != crate::surroundings::Surroundings::Module)
            {
                let mut errors = Errors::default();
                errors.at(
                    &function.sig.ident,
                    "a rule stands on a free function, which can be called by its name; write it outside of this block, and call \
                     it here",
                );
                let errors = errors.finish();
                return quote!(#item #errors);
            }
            let generated = last_resort::or_report(&item, || {
                let mut errors = Errors::default();
                let (arguments, mut options) = read(arguments.clone(), &mut errors);
                let refused = arguments.root_of.as_ref().and_then(|_| refuse_modes(&mut options));
                let expanded = slopes::expand(&function, &arguments, &options, &mut errors);
                quote!(#refused #expanded)
            });
            if function.body.is_none() {
                let mut errors = Errors::default();
                let (arguments, _) = read(arguments, &mut errors);
                whole = slopes::wrapper(&function, &arguments).unwrap_or_default();
            }
            quote!(#whole #generated)
        }
        Ok(Item::Pair(pair)) => last_resort::or_report(&item, || {
            let mut errors = Errors::default();
            let (arguments, mut options) = read(arguments, &mut errors);
            let refused = refuse_modes(&mut options);
            let expanded = pair::expand(&pair, &arguments, &options, errors);
            quote!(#refused #expanded)
        }),
        Ok(Item::Other(first)) => {
            let mut errors = Errors::default();
            errors.at(
                first,
                "`#[derivative]` stands on a function (`#[derivative(x = slope)] fn f(x: f64) -> f64 { .. }`) or on \
                 an `impl` block that holds its sweeps (`#[derivative] impl f { fn forward .. fn reverse .. }`)",
            );
            let errors = errors.finish();
            quote!(#item #errors)
        }
        // What does not parse is the compiler's to report.
        Err(_) => item,
    }
}

/// A pair of sweeps says one derivative, for one direction or seed. The rest is generated, so that its callers have that.
fn refuse_modes(options: &mut Options) -> Option<TokenStream> {
    let mut errors = Errors::default();
    let higher = options.hessian.take().or(options.order.take().map(|(_, span)| span));
    if let Some(span) = higher {
        errors.at_span(
            span,
            "the sweeps of a rule are called, not differentiated, so that there are no second derivatives: give the rule as a \
             formula (`#[derivative(x = slope)]`), or put `#[grad(hessian)]` on a function that computes the same",
        );
    }
    if let Some(span) = options.batch.take() {
        errors.at_span(
            span,
            "the sweeps of a rule are for one direction and one seed: leave `batch` out, or give the rule as a formula \
             (`#[derivative(x = slope)]`)",
        );
    }
    errors.finish()
}

fn read(arguments: TokenStream, errors: &mut Errors) -> (Arguments, Options) {
    let (arguments, rest) = Arguments::parse(arguments, errors);
    let mut options = Options::parse(rest, Settings::default(), errors);
    options.runtime = arguments.runtime.clone();
    (arguments, options)
}

/// What the attribute may stand on.
enum Item {
    Function(Function),
    Pair(syn::ItemImpl),
    /// Its first token.
    Other(TokenStream),
}

/// A function, or the signature of one that is somewhere else.
struct Function {
    attrs: Vec<Attribute>,
    vis: Visibility,
    sig: Signature,
    body: Option<Block>,
}

impl Parse for Item {
    fn parse(input: ParseStream) -> syn::Result<Item> {
        let ahead = input.fork();
        ahead.call(Attribute::parse_outer)?;
        if ahead.peek(Token![impl]) || ahead.peek(Token![unsafe]) && ahead.peek2(Token![impl]) {
            return input.parse().map(Item::Pair);
        }
        ahead.parse::<Visibility>()?;
        if ahead.parse::<Signature>().is_err() {
            let first = input.fork();
            first.call(Attribute::parse_outer)?;
            let whole = input.parse::<syn::Item>()?;
            return match whole {
                syn::Item::Fn(_) | syn::Item::Verbatim(_) => Err(input.error("half a function")),
                _ => Ok(Item::Other(first.parse::<proc_macro2::TokenTree>()?.into_token_stream())),
            };
        }
        let attrs = input.call(Attribute::parse_outer)?;
        let (vis, sig) = (input.parse()?, input.parse()?);
        let body = if input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
            None
        } else {
            Some(input.parse()?)
        };
        Ok(Item::Function(Function { attrs, vis, sig, body }))
    }
}
