//! Walks a template and folds what is known on the way.
//!
//! This happens here and not only in cleanup, because it decides what is read: the derivative of `x.powi(1)` does not
//! read `x`, so the reverse sweep need not keep it.

use super::instantiate::{Contribution, Number, Operand};
use super::{Rule, Term};
use crate::ir::Comparison;

/// Where a template's operations go.
pub(super) trait Build {
    type Value: Copy;
    fn operand(&mut self, operand: Operand) -> Self::Value;
    fn number(&mut self, number: Number) -> Self::Value;
    fn apply(&mut self, rule: Rule, args: &[Self::Value]) -> Self::Value;
    fn to_float(&mut self, int: Self::Value) -> Self::Value;
    fn decrement(&mut self, int: Self::Value) -> Self::Value;
    fn select(&mut self, comparison: Comparison, of: [Self::Value; 4]) -> Self::Value;
}

/// A part of a template, not emitted before it is needed.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Piece<V> {
    Number(Number),
    Operand(Operand),
    Value(V),
    /// Minus a value: signs are pulled outwards, which is exact.
    Minus(V),
}

pub(super) fn evaluate<B: Build>(
    build: &mut B,
    term: &Term,
    d: B::Value,
    known: &[Option<Number>],
) -> Contribution<B::Value> {
    match piece(build, term, d, known) {
        Piece::Number(Number::Float(0.0) | Number::Int(0)) => Contribution::Zero,
        Piece::Minus(value) => Contribution::Minus(value),
        other => Contribution::Plus(emit(build, other)),
    }
}

fn piece<B: Build>(
    build: &mut B,
    term: &Term,
    d: B::Value,
    known: &[Option<Number>],
) -> Piece<B::Value> {
    match *term {
        Term::D => Piece::Value(d),
        Term::In(i) => match known.get(i) {
            Some(Some(number)) => Piece::Number(*number),
            _ => Piece::Operand(Operand::In(i)),
        },
        Term::Out => Piece::Operand(Operand::Out),
        Term::Float(value) => float(value),
        Term::Int(value) => Piece::Number(Number::Int(value)),
        Term::Apply(rule, args) => match args {
            [x] => {
                let x = piece(build, x, d, known);
                unary(build, rule, x)
            }
            [x, y] => {
                let x = piece(build, x, d, known);
                let y = piece(build, y, d, known);
                binary(build, rule, x, y)
            }
            _ => unreachable!("templates apply rules of one or two arguments"),
        },
        Term::IntToFloat(int) => match piece(build, int, d, known) {
            Piece::Number(Number::Int(value)) => float(value as f64),
            other => {
                let int = emit(build, other);
                Piece::Value(build.to_float(int))
            }
        },
        Term::Decrement(int) => match piece(build, int, d, known) {
            Piece::Number(Number::Int(value)) => {
                Piece::Number(Number::Int(i128::from((value as i32).wrapping_sub(1))))
            }
            other => {
                let int = emit(build, other);
                Piece::Value(build.decrement(int))
            }
        },
        Term::Known([a, b, x, y]) => {
            let equal = match (piece(build, a, d, known), piece(build, b, d, known)) {
                (Piece::Number(a), Piece::Number(b)) => a == b,
                _ => false,
            };
            piece(build, if equal { x } else { y }, d, known)
        }
        Term::Select(op, [a, b, x, y]) => {
            let a = piece(build, a, d, known);
            let b = piece(build, b, d, known);
            if let Some(holds) = compare(op, a, b) {
                return piece(build, if holds { x } else { y }, d, known);
            }
            let x = piece(build, x, d, known);
            let y = piece(build, y, d, known);
            let of = [a, b, x, y].map(|of| emit(build, of));
            Piece::Value(build.select(op, of))
        }
    }
}

fn float<V>(value: f64) -> Piece<V> {
    Piece::Number(Number::Float(value))
}

fn emit<B: Build>(build: &mut B, piece: Piece<B::Value>) -> B::Value {
    match piece {
        Piece::Number(number) => build.number(number),
        Piece::Operand(operand) => build.operand(operand),
        Piece::Value(value) => value,
        Piece::Minus(value) => build.apply(Rule::Neg, &[value]),
    }
}

fn compare<V>(op: Comparison, a: Piece<V>, b: Piece<V>) -> Option<bool> {
    let order = match (a, b) {
        (Piece::Number(Number::Float(a)), Piece::Number(Number::Float(b))) => a.partial_cmp(&b),
        (Piece::Number(Number::Int(a)), Piece::Number(Number::Int(b))) => a.partial_cmp(&b),
        _ => return None,
    };
    Some(match op {
        Comparison::Eq => order.is_some_and(|order| order.is_eq()),
        Comparison::Ne => order.is_none_or(|order| order.is_ne()),
        Comparison::Lt => order.is_some_and(|order| order.is_lt()),
        Comparison::Le => order.is_some_and(|order| order.is_le()),
        Comparison::Gt => order.is_some_and(|order| order.is_gt()),
        Comparison::Ge => order.is_some_and(|order| order.is_ge()),
    })
}

fn unary<B: Build>(build: &mut B, rule: Rule, x: Piece<B::Value>) -> Piece<B::Value> {
    match (rule, x) {
        (Rule::Neg, Piece::Number(Number::Float(value))) => float(-value),
        (Rule::Neg, Piece::Minus(value)) => Piece::Value(value),
        (Rule::Neg, x) => Piece::Minus(emit(build, x)),
        (Rule::Ln, Piece::Number(Number::Float(value))) => float(value.ln()),
        (Rule::Signum, Piece::Number(Number::Float(value))) => float(value.signum()),
        (rule, x) => {
            let x = emit(build, x);
            Piece::Value(build.apply(rule, &[x]))
        }
    }
}

fn binary<B: Build>(
    build: &mut B,
    rule: Rule,
    x: Piece<B::Value>,
    y: Piece<B::Value>,
) -> Piece<B::Value> {
    use Number::{Float, Int};
    if let (Piece::Number(Float(x)), Piece::Number(Float(y))) = (x, y) {
        match rule {
            Rule::Add => return float(x + y),
            Rule::Sub => return float(x - y),
            Rule::Mul => return float(x * y),
            Rule::Div => return float(x / y),
            Rule::Copysign => return float(x.copysign(y)),
            _ => {}
        }
    }
    let is = |piece: Piece<B::Value>, number: f64| matches!(piece, Piece::Number(Float(value)) if value == number);
    match rule {
        // A partial derivative that is known to be zero is zero, whatever it would be multiplied with.
        Rule::Mul if is(x, 0.0) || is(y, 0.0) => float(0.0),
        Rule::Mul if is(x, 1.0) => y,
        Rule::Mul | Rule::Div if is(y, 1.0) => x,
        Rule::Mul if is(x, -1.0) => unary(build, Rule::Neg, y),
        Rule::Mul | Rule::Div if is(y, -1.0) => unary(build, Rule::Neg, x),
        Rule::Add if is(x, 0.0) => y,
        Rule::Add | Rule::Sub if is(y, 0.0) => x,
        Rule::Powf if is(y, 0.0) => float(1.0),
        Rule::Powf if is(y, 1.0) => x,
        Rule::Powi if matches!(y, Piece::Number(Int(0))) => float(1.0),
        Rule::Powi if matches!(y, Piece::Number(Int(1))) => x,
        Rule::Powi if matches!(y, Piece::Number(Int(2))) => {
            let x = emit(build, x);
            Piece::Value(build.apply(Rule::Mul, &[x, x]))
        }
        Rule::Mul | Rule::Div => {
            let (x, minus_x) = sign(build, x);
            let (y, minus_y) = sign(build, y);
            let value = build.apply(rule, &[x, y]);
            if minus_x == minus_y { Piece::Value(value) } else { Piece::Minus(value) }
        }
        _ => {
            let (x, y) = (emit(build, x), emit(build, y));
            Piece::Value(build.apply(rule, &[x, y]))
        }
    }
}

/// The absolute value of a piece, so to speak, and whether its sign was minus.
fn sign<B: Build>(build: &mut B, piece: Piece<B::Value>) -> (B::Value, bool) {
    match piece {
        Piece::Minus(value) => (value, true),
        other => (emit(build, other), false),
    }
}
