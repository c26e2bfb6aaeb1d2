//! The arguments of `#[derivative(..)]`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Expr, ExprPath, Path, Token,
    ext::IdentExt,
    parse::{ParseStream, Parser},
};

use crate::error::Errors;

#[derive(Debug, Default)]
pub struct Arguments {
    /// `of = path`: the function that the rule is for, if it is not the one that the attribute stands on.
    pub of: Option<ExprPath>,
    /// `zero`: the function is a constant.
    pub zero: Option<Ident>,
    /// `root_of = residual`: what is zero where `result` is the value.
    pub root_of: Option<(Ident, Expr)>,
    /// `x = slope`: the derivative with respect to a parameter.
    pub slopes: Vec<(Ident, Expr)>,
    pub runtime: Option<Path>,
}

impl Arguments {
    /// For the pair of sweeps that the rule becomes.
    pub fn for_pair(&self) -> Arguments {
        Arguments { runtime: self.runtime.clone(), ..Arguments::default() }
    }

    /// Reads what stands between the parentheses; what is left are options that `#[grad]` has too.
    pub fn parse(tokens: TokenStream, errors: &mut Errors) -> (Arguments, TokenStream) {
        let mut arguments = Arguments::default();
        let mut rest = TokenStream::new();
        let parser = |input: ParseStream| {
            while !input.is_empty() {
                argument(input, &mut arguments, &mut rest, errors)?;
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        };
        if let Err(error) = parser.parse2(tokens) {
            errors.push(error);
        }
        (arguments, rest)
    }
}

fn argument(
    input: ParseStream,
    arguments: &mut Arguments,
    rest: &mut TokenStream,
    errors: &mut Errors,
) -> syn::Result<()> {
    let name = input.call(Ident::parse_any).map_err(|error| {
        syn::Error::new(
            error.span(),
            "expected the derivative by a parameter, `x = slope`, or `zero`, or `of = path::to::function`",
        )
    })?;
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        if name == "crate" {
            arguments.runtime = Some(input.call(Path::parse_mod_style)?);
        } else if name == "of" {
            if arguments.of.is_some() {
                errors.at(&name, "`of` is given twice: leave one of them out");
            }
            arguments.of = Some(input.parse()?);
        } else if name == "root_of" {
            arguments.root_of = Some((name, input.parse()?));
        } else {
            if arguments.slopes.iter().any(|(before, _)| before.unraw() == name.unraw()) {
                errors.at(
                    &name,
                    format_args!(
                        "the derivative by `{name}` is given twice: leave one of them out"
                    ),
                );
            }
            arguments.slopes.push((name, input.parse()?));
        }
        return Ok(());
    }
    if name == "zero" {
        arguments.zero = Some(name);
        return Ok(());
    }
    let mut option = name.into_token_stream();
    while !input.is_empty() && !input.peek(Token![,]) {
        option.extend([input.parse::<TokenTree>()?]);
    }
    rest.extend(quote!(#option,));
    Ok(())
}
