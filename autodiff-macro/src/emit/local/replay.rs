//! The reverse sweep of a block whose iterations are made again a few at a time ([`Replay`]).

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::{
    super::{
        body::{Context, Printer},
        call::Around,
        loops,
        names::hygienic,
        plan::output_vars,
        sweeps::shape_of,
    },
    Inlined,
};
use crate::ir::{
    Arg, Function, Local, MemoryId, Passing, Replay, Role, Shape, Slot, Type, ValueId, Var,
};

impl<'a> Printer<'a> {
    /// From the last iteration to the first: as long as there are more of them after the last saved state than there are places
    /// left, the loop is run from there to the next state that is worth a place.
    pub(super) fn replayed_sweep(
        &mut self,
        (local, replay): (&'a Local, &'a Replay),
        args: &[Arg],
        (seed, slots): (&Shape, &[Slot]),
        around: &mut Around,
        span: Span,
    ) -> TokenStream {
        let function = &local.reverse;
        let mut inlined = self.inlined(function, span);
        self.bind_arguments(&mut inlined, args, around);
        let mut seeds = Vec::new();
        for param in &function.params {
            match param.role {
                Role::Seed => {
                    self.bind_shape(&mut inlined, &param.shape, seed);
                    if let Shape::Tuple(of) = &param.shape {
                        seeds.clone_from(of);
                    }
                }
                Role::Adjoint(i) => {
                    self.bind_slot(&mut inlined, &param.shape, (args, slots), i, around);
                }
                _ => {}
            }
        }
        let Inlined { context, lets, mut span, .. } = inlined;
        span = hygienic(span);
        let mut unique = context.unique.clone();
        let mut name = |base: &str| unique.name(base, span);
        let [saved, steps, at, last, next, low, high] =
            ["saved", "steps", "at", "last", "next", "low", "high"].map(&mut name);
        let before = name("before");
        // What is found again of a state: there are not more memories than parameters.
        let found: Vec<Ident> = replay.entering.iter().map(|_| name("found")).collect();
        let parts: Vec<Ident> = function.params.iter().map(|_| name("part")).collect();
        // What an argument begins with is carried, or every iteration contributes to it.
        let carried_at = |i: usize| {
            let is_it = |of: &ValueId| function.params[i].shape == Shape::Var(Var::Value(*of));
            let at = replay.entering.iter().position(is_it)?;
            matches!(seeds.get(at), Some(Shape::Var(Var::Value(_)))).then_some(at)
        };
        let loose = (0..slots.len())
            .filter(|i| matches!(slots[*i], Slot::Value(_)) && carried_at(*i).is_none());
        let sums: Vec<(usize, Ident)> = loose.map(|i| (i, name("sum"))).collect();
        let context = Context { unique, ..context };
        let driver = Driver { function, replay, context, runtime: self.runtime, low, high };

        let runtime = self.runtime;
        let states: Vec<&Ident> = replay.entering.iter().map(|of| driver.value(*of)).collect();
        let copies: Vec<TokenStream> = replay.entering.iter().map(|of| driver.copy(*of)).collect();
        let memories: Vec<&Ident> =
            driver.mutable(Role::Primal).map(|of| driver.memory(of)).collect();
        let parts = &parts[..memories.len()];
        // The adjoint of what an iteration begins with is the seed of the one before.
        let adjoints: Vec<Option<&Ident>> = (0..replay.entering.len())
            .map(|i| match seeds.get(i) {
                Some(Shape::Var(Var::Value(seed))) => Some(driver.value(*seed)),
                _ => None,
            })
            .collect();
        let carried = adjoints.iter().flatten();
        let free = driver.value(replay.snapshots);
        let run = driver.run(&at, &next);
        let sweep = self.last_iterations(&driver, &adjoints, &sums, (&at, &last));
        let (low, high) = (driver.value(replay.low), driver.value(replay.high));

        let (mut patterns, mut values) = (Vec::new(), Vec::new());
        let mut zeros = TokenStream::new();
        for (i, slot) in slots.iter().enumerate() {
            let Slot::Value(value) = slot else { continue };
            patterns.push(self.tokens(*value));
            if let Some((_, sum)) = sums.iter().find(|(of, _)| *of == i) {
                let zero = self.zero_of(self.ty(*value), span);
                zeros.extend(quote!(let mut #sum = #zero;));
                values.push(sum);
                continue;
            }
            values.extend(carried_at(i).and_then(|at| adjoints[at]));
        }
        quote! {
            let (#(#patterns,)*) = {
                #lets
                #(let mut #states = #states;)*
                #(let mut #carried = #carried;)*
                #zeros
                let #steps = #runtime::revolve::Index::steps(#low, #high);
                let mut #saved =
                    #runtime::alloc::vec::Vec::with_capacity(::core::cmp::Ord::min(#steps, #free));
                let (mut #at, mut #last) = (0usize, #steps);
                while #last > 0 {
                    while #runtime::revolve::is_far(#last - #at, #free - #saved.len()) {
                        #saved.push((
                            #at, #(#copies,)* #(#runtime::revolve::State::save(&*#memories),)*
                        ));
                        let #next = #at
                            + #runtime::revolve::advance(#last - #at, #free + 1 - #saved.len());
                        #run
                        #at = #next;
                    }
                    #sweep
                    #last = #at;
                    if let ::core::option::Option::Some((#before, #(#found,)* #(#parts,)*)) = #saved.pop() {
                        #at = #before;
                        #(#states = #found;)*
                        #(#runtime::revolve::State::restore(&mut *#memories, #parts);)*
                    }
                }
                (#(#values,)*)
            };
        }
    }

    /// Both sweeps of iterations that can all be recorded.
    fn last_iterations(
        &self,
        driver: &Driver<'a>,
        adjoints: &[Option<&Ident>],
        sums: &[(usize, Ident)],
        (at, last): (&Ident, &Ident),
    ) -> TokenStream {
        let Driver { function, replay, .. } = driver;
        let outputs = function.outputs.iter().filter(|of| matches!(of.role, Role::Adjoint(_)));
        let tail = output_vars(outputs.map(|of| &of.shape));
        let cut = function.cut.min(function.body.ops.len());
        let (context, range) = driver.range(quote!(#at), quote!(#last));
        let mut printer = Printer::new(function, &function.body, cut, &tail, context, self.runtime);
        printer.whole_tapes = loops::whole_tapes(&function.body);
        let mut body = printer.own_tapes(&function.body, function_span(function));
        printer.statements(&function.body.ops, &mut body);
        let (mut patterns, mut values) = (Vec::new(), Vec::new());
        for (entering, adjoint) in replay.entering.iter().zip(adjoints) {
            let Some(adjoint) = adjoint else { continue };
            let is_it =
                |shape: &Shape| matches!(shape, Shape::Var(Var::Value(of)) if of == entering);
            let at = function.params.iter().position(|param| is_it(&param.shape));
            let output = at.and_then(|at| shape_of(&function.outputs, Role::Adjoint(at)));
            patterns.push(*adjoint);
            values.push(match output {
                Some(shape) => printer.shape(shape, false),
                None => self.zero_of(&function.value(*entering).ty, function_span(function)),
            });
        }
        for (at, sum) in sums {
            if let Some(shape) = shape_of(&function.outputs, Role::Adjoint(*at)) {
                let contribution = printer.shape(shape, false);
                patterns.push(sum);
                values.push(quote!(#sum + #contribution));
            }
        }
        let borrow = driver.borrow(&[Role::Primal, Role::Seed]);
        quote!((#(#patterns,)*) = { #range #borrow #body (#(#values,)*) };)
    }
}

fn function_span(function: &Function) -> Span {
    function.body.ops.first().map_or_else(Span::call_site, |op| op.span)
}

struct Driver<'a> {
    function: &'a Function,
    replay: &'a Replay,
    context: Context,
    runtime: &'a TokenStream,
    /// The range of some of the iterations.
    low: Ident,
    high: Ident,
}

impl<'a> Driver<'a> {
    fn value(&self, value: ValueId) -> &Ident {
        &self.context.values[&value]
    }

    fn memory(&self, memory: MemoryId) -> &Ident {
        &self.context.memories[&memory].0
    }

    fn copy(&self, value: ValueId) -> TokenStream {
        let name = self.value(value);
        match self.function.value(value).ty {
            Type::Float(_) | Type::Int(_) | Type::Bool => quote!(#name),
            _ => quote!(::core::clone::Clone::clone(&#name)),
        }
    }

    /// What an iteration changes; of adjoints all.
    fn mutable(&self, role: Role) -> impl Iterator<Item = MemoryId> {
        self.function.params.iter().filter_map(move |param| match (param.role, &param.shape) {
            (Role::Primal, Shape::Var(Var::Memory(of))) if role == Role::Primal => {
                (param.passing == Passing::Mutable).then_some(*of)
            }
            (Role::Adjoint(_), Shape::Var(Var::Memory(of))) if role != Role::Primal => Some(*of),
            _ => None,
        })
    }

    /// References that can be given away.
    fn borrow(&self, roles: &[Role]) -> TokenStream {
        let names = roles.iter().flat_map(|role| self.mutable(*role)).map(|of| self.memory(of));
        names.map(|name| quote!(let #name = &mut *#name;)).collect()
    }

    /// The iterations from one to another, counted from the first.
    fn range(&self, from: TokenStream, to: TokenStream) -> (Context, TokenStream) {
        let (replay, runtime) = (self.replay, self.runtime);
        let (low, high) = (self.value(replay.low), self.value(replay.high));
        let (here, there) = (&self.low, &self.high);
        let range = match replay.reversed {
            false => quote! {
                let #here = #runtime::revolve::Index::after(#low, #from);
                let #there = #runtime::revolve::Index::after(#low, #to);
            },
            true => quote! {
                let #here = #runtime::revolve::Index::before(#high, #to);
                let #there = #runtime::revolve::Index::before(#high, #from);
            },
        };
        let mut context = self.context.clone();
        context.values.insert(replay.low, here.clone());
        context.values.insert(replay.high, there.clone());
        (context, range)
    }

    /// The loop itself from one iteration to another.
    fn run(&self, at: &Ident, next: &Ident) -> TokenStream {
        let run = &self.replay.run;
        let (context, range) = self.range(quote!(#at), quote!(#next));
        let tail = output_vars(run.outputs.iter().map(|output| &output.shape));
        let mut printer = Printer::new(run, &run.body, usize::MAX, &tail, context, self.runtime);
        let mut body = TokenStream::new();
        printer.statements(&run.body.ops, &mut body);
        let states = self.replay.entering.iter().map(|of| self.value(*of));
        let values = self.replay.leaving.iter().map(|of| printer.tokens(*of));
        let borrow = self.borrow(&[Role::Primal]);
        quote!((#(#states,)*) = { #range #borrow #body (#(#values,)*) };)
    }
}
