//! Several rows or columns of a Jacobian in one sweep.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::{
    super::{
        batch::Batch,
        tangent::{self, Dimension},
    },
    Names, Shapes,
};
use crate::ir::Passing;

/// At most so many lanes: more do not fit into the registers of a plain x86-64 beside what is computed with them.
pub(super) const MOST: u64 = 8;

/// How many lanes for a dimension: no more sweeps than with the most, and as few lanes as that allows. `None` for one sweep.
pub fn lanes_for(dimension: &Dimension) -> Option<u64> {
    match dimension {
        Dimension::Number(0 | 1) => None,
        Dimension::Number(n) => Some(n.div_ceil(n.div_ceil(MOST))),
        Dimension::Tokens(_) | Dimension::Unknown => Some(MOST),
    }
}

impl Shapes<'_> {
    fn lanes(&self, dimension: &Dimension) -> Option<(&Batch<'_>, TokenStream)> {
        let (batch, lanes) = (self.batch?, lanes_for(dimension)?);
        let literal = proc_macro2::TokenTree::from(Literal::u64_unsuffixed(lanes));
        Some((batch, literal.into()))
    }

    /// `for row in (0..dimension).step_by(lanes)`, with unit vectors in the lanes of `name` before `body` and zeros after it.
    fn each_sweep(
        &self,
        index: &proc_macro2::Ident,
        name: &proc_macro2::Ident,
        dimension: &TokenStream,
        lanes: &TokenStream,
        body: TokenStream,
    ) -> TokenStream {
        let (runtime, used) = (&self.site.runtime, &self.names.used);
        quote! {
            for #index in (0..#dimension).step_by(#lanes) {
                let #used = ::core::cmp::Ord::min(#lanes, #dimension - #index);
                #runtime::set_units::<_, #lanes>(&mut #name, #index, #used, 1.0);
                #body
                #runtime::set_units::<_, #lanes>(&mut #name, #index, #used, 0.0);
            }
        }
    }

    // ---- rows ----

    fn row_sweeps(
        &self,
        store: impl Fn(&Batch, &TokenStream) -> TokenStream,
    ) -> Option<TokenStream> {
        let outputs = self.output_dimension(false);
        // Rows of a length known at run time are made by loops that run in lanes already: measured, they gain nothing.
        if !matches!(outputs, Dimension::Number(_)) {
            return None;
        }
        let (batch, lanes) = self.lanes(&outputs)?;
        let runtime = &self.site.runtime;
        let Names { seed, row, rows, .. } = &self.names;
        let sweep = batch.reverse_call(&lanes, &quote!(#seed.clone()));
        let store = store(batch, &lanes);
        let each = self.each_sweep(row, seed, &quote!(#rows), &lanes, quote!(#sweep #store));
        Some(quote! {
            let #rows = #runtime::VectorSpace::dimension(&#seed);
            let mut #seed = #runtime::zero_lanes::<_, #lanes>(&#seed);
            #each
        })
    }

    /// As [`Shapes::rows_of_residuals`].
    pub(super) fn rows_in_lanes(&self) -> Option<TokenStream> {
        let runtime = &self.site.runtime;
        let Names { seed, row, used, jacobians, zeros, .. } = &self.names;
        let (result, all, jacobian) = (self.result_type(), self.zero_results(), self.jacobian());
        let sweeps = self.row_sweeps(|batch, lanes| {
            let store = self.inputs.iter().zip(jacobians).map(|(of, jacobian)| {
                let gradient = tangent::gradient(of.ty, runtime);
                let lane = batch.lane(of, lanes, &quote!(k));
                quote! {
                    *<#result as #runtime::Rows>::row_mut::<#gradient>(&mut #jacobian, #row + k) =
                        #lane;
                }
            });
            quote!(for k in 0..#used { #(#store)* })
        })?;
        let make = jacobians.iter().zip(zeros).map(|(jacobian, zero)| {
            quote!(let mut #jacobian = #runtime::Rows::rows(&#seed, &mut || #zero.clone());)
        });
        Some(quote! {
            let #seed: #result = #all;
            #(#make)*
            #sweeps
            #jacobian
        })
    }

    /// As [`Shapes::rows_into`].
    pub(super) fn rows_in_lanes_into(&self) -> Option<TokenStream> {
        let runtime = &self.site.runtime;
        let Names { seed, row, used, jacobians, zeros, .. } = &self.names;
        let (result, all, value) = (self.result_type(), self.zero_results(), &self.site.own.value);
        let sweeps = self.row_sweeps(|batch, lanes| {
            let store =
                self.inputs.iter().zip(jacobians).zip(zeros).map(|((of, jacobian), zero)| {
                    let lane = batch.lane(of, lanes, &quote!(k));
                    quote! {
                        #runtime::write_row(
                            &#lane,
                            &mut #jacobian[(#row + k) * #runtime::VectorSpace::dimension(&#zero)..],
                        );
                    }
                });
            quote!(for k in 0..#used { #(#store)* })
        })?;
        let checks = (0..self.inputs.len())
            .map(|i| self.check_length(i, quote!(#runtime::VectorSpace::dimension(&#seed))));
        Some(quote! {
            let #seed: #result = #all;
            #(#checks)*
            #sweeps
            #value
        })
    }

    // ---- columns ----

    /// Sweeps along several unit vectors of input `i`; `store` is given the lanes of the tangent.
    fn column_sweeps(
        &self,
        i: usize,
        store: impl Fn(&TokenStream) -> TokenStream,
    ) -> Option<TokenStream> {
        let input = self.inputs[i];
        let dimension =
            tangent::dimension(input.ty, Some(&input.name.to_token_stream()), &self.site.runtime);
        let (batch, lanes) = self.lanes(&dimension)?;
        let (site, runtime) = (self.site, &self.site.runtime);
        let Names { direction, column, tangent, zeros, .. } = &self.names;
        let (value, names) = (&site.own.value, super::copied_arguments(site));
        let mut others = TokenStream::new();
        let directions = self.inputs.iter().zip(zeros).map(|(of, zero)| {
            let name = &of.adjoint;
            let is_this = std::ptr::eq(*of, input);
            if !is_this {
                others.extend(quote!(let #name = #runtime::zero_lanes::<_, #lanes>(&#zero);));
            }
            match (is_this, of.passing()) {
                (true, Passing::Shared) => quote!(&#direction),
                (true, _) => quote!(#direction.clone()),
                (false, Passing::Shared) => quote!(&#name),
                (false, _) => quote!(#name.clone()),
            }
        });
        let directions: Vec<_> = directions.collect();
        let sweep = batch.path("tangent_batch", &lanes);
        let store = store(&lanes);
        let body = quote! {
            let (#value, #tangent) = #sweep(#(#names,)* #(#directions),*);
            #store
        };
        let zero = &zeros[i];
        let columns = quote!(#runtime::VectorSpace::dimension(&#zero));
        let each = self.each_sweep(column, direction, &columns, &lanes, body);
        Some(quote! {
            #others
            let mut #direction = #runtime::zero_lanes::<_, #lanes>(&#zero);
            #each
        })
    }

    /// As one block of [`Shapes::by_columns`].
    pub(super) fn columns_in_lanes(&self, i: usize) -> Option<TokenStream> {
        let runtime = &self.site.runtime;
        let Names { column, rows, tangent, used, .. } = &self.names;
        let (jacobian, zero) = (&self.names.jacobians[i], &self.names.zeros[i]);
        let (result, all, value) = (self.result_type(), self.zero_results(), &self.site.own.value);
        let (gradient, block) = (tangent::gradient(self.inputs[i].ty, runtime), self.block_type(i));
        let sweeps = self.column_sweeps(i, |lanes| {
            quote! {
                let #rows = #jacobian.get_or_insert_with(|| {
                    let #value: #result = #all;
                    #runtime::Rows::rows(&#value, &mut || #zero.clone())
                });
                #runtime::set_columns::<#result, #gradient, #lanes>(#rows, #column, #used, &#tangent);
            }
        })?;
        let (f, copied) = (self.site.primal_path(), super::copied_arguments(self.site));
        Some(quote! {
            let mut #jacobian: ::core::option::Option<#block> = ::core::option::Option::None;
            #sweeps
            let #jacobian = match #jacobian {
                ::core::option::Option::Some(#jacobian) => #jacobian,
                // No column, and yet the shape of the result.
                ::core::option::Option::None => {
                    let #value = #f(#(#copied),*);
                    let #tangent: #result = #all;
                    #runtime::Rows::rows(&#tangent, &mut || #zero.clone())
                }
            };
        })
    }

    /// As one block of [`Shapes::columns_into`].
    pub(super) fn columns_in_lanes_into(&self, i: usize) -> Option<TokenStream> {
        let runtime = &self.site.runtime;
        let Names { column, tangent, used, .. } = &self.names;
        let (jacobian, zero) = (&self.names.jacobians[i], &self.names.zeros[i]);
        self.column_sweeps(i, |lanes| {
            let outputs = quote!((#runtime::VectorSpace::dimension(&#tangent) / #lanes));
            let check = self.check_length(i, outputs);
            quote! {
                if #column == 0 { #check }
                #runtime::write_columns::<_, _, #lanes>(
                    &#tangent,
                    #column,
                    #used,
                    #runtime::VectorSpace::dimension(&#zero),
                    #jacobian,
                );
            }
        })
    }
}
