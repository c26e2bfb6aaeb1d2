//! What memory is made with: literals, copies, zeros.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::{
    body::{Bound, Printer},
    expr::Precedence,
    memory::is_plain_scalar,
    place::of_option,
};
use crate::ir::{Init, MemoryId, Place, Type, ValueId};

impl Printer<'_> {
    pub(super) fn alloc(&self, memory: MemoryId, init: &Init, span: Span) -> TokenStream {
        let name = self.memory_name(memory);
        if let Some(lent) = self.lent_from_workspace(memory, init, span) {
            return quote_spanned!(span=> let #name = #lent;);
        }
        let mutable = self.plan.written.contains(&memory).then(|| quote!(mut));
        let ty = &self.function.memory(memory).ty;
        let value = self.init(init, ty, span);
        // Literals do not tell the type, and a method may be called on an element.
        let literal = matches!(init, Init::Repeat { .. } | Init::List(_))
            || matches!(
                (init, ty),
                (Init::Empty | Init::Capacity(_), Type::Vec(_)) | (Init::Empty, Type::Named(_))
            );
        let annotation = (literal && super::types::is_known(ty)).then(|| {
            let ty = super::types::tokens(ty, self.runtime);
            quote!(: #ty)
        });
        quote_spanned!(span=> let #mutable #name #annotation = #value;)
    }

    pub fn init(&self, init: &Init, ty: &Type, span: Span) -> TokenStream {
        let runtime = self.runtime;
        match init {
            Init::Value(value) => self.tokens(*value),
            Init::Repeat { value, lens } => self.repeat(self.tokens(*value), ty, lens, span),
            Init::RepeatPlace { place, lens } => {
                let row = self.copied(place, span);
                match (ty, &lens[..]) {
                    (Type::Array(_, length), _) => {
                        let length = &length.tokens;
                        quote_spanned!(span=> [#row; #length])
                    }
                    (_, [len, ..]) => {
                        let len = self.tokens(*len);
                        quote_spanned!(span=> #runtime::alloc::vec![#row; #len])
                    }
                    _ => row,
                }
            }
            Init::List(items) => {
                let unknown = Type::Unknown;
                let of = |i: usize| match ty {
                    Type::Tuple(of) => of.get(i).unwrap_or(&unknown),
                    ty => ty.element().unwrap_or(&unknown),
                };
                let items = items.iter().enumerate().map(|(i, item)| self.init(item, of(i), span));
                match ty {
                    Type::Vec(_) => quote_spanned!(span=> #runtime::alloc::vec![#(#items),*]),
                    Type::Tuple(_) => quote_spanned!(span=> (#(#items,)*)),
                    _ => quote_spanned!(span=> [#(#items),*]),
                }
            }
            Init::Record { path, fields } => self.record(path, fields, span),
            Init::Copy(place)
                if matches!(ty, Type::Vec(_))
                    && matches!(self.function.place_type(place), Type::Array(..)) =>
            {
                let base = self.place(place).at(Precedence::Postfix);
                quote_spanned!(span=> #base.to_vec())
            }
            Init::Copy(place) => self.copied(place, span),
            Init::ZeroLike(place) => self.zero_like(place, ty, span),
            Init::Capacity(len) => {
                let len = self.tokens(*len);
                quote_spanned!(span=> #runtime::alloc::vec::Vec::with_capacity(#len))
            }
            Init::Global(tokens) => quote_spanned!(span=> &#tokens),
            Init::Empty => self.blank(ty, span),
        }
    }

    /// Something of the type that nobody reads.
    pub(super) fn blank(&self, ty: &Type, span: Span) -> TokenStream {
        let runtime = self.runtime;
        if let Some(zeros) = self.zeros(ty, span) {
            return zeros;
        }
        match ty {
            Type::Named(of) if of.foreign.is_some() => {
                quote_spanned!(span=> #runtime::foreign::Absent::absent())
            }
            Type::Named(of) if !of.tangent => {
                let ty = super::types::tokens(ty, runtime);
                quote_spanned!(span=> <#ty as #runtime::Blank>::BLANK)
            }
            Type::Vec(_) => quote_spanned!(span=> #runtime::alloc::vec::Vec::new()),
            Type::Array(of, length) if matches!(&**of, Type::Named(of) if of.ty.is_some()) => {
                let of = super::types::tokens(of, runtime);
                let length = &length.tokens;
                quote_spanned!(span=> [<#of as #runtime::Blank>::BLANK; #length])
            }
            Type::Array(of, length)
                if matches!(
                    **of,
                    Type::Named(_) | Type::Vec(_) | Type::Array(..) | Type::Tuple(_)
                ) =>
            {
                let of = self.blank(of, span);
                let length = &length.tokens;
                quote_spanned!(span=> [const { #of }; #length])
            }
            Type::Tuple(of) => {
                let of = of.iter().map(|of| match of {
                    Type::Int(_) => quote_spanned!(span=> 0),
                    Type::Bool => quote_spanned!(span=> false),
                    of => self.blank(of, span),
                });
                quote_spanned!(span=> (#(#of,)*))
            }
            _ => quote_spanned!(span=> ::core::default::Default::default()),
        }
    }

    /// A struct literal: `P { x: a, y }`, `P(a, b)`.
    pub(super) fn record(
        &self,
        path: &syn::Path,
        fields: &[(syn::Member, Init)],
        span: Span,
    ) -> TokenStream {
        if of_option(path) || crate::ir::makes_box(path) {
            let held = fields.iter().map(|(_, init)| self.init(init, &Type::Unknown, span));
            if path.segments.last().is_some_and(|last| last.ident == "from") {
                return quote_spanned!(span=> #((#held).into_boxed_slice())*);
            }
            return quote_spanned!(span=> #path(#(#held),*));
        }
        let values = fields.iter().map(|(member, init)| {
            let value = self.init(init, &Type::Unknown, span);
            match member {
                syn::Member::Named(name) if *name == value.to_string() => value,
                syn::Member::Named(name) => quote_spanned!(span=> #name: #value),
                syn::Member::Unnamed(index) => quote_spanned!(span=> #index: #value),
            }
        });
        quote_spanned!(span=> #path { #(#values),* })
    }

    pub fn repeat(
        &self,
        value: TokenStream,
        ty: &Type,
        lens: &[ValueId],
        span: Span,
    ) -> TokenStream {
        let runtime = self.runtime;
        match ty {
            Type::Array(of, length) => {
                let value = self.repeat(value, of, lens, span);
                let length = &length.tokens;
                quote_spanned!(span=> [#value; #length])
            }
            Type::Vec(of) if !lens.is_empty() => {
                let len = self.tokens(lens[0]);
                let value = self.repeat(value, of, &lens[1..], span);
                quote_spanned!(span=> #runtime::alloc::vec![#value; #len])
            }
            Type::Tuple(of) => {
                let items = of.iter().map(|ty| match ty {
                    // Beside floats nothing is ever added.
                    Type::Int(_) => quote_spanned!(span=> 0),
                    Type::Bool => quote_spanned!(span=> false),
                    Type::Opaque => quote_spanned!(span=> #runtime::NoDerivative),
                    ty => self.repeat(value.clone(), ty, lens, span),
                });
                quote_spanned!(span=> (#(#items,)*))
            }
            _ => value,
        }
    }

    pub fn copied(&self, place: &Place, span: Span) -> TokenStream {
        let tokens = self.place(place);
        match self.function.place_type(place) {
            Type::Slice(_) => {
                let base = tokens.at(Precedence::Postfix);
                quote_spanned!(span=> #base.to_vec())
            }
            Type::Vec(_) => {
                let base = tokens.at(Precedence::Postfix);
                // A slice may stand for a vector (the adjoint of `&Vec<T>`).
                quote_spanned!(span=> #base.to_vec())
            }
            ty if is_plain_scalar(&ty) => tokens.tokens(),
            // Its type may not be settled yet where a method of it would have to be found.
            ty if ty.foreign().is_some() && !ty.is_written() => {
                let place = self.borrow(place, false, true);
                quote_spanned!(span=> ::core::clone::Clone::clone(#place))
            }
            ty => {
                let is_reference = place.path.is_empty()
                    && !self.plan.is_inline(place.memory)
                    && self.bound(place.memory) != Bound::Owned;
                if super::types::is_copy(&ty) && ty != Type::Unknown {
                    let tokens = tokens.tokens();
                    if is_reference { quote_spanned!(span=> *#tokens) } else { tokens }
                } else {
                    let base = tokens.at(Precedence::Postfix);
                    quote_spanned!(span=> #base.clone())
                }
            }
        }
    }

    /// `to`: the type of the zeros.
    pub(super) fn zero_like(&self, place: &Place, to: &Type, span: Span) -> TokenStream {
        let runtime = self.runtime;
        let ty = match to.lanes() {
            // Several zeros for each number that is there.
            Some(_) if self.function.place_type(place).lanes().is_none() => to.clone(),
            _ => self.function.place_type(place),
        };
        let grows = matches!((&ty, to), (Type::Array(..), Type::Vec(_)));
        if let Some(zeros) = self.zeros(&ty, span).filter(|_| !grows) {
            return zeros;
        }
        match &ty {
            // A vector that is a copy of an array.
            Type::Array(of, length) if grows => {
                let length = &length.tokens;
                if let Some(zero) = self.zeros(of, span) {
                    return quote_spanned!(span=> #runtime::alloc::vec![#zero; #length]);
                }
                let base = self.place(place).at(Precedence::Postfix);
                return quote_spanned!(span=> #runtime::zero_like(&#base[..]));
            }
            Type::Slice(of) | Type::Vec(of) => {
                if let Some(zero) = self.zeros(of, span) {
                    let base = self.place(place).at(Precedence::Postfix);
                    return quote_spanned!(span=> #runtime::alloc::vec![#zero; #base.len()]);
                }
            }
            _ => {}
        }
        let of_numbers = self.function.place_type(place).lanes().is_none();
        let place = self.borrow(place, false, true);
        match to.lanes().filter(|_| of_numbers).and_then(|of| of.tokens().into_iter().last()) {
            Some(count) => quote_spanned!(span=> #runtime::zero_lanes::<_, #count>(#place)),
            None => quote_spanned!(span=> #runtime::zero_like(#place)),
        }
    }

    pub(super) fn zero_of(&self, ty: &Type, span: Span) -> TokenStream {
        super::types::float(0.0, ty, self.runtime, span).tokens()
    }

    /// Zeros of a type whose size is known.
    pub fn zeros(&self, ty: &Type, span: Span) -> Option<TokenStream> {
        match ty {
            Type::Float(crate::ir::Float::F32) => Some(quote_spanned!(span=> 0.0f32)),
            Type::Float(_) => Some(self.zero_of(ty, span)),
            Type::Array(of, length) => {
                let of = self.zeros(of, span)?;
                let length = &length.tokens;
                Some(quote_spanned!(span=> [#of; #length]))
            }
            Type::Tuple(of) => {
                let runtime = self.runtime;
                let zero = |ty: &Type| match ty {
                    Type::Int(_) | Type::Bool | Type::Opaque => {
                        Some(quote_spanned!(span=> #runtime::NoDerivative))
                    }
                    ty => self.zeros(ty, span),
                };
                let items = of.iter().map(zero).collect::<Option<Vec<_>>>()?;
                Some(quote_spanned!(span=> (#(#items,)*)))
            }
            _ => None,
        }
    }
}
