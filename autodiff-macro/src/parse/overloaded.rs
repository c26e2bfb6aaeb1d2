//! Operators on values that are no numbers: calls of what the user implements for their types.

use proc_macro2::Span;

use super::{
    Reader,
    env::{Bind, Target, Want},
    foreign::operator_result,
    place::Located,
    user_method::makes_vectors,
};
use crate::ir::{Arg, Callee, Foreign, OpKind, Origin, Overloaded, Passing, Type};

impl Reader<'_> {
    /// Whether the value is of a type that is known by its name alone, or not even that, but is no number.
    pub fn is_overloaded(&self, bind: &Bind) -> bool {
        match (bind, self.bind_type(bind)) {
            (Bind::Scalar(_), _) => false,
            (_, Type::Named(_)) => true,
            (Bind::Owned(_), Type::Unknown) => true,
            (
                Bind::Content(place) | Bind::Reference { target: Target::Place(place), .. },
                Type::Unknown,
            ) => {
                // A part of a variant, as a field is, is a number as far as nothing else says so.
                let origin = &self.function.memory(place.memory).origin;
                place.path.is_empty() && !matches!(origin, Origin::View(_))
            }
            _ => false,
        }
    }

    /// The want of an operand beside one that is no number.
    pub fn want_beside(&self, op: &syn::BinOp, left: &Bind, e: &syn::Expr) -> Option<Want> {
        let sum = matches!(op, syn::BinOp::Add(_) | syn::BinOp::Sub(_));
        (self.is_overloaded(left) && sum && is_call(e)).then(|| match self.bind_type(left) {
            ty @ Type::Named(_) => Want::Type(ty),
            _ => Want::Memory,
        })
    }

    /// `left op right`, of which at least one is no number.
    pub fn overloaded(
        &mut self,
        op: Overloaded,
        operands: Vec<Bind>,
        want: &Want,
        span: Span,
    ) -> Bind {
        let types: Vec<Type> = operands.iter().map(|of| self.bind_type(of)).collect();
        let mut outputs = Vec::new();
        let args = operands
            .into_iter()
            .map(|of| match self.lent_operand(&of) {
                Some(arg) => arg,
                None => self.passed(of, &mut outputs, span),
            })
            .collect();
        let want = match want {
            Want::Type(ty) if *ty != Type::Unknown => want.clone(),
            _ => match self
                .declared_operator(op, &types)
                .or_else(|| operator_result(&types, matches!(op, Overloaded::Mul)))
                .or_else(|| result_type(&types))
            {
                Some(ty) => Want::Type(ty),
                None => Want::Memory,
            },
        };
        let (result, bind) = self.result_of(&want, span);
        self.push(OpKind::Call { callee: Callee::Operator(op), args, result }, span);
        bind
    }

    /// A matrix of another crate is as well borrowed by an operator as moved or copied, and is there in the reverse sweep then.
    fn lent_operand(&self, bind: &Bind) -> Option<Arg> {
        let place = match bind {
            Bind::Owned(memory) => (*memory).into(),
            Bind::Content(place) => place.clone(),
            _ => return None,
        };
        match self.function.place_type(&place).foreign()? {
            Foreign::Nalgebra | Foreign::Ndarray(_) => {
                Some(Arg::Memory { place, passing: Passing::Shared })
            }
            Foreign::Unsure | Foreign::Cholesky | Foreign::Lu => None,
        }
    }

    /// `place op= value` of what is no number; `None` if it is one.
    pub fn overloaded_assign(
        &mut self,
        op: Overloaded,
        located: &Located,
        value: Bind,
        span: Span,
    ) -> Option<()> {
        let Located::Memory(place) = self.auto(located.clone()) else { return None };
        let left = Bind::Content(place.clone());
        if !self.is_overloaded(&left) && !self.is_overloaded(&value) {
            return None;
        }
        let mut outputs = Vec::new();
        let right = match self.lent_operand(&value) {
            Some(arg) => arg,
            None => self.passed(value, &mut outputs, span),
        };
        let args = vec![Arg::Memory { place, passing: Passing::Mutable }, right];
        let callee = Callee::Operator(op);
        self.push(OpKind::Call { callee, args, result: crate::ir::Shape::Unit }, span);
        Some(())
    }
}

/// Vectors are added to vectors and multiplied by numbers; what else there is the compiler says.
fn result_type(types: &[Type]) -> Option<Type> {
    let named = |ty: &Type| matches!(ty, Type::Named(_));
    match types {
        [one] => named(one).then(|| one.clone()),
        [a, b] if named(a) && (a == b || !named(b)) => Some(a.clone()),
        [a, b] if named(b) && !named(a) => Some(b.clone()),
        _ => None,
    }
}

/// Whether the expression is a call, whose result can be of any type.
pub fn is_call(e: &syn::Expr) -> bool {
    match e {
        syn::Expr::Paren(e) => is_call(&e.expr),
        syn::Expr::Group(e) => is_call(&e.expr),
        e => matches!(e, syn::Expr::Call(_) | syn::Expr::MethodCall(_) | syn::Expr::Binary(_)),
    }
}

/// Whether a call yields a vector, judged by the name of what is called.
pub fn yields_vector(e: &syn::Expr) -> bool {
    match e {
        syn::Expr::Paren(e) => yields_vector(&e.expr),
        syn::Expr::Group(e) => yields_vector(&e.expr),
        syn::Expr::MethodCall(e) => makes_vectors(&e.method.to_string()),
        _ => false,
    }
}
