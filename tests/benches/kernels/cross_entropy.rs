//! Softmax cross-entropy of rows.

use autodiff_runtime::grad;

use crate::harness::{Kernel, numbers};

#[grad(workspace)]
pub fn cross_entropy(scores: &[f64], labels: &[usize], classes: usize) -> f64 {
    let mut loss = 0.0;
    for n in 0..labels.len() {
        let row = &scores[n * classes..(n + 1) * classes];
        let mut largest = row[0];
        for k in 1..classes {
            if row[k] > largest {
                largest = row[k];
            }
        }
        let mut total: f64 = 0.0;
        for k in 0..classes {
            total += (row[k] - largest).exp();
        }
        loss += total.ln() + largest - row[labels[n]];
    }
    loss
}

/// The exponentials wait in the gradient's own buffer.
fn by_hand(scores: &[f64], labels: &[usize], classes: usize, d: &mut [f64]) -> f64 {
    let mut loss = 0.0;
    let rows = scores.chunks_exact(classes).zip(d.chunks_exact_mut(classes));
    for ((row, d_row), &label) in rows.zip(labels) {
        let largest = row.iter().fold(f64::NEG_INFINITY, |largest, s| largest.max(*s));
        let mut total = 0.0;
        for (d, score) in d_row.iter_mut().zip(row) {
            *d = (score - largest).exp();
            total += *d;
        }
        loss += total.ln() + largest - row[label];
        let inverse = 1.0 / total;
        for d in &mut *d_row {
            *d *= inverse;
        }
        d_row[label] -= 1.0;
    }
    loss
}

pub fn kernel(name: &'static str) -> Kernel {
    const CLASSES: usize = 20;
    const ROWS: usize = 64;
    Kernel::with_workspace(
        name,
        || {
            let labels: Vec<_> = (0..ROWS).map(|n| n * 7 % CLASSES).collect();
            (numbers(CLASSES * ROWS, 9), labels)
        },
        [CLASSES * ROWS],
        |(scores, labels)| cross_entropy(scores, labels, CLASSES),
        |(scores, labels), [d]| cross_entropy_grad_into(scores, labels, CLASSES, d),
        |kept, (scores, labels), [d]| cross_entropy_grad_with(kept, scores, labels, CLASSES, d),
        |(scores, labels), [d]| by_hand(scores, labels, CLASSES, d),
    )
}
