//! Is the gradient right, and what does it cost?

use crate::data::Digits;
use crate::model::{WEIGHTS, loss, loss_grad_into};
use crate::random::Random;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// One component of the gradient, computed twice.
pub struct Component {
    pub index: usize,
    pub generated: f64,
    pub central: f64,
}

impl Component {
    /// The difference in parts of the component, or of 1e-3 where the component is smaller:
    /// central differences round off about 1e-11 whatever the size of the derivative.
    pub fn error(&self) -> f64 {
        (self.generated - self.central).abs() / self.generated.abs().max(1e-3)
    }
}

/// Compares random components of the generated gradient with central differences. These take
/// two evaluations of the loss each; the whole gradient would take twice as many evaluations
/// as there are weights, which is why nobody trains with them.
pub fn check(weights: &[f64], batch: &Digits, count: usize, random: &mut Random) -> Vec<Component> {
    // The gradient overwrites what is in the buffer. NaN would show if it added to it instead.
    let mut gradient = vec![f64::NAN; WEIGHTS];
    loss_grad_into(weights, &batch.pixels, &batch.labels, &mut gradient);

    let h = f64::EPSILON.cbrt();
    let mut moved = weights.to_vec();
    let mut loss_at = |index: usize, shift: f64| {
        moved[index] = weights[index] + shift;
        let value = loss(&moved, &batch.pixels, &batch.labels);
        moved[index] = weights[index];
        value
    };
    (0..count)
        .map(|_| {
            let index = random.below(WEIGHTS);
            Component {
                index,
                generated: gradient[index],
                central: (loss_at(index, h) - loss_at(index, -h)) / (2.0 * h),
            }
        })
        .collect()
}

/// The time of one loss, and of one loss with its gradient.
pub struct Times {
    pub loss: Duration,
    pub gradient: Duration,
}

/// Medians of many runs, one of each in turn: whatever slows the machine for a while slows
/// both, and the quotient stays what it is.
pub fn time(weights: &[f64], batch: &Digits, runs: usize) -> Times {
    let mut gradient = vec![0.0; WEIGHTS];
    let (mut losses, mut gradients) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let (weights, pixels, labels) = black_box((weights, &batch.pixels, &batch.labels));
        let start = Instant::now();
        black_box(loss(weights, pixels, labels));
        losses.push(start.elapsed());

        let start = Instant::now();
        black_box(loss_grad_into(weights, pixels, labels, &mut gradient));
        black_box(&gradient);
        gradients.push(start.elapsed());
    }
    Times { loss: median(losses), gradient: median(gradients) }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
