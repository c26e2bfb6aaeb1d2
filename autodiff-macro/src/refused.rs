//! What stands beside a function that is refused, so that the refusal is the only error: names of the type of an error, about
//! whose use the compiler says nothing more.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;

use crate::{
    emit::{self, carrier},
    error::Errors,
    options::Options,
    parse::Home,
};

/// `f_grad` and its kin, and the type `f` in which callers look for sweeps.
pub fn stand_ins(item: &syn::ItemFn, options: &Options, errors: &mut Errors) -> TokenStream {
    let told = errors.as_type();
    let named = told.is_some();
    let Some(error) = told.or_else(|| again(item, options)) else { return TokenStream::new() };
    match options.home {
        Home::Module => {
            // It is reported by the type.
            errors.forget_first();
            beside(item, options, &error, named)
        }
        Home::Inherent => methods(item, options, &error),
        Home::TraitImpl | Home::Trait { .. } => TokenStream::new(),
    }
}

/// A type in error where the compiler refuses the body. It reads it once more, as a closure, so that what it says of it
/// is word for word what it has said already, which it leaves out.
fn again(item: &syn::ItemFn, options: &Options) -> Option<TokenStream> {
    let inputs = item.sig.inputs.iter().map(|input| match input {
        syn::FnArg::Typed(of) => Some(of),
        syn::FnArg::Receiver(_) => None,
    });
    let inputs: Vec<_> = inputs.collect::<Option<_>>()?;
    let (output, body) = (&item.sig.output, &item.block);
    let output = match output {
        syn::ReturnType::Default => quote!(-> ()),
        output => output.to_token_stream(),
    };
    let runtime = emit::runtime(options);
    Some(quote!(<[(); { |#(#inputs),*| #output #body; 0 }] as #runtime::Refused>::Type))
}

fn beside(item: &syn::ItemFn, options: &Options, error: &TokenStream, named: bool) -> TokenStream {
    let (name, vis) = (&item.sig.ident, &item.vis);
    let attributes = attributes(item);
    let forward = options.jvp.then_some("jvp");
    let jacobian = ["jacobian", "jacfwd", "jacrev", "jacobian_into"];
    let jacobian = options.jacobian.is_some().then_some(jacobian).into_iter().flatten();
    let hessian = ["hvp", "hessian"];
    let hessian = options.hessian.is_some().then_some(hessian).into_iter().flatten();
    let always = ["grad", "value_and_grad", "grad_into", "forward", "reverse", "vjp"];
    let gnvp = options.gnvp.map(|_| "gnvp");
    let names = always.into_iter().chain(forward).chain(gnvp).chain(jacobian).chain(hessian);
    let sweeps = carrier::apart(name);
    // Callers bring what stands in here, which can be done with a module but not with a type like this. What names something
    // of the function's module cannot stand in another.
    let (item, error) = match named && carrier::name(item) == *name {
        true => (quote!(#vis mod #name { pub type #sweeps = #error; }), quote!(#name::#sweeps)),
        false => (quote!(#vis type #sweeps = #error;), sweeps.to_token_stream()),
    };
    // Constants can be called with any number of arguments, as long as they are of no type.
    let names = names.map(|suffix| companion(name, suffix));
    quote! {
        #attributes
        #item
        #(
            #attributes
            #vis const #names: #error = ();
        )*
    }
}

/// In an `impl` there can be no types, and what is called with a dot is a function.
fn methods(item: &syn::ItemFn, options: &Options, error: &TokenStream) -> TokenStream {
    let (sig, vis) = (&item.sig, &item.vis);
    let is_buffer = |input: &syn::FnArg| match input {
        syn::FnArg::Receiver(of) => of.reference.is_some() && of.mutability.is_some(),
        syn::FnArg::Typed(of) => match &*of.ty {
            syn::Type::Reference(of) => of.mutability.is_some(),
            _ => false,
        },
    };
    let called = called_sweep(item, error);
    // How many buffers there would be more is not known.
    if sig.inputs.iter().any(is_buffer) {
        return called;
    }
    let inputs = sig.inputs.iter().enumerate().map(|(i, input)| match input {
        syn::FnArg::Receiver(of) => quote!(#of),
        syn::FnArg::Typed(of) => {
            let (name, ty) = (format_ident!("argument_{i}"), &of.ty);
            quote!(#name: #ty)
        }
    });
    let inputs: Vec<_> = inputs.collect();
    let (generics, clause) = (&sig.generics, &sig.generics.where_clause);
    let attributes = attributes(item);
    let method = |suffix: &str, more: Option<TokenStream>| {
        let name = companion(&sig.ident, suffix);
        let inputs = inputs.iter().chain(&more);
        quote! {
            #attributes
            #vis fn #name #generics (#(#inputs),*) -> #error #clause { loop {} }
        }
    };
    let direction = || Some(quote!(direction: #error));
    let jvp = options.jvp.then(|| method("jvp", direction()));
    let all = [
        Some(method("grad", None)),
        Some(method("value_and_grad", None)),
        Some(method("vjp", direction())),
        jvp,
    ];
    all.into_iter().flatten().chain(std::iter::once(called)).collect()
}

/// What others call whose sweeps pass through it, `x.m_sweep(..)`: besides the arguments a seed, and a slot for each
/// reference.
fn called_sweep(item: &syn::ItemFn, error: &TokenStream) -> TokenStream {
    let sig = &item.sig;
    if sig.receiver().is_none() {
        return TokenStream::new();
    }
    let typed = sig.inputs.iter().filter_map(|input| match input {
        syn::FnArg::Typed(of) => Some(&*of.ty),
        syn::FnArg::Receiver(_) => None,
    });
    let typed: Vec<_> = typed.collect();
    let slots = typed.iter().filter(|ty| matches!(ty, syn::Type::Reference(_))).count() + 1;
    let names = (0..typed.len() + 1 + slots).map(|i| format_ident!("argument_{i}"));
    let (name, vis) = (companion(&sig.ident, "sweep"), &item.vis);
    let (attributes, generics) = (attributes(item), &sig.generics);
    let clause = &generics.where_clause;
    quote! {
        #attributes
        #vis fn #name #generics (&self, #(#names: #error),*) -> #error #clause { loop {} }
    }
}

fn attributes(item: &syn::ItemFn) -> TokenStream {
    let cfgs = item.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
            #[allow(unused, unused_lifetimes, nonstandard_style, deprecated)]
    }
}

fn companion(name: &Ident, suffix: &str) -> Ident {
    Ident::new(&format!("{}_{suffix}", name.unraw()), name.span())
}
