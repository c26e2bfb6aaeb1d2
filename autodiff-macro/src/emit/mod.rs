//! IR to tokens: the function as it was, and beside it all that is generated for it.

mod again;
mod associated;
mod batch;
mod body;
mod call;
mod callees;
pub mod carrier;
mod choice;
mod companions;
mod content;
mod control;
mod docs;
mod effect;
mod expr;
mod expression;
mod forward_mode;
mod frame;
mod function;
mod generics;
pub mod into;
mod jacobian;
mod kept;
mod local;
mod loops;
mod memory;
mod method;
mod names;
mod place;
mod plan;
mod presumed;
mod repeat;
mod resolve;
mod room;
mod rows;
mod second;
mod second_again;
mod second_into;
mod second_together;
mod shape;
mod site;
pub mod slope;
mod slots;
mod split;
mod sweeps;
pub mod tangent;
mod tapes;
#[cfg(test)]
mod tests;
pub mod types;
mod variables;
mod vector;
mod workspace;

pub use self::batch::{count as batch_count, refused as batch_refused};
pub use self::body::respan;
pub use self::site::bare_or_tuple;
pub use self::tangent::{gradient, is_constant};

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    ir::{Function, Role},
    options::Options,
    parse::{Home, Source},
};

/// The path of the runtime.
pub fn runtime(options: &Options) -> TokenStream {
    match &options.runtime {
        Some(path) => quote!(#path),
        None => quote!(::autodiff_runtime),
    }
}

/// What the transforms made of a function.
#[derive(Clone, Copy)]
pub struct Derived<'a> {
    pub reverse: &'a Function,
    /// Both sweeps side by side, where that differs from one after the other.
    pub fused: Option<&'a Function>,
    pub forward: Option<&'a Function>,
    /// Forward over reverse.
    pub second: Option<&'a Function>,
}

/// Everything that stands beside the function.
pub fn items(source: &Source, derived: Derived, options: &Options) -> TokenStream {
    let Derived { reverse: listing, fused, forward, second } = derived;
    let runtime = runtime(options);
    let functions: Vec<&Function> =
        [Some(listing), fused, forward, second].into_iter().flatten().collect();
    let carrier = carrier::name(&source.item);
    let callees = callees::Callees::of(source, &carrier, &functions);
    let renamed = [Some(listing), fused, forward].map(|of| of.map(|of| callees.renamed(of)));
    let [Some(reverse), fused, forward] = &renamed else { unreachable!("what is always there") };
    let (fused, forward) = (fused.as_ref(), forward.as_ref());
    let adjoints = plan::output_vars(
        reverse
            .outputs
            .iter()
            .filter(|output| output.role != Role::Primal)
            .map(|output| &output.shape),
    );
    let split = split::split(reverse, &adjoints);
    let kept = kept::Kept::new(source, reverse, &split, &runtime, "kept");
    let arguments = frame::arguments(source, reverse);
    let bodies: Vec<_> =
        [Some(reverse), fused, forward, second].into_iter().flatten().map(|of| &of.body).collect();
    let stand_ins = match source.home {
        Home::Module if callees::is_named_from_outside(source) => {
            method::stand_ins(&bodies, &runtime)
        }
        _ => TokenStream::new(),
    };
    let site = sweeps::Site {
        stand_ins,
        source,
        runtime,
        name: &source.item.sig.ident,
        carrier,
        own: frame::OwnNames::new(source, &arguments),
        listing,
        callees,
        arguments,
        reverse,
        fused,
        forward,
        split,
        kept,
    };
    let batch = batch::Batch::wanted(&site, options);
    let second = second.map(|second| site.callees.renamed(second));
    let second = second.as_ref().map(|second| second::Second::new(&site, second, options.operator));
    let carrier = match source.home {
        Home::Module => carrier_item(&site, second.as_ref(), batch.as_ref(), options),
        // The rest stands in the trait.
        Home::TraitImpl => {
            let (required, second) =
                (associated::required(&site), second.map(|second| second.with_tangents()));
            return quote!(#required #second);
        }
        Home::Trait { provided: false } => {
            let hidden = associated::hidden(&site);
            let second = second.as_ref().map(|second| {
                let (signature, general) = (second.signature(), second.general());
                quote!(#signature #general)
            });
            quote!(#hidden #second)
        }
        Home::Inherent | Home::Trait { .. } => {
            let hidden = associated::hidden(&site);
            let second = second.as_ref().map(|second| second.together());
            quote!(#hidden #second)
        }
    };
    let companions = companions::companions(&site, batch.as_ref(), options);
    let hessian = second
        .filter(|_| options.hessian.is_some())
        .map(|second| match options.operator {
            true => second.vjp_tangent(),
            false => second.companions(),
        })
        .unwrap_or_default();
    quote!(#carrier #companions #hessian)
}

/// The type of the function's name, through which callers find its sweeps.
fn carrier_item(
    site: &sweeps::Site,
    second: Option<&second::Second>,
    batch: Option<&batch::Batch>,
    options: &Options,
) -> TokenStream {
    let (name, vis, runtime) = (&site.carrier, &site.source.item.vis, &site.runtime);
    let attributes = site.attributes();
    let kept_item = site.kept.item(vis, site);
    let again = site.kept.arguments.is_some();
    let sweeps = [
        Some(if again { site.forward_of_arguments() } else { site.forward_sweep() }),
        Some(if again { site.reverse_of_arguments() } else { site.reverse_sweep() }),
        Some(site.reverse_into()),
        Some(site.both_sweeps()),
        options.workspace.map(|_| site.both_sweeps_with()),
        site.forward_mode(),
        batch.map(batch::Batch::sweeps),
        second.map(second::Second::in_carrier),
    ];
    let sweeps = sweeps.iter().flatten();
    let primal = primal(site);
    let (blank, companion) = (site.kept.blank(site, runtime), site.companion());
    let kept_of = site.kept_for_outside();
    let second_kept = second.map(second::Second::kept_items);
    let carrier = quote! {
        #[doc(hidden)]
        #attributes
        #[allow(missing_debug_implementations, missing_copy_implementations)]
        #vis enum #name {}
    };
    let sweeps = quote! {
        #[doc(hidden)]
        #attributes
        #[allow(missing_debug_implementations, missing_copy_implementations)]
        #kept_item

        #attributes
        #blank

        #companion
        #kept_of

        #second_kept

        #[doc(hidden)]
        #attributes
        impl #name { #primal #(#sweeps)* }
    };
    if !site.stands_in_a_block() {
        return quote!(#carrier #sweeps);
    }
    let stand_ins = &site.stand_ins;
    let imports = (!site.callees.is_empty()).then(|| site.callees.imports(site.source, runtime));
    quote! {
        #carrier

        #attributes
        const _: () = {
            #imports
            #stand_ins
            #sweeps
        };
    }
}

/// Calls the function itself, so that a program that only calls what is generated has no unused function.
fn primal(site: &sweeps::Site) -> TokenStream {
    let sig = &site.source.item.sig;
    let (generics, where_clause, name) = (&sig.generics, &sig.generics.where_clause, &sig.ident);
    let turbofish = site.written_turbofish();
    let names: Vec<_> = site.arguments.iter().map(|of| &of.name).collect();
    let types = site.arguments.iter().map(|of| of.ty);
    let output = site.output();
    let mut call = quote!(#name #turbofish (#(#names),*));
    if site.source.choice.is_some() {
        let runtime = &site.runtime;
        call = quote!(#runtime::parts(#call));
    }
    quote! {
        #[inline]
        fn primal #generics (#(#names: #types),*) -> #output #where_clause { #call }
    }
}
