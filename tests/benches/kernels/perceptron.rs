//! A two-layer perceptron with softmax cross-entropy on a batch.

use autodiff_runtime::grad;

use crate::harness::{Kernel, numbers};

pub const INPUTS: usize = 64;
pub const HIDDEN: usize = 32;
pub const CLASSES: usize = 10;
pub const FIRST: usize = HIDDEN * (INPUTS + 1);
pub const SECOND: usize = CLASSES * (HIDDEN + 1);

#[grad(wrt(weights), workspace)]
pub fn batch_loss(weights: &[f64], images: &[f64], labels: &[u8]) -> f64 {
    let (first, second) = weights.split_at(FIRST);
    let mut hidden = [0.0; HIDDEN];
    let mut scores = [0.0; CLASSES];
    let mut loss = 0.0;
    for n in 0..labels.len() {
        let image = &images[n * INPUTS..(n + 1) * INPUTS];
        for h in 0..HIDDEN {
            let row = &first[h * (INPUTS + 1)..(h + 1) * (INPUTS + 1)];
            let mut sum = row[INPUTS];
            for i in 0..INPUTS {
                sum += row[i] * image[i];
            }
            hidden[h] = sum.tanh();
        }
        let mut largest = f64::NEG_INFINITY;
        for k in 0..CLASSES {
            let row = &second[k * (HIDDEN + 1)..(k + 1) * (HIDDEN + 1)];
            let mut sum = row[HIDDEN];
            for h in 0..HIDDEN {
                sum += row[h] * hidden[h];
            }
            scores[k] = sum;
            largest = largest.max(sum);
        }
        let mut total = 0.0;
        for k in 0..CLASSES {
            total += (scores[k] - largest).exp();
        }
        loss += total.ln() + largest - scores[labels[n] as usize];
    }
    loss / labels.len() as f64
}

/// Both sweeps of an image at once; nothing is kept from one image to the next.
pub fn by_hand(weights: &[f64], images: &[f64], labels: &[u8], d_weights: &mut [f64]) -> f64 {
    d_weights.fill(0.0);
    let (first, second) = weights.split_at(FIRST);
    let (d_first, d_second) = d_weights.split_at_mut(FIRST);
    let scale = 1.0 / labels.len() as f64;
    let mut loss = 0.0;
    for (image, &label) in images.chunks_exact(INPUTS).zip(labels) {
        let mut hidden = [0.0; HIDDEN];
        for (hidden, row) in hidden.iter_mut().zip(first.chunks_exact(INPUTS + 1)) {
            *hidden = affine(row, image).tanh();
        }
        let mut scores = [0.0; CLASSES];
        for (score, row) in scores.iter_mut().zip(second.chunks_exact(HIDDEN + 1)) {
            *score = affine(row, &hidden);
        }
        let largest = scores.iter().fold(f64::NEG_INFINITY, |largest, s| largest.max(*s));
        let own = scores[label as usize];
        let mut total = 0.0;
        for score in &mut scores {
            *score = (*score - largest).exp();
            total += *score;
        }
        loss += total.ln() + largest - own;

        let mut d_hidden = [0.0; HIDDEN];
        let rows = second.chunks_exact(HIDDEN + 1).zip(d_second.chunks_exact_mut(HIDDEN + 1));
        for (k, (row, d_row)) in rows.enumerate() {
            let target = if k == label as usize { 1.0 } else { 0.0 };
            let d_score = (scores[k] / total - target) * scale;
            for h in 0..HIDDEN {
                d_row[h] += d_score * hidden[h];
                d_hidden[h] += d_score * row[h];
            }
            d_row[HIDDEN] += d_score;
        }
        for (h, d_row) in d_first.chunks_exact_mut(INPUTS + 1).enumerate() {
            let d_sum = d_hidden[h] * (1.0 - hidden[h] * hidden[h]);
            for (d, x) in d_row.iter_mut().zip(image) {
                *d += d_sum * x;
            }
            d_row[INPUTS] += d_sum;
        }
    }
    loss * scale
}

/// The row ends with the bias.
fn affine(row: &[f64], x: &[f64]) -> f64 {
    let (bias, row) = row.split_last().expect("a row holds a bias");
    row.iter().zip(x).fold(*bias, |sum, (w, x)| sum + w * x)
}

pub fn kernel(name: &'static str) -> Kernel {
    const IMAGES: usize = 16;
    Kernel::with_workspace(
        name,
        || {
            let weights: Vec<_> = numbers(FIRST + SECOND, 6).iter().map(|w| 0.2 * w).collect();
            let labels: Vec<_> = (0..IMAGES).map(|n| (n * 7 % CLASSES) as u8).collect();
            (weights, numbers(INPUTS * IMAGES, 7), labels)
        },
        [FIRST + SECOND],
        |(w, images, labels)| batch_loss(w, images, labels),
        |(w, images, labels), [d]| batch_loss_grad_into(w, images, labels, d),
        |kept, (w, images, labels), [d]| batch_loss_grad_with(kept, w, images, labels, d),
        |(w, images, labels), [d]| by_hand(w, images, labels, d),
    )
}
