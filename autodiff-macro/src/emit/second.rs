//! Second derivatives: the sweeps differentiated in forward mode, and Hessians made of them.

mod lanes;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

use super::{
    body::{Bound, Printer},
    docs,
    frame::{Argument, Frame},
    kept::Kept,
    loops,
    names::Unique,
    plan::output_vars,
    repeat::{Initial, copied_arguments},
    site::bare_or_tuple,
    split,
    sweeps::{Site, has_scalar_result, shape_of},
    tangent,
};
use crate::{
    ir::{Function, Origin, Passing, Role, Var},
    maps::HashSet,
    parse::Home,
};

/// A function's forward over reverse mode: a [`Site`] of its own, whose `reverse` is the second derivative.
pub struct Second<'a> {
    pub(super) site: Site<'a>,
    /// For each argument, the name of its tangent and of that of its adjoint.
    pub(super) tangents: Vec<Ident>,
    pub(super) adjoint_tangents: Vec<Ident>,
    pub(super) seed_tangent: Ident,
    pub(super) unique: Unique,
    /// Several directions at once, if that can be.
    batch: Option<lanes::Lanes>,
    /// It is the method of an operator.
    operator: bool,
}

impl<'a> Second<'a> {
    pub fn new(first: &Site<'a>, second: &'a Function, operator: bool) -> Second<'a> {
        let adjoints = adjoint_vars(second);
        let split = split::split(second, &adjoints);
        let mut kept = Kept::new(first.source, second, &split, &first.runtime, "kept_second");
        let mut unique = first.own.unique.clone();
        let tangents: Vec<Ident> = first
            .arguments
            .iter()
            .map(|of| unique.name(&format!("t_{}", of.label), of.param.span))
            .collect();
        let adjoint_tangents = first
            .arguments
            .iter()
            .map(|of| unique.name(&format!("t_{}", of.adjoint), of.param.span))
            .collect();
        let seed_tangent = unique.name("t_seed", Span::call_site());
        kept.keep_directions(&first.arguments, &tangents, &first.runtime, second);
        let site = Site {
            carrier: first.carrier.clone(),
            source: first.source,
            runtime: first.runtime.clone(),
            name: first.name,
            own: first.own.clone(),
            arguments: super::frame::arguments(first.source, second),
            reverse: second,
            listing: second,
            callees: first.callees.clone(),
            stand_ins: TokenStream::new(),
            fused: None,
            forward: None,
            split,
            kept,
        };
        let batch = lanes::Lanes::of(&site);
        Second { site, tangents, adjoint_tangents, seed_tangent, unique, batch, operator }
    }

    /// What the forward sweep keeps, as an item with its traits.
    pub fn kept_items(&self) -> TokenStream {
        let site = &self.site;
        let (runtime, name) = (&site.runtime, &site.carrier);
        let attributes = site.attributes();
        let item = site.kept.item(&site.source.item.vis, site);
        let blank = site.kept.blank(site, runtime);
        let named = site.companion_as("SecondOrder", TokenStream::new());
        quote! {
            #[doc(hidden)]
            #attributes
            #[allow(missing_debug_implementations, missing_copy_implementations)]
            #item

            #attributes
            #blank

            #named

            #attributes
            impl #runtime::Twice for #name {
                type Sweeps = #name;
            }
        }
    }

    /// Whether the forward and the reverse sweep can be called one by one.
    pub fn is_apart(&self) -> bool {
        self.site.source.home == Home::Module && self.site.kept.arguments.is_none()
    }

    /// The sweeps, for the carrier.
    pub fn in_carrier(&self) -> TokenStream {
        if !self.is_apart() {
            let (together, of_arguments) = (self.together(), self.of_arguments());
            let into = self.reverse_into();
            return quote!(#together #of_arguments #into);
        }
        let site = &self.site;
        let (forward, reverse) = (self.forward_sweep(), self.reverse_sweep());
        let batch = self.batch_sweep();
        let into = self.reverse_into();
        // By which an operator that assigns finds both.
        let together = (self.operator && !site.takes_seed()).then(|| self.with_tangents());
        quote!(#forward #reverse #into #together #batch)
    }

    fn tangent_param(&self, of: Role) -> Option<&'a crate::ir::Param> {
        let params = &self.site.reverse.params;
        let at = params.iter().position(|param| param.role == of)?;
        params.iter().find(|param| param.role == Role::Tangent(at))
    }

    /// A parameter for the direction of an argument, which may be `Zero`, and statements that make a plain tangent of it.
    pub(super) fn direction(&self, i: usize, frame: &mut Frame) -> (TokenStream, TokenStream) {
        let (of, name, runtime) = (&self.site.arguments[i], &self.tangents[i], &self.site.runtime);
        let bound = match of.passing() {
            Passing::ByValue => quote!(Direction),
            Passing::Shared => quote!(DirectionRef),
            Passing::Mutable | Passing::Reborrowed => quote!(DirectionMut),
        };
        let Some(param) = frame.param(Role::Tangent(i)) else {
            let none = quote!(_: impl #runtime::#bound<#runtime::NoDerivative>);
            return (none, TokenStream::new());
        };
        let (argument, gradient) = (&of.name, tangent::gradient(of.ty, runtime));
        let zeros = quote!(#runtime::zero_like(&#argument));
        if of.passing() == Passing::ByValue {
            let pattern = frame.pattern(&param.shape, name, of.passing());
            let prelude = quote!(let #pattern: #gradient = #name.get().unwrap_or_else(|| #zeros););
            return (quote!(#name: impl #runtime::#bound<#gradient>), prelude);
        }
        let buffer = tangent::buffer(of.ty, runtime);
        let own = frame.context.unique.name(&format!("{name}_zero"), of.param.span);
        let pattern = frame.pattern(&param.shape, name, of.passing());
        let (mutable, borrow) = match of.passing() {
            Passing::Shared => (None, quote!(&)),
            _ => (Some(quote!(mut)), quote!(&mut)),
        };
        let prelude = quote! {
            let #mutable #own;
            let #pattern: #borrow #buffer = match #name.get() {
                ::core::option::Option::Some(#name) => #name,
                ::core::option::Option::None => { #own = #zeros; #borrow #own }
            };
        };
        (quote!(#mutable #name: impl #runtime::#bound<#buffer>), prelude)
    }

    /// A parameter of the user's under its plain name, and what binds its parts.
    fn argument(&self, of: &Argument, frame: &mut Frame) -> (TokenStream, TokenStream) {
        let (name, ty) = (&of.name, of.ty);
        let pattern = frame.pattern(&of.param.shape, name, of.passing());
        let bind = (*name != pattern.to_string()).then(|| quote!(let #pattern = #name;));
        (quote!(#name: #ty), bind.unwrap_or_default())
    }

    pub(super) fn result_vars(&self, role: Role) -> Vec<Var> {
        output_vars(shape_of(&self.site.reverse.outputs, role))
    }

    /// `fn forward_second`: the result, its tangent, and what the reverse sweep must know of both.
    fn forward_sweep(&self) -> TokenStream {
        let site = &self.site;
        let mut frame = Frame::new(site.reverse, &self.unique);
        let (mut params, mut bind) = (Vec::new(), TokenStream::new());
        for of in &site.arguments {
            let (param, parts) = self.argument(of, &mut frame);
            params.push(param);
            bind.extend(parts);
        }
        let mut body = TokenStream::new();
        for i in 0..site.arguments.len() {
            let (param, prelude) = self.direction(i, &mut frame);
            params.push(param);
            body.extend(prelude);
        }
        body.extend(bind);
        let mut returned = self.result_vars(Role::Primal);
        returned.extend(self.result_vars(Role::ResultTangent));
        let mut tail = returned.clone();
        tail.extend(&site.split.kept);
        let mut function = site.reverse.clone();
        function.body.ops.truncate(function.cut);
        let runtime = &site.runtime;
        let mut printer =
            Printer::new(&function, &function.body, usize::MAX, &tail, frame.context, runtime);
        body.extend(site.tape_declarations(&mut printer, &site.split.tapes));
        printer.statements(&function.body.ops, &mut body);
        let returned: HashSet<Var> = returned.into_iter().collect();
        let kept = site.kept.construct(&printer, &returned);
        let value = shape_of(&function.outputs, Role::Primal)
            .map_or_else(|| quote!(()), |shape| printer.shape(shape, false));
        let tangent = shape_of(&function.outputs, Role::ResultTangent).map_or_else(
            || quote!(()),
            |shape| printer.derivative(shape, site.source.output.as_ref(), false),
        );
        // What is kept is copied before the result moves.
        if site.kept.copies(&returned) {
            let name = &site.own.kept;
            body.extend(quote!(let #name = #kept; (#value, #tangent, #name)));
        } else {
            body.extend(quote!((#value, #tangent, #kept)));
        }
        let (output, kept_type) = (site.output(), site.kept_type());
        let tangent = match &site.source.output {
            Some(ty) => tangent::gradient(ty, runtime),
            None => quote!(()),
        };
        let result = quote!((#output, #tangent, #kept_type));
        site.function("forward_second", quote!(#(#params),*), result, body)
    }

    /// The seed and its tangent.
    pub(super) fn seed_parameters(&self, frame: &mut Frame) -> Vec<TokenStream> {
        let (site, runtime) = (&self.site, &self.site.runtime);
        let output = site.source.output.as_ref();
        let mut params: Vec<_> = frame.seed(&site.own.seed, output, runtime).into_iter().collect();
        if let (Some(param), Some(ty)) = (self.tangent_param(Role::Seed), output) {
            let pattern = frame.pattern(&param.shape, &self.seed_tangent, Passing::ByValue);
            let ty = tangent::gradient(ty, runtime);
            params.push(quote!(#pattern: #ty));
        }
        params
    }

    /// The adjoint of an argument, or the tangent of that.
    pub(super) fn adjoint_of(
        &self,
        i: usize,
        tangents: bool,
        frame: &Frame<'a>,
    ) -> (Ident, Option<&'a crate::ir::Param>) {
        match tangents {
            true => (self.adjoint_tangents[i].clone(), self.tangent_param(Role::Adjoint(i))),
            false => (self.site.arguments[i].adjoint.clone(), frame.param(Role::Adjoint(i))),
        }
    }

    /// `fn reverse_second`: from a seed and its tangent to the adjoints and their tangents.
    fn reverse_sweep(&self) -> TokenStream {
        let (site, runtime) = (&self.site, &self.site.runtime);
        let mut frame = Frame::new(site.reverse, &self.unique);
        let (mut params, mut bind) = (Vec::new(), TokenStream::new());
        for of in &site.arguments {
            if of.is_passed_again() {
                let (param, parts) = self.argument(of, &mut frame);
                params.push(param);
                bind.extend(parts);
            } else {
                params.push(of.taken(runtime));
            }
        }
        let mut body = TokenStream::new();
        for (i, of) in site.arguments.iter().enumerate() {
            if of.is_passed_again() {
                let (param, prelude) = self.direction(i, &mut frame);
                params.push(param);
                body.extend(prelude);
            } else {
                params.push(quote!(_: impl ::core::marker::Sized));
            }
        }
        body.extend(bind);
        let (kept_type, kept_name) = (site.kept_type(), &site.own.kept);
        params.push(quote!(#kept_name: &#kept_type));
        params.extend(self.seed_parameters(&mut frame));
        for tangents in [false, true] {
            for (i, of) in site.by_reference() {
                let (name, param) = self.adjoint_of(i, tangents, &frame);
                let name = &name;
                let Some(param) = param else {
                    params.push(quote!(_: impl #runtime::Slot<#runtime::NoDerivative>));
                    continue;
                };
                let buffer = tangent::buffer(of.ty, runtime);
                params.push(quote!(mut #name: impl #runtime::Slot<#buffer>));
                if of.passing() != Passing::Mutable {
                    frame.bind(&param.shape, name, Bound::Optional);
                    continue;
                }
                let own = frame.context.unique.name(&format!("{name}_own"), of.param.span);
                let zeros = site.kept.zeros(i, site);
                body.extend(quote! {
                    let mut #own;
                    let #name: &mut #buffer = match #name.get() {
                        ::core::option::Option::Some(#name) => #name,
                        ::core::option::Option::None => { #own = #zeros; &mut #own }
                    };
                });
                frame.bind(&param.shape, name, Bound::Reference);
            }
        }
        for memory in &site.split.shapes {
            if let Origin::Param(i) = site.reverse.memory(*memory).origin
                && let Some(of) = site.arguments.get(i)
            {
                frame.context.memories.insert(*memory, (of.adjoint.clone(), Bound::Reference));
            }
        }
        let mut function = site.reverse.clone();
        let rest = function.body.ops.split_off(function.cut.min(function.body.ops.len()));
        function.body.ops = site.split.again.iter().cloned().chain(rest).collect();
        let tail = adjoint_vars(&function);
        let (pattern, copies) = site.kept.unpack(&mut frame, &function, kept_name);
        let mut printer = Printer::new(&function, &function.body, 0, &tail, frame.context, runtime);
        printer.whole_tapes = loops::whole_tapes(&function.body);
        body.extend(pattern);
        body.extend(copies);
        body.extend(site.kept.tapes(&mut printer, &site.split.tapes, kept_name));
        printer.statements(&function.body.ops, &mut body);
        let contributions = site.contributions(&printer, &function.outputs, Role::Adjoint);
        let tangents = site.contributions(&printer, &function.outputs, Role::AdjointTangent);
        body.extend(quote!((#contributions, #tangents)));
        let ty = site.contributions_type();
        site.function("reverse_second", quote!(#(#params),*), quote!((#ty, #ty)), body)
    }

    // ---- what the user calls ----

    /// `f_hvp` and `f_hessian`, of a function whose result is one float.
    pub fn companions(&self) -> TokenStream {
        let site = &self.site;
        // A callee carries the option for its callers' sake, whatever its shape.
        if !has_scalar_result(site) || !site.arguments.iter().any(Argument::in_gradient) {
            return TokenStream::new();
        }
        let (hvp, hessian) = (self.hvp(), self.hessian());
        quote!(#hvp #hessian)
    }

    fn hvp(&self) -> TokenStream {
        let site = &self.site;
        let mut params = site.parameters();
        params.extend(site.direction_parameter(&self.tangents));
        let body = self.product(self.directions(), site.names(), self.constant_seeds());
        let docs = docs::hvp(site);
        let item = site.item("hvp", docs, params, site.gradient_type(), body, site.needs_heap());
        site.copying(item)
    }

    /// The seed of a gradient, and its tangent.
    fn constant_seeds(&self) -> [TokenStream; 2] {
        [1.0, 0.0].map(|of| self.site.constant(of))
    }

    /// The tangent of `f_vjp`'s gradient, for operators.
    pub fn vjp_tangent(&self) -> TokenStream {
        let site = &self.site;
        // What an operator that assigns makes is not in its result.
        if !site.takes_seed() {
            return TokenStream::new();
        }
        let mut params = site.parameters();
        params.extend(site.direction_parameter(&self.tangents));
        params.extend(site.seed_parameter());
        if let Some(ty) = &site.source.output {
            let (name, ty) = (&self.seed_tangent, tangent::gradient(ty, &site.runtime));
            params.push(quote!(#name: #ty));
        }
        let seeds = [&site.own.seed, &self.seed_tangent].map(ToTokens::to_token_stream);
        let body = self.product(self.directions(), site.names(), seeds);
        let docs = TokenStream::new();
        site.item("vjp_tangent", docs, params, site.gradient_type(), body, site.needs_heap())
    }

    /// What a public function passes on of the direction that it is given.
    fn directions(&self) -> Vec<Option<TokenStream>> {
        let each = self.site.arguments.iter().zip(&self.tangents).map(|(of, name)| {
            if !of.in_gradient() {
                None
            } else if of.passing() == Passing::Shared && tangent::is_sequence(of.ty) {
                Some(quote!(#name.as_ref()))
            } else if of.passing() == Passing::Shared {
                Some(quote!(&#name))
            } else {
                Some(name.to_token_stream())
            }
        });
        each.collect()
    }

    /// Both sweeps: the product of the Hessian with directions of which `None` is zero.
    fn product(
        &self,
        directions: Vec<Option<TokenStream>>,
        names: Vec<TokenStream>,
        seeds: [TokenStream; 2],
    ) -> TokenStream {
        let (site, runtime) = (&self.site, &self.site.runtime);
        let (carrier, kept) = (&site.carrier, &site.own.kept);
        if !self.is_apart() {
            return self.product_together(&directions, names, seeds);
        }
        let forward: Vec<_> = directions
            .iter()
            .map(|of| of.clone().unwrap_or_else(|| quote!(#runtime::Zero)))
            .collect();
        let zeros = site.zero_buffers(|of| of.name.to_token_stream());
        let again = site.arguments.iter().map(|of| match of.is_passed_again() {
            true => of.name.to_token_stream(),
            false => quote!(()),
        });
        let directions_again =
            site.arguments.iter().zip(&forward).map(|(of, direction)| match of.is_passed_again() {
                true => direction.clone(),
                false => quote!(()),
            });
        let slots = site.by_reference().map(|_| quote!(#runtime::Inactive));
        let tangent_slots = site.by_reference().map(|(_, of)| {
            let adjoint = &of.adjoint;
            if of.is_added_to() { quote!(&mut #adjoint) } else { quote!(#runtime::Inactive) }
        });
        let (contributions, gradient) = (site.contributions_pattern(), site.gradient_value());
        let ([one, zero], turbofish) = (seeds, site.turbofish());
        quote! {
            #zeros
            let (_, _, #kept) = #carrier::forward_second #turbofish(#(#names,)* #(#forward),*);
            let (_, #contributions) = #carrier::reverse_second #turbofish(
                #(#again,)* #(#directions_again,)* &#kept, #one, #zero, #(#slots,)* #(#tangent_slots),*
            );
            #gradient
        }
    }

    fn hessian(&self) -> TokenStream {
        let (site, runtime) = (&self.site, &self.site.runtime);
        let mut unique = self.unique.clone();
        let initial = Initial::new(site, &mut unique);
        let (keep, restore) = (initial.keep(site), initial.restore(site));
        let mut name = |base: &str| unique.name(base, Span::call_site());
        let (row, direction) = (name("row"), name("direction"));
        let inputs: Vec<_> =
            site.arguments.iter().enumerate().filter(|(_, of)| of.in_gradient()).collect();
        let zeros: Vec<_> =
            inputs.iter().map(|(_, of)| name(&format!("zero_{}", of.label))).collect();
        let gradients: Vec<_> =
            inputs.iter().map(|(_, of)| tangent::gradient(of.ty, runtime)).collect();
        let blocks: Vec<Vec<Ident>> = inputs
            .iter()
            .map(|(_, a)| {
                let block = |(_, b): &(usize, &Argument)| match inputs.len() {
                    1 => name("hessian"),
                    _ => name(&format!("hessian_{}_{}", a.label, b.label)),
                };
                inputs.iter().map(block).collect()
            })
            .collect();
        let mut body = TokenStream::new();
        for (((_, of), zero), ty) in inputs.iter().zip(&zeros).zip(&gradients) {
            let value = tangent::zero(of.ty, &of.name.to_token_stream(), runtime);
            body.extend(quote!(let #zero: #ty = #value;));
        }
        body.extend(keep);
        let adjoints =
            bare_or_tuple(inputs.iter().map(|(_, of)| of.adjoint.to_token_stream()).collect());
        for (j, (at, of)) in inputs.iter().enumerate() {
            let (zero, gradient) = (&zeros[j], &gradients[j]);
            for (block, zero_row) in blocks[j].iter().zip(&zeros) {
                body.extend(quote! {
                    let mut #block = #runtime::Rows::rows(&#zero, &mut || #zero_row.clone());
                });
            }
            if let Some(rows) =
                self.rows_in_lanes((*at, zero, &row, &direction), &blocks[j], &gradients)
            {
                body.extend(rows);
                continue;
            }
            let directions = (0..site.arguments.len()).map(|i| {
                (i == *at).then(|| match of.passing() {
                    Passing::Shared => quote!(&#direction),
                    _ => quote!(#direction.clone()),
                })
            });
            let product =
                self.product(directions.collect(), copied_arguments(site), self.constant_seeds());
            let store =
                blocks[j].iter().zip(&inputs).zip(&gradients).map(|((block, (_, of)), of_row)| {
                    let adjoint = &of.adjoint;
                    quote! {
                        *<#gradient as #runtime::Rows>::row_mut::<#of_row>(&mut #block, #row) =
                            #adjoint;
                    }
                });
            body.extend(quote! {
                let mut #direction = #zero.clone();
                for #row in 0..#runtime::VectorSpace::dimension(&#direction) {
                    #runtime::VectorSpace::set_component(&mut #direction, #row, 1.0);
                    #restore
                    let #adjoints = { #product };
                    #(#store)*
                    #runtime::VectorSpace::set_component(&mut #direction, #row, 0.0);
                }
            });
        }
        let values = blocks
            .iter()
            .map(|blocks| bare_or_tuple(blocks.iter().map(ToTokens::to_token_stream).collect()));
        let value = bare_or_tuple(values.collect());
        body.extend(value);
        let types = inputs.iter().map(|(_, of)| {
            let row = |gradient: &TokenStream| tangent::rows(of.ty, gradient, runtime);
            bare_or_tuple(gradients.iter().map(row).collect())
        });
        let ty = bare_or_tuple(types.collect());
        let docs = docs::hessian(site);
        let item = site.item("hessian", docs, site.parameters(), ty, body, site.needs_heap());
        let rows: Vec<_> = inputs.iter().map(|(_, of)| of.ty).collect();
        site.with_rows(site.copying(item), &rows)
    }
}

/// The variables of the adjoints that are returned, and of their tangents.
pub(super) fn adjoint_vars(function: &Function) -> Vec<Var> {
    let adjoints = function
        .outputs
        .iter()
        .filter(|output| matches!(output.role, Role::Adjoint(_) | Role::AdjointTangent(_)));
    output_vars(adjoints.map(|output| &output.shape))
}
