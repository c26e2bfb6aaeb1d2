//! Which way takes less time: a sweep a row, or a sweep a column.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::{Names, Shapes, lanes::MOST};
use crate::emit::{
    repeat::copied_arguments,
    tangent::{self, Dimension},
};

impl Shapes<'_> {
    pub(super) fn input_dimension(&self) -> Dimension {
        let runtime = &self.site.runtime;
        let all = self
            .inputs
            .iter()
            .map(|of| tangent::dimension(of.ty, Some(&of.name.to_token_stream()), runtime));
        all.fold(Dimension::Number(0), |sum, of| sum.plus(of))
    }

    /// As far as it is known before the function has been called.
    pub(super) fn output_dimension(&self, called: bool) -> Dimension {
        let runtime = &self.site.runtime;
        let all = self.results.iter().map(|of| {
            let value = (called || of.in_out).then_some(&of.value);
            tangent::dimension(of.ty, value, runtime)
        });
        all.fold(Dimension::Number(0), |sum, of| sum.plus(of))
    }

    /// Which way is faster for so many inputs and outputs: as the runtime's `by_columns` says where they are known at run time only.
    pub(super) fn columns_are_cheaper(&self, inputs: u64, outputs: u64) -> bool {
        if self.batch.is_none() || outputs <= 1 {
            return inputs < outputs;
        }
        let columns: u64 = self
            .inputs
            .iter()
            .map(|of| match tangent::dimension(of.ty, None, &self.site.runtime) {
                Dimension::Number(n) => n.div_ceil(MOST),
                _ => 1,
            })
            .sum();
        let rows = outputs.div_ceil(MOST);
        columns < rows || columns == rows && columns <= 2 && inputs <= 2 * outputs
    }

    pub(super) fn asks_by_columns(&self, rows_in_lanes: bool) -> TokenStream {
        let (n, m, runtime) = (&self.names.inputs, &self.names.outputs, &self.site.runtime);
        match self.batch {
            None => quote!(#n < #m),
            Some(_) => quote!(#runtime::by_columns(#n, #m, #rows_in_lanes)),
        }
    }

    /// One way or the other, by the numbers of inputs and outputs. `rows` is given a value and its residuals.
    pub(super) fn choice(
        &self,
        columns: TokenStream,
        whole_rows: TokenStream,
        rows: TokenStream,
        again: TokenStream,
    ) -> TokenStream {
        let inputs = self.input_dimension();
        let Names { inputs: n, outputs: m, .. } = &self.names;
        match (&inputs, self.output_dimension(false)) {
            (Dimension::Number(n), Dimension::Number(m)) => match self.columns_are_cheaper(*n, m) {
                true => columns,
                false => whole_rows,
            },
            (_, Dimension::Unknown) => {
                let (zeros, initial) = (self.zeros(), self.names.initial.keep(self.site));
                let forward = self.forward_sweep(copied_arguments(self.site));
                let (inputs, outputs) = (inputs.tokens(), self.output_dimension(true).tokens());
                let by_columns = self.asks_by_columns(false);
                quote! {
                    #zeros
                    #initial
                    let #n = #inputs;
                    #forward
                    let #m = #outputs;
                    if #by_columns { #again #columns } else { #rows }
                }
            }
            (inputs, outputs) => {
                let by_columns = self.asks_by_columns(matches!(outputs, Dimension::Number(_)));
                let (inputs, outputs) = (inputs.tokens(), outputs.tokens());
                quote! {
                    let (#n, #m) = (#inputs, #outputs);
                    if #by_columns { #columns } else { #whole_rows }
                }
            }
        }
    }

    pub(super) fn chosen(&self) -> TokenStream {
        let names = self.site.names();
        let [jacfwd, jacrev] = ["jacfwd", "jacrev"].map(|name| self.site.companion_path(name));
        let again = self.names.initial.restore(self.site);
        self.choice(
            quote!(#jacfwd(#(#names),*)),
            quote!(#jacrev(#(#names),*)),
            self.rows_of_residuals(),
            again,
        )
    }
}
