//! Every program that the harnesses compile is read and verified.

use std::path::Path;

use syn::visit::Visit;

use super::messages;
use crate::{
    declared::{self, Declared},
    error::Errors,
    higher_order::{Source, takes_functions},
    ir::{print, verify},
    options::{Options, Settings},
    parse,
};

#[derive(Default)]
struct Annotated(Vec<(syn::ItemFn, Options)>);

impl<'ast> Visit<'ast> for Annotated {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        let grad = item.attrs.iter().find(|attr| {
            attr.path().segments.last().is_some_and(|segment| segment.ident == "grad")
        });
        if let Some(attr) = grad {
            let tokens = match &attr.meta {
                syn::Meta::List(list) => list.tokens.clone(),
                _ => proc_macro2::TokenStream::new(),
            };
            let mut errors = Errors::default();
            let options = Options::parse(tokens, Settings::default(), &mut errors);
            assert!(errors.is_empty(), "{}", messages(errors).join("\n"));
            self.0.push((item.clone(), options));
        }
        syn::visit::visit_item_fn(self, item);
    }
}

#[test]
fn all_are_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/programs");
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // Vectors that grow are not in the language yet.
        if name == "vec_push.rs" {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let file = match syn::parse_file(&text) {
            Ok(file) => file,
            Err(error) => {
                wrong.push(format!("{name}: {error}"));
                continue;
            }
        };
        let declared = std::sync::Arc::new(Declared::of(&file));
        declared::IN_TESTS.replace(Some(declared));
        let mut annotated = Annotated::default();
        annotated.visit_file(&file);
        // Functions that take functions are read where they are called.
        let (sources, annotated): (Vec<_>, Vec<_>) =
            annotated.0.into_iter().partition(|(item, _)| takes_functions(&item.sig));
        let sources: Vec<Source> = sources
            .into_iter()
            .map(|(item, _)| Source { path: item.sig.ident.to_string(), item })
            .collect();
        for (item, mut options) in annotated {
            options.sources = sources.clone();
            count += 1;
            let mut errors = Errors::default();
            let parsed = parse::function(&item, &options, &mut errors);
            match errors.is_empty() {
                false => wrong.push(format!(
                    "{name}: {}: {}",
                    item.sig.ident,
                    messages(errors).join("\n    ")
                )),
                true => {
                    if let Err(error) = verify::check(&parsed.function) {
                        let text = print::function(&parsed.function);
                        wrong.push(format!("{name}: {error}\n{text}"));
                    }
                }
            }
        }
    }
    declared::IN_TESTS.replace(None);
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}
