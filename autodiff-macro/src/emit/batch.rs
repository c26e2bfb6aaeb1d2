//! Batched sweeps: `f_jvp_batch`, `f_vjp_batch`, `f_reverse_batch`, and the hidden functions behind them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

use super::{associated::Call, docs, frame::Argument, site::bare_or_tuple, sweeps::Site, tangent};
use crate::{
    ir::{Function, Passing},
    options::Options,
    parse::{Home, Source},
    transform::lanes,
};

/// The sweeps of a function with lanes in the place of tangents and adjoints.
pub struct Batch<'a> {
    pub site: &'a Site<'a>,
    reverse: Function,
    forward: Function,
    /// The number of lanes: a parameter of what is generated.
    pub count: Ident,
    /// Of each argument, the type that its derivative is shaped like.
    pub types: Vec<syn::Type>,
    /// The same of the result.
    pub output: Option<syn::Type>,
    /// By the user, so that other functions may call the sweeps.
    asked: bool,
}

/// A name that the function does not mention.
pub fn count(item: &syn::ItemFn) -> Ident {
    let text = item.to_token_stream().to_string();
    let mut name = String::from("LANES");
    while text.contains(&name) {
        name.push('_');
    }
    Ident::new(&name, Span::call_site())
}

/// Of each argument, the type that the lanes of its derivative are shaped like.
pub fn types_in_lanes(site: &Site, count: &Ident) -> Option<Vec<syn::Type>> {
    let types = site.arguments.iter().map(|of| match of.differentiable {
        true => tangent::lanes(of.ty, count, &site.runtime),
        false => Some(of.ty.clone()),
    });
    types.collect()
}

/// The user's generics, and the number of lanes.
pub fn generics_in_lanes(site: &Site, count: &Ident) -> syn::Generics {
    let mut generics = site.source.item.sig.generics.clone();
    generics.params.push(syn::parse_quote!(const #count: usize));
    generics
}

/// Why there are none, if the reason is in the signature.
pub fn refused(source: &Source) -> Option<&'static str> {
    if source.home != Home::Module {
        return Some(
            "batched sweeps are for free functions: put `batch` on a function that calls this one",
        );
    }
    let is_mutable = |ty: &syn::Type| matches!(tangent::bare(ty), syn::Type::Reference(of) if of.mutability.is_some());
    if source.choice.is_some() || source.params.iter().any(|of| is_mutable(&of.ty)) {
        return Some(
            "batched sweeps are for functions that return a number, an array, a vector or a tuple of such, and take nothing \
             by `&mut`",
        );
    }
    None
}

impl<'a> Batch<'a> {
    /// If an option asks for it, and the function is one that has it.
    pub fn wanted(site: &'a Site<'a>, options: &Options) -> Option<Batch<'a>> {
        let wanted = options.batch.or(options.jacobian).is_some();
        if !wanted || refused(site.source).is_some() || site.kept.arguments.is_some() {
            return None;
        }
        let count = count(&site.source.item);
        let reverse = lanes::widen(site.reverse, &count).ok()?;
        let forward = lanes::widen(site.forward?, &count).ok()?;
        if options.batch.is_none() && (lanes::calls(&reverse) || lanes::calls(&forward)) {
            return None;
        }
        let types = types_in_lanes(site, &count)?;
        let output = match &site.source.output {
            Some(ty) => Some(tangent::lanes(ty, &count, &site.runtime)?),
            None => return None,
        };
        site.takes_seed().then_some(())?;
        let asked = options.batch.is_some();
        Some(Batch { site, reverse, forward, count, types, output, asked })
    }

    /// `fn tangent_batch` and `fn reverse_batch`.
    pub fn sweeps(&self) -> TokenStream {
        let forward = self.site.forward_mode_of(&self.forward, Some(self));
        let reverse = self.site.reverse_sweep_of(&self.reverse, Some(self));
        let general = self.site.zero_directions_of(&self.forward, Call::Path, Some(self));
        let general = self.asked.then_some(general);
        quote!(#forward #general #reverse)
    }

    fn generics(&self) -> syn::Generics {
        generics_in_lanes(self.site, &self.count)
    }

    /// A hidden function.
    pub(super) fn function(
        &self,
        name: &str,
        params: TokenStream,
        output: TokenStream,
        body: TokenStream,
    ) -> TokenStream {
        let body = self.site.with_items(body);
        self.bare_function(name, params, output, body)
    }

    pub(super) fn bare_function(
        &self,
        name: &str,
        params: TokenStream,
        output: TokenStream,
        body: TokenStream,
    ) -> TokenStream {
        self.site.generic_function(name, &self.generics(), params, output, body)
    }

    /// The hidden function with this part, with so many lanes.
    pub fn path(&self, part: &str, count: &TokenStream) -> TokenStream {
        let carrier = &self.site.carrier;
        let part = Ident::new(part, self.site.name.span());
        let names = self.site.param_names();
        quote!(#carrier::#part::<#(#names,)* #count>)
    }

    pub(super) fn contributions_type(&self) -> TokenStream {
        self.site.contributions_type_in(|i| &self.types[i])
    }

    /// The value, and the lanes of its tangent.
    pub(super) fn result(&self) -> TokenStream {
        let (output, runtime) = (self.site.output(), &self.site.runtime);
        let tangent =
            self.output.as_ref().map_or_else(|| quote!(()), |ty| tangent::gradient(ty, runtime));
        quote!((#output, #tangent))
    }

    /// Zeros in the shape of an argument, in all lanes.
    pub(super) fn zeros(&self, of: &Argument) -> TokenStream {
        let (runtime, count) = (&self.site.runtime, &self.count);
        let (name, zero) = (&of.name, tangent::zero(of.ty, &of.name.to_token_stream(), runtime));
        match of.passing() {
            Passing::Shared => quote!(#runtime::zero_lanes::<_, #count>(#name)),
            _ => {
                let ty = tangent::gradient(of.ty, runtime);
                quote!({ let zero: #ty = #zero; #runtime::zero_lanes::<_, #count>(&zero) })
            }
        }
    }

    /// The indices of the arguments in the gradient.
    fn inputs(&self) -> impl Iterator<Item = (usize, &Argument<'a>)> {
        self.site.arguments.iter().enumerate().filter(|(_, of)| of.in_gradient())
    }

    // ---- the public functions ----

    pub fn companions(&self) -> TokenStream {
        let (jvp, vjp, reverse) = (self.jvp(), self.vjp(), self.reverse());
        quote!(#jvp #vjp #reverse)
    }

    /// As [`Site::item`], with the number of lanes.
    fn item(
        &self,
        suffix: &str,
        docs: TokenStream,
        params: Vec<TokenStream>,
        output: TokenStream,
        body: TokenStream,
        heap: bool,
    ) -> TokenStream {
        self.site.item_of(&self.generics(), suffix, docs, params, output, body, heap)
    }

    fn needs_heap(&self) -> bool {
        let types = self.inputs().map(|(_, of)| of.ty).chain(&self.site.source.output);
        types.into_iter().any(tangent::needs_heap)
    }

    fn jvp(&self) -> TokenStream {
        let (site, count, runtime) = (self.site, &self.count, &self.site.runtime);
        let directions = site.own.unique.clone().name("directions", Span::call_site());
        let several = self.inputs().count() > 1;
        let mut types = Vec::new();
        let gather = self.inputs().enumerate().map(|(place, (_, of))| {
            let borrowed = of.passing() == Passing::Shared && tangent::is_sequence(of.ty);
            let part = several.then(|| {
                let place = syn::Index::from(place);
                quote!(.#place)
            });
            let (ty, one) = if borrowed {
                let buffer = tangent::buffer(of.ty, runtime);
                types.push(quote!(impl ::core::convert::AsRef<#buffer>));
                (buffer, quote!(one #part .as_ref()))
            } else {
                let ty = tangent::gradient(of.ty, runtime);
                types.push(ty.clone());
                let borrow = several.then(|| quote!(&));
                (ty, quote!(#borrow one #part))
            };
            let name = &of.adjoint;
            quote! {
                let #name = <#ty as #runtime::Bundle<#count>>::gather(
                    #directions.each_ref().map(|one| #one),
                );
            }
        });
        let gather: Vec<_> = gather.collect();
        let passed = self.inputs().map(|(_, of)| {
            let name = &of.adjoint;
            if of.passing() == Passing::Shared { quote!(&#name) } else { quote!(#name) }
        });
        let (tangent_batch, names) =
            (self.path("tangent_batch", &count.to_token_stream()), site.names());
        let value = &site.own.value;
        let output = site.source.output.as_ref().map(|ty| tangent::gradient(ty, runtime));
        let body = quote! {
            #(#gather)*
            let (#value, lanes) = #tangent_batch(#(#names,)* #(#passed),*);
            let lane = |k| <#output as #runtime::Bundle<#count>>::lane(&lanes, k);
            (#value, ::core::array::from_fn(lane))
        };
        let direction = bare_or_tuple(types);
        let mut params = site.parameters();
        params.push(quote!(#directions: [#direction; #count]));
        let result = site.output();
        let result = quote!((#result, [#output; #count]));
        self.item("jvp_batch", docs::jvp_batch(site), params, result, body, self.needs_heap())
    }

    fn seeds(&self) -> (Ident, TokenStream, TokenStream) {
        let (runtime, count) = (&self.site.runtime, &self.count);
        let seeds = self.site.own.unique.clone().name("seeds", Span::call_site());
        let ty = self.site.source.output.as_ref().map(|ty| tangent::gradient(ty, runtime));
        let param = quote!(#seeds: [#ty; #count]);
        let gathered = quote! {
            <#ty as #runtime::Bundle<#count>>::gather(#seeds.each_ref())
        };
        (seeds, param, gathered)
    }

    fn vjp(&self) -> TokenStream {
        let (site, count) = (self.site, &self.count);
        let (seeds, param, _) = self.seeds();
        let (forward, reverse) =
            (site.companion_path("forward"), site.companion_name("reverse_batch"));
        let (value, residuals, names) = (&site.own.value, &site.own.residuals, site.names());
        let generics = site.param_names();
        let body = quote! {
            let (#value, #residuals) = #forward(#(#names),*);
            let gradients = #reverse::<#(#generics,)* #count>(&#residuals, #seeds);
            (#value, gradients)
        };
        let mut params = site.parameters();
        params.push(param);
        let (output, gradient) = (site.output(), site.gradient_type());
        let output = quote!((#output, [#gradient; #count]));
        self.item("vjp_batch", docs::vjp_batch(site), params, output, body, self.needs_heap())
    }

    fn reverse(&self) -> TokenStream {
        let (site, count) = (self.site, &self.count);
        let (_, param, gathered) = self.seeds();
        let residuals = &site.own.residuals;
        let count_tokens = count.to_token_stream();
        let sweep = self.reverse_call(&count_tokens, &gathered);
        let lanes = self.lane_of_gradient(&count_tokens, &quote!(k));
        let body = quote! {
            #sweep
            ::core::array::from_fn(|k| #lanes)
        };
        let name = site.residuals_name();
        let lifetime = site.struct_args(site.residuals_borrow().then(|| quote!('_)));
        let params = vec![quote!(#residuals: &#name #lifetime), param];
        let gradient = site.gradient_type();
        let output = quote!([#gradient; #count]);
        self.item(
            "reverse_batch",
            docs::reverse_batch(site),
            params,
            output,
            body,
            self.needs_heap(),
        )
    }

    /// Statements that leave the lanes of the adjoints under their names, from the residuals and lanes of the seed.
    pub fn reverse_call(&self, count: &TokenStream, seed: &TokenStream) -> TokenStream {
        let (site, runtime) = (self.site, &self.site.runtime);
        let (residuals, kept) = (&site.own.residuals, &site.own.kept);
        let buffers = site.arguments.iter().filter(|of| of.is_added_to()).map(|of| {
            let (adjoint, name) = (&of.adjoint, &of.name);
            quote!(let mut #adjoint = #runtime::zero_lanes::<_, #count>(#residuals.#name);)
        });
        let again = site.arguments_again(residuals);
        let slots = site.by_reference().map(|(_, of)| {
            let adjoint = &of.adjoint;
            if of.differentiable { quote!(&mut #adjoint) } else { quote!(#runtime::Inactive) }
        });
        let (sweep, contributions) =
            (self.path("reverse_batch", count), site.contributions_pattern());
        quote! {
            #(#buffers)*
            let #contributions = #sweep(#(#again,)* &#residuals.#kept, #seed, #(#slots),*);
        }
    }

    /// The gradient in one of the lanes that [`Self::reverse_call`] leaves.
    pub fn lane_of_gradient(&self, count: &TokenStream, lane: &TokenStream) -> TokenStream {
        bare_or_tuple(self.inputs().map(|(_, of)| self.lane(of, count, lane)).collect())
    }

    pub fn lane(&self, of: &Argument, count: &TokenStream, lane: &TokenStream) -> TokenStream {
        let (runtime, adjoint) = (&self.site.runtime, &of.adjoint);
        let ty = tangent::gradient(of.ty, runtime);
        quote!(<#ty as #runtime::Bundle<#count>>::lane(&#adjoint, #lane))
    }
}
