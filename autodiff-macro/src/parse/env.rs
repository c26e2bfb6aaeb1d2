//! What the user's names stand for while the body is read.

use std::rc::Rc;

use proc_macro2::TokenStream;

use super::{choice::Choice, chosen::Either, iterators::Iter};

use crate::{
    ir::{MemoryId, Place, Type, ValueId},
    maps::HashMap,
};

/// What a variable or an expression stands for.
#[derive(Clone, Debug)]
pub enum Bind {
    Unit,
    Scalar(ValueId),
    /// A flag of [`super::flow`] that is still known here.
    Known(bool),
    /// An array or vector that this variable (or temporary) owns.
    Owned(MemoryId),
    /// The array or vector at a place, read as a value, neither moved nor copied yet.
    Content(Place),
    Reference {
        target: Target,
        mutable: bool,
    },
    Tuple(Vec<Bind>),
    /// An `Option` or a `Result`.
    Choice(Box<Choice>),
    /// Index into the reader's closures.
    Closure(usize),
    /// A mutable reference or a function, chosen by a branch.
    Either(Box<Either>),
    /// A function named where a value stands.
    Function(Box<syn::ExprPath>),
    /// An iterator that nothing has gone over yet, or only in part: `state` is then how many items are gone at
    /// the front, and the number that the back has come down to.
    Iterator {
        iter: Rc<Iter>,
        state: Box<Bind>,
    },
    /// A literal or path that is only passed on (a string, a function).
    Tokens(TokenStream),
    /// Declared, not yet assigned; or on a path where nobody reads it.
    Uninit,
    /// Stands for what an error was reported about.
    Poison,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    Place(Place),
    Variable(Slot),
    /// A temporary, or an element that cannot change while it is borrowed.
    Value(ValueId),
}

/// A variable, or a field of a variable that is a tuple.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    pub index: usize,
    pub path: Vec<usize>,
}

impl Slot {
    pub fn whole(index: usize) -> Slot {
        Slot { index, path: Vec::new() }
    }
}

impl Bind {
    pub fn same(&self, other: &Bind) -> bool {
        match (self, other) {
            (Bind::Unit, Bind::Unit)
            | (Bind::Uninit, Bind::Uninit)
            | (Bind::Poison, Bind::Poison) => true,
            (Bind::Scalar(a), Bind::Scalar(b)) => a == b,
            (Bind::Known(a), Bind::Known(b)) => a == b,
            (Bind::Owned(a), Bind::Owned(b)) => a == b,
            (Bind::Content(a), Bind::Content(b)) => a == b,
            (
                Bind::Reference { target: a, mutable: m },
                Bind::Reference { target: b, mutable: n },
            ) => a == b && m == n,
            (Bind::Tuple(a), Bind::Tuple(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
            }
            (Bind::Choice(a), Bind::Choice(b)) => {
                a.there.same(&b.there)
                    && a.value.same(&b.value)
                    && match (&a.error, &b.error) {
                        (Some(a), Some(b)) => a.same(b),
                        (a, b) => a.is_none() && b.is_none(),
                    }
            }
            (Bind::Tokens(a), Bind::Tokens(b)) => a.to_string() == b.to_string(),
            (Bind::Closure(a), Bind::Closure(b)) => a == b,
            (Bind::Either(a), Bind::Either(b)) => {
                a.cond == b.cond && a.then.same(&b.then) && a.otherwise.same(&b.otherwise)
            }
            (Bind::Function(a), Bind::Function(b)) => a == b,
            (Bind::Iterator { iter: a, state: s }, Bind::Iterator { iter: b, state: t }) => {
                Rc::ptr_eq(a, b) && s.same(t)
            }
            _ => false,
        }
    }

    pub fn at(&self, path: &[usize]) -> &Bind {
        match (self, path) {
            (bind, []) => bind,
            (Bind::Tuple(of), [first, rest @ ..]) => {
                of.get(*first).map_or(&Bind::Poison, |of| of.at(rest))
            }
            (Bind::Choice(choice), [first, rest @ ..]) => {
                choice.part(*first).map_or(&Bind::Poison, |part| part.at(rest))
            }
            (Bind::Iterator { state, .. }, path) => state.at(path),
            (Bind::Uninit, _) => &Bind::Uninit,
            _ => &Bind::Poison,
        }
    }

    pub fn at_mut(&mut self, path: &[usize]) -> Option<&mut Bind> {
        match (self, path) {
            (bind, []) => Some(bind),
            (Bind::Tuple(of), [first, rest @ ..]) => of.get_mut(*first)?.at_mut(rest),
            (Bind::Choice(choice), [first, rest @ ..]) => choice.part_mut(*first)?.at_mut(rest),
            (Bind::Iterator { state, .. }, path) => state.at_mut(path),
            _ => None,
        }
    }

    /// A variable's binding read as a value: memory stays where it is.
    pub fn read(&self) -> Bind {
        match self {
            Bind::Owned(memory) => Bind::Content((*memory).into()),
            Bind::Tuple(of) => Bind::Tuple(of.iter().map(Bind::read).collect()),
            Bind::Choice(choice) => choice.map(Bind::read).into(),
            other => other.clone(),
        }
    }

    /// The memories that it owns.
    pub fn memories(&self) -> Vec<MemoryId> {
        match self {
            Bind::Owned(memory) => vec![*memory],
            Bind::Tuple(of) => of.iter().flat_map(Bind::memories).collect(),
            _ => Vec::new(),
        }
    }

    /// The paths of the scalars in it.
    pub fn leaves(&self) -> Vec<(Vec<usize>, ValueId)> {
        fn walk(bind: &Bind, path: &mut Vec<usize>, out: &mut Vec<(Vec<usize>, ValueId)>) {
            match bind {
                Bind::Scalar(value) => out.push((path.clone(), *value)),
                Bind::Tuple(of) => {
                    for (i, of) in of.iter().enumerate() {
                        path.push(i);
                        walk(of, path, out);
                        path.pop();
                    }
                }
                Bind::Choice(choice) => {
                    for i in 0..3 {
                        if let Some(part) = choice.part(i) {
                            path.push(i);
                            walk(part, path, out);
                            path.pop();
                        }
                    }
                }
                Bind::Iterator { state, .. } => walk(state, path, out),
                _ => {}
            }
        }
        let mut out = Vec::new();
        walk(self, &mut Vec::new(), &mut out);
        out
    }
}

/// A variable of the user's, or one that carries what leaves a block early.
#[derive(Clone, Debug)]
pub struct Variable {
    pub bind: Bind,
    pub name: Option<String>,
    /// As annotated, for a variable that is assigned later.
    pub ty: Option<Type>,
}

/// The variables at one point of the program.
#[derive(Clone, Debug, Default)]
pub struct Env {
    pub variables: Vec<Variable>,
    /// No path reaches this point: it has panicked.
    pub panics: bool,
}

impl Env {
    pub fn add(&mut self, bind: Bind, name: Option<String>) -> usize {
        self.variables.push(Variable { bind, name, ty: None });
        self.variables.len() - 1
    }

    pub fn get(&self, slot: &Slot) -> &Bind {
        self.variables.get(slot.index).map_or(&Bind::Poison, |v| v.bind.at(&slot.path))
    }

    pub fn set(&mut self, slot: &Slot, bind: Bind) {
        if let Some(at) = self.variables.get_mut(slot.index).and_then(|v| v.bind.at_mut(&slot.path))
        {
            *at = bind;
        }
    }
}

/// Which variable a name means, innermost scope last.
#[derive(Clone, Debug, Default)]
pub struct Scopes {
    scopes: Vec<HashMap<String, usize>>,
}

impl Scopes {
    pub fn enter(&mut self) {
        self.scopes.push(HashMap::default());
    }

    pub fn leave(&mut self) {
        self.scopes.pop();
    }

    pub fn declare(&mut self, name: String, index: usize) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name, index);
        }
    }

    /// Forgets the names of variables that are no more.
    pub fn forget(&mut self, variables: usize) {
        for scope in &mut self.scopes {
            scope.retain(|_, index| *index < variables);
        }
    }

    pub fn find(&self, name: &str) -> Option<usize> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name).copied())
    }
}

/// What is known about the value that an expression is to yield: decides what the result of a call of
/// unknown type is.
#[derive(Clone, Debug, PartialEq)]
pub enum Want {
    Any,
    Scalar,
    Memory,
    Unit,
    Type(Type),
    Tuple(Vec<Want>),
    /// An `Option` or a `Result` of such.
    Choice(Box<Want>),
}

impl Want {
    pub fn ty(&self) -> Option<&Type> {
        match self {
            Want::Type(ty) => Some(ty),
            _ => None,
        }
    }

    pub fn field(&self, i: usize) -> Want {
        match self {
            Want::Tuple(of) => of.get(i).cloned().unwrap_or(Want::Any),
            Want::Type(Type::Tuple(of)) => of.get(i).cloned().map_or(Want::Any, Want::Type),
            _ => Want::Any,
        }
    }

    pub fn element(&self) -> Want {
        match self {
            Want::Type(ty) => ty.element().cloned().map_or(Want::Any, Want::Type),
            _ => Want::Any,
        }
    }
}
