//! What a call yields, as patterns and as values: the shapes of results and of their derivatives.

use proc_macro2::TokenStream;
use quote::quote;

use super::body::{Bound, Printer};
use crate::ir::{Shape, Type, Var};

impl<'a> Printer<'a> {
    pub fn bind(&self, shapes: &[&Shape], call: TokenStream) -> TokenStream {
        match shapes {
            [Shape::Unit] => quote!(#call;),
            [shape] => {
                let pattern = self.pattern(shape);
                quote!(let #pattern = #call;)
            }
            _ => quote!(#call;),
        }
    }

    /// The pattern that binds a result.
    pub fn pattern(&self, shape: &Shape) -> TokenStream {
        match shape {
            Shape::Unit => quote!(()),
            Shape::Var(Var::Value(value)) => {
                let mutable = self.variables.is_mutable(*value).then(|| quote!(mut));
                let name = self.value_name(*value);
                quote!(#mutable #name)
            }
            Shape::Var(Var::Memory(memory)) => {
                let name = self.memory_name(*memory);
                let mutable = self.plan.written.contains(memory).then(|| quote!(mut));
                quote!(#mutable #name)
            }
            Shape::Tuple(of) => {
                let of = of.iter().map(|shape| self.pattern(shape));
                quote!((#(#of,)*))
            }
        }
    }

    /// The expression that puts a result together. `copy`: memory is needed again.
    pub fn shape(&self, shape: &Shape, copy: bool) -> TokenStream {
        match shape {
            Shape::Unit => quote!(()),
            Shape::Var(Var::Value(value)) => self.tokens(*value),
            Shape::Var(Var::Memory(memory)) => {
                let tokens = self.memory_tokens(*memory);
                match self.bound(*memory) {
                    Bound::Owned if !copy => tokens,
                    _ => match self.function.memory(*memory).ty {
                        Type::Slice(_) => quote!(#tokens.to_vec()),
                        _ => quote!(#tokens.clone()),
                    },
                }
            }
            Shape::Tuple(of) => {
                let of = of.iter().map(|shape| self.shape(shape, copy));
                quote!((#(#of,)*))
            }
        }
    }

    /// A seed or a tangent: shaped like a value, with [`NoDerivative`](crate) where that has none.
    pub fn derivative(&self, shape: &Shape, ty: Option<&syn::Type>, copy: bool) -> TokenStream {
        let runtime = self.runtime;
        let parts = ty.and_then(super::tangent::parts);
        match shape {
            Shape::Tuple(of) => {
                let of = of.iter().enumerate().map(|(i, shape)| {
                    let ty = parts.and_then(|parts| parts.iter().nth(i));
                    match shape {
                        Shape::Unit => quote!(#runtime::NoDerivative),
                        shape => self.derivative(shape, ty, copy),
                    }
                });
                quote!((#(#of,)*))
            }
            shape => match shape {
                Shape::Var(Var::Value(value))
                    if matches!(self.ty(*value), Type::Int(_) | Type::Bool) =>
                {
                    quote!(#runtime::NoDerivative)
                }
                _ if ty.is_some_and(super::tangent::is_constant) => quote!(#runtime::NoDerivative),
                shape => self.shape(shape, copy),
            },
        }
    }
}
