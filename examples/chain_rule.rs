//! The chain rule in matrices: the Jacobian of a composition R⁵⁰ -> R¹⁰⁰ -> R²⁰⁰ is the product
//! of the two Jacobians. It is computed four ways, which must agree: the composition as one
//! function or as a product, and each by columns (forward mode) or by rows (reverse mode).
//!
//! No mode ever forms a matrix. One forward sweep, `f_jvp`, gives J times a direction, so a unit
//! direction gives a column of J. One reverse sweep, `f_vjp`, gives a seed times J, so a unit
//! seed gives a row. The example shows what each way costs for a Jacobian this tall.
//!
//! ```text
//! cargo run --release --example chain_rule
//! ```

use autodiff_runtime::grad;
use std::hint::black_box;
use std::time::{Duration, Instant};

const INPUTS: usize = 50;
const MIDDLE: usize = 100;
const OUTPUTS: usize = 200;

/// The weights of the two functions: fixed numbers, dense, in rows.
static A: [f64; MIDDLE * INPUTS] = scattered(1);
static B: [f64; OUTPUTS * MIDDLE] = scattered(2);

/// tanh(A x). In plain loops; the arrays are values, so neither mode touches the heap.
#[grad(jvp)]
fn inner(x: [f64; INPUTS]) -> [f64; MIDDLE] {
    let mut y = [0.0; MIDDLE];
    for i in 0..MIDDLE {
        let mut sum = 0.0;
        for j in 0..INPUTS {
            sum += A[i * INPUTS + j] * x[j];
        }
        y[i] = sum.tanh();
    }
    y
}

/// sin(B y).
#[grad(jvp)]
fn outer(y: [f64; MIDDLE]) -> [f64; OUTPUTS] {
    let mut z = [0.0; OUTPUTS];
    for i in 0..OUTPUTS {
        let mut sum = 0.0;
        for j in 0..MIDDLE {
            sum += B[i * MIDDLE + j] * y[j];
        }
        z[i] = sum.sin();
    }
    z
}

/// A function that calls others calls their derivatives in turn. Each callee carries the
/// options of the modes it is used in: all three say `jvp`.
#[grad(jvp)]
fn composed(x: [f64; INPUTS]) -> [f64; OUTPUTS] {
    outer(inner(x))
}

/// A Jacobian as a list of rows, one an output.
type Rows<const N: usize> = Vec<[f64; N]>;

/// The shapes of the generated `f_jvp` and `f_vjp` of an `f` from `[f64; N]` to `[f64; M]`. Both
/// return the value, too; here it is the derivative that is wanted.
type Jvp<const N: usize, const M: usize> = fn([f64; N], [f64; N]) -> ([f64; M], [f64; M]);
type Vjp<const N: usize, const M: usize> = fn([f64; N], [f64; M]) -> ([f64; M], [f64; N]);

/// One forward sweep an input, each with a unit direction: the columns.
fn by_columns<const N: usize, const M: usize>(jvp: Jvp<N, M>, x: [f64; N]) -> Rows<N> {
    let mut rows = vec![[0.0; N]; M];
    for j in 0..N {
        let (_value, column) = jvp(x, unit(j));
        for (row, entry) in rows.iter_mut().zip(column) {
            row[j] = entry;
        }
    }
    rows
}

/// One reverse sweep an output, each with a unit seed: the rows.
fn by_rows<const N: usize, const M: usize>(vjp: Vjp<N, M>, x: [f64; N]) -> Rows<N> {
    (0..M).map(|i| vjp(x, unit(i)).1).collect()
}

fn product<const K: usize, const N: usize>(left: &Rows<K>, right: &Rows<N>) -> Rows<N> {
    let times_right = |row: &[f64; K]| {
        let mut result = [0.0; N];
        for (factor, right_row) in row.iter().zip(right) {
            for (sum, entry) in result.iter_mut().zip(right_row) {
                *sum += factor * entry;
            }
        }
        result
    };
    left.iter().map(times_right).collect()
}

fn main() {
    let x: [f64; INPUTS] = std::array::from_fn(|i| (i as f64 * 0.7).cos());
    let y = inner(x);
    // Whatever is computed beside the value, the value stays what it was, bit for bit.
    assert_eq!(composed(x), composed_jvp(x, unit(0)).0);
    assert_eq!(composed(x), composed_vjp(x, unit(0)).0);

    // Forward mode needs as many sweeps as there are inputs, reverse mode as many as there are
    // outputs. The product needs the sweeps of both functions, and a matrix product.
    let ways: [(&str, usize, &dyn Fn() -> Rows<INPUTS>); 4] = [
        ("composition, jvp columns", INPUTS, &|| by_columns(composed_jvp, x)),
        ("composition, vjp rows", OUTPUTS, &|| by_rows(composed_vjp, x)),
        ("product, jvp columns", INPUTS + MIDDLE, &|| {
            product(&by_columns(outer_jvp, y), &by_columns(inner_jvp, x))
        }),
        ("product, vjp rows", MIDDLE + OUTPUTS, &|| {
            product(&by_rows(outer_vjp, y), &by_rows(inner_vjp, x))
        }),
    ];

    println!("The Jacobian of R^{INPUTS} -> R^{MIDDLE} -> R^{OUTPUTS}, {OUTPUTS} x {INPUTS}:\n");
    println!("{:<26}  {:>6}  {:>10}  {:>18}", "way", "sweeps", "time", "largest difference");
    let first = (ways[0].2)();
    for (name, sweeps, jacobian) in ways {
        let difference = largest_difference(&first, &jacobian());
        let time = median_time(jacobian);
        println!(
            "{name:<26}  {sweeps:>6}  {:>7.2} ms  {difference:>18.1e}",
            time.as_secs_f64() * 1e3
        );
        // They add up the same numbers in different orders, and nothing else differs.
        assert!(difference < 1e-12, "{name} is another Jacobian");
    }

    let largest = first.iter().flatten().fold(0.0, |m: f64, e| m.max(e.abs()));
    println!("\nThe differences are to the first way; the largest entry is {largest:.3}.");
}

fn unit<const N: usize>(i: usize) -> [f64; N] {
    let mut unit = [0.0; N];
    unit[i] = 1.0;
    unit
}

fn largest_difference<const N: usize>(a: &Rows<N>, b: &Rows<N>) -> f64 {
    let pairs = a.iter().flatten().zip(b.iter().flatten());
    // In the total order NaN is above every number: it cannot hide, as it could in `f64::max`.
    pairs.map(|(a, b)| (a - b).abs()).max_by(f64::total_cmp).unwrap_or(0.0)
}

fn median_time<T>(work: impl Fn() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..11)
        .map(|_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}

/// Numbers between -0.25 and 0.25 without a pattern, from a linear congruential generator:
/// anything dense will do, and this is the same on every machine.
const fn scattered<const LEN: usize>(seed: u64) -> [f64; LEN] {
    let mut table = [0.0; LEN];
    let mut state = seed;
    let mut i = 0;
    while i < LEN {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        table[i] = 0.5 * ((state >> 40) as f64 / (1_u64 << 24) as f64 - 0.5);
        i += 1;
    }
    table
}
