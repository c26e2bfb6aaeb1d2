//! Places, and the operations on memory.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::{
    body::{Bound, Printer},
    expr::{Expr, Precedence},
    names::hygienic,
};
use crate::{
    ir::{Init, MemoryId, Op, OpKind, Origin, Place, Step, Type, ValueId},
    rules::Rule,
};

impl<'a> Printer<'a> {
    pub fn memory_tokens(&self, memory: MemoryId) -> TokenStream {
        if self.plan.is_inline(memory)
            && let Origin::View(of) = &self.function.memory(memory).origin
        {
            return self.place(of).at(Precedence::Postfix);
        }
        self.memory_name(memory).into_token_stream()
    }

    /// The place as an expression: `a[i]`, `*x`, `a[lo..hi][j]`.
    pub fn place(&self, place: &Place) -> Expr {
        let memory = place.memory;
        let inline = self.plan.is_inline(memory);
        let reference = !inline && self.bound(memory) != Bound::Owned;
        if place.path.is_empty() && reference && is_plain_scalar(&self.function.memory(memory).ty) {
            let name = self.memory_name(memory);
            return Expr::new(quote!(*#name), Precedence::Prefix);
        }
        let mut tokens = self.memory_tokens(memory);
        for (i, step) in place.path.iter().enumerate() {
            tokens = match step {
                Step::Index(index) => {
                    let index = self.tokens(*index);
                    quote!(#tokens[#index])
                }
                Step::Range { start, end, inclusive } => {
                    let range = self.range_tokens(*start, *end, *inclusive);
                    quote!(#tokens[#range])
                }
                Step::Member(name) => {
                    quote!(#tokens.#name)
                }
                // Before a field or an index, it is the compiler who does it.
                Step::Deref if place.path.get(i + 1).is_some_and(is_automatic) => tokens,
                Step::Deref => {
                    let again = (i == 0 && reference).then(|| quote!(*));
                    if i + 1 == place.path.len() {
                        return Expr::new(quote!(#again *#tokens), Precedence::Prefix);
                    }
                    quote!((#again *#tokens))
                }
                Step::Payload { variant, of_tangent: true, .. } if of_option(variant) => {
                    let part = self.held(place.memory, &tokens, i == 0);
                    quote!((*#part))
                }
                Step::Payload { variant, member, of_tangent: true } => {
                    let name = self.accessor(place.memory, variant, member);
                    quote!((*#tokens.#name()))
                }
                Step::Payload { variant, member, .. } => {
                    let part = self.payload(place.memory, &tokens, i == 0, variant, member);
                    quote!((*#part))
                }
                Step::Field(i) => {
                    let i = syn::Index::from(*i as usize);
                    quote!(#tokens.#i)
                }
            };
            if self.is_nowhere(place, i) {
                break;
            }
        }
        Expr::atom(tokens)
    }

    /// Whether the step leads to a field of a tangent that the file says has no derivative, so that what is in it is not there
    /// either. What is added to the field itself the compiler finds to be nowhere, or the file was wrong.
    fn is_nowhere(&self, place: &Place, step: usize) -> bool {
        let [before @ .., last] = &place.path[..=step] else { return false };
        let Some(member) = last.member() else { return false };
        let before = Place { path: before.to_vec(), ..place.clone() };
        let Type::Named(of) = self.function.place_type(&before) else { return false };
        let (true, Some(ty)) = (of.tangent && step + 1 < place.path.len(), &of.ty) else {
            return false;
        };
        let Some((name, _)) = crate::declared::head(ty) else { return false };
        crate::declared::at(syn::spanned::Spanned::span(ty)).is_some_and(|file| {
            file.is_constant_field(&name, &member.to_token_stream().to_string())
        })
    }

    pub fn range_tokens(
        &self,
        start: Option<ValueId>,
        end: Option<ValueId>,
        inclusive: bool,
    ) -> TokenStream {
        let start = start.map(|value| self.value(value).at(Precedence::Or));
        let end = end.map(|value| self.value(value).at(Precedence::Or));
        if inclusive { quote!(#start..=#end) } else { quote!(#start..#end) }
    }

    /// The slot that the place lies in, if that may have nobody to read it.
    pub fn optional_root(&self, memory: MemoryId) -> Option<MemoryId> {
        let root = self.function.root(memory);
        (self.bound(root) == Bound::Optional).then_some(root)
    }

    /// A reference to a field of a variant.
    fn payload(
        &self,
        memory: MemoryId,
        base: &TokenStream,
        whole: bool,
        variant: &syn::Path,
        member: &syn::Member,
    ) -> TokenStream {
        let part = proc_macro2::Ident::new("part", Span::mixed_site());
        let is_reference =
            whole && !self.plan.is_inline(memory) && self.bound(memory) != Bound::Owned;
        let borrow = match self.may_write(memory) {
            _ if is_reference => TokenStream::new(),
            true => quote!(&mut),
            false => quote!(&),
        };
        quote! {
            match #borrow #base {
                #variant { #member: #part, .. } => #part,
                #[allow(unreachable_patterns)]
                _ => ::core::unreachable!(),
            }
        }
    }

    /// A reference to what the tangent of an `Option` holds.
    fn held(&self, memory: MemoryId, base: &TokenStream, whole: bool) -> TokenStream {
        let runtime = self.runtime;
        let is_reference =
            whole && !self.plan.is_inline(memory) && self.bound(memory) != Bound::Owned;
        let again = is_reference.then(|| quote!(*));
        match self.may_write(memory) {
            true => quote!(#runtime::held_mut(&mut #again #base)),
            false => quote!(#runtime::held(&#again #base)),
        }
    }

    /// The method of a tangent for a field of a variant.
    fn accessor(
        &self,
        memory: MemoryId,
        variant: &syn::Path,
        member: &syn::Member,
    ) -> proc_macro2::Ident {
        let variant = &variant.segments.last().expect("a variant has a name").ident;
        let name = crate::derive::accessor(variant, member);
        if self.may_write(memory) { quote::format_ident!("{name}_mut") } else { name }
    }

    fn may_write(&self, memory: MemoryId) -> bool {
        self.plan.written.contains(&memory)
            || self.plan.written.contains(&self.function.root(memory))
    }

    fn is_tangent_mode(&self) -> bool {
        use crate::ir::Role;
        self.function.params.iter().any(|param| matches!(param.role, Role::Tangent(_)))
    }

    /// Whether it is a field of a tangent that may be there in name only, because it has no derivative.
    fn is_field_of_tangent(&self, place: &Place) -> bool {
        let mut memory = place.memory;
        let mut path = place.path.clone();
        while let Origin::View(of) = &self.function.memory(memory).origin {
            path = of.path.iter().chain(&path).cloned().collect();
            memory = of.memory;
        }
        let mut prefix = Place::from(memory);
        path.into_iter().any(|step| {
            let of_tangent =
                matches!(self.function.place_type(&prefix), Type::Named(of) if of.tangent);
            let is_field = step.member().is_some();
            prefix.path.push(step);
            of_tangent && is_field
        })
    }

    /// `taken_for`: the type of the value that is read.
    pub fn load(&self, place: &Place, taken_for: Type, span: Span) -> Expr {
        let tokens = self.place(place);
        match self.optional_root(place.memory) {
            Some(root) => {
                let slot = self.memory_name(root);
                let tokens = tokens.tokens();
                let zero = self.zero_of(&self.function.place_type(place), span);
                Expr::atom(quote_spanned!(span=> #slot.get().map_or(#zero, |#slot| #tokens)))
            }
            None if self.is_tangent_mode() && self.is_field_of_tangent(place) => {
                let (runtime, tokens) = (self.runtime, tokens.at(Precedence::Prefix));
                // Of a field that is only cast, the tangent is what the transform takes it for.
                let ty = match self.function.place_type(place) {
                    Type::Unknown => taken_for,
                    ty => ty,
                };
                let ty = super::types::tokens(&ty, runtime);
                Expr::atom(quote_spanned!(span=> #runtime::component::<#ty>(&#tokens)))
            }
            // What is read is a number, even if nothing says so but that it is read.
            None if self.is_reference(place)
                && self.function.place_type(place) == Type::Unknown =>
            {
                let tokens = tokens.at(Precedence::Prefix);
                Expr::new(quote!(*#tokens), Precedence::Prefix)
            }
            None => tokens,
        }
    }

    /// Whether the place is a variable that holds a reference.
    pub fn is_reference(&self, place: &Place) -> bool {
        place.path.is_empty()
            && !self.plan.is_inline(place.memory)
            && self.bound(place.memory) != Bound::Owned
    }

    /// `&place` or `&mut place`; a reference itself is passed on.
    pub fn borrow(&self, place: &Place, mutable: bool, reborrow: bool) -> TokenStream {
        if self.is_reference(place) {
            let name = self.memory_name(place.memory);
            return match (reborrow, mutable) {
                (false, _) => name.into_token_stream(),
                (true, true) => quote!(&mut *#name),
                (true, false) => quote!(&*#name),
            };
        }
        if let Some((Step::Payload { variant, member, of_tangent }, base)) = place.path.split_last()
        {
            let base = Place { memory: place.memory, path: base.to_vec() };
            let base = self.place(&base).at(Precedence::Postfix);
            if *of_tangent && of_option(variant) {
                return self.held(place.memory, &base, place.path.len() == 1);
            }
            if *of_tangent {
                let name = self.accessor(place.memory, variant, member);
                return quote!(#base.#name());
            }
            let whole = place.path.len() == 1;
            return self.payload(place.memory, &base, whole, variant, member);
        }
        let tokens = self.place(place).at(Precedence::Prefix);
        if mutable { quote!(&mut #tokens) } else { quote!(&#tokens) }
    }

    pub fn memory_statement(&mut self, op: &Op, out: &mut TokenStream) {
        let span = hygienic(op.span);
        let (written, statement) = match &op.kind {
            OpKind::Store { place, value } => {
                let (to, value) = (self.place(place).tokens(), self.tokens(*value));
                (Some(place.memory), quote_spanned!(span=> #to = #value;))
            }
            OpKind::Accumulate { place, value } => {
                (Some(place.memory), self.accumulate(place, *value, span))
            }
            OpKind::Alloc { memory, init } => (None, self.alloc(*memory, init, span)),
            OpKind::View { memory, of } => {
                let name = self.memory_name(*memory);
                let view = self.borrow(of, self.plan.written.contains(memory), true);
                (None, quote_spanned!(span=> let #name = #view;))
            }
            OpKind::Split { memories: [left, right], of, at } => {
                let (a, b) = (self.memory_name(*left), self.memory_name(*right));
                let (at, base) = (self.tokens(*at), self.place(of).at(Precedence::Postfix));
                let mutable = [left, right].iter().any(|memory| self.plan.written.contains(memory));
                let method = if mutable { quote!(split_at_mut) } else { quote!(split_at) };
                (None, quote_spanned!(span=> let (#a, #b) = #base.#method(#at);))
            }
            OpKind::Fill { place, value } => (Some(place.memory), self.fill(place, *value, span)),
            OpKind::Copy { to, from } => (Some(to.memory), self.copy(to, from, span)),
            OpKind::AddAll { to, from } => {
                let runtime = self.runtime;
                let (to_tokens, from) =
                    (self.borrow(to, true, true), self.borrow(from, false, true));
                (Some(to.memory), quote_spanned!(span=> #runtime::add_all(#to_tokens, #from);))
            }
            OpKind::Swap { place, at: [i, j] } => {
                let base = self.place(place).at(Precedence::Postfix);
                let (i, j) = (self.tokens(*i), self.tokens(*j));
                (Some(place.memory), quote_spanned!(span=> #base.swap(#i, #j);))
            }
            OpKind::Assign { to, from } => {
                let (target, source) =
                    (self.place(&(*to).into()).tokens(), self.memory_tokens(*from));
                let target = match (self.bound(*to), &self.function.memory(*to).ty) {
                    (Bound::Reference | Bound::Optional, Type::Vec(_) | Type::Unknown) => {
                        quote!(*#target)
                    }
                    _ => target,
                };
                (Some(*to), quote_spanned!(span=> #target = #source;))
            }
            OpKind::Vector { place, growth } => {
                (Some(place.memory), self.growth(place, growth, span))
            }
            OpKind::Permute { place, by } => {
                (Some(place.memory), self.permutation(place, by, span))
            }
            _ => (None, TokenStream::new()),
        };
        match written.and_then(|memory| self.optional_root(memory)) {
            Some(root) => {
                let slot = self.memory_name(root);
                out.extend(quote_spanned!(span=>
                    if let ::core::option::Option::Some(#slot) = #slot.get() {
                        #statement
                    }
                ));
            }
            None => out.extend(statement),
        }
    }

    fn accumulate(&self, place: &Place, value: ValueId, span: Span) -> TokenStream {
        if self.plan.is_folded(value)
            && let Some(Op { kind: OpKind::Rule { rule: Rule::Neg, args, .. }, .. }) =
                self.plan.definitions.get(&value)
        {
            return self.accumulated(place, quote!(-=), self.tokens(args[0]), span);
        }
        self.accumulated(place, quote!(+=), self.tokens(value), span)
    }

    fn accumulated(
        &self,
        place: &Place,
        operator: TokenStream,
        value: TokenStream,
        span: Span,
    ) -> TokenStream {
        let to = self.place(place).tokens();
        let name = self.memory_name(place.memory).to_string();
        // Of numbers, the right side is evaluated first; of lanes the left one, which borrows a vector for that time.
        let borrowed =
            self.function.place_type(place).lanes().is_some() && mentions(value.clone(), &name);
        if borrowed {
            let sum = proc_macro2::Ident::new("part", Span::mixed_site());
            return quote_spanned!(span=> { let #sum = #value; #to #operator #sum; });
        }
        quote_spanned!(span=> #to #operator #value;)
    }

    fn fill(&self, place: &Place, value: ValueId, span: Span) -> TokenStream {
        let ty = self.function.place_type(place);
        let value = self.tokens(value);
        if ty.is_float() {
            let to = self.place(place).tokens();
            return quote_spanned!(span=> #to = #value;);
        }
        let mut leaf = &ty;
        while let Some(of) = leaf.element() {
            leaf = of;
        }
        if leaf.is_open() {
            // Only zeros are written to all of a type that is not seen.
            let (runtime, to) = (self.runtime, self.borrow(place, true, true));
            return quote_spanned!(span=> #runtime::fill_zero(#to););
        }
        match ty.element() {
            Some(of) if is_plain_scalar(of) => {
                let to = self.place(place).at(Precedence::Postfix);
                quote_spanned!(span=> #to.fill(#value);)
            }
            _ => {
                let runtime = self.runtime;
                let to = self.borrow(place, true, true);
                quote_spanned!(span=> #runtime::fill_all(#to, #value);)
            }
        }
    }

    /// A place on the left of an assignment.
    pub fn assigned(&self, place: &Place) -> TokenStream {
        let is_reference = place.path.is_empty()
            && !self.plan.is_inline(place.memory)
            && self.bound(place.memory) != Bound::Owned;
        let tokens = self.place(place).tokens();
        if is_reference && !is_plain_scalar(&self.function.place_type(place)) {
            quote!(*#tokens)
        } else {
            tokens
        }
    }

    fn copy(&self, to: &Place, from: &Place, span: Span) -> TokenStream {
        let source = self.place(from);
        match (self.function.place_type(to), self.function.place_type(from)) {
            (Type::Slice(of) | Type::Vec(of), _) | (_, Type::Slice(of) | Type::Vec(of)) => {
                let method = if super::types::is_copy(&of) {
                    quote!(copy_from_slice)
                } else {
                    quote!(clone_from_slice)
                };
                let to = self.place(to).at(Precedence::Postfix);
                let from = self.borrow(from, false, false);
                quote_spanned!(span=> #to.#method(#from);)
            }
            (to_ty, from_ty) => {
                // A reference to an array is assigned through.
                let through = |place: &Place, ty: &Type, tokens: Expr| {
                    let is_reference = place.path.is_empty()
                        && !self.plan.is_inline(place.memory)
                        && self.bound(place.memory) != Bound::Owned
                        && !is_plain_scalar(ty);
                    let tokens = tokens.tokens();
                    if is_reference { quote!(*#tokens) } else { tokens }
                };
                let target = through(to, &to_ty, self.place(to));
                let source = match from_ty.is_open() {
                    true => self.copied(from, span),
                    false => through(from, &from_ty, source),
                };
                quote_spanned!(span=> #target = #source;)
            }
        }
    }

    fn alloc(&self, memory: MemoryId, init: &Init, span: Span) -> TokenStream {
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
    fn blank(&self, ty: &Type, span: Span) -> TokenStream {
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
    fn record(&self, path: &syn::Path, fields: &[(syn::Member, Init)], span: Span) -> TokenStream {
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
    fn zero_like(&self, place: &Place, to: &Type, span: Span) -> TokenStream {
        let runtime = self.runtime;
        let ty = match to.lanes() {
            // Several zeros for each number that is there.
            Some(_) if self.function.place_type(place).lanes().is_none() => to.clone(),
            _ => self.function.place_type(place),
        };
        if let Some(zeros) = self.zeros(&ty, span) {
            return zeros;
        }
        match &ty {
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

fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => ident == name,
        proc_macro2::TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}

/// A scalar that is copied, also behind a reference.
pub fn is_plain_scalar(ty: &Type) -> bool {
    matches!(ty, Type::Float(_) | Type::Int(_) | Type::Bool)
}

/// Whether what a box holds is meant without saying so before this step.
fn is_automatic(step: &Step) -> bool {
    matches!(step, Step::Member(_) | Step::Field(_) | Step::Index(_))
}

/// The tangent of an `Option` is one, too.
fn of_option(variant: &syn::Path) -> bool {
    variant.segments.last().is_some_and(|last| last.ident == "Some")
}
