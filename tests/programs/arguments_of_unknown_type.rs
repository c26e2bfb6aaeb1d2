// Arguments of which the caller does not see how they are passed: constants of another module, fields of a struct.

mod tables {
    pub const ORDER: usize = 2;
    pub const SHIFT: f64 = 0.625;
    pub const NUMERATOR: &[f64] = &[0.5, -1.25, 0.75];
    pub static DENOMINATOR: [f64; 3] = [1.5, 0.25, 0.5];
}

#[grad(jvp)]
pub fn polynomial(z: f64, coefficients: &[f64]) -> f64 {
    let mut sum = 0.0;
    for c in coefficients.iter().rev() {
        sum = sum * z + c;
    }
    sum
}

#[grad(jvp)]
pub fn power(z: f64, order: usize) -> f64 {
    let mut product = 1.0;
    for _ in 0..order {
        product *= z;
    }
    product
}

#[grad(jvp)]
pub fn scaled(x: f64, by: f64) -> f64 {
    x * by.sin()
}

#[grad(jvp)]
pub fn of_constants(z: f64) -> f64 {
    let upper = polynomial(z, tables::NUMERATOR);
    let lower = polynomial(z, &tables::DENOMINATOR);
    scaled(upper, tables::SHIFT) / lower + power(z, tables::ORDER)
}

#[derive(autodiff_runtime::Differentiable, Clone, Debug, PartialEq)]
pub struct Model {
    pub weights: Vec<f64>,
    pub bias: f64,
    pub order: usize,
}

autodiff_tests::flat! {
    Model, ModelTangent;
}

pub struct Data {
    pub inputs: &'static [f64],
    pub target: f64,
    pub order: usize,
}

#[grad(jvp)]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..a.len() {
        sum += a[i] * b[i];
    }
    sum
}

#[grad(wrt(weights), jvp)]
pub fn of_fields(weights: &[f64], data: &Data) -> f64 {
    let inputs = data.inputs;
    let twice = dot(weights, inputs) + dot(data.inputs, weights);
    scaled(twice, data.target) + power(weights[0], data.order)
}

#[grad(jvp)]
pub fn of_own_fields(x: f64, model: &Model) -> f64 {
    let slope = scaled(x, model.bias);
    scaled(model.bias, model.bias) * slope + power(model.bias, model.order)
}

#[grad(jvp)]
pub fn ends(pair: (f64, f64), row: &[f64], corner: [f64; 2]) -> f64 {
    pair.0 * row[0] + pair.1 * row[1] + corner[0] * corner[1]
}

#[grad(jvp)]
pub fn doubled(x: f64) -> [f64; 2] {
    [x, x * x]
}

#[grad(jvp)]
pub fn beside_other_arguments(x: f64, y: f64) -> f64 {
    let corner = doubled(x);
    ends((x * y, 2.0), tables::NUMERATOR, corner)
}

pub fn cases(c: &mut Checker) {
    check!(c, of_constants(0.75) -> f64);
    let data = Data { inputs: &[1.25, -0.5], target: 0.375, order: 3 };
    check!(c, of_fields(&[0.5, -0.75], const &data) -> f64);
    let model = Model { weights: vec![1.0, 2.0], bias: 0.875, order: 2 };
    check!(c, of_own_fields(0.625, &model) -> f64);
    check!(c, beside_other_arguments(0.5, -1.25) -> f64);
}
