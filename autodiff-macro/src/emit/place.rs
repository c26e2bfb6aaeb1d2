//! Places: how a part of a memory is named, read and borrowed.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::{
    body::{Bound, Printer},
    expr::{Expr, Precedence},
    memory::is_plain_scalar,
};
use crate::ir::{MemoryId, Origin, Place, Step, Type, ValueId};

impl Printer<'_> {
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
    pub(super) fn is_nowhere(&self, place: &Place, step: usize) -> bool {
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
    pub(super) fn payload(
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
    pub(super) fn held(&self, memory: MemoryId, base: &TokenStream, whole: bool) -> TokenStream {
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
    pub(super) fn accessor(
        &self,
        memory: MemoryId,
        variant: &syn::Path,
        member: &syn::Member,
    ) -> proc_macro2::Ident {
        let variant = &variant.segments.last().expect("a variant has a name").ident;
        let name = crate::derive::accessor(variant, member);
        if self.may_write(memory) { quote::format_ident!("{name}_mut") } else { name }
    }

    pub(super) fn may_write(&self, memory: MemoryId) -> bool {
        // A view that has a name is as mutable as it is written through.
        let named = matches!(self.function.memory(memory).origin, Origin::View(_))
            && !self.plan.is_inline(memory);
        self.plan.written.contains(&memory)
            || !named && self.plan.written.contains(&self.function.root(memory))
    }

    pub(super) fn is_tangent_mode(&self) -> bool {
        use crate::ir::Role;
        self.function.params.iter().any(|param| matches!(param.role, Role::Tangent(_)))
    }

    /// Whether it is a field of a tangent that may be there in name only, because it has no derivative.
    pub(super) fn is_field_of_tangent(&self, place: &Place) -> bool {
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
                && match self.function.place_type(place) {
                    Type::Unknown => true,
                    // A value of an enum, compared as a whole.
                    Type::Named(_) => taken_for == Type::Opaque,
                    _ => false,
                } =>
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
}

/// Whether what a box holds is meant without saying so before this step.
fn is_automatic(step: &Step) -> bool {
    matches!(step, Step::Member(_) | Step::Field(_) | Step::Index(_))
}

/// The tangent of an `Option` is one, too.
pub(super) fn of_option(variant: &syn::Path) -> bool {
    variant.segments.last().is_some_and(|last| last.ident == "Some")
}
