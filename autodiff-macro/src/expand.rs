//! The pipeline, one line a stage.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::{
    analysis, beside, block, declared, emit,
    error::Errors,
    higher_order, imported,
    ir::{self, Function},
    last_resort, local_types,
    options::{Around, Options, Settings, Slopes},
    parse::{self, Home},
    refused,
    surroundings::{self, Surroundings},
    transform,
};

/// `#[grad(arguments)] item`: the item unchanged, and beside it what is generated; on errors, these and the item.
pub fn grad(arguments: TokenStream, item: TokenStream, settings: Settings) -> TokenStream {
    ir::TypeName::forget_all();
    let mut block = None;
    let generated = last_resort::or_report(&item, || {
        let mut errors = Errors::default();
        let options = Options::parse(arguments, settings, &mut errors);
        let generated = match syn::parse2::<syn::Item>(item.clone()) {
            Ok(syn::Item::Impl(of)) => {
                block = Some(block::on_impl(&of, &options, &mut errors));
                None
            }
            Ok(syn::Item::Trait(of)) => {
                block = Some(block::on_trait(&of, &options, &mut errors));
                None
            }
            _ => generate(&item, &options, &mut errors),
        };
        // On errors, what has been generated stands in for the rest.
        let errors = errors.finish();
        quote!(#errors #generated)
    });
    ir::TypeName::forget_all();
    let mut item = block.unwrap_or(item);
    // The one change that is made to what the user wrote: nothing else would know the attribute.
    if parse::checkpoint::mentions(&item) {
        item = parse::checkpoint::without_attributes(item);
    }
    quote!(#item #generated)
}

fn generate(item: &TokenStream, options: &Options, errors: &mut Errors) -> Option<TokenStream> {
    let item = function_item(item, errors)?;
    let around = surroundings::of(item.sig.fn_token.span);
    if let Some(Surroundings::Trait | Surroundings::TraitImpl) = around {
        errors.at(&item.sig.ident, ON_TRAIT_ITEM);
        return None;
    }
    let mut options = options.clone();
    let associated = around == Some(Surroundings::Inherent);
    if associated || item.sig.receiver().is_some() || says_self(&item) {
        options.home = Home::Inherent;
        let block = surroundings::block(item.sig.fn_token.span);
        options.around = block.as_ref().map(Around::of_block);
    }
    function_or_stand_ins(&item, &options, errors)
}

const WITHOUT_BODY: &str = "`#[grad]` needs the body of the function, and this has none. For a method of a trait, write \
     `#[grad]` on the `trait` and on each `impl`; for a function from elsewhere, give it a rule of its own: \
     `#[derivative(of = path, ..)]`";

/// What stands beside one function; on errors, what keeps them from being followed by others.
pub fn function_or_stand_ins(
    item: &syn::ItemFn,
    options: &Options,
    errors: &mut Errors,
) -> Option<TokenStream> {
    // What a misspelt option asks for is not known, so everything stands in.
    let whatever = (!errors.is_empty()).then(|| {
        let span = Some(item.sig.ident.span());
        Options { jvp: true, jacobian: span, hessian: span, ..options.clone() }
    });
    let generated = function(item, options, errors);
    let options = whatever.as_ref().unwrap_or(options);
    match errors.is_empty() {
        true => generated,
        // The other attribute generates it all.
        false if item.attrs.iter().any(|of| is_grad(of.path())) => None,
        false => Some(refused::stand_ins(item, options, errors)),
    }
}

const ON_TRAIT_ITEM: &str = "what is generated for a method of a trait are methods of the trait, so that the trait and \
     its `impl` blocks must have them all: write `#[grad]` on the `trait` and on each `impl`, and leave it on the \
     methods inside that are to be differentiated";

/// What stands beside one function: with calls of its neighbours read where they are made if that can be.
pub fn function(item: &syn::ItemFn, options: &Options, errors: &mut Errors) -> Option<TokenStream> {
    if local_types::refuse(item, options, errors) {
        return None;
    }
    if let Some(hoisted) = local_types::hoist(item) {
        let beside = hoisted.beside();
        let generated = function_alone(&hoisted.item, options, errors)?;
        return Some(quote!(#beside #generated));
    }
    function_alone(item, options, errors)
}

fn function_alone(
    item: &syn::ItemFn,
    options: &Options,
    errors: &mut Errors,
) -> Option<TokenStream> {
    if beside::is_known(item, options) {
        let mut own = Errors::default();
        let options = Options { reads_neighbours: true, ..options.clone() };
        let generated = function_with_calls(item, &options, &mut own);
        if own.is_empty() && generated.is_some() {
            return generated;
        }
        ir::TypeName::forget_all();
    }
    function_with_calls(item, options, errors)
}

fn function_with_calls(
    item: &syn::ItemFn,
    options: &Options,
    errors: &mut Errors,
) -> Option<TokenStream> {
    let settings = &options.settings;
    if let Some(again) = item.attrs.iter().find(|of| is_grad(of.path())) {
        errors.at(
            again,
            "`#[grad]` stands on this function twice; write its options in one: `#[grad(jvp, wrt(x))]`",
        );
        return None;
    }
    if higher_order::takes_functions(&item.sig) {
        return higher_order::source_macro(item, options.home, errors);
    }
    parse::checkpoint::check(item, errors);
    let mut written = item.clone();
    declared::write_lifetimes(&mut written.sig);
    if options.batch.is_some() || options.order.is_some() {
        declared::write_aliases(&mut written);
    }
    imported::write_paths(&mut written);
    let item = &written;
    let parsed = parse::function(item, options, errors);
    if let (Some(path), true) = (parsed.needs.first(), errors.is_empty()) {
        return Some(higher_order::request(path, item, options));
    }
    if let (Some(span), Some(_)) = (options.jacobian, &parsed.source.choice) {
        errors.at_span(
            span,
            "a Jacobian has the shape of the result, and an `Option` or a `Result` may hold none: put `jacobian` on a \
             function that returns the value itself (after `unwrap_or(..)`, say); for callers in forward mode, write \
             `jvp` here",
        );
        return None;
    }
    if let (Some(span), Some(message)) = (options.gnvp, gnvp_refused(item, &parsed.source)) {
        errors.at_span(span, message);
        return None;
    }
    let mut function = parsed.function;
    if analysis::types::resolve(&mut function, parsed.float.as_ref()) {
        errors.leave_to_compiler();
    }
    transform::moves::keep_what_grows(&mut function);
    let mut activity = analysis::activity::analyse(&function, settings);
    analysis::refuse::check(&function, &activity, errors);
    analysis::callees::with_modes(item, &function, &activity, options, errors);
    if !errors.is_empty() {
        analysis::callees::with_derivatives(item, &function, &activity, errors);
    }
    analysis::presumed::leave_out_active(&mut function, &activity);
    if settings.unroll
        && let Some(unrolled) = transform::unroll::unroll(&function)
    {
        function = unrolled;
        activity = analysis::activity::analyse(&function, settings);
    }
    let mut in_one = None;
    if errors.is_empty() && !function.checkpoints.is_empty() {
        in_one = transform::checkpoint::outline_both(&mut function, &activity, options, errors);
        activity = analysis::activity::analyse(&function, settings);
    }
    if !errors.is_empty() {
        return None;
    }
    if let Some((_, span)) = options.order {
        let of_calls = (!function.checkpoints.is_empty() || in_one.is_some())
            .then_some("derivatives of a higher order than 2 do not pass through loops with `#[checkpoint]` yet");
        if let Some(message) = emit::slope::refused(&parsed.source, &function).or(of_calls) {
            errors.at_span(span, message);
            return None;
        }
    }
    derived(&parsed.source, function, (activity, in_one), options, errors)
}

/// What stands beside a function that has been read, and beside its derivatives.
fn derived(
    source: &parse::Source,
    function: Function,
    (activity, in_one): (analysis::activity::Activity, Option<Function>),
    options: &Options,
    errors: &mut Errors,
) -> Option<TokenStream> {
    let mut settings = options.settings;
    let of_sweeps = options.hessian.is_some()
        || options.gnvp.is_some()
        || options.batch.is_some()
        || options.order.is_some();
    if of_sweeps || options.home != Home::Module {
        settings.slopes = Slopes::Never;
    }
    let settings = &settings;
    let mut reverse = transform::reverse::reverse(&function, &activity, settings);
    let mut fused = match &in_one {
        None => transform::reverse::fused(&function, &activity, settings),
        Some(_) => None,
    };
    // Second derivatives of what calls a method call that in forward mode.
    let forward_mode =
        options.forward_mode() || (options.hessian.is_some() && options.home != Home::Module);
    let mut forward =
        forward_mode.then(|| transform::forward::forward(&function, &activity, settings));
    transform::finish::finish(&mut reverse, &mut fused, &function, settings);
    if let Some(primal) = &in_one {
        fused = transform::finish::together(primal, settings);
    }
    if settings.cleanup {
        forward.iter_mut().for_each(transform::cleanup::cleanup);
    }
    if let Some(span) = options.workspace
        && let Some(message) = workspace_refused(&source.item, options)
    {
        errors.at_span(span, message);
        return None;
    }
    if let (Some(span), Some(forward)) = (options.batch, &forward) {
        let count = emit::batch_count(&source.item);
        let of_body = [&reverse, forward]
            .into_iter()
            .find_map(|of| transform::lanes::widen(of, &count).err());
        if let Some(message) = emit::batch_refused(source) {
            errors.at_span(span, message);
        } else if let Some(at) = of_body {
            errors.at_span(at, NOT_IN_LANES);
        }
    }
    let second = options.hessian.map(|_| second(&reverse, settings));
    let derived = emit::Derived {
        reverse: &reverse,
        fused: fused.as_ref(),
        forward: forward.as_ref(),
        second: second.as_ref(),
    };
    let mut items = emit::items(source, derived, options);
    if let (Some((order, span)), Some(forward)) = (options.order, &forward) {
        let slope = match transform::slope::slope(&function, settings) {
            Ok(slope) => slope,
            Err(called) => {
                errors.at_span(called, NO_HIGHER_ORDER);
                return None;
            }
        };
        let (item, source) = emit::slope::slope(source, forward, &options.runtime());
        let activity = analysis::activity::analyse(&slope, settings);
        let lower = Options {
            wrt: None,
            jvp: false,
            jacobian: None,
            gnvp: None,
            batch: None,
            workspace: None,
            hessian: Some(span),
            order: (order > 3).then_some((order - 1, span)),
            ..options.clone()
        };
        items.extend(item);
        items.extend(self::derived(&source, slope, (activity, None), &lower, errors)?);
    }
    Some(items)
}

const NO_HIGHER_ORDER: &str = "derivatives of a higher order than 2 do not pass through calls of other functions yet: write what it \
     does as a closure or a function in this body, which are read where they are called";

const NOT_IN_LANES: &str = "batched sweeps (option `batch`) do not go through this yet: they take numbers, arrays, slices, \
     vectors and tuples of `f32` or `f64`, and calls of free functions that have them too; leave `batch` out, or put it on \
     a function around the part that is made of these";

/// Why there can be no `f_gnvp`.
fn gnvp_refused(item: &syn::ItemFn, source: &parse::Source) -> Option<&'static str> {
    let changes = item.sig.inputs.iter().any(|input| match input {
        syn::FnArg::Receiver(of) => of.reference.is_some() && of.mutability.is_some(),
        syn::FnArg::Typed(of) => {
            matches!(&*of.ty, syn::Type::Reference(of) if of.mutability.is_some())
        }
    });
    (source.choice.is_some() || source.output.is_none() || changes).then_some(
        "option `gnvp` is the product of the transposed Jacobian, the Jacobian and a direction, for a function that returns \
         its residuals: put it on one that returns a number, an array, a vector or a struct, and that takes nothing by `&mut`",
    )
}

/// Why there can be no `f_grad_with`.
fn workspace_refused(item: &syn::ItemFn, options: &Options) -> Option<&'static str> {
    if options.home != Home::Module {
        return Some(
            "option `workspace` is for free functions; put it on a function that calls this one",
        );
    }
    item.sig.generics.type_params().next().is_some().then_some(
        "option `workspace` is for functions without type parameters, because a workspace keeps buffers of known types; \
         put it on a function that calls this one with its types",
    )
}

/// Whether `Self` stands in it, which has a meaning only in an `impl` or a trait.
fn says_self(item: &syn::ItemFn) -> bool {
    struct Found(bool);
    impl<'ast> syn::visit::Visit<'ast> for Found {
        fn visit_ident(&mut self, ident: &'ast syn::Ident) {
            self.0 |= ident == "Self";
        }

        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let mut found = Found(false);
    syn::visit::Visit::visit_item_fn(&mut found, item);
    found.0
}

/// Forward over reverse.
fn second(reverse: &Function, settings: &Settings) -> Function {
    let mut second = transform::second(reverse, settings);
    if settings.cleanup {
        transform::cleanup::cleanup(&mut second);
    }
    second
}

/// The function that the attribute is on.
fn function_item(item: &TokenStream, errors: &mut Errors) -> Option<syn::ItemFn> {
    match syn::parse2::<syn::Item>(item.clone()) {
        Ok(syn::Item::Fn(function)) => Some(function),
        Ok(syn::Item::Verbatim(_)) if is_function(item) => {
            errors.push(syn::Error::new(last_resort::name(item), WITHOUT_BODY));
            None
        }
        Ok(other) => {
            errors.at(first_token(&other), wrong_place(&other));
            None
        }
        Err(error) => {
            // A function that does not parse is the compiler's to report.
            if !is_function(item) {
                errors.push(error);
            }
            None
        }
    }
}

fn first_token(item: &syn::Item) -> TokenStream {
    let attributes: usize = match item {
        syn::Item::Struct(item) => item.attrs.len(),
        syn::Item::Enum(item) => item.attrs.len(),
        syn::Item::Mod(item) => item.attrs.len(),
        _ => 0,
    };
    // An attribute is `#` and a group.
    item.to_token_stream().into_iter().skip(2 * attributes).take(1).collect()
}

fn wrong_place(item: &syn::Item) -> String {
    let what = match item {
        syn::Item::Struct(_) => "a struct",
        syn::Item::Enum(_) => "an enum",
        syn::Item::Mod(_) => "a module",
        syn::Item::Const(_) => "a constant",
        syn::Item::Static(_) => "a static",
        syn::Item::Type(_) => "a type alias",
        syn::Item::Use(_) => "a `use`",
        syn::Item::Macro(_) => "a macro call",
        syn::Item::ForeignMod(_) => "an `extern` block",
        _ => "this item",
    };
    format!(
        "`#[grad]` stands on a function, but this is {what}: put it on the `fn` whose derivative is wanted, or on an \
         `impl` or a trait that holds it"
    )
}

fn is_function(item: &TokenStream) -> bool {
    item.clone()
        .into_iter()
        .any(|token| matches!(&token, proc_macro2::TokenTree::Ident(ident) if ident == "fn"))
}

pub fn is_grad(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|last| last.ident == "grad")
        && path.segments.iter().rev().nth(1).is_none_or(|crate_| {
            crate_.ident == "autodiff_runtime" || crate_.ident == "autodiff_macro"
        })
}
