//! Calls of other functions and of their sweeps.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};

use super::{
    body::{Bound, Printer},
    method::Target,
    names::hygienic,
};
use crate::ir::{
    Arg, Callee, Direction, Lent, Op, OpKind, Passing, Place, ReverseTangents, Shape, Slot, Type,
    ValueId, Var,
};

/// Statements around a call: temporaries before it, what is done with them after it.
#[derive(Default)]
pub(super) struct Around {
    pub before: TokenStream,
    pub after: TokenStream,
}

/// Which contributions a callee returns; for the others it is given slots.
#[derive(Clone, Copy)]
pub(super) enum Returns {
    /// Those to what is passed by value.
    ByValue,
    /// The same, but a receiver has a slot.
    AllButReceiver,
    Everything,
    /// There are slots for all.
    Nothing,
    /// The same as everything, but the left operand of an assignment has a slot.
    EverythingElse,
}

impl Returns {
    fn of(callee: &Callee) -> Returns {
        match callee {
            Callee::Operator(of) if !of.assigns() => Returns::Everything,
            Callee::Operator(_) => Returns::EverythingElse,
            callee if callee.receives() => Returns::AllButReceiver,
            _ => Returns::ByValue,
        }
    }
}

/// A pattern for all that is returned.
fn contributions(patterns: Vec<TokenStream>) -> TokenStream {
    match &patterns[..] {
        [one] => one.clone(),
        _ if patterns.iter().all(|pattern| pattern.to_string() == "_") => quote!(_),
        patterns => quote!((#(#patterns),*)),
    }
}

pub(super) struct Slots {
    pub passed: TokenStream,
    pub patterns: Vec<TokenStream>,
    /// The one scalar that is returned.
    pub alone: Option<ValueId>,
}

impl<'a> Printer<'a> {
    pub fn call(&mut self, op: &'a Op, out: &mut TokenStream) {
        let span = hygienic(op.span);
        let mut around = Around::default();
        let statement = match &op.kind {
            OpKind::Call { callee: Callee::Local(of), args, result } => {
                self.call_local(*of, args, result, &mut around, span)
            }
            OpKind::CallSweep { callee: Callee::Local(of), args, seed, slots, tangents } => {
                let tangents = tangents.as_deref();
                self.call_local_sweep(*of, args, (seed, slots), tangents, &mut around, span)
            }
            OpKind::CallTangent {
                callee: Callee::Local(of),
                args,
                directions,
                result,
                tangent,
            } => {
                let results = [result, tangent];
                self.call_local_tangent(*of, args, directions, results, &mut around, span)
            }
            OpKind::Call { callee, args, result } => {
                let call = self.call_of(callee, None, args, &mut around, span);
                let call = self.items_of(result, quote_spanned!(span=> #call), span);
                self.bind(&[result], call)
            }
            OpKind::CallForward { callee, args, result, kept, tangents: Some(tangents) } => {
                let target =
                    self.call_target(callee, Some("forward_second"), args, &mut around, span);
                let directions =
                    self.directions(&tangents.directions, passings(args), &mut around, span);
                let (result, tangent) = (self.pattern(result), self.pattern(&tangents.result));
                let kept = self.value_name(*kept);
                let Target { function, args } = target;
                quote_spanned!(span=>
                    let (#result, #tangent, #kept) = #function(#args #(#directions),*);
                )
            }
            OpKind::CallForward { callee, args, result, kept, tangents: None } => {
                let call = self.call_of(callee, Some("forward"), args, &mut around, span);
                let result = self.pattern(result);
                let kept_name = self.value_name(*kept);
                quote_spanned!(span=> let (#result, #kept_name) = #call;)
            }
            OpKind::CallReverse { callee, args, kept, seed, slots, tangents: Some(tangents) } => {
                let adjoints = (seed, &slots[..]);
                self.call_reverse_second(callee, args, *kept, adjoints, tangents, &mut around, span)
            }
            OpKind::CallReverse { callee, args, kept, seed, slots, tangents: None } => {
                self.call_reverse(callee, args, *kept, seed, slots, &mut around, span)
            }
            OpKind::CallSweep { callee, args, seed, slots, tangents: Some(tangents) }
                if !matches!(callee, Callee::Recomputed(_)) =>
            {
                let adjoints = (seed, &slots[..]);
                self.call_sweep_second(callee, args, adjoints, tangents, &mut around, span)
            }
            OpKind::CallSweep {
                callee: callee @ Callee::Recomputed(_), args, seed, slots, ..
            } => self.call_again(callee, args, seed, slots, &mut around, span),
            OpKind::CallSweep { callee, args, seed, slots, tangents: None } => {
                self.call_sweep(callee, args, seed, slots, &mut around, span)
            }
            OpKind::CallSlopes { callee, args, result, one, slopes } => {
                self.call_slopes(callee, args, (*result, *one), slopes, &mut around, span)
            }
            OpKind::CallTangent { callee, args, directions, result, tangent } => {
                let name = match callee.is_fused() && !matches!(callee, Callee::Recomputed(_)) {
                    true => "tangent",
                    false if self.has_lanes() => "jvp_batch",
                    false => "jvp",
                };
                let target = self.call_target(callee, Some(name), args, &mut around, span);
                let directions = match callee {
                    Callee::Operator(of) if !of.assigns() => {
                        self.operand_directions(directions, &mut around, span)
                    }
                    Callee::Operator(_) => {
                        let (left, right) = directions.split_at(1.min(directions.len()));
                        let passed = passings(&args[..left.len()]);
                        let mut all = self.directions(left, passed, &mut around, span);
                        all.extend(self.operand_directions(right, &mut around, span));
                        all
                    }
                    _ => {
                        let mut passings = passings(args);
                        // However the method takes it, the tangent of its receiver is borrowed.
                        if let (Callee::Method(_), Some(first @ Passing::ByValue)) =
                            (callee, passings.first_mut())
                        {
                            *first = Passing::Shared;
                        }
                        self.directions(directions, passings, &mut around, span)
                    }
                };
                let result = self.pattern(result);
                let tangent = self.pattern(tangent);
                let Target { function, args } = target;
                quote_spanned!(span=> let (#result, #tangent) = #function(#args #(#directions),*);)
            }
            _ => TokenStream::new(),
        };
        out.extend(around.before);
        out.extend(statement);
        out.extend(around.after);
    }

    /// The directions of a call's arguments.
    fn directions(
        &mut self,
        directions: &[Direction],
        passings: Vec<Passing>,
        around: &mut Around,
        span: Span,
    ) -> Vec<TokenStream> {
        // What is passed by `&mut` is out of reach of the arguments after it. The function itself may
        // have read it there: it may pass a mutable variable to a callee that takes `&`.
        let lends = passings
            .iter()
            .any(|passing| matches!(passing, Passing::Mutable | Passing::Reborrowed));
        let each = directions.iter().zip(passings).map(|(direction, passing)| {
            let tokens = self.direction(direction, passing, around, span);
            let is_name =
                matches!(direction, Direction::Value(value) if !self.plan.is_folded(*value));
            let is_scalar = matches!(direction, Direction::Value(_) | Direction::Tuple(_));
            if !lends || is_name || !is_scalar || passing != Passing::ByValue {
                return tokens;
            }
            let name = self.fresh("t_argument", span);
            around.before.extend(quote_spanned!(span=> let #name = #tokens;));
            name.into_token_stream()
        });
        each.collect()
    }

    /// An operator is given the tangents themselves.
    fn operand_directions(
        &mut self,
        directions: &[Direction],
        around: &mut Around,
        span: Span,
    ) -> Vec<TokenStream> {
        let each = directions.iter().map(|direction| match direction {
            Direction::Memory(place) => {
                let place = self.borrow(place, false, true);
                let copy = quote_spanned!(span=> ::core::clone::Clone::clone(#place));
                quote_spanned!(span=> ::core::option::Option::Some(#copy))
            }
            direction => self.direction(direction, Passing::ByValue, around, span),
        });
        each.collect()
    }

    /// Arguments, each followed by a comma.
    pub(super) fn args(&mut self, args: &[Arg], around: &mut Around, span: Span) -> TokenStream {
        args.iter()
            .map(|arg| {
                let arg = self.arg(arg, around, span);
                quote!(#arg,)
            })
            .collect()
    }

    pub(super) fn arg(&mut self, arg: &Arg, around: &mut Around, span: Span) -> TokenStream {
        match arg {
            Arg::Value(value) => self.tokens(*value),
            Arg::Reference(value) => {
                let value = self.value(*value).at(super::expr::Precedence::Prefix);
                quote!(&#value)
            }
            Arg::InOut { input, output } => self.in_out(*input, *output, around, span),
            Arg::Memory { place, passing: Passing::ByValue } => self.shape_of_place(place),
            Arg::Memory { place, passing: Passing::Shared } if self.lends(place).is_some() => {
                let method = self.lends(place);
                let place = self.place(place).at(super::expr::Precedence::Postfix);
                quote!(#place.#method())
            }
            Arg::Memory { place, passing } => {
                self.borrow(place, *passing != Passing::Shared, false)
            }
            Arg::Tokens(tokens) => tokens.clone(),
            Arg::Tuple(of) => {
                let of: Vec<_> = of.iter().map(|arg| self.arg(arg, around, span)).collect();
                quote!((#(#of,)*))
            }
        }
    }

    /// How what an `Option` of this function's holds is lent to a callee, who takes an `Option` of a reference.
    fn lends(&self, place: &Place) -> Option<Ident> {
        let Type::Named(of) = self.function.place_type(place) else { return None };
        let method = match of.lent? {
            Lent::Itself => "as_ref",
            Lent::Slice => "as_deref",
        };
        Some(Ident::new(method, Span::mixed_site()))
    }

    /// An argument as the callee's reverse sweep is given it: scalars and what is shared, nothing in the place of what was
    /// moved.
    fn arg_again(&mut self, arg: &Arg, around: &mut Around, span: Span) -> TokenStream {
        match arg {
            // The callee that takes `&mut` takes anything here, and leaves it.
            Arg::Memory { place, passing: Passing::Reborrowed } => self.borrow(place, false, true),
            Arg::Memory { place, passing: Passing::ByValue } => self.shape_of_place(place),
            arg if !is_passed_again(arg) => quote_spanned!(span=> ()),
            arg => self.arg(arg, around, span),
        }
    }

    /// Memory passed by value: moved (an array is copied).
    pub(super) fn shape_of_place(&self, place: &Place) -> TokenStream {
        let is_reference = place.path.is_empty()
            && !self.plan.is_inline(place.memory)
            && self.bound(place.memory) != Bound::Owned;
        let tokens = self.place(place).tokens();
        match self.function.place_type(place) {
            ty if super::memory::is_plain_scalar(&ty) => tokens,
            Type::Unknown => self.copied(place, Span::mixed_site()),
            Type::Array(..) | Type::Tuple(_) if is_reference => quote!(*#tokens),
            Type::Vec(_) if is_reference => quote!(#tokens.to_vec()),
            _ => tokens,
        }
    }

    /// `&mut x` of a local scalar: a variable for its value before, which then holds the value after.
    pub(super) fn in_out(
        &mut self,
        input: ValueId,
        output: ValueId,
        around: &mut Around,
        span: Span,
    ) -> TokenStream {
        let name = self.value_name(output);
        let before = self.tokens(input);
        around.before.extend(quote_spanned!(span=> let mut #name = #before;));
        quote_spanned!(span=> &mut #name)
    }

    #[allow(clippy::too_many_arguments)]
    fn call_reverse(
        &mut self,
        callee: &Callee,
        args: &[Arg],
        kept: ValueId,
        seed: &Shape,
        slots: &[Slot],
        around: &mut Around,
        span: Span,
    ) -> TokenStream {
        // Where the callee alone knows how an argument is passed, it does not matter how.
        let (name, returns) = match self.presumes(args, slots) {
            true => ("reverse_into", Returns::Nothing),
            false if self.has_lanes() => ("reverse_batch", Returns::ByValue),
            false => ("reverse", Returns::ByValue),
        };
        let path = companion(callee, name, span);
        let again: TokenStream = args
            .iter()
            .map(|arg| {
                let arg = self.arg_again(arg, around, span);
                quote!(#arg,)
            })
            .collect();
        let kept_name = self.tokens(kept);
        let kept =
            if self.context.references.contains(&kept) { kept_name } else { quote!(&#kept_name) };
        let (seed, Slots { passed, patterns, alone }) =
            (self.seed(seed), self.slots(args, slots, returns, around, span));
        let call = quote_spanned!(span=> #path(#again #kept, #seed #passed));
        self.bind_contributions(&patterns, alone, call, span)
    }

    /// Whether this is a batched sweep.
    fn has_lanes(&self) -> bool {
        use crate::ir::{Role, visit};
        let is_derivative =
            |role: Role| matches!(role, Role::Seed | Role::Tangent(_) | Role::Adjoint(_));
        let params = self.function.params.iter().filter(|param| is_derivative(param.role));
        params.flat_map(|param| visit::shape_vars(&param.shape)).any(|var| match var {
            Var::Value(value) => self.ty(value).lanes().is_some(),
            Var::Memory(memory) => self.function.memory(memory).ty.lanes().is_some(),
        })
    }

    /// Whether an argument may be a reference, though it does not look like one: a constant of another file, a field of a
    /// type that is not seen, what a function returns that is not differentiated.
    fn presumes(&self, args: &[Arg], slots: &[Slot]) -> bool {
        args.iter().zip(slots).any(|(arg, slot)| match arg {
            Arg::Tokens(tokens) => syn::parse2::<syn::Path>(tokens.clone()).is_ok(),
            Arg::Memory { place, passing: Passing::ByValue } => {
                let is_part = !place.path.is_empty() || matches!(slot, Slot::Inactive);
                is_part && self.function.place_type(place) == Type::Unknown
            }
            Arg::Value(value) => matches!(slot, Slot::Inactive) && self.ty(*value).is_open(),
            _ => false,
        })
    }

    #[allow(clippy::too_many_arguments)]
    fn call_reverse_second(
        &mut self,
        callee: &Callee,
        args: &[Arg],
        kept: ValueId,
        (seed, slots): (&Shape, &[Slot]),
        tangents: &ReverseTangents,
        around: &mut Around,
        span: Span,
    ) -> TokenStream {
        let (name, returns) = match self.presumes(args, slots) {
            true => ("reverse_second_into", Returns::Nothing),
            false => ("reverse_second", Returns::ByValue),
        };
        let path = companion(callee, name, span);
        let mut again = TokenStream::new();
        for arg in args {
            let arg = self.arg_again(arg, around, span);
            again.extend(quote!(#arg,));
        }
        for (arg, direction) in args.iter().zip(&tangents.directions) {
            let direction = self.direction_again(arg, direction, around, span);
            again.extend(quote!(#direction,));
        }
        let kept_name = self.tokens(kept);
        let kept =
            if self.context.references.contains(&kept) { kept_name } else { quote!(&#kept_name) };
        let (seed, seed_tangent) = (self.seed(seed), self.seed(&tangents.seed));
        let first = self.slots(args, slots, returns, around, span);
        let second = self.slots(args, &tangents.slots, returns, around, span);
        let (passed, passed_tangents) = (first.passed, second.passed);
        let call = quote_spanned!(span=> #path(#again #kept, #seed #seed_tangent #passed #passed_tangents));
        if let Returns::Nothing = returns {
            return quote_spanned!(span=> #call;);
        }
        let [pattern, pattern_tangent] = [first.patterns, second.patterns].map(contributions);
        quote_spanned!(span=> let (#pattern, #pattern_tangent) = #call;)
    }

    /// Both sweeps, one after the other.
    fn call_again(
        &mut self,
        callee: &Callee,
        args: &[Arg],
        seed: &Shape,
        slots: &[Slot],
        around: &mut Around,
        span: Span,
    ) -> TokenStream {
        let kept = self.fresh("kept", span);
        let passed = self.args(args, around, span);
        let again = args.iter().map(|arg| match is_passed_again(arg) {
            true => self.arg(arg, around, span),
            false => quote_spanned!(span=> ()),
        });
        let again: Vec<_> = again.collect();
        let (forward, reverse) =
            (companion(callee, "forward", span), companion(callee, "reverse", span));
        let (seed, Slots { passed: slots, patterns, alone }) =
            (self.seed(seed), self.slots(args, slots, Returns::ByValue, around, span));
        around.before.extend(quote_spanned!(span=> let (_, #kept) = #forward(#passed);));
        let call = quote_spanned!(span=> #reverse(#(#again,)* &#kept, #seed #slots));
        self.bind_contributions(&patterns, alone, call, span)
    }

    fn call_sweep(
        &mut self,
        callee: &Callee,
        args: &[Arg],
        seed: &Shape,
        slots: &[Slot],
        around: &mut Around,
        span: Span,
    ) -> TokenStream {
        let Target { function, args: passed_args } =
            self.call_target(callee, Some("sweep"), args, around, span);
        let returns = Returns::of(callee);
        let (seed, Slots { passed, patterns, alone }) =
            (self.seed(seed), self.slots(args, slots, returns, around, span));
        // Its type hangs on the derivative of the operator, so that it would be wrong as well.
        let seed = match callee {
            Callee::Operator(_) => located_at(seed, span),
            _ => seed,
        };
        let call = quote_spanned!(span=> #function(#passed_args #seed #passed));
        self.bind_contributions(&patterns, alone, call, span)
    }

    /// The value, and what the callee returns beside it.
    fn call_slopes(
        &mut self,
        callee: &Callee,
        args: &[Arg],
        (result, one): (ValueId, ValueId),
        slopes: &[Slot],
        around: &mut Around,
        span: Span,
    ) -> TokenStream {
        let function = companion(callee, "sweep", span);
        let passed = self.args(args, around, span);
        let one = self.tokens(one);
        let result = self.value_name(result);
        let patterns = self.slots(args, slopes, Returns::ByValue, around, span).patterns;
        let pattern = contributions(patterns);
        quote_spanned!(span=> let (#result, #pattern) = #function(#passed #one);)
    }

    fn call_sweep_second(
        &mut self,
        callee: &Callee,
        args: &[Arg],
        (seed, slots): (&Shape, &[Slot]),
        tangents: &ReverseTangents,
        around: &mut Around,
        span: Span,
    ) -> TokenStream {
        let Target { function, args: passed_args } =
            self.call_target(callee, Some("second"), args, around, span);
        let mut passings = passings(args);
        // The receiver is copied, if it must be, and its tangent with it.
        if let (true, Some(first)) = (callee.receives(), passings.first_mut()) {
            *first = Passing::Shared;
        }
        let directions = match callee {
            Callee::Operator(_) => self.operand_directions(&tangents.directions, around, span),
            _ => self.directions(&tangents.directions, passings, around, span),
        };
        let (seed, seed_tangent) = (self.seed(seed), self.seed(&tangents.seed));
        let first = self.slots(args, slots, Returns::of(callee), around, span);
        let second = self.slots(args, &tangents.slots, Returns::of(callee), around, span);
        let (passed, passed_tangents) = (first.passed, second.passed);
        let [pattern, pattern_tangent] = [first.patterns, second.patterns].map(contributions);
        quote_spanned!(span=>
            let (#pattern, #pattern_tangent) = #function(
                #passed_args #(#directions,)* #seed #seed_tangent #passed #passed_tangents
            );
        )
    }
}

/// `path::f` becomes `path::f::name`.
pub fn companion(callee: &Callee, name: &str, span: Span) -> TokenStream {
    let path = super::method::carrier(callee);
    // Arguments of the function itself (`f::<T>`) belong to the companion's method.
    let arguments = match callee {
        Callee::Free(of) | Callee::Maybe(of) | Callee::Recomputed(of) => {
            of.segments.last().map(|last| &last.arguments)
        }
        _ => None,
    };
    let name = Ident::new(name, span);
    quote_spanned!(span=> #path::#name #arguments)
}

/// Whether the callee returns the contribution to this argument's adjoint.
pub fn is_by_value(arg: &Arg) -> bool {
    match arg {
        Arg::Value(_) | Arg::Tokens(_) | Arg::Tuple(_) => true,
        Arg::Memory { passing, .. } => *passing == Passing::ByValue,
        Arg::Reference(_) | Arg::InOut { .. } => false,
    }
}

/// Scalars and what is shared are passed to the reverse sweep again.
pub(super) fn is_passed_again(arg: &Arg) -> bool {
    match arg {
        Arg::Value(_) | Arg::Reference(_) | Arg::Tokens(_) => true,
        Arg::Memory { passing, .. } => *passing == Passing::Shared,
        Arg::InOut { .. } => false,
        Arg::Tuple(of) => of.iter().all(is_passed_again),
    }
}

/// How each argument of a call is passed.
pub(super) fn passings(args: &[Arg]) -> Vec<Passing> {
    args.iter()
        .map(|arg| match arg {
            Arg::Value(_) | Arg::Tokens(_) | Arg::Tuple(_) => Passing::ByValue,
            Arg::Reference(_) => Passing::Shared,
            Arg::InOut { .. } => Passing::Mutable,
            Arg::Memory { passing, .. } => *passing,
        })
        .collect()
}

/// The same names, in another place.
fn located_at(tokens: TokenStream, span: Span) -> TokenStream {
    let located = tokens.into_iter().map(|mut token| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), located_at(group.stream(), span)).into();
        }
        token.set_span(token.span().located_at(span));
        token
    });
    located.collect()
}
