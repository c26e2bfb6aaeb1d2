// The log-likelihood of a mixture, with a triangular factor for each component.

#[grad(jvp, wrt(alphas, means, factors))]
pub fn mixture(alphas: &[f64], means: &[f64], factors: &[f64], points: &[f64], d: usize) -> f64 {
    let components = alphas.len();
    let size = d * (d + 1) / 2;
    let mut centred = vec![0.0; d];
    let mut terms = vec![0.0; components];
    let mut total = 0.0;
    for n in 0..points.len() / d {
        let mut largest = f64::NEG_INFINITY;
        for k in 0..components {
            let mean = &means[k * d..(k + 1) * d];
            let factor = &factors[k * size..(k + 1) * size];
            for i in 0..d {
                centred[i] = points[n * d + i] - mean[i];
            }
            let mut square = 0.0;
            let mut log_det = 0.0;
            for i in 0..d {
                let mut y = factor[i].exp() * centred[i];
                for j in 0..i {
                    y += factor[d + i * (i - 1) / 2 + j] * centred[j];
                }
                square += y * y;
                log_det += factor[i];
            }
            terms[k] = alphas[k] + log_det - 0.5 * square;
            if terms[k] > largest {
                largest = terms[k];
            }
        }
        let mut sum = 0.0;
        for k in 0..components {
            sum += (terms[k] - largest).exp();
        }
        total += largest + sum.ln();
    }
    let mut weight: f64 = 0.0;
    for k in 0..components {
        weight += alphas[k].exp();
    }
    total - (points.len() / d) as f64 * weight.ln()
}

pub fn cases(c: &mut Checker) {
    let means = vec![0.5, -1.25, 0.75, 1.5];
    let factors = vec![0.25, -0.5, 0.75, 0.125, 0.375, -0.25];
    let points = [0.625, -0.75, 0.25, 1.25, 1.0, 0.5];
    check!(c, mixture(&vec![0.5, -0.25], &means, &factors, const &points, const 2) -> f64);
}
