//! From a row's template to operations, or to what these will read. Both go through [`super::fold`], and thus agree.

use syn::parse_quote;

use super::fold::{Build, evaluate};
use super::{Rule, Term};
use crate::ir::build::Cursor;
use crate::ir::{Comparison, Constant, Form, Function, Int, OpKind, Type, ValueId, visit};

/// What a template can ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operand {
    In(usize),
    Out,
}

/// A number known at compile time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Number {
    Float(f64),
    Int(i128),
}

/// What an argument contributes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Contribution<V = ValueId> {
    /// Known to be zero: nothing was emitted.
    Zero,
    Plus(V),
    /// To be subtracted: lets whoever sums up write `a - b`.
    Minus(V),
}

/// The operands that a term reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Reads {
    inputs: u8,
    pub out: bool,
}

impl Reads {
    pub fn input(self, i: usize) -> bool {
        self.inputs & (1 << i) != 0
    }

    pub(super) fn insert(&mut self, operand: Operand) {
        match operand {
            Operand::In(i) => self.inputs |= 1 << i,
            Operand::Out => self.out = true,
        }
    }
}

#[cfg(test)]
impl Term {
    /// What the term reads if nothing is known of the arguments.
    pub fn reads(&self) -> Reads {
        reads(self, &[])
    }
}

/// The values of a function that are known numbers: literals, and literals with a sign.
#[derive(Clone, Debug)]
pub struct Known {
    values: Vec<Option<Number>>,
}

impl Known {
    pub fn new(function: &Function) -> Known {
        let mut values = vec![None; function.values.len()];
        visit::walk(&function.body, &mut |op| match &op.kind {
            OpKind::Const { out, value: Constant::Float(value, _) } => {
                values[out.index()] = Some(Number::Float(*value));
            }
            OpKind::Const { out, value: Constant::Int(value) } => {
                values[out.index()] = Some(Number::Int(*value));
            }
            OpKind::Rule { out, rule: Rule::Neg, args } => {
                values[out.index()] = values[args[0].index()].map(|number| match number {
                    Number::Float(value) => Number::Float(-value),
                    Number::Int(value) => Number::Int(-value),
                });
            }
            _ => {}
        });
        Known { values }
    }

    pub fn get(&self, value: ValueId) -> Option<Number> {
        self.values.get(value.index()).copied().flatten()
    }

    pub fn args(&self, args: &[ValueId]) -> Vec<Option<Number>> {
        args.iter().map(|arg| self.get(*arg)).collect()
    }
}

/// Emits `term` for the derivative `d`. `known` are the arguments that are known numbers (missing ones are not);
/// `operand` is asked, at most once each, for what the term reads and only for that.
pub fn instantiate(
    cursor: &mut Cursor<'_>,
    term: &Term,
    d: ValueId,
    known: &[Option<Number>],
    operand: &mut dyn FnMut(&mut Cursor<'_>, Operand) -> ValueId,
) -> Contribution {
    let ty = cursor.function.value(d).ty.clone();
    evaluate(&mut Emit { cursor, ty, operand, there: Vec::new() }, term, d, known)
}

impl Contribution {
    /// The contribution as a value; `None` if it is zero.
    pub fn value(self, cursor: &mut Cursor<'_>) -> Option<ValueId> {
        match self {
            Contribution::Zero => None,
            Contribution::Plus(value) => Some(value),
            Contribution::Minus(value) => Some(cursor.rule(Rule::Neg, &[value])),
        }
    }

    /// Adds it to what is there already (`None` is zero).
    pub fn add_to(self, cursor: &mut Cursor<'_>, sum: Option<ValueId>) -> Option<ValueId> {
        match (sum, self) {
            (sum, Contribution::Zero) => sum,
            (None, contribution) => contribution.value(cursor),
            (Some(sum), Contribution::Plus(value)) => Some(cursor.rule(Rule::Add, &[sum, value])),
            (Some(sum), Contribution::Minus(value)) => Some(cursor.rule(Rule::Sub, &[sum, value])),
        }
    }
}

/// What [`instantiate`] will ask for.
pub fn reads(term: &Term, known: &[Option<Number>]) -> Reads {
    let mut dry = Dry(Reads::default());
    evaluate(&mut dry, term, (), known);
    dry.0
}

struct Emit<'a, 'b> {
    cursor: &'a mut Cursor<'b>,
    ty: Type,
    operand: &'a mut dyn FnMut(&mut Cursor<'_>, Operand) -> ValueId,
    there: Vec<(Operand, ValueId)>,
}

const EXPONENT: Type = Type::Int(Int::I32);

impl Emit<'_, '_> {
    fn new_value(&mut self, ty: Type) -> ValueId {
        self.cursor.function.new_value(ty, None, self.cursor.span)
    }
}

impl Build for Emit<'_, '_> {
    type Value = ValueId;

    fn operand(&mut self, operand: Operand) -> ValueId {
        if let Some((_, value)) = self.there.iter().find(|(there, _)| *there == operand) {
            return *value;
        }
        let value = (self.operand)(self.cursor, operand);
        self.there.push((operand, value));
        value
    }

    fn number(&mut self, number: Number) -> ValueId {
        match number {
            Number::Float(value) => self.cursor.float(value, self.ty.clone()),
            Number::Int(value) => self.cursor.int(value, EXPONENT),
        }
    }

    fn apply(&mut self, rule: Rule, args: &[ValueId]) -> ValueId {
        let out = self.new_value(self.ty.clone());
        self.cursor.push(OpKind::Rule { out, rule, args: args.to_vec() });
        out
    }

    fn to_float(&mut self, arg: ValueId) -> ValueId {
        let ty = self.ty.clone();
        let out = self.new_value(ty.clone());
        self.cursor.push(OpKind::Cast { out, arg, ty });
        out
    }

    fn decrement(&mut self, int: ValueId) -> ValueId {
        let one = self.cursor.int(1, EXPONENT);
        let out = self.new_value(EXPONENT);
        // A path, since the type of a method's receiver might not be settled where this is emitted.
        let form = Form::Path(parse_quote!(i32::wrapping_sub));
        self.cursor.push(OpKind::Opaque { out, form, args: vec![int, one] });
        out
    }

    fn select(&mut self, op: Comparison, [a, b, x, y]: [ValueId; 4]) -> ValueId {
        let cond = self.new_value(Type::Bool);
        self.cursor.push(OpKind::Compare { out: cond, op, args: [a, b] });
        let out = self.new_value(self.cursor.function.value(x).ty.clone());
        self.cursor.push(OpKind::Select { out, cond, args: [x, y] });
        out
    }
}

/// Only notes what is asked for.
struct Dry(Reads);

impl Build for Dry {
    type Value = ();
    fn operand(&mut self, operand: Operand) {
        self.0.insert(operand);
    }
    fn number(&mut self, _: Number) {}
    fn apply(&mut self, _: Rule, _: &[()]) {}
    fn to_float(&mut self, (): ()) {}
    fn decrement(&mut self, (): ()) {}
    fn select(&mut self, _: Comparison, _: [(); 4]) {}
}
