//! Calls of methods and associated functions that are the user's (or some crate's), not those of numbers, arrays, slices
//! and vectors, whose meaning the macro knows.

use proc_macro2::TokenStream;
use syn::{ext::IdentExt, spanned::Spanned};

use super::{
    Reader,
    env::{Bind, Want},
    foreign::{borrows, copied_by, finds, foreign, mutates},
    method::rule_named,
    of_std::{OF_NUMBERS, OF_NUMBERS_BEGIN, OF_SEQUENCES},
    place::Located,
};
use crate::ir::{Arg, Callee, Foreign, Method, OpKind, Passing, Place, Type};

/// What a method is called on, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receiver {
    /// A value of a type that is known by its name alone.
    Named,
    /// An array, a slice or a vector.
    Sequence,
    /// A number, `bool` or `char`.
    Scalar,
    Unknown,
}

impl Reader<'_> {
    /// The type of what a method is called on, as far as it is known.
    pub fn receiver_type(&self, located: &Located) -> Type {
        match located {
            Located::Memory(place) => self.function.place_type(place),
            Located::Global(path) => self.global_type(path),
            Located::Slot(slot) => self.bind_type(self.env.get(slot)),
            Located::Value(bind) => self.bind_type(bind),
        }
    }

    pub fn receiver_kind(&self, located: &Located) -> Receiver {
        match self.receiver_type(located) {
            Type::Named(_) => Receiver::Named,
            Type::Array(..) | Type::Slice(_) | Type::Vec(_) => Receiver::Sequence,
            Type::Float(_) | Type::Int(_) | Type::Bool | Type::Opaque => Receiver::Scalar,
            _ => Receiver::Unknown,
        }
    }

    /// A call `receiver.name(..)` of a method that has companions beside it, if its receiver is active.
    pub fn user_method(&mut self, e: &syn::ExprMethodCall, located: Located, want: &Want) -> Bind {
        let span = e.span();
        let mut outputs = Vec::new();
        let name = e.method.to_string();
        if name.starts_with("par_") || name == "into_par_iter" {
            self.errors.at(
                &e.method,
                "parallel iterators cannot be differentiated, because the sweeps go over the items in order; write `iter()` \
                 and its kin, or differentiate a function of one item, and call its sweeps in parallel",
            );
            return Bind::Poison;
        }
        let located = self.auto(located);
        let receiver = match &located {
            Located::Memory(place) => self.function.place_type(place),
            _ => Type::Unknown,
        };
        let mut args = vec![match located {
            Located::Memory(place) => {
                let passing = self.receiver_passing(&place);
                Arg::Memory { place, passing }
            }
            Located::Global(path) => {
                Arg::Memory { place: self.global(&path).into(), passing: Passing::Shared }
            }
            located => match self.read(located, &Want::Scalar, e.receiver.span()) {
                Bind::Poison | Bind::Uninit => Arg::Tokens(TokenStream::new()),
                Bind::Tuple(_) | Bind::Unit => {
                    self.errors.at(
                        &e.method,
                        format!(
                            "`{}` of a tuple is not followed; write it for its fields, or use operators",
                            e.method
                        ),
                    );
                    return Bind::Poison;
                }
                bind => Arg::Value(self.scalar_of(bind, e.receiver.span())),
            },
        }];
        args.extend(e.args.iter().map(|arg| self.argument(arg, None, &mut outputs)));
        self.share_receiver(&mut args);
        // A struct of the file's own may have a name that one of another crate has.
        let foreign = receiver.foreign().filter(|_| !self.is_declared(&receiver));
        let callee = Callee::Method(Method {
            name: e.method.clone(),
            turbofish: e.turbofish.clone(),
            leaves_receiver: false,
            copied_by: match (&args[0], foreign) {
                (Arg::Memory { place, .. }, Some(of))
                    if self.function.memory(self.function.root(place.memory)).mutable =>
                {
                    copied_by(of, &e.method.unraw().to_string())
                }
                _ => None,
            },
            maybe: foreign.is_some_and(|of| finds(of, &e.method.unraw().to_string())),
            borrows: foreign.is_some_and(|of| borrows(of, &e.method.unraw().to_string())),
            choice: false,
        });
        if let Some(of) = foreign {
            self.import_foreign();
            let name = e.method.unraw().to_string();
            let stays = of != Foreign::Unsure && !mutates(&name);
            if let (true, Some(Arg::Memory { passing, .. })) = (stays, args.first_mut()) {
                *passing = Passing::Shared;
            }
            let types: Vec<Type> = args[1..].iter().map(|arg| self.arg_type(arg)).collect();
            let want = self.foreign_want(of, &receiver, &name, &types, want);
            return self.finish_call(callee, args, outputs, &want, span);
        }
        let of = Self::written_type(&receiver).or_else(|| self.argument_type(&args[0]));
        let told = self.declared_result(&callee, of.as_ref());
        let want = &self.better_want(want, told);
        let want = match (want, &receiver) {
            // `v.cross(w)` of a vector is a vector, unless it is known better; `camera.project(&[x, y, z])` is none.
            (Want::Any | Want::Scalar | Want::Memory, Type::Named(_))
                if makes_vectors(&e.method.to_string())
                    && !args[1..].iter().any(|arg| self.arg_type(arg).element().is_some()) =>
            {
                Want::Type(receiver)
            }
            (Want::Any | Want::Scalar, Type::Unknown) if makes_vectors(&e.method.to_string()) => {
                Want::Memory
            }
            (want, _) => want.clone(),
        };
        self.finish_call(callee, args, outputs, &want, span)
    }

    fn arg_type(&self, arg: &Arg) -> Type {
        match arg {
            Arg::Memory { place, .. } => self.function.place_type(place),
            Arg::Value(value) | Arg::Reference(value) => self.function.value(*value).ty.clone(),
            _ => Type::Unknown,
        }
    }

    fn argument_type(&self, arg: &Arg) -> Option<syn::Type> {
        match arg {
            Arg::Value(value) | Arg::Reference(value) => {
                Self::written_type(&self.function.value(*value).ty)
            }
            _ => None,
        }
    }

    /// What is wanted, or what the file tells where nobody has written it down here.
    pub fn better_want(&self, want: &Want, told: Option<Want>) -> Want {
        match (want, told) {
            (Want::Type(ty), _) if !matches!(ty, Type::Unknown) => want.clone(),
            (_, Some(told)) => told,
            (want, None) => want.clone(),
        }
    }

    /// A receiver of which another argument borrows a part cannot be changed.
    fn share_receiver(&self, args: &mut [Arg]) {
        let root = |arg: &Arg| match arg {
            Arg::Memory { place, .. } => Some(self.function.root(place.memory)),
            _ => None,
        };
        let [receiver, others @ ..] = args else { return };
        let shared =
            root(receiver).is_some_and(|of| others.iter().any(|arg| root(arg) == Some(of)));
        if let (true, Arg::Memory { passing, .. }) = (shared, receiver) {
            *passing = Passing::Shared;
        }
    }

    /// A receiver that cannot be changed is shared; of any other only the compiler knows.
    fn receiver_passing(&self, place: &Place) -> Passing {
        let root = self.function.root(place.memory);
        let views_mutable = self.function.memory(place.memory).mutable;
        match views_mutable && self.function.memory(root).mutable {
            true => Passing::Reborrowed,
            false => Passing::Shared,
        }
    }

    /// A call of an associated function, by a path that ends `Type::name`.
    pub fn associated_call(
        &mut self,
        e: &syn::ExprCall,
        path: &syn::ExprPath,
        want: &Want,
    ) -> Bind {
        let span = e.span();
        let mut outputs = Vec::new();
        let args = e.args.iter().map(|arg| self.argument(arg, None, &mut outputs)).collect();
        let maker = type_before(path).and_then(|ty| self.foreign_maker(&ty));
        if maker.is_some() {
            self.import_foreign();
        }
        let callee = Callee::Associated(path.clone());
        let told = self.declared_result(&callee, type_before(path).as_ref());
        let want = &self.better_want(want, told);
        let want = match want {
            Want::Any | Want::Scalar | Want::Memory if maker.is_some() => {
                maker.map_or(Want::Memory, |of| Want::Type(foreign(of)))
            }
            // `Type::new(..)` makes a `Type`.
            Want::Any | Want::Scalar | Want::Memory if makes_its_type(path) => {
                match type_before(path) {
                    Some(ty) => Want::Type(self.named_here(ty)),
                    None => want.clone(),
                }
            }
            want => want.clone(),
        };
        self.finish_call(callee, args, outputs, &want, span)
    }

    fn finish_call(
        &mut self,
        callee: Callee,
        args: Vec<Arg>,
        outputs: Vec<(super::env::Slot, crate::ir::ValueId)>,
        want: &Want,
        span: proc_macro2::Span,
    ) -> Bind {
        let (result, bind) = self.result_of(want, span);
        let callee = match (callee, want) {
            (Callee::Method(method), Want::Choice(_)) if !method.maybe => {
                Callee::Method(Method { choice: true, ..method })
            }
            (Callee::Associated(path), Want::Choice(_)) => Callee::MaybeAssociated(path),
            (callee, _) => callee,
        };
        self.push(OpKind::Call { callee, args, result }, span);
        self.set_outputs(outputs);
        bind
    }
}

/// Whether a path that is called ends `Type::name`, so that it is no function of a module.
pub fn is_associated(path: &syn::ExprPath) -> bool {
    path.qself.is_some() || type_before(path).is_some()
}

pub fn type_before(path: &syn::ExprPath) -> Option<syn::Type> {
    if let Some(qself) = &path.qself {
        return Some((*qself.ty).clone());
    }
    let mut before = path.path.clone();
    before.segments.pop()?;
    let last = before.segments.last_mut()?;
    let name = last.ident.unraw().to_string();
    if !name.starts_with(|c: char| c.is_uppercase()) && !["f32", "f64"].contains(&name.as_str()) {
        return None;
    }
    // `Type::<A>::f` is a `Type<A>`.
    if let syn::PathArguments::AngleBracketed(arguments) = &mut last.arguments {
        arguments.colon2_token = None;
    }
    before.segments.pop_punct();
    Some(syn::Type::Path(syn::TypePath { qself: None, path: before }))
}

/// Names by which people call functions that make a value of the type that they stand in.
fn makes_its_type(path: &syn::ExprPath) -> bool {
    let Some(last) = path.path.segments.last() else { return false };
    let name = last.ident.unraw().to_string();
    name.starts_with("from_")
        || name.starts_with("new_")
        || name.starts_with("with_")
        || [
            "new", "default", "from", "zero", "zeros", "one", "ones", "identity", "origin",
            "splat", "unit_x", "unit_y", "unit_z",
        ]
        .contains(&name.as_str())
}

/// Names by which people call methods of vectors, quaternions and matrices that yield the same.
pub fn makes_vectors(name: &str) -> bool {
    [
        "add",
        "adjugate",
        "component_mul",
        "conj",
        "conjugate",
        "cross",
        "hadamard",
        "inverse",
        "lerp",
        "matmul",
        "normalize",
        "normalized",
        "project",
        "reflect",
        "rotate",
        "rotated",
        "scale",
        "scaled",
        "slerp",
        "sub",
        "transform",
        "translate",
        "transpose",
        "unit",
    ]
    .contains(&name)
}

/// Whether a method is the user's, judged by its name, the number of its arguments and what it is called on.
pub fn is_users(name: &str, args: usize, receiver: Receiver) -> bool {
    match receiver {
        Receiver::Named => !OF_NAMED.contains(&name),
        Receiver::Sequence => !OF_SEQUENCES.contains(&name) && !name.starts_with("sort"),
        Receiver::Scalar | Receiver::Unknown => {
            // `min()` is the least of something, `min(y)` that of two numbers.
            let unlike = |arity| receiver == Receiver::Unknown && arity != args + 1;
            rule_named(name).is_none_or(|(_, arity)| unlike(arity))
                && !OF_NUMBERS.contains(&name)
                && !OF_SEQUENCES.contains(&name)
                && !OF_NUMBERS_BEGIN.iter().any(|begin| name.starts_with(begin))
        }
    }
}

/// Whether sequences have a method of this name, and numbers have none.
pub fn is_of_sequences_alone(name: &str) -> bool {
    OF_SEQUENCES.contains(&name)
        && rule_named(name).is_none()
        && !OF_NUMBERS.contains(&name)
        && !OF_NUMBERS_BEGIN.iter().any(|begin| name.starts_with(begin))
}

/// What is known of a type that is known by its name alone.
const OF_NAMED: &[&str] =
    &["clone", "len", "is_empty", "iter", "iter_mut", "into_iter", "to_owned"];
