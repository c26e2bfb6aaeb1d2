//! Types that the text of the file tells: of fields, and of what functions, methods and operators yield.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::visit_mut::{self, VisitMut};

use super::{Reader, choice::held_type, env::Want};
use crate::{
    analysis::fields::full_path,
    declared::{self, Declared, Written},
    ir::{
        Callee, OpKind, Overloaded, Place, Presumed, PresumedOf, Presumption, Step, Type, ValueId,
        held_by_option,
    },
};

/// In a type of the file: arguments in the place of parameters, and paths that mean the same here.
struct Here<'r> {
    declared: &'r Declared,
    /// The module of the function that is read.
    here: &'r [String],
    params: Vec<(String, syn::GenericArgument)>,
    itself: Option<syn::Type>,
}

impl VisitMut for Here<'_> {
    fn visit_type_mut(&mut self, ty: &mut syn::Type) {
        if let syn::Type::Path(path) = ty
            && path.qself.is_none()
            && let Some(ident) = path.path.get_ident()
        {
            if ident == "Self"
                && let Some(itself) = &self.itself
            {
                *ty = itself.clone();
                return;
            }
            let given = self.params.iter().find(|(name, _)| ident == name);
            if let Some((_, syn::GenericArgument::Type(given))) = given {
                *ty = given.clone();
                return;
            }
        }
        visit_mut::visit_type_mut(self, ty);
        let syn::Type::Path(path) = ty else { return };
        let Some(last) = path.path.segments.last() else { return };
        let Some(parts) = self.declared.parts(&last.ident.to_string()) else { return };
        let common = self.here.iter().zip(&parts.module).take_while(|(a, b)| a == b).count();
        let up = (common..self.here.len()).map(|_| format_ident!("super"));
        let down = parts.module[common..].iter().map(|name| format_ident!("{name}"));
        let before: TokenStream = up.chain(down).map(|name| quote!(#name::)).collect();
        let last = last.to_token_stream();
        if let Ok(here) = syn::parse2(quote!(#before #last)) {
            *path = here;
        }
    }

    fn visit_generic_argument_mut(&mut self, argument: &mut syn::GenericArgument) {
        // A constant's name looks like a type's here.
        if let syn::GenericArgument::Type(syn::Type::Path(path)) = argument
            && let Some(ident) = path.path.get_ident()
            && let Some((_, given)) = self.params.iter().find(|(name, _)| ident == name)
        {
            *argument = given.clone();
            return;
        }
        visit_mut::visit_generic_argument_mut(self, argument);
    }

    fn visit_expr_mut(&mut self, e: &mut syn::Expr) {
        if let syn::Expr::Path(path) = e
            && let Some(ident) = path.path.get_ident()
            && let Some((_, given)) = self.params.iter().find(|(name, _)| ident == name)
        {
            let tokens = given.to_token_stream();
            if let Ok(given) = syn::parse2(tokens) {
                *e = given;
            }
        }
    }
}

impl Reader<'_> {
    /// A type that is written elsewhere, for a value of the type `of` (or none).
    fn type_here(&self, written: &Written, of: Option<&syn::Type>) -> Option<syn::Type> {
        self.type_for(written, of, &[])
    }

    /// The same, with more arguments than those of the type `of`.
    fn type_for(
        &self,
        written: &Written,
        of: Option<&syn::Type>,
        more: &[String],
    ) -> Option<syn::Type> {
        let declared = self.declared.as_deref()?;
        let of = of.map(|of| self.completed(of));
        let mut given =
            of.as_ref().and_then(declared::head).map(|(_, given)| given).unwrap_or_default();
        given.extend(more.iter().cloned());
        // What nobody has written has no name here.
        let missing = written.params.iter().skip(given.len()).chain(&written.open);
        let words: Vec<&str> =
            written.text.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
        if missing.into_iter().any(|name| words.contains(&name.as_str())) {
            return None;
        }
        let params = written.params.iter().zip(given).filter_map(|(name, given)| {
            Some((name.clone(), syn::parse_str::<syn::GenericArgument>(&given).ok()?))
        });
        let mut ty: syn::Type = syn::parse_str(&written.text).ok()?;
        let params = params.collect();
        let mut change = Here { declared, here: &self.module, params, itself: of };
        change.visit_type_mut(&mut ty);
        Some(ty)
    }

    /// Without `Self`, and with arguments where they can be guessed.
    fn completed(&self, of: &syn::Type) -> syn::Type {
        let of = self.not_self(of);
        self.with_arguments(&of).unwrap_or(of)
    }

    /// Without `Self`, if it is known what that is, and without a name that the file gives a type of its own.
    pub fn not_self(&self, ty: &syn::Type) -> syn::Type {
        let is_self = matches!(ty, syn::Type::Path(path) if path.path.is_ident("Self"));
        let ty = self.self_ty.as_ref().filter(|_| is_self).unwrap_or(ty);
        self.unnamed(ty, 8).unwrap_or_else(|| ty.clone())
    }

    /// What a name stands for, if that is a type with parts.
    fn unnamed(&self, ty: &syn::Type, depth: usize) -> Option<syn::Type> {
        let (name, given) = declared::head(ty)?;
        let declared = self.declared.as_deref()?;
        if declared.parts(&name).is_some() {
            return (depth < 8).then(|| ty.clone());
        }
        let alias = declared.alias(&name).filter(|_| given.is_empty())?;
        let of = syn::parse_str(&alias.text).ok().filter(|_| alias.params.is_empty())?;
        self.unnamed(&of, depth.checked_sub(1)?)
    }

    /// The type itself, or what it stands for if the file declares it as the name of another; so its elements.
    pub fn meant(&self, ty: Type) -> Type {
        match ty {
            Type::Vec(of) => Type::Vec(Box::new(self.meant(*of))),
            Type::Array(of, length) => Type::Array(Box::new(self.meant(*of)), length),
            Type::Named(of) => {
                let told = of.ty.as_ref().and_then(|of| self.known_type(of, 0));
                told.unwrap_or(Type::Named(of))
            }
            ty => ty,
        }
    }

    /// What a type is, if it is made of floats and of structs that the file declares; `None` for all else.
    fn known_type(&self, ty: &syn::Type, depth: usize) -> Option<Type> {
        let declared = self.declared.as_deref()?;
        if depth > 8 {
            return None;
        }
        let next = |ty: &syn::Type| self.known_type(ty, depth + 1);
        Some(match ty {
            syn::Type::Paren(ty) => next(&ty.elem)?,
            syn::Type::Group(ty) => next(&ty.elem)?,
            // What is behind a reference is another's, and only the callee knows how it is passed.
            syn::Type::Reference(_) => return None,
            syn::Type::Array(of) => Type::Array(Box::new(next(&of.elem)?), self.length(&of.len)),
            syn::Type::Slice(of) => Type::Slice(Box::new(next(&of.elem)?)),
            syn::Type::Tuple(of) => {
                Type::Tuple(of.elems.iter().map(|ty| next(ty).unwrap_or(Type::Unknown)).collect())
            }
            syn::Type::Path(path) => {
                let (name, arguments) = declared::head(ty)?;
                if let Some(float) = super::types::float_named(&name) {
                    return arguments.is_empty().then_some(float);
                }
                if let Some(float) = self.generic_type(path) {
                    return Some(float);
                }
                if name == "Vec" {
                    let of = syn::parse_str(arguments.first()?).ok()?;
                    return Some(Type::Vec(Box::new(next(&of)?)));
                }
                // What it holds is a part of it.
                if name == "Box" || name == "Option" {
                    let of = syn::parse_str(arguments.first()?).ok()?;
                    let held = next(&of)?;
                    if let Type::Slice(of) = held {
                        return Some(Type::Vec(of));
                    }
                    let mut named = Type::named(ty.clone());
                    if let Type::Named(of) = &mut named {
                        let step = if name == "Box" { Step::Deref } else { held_by_option() };
                        of.fields =
                            step.member().map(|member| (member, held)).into_iter().collect();
                    }
                    return Some(named);
                }
                if let Some(alias) = declared.alias(&name) {
                    return next(&self.type_here(alias, Some(ty))?);
                }
                let named = Type::named(ty.clone());
                if matches!(&named, Type::Named(of) if of.foreign.is_some()) {
                    return Some(named);
                }
                declared.parts(&name)?;
                named
            }
            _ => return None,
        })
    }

    /// Finds out about the fields of what a place names, before one of them is.
    pub fn know_fields(&mut self, place: &Place) {
        let Type::Named(of) = self.function.place_type(place) else { return };
        let (Some(ty), true) = (&of.ty, of.fields.is_empty()) else { return };
        let Some(fields) = self.declared_fields(ty) else { return };
        let mut at = &mut self.function.memories[place.memory.index()].ty;
        for step in &place.path {
            at = match (at, step.member()) {
                (Type::Array(of, _) | Type::Slice(of) | Type::Vec(of), None) => {
                    match step {
                        Step::Index(_) => of,
                        // A range is a slice of the same elements.
                        _ => return,
                    }
                }
                (Type::Tuple(of), Some(syn::Member::Unnamed(i))) => {
                    match of.get_mut(i.index as usize) {
                        Some(ty) => ty,
                        None => return,
                    }
                }
                (Type::Named(of), Some(member)) => {
                    match of.fields.iter_mut().find(|(name, _)| *name == member) {
                        Some((_, ty)) => ty,
                        None => return,
                    }
                }
                _ => return,
            };
        }
        if let Type::Named(of) = at {
            of.fields = fields;
        }
    }

    /// The same, of a box in a box the inner one.
    pub fn one_unboxed(&mut self, mut place: Place) -> Place {
        if is_box(&self.function.place_type(&place)) {
            self.know_fields(&place);
            place.path.push(Step::Deref);
        }
        place
    }

    /// What a box at the place holds; the place itself, where there is no box.
    pub fn unboxed(&mut self, mut place: Place) -> Place {
        while is_box(&self.function.place_type(&place)) {
            self.know_fields(&place);
            place.path.push(Step::Deref);
        }
        place
    }

    /// The array or vector that a field of a struct or of a variant is declared to be.
    pub fn field_want(&self, path: &syn::Path, member: &syn::Member) -> Want {
        let of = super::record::type_of(path);
        let name = name_of_field(path, member);
        let told = self.declared_fields(&of).and_then(|fields| {
            fields.into_iter().find(|(of, _)| of.to_token_stream().to_string() == name)
        });
        match told {
            Some((_, ty @ (Type::Array(..) | Type::Vec(_)))) => Want::Type(ty),
            _ => Want::Any,
        }
    }

    /// Whether this field of a struct or of a variant is a `Box`, and if so, whether one of a slice.
    pub fn boxed_field(&self, path: &syn::Path, member: &syn::Member) -> Option<bool> {
        let of = super::record::type_of(path);
        let (name, _) = declared::head(&self.not_self(&of))?;
        let member = name_of_field(path, member);
        let parts = self.declared.as_deref()?.parts(&name)?;
        let (_, text) = parts.fields.iter().find(|(name, _)| *name == member)?;
        let ty = syn::parse_str(text).ok()?;
        let held = crate::emit::tangent::held(&ty, "Box")?;
        Some(matches!(held, syn::Type::Slice(_)))
    }

    /// All fields that the file declares, also those whose type says nothing.
    pub fn declared_members(&self, ty: &syn::Type) -> Option<Vec<syn::Member>> {
        let (name, _) = declared::head(&self.not_self(ty))?;
        let fields = self.declared.as_deref()?.all_fields(&name)?;
        fields.into_iter().map(|name| syn::parse_str(name).ok()).collect()
    }

    pub fn declared_fields(&self, ty: &syn::Type) -> Option<Vec<(syn::Member, Type)>> {
        let ty = &self.not_self(ty);
        let (name, _) = declared::head(ty)?;
        let parts = self.declared.as_deref()?.parts(&name)?;
        let fields = parts.fields.iter().filter_map(|(name, text)| {
            let written =
                Written { text: text.clone(), params: parts.params.clone(), open: Vec::new() };
            let here = self.type_here(&written, Some(ty))?;
            let known = self.known_type(&here, 0)?;
            Some((syn::parse_str(name).ok()?, known))
        });
        Some(fields.collect())
    }

    /// What is read of a field that the file declares to be an integer is taken for one, of which the compiler is asked.
    pub fn presume_declared_integer(&mut self, value: ValueId, span: Span) {
        if self.function.value(value).ty != Type::Unknown {
            return;
        }
        let Some(OpKind::Load { out, place }) = self.ops.last().map(|op| &op.kind) else { return };
        let (memory, path) = full_path(&self.function, place);
        if *out != value {
            return;
        }
        let Some(ty) = self.declared_integer(&Place { memory, path }) else { return };
        let of = PresumedOf::Place(place.clone());
        self.function.presumed.push(Presumed { of, to_be: Presumption::Count, span });
        self.function.values[value.index()].ty = ty;
    }

    /// The integer that a field is declared as, or the elements of it.
    fn declared_integer(&self, place: &Place) -> Option<Type> {
        let at = place.path.iter().rposition(|step| step.member().is_some())?;
        let field = place.path[at].member()?;
        let of = Place { memory: place.memory, path: place.path[..at].to_vec() };
        let Type::Named(of) = self.function.place_type(&of) else { return None };
        let (name, _) = declared::head(&self.not_self(of.ty.as_ref()?))?;
        let text = self.declared.as_deref()?.field(&name, &field.to_token_stream().to_string())?;
        let mut ty: syn::Type = syn::parse_str(text).ok()?;
        for _ in &place.path[at + 1..] {
            while let syn::Type::Reference(of) = ty {
                ty = *of.elem;
            }
            ty = match ty {
                syn::Type::Array(of) => *of.elem,
                syn::Type::Slice(of) => *of.elem,
                ty => match declared::head(&ty)? {
                    (name, of) if name == "Vec" => syn::parse_str(of.first()?).ok()?,
                    _ => return None,
                },
            };
        }
        let Ok(ident) = syn::parse2::<syn::Ident>(ty.to_token_stream()) else { return None };
        super::types::int_named(&ident.to_string())
    }

    /// A generic type without arguments, as `Vec3` in `Vec3::new(..)`: those are most likely the float of the
    /// function. `None` where they cannot be guessed.
    pub fn with_arguments(&self, ty: &syn::Type) -> Option<syn::Type> {
        let syn::Type::Path(path) = ty else { return Some(ty.clone()) };
        let parts = declared::head(ty).and_then(|(name, given)| {
            let parts = self.declared.as_deref()?.parts(&name)?;
            (!parts.params.is_empty() && given.is_empty()).then_some((name, parts))
        });
        let Some((name, parts)) = parts else { return Some(ty.clone()) };
        let own = self.self_ty.as_ref().filter(|own| {
            declared::head(own).is_some_and(|(own, given)| own == name && !given.is_empty())
        });
        if let Some(own) = own {
            // A matrix of another shape, as its transpose is, cannot be told from one of this.
            return (!parts.counted || self.is_only(own)).then(|| own.clone());
        }
        if parts.counted {
            return None;
        }
        let float = match super::generics::only_float(&self.type_params) {
            Some(Type::Float(crate::ir::Float::Generic(name))) => name.tokens(),
            _ => self.usual_float.to_token_stream(),
        };
        let arguments = parts.params.iter().map(|_| &float);
        syn::parse2(quote!(#path<#(#arguments),*>)).ok()
    }

    /// Whether the signature names no type like this with other arguments.
    fn is_only(&self, own: &syn::Type) -> bool {
        struct Others(Option<(String, Vec<String>)>, bool);
        impl<'ast> syn::visit::Visit<'ast> for Others {
            fn visit_type(&mut self, ty: &'ast syn::Type) {
                let (of, own) = (declared::head(ty), &self.0);
                let is_other = of
                    .as_ref()
                    .zip(own.as_ref())
                    .is_some_and(|(of, own)| of.0 == own.0 && !of.1.is_empty() && of.1 != own.1);
                self.1 |= is_other;
                syn::visit::visit_type(self, ty);
            }
        }
        let mut others = Others(declared::head(own), false);
        if let Some(sig) = &self.own_signature {
            syn::visit::Visit::visit_signature(&mut others, sig);
        }
        !others.1
    }

    /// Whether the type is a struct or an enum of the file's own.
    pub fn is_declared(&self, ty: &Type) -> bool {
        let name = Self::written_type(ty).and_then(|ty| declared::head(&self.not_self(&ty)));
        let declared = self.declared.as_deref();
        name.zip(declared).is_some_and(|((name, _), declared)| declared.parts(&name).is_some())
    }

    /// A value of a type that is named in an expression.
    pub fn named_here(&self, ty: syn::Type) -> Type {
        let mut named = Type::named(ty);
        if let Type::Named(of) = &mut named {
            of.ty = of.ty.as_ref().and_then(|ty| self.with_arguments(ty));
        }
        named
    }

    /// What a call yields, if the file tells. `of`: the type of the receiver, or that before the name.
    pub fn declared_result(&self, callee: &Callee, of: Option<&syn::Type>) -> Option<Want> {
        let declared = self.declared.as_deref()?;
        let name = syn::ext::IdentExt::unraw(callee.name()?).to_string();
        let written = match callee {
            Callee::Free(_) | Callee::Maybe(_) | Callee::Recomputed(_) => {
                declared.function(&name)?
            }
            _ => declared.method(&declared::head(&self.not_self(of?))?.0, &name)?,
        };
        let Some(ty) = self.type_here(written, of) else {
            // An array of a length that only the compiler knows is an array.
            let written = syn::parse_str(&written.text).ok()?;
            let memory = matches!(written, syn::Type::Array(_))
                || declared::head(&written).is_some_and(|(name, _)| name == "Vec");
            let by_value = !matches!(written, syn::Type::Reference(_));
            return (memory && by_value).then_some(Want::Memory);
        };
        if let Some(held) = held_type(&ty) {
            return Some(Want::Choice(Box::new(Want::Type(self.known_type(&held, 0)?))));
        }
        Some(Want::Type(self.known_type(&ty, 0)?))
    }

    /// The type of a constant, if the file tells.
    pub fn declared_constant(&self, path: &syn::ExprPath) -> Option<Type> {
        let declared = self.declared.as_deref()?;
        let last = &path.path.segments.last()?.ident;
        let of = super::user_method::type_before(path);
        let head = match &of {
            Some(of) => declared::head(&self.not_self(of))?.0,
            None => String::new(),
        };
        let written = declared.constant(&head, &last.to_string())?;
        self.known_type(&self.type_here(written, of.as_ref())?, 0)
    }

    /// The type of `left op right`, if the file tells.
    pub fn declared_operator(&self, op: Overloaded, operands: &[Type]) -> Option<Type> {
        let declared = self.declared.as_deref()?;
        let heads: Vec<(String, syn::Type)> = operands
            .iter()
            .map(|ty| {
                let ty = match ty {
                    Type::Named(of) => self.not_self(of.ty.as_ref()?),
                    Type::Float(crate::ir::Float::F32) => syn::parse_quote!(f32),
                    Type::Float(crate::ir::Float::F64) => syn::parse_quote!(f64),
                    Type::Float(_) | Type::Unknown => self.usual_float.clone(),
                    _ => return None,
                };
                Some((declared::head(&ty)?.0, ty))
            })
            .collect::<Option<_>>()?;
        let (left, right) = (heads.first()?, heads.last()?);
        let mut written = declared.operator(op.name(), &left.0, &right.0);
        if written.is_none() && op == Overloaded::Neg {
            written = declared.operator(op.name(), &left.0, &left.0);
        }
        let of_right = match operands {
            [_, _] => declared::head(&self.completed(&right.1)).map(|(_, given)| given),
            _ => None,
        };
        let ty = self.type_for(written?, Some(&left.1), &of_right.unwrap_or_default())?;
        self.known_type(&ty, 0)
    }

    /// As it is written, of a type that is known by its name.
    pub fn written_type(ty: &Type) -> Option<syn::Type> {
        match ty {
            Type::Named(of) => of.ty.clone(),
            Type::Float(crate::ir::Float::F64) => Some(syn::parse_quote!(f64)),
            Type::Float(crate::ir::Float::F32) => Some(syn::parse_quote!(f32)),
            _ => None,
        }
    }
}

fn has_head(ty: &Type, head: &str) -> bool {
    match ty {
        Type::Named(of) => of.ty.as_ref().is_some_and(|ty| match ty {
            syn::Type::Path(path) => {
                path.path.segments.last().is_some_and(|last| last.ident == head)
            }
            _ => false,
        }),
        _ => false,
    }
}

pub fn is_box(ty: &Type) -> bool {
    has_head(ty, "Box")
}

/// Whether a pattern `Some(..)` may be meant for what has this type.
pub fn may_be_option(ty: &Type) -> bool {
    match ty {
        Type::Named(of) => of.ty.is_none() || has_head(ty, "Option"),
        ty => *ty == Type::Unknown,
    }
}

pub fn is_option(ty: &Type) -> bool {
    has_head(ty, "Option")
}

/// As the file's declarations have it.
fn name_of_field(path: &syn::Path, member: &syn::Member) -> String {
    match (crate::ir::variant_of(path), path.segments.last()) {
        (Some(_), Some(variant)) => crate::derive::accessor(&variant.ident, member).to_string(),
        _ => member.to_token_stream().to_string(),
    }
}
