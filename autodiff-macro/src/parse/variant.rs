//! Enums of the user's: tests of variants, and the fields that a tested variant has.

use proc_macro2::Span;
use quote::{ToTokens, quote};
use syn::{ext::IdentExt, spanned::Spanned};

use super::{
    Reader,
    env::{Bind, Want},
    place::Located,
    refutable::Test,
    usage::Usage,
};
use crate::ir::{Named, OpKind, Place, Shape, Step, Type, Var, visit};

/// Whether a pattern may be one of an enum's variant (or of a struct).
pub fn is_variant(pat: &syn::Pat) -> bool {
    match pat {
        syn::Pat::Struct(_) | syn::Pat::TupleStruct(_) => true,
        syn::Pat::Path(p) => p.qself.is_none() && names_variant(&p.path),
        syn::Pat::Ident(p) => {
            p.subpat.is_none() && p.by_ref.is_none() && is_camel_case(&p.ident.to_string())
        }
        syn::Pat::Paren(p) => is_variant(&p.pat),
        syn::Pat::Reference(p) => is_variant(&p.pat),
        syn::Pat::Or(p) => p.cases.iter().any(is_variant),
        _ => false,
    }
}

/// `Kind::A`, `Shape::Circle`, `Circle`: not `i32::MAX` or `LIMIT`.
pub fn names_variant(path: &syn::Path) -> bool {
    let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
    match names.as_slice() {
        [name] => is_camel_case(name),
        [.., of, name] => {
            is_camel_case(name) || (is_camel_case(of) || of == "Self") && name.len() == 1
        }
        [] => false,
    }
}

fn is_camel_case(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().any(|c| c.is_ascii_lowercase())
}

/// The path of a pattern of a struct or a variant.
fn path_of(pat: &syn::Pat) -> Option<syn::Path> {
    match pat {
        syn::Pat::Struct(p) => Some(p.path.clone()),
        syn::Pat::TupleStruct(p) => Some(p.path.clone()),
        syn::Pat::Path(p) => Some(p.path.clone()),
        syn::Pat::Ident(p) => Some(p.ident.clone().into()),
        _ => None,
    }
}

impl Reader<'_> {
    /// The same, also of a variant that is written like a constant: `Method::RK4`.
    pub fn is_variant(&self, pat: &syn::Pat) -> bool {
        match pat {
            syn::Pat::Path(p) => p.qself.is_none() && self.names_variant(&p.path),
            syn::Pat::Paren(p) => self.is_variant(&p.pat),
            syn::Pat::Reference(p) => self.is_variant(&p.pat),
            syn::Pat::Or(p) => p.cases.iter().any(|pat| self.is_variant(pat)),
            pat => is_variant(pat),
        }
    }

    pub fn names_variant(&self, path: &syn::Path) -> bool {
        let names: Vec<String> =
            path.segments.iter().map(|s| s.ident.unraw().to_string()).collect();
        let declared = |of: &str, name: &str| {
            let itself = self.self_ty.as_ref().filter(|_| of == "Self");
            let of = match itself.and_then(crate::declared::head) {
                Some((itself, _)) => itself,
                None => of.to_owned(),
            };
            self.declared.as_ref().is_some_and(|file| file.is_variant(&of, name))
        };
        names_variant(path) || matches!(names.as_slice(), [.., of, name] if declared(of, name))
    }

    /// A parameter of which nothing but its variant is looked at has no derivative: it selects.
    pub fn selectors(&mut self, options: &crate::options::Options) {
        let mut tested = Vec::new();
        let mut used = Vec::new();
        let function = &self.function;
        visit::walk(&function.body, &mut |op| {
            for (place, _) in visit::operands(op).places {
                let root = function.root(place.memory);
                match &op.kind {
                    OpKind::Matches { .. } => tested.push(root),
                    OpKind::Load { out, .. } if function.value(*out).ty == Type::Opaque => {
                        tested.push(root);
                    }
                    // Whatever reads a view has the same root.
                    OpKind::View { .. } | OpKind::Len { .. } => {}
                    _ => used.push(root),
                }
            }
        });
        for output in &function.outputs {
            used.extend(visit::shape_vars(&output.shape).into_iter().filter_map(|var| match var {
                Var::Memory(memory) => Some(function.root(memory)),
                Var::Value(_) => None,
            }));
        }
        let named =
            |name: &str| options.wrt.iter().flatten().any(|wrt| super::name_of(wrt) == name);
        for param in &mut self.function.params {
            if let Shape::Var(Var::Memory(memory)) = param.shape
                && tested.contains(&memory)
                && !used.contains(&memory)
                && !named(&param.name)
            {
                param.differentiable = false;
            }
        }
    }

    /// Whether the pattern is one of the struct that the value is, and not of a variant.
    fn is_struct(&self, pat: &syn::Pat, value: &Bind) -> bool {
        let Some(path) = path_of(pat) else { return false };
        let ty = self.bind_type(value);
        let Type::Named(of) = &ty else { return false };
        let Named { ty: Some(syn::Type::Path(of)), .. } = &**of else { return false };
        let last = |path: &syn::Path| path.segments.last().map(|last| last.ident.clone());
        last(&of.path) == last(&path)
    }

    /// The place that a value of an enum is in.
    pub fn place_of(&mut self, value: &Bind) -> Option<Place> {
        match self.auto(Located::Value(value.clone())) {
            Located::Memory(place) => Some(place),
            Located::Slot(slot) => match self.env.get(&slot).clone() {
                Bind::Owned(memory) => Some(memory.into()),
                Bind::Content(place) => Some(place),
                _ => None,
            },
            _ => None,
        }
    }

    /// The condition under which an enum is this variant, and its fields are as the pattern says.
    pub fn test_variant(&mut self, pat: &syn::Pat, value: &Bind) -> Test {
        let span = pat.span();
        if matches!(value, Bind::Poison | Bind::Uninit) {
            return Test::Always;
        }
        let is_struct = self.is_struct(pat, value);
        let Some(place) = self.place_of(value) else {
            // A constant of a type that has no parts: compared as a number is.
            self.refuse_pattern(pat);
            return Test::Always;
        };
        let fields = super::record::fields_of(pat);
        let refutable: Vec<_> =
            fields.iter().filter(|(_, pat)| !is_irrefutable(self, pat)).collect();
        let variant = (!is_struct).then(|| {
            let pattern = match pat {
                syn::Pat::Struct(p) => {
                    let path = &p.path;
                    quote!(#path { .. })
                }
                syn::Pat::TupleStruct(p) => {
                    let path = &p.path;
                    quote!(#path { .. })
                }
                pat => pat.to_token_stream(),
            };
            let out = self.function.new_value(Type::Bool, None, span);
            self.push(OpKind::Matches { out, place, pattern }, span);
            out
        });
        let mut all = variant;
        for (member, sub) in refutable {
            let path = path_of(pat);
            let read = |reader: &mut Self| {
                let part = reader.part_of_variant(path.as_ref(), is_struct, member, value, span);
                match reader.test(sub, &part) {
                    Test::If(test) => test,
                    Test::Always => {
                        reader.constant(crate::ir::Constant::Bool(true), Type::Bool, span)
                    }
                }
            };
            all = Some(match all {
                None => read(self),
                Some(all) => self.logic(true, false, span, |_| all, read),
            });
        }
        all.map_or(Test::Always, Test::If)
    }

    /// A field of a variant (or of a struct): a reference, if the value is behind one.
    fn part_of_variant(
        &mut self,
        path: Option<&syn::Path>,
        is_struct: bool,
        member: &syn::Member,
        value: &Bind,
        span: Span,
    ) -> Bind {
        let (Some(mut place), Some(path)) = (self.place_of(value), path) else {
            return Bind::Poison;
        };
        let mutable = match value {
            Bind::Reference { mutable, .. } => Some(*mutable),
            _ => None,
        };
        self.know_fields(&place);
        if is_struct {
            place.path.push(Step::of_member(member));
        } else {
            let step =
                Step::Payload { variant: path.clone(), member: member.clone(), of_tangent: false };
            place.path.push(step);
            place = self.view(place, mutable == Some(true), span).into();
        }
        match mutable {
            Some(mutable) => self.reference(Located::Memory(place), mutable, span),
            None => Bind::Content(place),
        }
    }

    /// The variables of a tested pattern of a variant.
    pub fn bind_variant(&mut self, pat: &syn::Pat, value: &Bind, span: Span) {
        let is_struct = self.is_struct(pat, value);
        if let Some(at) = super::record::after_rest(pat) {
            self.errors.at(at, super::record::AFTER_REST);
            return self.bind_poison(pat);
        }
        let path = path_of(pat);
        for (member, sub) in super::record::fields_of(pat) {
            if matches!(sub, syn::Pat::Wild(_) | syn::Pat::Rest(_)) {
                continue;
            }
            let part = self.part_of_variant(path.as_ref(), is_struct, &member, value, span);
            let part = match (sub, part) {
                (syn::Pat::Ident(p), Bind::Content(place)) => {
                    let usage = self.usages.get(&super::key(&p.ident)).copied();
                    let unknown = self.function.place_type(&place) == Type::Unknown;
                    match usage {
                        Some(Usage::Number | Usage::Index) if unknown => {
                            Bind::Scalar(self.load(place, span))
                        }
                        _ => self.read(Located::Memory(place), &Want::Any, span),
                    }
                }
                (_, part) => part,
            };
            self.bind_tested(sub, part, span);
        }
    }
}

fn is_irrefutable(reader: &Reader, pat: &syn::Pat) -> bool {
    match pat {
        syn::Pat::Wild(_) | syn::Pat::Rest(_) => true,
        syn::Pat::Ident(p) => {
            !is_variant(pat)
                && !reader.is_constant(&p.ident)
                && p.subpat.as_ref().is_none_or(|(_, sub)| is_irrefutable(reader, sub))
        }
        syn::Pat::Paren(p) => is_irrefutable(reader, &p.pat),
        syn::Pat::Reference(p) => is_irrefutable(reader, &p.pat),
        syn::Pat::Tuple(p) => p.elems.iter().all(|pat| is_irrefutable(reader, pat)),
        _ => false,
    }
}
