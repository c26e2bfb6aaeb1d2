//! Literals, operators, casts.

use proc_macro2::Span;
use syn::spanned::Spanned;

use super::{
    Reader,
    env::{Bind, Want},
    overloaded::yields_vector,
    types::{is_scalar, join},
};
use crate::{
    ir::{Comparison, Constant, Float, Form, Int, OpKind, Overloaded, Type, ValueId, Var},
    rules::Rule,
};

/// What a binary operator does.
#[derive(Clone, Copy, Debug)]
pub enum Operator {
    Rule(Rule),
    Compare(Comparison),
    /// Integers and `bool` only.
    Bits,
    And,
    Or,
}

/// The operator of a compound assignment.
pub fn compound(op: &syn::BinOp) -> Option<Operator> {
    Some(match op {
        syn::BinOp::AddAssign(_) => Operator::Rule(Rule::Add),
        syn::BinOp::SubAssign(_) => Operator::Rule(Rule::Sub),
        syn::BinOp::MulAssign(_) => Operator::Rule(Rule::Mul),
        syn::BinOp::DivAssign(_) => Operator::Rule(Rule::Div),
        syn::BinOp::RemAssign(_) => Operator::Rule(Rule::Rem),
        syn::BinOp::BitXorAssign(_)
        | syn::BinOp::BitAndAssign(_)
        | syn::BinOp::BitOrAssign(_)
        | syn::BinOp::ShlAssign(_)
        | syn::BinOp::ShrAssign(_) => Operator::Bits,
        _ => return None,
    })
}

/// `a op b` of a compound assignment `a op= b`.
fn plain(op: &syn::BinOp) -> syn::BinOp {
    match op {
        syn::BinOp::BitXorAssign(op) => syn::BinOp::BitXor(syn::Token![^](op.spans[0])),
        syn::BinOp::BitAndAssign(op) => syn::BinOp::BitAnd(syn::Token![&](op.spans[0])),
        syn::BinOp::BitOrAssign(op) => syn::BinOp::BitOr(syn::Token![|](op.spans[0])),
        syn::BinOp::ShlAssign(op) => syn::BinOp::Shl(syn::Token![<<]([op.spans[0]; 2])),
        syn::BinOp::ShrAssign(op) => syn::BinOp::Shr(syn::Token![>>]([op.spans[0]; 2])),
        other => *other,
    }
}

fn operator(op: &syn::BinOp) -> Option<Operator> {
    Some(match op {
        syn::BinOp::Add(_) => Operator::Rule(Rule::Add),
        syn::BinOp::Sub(_) => Operator::Rule(Rule::Sub),
        syn::BinOp::Mul(_) => Operator::Rule(Rule::Mul),
        syn::BinOp::Div(_) => Operator::Rule(Rule::Div),
        syn::BinOp::Rem(_) => Operator::Rule(Rule::Rem),
        syn::BinOp::And(_) => Operator::And,
        syn::BinOp::Or(_) => Operator::Or,
        syn::BinOp::BitXor(_)
        | syn::BinOp::BitAnd(_)
        | syn::BinOp::BitOr(_)
        | syn::BinOp::Shl(_)
        | syn::BinOp::Shr(_) => Operator::Bits,
        syn::BinOp::Eq(_) => Operator::Compare(Comparison::Eq),
        syn::BinOp::Ne(_) => Operator::Compare(Comparison::Ne),
        syn::BinOp::Lt(_) => Operator::Compare(Comparison::Lt),
        syn::BinOp::Le(_) => Operator::Compare(Comparison::Le),
        syn::BinOp::Gt(_) => Operator::Compare(Comparison::Gt),
        syn::BinOp::Ge(_) => Operator::Compare(Comparison::Ge),
        _ => return None,
    })
}

/// The same operator on what is no number.
pub fn overloaded(op: &syn::BinOp) -> Option<Overloaded> {
    Some(match op {
        syn::BinOp::Add(_) => Overloaded::Add,
        syn::BinOp::Sub(_) => Overloaded::Sub,
        syn::BinOp::Mul(_) => Overloaded::Mul,
        syn::BinOp::Div(_) => Overloaded::Div,
        syn::BinOp::Rem(_) => Overloaded::Rem,
        syn::BinOp::AddAssign(_) => Overloaded::AddAssign,
        syn::BinOp::SubAssign(_) => Overloaded::SubAssign,
        syn::BinOp::MulAssign(_) => Overloaded::MulAssign,
        syn::BinOp::DivAssign(_) => Overloaded::DivAssign,
        syn::BinOp::RemAssign(_) => Overloaded::RemAssign,
        _ => return None,
    })
}

impl Reader<'_> {
    pub fn unary(&mut self, e: &syn::ExprUnary, want: &Want) -> Bind {
        let span = e.span();
        match &e.op {
            syn::UnOp::Neg(_) => {
                if let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(lit), .. }) = &*e.expr
                    && super::types::float_named(lit.suffix()).is_none()
                    && let Ok(value) = lit.base10_parse::<i128>()
                {
                    let ty = super::types::int_named(lit.suffix()).unwrap_or(match want.ty() {
                        Some(Type::Int(int)) => Type::Int(*int),
                        _ => Type::Int(Int::Literal),
                    });
                    return Bind::Scalar(self.constant(Constant::Int(-value), ty, span));
                }
                let want_arg = if *want == Want::Any { &Want::Scalar } else { want };
                let arg = self.operand(&e.expr, want_arg);
                if self.is_overloaded(&arg) {
                    return self.overloaded(Overloaded::Neg, vec![arg], want, span);
                }
                let arg = self.scalar_of(arg, e.expr.span());
                Bind::Scalar(self.rule(Rule::Neg, vec![arg], span))
            }
            syn::UnOp::Not(_) => {
                let arg = self.scalar(&e.expr, want);
                let ty = self.function.value(arg).ty.clone();
                let kind = |out| match ty {
                    Type::Int(_) => OpKind::Opaque { out, form: Form::Not, args: vec![arg] },
                    _ => OpKind::Not { out, arg },
                };
                let result = if ty.is_int() { ty.clone() } else { Type::Bool };
                let out = self.function.new_value(result, None, span);
                self.push(kind(out), span);
                Bind::Scalar(out)
            }
            _ => {
                let located = self.locate(&syn::Expr::Unary(e.clone()), want);
                self.read(located, want, span)
            }
        }
    }

    pub fn rule(&mut self, rule: Rule, args: Vec<ValueId>, span: Span) -> ValueId {
        let mut ty = self.function.value(args[0]).ty.clone();
        if rule != Rule::Powi {
            for arg in &args[1..] {
                ty = join(&ty, &self.function.value(*arg).ty);
            }
        }
        let out = self.function.new_value(ty, None, span);
        self.push(OpKind::Rule { out, rule, args }, span);
        out
    }

    pub fn compare(&mut self, op: Comparison, args: [ValueId; 2], span: Span) -> ValueId {
        let out = self.function.new_value(Type::Bool, None, span);
        self.push(OpKind::Compare { out, op, args }, span);
        out
    }

    pub fn opaque(&mut self, form: Form, args: Vec<ValueId>, ty: Type, span: Span) -> ValueId {
        let out = self.function.new_value(ty, None, span);
        self.push(OpKind::Opaque { out, form, args }, span);
        out
    }

    /// An operand, which may be no number.
    fn operand(&mut self, e: &syn::Expr, want: &Want) -> Bind {
        match want {
            Want::Scalar | Want::Any if yields_vector(e) => self.value(e, &Want::Memory),
            want => self.value(e, want),
        }
    }

    pub fn binary(&mut self, e: &syn::ExprBinary, outer: &Want) -> Bind {
        let want = outer;
        if compound(&e.op).is_some() {
            return self.compound_assign(e);
        }
        let span = e.span();
        let Some(operator) = operator(&e.op) else {
            self.errors.at(e, "the macro does not know this operator");
            return Bind::Poison;
        };
        match operator {
            Operator::And | Operator::Or => {
                let and = matches!(operator, Operator::And);
                let simple = self.simple(&e.right).is_some();
                Bind::Scalar(self.logic(
                    and,
                    simple,
                    span,
                    |reader| reader.scalar(&e.left, &Want::Type(Type::Bool)),
                    |reader| reader.scalar(&e.right, &Want::Type(Type::Bool)),
                ))
            }
            Operator::Compare(op) => self.comparison(e, op, span),
            Operator::Rule(_) | Operator::Bits => {
                let want = match want.ty() {
                    Some(ty)
                        if is_scalar(ty)
                            && !matches!(e.op, syn::BinOp::Shl(_) | syn::BinOp::Shr(_)) =>
                    {
                        want.clone()
                    }
                    _ => Want::Scalar,
                };
                let mut left = self.operand(&e.left, &want);
                if !self.is_overloaded(&left) {
                    left = Bind::Scalar(self.scalar_of(left, e.left.span()));
                }
                // A number and a text.
                if is_text(&e.left) || is_text(&e.right) && self.leaves_plain(&left) {
                    self.errors.leave_to_compiler();
                    return Bind::Poison;
                }
                let want = match operator {
                    Operator::Bits => Want::Scalar,
                    _ => self.want_beside(&e.op, &left, &e.right).unwrap_or(want),
                };
                let right = self.operand(&e.right, &want);
                if (self.is_overloaded(&left) || self.is_overloaded(&right))
                    && let Some(op) = overloaded(&e.op)
                {
                    return self.overloaded(op, vec![left, right], outer, span);
                }
                let left = self.scalar_of(left, e.left.span());
                let right = self.scalar_of(right, e.right.span());
                Bind::Scalar(self.apply(&e.op, operator, left, right, span))
            }
        }
    }

    fn comparison(&mut self, e: &syn::ExprBinary, op: Comparison, span: Span) -> Bind {
        let left = self.value(&e.left, &Want::Scalar);
        if let Some(same) = self.compared_choices(&left, &e.right, op, span) {
            return same;
        }
        if let Bind::Tuple(of) = left {
            let right = self.value(&e.right, &Want::Any);
            return self.compare_tuples(op, of, right, span);
        }
        if let Some(of) = self.sequence_of(&left) {
            let right = self.value(&e.right, &Want::Type(of));
            return self.compare_sequences(op, left, right, span);
        }
        let right = self.value(&e.right, &Want::Scalar);
        let is_variant = matches!(right, Bind::Scalar(right) if self.variants.contains_key(&right));
        if is_variant && let Bind::Scalar(left) = left {
            // A field of an enum's type, read as a number.
            self.function.values[left.index()].ty = Type::Opaque;
        }
        let left = self.compared_side(left, e.left.span());
        let right = self.compared_side(right, e.right.span());
        Bind::Scalar(self.compare(op, [left, right], span))
    }

    /// The type of an array, a slice or a vector.
    fn sequence_of(&self, bind: &Bind) -> Option<Type> {
        let ty = self.bind_type(bind);
        matches!(ty, Type::Array(..) | Type::Slice(_) | Type::Vec(_)).then_some(ty)
    }

    /// `==` and `!=` of arrays, slices and vectors of scalars.
    fn compare_sequences(&mut self, op: Comparison, left: Bind, right: Bind, span: Span) -> Bind {
        let of = match (op, self.sequence_of(&left), self.sequence_of(&right)) {
            _ if self.gone => return Bind::Uninit,
            (_, _, None) if matches!(right, Bind::Poison | Bind::Uninit) => return Bind::Poison,
            (Comparison::Eq | Comparison::Ne, Some(left), Some(right)) => {
                [left, right].map(|ty| ty.element().cloned().unwrap_or(Type::Unknown))
            }
            _ => [Type::Tuple(Vec::new()), Type::Unknown],
        };
        if !of.iter().all(|ty| is_scalar(ty) || *ty == Type::Unknown) {
            self.errors.at_span(
                span,
                "arrays are compared only by `==` and `!=` here, and only if their elements are numbers; compare their \
                 elements in a loop",
            );
            return Bind::Poison;
        }
        let sides = [self.iterated_bind(left, span), self.iterated_bind(right, span)];
        let [Some(left), Some(right)] = sides else { return Bind::Poison };
        self.compared(left, right, op == Comparison::Ne, span)
    }

    /// A number, or a value of an enum, which has no derivative as a whole.
    fn compared_side(&mut self, bind: Bind, span: Span) -> ValueId {
        if matches!(self.bind_type(&bind), Type::Named(_))
            && let Some(place) = self.place_of(&bind)
        {
            let out = self.function.new_value(Type::Opaque, None, span);
            self.push(OpKind::Load { out, place }, span);
            return out;
        }
        self.scalar_of(bind, span)
    }

    /// `==` and `!=` of tuples of scalars.
    fn compare_tuples(&mut self, op: Comparison, left: Vec<Bind>, right: Bind, span: Span) -> Bind {
        let (Bind::Tuple(right), Comparison::Eq | Comparison::Ne) = (right, op) else {
            self.errors.at_span(
                span,
                "tuples are compared only by `==` and `!=` here; compare their fields one by one",
            );
            return Bind::Poison;
        };
        let mut all = None;
        for (a, b) in left.into_iter().zip(right) {
            let a = self.scalar_of(a, span);
            let b = self.scalar_of(b, span);
            let same = self.compare(op, [a, b], span);
            all = Some(match all {
                None => same,
                Some(all) if op == Comparison::Eq => self.select(all, [same, all], span),
                Some(all) => self.select(all, [all, same], span),
            });
        }
        match all {
            Some(all) => Bind::Scalar(all),
            None => {
                Bind::Scalar(self.constant(Constant::Bool(op == Comparison::Eq), Type::Bool, span))
            }
        }
    }

    pub fn select(&mut self, cond: ValueId, args: [ValueId; 2], span: Span) -> ValueId {
        let ty = join(&self.function.value(args[0]).ty, &self.function.value(args[1]).ty);
        let out = self.function.new_value(ty, None, span);
        self.push(OpKind::Select { out, cond, args }, span);
        out
    }

    pub fn apply(
        &mut self,
        op: &syn::BinOp,
        operator: Operator,
        left: ValueId,
        right: ValueId,
        span: Span,
    ) -> ValueId {
        match operator {
            Operator::Rule(rule) => {
                let (left, right) = self.of_one_type(left, right, span);
                self.rule(rule, vec![left, right], span)
            }
            _ => {
                let ty = match op {
                    syn::BinOp::Shl(_)
                    | syn::BinOp::Shr(_)
                    | syn::BinOp::ShlAssign(_)
                    | syn::BinOp::ShrAssign(_) => self.function.value(left).ty.clone(),
                    _ => join(&self.function.value(left).ty, &self.function.value(right).ty),
                };
                self.opaque(Form::Binary(plain(op)), vec![left, right], ty, span)
            }
        }
    }

    /// A float and an integer are an error of the user's, which the compiler reports in the function itself. It is not
    /// repeated if the integer is read as if it had been cast.
    fn of_one_type(&mut self, left: ValueId, right: ValueId, span: Span) -> (ValueId, ValueId) {
        use crate::ir::{Float, Int};
        let [of_left, of_right] = [left, right].map(|of| self.function.value(of).ty.clone());
        let mut cast = |arg: ValueId, ty: Type| {
            let out = self.function.new_value(ty.clone(), None, span);
            self.push(OpKind::Cast { out, arg, ty }, span);
            out
        };
        match (of_left, of_right) {
            (ty @ Type::Float(Float::F32 | Float::F64), Type::Int(of)) if of != Int::Literal => {
                (left, cast(right, ty))
            }
            (Type::Int(of), ty @ Type::Float(Float::F32 | Float::F64)) if of != Int::Literal => {
                (cast(left, ty), right)
            }
            _ => (left, right),
        }
    }

    /// `left && right`, `left || right`. `simple`: the right side can be evaluated in any case.
    pub fn logic(
        &mut self,
        and: bool,
        simple: bool,
        span: Span,
        left: impl FnOnce(&mut Self) -> ValueId,
        right: impl FnOnce(&mut Self) -> ValueId,
    ) -> ValueId {
        let left = left(self);
        if simple {
            let right = right(self);
            let args = if and { [right, left] } else { [left, right] };
            return self.select(left, args, span);
        }
        let right = |reader: &mut Self| Bind::Scalar(right(reader));
        let constant = |reader: &mut Self| {
            Bind::Scalar(reader.constant(Constant::Bool(!and), Type::Bool, span))
        };
        let bind = if and {
            self.branch(left, span, right, constant)
        } else {
            self.branch(left, span, constant, right)
        };
        self.scalar_of(bind, span)
    }

    /// The type of an expression that can be evaluated where the program does not: it has no effect and cannot panic.
    pub fn simple(&self, e: &syn::Expr) -> Option<Type> {
        match e {
            syn::Expr::Paren(e) => self.simple(&e.expr),
            syn::Expr::Group(e) => self.simple(&e.expr),
            syn::Expr::Lit(lit) => match &lit.lit {
                syn::Lit::Float(_) => Some(Type::Float(Float::Literal)),
                syn::Lit::Int(_) => Some(Type::Int(Int::Literal)),
                syn::Lit::Bool(_) => Some(Type::Bool),
                _ => None,
            },
            syn::Expr::Path(path) => {
                let Some(index) =
                    path.path.get_ident().and_then(|ident| self.scopes.find(&super::key(ident)))
                else {
                    let ty = self.global_type(path);
                    return is_scalar(&ty).then_some(ty);
                };
                let ty = self.bind_type(&self.env.variables[index].bind);
                (is_scalar(&ty) || ty == Type::Unknown).then_some(ty)
            }
            syn::Expr::Unary(e) => {
                let ty = self.simple(&e.expr)?;
                (!matches!(e.op, syn::UnOp::Neg(_)) || ty.is_float()).then_some(ty)
            }
            syn::Expr::Binary(e) => {
                let ty = join(&self.simple(&e.left)?, &self.simple(&e.right)?);
                match operator(&e.op)? {
                    Operator::Compare(_) | Operator::And | Operator::Or => Some(Type::Bool),
                    Operator::Rule(_) => ty.is_float().then_some(ty),
                    Operator::Bits => (ty == Type::Bool).then_some(ty),
                }
            }
            syn::Expr::MethodCall(e) if e.args.is_empty() => {
                let float = |reader: &Self| reader.simple(&e.receiver).filter(Type::is_float);
                match e.method.to_string().as_str() {
                    "abs" => float(self),
                    "is_nan" | "is_finite" | "is_infinite" => float(self).map(|_| Type::Bool),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Gives what was just made the user's name for it.
    pub fn name(&mut self, var: Var, name: &str) {
        match var {
            Var::Value(value) => {
                let slot = &mut self.function.values[value.index()].name;
                if slot.is_none() {
                    *slot = Some(name.to_owned());
                }
            }
            Var::Memory(memory) => {
                let slot = &mut self.function.memories[memory.index()].name;
                if slot.is_none() {
                    *slot = Some(name.to_owned());
                }
            }
        }
    }
}

fn is_text(e: &syn::Expr) -> bool {
    matches!(e, syn::Expr::Lit(of) if matches!(of.lit, syn::Lit::Str(_)))
}
