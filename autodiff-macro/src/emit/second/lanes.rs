//! Several rows of a Hessian at once: the first derivatives are computed once, their tangents in lanes.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::{
    super::{
        batch,
        body::{Bound, Printer},
        frame::Frame,
        jacobian::lanes_for,
        loops,
        repeat::copied_arguments,
        site::bare_or_tuple,
        sweeps::{Site, has_scalar_result},
        tangent,
    },
    Second, adjoint_vars,
};
use crate::{
    ir::{Function, Passing, Role},
    parse::Home,
    transform::lanes,
};

/// Forward over reverse along several directions.
pub(super) struct Lanes {
    function: Function,
    count: Ident,
    /// Of each argument, the type that its tangent is shaped like.
    types: Vec<syn::Type>,
}

impl Lanes {
    /// Of functions that Hessians are made of; not where it would call the derivatives of others.
    pub fn of(site: &Site) -> Option<Lanes> {
        if site.source.home != Home::Module
            || batch::refused(site.source).is_some()
            || site.kept.arguments.is_some()
            || !has_scalar_result(site)
            || lanes::calls(site.reverse)
        {
            return None;
        }
        let count = batch::count(&site.source.item);
        let function = lanes::widen_second(site.reverse, &count).ok()?;
        let types = batch::types_in_lanes(site, &count)?;
        site.takes_seed().then_some(Lanes { function, count, types })
    }
}

impl Second<'_> {
    /// `fn second_batch`: both sweeps, with one seed whose tangent is zero.
    pub(super) fn batch_sweep(&self) -> Option<TokenStream> {
        let (site, runtime, batch) = (&self.site, &self.site.runtime, self.batch.as_ref()?);
        let function = &batch.function;
        let mut frame = Frame::new(function, &self.unique);
        let mut params: Vec<_> = site.arguments.iter().map(|of| frame.primal(of)).collect();
        for (i, of) in site.arguments.iter().enumerate() {
            let Some(param) = frame.param(Role::Tangent(i)) else { continue };
            let pattern = frame.pattern(&param.shape, &self.tangents[i], of.passing());
            let ty = site.direction_of(of, &batch.types[i]);
            params.push(quote!(#pattern: #ty));
        }
        let output = site.source.output.as_ref();
        params.extend(frame.seed(&site.own.seed, output, runtime));
        let tangent_param = |of: Role| {
            let at = function.params.iter().position(|param| param.role == of)?;
            function.params.iter().find(|param| param.role == Role::Tangent(at))
        };
        if let (Some(param), Some(ty)) = (tangent_param(Role::Seed), output) {
            let pattern = frame.pattern(&param.shape, &self.seed_tangent, Passing::ByValue);
            let ty = tangent::lanes(ty, &batch.count, runtime)?;
            let ty = tangent::gradient(&ty, runtime);
            params.push(quote!(#pattern: #ty));
        }
        for (i, of) in site.by_reference() {
            let Some(param) = frame.param(Role::Adjoint(i)) else { continue };
            let (name, buffer) = (&of.adjoint, tangent::buffer(of.ty, runtime));
            params.push(quote!(#name: &mut #buffer));
            frame.bind(&param.shape, name, Bound::Reference);
        }
        for (i, _) in site.by_reference() {
            let Some(param) = tangent_param(Role::Adjoint(i)) else { continue };
            let name = &self.adjoint_tangents[i];
            let buffer = tangent::buffer(&batch.types[i], runtime);
            params.push(quote!(#name: &mut #buffer));
            frame.bind(&param.shape, name, Bound::Reference);
        }
        let tail = adjoint_vars(function);
        let cut = function.cut.min(function.body.ops.len());
        let mut printer =
            Printer::new(function, &function.body, cut, &tail, frame.context, runtime);
        printer.whole_tapes = loops::whole_tapes(&function.body);
        printer.popped = printer.whole_tapes.clone();
        let mut body = TokenStream::new();
        // What is on them has the type of what is pushed.
        for tape in &site.split.tapes {
            body.extend(printer.untyped_tape(*tape, site.name.span()));
        }
        printer.both_halves(cut, &site.split.tapes, &mut body);
        let tangents = site.contributions(&printer, &function.outputs, Role::AdjointTangent);
        body.extend(tangents);
        let ty = site.contributions_type_in(|i| &batch.types[i]);
        let generics = batch::generics_in_lanes(site, &batch.count);
        let body = site.with_items(body);
        Some(site.generic_function("second_batch", &generics, quote!(#(#params),*), ty, body))
    }

    /// The rows of the blocks of one input, which is the argument `at`.
    pub(super) fn rows_in_lanes(
        &self,
        (at, zero, row, direction): (usize, &Ident, &Ident, &Ident),
        blocks: &[Ident],
        gradients: &[TokenStream],
    ) -> Option<TokenStream> {
        let (site, runtime) = (&self.site, &self.site.runtime);
        self.batch.as_ref()?;
        let input = &site.arguments[at];
        let name = &input.name;
        let dimension = tangent::dimension(input.ty, Some(&quote!(#name)), runtime);
        let count = proc_macro2::TokenTree::from(Literal::u64_unsuffixed(lanes_for(&dimension)?));
        let inputs: Vec<_> = site.arguments.iter().filter(|of| of.in_gradient()).collect();
        let (mut before, mut each) = (TokenStream::new(), TokenStream::new());
        let mut directions = Vec::new();
        for (i, of) in site.arguments.iter().enumerate().filter(|(_, of)| of.in_gradient()) {
            let other = &self.tangents[i];
            if i != at {
                let zeros = self.zeros_of(of);
                before.extend(quote!(let #other = #runtime::zero_lanes::<_, #count>(&#zeros);));
            }
            directions.push(match (i == at, of.passing()) {
                (true, Passing::Shared) => quote!(&#direction),
                (true, _) => quote!(#direction.clone()),
                (false, Passing::Shared) => quote!(&#other),
                (false, _) => quote!(#other.clone()),
            });
        }
        let (mut firsts, mut seconds) = (Vec::new(), Vec::new());
        for (i, of) in site.by_reference().filter(|(_, of)| of.is_added_to()) {
            let (adjoint, tangent) = (&of.adjoint, &self.adjoint_tangents[i]);
            let zeros = self.zeros_of(of);
            each.extend(quote! {
                let mut #adjoint = #zeros;
                let mut #tangent = #runtime::zero_lanes::<_, #count>(&#adjoint);
            });
            firsts.push(quote!(&mut #adjoint));
            seconds.push(quote!(&mut #tangent));
        }
        let pattern = site.by_value().map(|(i, of)| {
            let tangent = &self.adjoint_tangents[i];
            if of.differentiable { quote!(#tangent) } else { quote!(_) }
        });
        let pattern = bare_or_tuple(pattern.collect());
        let (carrier, names, copied) = (&site.carrier, site.param_names(), copied_arguments(site));
        let [one, zero_seed] = self.constant_seeds();
        let gradient = tangent::gradient(input.ty, runtime);
        let store = inputs.iter().zip(blocks).zip(gradients).map(|((of, block), of_row)| {
            let i = site.arguments.iter().position(|other| std::ptr::eq(other, *of));
            let tangent = i.map(|i| &self.adjoint_tangents[i]);
            quote! {
                *<#gradient as #runtime::Rows>::row_mut::<#of_row>(&mut #block, #row + k) =
                    <#of_row as #runtime::Bundle<#count>>::lane(&#tangent, k);
            }
        });
        Some(quote! {
            #before
            let rows = #runtime::VectorSpace::dimension(&#zero);
            let mut #direction = #runtime::zero_lanes::<_, #count>(&#zero);
            for #row in (0..rows).step_by(#count) {
                let used = ::core::cmp::Ord::min(#count, rows - #row);
                #runtime::set_units::<_, #count>(&mut #direction, #row, used, 1.0);
                #each
                let #pattern = #carrier::second_batch::<#(#names,)* #count>(
                    #(#copied,)* #(#directions,)* #one,
                    #runtime::Lanes::splat(#zero_seed), #(#firsts,)* #(#seconds),*
                );
                for k in 0..used { #(#store)* }
                #runtime::set_units::<_, #count>(&mut #direction, #row, used, 0.0);
            }
        })
    }

    fn zeros_of(&self, of: &super::Argument) -> TokenStream {
        let runtime = &self.site.runtime;
        let (name, ty) = (&of.name, tangent::gradient(of.ty, runtime));
        let zeros = tangent::zero(of.ty, &quote!(#name), runtime);
        quote!({ let zeros: #ty = #zeros; zeros })
    }
}
