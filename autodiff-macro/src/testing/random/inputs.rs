//! Arguments, directions and seeds for random functions.

use super::{generate::USIZE, prng::Random};
use crate::ir::{Function, Shape, Type, Var, eval::Data};

/// An argument for each parameter.
pub fn inputs(function: &Function, random: &mut Random) -> Vec<Data> {
    function.params.iter().map(|param| of_shape(function, &param.shape, random)).collect()
}

fn of_shape(function: &Function, shape: &Shape, random: &mut Random) -> Data {
    match shape {
        Shape::Unit => Data::Unit,
        Shape::Var(Var::Value(id)) => of_type(&function.value(*id).ty, random),
        Shape::Var(Var::Memory(id)) => of_type(&function.memory(*id).ty, random),
        Shape::Tuple(of) => {
            Data::Tuple(of.iter().map(|shape| of_shape(function, shape, random)).collect())
        }
    }
}

fn of_type(ty: &Type, random: &mut Random) -> Data {
    match ty {
        Type::Array(of, length) => {
            let count = length.known.unwrap_or(0);
            Data::List((0..count).map(|_| of_type(of, random)).collect())
        }
        Type::Slice(of) | Type::Vec(of) => {
            let count = 1 + random.below(4);
            Data::List((0..count).map(|_| of_type(of, random)).collect())
        }
        ty if *ty == USIZE => Data::Int(random.below(6) as i128),
        Type::Bool => Data::Bool(random.one_in(2)),
        Type::Tuple(of) => Data::Tuple(of.iter().map(|ty| of_type(ty, random)).collect()),
        _ => Data::Float(random.within(-1.7, 1.7)),
    }
}

/// Random floats in the shape of `data`; integers are zero.
pub fn like(data: &Data, random: &mut Random) -> Data {
    let mut like = data.zero_like();
    like.for_each_float(&mut |value| *value = random.within(-1.0, 1.0));
    like
}

/// `x + t * v`, floats only.
pub fn moved(x: &Data, t: f64, v: &Data) -> Data {
    let mut steps = v.flat().into_iter();
    let mut moved = x.clone();
    moved.for_each_float(&mut |value| *value += t * steps.next().unwrap_or(0.0));
    moved
}

/// The sum of products; an empty side stands for zeros.
pub fn dot(a: &Data, b: &Data) -> Result<(f64, f64), String> {
    let (a, b) = (a.flat(), b.flat());
    if a.len() != b.len() && !a.is_empty() && !b.is_empty() {
        return Err(format!("{} floats against {}", a.len(), b.len()));
    }
    let products = a.iter().zip(&b).map(|(a, b)| a * b);
    Ok(products.fold((0.0, 0.0), |(sum, size), p| (sum + p, size + p.abs())))
}
