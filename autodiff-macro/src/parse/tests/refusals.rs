//! What is outside of the language is refused once, at its token.

use super::{parsed, parsed_with};
use crate::options::Options;

/// The body of a function of two numbers, a slice and a count; and how the one error about it begins.
const BODIES: &[(&str, &str)] = &[
    ("unsafe { *p.as_ptr() }", "`unsafe` code"),
    ("let a = async { x }; y", "`async` code"),
    ("x.try_into()?", "the macro cannot see that this is an `Option`"),
    ("let o = Some(x); o + y", "an `Option` or a `Result` stands where a number"),
    ("let q = &raw const x; y", "raw pointers"),
    ("std::mem::transmute(x)", "`transmute`"),
    ("static mut G: f64 = 0.0; x", "`static mut`"),
    (
        "let t = [0.0; 3]; let mut r = p; for i in 0..n { r = &t; } r[0] * x",
        "`r` is a reference that this loop assigns anew",
    ),
    ("my_macro!(x)", "the macro `#[grad]` cannot see into another macro"),
    ("my_macro!(x); y", "the macro `#[grad]` cannot see into another macro"),
    ("let y = dbg!(x); y", "`dbg!` yields its argument"),
    ("x as Count", "the macro cannot see what type this is"),
    ("x as _", "the type of this cast must be written"),
    ("(n.overflowing_add(1)).0 as f64 * x", "pairs of results"),
    ("p + x", "a whole array stands"),
    ("let t: f64 = x.into(); let z = y.into(); t", "the macro cannot see what this is made into"),
    ("#[cfg(debug_assertions)] let x = 1.0; x", "`#[cfg]` inside"),
    ("match (x, n) { (a, 0) => a, P { a, .. } => y, _ => x }", "structs and enums are not seen"),
    ("(pick(n))(x)", "the macro cannot see which function this is"),
    ("let b: &dyn Shape = n; x", "`dyn` calls"),
    ("let rows = [&p[..1], &p[1..]]; x", "an array of references"),
    ("yield x", "unstable syntax"),
];

/// Whole functions.
const ITEMS: &[(&str, &str)] = &[
    ("unsafe fn f(x: f64) -> f64 { x }", "an `unsafe` function"),
    ("async fn f(x: f64) -> f64 { x }", "an `async` function"),
    ("extern \"C\" fn f(x: f64) -> f64 { x }", "an `extern` function"),
    ("fn f<G: Fn(f64) -> f64>(g: G, x: f64) -> f64 { x }", "a function passed as an argument"),
    ("fn f(x: impl Into<f64>) -> f64 { 1.0 }", "this function has no differentiable parameter"),
    ("fn f(g: fn(f64) -> f64, x: f64) -> f64 { x }", "a function pointer"),
    ("fn f(g: &dyn Fn(f64) -> f64, x: f64) -> f64 { x }", "`dyn` calls"),
    ("fn f(x: *const f64) -> f64 { 1.0 }", "raw pointers"),
    ("fn f(x: Result<f64, u8>) -> f64 { 1.0 }", "`Option` and `Result`"),
    ("fn f(x: Option<&mut f64>) -> f64 { 1.0 }", "an `Option` of a mutable reference"),
    ("fn f(v: Vec<f64>) -> Result<f64, u8> { Ok(v[0]) }", "a function that returns a `Result`"),
    ("fn f(x: f64) -> Box<f64> { Box::new(x) }", "a smart pointer in a signature"),
    ("fn f(self: Pin<&mut Self>, x: f64) -> f64 { x }", "only `self`"),
    ("fn f(x: &[f64]) -> &f64 { &x[0] }", "a function that returns a reference"),
    ("fn f(x: &[&[f64]]) -> f64 { x[0][0] }", "a reference inside of another type"),
    ("fn f(n: usize) -> f64 { n as f64 }", "this function has no differentiable parameter"),
    ("fn f() -> f64 { 1.0 }", "this function has no differentiable parameter"),
    ("fn f(x: f64) -> usize { 1 }", "this function has no differentiable output"),
    ("fn f(x: f64) { }", "this function has no differentiable output"),
    ("fn f(x: f64, v: &mut [usize]) { }", "this function has no differentiable output"),
];

#[test]
fn bodies() {
    let mut wrong = Vec::new();
    for (body, message) in BODIES {
        let source = format!("fn f(x: f64, y: f64, p: &[f64], n: usize) -> f64 {{ {body} }}");
        check(&source, body, message, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn items() {
    let mut wrong = Vec::new();
    for (source, message) in ITEMS {
        check(source, source, message, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check(source: &str, what: &str, message: &str, wrong: &mut Vec<String>) {
    if syn::parse_str::<syn::ItemFn>(source).is_err() {
        return wrong.push(format!("{what}: is not Rust"));
    }
    match parsed(source) {
        Ok(_) => wrong.push(format!("{what}: is accepted")),
        Err(errors) if errors.len() == 1 && errors[0].starts_with(message) => {}
        Err(errors) => wrong.push(format!("{what}:\n    {}", errors.join("\n    "))),
    }
}

#[test]
fn all_at_once() {
    let errors = parsed(
        "fn f(x: f64, n: usize) -> f64 {
            let a = unsafe { g(x) };
            let b = a * 2.0 + my_macro!(x);
            for i in it.map(|a| a) { let c = |q| q; }
            b
        }",
    )
    .expect_err("three are refused");
    assert_eq!(errors.len(), 4, "{}", errors.join("\n"));
}

#[test]
fn wrt() {
    let source = "fn f(x: f64, n: usize, w: &[f64]) -> f64 { x * w[n] }";
    let with = |names: &[&str]| {
        let wrt = names.iter().map(|n| syn::Ident::new(n, proc_macro2::Span::call_site()));
        parsed_with(source, &Options { wrt: Some(wrt.collect()), ..Options::default() })
    };
    let differentiable = |parsed: super::parse::Parsed| {
        parsed.function.params.iter().map(|p| p.differentiable).collect::<Vec<bool>>()
    };
    assert_eq!(with(&["w"]).map(differentiable), Ok(vec![false, false, true]));
    assert_eq!(with(&["x", "w"]).map(differentiable), Ok(vec![true, false, true]));
    for (names, message) in
        [(&["y", "x"][..], "`y` is not a parameter"), (&["n", "x"], "`n` has no derivative")]
    {
        let errors = with(names).err().unwrap_or_default();
        assert!(errors.len() == 1 && errors[0].starts_with(message), "{errors:?}");
    }
}
