//! Second derivatives of a function that keeps its arguments ([`again`](super::again)), for its callers: the forward sweep
//! keeps the directions too, and the reverse sweep makes both sweeps and their tangents on these.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::{
    again::{copied, kept_again},
    body::Printer,
    frame::Frame,
    second::Second,
    sweeps::shape_of,
    tangent,
};
use crate::ir::Role;

impl Second<'_> {
    /// `fn forward_second`, `fn reverse_second`, and what the first of them calls.
    pub fn of_arguments(&self) -> TokenStream {
        let (tangents, forward, reverse) =
            (self.result_and_tangent(), self.forward_of_arguments(), self.reverse_of_arguments());
        quote!(#tangents #forward #reverse)
    }

    /// The directions that are kept: an argument and the name of the field.
    fn kept_directions(&self) -> impl Iterator<Item = (usize, &Ident)> {
        self.site.kept.directions.iter().map(|(i, name, _)| (*i, name))
    }

    /// The forward sweep with plain directions, of which nothing is kept.
    fn result_and_tangent(&self) -> TokenStream {
        let (site, runtime) = (&self.site, &self.site.runtime);
        let mut frame = Frame::new(site.reverse, &self.unique);
        let mut params: Vec<_> = site.arguments.iter().map(|of| frame.primal(of)).collect();
        params.extend(self.plain_directions(&mut frame));
        let mut tail = self.result_vars(Role::Primal);
        tail.extend(self.result_vars(Role::ResultTangent));
        let mut function = site.reverse.clone();
        function.body.ops.truncate(function.cut);
        let mut printer =
            Printer::new(&function, &function.body, usize::MAX, &tail, frame.context, runtime);
        let mut body = site.tape_declarations(&mut printer, &site.split.tapes);
        printer.statements(&function.body.ops, &mut body);
        let value = shape_of(&function.outputs, Role::Primal)
            .map_or_else(|| quote!(()), |shape| printer.shape(shape, false));
        let tangent = shape_of(&function.outputs, Role::ResultTangent).map_or_else(
            || quote!(()),
            |shape| printer.derivative(shape, site.source.output.as_ref(), false),
        );
        body.extend(quote!((#value, #tangent)));
        let (output, of_output) = (site.output(), self.output_tangent());
        let result = quote!((#output, #of_output));
        site.function("with_tangent", quote!(#(#params),*), result, body)
    }

    fn output_tangent(&self) -> TokenStream {
        match &self.site.source.output {
            Some(ty) => tangent::gradient(ty, &self.site.runtime),
            None => quote!(()),
        }
    }

    fn own_name(&self, i: usize) -> Ident {
        let mut unique = self.unique.clone();
        unique.name(&format!("{}_own", self.tangents[i]), Span::call_site())
    }

    fn forward_of_arguments(&self) -> TokenStream {
        let site = &self.site;
        let (kept_name, value) = (&site.own.kept, &site.own.value);
        let mut params = site.parameters();
        let (mut body, mut directions) = (TokenStream::new(), Vec::new());
        for i in 0..site.arguments.len() {
            let (param, prelude, passed) = self.plain_direction(i, &self.own_name(i));
            params.push(param);
            body.extend(prelude);
            directions.extend(passed);
        }
        let arguments =
            site.kept_arguments().map(|(of, field)| (copied(of, &of.name), field.clone()));
        let kept_directions = self
            .kept_directions()
            .map(|(i, field)| (copied(&site.arguments[i], &self.tangents[i]), field.clone()));
        let fields = arguments.chain(kept_directions).map(|(of, field)| quote!(#field: #of));
        let (kept, names, turbofish) = (&site.kept.name, site.names(), site.turbofish());
        let phantom = site.kept.phantom.then(|| quote!(_of: ::core::marker::PhantomData,));
        let tangent = &self.seed_tangent;
        body.extend(quote! {
            let #kept_name = #kept { #(#fields,)* #phantom };
            let (#value, #tangent) = Self::with_tangent #turbofish(#(#names,)* #(#directions),*);
            (#value, #tangent, #kept_name)
        });
        let (output, of_output, kept) = (site.output(), self.output_tangent(), site.kept_type());
        let result = quote!((#output, #of_output, #kept));
        site.bare_function("forward_second", quote!(#(#params),*), result, body)
    }

    fn reverse_of_arguments(&self) -> TokenStream {
        let (site, runtime) = (&self.site, &self.site.runtime);
        let (kept_name, kept_type) = (&site.own.kept, site.kept_type());
        let mut params = site.parameters_again();
        let (mut body, mut directions) = (TokenStream::new(), Vec::new());
        for (i, of) in site.arguments.iter().enumerate() {
            if of.is_passed_again() {
                let (param, prelude, passed) = self.plain_direction(i, &self.own_name(i));
                params.push(param);
                body.extend(prelude);
                directions.extend(passed);
                continue;
            }
            params.push(quote!(_: impl ::core::marker::Sized));
            if let Some((_, field)) = self.kept_directions().find(|(j, _)| i == *j) {
                directions.push(kept_again(of, field, kept_name));
            }
        }
        params.push(quote!(#kept_name: &#kept_type));
        params.extend(site.seed_parameter());
        let mut seeds = TokenStream::new();
        if let (Some(ty), true) = (&site.source.output, site.takes_seed()) {
            let (seed, name) = (&site.own.seed, &self.seed_tangent);
            let ty = tangent::gradient(ty, runtime);
            params.push(quote!(#name: #ty));
            seeds = quote!(#seed, #name,);
        }
        let mut unique = self.unique.clone();
        let mut adjoints = Vec::new();
        for tangents in [false, true] {
            for (i, of) in site.by_reference() {
                let name = match tangents {
                    true => &self.adjoint_tangents[i],
                    false => &of.adjoint,
                };
                adjoints.extend(site.slot_or_own(
                    (i, of),
                    name,
                    &mut unique,
                    &mut params,
                    &mut body,
                ));
            }
        }
        let args = site.arguments.iter().map(|of| site.argument_kept(of));
        let turbofish = site.turbofish();
        body.extend(quote! {
            Self::second_sweep #turbofish(#(#args,)* #(#directions,)* #seeds #(#adjoints),*)
        });
        let ty = site.contributions_type();
        site.bare_function("reverse_second", quote!(#(#params),*), quote!((#ty, #ty)), body)
    }
}
