//! Gradients of a problem by each crate, row after row.

use aad::Tape;
use num_dual::Derivative;

use crate::{
    number::{AdForward, AdReverse, Autodiff, EchidnaForward, NumDual},
    problems::Problem,
};

pub fn aad<const M: usize>(problem: &impl Problem<M>, inputs: &[Vec<f64>], g: &mut Vec<f64>) {
    g.clear();
    for (which, x) in inputs.iter().enumerate() {
        let tape = Tape::default();
        let x: Vec<_> = tape.create_variables_iter(x).collect();
        for result in problem.call(which, &x) {
            let gradients = result.compute_gradients().expect("a variable");
            g.extend(x.iter().map(|x| gradients.get_gradient(x).expect("one of the tape")));
        }
    }
}

pub fn ad_trait<const M: usize>(problem: &impl Problem<M>, inputs: &[Vec<f64>], g: &mut Vec<f64>) {
    g.clear();
    for (which, x) in inputs.iter().enumerate() {
        let variables = x.iter().enumerate().map(|(i, &x)| AdReverse::new_variable(x, i == 0));
        let x: Vec<_> = variables.collect();
        for result in problem.call(which, &x) {
            let gradients = result.get_backwards_mode_grad();
            g.extend(x.iter().map(|x| gradients.wrt(x)));
        }
    }
}

pub fn echidna<const M: usize>(problem: &impl Problem<M>, inputs: &[Vec<f64>], g: &mut Vec<f64>) {
    g.clear();
    for (which, x) in inputs.iter().enumerate() {
        for row in 0..M {
            g.extend(echidna::grad(|x| problem.call(which, x)[row], x));
        }
    }
}

/// Forward mode with `N` directions at once: a function of one crate's numbers, which differ in how they are made and read.
macro_rules! forward {
    ($name:ident, $number:ident, |$x:ident, $lane:ident| $variable:expr, |$y:ident| $tangent:expr) => {
        pub fn $name<const N: usize, const M: usize>(
            problem: &impl Problem<M>,
            inputs: &[Vec<f64>],
            g: &mut Vec<f64>,
        ) {
            g.clear();
            for (which, values) in inputs.iter().enumerate() {
                let rows = g.len();
                g.resize(rows + M * values.len(), 0.0);
                let mut x: Vec<$number<N>> =
                    values.iter().map(|&x| crate::number::Number::constant(x)).collect();
                for first in (0..x.len()).step_by(N) {
                    let lanes = N.min(x.len() - first);
                    for $lane in 0..lanes {
                        let $x = values[first + $lane];
                        x[first + $lane] = $variable;
                    }
                    for (row, $y) in problem.call(which, &x).into_iter().enumerate() {
                        let at = rows + row * x.len() + first;
                        let tangent: [f64; N] = $tangent;
                        g[at..at + lanes].copy_from_slice(&tangent[..lanes]);
                    }
                    for lane in first..first + lanes {
                        x[lane] = crate::number::Number::constant(values[lane]);
                    }
                }
            }
        }
    };
}

forward!(
    num_dual,
    NumDual,
    |x, lane| NumDual::new(x, Derivative::derivative_generic(num_dual_const::<N>(), U1, lane)),
    |y| y.eps.unwrap_generic(num_dual_const::<N>(), U1).into()
);
forward!(
    ad_trait_forward,
    AdForward,
    |x, lane| AdForward::new(x, std::array::from_fn(|i| f64::from(i == lane))),
    |y| y.tangent()
);
forward!(echidna_forward, EchidnaForward, |x, lane| EchidnaForward::with_tangent(x, lane), |y| y
    .eps);

use nalgebra::{Const, U1};

fn num_dual_const<const N: usize>() -> Const<N> {
    Const
}

/// One direction at a time is all that there is.
pub fn autodiff<const M: usize>(problem: &impl Problem<M>, inputs: &[Vec<f64>], g: &mut Vec<f64>) {
    g.clear();
    for (which, values) in inputs.iter().enumerate() {
        let rows = g.len();
        g.resize(rows + M * values.len(), 0.0);
        let mut x: Vec<Autodiff> = values.iter().map(|&x| Autodiff::cst(x)).collect();
        for i in 0..x.len() {
            x[i] = autodiff::F1::var(values[i]);
            for (row, y) in problem.call(which, &x).into_iter().enumerate() {
                g[rows + row * x.len() + i] = y.deriv();
            }
            x[i] = Autodiff::cst(values[i]);
        }
    }
}
