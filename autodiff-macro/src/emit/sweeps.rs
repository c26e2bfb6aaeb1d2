//! The hidden functions: the sweeps apart and together, and forward mode.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::{
    associated::Call,
    batch::Batch,
    body::{Bound, Printer},
    frame::{self, Argument, Frame},
    kept::Kept,
    loops, method,
    names::hygienic,
    plan::output_vars,
    split::{self, Split},
    tangent, types, workspace,
};
use crate::{
    ir::{Function, Output, Passing, Role, Shape, Storage, TapeId, Var},
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
        self.arguments.iter().filter(|of| split::is_passed_again(&of.param.shape, of.passing()))
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
        let runtime = &self.runtime;
        let types: Vec<_> = self
            .by_value()
            .map(|(_, of)| {
                if of.differentiable {
                    tangent::gradient(of.ty, runtime)
                } else {
                    quote!(#runtime::NoDerivative)
                }
            })
            .collect();
        match &types[..] {
            [one] => one.clone(),
            types => quote!((#(#types),*)),
        }
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
            .map(|of| match split::is_passed_again(&of.param.shape, of.passing()) {
                true => frame.primal(of),
                // Whoever hands on a `&mut` variable, or a field of unknown type, does not know that it is taken as such.
                false => quote!(_: impl ::core::marker::Sized),
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
        let (forward, reverse) = function.body.ops.split_at(cut);
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
        printer.statements(forward, &mut body);
        for tape in self.split.tapes.iter().filter(|_| self.fused.is_none()) {
            if !printer.whole_tapes.contains(tape) {
                let name = printer.tape_name(*tape);
                body.extend(quote!(let mut #name = #name.as_slice();));
            }
        }
        printer.statements(reverse, &mut body);
        let value = self
            .output_shape(Role::Primal)
            .map_or_else(|| quote!(()), |shape| printer.shape(shape, false));
        let contributions = self.contributions(&printer, &function.outputs, Role::Adjoint);
        body.extend(quote!((#value, #contributions)));
        let (output, contributions) = (self.output(), self.contributions_type());
        self.function(name, quote!(#(#params),*), quote!((#output, #contributions)), body)
    }

    /// For the companions of methods, in a function that has no carrier.
    fn stand_ins(&self, function: &Function) -> Option<TokenStream> {
        (self.source.home != Home::Module)
            .then(|| method::stand_ins(&[&function.body], &self.runtime))
    }

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

    pub fn tape_declarations(&self, printer: &mut Printer, tapes: &[TapeId]) -> TokenStream {
        let mut declarations = TokenStream::new();
        for tape in tapes {
            let info = &self.reverse.tapes[tape.index()];
            let name = printer.fresh(&format!("tape_{}", info.name), hygienic(self.name.span()));
            printer.tapes.insert(*tape, name.clone());
            let ty = self.kept.tape_type(*tape);
            let runtime = &self.runtime;
            if let Some(workspace) = &printer.context.workspace
                && info.storage == Storage::Heap
                && workspace::keeps(info)
            {
                let new = workspace::stack(workspace);
                let ty = self.kept.tape_type(*tape);
                declarations.extend(quote!(let #name: &mut #ty = #new;));
                continue;
            }
            let new = match info.storage {
                Storage::Heap => quote!(#runtime::alloc::vec::Vec::new()),
                Storage::Inline(_) => quote!(#runtime::Stack::new()),
            };
            declarations.extend(quote!(let mut #name: #ty = #new;));
        }
        declarations
    }

    /// Tapes of sweeps that go together: what one loop pushes another pops soon after.
    fn popped_tapes(&self, printer: &mut Printer) -> TokenStream {
        let runtime = &self.runtime;
        let mut declarations = TokenStream::new();
        let mut tapes: Vec<_> = printer.popped.iter().copied().collect();
        tapes.sort();
        for tape in tapes {
            let info = &printer.function.tapes[tape.index()];
            let name = printer.fresh(&format!("tape_{}", info.name), hygienic(self.name.span()));
            let lent = printer.context.workspace.as_ref().filter(|_| workspace::keeps(info));
            declarations.extend(match (&info.storage, lent) {
                (Storage::Heap, Some(workspace)) => {
                    let new = workspace::stack(workspace);
                    quote!(let #name = #new;)
                }
                (Storage::Heap, None) => quote!(let mut #name = #runtime::alloc::vec::Vec::new();),
                (Storage::Inline(records), _) => {
                    let records = proc_macro2::Literal::u64_unsuffixed(*records);
                    quote!(let mut #name: #runtime::Stack<_, #records> = #runtime::Stack::new();)
                }
            });
            printer.tapes.insert(tape, name);
        }
        declarations
    }
}

impl Printer<'_> {
    /// The declaration of a tape whose records have the type of what is pushed.
    pub(super) fn untyped_tape(&mut self, tape: TapeId, span: proc_macro2::Span) -> TokenStream {
        let (info, runtime) = (&self.function.tapes[tape.index()], self.runtime);
        let name = self.fresh(&format!("tape_{}", info.name), hygienic(span));
        self.tapes.insert(tape, name.clone());
        match info.storage {
            Storage::Heap => quote!(let mut #name = #runtime::alloc::vec::Vec::new();),
            Storage::Inline(records) => {
                let records = proc_macro2::Literal::u64_unsuffixed(records);
                quote!(let mut #name: #runtime::Stack<_, #records> = #runtime::Stack::new();)
            }
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
