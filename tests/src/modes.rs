//! What is checked of Jacobians and second derivatives.

use crate::Random;

/// Numbers from the arguments.
type AtPoint<'a> = &'a dyn Fn(&[f64]) -> Vec<f64>;
/// Numbers from the arguments and a seed or direction.
type Along<'a> = &'a dyn Fn(&[f64], &[f64]) -> Vec<f64>;

/// One call of a differentiated function with `#[grad(jacobian, hessian)]`, over plain vectors. Gradients, directions and
/// columns are those of all arguments; `columns` says which have columns at all (in-out buffers have none).
#[allow(missing_debug_implementations)]
pub struct Modes<'a> {
    pub name: &'static str,
    pub epsilon: f64,
    pub point: Vec<f64>,
    pub outputs: usize,
    /// The number of components of each argument.
    pub lengths: Vec<usize>,
    /// The number of columns of each argument; 0 for in-out buffers.
    pub columns: Vec<usize>,
    /// The gradient of the sum of all outputs, weighted by the second argument; without in-out buffers.
    pub vjp: Along<'a>,
    /// `f_jacfwd`, `f_jacrev` and `f_jacobian`, if there is a column: a block for each argument, row-major.
    pub jacobians: Option<[AtPoint<'a>; 3]>,
    pub hvp: Option<Along<'a>>,
    /// A row of blocks for each argument, each block row-major.
    pub hessian: Option<AtPoint<'a>>,
}

impl Modes<'_> {
    /// Panics with what is wrong.
    pub fn check(&self) {
        let mut random = Random::new(self.point.len() as u64 + 7);
        if let Some(jacobians) = self.jacobians {
            let [forward, reverse, chosen] = jacobians.map(|jacobian| jacobian(&self.point));
            self.near("f_jacfwd and f_jacrev", &forward, &reverse, 1e4);
            self.near("f_jacobian and f_jacrev", &chosen, &reverse, 1e4);
            let u = random.direction(self.outputs);
            let mut expected = (self.vjp)(&self.point, &u);
            for (at, columns) in self.columns.iter().enumerate() {
                for (row, u) in u.iter().enumerate() {
                    for column in 0..*columns {
                        let place = at_column(&self.columns, at, column);
                        expected[place] -= u * reverse[self.block(at) + row * columns + column];
                    }
                }
            }
            let size = reverse.iter().fold(1e-3, |size: f64, x| size.max(x.abs()));
            let worst = expected.iter().fold(0.0, |size: f64, x| size.max(x.abs()));
            assert!(worst <= 1e5 * self.epsilon * size, "{}: u J is not f_vjp: {worst}", self.name);
        }
        let (Some(hvp), Some(hessian)) = (self.hvp, self.hessian) else { return };
        let n: usize = self.columns.iter().sum();
        let (v, w) = (random.direction(n), random.direction(n));
        let (along_v, along_w) = (hvp(&self.point, &v), hvp(&self.point, &w));
        let size =
            1e-3 + along_v.iter().chain(&along_w).fold(0.0, |size: f64, x| size.max(x.abs()));
        let (a, b) = (dot(&along_v, &w), dot(&along_w, &v));
        let allowed = 1e5 * self.epsilon * size * n as f64;
        assert!((a - b).abs() <= allowed, "{}: <w, H v> = {a}, <v, H w> = {b}", self.name);
        let matrix = self.matrix(&hessian(&self.point));
        for i in 0..n {
            let product = dot(&matrix[i * n..(i + 1) * n], &v);
            assert!(
                (product - along_v[i]).abs() <= allowed,
                "{}: (H v)[{i}] = {product}, f_hvp gives {}",
                self.name,
                along_v[i],
            );
        }
        self.differences(&v, &along_v, size);
    }

    /// Where the gradient is smooth, its differences are the products.
    fn differences(&self, v: &[f64], along_v: &[f64], size: f64) {
        if self.epsilon > 1e-10 {
            return;
        }
        let seed = {
            let mut seed = vec![0.0; self.outputs];
            seed[0] = 1.0;
            seed
        };
        let central = |h: f64| -> Vec<f64> {
            let [plus, minus] = [h, -h].map(|h| {
                let (mut point, mut v) = (self.point.clone(), v.iter());
                let mut at = 0;
                for (length, moves) in self.lengths() {
                    for x in &mut point[at..at + length] {
                        if moves {
                            *x += h * v.next().expect("a direction for each column");
                        }
                    }
                    at += length;
                }
                (self.vjp)(&point, &seed)
            });
            plus.iter().zip(&minus).map(|(plus, minus)| (plus - minus) / (2.0 * h)).collect()
        };
        let (coarse, fine) = (central(1e-4), central(5e-5));
        for i in 0..along_v.len() {
            let expected = (4.0 * fine[i] - coarse[i]) / 3.0;
            let error = (fine[i] - coarse[i]).abs();
            // Also where the differences are no numbers.
            if error.is_nan() || error > 1e-3 * size {
                continue;
            }
            assert!(
                (expected - along_v[i]).abs() <= 1e-5 * size + 2.0 * error,
                "{}: (H v)[{i}] = {}, by differences {expected}",
                self.name,
                along_v[i],
            );
        }
    }

    /// The number of components of each argument, and whether it has columns.
    fn lengths(&self) -> impl Iterator<Item = (usize, bool)> {
        self.lengths.iter().zip(&self.columns).map(|(length, columns)| (*length, *columns > 0))
    }

    fn block(&self, at: usize) -> usize {
        self.columns[..at].iter().sum::<usize>() * self.outputs
    }

    /// The blocks as one matrix.
    fn matrix(&self, blocks: &[f64]) -> Vec<f64> {
        let n: usize = self.columns.iter().sum();
        let mut matrix = vec![f64::NAN; n * n];
        let mut from = blocks.iter();
        for (i, rows) in self.columns.iter().enumerate() {
            for (j, columns) in self.columns.iter().enumerate() {
                for row in 0..*rows {
                    for column in 0..*columns {
                        let row = at_column(&self.columns, i, row);
                        let column = at_column(&self.columns, j, column);
                        matrix[row * n + column] = *from.next().expect("a Hessian is square");
                    }
                }
            }
        }
        assert!(from.next().is_none(), "{}: the Hessian has too many numbers", self.name);
        matrix
    }

    fn near(&self, what: &str, a: &[f64], b: &[f64], tolerance: f64) {
        assert_eq!(a.len(), b.len(), "{}: {what} differ in length", self.name);
        let size = b.iter().fold(1e-3, |size: f64, x| size.max(x.abs()));
        for (a, b) in a.iter().zip(b) {
            let near = (a - b).abs() <= tolerance * self.epsilon * size;
            assert!(near, "{}: {what}: {a} and {b}", self.name);
        }
    }
}

/// Where a column of argument `i` is among those of all.
fn at_column(columns: &[usize], i: usize, column: usize) -> usize {
    columns[..i].iter().sum::<usize>() + column
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// As [`check!`](crate::check), for Jacobians and second derivatives.
#[macro_export]
macro_rules! check_modes {
    ($c:expr, $f:ident($($arguments:tt)*) -> $($result:tt)+) => {
        $crate::check_arguments!(
            (modes $c, $f, [$($result)+])
            [] [] [] [] [] []
            $($arguments)* ,
        )
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! check_modes_of {
    // Nothing has columns.
    ($head:tt $active:tt $fixed:tt $passed:tt $into:tt $in_out:tt [()] $direction:tt) => {};
    (
        ($c:expr, $f:ident, $kind:ident, $seed:tt, [$($seeded:tt)*])
        [$(($active:ident $adjoint:ident $at:expr))*]
        [$(($fixed:ident $value:expr))*]
        [$($passed:tt)*]
        [$($into:tt)*]
        [$(($in_out:ident $in_out_adjoint:ident))*]
        [$rest:pat]
        [$($direction:tt)*]
    ) => {
        $crate::paste! {{
            #[allow(unused_mut, unused_variables)]
            {
                let _ = &$c;
                let inputs = ($(Clone::clone(&$at),)*);
                let lengths: Vec<usize> = {
                    let ($($active,)*) = inputs.clone();
                    vec![$($crate::flat(&$active).len()),*]
                };
                // In-out buffers have no columns.
                let columns: Vec<usize> = {
                    let ($(mut $active,)*) = {
                        let ($($active,)*) = &inputs;
                        ($($crate::flat($active).len(),)*)
                    };
                    $($in_out = 0;)*
                    vec![$($active),*]
                };
                let outputs = {
                    let ($(mut $active,)*) = inputs.clone();
                    $(let $fixed = $value;)*
                    let value = $f($($passed)*);
                    (value, $($in_out,)*)
                };
                let at = |x: &[f64]| $crate::like(&inputs, x);
                // A direction in what has columns, and anything in the place of the rest.
                let direction = |v: &[f64]| {
                    let (mut all, mut v) = (Vec::new(), v.iter());
                    for (length, columns) in lengths.iter().zip(&columns) {
                        for _ in 0..*length {
                            all.push(if *columns > 0 { *v.next().unwrap() } else { 0.0 });
                        }
                    }
                    $crate::tangent_like(&inputs, &all)
                };
                let vjp = |x: &[f64], u: &[f64]| {
                    let ($(mut $active,)*) = at(x);
                    $(let $fixed = $value;)*
                    let ($seed, $(mut $in_out_adjoint,)*) = $crate::tangent_like(&outputs, u);
                    let (_, $rest) =
                        [<$f _vjp>]($($passed)* $($seeded)* $(&mut $in_out_adjoint,)*);
                    $crate::flat(&($($direction)*))
                };
                $crate::Modes {
                    name: stringify!($f),
                    epsilon: $crate::epsilon(&inputs, &outputs),
                    point: $crate::flat(&inputs),
                    outputs: $crate::flat(&outputs).len(),
                    lengths: lengths.clone(),
                    columns: columns.clone(),
                    vjp: &vjp,
                    jacobians: Some([
                        &|x| {
                            let ($(mut $active,)*) = at(x);
                            $(let $fixed = $value;)*
                            $crate::flat(&[<$f _jacfwd>]($($passed)*))
                        },
                        &|x| {
                            let ($(mut $active,)*) = at(x);
                            $(let $fixed = $value;)*
                            $crate::flat(&[<$f _jacrev>]($($passed)*))
                        },
                        &|x| {
                            let ($(mut $active,)*) = at(x);
                            $(let $fixed = $value;)*
                            $crate::flat(&[<$f _jacobian>]($($passed)*))
                        },
                    ]),
                    hvp: $crate::check_grad!($kind &|x, v| {
                        let ($(mut $active,)*) = at(x);
                        $(let $fixed = $value;)*
                        let ($(mut $adjoint,)*) = direction(v);
                        $crate::flat(&[<$f _hvp>]($($passed)* $($direction)*))
                    }),
                    hessian: $crate::check_grad!($kind &|x| {
                        let ($(mut $active,)*) = at(x);
                        $(let $fixed = $value;)*
                        $crate::flat(&[<$f _hessian>]($($passed)*))
                    }),
                }
                .check();
            }
        }}
    };
}
