//! Searches in sorted slices, as the standard library makes them: what they find is a number that counts, so that the path
//! they take is all that matters.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use syn::parse_quote_spanned;

use super::{
    Reader,
    env::{Bind, Want},
};

impl Reader<'_> {
    /// `partition_point` and `binary_search_by`. `None`: it is neither.
    pub fn search(&mut self, e: &syn::ExprMethodCall, name: &str, want: &Want) -> Option<Bind> {
        let (true, [of]) = (["partition_point", "binary_search_by"].contains(&name), &args(e)[..])
        else {
            return None;
        };
        let (receiver, span) = (&e.receiver, e.method.span());
        let [slice, test, size, base, half, mid] =
            ["slice", "test", "size", "base", "half", "mid"].map(|name| fresh(name, e, span));
        let (moves, found): (syn::Expr, syn::Expr) = match name {
            "partition_point" => (
                parse_quote_spanned!(span=> if #test(&#slice[#mid]) { #base = #mid; }),
                parse_quote_spanned!(span=> if #test(&#slice[#base]) { #base + 1 } else { #base }),
            ),
            _ => (
                parse_quote_spanned!(span=> match #test(&#slice[#mid]) {
                    ::core::cmp::Ordering::Greater => {}
                    _ => #base = #mid,
                }),
                parse_quote_spanned!(span=> match #test(&#slice[#base]) {
                    ::core::cmp::Ordering::Less => {
                        let #mid = #base + 1;
                        Err(#mid)
                    }
                    ::core::cmp::Ordering::Equal => Ok(#base),
                    ::core::cmp::Ordering::Greater => Err(#base),
                }),
            ),
        };
        let nothing: syn::Expr = match name {
            "partition_point" => parse_quote_spanned!(span=> 0usize),
            _ => parse_quote_spanned!(span=> Err(0usize)),
        };
        // The order of the library's own search, so that what is found is the same in slices that are not sorted, too.
        let search: syn::Expr = parse_quote_spanned!(span=> {
            let #slice = &#receiver[..];
            let #test = #of;
            let mut #size = #slice.len();
            let mut #base = 0usize;
            while #size > 1 {
                let #half = #size / 2;
                let #mid = #base + #half;
                #moves
                #size -= #half;
            }
            if #size == 0 { #nothing } else { #found }
        });
        Some(self.value(&search, want))
    }
}

fn args(e: &syn::ExprMethodCall) -> Vec<&syn::Expr> {
    e.args.iter().collect()
}

/// A name that is not mentioned there.
fn fresh(name: &str, around: &syn::ExprMethodCall, span: Span) -> Ident {
    let mut found = Ident::new(name, span);
    for i in 1.. {
        if !mentions(around.to_token_stream(), &found) {
            break;
        }
        found = format_ident!("{name}_{i}", span = span);
    }
    found
}

fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(of) => mentions(of.stream(), name),
        _ => false,
    })
}
