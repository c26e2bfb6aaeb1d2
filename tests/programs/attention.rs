// A causal attention block with a layer norm, over vectors of rows that have a name.

pub type Matrix = Vec<Vec<f64>>;

#[grad(jvp)]
pub fn matmul(a: &[Vec<f64>], b: &[Vec<f64>]) -> Matrix {
    let (n, k, m) = (a.len(), b.len(), b[0].len());
    assert!(a.iter().all(|row| row.len() == k));
    let mut c = vec![vec![0.0; m]; n];
    for i in 0..n {
        for l in 0..k {
            let ail = a[i][l];
            for j in 0..m {
                c[i][j] += ail * b[l][j];
            }
        }
    }
    c
}

#[grad(jvp)]
pub fn transpose(a: &Matrix) -> Matrix {
    (0..a[0].len()).map(|j| a.iter().map(|row| row[j]).collect()).collect()
}

#[grad(jvp)]
pub fn softmax_rows(a: &mut Matrix) {
    for row in a.iter_mut() {
        let m = row.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
        let mut z = 0.0;
        for v in row.iter_mut() {
            *v = (*v - m).exp();
            z += *v;
        }
        row.iter_mut().for_each(|v| *v /= z);
    }
}

#[grad(jvp)]
pub fn layer_norm(x: &[f64], gain: &[f64], bias: &[f64]) -> Vec<f64> {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let var = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
    let inv = 1.0 / (var + 0.125).sqrt();
    x.iter().zip(gain.iter().zip(bias)).map(|(&v, (&g, &b))| (v - mean) * inv * g + b).collect()
}

#[derive(Clone, Debug, autodiff_runtime::Differentiable)]
pub struct Attention {
    pub query: Matrix,
    pub key: Matrix,
    pub value: Matrix,
    pub gain: Vec<f64>,
    pub bias: Vec<f64>,
    #[no_diff]
    pub causal: bool,
}

#[grad(jvp)]
pub fn attention(p: &Attention, x: &Matrix) -> Matrix {
    let d = p.gain.len() as f64;
    let (q, k, v) = (matmul(x, &p.query), matmul(x, &p.key), matmul(x, &p.value));
    let mut scores = matmul(&q, &transpose(&k));
    for (i, row) in scores.iter_mut().enumerate() {
        for (j, s) in row.iter_mut().enumerate() {
            *s /= d.sqrt();
            if p.causal && j > i {
                *s = f64::NEG_INFINITY;
            }
        }
    }
    softmax_rows(&mut scores);
    let out = matmul(&scores, &v);
    out.iter()
        .zip(x)
        .map(|(o, x)| {
            let sum: Vec<f64> = o.iter().zip(x).map(|(a, b)| a + b).collect();
            layer_norm(&sum, &p.gain, &p.bias)
        })
        .collect()
}

#[grad(jvp)]
pub fn loss(x: &[f64], causal: bool) -> f64 {
    let d = 2;
    let matrix =
        |from: usize| -> Matrix { x[from..from + d * d].chunks(d).map(|r| r.to_vec()).collect() };
    let p = Attention {
        query: matrix(0),
        key: matrix(4),
        value: matrix(8),
        gain: x[12..14].into(),
        bias: x[14..16].to_owned(),
        causal,
    };
    let tokens: Matrix = x[16..].chunks_exact(d).map(<[f64]>::to_vec).collect();
    let mut loss = 0.0;
    for (t, row) in attention(&p, &tokens).iter().enumerate() {
        loss += row[t % d].tanh() * (1.0 + t as f64);
    }
    loss
}

pub fn cases(c: &mut Checker) {
    let x: Vec<f64> = (0..22).map(|i| (i as f64 * 1.3).sin()).collect();
    check!(c, loss(&x, const true) -> f64);
    check!(c, loss(&x, const false) -> f64);
}
