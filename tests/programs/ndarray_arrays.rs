// Arrays of ndarray: operators with broadcasting, products, sums, functions of each element, entries read and written.

use ndarray::{Array1, Array2, ArrayView1, Axis};

#[grad(jvp)]
pub fn least_squares(a: &Array2<f64>, x: &Array1<f64>, b: &Array1<f64>) -> f64 {
    let r = a.dot(x) - b;
    r.dot(&r)
}

// A row is added to each row, a number to each element.
#[grad(jvp)]
pub fn layer(x: &Array2<f64>, w: &Array2<f64>, b: &Array1<f64>) -> f64 {
    let h = (x.dot(w) + b).tanh();
    let s = &h * &h / (1.0 + &h.exp()) - 0.5;
    let t = s.t().dot(&h) * 2.0;
    t.sum() + s.sum_axis(Axis(0)).dot(b) + h.mean().unwrap() * x.nrows() as f64
}

#[grad(jvp)]
pub fn assigned(a: &Array2<f64>, x: &Array1<f64>, k: f64) -> f64 {
    let mut m = a.to_owned();
    m += x;
    m *= k;
    m -= a;
    let mut row = m.row(0).to_owned();
    row /= 2.0;
    row[0] *= row[1] + a[[1, 0]];
    m[[0, 1]] = row[0] * k;
    row.dot(&m.column(1)) + (-m).sum() + 1.0 / row.pow2().sum()
}

#[grad(jvp)]
pub fn mapped(a: &Array2<f64>, x: &Array1<f64>, k: f64) -> f64 {
    let y = x.mapv(|v| (k * v).sin());
    let z = a.mapv(|v| v * v + k);
    let mut w = z.dot(&y);
    w.mapv_inplace(|v| v.tanh());
    let mut sum = w.sum();
    for v in x.iter() {
        sum += v.cos();
    }
    sum + x.map(|v| v * 2.0).product()
}

#[grad(jvp)]
pub fn views(x: &ArrayView1<f64>, k: f64) -> f64 {
    let mut y = Array1::zeros(x.len());
    for i in 0..x.len() {
        y[i] = x[i] * k;
    }
    let z = x * &y;
    (z - k).sum()
}

#[grad(jvp)]
pub fn results(a: &Array2<f64>, x: &Array1<f64>) -> Array1<f64> {
    let y = a.dot(x);
    y * 2.0 + x
}

pub fn cases(c: &mut Checker) {
    let a = Array2::from_shape_vec((2, 2), vec![0.75, -0.5, 0.25, 1.5]).unwrap();
    let w = Array2::from_shape_vec((2, 2), vec![0.5, 0.25, -0.75, 0.125]).unwrap();
    let x = Array1::from_vec(vec![0.5, -1.25]);
    let b = Array1::from_vec(vec![0.25, 0.75]);
    check!(c, least_squares(&a, &x, &b) -> f64);
    check!(c, layer(&a, &w, &b) -> f64);
    check!(c, assigned(&a, &x, 0.75) -> f64);
    check!(c, mapped(&a, &x, 0.75) -> f64);
    check!(c, results(&a, &x) -> Array1<f64>);
    let (value, (gradient, _)) = views_value_and_grad(&x.view(), 0.5);
    assert_eq!(value, views(&x.view(), 0.5));
    assert_eq!(gradient, &x * 2.0 * 0.5);
}
