//! Differentiable functions as arguments of generic code.

/// A function with a gradient, for generic code that takes one: an optimiser, a sampler, a test.
///
/// `#[grad]` on a function `f` with a scalar result implements it for the type of the same name, which `use path::f`
/// brings along. It is a type and not a value, so that nothing is stored, allocated or dispatched at run time: each use
/// is compiled for its function.
///
/// `Args` is the type of the one parameter, or the tuple of the types of several.
///
/// ```
/// use autodiff_runtime::{GradFn, grad};
///
/// fn minimise<F, const N: usize>(mut x: [f64; N]) -> [f64; N]
/// where
///     F: GradFn<[f64; N], Output = f64, Gradient = [f64; N]>,
/// {
///     for _ in 0..200 {
///         let gradient = F::grad(x);
///         for i in 0..N {
///             x[i] -= 0.1 * gradient[i];
///         }
///     }
///     x
/// }
///
/// #[grad]
/// fn bowl(x: [f64; 2]) -> f64 {
///     (x[0] - 1.0).powi(2) + 2.0 * (x[1] + 3.0).powi(2)
/// }
/// let [a, b] = minimise::<bowl, 2>([0.0, 0.0]);
/// assert!((a - 1.0).abs() < 1e-9 && (b + 3.0).abs() < 1e-9);
/// ```
///
/// A parameter that is borrowed is one for every lifetime:
///
/// ```
/// use autodiff_runtime::{GradFn, grad};
///
/// fn step<F>(x: &mut [f64], data: &[f64])
/// where
///     F: for<'a> GradFn<(&'a [f64], &'a [f64]), Output = f64, Gradient = Vec<f64>>,
/// {
///     let gradient = F::grad((x, data));
///     x.iter_mut().zip(gradient).for_each(|(x, g)| *x -= g);
/// }
///
/// #[grad(wrt(x))]
/// fn distance(x: &[f64], to: &[f64]) -> f64 {
///     let mut sum = 0.0;
///     for i in 0..x.len() {
///         sum += 0.5 * (x[i] - to[i]).powi(2);
///     }
///     sum
/// }
/// let mut x = [1.0, 2.0];
/// step::<distance>(&mut x, &[5.0, 7.0]);
/// assert_eq!(x, [5.0, 7.0]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no differentiable function of `{Args}`",
    label = "it is asked for here",
    note = "the type of the name of a function with `#[grad]` and a scalar result is one, of its parameters: \
            of the type of the one, or of the tuple of several"
)]
pub trait GradFn<Args> {
    /// What the function returns.
    type Output;

    /// Its gradient: one value a differentiable parameter, a tuple if several.
    type Gradient;

    /// The function itself.
    fn value(args: Args) -> Self::Output;

    /// The value and the gradient.
    fn value_and_grad(args: Args) -> (Self::Output, Self::Gradient);

    /// The gradient.
    fn grad(args: Args) -> Self::Gradient {
        Self::value_and_grad(args).1
    }
}
