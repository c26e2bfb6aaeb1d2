//! Kernels of a known benchmark of derivatives, as their authors wrote them: Gaussian mixtures, bundle adjustment, and
//! a long short-term memory.

pub const ALL: &str = r#"
fn log_sum_exp(x: &[f64]) -> f64 {
    let mut mx = x[0];
    for &v in x {
        if mx < v {
            mx = v;
        }
    }
    let mut s = 0.0;
    for &v in x {
        s += (v - mx).exp();
    }
    s.ln() + mx
}

fn sqnorm(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for &v in x {
        s += v * v;
    }
    s
}

pub fn gmm(d: usize, k: usize, n: usize, alphas: &[f64], means: &[f64], icf: &[f64], x: &[f64], gamma: f64, m: i32, wc: f64) -> f64 {
    let icf_sz = d * (d + 1) / 2;
    let mut qdiags = vec![0.0; d * k];
    let mut sum_qs = vec![0.0; k];
    let mut xc = vec![0.0; d];
    let mut qxc = vec![0.0; d];
    let mut main_term = vec![0.0; k];

    for ik in 0..k {
        for id in 0..d {
            let q = icf[ik * icf_sz + id];
            sum_qs[ik] += q;
            qdiags[ik * d + id] = q.exp();
        }
    }

    let mut slse = 0.0;
    for ix in 0..n {
        for ik in 0..k {
            for id in 0..d {
                xc[id] = x[ix * d + id] - means[ik * d + id];
            }
            for id in 0..d {
                qxc[id] = qdiags[ik * d + id] * xc[id];
            }
            let ltri = &icf[ik * icf_sz + d..(ik + 1) * icf_sz];
            let mut l = 0;
            for i in 0..d {
                for j in i + 1..d {
                    qxc[j] += ltri[l] * xc[i];
                    l += 1;
                }
            }
            main_term[ik] = alphas[ik] + sum_qs[ik] - 0.5 * sqnorm(&qxc);
        }
        slse += log_sum_exp(&main_term);
    }

    let lse_alphas = log_sum_exp(alphas);

    let mut prior = 0.0;
    for ik in 0..k {
        let frob = sqnorm(&qdiags[ik * d..(ik + 1) * d]) + sqnorm(&icf[ik * icf_sz + d..(ik + 1) * icf_sz]);
        prior += 0.5 * gamma * gamma * frob - m as f64 * sum_qs[ik];
    }
    let constant = -(n as f64) * d as f64 * 0.5 * (2.0 * std::f64::consts::PI).ln();
    constant + slse - n as f64 * lse_alphas + prior - k as f64 * wc
}

fn cross(a: &[f64], b: &[f64]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

fn rodrigues_rotate_point(rot: &[f64], pt: &[f64]) -> [f64; 3] {
    let sqtheta = rot[0] * rot[0] + rot[1] * rot[1] + rot[2] * rot[2];
    let mut out = [0.0; 3];
    if sqtheta != 0.0 {
        let theta = sqtheta.sqrt();
        let costheta = theta.cos();
        let sintheta = theta.sin();
        let inv = 1.0 / theta;
        let mut w = [0.0; 3];
        for i in 0..3 {
            w[i] = rot[i] * inv;
        }
        let wx = cross(&w, pt);
        let tmp = (w[0] * pt[0] + w[1] * pt[1] + w[2] * pt[2]) * (1.0 - costheta);
        for i in 0..3 {
            out[i] = pt[i] * costheta + wx[i] * sintheta + w[i] * tmp;
        }
    } else {
        let rx = cross(rot, pt);
        for i in 0..3 {
            out[i] = pt[i] + rx[i];
        }
    }
    out
}

pub fn residual(cam: &[f64], x: &[f64], w: f64, feat: &[f64], err: &mut [f64]) {
    let mut xo = [0.0; 3];
    for i in 0..3 {
        xo[i] = x[i] - cam[3 + i];
    }
    let xc = rodrigues_rotate_point(&cam[0..3], &xo);
    let mut px = xc[0] / xc[2];
    let mut py = xc[1] / xc[2];
    let rsq = px * px + py * py;
    let l = 1.0 + cam[9] * rsq + cam[10] * rsq * rsq;
    px *= l;
    py *= l;
    err[0] = w * (px * cam[6] + cam[7] - feat[0]);
    err[1] = w * (py * cam[6] + cam[8] - feat[1]);
}

pub fn ba(cams: &[f64], x: &[f64], w: &[f64], obs: &[usize], feats: &[f64], err: &mut [f64]) {
    for o in 0..w.len() {
        let (c, p) = (obs[2 * o], obs[2 * o + 1]);
        residual(&cams[11 * c..11 * c + 11], &x[3 * p..3 * p + 3], w[o], &feats[2 * o..2 * o + 2], &mut err[2 * o..2 * o + 2]);
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn logsumexp(v: &[f64]) -> f64 {
    let mut s = 0.0;
    for &x in v {
        s += x.exp();
    }
    (s + 2.0).ln()
}

fn lstm_model(b: usize, weight: &[f64], bias: &[f64], hidden: &mut [f64], cell: &mut [f64], input: &[f64]) {
    for i in 0..b {
        let forget = sigmoid(input[i] * weight[i] + bias[i]);
        let ingate = sigmoid(hidden[i] * weight[b + i] + bias[b + i]);
        let outgate = sigmoid(input[i] * weight[2 * b + i] + bias[2 * b + i]);
        let change = (hidden[i] * weight[3 * b + i] + bias[3 * b + i]).tanh();
        cell[i] = cell[i] * forget + ingate * change;
        hidden[i] = outgate * cell[i].tanh();
    }
}

fn lstm_predict(l: usize, b: usize, main_params: &[f64], extra: &[f64], state: &mut [f64], input: &[f64], output: &mut [f64]) {
    for i in 0..b {
        output[i] = input[i] * extra[i];
    }
    for il in 0..l {
        let p = &main_params[8 * b * il..8 * b * (il + 1)];
        let (weight, bias) = p.split_at(4 * b);
        let (before, this) = state.split_at_mut(2 * b * il);
        let (hidden, cell) = this[..2 * b].split_at_mut(b);
        if il == 0 {
            lstm_model(b, weight, bias, hidden, cell, output);
        } else {
            lstm_model(b, weight, bias, hidden, cell, &before[2 * b * (il - 1)..2 * b * (il - 1) + b]);
        }
    }
    let top = &state[2 * b * (l - 1)..2 * b * (l - 1) + b];
    for i in 0..b {
        output[i] = top[i] * extra[b + i] + extra[2 * b + i];
    }
}

pub fn lstm(l: usize, c: usize, b: usize, main_params: &[f64], extra: &[f64], state0: &[f64], sequence: &[f64]) -> f64 {
    let mut state = state0.to_vec();
    let mut ypred = vec![0.0; b];
    let mut total = 0.0;
    for t in 0..c - 1 {
        let input = &sequence[t * b..(t + 1) * b];
        let ygold = &sequence[(t + 1) * b..(t + 2) * b];
        lstm_predict(l, b, main_params, extra, &mut state, input, &mut ypred);
        let lse = logsumexp(&ypred);
        for i in 0..b {
            total += ygold[i] * (ypred[i] - lse);
        }
    }
    -total / ((c - 1) * b) as f64
}

"#;
