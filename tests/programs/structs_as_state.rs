// Structs and enums as state: overwritten by another variant or by longer vectors, parts copied, moved and put together again.

#[derive(autodiff_runtime::Differentiable, PartialEq, Clone, Debug)]
pub struct Inner { pub w: Vec<f64>, pub k: [[f64; 2]; 2] }
#[derive(autodiff_runtime::Differentiable, PartialEq, Clone, Debug)]
pub struct Cell { pub h: Vec<f64>, pub inner: Inner, pub n: usize }
#[derive(autodiff_runtime::Differentiable, PartialEq, Clone, Debug)]
pub struct Pair(pub f64, pub Vec<f64>);
#[derive(autodiff_runtime::Differentiable, PartialEq, Clone, Debug)]
pub enum Mode { Slow(f64), Fast { v: f64, a: f64 } }

#[grad(jvp)]
pub fn machine(x: f64, steps: usize) -> f64 {
    let mut m = Mode::Slow(x);
    for i in 0..steps {
        m = match m {
            Mode::Slow(v) => Mode::Fast { v: v * x, a: i as f64 },
            Mode::Fast { v, a } => Mode::Slow(v + a * x),
        };
    }
    match m { Mode::Slow(v) => v, Mode::Fast { v, a } => v * a }
}
#[grad(jvp)]
pub fn longer(x: f64) -> f64 {
    let mut p = Pair(x, vec![x, 2.0 * x]);
    p = Pair(p.0 * p.1[1], vec![p.1[0], p.1[1], x * x]);
    p.0 * p.1[2] + p.1[0]
}
#[grad(jvp)]
pub fn kept(cell: &Cell, x: f64) -> f64 {
    let mut c = cell.clone();
    let mut y = x;
    for i in 0..3 {
        let old = c.h.clone();
        let k = c.inner.k;
        c.h[0] = y * c.h[1] * old[1];
        c.inner.k[0][1] *= y + k[1][0];
        y = y.sin() + c.h[0] * old[0] * k[0][1];
        c.inner.w[i % 2] *= y;
    }
    y + c.inner.w[0]
}
#[grad(jvp)]
pub fn moved(cell: Cell, x: f64) -> Cell {
    let Cell { h, inner, n } = cell;
    let mut w = inner.w;
    w[0] *= x;
    Cell { h, inner: Inner { w, k: inner.k }, n }
}
#[grad(jvp)]
pub fn touch(c: &mut Cell, x: f64) { c.h[0] *= x; }
#[grad(jvp)]
pub fn inactive_state(x: f64, c: &Cell) -> f64 {
    let mut c = c.clone();
    touch(&mut c, 2.0);
    x * x
}
/// Nothing but literals stands beside the integer, whose type only the struct tells.
#[grad(jvp)]
pub fn chosen_by_a_field(c: &Cell, x: f64) -> f64 {
    let mut y = x * x;
    match c.n {
        0 => {}
        1..=2 => y *= c.h[0],
        n if n % 3 == 0 => y = y.sin() * c.h[1],
        _ => y *= x,
    }
    y
}
autodiff_tests::flat! {
    Inner, InnerTangent;
    Cell, CellTangent;
    Pair, PairTangent;
    Mode, ModeTangent;
}

pub fn cases(c: &mut Checker) {
    let inner = Inner { w: vec![1.0, 0.5], k: [[0.25, 0.5], [0.75, 1.0]] };
    let cell = Cell { h: vec![0.5, 0.75], inner, n: 3 };
    check!(c, machine(1.125, const 3) -> f64);
    check!(c, machine(1.125, const 4) -> f64);
    check!(c, longer(1.125) -> f64);
    check!(c, kept(&cell, 0.625) -> f64);
    check!(c, moved(cell.clone(), 1.5) -> Cell);
    check!(c, touch(&mut cell.clone(), 1.5) -> ());
    check!(c, inactive_state(1.5, &cell) -> f64);
    for n in [0, 2, 3, 4] {
        check!(c, chosen_by_a_field(&Cell { n, ..cell.clone() }, 1.5) -> f64);
    }
}
