//! `#[grad]`: exact gradients of plain Rust functions by source transformation at compile time.
//!
//! Use it through the crate `autodiff-runtime`, which re-exports the attribute and holds what generated code refers
//! to. The pipeline is `syn -> parse -> IR -> analyses -> forward | reverse -> emit`, one module a stage.

mod analysis;
mod beside;
mod block;
mod declared;
mod derivative;
mod derive;
mod emit;
mod error;
mod expand;
mod higher_order;
mod imported;
mod ir;
mod last_resort;
mod local_types;
mod maps;
mod options;
mod parse;
mod queues;
mod refused;
mod rules;
mod source;
mod surroundings;
#[cfg(test)]
mod testing;
mod transform;

use options::Settings;
use proc_macro::TokenStream;

/// Generates the derivatives of a function, beside the function, which stays as it is.
///
/// ```ignore
/// use autodiff_runtime::grad;
///
/// #[grad]
/// fn square_norm(x: &[f64]) -> f64 {
///     let mut sum = 0.0;
///     for i in 0..x.len() {
///         sum += x[i] * x[i];
///     }
///     sum
/// }
///
/// assert_eq!(square_norm_grad(&[1.0, 2.0]), [2.0, 4.0]);
/// ```
///
/// # What is generated
/// For a function `f`, with the same visibility, generics and where-clause:
///
/// | function | returns |
/// | --- | --- |
/// | `f_grad(args)` | the gradient `G` (of a function whose result is one float) |
/// | `f_value_and_grad(args)` | `(value, G)` |
/// | `f_grad_into(args, &mut g, ..)` | the value; overwrites one buffer for each differentiable parameter |
/// | `f_vjp(args, seed)` | `(value, G)`, the derivative of the value's product with `seed`, for results of any shape |
/// | `f_forward(args)` | `(value, residuals)`: the forward sweep, and what the reverse sweep must know |
/// | `f_reverse(&residuals, seed)` | `G`; may be called many times on one forward sweep |
/// | `f_jvp(args, direction)` | `(value, tangent)`, with `#[grad(jvp)]`; `direction` is shaped like `G` |
/// | `f_jacobian(args)` | the Jacobian, with `#[grad(jacobian)]`; by forward or reverse sweeps, whichever is faster |
/// | `f_jacfwd(args)`, `f_jacrev(args)` | the same by forward mode (a sweep a column), by reverse mode (a sweep a row) |
/// | `f_jacobian_into(args, &mut j, ..)` | the value; overwrites a row-major buffer for each differentiable parameter |
/// | `f_hvp(args, direction)` | the Hessian times a direction, shaped like `G`, with `#[grad(hessian)]` |
/// | `f_hessian(args)` | the Hessian, with `#[grad(hessian)]` |
/// | `f_slope(args, directions)` | the derivative along a direction, a function with derivatives of its own, with `#[grad(order = 3)]` |
/// | `f_gnvp(args, direction)` | `(value, G)`: the Gauss-Newton product `Jᵀ J direction`, with `#[grad(gnvp)]` |
/// | `f_jvp_batch(args, directions)` | `(value, [tangent; K])`: `K` directions in one sweep, with `#[grad(batch)]` |
/// | `f_vjp_batch(args, seeds)`, `f_reverse_batch(&residuals, seeds)` | `(value, [G; K])`, `[G; K]`: `K` seeds in one reverse sweep, with `#[grad(batch)]` |
/// | `f_grad_with(&mut workspace, args, &mut g, ..)` | `f_grad_into` with memory kept from call to call, with `#[grad(workspace)]` |
///
/// `G` holds the gradient of each differentiable parameter: bare if there is one, a tuple if several. The gradient of
/// `f64` is `f64`, of `[f64; N]` is `[f64; N]`, of `&[f64]`, `&Vec<f64>` and `Vec<f64>` is `Vec<f64>`, of a tuple a
/// tuple. A `&mut` parameter is in-out: so is its adjoint, one `&mut` buffer more at the end of the arguments.
///
/// # Jacobians
/// `#[grad(jacobian)]`: rows are outputs, columns inputs. The Jacobian has the shape of the result, with a gradient in
/// the place of each float; with several differentiable parameters it is a tuple of such blocks, as `G` is.
///
/// | function | `f_jacobian` |
/// | --- | --- |
/// | `fn f(x: [f64; N]) -> [f64; M]` | `[[f64; N]; M]` |
/// | `fn f(x: f64) -> [f64; M]` | `[f64; M]` |
/// | `fn f(x: &[f64]) -> f64` | `Vec<f64>`, the gradient |
/// | `fn f(x: &[f64]) -> Vec<f64>` | `Vec<Vec<f64>>` |
/// | `fn f(x: &[f64]) -> (f64, [f64; M])` | `(Vec<f64>, [Vec<f64>; M])` |
/// | `fn f(x: &[f64; N], w: f64) -> [f64; M]` | `([[f64; N]; M], [f64; M])` |
/// | `fn f(x: &[f64]) -> S`, a struct | `Vec<Vec<f64>>`: its components are rows in their order |
/// | `fn f(x: &[f64], out: &mut [f64])` | `Vec<Vec<f64>>`: what `out` holds in the end is a result |
/// | `fn f(x: &[f64], out: &mut [f64]) -> f64` | `(Vec<f64>, Vec<Vec<f64>>)`: the result, then what is written |
///
/// `f_jacobian` takes forward mode where there are fewer inputs than outputs, and where there are as many or somewhat more but eight
/// columns come out of one sweep (as measured: `docs/jacobians.md` of the repository). Where both numbers stand in the types,
/// that is decided at compile time. A function of which every differentiable parameter is passed by `&mut` has no
/// columns, and so no Jacobian of its own; what is to be differentiated is passed by value or by `&`.
///
/// # Hessians
/// `#[grad(hessian)]`, of a function whose result is one float. `f_hvp` is forward over reverse mode: the sweeps of the
/// gradient, differentiated along the direction, for about twice the work of a gradient. `f_hessian` has the shape of
/// `G`, with a gradient in the place of each float; with several differentiable parameters it is a tuple of rows, each
/// a tuple of blocks.
///
/// | function | `f_hessian` |
/// | --- | --- |
/// | `fn f(x: f64) -> f64` | `f64` |
/// | `fn f(x: [f64; N]) -> f64` | `[[f64; N]; N]` |
/// | `fn f(x: &[f64]) -> f64` | `Vec<Vec<f64>>` |
/// | `fn f(x: &[f64; N], w: f64) -> f64` | `(([[f64; N]; N], [f64; N]), ([f64; N], f64))` |
///
/// A function that is called on active values needs `hessian` too, whatever its result: it then has the sweeps that
/// its caller needs, though `f_hvp` and `f_hessian` only if it returns a float and has a gradient. What is passed by `&mut` has no part in the Hessian, as it has none in `G`; its final content is
/// not differentiated.
///
/// # Higher orders
/// `#[grad(order = 3)]` makes the derivative along a direction a function: `f_slope` takes the arguments of `f` and after them a
/// direction for each parameter that is differentiated (`T` or an array by value, `&[T]` for what is behind a reference),
/// returns the tangent of the result, and has derivatives of its own, as if `#[grad(hessian)]` stood on it: with respect to the
/// arguments of `f`, the directions being constants. So `f_slope_grad(x, u)` is the Hessian times `u`,
/// `f_slope_hvp(x, u, v)` the third derivative along `u` and `v`, and `f_slope_hessian(x, u)` that along `u` alone.
/// `#[grad(order = 4)]` puts `#[grad(order = 3)]` on `f_slope`, and so on: `f_slope_slope_hvp(x, u, v, w)`. Taylor coefficients
/// in a direction are these divided by factorials: `f(x)`, `f_slope(x, u)`, `f_slope_slope(x, u, u) / 2`, ..
///
/// ```text
/// #[grad(order = 4)]
/// fn f(x: f64) -> f64 {
///     x * x.exp()
/// }
///
/// let third = f_slope_slope_grad(0.5, 1.0, 1.0);
/// ```
///
/// Free functions that return floats (or arrays, vectors or tuples of them) and take nothing by `&mut`; what they call that is
/// not read where it is called (closures, functions inside of the body and small functions of the same module are) has no
/// derivative of a third order yet, which is an error at the call. `order = 2` is `hessian`.
///
/// A type parameter that stands for a float (`T: num_traits::Float`, `T: nalgebra::RealField`, the runtime's `Float`, or a trait of
/// your own if the function computes with its values) is differentiated; what is generated asks for `T: autodiff_runtime::Real`
/// too, which is `f32` or `f64`. A name for a float (`type Real = f32`) may stand in a signature.
///
/// # Checkpoints
/// A loop that carries nonlinear state keeps a record an iteration for the reverse sweep. With `#[checkpoint]` on the loop
/// (a `for` over a range or over what has elements, a `while` or a `loop`) it saves its state once in a block of iterations
/// instead, and the reverse sweep makes each block once more when it comes to it: about `2 √n` records instead of `n`,
/// for one run of the loop more. A block has `√n` iterations where their number is known beforehand, otherwise 512;
/// `#[checkpoint(every = 1000)]` says it. With `#[checkpoint(levels = k)]` blocks are cut into blocks, `k` times: about
/// `k n^(1/(k+1))` states for `k` runs more (up to 20 of them, which is recursive bisection: two states a halving), and
/// `#[checkpoint(every = [10000, 100])]` says the sizes. `#[checkpoint(snapshots = 20)]` says how many states may be saved at any
/// time (records of iterations are among them), and saves them where Griewank and Walther's binomial schedule does: no other makes
/// fewer iterations again, but for one in forty. With `s` states and `r` runs that is `binomial(s + r, s)` iterations: a million with
/// 143 states in less than 4 runs, and with 20 in about 7. It is for `for` loops that know beforehand how often they run, without
/// `break`, and has no second derivatives yet. Loops with checkpoints may be nested.
/// The derivatives are those without the attribute, bit for bit; a loop of which nothing would be saved is left as it is.
/// `let y = #[checkpoint] g(x);`, or the attribute on the `let`, keeps nothing of the call but its arguments: the reverse
/// sweep begins with the forward sweep of `g`. (With `hessian`, what second derivatives need is kept all the same.)
/// The attribute is the one thing that is taken
/// out of the function as you wrote it, since the compiler knows no attributes on statements.
///
/// ```text
/// #[grad]
/// fn simulate(start: [f64; 2], steps: usize) -> f64 {
///     let [mut x, mut v] = start;
///     #[checkpoint]
///     for _ in 0..steps {
///         v -= 0.01 * x.sin();
///         x += 0.01 * v;
///     }
///     x
/// }
/// ```
///
/// The state is what the loop changes of its surroundings, and found by the macro; vectors keep their length. What the loop
/// prints is printed once.
///
/// # Closures and functions that take functions
/// Closures and functions inside of the body are read where they are called. A function that takes functions
/// (`fn integrate(f: impl Fn(f64) -> f64, a: f64, b: f64) -> f64`, or `F: Fn(f64) -> f64`) has `#[grad]` too, but no derivative
/// of its own: that depends on the closure, and on what it captures. A `#[grad]` function that calls it with a closure, or with a
/// `#[grad]` function by its name, has one. What such a function names (constants, other functions) must be in scope of its
/// callers, which are in the same crate.
///
/// # Options
/// - `jvp`: `f_jvp`.
/// - `jacobian`: `f_jacobian`, `f_jacfwd`, `f_jacrev`, `f_jacobian_into`. Functions that are called on active values
///   need `jvp` or `jacobian` too.
/// - `workspace`: `f_grad_with`, for free functions without type parameters: takes from the runtime's `Workspace` what the
///   sweeps keep and the function's own vectors of floats, so that from the second call on nothing is allocated (but by
///   functions that are called).
/// - `hessian`: `f_hvp`, `f_hessian`. Functions that are called on active values need `hessian` too.
/// - `gnvp`: `f_gnvp`, for least squares. Functions that are called on active values need `jvp` too.
/// - `batch`: `f_jvp_batch`, `f_vjp_batch` and `f_reverse_batch`, with any number of directions or seeds at once; of free
///   functions on numbers, arrays, slices, vectors and tuples.
/// - `order = 3` (to 6): `f_slope`, with `order = 2` of its own, and so on.
/// - `wrt(x, w)`: differentiate with respect to these parameters only.
/// - `crate = path`: where the runtime is, if not at `::autodiff_runtime`.
///
/// Errors are reported at the user's own tokens, all of a function at once, and the function itself stays usable.
#[proc_macro_attribute]
pub fn grad(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand::grad(arguments.into(), item.into(), Settings::default()).into()
}

/// `grad` again, of a function that calls others that take functions, now with their source.
#[doc(hidden)]
#[proc_macro]
pub fn grad_with_sources(tokens: TokenStream) -> TokenStream {
    higher_order::resume(tokens.into()).into()
}

/// Gives a function a derivative by hand. The documentation with its examples is that of `autodiff-runtime`.
#[proc_macro_attribute]
pub fn derivative(arguments: TokenStream, item: TokenStream) -> TokenStream {
    derivative::derivative(arguments.into(), item.into()).into()
}

/// `grad(jacobian, hessian)` where these are possible, whatever else is asked for. For tests.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn grad_in_every_mode(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let (given, item): (proc_macro2::TokenStream, proc_macro2::TokenStream) =
        (arguments.into(), item.into());
    let expand = |modes: &[&str]| {
        let modes =
            modes.iter().map(|mode| proc_macro2::Ident::new(mode, proc_macro2::Span::call_site()));
        let arguments = quote::quote!(#(#modes,)* #given);
        expand::grad(arguments, item.clone(), Settings::default())
    };
    let tries = [&["jacobian", "hessian"][..], &["hessian"], &["jacobian"], &[]];
    let expanded = tries.into_iter().map(expand);
    let possible =
        expanded.into_iter().find(|tokens| !tokens.to_string().contains("compile_error"));
    possible.unwrap_or_else(|| expand(&[])).into()
}

/// `grad` with every value taken for active. For tests: the results must be the same.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn grad_without_activity(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let settings = Settings { activity: false, inline: false, ..Settings::default() };
    expand::grad(arguments.into(), item.into(), settings).into()
}

/// `grad` that recomputes nothing. For tests: the results must be the same.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn grad_without_recompute(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let settings = Settings { recompute: false, inline: false, ..Settings::default() };
    expand::grad(arguments.into(), item.into(), settings).into()
}

/// `grad` that records whatever is overwritten. For tests: the results must be the same.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn grad_without_to_be_recorded(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let settings = Settings { to_be_recorded: false, inline: false, ..Settings::default() };
    expand::grad(arguments.into(), item.into(), settings).into()
}

/// `grad` that leaves the transforms' output as it is. For tests: the results must be the same.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn grad_without_cleanup(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let settings = Settings { cleanup: false, inline: false, ..Settings::default() };
    expand::grad(arguments.into(), item.into(), settings).into()
}

/// Gives a struct or an enum a tangent type, so that functions can be differentiated with respect to it.
///
/// ```ignore
/// use autodiff_runtime::{Differentiable, grad};
///
/// #[derive(Differentiable)]
/// struct Spring {
///     stiffness: f64,
///     anchor: [f64; 2],
///     id: u32,
///     #[no_diff]
///     created: f64,
/// }
///
/// #[grad]
/// fn energy(spring: &Spring, x: f64) -> f64 {
///     0.5 * spring.stiffness * (x - spring.anchor[0]).powi(2)
/// }
///
/// let (spring_gradient, x_gradient) = energy_grad(&spring, 2.0);
/// assert_eq!(spring_gradient.stiffness, 0.5);
/// ```
///
/// The tangent type of `Spring` is `SpringTangent`: of the same visibility, with the fields that have a derivative, under
/// the same names, each of the type of its gradient (`f64` of `f64`, `Vec<f64>` of `Vec<f64>` and `&[f64]`, `OtherTangent` of
/// `Other`). Of an enum it is an enum with the same variants. Tangents are `Debug`, `Clone`, `PartialEq` and `Default` (zero), can
/// be added, subtracted and scaled (`a + b`, `a - &b`, `a += b`, `a * 2.0`), and are what `VectorSpace` says: they have `dot`,
/// `norm`, `set_zero`, `to_flat` and `set_flat`. The type itself is a `Point`: `spring.step(-rate, &gradient)`.
///
/// Integers, `bool`, `char`, `String`, `&str` and vectors of these have no derivative; of any other type, a field has one,
/// unless it is marked `#[no_diff]`. `#[differentiable(crate = path)]` says where the runtime is, if not at
/// `::autodiff_runtime`.
#[proc_macro_derive(Differentiable, attributes(no_diff, differentiable))]
pub fn differentiable(item: TokenStream) -> TokenStream {
    derive::derive(item.into()).into()
}

/// `grad` whose sweeps run one after the other. For tests: the results must be the same.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn grad_without_fusion(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let settings = Settings { fuse: false, ..Settings::default() };
    expand::grad(arguments.into(), item.into(), settings).into()
}

/// `grad` whose loops run as they come, on memory as it stands, and save what they carry. For tests: the results must be the
/// same. (The random programs switch each of these rewrites off in turn.)
#[doc(hidden)]
#[proc_macro_attribute]
pub fn grad_without_rewrites(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let settings = Settings {
        numbering: false,
        tables: false,
        jam: false,
        reciprocals: false,
        unroll: false,
        recurrences: false,
        windows: false,
        fission: false,
        spread: false,
        rows: false,
        reorder: false,
        inline: false,
        slopes: options::Slopes::Never,
        ..Settings::default()
    };
    expand::grad(arguments.into(), item.into(), settings).into()
}
