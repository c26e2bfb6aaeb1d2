// Constants and statics: scalars, tables, inside the function and outside, and `const` blocks.

const GRAVITY: f64 = 9.8125;
const NODES: [f64; 3] = [-0.774_596_669_241_483_4, 0.0, 0.774_596_669_241_483_4];
static WEIGHTS: [f64; 3] = [5.0 / 9.0, 8.0 / 9.0, 5.0 / 9.0];
static SCALE: f64 = 0.5;
const COUNT: usize = NODES.len();

mod units {
    pub const FEET: f64 = 0.3048;
    pub static TABLE: [[f64; 2]; 2] = [[1.0, 0.5], [0.25, -1.0]];
}

#[grad(jvp)]
pub fn gauss_legendre(low: f64, high: f64) -> f64 {
    let half = SCALE * (high - low);
    let middle = SCALE * (high + low);
    let mut sum = 0.0;
    for i in 0..COUNT {
        let x: f64 = middle + half * NODES[i];
        sum += WEIGHTS[i] * x.exp() * x;
    }
    half * sum
}

#[grad(jvp)]
pub fn period(length_in_feet: f64) -> f64 {
    const TURN: f64 = 2.0 * std::f64::consts::PI;
    static CORRECTION: f64 = 1.0625;
    let length = length_in_feet * units::FEET;
    let mut period = TURN * (length / GRAVITY).sqrt() * CORRECTION;
    for row in 0..units::TABLE.len() {
        period += units::TABLE[row][1 - row] * length * length;
    }
    period
}

#[grad(jvp)]
pub fn blocks(x: f64, v: &[f64]) -> f64 {
    let third: f64 = const { 1.0 / 3.0 };
    let last = const { 1 + 1 };
    (x * third).powi(2) * v[last] + v[const { 1 }] * const { 2.0 * 3.0 }
}

pub fn cases(c: &mut Checker) {
    check!(c, gauss_legendre(-0.5, 1.25) -> f64);
    check!(c, period(3.5) -> f64);
    check!(c, blocks(0.75, &vec![0.5, -1.25, 2.0]) -> f64);
}
