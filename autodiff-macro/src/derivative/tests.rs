//! Whatever is written under `#[derivative]`: no panic, and the function comes out.

use proc_macro2::{Group, TokenStream, TokenTree};

use super::derivative;

const RULES: [(&str, &str); 9] = [
    ("x = 2.0 * x", "pub fn f(x: f64) -> f64 { x.powi(2) }"),
    ("of = libm::erf, x = (-x * x).exp() * result", "pub fn f(x: f64) -> f64;"),
    ("zero", "fn f(x: &[f64], n: usize) -> f64 { x[n].floor() }"),
    ("of = a::b::g, zero, crate = c", "fn f(x: f64) -> usize;"),
    ("root_of = result - e * result.sin() - m, jvp", "fn f(m: f64, e: f64) -> f64 { m + e }"),
    ("root_of = g(&result, p)", "fn f(p: &[f64], q: [f64; 2]) -> Vec<f64> { p.to_vec() }"),
    (
        "",
        "impl f { fn forward(x: &[f64], y: f64) -> (f64, Kept) { (f(x, y), Kept) } \
         fn reverse(x: &[f64], kept: &Kept, seed: f64, d_x: &mut [f64]) -> f64 { seed } \
         fn jvp(x: &[f64], d_x: &[f64], y: f64, d_y: f64) -> (f64, f64) { (y, d_y) } }",
    ),
    (
        "of = a::g",
        "impl f { pub fn forward(x: [f64; 2], out: &mut [f64]) -> ((), ()) { ((), ()) } \
         pub fn reverse(x: [f64; 2], d_out: &mut [f64]) -> [f64; 2] { x } }",
    ),
    (
        "wrt(x)",
        "impl f { fn forward(x: f64, y: f64) -> (f64, ()) { (x, ()) } fn reverse(seed: f64) -> f64 { seed } }",
    ),
];

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("tokens")
}

/// Every prefix of the tokens, also inside of groups; then each without one token.
fn variants(of: &TokenStream) -> Vec<TokenStream> {
    let all: Vec<TokenTree> = of.clone().into_iter().collect();
    let mut variants = Vec::new();
    for at in 0..all.len() {
        variants.push(all[..at].iter().cloned().collect());
        variants.push(all[..at].iter().chain(&all[at + 1..]).cloned().collect());
        if let TokenTree::Group(group) = &all[at] {
            for inner in variants_of_group(group) {
                let (before, inner) = (all[..at].iter().cloned(), TokenTree::Group(inner));
                variants.push(before.clone().chain([inner.clone()]).collect());
                let after = all[at + 1..].iter().cloned();
                variants.push(before.chain([inner]).chain(after).collect());
            }
        }
    }
    variants
}

fn variants_of_group(group: &Group) -> Vec<Group> {
    variants(&group.stream())
        .into_iter()
        .map(|stream| Group::new(group.delimiter(), stream))
        .collect()
}

fn expand(arguments: TokenStream, item: TokenStream) -> String {
    let output = derivative(arguments.clone(), item.clone()).to_string();
    assert!(!output.contains("this is a bug"), "#[derivative({arguments})]\n{item}\n{output}");
    output
}

#[test]
fn rules_are_whole() {
    for (arguments, item) in RULES {
        let output = expand(tokens(arguments), tokens(item));
        assert!(!output.contains("compile_error"), "#[derivative({arguments})] {item}\n{output}");
        assert!(output.contains("fn f (") || arguments.is_empty() || item.starts_with("impl"));
    }
}

#[test]
fn half_rules() {
    for (arguments, item) in RULES {
        let (arguments, item) = (tokens(arguments), tokens(item));
        for part in variants(&item) {
            let output = expand(arguments.clone(), part.clone());
            // A function with a body comes out as it went in, whatever is wrong with the rule.
            if syn::parse2::<syn::ItemFn>(part.clone()).is_ok() {
                assert!(output.starts_with(&part.to_string()), "{part}: {output}");
            }
        }
        for part in variants(&arguments) {
            expand(part, item.clone());
        }
        expand(item.clone(), arguments);
    }
}
