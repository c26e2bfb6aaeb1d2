//! Functions that take functions: `fn integrate<F: Fn(f64) -> f64>(f: F, a: f64, b: f64) -> f64`.
//!
//! Their derivative is not one function: it depends on what they are given, and on what that captures. So `#[grad]`
//! on such a function keeps its source, in a macro of the function's name, that the same `use` brings in. A `#[grad]`
//! function that calls it with a closure, or with a function by its name, asks that macro for the source, and
//! reads it with the closure in the parameter's place. What is generated for the caller is then a loop in which
//! the closure's body stands, as if it had been written there.
//!
//! The question and its answer are tokens:
//!
//! ```text
//! integrate! { (::autodiff_runtime::grad_with_sources) (settings) (options) [sources] (integrate) { fn caller .. } }
//! ::autodiff_runtime::grad_with_sources! { (settings) (options) [sources (integrate) { fn integrate .. }] { fn caller .. } }
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{
    Token, braced, bracketed, parenthesized,
    parse::{ParseStream, Parser},
};

use crate::{
    error::Errors,
    expand,
    ir::TypeName,
    last_resort,
    options::{Around, Options, Settings},
    parse::{Home, behind},
};

/// A function whose source has been asked for, by the path that it was called by.
#[derive(Clone, Debug)]
pub struct Source {
    pub path: String,
    pub item: syn::ItemFn,
}

/// Whether one of the parameters is a function whose type the caller chooses.
pub fn takes_functions(sig: &syn::Signature) -> bool {
    let bounds = |bounds: &syn::punctuated::Punctuated<syn::TypeParamBound, Token![+]>| {
        bounds.iter().any(|bound| match bound {
            syn::TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(|last| {
                ["Fn", "FnMut", "FnOnce"].iter().any(|name| last.ident == name)
            }),
            _ => false,
        })
    };
    let generic = sig.generics.type_params().any(|param| bounds(&param.bounds));
    let clause =
        sig.generics.where_clause.iter().flat_map(|clause| &clause.predicates).any(|predicate| {
            match predicate {
                syn::WherePredicate::Type(predicate) => bounds(&predicate.bounds),
                _ => false,
            }
        });
    let parameter = sig.inputs.iter().any(|input| match input {
        syn::FnArg::Typed(input) => match behind(&input.ty) {
            syn::Type::ImplTrait(ty) => bounds(&ty.bounds),
            _ => false,
        },
        syn::FnArg::Receiver(_) => false,
    });
    generic || clause || parameter
}

/// What stands beside a function that takes functions: its source.
pub fn source_macro(item: &syn::ItemFn, home: Home, errors: &mut Errors) -> Option<TokenStream> {
    let name = &item.sig.ident;
    if home != Home::default() {
        errors.at(
            name,
            "a method that takes a function is not differentiated, because its source cannot be found from where it is \
             called; write it as a free `#[grad]` function, with `self` as a parameter of its own",
        );
        return None;
    }
    // What is public is exported, and macros that are exported share one namespace in their crate.
    let (source, export) = match &item.vis {
        syn::Visibility::Public(_) => {
            let tag = tag(item);
            (
                format_ident!("__{}_source_{tag}", name, span = Span::mixed_site()),
                Some(quote!(#[macro_export])),
            )
        }
        _ => (format_ident!("{}_source", name, span = Span::mixed_site()), None),
    };
    let visibility = &item.vis;
    let function = syn::ItemFn { attrs: Vec::new(), ..item.clone() };
    Some(quote! {
        #[doc(hidden)]
        #export
        #[allow(unused_macros)]
        macro_rules! #source {
            (($($next:tt)*) $settings:tt $options:tt [$($sources:tt)*] $path:tt $item:tt) => {
                $($next)* ! { $settings $options [$($sources)* $path { #function }] $item }
            };
        }
        #[doc(hidden)]
        #[allow(unused_imports)]
        #visibility use #source as #name;
    })
}

/// Tells functions of one name apart, by what they say and where they stand.
fn tag(item: &syn::ItemFn) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    item.to_token_stream().to_string().hash(&mut hasher);
    if proc_macro::is_available() {
        let span = item.sig.ident.span().unwrap();
        (span.file(), span.line(), span.column()).hash(&mut hasher);
    }
    format!("{:x}", hasher.finish())
}

/// The question for the source of what `item` calls.
pub fn request(path: &syn::Path, item: &syn::ItemFn, options: &Options) -> TokenStream {
    let runtime = options.runtime();
    let settings = settings_tokens(options);
    let arguments = options.tokens();
    let sources = options.sources.iter().map(|source| {
        let (path, item) = (path_tokens(&source.path), &source.item);
        quote!((#path) { #item })
    });
    let mut plain = path.clone();
    for segment in &mut plain.segments {
        segment.arguments = syn::PathArguments::None;
    }
    quote! {
        #plain! {
            (#runtime::grad_with_sources) (#settings) (#arguments) [#(#sources)*] (#plain) { #item }
        }
    }
}

fn path_tokens(path: &str) -> TokenStream {
    path.parse().unwrap_or_default()
}

/// A path as the key of a source.
pub fn key(path: &syn::Path) -> String {
    let mut plain = path.clone();
    for segment in &mut plain.segments {
        segment.arguments = syn::PathArguments::None;
    }
    plain.to_token_stream().to_string()
}

/// What is switched off, and where the function stands.
fn settings_tokens(options: &Options) -> TokenStream {
    let settings = &options.settings;
    let switches = [
        (settings.activity, "activity"),
        (settings.recompute, "recompute"),
        (settings.to_be_recorded, "to_be_recorded"),
        (settings.cleanup, "cleanup"),
        (settings.fuse, "fuse"),
    ];
    let off = switches.iter().filter(|(on, _)| !on).map(|(_, name)| *name);
    let home = match options.home {
        Home::Module => "module",
        Home::Inherent => "inherent",
        Home::TraitImpl => "trait_impl",
        Home::Trait { provided: true } => "provided",
        Home::Trait { provided: false } => "required",
    };
    let words = off.chain([home]).map(|name| Ident::new(name, Span::call_site()));
    let around = options.around.as_ref().map(|around| {
        let (open, (generics, _, clause)) = (&around.open, around.generics.split_for_impl());
        let ty = match &around.self_ty {
            Some(ty) => ty.to_token_stream(),
            None => quote!(()),
        };
        quote!([#(#open)*] [impl #generics #ty #clause {}])
    });
    quote!(#(#words)* #around)
}

fn settings_of(tokens: TokenStream) -> (Settings, Home, Option<Around>) {
    let mut settings = Settings::default();
    let mut home = Home::default();
    let (mut open, mut around) = (None, None);
    for token in tokens {
        if let proc_macro2::TokenTree::Group(group) = &token {
            match open.take() {
                None => {
                    let of = |input: ParseStream<'_>| {
                        let mut names = Vec::new();
                        while !input.is_empty() {
                            names.push(input.parse::<Ident>()?);
                        }
                        Ok(names)
                    };
                    open = of.parse2(group.stream()).ok();
                }
                Some(open) => {
                    let block = syn::parse2::<syn::ItemImpl>(group.stream()).ok();
                    around = block.map(|block| Around { open, ..Around::of_block(&block) });
                }
            }
            continue;
        }
        match token.to_string().as_str() {
            "activity" => settings.activity = false,
            "recompute" => settings.recompute = false,
            "to_be_recorded" => settings.to_be_recorded = false,
            "cleanup" => settings.cleanup = false,
            "fuse" => settings.fuse = false,
            "inherent" => home = Home::Inherent,
            "trait_impl" => home = Home::TraitImpl,
            "provided" => home = Home::Trait { provided: true },
            "required" => home = Home::Trait { provided: false },
            _ => {}
        }
    }
    (settings, home, around)
}

/// `grad_with_sources! { .. }`: what stands beside the caller.
pub fn resume(tokens: TokenStream) -> TokenStream {
    let parser = |input: ParseStream<'_>| {
        let (settings, arguments, list, item);
        parenthesized!(settings in input);
        parenthesized!(arguments in input);
        bracketed!(list in input);
        braced!(item in input);
        let mut sources = Vec::new();
        while !list.is_empty() {
            let (path, source);
            parenthesized!(path in list);
            braced!(source in list);
            let path: syn::Path = path.call(syn::Path::parse_mod_style)?;
            sources.push(Source { path: key(&path), item: source.parse()? });
        }
        let settings: TokenStream = settings.parse()?;
        let arguments: TokenStream = arguments.parse()?;
        let item: syn::ItemFn = item.parse()?;
        Ok((settings, arguments, sources, item))
    };
    match parser.parse2(tokens) {
        Ok((settings, arguments, sources, item)) => {
            TypeName::forget_all();
            let generated = last_resort::or_report(&item.to_token_stream(), || {
                let mut errors = Errors::default();
                let (settings, home, around) = settings_of(settings);
                let mut options = Options::parse(arguments, settings, &mut errors);
                options.home = home;
                options.around = around;
                options.sources = sources;
                let generated = expand::function_or_stand_ins(&item, &options, &mut errors);
                let errors = errors.finish();
                quote!(#errors #generated)
            });
            TypeName::forget_all();
            generated
        }
        Err(error) => error.into_compile_error(),
    }
}
