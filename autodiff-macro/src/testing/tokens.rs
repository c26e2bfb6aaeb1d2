//! Whatever is written, half-written or misspelt under the attribute: no panic, and the item comes out as it went in.

use std::{fs, path::Path};

use proc_macro2::{Group, TokenStream, TokenTree};

use crate::{expand, last_resort, options::Settings};

/// Tokens of one level and a position among them: the same with a change there, if one is wanted.
type Vary<'a> = &'a mut dyn FnMut(&[TokenTree], usize) -> Option<Vec<TokenTree>>;

/// The functions of every fixture, as tokens.
fn functions() -> Vec<(String, TokenStream)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/programs");
    let Ok(fixtures) = fs::read_dir(folder) else {
        // The published crate comes without the fixtures.
        return Vec::new();
    };
    let mut functions = Vec::new();
    for fixture in fixtures {
        let path = fixture.expect("a fixture").path();
        let text = fs::read_to_string(&path).expect("a fixture can be read");
        let tokens: Vec<TokenTree> =
            text.parse::<TokenStream>().expect("a fixture is Rust").into_iter().collect();
        let file = path.file_name().map(|name| name.display().to_string()).unwrap_or_default();
        // From each `#[grad..]` to the end of the item: its body.
        let mut at = 0;
        while at < tokens.len() {
            let end =
                at + 1 + tokens[at..].iter().position(is_body).unwrap_or(tokens.len() - at - 1);
            let item: Vec<TokenTree> = tokens[at..end].to_vec();
            at = end;
            // The attribute is what called the macro.
            let attribute = item.iter().position(|token| token.to_string().starts_with("[grad"));
            if let Some(attribute) = attribute {
                let name = item.iter().skip_while(|token| token.to_string() != "fn").nth(1);
                let name = name.map(ToString::to_string).unwrap_or_default();
                functions.push((
                    format!("{file}: {name}"),
                    item[attribute + 1..].iter().cloned().collect(),
                ));
            }
        }
    }
    functions.sort_by(|a, b| a.0.cmp(&b.0));
    functions
}

fn is_body(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace)
}

/// Expands, and looks at what must hold of anything.
fn expand(name: &str, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let output = expand::grad(arguments.clone(), item.clone(), Settings::default());
    let mut rest = output.clone().into_iter();
    // To a block of methods or a trait, companions are added inside.
    let is_block = item.clone().into_iter().any(|token| {
        matches!(&token, TokenTree::Ident(ident) if ["impl", "trait"].contains(&&*ident.to_string()))
    });
    let parsed = syn::parse2::<syn::Item>(item.clone());
    if is_block && matches!(parsed, Ok(syn::Item::Impl(_) | syn::Item::Trait(_))) {
        assert!(syn::parse2::<syn::File>(output.clone()).is_ok(), "{name}: {output}");
        return output;
    }
    for token in item.clone() {
        let same = rest.next().map(|found| found.to_string());
        assert_eq!(same.as_deref(), Some(&*token.to_string()), "{name}: the item was changed");
    }
    let rest: TokenStream = rest.collect();
    if !rest.is_empty() {
        let is_bug = rest.clone().into_iter().any(|token| match token {
            TokenTree::Group(group) => group.to_string().contains("this is a bug in `#[grad]`"),
            _ => false,
        });
        assert!(!is_bug, "{name}: {rest}\n#[grad({arguments})]\n{item}");
    }
    let is_whole = syn::parse2::<syn::Item>(item.clone()).is_ok();
    let is_function = item.into_iter().any(|token| token.to_string() == "fn");
    if arguments.is_empty() && is_function && !is_whole {
        assert!(rest.is_empty(), "{name}: the compiler reports what does not parse, not {rest}");
    }
    rest
}

/// Every variant of the tokens that `vary` makes at one place, also inside of groups. `cut`: what follows the group is
/// left out too.
fn varied(
    tokens: &TokenStream,
    depth: usize,
    cut: bool,
    vary: Vary,
    each: &mut dyn FnMut(TokenStream),
) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for at in 0..tokens.len() {
        if let Some(varied) = vary(&tokens, at) {
            each(varied.into_iter().collect());
        }
        let TokenTree::Group(group) = &tokens[at] else { continue };
        if depth == 0 {
            continue;
        }
        let (before, after) = (&tokens[..at], if cut { &[][..] } else { &tokens[at + 1..] });
        varied(&group.stream(), depth - 1, cut, vary, &mut |inner| {
            let group = TokenTree::Group(Group::new(group.delimiter(), inner));
            each(before.iter().cloned().chain([group]).chain(after.iter().cloned()).collect());
        });
    }
}

#[test]
fn half_written_functions() {
    let mut count = 0;
    for (name, tokens) in functions() {
        let mut prefix = |tokens: &[TokenTree], at: usize| -> Option<Vec<TokenTree>> {
            Some(tokens[..at].to_vec())
        };
        varied(&tokens, 3, true, &mut prefix, &mut |item| {
            count += 1;
            expand(&name, TokenStream::new(), item);
        });
    }
    println!("{count} prefixes");
    assert!(count > 10_000 || functions().is_empty());
}

#[test]
fn functions_with_a_token_missing() {
    let (mut count, mut seen) = (0, 0_usize);
    for (name, tokens) in functions() {
        // Every fifth: over all functions, every kind of place.
        let mut without = |tokens: &[TokenTree], at: usize| {
            seen += 1;
            seen.is_multiple_of(5).then(|| [&tokens[..at], &tokens[at + 1..]].concat())
        };
        varied(&tokens, 8, false, &mut without, &mut |item| {
            count += 1;
            expand(&name, "jvp".parse().expect("tokens"), item);
        });
    }
    println!("{count} deletions");
    assert!(count > 5_000 || functions().is_empty());
}

#[test]
fn functions_with_a_token_twice() {
    let mut seen = 0_usize;
    for (name, tokens) in functions() {
        let mut twice = |tokens: &[TokenTree], at: usize| {
            seen += 1;
            seen.is_multiple_of(11).then(|| [&tokens[..=at], &tokens[at..]].concat())
        };
        varied(&tokens, 8, false, &mut twice, &mut |item| {
            expand(&name, "jvp".parse().expect("tokens"), item);
        });
    }
}

#[test]
fn odd_items() {
    let deep = |n: usize| format!("fn f(x: f64) -> f64 {{ {}x{} }}", "(".repeat(n), ")".repeat(n));
    let long = format!("fn f(x: f64) -> f64 {{ x{} }}", " + x".repeat(500));
    let signs = format!("fn f(x: f64) -> f64 {{ {}x }}", "-".repeat(200));
    let items = [
        "",
        "#[doc = \"\"]",
        "#[inline] #[must_use]",
        "pub",
        "pub(crate) const",
        "fn",
        "fn f",
        "fn f()",
        "fn f();",
        "fn f() {}",
        "fn f(x: f64);",
        "fn (x: f64) {}",
        "fn f(self) -> f64 { 0.0 }",
        "fn f(x: f64) -> f64 {}",
        "fn f(x: f64) -> ! { loop {} }",
        "fn f(x: f64) -> impl Fn() { || () }",
        "fn f(x: f64, ...) -> f64 { x }",
        "fn f(_: f64) -> f64 { 0.0 }",
        "fn f(x: f64, x: f64) -> f64 { x }",
        "fn f(x: [f64; f(3)]) -> f64 { x[0] }",
        "fn f(x: f64) -> f64 { x.0.0.1 }",
        "fn f(x: f64) -> f64 { x[x[x]] }",
        "fn f(x: f64) -> f64 { break; continue 'a; return }",
        "fn f(x: f64) -> f64 { 'a: loop { break 'b x } }",
        "fn f(x: &mut f64) { x += x; *x = **x; &mut x; &x.y }",
        "fn f(x: f64) -> f64 { let x; x }",
        "fn f(x: f64) -> f64 { let (a, b, c) = (x, x); let [a, b] = [x]; a }",
        "fn f(x: &[f64]) -> f64 { let (a, b) = x; let [a, ..] = x else { return }; a }",
        "fn f(x: f64) -> f64 { 1e999 + 99999999999999999999999999999999999999999 as f64 * x }",
        "fn f(x: f64) -> f64 { for i in x {} for i in 0.. {} for i in .. {} x }",
        "fn f(x: f64) -> f64 { match x {} }",
        "fn f(x: f64) -> f64 { match x { } + match (x, x) { (a) => a, (a, b, c) => b } }",
        "fn f(x: f64) -> f64 { x.sin(x, x).max().powi().swap(1).split_at_mut().len(2) }",
        "fn f(x: f64) -> f64 { f64::sin() + f64::max(x) + std::mem::swap(x) + vec![x; ] + vec![;] }",
        "fn f(x: f64) -> f64 { vec!(x x) + assert!() + println!(,) + unknown!{]} }",
        "fn f(x: f64) -> f64 { vec!(x x) + assert!() + println!(,) + unknown!{} }",
        "fn f(x: [f64; 0]) -> [f64; 0] { x }",
        "fn f(x: ()) -> () {}",
        "fn f<'a, T, const N: usize>(x: &'a [T; N]) -> T where T: Copy { x[0] }",
        "async unsafe extern \"C\" fn f(x: f64) -> f64 { x }",
        "struct fn_ { x: f64 }",
        "enum E {}",
        "impl S { fn f(x: f64) -> f64 { x } }",
        "x + y",
        "= = = ! ! ' #",
        "\"text\" 'c' 1.5f32",
        "{ { ( [ ] ) } }",
        "macro_rules! m { () => {} }",
        "fn f(x: f64) -> f64 { x } fn g() {}",
        &long,
        &signs,
        &deep(100),
        &deep(1_000),
        &deep(2_000),
    ];
    for text in items {
        let Ok(item) = text.parse::<TokenStream>() else { continue };
        let name: String = text.chars().take(60).collect();
        for arguments in ["", "jvp"] {
            let output =
                expand::grad(arguments.parse().expect("tokens"), item.clone(), Settings::default());
            let text = output.to_string();
            // Companions of methods are added inside of the block.
            let kept = item.to_string();
            let kept =
                if kept.starts_with("impl") { kept.trim_end_matches([' ', '}']) } else { &kept };
            assert!(text.starts_with(kept), "{name}: the item was changed");
            assert!(!text.contains("this is a bug"), "{name}: {text}");
        }
    }
}

#[test]
fn odd_arguments() {
    let item: TokenStream = "fn f(x: f64) -> f64 { x }".parse().expect("tokens");
    for text in [
        "jvp",
        "jvp,",
        ",",
        ",,",
        "jvp jvp",
        "jvp, jvp",
        "jvp()",
        "jvp = 1",
        "jvp::jvp",
        "hessian",
        "jacobian(",
        "wrt",
        "wrt()",
        "wrt(x",
        "wrt(x)",
        "wrt(x, x)",
        "wrt(y)",
        "wrt(self)",
        "wrt((x))",
        "wrt = x",
        "wrt(x), wrt(x)",
        "crate",
        "crate =",
        "crate = 5",
        "crate = a::b",
        "crate = crate",
        "crate = a, crate = b",
        "5",
        "\"jvp\"",
        "'a",
        "#[grad]",
        "fn f() {}",
        "{ jvp }",
        "((((((((jvp))))))))",
        "= = =",
        "r#jvp",
    ] {
        let Ok(arguments) = text.parse::<TokenStream>() else { continue };
        expand(text, arguments, item.clone());
    }
    // As options and item at once, what the other should be.
    for (name, tokens) in functions().into_iter().step_by(10) {
        expand(&name, tokens.clone(), tokens);
    }
}

/// Blocks of methods and options, with a token missing or twice, or half of them.
#[test]
fn half_written_blocks_and_options() {
    let blocks = [
        "impl<'a, T: Float, const N: usize> Shape<'a, T, N> where T: Copy { const SIDES: usize = 4; #[grad] pub fn area(&self, \
         scale: T) -> T { self.side * self.side * scale } #[grad(jvp, wrt(x))] fn of(x: f64, n: u32) -> Self { Self::of(x, n) } \
         fn plain(self) {} }",
        "impl Add<f64> for Dual { type Output = Dual; fn add(self, right: f64) -> Dual { Dual { x: self.x + right } } }",
        "pub trait Energy: Copy { const K: f64; #[grad] fn energy(&self, x: &[f64]) -> f64; #[grad(hessian)] fn twice(&mut \
         self, x: f64) -> f64 where Self: Sized { self.x += x; 2.0 * self.energy(&[x]) } }",
        "impl Energy for Spring { const K: f64 = 2.0; #[grad] fn energy(&self, x: &[f64]) -> f64 { 0.5 * Self::K * x[0] } }",
    ];
    let options = "jvp, jacobian, hessian, workspace, wrt(x, w), crate = a::b";
    let functions = [
        "fn f(x: f64, w: &[f64]) -> f64 { x * w[0] }",
        "fn f(&self, x: f64) -> f64 { self.w * x }",
    ];
    let tokens = |text: &str| text.parse::<TokenStream>().expect("tokens");
    let mut prefix = |tokens: &[TokenTree], at: usize| Some(tokens[..at].to_vec());
    let mut without =
        |tokens: &[TokenTree], at: usize| Some([&tokens[..at], &tokens[at + 1..]].concat());
    let mut twice =
        |tokens: &[TokenTree], at: usize| Some([&tokens[..=at], &tokens[at..]].concat());
    let check = |arguments: &TokenStream, item: &TokenStream| {
        let output = expand::grad(arguments.clone(), item.clone(), Settings::default()).to_string();
        assert!(!output.contains("this is a bug"), "#[grad({arguments})] {item}: {output}");
    };
    let ways: [(bool, Vary); 3] = [(true, &mut prefix), (false, &mut without), (false, &mut twice)];
    for (cut, way) in ways {
        for (i, text) in blocks.iter().enumerate() {
            let arguments = tokens(["", "jvp"][i % 2]);
            varied(&tokens(text), 8, cut, way, &mut |item| check(&arguments, &item));
        }
        for text in functions {
            let item = tokens(text);
            varied(&tokens(options), 8, cut, way, &mut |arguments| check(&arguments, &item));
        }
    }
}

#[test]
fn a_panic_becomes_an_error() {
    let item: TokenStream = "pub fn area(x: f64) -> f64 { x }".parse().expect("tokens");
    let text = last_resort::or_report(&item, || panic!("index {} of nothing", 7)).to_string();
    assert!(text.contains("compile_error"), "{text}");
    assert!(text.contains("this is a bug in `#[grad]`; the function itself is not affected"));
    assert!(text.contains("index 7 of nothing"), "{text}");
    assert_eq!(last_resort::or_report(&item, || item.clone()).to_string(), item.to_string());
}

/// Half a struct, and rules with a token missing or twice: an error, or what the compiler reports, but never a panic.
#[test]
fn half_written_types_and_rules() {
    let types = [
        "#[derive(Clone)] pub struct A<'a, T: Copy, const N: usize> where T: B { #[no_diff] pub n: u32, x: [T; N], y: &'a [f64] }",
        "struct P(f64, #[no_diff] f32, Vec<[f64; 3]>);",
        "#[differentiable(crate = a::b)] enum E { A, B(f64, (f64, u8)), C { #[no_diff] x: f64, y: Option<f64> } }",
        "union U { x: f64 }",
    ];
    let rules = [
        ("of = libm::erf, x = 2.0 * exp(-x * x)", "pub fn erf(x: f64) -> f64;"),
        ("x = y, y = x * result", "fn product(x: f64, y: f64) -> f64 { x * y }"),
        ("constant", "fn lookup(x: f64, n: usize) -> f64 { x.floor() }"),
        ("root, of = residual", "fn solve(a: f64) -> f64 { a }"),
        (
            "",
            "impl norm { fn forward(x: &[f64]) -> (f64, f64) { (x[0], 1.0) } fn reverse(kept: &f64, seed: f64, d_x: &mut [f64]) { d_x[0] += seed * kept; } }",
        ),
    ];
    let tokens = |text: &str| text.parse::<TokenStream>().expect("tokens");
    let mut prefix = |tokens: &[TokenTree], at: usize| Some(tokens[..at].to_vec());
    let mut without =
        |tokens: &[TokenTree], at: usize| Some([&tokens[..at], &tokens[at + 1..]].concat());
    let mut twice =
        |tokens: &[TokenTree], at: usize| Some([&tokens[..=at], &tokens[at..]].concat());
    let ways: [(bool, Vary); 3] = [(true, &mut prefix), (false, &mut without), (false, &mut twice)];
    for (cut, way) in ways {
        for text in types {
            varied(&tokens(text), 8, cut, way, &mut |item| {
                let output = crate::derive::derive(item.clone()).to_string();
                assert!(!output.contains("this is a bug"), "{item}: {output}");
            });
        }
        for (arguments, text) in rules {
            varied(&tokens(text), 8, cut, way, &mut |item| {
                let output = crate::derivative::derivative(tokens(arguments), item.clone());
                assert!(!output.to_string().contains("this is a bug"), "{item}: {output}");
            });
            varied(&tokens(arguments), 8, cut, way, &mut |arguments| {
                let output = crate::derivative::derivative(arguments.clone(), tokens(text));
                assert!(!output.to_string().contains("this is a bug"), "{arguments}: {output}");
            });
        }
    }
}
