//! What is generated, as text. Read it as code under review: it is the product.

use expect_test::{Expect, expect};
use quote::ToTokens;

use crate::options::Settings;

/// What `#[grad]` makes of the text of a function.
fn expand(arguments: &str, text: &str) -> String {
    let tokens = crate::expand::grad(
        arguments.parse().expect("tokens"),
        text.parse().expect("tokens"),
        Settings::default(),
    );
    match syn::parse2::<syn::File>(tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(error) => format!("{error}\n{tokens}"),
    }
}

/// The body of one of the hidden functions, on its own.
fn hidden(arguments: &str, text: &str, name: &str) -> String {
    let file = syn::parse_file(&expand(arguments, text)).expect("Rust");
    let mut items = file.items;
    // What calls others stands in a block of its own.
    for item in std::mem::take(&mut items) {
        match item {
            syn::Item::Const(syn::ItemConst { expr, .. }) => {
                let syn::Expr::Block(block) = *expr else { continue };
                items.extend(block.block.stmts.into_iter().filter_map(|stmt| match stmt {
                    syn::Stmt::Item(item) => Some(item),
                    _ => None,
                }));
            }
            item => items.push(item),
        }
    }
    for item in items {
        let syn::Item::Impl(block) = item else { continue };
        for item in block.items {
            match item {
                syn::ImplItem::Fn(mut function) if function.sig.ident == name => {
                    function.attrs.clear();
                    let tokens = function.to_token_stream();
                    let file = syn::parse2(tokens).expect("a function");
                    return prettyplease::unparse(&file);
                }
                _ => {}
            }
        }
    }
    format!("no function `{name}`:\n{}", expand(arguments, text))
}

fn check(text: &str, name: &str, expected: Expect) {
    expected.assert_eq(&hidden("jvp", text, name));
}

/// For a look at any file: `EMIT_FILE=path cargo test show -- --ignored --nocapture`.
#[test]
#[ignore = "shows, does not test"]
fn show() {
    let path = std::env::var("EMIT_FILE").expect("EMIT_FILE");
    let file = syn::parse_file(&std::fs::read_to_string(path).expect("a file")).expect("Rust");
    for item in file.items {
        if let syn::Item::Fn(mut function) = item {
            let Some(at) = function.attrs.iter().position(|a| a.path().is_ident("grad")) else {
                continue;
            };
            let attribute = function.attrs.remove(at);
            let arguments = match attribute.meta {
                syn::Meta::List(list) => list.tokens.to_string(),
                _ => String::new(),
            };
            println!("{}", expand(&arguments, &function.to_token_stream().to_string()));
        }
    }
}

const STRAIGHT: &str = "fn f(x: f64, y: f64) -> f64 { let a = (x * x).sin() * y; -a.exp() + x }";
const LOOP: &str = "fn f(x: &[f64], w: f64) -> f64 {
    let mut y = w;
    for i in 0..x.len() { y = (y * x[i]).sin(); }
    y
}";
const SUM: &str = "fn f(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() { for j in 0..i { sum += x[i] * x[j]; } }
    sum
}";
const BRANCH: &str = "fn f(x: f64) -> f64 {
    let mut y = x;
    if x > 1.0 { y *= x; } else if x < -1.0 { y = -x; }
    y
}";
const WHILE: &str = "fn f(x: f64) -> f64 {
    let mut y = x; let mut n = 0;
    while y > 1.0 && n < 10 { y *= 0.5; n += 1; }
    y
}";
const BREAK: &str = "fn f(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() { if s > 1.0 { break; } s += x[i]; }
    s
}";
const SWAP: &str = "fn f(x: f64, n: usize) -> f64 {
    let mut a = x; let mut b = 1.0;
    for _ in 0..n { let t = a + b; a = b; b = t; }
    a * b
}";
const VIEWS: &str = "fn f(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..n { let row = &x[i * 3..(i + 1) * 3]; sum += row[0] * row[2]; }
    sum
}";
const IN_OUT: &str =
    "fn f(x: &mut [f64], a: f64) { for i in 0..x.len() { x[i] = a * x[i] * x[i]; } }";
const CALLS: &str = "fn f(x: &[f64], a: f64) -> f64 { g(x, a) * g(x, 2.0) }";

#[test]
fn straight_line() {
    check(
        STRAIGHT,
        "sweep",
        expect![[r#"
        fn sweep(x: f64, y: f64, seed: f64) -> (f64, (f64, f64)) {
            let t = x * x;
            let t_1 = t.sin();
            let a = t_1 * y;
            let t_2 = a.exp();
            let t_3 = -t_2 + x;
            let d_a = -seed * t_2;
            let t_4 = d_a * y * t.cos();
            (t_3, (seed + t_4 * x + t_4 * x, d_a * t_1))
        }
    "#]],
    );
}

#[test]
fn loop_with_tape() {
    check(
        LOOP,
        "sweep",
        expect![[r#"
            fn sweep(x: &[f64], w: f64, seed: f64, d_x: &mut [f64]) -> (f64, f64) {
                let mut tape_saved = ::autodiff_runtime::alloc::vec::Vec::new();
                let k = x.len();
                let mut y = w;
                tape_saved
                    .extend(
                        (0..k)
                            .map(|i| {
                                let saved = y;
                                y = (y * x[i]).sin();
                                saved
                            }),
                    );
                let x_1 = &x[0..k];
                let d_x_1 = &mut d_x[0..k];
                let mut d_y = seed;
                for (i_1, &y_1) in (0..k).rev().zip(tape_saved.iter().rev()) {
                    let t = x_1[i_1];
                    let t_1 = d_y * (y_1 * t).cos();
                    d_x_1[i_1] += t_1 * y_1;
                    d_y = t_1 * t;
                }
                (y, d_y)
            }
        "#]],
    );
}

#[test]
fn loop_without_tape() {
    check(
        SUM,
        "sweep",
        expect![[r#"
            fn sweep(x: &[f64], seed: f64, d_x: &mut [f64]) -> (f64, ()) {
                let mut sum: f64 = 0.0;
                for i in 0..x.len() {
                    if 0 < i {
                        let x_1 = &x[0..i];
                        let d_x_1 = &mut d_x[0..i];
                        let mut t: f64 = 0.0;
                        for j in 0..i {
                            let t_1 = x[i];
                            let t_2 = x_1[j];
                            d_x_1[j] += seed * t_1;
                            sum += t_1 * t_2;
                            t += seed * t_2;
                        }
                        d_x[i] += t;
                    }
                }
                (sum, ())
            }
        "#]],
    );
}

#[test]
fn branch() {
    check(
        BRANCH,
        "sweep",
        expect![[r#"
        fn sweep(x: f64, seed: f64) -> (f64, f64) {
            let is = x > 1.0;
            let y = if is { x * x } else if x < -1.0 { -x } else { x };
            let d_x = if is { seed * x + seed * x } else if x < -1.0 { -seed } else { seed };
            (y, d_x)
        }
    "#]],
    );
}

#[test]
fn while_loop() {
    check(
        WHILE,
        "forward",
        expect![[r#"
            fn forward(x: f64) -> (f64, f_kept) {
                let mut y = x;
                let mut n = 0;
                let mut y_by_x: f64 = 1.0;
                while y > 1.0 && n < 10 {
                    y *= 0.5;
                    n += 1;
                    y_by_x = 0.5 * y_by_x;
                }
                (y, f_kept { y_by_x })
            }
        "#]],
    );
}

#[test]
fn leaving_a_loop() {
    check(
        BREAK,
        "tangent",
        expect![[r#"
        fn tangent(x: &[f64], d_x: &[f64]) -> (f64, f64) {
            let mut s: f64 = 0.0;
            let mut t_s: f64 = 0.0;
            for i in 0..x.len() {
                let is = s > 1.0;
                if is {
                    break;
                }
                s += x[i];
                t_s += d_x[i];
            }
            (s, t_s)
        }
    "#]],
    );
}

#[test]
fn values_that_change_places() {
    check(
        SWAP,
        "tangent",
        expect![[r#"
        fn tangent(x: f64, n: usize, d_x: f64) -> (f64, f64) {
            let mut a = x;
            let mut b: f64 = 1.0;
            let mut t_a = d_x;
            let mut t_b: f64 = 0.0;
            for _ in 0..n {
                (a, b, t_a, t_b) = (b, a + b, t_b, t_a + t_b);
            }
            (a * b, t_a * b + t_b * a)
        }
    "#]],
    );
}

#[test]
fn views() {
    check(
        VIEWS,
        "sweep",
        expect![[r#"
            fn sweep(
                x: &[f64],
                n: usize,
                seed: f64,
                d_x: &mut [f64],
            ) -> (f64, ::autodiff_runtime::NoDerivative) {
                let mut sum: f64 = 0.0;
                for i in 0..n {
                    let k = i * 3;
                    let k_1 = (i + 1) * 3;
                    let row = &x[k..k_1];
                    let row_1 = &row[0..3];
                    let t = row_1[0];
                    let t_1 = row_1[2];
                    let d_row = &mut d_x[k..k_1];
                    let d_row_1 = &mut d_row[0..3];
                    d_row_1[2] += seed * t;
                    d_row_1[0] += seed * t_1;
                    sum += t * t_1;
                }
                (sum, ::autodiff_runtime::NoDerivative)
            }
        "#]],
    );
}

#[test]
fn in_and_out() {
    check(
        IN_OUT,
        "sweep",
        expect![[r#"
            fn sweep(x: &mut [f64], a: f64, d_x: &mut [f64]) -> ((), f64) {
                let mut tape_saved = ::autodiff_runtime::alloc::vec::Vec::new();
                let k = x.len();
                tape_saved
                    .extend(
                        (0..k)
                            .map(|i| {
                                let t = x[i];
                                x[i] = a * t * t;
                                t
                            }),
                    );
                let d_x_1 = &mut d_x[0..k];
                let mut d_a: f64 = 0.0;
                for (i_1, &t_1) in (0..k).rev().zip(tape_saved.iter().rev()) {
                    let t_2 = d_x_1[i_1];
                    d_x_1[i_1] = 0.0;
                    let t_3 = t_2 * t_1;
                    d_x_1[i_1] += t_2 * (a * t_1) + t_3 * a;
                    d_a += t_3 * t_1;
                }
                ((), d_a)
            }
        "#]],
    );
}

#[test]
fn calls_fused() {
    check(
        CALLS,
        "sweep",
        expect![[r#"
            fn sweep(x: &[f64], a: f64, seed: f64, d_x: &mut [f64]) -> (f64, f64) {
                let (t, kept_1) = d_g::forward(x, a);
                let (t_1, kept_2) = d_g::forward(x, 2.0);
                let t_2 = t * t_1;
                d_g::reverse(x, 2.0, &kept_2, seed * t, &mut *d_x);
                let d_a = ::autodiff_runtime::active(
                    d_g::reverse(x, a, &kept_1, seed * t_1, &mut *d_x),
                );
                (t_2, d_a)
            }
        "#]],
    );
}

#[test]
fn calls_apart() {
    check(
        CALLS,
        "reverse",
        expect![[r#"
            fn reverse(
                x: &[f64],
                a: f64,
                kept: &f_kept,
                seed: f64,
                mut d_x: impl ::autodiff_runtime::Slot<[f64]>,
            ) -> f64 {
                let &f_kept { t, t_1, kept: ref kept_1, kept_1: ref kept_1_1, .. } = kept;
                d_g::reverse(x, 2.0, kept_1, seed * t, d_x.get());
                let d_a = ::autodiff_runtime::active(
                    d_g::reverse(x, a, kept_1_1, seed * t_1, d_x.get()),
                );
                d_a
            }
        "#]],
    );
}

#[test]
fn errors_leave_the_function() {
    let text = expand("jpv", "fn f(x: f64) -> f64 { x }");
    assert!(text.starts_with("fn f(x: f64) -> f64 {"), "{text}");
    assert!(text.contains("did you mean `jvp`?"), "{text}");
    assert!(!text.contains("fn f_grad"), "{text}");
}

#[test]
fn other_items_are_refused() {
    let text = expand("", "struct S { x: f64 }");
    assert!(text.contains("this is a struct"), "{text}");
}
