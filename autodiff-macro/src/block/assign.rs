//! Second derivatives of operators that assign: an impl of the runtime's trait that calls both sweeps of the method.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// The operands of `left += right`.
pub struct Operands<'a> {
    pub right: Option<&'a syn::Type>,
    /// Of the left one and the right one.
    pub tangents: [&'a TokenStream; 2],
    /// The right one has a derivative.
    pub has_right: bool,
}

/// `header`: the impl as far as its body.
pub fn second(
    header: TokenStream,
    of: Operands,
    carrier: &Ident,
    runtime: &TokenStream,
) -> TokenStream {
    let (ty, [left, right]) = (of.right, of.tangents);
    let by_reference = matches!(ty, Some(syn::Type::Reference(_)));
    let zero = |like: TokenStream| quote!(#runtime::zero_like(#like));
    let (zero_left, zero_right) = (zero(quote!(self)), zero(quote!(&right)));
    let direction =
        of.has_right.then(|| quote!(let d_right = d_right.get().unwrap_or_else(|| #zero_right);));
    let sweep = match (of.has_right, by_reference) {
        (true, false) => quote! {
            #carrier::second_sweep(&mut before, right, &mut d_left, d_right, adjoint, t_adjoint)
        },
        (true, true) => quote! {
            let [mut of_right, mut t_of_right] = [(); 2].map(|()| #zero_right);
            #carrier::second_sweep(
                &mut before, right, &mut d_left, &d_right,
                adjoint, &mut of_right, t_adjoint, &mut t_of_right,
            );
            (of_right, t_of_right)
        },
        (false, _) => quote! {
            #carrier::second_sweep(&mut before, right, &mut d_left, adjoint, t_adjoint);
            (#runtime::NoDerivative, #runtime::NoDerivative)
        },
    };
    quote! {
        #header {
            #[inline]
            fn second(
                &self,
                right: #ty,
                d_left: impl #runtime::Direction<#left>,
                d_right: impl #runtime::Direction<#right>,
                adjoint: &mut #left,
                mut t_adjoint: impl #runtime::Slot<#left>,
            ) -> (#right, #right) {
                let mut before = ::core::clone::Clone::clone(self);
                let mut d_left = d_left.get().unwrap_or_else(|| #zero_left);
                #direction
                let mut own;
                let t_adjoint: &mut #left = match t_adjoint.get() {
                    ::core::option::Option::Some(t_adjoint) => t_adjoint,
                    ::core::option::Option::None => {
                        own = #zero_left;
                        &mut own
                    }
                };
                #sweep
            }
        }
    }
}
