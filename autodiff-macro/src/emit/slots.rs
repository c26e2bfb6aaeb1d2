//! What a call takes beside its arguments: slots for adjoints, directions, seeds.

use super::body::{Printer, respan};
use super::call::{Around, Returns, Slots, is_by_value, is_passed_again, passings};
use crate::ir::{Arg, Direction, MemoryId, Passing, Shape, Slot, Type, ValueId};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

impl<'a> Printer<'a> {
    /// As [`Self::arg_again`], for a direction.
    pub(super) fn direction_again(
        &mut self,
        arg: &Arg,
        direction: &Direction,
        around: &mut Around,
        span: Span,
    ) -> TokenStream {
        let runtime = self.runtime;
        match (arg, direction) {
            (Arg::Memory { passing: Passing::Reborrowed, .. }, direction) => {
                self.direction(direction, Passing::Shared, around, span)
            }
            (arg, _) if !is_passed_again(arg) => quote_spanned!(span=> #runtime::Zero),
            (Arg::Value(value), Direction::Value(direction)) if self.ty(*value).is_open() => {
                let direction = self.tokens(*direction);
                quote_spanned!(span=> #runtime::again(&#direction))
            }
            (arg, direction) => {
                let passing = passings(std::slice::from_ref(arg))[0];
                self.direction(direction, passing, around, span)
            }
        }
    }

    pub(super) fn seed(&self, seed: &Shape) -> TokenStream {
        match seed {
            Shape::Unit => TokenStream::new(),
            shape => {
                let seed = self.derivative(shape, None, true);
                quote!(#seed,)
            }
        }
    }

    /// The slots that are passed, and patterns for the contributions that are returned.
    pub(super) fn slots(
        &mut self,
        args: &[Arg],
        slots: &[Slot],
        returns: Returns,
        around: &mut Around,
        span: Span,
    ) -> Slots {
        let mut passed = TokenStream::new();
        let mut patterns = Vec::new();
        let all = matches!(returns, Returns::Nothing);
        let overlapping = self.overlapping(args, slots, all);
        let returned = |(i, arg): (usize, &Arg)| match returns {
            Returns::ByValue => is_by_value(arg),
            Returns::AllButReceiver => is_by_value(arg) && i > 0,
            Returns::Everything => true,
            Returns::Nothing => false,
            Returns::EverythingElse => i > 0,
        };
        let mut by_value = args.iter().enumerate().zip(slots).filter(|(arg, _)| returned(*arg));
        let alone = match (by_value.next(), by_value.next()) {
            (Some((_, Slot::Value(value))), None) => Some(*value),
            _ => None,
        };
        for (i, (arg, slot)) in args.iter().zip(slots).enumerate() {
            if returned((i, arg)) {
                patterns.push(match alone {
                    Some(value) => self.value_name(value).into_token_stream(),
                    None => self.contribution(slot, around, span),
                });
            } else {
                let in_out = matches!(
                    arg,
                    Arg::Memory { passing: Passing::Mutable | Passing::Reborrowed, .. }
                );
                let slot = match slot {
                    Slot::Value(value)
                        if is_by_value(arg) && !matches!(self.ty(*value), Type::Float(_)) =>
                    {
                        self.taken(slot, around, span)
                    }
                    Slot::Tuple(_) => self.taken(slot, around, span),
                    slot => self.slot(slot, overlapping.contains(&i), in_out, around, span),
                };
                passed.extend(quote!(#slot,));
            }
        }
        Slots { passed, patterns, alone }
    }

    /// The slot of an argument passed by value whose adjoint has no memory yet.
    fn taken(&mut self, slot: &Slot, around: &mut Around, span: Span) -> TokenStream {
        let runtime = self.runtime;
        let name = self.fresh("contribution", span);
        let mut after = Around::default();
        let pattern = self.contribution(slot, &mut after, span);
        around.before.extend(quote_spanned!(span=> let mut #name = ::core::option::Option::None;));
        around.after.extend(quote_spanned!(span=> let #pattern = #runtime::taken(#name);));
        around.after.extend(after.after);
        quote_spanned!(span=> #runtime::Taken(&mut #name))
    }

    pub(super) fn bind_contributions(
        &self,
        patterns: &[TokenStream],
        alone: Option<ValueId>,
        call: TokenStream,
        span: Span,
    ) -> TokenStream {
        // All at one place, where an error about the contribution is one error.
        let runtime = respan(self.runtime.clone(), span);
        let unread = patterns.iter().all(|pattern| pattern.to_string() == "_");
        match patterns {
            _ if unread => quote!(#call;),
            // The one contribution, checked on the spot.
            [pattern] if alone.is_some() => {
                quote_spanned!(span=> let #pattern = #runtime::active(#call);)
            }
            [pattern] => quote!(let #pattern = #call;),
            patterns => quote!(let (#(#patterns),*) = #call;),
        }
    }

    /// Slots that would borrow the same root twice: all but the first get memory of their own.
    pub(super) fn overlapping(&self, args: &[Arg], slots: &[Slot], all: bool) -> Vec<usize> {
        let mut roots: Vec<MemoryId> = Vec::new();
        let mut overlapping = Vec::new();
        for (i, (arg, slot)) in args.iter().zip(slots).enumerate() {
            if let Slot::Memory(place) = slot
                && (all || !is_by_value(arg))
            {
                let root = self.function.root(place.memory);
                if roots.contains(&root) {
                    overlapping.push(i);
                }
                roots.push(root);
            }
        }
        overlapping
    }

    pub(super) fn slot(
        &mut self,
        slot: &Slot,
        overlaps: bool,
        in_out: bool,
        around: &mut Around,
        span: Span,
    ) -> TokenStream {
        let runtime = self.runtime;
        match slot {
            Slot::Inactive => quote_spanned!(span=> #runtime::Inactive),
            Slot::Value(value) => {
                let name = self.value_name(*value);
                let zero = self.zero(*value, span);
                around.before.extend(quote_spanned!(span=> let mut #name = #zero;));
                quote_spanned!(span=> &mut #name)
            }
            Slot::InOut { input, output } => self.in_out(*input, *output, around, span),
            Slot::Memory(place) if overlaps => {
                let temporary = self.fresh("d_same", span);
                if let Some(root) = self.optional_root(place.memory) {
                    let slot = self.memory_name(root);
                    let some = quote!(::core::option::Option::Some);
                    let like = self.borrow(place, false, true);
                    let to = self.borrow(place, true, true);
                    around.before.extend(quote_spanned!(span=>
                        let mut #temporary = #slot.get().map(|#slot| #runtime::zero_like(#like));
                    ));
                    around.after.extend(quote_spanned!(span=>
                        if let (#some(#slot), #some(#temporary)) = (#slot.get(), &#temporary) {
                            #runtime::add_all(#to, #temporary);
                        }
                    ));
                    return quote_spanned!(span=> #temporary.as_mut());
                }
                let init = crate::ir::Init::ZeroLike(place.clone());
                let zeros = self.init(&init, &Type::Unknown, span);
                let to = self.borrow(place, true, true);
                around.before.extend(quote_spanned!(span=> let mut #temporary = #zeros;));
                if in_out {
                    // What goes in is what comes out: the adjoint itself, not an addition to it.
                    let from = self.borrow(place, false, true);
                    around
                        .before
                        .extend(quote_spanned!(span=> #runtime::add_all(&mut #temporary, #from);));
                    around.after.extend(quote_spanned!(span=> #runtime::fill_zero(#to);));
                }
                around.after.extend(quote_spanned!(span=> #runtime::add_all(#to, &#temporary);));
                quote_spanned!(span=> &mut #temporary)
            }
            Slot::Memory(place) => match self.optional_root(place.memory) {
                Some(root) => {
                    let slot = self.memory_name(root);
                    if place.path.is_empty() && place.memory == root {
                        quote_spanned!(span=> #slot.get())
                    } else {
                        let place = self.place(place).tokens();
                        quote_spanned!(span=> #slot.get().map(|#slot| &mut #place))
                    }
                }
                None => self.borrow(place, true, true),
            },
            Slot::Tuple(_) => quote_spanned!(span=> #runtime::Inactive),
        }
    }

    /// What receives the contribution to an argument passed by value.
    fn contribution(&mut self, slot: &Slot, around: &mut Around, span: Span) -> TokenStream {
        let runtime = self.runtime;
        match slot {
            Slot::Inactive => quote!(_),
            Slot::Value(value) => {
                let name = self.value_name(*value);
                let runtime = respan(runtime.clone(), span);
                around.after.extend(quote_spanned!(span=> let #name = #runtime::active(#name);));
                quote!(#name)
            }
            Slot::InOut { output, .. } => self.value_name(*output).into_token_stream(),
            Slot::Memory(place) => {
                let name = self.fresh("contribution", span);
                let statement = {
                    let to = self.borrow(place, true, true);
                    quote_spanned!(span=> #runtime::add_all(#to, &#name);)
                };
                around.after.extend(match self.optional_root(place.memory) {
                    Some(root) => {
                        let slot = self.memory_name(root);
                        quote_spanned!(span=>
                            if let ::core::option::Option::Some(#slot) = #slot.get() { #statement }
                        )
                    }
                    None => statement,
                });
                name.into_token_stream()
            }
            Slot::Tuple(of) => {
                let of: Vec<_> =
                    of.iter().map(|slot| self.contribution(slot, around, span)).collect();
                quote!((#(#of,)*))
            }
        }
    }

    pub(super) fn direction(
        &mut self,
        direction: &Direction,
        passing: Passing,
        around: &mut Around,
        span: Span,
    ) -> TokenStream {
        let runtime = self.runtime;
        match direction {
            Direction::Zero => quote_spanned!(span=> #runtime::Zero),
            Direction::Value(value) if passing == Passing::Shared => {
                let value = self.value(*value).at(super::expr::Precedence::Prefix);
                quote!(&#value)
            }
            Direction::Value(value) => self.tokens(*value),
            Direction::InOut { input, output } => self.in_out(*input, *output, around, span),
            Direction::Memory(place) => match passing {
                Passing::ByValue => self.shape_of_place(place),
                Passing::Shared => self.borrow(place, false, true),
                Passing::Mutable | Passing::Reborrowed => self.borrow(place, true, true),
            },
            Direction::Tuple(of) => {
                let of: Vec<_> = of
                    .iter()
                    .map(|of| match of {
                        // The tangent of a whole tuple names those of all parts.
                        Direction::Zero => quote_spanned!(span=> #runtime::NoDerivative),
                        of => self.direction(of, passing, around, span),
                    })
                    .collect();
                quote!((#(#of,)*))
            }
        }
    }

    fn zero(&self, value: ValueId, span: Span) -> TokenStream {
        match self.ty(value) {
            Type::Float(_) => self.zeros(self.ty(value), span).unwrap_or_else(|| quote!(0.0)),
            _ => quote_spanned!(span=> 0.0),
        }
    }
}
