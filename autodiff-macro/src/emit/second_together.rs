//! Second derivatives where the sweeps cannot be taken apart: of methods, and of functions that keep something whose type has
//! no name. Both sweeps and their tangents stand in one body.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::{
    associated::{self, Call, Slots, one},
    body::{Bound, Printer},
    frame::Frame,
    loops,
    second::{Second, adjoint_vars},
    tangent,
};
use crate::{
    ir::{Passing, Role},
    parse::Home,
};

impl Second<'_> {
    /// The function that does the work, and the one that others call.
    pub fn together(&self) -> TokenStream {
        let (with_tangents, general) = (self.with_tangents(), self.general());
        quote!(#with_tangents #general)
    }

    /// A parameter for each direction, which is there.
    pub(super) fn plain_directions(&self, frame: &mut Frame) -> Vec<TokenStream> {
        let directions = self.site.arguments.iter().enumerate().filter_map(|(i, of)| {
            let param = frame.param(Role::Tangent(i))?;
            let pattern = frame.pattern(&param.shape, &self.tangents[i], of.passing());
            let ty = self.site.direction_type(of);
            Some(quote!(#pattern: #ty))
        });
        directions.collect()
    }

    /// With plain directions and buffers.
    pub fn with_tangents(&self) -> TokenStream {
        let (site, runtime) = (&self.site, &self.site.runtime);
        let mut frame = Frame::new(site.reverse, &self.unique);
        let mut params: Vec<_> = site.arguments.iter().map(|of| frame.primal(of)).collect();
        params.extend(self.plain_directions(&mut frame));
        params.extend(self.seed_parameters(&mut frame));
        for tangents in [false, true] {
            for (i, of) in site.by_reference() {
                let (name, param) = self.adjoint_of(i, tangents, &frame);
                let Some(param) = param else { continue };
                let buffer = tangent::buffer(of.ty, runtime);
                params.push(quote!(#name: &mut #buffer));
                frame.bind(&param.shape, &name, Bound::Reference);
            }
        }
        let function = site.reverse;
        let tail = adjoint_vars(function);
        let cut = function.cut.min(function.body.ops.len());
        let mut printer =
            Printer::new(function, &function.body, cut, &tail, frame.context, runtime);
        printer.whole_tapes = loops::whole_tapes(&function.body);
        let mut body = site.stand_ins(function).unwrap_or_default();
        body.extend(site.tape_declarations(&mut printer, &site.split.tapes));
        printer.both_halves(cut, &site.split.tapes, &mut body);
        let contributions = site.contributions(&printer, &function.outputs, Role::Adjoint);
        let tangents = site.contributions(&printer, &function.outputs, Role::AdjointTangent);
        body.extend(quote!((#contributions, #tangents)));
        let ty = site.contributions_type();
        site.function("second_sweep", quote!(#(#params),*), quote!((#ty, #ty)), body)
    }

    /// The declaration alone, for a trait whose `impl` blocks have the body.
    pub fn signature(&self) -> TokenStream {
        let (site, runtime) = (&self.site, &self.site.runtime);
        let mut params = site.parameters();
        for (of, name) in site.arguments.iter().zip(&self.tangents) {
            if of.differentiable {
                let ty = site.direction_type(of);
                params.push(quote!(#name: #ty));
            }
        }
        params.extend(site.seed_parameter());
        if let (Some(ty), true) = (&site.source.output, site.takes_seed()) {
            let (name, ty) = (&self.seed_tangent, tangent::gradient(ty, runtime));
            params.push(quote!(#name: #ty));
        }
        let adjoints: Vec<Ident> = site.arguments.iter().map(|of| of.adjoint.clone()).collect();
        for names in [&adjoints, &self.adjoint_tangents] {
            for (i, of) in site.by_reference().filter(|(_, of)| of.differentiable) {
                let (name, buffer) = (&names[i], tangent::buffer(of.ty, runtime));
                params.push(quote!(#name: &mut #buffer));
            }
        }
        let sig = &site.source.item.sig;
        let (generics, clause) = (&sig.generics, &sig.generics.where_clause);
        let (name, attributes) = (site.sweep_name("second_sweep"), site.attributes());
        let ty = site.contributions_type();
        quote! {
            #[doc(hidden)]
            #attributes
            fn #name #generics (#(#params),*) -> (#ty, #ty) #clause;
        }
    }

    /// With directions that may be zero and slots that may be empty; the receiver is borrowed.
    pub fn general(&self) -> TokenStream {
        let site = &self.site;
        let mut unique = self.unique.clone();
        let adjoints: Vec<Ident> = site.arguments.iter().map(|of| of.adjoint.clone()).collect();
        let slots = Slots::new(site, Call::Method, &adjoints, &mut unique);
        let tangent_slots = Slots::new(site, Call::Method, &self.adjoint_tangents, &mut unique);
        let mut params = associated::borrowed(site, Call::Method);
        let (mut before, mut directions) = (TokenStream::new(), Vec::new());
        for i in 0..site.arguments.len() {
            let own =
                unique.name(&format!("{}_own", self.tangents[i]), proc_macro2::Span::call_site());
            let (param, prelude, passed) = self.plain_direction(i, &own);
            params.push(param);
            before.extend(prelude);
            directions.extend(passed);
        }
        params.extend(site.seed_parameter());
        if let (Some(ty), true) = (&site.source.output, site.takes_seed()) {
            let (name, ty) = (&self.seed_tangent, tangent::gradient(ty, &site.runtime));
            params.push(quote!(#name: #ty));
        }
        let seeds = site.takes_seed().then(|| {
            let (seed, tangent) = (&site.own.seed, &self.seed_tangent);
            quote!(#seed, #tangent,)
        });
        params.extend(slots.params);
        params.extend(tangent_slots.params);
        let (contributions, tangents) = (one(&slots.pattern), one(&tangent_slots.pattern));
        let (returned, returned_tangents) = (one(&slots.returned), one(&tangent_slots.returned));
        let output = one(&slots.types);
        let (passed, path) =
            (associated::passed_on(site, Call::Method), site.sweep_path("second_sweep"));
        let (slots_before, slots_after) = (slots.before, slots.after);
        let (tangents_before, tangents_after) = (tangent_slots.before, tangent_slots.after);
        let (buffers, tangent_buffers) = (slots.buffers, tangent_slots.buffers);
        let body = quote! {
            #before
            #slots_before
            #tangents_before
            let (#contributions, #tangents) =
                #path(#(#passed,)* #(#directions,)* #seeds #(#buffers,)* #(#tangent_buffers),*);
            #slots_after
            #tangents_after
            (#returned, #returned_tangents)
        };
        let output = quote!((#output, #output));
        if site.source.home == Home::Module {
            return site.bare_function("second", quote!(#(#params),*), output, body);
        }
        let clause = site.where_clause(associated::copies_the_receiver(site, Call::Method));
        site.hidden_function("second", &params, &output, clause, body)
    }

    /// A parameter for a direction that may be zero, what makes a plain one of it, and that.
    pub(super) fn plain_direction(
        &self,
        i: usize,
        own: &Ident,
    ) -> (TokenStream, TokenStream, Option<TokenStream>) {
        let (of, name, runtime) = (&self.site.arguments[i], &self.tangents[i], &self.site.runtime);
        let (argument, by_value) = (&of.name, of.passing() == Passing::ByValue);
        let bound = match of.passing() {
            _ if of.receiver => quote!(DirectionRef),
            Passing::ByValue => quote!(Direction),
            Passing::Shared => quote!(DirectionRef),
            Passing::Mutable | Passing::Reborrowed => quote!(DirectionMut),
        };
        if !of.differentiable {
            let param = quote!(_: impl #runtime::#bound<#runtime::NoDerivative>);
            return (param, TokenStream::new(), None);
        }
        let ty = match by_value {
            true => tangent::gradient(of.ty, runtime),
            false => tangent::buffer(of.ty, runtime),
        };
        let zeros = tangent::zeros(of.ty, argument.to_token_stream(), runtime);
        let (some, none) =
            (quote!(::core::option::Option::Some), quote!(::core::option::Option::None));
        let mutable = (of.passing() == Passing::Mutable && !of.receiver).then(|| quote!(mut));
        let param = quote!(#mutable #name: impl #runtime::#bound<#ty>);
        let copied = quote! {
            match #name.get() {
                #some(#name) => ::core::clone::Clone::clone(#name),
                #none => #runtime::zero_like(#argument),
            }
        };
        let (prelude, passed) = match of.passing() {
            Passing::ByValue if of.receiver => (quote!(let #name = #copied;), quote!(#name)),
            Passing::ByValue => {
                (quote!(let #name: #ty = #name.get().unwrap_or_else(|| #zeros);), quote!(#name))
            }
            Passing::Mutable if of.receiver => {
                (quote!(let mut #name: #ty = #copied;), quote!(&mut #name))
            }
            passing => {
                let borrow = match passing {
                    Passing::Shared => quote!(&),
                    _ => quote!(&mut),
                };
                let prelude = quote! {
                    let #mutable #own;
                    let #name: #borrow #ty = match #name.get() {
                        #some(#name) => #name,
                        #none => { #own = #zeros; #borrow #own }
                    };
                };
                (prelude, quote!(#name))
            }
        };
        (param, prelude, Some(passed))
    }

    /// Products of the Hessian, by [`Self::general`].
    pub fn product_together(
        &self,
        directions: &[Option<TokenStream>],
        names: Vec<TokenStream>,
        seeds: [TokenStream; 2],
    ) -> TokenStream {
        let (site, runtime) = (&self.site, &self.site.runtime);
        let mut zeros = site.zero_buffers(|of| of.name.to_token_stream());
        let (mut passed, mut borrowed) = (Vec::new(), Vec::new());
        let (mut slots, mut tangent_slots) = (Vec::new(), Vec::new());
        let mut pattern = Vec::new();
        for ((of, name), direction) in site.arguments.iter().zip(names).zip(directions) {
            let (adjoint, argument) = (&of.adjoint, &of.name);
            let taken = of.is_taken_receiver();
            passed.push(if taken { quote!(&#argument) } else { name });
            borrowed.push(match direction {
                Some(direction) if taken => quote!(&#direction),
                Some(direction) => direction.clone(),
                None => quote!(#runtime::Zero),
            });
            if of.passing() == Passing::ByValue && !of.receiver {
                pattern.push(match of.differentiable {
                    true => adjoint.to_token_stream(),
                    false => quote!(_),
                });
                continue;
            }
            if taken && of.differentiable {
                zeros.extend(quote!(let mut #adjoint = #runtime::zero_like(&#argument);));
            }
            slots.push(quote!(#runtime::Inactive));
            tangent_slots.push(match of.is_added_to() || (taken && of.differentiable) {
                true => quote!(&mut #adjoint),
                false => quote!(#runtime::Inactive),
            });
        }
        let path = match site.source.home {
            Home::Module => {
                let (name, turbofish) = (&site.carrier, site.turbofish());
                quote!(#name::second #turbofish)
            }
            _ => site.companion_path("second"),
        };
        let (contributions, gradient) = (one(&pattern), site.gradient_value());
        let [one, zero] = seeds;
        quote! {
            #zeros
            let (_, #contributions) = #path(
                #(#passed,)* #(#borrowed,)* #one, #zero, #(#slots,)* #(#tangent_slots),*
            );
            #gradient
        }
    }
}
