//! Jacobians written into buffers of the caller's.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Names, Shapes};
use crate::emit::{docs, frame::Argument, tangent};
use crate::ir::{Float, Type};

impl Shapes<'_> {
    pub(super) fn filling_buffers(&self) -> TokenStream {
        let site = self.site;
        let mut params = site.parameters();
        let floats = self.generic_floats();
        for (of, jacobian) in self.inputs.iter().zip(&self.names.jacobians) {
            let scalar = tangent::scalar(of.ty, &floats);
            params.push(quote!(#jacobian: &mut [#scalar]));
        }
        let (zeros, initial) = (self.zeros(), self.names.initial.keep(self.site));
        let (columns, rows) = (self.columns_into(), self.rows_into());
        let forward = self.forward_sweep(site.names());
        let row_zeros = (!self.is_in_place()).then_some(&zeros);
        let body = self.choice(
            quote!(#zeros #initial #columns),
            quote!(#row_zeros #forward #rows),
            rows.clone(),
            self.names.initial.restore(self.site),
        );
        let docs = docs::jacobian_into(site);
        let item = site.item("jacobian_into", docs, params, site.output(), body, self.needs_heap());
        site.copying(item)
    }

    /// The type parameters that stand for floats.
    pub(super) fn generic_floats(&self) -> Vec<String> {
        let listing = self.site.listing;
        let values = listing.values.iter().map(|of| &of.ty);
        let mut floats = Vec::new();
        for mut ty in values.chain(listing.memories.iter().map(|of| &of.ty)) {
            while let Some(of) = ty.element() {
                ty = of;
            }
            if let Type::Float(Float::Generic(name)) = ty {
                floats.push(name.to_string());
            }
        }
        floats.sort_unstable();
        floats.dedup();
        floats
    }

    pub(super) fn check_length(&self, i: usize, outputs: TokenStream) -> TokenStream {
        let runtime = &self.site.runtime;
        let (jacobian, zero) = (&self.names.jacobians[i], &self.names.zeros[i]);
        let message = self.wrong_length(self.inputs[i]);
        quote! {
            ::core::assert_eq!(
                #jacobian.len(),
                #runtime::VectorSpace::dimension(&#zero) * #outputs,
                #message
            );
        }
    }

    pub(super) fn wrong_length(&self, input: &Argument) -> String {
        format!(
            "the buffer for the Jacobian with respect to `{}` has a row for each output",
            input.label
        )
    }

    pub(super) fn rows_into(&self) -> TokenStream {
        if self.is_in_place() {
            return self.few_or_many(self.rows_in_place_into(), self.rows_in_lanes_into());
        }
        if let Some(rows) = self.rows_in_lanes_into() {
            return rows;
        }
        let runtime = &self.site.runtime;
        let Names { seed, row, jacobians, zeros, .. } = &self.names;
        let (result, all, value) = (self.result_type(), self.zero_results(), &self.site.own.value);
        let (adjoints, sweep) = (self.adjoints(), self.reverse_sweep());
        let checks = (0..self.inputs.len())
            .map(|i| self.check_length(i, quote!(#runtime::VectorSpace::dimension(&#seed))));
        let store = self.inputs.iter().zip(jacobians).zip(zeros).map(|((of, jacobian), zero)| {
            let adjoint = &of.adjoint;
            quote! {
                #runtime::write_row(
                    &#adjoint,
                    &mut #jacobian[#row * #runtime::VectorSpace::dimension(&#zero)..],
                );
            }
        });
        quote! {
            let mut #seed: #result = #all;
            #(#checks)*
            for #row in 0..#runtime::VectorSpace::dimension(&#seed) {
                #runtime::VectorSpace::set_component(&mut #seed, #row, 1.0);
                let #adjoints = #sweep;
                #(#store)*
                #runtime::VectorSpace::set_component(&mut #seed, #row, 0.0);
            }
            #value
        }
    }

    pub(super) fn columns_into(&self) -> TokenStream {
        let runtime = &self.site.runtime;
        let Names { direction, column, tangent, .. } = &self.names;
        let blocks = (0..self.inputs.len()).map(|i| {
            if let Some(columns) = self.columns_in_lanes_into(i) {
                return columns;
            }
            let (jacobian, zero) = (&self.names.jacobians[i], &self.names.zeros[i]);
            let sweep = self.column(i);
            let check = self.check_length(i, quote!(#runtime::VectorSpace::dimension(&#tangent)));
            quote! {
                let mut #direction = #zero.clone();
                for #column in 0..#runtime::VectorSpace::dimension(&#direction) {
                    #runtime::VectorSpace::set_component(&mut #direction, #column, 1.0);
                    #sweep
                    if #column == 0 { #check }
                    #runtime::write_column(
                        &#tangent,
                        #column,
                        #runtime::VectorSpace::dimension(&#zero),
                        #jacobian,
                    );
                    #runtime::VectorSpace::set_component(&mut #direction, #column, 0.0);
                }
            }
        });
        let restore = self.names.initial.restore(self.site);
        let (f, names) = (self.site.primal_path(), self.site.names());
        quote!(#(#blocks)* #restore #f(#(#names),*))
    }
}
