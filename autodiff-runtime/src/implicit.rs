//! The linear systems of implicit differentiation: `dx = -(dg/dx)⁻¹ dg` where `g(x)` stays zero.

use alloc::{vec, vec::Vec};

use crate::{Differentiable, VectorSpace};

/// The seed for the equation: `-(dg/dx)⁻ᵀ seed`. `row` multiplies with `(dg/dx)ᵀ`.
#[doc(hidden)]
pub fn implicit_adjoint<X: Differentiable>(
    x: &X,
    seed: &X::Tangent,
    row: impl FnMut(X::Tangent) -> X::Tangent,
) -> X::Tangent {
    let rows = jacobian(x, row);
    let n = rows.len();
    let transposed = (0..n).map(|i| (0..n).map(|j| rows[j][i]).collect()).collect();
    solved(x, transposed, seed)
}

/// The tangent of the root: `-(dg/dx)⁻¹ along`. `row` multiplies with `(dg/dx)ᵀ`.
#[doc(hidden)]
pub fn implicit_tangent<X: Differentiable>(
    x: &X,
    along: &X::Tangent,
    row: impl FnMut(X::Tangent) -> X::Tangent,
) -> X::Tangent {
    solved(x, jacobian(x, row), along)
}

fn jacobian<X: Differentiable>(
    x: &X,
    mut row: impl FnMut(X::Tangent) -> X::Tangent,
) -> Vec<Vec<f64>> {
    let n = x.zero_tangent().dimension();
    (0..n)
        .map(|i| {
            let mut unit = x.zero_tangent();
            unit.set_component(i, 1.0);
            components(&row(unit))
        })
        .collect()
}

fn components(of: &impl VectorSpace) -> Vec<f64> {
    let mut all = Vec::with_capacity(of.dimension());
    of.for_each(&mut |x| all.push(x));
    all
}

/// `-matrix⁻¹ right`, in the shape of `x`.
fn solved<X: Differentiable>(x: &X, matrix: Vec<Vec<f64>>, right: &X::Tangent) -> X::Tangent {
    let mut solution = solve(matrix, components(right)).into_iter();
    let mut out = x.zero_tangent();
    out.map_each(&mut |_| -solution.next().unwrap_or(f64::NAN));
    out
}

/// Gaussian elimination with row pivots. A singular matrix gives infinities, as a division by zero does.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let n = right.len();
    for k in 0..n {
        let size = |row: &Vec<f64>| if row[k] < 0.0 { -row[k] } else { row[k] };
        let pivot =
            (k..n).fold(k, |best, i| if size(&matrix[i]) > size(&matrix[best]) { i } else { best });
        matrix.swap(k, pivot);
        right.swap(k, pivot);
        let (above, below) = matrix.split_at_mut(k + 1);
        for (i, row) in below.iter_mut().enumerate() {
            let factor = row[k] / above[k][k];
            if factor != 0.0 {
                for j in k..n {
                    row[j] -= factor * above[k][j];
                }
                right[k + 1 + i] -= factor * right[k];
            }
        }
    }
    let mut solution = vec![0.0; n];
    for k in (0..n).rev() {
        let known: f64 = (k + 1..n).map(|j| matrix[k][j] * solution[j]).sum();
        solution[k] = (right[k] - known) / matrix[k][k];
    }
    solution
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_with_pivots() {
        let matrix = vec![vec![0.0, 2.0, 1.0], vec![1.0, 1.0, 0.0], vec![4.0, 0.0, 1.0]];
        assert_eq!(solve(matrix, vec![7.0, 3.0, 7.0]), [1.0, 2.0, 3.0]);
    }

    #[test]
    fn a_linear_equation() {
        // A x = p with A = [[2, 1], [0, 4]]: dx = A⁻¹ dp, while dg = -dp.
        let row = |u: [f64; 2]| [2.0 * u[0], u[0] + 4.0 * u[1]];
        assert_eq!(implicit_tangent(&[0.0; 2], &[-4.0, -8.0], row), [1.0, 2.0]);
        assert_eq!(implicit_adjoint(&[0.0; 2], &[2.0, 5.0], row), [-1.0, -1.0]);
    }
}
