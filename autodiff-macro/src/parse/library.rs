//! Functions of `std`, and those of `std` and of types that are refused.

use proc_macro2::Span;
use syn::spanned::Spanned;

use super::{
    Reader,
    choice::Variant,
    closure::Callable,
    env::{Bind, Want},
    place::Located,
    types::{USIZE, float_named, int_named, is_scalar},
    user_method::{Receiver, is_users},
};
use crate::ir::{Constant, Form, OpKind, Type};

impl Reader<'_> {
    /// Functions of `std`.
    pub fn known_call(
        &mut self,
        e: &syn::ExprCall,
        path: &syn::ExprPath,
        names: &[&str],
        want: &Want,
    ) -> Option<Bind> {
        let span = e.span();
        let of_type = match (&path.qself, names) {
            (Some(qself), [.., name]) if qself.as_token.is_none() => match &*qself.ty {
                syn::Type::Path(ty) => {
                    ty.path.get_ident().map(|ident| (ident.to_string(), (*name).to_owned()))
                }
                _ => None,
            },
            (None, [.., ty, name]) => Some(((*ty).to_owned(), (*name).to_owned())),
            _ => None,
        };
        if let [.., of, "new" | "from" | "with_capacity" | "from_iter" | "default"] = names
            && super::plain::COLLECTIONS.contains(of)
            && !["Cell", "RefCell", "Mutex", "RwLock"].contains(of)
            && !self.declared.as_ref().is_some_and(|declared| declared.declares(of))
        {
            self.errors.at(
                path,
                format!(
                    "a `{of}` is not followed inside of a differentiated function, because which of its numbers is meant is known \
                     only when the program runs; keep the numbers in a `Vec`, and find their indices outside, or with `position`"
                ),
            );
            return Some(Bind::Poison);
        }
        if let Some((of, name)) = of_type
            && let Some(ty) =
                float_named(&of).or_else(|| int_named(&of)).or_else(|| self.alias_of(path))
        {
            if let Some(bind) = self.number_trait_call(e, &name, &ty) {
                return Some(bind);
            }
            // Of a trait of the user's.
            if name != "from"
                && is_users(&name, e.args.len().saturating_sub(1), Receiver::Scalar)
                && !ty.is_int()
            {
                return None;
            }
            return Some(self.primitive_call(e, path, &name, ty, span));
        }
        let bad = |reader: &mut Self, message: &str| {
            reader.errors.at(path, message);
            Some(Bind::Poison)
        };
        if let Some(variant) = Variant::of(&path.path)
            && path.qself.is_none()
        {
            return Some(self.variant(variant, e, want));
        }
        match names {
            [.., "cmp", name @ ("min" | "max")] if e.args.len() == 2 => {
                let a = self.scalar(&e.args[0], &Want::Scalar);
                let b = self.scalar(&e.args[1], &Want::Scalar);
                let rule =
                    if *name == "min" { crate::rules::Rule::Min } else { crate::rules::Rule::Max };
                Some(Bind::Scalar(self.rule(rule, vec![a, b], span)))
            }
            [.., "cmp", name @ ("min_by" | "max_by")] if e.args.len() == 3 => {
                let compared = chosen_by(&e.args, *name == "max_by");
                Some(self.value(&compared, want))
            }
            ["Default", "default"] | [.., "default", "Default", "default"] if e.args.is_empty() => {
                self.default_of(e, want.ty()?.clone())
            }
            [.., "array", "from_fn"] if e.args.len() == 1 => Some(self.array_from_fn(e, want)),
            ["from_fn"] if e.args.len() == 1 => Some(self.array_from_fn(e, want)),
            [.., "iter", _] => {
                let whole = syn::Expr::Call(e.clone());
                self.is_iterator(&whole).then(|| self.iterator_value(&whole))
            }
            [.., "mem", "swap"] if e.args.len() == 2 => Some(self.mem_swap(e)),
            [.., "mem", "replace"] if e.args.len() == 2 => Some(self.mem_replace(e)),
            [.., "mem", "take"] if e.args.len() == 1 => Some(self.mem_take(e)),
            [.., "Vec", "from_iter"] if e.args.len() == 1 => {
                let ty = want.ty().cloned();
                let iter = self.iterated(&e.args[0]);
                Some(iter.map_or(Bind::Poison, |iter| self.collect(&iter, ty, span)))
            }
            [.., "Vec", "from"] if e.args.len() == 1 => Some(self.vector_from(e)),
            [.., "mem", "transmute"] | ["transmute"] => bad(
                self,
                "`transmute` cannot be differentiated, because the number's meaning changes with its bits; use \
                 `as` between number types",
            ),
            [.., "with_derivative"] if e.args.len() == 2 => {
                Some(self.with_derivative(&e.args[0], &e.args[1], want, span))
            }
            ["drop"] | [.., "mem", "drop"] if e.args.len() == 1 => {
                self.value(&e.args[0], &Want::Any);
                Some(Bind::Unit)
            }
            [.., "hint", "black_box"] | ["black_box"] if e.args.len() == 1 => {
                Some(self.value(&e.args[0], want))
            }
            [.., "Vec", "new"] if e.args.is_empty() => Some(self.empty_vector(e, &path.path, want)),
            [.., "Vec", "with_capacity"] if e.args.len() == 1 => {
                Some(self.empty_vector(e, &path.path, want))
            }
            // What is in a box is as good as the box: nobody else has it.
            [.., "Box", "new"] if e.args.len() == 1 => Some(match &e.args[0] {
                arg if self.is_function(arg) => match self.callable(arg) {
                    Some(Callable::Closure(id)) => Bind::Closure(id),
                    Some(Callable::Path(path)) => Bind::Function(Box::new(path)),
                    None => Bind::Poison,
                },
                arg => {
                    let value = self.value(arg, want);
                    self.settle(value, span)
                }
            }),
            [.., "Rc" | "Arc" | "Cell" | "RefCell", "new"] => bad(
                self,
                "smart pointers cannot be differentiated, because what they share is not known; use the value \
                 itself, or a reference to it",
            ),
            [.., last] if last.starts_with(|c: char| c.is_ascii_uppercase()) => {
                Some(self.tuple_record(e, &path.path))
            }
            ["std" | "core" | "alloc", ..] if path.qself.is_none() => {
                let args = e.args.iter().map(|arg| self.scalar(arg, &Want::Scalar)).collect();
                let ty = want.ty().filter(|ty| is_scalar(ty)).cloned().unwrap_or(Type::Unknown);
                let form = Form::Path(path.path.clone());
                Some(Bind::Scalar(self.opaque(form, args, ty, path.span())))
            }
            _ => None,
        }
    }

    /// `Default::default()` of what its place says.
    fn default_of(&mut self, e: &syn::ExprCall, ty: Type) -> Option<Bind> {
        let span = e.span();
        match &ty {
            Type::Named(of) => {
                let of = of.ty.as_ref()?;
                let path =
                    syn::parse_quote_spanned!(span=> <#of as ::core::default::Default>::default);
                Some(self.associated_call(e, &path, &Want::Type(ty)))
            }
            Type::Array(..) | Type::Vec(_) => {
                Some(Bind::Owned(self.alloc(ty, crate::ir::Init::Empty, None, span)))
            }
            Type::Tuple(of) => {
                let parts = of.iter().map(|ty| self.default_of(e, ty.clone()));
                Some(Bind::Tuple(parts.collect::<Option<_>>()?))
            }
            Type::Float(_) | Type::Int(_) | Type::Bool => Some(Bind::Scalar(self.dummy(&ty, span))),
            _ => None,
        }
    }

    /// `f64::sin(x)`, `usize::from(b)`.
    fn primitive_call(
        &mut self,
        e: &syn::ExprCall,
        path: &syn::ExprPath,
        name: &str,
        ty: Type,
        span: Span,
    ) -> Bind {
        if name == "from" && e.args.len() == 1 {
            let arg = self.scalar(&e.args[0], &Want::Scalar);
            let from = self.function.value(arg).ty.clone();
            let out = self.function.new_value(ty.clone(), None, span);
            let kind = match from {
                // `as` does the same for every type that `from` takes.
                Type::Float(_) | Type::Int(_) | Type::Unknown if ty.is_float() || from.is_int() => {
                    OpKind::Cast { out, arg, ty }
                }
                _ => OpKind::Opaque { out, form: Form::Path(path.path.clone()), args: vec![arg] },
            };
            self.push(kind, span);
            return Bind::Scalar(out);
        }
        let mut args = Vec::new();
        for (i, arg) in e.args.iter().enumerate() {
            let want = match (name, i) {
                ("powi", 1) => Want::Type(Type::Int(crate::ir::Int::I32)),
                ("pow", 1) => Want::Type(Type::Int(crate::ir::Int::U32)),
                _ => Want::Type(ty.clone()),
            };
            args.push(self.scalar(arg, &want));
        }
        self.primitive(name, &ty, args, Form::Path(path.path.clone()), path.span(), span)
    }

    fn mem_swap(&mut self, e: &syn::ExprCall) -> Bind {
        let span = e.span();
        let a = self.value(&e.args[0], &Want::Any);
        let b = self.value(&e.args[1], &Want::Any);
        let (Bind::Reference { target: a, .. }, Bind::Reference { target: b, .. }) = (a, b) else {
            return Bind::Poison;
        };
        let (a, b) = (self.auto(Self::target(a)), self.auto(Self::target(b)));
        let x = self.read(a.clone(), &Want::Scalar, span);
        let y = self.read(b.clone(), &Want::Scalar, span);
        if !self.is_memory(&x) && !self.is_memory(&y) {
            self.write(&a, y, span);
            self.write(&b, x, span);
            return Bind::Unit;
        }
        let (Located::Memory(a), Located::Memory(b)) = (a, b) else { return Bind::Poison };
        let slices = [&a, &b].iter().any(|p| {
            let ty = self.function.place_type(p);
            !matches!(ty, Type::Array(..) | Type::Vec(_)) && !ty.is_written()
        });
        if slices {
            self.errors.at(
                &e.func,
                "a swap of references depends on the data; swap the elements in a loop, or take `&mut` arrays",
            );
            return Bind::Poison;
        }
        // Through copies: which memory a name stands for must not depend on the data.
        let x = self.copy_of(Bind::Content(a.clone()), span);
        let y = self.copy_of(Bind::Content(b.clone()), span);
        self.overwrite(a, Bind::Owned(y), span);
        self.overwrite(b, Bind::Owned(x), span);
        Bind::Unit
    }

    fn mem_take(&mut self, e: &syn::ExprCall) -> Bind {
        let span = e.span();
        let Bind::Reference { target, .. } = self.value(&e.args[0], &Want::Any) else {
            return Bind::Poison;
        };
        let at = self.auto(Self::target(target));
        let old = self.read(at.clone(), &Want::Scalar, span);
        if let Located::Memory(place) = &at
            && super::known::is_option(&self.function.place_type(place))
        {
            let old = self.copy_of(old, span);
            self.overwrite(place.clone(), super::choice::Choice::none().into(), span);
            return Bind::Content(old.into());
        }
        if let (Located::Memory(place), true) = (&at, self.is_memory(&old))
            && matches!(self.function.place_type(place), Type::Vec(_))
        {
            if !self.own_vector(place, "take", path_span(e)) {
                return Bind::Poison;
            }
            let old = self.copy_of(old, span);
            let growth = crate::ir::Growth::Truncate(self.constant(Constant::Int(0), USIZE, span));
            self.push(OpKind::Vector { place: place.clone(), growth }, span);
            return Bind::Owned(old);
        }
        if let (Located::Memory(place), true) = (&at, self.is_memory(&old))
            && let ty = self.function.place_type(place)
            && let Some(of) = super::call::default_of(&ty, path_span(e))
        {
            let default = self.call(&of, &Want::Type(ty));
            let default = Bind::Owned(self.own(default.read(), span));
            let old = self.copy_of(old, span);
            self.overwrite(place.clone(), default, span);
            return Bind::Owned(old);
        }
        if self.is_memory(&old) || matches!(old, Bind::Tuple(_)) {
            self.errors.at(
                &e.func,
                "an array or vector taken away is not followed; copy it with `clone`, then overwrite it",
            );
            return Bind::Poison;
        }
        let old = self.scalar_of(old, span);
        let ty = self.function.value(old).ty.clone();
        let default = self.dummy(&ty, span);
        self.write(&at, Bind::Scalar(default), span);
        Bind::Scalar(old)
    }

    /// `Vec::from` of an array or slice.
    fn vector_from(&mut self, e: &syn::ExprCall) -> Bind {
        let span = e.span();
        let located = self.locate(&e.args[0], &Want::Memory);
        let Some(place) = self.memory_of(located, span) else { return Bind::Poison };
        Bind::Owned(self.alloc_copy(place, true, span))
    }

    fn mem_replace(&mut self, e: &syn::ExprCall) -> Bind {
        let span = e.span();
        let Bind::Reference { target, .. } = self.value(&e.args[0], &Want::Any) else {
            return Bind::Poison;
        };
        let at = self.auto(Self::target(target));
        let value = self.value(&e.args[1], &Want::Scalar);
        let old = self.read(at.clone(), &Want::Scalar, span);
        if let Located::Memory(place) = &at
            && self.is_memory(&old)
        {
            let is_vector = matches!(self.function.place_type(place), Type::Vec(_));
            if is_vector && !self.own_vector(place, "replace", path_span(e)) {
                return Bind::Poison;
            }
            let old = self.copy_of(old, span);
            let value = Bind::Owned(self.copy_of(value, span));
            self.overwrite(place.clone(), value, span);
            return Bind::Owned(old);
        }
        if self.is_memory(&old) || self.is_memory(&value) {
            self.errors.at(
                &e.func,
                "an array or vector replaced as a whole is not followed; copy it with `clone`, then assign",
            );
            return Bind::Poison;
        }
        self.write(&at, value, span);
        old
    }

    fn write(&mut self, at: &Located, value: Bind, span: Span) {
        match at {
            Located::Slot(slot) => {
                self.guard();
                self.env.set(slot, value);
            }
            Located::Memory(place) => self.overwrite(place.clone(), value, span),
            _ => {}
        }
    }
}

fn path_span(e: &syn::ExprCall) -> Span {
    e.func.span()
}

/// `max_by(a, b, compare)` in other words: of equals it is the second, and `min_by` the first.
fn chosen_by(
    args: &syn::punctuated::Punctuated<syn::Expr, syn::Token![,]>,
    largest: bool,
) -> syn::Expr {
    let (a, b, compare) = (&args[0], &args[1], &args[2]);
    let [x, y] = ["x", "y"].map(|name| proc_macro2::Ident::new(name, Span::mixed_site()));
    let (greater, otherwise) = if largest { (&x, &y) } else { (&y, &x) };
    syn::parse_quote! {{
        let #x = #a;
        let #y = #b;
        match (#compare)(&#x, &#y) {
            ::core::cmp::Ordering::Greater => #greater,
            _ => #otherwise,
        }
    }}
}
