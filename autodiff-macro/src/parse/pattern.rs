//! Patterns that take a value apart, and patterns that test one.

use proc_macro2::Span;
use quote::ToTokens;

use super::{
    Reader,
    choice::Choice,
    env::{Bind, Target, Want},
    place::Located,
    types::is_memory,
};
use crate::ir::{Constant, Step, Type, ValueId, Var};

impl Reader<'_> {
    pub fn declare(&mut self, ident: &syn::Ident, bind: Bind) -> usize {
        let index = self.env.add(bind, Some(super::name_of(ident)));
        self.scopes.declare(super::key(ident), index);
        index
    }

    pub fn name_bind(&mut self, bind: &Bind, name: &str) {
        match bind {
            Bind::Scalar(value) => self.name(Var::Value(*value), name),
            Bind::Owned(memory) => self.name(Var::Memory(*memory), name),
            Bind::Reference { target: Target::Place(place), .. } if place.path.is_empty() => {
                self.name(Var::Memory(place.memory), name);
            }
            Bind::Reference { target: Target::Value(value), .. } => {
                self.name(Var::Value(*value), name);
            }
            _ => {}
        }
    }

    pub fn refuse_ref_mut(&mut self, by_ref: &syn::Token![ref]) -> Bind {
        self.errors.at(
            by_ref,
            "`ref mut` in a pattern is not followed to what it changes; borrow it in a `let` of \
             its own, `let a = &mut ..;`, match on `&mut ..`, or assign to it directly",
        );
        Bind::Poison
    }

    /// `let pat = value`, and parameters.
    pub fn bind(&mut self, pat: &syn::Pat, value: Bind, span: Span) {
        match pat {
            syn::Pat::Ident(p) => {
                if let Some((_, sub)) = &p.subpat {
                    self.errors.at(sub, "take the value apart in a `let` of its own");
                }
                let value = if let (Some(by_ref), Some(_)) = (&p.by_ref, &p.mutability) {
                    self.refuse_ref_mut(by_ref)
                } else if p.by_ref.is_some() {
                    self.reference(Located::Value(value), false, span)
                } else {
                    let value = self.as_used(p, value, span);
                    self.keep(value, p.mutability.is_some(), span)
                };
                self.name_bind(&value, &super::name_of(&p.ident));
                self.declare(&p.ident, value);
            }
            syn::Pat::Wild(_) => {}
            syn::Pat::Paren(p) => self.bind(&p.pat, value, span),
            syn::Pat::Type(p) => self.bind(&p.pat, value, span),
            syn::Pat::Reference(p) => {
                let value = match value {
                    Bind::Reference { target, .. } => {
                        self.read(Self::target(target), &Want::Scalar, span)
                    }
                    other => other,
                };
                self.bind(&p.pat, value, span);
            }
            syn::Pat::Tuple(p) => {
                let fields = self.fields_of(value, p.elems.len(), span, p);
                let rest = p.elems.iter().position(|pat| matches!(pat, syn::Pat::Rest(_)));
                for (i, pat) in p.elems.iter().enumerate() {
                    let i = match rest {
                        Some(rest) if i == rest => continue,
                        Some(rest) if i > rest => (i + fields.len()).saturating_sub(p.elems.len()),
                        _ => i,
                    };
                    let field = fields.get(i).cloned().unwrap_or(Bind::Poison);
                    self.bind(pat, field, span);
                }
            }
            syn::Pat::Slice(p) => self.bind_slice(p, value, false, span),
            syn::Pat::Struct(_) | syn::Pat::TupleStruct(_) => self.bind_record(pat, value, span),
            other => {
                self.refuse_pattern(other);
                self.bind_poison(other);
            }
        }
    }

    pub fn fields_of(&mut self, value: Bind, n: usize, span: Span, at: impl ToTokens) -> Vec<Bind> {
        match value {
            Bind::Tuple(of) => of,
            Bind::Reference { target, mutable } => match self.auto(Self::target(target)) {
                // `let (a, b) = &t` binds references to the fields.
                Located::Slot(slot) => match self.env.get(&slot) {
                    Bind::Tuple(of) => (0..of.len())
                        .map(|i| {
                            let mut slot = slot.clone();
                            slot.path.push(i);
                            Bind::Reference { target: Target::Variable(slot), mutable }
                        })
                        .collect(),
                    _ => Vec::new(),
                },
                Located::Memory(place) => (0..n as u32)
                    .map(|i| {
                        let mut place = place.clone();
                        place.path.push(Step::Field(i));
                        self.reference(Located::Memory(place), mutable, span)
                    })
                    .collect(),
                _ => Vec::new(),
            },
            Bind::Content(place) => (0..n as u32)
                .map(|i| {
                    let mut place = place.clone();
                    place.path.push(Step::Field(i));
                    self.read(Located::Memory(place), &Want::Any, span)
                })
                .collect(),
            // A copy of something that is only now seen to be a tuple.
            Bind::Owned(memory) if self.function.memory(memory).ty == Type::Unknown => {
                self.fields_of(Bind::Content(memory.into()), n, span, at)
            }
            Bind::Poison | Bind::Uninit => Vec::new(),
            bind => {
                if self.leaves_plain(&bind) {
                    return Vec::new();
                }
                self.errors.at(
                    at,
                    "the macro cannot see that this is a tuple; annotate it: `let (a, b): (f64, f64) = ..`",
                );
                Vec::new()
            }
        }
    }

    /// `[a, b]`, `[first, ..]`, `[a, rest @ .., z]`.
    /// `tested`: the parts may be patterns that test.
    pub fn bind_slice(&mut self, p: &syn::PatSlice, value: Bind, tested: bool, span: Span) {
        let reference = match &value {
            Bind::Reference { mutable, .. } => Some(*mutable),
            _ => None,
        };
        let Some(place) = self.memory_of(Located::Value(value), span) else {
            p.elems.iter().for_each(|pat| self.bind_poison(pat));
            return;
        };
        let n = p.elems.len();
        let rest = p.elems.iter().position(is_rest);
        for (i, pat) in p.elems.iter().enumerate() {
            if matches!(pat, syn::Pat::Wild(_) | syn::Pat::Rest(_)) {
                continue;
            }
            let mut place = place.clone();
            let step = match rest {
                Some(rest) if i > rest => Step::Index(self.index_from_end(&place, n - i, span)),
                Some(rest) if i == rest => {
                    let start = self.constant(Constant::Int(i as i128), super::types::USIZE, span);
                    let end = self.index_from_end(&place, n - i - 1, span);
                    Step::Range { start: Some(start), end: Some(end), inclusive: false }
                }
                _ => {
                    Step::Index(self.constant(Constant::Int(i as i128), super::types::USIZE, span))
                }
            };
            place.path.push(step);
            let element = match reference {
                Some(mutable) => self.reference(Located::Memory(place), mutable, span),
                None => {
                    let want = match pat {
                        syn::Pat::Ident(_) | syn::Pat::Wild(_) => Want::Scalar,
                        _ => Want::Any,
                    };
                    self.read(Located::Memory(place), &want, span)
                }
            };
            match pat {
                syn::Pat::Ident(p) if p.subpat.is_some() && is_rest(pat) => {
                    let element = self.keep(element, p.mutability.is_some(), span);
                    self.name_bind(&element, &super::name_of(&p.ident));
                    self.declare(&p.ident, element);
                }
                pat if tested => self.bind_tested(pat, element, span),
                pat => self.bind(pat, element, span),
            }
        }
    }

    /// The index `back` places before the end.
    pub fn index_from_end(&mut self, place: &crate::ir::Place, back: usize, span: Span) -> ValueId {
        let known = match self.function.place_type(place) {
            Type::Array(_, length) => length.known,
            _ => None,
        };
        if let Some(index) = known.and_then(|len| len.checked_sub(back as u64)) {
            return self.constant(Constant::Int(index.into()), super::types::USIZE, span);
        }
        let len = self.len(place.clone(), span);
        let back = self.constant(Constant::Int(back as i128), super::types::USIZE, span);
        self.rule(crate::rules::Rule::Sub, vec![len, back], span)
    }

    pub fn bind_poison(&mut self, pat: &syn::Pat) {
        struct Names<'r, 'a>(&'r mut Reader<'a>);
        impl<'ast> syn::visit::Visit<'ast> for Names<'_, '_> {
            fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
                self.0.declare(&pat.ident, Bind::Poison);
            }
        }
        syn::visit::Visit::visit_pat(&mut Names(self), pat);
    }

    /// What a variable holds: its own array if it is one that can change.
    pub fn keep(&mut self, value: Bind, mutable: bool, span: Span) -> Bind {
        match value {
            Bind::Content(place) => {
                let ty = self.function.place_type(&place);
                let whole = place.path.is_empty();
                let alias = ty == Type::Unknown && self.aliases.contains(&place);
                if !is_memory(&ty) && !whole && !alias {
                    return Bind::Scalar(self.load(place, span));
                }
                let root = self.function.root(place.memory);
                if matches!(ty, Type::Vec(_)) && whole && !self.held.contains(&place.memory) {
                    // Moved: the same memory under another name.
                    self.function.memories[place.memory.index()].mutable |= mutable;
                    return Bind::Owned(place.memory);
                }
                if !mutable && !self.function.memory(root).mutable {
                    // Neither changes: another name for the same content.
                    return Bind::Content(place);
                }
                let memory = self.copy_of(Bind::Content(place), span);
                self.function.memories[memory.index()].mutable = mutable;
                Bind::Owned(memory)
            }
            Bind::Owned(memory) => {
                self.function.memories[memory.index()].mutable |= mutable;
                Bind::Owned(memory)
            }
            Bind::Tuple(of) => {
                Bind::Tuple(of.into_iter().map(|of| self.keep(of, mutable, span)).collect())
            }
            Bind::Choice(choice) => {
                let held = choice.value.clone();
                let value = match &held {
                    Bind::Content(place) if self.held.contains(&place.memory) => {
                        Bind::Owned(self.copy_of(held, span))
                    }
                    _ => held,
                };
                Choice { value, ..*choice }.into()
            }
            Bind::Iterator { iter, state } if mutable && matches!(*state, Bind::Unit) => {
                let state = self.iterator_state(&iter, span);
                Bind::Iterator { iter, state: Box::new(state) }
            }
            // `let x = y;`: a variable of its own, even if it has the same value now.
            other => other,
        }
    }

    pub fn refuse_pattern(&mut self, pat: &syn::Pat) {
        let message = match pat {
            syn::Pat::Struct(_) | syn::Pat::TupleStruct(_) | syn::Pat::Path(_) => {
                "structs and enums are not seen by the macro, so that it cannot tell which parts have \
                 derivatives; match on integers, `bool`s, ranges and tuples of these, and pass parts as \
                 parameters of their own"
            }
            syn::Pat::Macro(_) => "the macro cannot see into another macro's pattern; write it out",
            _ => {
                "this pattern is outside of what can be differentiated; match on integers, `bool`s, ranges and \
                 tuples of these"
            }
        };
        self.errors.at(pat, message);
    }
}

pub fn is_rest(pat: &syn::Pat) -> bool {
    match pat {
        syn::Pat::Rest(_) => true,
        syn::Pat::Ident(p) => {
            matches!(&p.subpat, Some((_, sub)) if matches!(&**sub, syn::Pat::Rest(_)))
        }
        _ => false,
    }
}
