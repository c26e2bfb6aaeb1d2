//! What a variable holds: a scalar, or a tree of them.

use std::rc::Rc;

use super::machine::Frame;
use crate::ir::{Float, Length, Type};

#[derive(Clone, Debug, Default)]
pub enum Data {
    #[default]
    Unit,
    Float(f64),
    Int(i128),
    Bool(bool),
    /// The elements of an array, slice or vector.
    List(Vec<Data>),
    Tuple(Vec<Data>),
    /// A struct: its fields in the order in which they are written.
    Record(Vec<(String, Data)>),
    Option(Option<Box<Data>>),
    /// What a callee's forward sweep keeps: everything it had at the end.
    Kept(Rc<Frame>),
}

impl Data {
    pub fn floats(values: &[f64]) -> Data {
        Data::List(values.iter().map(|value| Data::Float(*value)).collect())
    }

    pub fn float(&self) -> Result<f64, String> {
        match self {
            Data::Float(value) => Ok(*value),
            other => Err(format!("{other:?} is no float")),
        }
    }

    pub fn int(&self) -> Result<i128, String> {
        match self {
            Data::Int(value) => Ok(*value),
            other => Err(format!("{other:?} is no integer")),
        }
    }

    pub fn bool(&self) -> Result<bool, String> {
        match self {
            Data::Bool(value) => Ok(*value),
            other => Err(format!("{other:?} is no bool")),
        }
    }

    /// Zeros in the same shape.
    pub fn zero_like(&self) -> Data {
        match self {
            Data::Float(_) => Data::Float(0.0),
            Data::Int(_) => Data::Int(0),
            Data::Bool(_) => Data::Bool(false),
            Data::List(items) => Data::List(items.iter().map(Data::zero_like).collect()),
            Data::Tuple(items) => Data::Tuple(items.iter().map(Data::zero_like).collect()),
            Data::Record(fields) => {
                let zero = |(name, field): &(String, Data)| (name.clone(), field.zero_like());
                Data::Record(fields.iter().map(zero).collect())
            }
            Data::Unit | Data::Option(_) | Data::Kept(_) => Data::Unit,
        }
    }

    /// Zeros of a type; vectors are empty.
    pub fn zero_of(ty: &Type) -> Data {
        match ty {
            Type::Float(_) => Data::Float(0.0),
            Type::Int(_) => Data::Int(0),
            Type::Bool => Data::Bool(false),
            Type::Array(of, length) => {
                Data::List(vec![Data::zero_of(of); known_length(length).unwrap_or(0)])
            }
            Type::Vec(_) | Type::Slice(_) => Data::List(Vec::new()),
            Type::Tuple(of) => Data::Tuple(of.iter().map(Data::zero_of).collect()),
            Type::Option(_) => Data::Option(None),
            Type::Opaque
            | Type::Kept(_)
            | Type::KeptTangent(_)
            | Type::Named(_)
            | Type::Unknown => Data::Unit,
        }
    }

    /// Calls `f` on every float in order.
    pub fn for_each_float(&mut self, f: &mut impl FnMut(&mut f64)) {
        match self {
            Data::Float(value) => f(value),
            Data::List(items) | Data::Tuple(items) => {
                items.iter_mut().for_each(|item| item.for_each_float(f));
            }
            Data::Record(fields) => {
                fields.iter_mut().for_each(|(_, field)| field.for_each_float(f));
            }
            _ => {}
        }
    }

    /// All floats in order.
    pub fn flat(&self) -> Vec<f64> {
        let mut all = Vec::new();
        self.clone().for_each_float(&mut |value| all.push(*value));
        all
    }

    /// Equal to the last bit (all NaN are equal).
    pub fn same(&self, other: &Data) -> bool {
        match (self, other) {
            (Data::Unit, Data::Unit) => true,
            (Data::Float(a), Data::Float(b)) => {
                a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
            }
            (Data::Int(a), Data::Int(b)) => a == b,
            (Data::Bool(a), Data::Bool(b)) => a == b,
            (Data::List(a), Data::List(b)) | (Data::Tuple(a), Data::Tuple(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
            }
            (Data::Record(a), Data::Record(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|((n, a), (m, b))| n == m && a.same(b))
            }
            (Data::Option(None), Data::Option(None)) => true,
            (Data::Option(Some(a)), Data::Option(Some(b))) => a.same(b),
            _ => false,
        }
    }

    /// How many scalars.
    pub fn size(&self) -> u64 {
        match self {
            Data::List(items) | Data::Tuple(items) => items.iter().map(Data::size).sum::<u64>() + 1,
            Data::Record(fields) => fields.iter().map(|(_, field)| field.size()).sum::<u64>() + 1,
            _ => 1,
        }
    }

    /// A value as its type holds it.
    pub fn rounded(self, ty: &Type) -> Data {
        match (self, ty) {
            (Data::Float(value), Type::Float(Float::F32)) => Data::Float(f64::from(value as f32)),
            (data, _) => data,
        }
    }
}

pub fn known_length(length: &Length) -> Option<usize> {
    let known = length.known.or_else(|| length.tokens.to_string().parse().ok())?;
    usize::try_from(known).ok()
}
