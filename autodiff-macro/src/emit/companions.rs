//! The public functions: `f_grad` and its kin, each a few lines around the sweeps.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::site::with_lifetime;
use super::{
    batch::Batch,
    choice, docs, function, jacobian,
    repeat::copied_arguments,
    sweeps::{Site, has_scalar_result},
    tangent,
};
use crate::{ir::Passing, options::Options, parse::Home};

/// All public functions, and the struct of residuals.
pub fn companions(site: &Site, batch: Option<&Batch>, options: &Options) -> TokenStream {
    let mut items = TokenStream::new();
    if has_scalar_result(site) {
        items.extend(grad(site));
        items.extend(value_and_grad(site));
        items.extend(grad_into(site));
        items.extend(options.workspace.map(|_| grad_with(site)));
        items.extend(function::grad_fn(site));
    }
    if site.source.home == Home::Module {
        items.extend(residuals(site));
        items.extend(forward(site));
        items.extend(reverse(site));
    } else {
        items.extend(super::associated::forward_and_reverse(site));
    }
    if site.source.choice.is_some() {
        items.extend(choice::companions(site));
        items.extend(options.jvp.then(|| jvp(site)).flatten());
        return items;
    }
    items.extend(vjp(site));
    if options.jvp {
        items.extend(jvp(site));
    }
    if options.gnvp.is_some() {
        items.extend(gnvp(site));
    }
    items.extend(batch.filter(|_| options.batch.is_some()).map(Batch::companions));
    items.extend(jacobian::jacobians(site, batch, options));
    items
}

fn grad(site: &Site) -> TokenStream {
    let sweep = site.sweep_path("sweep");
    let zeros = site.zero_buffers(|of| of.name.to_token_stream());
    let (names, adjoints, contributions) =
        (site.names(), site.adjoints(true), site.contributions_pattern());
    let gradient = site.gradient_value();
    let one = site.one();
    let body = quote! {
        #zeros
        let (_, #contributions) = #sweep(#(#names,)* #one, #(#adjoints),*);
        #gradient
    };
    let mut params = site.parameters();
    params.extend(site.in_out_parameters());
    site.item("grad", docs::grad(site), params, site.gradient_type(), body, site.needs_heap())
}

fn value_and_grad(site: &Site) -> TokenStream {
    let sweep = site.sweep_path("sweep");
    let zeros = site.zero_buffers(|of| of.name.to_token_stream());
    let (names, adjoints, contributions) =
        (site.names(), site.adjoints(true), site.contributions_pattern());
    let (gradient, value) = (site.gradient_value(), site.own.value.clone());
    let one = site.one();
    let body = quote! {
        #zeros
        let (#value, #contributions) = #sweep(#(#names,)* #one, #(#adjoints),*);
        (#value, #gradient)
    };
    let mut params = site.parameters();
    params.extend(site.in_out_parameters());
    let (output, gradient) = (site.output(), site.gradient_type());
    let output = quote!((#output, #gradient));
    site.item("value_and_grad", docs::value_and_grad(site), params, output, body, site.needs_heap())
}

fn vjp(site: &Site) -> TokenStream {
    let sweep = site.sweep_path("sweep");
    let zeros = site.zero_buffers(|of| of.name.to_token_stream());
    let (names, adjoints, contributions) =
        (site.names(), site.adjoints(true), site.contributions_pattern());
    let (gradient, value, seed) =
        (site.gradient_value(), site.own.value.clone(), site.own.seed.clone());
    let seed = site.takes_seed().then(|| quote!(#seed,));
    let body = quote! {
        #zeros
        let (#value, #contributions) = #sweep(#(#names,)* #seed #(#adjoints),*);
        (#value, #gradient)
    };
    let mut params = site.parameters();
    params.extend(site.seed_parameter());
    params.extend(site.in_out_parameters());
    let (output, gradient) = (site.output(), site.gradient_type());
    let output = quote!((#output, #gradient));
    site.item("vjp", docs::vjp(site), params, output, body, site.needs_heap())
}

fn grad_into(site: &Site) -> TokenStream {
    grad_into_with(site, &site.one())
}

/// `f_grad_into` with a workspace.
fn grad_with(site: &Site) -> TokenStream {
    let item = grad_into_from(site, &site.one(), Some(&site.own.workspace));
    site.on_heap(item, true)
}

/// As [`grad_into`], with this seed.
pub(super) fn grad_into_with(site: &Site, one: &TokenStream) -> TokenStream {
    grad_into_from(site, one, None)
}

fn grad_into_from(site: &Site, one: &TokenStream, workspace: Option<&Ident>) -> TokenStream {
    let runtime = &site.runtime;
    let sweep = site.sweep_path(if workspace.is_some() { "sweep_with" } else { "sweep" });
    let mut params = site.parameters();
    if let Some(workspace) = workspace {
        params.insert(0, quote!(#workspace: &mut #runtime::Workspace));
    }
    let passed = workspace.map(|workspace| quote!(#workspace,));
    let (mut before, mut after) = (TokenStream::new(), TokenStream::new());
    let (mut pattern, mut unique) = (Vec::new(), site.own.unique.clone());
    for of in &site.arguments {
        let (adjoint, name) = (&of.adjoint, &of.name);
        if of.differentiable {
            let buffer = tangent::buffer(of.ty, runtime);
            params.push(quote!(#adjoint: &mut #buffer));
        }
        match of.passing() {
            Passing::Shared if of.differentiable => {
                if tangent::is_sequence(of.ty) {
                    let message =
                        format!("the buffer for the gradient of `{}` has its length", of.label);
                    before
                        .extend(quote!(::core::assert_eq!(#adjoint.len(), #name.len(), #message);));
                }
                before.extend(if tangent::is_float(tangent::behind(of.ty)) {
                    quote!(*#adjoint = 0.0;)
                } else if tangent::has_float_elements(of.ty) {
                    quote!(#adjoint.fill(0.0);)
                } else {
                    quote!(#runtime::fill_zero(#adjoint);)
                });
            }
            Passing::ByValue if of.differentiable => {
                let result = unique.name(&format!("{adjoint}_value"), of.param.span);
                after.extend(if tangent::is_sequence(of.ty) {
                    quote!(#adjoint.clone_from_slice(&#result);)
                } else {
                    quote!(*#adjoint = #result;)
                });
                pattern.push(result.to_token_stream());
            }
            Passing::ByValue => pattern.push(quote!(_)),
            _ => {}
        }
    }
    let pattern = match &pattern[..] {
        [one] => one.clone(),
        several => quote!((#(#several),*)),
    };
    let (names, adjoints, value) = (site.names(), site.adjoints(false), site.own.value.clone());
    let (result, output) = match &site.source.choice {
        Some(choice) => {
            let held = &choice.held;
            let result = site.chosen(&quote!(#value.0), quote!(#value.1));
            (result, site.choice_of(quote!(#held)))
        }
        None => (value.to_token_stream(), site.output()),
    };
    let body = quote! {
        #before
        let (#value, #pattern) = #sweep(#passed #(#names,)* #one, #(#adjoints),*);
        #after
        #result
    };
    let (suffix, docs) = match workspace {
        Some(_) => ("grad_with", docs::grad_with(site)),
        None => ("grad_into", docs::grad_into(site)),
    };
    site.item(suffix, docs, params, output, body, false)
}

/// The residuals: what is passed to the reverse sweep again, and what the forward sweep kept.
fn residuals(site: &Site) -> TokenStream {
    let name = site.residuals_name();
    let lifetime = site.struct_params(site.residuals_borrow().then(|| quote!('residuals)));
    let bounds = site.struct_where();
    let fields = site.passed_again().map(|of| {
        let (name, ty) = (&of.name, with_lifetime(of.ty));
        quote!(#name: #ty)
    });
    let kept_name = site.own.kept.clone();
    let (vis, attributes, docs) = (&site.source.item.vis, site.attributes(), docs::residuals(site));
    let kept = site.kept_from_outside();
    quote! {
        #docs
        #attributes
        #[allow(missing_debug_implementations, missing_copy_implementations)]
        #vis struct #name #lifetime #bounds { #(#fields,)* #kept_name: #kept }
    }
}

fn forward(site: &Site) -> TokenStream {
    let (carrier, residuals) = (&site.carrier, site.residuals_name());
    let turbofish = site.turbofish();
    let (names, value, kept) = (site.names(), site.own.value.clone(), site.own.kept.clone());
    let again: Vec<_> = site.passed_again().map(|of| of.name.clone()).collect();
    let chosen = site.source.choice.as_ref().map(|_| {
        let chosen = site.chosen(&quote!(#value.0), quote!(#value.1));
        quote!(let #value = #chosen;)
    });
    let body = quote! {
        let (#value, #kept) = #carrier::forward #turbofish(#(#names),*);
        #chosen
        (#value, #residuals { #(#again,)* #kept })
    };
    let output = match &site.source.choice {
        Some(choice) => {
            let held = &choice.held;
            site.choice_of(quote!(#held))
        }
        None => site.output(),
    };
    let borrow = site.residuals_borrow().then(|| quote!('residuals));
    let lifetime = site.struct_args(borrow.clone());
    let params = site.arguments.iter().map(|of| {
        let name = &of.name;
        let again = of.is_passed_again();
        let ty = if again { with_lifetime(of.ty) } else { of.ty.clone() };
        quote!(#name: #ty)
    });
    let sig = &site.source.item.sig;
    let mut generics = sig.generics.clone();
    if borrow.is_some() {
        generics.params.insert(0, syn::parse_quote!('residuals));
    }
    let where_clause = &sig.generics.where_clause;
    let (name, vis) = (site.companion_name("forward"), &site.source.item.vis);
    let (attributes, docs) = (site.attributes(), docs::forward(site));
    quote! {
        #docs
        #attributes
        #[inline]
        #vis fn #name #generics (#(#params),*) -> (#output, #residuals #lifetime) #where_clause {
            #body
        }
    }
}

fn reverse(site: &Site) -> TokenStream {
    let (runtime, carrier, name) = (&site.runtime, &site.carrier, site.own.residuals.clone());
    let turbofish = site.turbofish();
    let residuals = site.residuals_name();
    let lifetime = site.struct_args(site.residuals_borrow().then(|| quote!('_)));
    let zeros = site.zero_buffers(|of| {
        let field = &of.name;
        quote!(#name.#field)
    });
    let again = site.arguments_again(&name);
    let slots = site.by_reference().map(|(_, of)| {
        let adjoint = &of.adjoint;
        match (of.differentiable, of.passing()) {
            (false, _) => quote!(#runtime::Inactive),
            (true, Passing::Shared) => quote!(&mut #adjoint),
            (true, _) => adjoint.to_token_stream(),
        }
    });
    let (kept, seed) = (site.own.kept.clone(), site.own.seed.clone());
    let choice = site.source.choice.is_some();
    let seed = match choice {
        true => site.held_seed(seed.to_token_stream()),
        false => seed.to_token_stream(),
    };
    let seed = site.takes_seed().then(|| quote!(#seed,));
    let (contributions, gradient) = (site.contributions_pattern(), site.gradient_value());
    let body = quote! {
        #zeros
        let #contributions =
            #carrier::reverse #turbofish(#(#again,)* &#name.#kept, #seed #(#slots),*);
        #gradient
    };
    let mut params = vec![quote!(#name: &#residuals #lifetime)];
    match choice {
        true => params.push(site.held_seed_parameter()),
        false => params.extend(site.seed_parameter()),
    }
    params.extend(site.in_out_parameters());
    let mut item =
        site.item("reverse", docs::reverse(site), params, site.gradient_type(), body, false);
    item = site.on_heap(item, site.needs_heap());
    item
}

fn jvp(site: &Site) -> Option<TokenStream> {
    let mut params = site.parameters();
    let names: Vec<_> = site.arguments.iter().map(|of| of.adjoint.clone()).collect();
    params.extend(site.direction_parameter(&names));
    params.extend(site.in_out_parameters());
    let body = tangent_call(site, site.names())?;
    if site.source.choice.is_some() {
        return Some(choice::jvp(site, params, body));
    }
    Some(site.item("jvp", docs::jvp(site), params, site.result_with_tangent(), body, false))
}

/// `f_gnvp`: the reverse sweep of what forward mode gives along a direction.
fn gnvp(site: &Site) -> Option<TokenStream> {
    let mut params = site.parameters();
    let names: Vec<_> = site.arguments.iter().map(|of| of.adjoint.clone()).collect();
    params.extend(site.direction_parameter(&names));
    let call = tangent_call(site, copied_arguments(site))?;
    let (vjp, names, seed) = (site.companion_path("vjp"), site.names(), &site.own.seed);
    let body = quote! {
        let (_, #seed) = #call;
        #vjp(#(#names,)* #seed)
    };
    let (output, gradient) = (site.output(), site.gradient_type());
    let heap = site.needs_heap();
    Some(site.item("gnvp", docs::gnvp(site), params, quote!((#output, #gradient)), body, heap))
}

/// Calls forward mode along the direction that is there under the names of the adjoints.
fn tangent_call(site: &Site, names: Vec<TokenStream>) -> Option<TokenStream> {
    site.forward?;
    let tangent = site.sweep_path("tangent");
    let tangents = site.arguments.iter().filter(|of| of.differentiable).map(|of| {
        let name = &of.adjoint;
        match of.passing() {
            Passing::Shared if tangent::is_sequence(of.ty) => quote!(#name.as_ref()),
            Passing::Shared => quote!(&#name),
            _ => name.to_token_stream(),
        }
    });
    Some(quote!(#tangent(#(#names,)* #(#tangents),*)))
}
