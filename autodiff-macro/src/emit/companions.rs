//! The public functions: `f_grad` and its kin, each a few lines around the sweeps.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::visit_mut::VisitMut;

use super::{
    choice, docs,
    frame::Argument,
    function, jacobian,
    repeat::copied_arguments,
    sweeps::{Site, has_scalar_result},
    tangent,
};
use crate::{
    ir::{Passing, Shape, Var},
    options::Options,
    parse::Home,
};

/// All public functions, and the struct of residuals.
pub fn companions(site: &Site, options: &Options) -> TokenStream {
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
    items.extend(jacobian::jacobians(site, options));
    items
}

impl Site<'_> {
    /// The arguments as parameters, in the user's order and types.
    pub fn parameters(&self) -> Vec<TokenStream> {
        self.arguments.iter().map(|of| of.declared(of.name.to_token_stream())).collect()
    }

    pub fn names(&self) -> Vec<TokenStream> {
        self.arguments.iter().map(|of| of.name.to_token_stream()).collect()
    }

    /// The hidden function with this part.
    pub(super) fn sweep_path(&self, part: &str) -> TokenStream {
        let (name, turbofish) = (self.sweep_name(part), self.turbofish());
        match self.source.home {
            Home::Module => {
                let carrier = &self.carrier;
                quote!(#carrier::#name #turbofish)
            }
            _ => quote!(Self::#name #turbofish),
        }
    }

    /// The function itself.
    pub fn primal_path(&self) -> TokenStream {
        let name = self.name;
        match self.source.home {
            Home::Module => name.to_token_stream(),
            _ => quote!(Self::#name),
        }
    }

    /// A public companion, as another calls it.
    pub fn companion_path(&self, suffix: &str) -> TokenStream {
        let name = self.companion_name(suffix);
        match self.source.home {
            Home::Module => name.to_token_stream(),
            _ => quote!(Self::#name),
        }
    }

    /// Forward mode with directions that may be zero.
    pub fn directional_path(&self) -> TokenStream {
        let name = &self.carrier;
        match self.source.home {
            Home::Module => quote!(#name::jvp),
            _ if self.arguments.iter().any(|of| of.receiver) => self.companion_path("tangent"),
            _ => self.companion_path(&super::associated::Call::Path.part("tangent")),
        }
    }

    fn gradient_arguments(&self) -> impl Iterator<Item = &Argument<'_>> {
        self.arguments.iter().filter(|of| of.in_gradient())
    }

    /// Adjoints of what is passed by `&mut`: buffers of the caller's.
    pub(super) fn in_out_parameters(&self) -> Vec<TokenStream> {
        self.arguments
            .iter()
            .filter(|of| of.is_in_out())
            .map(|of| {
                let (name, ty) = (&of.adjoint, tangent::buffer(of.ty, &self.runtime));
                quote!(#name: &mut #ty)
            })
            .collect()
    }

    pub(super) fn seed_parameter(&self) -> Option<TokenStream> {
        let output = self.source.output.as_ref()?;
        let (seed, ty) = (&self.own.seed, tangent::gradient(output, &self.runtime));
        self.takes_seed().then(|| quote!(#seed: #ty))
    }

    pub fn takes_seed(&self) -> bool {
        self.reverse.params.iter().any(|param| param.role == crate::ir::Role::Seed)
    }

    /// `G`.
    pub fn gradient_type(&self) -> TokenStream {
        let types: Vec<_> =
            self.gradient_arguments().map(|of| tangent::gradient(of.ty, &self.runtime)).collect();
        bare_or_tuple(types)
    }

    pub fn gradient_value(&self) -> TokenStream {
        bare_or_tuple(self.gradient_arguments().map(|of| of.adjoint.to_token_stream()).collect())
    }

    /// `let mut d_w = zeros like w;` for each adjoint that the reverse sweep adds to.
    pub fn zero_buffers(&self, of: impl Fn(&Argument) -> TokenStream) -> TokenStream {
        let runtime = &self.runtime;
        self.arguments
            .iter()
            .filter(|argument| argument.is_added_to())
            .map(|argument| {
                let (adjoint, of) = (&argument.adjoint, of(argument));
                quote!(let mut #adjoint = #runtime::zero_like(#of);)
            })
            .collect()
    }

    /// The adjoints passed to the fused sweep: own buffers, and the caller's.
    pub(super) fn adjoints(&self, own: bool) -> Vec<TokenStream> {
        self.by_reference()
            .filter(|(_, of)| of.differentiable)
            .map(|(_, of)| {
                let name = &of.adjoint;
                if own && of.passing() == Passing::Shared {
                    quote!(&mut #name)
                } else {
                    name.to_token_stream()
                }
            })
            .collect()
    }

    /// The seed of a gradient.
    pub(super) fn one(&self) -> TokenStream {
        self.constant(1.0)
    }

    /// A number of the result's type.
    pub(super) fn constant(&self, number: f64) -> TokenStream {
        let ty = match super::sweeps::shape_of(&self.reverse.outputs, crate::ir::Role::Primal) {
            Some(Shape::Var(Var::Value(value))) => self.reverse.value(*value).ty.clone(),
            _ => crate::ir::Type::Unknown,
        };
        super::types::float(number, &ty, &self.runtime, Span::call_site()).tokens()
    }

    /// The parameter for a direction, shaped like the gradient; `names` has one for each argument.
    pub fn direction_parameter(&self, names: &[Ident]) -> Option<TokenStream> {
        let runtime = &self.runtime;
        let mut directions = Vec::new();
        for (of, name) in self.arguments.iter().zip(names).filter(|(of, _)| of.in_gradient()) {
            let ty = if of.passing() == Passing::Shared && tangent::is_sequence(of.ty) {
                // Shaped like the gradient, or borrowed.
                let buffer = tangent::buffer(of.ty, runtime);
                quote!(impl ::core::convert::AsRef<#buffer>)
            } else {
                tangent::gradient(of.ty, runtime)
            };
            directions.push((name, ty));
        }
        match &directions[..] {
            [] => None,
            [(name, ty)] => Some(quote!(#name: #ty)),
            several => {
                let (names, types): (Vec<_>, Vec<_>) = several.iter().cloned().unzip();
                Some(quote!((#(#names),*): (#(#types),*)))
            }
        }
    }

    pub fn needs_heap(&self) -> bool {
        self.gradient_arguments().any(|of| tangent::needs_heap(of.ty))
    }

    /// A function with the user's visibility, generics and where-clause.
    pub fn item(
        &self,
        suffix: &str,
        docs: TokenStream,
        params: Vec<TokenStream>,
        output: TokenStream,
        body: TokenStream,
        heap: bool,
    ) -> TokenStream {
        let name = self.companion_name(suffix);
        let sig = &self.source.item.sig;
        let (generics, where_clause) = (&sig.generics, &sig.generics.where_clause);
        let (vis, attributes) = (&self.source.item.vis, self.attributes());
        let item = quote! {
            #docs
            #attributes
            #[inline]
            #vis fn #name #generics (#(#params),*) -> #output #where_clause { #body }
        };
        self.on_heap(item, heap)
    }

    /// Left out where the runtime has no heap.
    pub(super) fn on_heap(&self, item: TokenStream, heap: bool) -> TokenStream {
        if heap {
            let runtime = &self.runtime;
            quote!(#runtime::if_alloc! { #item })
        } else {
            item
        }
    }

    pub fn companion_name(&self, suffix: &str) -> Ident {
        use syn::ext::IdentExt;
        Ident::new(&format!("{}_{suffix}", self.name.unraw()), self.name.span())
    }

    /// The user's `cfg`s, and no warnings about what he did not write.
    pub fn attributes(&self) -> TokenStream {
        let cfgs =
            self.source.item.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
        // What the compiler warns of at the function itself, it need not say again here.
        let public = matches!(self.source.item.vis, syn::Visibility::Public(_));
        let types = self.arguments.iter().map(|of| of.ty).chain(&self.source.output);
        let private = public && types.into_iter().any(crate::declared::is_private);
        let private = private.then(|| quote!(, private_interfaces, private_bounds));
        quote! {
            #(#cfgs)*
            #[allow(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
            #[allow(unused, unused_lifetimes, nonstandard_style, deprecated #private)]
        }
    }

    fn residuals_name(&self) -> Ident {
        use syn::ext::IdentExt;
        let mut name = String::new();
        for part in self.name.unraw().to_string().split('_') {
            let mut letters = part.chars();
            if let Some(first) = letters.next() {
                name.extend(first.to_uppercase());
                name.push_str(letters.as_str());
            }
        }
        Ident::new(&format!("{name}Residuals"), self.name.span())
    }

    /// Whether the residuals borrow from arguments.
    fn residuals_borrow(&self) -> bool {
        self.passed_again().any(|of| borrows(of.ty))
    }
}

pub fn bare_or_tuple(mut of: Vec<TokenStream>) -> TokenStream {
    match of.len() {
        1 => of.remove(0),
        _ => quote!((#(#of),*)),
    }
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
        let again = super::split::is_passed_again(&of.param.shape, of.passing());
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
    let again = site.arguments.iter().map(|of| {
        let field = &of.name;
        match super::split::is_passed_again(&of.param.shape, of.passing()) {
            true => quote!(#name.#field),
            false => quote!(()),
        }
    });
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

/// Elided lifetimes become `'residuals`, and so do the user's.
pub(super) fn with_lifetime(ty: &syn::Type) -> syn::Type {
    struct Named;
    impl VisitMut for Named {
        fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
            if reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident != "static") {
                reference.lifetime = Some(syn::Lifetime::new("'residuals", Span::call_site()));
            }
            syn::visit_mut::visit_type_reference_mut(self, reference);
        }

        fn visit_lifetime_mut(&mut self, lifetime: &mut syn::Lifetime) {
            if lifetime.ident != "static" {
                *lifetime = syn::Lifetime::new("'residuals", Span::call_site());
            }
        }
    }
    let mut ty = ty.clone();
    Named.visit_type_mut(&mut ty);
    ty
}

pub(super) fn borrows(ty: &syn::Type) -> bool {
    struct Found(bool);
    impl<'ast> syn::visit::Visit<'ast> for Found {
        fn visit_type_reference(&mut self, reference: &'ast syn::TypeReference) {
            self.0 |= reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident != "static");
            syn::visit::visit_type_reference(self, reference);
        }

        fn visit_lifetime(&mut self, lifetime: &'ast syn::Lifetime) {
            self.0 |= lifetime.ident != "static";
        }
    }
    let mut found = Found(false);
    syn::visit::Visit::visit_type(&mut found, ty);
    found.0
}
