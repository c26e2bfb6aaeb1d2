//! Blocks of a loop with checkpoints: the body of a local function in the place of a call of it.

mod replay;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::{
    body::{Bound, Context, Printer},
    call::Around,
    loops,
    names::hygienic,
    plan::output_vars,
    split,
    sweeps::shape_of,
};
use crate::ir::{
    Arg, Direction, Function, Passing, ReverseTangents, Role, Shape, Slot, Storage, Var,
};

/// A body to be, and the variables that it begins with.
struct Inlined<'a> {
    function: &'a Function,
    context: Context,
    lets: TokenStream,
    span: Span,
}

impl<'a> Printer<'a> {
    /// The function itself.
    pub fn call_local(
        &mut self,
        local: usize,
        args: &[Arg],
        result: &Shape,
        around: &mut Around,
        span: Span,
    ) -> TokenStream {
        let mut inlined = self.inlined(&self.function.locals[local].primal, span);
        self.bind_arguments(&mut inlined, args, around);
        let Inlined { function, context, lets, .. } = inlined;
        let tail = output_vars(function.outputs.iter().map(|output| &output.shape));
        let mut printer =
            Printer::new(function, &function.body, usize::MAX, &tail, context, self.runtime);
        let mut body = TokenStream::new();
        printer.statements(&function.body.ops, &mut body);
        let value = printer.result(Role::Primal);
        self.bound_block(&[result], quote!(#lets #body #value))
    }

    /// Forward mode.
    pub fn call_local_tangent(
        &mut self,
        local: usize,
        args: &[Arg],
        directions: &[Direction],
        results: [&Shape; 2],
        around: &mut Around,
        span: Span,
    ) -> TokenStream {
        let Some(function) = &self.function.locals[local].forward else {
            return TokenStream::new();
        };
        let mut inlined = self.inlined(function, span);
        self.bind_arguments(&mut inlined, args, around);
        self.bind_directions(&mut inlined, args, directions, around);
        let Inlined { function, context, lets, .. } = inlined;
        let tail = output_vars(function.outputs.iter().map(|output| &output.shape));
        let mut printer =
            Printer::new(function, &function.body, usize::MAX, &tail, context, self.runtime);
        let mut body = TokenStream::new();
        printer.statements(&function.body.ops, &mut body);
        let (value, tangent) = (printer.result(Role::Primal), printer.result(Role::ResultTangent));
        self.bound_block(&results, quote!(#lets #body (#value, #tangent)))
    }

    /// Both sweeps; with their tangents, if there are some.
    pub fn call_local_sweep(
        &mut self,
        local: usize,
        args: &[Arg],
        (seed, slots): (&Shape, &[Slot]),
        tangents: Option<&ReverseTangents>,
        around: &mut Around,
        span: Span,
    ) -> TokenStream {
        let local = &self.function.locals[local];
        if let (Some(replay), None) = (&local.replay, tangents) {
            return self.replayed_sweep((local, replay), args, (seed, slots), around, span);
        }
        let function = match tangents {
            None => &local.reverse,
            Some(_) => match &local.second {
                Some(second) => second,
                None => return TokenStream::new(),
            },
        };
        let mut inlined = self.inlined(function, span);
        self.bind_arguments(&mut inlined, args, around);
        if let Some(tangents) = tangents {
            self.bind_directions(&mut inlined, args, &tangents.directions, around);
        }
        for (at, param) in function.params.iter().enumerate() {
            let tangent = function.params.iter().find(|of| of.role == Role::Tangent(at));
            match param.role {
                Role::Seed => {
                    self.bind_shape(&mut inlined, &param.shape, seed);
                    if let (Some(tangent), Some(tangents)) = (tangent, tangents) {
                        self.bind_shape(&mut inlined, &tangent.shape, &tangents.seed);
                    }
                }
                Role::Adjoint(i) => {
                    self.bind_slot(&mut inlined, &param.shape, (args, slots), i, around);
                    if let (Some(tangent), Some(tangents)) = (tangent, tangents) {
                        let slots = (args, &tangents.slots[..]);
                        self.bind_slot(&mut inlined, &tangent.shape, slots, i, around);
                    }
                }
                _ => {}
            }
        }
        let Inlined { function, context, lets, .. } = inlined;
        let adjoints = function
            .outputs
            .iter()
            .filter(|of| matches!(of.role, Role::Adjoint(_) | Role::AdjointTangent(_)));
        let tail = output_vars(adjoints.map(|of| &of.shape));
        let cut = function.cut.min(function.body.ops.len());
        let mut printer = Printer::new(function, &function.body, cut, &tail, context, self.runtime);
        printer.whole_tapes = loops::whole_tapes(&function.body);
        let mut body = printer.own_tapes(&function.body, span);
        printer.statements(&function.body.ops, &mut body);
        let mut patterns = Vec::new();
        let mut values = Vec::new();
        let all = [Some((slots, false)), tangents.map(|of| (&of.slots[..], true))];
        for (slots, tangent) in all.into_iter().flatten() {
            for (i, slot) in slots.iter().enumerate() {
                let Slot::Value(value) = slot else { continue };
                let role = if tangent { Role::AdjointTangent(i) } else { Role::Adjoint(i) };
                patterns.push(self.value_name(*value).into_token_stream());
                values.push(match shape_of(&function.outputs, role) {
                    Some(shape) => printer.shape(shape, false),
                    None => self.zero_of(self.ty(*value), span),
                });
            }
        }
        quote_spanned!(span=> let (#(#patterns,)*) = { #lets #body (#(#values,)*) };)
    }

    fn inlined(&self, function: &'a Function, span: Span) -> Inlined<'a> {
        let context = Context { unique: self.context.unique.clone(), ..Context::default() };
        Inlined { function, context, lets: TokenStream::new(), span: hygienic(span) }
    }

    fn result(&self, role: Role) -> TokenStream {
        shape_of(&self.function.outputs, role)
            .map_or_else(|| quote!(()), |shape| self.shape(shape, false))
    }

    fn bound_block(&self, results: &[&Shape], block: TokenStream) -> TokenStream {
        let patterns: Vec<_> = results.iter().map(|shape| self.pattern(shape)).collect();
        match &patterns[..] {
            [one] => quote!(let #one = { #block };),
            all => quote!(let (#(#all),*) = { #block };),
        }
    }

    fn bind_arguments(&mut self, to: &mut Inlined, args: &[Arg], around: &mut Around) {
        let params = to.function.params.iter().filter(|param| param.role == Role::Primal);
        for (param, arg) in params.zip(args) {
            let tokens = match arg {
                Arg::Memory { place, .. } => {
                    self.borrow(place, param.passing == Passing::Mutable, true)
                }
                arg => self.arg(arg, around, to.span),
            };
            to.bind(&param.shape, &param.name, tokens);
        }
    }

    fn bind_directions(
        &mut self,
        to: &mut Inlined,
        args: &[Arg],
        directions: &[Direction],
        around: &mut Around,
    ) {
        let _ = around;
        for param in &to.function.params {
            let Role::Tangent(i) = param.role else { continue };
            if to.function.params.get(i).is_none_or(|of| of.role != Role::Primal) {
                continue;
            }
            let mutable = param.passing == Passing::Mutable;
            let tokens = match (directions.get(i), args.get(i)) {
                (Some(Direction::Value(value)), _) => self.tokens(*value),
                (Some(Direction::Memory(place)), _) => self.borrow(place, mutable, true),
                (_, Some(Arg::Memory { place, .. })) => self.own_zeros(to, place, mutable),
                (_, Some(Arg::Value(value))) => self.zero_of(self.ty(*value), to.span),
                _ => continue,
            };
            to.bind(&param.shape, &param.name, tokens);
        }
    }

    /// A reference to zeros in the shape of a place.
    fn own_zeros(&self, to: &mut Inlined, place: &crate::ir::Place, mutable: bool) -> TokenStream {
        let (runtime, like) = (self.runtime, self.borrow(place, false, true));
        let own = to.context.unique.name("zeros", to.span);
        to.lets.extend(quote!(let mut #own = #runtime::zero_like(#like);));
        if mutable { quote!(&mut #own) } else { quote!(&#own) }
    }

    fn bind_shape(&self, to: &mut Inlined, shape: &Shape, of: &Shape) {
        match (shape, of) {
            (Shape::Var(Var::Value(_)), Shape::Var(Var::Value(value))) => {
                to.bind(shape, "seed", self.tokens(*value));
            }
            (Shape::Tuple(shapes), Shape::Tuple(of)) => {
                shapes.iter().zip(of).for_each(|(shape, of)| self.bind_shape(to, shape, of));
            }
            _ => {}
        }
    }

    fn bind_slot(
        &mut self,
        to: &mut Inlined,
        shape: &Shape,
        (args, slots): (&[Arg], &[Slot]),
        i: usize,
        around: &mut Around,
    ) {
        let tokens = match (&slots[i], &args[i]) {
            (Slot::Memory(_), _) => {
                let overlaps = self.overlapping(args, slots, false).contains(&i);
                let in_out = matches!(args[i], Arg::Memory { passing: Passing::Mutable, .. });
                self.slot(&slots[i], overlaps, in_out, around, to.span)
            }
            (_, Arg::Memory { place, .. }) => self.own_zeros(to, place, true),
            _ => return,
        };
        to.bind(shape, "adjoint", tokens);
    }

    /// Declares the tapes of a body that pushes and reads them itself.
    pub fn own_tapes(&mut self, body: &crate::ir::Region, span: Span) -> TokenStream {
        let runtime = self.runtime;
        self.popped = split::tapes_in(body);
        let mut tapes: Vec<_> = self.popped.iter().copied().collect();
        tapes.sort();
        let mut declarations = TokenStream::new();
        for tape in tapes {
            let info = &self.function.tapes[tape.index()];
            let name = self.fresh(&format!("tape_{}", info.name), hygienic(span));
            declarations.extend(match info.storage {
                Storage::Heap => quote!(let mut #name = #runtime::alloc::vec::Vec::new();),
                Storage::Inline(records) => {
                    let records = proc_macro2::Literal::u64_unsuffixed(records);
                    quote!(let mut #name: #runtime::Stack<_, #records> = #runtime::Stack::new();)
                }
            });
            self.tapes.insert(tape, name);
        }
        declarations
    }
}

impl Inlined<'_> {
    fn bind(&mut self, shape: &Shape, name: &str, tokens: TokenStream) {
        let name: Ident = self.context.unique.name(name, self.span);
        self.lets.extend(quote!(let #name = #tokens;));
        match shape {
            Shape::Var(Var::Value(value)) => {
                self.context.values.insert(*value, name);
            }
            Shape::Var(Var::Memory(memory)) => {
                self.context.memories.insert(*memory, (name, Bound::Reference));
            }
            _ => {}
        }
    }
}
