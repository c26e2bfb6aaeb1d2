//! What the macro costs and what it makes, a line for each function that it expands. `tests/benches/cost.sh` puts this
//! module into a copy of the macro crate, where `grad` goes through it; the macro that users have knows nothing of it.
//!
//! Tab-separated, appended to the file that `AUTODIFF_COST` names: source file, function, options, microseconds of the
//! first expansion and of one of five, lines of the function, of all that is generated without its documentation,
//! and of the sweeps that `f_grad_into` runs; what they save in each iteration, loop by loop.

use std::{
    cell::RefCell,
    fs::OpenOptions,
    io::Write,
    time::{Duration, Instant},
};

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{visit::Visit, visit_mut::VisitMut};

use crate::{
    expand,
    ir::{Callee, Float, Function, Int, Type},
    options::Settings,
};

thread_local! {
    static SAVED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Called where all transforms are done, with what `f_grad_into` runs.
pub fn saved_by(reverse: &Function, together: Option<&Function>) {
    let tapes = &together.unwrap_or(reverse).tapes;
    let records = tapes.iter().map(|tape| record(&tape.fields));
    SAVED.with_borrow_mut(|saved| saved.extend(records));
}

/// The bytes of a record: their number as far as the macro knows it, and the types of which it does not.
fn record(fields: &[Type]) -> String {
    let mut known = 0;
    let mut rest = Vec::new();
    for field in fields {
        match bytes(field) {
            Some(bytes) => known += bytes,
            None => rest.push(match field {
                Type::Kept(Callee::Free(path)) => {
                    format!("what {} keeps", path.to_token_stream().to_string().replace(' ', ""))
                }
                Type::Kept(_) => "what a call keeps".to_owned(),
                other => other.to_string(),
            }),
        }
    }
    if known > 0 || rest.is_empty() {
        rest.insert(0, known.to_string());
    }
    rest.join(" + ")
}

fn bytes(ty: &Type) -> Option<u64> {
    Some(match ty {
        Type::Float(Float::F64) | Type::Int(Int::I64 | Int::U64 | Int::Isize | Int::Usize) => 8,
        Type::Float(Float::F32) | Type::Int(Int::I32 | Int::U32) => 4,
        Type::Int(Int::I16 | Int::U16) => 2,
        Type::Int(Int::I8 | Int::U8) | Type::Bool => 1,
        Type::Array(of, length) => bytes(of)? * length.known?,
        Type::Tuple(parts) => parts.iter().map(bytes).sum::<Option<u64>>()?,
        _ => return None,
    })
}

pub fn grad(arguments: TokenStream, item: TokenStream, settings: Settings) -> TokenStream {
    let expand = || {
        SAVED.take();
        let start = Instant::now();
        let output = expand::grad(arguments.clone(), item.clone(), settings.clone());
        (output, start.elapsed())
    };
    let before = processor_time();
    let (output, first) = expand();
    let least = (1..TIMES).map(|_| expand().1).fold(first, Duration::min);
    let processor = processor_time().zip(before).map(|(after, before)| (after - before) / TIMES);
    // What else runs on the machine makes the one too long, ticks of a clock the other.
    let least = processor.map_or(least, |processor| processor.min(least));
    if let Some(path) = std::env::var_os("AUTODIFF_COST") {
        let line = line(&arguments, &item, &output, [first, least]);
        let file = OpenOptions::new().append(true).create(true).open(path);
        file.and_then(|mut file| file.write_all(line.as_bytes())).expect("the file is written");
    }
    output
}

fn line(
    arguments: &TokenStream,
    item: &TokenStream,
    output: &TokenStream,
    [first, least]: [Duration; 2],
) -> String {
    let file = proc_macro::Span::call_site().local_file();
    let file = file.as_deref().and_then(|path| path.to_str()).unwrap_or("?").to_owned();
    let name = match syn::parse2::<syn::Item>(item.clone()) {
        Ok(syn::Item::Fn(function)) => function.sig.ident.to_string(),
        Ok(syn::Item::Impl(of)) => format!("impl {}", of.self_ty.to_token_stream()),
        Ok(syn::Item::Trait(of)) => format!("trait {}", of.ident),
        _ => "?".to_owned(),
    };
    let own = lines(item);
    let all = lines(output).saturating_sub(own);
    let mut sweeps = Sweeps(0);
    if let Ok(file) = syn::parse2(output.clone()) {
        sweeps.visit_file(&file);
    }
    let saved = SAVED.take().join("; ");
    let saved = if saved.is_empty() { "0" } else { &saved };
    let micros = |time: Duration| time.as_nanos() as f64 / 1000.0;
    format!(
        "{file}\t{name}\t{arguments}\t{:.1}\t{:.1}\t{own}\t{all}\t{}\t{saved}\n",
        micros(first),
        micros(least),
        sweeps.0,
    )
}

const TIMES: u32 = 5;

/// Of this thread, where the system tells it.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split_whitespace().next()?.parse().ok()?))
}

/// As rustfmt would have them, without documentation.
fn lines(of: &TokenStream) -> usize {
    struct NoDocs;
    impl VisitMut for NoDocs {
        fn visit_attributes_mut(&mut self, attributes: &mut Vec<syn::Attribute>) {
            attributes.retain(|attribute| !attribute.path().is_ident("doc"));
        }
    }
    let Ok(mut file) = syn::parse2::<syn::File>(of.clone()) else { return 0 };
    NoDocs.visit_file_mut(&mut file);
    prettyplease::unparse(&file).lines().count()
}

/// Lines of `sweep`, or of the methods that stand for it.
struct Sweeps(usize);

impl<'ast> Visit<'ast> for Sweeps {
    fn visit_item_fn(&mut self, of: &'ast syn::ItemFn) {
        self.add(&of.sig.ident, of.to_token_stream());
    }

    fn visit_impl_item_fn(&mut self, of: &'ast syn::ImplItemFn) {
        let (sig, block) = (&of.sig, &of.block);
        self.add(&of.sig.ident, quote::quote!(#sig #block));
    }

    fn visit_item_const(&mut self, of: &'ast syn::ItemConst) {
        // What has companions in a scope of its own.
        syn::visit::visit_item_const(self, of);
    }
}

impl Sweeps {
    fn add(&mut self, name: &syn::Ident, tokens: TokenStream) {
        let name = name.to_string();
        if name == "sweep" || name.ends_with("_with_adjoints") || name.ends_with("_sweep") {
            self.0 += lines(&tokens);
        }
    }
}
