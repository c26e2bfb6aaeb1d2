//! Types of what crosses from the forward sweep to the reverse sweep, said by what the function shows.

use super::{body::respan, kept::Form, names::hygienic, split, tangent, types};
use crate::{
    ir::{
        Arg, Callee, ForwardTangents, Function, Init, Int, MemoryId, OpKind, Origin, Param, Place,
        Role, Shape, Step, Storage, TapeId, Type, ValueId, Var, visit,
    },
    parse::Source,
};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

/// What stands there may be more than the arguments tell.
pub(super) fn has_turbofish(callee: &Callee) -> bool {
    match callee {
        Callee::Free(path) | Callee::Maybe(path) | Callee::Recomputed(path) => {
            path.segments.last().is_some_and(|last| !last.arguments.is_empty())
        }
        _ => false,
    }
}

pub(super) fn holds_kept(ty: &Type) -> bool {
    match ty {
        Type::Kept(_) | Type::KeptTangent(_) => true,
        Type::Option(of) => holds_kept(of),
        _ => false,
    }
}

/// Finds the types of what is kept.
pub(super) struct Resolver<'a> {
    pub source: &'a Source,
    pub function: &'a Function,
    pub runtime: &'a TokenStream,
    /// An integer that nothing types but a call that it is passed to has the type that the callee wants.
    pub integers_open: bool,
}

impl Resolver<'_> {
    pub(super) fn value(&self, value: ValueId, depth: usize) -> Option<TokenStream> {
        let ty = &self.function.value(value).ty;
        if holds_kept(ty) {
            return self.kept_by(Var::Value(value), depth).map(|kept| match ty {
                Type::Option(_) => {
                    let runtime = self.runtime;
                    quote!(::core::option::Option<#runtime::alloc::boxed::Box<#kept>>)
                }
                _ => kept,
            });
        }
        if types::is_known(ty) {
            return self.ty(ty);
        }
        if depth > 64 {
            return None;
        }
        self.param_type(Var::Value(value)).or_else(|| self.by_definition(value, depth)).or_else(
            || {
                // Literals that nothing else settles; the result of a function without derivative can be of any type.
                if self.is_open(ty) || self.depends_on_others(value, 0) {
                    None
                } else {
                    self.ty(ty)
                }
            },
        )
    }

    fn is_open(&self, ty: &Type) -> bool {
        self.integers_open && *ty == Type::Int(Int::Literal)
    }

    /// For a result of a function without `#[grad]`, whose type only the compiler knows.
    pub(super) fn foreign(&self, var: Var) -> Option<(TokenStream, Form)> {
        match var {
            Var::Value(value) => {
                self.function.value(value).ty.is_int().then(|| (quote!(i128), Form::Wide))
            }
            Var::Memory(memory) => {
                let op = split::defining(self.function, Var::Memory(memory));
                // What a method with a derivative yields has an adjoint of its own type.
                if let Some(OpKind::Call { callee, .. }) = op.map(|op| &op.kind)
                    && !matches!(callee, Callee::Free(_) | Callee::Maybe(_) | Callee::Recomputed(_))
                {
                    return None;
                }
                let mut element = None;
                let mut of_method = false;
                visit::walk(&self.function.body, &mut |op| {
                    // It may be the shape of an adjoint, which a copy of the elements is not.
                    match &op.kind {
                        OpKind::Call { callee, result, .. } if callee.is_fused() => {
                            of_method |= visit::shape_vars(result).contains(&var);
                        }
                        OpKind::CallTangent { result, tangent, .. } => {
                            of_method |= visit::shape_vars(result).contains(&var)
                                || visit::shape_vars(tangent).contains(&var);
                        }
                        _ => {}
                    }
                    if let OpKind::Load { out, place } = &op.kind
                        && place.memory == memory
                        && let [crate::ir::Step::Index(_)] = place.path[..]
                    {
                        element = self.value(*out, 0);
                    }
                });
                let (element, runtime) = (element.filter(|_| !of_method)?, self.runtime);
                Some((quote!(#runtime::alloc::vec::Vec<#element>), Form::Elements))
            }
        }
    }

    fn by_definition(&self, value: ValueId, depth: usize) -> Option<TokenStream> {
        let next = |value: &ValueId| self.value(*value, depth + 1);
        let op = split::definition(self.function, value)?;
        match &op.kind {
            OpKind::Rule { args, .. } => self.best(args, depth),
            OpKind::Select { args, .. } => self.best(args, depth),
            OpKind::Given { value, .. } => next(value),
            OpKind::Cast { arg, ty: Type::Unknown, .. } => {
                let (runtime, of) = (self.runtime, next(arg)?);
                Some(quote!(<#of as #runtime::Again>::Arg))
            }
            OpKind::If { then, otherwise, outs, .. } => {
                let i = outs.iter().position(|out| *out == Var::Value(value))?;
                let yields: Vec<_> = [then, otherwise]
                    .into_iter()
                    .filter_map(|region| region.yields[i].value())
                    .collect();
                self.best(&yields, depth)
            }
            OpKind::For(f) => {
                if f.index == value {
                    return self.best(&[f.range.start, f.range.end], depth);
                }
                let i = f
                    .outs
                    .iter()
                    .position(|out| *out == value)
                    .or_else(|| f.body.params.iter().position(|param| *param == value))?;
                self.carried(f.inits[i], f.body.yields[i], depth)
            }
            OpKind::While(w) => {
                let i = w
                    .outs
                    .iter()
                    .position(|out| *out == value)
                    .or_else(|| w.body.params.iter().position(|param| *param == value))?;
                self.carried(w.inits[i], w.body.yields[i], depth)
            }
            OpKind::Load { place, .. } => {
                let ty = self.function.place_type(place);
                // A literal may have been all that was seen of a field.
                (ty != Type::Int(Int::Literal)).then(|| self.ty(&ty)).flatten()
            }
            OpKind::Vector { place, .. } => {
                self.function.place_type(place).element().and_then(|ty| self.ty(ty))
            }
            OpKind::CallForward { callee, .. } if self.is_inner(callee) => None,
            OpKind::CallForward { callee, args, result, tangents, .. } => {
                let whole = self.output_of(callee, args, depth);
                self.result_of(whole, result, tangents.as_deref(), Var::Value(value))
            }
            OpKind::Opaque {
                args,
                form: crate::ir::Form::Binary(_) | crate::ir::Form::Not,
                ..
            } => args.first().and_then(next),
            _ => None,
        }
    }

    /// Whether the type of an integer is that of a result of the user's functions, or of a field.
    fn depends_on_others(&self, value: ValueId, depth: usize) -> bool {
        let Some(op) = split::definition(self.function, value) else { return false };
        let unknown = |value: &ValueId| !types::is_known(&self.function.value(*value).ty);
        match &op.kind {
            OpKind::Call { .. } => true,
            OpKind::Load { place, .. } => {
                matches!(self.function.memory(self.function.root(place.memory)).ty, Type::Named(_))
            }
            OpKind::Compare { .. } | OpKind::Cast { .. } => false,
            OpKind::If { then, otherwise, outs, .. } => {
                let i = outs.iter().position(|out| *out == Var::Value(value));
                i.is_some_and(|i| {
                    [then, otherwise].iter().any(|region| match region.yields[i] {
                        Var::Value(value) => depth < 16 && self.depends_on_others(value, depth + 1),
                        Var::Memory(_) => false,
                    })
                })
            }
            OpKind::For(f) if f.index == value => [f.range.start, f.range.end]
                .iter()
                .any(|value| depth < 16 && self.depends_on_others(*value, depth + 1)),
            _ => visit::operands(op)
                .uses
                .iter()
                .filter(|value| unknown(value))
                .any(|value| depth < 16 && self.depends_on_others(*value, depth + 1)),
        }
    }

    fn carried(&self, init: ValueId, next: Var, depth: usize) -> Option<TokenStream> {
        let mut sources = vec![init];
        if let Var::Value(next) = next {
            sources.push(next);
        }
        self.best(&sources, depth.max(48))
    }

    /// The type that values share: of one that is no literal, if there is one.
    fn best(&self, values: &[ValueId], depth: usize) -> Option<TokenStream> {
        let literal = |value: &ValueId| {
            matches!(
                split::definition(self.function, *value).map(|op| &op.kind),
                Some(OpKind::Const { .. })
            )
        };
        let mut ordered = values.to_vec();
        // A literal says nothing if there is something else.
        if !values.iter().all(literal) {
            ordered.retain(|value| !literal(value));
        }
        ordered.sort_by_key(|value| !types::is_known(&self.function.value(*value).ty));
        ordered.iter().find_map(|value| self.value(*value, depth + 1))
    }

    pub(super) fn memory(&self, memory: MemoryId) -> Option<TokenStream> {
        let info = self.function.memory(memory);
        if let Some(param) = self.param_type(Var::Memory(memory)) {
            return Some(param);
        }
        if let Some(known) = self.ty(&info.ty) {
            return Some(known);
        }
        let op = split::defining(self.function, Var::Memory(memory))?;
        match &op.kind {
            OpKind::CallForward { callee, .. }
                if self.is_inner(callee) || has_turbofish(callee) =>
            {
                None
            }
            OpKind::CallForward { callee, args, result, tangents, .. } => {
                let whole = self.output_of(callee, args, 32);
                self.result_of(whole, result, tangents.as_deref(), Var::Memory(memory))
            }
            OpKind::Alloc { init: Init::Copy(place), .. } if place.path.is_empty() => {
                self.memory(place.memory)
            }
            OpKind::If { then, otherwise, outs, .. } => {
                let i = outs.iter().position(|out| *out == Var::Memory(memory))?;
                [then, otherwise].into_iter().find_map(|region| match region.yields[i] {
                    Var::Memory(memory) => self.memory(memory),
                    Var::Value(_) => None,
                })
            }
            _ => None,
        }
    }

    /// The type of a variable among a call's results and their tangents.
    fn result_of(
        &self,
        whole: TokenStream,
        result: &Shape,
        tangents: Option<&ForwardTangents>,
        var: Var,
    ) -> Option<TokenStream> {
        let runtime = self.runtime;
        match tangents {
            Some(tangents) if visit::shape_vars(&tangents.result).contains(&var) => {
                let tangent = quote!(<#whole as #runtime::Differentiable>::Tangent);
                self.part_of(tangent, &tangents.result, var)
            }
            _ => self.part_of(whole, result, var),
        }
    }

    /// The type of a variable that a result of type `whole` is taken apart into.
    fn part_of(&self, whole: TokenStream, shape: &Shape, var: Var) -> Option<TokenStream> {
        match shape {
            Shape::Var(of) => (*of == var).then_some(whole),
            Shape::Unit => None,
            Shape::Tuple(of) => {
                let i = of.iter().position(|shape| visit::shape_vars(shape).contains(&var))?;
                let (runtime, index) = (self.runtime, proc_macro2::Literal::usize_unsuffixed(i));
                self.part_of(quote!(<#whole as #runtime::Field<#index>>::Type), &of[i], var)
            }
        }
    }

    fn output_of(&self, callee: &Callee, args: &[Arg], depth: usize) -> TokenStream {
        let companion = self.companion_of("CompanionOf", callee, args, depth);
        quote!(<#companion>::Output)
    }

    /// `f as CompanionOf<(f64, List<f64>)>`: which of the callee's companions takes these arguments.
    fn companion_of(
        &self,
        which: &str,
        callee: &Callee,
        args: &[Arg],
        depth: usize,
    ) -> TokenStream {
        let (path, runtime) = (super::method::carrier(callee), self.runtime);
        let which = Ident::new(which, span_of(callee));
        let args = args.iter().map(|arg| self.argument(arg, depth));
        if which == "SecondOrderOf" {
            // At the call, where an error about it is one error.
            let span = span_of(callee);
            let runtime = respan(runtime.clone(), span);
            return quote_spanned!(span=>
                <#path as #runtime::Twice>::Sweeps as #runtime::#which<(#(#args,)*)>
            );
        }
        quote!(#path as #runtime::#which<(#(#args,)*)>)
    }

    /// The type of an argument, without its references; what only the callee can know has a marker instead.
    fn argument(&self, arg: &Arg, depth: usize) -> TokenStream {
        let runtime = self.runtime;
        let known = match arg {
            Arg::Value(value) | Arg::Reference(value) | Arg::InOut { input: value, .. } => {
                self.value(*value, depth + 1)
            }
            Arg::Memory { place, .. } => self.place(place).or_else(|| self.field(place)),
            Arg::Tuple(of) => {
                let of = of.iter().map(|arg| self.argument(arg, depth));
                Some(quote!((#(#of,)*)))
            }
            Arg::Tokens(_) => None,
        };
        // A type without a size stands in no tuple.
        let unsized_ = |ty: &str| ["str", "OsStr", "CStr"].contains(&ty) || ty.starts_with("dyn ");
        known
            .filter(|ty| !ty.to_string().contains(['\'', '&']) && !unsized_(&ty.to_string()))
            .unwrap_or_else(|| quote!(#runtime::Unnamed))
    }

    /// The type of a place, by way of what it is a part of.
    fn place(&self, place: &Place) -> Option<TokenStream> {
        let runtime = self.runtime;
        if let Some(known) = self.listed(&self.function.place_type(place)) {
            return Some(known);
        }
        let mut ty = match &self.function.memory(place.memory).origin {
            Origin::View(of) => self.place(of)?,
            _ => self.memory(place.memory)?,
        };
        for step in &place.path {
            ty = match step {
                Step::Index(_) => quote!(<#ty as #runtime::Elements>::Of),
                Step::Range { .. } => quote!(#runtime::List<<#ty as #runtime::Elements>::Of>),
                Step::Field(i) => {
                    let index = proc_macro2::Literal::u32_unsuffixed(*i);
                    quote!(<#ty as #runtime::Field<#index>>::Type)
                }
                _ => return None,
            };
        }
        Some(ty)
    }

    /// What a field that nothing tells about most likely is: a float of the signature. Only a generic callee asks.
    fn field(&self, place: &Place) -> Option<TokenStream> {
        matches!(place.path.last(), Some(Step::Member(_))).then_some(())?;
        let params = self.function.params.iter().map(|param| &param.shape);
        let outputs = self.function.outputs.iter().map(|output| &output.shape);
        let vars = params.chain(outputs).flat_map(visit::shape_vars);
        let mut types = vars.map(|var| match var {
            Var::Value(value) => &self.function.value(value).ty,
            Var::Memory(memory) => {
                let mut ty = &self.function.memory(memory).ty;
                while let Some(element) = ty.element() {
                    ty = element;
                }
                ty
            }
        });
        types.find(|ty| ty.is_float()).and_then(|ty| self.ty(ty))
    }

    /// A slice and a vector are the same to whoever asks for their elements.
    fn listed(&self, ty: &Type) -> Option<TokenStream> {
        let runtime = self.runtime;
        match ty {
            Type::Slice(of) | Type::Vec(of) => {
                let of = self.listed(of)?;
                Some(quote!(#runtime::List<#of>))
            }
            Type::Array(of, length) => {
                let (of, length) = (self.listed(of)?, &length.tokens);
                Some(quote!([#of; #length]))
            }
            Type::Tuple(of) => {
                let of = of.iter().map(|ty| self.listed(ty)).collect::<Option<Vec<_>>>()?;
                Some(quote!((#(#of,)*)))
            }
            ty if types::is_known(ty) => self.ty(ty),
            _ => None,
        }
    }

    /// The type of what a callee keeps, without the `Option` that it may be in.
    fn kept_by(&self, var: Var, depth: usize) -> Option<TokenStream> {
        let Var::Value(value) = var else { return None };
        if depth > 64 {
            return None;
        }
        let next = |var: Var| self.kept_by(var, depth + 1);
        match &split::definition(self.function, value)?.kind {
            // The companions of a function inside of the body are inside of bodies, too.
            OpKind::CallForward { callee, .. }
                if self.is_inner(callee) || has_turbofish(callee) =>
            {
                None
            }
            OpKind::CallForward { callee, args, tangents, .. } => {
                let which = if tangents.is_some() { "SecondOrderOf" } else { "CompanionOf" };
                let companion = self.companion_of(which, callee, args, depth);
                let span = span_of(callee);
                Some(quote_spanned!(span=> <#companion>::Kept))
            }
            OpKind::Some { arg, .. } | OpKind::Unwrap { arg, .. } => next(Var::Value(*arg)),
            OpKind::If { then, otherwise, outs, .. } => {
                let i = outs.iter().position(|out| *out == var)?;
                [then, otherwise].into_iter().find_map(|region| next(region.yields[i]))
            }
            _ => None,
        }
    }

    /// A function that stands in the body of this one.
    fn is_inner(&self, callee: &Callee) -> bool {
        let path = super::method::carrier(callee);
        self.source
            .items
            .iter()
            .any(|item| matches!(item, syn::Item::Fn(of) if path.is_ident(&of.sig.ident)))
    }

    /// The type of a parameter as the user wrote it, owned.
    fn param_type(&self, var: Var) -> Option<TokenStream> {
        let is_it = |param: &Param| param.shape == Shape::Var(var);
        let tangent = self.function.params.iter().find_map(|param| match param.role {
            Role::Tangent(i) if is_it(param) => self.source.params.get(i),
            _ => None,
        });
        if let Some(of) = tangent {
            return Some(tangent::gradient(&of.ty, self.runtime));
        }
        let params = self.function.params.iter().filter(|param| param.role == Role::Primal);
        let (_, of) = params.zip(&self.source.params).find(|(param, _)| is_it(param))?;
        let ty = tangent::behind(&of.ty);
        match ty {
            syn::Type::Slice(slice) => {
                let (of, runtime) = (&slice.elem, self.runtime);
                Some(quote!(#runtime::alloc::vec::Vec<#of>))
            }
            ty => Some(ty.to_token_stream()),
        }
    }

    fn ty(&self, ty: &Type) -> Option<TokenStream> {
        let runtime = self.runtime;
        match ty {
            Type::Unknown | Type::Opaque => None,
            Type::Named(of) if of.ty.is_none() => None,
            Type::Slice(of) | Type::Vec(of) => {
                let of = self.ty(of)?;
                Some(quote!(#runtime::alloc::vec::Vec<#of>))
            }
            Type::Array(of, length) => {
                let (of, length) = (self.ty(of)?, &length.tokens);
                Some(quote!([#of; #length]))
            }
            Type::Tuple(of) => {
                let of: Option<Vec<_>> = of.iter().map(|ty| self.ty(ty)).collect();
                let of = of?;
                Some(quote!((#(#of,)*)))
            }
            Type::Option(of) if !matches!(**of, Type::Kept(_) | Type::KeptTangent(_)) => {
                let of = self.ty(of)?;
                Some(quote!(::core::option::Option<#of>))
            }
            ty => Some(types::tokens(ty, runtime)),
        }
    }

    pub(super) fn tape(&self, tape: TapeId) -> Option<TokenStream> {
        let (info, runtime) = (&self.function.tapes[tape.index()], self.runtime);
        let mut pushed = None;
        visit::walk(&self.function.body, &mut |op| {
            if let OpKind::Push { tape: of, fields } = &op.kind
                && *of == tape
            {
                pushed = Some(fields.clone());
            }
        });
        let fields: Option<Vec<_>> = info
            .fields
            .iter()
            .enumerate()
            .map(|(i, ty)| {
                let settled = *ty != Type::Int(Int::Literal) && !holds_kept(ty);
                let known = settled.then(|| self.ty(ty)).flatten();
                known.or_else(|| match pushed.as_ref()?.get(i)? {
                    Var::Value(value) => self.value(*value, 0),
                    Var::Memory(memory) => self.memory(*memory),
                })
            })
            .collect();
        let fields = fields?;
        let record = match &fields[..] {
            [one] => one.clone(),
            fields => quote!((#(#fields),*)),
        };
        Some(match info.storage {
            Storage::Heap => quote!(#runtime::alloc::vec::Vec<#record>),
            Storage::Inline(n) => {
                let n = proc_macro2::Literal::u64_unsuffixed(n);
                quote!(#runtime::Stack<#record, #n>)
            }
        })
    }
}

/// Where the user names it.
pub(super) fn span_of(callee: &Callee) -> Span {
    let path = super::method::carrier(callee);
    path.segments.last().map_or_else(Span::call_site, |last| hygienic(last.ident.span()))
}

pub(super) fn first_span(ty: &TokenStream) -> Span {
    ty.clone().into_iter().next().map_or_else(Span::call_site, |first| first.span())
}
