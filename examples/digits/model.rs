//! The network, and the one function that is differentiated.

use crate::data::{CLASSES, PIXELS};
use crate::random::Random;
use autodiff_runtime::grad;

pub const HIDDEN: usize = 32;

// All weights lie in one vector, because an optimiser wants them so: two layers, each a matrix
// in rows (one row a unit, one column an input), then its biases.
const BIAS_1: usize = HIDDEN * PIXELS;
const LAYER_2: usize = BIAS_1 + HIDDEN;
const BIAS_2: usize = LAYER_2 + CLASSES * HIDDEN;
pub const WEIGHTS: usize = BIAS_2 + CLASSES;

/// The mean loss of a batch: `pixels` holds one image after the other, `labels` the digits.
///
/// `wrt(weights)` says with respect to what: pixels are `f64` too, but no one asks how the loss
/// changes with the ink. Nothing is computed for a gradient that is not asked for, and the
/// generated `loss_grad_into(weights, pixels, labels, &mut gradient)` wants one buffer only.
///
/// The body is nothing but the definition of the loss. `row` and `image` are views, as one
/// would take them for speed (one check of bounds a row); the gradient is taken through them.
#[grad(wrt(weights))]
pub fn loss(weights: &[f64], pixels: &[f64], labels: &[usize]) -> f64 {
    let mut total = 0.0;
    for sample in 0..labels.len() {
        let image = &pixels[sample * PIXELS..(sample + 1) * PIXELS];

        let mut hidden = [0.0; HIDDEN];
        for unit in 0..HIDDEN {
            let row = &weights[unit * PIXELS..(unit + 1) * PIXELS];
            let mut sum = weights[BIAS_1 + unit];
            for k in 0..PIXELS {
                sum += row[k] * image[k];
            }
            hidden[unit] = sum.tanh();
        }

        let mut logits = [0.0; CLASSES];
        for class in 0..CLASSES {
            let row = &weights[LAYER_2 + class * HIDDEN..LAYER_2 + (class + 1) * HIDDEN];
            let mut sum = weights[BIAS_2 + class];
            for k in 0..HIDDEN {
                sum += row[k] * hidden[k];
            }
            logits[class] = sum;
        }

        // The cross-entropy of the softmax: -ln(exp(logits[label]) / sum of exp(logits)).
        // With the largest logit taken out of every exponent none of them overflows.
        let mut largest = f64::NEG_INFINITY;
        for logit in logits {
            largest = largest.max(logit);
        }
        let mut sum = 0.0;
        for logit in logits {
            sum += (logit - largest).exp();
        }
        total += largest + sum.ln() - logits[labels[sample]];
    }
    total / labels.len() as f64
}

/// The digit that the network sees in an image: the class of the largest logit. It is not
/// differentiated, so it is not annotated, and may be written in any style.
pub fn predict(weights: &[f64], image: &[f64]) -> usize {
    let hidden: Vec<f64> =
        layer(&weights[..BIAS_1], &weights[BIAS_1..LAYER_2], image).map(f64::tanh).collect();
    layer(&weights[LAYER_2..BIAS_2], &weights[BIAS_2..], &hidden)
        .enumerate()
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .map_or(0, |(class, _)| class)
}

/// What a layer makes of its input, before any tanh: a sum for each row.
fn layer(rows: &[f64], biases: &[f64], input: &[f64]) -> impl Iterator<Item = f64> {
    rows.chunks_exact(input.len()).zip(biases).map(move |(row, bias)| {
        let products = row.iter().zip(input).map(|(weight, x)| weight * x);
        bias + products.sum::<f64>()
    })
}

/// Weights to start from: uniform, in a range that keeps the sums of both layers near the
/// middle of the tanh, where it has a slope (Glorot and Bengio, 2010); biases zero.
pub fn initial_weights(random: &mut Random) -> Vec<f64> {
    let mut weights = vec![0.0; WEIGHTS];
    let range_1 = (6.0 / (PIXELS + HIDDEN) as f64).sqrt();
    let range_2 = (6.0 / (HIDDEN + CLASSES) as f64).sqrt();
    for weight in &mut weights[..BIAS_1] {
        *weight = random.between(-range_1, range_1);
    }
    for weight in &mut weights[LAYER_2..BIAS_2] {
        *weight = random.between(-range_2, range_2);
    }
    weights
}
