//! The hidden functions of forward mode: with plain tangents, and with those that may be zero.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::{
    associated::Call,
    batch::Batch,
    body::Printer,
    frame::{Argument, Frame},
    plan::output_vars,
    sweeps::{Site, shape_of},
    tangent,
};
use crate::{
    ir::{Function, Passing, Role},
    parse::Home,
};

impl Site<'_> {
    /// `fn tangent` and `fn jvp`: forward mode with plain tangents, and with those that may be zero.
    pub fn forward_mode(&self) -> Option<TokenStream> {
        let (plain, general) =
            (self.plain_forward_mode()?, self.zero_directions(self.forward?, Call::Path));
        Some(quote!(#plain #general))
    }

    /// `fn tangent`.
    pub fn plain_forward_mode(&self) -> Option<TokenStream> {
        Some(self.forward_mode_of(self.forward?, None))
    }

    /// `fn tangent`, or `fn tangent_batch` with several directions.
    pub(super) fn forward_mode_of(
        &self,
        function: &Function,
        batch: Option<&Batch>,
    ) -> TokenStream {
        let runtime = &self.runtime;
        let mut frame = Frame::new(function, &self.own.unique);
        let mut params: Vec<_> = self.arguments.iter().map(|of| frame.primal(of)).collect();
        for (i, of) in self.arguments.iter().enumerate() {
            let Some(param) = frame.param(Role::Tangent(i)) else { continue };
            let pattern = frame.pattern(&param.shape, &of.adjoint, of.passing());
            let ty = self.direction_of(of, batch.map_or(of.ty, |batch| &batch.types[i]));
            params.push(quote!(#pattern: #ty));
        }
        let tail = output_vars(function.outputs.iter().map(|output| &output.shape));
        let mut printer =
            Printer::new(function, &function.body, usize::MAX, &tail, frame.context, runtime);
        let mut body = self.stand_ins(function).unwrap_or_default();
        printer.statements(&function.body.ops, &mut body);
        let shape = |role| {
            shape_of(&function.outputs, role)
                .map_or_else(|| quote!(()), |shape| printer.shape(shape, false))
        };
        let value = shape(Role::Primal);
        let tangent = shape_of(&function.outputs, Role::ResultTangent).map_or_else(
            || quote!(()),
            |shape| printer.derivative(shape, self.source.output.as_ref(), false),
        );
        body.extend(quote!((#value, #tangent)));
        let params = quote!(#(#params),*);
        match batch {
            None => self.function("tangent", params, self.result_with_tangent(), body),
            Some(batch) => batch.function("tangent_batch", params, batch.result(), body),
        }
    }

    pub fn direction_type(&self, of: &Argument) -> TokenStream {
        self.direction_of(of, of.ty)
    }

    pub(super) fn direction_of(&self, of: &Argument, ty: &syn::Type) -> TokenStream {
        match of.passing() {
            Passing::ByValue => tangent::gradient(ty, &self.runtime),
            Passing::Shared => {
                let buffer = tangent::buffer(ty, &self.runtime);
                quote!(&#buffer)
            }
            Passing::Mutable | Passing::Reborrowed => {
                let buffer = tangent::buffer(ty, &self.runtime);
                quote!(&mut #buffer)
            }
        }
    }

    pub fn result_with_tangent(&self) -> TokenStream {
        let output = self.output();
        let tangent = match &self.source.output {
            Some(ty) => tangent::gradient(ty, &self.runtime),
            None => quote!(()),
        };
        quote!((#output, #tangent))
    }

    /// `fn jvp`: puts zeros where a direction is `Zero`.
    pub fn zero_directions(&self, function: &Function, call: Call) -> TokenStream {
        self.zero_directions_of(function, call, None)
    }

    pub(super) fn zero_directions_of(
        &self,
        function: &Function,
        call: Call,
        batch: Option<&Batch>,
    ) -> TokenStream {
        let runtime = &self.runtime;
        let result = batch.map_or_else(|| self.result_with_tangent(), Batch::result);
        let zeros_of = |of: &Argument| match batch {
            None => tangent::zeros(of.ty, of.name.to_token_stream(), runtime),
            Some(batch) => batch.zeros(of),
        };
        let mut frame = Frame::new(function, &self.own.unique);
        let (mut params, mut passed, mut body) = (Vec::new(), Vec::new(), TokenStream::new());
        let (mut directions, mut tangents) = (Vec::new(), Vec::new());
        for (i, of) in self.arguments.iter().enumerate() {
            let (name, direction) = (&of.name, &of.adjoint);
            let receives = call.receives(of);
            if receives && of.passing() == Passing::ByValue {
                params.push(quote!(&#name));
                passed.push(quote!(::core::clone::Clone::clone(#name)));
            } else {
                params.push(of.declared(name.to_token_stream()));
                passed.push(name.to_token_stream());
            }
            let active = frame.param(Role::Tangent(i)).is_some();
            let ty = batch.map_or(of.ty, |batch| &batch.types[i]);
            let of_type = match (active, of.passing()) {
                (false, _) => quote!(#runtime::NoDerivative),
                (true, Passing::ByValue) => tangent::gradient(ty, runtime),
                (true, _) => tangent::buffer(ty, runtime),
            };
            let bound = match of.passing() {
                Passing::ByValue if !receives => quote!(Direction),
                Passing::ByValue => quote!(DirectionRef),
                Passing::Shared => quote!(DirectionRef),
                Passing::Mutable | Passing::Reborrowed => quote!(DirectionMut),
            };
            if !active {
                directions.push(quote!(_: impl #runtime::#bound<#of_type>));
                continue;
            }
            let mutable = (of.passing() == Passing::Mutable).then(|| quote!(mut));
            directions.push(quote!(#mutable #direction: impl #runtime::#bound<#of_type>));
            let zeros = zeros_of(of);
            match of.passing() {
                Passing::ByValue if receives => {
                    body.extend(quote! {
                        let #direction = match #direction.get() {
                            ::core::option::Option::Some(#direction) => {
                                ::core::clone::Clone::clone(#direction)
                            }
                            ::core::option::Option::None => #runtime::zero_like(#name),
                        };
                    });
                }
                Passing::ByValue => {
                    body.extend(quote! {
                        let #direction =
                            #direction.get().unwrap_or_else(|| #zeros);
                    });
                }
                Passing::Shared | Passing::Mutable | Passing::Reborrowed => {
                    let own =
                        frame.context.unique.name(&format!("{direction}_zero"), of.param.span);
                    let borrow = match of.passing() {
                        Passing::Shared => quote!(&),
                        _ => quote!(&mut),
                    };
                    let own_mut = (of.passing() == Passing::Mutable).then(|| quote!(mut));
                    let ty = self.direction_of(of, ty);
                    body.extend(quote! {
                        let #own_mut #own;
                        let #direction: #ty = match #direction.get() {
                            ::core::option::Option::Some(#direction) => #direction,
                            ::core::option::Option::None => { #own = #zeros; #borrow #own }
                        };
                    });
                }
            }
            tangents.push(direction.to_token_stream());
        }
        params.extend(directions);
        if let Some(batch) = batch {
            body.extend(quote!(Self::tangent_batch(#(#passed,)* #(#tangents),*)));
            return batch.bare_function("jvp_batch", quote!(#(#params),*), result, body);
        }
        if self.source.home == Home::Module {
            let turbofish = self.turbofish();
            body.extend(quote!(Self::tangent #turbofish(#(#passed,)* #(#tangents),*)));
            return self.bare_function("jvp", quote!(#(#params),*), result, body);
        }
        let with_tangents = self.sweep_path("tangent");
        body.extend(quote!(#with_tangents(#(#passed,)* #(#tangents),*)));
        let takes = |of: &Argument| call.receives(of) && of.passing() == Passing::ByValue;
        let clause = self.where_clause(self.arguments.iter().any(takes));
        self.hidden_function(&call.part("tangent"), &params, &result, clause, body)
    }
}
