//! Sources in, printed IR out; everything read is verified.

mod benchmarks;
mod evaluate;
mod programs;
mod refusals;
mod sources;

use crate::{
    error::Errors,
    ir::{print, verify},
    options::Options,
    parse,
};

fn parsed(source: &str) -> Result<parse::Parsed, Vec<String>> {
    parsed_with(source, &Options::default())
}

fn parsed_with(source: &str, options: &Options) -> Result<parse::Parsed, Vec<String>> {
    let item: syn::ItemFn = syn::parse_str(source).unwrap_or_else(|e| panic!("{e}: {source}"));
    let mut errors = Errors::default();
    let parsed = parse::function(&item, options, &mut errors);
    if errors.is_empty() { Ok(parsed) } else { Err(messages(errors)) }
}

fn messages(errors: Errors) -> Vec<String> {
    let Some(tokens) = errors.finish() else { return Vec::new() };
    let file: syn::File = syn::parse2(tokens).expect("errors are items");
    let text = |item: &syn::Item| match item {
        syn::Item::Macro(item) => {
            item.mac.parse_body::<syn::LitStr>().map(|text| text.value()).unwrap_or_default()
        }
        _ => String::new(),
    };
    file.items.iter().map(text).collect()
}

/// The IR of a function, verified.
fn ir(source: &str) -> String {
    let parsed = match parsed(source) {
        Ok(parsed) => parsed,
        Err(errors) => panic!("{source}\n{}", errors.join("\n")),
    };
    let text = print::function(&parsed.function);
    if let Err(error) = verify::check(&parsed.function) {
        panic!("{source}\n{text}\n{error}");
    }
    text
}

/// Read by a person when it changes.
#[test]
fn listing() {
    let texts: Vec<String> =
        sources::ALL.iter().map(|source| format!("{source}\n\n{}", ir(source))).collect();
    expect_test::expect_file!["./listing.txt"].assert_eq(&texts.join("\n"));
}

#[test]
fn benchmarks_are_read() {
    let file = syn::parse_file(benchmarks::ALL).expect("functions");
    assert_eq!(file.items.len(), 12);
    for item in &file.items {
        ir(&quote::quote!(#item).to_string());
    }
}
