//! The smallest example: one number in, one number out, y = sin(x²) + x³.
//!
//! It prints the derivative beside central differences, and then what reverse mode does,
//! line by line. The documentation of the generated function shows the same listing:
//!
//! ```text
//! cargo run --release --example sin_cubic
//! cargo doc --example sin_cubic --document-private-items --open
//! ```

use autodiff_runtime::grad;

/// y = sin(x²) + x³. The square is named because both terms use it: its adjoint has two
/// contributions, one from each use.
#[grad]
fn sin_cubic(x: f64) -> f64 {
    let square = x * x;
    square.sin() + square * x
}

/// The derivative as one writes it on paper, to measure the generated one against.
fn on_paper(x: f64) -> f64 {
    2.0 * x * (x * x).cos() + 3.0 * x * x
}

/// Central differences. The error has two parts: h² y'''/6 is what the Taylor series leaves
/// out, eps y/h is what the subtraction rounds away. Their sum is least near
/// h = eps^(1/3) = 6e-6, and is then about 1e-10: ten digits are all there is to have.
fn central_difference(x: f64) -> f64 {
    let h = f64::EPSILON.cbrt();
    (sin_cubic(x + h) - sin_cubic(x - h)) / (2.0 * h)
}

/// How many steps from one float to the next lie between `a` and `b`.
fn ulps_between(a: f64, b: f64) -> u64 {
    // The bits of a float, read as an integer, count the floats up from zero; the sign bit
    // turns the count around.
    let rank = |x: f64| {
        let magnitude = (x.to_bits() & !(1 << 63)) as i64;
        if x.is_sign_negative() { -magnitude } else { magnitude }
    };
    rank(a).abs_diff(rank(b))
}

fn main() {
    println!("y = sin(x^2) + x^3\n");
    println!(
        "{:>5}  {:>19}  {:>19}  {:>19}  {:>10}",
        "x", "y", "dy/dx (generated)", "dy/dx (central)", "abs. error"
    );
    for x in [-1.0, 0.0, 0.5, 1.0, 1.5] {
        // `#[grad]` has put `sin_cubic_value_and_grad` beside `sin_cubic`. The value is bit
        // for bit that of the function itself, and costs nothing more: the forward half of
        // reverse mode computes it anyway.
        let (y, generated) = sin_cubic_value_and_grad(x);
        let central = central_difference(x);
        println!(
            "{x:>5.1}  {y:>19.15}  {generated:>19.15}  {central:>19.15}  {:>10.1e}",
            (generated - central).abs()
        );

        assert_eq!(y.to_bits(), sin_cubic(x).to_bits(), "the value at x = {x}");
        // The generated derivative is no approximation: it is the exact derivative of each
        // operation, rounded. All that may differ is the order of a few sums.
        let ulps = ulps_between(generated, on_paper(x));
        assert!(ulps <= 2, "{ulps} ulp between dy/dx and 2x cos(x^2) + 3x^2 at x = {x}");
    }
    println!("\ndy/dx agrees with 2x cos(x^2) + 3x^2 to 2 ulp at every x.");

    let x = 0.5;
    let dy_dx = print_listing(x);
    assert!(ulps_between(sin_cubic_grad(x), dy_dx) <= 2);
}

/// What the macro makes of `sin_cubic`, done by hand for one x.
///
/// Downwards: the function as single assignments (SSA), every intermediate value with a name
/// of its own. Upwards: the adjoint of each value, dy/dv. A value passes its adjoint on to
/// what it was computed from, times the partial derivative of that one operation; where a
/// value was used twice, the two contributions add up.
fn print_listing(x: f64) -> f64 {
    let v1 = x * x;
    let v2 = v1.sin();
    let v3 = v1 * x;
    let v4 = v2 + v3;

    let d_v4 = 1.0;
    let d_v3 = d_v4;
    let d_v2 = d_v4;
    let d_v1 = d_v2 * v1.cos() + d_v3 * x;
    let d_x = d_v3 * v1 + 2.0 * d_v1 * x;

    println!("\nThe SSA with its adjoints, at x = {x}: values downwards, adjoints upwards.\n");
    println!("{:<14}  {:>10}    {:<35}  {:>10}", "value", "", "adjoint", "");
    for (value, number, adjoint, d_number) in [
        ("x", x, "d_x  = d_v3 * v1 + d_v1 * (x + x)", d_x),
        ("v1 = x * x", v1, "d_v1 = d_v2 * cos(v1) + d_v3 * x", d_v1),
        ("v2 = sin(v1)", v2, "d_v2 = d_v4", d_v2),
        ("v3 = v1 * x", v3, "d_v3 = d_v4", d_v3),
        ("v4 = v2 + v3", v4, "d_v4 = 1", d_v4),
    ] {
        println!("{value:<14}  {number:>10.6}    {adjoint:<35}  {d_number:>10.6}");
    }
    println!("\ny is v4, dy/dx is d_x.");
    d_x
}
