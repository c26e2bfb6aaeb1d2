//! The hidden functions: the sweeps apart and together, and forward mode.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::{
    batch::Batch,
    body::{Bound, Printer},
    frame::{self, Argument, Frame},
    kept::Kept,
    loops, method,
    plan::output_vars,
    site::bare_or_tuple,
    split::{self, Split},
    tangent, types,
};
use crate::{
    ir::{Function, Output, Passing, Role, Shape, Var},
    maps::HashSet,
    parse::{Home, Source},
};

/// What all generated items share.
pub struct Site<'a> {
    pub source: &'a Source,
    pub runtime: TokenStream,
    pub name: &'a Ident,
    /// The type that callers look in for the sweeps: of the function's name, if that can be.
    pub carrier: Ident,
    pub arguments: Vec<Argument<'a>>,
    pub reverse: &'a Function,
    /// `reverse` with the user's names for what is called.
    pub listing: &'a Function,
    pub callees: super::callees::Callees,
    /// For the companions of methods: a carrier has them once for all its functions.
    pub stand_ins: TokenStream,
    /// For `sweep`, if both sweeps go together.
    pub fused: Option<&'a Function>,
    pub forward: Option<&'a Function>,
    pub split: Split,
    pub kept: Kept,
    pub own: frame::OwnNames,
}

impl<'a> Site<'a> {
    pub fn output(&self) -> TokenStream {
        match &self.source.output {
            Some(ty) => ty.to_token_stream(),
            None => quote!(()),
        }
    }

    /// The type of what the forward sweep keeps.
    pub fn kept_type(&self) -> TokenStream {
        let (name, args) = (&self.kept.name, self.struct_args(None));
        quote!(#name #args)
    }

    /// The arguments that are passed to the reverse sweep again.
    pub fn passed_again(&self) -> impl Iterator<Item = &Argument<'a>> {
        self.arguments.iter().filter(|of| of.is_passed_again())
    }

    /// The arguments that are kept, and the fields that hold them, if nothing else is.
    pub fn kept_arguments(&self) -> impl Iterator<Item = (&Argument<'a>, &Ident)> {
        let kept = self.kept.arguments.iter().flatten();
        kept.map(|(i, field)| (&self.arguments[*i], field))
    }

    pub(super) fn by_value(&self) -> impl Iterator<Item = (usize, &Argument<'a>)> {
        self.arguments.iter().enumerate().filter(|(_, of)| of.passing() == Passing::ByValue)
    }

    pub fn by_reference(&self) -> impl Iterator<Item = (usize, &Argument<'a>)> {
        self.arguments.iter().enumerate().filter(|(_, of)| of.passing() != Passing::ByValue)
    }

    /// The type of the contributions to the adjoints of what is passed by value.
    pub fn contributions_type(&self) -> TokenStream {
        self.contributions_type_in(|i| self.arguments[i].ty)
    }

    /// The same where the derivative of each argument is shaped like another type.
    pub(super) fn contributions_type_in<'t>(
        &self,
        ty: impl Fn(usize) -> &'t syn::Type,
    ) -> TokenStream {
        let runtime = &self.runtime;
        let types = self.by_value().map(|(i, of)| match of.differentiable {
            true => tangent::gradient(ty(i), runtime),
            false => quote!(#runtime::NoDerivative),
        });
        bare_or_tuple(types.collect())
    }

    pub fn contributions(
        &self,
        printer: &Printer,
        outputs: &[Output],
        role: impl Fn(usize) -> Role,
    ) -> TokenStream {
        let runtime = &self.runtime;
        let values: Vec<_> = self
            .by_value()
            .map(|(i, _)| match shape_of(outputs, role(i)) {
                Some(shape) => printer.derivative(shape, Some(self.arguments[i].ty), false),
                None => quote!(#runtime::NoDerivative),
            })
            .collect();
        match &values[..] {
            [one] => one.clone(),
            values => quote!((#(#values),*)),
        }
    }

    /// The pattern for the contributions: a name for each that is differentiated.
    pub fn contributions_pattern(&self) -> TokenStream {
        let names: Vec<_> = self
            .by_value()
            .map(|(_, of)| if of.differentiable { of.adjoint.to_token_stream() } else { quote!(_) })
            .collect();
        match &names[..] {
            [one] => one.clone(),
            names => quote!((#(#names),*)),
        }
    }

    fn output_shape(&self, role: Role) -> Option<&'a Shape> {
        shape_of(&self.reverse.outputs, role)
    }

    fn adjoint_outputs(&self, function: &Function) -> Vec<Var> {
        output_vars(
            function
                .outputs
                .iter()
                .filter(|output| output.role != Role::Primal)
                .map(|output| &output.shape),
        )
    }

    fn primal_outputs(&self) -> Vec<Var> {
        output_vars(self.output_shape(Role::Primal))
    }

    /// `fn forward`: the result, and what the reverse sweep must know.
    pub fn forward_sweep(&self) -> TokenStream {
        let mut frame = Frame::new(self.reverse, &self.own.sweeps);
        let params: Vec<_> = self.arguments.iter().map(|of| frame.primal(of)).collect();
        let mut tail = self.primal_outputs();
        tail.extend(&self.split.kept);
        let mut function = self.reverse.clone();
        function.body.ops.truncate(function.cut);
        let mut printer = Printer::new(
            &function,
            &function.body,
            usize::MAX,
            &tail,
            frame.context,
            &self.runtime,
        );
        let mut body = self.tape_declarations(&mut printer, &self.split.tapes);
        printer.statements(&function.body.ops, &mut body);
        let returned: HashSet<Var> = self.primal_outputs().into_iter().collect();
        let kept = self.kept.construct(&printer, &returned);
        let value = self
            .output_shape(Role::Primal)
            .map_or_else(|| quote!(()), |shape| printer.shape(shape, false));
        // What is kept is copied before the result moves.
        if self.kept.copies(&returned) {
            let name = &self.own.kept;
            body.extend(quote!(let #name = #kept; (#value, #name)));
        } else {
            body.extend(quote!((#value, #kept)));
        }
        let (output, kept_type) = (self.output(), self.kept_type());
        self.function("forward", quote!(#(#params),*), quote!((#output, #kept_type)), body)
    }

    /// `fn reverse`: from a seed to the adjoints; a slot for each parameter passed by reference.
    pub fn reverse_sweep(&self) -> TokenStream {
        self.reverse_sweep_of(self.reverse, None)
    }

    /// `fn reverse`, or `fn reverse_batch` with several seeds.
    pub(super) fn reverse_sweep_of(
        &self,
        function: &Function,
        batch: Option<&Batch>,
    ) -> TokenStream {
        let runtime = &self.runtime;
        let mut frame = Frame::new(function, &self.own.sweeps);
        // Nothing stands in the place of what was moved into the forward sweep.
        let mut params: Vec<_> = self
            .arguments
            .iter()
            .map(|of| match of.is_passed_again() {
                true => frame.primal(of),
                // Whoever hands on a `&mut` variable, or a field of unknown type, does not know that it is taken as such.
                false => of.taken(runtime),
            })
            .collect();
        let kept_type = self.kept_type();
        let kept_name = &self.own.kept;
        params.push(quote!(#kept_name: &#kept_type));
        let output = batch.map_or(self.source.output.as_ref(), |batch| batch.output.as_ref());
        params.extend(frame.seed(&self.own.seed, output, runtime));
        let mut prelude = TokenStream::new();
        for (i, of) in self.by_reference() {
            let name = &of.adjoint;
            let Some(param) = frame.param(Role::Adjoint(i)) else {
                params.push(quote!(_: impl #runtime::Slot<#runtime::NoDerivative>));
                continue;
            };
            let buffer = tangent::buffer(batch.map_or(of.ty, |batch| &batch.types[i]), runtime);
            params.push(quote!(mut #name: impl #runtime::Slot<#buffer>));
            if of.passing() == Passing::Mutable {
                let own = frame.context.unique.name(&format!("{name}_own"), of.param.span);
                let zeros = self.kept.zeros(i, self);
                prelude.extend(quote! {
                    let mut #own;
                    let #name: &mut #buffer = match #name.get() {
                        ::core::option::Option::Some(#name) => #name,
                        ::core::option::Option::None => { #own = #zeros; &mut #own }
                    };
                });
                frame.bind(&param.shape, name, Bound::Reference);
            } else {
                frame.bind(&param.shape, name, Bound::Optional);
            }
        }
        for memory in &self.split.shapes {
            if let crate::ir::Origin::Param(i) = function.memory(*memory).origin
                && let Some(of) = self.arguments.get(i)
            {
                let name = of.adjoint.clone();
                frame.context.memories.insert(*memory, (name, Bound::Reference));
            }
        }
        let mut function = function.clone();
        let rest = function.body.ops.split_off(function.cut.min(function.body.ops.len()));
        function.body.ops = self.split.again.iter().cloned().chain(rest).collect();
        let tail = self.adjoint_outputs(&function);
        let (pattern, copies) = self.kept.unpack(&mut frame, &function, &self.own.kept);
        let mut printer = Printer::new(&function, &function.body, 0, &tail, frame.context, runtime);
        printer.whole_tapes = loops::whole_tapes(&function.body);
        let mut body = prelude;
        body.extend(pattern);
        body.extend(copies);
        body.extend(self.kept.tapes(&mut printer, &self.split.tapes, &self.own.kept));
        printer.statements(&function.body.ops, &mut body);
        let contributions = self.contributions(&printer, &function.outputs, Role::Adjoint);
        body.extend(contributions);
        let params = quote!(#(#params),*);
        match batch {
            None => self.function("reverse", params, self.contributions_type(), body),
            Some(batch) => {
                batch.function("reverse_batch", params, batch.contributions_type(), body)
            }
        }
    }

    /// `fn sweep`: both sweeps in one body.
    pub fn both_sweeps(&self) -> TokenStream {
        self.both_sweeps_in(None)
    }

    /// `fn sweep_with`: the same with vectors from a workspace.
    pub fn both_sweeps_with(&self) -> TokenStream {
        self.both_sweeps_in(Some(self.own.workspace.clone()))
    }

    fn both_sweeps_in(&self, workspace: Option<Ident>) -> TokenStream {
        let runtime = &self.runtime;
        let function = self.fused.unwrap_or(self.reverse);
        let mut frame = Frame::new(function, &self.own.sweeps);
        let mut params: Vec<_> = self.arguments.iter().map(|of| frame.primal(of)).collect();
        params.extend(frame.seed(&self.own.seed, self.source.output.as_ref(), runtime));
        for (i, of) in self.by_reference() {
            let name = &of.adjoint;
            if let Some(param) = frame.param(Role::Adjoint(i)) {
                let buffer = tangent::buffer(of.ty, runtime);
                params.push(quote!(#name: &mut #buffer));
                frame.bind(&param.shape, name, Bound::Reference);
            }
        }
        let name = match &workspace {
            Some(workspace) => {
                params.insert(0, quote!(#workspace: &#runtime::Workspace));
                "sweep_with"
            }
            None => "sweep",
        };
        frame.context.workspace = workspace;
        let mut tail = self.primal_outputs();
        tail.extend(self.adjoint_outputs(function));
        let cut = function.cut.min(function.body.ops.len());
        let mut printer =
            Printer::new(function, &function.body, cut, &tail, frame.context, runtime);
        printer.whole_tapes = loops::whole_tapes(&function.body);
        let mut body = match self.fused {
            Some(_) => {
                printer.popped = split::tapes_in(&function.body);
                self.popped_tapes(&mut printer)
            }
            None => self.tape_declarations(&mut printer, &self.split.tapes),
        };
        printer.asks = true;
        let stand_ins = self.stand_ins(function);
        body = quote!(#stand_ins #body);
        body.extend(printer.presumed_at_first());
        let filled: &[_] = if self.fused.is_none() { &self.split.tapes } else { &[] };
        printer.both_halves(cut, filled, &mut body);
        let value = self
            .output_shape(Role::Primal)
            .map_or_else(|| quote!(()), |shape| printer.shape(shape, false));
        let contributions = self.contributions(&printer, &function.outputs, Role::Adjoint);
        body.extend(quote!((#value, #contributions)));
        let (output, contributions) = (self.output(), self.contributions_type());
        self.function(name, quote!(#(#params),*), quote!((#output, #contributions)), body)
    }

    /// For the companions of methods, in a function that has no carrier.
    pub(super) fn stand_ins(&self, function: &Function) -> Option<TokenStream> {
        (self.source.home != Home::Module)
            .then(|| method::stand_ins(&[&function.body], &self.runtime))
    }

    /// A hidden function whose body repeats the items of the user's.
    pub fn function(
        &self,
        name: &str,
        params: TokenStream,
        output: TokenStream,
        body: TokenStream,
    ) -> TokenStream {
        let body = self.with_items(body);
        self.bare_function(name, params, output, body)
    }

    /// With the items of the user's body.
    pub(super) fn with_items(&self, body: TokenStream) -> TokenStream {
        let items = &self.source.items;
        // There are no imports in an `impl`.
        let imports = match self.source.home {
            Home::Module => TokenStream::new(),
            _ => self.callees.imports_alone(&self.runtime),
        };
        quote!(#(#items)* #imports #body)
    }

    pub(super) fn bare_function(
        &self,
        name: &str,
        params: TokenStream,
        output: TokenStream,
        body: TokenStream,
    ) -> TokenStream {
        let generics = &self.source.item.sig.generics;
        self.generic_function(name, generics, params, output, body)
    }

    pub(super) fn generic_function(
        &self,
        name: &str,
        generics: &syn::Generics,
        params: TokenStream,
        output: TokenStream,
        body: TokenStream,
    ) -> TokenStream {
        let vis = &self.source.item.vis;
        let name = self.sweep_name(name);
        let where_clause = &generics.where_clause;
        let attributes = (self.source.home != Home::Module).then(|| {
            let attributes = self.attributes();
            quote!(#[doc(hidden)] #attributes)
        });
        quote! {
            #attributes
            #[inline]
            #vis fn #name #generics (#params) -> #output #where_clause { #body }
        }
    }

    /// Of a hidden function: that of its part in the carrier, or beside a method.
    pub fn sweep_name(&self, part: &str) -> Ident {
        match (self.source.home, part) {
            (Home::Module, part) => Ident::new(part, self.name.span()),
            (_, "sweep") => self.companion_name("with_adjoints"),
            (_, "tangent") => self.companion_name("with_tangents"),
            (_, "second_sweep") => self.companion_name("with_second"),
            (_, part) => self.companion_name(part),
        }
    }
}

pub fn shape_of(outputs: &[Output], role: Role) -> Option<&Shape> {
    outputs.iter().find(|output| output.role == role).map(|output| &output.shape)
}

/// Whether the function's result is one float.
pub fn has_scalar_result(site: &Site) -> bool {
    match shape_of(&site.reverse.outputs, Role::Primal) {
        Some(Shape::Var(Var::Value(value))) => {
            let ty = &site.reverse.value(*value).ty;
            ty.is_float() || *ty == crate::ir::Type::Unknown || !types::is_known(ty)
        }
        _ => false,
    }
}

/// The type of the result for callers to name; results with lifetimes cannot be, nor private ones of public functions.
pub fn static_output(site: &Site) -> TokenStream {
    let public = matches!(site.source.item.vis, syn::Visibility::Public(_));
    match &site.source.output {
        Some(ty) if public && crate::declared::is_private(ty) => quote!(()),
        Some(ty) if !has_reference(ty) => ty.to_token_stream(),
        _ => quote!(()),
    }
}

fn has_reference(ty: &syn::Type) -> bool {
    ty.to_token_stream().to_string().contains(['&', '\''])
}
