//! What stands beside a method or an associated function, where no type can be declared: functions alone.
//!
//! Other generated code calls `m_primal` (a call that leaves the receiver where it is), `m_sweep` (both sweeps, with a slot for
//! the receiver and for each argument passed by reference) and `m_tangent` (forward mode). All of them take the receiver by
//! reference, so that whoever calls them need not know how the method takes it.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::{
    docs,
    frame::Argument,
    site::{borrows, with_lifetime},
    sweeps::Site,
    tangent,
};
use crate::{ir::Passing, parse::Home};

/// The hidden functions, which are all that callers need.
pub fn hidden(site: &Site) -> TokenStream {
    let required = match site.source.home {
        Home::Trait { provided: false } => signatures(site),
        _ => required(site),
    };
    let mut hidden = quote!(#required);
    let mut calls = vec![Call::Path];
    if site.arguments.iter().any(|of| of.receiver) {
        hidden.extend(primal(site));
        calls.push(Call::Method);
    }
    for call in calls {
        hidden.extend(sweep(site, call));
        hidden.extend(site.forward.map(|function| site.zero_directions(function, call)));
    }
    hidden
}

/// How a method is called, which decides how its receiver is passed to its sweeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// `x.m(..)`: by reference, so that whoever calls it need not know how the method takes it.
    Method,
    /// `Type::m(x, ..)`: as the other arguments.
    Path,
}

impl Call {
    pub fn receives(self, of: &Argument) -> bool {
        self == Call::Method && of.receiver
    }

    /// The name of a part, for those who call it in this way.
    pub fn part(self, part: &str) -> String {
        match self {
            Call::Method => part.to_owned(),
            Call::Path => format!("path_{part}"),
        }
    }
}

/// The two that do the work; all others call these.
pub fn required(site: &Site) -> TokenStream {
    let (with_adjoints, with_tangents) = (site.both_sweeps(), site.plain_forward_mode());
    quote!(#with_adjoints #with_tangents)
}

/// The same, where the `impl` blocks of a trait have their bodies.
fn signatures(site: &Site) -> TokenStream {
    let runtime = &site.runtime;
    let attributes = site.attributes();
    let sig = &site.source.item.sig;
    let (generics, clause) = (&sig.generics, &sig.generics.where_clause);
    let arguments = || site.parameters();
    let mut params = arguments();
    params.extend(site.seed_parameter());
    params.extend(site.by_reference().filter(|(_, of)| of.differentiable).map(|(_, of)| {
        let (name, buffer) = (&of.adjoint, tangent::buffer(of.ty, runtime));
        quote!(#name: &mut #buffer)
    }));
    let (name, output) = (site.sweep_name("sweep"), site.output());
    let contributions = site.contributions_type();
    let with_tangents = site.forward.map(|_| {
        let mut params = arguments();
        params.extend(site.arguments.iter().filter(|of| of.differentiable).map(|of| {
            let (name, ty) = (&of.adjoint, site.direction_type(of));
            quote!(#name: #ty)
        }));
        let (name, result) = (site.sweep_name("tangent"), site.result_with_tangent());
        quote! {
            #[doc(hidden)]
            #attributes
            fn #name #generics (#(#params),*) -> #result #clause;
        }
    });
    quote! {
        #[doc(hidden)]
        #attributes
        fn #name #generics (#(#params),*) -> (#output, #contributions) #clause;
        #with_tangents
    }
}

impl Argument<'_> {
    /// The method takes itself by value, so that who has a reference must copy.
    pub fn is_taken_receiver(&self) -> bool {
        self.receiver && self.passing() == Passing::ByValue
    }

    /// The parameter of a function that takes the receiver by reference.
    fn borrowed(&self, changes: bool) -> TokenStream {
        let name = &self.name;
        match (self.receiver, self.passing()) {
            (true, Passing::ByValue) => quote!(&#name),
            (true, Passing::Mutable) if !changes => quote!(&#name),
            _ => self.declared(name.to_token_stream()),
        }
    }
}

impl Site<'_> {
    fn takes_receiver(&self) -> bool {
        self.arguments.iter().any(Argument::is_taken_receiver)
    }

    /// The user's where-clause, and that the receiver can be copied if it must be.
    pub fn where_clause(&self, copies: bool) -> TokenStream {
        let of = &self.source.item.sig.generics.where_clause;
        if !copies {
            return of.to_token_stream();
        }
        // The lifetime puts the question off until the function is used.
        let bound = quote!(for<'any> Self: ::core::clone::Clone);
        match of {
            Some(clause) => {
                let predicates = clause.predicates.iter();
                quote!(where #(#predicates,)* #bound)
            }
            None => quote!(where #bound),
        }
    }

    pub fn hidden_function(
        &self,
        name: &str,
        params: &[TokenStream],
        output: &TokenStream,
        where_clause: TokenStream,
        body: TokenStream,
    ) -> TokenStream {
        let name: Ident = self.companion_name(name);
        let (vis, attributes) = (&self.source.item.vis, self.attributes());
        let generics = &self.source.item.sig.generics;
        quote! {
            #[doc(hidden)]
            #attributes
            #[inline]
            #vis fn #name #generics (#(#params),*) -> #output #where_clause { #body }
        }
    }
}

fn primal(site: &Site) -> TokenStream {
    let params: Vec<_> = site.arguments.iter().map(|of| of.borrowed(true)).collect();
    let function = site.primal_path();
    let names = site.arguments.iter().map(|of| {
        let name = &of.name;
        if of.is_taken_receiver() {
            quote!(::core::clone::Clone::clone(#name))
        } else {
            quote!(#name)
        }
    });
    let (output, clause) = (written_output(site), site.where_clause(site.takes_receiver()));
    site.hidden_function("primal", &params, &output, clause, quote!(#function(#(#names),*)))
}

/// What the method returns: of an `Option` or a `Result`, that itself.
fn written_output(site: &Site) -> TokenStream {
    match &site.source.choice {
        Some(choice) => choice.ty.to_token_stream(),
        None => site.output(),
    }
}

/// The receiver and the arguments for a function that takes them by value: copies of what is borrowed here.
pub fn passed_on(site: &Site, call: Call) -> Vec<TokenStream> {
    let each = site.arguments.iter().map(|of| {
        let name = &of.name;
        match (call.receives(of), of.passing()) {
            (true, Passing::ByValue) => quote!(::core::clone::Clone::clone(#name)),
            (true, Passing::Mutable) => quote!(&mut ::core::clone::Clone::clone(#name)),
            _ => name.to_token_stream(),
        }
    });
    each.collect()
}

/// The parameters of a function that takes the receiver by reference and leaves it.
pub fn borrowed(site: &Site, call: Call) -> Vec<TokenStream> {
    let each = site.arguments.iter().map(|of| match call {
        Call::Method => of.borrowed(false),
        Call::Path => of.declared(of.name.to_token_stream()),
    });
    each.collect()
}

/// Whether such a function copies the receiver.
pub fn copies_the_receiver(site: &Site, call: Call) -> bool {
    site.arguments.iter().any(|of| call.receives(of) && of.passing() != Passing::Shared)
}

/// Slots for adjoints, and what a function does that has them and calls one with plain buffers.
#[derive(Default)]
pub struct Slots {
    pub params: Vec<TokenStream>,
    pub before: TokenStream,
    pub after: TokenStream,
    /// The plain buffers.
    pub buffers: Vec<TokenStream>,
    /// For what the function with plain buffers returns.
    pub pattern: Vec<TokenStream>,
    pub returned: Vec<TokenStream>,
    pub types: Vec<TokenStream>,
}

impl Slots {
    /// `names`: of the adjoints, one an argument.
    pub fn new(
        site: &Site,
        call: Call,
        names: &[Ident],
        unique: &mut super::names::Unique,
    ) -> Slots {
        let runtime = &site.runtime;
        let mut slots = Slots::default();
        for (of, adjoint) in site.arguments.iter().zip(names) {
            let name = &of.name;
            let own = unique.name(&format!("{adjoint}_own"), of.param.span);
            if of.passing() == Passing::ByValue {
                if call.receives(of) && of.differentiable {
                    let ty = tangent::gradient(of.ty, runtime);
                    slots.params.push(quote!(mut #adjoint: impl #runtime::Slot<#ty>));
                    slots.pattern.push(own.to_token_stream());
                    slots.after.extend(quote! {
                        if let ::core::option::Option::Some(#adjoint) = #adjoint.get() {
                            #runtime::add_all(#adjoint, &#own);
                        }
                    });
                } else if call.receives(of) {
                    slots.params.push(quote!(_: impl #runtime::Slot<#runtime::NoDerivative>));
                    slots.pattern.push(quote!(_));
                } else {
                    slots.pattern.push(adjoint.to_token_stream());
                    slots.returned.push(adjoint.to_token_stream());
                    slots.types.push(match of.differentiable {
                        true => tangent::gradient(of.ty, runtime),
                        false => quote!(#runtime::NoDerivative),
                    });
                }
                continue;
            }
            if !of.differentiable {
                slots.params.push(quote!(_: impl #runtime::Slot<#runtime::NoDerivative>));
                continue;
            }
            let buffer = tangent::buffer(of.ty, runtime);
            slots.params.push(quote!(mut #adjoint: impl #runtime::Slot<#buffer>));
            slots.before.extend(quote! {
                let mut #own;
                let #adjoint: &mut #buffer = match #adjoint.get() {
                    ::core::option::Option::Some(#adjoint) => #adjoint,
                    ::core::option::Option::None => { #own = #runtime::zero_like(#name); &mut #own }
                };
            });
            slots.buffers.push(adjoint.to_token_stream());
        }
        slots
    }
}

/// Bare if there is one, otherwise a tuple.
pub fn one(of: &[TokenStream]) -> TokenStream {
    match of {
        [one] => one.clone(),
        of => quote!((#(#of),*)),
    }
}

fn sweep(site: &Site, call: Call) -> TokenStream {
    let names: Vec<Ident> = site.arguments.iter().map(|of| of.adjoint.clone()).collect();
    let slots = Slots::new(site, call, &names, &mut site.own.unique.clone());
    let mut params = borrowed(site, call);
    params.extend(site.seed_parameter());
    params.extend(slots.params);
    let Slots { before, after, buffers, .. } = slots;
    let (pattern, returned, output) =
        (one(&slots.pattern), one(&slots.returned), one(&slots.types));
    let (with_adjoints, seed) = (site.sweep_path("sweep"), site.own.seed.clone());
    let seed = site.seed_parameter().map(|_| quote!(#seed,));
    let passed = passed_on(site, call);
    let body = quote! {
        #before
        let (_, #pattern) = #with_adjoints(#(#passed,)* #seed #(#buffers),*);
        #after
        #returned
    };
    let clause = site.where_clause(copies_the_receiver(site, call));
    site.hidden_function(&call.part("sweep"), &params, &output, clause, body)
}

/// `m_forward` and `m_reverse`. The residuals are the arguments: what a method keeps of its own forward sweep has no type that
/// could be named here, so that the reverse sweep makes the forward sweep once more.
pub fn forward_and_reverse(site: &Site) -> TokenStream {
    let forward = forward(site);
    let reverse = site.on_heap(reverse(site), site.needs_heap());
    quote!(#forward #reverse)
}

/// The type of an argument in the residuals.
fn kept_type(of: &Argument, site: &Site) -> TokenStream {
    let runtime = &site.runtime;
    match (of.passing(), tangent::behind(of.ty)) {
        (Passing::Mutable, syn::Type::Slice(slice)) => {
            let of = &slice.elem;
            quote!(#runtime::alloc::vec::Vec<#of>)
        }
        (Passing::Mutable, ty) => ty.to_token_stream(),
        _ => of.ty.to_token_stream(),
    }
}

fn is_kept_as_it_is(of: &Argument) -> bool {
    let plain = tangent::is_float(of.ty) || tangent::is_constant(of.ty);
    of.passing() == Passing::Shared || (of.passing() == Passing::ByValue && plain)
}

fn forward(site: &Site) -> TokenStream {
    let mut before = TokenStream::new();
    let (mut kept, mut types, mut params) = (Vec::new(), Vec::new(), Vec::new());
    let mut unique = site.own.unique.clone();
    let mut borrow = false;
    for of in &site.arguments {
        let argument = &of.name;
        borrow |= of.passing() == Passing::Shared && borrows(of.ty);
        let with_lifetime = with_lifetime(of.ty);
        if of.passing() == Passing::Shared {
            params.push(match (of.receiver, of.declared(argument.to_token_stream())) {
                (true, _) => quote!(&'residuals #argument),
                _ => quote!(#argument: #with_lifetime),
            });
            types.push(with_lifetime.to_token_stream());
        } else {
            params.push(of.declared(argument.to_token_stream()));
            types.push(kept_type(of, site));
        }
        if is_kept_as_it_is(of) {
            kept.push(argument.to_token_stream());
            continue;
        }
        let before_call = unique.name(&format!("{}_before", of.label), of.param.span);
        let copy = match (of.passing(), tangent::behind(of.ty)) {
            (Passing::Mutable, syn::Type::Slice(_)) => quote!(#argument.to_vec()),
            (Passing::Mutable, _) => quote!(::core::clone::Clone::clone(&*#argument)),
            _ => quote!(::core::clone::Clone::clone(&#argument)),
        };
        before.extend(quote!(let #before_call = #copy;));
        kept.push(before_call.to_token_stream());
    }
    let (names, value, output) = (site.names(), site.own.value.clone(), written_output(site));
    let function = site.primal_path();
    let body = quote! {
        #before
        let #value = #function(#(#names),*);
        (#value, (#(#kept,)*))
    };
    let mut generics = site.source.item.sig.generics.clone();
    if borrow {
        generics.params.insert(0, syn::parse_quote!('residuals));
    }
    let clause = site.where_clause(copies_the_receiver(site, Call::Method));
    let (function, vis) = (site.companion_name("forward"), &site.source.item.vis);
    let (attributes, docs) = (site.attributes(), docs::forward(site));
    quote! {
        #docs
        #attributes
        #[inline]
        #vis fn #function #generics (#(#params),*) -> (#output, (#(#types,)*)) #clause { #body }
    }
}

fn reverse(site: &Site) -> TokenStream {
    let residuals = &site.own.residuals;
    let field = |of: &Argument| {
        let i = site.arguments.iter().position(|other| other.name == of.name).unwrap_or_default();
        let i = syn::Index::from(i);
        quote!(#residuals.#i)
    };
    let zeros = site.zero_buffers(field);
    let again = site.arguments.iter().map(|of| {
        let field = field(of);
        match of.passing() {
            _ if is_kept_as_it_is(of) => field,
            Passing::Mutable => quote!(&mut ::core::clone::Clone::clone(&#field)),
            _ => quote!(::core::clone::Clone::clone(&#field)),
        }
    });
    let (with_adjoints, seed) = (site.sweep_path("sweep"), site.own.seed.clone());
    let choice = site.source.choice.is_some();
    let passed = match choice {
        true => site.held_seed(seed.to_token_stream()),
        false => seed.to_token_stream(),
    };
    let seed = site.seed_parameter().map(|_| quote!(#passed,));
    let (contributions, gradient) = (site.contributions_pattern(), site.gradient_value());
    let adjoints = site.adjoints(true);
    let body = quote! {
        #zeros
        let (_, #contributions) = #with_adjoints(#(#again,)* #seed #(#adjoints),*);
        #gradient
    };
    let types = site.arguments.iter().map(|of| kept_type(of, site));
    let mut params = vec![quote!(#residuals: &(#(#types,)*))];
    match choice {
        true => params.push(site.held_seed_parameter()),
        false => params.extend(site.seed_parameter()),
    }
    params.extend(site.in_out_parameters());
    let output = site.gradient_type();
    let generics = &site.source.item.sig.generics;
    let clause = site.where_clause(copies_the_receiver(site, Call::Method));
    let (function, vis) = (site.companion_name("reverse"), &site.source.item.vis);
    let (attributes, docs) = (site.attributes(), docs::reverse(site));
    quote! {
        #docs
        #attributes
        #[inline]
        #vis fn #function #generics (#(#params),*) -> #output #clause { #body }
    }
}
